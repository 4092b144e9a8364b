"""Neighbours that say one thing twice: a few words that stand again, a passage told again in other words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.facts import compare, disagree, stem
from dedupe.lexicon import LIGHT
from dedupe.model import COPY, Role
from dedupe.story import Copy, Group, placed, sentence_places, whole_paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.match import Match
    from dedupe.story import Gram, Story

TOLD = 15  # words; a shorter passage is like its neighbours by chance
LARGE = 38  # words; in so many a word that denies may stand in another turn of phrase
OPENING = 5  # words of a passage that was begun twice
BEGUN = 7  # words of a sentence that was begun twice and broken off
CONTENT = 0.8  # how much of what the shorter of two neighbours speaks of the other has, to be the same told again
TOGETHER = 0.6  # how much of what they speak of both have; how many of their words stand in one order in both

_QUOTE_MARK = re.compile('["“”„«»「」]')
_SAID = frozenset({*COPY, Role.ROW, Role.QUOTE})


def beside(story: Story, weak: Sequence[tuple[int, int, Match]], groups: Iterable[Group]) -> list[Group]:
    """The groups of neighbours; what is part of another group is none of these."""
    if not weak:
        return []
    taken = {copy for group in groups for copy in group.copies}
    whole = {at for copy in taken if copy.whole for at in story.members(copy)}
    partly = {copy.first for copy in taken if not copy.whole}
    starts: dict[int, dict[int, Copy]] = {}
    rows: dict[Gram, list[Copy]] = {}
    found: list[Group] = []
    for left, right, match in sorted(weak, key=lambda one: (-one[2].jaccard, one[0], one[1], one[2])):
        one, two = (
            whole_paragraph(story, at)
            if unit.whole
            else placed(story, sentence_places(story, at), unit, starts.setdefault(at, {}))
            for at, unit in ((left, match.left), (right, match.right))
        )
        if one.whole and two.whole and partly >= {one.first, two.first}:
            continue
        if one == two or not taken.isdisjoint((one, two)) or one.first in whole or two.first in whole:
            continue
        if Role.ROW in (story.paragraphs[at].role for at in (left, right)):
            if match.jaccard == 1:
                rows.setdefault(story.run(one), []).extend((one, two))
        elif _again(story, one, two, match):
            found.append(Group((one, two)))
            taken |= {one, two}
            whole |= {at for copy in (one, two) if copy.whole for at in story.members(copy)}
    return [*found, *_rows(rows)]


def _rows(rows: dict[Gram, list[Copy]]) -> Iterator[Group]:
    for copies in rows.values():
        yield Group(tuple(sorted(set(copies))))


def _again(story: Story, one: Copy, two: Copy, match: Match) -> bool:
    """Whether one of two neighbours says again what the other does."""
    if not {story.paragraphs[copy.first].role for copy in (one, two)} <= _SAID:
        return False
    if match.containment == 1 and min(len(story.run(copy)) for copy in (one, two)) < TOLD:
        return match.jaccard == 1 if one.whole and two.whole else _begun_twice(story, one, two)
    if story.sections.between(one.first, two.first) != "one":
        return False
    return told_again(story, one, two) or broken_off(story, one, two)


def broken_off(story: Story, one: Copy, two: Copy) -> bool:
    """Whether two sentences of a paragraph begin alike, and one of them has little more."""
    left, right = story.run(one), story.run(two)
    same = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), 0)
    if same < BEGUN or same < TOGETHER * min(len(left), len(right)) or not _begun_twice(story, one, two):
        return False
    facts = disagree(compare(story.passage(one), story.passage(two)))
    return not {change.kind for change in facts} & {"number", "date", "name"}


def _begun_twice(story: Story, one: Copy, two: Copy) -> bool:
    """Whether a sentence of a paragraph was begun twice; a speaker may say a thing again and again."""
    spoken = _QUOTE_MARK.search(story.paragraphs[one.first].text)
    return one.first == two.first and len(story.run(one)) >= OPENING and not spoken


def told_again(story: Story, one: Copy, two: Copy) -> bool:
    """Whether two passages speak of the same in one order, and of nothing else."""
    left, right = story.run(one), story.run(two)
    if min(len(left), len(right)) < TOLD:
        return False
    some, more = ({stem(word) for word in run if word not in LIGHT} for run in (left, right))
    both = len(some & more)
    if both < TOGETHER * len(some | more) or both < CONTENT * min(len(some), len(more)):
        return False
    from difflib import SequenceMatcher  # noqa: PLC0415  few stories come here

    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < TOGETHER * max(len(left), len(right)):
        return False
    facts = {change.kind for change in disagree(compare(story.passage(one), story.passage(two)))}
    return not (facts & {"number", "date", "name"} if min(len(left), len(right)) >= LARGE else facts)
