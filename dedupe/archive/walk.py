"""The walk of a container: its pieces, or the bytes of its copy."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from dedupe import disk
from dedupe.archive import array, kinds, lines, parquet, table, tarred, warc, whole, zipped
from dedupe.archive.packing import Stream, blocks, gathered, packed, unpacked, zstandard
from dedupe.archive.piece import BIG, LARGEST, Desk, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from dedupe.archive.piece import Asked, Cap


def pieces(path: str, asked: Asked, *, kind: str | None = None) -> Iterator[Piece]:
    """The pieces of a container, in their order; one with a fault where something cannot be read.

    `kind` is that of the container where its name does not tell. Raises DedupeError for what is no container at all.
    """
    desk = Desk(path, asked)
    with disk.opened(path) as file:
        for found in _walk(file, kind or kinds.kind_of(path), desk):
            if isinstance(found, Piece):
                yield found


def copied(
    path: str, asked: Asked, changes: Iterable[tuple[int, bytes | None]], cap: Cap | None = None
) -> Iterator[bytes]:
    """The bytes of a container of the same kind, in which some pieces have other data, or are left out for None.

    `changes` ascend by number; `cap` is told every piece that can be read and what becomes of it.
    Raises DedupeError, after all that could be read, where the container is damaged.
    """
    desk = Desk(path, asked, changes, cap)
    kind = kinds.kind_of(path)
    with disk.opened(path) as file:
        new = (found for found in _walk(file, kind, desk) if not isinstance(found, Piece))
        yield from gathered(packed(new, kind, path))
    desk.finish()


def _walk(file: BinaryIO, kind: str, desk: Desk) -> Iterator[Piece | bytes]:
    """The pieces of a file, and in a copy its new bytes, not compressed. Raises DedupeError."""
    try:
        if kind in _SEEKING:
            yield from _SEEKING[kind](file, desk)
        elif kinds.parted(kind)[0] == "tar":
            again = functools.partial(_opened, file, kind, desk)
            yield from tarred.walk(again(), desk, _streamed, again)
        else:
            yield from _streamed(Stream(blocks(file, desk.place())), kind, desk)
    except OSError as error:
        raise DedupeError(f"{desk.place()}: cannot be read: {disk.reason(error)}", path=desk.path) from error


def _opened(file: BinaryIO, kind: str, desk: Desk) -> Stream:
    return _unpacked(Stream(blocks(file, desk.path)), kind, desk)


def _unpacked(raw: Stream, kind: str, desk: Desk) -> Stream:
    """The bytes of a container without its compression. Raises DedupeError where a library for it is missing."""
    compression = kinds.parted(kind)[1]
    if compression == ".zst":
        zstandard(desk.place())
    return Stream(unpacked(raw.through(), compression, desk.place())) if compression else raw


def _streamed(raw: Stream, kind: str, desk: Desk) -> Iterator[Piece | bytes]:
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


_SEEKING: dict[str, Callable[[BinaryIO, Desk], Iterator[Piece | bytes]]] = {
    "parquet": parquet.walk,
    "zip": lambda file, desk: zipped.walk(file, desk, _streamed),
}
_STREAMING: dict[str, Callable[[Stream, Desk], Iterator[Piece | bytes]]] = {
    "jsonl": lines.walk,
    "json": array.walk,
    "warc": warc.walk,
    "wet": warc.walk,
    "csv": table.walk,
    "tar": lambda stream, desk: tarred.walk(stream, desk, _streamed),
    "one": whole.walk,
}
