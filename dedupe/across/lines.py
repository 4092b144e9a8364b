"""Which paragraphs say a text, or one like it: what is looked up, and what is found for many at once."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from dedupe.across.sketch import sketched
from dedupe.match import ramp, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.across.pairs import Alike, Texts
    from dedupe.settings import Settings

    Ints = NDArray[np.int64]

OFTEN = 8  # places of one text in a story from which a block is looked for
TRIED = 4  # places of one text that a paragraph is held against


class Lines:
    """The places of each text, and its partners."""

    def __init__(self, texts: Texts, alike: Alike) -> None:
        """The arrays are read through views, which give numbers one by one as lists do."""
        self._texts, self._alike = texts, alike
        count = np.arange(len(texts.first) + 1, dtype=np.int32)
        self._order = np.argsort(texts.text, kind="stable").astype(np.int32)
        self._starts = np.zeros(len(texts.first) + 1, dtype=np.int32)
        np.cumsum(np.bincount(texts.text, minlength=len(texts.first)), out=self._starts[1:])
        self._edges = np.searchsorted(alike.right, count).astype(np.int32)
        back = np.argsort(alike.left, kind="stable")
        self._back = alike.right[back].data
        self._back_edges = np.searchsorted(alike.left[back], count).astype(np.int32).data
        packed = (alike.left.astype(np.int64) << 32) | alike.right
        self._by_pair = np.argsort(packed)
        self._packed = packed[self._by_pair].data
        self._left = alike.left.data
        self._views = self._order.data, self._starts.data, self._edges.data

    def places(self, text: int) -> Sequence[int]:
        """All paragraphs that say a text, in order."""
        order, starts, _ = self._views
        return order[starts[text] : starts[text + 1]]

    def partners(self, text: int) -> Sequence[int]:
        """The earlier texts that one is alike to, the best first."""
        edges = self._views[2]
        return self._left[edges[text] : edges[text + 1]]

    def kin(self, text: int) -> Sequence[int]:
        """All texts that one is alike to."""
        return [*self.partners(text), *self._back[self._back_edges[text] : self._back_edges[text + 1]]]

    def score(self, left: int, right: int) -> tuple[float, float] | None:
        """Jaccard and containment of two texts, if that pair was found."""
        wanted = (left << 32) | right
        at = bisect_left(self._packed, wanted)
        if at == len(self._packed) or self._packed[at] != wanted:
            return None
        place = self._by_pair[at]
        return float(self._alike.jaccard[place]), float(self._alike.containment[place])

    def matched(self) -> Ints:
        """The paragraphs whose text stands in another story, or an earlier one like it."""
        some = self._texts.shared & (self._texts.size > 0)
        some[self._alike.right] = True
        return np.flatnonzero(some[self._texts.text])

    def single(self, some: Ints, settings: Settings, *, grow: bool) -> tuple[list[tuple[int, int]], Ints]:
        """The paragraphs with what they repeat, of stories that share no longer passages; and those of the others.

        Of an archive these are most, and they are found at once. Without `grow` no story is looked at for longer ones.
        """
        texts = self._texts
        often = self._often(some)
        odd = np.empty(0, dtype=np.int64)
        if grow:
            at, place = self._earlier(some)
            longer = self._goes_on(at, place, 1, settings) | self._goes_on(at, place, -1, settings)
            odd = runs(np.sort(texts.story[np.concatenate((at[longer], some[often]))].astype(np.int64)))[0]
            simple = ~np.isin(texts.story[at], odd)
            at, place = at[simple], place[simple]
        else:
            at, place = self._earlier(some[~often])
        order = np.lexsort((place, texts.text[at] != texts.text[place], at))
        best = order[runs(at[order])[1]]
        found = list(zip(at[best].tolist(), place[best].tolist(), strict=True))
        return found, some[np.isin(texts.story[some], odd)]

    def _often(self, some: Ints) -> NDArray[np.bool_]:
        """Which paragraphs say what their story has said often before."""
        text, story = self._texts.text[some], self._texts.story[some]
        order = np.lexsort((some, text, story))
        starts = np.flatnonzero(
            np.concatenate(([True], (np.diff(text[order]) != 0) | (np.diff(story[order]) != 0)))[: len(order)]
        )
        found = np.zeros(len(some), dtype=np.bool_)
        found[order] = ramp(np.diff(starts, append=len(order))) >= OFTEN
        return found

    def _earlier(self, some: Ints) -> tuple[Ints, Ints]:
        """Paragraphs with some of earlier stories that they are alike to."""
        texts = self._texts
        text = texts.text[some]
        counts = self._edges[text + 1] - self._edges[text] + 1
        step = ramp(counts.astype(np.int64))
        owner = np.repeat(np.arange(len(some)), counts)
        partner = np.append(self._alike.left, np.int32(0))[
            np.repeat(self._edges[text], counts) + np.maximum(step - 1, 0)
        ]
        one = np.where(step == 0, text[owner], partner)
        counts = np.minimum(self._starts[one + 1] - self._starts[one], TRIED)
        place = self._order[np.repeat(self._starts[one], counts) + ramp(counts)].astype(np.int64)
        at = some[np.repeat(owner, counts)]
        before = texts.story[place] < texts.story[at]
        return at[before], place[before]

    def _goes_on(self, at: Ints, place: Ints, step: int, settings: Settings) -> NDArray[np.bool_]:
        """Of which pairs the next paragraphs may be alike too."""
        texts, count = self._texts, len(self._texts.story)
        one, two = np.clip(at + step, 0, count - 1), np.clip(place + step, 0, count - 1)
        inside: NDArray[np.bool_] = (one != at) & (two != place)
        inside &= (texts.story[one] == texts.story[at]) & (texts.story[two] == texts.story[place])
        some = np.flatnonzero(inside)
        left, right = (texts.text[of[some]].astype(np.int64) for of in (one, two))
        found: NDArray[np.bool_] = left == right
        strong = np.flatnonzero(~found & (texts.size[left] > 0) & (texts.size[right] > 0))
        found[strong] = sketched(texts.bits, texts.size, left[strong], right[strong], settings)
        inside[some] = found
        return inside


def by_story(story: NDArray[np.int32], some: Ints, least: int) -> Iterator[Ints]:
    """Some paragraphs in order, those of whole stories at a time, `least` of them or more."""
    ends = np.append(np.flatnonzero(np.diff(story[some])) + 1, len(some)).tolist()
    low = 0
    for end in ends:
        if end - low >= least or end == len(some):
            if low < end:
                yield some[low:end]
            low = end
