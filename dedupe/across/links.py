"""What two stories share: how many paragraphs, how many of them to the word, and whether only their background."""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.across.related import SOME
from dedupe.match import ramp, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.across.blocks import Block

    Ints = NDArray[np.int64]

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


class _Runs(NamedTuple):
    """By pair of stories, which paragraphs of the later one repeat which of the earlier one."""

    pairs: Ints  # `one << 32 | two`, ascending
    bounds: Ints  # where the paragraphs of each begin, and one past the last
    met: Ints  # which row was the first of each
    at: Ints
    twin: Ints


class Places(NamedTuple):
    """The paragraphs of copy of an archive in order."""

    story: Sequence[int]  # of each; ascending
    text: Sequence[int]  # of each, the number of what it says
    strong: Sequence[int]  # of each text, its shingles: none of one that cannot be found by itself


def links(where: Places, blocks: Sequence[Block], boilerplate_after: int) -> list[Link]:
    """What the stories share that some blocks lead from one to another, where it may make them versions."""
    story, text, strong = where
    if not blocks:
        return []
    covered = _covered(blocks, np.asarray(story))
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

    found = (link(*pair, runs) for some in (covered, _beside(covered)) for pair, runs in _as_met(some))
    sizes = np.diff(bounds).tolist()
    return [it for it in found if it.early and it.shared >= SOME * min(sizes[it.one], sizes[it.two])]


def _covered(blocks: Sequence[Block], story: NDArray[np.int32]) -> _Runs:
    """What the paragraphs of some blocks repeat."""
    some = np.array(blocks, dtype=np.int64)
    many = some[:, 2]
    step = ramp(many)
    dropped, kept = (np.repeat(some[:, side], many) + step for side in (0, 1))
    return _runs((story[kept].astype(np.int64) << 32) | story[dropped], dropped, kept)


def _runs(pair: Ints, at: Ints, twin: Ints) -> _Runs:
    order = np.argsort(pair, kind="stable")
    pairs, starts = runs(pair[order])
    return _Runs(pairs, np.append(starts, len(order)), order[starts], at[order], twin[order])


def _as_met(some: _Runs) -> Iterator[tuple[tuple[int, int], dict[int, int]]]:
    """By pair of stories, the paragraph that each of the later one repeats; the first that was met first."""
    for number in np.argsort(some.met).tolist():
        yield _one(some, number)


def _one(some: _Runs, number: int) -> tuple[tuple[int, int], dict[int, int]]:
    low, high = some.bounds[number : number + 2].tolist()
    pair = int(some.pairs[number])
    twins = zip(some.at[low:high].tolist(), some.twin[low:high].tolist(), strict=True)
    return (pair >> 32, pair & 0xFFFFFFFF), dict(twins)


def _beside(covered: _Runs) -> _Runs:
    """The stories that repeat one, each with the next: a block leads to the first of its copies only."""
    rows = array("q")
    before, last, places = -1, -1, dict[int, int]()
    for number in range(len(covered.pairs)):
        (one, two), some = _one(covered, number)
        pair = (last << 32) | two
        if one == before and not _holds(covered.pairs, pair):
            for at, kept in some.items():
                if kept in places:
                    rows.extend((pair, at, places[kept]))
        before, last, places = one, two, {kept: at for at, kept in some.items()}
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return _runs(table[:, 0], table[:, 1], table[:, 2])


def _holds(pairs: Ints, pair: int) -> bool:
    at = int(np.searchsorted(pairs, pair))
    return at < len(pairs) and int(pairs[at]) == pair


def _often(story: Sequence[int], text: Sequence[int], many: int) -> Sequence[int]:
    """Of each text, whether it stands in so many stories."""
    both = np.asarray(text).astype(np.int64)
    both <<= 32
    both |= np.asarray(story)
    both.sort()
    found: Sequence[int] = (np.bincount(runs(both)[0] >> 32) >= many).data
    return found
