"""Alike paragraphs of different stories become blocks: what repeats one stretch of another story, in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.across.pairs import Texts
    from dedupe.settings import Settings

    Scores = dict[tuple[int, int], tuple[float, float]]

OFTEN = 8  # places of one text in a story from which a block is looked for
TRIED = 4  # places of one text that a paragraph is held against
WORK = 64  # looks a paragraph of the archive; beyond, blocks no longer grow and no further places are looked for


class Block(NamedTuple):
    """Paragraphs `dropped` to `dropped + size - 1` of the archive, which repeat those from `kept` on."""

    dropped: int
    kept: int
    size: int


class Where(NamedTuple):
    """The stories in which a block stands: how many, and the first paragraph of the block in the first few."""

    stories: int
    some: tuple[int, ...]


class Archive:
    """The paragraphs of all stories, as lists, and what is alike among them."""

    def __init__(self, texts: Texts, scores: Scores, settings: Settings) -> None:
        """`scores` are those of the pairs of texts that are alike."""
        self.texts, self.scores, self.settings = texts, scores, settings
        self.story: list[int] = texts.story.tolist()
        self.text: list[int] = texts.text.tolist()
        self.strong: list[bool] = texts.strong.tolist()
        order = np.argsort(texts.text, kind="stable")
        self._places: list[int] = order.tolist()
        self._starts: list[int] = np.searchsorted(texts.text[order], np.arange(len(texts.first) + 1)).tolist()
        self._partners: dict[int, list[int]] = {}
        self._kin: dict[int, list[int]] = {}
        for one, two in scores:
            self._partners.setdefault(two, []).append(one)
            self._kin.setdefault(one, []).append(two)
            self._kin.setdefault(two, []).append(one)
        self._where: dict[tuple[int, int], Where] = {}
        self._work = WORK * len(self.story) + 1_000_000

    def places(self, text: int) -> Sequence[int]:
        """All paragraphs that say a text, in order."""
        return self._places[self._starts[text] : self._starts[text + 1]]

    def matched(self) -> list[int]:
        """The paragraphs whose text stands in another story, or one like it."""
        some = self.texts.shared & self.texts.strong
        some[list(self._partners)] = True
        found: list[int] = np.flatnonzero(some[self.texts.text]).tolist()
        return found

    def alike(self, one: int, two: int) -> bool:
        """Whether two paragraphs say the same or much the same."""
        left, right = sorted((self.text[one], self.text[two]))
        return left == right or (left, right) in self.scores or self._near(left, right)

    def _near(self, left: int, right: int) -> bool:
        """The same for two texts that share a bucket whose crowd kept them apart; counted exactly."""
        texts = self.texts
        if not (self.strong[left] and self.strong[right]) or not (texts.keys[left] == texts.keys[right]).any():
            return False
        one, two = (set(texts.shingles[texts.start[at] : texts.end[at]].tolist()) for at in (left, right))
        both = len(one & two)
        scores = both / len(one | two), both / min(len(one), len(two))
        near = scores[0] >= self.settings.threshold or scores[1] >= self.settings.containment
        if near:
            self.scores[left, right] = scores
            self._kin.setdefault(left, []).append(right)
            self._kin.setdefault(right, []).append(left)
        return near

    def earlier(self, at: int) -> Iterator[int]:
        """Some paragraphs of earlier stories that one is alike to, those of the same text first."""
        text, story = self.text[at], self.story[at]
        for one in (text, *self._partners.get(text, ())):
            start = self._starts[one]
            for place in self._places[start : min(start + TRIED, self._starts[one + 1])]:
                if self.story[place] >= story:
                    break
                yield place

    def run(self, here: int, there: int) -> tuple[int, int]:
        """How many paragraphs before and behind two alike ones are alike in the same order."""
        before = behind = 0
        if self._work < 0:
            return 0, 0
        while self._inside(here, there, -before - 1) and self.alike(here - before - 1, there - before - 1):
            before += 1
        while self._inside(here, there, behind + 1) and self.alike(here + behind + 1, there + behind + 1):
            behind += 1
        self._work -= before + behind
        return before, behind

    def _inside(self, here: int, there: int, step: int) -> bool:
        """Whether a step leads out of neither story."""
        one, two = here + step, there + step
        if min(one, two) < 0 or max(one, two) >= len(self.story):
            return False
        return self.story[one] == self.story[here] and self.story[two] == self.story[there]

    def blocks(self) -> Iterator[Block]:
        """What repeats an earlier story, in order; each paragraph is in one block at most."""
        waiting: list[int] = []
        for at in self.matched():
            if waiting and self.story[waiting[0]] != self.story[at]:
                yield from self._of_story(waiting)
                waiting = []
            waiting.append(at)
        yield from self._of_story(waiting)

    def _of_story(self, some: Sequence[int]) -> list[Block]:
        """The blocks of one story, the longest first where they would overlap."""
        found: list[Block] = []
        reached: dict[tuple[int, int], int] = {}  # the end of the last run on a diagonal into a story
        often: Counter[int] = Counter()
        for at in some:
            often[self.text[at]] += 1
            if often[self.text[at]] > OFTEN:
                continue
            for place in self.earlier(at):
                diagonal = self.story[place], at - place
                if reached.get(diagonal, -1) >= at:
                    continue
                before, behind = self.run(at, place)
                reached[diagonal] = at + behind
                found.append(Block(at - before, place - before, before + behind + 1))
        if len(found) == 1:
            return found
        taken: set[int] = set()
        kept: list[Block] = []
        for block in sorted(found, key=self._rank):
            for piece in _uncovered(block, taken):
                if self._anchored(piece, some):
                    kept.append(piece)
                    taken.update(range(piece.dropped, piece.dropped + piece.size))
        return sorted(kept)

    def _rank(self, block: Block) -> tuple[int, int, int]:
        pairs = zip(self._texts(block.dropped, block.size), self._texts(block.kept, block.size), strict=True)
        return -block.size, -sum(one == two for one, two in pairs), block.kept

    def _texts(self, start: int, size: int) -> Sequence[int]:
        return self.text[start : start + size]

    def _anchored(self, block: Block, some: Sequence[int]) -> bool:
        """Whether a block holds a paragraph that is found by itself."""
        at = bisect_left(some, block.dropped)
        return at < len(some) and some[at] < block.dropped + block.size

    def where(self, block: Block, shown: int) -> Where:
        """The stories in which what a block repeats stands, word for word or nearly."""
        key = block.kept, block.size
        if key not in self._where:
            self._where[key] = self._looked(block, shown)
        return self._where[key]

    def _looked(self, block: Block, shown: int) -> Where:
        kin = [(text, *self._kin.get(text, ())) for text in self._texts(block.kept, block.size)]
        counts = [
            sum(self._starts[one + 1] - self._starts[one] for one in some)
            if self.strong[some[0]]
            else len(self.story) + 1
            for some in kin
        ]
        least = min(counts)
        self._work -= least * block.size
        if self._work < 0:
            return Where(2, (block.kept, block.dropped))
        offset = counts.index(least)
        found: dict[int, int] = {}
        for place in sorted(place for text in kin[offset] for place in self.places(text)):
            if self.story[place] not in found and self._holds(block, place, offset):
                found[self.story[place]] = place - offset
        found.setdefault(self.story[block.kept], block.kept)
        found.setdefault(self.story[block.dropped], block.dropped)
        return Where(len(found), tuple(found[story] for story in sorted(found)[:shown]))

    def _holds(self, block: Block, place: int, offset: int) -> bool:
        """Whether what a block repeats stands around a place, where its paragraph at an offset does."""
        if block.size == 1:
            return True
        there = block.kept + offset
        return all(
            step == 0 or (self._inside(place, there, step) and self.alike(place + step, there + step))
            for step in range(-offset, block.size - offset)
        )


def _uncovered(block: Block, taken: set[int]) -> Iterator[Block]:
    """The pieces of a block that no other block has taken."""
    edges = [-1, *(at for at in range(block.size) if block.dropped + at in taken), block.size]
    for low, high in pairwise(edges):
        if high - low > 1:
            yield Block(block.dropped + low + 1, block.kept + low + 1, high - low - 1)
