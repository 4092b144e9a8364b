"""Passages that come again one after the other: a stretch of the story that was pasted, changed here and there."""

from __future__ import annotations

from bisect import bisect_left
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
    ends: list[tuple[int, int, int]] = []  # where the passages of a pair end, in paragraphs of copy; its stretch
    rows: list[list[tuple[Copy, Copy]]] = []
    for left, right in pairs:
        start = story.body_before[left.first], story.body_before[right.first]
        end = story.body_before[left.last], story.body_before[right.last]
        near = (
            row
            for one, two, row in ends[bisect_left(ends, (start[0] - SKIPPED - 1, 0, 0)) :]
            if 0 < start[0] - one <= SKIPPED + 1 and 0 < start[1] - two <= SKIPPED + 1
        )
        row = next(near, len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((left, right))
        ends.append((*end, row))
        ends.sort()
    for some in rows:
        if len(some) > 1:
            words = sum(len(story.run(right)) for _, right in some)
            found.update((copy, max(words, found.get(copy, 0))) for pair in some for copy in pair)
    return found
