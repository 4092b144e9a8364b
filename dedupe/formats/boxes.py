"""The blocks of Markdown that may go on, the containers they stand in, and how far a line is set in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

TAB = 4


@dataclass(slots=True)
class Box:
    """A container of blocks: a block quote, a list item, a footnote, an admonition."""

    kind: str
    indent: int  # columns of what stands in it
    line: int
    ordered: bool = False
    held: int = 0  # blocks in it
    callout: bool = False
    interrupts: bool = False  # begins right below copy


@dataclass(slots=True)
class Open:
    """A block that may go on."""

    kind: str
    line: int  # the first
    box: Box | None
    places: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0
    begun: int = 0  # containers that begin on its first line
    until: re.Pattern[str] | None = None  # what ends it, where no blank line does
    fence: str = ""


def skipped(text: str, at: int, end: int, most: int) -> int:
    """Past at most so many columns of blanks."""
    width = 0
    while at < end and width < most and text[at] in " \t":
        width += TAB if text[at] == "\t" else 1
        at += 1
    return at


def columns(text: str, start: int, end: int) -> int:
    """How many columns some blanks take."""
    return end - start + (TAB - 1) * text.count("\t", start, end) if start < end else 0


def indent_of(text: str, at: int, end: int) -> tuple[int, int]:
    """Past the blanks at a place, and the columns they take."""
    if at >= end or text[at] not in " \t":
        return at, 0
    past = at + 1
    while past < end and text[past] in " \t":
        past += 1
    return past, columns(text, at, past)
