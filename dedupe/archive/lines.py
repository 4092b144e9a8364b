"""JSON Lines: a line is a piece."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from dedupe.archive.piece import BIG, LARGEST, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.archive.packing import Stream
    from dedupe.archive.piece import Desk

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOO_LONG = f"a line {BIG}; it stays as it is"


def walk(stream: Stream, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The lines that are not blank, and in a copy the bytes of the new container."""
    first = stream.read(3)
    if first.startswith(_WIDE):
        yield desk.fault("is UTF-16, where no line can be told; convert it to UTF-8 first")
        yield first
        yield from stream.chunks()
        return
    if first == codecs.BOM_UTF8:
        yield first
    else:
        stream.back(first)
    line = 1
    pending: list[bytes] = []  # the beginning of a line, all of it bytes to copy where it is `long`
    long = False
    for chunk in stream.chunks():
        cut = chunk.rfind(b"\n") + 1
        if long:
            begun = chunk.find(b"\n") + 1
            yield chunk[:begun] if begun else chunk
            if not begun:
                continue
            long, line = False, line + 1
            chunk, cut = chunk[begun:], cut - begun  # noqa: PLW2901  the rest of it
        if cut:
            block = b"".join([*pending, chunk[:cut]])
            pending = [chunk[cut:]]
            yield from _block(block, desk, line)
            line += block.count(b"\n")
        else:
            pending.append(chunk)
            if sum(map(len, pending)) > LARGEST:
                yield desk.fault(f"line {line:,}: {_TOO_LONG}", line=line)
                yield from pending
                pending, long = [], True
    rest = b"".join(pending)
    if stream.fault:
        yield rest  # the beginning of a record
        yield desk.end(stream.fault)
    elif rest:
        yield from _block(rest, desk, line)


def _block(block: bytes, desk: Desk, line: int) -> Iterator[Piece | Left | bytes]:
    """Whole lines: as one where nothing changes in them."""
    parts = block.split(b"\n")
    if len(block) <= LARGEST and desk.same(len(parts)):
        desk.number += sum(1 for part in parts if part and not part.isspace())
        yield block
    elif desk.copying or len(block) > LARGEST:
        yield from _changed(parts, desk, line)
    else:
        number, key = desk.number, desk.named("")
        for part in parts:
            if part and not part.isspace():
                yield Piece(number, key, "jsonl", part[:-1] if part[-1] == 13 else part, line)  # noqa: PLR2004  CR
                number += 1
            line += 1
        desk.number = number


def _changed(parts: list[bytes], desk: Desk, line: int) -> Iterator[Piece | Left | bytes]:
    last = len(parts) - 1
    for index, part in enumerate(parts):
        end = b"\n" if index < last else b""
        if not part or part.isspace():
            yield part + end
            continue
        if len(part) > LARGEST:
            yield desk.fault(f"line {line + index:,}: {_TOO_LONG}", line=line + index)
            yield part
            yield end
            continue
        said, end = (part[:-1], b"\r" + end) if part.endswith(b"\r") else (part, end)
        piece = desk.piece("", "jsonl", said, line + index)
        yield piece
        data = desk.data(piece)
        if data is not None:
            if data is not said and b"\n" in data:
                raise DedupeError(f"{desk.place()}: line {piece.line:,}: a record stays on one line", path=desk.path)
            yield data
            yield end
        else:
            yield Left(piece.number, 0, said + end)
