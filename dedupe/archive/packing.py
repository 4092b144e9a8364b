"""Compressed bytes become plain ones and back, a little at a time."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from typing import TYPE_CHECKING, Any

from dedupe.archive.kinds import parted
from dedupe.disk import reason
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from types import ModuleType
    from typing import BinaryIO

BLOCK = 1 << 20  # bytes that are read at once
_SLICE = 512  # compressed bytes that zstandard is given at once: 4 of them may give 128 KiB
_WINDOW = 1 << 27  # bytes that zstandard may look back
_MEMORY = 1 << 28  # bytes that xz may hold
_ZLIB = {".gz": 31, ".zlib": 15, ".deflate": -15}  # how zlib calls its headers, and deflate without any


def zstandard(place: str) -> ModuleType:
    """The library for .zst. Raises DedupeError where it is not installed."""
    try:
        import zstandard as found  # noqa: PLC0415  an extra, and few files need it
    except ImportError as error:
        raise DedupeError(f"{place}: needs zstandard: pip install 'wire-dedupe[archive]'", path=place) from error
    return found


def blocks(file: BinaryIO, place: str, at: int = 0, size: int = -1) -> Iterator[bytes]:
    """The bytes of a file, all or `size` of them; others may read elsewhere in it meanwhile. Raises DedupeError."""
    until = at + size if size >= 0 else sys.maxsize
    while at < until:
        try:
            file.seek(at)
            block = file.read(min(BLOCK, until - at))
        except OSError as error:
            raise DedupeError(f"{place}: cannot be read to its end: {reason(error)}", path=place) from error
        if not block:
            return
        at += len(block)
        yield block


def unpacked(packed: Iterable[bytes], kind: str, place: str) -> Iterator[bytes]:
    """The bytes behind a compression, of all its members. Raises DedupeError where it is damaged or ends too early."""
    if not kind:
        yield from packed
    elif kind == ".zst":
        yield from gathered(_members(packed, kind, place))
    else:
        yield from _members(packed, kind, place)


def _members(packed: Iterable[bytes], kind: str, place: str) -> Iterator[bytes]:
    member: Any = None
    done = 0
    damaged = _damaged(kind, place)
    for block in packed:
        left: bytes | None = block
        while left:
            if member is None:
                left = left.lstrip(b"\0") if done else left  # tapes and disks pad with it
                member = _unpacker(kind, place) if left else None
                continue
            found = _fed(member, left, kind)
            try:
                while True:
                    some = next(found)
                    done += len(some)
                    yield some
            except StopIteration as end:
                left = end.value
                member = member if left is None else None
            except damaged as error:
                raise DedupeError(f"{place}: {_why(error, done)}", path=place) from error
    if member is not None:
        raise DedupeError(
            f"{place}: cut off after {done:,} unpacked bytes; get it again from where it came", path=place
        )


def _why(error: Exception, done: int) -> str:
    said = str(error).lower()
    if "memory" in said:
        return "looks further back than is held here; unpack it and pack it again without --long"
    if "dictionary" in said:
        return "is packed with a dictionary, which is not read here; unpack it first"
    return f"damaged after {done:,} unpacked bytes; get it again from where it came"


def _damaged(kind: str, place: str) -> tuple[type[Exception], ...]:
    more = (zstandard(place).ZstdError,) if kind == ".zst" else ()
    return (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, *more)


def _unpacker(kind: str, place: str) -> Any:  # noqa: ANN401  four libraries, one habit
    if kind in _ZLIB:
        return zlib.decompressobj(_ZLIB[kind])
    if kind == ".bz2":
        return bz2.BZ2Decompressor()
    if kind == ".xz":
        return lzma.LZMADecompressor(memlimit=_MEMORY)
    return zstandard(place).ZstdDecompressor(max_window_size=_WINDOW).decompressobj()


def _fed(member: Any, data: bytes, kind: str) -> Generator[bytes, None, bytes | None]:  # noqa: ANN401
    """What a member gives for some compressed bytes, a little at a time; returns those behind its end, if it ended."""
    if kind == ".zst":
        for at in range(0, len(data), _SLICE):
            yield member.decompress(data[at : at + _SLICE])
            if member.eof:
                left: bytes = member.unused_data
                return left + data[at + _SLICE :]
        return None
    slow = kind in (".bz2", ".xz")
    while True:
        found = member.decompress(data, BLOCK)
        if found:
            yield found
        if member.eof:
            unused: bytes = member.unused_data
            return unused
        data = b"" if slow else member.unconsumed_tail
        if member.needs_input if slow else not data and len(found) < BLOCK:
            return None


def gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Fewer, larger chunks."""
    pending: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            pending.append(chunk)
            size += len(chunk)
            if size >= BLOCK // 4:
                yield b"".join(pending)
                pending, size = [], 0
    except DedupeError:
        if pending:
            yield b"".join(pending)
        raise
    if pending:
        yield b"".join(pending)


def packed(chunks: Iterable[bytes], kind: str, place: str) -> Iterator[bytes]:
    """The bytes of a container of some kind, or of a mere compression; the same for the same chunks.

    In a WARC an empty chunk ends a member of what can have several.
    """
    bare, kind = parted(kind)
    if not kind:
        yield from chunks
        return
    members = bare in ("warc", "wet") and kind in (".gz", ".zst")
    packer = _packer(kind, place)
    begun = ended = False
    for chunk in chunks:
        if chunk:
            packer = _packer(kind, place) if ended else packer
            begun, ended = True, False
            if done := packer.compress(chunk):
                yield done
        elif begun and not ended and members:
            yield packer.flush()
            ended = True
    if not ended:
        yield packer.flush()


def _packer(kind: str, place: str) -> Any:  # noqa: ANN401
    if kind in _ZLIB:
        return zlib.compressobj(6, zlib.DEFLATED, _ZLIB[kind])  # no name, no time
    if kind == ".bz2":
        return bz2.BZ2Compressor()
    if kind == ".xz":
        return lzma.LZMACompressor()
    return zstandard(place).ZstdCompressor(level=3, write_checksum=True).compressobj()


class Stream:
    """Bytes in their order. Where they cannot be read on it ends, and `fault` says why."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """`chunks` may raise DedupeError."""
        self._chunks = iter(chunks)
        self._held = b""
        self._at = 0  # in what is held
        self.fault = ""

    def chunk(self) -> bytes:
        """The next bytes, as many as there are at once; none at the end."""
        if self._at < len(self._held):
            held, self._held = self._held[self._at :], b""
            self._at = 0
            return held
        try:
            for chunk in self._chunks:
                if chunk:
                    return chunk
        except DedupeError as error:
            self.fault = error.message
        return b""

    def chunks(self) -> Iterator[bytes]:
        """All that is left."""
        while chunk := self.chunk():
            yield chunk

    def through(self) -> Iterator[bytes]:
        """All that is left; raises DedupeError where it cannot be read on."""
        yield from self.chunks()
        if self.fault:
            raise DedupeError(self.fault)

    def back(self, data: bytes) -> None:
        """Put bytes back that come next."""
        self._held = data + self._held[self._at :]
        self._at = 0

    def take(self, size: int) -> Iterator[bytes]:
        """The next bytes, fewer at the end."""
        while size:
            if self._at == len(self._held):
                self._held, self._at = self.chunk(), 0
                if not self._held:
                    return
            some = self._held[self._at : self._at + size]
            self._at += len(some)
            size -= len(some)
            yield some

    def read(self, size: int) -> bytes:
        """The next bytes in one, fewer at the end."""
        return b"".join(self.take(size))

    def line(self, limit: int) -> bytes:
        """The next line with its end, or as much of it as the limit allows."""
        parts: list[bytes] = []
        while limit > 0:
            if self._at == len(self._held):
                self._held, self._at = self.chunk(), 0
                if not self._held:
                    break
            end = self._held.find(b"\n", self._at, self._at + limit) + 1
            some = self._held[self._at : end or self._at + limit]
            parts.append(some)
            self._at += len(some)
            limit -= len(some)
            if end:
                break
        return b"".join(parts)
