"""What two stories share: how many paragraphs, how many of them to the word, and whether only their background."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.across.related import SOME
from dedupe.match import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dedupe.across.blocks import Block

    Runs = dict[tuple[int, int], dict[int, int]]  # by pair of stories, the paragraph that each of the later one repeats

OPEN = 512  # stories whose paragraphs are kept at hand


class Link(NamedTuple):
    """Two stories that share paragraphs, the earlier one in the archive first."""

    one: int
    two: int
    shared: int  # paragraphs of the second that stand in the first, word for word or nearly
    same: int  # of these, word for word
    common: int = 0  # of the shared ones, those that stand in many stories
    early: int = 1  # of the shared ones, those that stand in the first two thirds of both: no background
    turned: int = 0  # how often they stand in another order


class Places(NamedTuple):
    """The paragraphs of copy of an archive in order."""

    story: Sequence[int]  # of each; ascending
    text: Sequence[int]  # of each, the number of what it says
    strong: Sequence[int]  # of each text, its shingles: none of one that cannot be found by itself


def links(where: Places, blocks: Iterable[Block], boilerplate_after: int) -> list[Link]:
    """What the stories share that some blocks lead from one to another, where it may make them versions."""
    story, text, strong = where
    covered: Runs = {}
    for block in blocks:
        pair = covered.setdefault((story[block.kept], story[block.dropped]), {})
        pair.update((block.dropped + step, block.kept + step) for step in range(block.size))
    if not covered:
        return []
    often = _often(story, text, boilerplate_after)
    bounds = np.searchsorted(np.asarray(story), np.arange(story[-1] + 2)).tolist()

    @lru_cache(OPEN)
    def places(number: int) -> dict[int, int]:
        """Where each text of a story stands first."""
        return {text[at]: at for at in range(bounds[number + 1] - 1, bounds[number] - 1, -1) if strong[text[at]]}

    def early(at: int) -> bool:
        start, end = int(bounds[story[at]]), int(bounds[story[at] + 1])
        return 3 * (at - start) < 2 * (end - start)

    def link(one: int, two: int, runs: dict[int, int]) -> Link:
        shared = same = common = ahead = turned = 0
        last = -1
        for at in range(bounds[two], bounds[two + 1]):
            twin = runs.get(at, places(one).get(text[at]))
            if twin is not None:
                shared += 1
                same += text[at] == text[twin]
                common += often[text[at]] or often[text[twin]]
                ahead += early(at) and early(twin)
                turned += twin < last
                last = twin
        return Link(one, two, shared, same, common, ahead, turned)

    found = (link(*pair, runs) for some in (covered, _beside(covered)) for pair, runs in some.items())
    sizes = np.diff(bounds).tolist()
    return [it for it in found if it.early and it.shared >= SOME * min(sizes[it.one], sizes[it.two])]


def _beside(covered: Runs) -> Runs:
    """The stories that repeat one, each with the next: a block leads to the first of its copies only."""
    found: Runs = {}
    before, last, places = -1, -1, dict[int, int]()
    for one, two in sorted(covered):
        runs = covered[one, two]
        if one == before and (last, two) not in covered:
            twins = {at: places[kept] for at, kept in runs.items() if kept in places}
            if twins:
                found.setdefault((last, two), {}).update(twins)
        before, last, places = one, two, {kept: at for at, kept in runs.items()}
    return found


def _often(story: Sequence[int], text: Sequence[int], many: int) -> list[bool]:
    """Of each text, whether it stands in so many stories."""
    both: NDArray[np.int64] = (np.asarray(text, dtype=np.int64) << 32) | np.asarray(story, dtype=np.int64)
    found: list[bool] = (np.bincount(runs(np.sort(both))[0] >> 32) >= many).tolist()
    return found
