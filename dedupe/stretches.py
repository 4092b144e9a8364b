"""Passages that come again one after the other: a stretch of the story that was pasted, changed here and there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.story import Copy, Group, Story

SKIPPED = 1  # paragraphs of copy between two passages of a stretch, on either side


def stretches(story: Story, groups: Iterable[Group]) -> dict[Copy, int]:
    """Of each copy that is part of a stretch of several passages, how many words come again in it."""
    pairs = sorted({pair for group in groups for pair in pairwise(group.copies) if pair[0].whole and pair[1].whole})
    found: dict[Copy, int] = {}
    ends: dict[tuple[int, int], int] = {}  # where the passages of a pair end, in paragraphs of copy -> its stretch
    rows: list[list[tuple[Copy, Copy]]] = []
    steps = [(one, two) for one in range(1, SKIPPED + 2) for two in range(1, SKIPPED + 2)]
    for left, right in pairs:
        start = story.body_before[left.first], story.body_before[right.first]
        before = ((start[0] - one, start[1] - two) for one, two in steps)
        row = next((ends[at] for at in before if at in ends), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((left, right))
        ends[story.body_before[left.last], story.body_before[right.last]] = row
    for some in rows:
        if len(some) > 1:
            words = sum(len(story.run(right)) for _, right in some)
            found.update((copy, max(words, found.get(copy, 0))) for pair in some for copy in pair)
    return found
