"""Tar: a file is a piece, or a container of pieces. Headers of what does not change come through byte for byte."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.archive import nested
from dedupe.archive.packing import Stream, blocks, packed
from dedupe.archive.piece import BIG, LARGEST, Left, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedupe.archive.nested import Inner, Meant
    from dedupe.archive.piece import Desk

_BLOCK = 512
_ENDING = bytes(_BLOCK)
_FILES = b"0\0007"  # types of files whose bytes follow
_EMPTY = b"123456"  # links, devices, folders: nothing follows
_BEFORE = b"xXLK"  # say more about the next member
_SPARSE = b"S"
_MORE = 1 << 20  # bytes that may be said about a member at once
_MANY = 20  # times that something is said about it
_EXTENDED = 1 << 15  # blocks that say where a sparse file has bytes
_RECORD = re.compile(rb"(\d{1,20}) ([^=]*)=")
_SIZE = re.compile(rb"\d{1,15}")


class _Header(NamedTuple):
    """All that stands before the bytes of a member."""

    raw: bytes  # its own block
    before: tuple[tuple[bytes, bytes], ...]  # headers that say more, each with its padded data
    extra: bytes  # blocks of a sparse file
    name: str
    size: int
    sparse: bool

    @property
    def whole(self) -> bytes:
        return b"".join([*(part for pair in self.before for part in pair), self.raw, self.extra])


class _TornError(Exception):
    """The stream ends, or makes no sense any more; with the bytes that were read."""

    def __init__(self, why: str, raw: bytes, *, cut: bool = False) -> None:
        super().__init__(why)
        self.why, self.raw, self.cut = why, raw, cut


class _Scout:
    """Reads the same tar ahead: the size of a large member stands before it, and is known only behind it."""

    def __init__(self, again: Callable[[], Stream]) -> None:
        self._again = again
        self._stream: Stream | None = None
        self._left: Iterator[bytes] = iter(())
        self._at = 0

    def opened(self, start: int, size: int) -> Stream:
        """The bytes of a member, which stands behind those that were opened before."""
        self._stream = self._stream or self._again()
        for skipped in (self._left, self._stream.take(start - self._at)):
            for _ in skipped:
                pass
        self._at, self._left = start + size, self._stream.take(size)
        return Stream(self._left)


class _Walk(NamedTuple):
    """A tar that is read."""

    stream: Stream
    desk: Desk
    inner: Inner
    scout: _Scout | None


def walk(
    stream: Stream, desk: Desk, inner: Inner, again: Callable[[], Stream] | None = None
) -> Iterator[Piece | Left | bytes]:
    """The files that are read, and in a copy the bytes of the new tar; `again` reads the tar once more, if that can be.

    Without that containers of more than 64 MiB in it are faults.
    """
    it = _Walk(stream, desk, inner, _Scout(again) if again else None)
    at = 0
    while True:
        try:
            header = _next(stream)
            if header.raw == _ENDING:
                yield header.whole
                break
            at += len(header.whole)
            yield from _member(it, header, at)
            at += _padded(header.size)
        except _TornError as torn:
            yield torn.raw
            why = stream.fault or (f"{desk.place()}: {torn.why}" if torn.cut else "")
            yield desk.end(why) if why else desk.fault(torn.why)
            break
    yield from stream.chunks()


def _next(stream: Stream) -> _Header:
    """The next header with those that belong to it. Raises _TornError."""
    before: list[tuple[bytes, bytes]] = []
    while True:
        raw = stream.read(_BLOCK)
        held = b"".join(part for pair in before for part in pair) + raw
        if len(raw) < _BLOCK:
            why = "is cut off in a header" if held else "ends without the mark of its end; it may be cut off"
            raise _TornError(f"{why}; get it again from where it came", held, cut=bool(held))
        if raw == _ENDING:
            return _Header(raw, tuple(before), b"", "", 0, sparse=False)
        size = _number(raw[124:136])
        if not _sound(raw) or size < 0:
            raise _TornError("a header is damaged, and what follows is not read; get it again from where it came", held)
        if raw[156:157] not in _BEFORE:
            return _header(raw, tuple(before), stream)
        if size > _MORE or len(before) == _MANY - 1:
            raise _TornError("a header is too large, and what follows is not read", held)
        data = stream.read(_padded(size))
        if len(data) < _padded(size):
            raise _TornError("is cut off in a header; get it again from where it came", held + data, cut=True)
        before.append((raw, data))


def _header(raw: bytes, before: tuple[tuple[bytes, bytes], ...], stream: Stream) -> _Header:
    kind = raw[156:157]
    name = raw[:100].partition(b"\0")[0]
    prefix = raw[345:500].partition(b"\0")[0] if raw[257:263] == b"ustar\0" else b""
    name = prefix + b"/" + name if prefix else name
    size = 0 if kind in _EMPTY else _number(raw[124:136])
    sparse = kind == _SPARSE
    for head, data in before:
        said = data[: _number(head[124:136])]
        if head[156:157] == b"L":
            name = said.partition(b"\0")[0]
        elif head[156:157] in b"xX":
            records = dict(_records(said))
            name = records.get(b"path", name)
            size = int(records[b"size"]) if kind not in _EMPTY and _SIZE.fullmatch(records.get(b"size", b"")) else size
            sparse = sparse or any(key.startswith(b"GNU.sparse.") for key in records)
    extra, more = [], kind == _SPARSE and raw[482] == 1
    while more:
        block = stream.read(_BLOCK)
        extra.append(block)
        more = len(block) == _BLOCK and block[504] == 1
        if len(extra) > _EXTENDED:
            said = b"".join([*(part for pair in before for part in pair), raw, *extra])
            raise _TornError("a sparse file has too many parts, and what follows is not read", said)
    return _Header(raw, before, b"".join(extra), name.decode("utf-8", "replace"), size, sparse)


def _sound(raw: bytes) -> bool:
    """Whether a header has the checksum that it names; some count its bytes as signed."""
    said = _number(raw[148:156])
    rest = raw[:148] + b" " * 8 + raw[156:]
    total = sum(rest)
    return said in (total, total - 256 * sum(byte > 127 for byte in rest))  # noqa: PLR2004


def _number(field: bytes) -> int:
    """A number of a header: octal digits, or bytes where it is large; -1 where it is none."""
    if field[0] in (0x80, 0xFF):
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1  # noqa: PLR2004
    digits = field.partition(b"\0")[0].strip()
    if not digits:
        return 0
    return int(digits, 8) if digits.isdigit() and not set(digits) & set(b"89") else -1


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _records(said: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a pax header."""
    at = 0
    while (found := _RECORD.match(said, at)) and int(found[1]) > found.end() - at:
        yield found[2], said[found.end() : at + int(found[1]) - 1]
        at += int(found[1])


def _member(it: _Walk, header: _Header, at: int) -> Iterator[Piece | Left | bytes]:
    """A member whose bytes begin at a place."""
    desk = it.desk
    read = header.raw[156:157] in _FILES
    meant = nested.meant(header.name, desk) if read or header.sparse else nested.Meant()
    fault = meant.fault or _unreadable(header, meant, it)
    if fault:
        yield desk.fault(fault, header.name)
    elif meant.container and header.size > LARGEST:
        yield from _large(it, header, meant.container, at)
        return
    elif (meant.kind or meant.container) and not (meant.kind and desk.same()):
        yield from _read(it, header, meant)
        return
    elif meant.kind:
        desk.number += 1
    yield header.whole
    yield from _passed(it, header, _padded(header.size))


def _passed(it: _Walk, header: _Header, size: int) -> Iterator[bytes]:
    """The next bytes as they are. Raises _TornError where they are not all there."""
    for chunk in it.stream.take(size):
        size -= len(chunk)
        yield chunk
    if size:
        raise _cut(header)


def _large(it: _Walk, header: _Header, kind: str, at: int) -> Iterator[Piece | Left | bytes]:
    """A container that is not held; for a copy it is read ahead to learn what size it will have."""
    desk, scout = it.desk, it.scout
    name, place = header.name, it.desk.place(header.name)
    size, changed = header.size, not desk.copying
    if desk.copying and scout:
        twin = desk.twin()
        found = nested.walk(scout.opened(at, header.size), name, kind, twin, it.inner)
        size = sum(len(chunk) for chunk in packed(_bytes(found), kind, place))
        changed = twin.next != desk.next
        if not changed:
            desk.number = twin.number
    if not changed:
        yield header.whole
        yield from _passed(it, header, _padded(header.size))
        return
    yield _resized(header, size)
    left = _passed(it, header, header.size)
    found = nested.walk(Stream(left), name, kind, desk, it.inner)
    yield from packed(_bytes(found), kind, place) if desk.copying else found
    for _ in left:
        pass
    it.stream.read(_padded(header.size) - header.size)
    yield bytes(-size % _BLOCK)


def _bytes(found: Iterator[Piece | Left | bytes]) -> Iterator[bytes]:
    return (chunk for chunk in found if isinstance(chunk, bytes))


def _unreadable(header: _Header, meant: Meant, it: _Walk) -> str:
    if not (meant.kind or meant.container):
        return ""
    if header.sparse:
        return "is sparse; it stays as it is, pack it anew without --sparse"
    if header.size > LARGEST and not (meant.container and it.scout):
        return f"{BIG}; it stays as it is"
    return ""


def _cut(header: _Header) -> _TornError:
    return _TornError(f"{header.name}: is cut off; get the tar again from where it came", b"", cut=True)


def _read(it: _Walk, header: _Header, meant: Meant) -> Iterator[Piece | Left | bytes]:
    """A file that is read whole, for its size stands before it."""
    desk, inner = it.desk, it.inner
    raw = it.stream.read(_padded(header.size))
    if len(raw) < _padded(header.size):
        yield header.whole
        yield raw
        raise _cut(header)
    data = raw[: header.size]
    if meant.kind:
        piece = desk.piece(header.name, meant.kind, data)
        yield piece
        said = desk.data(piece)
    elif desk.copying and not nested.changes(lambda: _opened(data, desk), header.name, meant.container, desk, inner):
        said = data
    else:
        found = nested.walk(_opened(data, desk), header.name, meant.container, desk, inner)
        if not desk.copying:
            yield from found
            return
        said = b"".join(packed(_bytes(found), meant.container, desk.place(header.name)))
    if said is data:
        yield header.whole
        yield raw
    elif said is None:
        yield Left(desk.number - 1, 0, header.whole + raw)
    else:
        changed = _resized(header, len(said)) + said + bytes(-len(said) % _BLOCK)
        if meant.kind and (_resized(header, len(data)) != header.whole or any(raw[len(data) :])):
            yield Left(desk.number - 1, 0, header.whole + raw, len(changed))
        yield changed


def _opened(data: bytes, desk: Desk) -> Stream:
    return Stream(blocks(io.BytesIO(data), desk.path))


def _resized(header: _Header, size: int) -> bytes:
    """The header of a member that has another size."""
    parts = []
    for head, data in header.before:
        said = data[: _number(head[124:136])]
        if head[156:157] in b"xX" and b"size" in dict(_records(said)):
            said = b"".join(_record(key, b"%d" % size if key == b"size" else value) for key, value in _records(said))
            parts += [_sized(head, len(said)), said + bytes(-len(said) % _BLOCK)]
        else:
            parts += [head, data]
    return b"".join([*parts, _sized(header.raw, size)])


def _record(key: bytes, value: bytes) -> bytes:
    """A record of a pax header, which begins with its own length."""
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    size = rest + len(str(size))
    return b"%d %s=%s\n" % (size, key, value)


def _sized(raw: bytes, size: int) -> bytes:
    """A header with another size and its checksum."""
    new = raw[:124] + b"%011o\0" % size + raw[136:148] + b" " * 8 + raw[156:]
    return new[:148] + b"%06o\0 " % sum(new) + new[156:]
