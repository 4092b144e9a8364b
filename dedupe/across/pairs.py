"""The paragraphs of all articles on arrays: which texts there are, where each stands, and which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe.across.sketch import sketched
from dedupe.across.stored import Columns
from dedupe.across.verify import CORES, Scored, verified
from dedupe.engines.local import threaded
from dedupe.match import ramp, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.across.prints import Prints
    from dedupe.across.stored import Stored
    from dedupe.settings import Settings

    Ints = NDArray[np.int64]

SMALL = 8  # in a larger bucket, texts of one family are not held against each other again
KNOWN = 64  # nor in a smaller one those of a family of more texts than this: each has its partners there
CROWD = 64  # more families than this in one bucket are held against its first ones only: a flood stays linear
FIRST = 4  # of a crowd
ROUNDS = (1, 4, 14)  # bands after which the pairs found so far become families
GATHERED = 1 << 20  # pairs that are looked at in one go
MERGED = 1 << 22  # pairs that are gathered before those that came twice are dropped
RANGE = 1 << 21  # keys of which a band is sorted in one go
ALONE = 50_000  # texts; more are worth a second core
PARTNERS = 8  # earlier texts, the most alike ones, that a text is linked to
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Texts:
    """All paragraphs of copy in order, and the distinct texts among them, numbered as they come."""

    story: NDArray[np.int32]  # of each paragraph; ascending
    paragraph: NDArray[np.int32]  # of each: which of its article
    text: NDArray[np.int32]  # of each
    first: NDArray[np.int32]  # of each text: the first paragraph that says it
    last: NDArray[np.int32]  # of each text: the last one
    content: NDArray[np.uint64]  # of each text
    size: NDArray[np.int32]  # of each text: its shingles; 0 of one that cannot be found by itself
    start: Ints  # of each text: its first shingle
    row: NDArray[np.int32]  # of each text with shingles: which of those that have keys it is; ascending
    bits: NDArray[np.uint64]  # of each text: its sketch
    files: Columns

    @cached_property
    def shared(self) -> NDArray[np.bool_]:
        """Of each text, whether it stands in two stories or more."""
        found: NDArray[np.bool_] = self.own != self.story[self.last]
        return found

    @cached_property
    def own(self) -> NDArray[np.int32]:
        """Of each text, the first story that says it."""
        found: NDArray[np.int32] = self.story[self.first]
        return found

    @cached_property
    def strong(self) -> NDArray[np.int32]:
        """The texts that can be found by themselves."""
        return np.flatnonzero(self.size).astype(np.int32)

    def shingles(self, text: int) -> NDArray[np.uint64]:
        """All of a text."""
        start = int(self.start[text])
        return self.files.shingles(start, start + int(self.size[text]))


class Alike(NamedTuple):
    """Pairs of different texts that reach one of the bars, the earlier text left; by right text, the best first."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]


def gathered(files: Sequence[Prints | Stored]) -> tuple[Texts, list[int]]:
    """The paragraphs of all files, and the number of the first story of each file."""
    columns = Columns(files)
    bases = np.cumsum([0, *columns.stories])
    story = np.empty(sum(columns.paragraphs), dtype=np.int32)
    ends = np.cumsum(columns.paragraphs)
    for file, part in enumerate(columns.column("stories")):
        story[ends[file] - len(part) : ends[file]] = part + np.int32(bases[file])
    contents = _whole(columns, "contents", np.uint64)
    text, first, last = _numbered(contents)
    content = contents[first]
    del contents
    sizes = _whole(columns, "sizes", np.int32)
    size = sizes[first]
    # a text has its shingles where it stands first
    start = np.cumsum(sizes, dtype=np.int64)[first] - size
    row = (np.cumsum(sizes > 0, dtype=np.int32) - 1)[first[size > 0]]
    del sizes
    bits = np.zeros((len(first), 4), dtype=np.uint64)
    strong = np.flatnonzero(size)
    for low, high, part in _picked(columns, row, columns.column("bits")):
        bits[strong[low:high]] = part
    paragraph = _whole(columns, "paragraphs", np.int32)
    return Texts(story, paragraph, text, first, last, content, size, start, row, bits, columns), bases.tolist()


def _whole(columns: Columns, name: str, kind: type) -> NDArray[Any]:
    found: NDArray[Any] = np.empty(sum(columns.paragraphs), dtype=kind)
    low = 0
    for part in columns.column(name):
        found[low : low + len(part)] = part
        low += len(part)
    return found


def _picked(
    columns: Columns, rows: NDArray[np.int32], parts: Iterator[NDArray[Any]]
) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """Some ascending rows of a column, part by part, with the range of `rows` they fill."""
    bases = np.cumsum([0, *columns.texts])
    bounds = np.searchsorted(rows, bases.astype(rows.dtype)).tolist()
    for base, low, high, part in zip(bases, bounds, bounds[1:], parts, strict=False):
        yield low, high, part[rows[low:high] - base]


def _numbered(contents: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The number of each text in order of its first place, and the first and the last place of each number."""
    order = np.argsort(contents, kind="stable").astype(np.int32)
    starts = runs(contents[order])[1]
    sizes = np.diff(starts, append=len(order))
    first, last = order[starts], order[starts + sizes - 1]
    rank = np.argsort(first, kind="stable")
    number = np.empty(len(rank), dtype=np.int32)
    number[rank] = np.arange(len(rank), dtype=np.int32)
    text = np.empty(len(order), dtype=np.int32)
    text[order] = np.repeat(number, sizes)
    return text, first[rank], last[rank]


def alike(texts: Texts, settings: Settings) -> Alike:
    """The pairs of different texts that are alike; of more earlier partners of a text the most alike ones.

    All that were found to belong together are connected by them.
    """
    label = np.arange(len(texts.first), dtype=np.int32)
    tried = np.empty(0, dtype=np.uint64)
    found: list[Scored] = []
    edges = [0, *(it for it in ROUNDS if it < texts.files.bands), texts.files.bands]
    for low, high in pairwise(edges):
        pairs = _fresh(candidates(texts, settings, range(low, high), label), tried)
        tried = np.sort(np.concatenate((tried, pairs)))
        scored = verified(texts, pairs, settings)
        found.append(scored)
        label = families(label, scored.left, scored.right)
    found.append(verified(texts, _fresh(_heads_of(texts, settings, label, found), tried), settings))
    left, right, jaccard, contained = (np.concatenate(some) for some in zip(*found, strict=True))
    best = np.lexsort((left, -contained, -jaccard, right))
    kept = ramp(np.diff(runs(right[best])[1], append=len(best))) < PARTNERS
    label = families(np.arange(len(label), dtype=np.int32), left[best[kept]], right[best[kept]])
    kept |= label[left[best]] != label[right[best]]  # what else holds a family together
    best = best[kept]
    return Alike(left[best], right[best], jaccard[best], contained[best])


def _heads_of(
    texts: Texts, settings: Settings, label: NDArray[np.int32], found: Sequence[Scored]
) -> NDArray[np.uint64]:
    """Texts that only later ones were held against, with the first of their family."""
    lone = label != np.arange(len(label))
    for scored in found:
        lone[scored.right] = False
    right = np.flatnonzero(lone)
    return np.sort(_likely(texts, settings, label[right].astype(np.int64), right))


def _fresh(pairs: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What is not known; both sorted."""
    if not len(known):
        return pairs
    at = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    fresh: NDArray[np.uint64] = pairs[known[at] != pairs]
    return fresh


def candidates(
    texts: Texts, settings: Settings, bands: Sequence[int] = (), label: NDArray[np.int32] | None = None
) -> NDArray[np.uint64]:
    """Pairs `left << 32 | right` of texts that share a band and, by their sketches, may be alike; sorted.

    Left out are pairs that both stand in one story only, and, in large buckets, those that `label` holds together.
    """
    if label is None:
        label = np.arange(len(texts.first), dtype=np.int32)
    found, waiting = np.empty(0, dtype=np.uint64), [np.empty(0, dtype=np.uint64)]
    large = np.bincount(label)[label] > KNOWN
    look = partial(_band, texts, settings, label, large)
    jobs = CORES if len(texts.row) > ALONE else 1
    for pairs in threaded(look, (_keys(texts, band) for band in bands or range(texts.files.bands)), jobs):
        waiting.append(pairs)
        if sum(map(len, waiting)) > MERGED:
            found, waiting = runs(np.sort(np.concatenate((found, *waiting))))[0], []
    return runs(np.sort(np.concatenate((found, *waiting))))[0]


def _keys(texts: Texts, band: int) -> NDArray[np.uint32]:
    """The keys of one band of the texts that have some."""
    keys = np.empty(len(texts.row), dtype=np.uint32)
    for low, high, part in _picked(texts.files, texts.row, texts.files.band(band)):
        keys[low:high] = part
    return keys


def _band(
    texts: Texts, settings: Settings, label: NDArray[np.int32], large: NDArray[np.bool_], keys: NDArray[np.uint32]
) -> NDArray[np.uint64]:
    """The pairs that one band gives, a range of its keys at a time."""
    found = [np.empty(0, dtype=np.uint64)]
    bits = (len(keys) // RANGE).bit_length()
    for part in range(1 << bits):
        some = np.flatnonzero(keys >> np.uint32(32 - bits) == part) if bits else slice(None)
        buckets = _buckets(keys[some], texts.strong[some])
        found += [_likely(texts, settings, left, right) for left, right in _bucket_pairs(buckets, label, large)]
    return np.concatenate(found)


def _bucket_pairs(
    buckets: NDArray[np.uint64], label: NDArray[np.int32], large: NDArray[np.bool_]
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of texts that share a bucket; `large` are the texts of large families."""
    key = buckets >> _32
    starts = runs(key)[1]
    sizes = np.diff(starts, append=len(key))
    members = (buckets & _LOW).astype(np.int64)
    room = np.repeat(sizes, sizes)
    small = sizes <= SMALL
    for few in (small, ~small & (sizes <= CROWD)):
        some = np.flatnonzero(np.repeat(few, sizes))
        for left, right in _pairs(some, sizes[few], CROWD):
            one, two = members[left], members[right]
            apart = label[one] != label[two]
            if few is small:
                apart |= ~large[one]
            yield one[apart], two[apart]
    yield from _pairs(*_heads(members[room > CROWD], sizes[sizes > CROWD], label), FIRST)


def _heads(members: Ints, sizes: Ints, label: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Of each family in a bucket the first text."""
    bucket = np.repeat(np.arange(len(sizes)), sizes)
    family = label[members]
    order = np.lexsort((members, family, bucket))
    kept = np.ones(len(order), dtype=np.bool_)
    kept[1:] = (np.diff(bucket[order]) != 0) | (np.diff(family[order]) != 0)
    chosen = np.sort(order[kept])
    return members[chosen], np.bincount(bucket[chosen], minlength=len(sizes))


def _buckets(keys: NDArray[np.uint32], members: NDArray[np.int32]) -> NDArray[np.uint64]:
    """`key << 32 | member` of those that share a key, sorted."""
    packed = keys.astype(np.uint64)
    packed <<= _32
    packed |= members.astype(np.uint64)
    packed.sort()
    key = packed >> _32
    again = key[1:] == key[:-1]
    kept = np.zeros(len(packed), dtype=np.bool_)
    kept[1:] = again
    kept[:-1] |= again
    return packed[kept]


def _pairs(members: Ints, sizes: Ints, most: int) -> Iterator[tuple[Ints, Ints]]:
    """Each member of a bucket with those before it, at most the first `most` of them; some at a time."""
    counts = np.minimum(ramp(sizes), most)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    ends = np.cumsum(counts)
    low = 0
    while low < len(members):
        done = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + GATHERED, side="right")))
        some = counts[low:high]
        yield members[np.repeat(starts[low:high], some) + ramp(some)], np.repeat(members[low:high], some)
        low = high


def _likely(texts: Texts, settings: Settings, left: Ints, right: Ints) -> NDArray[np.uint64]:
    """The pairs, packed, that do not stand in one story only and that may be alike by their sketches."""
    may = sketched(texts.bits, texts.size, left, right, settings)
    left, right = left[may], right[may]
    apart = texts.shared[left] | texts.shared[right] | (texts.own[left] != texts.own[right])
    packed: NDArray[np.uint64] = (left[apart].astype(np.uint64) << _32) | right[apart].astype(np.uint64)
    return packed


def families(label: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int32]:
    """The first text of the family of each text, with some more pairs that belong together."""
    label = label.copy()
    while True:
        one, two = label[left], label[right]
        apart = one != two
        if not apart.any():
            return label
        left, right, one, two = left[apart], right[apart], one[apart], two[apart]
        np.minimum.at(label, np.maximum(one, two), np.minimum(one, two))
        while (label[label] != label).any():
            label = label[label]
