"""The options of a run, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dedupe.model import DedupeError

Keep = Literal["best", "first", "last", "longest"]
Scope = Literal["article", "archive"]


@dataclass(frozen=True)
class Settings:
    """What decides which findings a text has; two runs with equal settings find the same."""

    threshold: float = 0.5  # Jaccard of word-3 shingles that makes an anchor
    containment: float = 0.8  # or this much of the smaller copy in the larger
    min_words: int = 8  # shorter units are never anchors
    keep: Keep = "best"
    scope: Scope = "article"
    boilerplate_after: int = 10  # articles in which a passage stands
    thorough: bool = False  # look for what stands in several articles with twice the bands
    require_reasons: bool = False  # a comment that accepts a repeat counts only if it says why

    def __post_init__(self) -> None:
        """Refuse values that no run can work with."""
        if not 0 < self.threshold <= 1:
            raise DedupeError(f"--threshold is {self.threshold:g}; it must lie above 0 and not above 1")
        if not 0 < self.containment <= 1:
            raise DedupeError(f"containment is {self.containment:g}; it must lie above 0 and not above 1")
        if self.min_words < 1:
            raise DedupeError(f"--min-words is {self.min_words}; it must be 1 or more")
        if self.boilerplate_after < 2:  # noqa: PLR2004  what stands in one place is no repeat
            raise DedupeError(f"--boilerplate-after is {self.boilerplate_after}; it must be 2 or more")
