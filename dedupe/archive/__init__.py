"""Containers of many stories: their pieces one after the other, and copies in which some pieces are others.

Nothing is unpacked to the disk; the names of members are only names.
"""

from dedupe.archive.kinds import ENDS, kind_of, of_stories
from dedupe.archive.piece import LARGEST, Asked, Left, Piece, Put
from dedupe.archive.walk import copied, pieces, takes_back

__all__ = [
    "ENDS",
    "LARGEST",
    "Asked",
    "Left",
    "Piece",
    "Put",
    "copied",
    "kind_of",
    "of_stories",
    "pieces",
    "takes_back",
]
