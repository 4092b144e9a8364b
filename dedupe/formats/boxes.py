"""The blocks of Markdown that may go on in the next line, and the containers they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


@dataclass
class Box:
    """A container of blocks: a block quote, a list item, a footnote, an admonition."""

    kind: str
    indent: int  # columns of what stands in it
    line: int
    ordered: bool = False
    held: int = 0  # blocks in it
    callout: bool = False
    interrupts: bool = False  # begins right below copy


@dataclass
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
