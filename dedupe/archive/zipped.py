"""Zip: a member is a piece, or a container of pieces. What does not change keeps its bytes, packed as they are."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.archive import directory, nested
from dedupe.archive.packing import Stream, blocks, packed, unpacked
from dedupe.archive.piece import BIG, LARGEST, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import BinaryIO

    from dedupe.archive.directory import Entry
    from dedupe.archive.nested import Inner, Meant
    from dedupe.archive.piece import Desk

_LOCAL = struct.Struct("<4s5H3I2H")
_METHODS = {0: "", 8: ".deflate", 12: ".bz2", 93: ".zst"}
_SECRET = 0x1
_DESCRIPTOR = 0x8  # flag: crc and sizes stand behind the data
_BEYOND = 0xFFFFFFFF
_WIDE = 1 << 31  # bytes from which a member may grow beyond what 32 bits can tell


class _Member(NamedTuple):
    """A member, and where it stands in the file."""

    entry: Entry
    start: int  # of its data
    until: int  # where the next member begins

    @property
    def packing(self) -> str:
        return _METHODS[self.entry.method]


class _Walk:
    """A zip that is read, and what its copy has by now."""

    def __init__(self, file: BinaryIO, desk: Desk, inner: Inner) -> None:
        self.file, self.desk, self.inner = file, desk, inner
        self.end = directory.find(file, desk.place())
        self.out = 0
        self.new: dict[int, Entry | None] = {}  # members that changed, or are left out, by the place of their record
        self.places: dict[int, int] = {}  # where members begin now, by where they began

    def copy(self, start: int, until: int) -> Iterator[bytes]:
        """Bytes of the file as they are."""
        if self.desk.copying:
            for block in blocks(self.file, self.desk.place(), start, max(0, until - start)):
                self.out += len(block)
                yield block

    def put(self, data: bytes) -> bytes:
        self.out += len(data)
        return data


def walk(file: BinaryIO, desk: Desk, inner: Inner) -> Iterator[Piece | Left | bytes]:
    """The members that are read, in the order in which they stand, and in a copy the bytes of the new zip."""
    it = _Walk(file, desk, inner)
    found = directory.records(file, it.end, desk.place())
    order = sorted((directory.entry(record, it.end.base).offset, at) for at, record in found)
    starts = [*(offset for offset, _ in order), it.end.start]
    yield from it.copy(0, min(starts[0], it.end.start))
    for index, (offset, at) in enumerate(order):
        it.places[offset] = it.out
        yield from _member(it, at, min(starts[index + 1], it.end.start))
    if desk.copying and it.new:
        yield from _directory(it)
    elif desk.copying:
        yield from blocks(file, desk.place(), it.end.start)


def _directory(it: _Walk) -> Iterator[bytes]:
    start, count = it.out, 0
    for at, record in directory.records(it.file, it.end, it.desk.place()):
        old = directory.entry(record, it.end.base)
        new = it.new.get(at, old)
        if new is not None:
            count += 1
            place = it.places[old.offset]
            yield it.put(directory.renewed(record, old, new._replace(offset=place), it.end.base))
    yield from directory.ended(it.file, it.end, start, it.out - start, count, it.desk.place())


def _member(it: _Walk, at: int, until: int) -> Iterator[Piece | Left | bytes]:
    """A member whose record stands at a place, and which ends before `until`."""
    it.file.seek(at)
    entry = directory.entry(_record(it.file), it.end.base)
    meant = nested.meant(entry.name, it.desk)
    fault = meant.fault
    member = _Member(entry, 0, until)
    if meant.kind or meant.container:
        start = _data(it.file, entry)
        member = _Member(entry, start, until)
        fault = _unreadable(member, meant)
    if fault:
        yield it.desk.fault(fault, entry.name)
    elif meant.container:
        yield from _container(it, at, member, meant.container)
        return
    elif meant.kind and it.desk.same():
        it.desk.number += 1
    elif meant.kind:
        yield from _story(it, at, member, meant.kind)
        return
    yield from it.copy(entry.offset, until)


def _record(file: BinaryIO) -> bytes:
    fixed = file.read(46)
    return fixed + file.read(sum(struct.unpack_from("<3H", fixed, 28)))


def _data(file: BinaryIO, entry: Entry) -> int:
    """Where the data of a member begin, or -1 where it has no header."""
    file.seek(entry.offset)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
        return -1
    fields = _LOCAL.unpack(local)
    return int(entry.offset + _LOCAL.size + fields[9] + fields[10])


def _unreadable(member: _Member, meant: Meant) -> str:
    """Why a member cannot be read, or nothing."""
    entry = member.entry
    if entry.flags & _SECRET:
        return "is protected with a password; it stays as it is, take it out and save it without"
    if entry.method not in _METHODS:
        return f"is packed in a way that is not read here (method {entry.method}); it stays as it is, pack it anew"
    if member.start < 0 or member.start + entry.packed > member.until:
        return "does not stand where the directory says, or overlaps another member; it stays as it is"
    if meant.kind and entry.size > LARGEST:
        return f"{BIG}; it stays as it is"
    return ""


def _opened(it: _Walk, member: _Member) -> Stream:
    """The unpacked bytes of a member; a fault where they are not what the directory says."""
    place = it.desk.place(member.entry.name)
    raw = blocks(it.file, place, member.start, member.entry.packed)
    return Stream(_checked(unpacked(raw, member.packing, place), member.entry, place))


def _checked(chunks: Iterable[bytes], entry: Entry, place: str) -> Iterator[bytes]:
    crc = size = 0
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
        if size > entry.size:
            break
        yield chunk
    if (crc, size) != (entry.crc, entry.size):
        raise DedupeError(f"{place}: damaged: its checksum or its size is another; get it again from where it came")


def _story(it: _Walk, at: int, member: _Member, kind: str) -> Iterator[Piece | Left | bytes]:
    name = member.entry.name
    stream = _opened(it, member)
    data = stream.read(LARGEST + 1)
    if stream.fault:
        yield it.desk.fault(stream.fault.removeprefix(f"{it.desk.place(name)}: "), name)
        yield from it.copy(member.entry.offset, member.until)
        return
    piece = it.desk.piece(name, kind, data)
    yield piece
    said = it.desk.data(piece)
    if said is None:
        it.new[at] = None
    elif said == data:
        yield from it.copy(member.entry.offset, member.until)
    else:
        yield from _written(it, at, member, [said])


def _container(it: _Walk, at: int, member: _Member, kind: str) -> Iterator[Piece | Left | bytes]:
    name = member.entry.name
    if not it.desk.copying:
        yield from nested.walk(_opened(it, member), name, kind, it.desk, it.inner)
        return
    if not nested.changes(lambda: _opened(it, member), name, kind, it.desk, it.inner):
        yield from it.copy(member.entry.offset, member.until)
        return
    found = nested.walk(_opened(it, member), name, kind, it.desk, it.inner)
    new = (chunk for chunk in found if isinstance(chunk, bytes))
    yield from _written(it, at, member, packed(new, kind, it.desk.place(name)))


class _Told:
    """Chunks as they pass, with what a zip says of them."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.crc = self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.crc = zlib.crc32(chunk, self.crc)
            self.size += len(chunk)
            yield chunk


def _written(it: _Walk, at: int, member: _Member, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A member with other data, packed as it was."""
    entry = member.entry
    it.file.seek(entry.offset)
    local = list(_LOCAL.unpack(it.file.read(_LOCAL.size)))
    name = it.file.read(local[9])
    extra = directory.without_wide(it.file.read(local[10]))
    said = _Told(chunks)
    body = packed(said, member.packing, it.desk.place(entry.name))
    if entry.size > LARGEST:
        local[2] |= _DESCRIPTOR
        size = yield from _poured(it, local, name, extra, said, body, entry.size >= _WIDE)
    else:
        data = b"".join(body)
        size = len(data)
        local[2] &= ~_DESCRIPTOR
        local[6:9] = said.crc, size, said.size
        local[10] = len(extra)
        yield it.put(_LOCAL.pack(*local) + name + extra)
        yield it.put(data)
    flags = entry.flags & ~_DESCRIPTOR | local[2] & _DESCRIPTOR
    it.new[at] = entry._replace(flags=flags, crc=said.crc, packed=size, size=said.size)
    if not entry.flags & _DESCRIPTOR:
        yield from it.copy(member.start + entry.packed, member.until)


def _poured(
    it: _Walk, local: list[Any], name: bytes, extra: bytes, said: _Told, body: Iterable[bytes], wide: bool
) -> Generator[bytes, None, int]:
    """A member too large to be held: its sizes stand behind it. Returns the bytes that it takes packed."""
    if wide:
        extra = struct.pack("<HH16x", 1, 16) + extra
    local[6:9] = (0, _BEYOND, _BEYOND) if wide else (0, 0, 0)
    local[10] = len(extra)
    yield it.put(_LOCAL.pack(*local) + name + extra)
    size = 0
    for chunk in body:
        size += len(chunk)
        yield it.put(chunk)
    yield it.put(struct.pack("<4sIQQ" if wide else "<4sIII", b"PK\7\10", said.crc, size, said.size))
    return size
