"""Bytes become sources, paths become files to read. Writing is in `disk`, and named here too."""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dedupe import repo
from dedupe.disk import read_bytes, reason, shown, size, write, write_new
from dedupe.model import DedupeError, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

__all__ = [
    "beneath",
    "from_bytes",
    "from_package",
    "read",
    "read_bytes",
    "read_package",
    "reason",
    "size",
    "walk",
    "write",
    "write_new",
]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# what these write for a character depends on those before it: no run of bytes can be cut out of them
_UNCUTTABLE = re.compile(r"utf-7|hz|iso2022|idna|punycode|(raw-)?unicode-escape")
_SKIPPED = frozenset({".git", ".hg", ".svn", ".dedupe"})


def read(path: str, encoding: str | None = None) -> Source:
    """Read a file, or standard input for `-`. Raises DedupeError for what is no text in a known encoding."""
    return from_bytes(read_bytes(path), path, encoding)


def read_package(path: str) -> Source:
    """Read the story of a Word document. Raises DedupeError for what is none."""
    return from_package(read_bytes(path), path)


def from_package(data: bytes, path: str) -> Source:
    """The story of a Word document whose bytes were read from `path`. Raises DedupeError for what is none."""
    from dedupe import package  # noqa: PLC0415  few files are packages

    return replace(from_bytes(package.story(data, path), path), package=data)


def from_bytes(data: bytes, path: str, encoding: str | None = None) -> Source:
    """Decode bytes that were read from `path`. Raises DedupeError unless the text encodes back to the same bytes.

    A byte-order mark decides; else the encoding that was named; else the one that an XML declaration or the head of a
    page names; else UTF-8.
    """
    name = _declared(data, path) if encoding is None else None
    name = name or _encoding(data, path, encoding)
    if not name.startswith(("utf-16", "utf-32")) and b"\0" in data:
        raise DedupeError(
            f"{shown(path)}: not text: byte {data.index(0)} is NUL; if it is UTF-16 without a byte-order mark, "
            "say so with --encoding utf-16-le or utf-16-be",
            path=path,
        )
    try:
        text = data.decode(name)
    except UnicodeError as error:
        raise _undecodable(data, path, name, error, encoding) from error
    if name != "utf-8" and "\0" in text:
        raise DedupeError(f"{shown(path)}: not text: it holds NUL characters", path=path)
    if name != "utf-8" and not _same(text, name, data):
        raise DedupeError(
            f"{shown(path)}: its {name} would not come back byte for byte; make it UTF-8 first", path=path
        )
    bom = 0
    if text.startswith("\ufeff"):
        bom, text = len("\ufeff".encode(name)), text[1:]
    return Source(path, data, name, text, bom)


_DECLARATION = re.compile(rb"""<\?xml[^<>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_HEAD = re.compile(rb"""<meta\s[^<>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


def _declared(data: bytes, path: str) -> str | None:
    """The codec of a file of markup that declares its encoding in so many bytes, or None."""
    found = _DECLARATION.match(data)
    page = found is None and path.lower().endswith((".html", ".htm", ".xhtml"))
    if page:
        found = _HEAD.search(data, 0, 2048)
    if found is None:
        return None
    declared = found[1].decode("ascii")
    says = f"{shown(path)}: it declares the encoding {declared}"
    try:
        name = _codec(declared)
    except (LookupError, ValueError) as error:
        raise DedupeError(f"{says}, which is unknown here; name the right one with --encoding", path=path) from error
    if name.startswith(("utf-16", "utf-32")):  # then the declaration could not be read byte by byte
        if page:
            return _encoding(data, path, None)
        raise DedupeError(f"{says}, but is not in it; say --encoding utf-8, or mend what it declares", path=path)
    if _UNCUTTABLE.match(name):
        raise DedupeError(f"{says}, which cannot be cut; convert it to UTF-8 first", path=path)
    return "utf-8" if data.startswith(codecs.BOM_UTF8) or name == "utf-8-sig" else name


def _encoding(data: bytes, path: str, wanted: str | None) -> str:
    """The codec of a file, as one that writes no byte-order mark of its own."""
    name = "utf-8" if wanted is None else _known(wanted, path)
    if name == "utf-32":
        return "utf-32-be" if data.startswith(codecs.BOM_UTF32_BE) else "utf-32-le"
    if name.startswith("utf-32"):
        return name
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return marked
    if name == "utf-16":
        raise DedupeError(f"{shown(path)}: no byte-order mark; say --encoding utf-16-le or utf-16-be", path=path)
    return "utf-8" if name == "utf-8-sig" else name


def _codec(name: str) -> str:
    """The name of a codec of texts. Raises LookupError or ValueError for what is none."""
    name = codecs.lookup(name).name.replace("_", "-")
    "".encode(name)
    return name


def _known(wanted: str, path: str) -> str:
    try:
        name = _codec(wanted)
    except (LookupError, ValueError) as error:
        raise DedupeError(
            f"--encoding {wanted}: no such text encoding; common ones are cp1252, latin-1, utf-16-le, shift_jis",
            path=path,
        ) from error
    if _UNCUTTABLE.match(name):
        raise DedupeError(f"--encoding {wanted}: {name} text cannot be cut; convert it to UTF-8 first", path=path)
    return name


def _undecodable(data: bytes, path: str, name: str, error: UnicodeError, wanted: str | None) -> DedupeError:
    at = error.start if isinstance(error, UnicodeDecodeError) else 0
    before = data[:at].decode(name, "replace")
    line = 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
    advice = "if it is Latin-1 or Windows text, say so with --encoding cp1252"
    if wanted is not None or name != "utf-8":
        advice = "name the encoding it is in with --encoding"
    said = name.upper() if name.startswith("utf") else name
    return DedupeError(f"{shown(path)}: not valid {said} at byte {at} (line {line}); {advice}", path=path)


def _same(text: str, name: str, data: bytes) -> bool:
    try:
        return text.encode(name) == data
    except UnicodeError:
        return False


def beneath(path: str, root: str = "") -> str:
    """A path as seen from a folder, by default the current one, with forward slashes; outside of it as it is."""
    full, top = os.path.abspath(path), os.path.join(os.path.abspath(root or os.curdir), "")
    return (full[len(top) :] if full.startswith(top) else path).replace(os.sep, "/")


class Picks(NamedTuple):
    """Which files are looked at, beyond what their suffixes and git say."""

    excluded: Callable[[str, bool], bool] | None = None  # a file, or a folder (True)
    included: Callable[[str], bool] | None = None  # the files of a folder, instead of those of known suffixes
    forced: bool = False  # what is excluded is so even where it was named
    ignores: Callable[[str], str | None] | None = None  # how an ignore file is read, by its path


ALL = Picks()


def walk(paths: Iterable[str], suffixes: Collection[str], picks: Picks = ALL) -> Iterator[str | DedupeError]:
    """The files that `paths` mean, each once: files as named, folders for `suffixes` (lower case, with the dot).

    Paths keep their order, folders are sorted by the bytes of their names. What is missing, and a folder that holds
    no such file, comes as a DedupeError in its place.
    """
    seen: set[str] = set()
    for path in paths:
        for found in [(path, path)] if path == "-" else _meant(path, suffixes, picks):
            if isinstance(found, DedupeError):
                yield found
            elif found[1] not in seen:
                seen.add(found[1])
                yield found[0]


def _meant(path: str, suffixes: Collection[str], picks: Picks) -> Iterator[tuple[str, str] | DedupeError]:
    """A file with its real path, or the files of a folder with theirs."""
    try:
        folder = stat.S_ISDIR(os.stat(path).st_mode)
        real = os.path.realpath(path)
    except (OSError, ValueError) as error:
        yield DedupeError(f"{path}: cannot be read: {reason(error)}", path=path)
        return
    if picks.forced and picks.excluded is not None and picks.excluded(path, folder):
        return
    if not folder:
        yield path, os.path.normcase(real)
        return
    some = False
    start = len(os.path.join(path, ""))
    for found in _beneath(path, start, suffixes, picks):
        some = True
        if found is None:
            continue
        if isinstance(found, DedupeError):
            yield found
        else:
            inside = found[start:]
            yield inside if path == os.curdir else found, os.path.normcase(os.path.join(real, inside))
    if not some:
        known = ", ".join(sorted(suffixes))
        said = f"no file of a known kind ({known})" if picks.included is None else "no file that include names"
        yield DedupeError(
            f"{path}: {said}, or git ignores them all; name files to have them read",
            path=path,
        )


def _beneath(top: str, start: int, suffixes: Collection[str], picks: Picks) -> Iterator[str | DedupeError | None]:
    """The files beneath a folder, None for what is excluded; without recursion: a stranger's tree may be very deep."""
    ignored = repo.ignored(top, picks.ignores)
    pending = [(top, True)]
    while pending:
        path, folder = pending.pop()
        if not folder:
            yield path
            continue
        try:
            found = _listed(path, suffixes, picks.included)
        except OSError as error:
            yield DedupeError(f"{path}: cannot be read: {reason(error)}", path=path)
            continue
        heeded = [each for each in reversed(found) if not ignored(each[0][start:], each[1])]
        if picks.excluded is not None:
            left = [each for each in heeded if not picks.excluded(*each)]
            if len(left) < len(heeded):
                yield None
            heeded = left
        pending.extend(heeded)


def _listed(folder: str, suffixes: Collection[str], included: Callable[[str], bool] | None) -> list[tuple[str, bool]]:
    """The folders (True) and the wanted files (False) in a folder, sorted by the bytes of their names."""
    found = []
    with os.scandir(folder) as entries:  # a listing that knows what each entry is without asking again
        for entry in entries:
            name = entry.name
            known = included(entry.path) if included else name[name.rfind(".") :].lower() in suffixes
            if known and entry.is_file(follow_symlinks=False):
                found.append((os.fsencode(name), entry.path, False))
            elif name not in _SKIPPED and entry.is_dir(follow_symlinks=False) and not _junction(entry):
                found.append((os.fsencode(name), entry.path, True))
    return [(path, inner) for _, path, inner in sorted(found)]


def _junction(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is a mount point of Windows, which can lead in circles as a symlink can."""
    if os.name != "nt":
        return False
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1))
