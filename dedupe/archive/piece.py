"""What a walk over a container gives, and where it stands."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST = 64 * 1024 * 1024  # bytes of a piece
BIG = f"larger than {LARGEST >> 20} MiB"
NEVER = sys.maxsize


class Asked(NamedTuple):
    """How records are read."""

    suffixes: Mapping[str, str]  # the format of a member by the end of its name, as in `formats.SUFFIXES`
    text_field: str = ""
    id_field: str = ""
    date_field: str = ""
    format: str | None = None
    encoding: str | None = None


class Piece(NamedTuple):
    """One thing of a container that holds a story, or several; or one that cannot be read, and why."""

    number: int  # its place in the walk of the whole container, from 0
    key: str  # what people call it; "" for JSON records at the top, which name themselves
    kind: str  # the name of the format that its data is read with; "" where it cannot be read
    data: bytes
    line: int = 1  # its first line in the container's text, where that has lines
    date: str = ""  # as the container says it
    fault: str = ""  # one plain line with its place


class Left(NamedTuple):
    """All that stood in a container for a piece that its copy leaves out, or that could not be made of its data."""

    number: int  # of the piece
    at: int  # where it goes back in: a byte of the copy before compression
    whole: bytes
    size: int = 0  # bytes that stand in the copy in its place


Put = tuple[int, int, bytes]  # at, size and whole of something left


class Desk:
    """Where the walk of one container stands: what it has passed, and what becomes of the next piece that changes."""

    def __init__(self, path: str, asked: Asked, changes: Iterable[tuple[int, bytes | None]] | None = None) -> None:
        """`changes` are those of a copy, ascending; without them the container is only read."""
        self.path = path
        self.asked = asked
        self.copying = changes is not None
        self.number = 0  # of the next piece
        self.inside = ""  # the member that is walked, itself a container
        self.broken = ""  # why the walk ended before its container did
        self._changes = iter(changes or ())
        self.next = NEVER  # the number of the next piece that changes
        self._data: bytes | None = None
        self._advance()

    def _advance(self) -> None:
        last = -1 if self.next == NEVER else self.next
        self.next, self._data = next(self._changes, (NEVER, None))
        if self.next <= last:
            raise ValueError("changes of pieces must ascend")

    def twin(self) -> Desk:
        """Another desk before the same changes; what both have not met yet is held."""
        self._changes, its = itertools.tee(self._changes)
        twin = Desk(self.path, self.asked, ())
        twin.number, twin.next = self.number, self.next
        twin._changes, twin._data = its, self._data
        return twin

    def named(self, key: str) -> str:
        """The key of a piece as seen from the whole container."""
        return f"{self.inside}/{key}" if self.inside and key else self.inside or key

    def place(self, key: str = "") -> str:
        """Where something is, as messages name it."""
        key = self.named(key)
        return f"{self.path}: {key}" if key else self.path

    def piece(self, key: str, kind: str, data: bytes, line: int = 1, date: str = "") -> Piece:
        """The next piece."""
        self.number += 1
        return Piece(self.number - 1, self.named(key), kind, data, line, date)

    def fault(self, why: str, key: str = "", line: int = 1) -> Piece:
        """The next piece, which cannot be read."""
        return self._faulty(f"{self.place(key)}: {why}", key, line)

    def end(self, why: str) -> Piece:
        """The last piece of a container that cannot be read to its end; `why` names the place."""
        self.broken = self.broken or why
        return self._faulty(why, "", 1)

    def _faulty(self, fault: str, key: str, line: int) -> Piece:
        if self.next == self.number:
            raise DedupeError(f"{fault}; so it cannot be changed", path=self.path)
        self.number += 1
        return Piece(self.number - 1, self.named(key), "", b"", line, "", fault)

    def same(self, count: int = 1) -> bool:
        """Whether the next pieces of a copy stay as they are."""
        return self.copying and self.next >= self.number + count

    def data(self, piece: Piece) -> bytes | None:
        """What a piece becomes: its own data, other data, or None where it is left out."""
        data: bytes | None = piece.data
        if piece.number == self.next:
            data = self._data
            self._advance()
        return data

    def finish(self) -> None:
        """Raise DedupeError unless all changes found their piece, and the container could be read to its end."""
        if self.broken:
            raise DedupeError(self.broken, path=self.path)
        if self.next < NEVER:
            raise DedupeError(
                f"{self.path}: holds {self.number:,} pieces now and more when it was read; run dedupe again",
                path=self.path,
            )
