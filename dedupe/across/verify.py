"""What two texts share, counted exactly on their shingles."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.across.sketch import reached
from dedupe.engines.local import threaded
from dedupe.match import ramp, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedupe.across.pairs import Texts
    from dedupe.across.stored import Columns
    from dedupe.settings import Settings

    Ints = NDArray[np.int64]

HELD = 1 << 25  # shingles that are held at a time
TOGETHER = 1 << 12  # pairs that are sorted in one go: their numbers fit the bits that the hashes leave
ALONE = 8  # times as many; more are worth a second core
CORES = 2  # more would wait for the memory
_ROOM = np.uint64(12)


class Scored(NamedTuple):
    """Pairs that reach one of the bars."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]


def verified(texts: Texts, pairs: NDArray[np.uint64], settings: Settings) -> Scored:
    """Those of some pairs `left << 32 | right` that are alike; the shingles are read through once, or a few times."""
    found = [np.empty((0, 2), dtype=np.int64)]
    scores = []
    for left, right in _passes(texts, pairs):
        both = _shared(texts, left, right)
        one, two = texts.size[left], texts.size[right]
        good = reached(both, one, two, settings)
        found.append(np.stack((left[good], right[good]), axis=1))
        both, one, two = both[good], one[good], two[good]
        scores.append((both / (one + two - both), both / np.minimum(one, two)))
    table = np.concatenate(found).astype(np.int32)
    jaccard, contained = (np.concatenate([np.empty(0), *(score[at] for score in scores)]) for at in (0, 1))
    return Scored(table[:, 0], table[:, 1], jaccard, contained)


def _passes(texts: Texts, pairs: NDArray[np.uint64]) -> Iterator[tuple[Ints, Ints]]:
    """The pairs, so many at a time that the shingles of their texts can be held."""
    left, right = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    held = texts.size[right].astype(np.int64)
    held[:1] += texts.size[left[:1]]
    held[1:] += np.where(left[1:] != left[:-1], texts.size[left[1:]], 0)
    ends = np.cumsum(held)
    low = 0
    while low < len(pairs):
        done = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + HELD, side="right")))
        yield left[low:high], right[low:high]
        low = high


def _shared(texts: Texts, left: Ints, right: Ints) -> NDArray[np.int32]:
    """How many shingles the texts of each pair share."""
    some = runs(np.sort(np.concatenate((left, right))))[0]
    sizes = texts.size[some].astype(np.int64)
    hashes = _read(texts.files, texts.start[some], sizes)
    starts = np.cumsum(sizes) - sizes
    one, two = np.searchsorted(some, left), np.searchsorted(some, right)
    parts = [(one[low : low + TOGETHER], two[low : low + TOGETHER]) for low in range(0, len(one), TOGETHER)]
    counted = threaded(partial(_common, hashes, starts, sizes), parts, CORES if len(parts) > ALONE else 1)
    return np.concatenate(list(counted))


def _common(hashes: NDArray[np.uint64], starts: Ints, sizes: Ints, pairs: tuple[Ints, Ints]) -> NDArray[np.int32]:
    """The same for a few pairs: what comes twice among all shingles of a pair."""
    both = np.stack(pairs, axis=1).ravel()
    counts = sizes[both]
    values = hashes[np.repeat(starts[both], counts) + ramp(counts)] >> _ROOM
    values |= np.repeat(np.arange(len(both), dtype=np.uint64) >> np.uint64(1) << np.uint64(52), counts)
    values.sort(kind="stable")  # merges what is sorted already
    twice = values[1:][values[1:] == values[:-1]] >> np.uint64(52)
    return np.bincount(twice.astype(np.int64), minlength=len(pairs[0])).astype(np.int32)


def _read(files: Columns, starts: Ints, sizes: Ints) -> NDArray[np.uint64]:
    """The shingles of some texts, in order; files that hold none of them are not read."""
    found = np.empty(int(sizes.sum()), dtype=np.uint64)
    ends = np.cumsum(sizes)
    bounds = np.searchsorted(starts, files.begins).tolist()
    for file, (low, high) in enumerate(pairwise(bounds)):
        if low < high:
            part = files.part(file, "shingles")
            at = np.repeat(starts[low:high] - files.begins[file], sizes[low:high]) + ramp(sizes[low:high])
            found[ends[low] - sizes[low] : ends[high - 1]] = part[at]
    return found
