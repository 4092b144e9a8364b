"""The walk of a container: its pieces, or the bytes of its copy."""

from __future__ import annotations

import functools
import io
from itertools import chain
from typing import TYPE_CHECKING

from dedupe import disk
from dedupe.archive import array, kinds, lines, parquet, table, tarred, warc, whole, zipped
from dedupe.archive.packing import Stream, blocks, gathered, packed, unpacked, zstandard
from dedupe.archive.piece import BIG, LARGEST, NEVER, Desk, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from dedupe.archive.piece import Asked, Put


OFTEN = 64  # pieces between two looks at the place
_NO_PUT: Put = (NEVER, 0, b"")


def pieces(
    path: str,
    asked: Asked,
    *,
    kind: str = "",
    puts: Callable[[], Iterable[Put]] = tuple,
    reached: Callable[[int], object] | None = None,
) -> Iterator[Piece]:
    """The pieces of a container, in their order; one with a fault where something cannot be read.

    `kind` where the name of the file does not tell it; `puts` as for a copy; `reached` is told now and then how far in
    the file the reading is. Raises DedupeError for what is no container at all.
    """
    desk = Desk(path, asked)
    with disk.opened(path) as file:
        for count, found in enumerate(_walk(file, kind or kinds.kind_of(path), desk, puts)):
            if reached is not None and count % OFTEN == 0:
                reached(file.tell())
            if isinstance(found, Piece):
                yield found


def copied(
    path: str,
    asked: Asked,
    changes: Iterable[tuple[int, bytes | None]],
    *,
    left: Callable[[Left], object] | None = None,
    puts: Callable[[], Iterable[Put]] = tuple,
) -> Iterator[bytes]:
    """The bytes of a container of the same kind, in which some pieces have other data, or are left out for None.

    `changes` ascend by number; `left` is told all that is left out. `puts` gives what an earlier copy left out, and
    where: they are read as if they stood there. Raises DedupeError, after all that could be read, where the container
    is damaged.
    """
    desk = Desk(path, asked, changes)
    kind = kinds.kind_of(path)
    with disk.opened(path) as file:
        new = _new(_walk(file, kind, desk, puts), left)
        yield from gathered(packed(new, kind, path))
    desk.finish()


def _new(found: Iterable[Piece | Left | bytes], left: Callable[[Left], object] | None) -> Iterator[bytes]:
    """The bytes among what a walk gives; what it leaves out is told with its place."""
    at = 0
    for each in found:
        if isinstance(each, Left):
            if left is not None:
                left(each._replace(at=at))
        elif not isinstance(each, Piece):
            at += len(each)
            yield each


def _spliced(chunks: Iterable[bytes], puts: Iterable[Put], place: str) -> Iterator[bytes]:
    """Bytes with others put in, or in place of some, where they say."""
    at = skip = 0  # bytes of `chunks` that are passed, and those to pass over
    rest = iter(puts)
    there, size, whole = next(rest, _NO_PUT)
    for each in chain(chunks, [b""]):  # what goes in at the end, too
        chunk = each
        while True:
            gone = min(skip, len(chunk))
            at, skip, chunk = at + gone, skip - gone, chunk[gone:]
            if skip or not at <= there <= at + len(chunk):
                break
            yield chunk[: there - at]
            yield whole
            at, chunk, skip = there, chunk[there - at :], size
            there, size, whole = next(rest, _NO_PUT)
        yield chunk
        at += len(chunk)
    if there < NEVER or skip:
        raise DedupeError(f"{place}: ends before a record that was left out of it; it has changed", path=place)


def _walk(file: BinaryIO, kind: str, desk: Desk, puts: Callable[[], Iterable[Put]]) -> Iterator[Piece | Left | bytes]:
    """The pieces of a file, and in a copy its new bytes, not compressed. Raises DedupeError."""
    try:
        if kind in _SEEKING:
            yield from _SEEKING[kind](file, desk)
            return
        opened = functools.partial(_opened, file, kind, desk, puts)
        bare = kinds.parted(kind)[0]
        if bare == "tar":
            yield from tarred.walk(opened(), desk, _streamed, opened)
        else:
            yield from _streamed(opened(), bare, desk)
    except OSError as error:
        raise DedupeError(f"{desk.place()}: cannot be read: {disk.reason(error)}", path=desk.path) from error


def _opened(file: BinaryIO, kind: str, desk: Desk, puts: Callable[[], Iterable[Put]]) -> Stream:
    plain = _unpacked(Stream(blocks(file, desk.path)), kind, desk)
    return Stream(_spliced(plain.through(), puts(), desk.path))


def _unpacked(raw: Stream, kind: str, desk: Desk) -> Stream:
    """The bytes of a container without its compression. Raises DedupeError where a library for it is missing."""
    compression = kinds.parted(kind)[1]
    if compression == ".zst":
        zstandard(desk.place())
    return Stream(unpacked(raw.through(), compression, desk.place())) if compression else raw


def _streamed(raw: Stream, kind: str, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The walk of a container that is read once, from its first byte to its last."""
    bare = kinds.parted(kind)[0]
    stream = _unpacked(raw, kind, desk)
    if bare in _STREAMING:
        yield from _STREAMING[bare](stream, desk)
        return
    if bare not in _SEEKING:
        raise DedupeError(f"{desk.place()}: is no container of a known kind", path=desk.path)
    data = stream.read(LARGEST + 1)
    if stream.fault:
        raise DedupeError(stream.fault, path=desk.path)
    if len(data) > LARGEST:
        raise DedupeError(f"{desk.place()}: a {bare} {BIG} inside something else; take it out first", path=desk.path)
    yield from _SEEKING[bare](io.BytesIO(data), desk)


def takes_back(kind: str) -> bool:
    """Whether what a copy of such a container leaves out can be put back in, so that it may be left out."""
    return kinds.parted(kind)[0] in _STREAMING


_SEEKING: dict[str, Callable[[BinaryIO, Desk], Iterator[Piece | Left | bytes]]] = {
    "parquet": parquet.walk,
    "zip": lambda file, desk: zipped.walk(file, desk, _streamed),
}
_STREAMING: dict[str, Callable[[Stream, Desk], Iterator[Piece | Left | bytes]]] = {
    "jsonl": lines.walk,
    "json": array.walk,
    "warc": warc.walk,
    "wet": warc.walk,
    "csv": table.walk,
    "tar": lambda stream, desk: tarred.walk(stream, desk, _streamed),
    "one": whole.walk,
}
