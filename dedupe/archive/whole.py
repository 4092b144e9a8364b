"""A single story, alone in a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.archive import kinds
from dedupe.archive.piece import BIG, LARGEST, Left, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.archive.packing import Stream
    from dedupe.archive.piece import Desk


def walk(stream: Stream, desk: Desk, kind: str = "") -> Iterator[Piece | Left | bytes]:
    """The one piece, and in a copy its new bytes; of the kind that its name says, if none is given."""
    name = kinds.story(desk.inside or desk.path)
    kind = desk.asked.format or kind or desk.asked.suffixes.get(kinds.suffix(name), "text")
    data = stream.read(LARGEST + 1)
    if stream.fault:
        yield desk.end(stream.fault)
        yield data
    elif len(data) > LARGEST:
        yield desk.fault(f"{BIG}; it stays as it is")
        yield data
        yield from stream.chunks()
    else:
        piece = desk.piece("", kind, data)
        yield piece
        new = desk.data(piece)
        yield Left(piece.number, 0, data) if new is None else new
