"""What a format found, counted in characters, becomes paragraphs over the bytes of the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from dedupe.model import COPY, Link, Paragraph, Role, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from dedupe.model import Source

_LINE_END = re.compile("\r\n|\n|\r")
_SINGLE_BYTE = frozenset({"ascii", "latin-1", "iso8859-1", "iso8859-15", "cp1252", "windows-1252"})
_LEADING = (0xC0, 0xE0, 0xF0)  # first bytes of UTF-8; from these on a character takes a byte more
_ASTRAL = 0x10000  # from here on UTF-16 takes two more


ALONE = (-1, -1)  # the outer of a paragraph around which there is no markup


class Runs(Sequence[Run]):
    """The runs of a paragraph, one at least, found when they are first asked for: most paragraphs match nothing."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], tuple[Run, ...]]) -> None:
        """`find` gives the runs."""
        self._find: Callable[[], tuple[Run, ...]] | None = find
        self._found: tuple[Run, ...] = ()

    def _all(self) -> tuple[Run, ...]:
        if self._find is not None:
            self._found, self._find = self._find(), None
        return self._found

    def __bool__(self) -> bool:
        """There are some."""
        return True

    def __len__(self) -> int:
        """How many."""
        return len(self._all())

    @overload
    def __getitem__(self, at: int) -> Run: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Run, ...]: ...
    def __getitem__(self, at: int | slice) -> Run | tuple[Run, ...]:
        """One, or some."""
        return self._all()[at]

    def __eq__(self, other: object) -> bool:
        """Whether the runs are the same, found or not."""
        return self._all() == (other._all() if isinstance(other, Runs) else other)

    def __hash__(self) -> int:
        """As the tuple of them."""
        return hash(self._all())

    def __reduce__(self) -> tuple[object, ...]:
        """Travel from a worker process, without what they are found in."""
        return tuple, (self._all(),)


class Draft(NamedTuple):
    """A paragraph with its places counted in characters of the source."""

    start: int
    end: int
    role: Role
    text: str
    outer: tuple[int, int]
    runs: Sequence[Run] = ()
    links: tuple[Link, ...] = ()
    bound: str = ""
    field: int = 0
    weak: str = ""
    level: int = 1


def headed(drafts: Iterable[Draft], text: str, depth: re.Pattern[str]) -> Iterator[Draft]:
    """The drafts; the first heading before any copy is the headline, the others stand as deep as `depth` finds them.

    A group of it says how deep, by its length or as a digit; a heading in which it finds nothing stands at the top.
    """
    head = True
    heading = Role.HEADING
    for draft in drafts:
        if head and draft.role is heading:
            yield draft._replace(role=Role.HEADLINE)
            head = False
        elif draft.role is heading:
            found = depth.match(text, *draft.outer)
            deep = found[found.lastindex] if found and found.lastindex else ""
            yield draft._replace(level=int(deep) if deep.isdecimal() else max(1, len(deep)))
        else:
            head = head and draft.role not in COPY
            yield draft


def laid(source: Source, drafts: Sequence[Draft]) -> tuple[Paragraph, ...]:
    """The paragraphs of some drafts, which stand in the order of their text."""
    lines = source.kept.get("lines")
    if lines is None:
        lines = source.kept["lines"] = _lines(source.text)
    places: list[int] = []
    for draft in drafts:
        places += draft[:2]
        places += draft[4]
    moved = in_bytes(source, places)
    number = source.first
    found: list[Paragraph] = []
    for draft, first, stop, opens, closes in zip(drafts, *[moved[at::4] for at in range(4)], strict=True):
        start, end, role, text, outer, runs, links, bound, field, weak, level = draft
        line = last = bisect_right(lines, start)
        if line < len(lines) and end > lines[line]:
            last = bisect_right(lines, end - 1, line)
        some = Runs(partial(_runs, source, runs)) if runs else ()
        around = None if outer is ALONE else (opens, closes)
        # as `Paragraph` does, which takes twice as long for it
        all_ = (first, stop, number + line, number + last, role, text, around, some, links, bound, field, weak, level)
        found.append(tuple.__new__(Paragraph, all_))
    return tuple(found)


def _lines(text: str) -> list[int]:
    """Where each line but the first begins."""
    if "\r" in text:
        return [match.end() for match in _LINE_END.finditer(text)]
    return list(accumulate([len(line) + 1 for line in text.split("\n")]))[:-1]


def _runs(source: Source, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs counted in bytes."""
    take = iter(in_bytes(source, [place for run in runs for place in run[2:4]])).__next__
    return tuple([Run(run.at, run.size, take(), take(), run.turn) for run in runs])


def in_bytes(source: Source, places: list[int]) -> list[int]:
    """From characters of the source to bytes."""
    text, encoding = source.text, source.encoding
    if encoding in _SINGLE_BYTE or (encoding == "utf-8" and text.isascii()):
        return [at + source.bom for at in places] if source.bom else places
    if encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        found = np.array(places, np.int64)
        asked = found.copy()
        found *= 2 if encoding != "utf-8" else 1
        found += source.bom
        for wider in filter(len, _wider(source)):
            found += np.searchsorted(wider, asked) * (2 if encoding != "utf-8" else 1)
        some: list[int] = found.tolist()
        return some
    known, at = {ALONE[0]: ALONE[0], 0: source.bom}, source.bom
    for before, here in pairwise(sorted({0, *places})):
        at += len(text[before:here].encode(encoding))
        known[here] = at
    return [known[place] for place in places]


def _wider(source: Source) -> list[NDArray[np.int64]]:
    """Where the characters stand that take a byte more than others, and those that take two more, and three."""
    known: list[NDArray[np.int64]] | None = source.kept.get("wider")
    if known is None:
        if source.encoding == "utf-8":  # told by the first byte of each, before which stand those of the ones above
            units = np.frombuffer(source.data, np.uint8, offset=source.bom)
            first, *others = _LEADING
        else:
            units = np.frombuffer(source.text.encode("utf-32-le", "surrogatepass"), np.uint32)
            first, *others = (_ASTRAL,)
        wide = np.flatnonzero(units >= first)
        units = units[wide]
        if source.encoding == "utf-8":
            more = np.sum([units >= one for one in _LEADING], axis=0)
            wide -= np.cumsum(more) - more
        known = source.kept["wider"] = [wide, *(wide[units >= one] for one in others)]
    return known


def spans_of(source: Source, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans of characters as spans of bytes."""
    take = iter(in_bytes(source, [place for span in spans for place in span])).__next__
    return tuple((take(), take()) for _ in spans)
