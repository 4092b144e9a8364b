"""The directory at the end of a zip: where members stand, and what it says of them once some have moved."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from dedupe.archive.packing import Stream, blocks
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_RECORD = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_WHERE64 = struct.Struct("<4sIQI")
_EXTRA = struct.Struct("<HH")
_BEYOND = 0xFFFFFFFF  # a number that stands in the extra field instead
_MANY = 0xFFFF
_COMMENT = 0xFFFF
_WIDE = 1  # the extra field with numbers of 64 bits
_UNICODE = 0x800


class Entry(NamedTuple):
    """What the directory says of a member."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int  # of its local header, in the file


class End(NamedTuple):
    """Where the directory stands, and what comes behind it."""

    start: int  # of the directory, in the file
    size: int
    members: int
    base: int  # bytes before the zip itself, which offsets do not count
    tail: int  # where what stands behind the directory and before its end begins
    wide: int  # where the end of 64 bits begins, or -1
    plain: int  # where the plain end begins


def find(file: BinaryIO, place: str) -> End:
    """The end of a zip. Raises DedupeError for what is none, or has lost it."""
    whole = file.seek(0, 2)
    from_ = max(0, whole - _END.size - _COMMENT - 1)
    file.seek(from_)
    last = file.read(whole - from_)
    at = _ends(last)
    if at < 0:
        raise DedupeError(
            f"{place}: no whole zip: the directory at its end is missing; get it again from where it came", path=place
        )
    plain = from_ + at
    fields = _END.unpack_from(last, at)
    count, size, offset = fields[4], fields[5], fields[6]
    wide = _wide(file, plain)
    if wide >= 0:
        file.seek(wide)
        more = file.read(_END64.size)
        count, size, offset = _END64.unpack(more)[7:] if len(more) == _END64.size else (1, 0, 0)
    for start in (offset, (plain if wide < 0 else wide) - size):  # before the second there are bytes of something else
        if not 0 <= start <= start + size <= plain or count * _RECORD.size > size:
            continue
        file.seek(start)
        if not count or file.read(4) == b"PK\1\2":
            return End(start, size, count, start - offset, start + size, wide, plain)
    raise DedupeError(f"{place}: its directory is damaged; get it again from where it came", path=place)


def _ends(last: bytes) -> int:
    """Where the end begins in the last bytes of a file, or -1."""
    found = at = last.rfind(b"PK\5\6", 0, max(0, len(last) - _END.size + 4))
    while at >= 0:
        if at + _END.size + int.from_bytes(last[at + 20 : at + 22], "little") == len(last):
            return at
        at = last.rfind(b"PK\5\6", 0, at)
    return found


def _wide(file: BinaryIO, plain: int) -> int:
    """Where the end of 64 bits begins, or -1 where there is none."""
    if plain < _WHERE64.size:
        return -1
    file.seek(plain - _WHERE64.size)
    where = _WHERE64.unpack(file.read(_WHERE64.size))
    if where[0] != b"PK\6\7":
        return -1
    for at in (where[2], plain - _WHERE64.size - _END64.size):
        file.seek(min(at, plain))
        if file.read(4) == b"PK\6\6":
            return int(at)
    return -1


def records(file: BinaryIO, end: End, place: str) -> Iterator[tuple[int, bytes]]:
    """The records of a directory with their places in the file. Raises DedupeError where they are damaged."""
    at = end.start
    stream = Stream(blocks(file, place, at, end.size))
    for number in range(end.members):
        fixed = stream.read(_RECORD.size)
        if len(fixed) < _RECORD.size or not fixed.startswith(b"PK\1\2"):
            raise DedupeError(
                f"{place}: its directory is damaged at member {number + 1:,} of {end.members:,}; "
                "get it again from where it came",
                path=place,
            )
        lengths = struct.unpack_from("<3H", fixed, 28)
        record = fixed + stream.read(sum(lengths))
        yield at, record
        at += len(record)


def entry(record: bytes, base: int) -> Entry:
    """What a record says."""
    fields = _RECORD.unpack_from(record)
    flags, named, more = fields[3], fields[10], fields[11]
    name = record[_RECORD.size : _RECORD.size + named]
    wanted = [fields[9], fields[8], fields[16]]
    wide = _found(record[_RECORD.size + named : _RECORD.size + named + more])
    for index, value in enumerate(wanted):
        if value == _BEYOND and len(wide) >= 8:  # noqa: PLR2004  bytes of a number
            wanted[index], wide = int.from_bytes(wide[:8], "little"), wide[8:]
    size, packed, offset = wanted
    shown = name.decode("utf-8" if flags & _UNICODE else "cp437", "replace")
    return Entry(shown, flags, fields[4], fields[7], packed, size, offset + base)


def _found(extra: bytes) -> bytes:
    """The numbers of 64 bits in an extra field."""
    return next((data for kind, data in _fields(extra) if kind == _WIDE), b"")


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, size = _EXTRA.unpack_from(extra, at)
        yield kind, extra[at + _EXTRA.size : at + _EXTRA.size + size]
        at += _EXTRA.size + size


def without_wide(extra: bytes) -> bytes:
    """An extra field without its numbers of 64 bits."""
    if not _found(extra):
        return extra
    return b"".join(_EXTRA.pack(kind, len(data)) + data for kind, data in _fields(extra) if kind != _WIDE)


def renewed(record: bytes, old: Entry, new: Entry, base: int) -> bytes:
    """A record that says what `new` is, in the form that it had; the same record where nothing is new."""
    if old == new:
        return record
    fields = list(_RECORD.unpack_from(record))
    named, more = fields[10], fields[11]
    name = record[_RECORD.size : _RECORD.size + named]
    extra = record[_RECORD.size + named : _RECORD.size + named + more]
    comment = record[_RECORD.size + named + more :]
    fields[3], fields[7] = new.flags, new.crc
    wide = b""
    for index, value in ((9, new.size), (8, new.packed), (16, new.offset - base)):
        if fields[index] == _BEYOND or value >= _BEYOND:
            wide += value.to_bytes(8, "little")
            fields[index] = _BEYOND
        else:
            fields[index] = value
    if wide:
        rest = _found(extra)[8 * sum(value == _BEYOND for value in _numbers(record)) :]  # the number of its disk
        extra = _EXTRA.pack(_WIDE, len(wide + rest)) + wide + rest + without_wide(extra)
    fields[11] = len(extra)
    return _RECORD.pack(*fields) + name + extra + comment


def _numbers(record: bytes) -> tuple[int, int, int]:
    fields = _RECORD.unpack_from(record)
    return fields[9], fields[8], fields[16]


def ended(file: BinaryIO, end: End, start: int, size: int, count: int, place: str) -> Iterator[bytes]:
    """What comes behind a directory that now has other numbers."""
    until = end.plain if end.wide < 0 else end.wide
    between = b"".join(blocks(file, place, end.tail, until - end.tail))
    yield between
    file.seek(end.plain)
    last = file.read(_END.size + _COMMENT)
    fields = list(_END.unpack_from(last))
    offset = start - end.base
    beyond = max(offset, size) >= _BEYOND or count >= _MANY
    if end.wide >= 0 or beyond:
        yield _ended_wide(file, end, offset, size, count)
        yield _WHERE64.pack(b"PK\6\7", 0, start + size + len(between) - end.base, 1)
    if end.wide < 0 or fields[4] != _MANY:
        fields[3] = fields[4] = min(count, _MANY)
    if end.wide < 0 or fields[5] != _BEYOND:
        fields[5] = min(size, _BEYOND)
    if end.wide < 0 or fields[6] != _BEYOND:
        fields[6] = min(offset, _BEYOND)
    yield _END.pack(*fields) + last[_END.size :]


def _ended_wide(file: BinaryIO, end: End, offset: int, size: int, count: int) -> bytes:
    if end.wide < 0:
        return _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    file.seek(end.wide)
    raw = file.read(end.plain - _WHERE64.size - end.wide)
    fields = list(_END64.unpack_from(raw))
    fields[6:] = [count, count, size, offset]
    return _END64.pack(*fields) + raw[_END64.size :]
