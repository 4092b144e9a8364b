"""Alike paragraphs of different stories become blocks: what repeats one stretch of another story, in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.across.lines import OFTEN, TRIED, Lines, by_story
from dedupe.across.prints import BITS
from dedupe.across.sketch import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.across.pairs import Alike, Texts
    from dedupe.settings import Settings

AT_HAND = 100_000  # pairs that are remembered
SETS = 10_000  # texts of which the shingles are
COUNTED = 8  # looks that an exact count is worth
TOGETHER = 1 << 16  # matched paragraphs that are looked at in one go
WORK = 8  # looks a paragraph of the archive; beyond, blocks no longer grow and no further places are looked for


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
    """The paragraphs of all stories, on arrays that are read one by one, and what is alike among them."""

    def __init__(self, texts: Texts, alike: Alike, settings: Settings) -> None:
        """`alike` are the pairs of texts that are."""
        self.texts, self.settings = texts, settings
        self.story, self.text = texts.story.data, texts.text.data
        self.lines = Lines(texts, alike)
        self._size = texts.size.data
        self._bits = texts.bits.view(np.uint8).ravel().data
        self._spare = (texts.size - counted(texts.bits)).data
        self._near: dict[tuple[int, int], tuple[float, float]] = {}
        self._kin: dict[int, list[int]] = {}
        self._sets: dict[int, frozenset[int]] = {}
        self._work = WORK * len(self.story) + 1_000_000

    def places(self, text: int) -> Sequence[int]:
        """All paragraphs that say a text, in order."""
        return self.lines.places(text)

    def matched(self) -> list[int]:
        """The paragraphs whose text stands in another story, or one like it."""
        found: list[int] = self.lines.matched().tolist()
        return found

    def alike(self, one: int, two: int) -> bool:
        """Whether two paragraphs say the same or much the same."""
        left, right = sorted((self.text[one], self.text[two]))
        return left == right or self.score(left, right) is not None

    def score(self, left: int, right: int) -> tuple[float, float] | None:
        """Jaccard and containment of two different texts that are alike, the earlier one left."""
        known = self._near.get((left, right)) or self.lines.score(left, right)
        if known is not None or not self._may(left, right):
            return known
        # a crowd kept them apart, or nothing led from one to the other
        one, two = self._shingles(left), self._shingles(right)
        both = len(one & two)
        self._work -= COUNTED
        scores = both / (len(one) + len(two) - both), both / min(len(one), len(two))
        if scores[0] < self.settings.threshold and scores[1] < self.settings.containment:
            return None
        if len(self._near) < AT_HAND:
            self._near[left, right] = scores
            self._kin.setdefault(left, []).append(right)
            self._kin.setdefault(right, []).append(left)
        return scores

    def _shingles(self, text: int) -> frozenset[int]:
        """The shingles of a text; of one that was asked for not long ago they are at hand."""
        if text not in self._sets:
            if len(self._sets) >= SETS:
                self._sets.clear()
            self._sets[text] = frozenset(self.texts.shingles(text).tolist())
        return self._sets[text]

    def _may(self, left: int, right: int) -> bool:
        """Whether two texts can be alike by their sketches."""
        one, two = self._size[left], self._size[right]
        small = min(one, two)
        if not small:
            return False
        shared = self._sketch(left) & self._sketch(right)
        both = min(shared.bit_count() + min(self._spare[left], self._spare[right]), small)
        return both / (one + two - both) >= self.settings.threshold or both / small >= self.settings.containment

    def _sketch(self, text: int) -> int:
        wide = BITS // 8
        return int.from_bytes(self._bits[wide * text : wide * text + wide], "little")

    def earlier(self, at: int) -> Iterator[int]:
        """Some paragraphs of earlier stories that one is alike to, those of the same text first."""
        text, story = self.text[at], self.story[at]
        for one in (text, *self.lines.partners(text)):
            for place in self.places(one)[:TRIED]:
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
        self._work -= before + behind + 2
        return before, behind

    def _inside(self, here: int, there: int, step: int) -> bool:
        """Whether a step leads out of neither story."""
        one, two = here + step, there + step
        if min(one, two) < 0 or max(one, two) >= len(self.story):
            return False
        return self.story[one] == self.story[here] and self.story[two] == self.story[there]

    def blocks(self) -> Iterator[Block]:
        """What repeats an earlier story, in order; each paragraph is in one block at most."""
        for some in by_story(self.texts.story, self.lines.matched(), TOGETHER):
            pairs, rest = self.lines.single(some, self.settings, grow=self._work >= 0)
            found = [Block(*pair, 1) for pair in pairs]
            for story in by_story(self.texts.story, rest, 1):
                found += self._of_story(story.tolist())
            yield from sorted(found)

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
                block = Block(at - before, place - before, before + behind + 1)
                if self._whole(block):
                    return [block]  # no other one is longer, or earlier
                found.append(block)
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

    def _whole(self, block: Block) -> bool:
        """Whether a block is a whole story, word for word."""
        end = block.dropped + block.size - 1
        inside = self._inside(block.dropped, block.dropped, -1) or self._inside(end, end, 1)
        return not inside and self._texts(block.dropped, block.size) == self._texts(block.kept, block.size)

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
        kin = [
            tuple({text, *self.lines.kin(text), *self._kin.get(text, ())})
            for text in self._texts(block.kept, block.size)
        ]
        counts = [
            sum(len(self.places(one)) for one in some) if self._size[text] else len(self.story) + 1
            for text, some in zip(self._texts(block.kept, block.size), kin, strict=True)
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
