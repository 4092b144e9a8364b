"""The undo manifest: what a run cuts is on the disk before it is cut, and can be put back byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from dataclasses import asdict
from functools import lru_cache
from itertools import count, islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dedupe import source
from dedupe.growing import Journal
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
    to: str = ""  # the cleaned copy; nothing where the file itself was cleaned
    erased: int = 0  # cuts of stories that were erased: they do not come back
    proof: str = ""  # then the SHA-256 of those that are left, as `proof_of` gives it


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
        self.folder = os.path.dirname(os.path.realpath(journal.path))
        self._journal = journal
        try:
            journal.add(line(header(settings)))
        except DedupeError:
            journal.close()
            raise

    def add(self, record: Record) -> None:
        """Append the record of a file that will be replaced next. Raises DedupeError: then it must not be replaced."""
        self._journal.add(line(written(record, self.folder)))

    def add_all(self, lines: Sequence[bytes]) -> None:
        """Append many lines at once, as `evidence` writes them. Raises DedupeError, as `add` does."""
        self._journal.add(b"".join(lines))

    def close(self) -> None:
        """Close the file; all of it is on the disk already."""
        self._journal.close()


def header(settings: Settings) -> dict[str, Any]:
    """What a manifest begins with."""
    return {
        "manifest": 1,
        "tool": {"name": "wire-dedupe", "version": VERSION},
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "who": _who(),
        "settings": asdict(settings),
    }


def written(record: Record, folder: str) -> dict[str, Any]:
    """What a line of a manifest in `folder` says of a file or a record."""
    return {
        "path": relative(record.path, folder),
        **({"to": relative(record.to, folder)} if record.to else {}),
        "sha256_before": record.sha256_before,
        "sha256_after": record.sha256_after,
        "cuts": [_cut(piece) for piece in record.pieces],
    }


def _cut(piece: Piece) -> dict[str, Any]:
    said = {**piece._asdict(), "removed": base64.b64encode(piece.removed).decode()}
    if not piece.replaces:
        del said["replaces"]
    return said


def create(path: str | None, settings: Settings) -> Manifest:
    """Begin a new manifest, by default `.dedupe/undo/<time>-<process>.jsonl` here. Raises DedupeError."""
    return Manifest(_default() if path is None else _named(path), settings)


def append(manifest: Manifest, plan: Planned, to: str = "") -> None:
    """Put on the disk how to undo a plan, proven. Raises DedupeError: then the file must not be replaced.

    `to` is where the cleaned copy goes, if not in the place of the file.
    """
    manifest.add(proven(plan)._replace(to=to))


def proven(plan: Planned) -> Record:
    """The record of a plan, which leads from the bytes as they will be to those that are. Raises DedupeError."""
    path, before = plan.source.path, plan.source.file
    record = _plan_of_package(plan) if plan.source.package else plan_of(path, before, plan.cuts)
    if record.sha256_after != sha256(plan.data):
        raise DedupeError(f"{path}: not written: other bytes than those of the cuts would change", path=path)
    if rebuild(plan.data, record) != before:
        raise DedupeError(f"{path}: not written: the original could not be rebuilt", path=path)
    return record


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
    return Record(path, sha256(before), sha256(b"".join(rest)), tuple(pieces))


def _plan_of_package(plan: Planned) -> Record:
    """The record of a package whose story loses some cuts: each is told, the first with the bytes that change."""
    from dedupe import package  # noqa: PLC0415  few files are packages

    path, changes = plan.source.path, package.replaced(plan.source.package, plan.said, plan.source.path)[1]
    told = [_told(changes[0].offset, b"", cut.finding) for cut in plan.cuts]
    pieces = [told[0]._replace(offset=it.offset, removed=it.old, replaces=it.size) for it in changes]
    return Record(path, plan.source.sha256, sha256(plan.data), (*told[1:], *pieces))


def _told(offset: int, removed: bytes, finding: Finding) -> Piece:
    kept = finding.kept._asdict()
    del kept["text"]
    return Piece(offset, removed, finding.code, finding.why, kept, finding.fingerprint)


def rebuild(data: bytes, record: Record) -> bytes:
    """The bytes of a file before it was cleaned, from those after. Raises DedupeError unless both hashes agree."""
    if sha256(data) != record.sha256_after:
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
    fits = proof_of(record.pieces) == record.proof if record.erased else sha256(before) == record.sha256_before
    if not fits:
        raise DedupeError(f"{record.path}: the manifest is damaged: it does not give the original", path=record.path)
    return before


def proof_of(pieces: Sequence[Piece]) -> str:
    """What proves that cuts are those of a record, when others of it were erased and its old bytes prove it no more."""
    return sha256(b"".join(b"%d %d %d:%b" % (it.offset, it.replaces, len(it.removed), it.removed) for it in pieces))


def record_of(said: dict[str, Any]) -> Record:
    """The record that a line of a manifest holds, trusting nothing. Raises KeyError, TypeError or ValueError."""
    values = (said["path"], said["sha256_before"], said["sha256_after"])
    erased, proof = said.get("erased_cuts", 0), said.get("proof", "")
    record = Record(*values, tuple(map(piece_of, said["cuts"])), said.get("to", ""), erased, proof)
    named = all(isinstance(each, str) for each in (*values, record.to, proof)) and record.path
    if not named or type(erased) is not int or erased < 0 or not _ordered(record.pieces):
        raise ValueError
    if not record.sha256_before and not erased:
        raise ValueError
    return record


def piece_of(cut: dict[str, Any]) -> Piece:
    """A cut that a line of a manifest holds. Raises KeyError, TypeError or ValueError."""
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


def line(value: dict[str, Any]) -> bytes:
    """A line of a manifest."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, as manifests write it."""
    return hashlib.sha256(data).hexdigest()


@lru_cache(maxsize=64)
def relative(path: str, folder: str) -> str:
    """A path as a manifest in `folder` names it."""
    real = os.path.realpath(path)
    try:
        return os.path.relpath(real, folder).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return real


def _named(path: str) -> Journal:
    try:
        return Journal(path)
    except FileExistsError as error:
        raise taken(path) from error


def taken(path: str) -> DedupeError:
    """What is wrong where a manifest would take the place of something."""
    return DedupeError(f"{path}: is there already; name another file for the undo manifest", path=path)


def own_folder(name: str, advice: str) -> str:
    """A folder in our own, which git does not see. Raises DedupeError for a link."""
    folder = os.path.join(FOLDER, name)
    for each in (FOLDER, folder):
        if os.path.islink(each):
            raise DedupeError(f"{each}: is a link; remove it{advice}", path=each)
    guard = os.path.join(FOLDER, ".gitignore")
    if not os.path.lexists(guard):
        source.write_new(guard, b"*\n")
    return folder


def names() -> Iterator[str]:
    """What the manifest of a run may be called, without end. Raises DedupeError."""
    folder = own_folder("undo", ", or say where the undo manifest goes with --manifest")
    stem = os.path.join(folder, f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}")
    return (f"{stem}{f'-{number}' if number else ''}.jsonl" for number in count())


def _default() -> Journal:
    tried = ""
    for tried in islice(names(), _TRIES):
        try:
            return Journal(tried)
        except FileExistsError:
            continue
    raise DedupeError(f"{tried}: is there already; say where the undo manifest goes with --manifest")


def _who() -> str:
    import getpass  # noqa: PLC0415  only a run that writes asks

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
