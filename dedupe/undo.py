"""The undo manifest: what a run cuts is on the disk before it is cut, and can be put back byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from dedupe import source
from dedupe.disk import Journal
from dedupe.model import DedupeError
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Cut, Finding, Source
    from dedupe.settings import Settings

FOLDER = ".dedupe"
_TRIES = 1000


class Piece(NamedTuple):
    """A run of bytes that was cut out, and why."""

    offset: int  # in the new file, where the bytes go back in
    removed: bytes
    code: str = ""
    why: str = ""
    kept: dict[str, Any] | None = None  # the copy that stayed: a Place of the old file, without its text
    fingerprint: str = ""
    replaces: int = 0  # bytes of the new file that stand in their place, in a package


class Record(NamedTuple):
    """How to get the old bytes of one file back from the new ones."""

    path: str
    sha256_before: str
    sha256_after: str
    pieces: tuple[Piece, ...]


class Content(NamedTuple):
    """A manifest as read; `torn` when the run was killed while it wrote the last line."""

    header: dict[str, Any]
    records: tuple[Record, ...]
    torn: bool = False


class Restored(NamedTuple):
    """What became of one file."""

    path: str
    status: Literal["restored", "unchanged", "refused"]
    message: str

    @property
    def failed(self) -> bool:
        """Whether the file is not what it was before the cleaning."""
        return self.status == "refused"


class Planned(Protocol):
    """The proven cleaning of a file."""

    @property
    def source(self) -> Source:
        """The file as it stands."""

    @property
    def data(self) -> bytes:
        """The file as it will be."""

    @property
    def cuts(self) -> Sequence[Cut]:
        """What goes: sorted, disjoint spans of bytes of the source."""

    @property
    def said(self) -> bytes:
        """What is left of the story: the file as it will be, or the member of it."""


class Manifest:
    """An undo manifest that is being written. What `add` has returned from is on the disk."""

    def __init__(self, journal: Journal, settings: Settings) -> None:
        """Write the header. Raises DedupeError."""
        self.path = journal.path
        self._journal = journal
        self._folder = os.path.dirname(os.path.realpath(journal.path))
        header = {
            "manifest": 1,
            "tool": {"name": "wire-dedupe", "version": VERSION},
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "who": _who(),
            "settings": asdict(settings),
        }
        try:
            journal.add(_line(header))
        except DedupeError:
            journal.close()
            raise

    def add(self, record: Record) -> None:
        """Append the record of a file that will be replaced next. Raises DedupeError: then it must not be replaced."""
        line = {
            "path": _relative(record.path, self._folder),
            "sha256_before": record.sha256_before,
            "sha256_after": record.sha256_after,
            "cuts": [_written(piece) for piece in record.pieces],
        }
        self._journal.add(_line(line))

    def close(self) -> None:
        """Close the file; all of it is on the disk already."""
        self._journal.close()


def _written(piece: Piece) -> dict[str, Any]:
    line = {**piece._asdict(), "removed": base64.b64encode(piece.removed).decode()}
    if not piece.replaces:
        del line["replaces"]
    return line


def create(path: str | None, settings: Settings) -> Manifest:
    """Begin a new manifest, by default `.dedupe/undo/<time>-<process>.jsonl` here. Raises DedupeError."""
    return Manifest(_default() if path is None else _named(path), settings)


def append(manifest: Manifest, plan: Planned) -> None:
    """Put on the disk how to undo a plan, proven. Raises DedupeError: then the file must not be replaced."""
    path, before = plan.source.path, plan.source.file
    record = _plan_of_package(plan) if plan.source.package else plan_of(path, before, plan.cuts)
    if record.sha256_after != _sha256(plan.data):
        raise DedupeError(f"{path}: not written: other bytes than those of the cuts would change", path=path)
    if rebuild(plan.data, record) != before:
        raise DedupeError(f"{path}: not written: the original could not be rebuilt", path=path)
    manifest.add(record)


def close(manifest: Manifest) -> None:
    """End a manifest."""
    manifest.close()


def plan_of(path: str, before: bytes, cuts: Sequence[Cut]) -> Record:
    """The record of a file that loses `cuts`, sorted and disjoint spans of its bytes. Raises DedupeError if not so."""
    pieces: list[Piece] = []
    rest: list[bytes] = []
    gone = at = 0
    for start, end, finding in cuts:
        if not at <= start < end <= len(before):
            raise DedupeError(f"{path}: not written: two cuts overlap", path=path)
        pieces.append(_told(start - gone, before[start:end], finding))
        rest.append(before[at:start])
        gone += end - start
        at = end
    rest.append(before[at:])
    return Record(path, _sha256(before), _sha256(b"".join(rest)), tuple(pieces))


def _plan_of_package(plan: Planned) -> Record:
    """The record of a package whose story loses some cuts: each is told, the first with the bytes that change."""
    from dedupe import package  # noqa: PLC0415  few files are packages

    path, changes = plan.source.path, package.replaced(plan.source.package, plan.said, plan.source.path)[1]
    told = [_told(changes[0].offset, b"", cut.finding) for cut in plan.cuts]
    pieces = [told[0]._replace(offset=it.offset, removed=it.old, replaces=it.size) for it in changes]
    return Record(path, plan.source.sha256, _sha256(plan.data), (*told[1:], *pieces))


def _told(offset: int, removed: bytes, finding: Finding) -> Piece:
    kept = finding.kept._asdict()
    del kept["text"]
    return Piece(offset, removed, finding.code, finding.why, kept, finding.fingerprint)


def rebuild(data: bytes, record: Record) -> bytes:
    """The bytes of a file before it was cleaned, from those after. Raises DedupeError unless both hashes agree."""
    if _sha256(data) != record.sha256_after:
        raise DedupeError(f"{record.path}: it has changed since it was cleaned; nothing was put back", path=record.path)
    parts = []
    at = 0
    for piece in record.pieces:
        if not at <= piece.offset <= piece.offset + piece.replaces <= len(data):
            raise DedupeError(f"{record.path}: the manifest is damaged: a cut lies outside the file", path=record.path)
        parts += [data[at : piece.offset], piece.removed]
        at = piece.offset + piece.replaces
    parts.append(data[at:])
    before = b"".join(parts)
    if _sha256(before) != record.sha256_before:
        raise DedupeError(f"{record.path}: the manifest is damaged: it does not give the original", path=record.path)
    return before


def read_manifest(path: str) -> Content:
    """Read a manifest, trusting nothing in it. Raises DedupeError; a last line that was cut short is only marked.

    Paths come back as they stand in the file: relative to its folder, or absolute.
    """
    *lines, last = source.read_bytes(path).split(b"\n")
    if not lines:
        raise DedupeError(f"{path}: holds no record: the run was stopped before it changed anything", path=path)
    header, *records = (_object(path, number, line) for number, line in enumerate(lines, 1))
    if header.get("manifest") != 1:
        raise DedupeError(f"{path}: is no undo manifest that this version knows; try a newer dedupe", path=path)
    return Content(header, tuple(_records(path, records)), bool(last))


def restore(manifest: str) -> list[Restored]:
    """Undo a run: every file that is as the run left it becomes what it was, the last one first.

    Raises DedupeError when the manifest itself cannot be read; files that cannot be restored are in the answer.
    """
    content = read_manifest(manifest)
    folder = os.path.dirname(os.path.realpath(manifest))
    found = [_restored(record, folder, manifest) for record in reversed(content.records)]
    if content.torn:
        message = "its last line was cut short when the run was stopped; the file it speaks of had not been changed"
        found.append(Restored(manifest, "unchanged", message))
    return found


def _restored(record: Record, folder: str, manifest: str) -> Restored:
    path = record.path
    try:
        target = os.path.realpath(os.path.join(folder, record.path))
        path = target.removeprefix(os.path.join(os.path.realpath(os.curdir), ""))
        data = source.read_bytes(target)
        if _sha256(data) == record.sha256_before:
            return Restored(path, "unchanged", "is already as it was")
        _allowed(path, target, folder, manifest)
        before = rebuild(data, record._replace(path=path))
        source.write(target, before, expect_sha256=record.sha256_after)
    except DedupeError as error:
        return Restored(path, "refused", error.message.removeprefix(f"{error.path}: "))
    except (OSError, ValueError) as error:
        return Restored(path, "refused", source.reason(error))
    more = len(before) - len(data)  # a document with tracked deletions is the larger one
    return Restored(path, "restored", f"restored, {more:,} bytes put back" if more > 0 else "restored, byte for byte")


def _allowed(path: str, target: str, folder: str, manifest: str) -> None:
    """Refuse what a manifest in a stranger's repository would be made for: changing files outside of it.

    Our own manifests are private, which nothing that git brings ever is; they may lead anywhere.
    """
    up, name = os.path.split(folder)
    top, over = os.path.split(up)
    project = top if (over, name) == (FOLDER, "undo") else folder
    inside = any(target.startswith(os.path.join(each, "")) for each in (os.path.realpath(os.curdir), project))
    if not inside and os.name != "nt" and stat.S_IMODE(os.stat(manifest).st_mode) & 0o077:
        raise DedupeError(
            f"{path}: lies outside of this folder, and the manifest is not private as dedupe writes them: "
            f"if it is yours, chmod 600 {manifest}",
            path=path,
        )


def _object(path: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _damaged(path, number)
    return found


def _records(path: str, lines: Sequence[dict[str, Any]]) -> Iterator[Record]:
    for number, line in enumerate(lines, 2):
        try:
            record = Record(line["path"], line["sha256_before"], line["sha256_after"], tuple(map(_piece, line["cuts"])))
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(path, number) from error
        if not all(isinstance(each, str) and each for each in record[:3]) or not _ordered(record.pieces):
            raise _damaged(path, number)
        yield record


def _piece(cut: dict[str, Any]) -> Piece:
    removed = base64.b64decode(cut["removed"], validate=True)
    code, why, fingerprint, kept = cut["code"], cut["why"], cut["fingerprint"], cut["kept"]
    if not (isinstance(kept, dict) and all(isinstance(each, str) for each in (code, why, fingerprint))):
        raise TypeError
    replaces = cut.get("replaces", 0)
    if type(replaces) is not int or replaces < 0:
        raise TypeError
    return Piece(cut["offset"], removed, code, why, kept, fingerprint, replaces)


def _ordered(pieces: Sequence[Piece]) -> bool:
    offsets = [piece.offset for piece in pieces]
    return all(type(offset) is int and offset >= 0 for offset in offsets) and offsets == sorted(offsets)


def _damaged(path: str, number: int) -> DedupeError:
    return DedupeError(f"{path}: line {number} is damaged; nothing was restored", path=path)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _relative(path: str, folder: str) -> str:
    real = os.path.realpath(path)
    try:
        return os.path.relpath(real, folder).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return real


def _named(path: str) -> Journal:
    try:
        return Journal(path)
    except FileExistsError as error:
        raise DedupeError(f"{path}: is there already; name another file for the undo manifest", path=path) from error


def _default() -> Journal:
    folder = os.path.join(FOLDER, "undo")
    for each in (FOLDER, folder):
        if os.path.islink(each):
            raise DedupeError(f"{each}: is a link; remove it, or say where the undo manifest goes with --manifest")
    guard = os.path.join(FOLDER, ".gitignore")
    if not os.path.lexists(guard):
        source.write_new(guard, b"*\n")
    stem = os.path.join(folder, f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}")
    for count in range(_TRIES):
        try:
            return Journal(f"{stem}{f'-{count}' if count else ''}.jsonl")
        except FileExistsError:
            continue
    raise DedupeError(f"{stem}.jsonl: is there already; say where the undo manifest goes with --manifest")


def _who() -> str:
    import getpass  # noqa: PLC0415  only a run that writes asks

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
