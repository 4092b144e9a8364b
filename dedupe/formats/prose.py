"""What reStructuredText and AsciiDoc share: lines, marks around words, paragraphs with their lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.inline import Reader, placed
from dedupe.formats.laid import Draft
from dedupe.model import Link, Role
from dedupe.roles import furniture, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE_END = re.compile("\r\n|\n|\r")


class Row(NamedTuple):
    """A line: where it begins and ends, and where what it says does."""

    start: int
    end: int
    first: int
    last: int

    @property
    def indent(self) -> int:
        """Characters before what it says."""
        return self.first - self.start

    @property
    def blank(self) -> bool:
        """Whether it says nothing."""
        return self.first == self.last


def rows(text: str) -> list[Row]:
    """The lines of a text."""
    found, at = [], 0
    for start, end in [*(match.span() for match in _LINE_END.finditer(text)), (len(text), len(text))]:
        said = text[at:start]
        first = at + len(said) - len(said.lstrip(" \t"))
        last = at + len(said.rstrip(" \t"))
        found.append(Row(at, start, min(first, max(at, last)), max(at, last)))
        at = end
    return found


class Words(NamedTuple):
    """How a language marks words: groups of three, what opens, what is said, what closes; and where links lead."""

    marks: re.Pattern[str]
    link: re.Pattern[str]


def draft(
    text: str,
    places: Sequence[tuple[int, int]],
    outer: tuple[int, int],
    role: Role | None,
    words: Words,
    bound: str = "",
) -> Draft:
    """A paragraph of some pieces of lines; `role` is found in what it says where it is not known."""
    raw = "\n".join([text[start:end] for start, end in places])
    reader = Reader(raw)
    at = 0
    for found in words.marks.finditer(raw):
        number = found.lastindex or 3
        opens, said, closes = (found.span(group) for group in (number - 2, number - 1, number))
        if opens[0] > at:
            reader.add(at, opens[0], raw[at : opens[0]])
        link = words.link.search(found[0])
        if link:
            reader.links.append((len(reader.runs), link[link.lastindex or 1]))
        reader.add(*opens, "", 1)
        reader.add(*said, raw[slice(*said)])
        reader.add(*closes, "", -1)
        at = closes[1]
    if at < len(raw):
        reader.add(at, len(raw), raw[at:])
    seen = placed(reader, places)
    start, end = places[0][0], places[-1][1]
    plain = len(seen.runs) == 1 and seen.text == text[start:end]
    kind = role or (Role.CODE if seen.text.isspace() or not seen.text else furniture(seen.text)) or Role.BODY
    links = tuple(Link(*link) for link in seen.links)
    return Draft(start, end, kind, seen.text, outer, () if plain else seen.runs, links, bound)


def row_role(text: str, places: Sequence[tuple[int, int]]) -> Role:
    """The role of a row of a list."""
    return listed(" ".join(text[start:end] for start, end in places))
