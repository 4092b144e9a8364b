"""The paragraphs of all articles on arrays: which texts there are, where each stands, and which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe.match import Units, bucket_pairs, ramp, runs, verified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe.across.prints import Prints
    from dedupe.settings import Settings

    Ints = NDArray[np.int64]

BUCKET = 4  # more texts than this in one bucket are held against its first ones only: a flood stays linear
MERGED = 1 << 22  # pairs that are gathered before those that came twice are dropped
PARTNERS = 8  # earlier texts, the most alike ones, that a text is linked to


@dataclass(frozen=True)
class Texts:
    """All paragraphs of copy in order, and the distinct texts among them, numbered as they come."""

    story: Ints  # of each paragraph; ascending
    paragraph: Ints  # of each: which of its article
    text: Ints  # of each
    first: Ints  # of each text: the first paragraph that says it
    content: NDArray[np.uint64]  # of each text
    start: Ints  # of each text: its first shingle
    end: Ints
    shingles: NDArray[np.uint64]
    keys: NDArray[np.uint32]  # [texts, bands]
    strong: NDArray[np.bool_]  # of each text: whether it can be found by itself
    last: Ints  # of each text: the last paragraph that says it

    @cached_property
    def shared(self) -> NDArray[np.bool_]:
        """Of each text, whether it stands in two stories or more."""
        found: NDArray[np.bool_] = self.story[self.first] != self.story[self.last]
        return found


def gathered(files: Sequence[Prints]) -> tuple[Texts, list[int]]:
    """The paragraphs of all files, and the number of the first story of each file."""
    bases = [0]
    for file in files:
        bases.append(bases[-1] + (int(file.stories[-1]) + 1 if len(file.stories) else 0))
    counts = [len(file.stories) for file in files]
    story = np.concatenate([file.stories for file in files]) + np.repeat(np.array(bases[:-1], dtype=np.int64), counts)
    contents = np.concatenate([file.contents for file in files])
    sizes = np.concatenate([file.sizes for file in files]).astype(np.int64)
    ends = np.cumsum(sizes)
    text, first, last = _numbered(contents)
    strong = sizes[first] > 0
    row = np.cumsum(sizes > 0) - 1  # in the keys
    keys = np.concatenate([file.keys for file in files])
    texts = Texts(
        story,
        np.concatenate([file.paragraphs for file in files]).astype(np.int64),
        text,
        first,
        contents[first],
        ends[first] - sizes[first],
        ends[first],
        np.concatenate([file.shingles for file in files]),
        keys[np.maximum(row[first], 0)] if len(keys) else np.zeros((len(first), 1), dtype=np.uint32),
        strong,
        last,
    )
    return texts, bases


def _numbered(contents: NDArray[np.uint64]) -> tuple[Ints, Ints, Ints]:
    """The number of each text in order of its first place, and the first and the last place of each number."""
    order = np.argsort(contents, kind="stable")
    starts = runs(contents[order])[1]
    sizes = np.diff(starts, append=len(order))
    first, last = order[starts], order[starts + sizes - 1]
    rank = np.argsort(first, kind="stable")
    number = np.empty(len(rank), dtype=np.int64)
    number[rank] = np.arange(len(rank))
    text = np.empty(len(order), dtype=np.int64)
    text[order] = np.repeat(number, sizes)
    return text, first[rank], last[rank]


def alike(texts: Texts, settings: Settings) -> dict[tuple[int, int], tuple[float, float]]:
    """Jaccard and containment of the pairs of different texts, the earlier one first, that reach one of the bars."""
    pairs = candidates(texts)
    if not pairs.shape[1]:
        return {}
    whole = Units(np.arange(len(texts.first)), texts.start, texts.end, len(texts.first), texts.first)
    some = runs(np.sort(pairs, axis=None))[0]
    sizes = (texts.end - texts.start)[some]
    # only their shingles are looked at
    ends = np.cumsum(sizes)
    at = ramp(sizes) + np.repeat(texts.start[some], sizes)
    start, end = whole.start.copy(), whole.end.copy()
    start[some], end[some] = ends - sizes, ends
    units = Units(whole.text, start, end, whole.paragraphs, whole.article)
    both, left, right = verified(units, pairs, texts.shingles[at])
    jaccard, contained = both / (left + right - both), both / np.minimum(left, right)
    good = np.flatnonzero((jaccard >= settings.threshold) | (contained >= settings.containment))
    good = good[np.lexsort((pairs[0, good], -contained[good], -jaccard[good], pairs[1, good]))]
    good = good[ramp(np.diff(runs(pairs[1, good])[1], append=len(good))) < PARTNERS]
    scores = zip(jaccard[good].tolist(), contained[good].tolist(), strict=True)
    return dict(zip(map(tuple, pairs[:, good].T.tolist()), scores, strict=True))


def candidates(texts: Texts) -> Ints:
    """Pairs of different texts that share a band of their signatures and do not both stand in one story only."""
    strong = np.flatnonzero(texts.strong)
    found = np.empty(0, dtype=np.int64)
    waiting: list[Ints] = []
    for band in texts.keys[strong].T if len(strong) > 1 else ():
        left, right = bucket_pairs(np.ascontiguousarray(band), strong, BUCKET)
        waiting.append((left << 32) | right)
        if sum(map(len, waiting)) > MERGED:
            found, waiting = runs(np.sort(np.concatenate((found, *waiting))))[0], []
    found = runs(np.sort(np.concatenate((found, *waiting))))[0]
    left, right = found >> 32, found & 0xFFFFFFFF
    one = texts.story[texts.first]
    apart = texts.shared[left] | texts.shared[right] | (one[left] != one[right])
    return np.stack((left[apart], right[apart]))
