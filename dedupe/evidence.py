"""What a manifest says of the records of containers, and manifests of any size read line by line, trusting nothing."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import disk, undo
from dedupe.model import DedupeError
from dedupe.undo import Piece, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

    from dedupe.archive import Left
    from dedupe.model import Finding


_BUFFER = 1 << 20


class Entry(NamedTuple):
    """How to get one record of a container back."""

    number: int  # its place in the container before the cleaning
    key: str
    record: Record  # of its data; path and to are those of the container
    whole: bytes = b""  # all that stood in the container for it, where its data alone do not tell
    at: int = 0  # and where it goes back in, in place of how many bytes, as archive.Left says
    size: int = 0
    erased: bool = False  # its bytes are gone for good

    @property
    def left_out(self) -> bool:
        """Whether the cleaned container does not hold it."""
        return not self.record.sha256_after


class End(NamedTuple):
    """What ends the lines of a container: without it the cleaned one was never put in its place."""

    path: str
    to: str
    records: int  # pieces of the container before the cleaning
    before: str  # hash of the data of all of them, as Tally gives it
    after: str
    asked: Mapping[str, str]  # how its records were read: fields of archive.Asked


class Gone(NamedTuple):
    """A file that was erased from the manifest."""


Line = Record | Entry | End | Gone


class Span(NamedTuple):
    """Where in a manifest the lines of a container stand."""

    start: int
    stop: int
    end: End


class Contents(NamedTuple):
    """What a manifest holds. Only counts and places: it may be larger than memory."""

    path: str
    header: dict[str, Any]
    files: array[int]  # where the lines of files begin
    containers: dict[tuple[str, str], Span]
    unfinished: tuple[tuple[str, str], ...]  # containers that were begun and not put in their place
    gone: int  # files that were erased
    torn: bool  # the run was stopped while it wrote the last line


class Tally:
    """The hash of a whole container: of the data of its pieces in their order, each after its length."""

    def __init__(self) -> None:
        """No piece yet."""
        self.records = 0
        self._hash = hashlib.sha256()

    def add(self, data: bytes) -> None:
        """The next piece."""
        self.records += 1
        self._hash.update(len(data).to_bytes(8, "big"))
        self._hash.update(data)

    def digest(self) -> str:
        """The hash of the pieces so far."""
        return self._hash.hexdigest()


def tally(pieces: Iterable[bytes]) -> Tally:
    """The hash of the data of some pieces."""
    found = Tally()
    for data in pieces:
        found.add(data)
    return found


def left_out(path: str, data: bytes, finding: Finding) -> Record:
    """The record of a piece that the cleaned container does not hold."""
    kept = finding.kept._asdict()
    del kept["text"]
    piece = Piece(0, data, finding.code, finding.why, kept, finding.fingerprint)
    return Record(path, undo.sha256(data), "", (piece,))


def record_line(folder: str, number: int, key: str, record: Record, left: Left | None = None) -> bytes:
    """The line of a manifest in `folder` about a record, whose path and `to` are those of its container.

    `left` is what the copying told of it, if anything. Raises DedupeError for a record that is left out and could not
    be put back.
    """
    return with_left(begun_line(folder, number, key, record), left)


def begun_line(folder: str, number: int, key: str, record: Record) -> bytes:
    """The same before its container is copied."""
    said = undo.written(record, folder)
    cuts = said.pop("cuts")
    return undo.line({**said, "record": number, "key": key, "cuts": cuts})


def with_left(line: bytes, left: Left | None) -> bytes:
    """The line of a record with what the copying told of it. Raises DedupeError as `record_line` does."""
    said = json.loads(line)
    if left is not None:
        data = b"" if said["sha256_after"] else base64.b64decode(said["cuts"][0]["removed"])
        around = left.whole.split(data, 1) if data else [left.whole]
        said |= {"at": left.at, "size": left.size, "around": [base64.b64encode(each).decode() for each in around]}
        said["sha256_whole"] = _sealed(left.at, left.size, left.whole)
    elif not said["sha256_after"]:
        raise DedupeError(f"{said['path']}: record {said['record'] + 1:,} could not be put back, so it is not left out")
    return undo.line(said)


def ends(folder: str, end: End) -> bytes:
    """The line that ends those of a container."""
    return undo.line(
        {
            "path": undo.relative(end.path, folder),
            **({"to": undo.relative(end.to, folder)} if end.to else {}),
            "records": end.records,
            "content_before": end.before,
            "content_after": end.after,
            **({"asked": dict(end.asked)} if end.asked else {}),
        }
    )


def rebuild(data: bytes, entry: Entry) -> bytes:
    """The data of a record before it was cleaned, from those after. Raises DedupeError unless both hashes agree."""
    record = entry.record._replace(path=f"{entry.record.path}: record {entry.number + 1:,}")
    return undo.rebuild(data, record if record.sha256_after else record._replace(sha256_after=undo.sha256(b"")))


def line_of(said: dict[str, Any]) -> Line:
    """What a line of a manifest says. Raises KeyError, TypeError or ValueError."""
    if "records" in said:
        return _end(said)
    if "record" in said:
        return _entry(said)
    if "erased" in said:
        return Gone()
    record = undo.record_of(said)
    if not record.sha256_after:
        raise ValueError
    return record


_LEFT = frozenset({"at", "size", "around", "sha256_whole"})  # what a line says of what was left out: all, or nothing


def _sealed(at: int, size: int, whole: bytes) -> str:
    """The hash of what was left out, with its place."""
    return undo.sha256(b"%d %d " % (at, size) + whole)


def _entry(said: dict[str, Any]) -> Entry:
    number, key = said["record"], said.get("key", "")
    if type(number) is not int or number < 0 or not isinstance(key, str):
        raise TypeError
    if "erased" in said:
        return Entry(number, key, undo.record_of({**said, "sha256_before": "gone", "cuts": []}), erased=True)
    record = undo.record_of(said)
    if record.sha256_after and _LEFT.isdisjoint(said):
        return Entry(number, key, record)
    data = b"" if record.sha256_after else record.pieces[0].removed
    around = [base64.b64decode(each, validate=True) for each in said["around"]]
    whole, at, size = data.join(around), said["at"], said["size"]  # of one that is all
    if len(around) > 2 or type(at) is not int or type(size) is not int:  # noqa: PLR2004
        raise TypeError
    if _sealed(at, size, whole) != said["sha256_whole"]:
        raise ValueError
    return Entry(number, key, record, whole, at, size)


def _end(said: dict[str, Any]) -> End:
    end = End(
        *(said["path"], said.get("to", ""), said["records"]),
        *(said["content_before"], said["content_after"], said.get("asked", {})),
    )
    texts = (end.path, end.to, end.before, end.after)
    if type(end.records) is not int or not all(isinstance(each, str) for each in texts):
        raise TypeError
    if not isinstance(end.asked, dict) or not all(isinstance(each, str) for each in end.asked.values()):
        raise TypeError
    return end


def scan(path: str) -> Contents:
    """Read all of a manifest. Raises DedupeError; a last line that was cut short is only marked.

    Paths stay as they stand in it: relative to its folder, or absolute.
    """
    files: array[int] = array("q")
    containers: dict[tuple[str, str], Span] = {}
    begun: dict[tuple[str, str], tuple[int, int]] = {}  # where its lines start, and the last number
    gone = at = 0
    header: dict[str, Any] = {}
    torn = False
    with _reading(path) as file:
        for number, raw in enumerate(file, 1):
            torn = not raw.endswith(b"\n")
            if torn:
                break
            if number == 1:
                header = _header(path, raw)
            else:
                found = _understood(path, number, raw)
                gone += isinstance(found, Gone)
                if isinstance(found, Record):
                    files.append(at)
                elif not isinstance(found, Gone):
                    _follow(found, at, at + len(raw), begun, containers)
            at += len(raw)
    if not header:
        raise DedupeError(f"{path}: holds no record: the run was stopped before it changed anything", path=path)
    return Contents(path, header, files, containers, tuple(begun), gone, torn)


@contextlib.contextmanager
def _reading(path: str) -> Iterator[BinaryIO]:
    with disk.opened(path, _BUFFER) as file:
        try:
            yield file
        except OSError as error:
            raise DedupeError(f"{path}: cannot be read: {disk.reason(error)}", path=path) from error


def _follow(
    found: Entry | End,
    at: int,
    stop: int,
    begun: dict[tuple[str, str], tuple[int, int]],
    containers: dict[tuple[str, str], Span],
) -> None:
    """Note where the lines of a container begin and end; a run that was killed and goes on writes them again."""
    if isinstance(found, Entry):
        name = (found.record.path, found.record.to)
        start, last = begun.get(name, (at, -1))
        begun[name] = (start if found.number > last else at, found.number)
        return
    name = (found.path, found.to)
    containers[name] = Span(begun.pop(name, (at, -1))[0], stop, found)


def _header(path: str, raw: bytes) -> dict[str, Any]:
    header = said(path, 1, raw)
    if header.get("manifest") != 1:
        raise DedupeError(f"{path}: is no undo manifest that this version knows; try a newer dedupe", path=path)
    return header


def _understood(path: str, number: int, raw: bytes) -> Line:
    try:
        return line_of(said(path, number, raw))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, number) from error


def said(path: str, number: int, raw: bytes) -> dict[str, Any]:
    """A line of JSON as an object. Raises DedupeError."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _damaged(path, number)
    return found


def _damaged(path: str, number: int) -> DedupeError:
    return DedupeError(f"{path}: line {number} is damaged; nothing was restored", path=path)


def _again(contents: Contents, raw: bytes) -> Line:
    """A line that was understood when the manifest was read first."""
    try:
        return line_of(json.loads(raw))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _shifted(contents) from error


def _shifted(contents: Contents) -> DedupeError:
    return DedupeError(f"{contents.path}: has changed while it was read; try again", path=contents.path)


def file_record(contents: Contents, at: int) -> Record:
    """The record of a file, by where its line begins. Raises DedupeError."""
    with _reading(contents.path) as file:
        file.seek(at)
        found = _again(contents, file.readline())
    if not isinstance(found, Record):
        raise _shifted(contents)
    return found


def entries(contents: Contents, span: Span) -> Iterator[Entry]:
    """The records of a container that were changed or left out, by their place in it. Raises DedupeError."""
    with _reading(contents.path) as file:
        file.seek(span.start)
        at = span.start
        while at < span.stop:
            raw = file.readline()
            at += len(raw)
            found = _again(contents, raw)
            if isinstance(found, Entry) and (found.record.path, found.record.to) == (span.end.path, span.end.to):
                yield found
