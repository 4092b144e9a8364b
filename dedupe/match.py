"""Candidate pairs inside each article and their exact verification, on arrays over a whole batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from dedupe.sign import CELLS, SHINGLE, Shingles, band_keys, shingle, sign
from dedupe.words import Words, hash_words, mix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Hashes = NDArray[np.uint64]
    Number = TypeVar("Number", np.int64, np.uint64)

BUCKET = 32  # more places than this in one bucket are linked to its first ones only: a flood stays linear
PARTNERS = 32  # of more earlier partners of one unit the most alike are kept: reports speak of groups, not of pairs
LOOSE = 0.2  # of the shingles of neighbours that stand again somewhere, for them to be held against each other
REACH = 3  # sentences between such neighbours
BESIDE = 8  # texts on which a few words that stand twice are still in one list
FEW = 4  # words; fewer stand twice by chance
VERIFIED = 1 << 21  # shingles compared in one go


class Unit(NamedTuple):
    """A paragraph of an article, or one of its sentences, by its words."""

    text: int  # which text of the article
    first: int  # its first word in that text
    last: int  # one past its last word
    whole: bool  # the whole text, not a sentence of it


class Match(NamedTuple):
    """Two units of one article that say much the same; `left` stands before `right`."""

    left: Unit
    right: Unit
    jaccard: float  # of the sets of word-3 shingles, exact
    containment: float  # of the smaller set in the larger, exact
    beside: bool = False  # a weaker one, of neighbours: a few words that stand twice, or a passage much reworded


@dataclass(frozen=True)
class Units:
    """All units of a batch, paragraphs first. Positions count the shingles of the batch."""

    text: Ints  # the text it belongs to
    start: Ints  # its first shingle
    end: Ints  # one past its last shingle
    paragraphs: int  # how many of the units are whole texts
    article: Ints  # of each text


def match(
    texts: Sequence[str],
    articles: Sequence[int],
    *,
    threshold: float,
    containment: float,
    min_words: int,
    beside: bool = False,
    words: Words | None = None,
) -> dict[int, list[Match]]:
    """All pairs of units inside one article with Jaccard >= `threshold` or containment >= `containment`.

    `articles` numbers the article of each text, in ascending order. Identical units are linked to their first copy
    only, so that a hundred copies make a hundred pairs; apart from that, and from shingles that stand in more than
    `BUCKET` places of one article, the result is complete. Units of fewer than `min_words` words are left out.

    With `beside`, also weaker pairs of neighbours: a few words that stand twice, passages that share some shingles.
    `words` are those of the texts, where they are known.
    """
    words = hash_words(texts) if words is None else words
    shingles = shingle(words)
    article = np.asarray(articles, dtype=np.int64)
    keys = shingles.hashes ^ np.repeat(mix(article.astype(np.uint64)), np.diff(shingles.texts))
    repeated = _repeated(keys)
    if not repeated.any():
        return {}
    units = _units(words, shingles, article, min_words)
    share = min(2 * threshold / (1 + threshold), containment)
    likely, first = _likely(units, shingles, keys, repeated, share)
    near = _neighbours(units, repeated) if beside else np.empty((2, 0), dtype=np.int64)
    pairs = _ordered(units, np.concatenate((likely, near[:, first[near].all(axis=0)]), axis=1))
    found: dict[int, list[Match]] = {}
    if pairs.shape[1]:
        scores = verified(units, pairs, keys)
        strong = _bars(scores, threshold, containment) & _among(pairs, _ordered(units, likely))
        weak = ~_bars(scores, threshold, containment) & _bars(scores, LOOSE, 1) & _among(pairs, _ordered(units, near))
        found = _by_article(units, words, shingles, pairs, scores, (strong, weak))
    for number, match_ in _short(words, article, min_words) if beside else ():
        found.setdefault(number, []).append(match_)
    return found


def _bars(scores: tuple[Ints, Ints, Ints], threshold: float, containment: float) -> NDArray[np.bool_]:
    """Which pairs reach a Jaccard or a containment."""
    both, left, right = scores
    return (both / (left + right - both) >= threshold) | (both / np.minimum(left, right) >= containment)


def _among(pairs: Ints, others: Ints) -> NDArray[np.bool_]:
    """Which pairs are among some others."""
    return np.isin((pairs[0] << 32) | pairs[1], (others[0] << 32) | others[1])


def _likely(
    units: Units, shingles: Shingles, keys: Hashes, repeated: NDArray[np.bool_], share: float
) -> tuple[Ints, NDArray[np.bool_]]:
    """Pairs of units that may match, and which units are the first of their kind."""
    first = np.ones(len(units.text), dtype=np.bool_)
    viable = _viable(units, repeated, share)
    if not len(viable):
        return np.empty((2, 0), dtype=np.int64), first
    twins, distinct = _identical(units, viable, keys)
    posted = _posted(units, twins[1][twins[1] < units.paragraphs], repeated)
    likely = np.concatenate(
        (_lsh_pairs(units, distinct, shingles), _joined_pairs(units, distinct, posted, keys, share)), axis=1
    )
    first[twins[1]] = False
    return np.concatenate((likely[:, first[likely].all(axis=0)], twins), axis=1), first


def _neighbours(units: Units, repeated: NDArray[np.bool_]) -> Ints:
    """Pairs of neighbours that share some shingles: paragraphs side by side, sentences a few sentences apart."""
    count = np.concatenate(([0], np.cumsum(repeated)))
    sizes = units.end - units.start
    shared = count[units.end] - count[units.start] >= np.maximum(LOOSE * sizes, 1)
    paragraphs = np.arange(units.paragraphs)
    holds = np.isin(units.text[: units.paragraphs], units.text[units.paragraphs :])
    leaves = np.concatenate((paragraphs[~holds], np.arange(units.paragraphs, len(units.text))))
    leaves = leaves[np.argsort(units.start[leaves], kind="stable")]
    found = [np.empty((2, 0), dtype=np.int64)]
    for row, reach in ((paragraphs, 1), (leaves, REACH)):
        for step in range(1, reach + 1):
            left, right = row[:-step], row[step:]
            near = shared[left] & shared[right] & (units.article[units.text[left]] == units.article[units.text[right]])
            if step == 1 and row is paragraphs:
                near &= holds[left] | holds[right]
            found.append(np.stack((left[near], right[near])))
    return np.concatenate(found, axis=1)


def _short(words: Words, article: Ints, min_words: int) -> Iterator[tuple[int, Match]]:
    """Neighbours of few words, with their articles, of which one begins with all words of the other."""
    starts, ends = words.sentences[:-1], words.sentences[1:]
    sizes = ends - starts
    text = np.searchsorted(words.texts, starts, side="right") - 1
    whole = sizes == np.diff(words.texts)[text]
    first = np.searchsorted(article, article[text])

    def unit(at: int) -> Unit:
        low = words.texts[text[at]]
        return Unit(int(text[at] - first[at]), int(starts[at] - low), int(ends[at] - low), bool(whole[at]))

    linked = np.zeros(len(starts), dtype=np.bool_)  # to one before it
    for step in range(1, BESIDE + 1):
        left, right = np.arange(max(0, len(starts) - step)), np.arange(step, max(step, len(starts)))
        least = np.minimum(sizes[left], sizes[right])
        near = (article[text[left]] == article[text[right]]) & (least >= FEW) & (least < min_words)
        near &= ~linked[right] & ((whole[left] & whole[right]) if step > 1 else True)
        for at in range(FEW):
            near[near] = words.hashes[starts[left[near]] + at] == words.hashes[starts[right[near]] + at]
        for one, two in zip(left[near].tolist(), right[near].tolist(), strict=True):
            size = min(sizes[one], sizes[two])
            if (words.hashes[starts[one] : starts[one] + size] == words.hashes[starts[two] : starts[two] + size]).all():
                linked[two] = True
                alike = float(size / max(sizes[one], sizes[two]))
                yield int(article[text[one]]), Match(unit(one), unit(two), alike, 1.0, beside=True)


def runs(ordered: NDArray[Number]) -> tuple[NDArray[Number], Ints]:
    """The distinct values of a sorted array and where each begins (`np.unique` would import `numpy.ma`)."""
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1])))
    return ordered[starts], starts


def _repeated(keys: Hashes) -> NDArray[np.bool_]:
    """Which shingles stand more than once in their article."""
    # most stand once, and alone in their drawer too: only the others are sorted
    drawers = (keys >> np.uint64(64 - max(8, len(keys).bit_length() + 1))).astype(np.int64)
    some = np.flatnonzero((np.bincount(drawers) > 1)[drawers])
    found = np.zeros(len(keys), dtype=np.bool_)
    order = np.argsort(keys[some])
    ordered = keys[some[order]]
    same = ordered[1:] == ordered[:-1]
    found[some[order[1:][same]]] = True
    found[some[order[:-1][same]]] = True
    return found


def _shingles_of(units: Units, some: Ints) -> tuple[Ints, Ints]:
    """The positions of the shingles of some units, and how many each has."""
    sizes = units.end[some] - units.start[some]
    return ramp(sizes) + np.repeat(units.start[some], sizes), sizes


def _units(words: Words, shingles: Shingles, article: Ints, min_words: int) -> Units:
    """Paragraphs and, inside those of several sentences, sentences, all of `min_words` words or more."""
    starts, ends = words.sentences[:-1], words.sentences[1:]
    owner = np.searchsorted(words.texts, starts, side="right") - 1
    kept = (ends - starts >= max(min_words, SHINGLE)) & (ends - starts < np.diff(words.texts)[owner])
    owner, starts, ends = owner[kept], starts[kept], ends[kept]
    shift = shingles.texts[owner] - words.texts[owner]
    whole = np.flatnonzero(np.diff(words.texts) >= max(min_words, 1))
    return Units(
        np.concatenate((whole, owner)),
        np.concatenate((shingles.texts[whole], starts + shift)),
        np.concatenate((shingles.texts[whole + 1], ends + shift - SHINGLE + 1)),
        len(whole),
        article,
    )


def _viable(units: Units, repeated: NDArray[np.bool_], share: float) -> Ints:
    """Units with so many repeated shingles that they can be the smaller side of a match."""
    count = np.concatenate(([0], np.cumsum(repeated)))
    hits = count[units.end] - count[units.start]
    return np.flatnonzero(hits >= share * (units.end - units.start) - 1e-9)


def _content(units: Units, some: Ints, keys: Hashes) -> Hashes:
    """A hash of the whole sequence of shingles of each unit."""
    sizes = units.end[some] - units.start[some]
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    place = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sizes)
    at = place + np.repeat(units.start[some], sizes)
    return mix(np.add.reduceat(mix(keys[at] + mix(place.astype(np.uint64))), offsets[:-1]) + sizes.astype(np.uint64))


def _identical(units: Units, viable: Ints, keys: Hashes) -> tuple[Ints, Ints]:
    """Pairs (first copy, other copy) of word-identical units, and the units that are the first of their kind."""
    content = _content(units, viable, keys)
    order = np.lexsort((units.start[viable], viable >= units.paragraphs, content))
    group = content[order]
    first = runs(group)[1]
    leader = np.repeat(viable[order][first], np.diff(first, append=len(group)))
    other = np.ones(len(group), dtype=np.bool_)
    other[first] = False
    return np.stack((leader[other], viable[order][other])), np.sort(viable[order][first])


def bucket_pairs(keys: NDArray[np.unsignedinteger], members: Ints, most: int = BUCKET) -> Ints:
    """Pairs of the members that share a key: each with the first ones of its bucket, at most `most` of them."""
    order = np.lexsort((members, keys))
    keys, members = keys[order], members[order]
    starts = runs(keys)[1]
    sizes = np.diff(starts, append=len(keys))
    counts = np.minimum(ramp(sizes), most)
    left = np.repeat(np.repeat(starts, sizes), counts) + ramp(counts)
    return np.stack((members[left], np.repeat(members, counts)))


def ramp(counts: Ints) -> Ints:
    """0, 1, .. counts[0] - 1, 0, 1, .. counts[1] - 1, and so on."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def _lsh_pairs(units: Units, distinct: Ints, shingles: Shingles) -> Ints:
    """Pairs of paragraphs that share a band of their signatures. Sentences are never signed."""
    whole = distinct[distinct < units.paragraphs]
    if len(whole) < 2:  # noqa: PLR2004  a pair
        return np.empty((2, 0), dtype=np.int64)
    at, sizes = _shingles_of(units, whole)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    keys = band_keys(sign(shingles.hashes[at], offsets), units.article[units.text[whole]])
    step = max(1, CELLS // len(whole))  # bands in one go; no two of them share a key by design
    some = np.split(keys, range(step, len(keys), step))
    return np.concatenate([bucket_pairs(part.ravel(), np.tile(whole, len(part))) for part in some], axis=1)


def _sets(sizes: Ints, ranks: Ints) -> tuple[Ints, Ints]:
    """The distinct shingle ranks of each unit as sorted `unit << 32 | rank`, and its offsets; `sizes` with repeats."""
    packed = runs(np.sort((np.repeat(np.arange(len(sizes)), sizes) << 32) | ranks))[0]
    return packed, np.searchsorted(packed, np.arange(len(sizes) + 1) << 32)


def _joined_pairs(units: Units, distinct: Ints, posted: Ints, keys: Hashes, share: float) -> Ints:
    """Sort-merge join on (article, shingle) over the rarest shingles of each unit.

    If the smaller set X of a pair has at least `share * |X|` of its shingles in the other, then one of any
    `|X| - ceil(share * |X|) + 1` of them is in the other too (prefix filtering: Chaudhuri et al., ICDE 2006).
    """
    posted = posted[np.argsort(keys[posted], kind="stable")]
    names, first = runs(keys[posted])
    frequency = np.diff(first, append=len(posted))
    if not len(names):
        return np.empty((2, 0), dtype=np.int64)
    at, counts = _shingles_of(units, distinct)
    ranks = np.minimum(np.searchsorted(names, keys[at]), len(names) - 1)
    # a shingle that stands nowhere else gets a rank of its own: it fills the prefix and joins nothing
    ranks = np.where(names[ranks] == keys[at], ranks, len(names) + np.arange(len(at)))
    packed, offsets = _sets(counts, ranks)
    sizes = np.diff(offsets)
    unit, rank = packed >> 32, packed & 0xFFFFFFFF
    often = np.where(rank < len(names), np.append(frequency, 0)[np.minimum(rank, len(names))], 0)
    order = np.lexsort((often, unit))
    prefix = sizes - np.ceil(share * sizes - 1e-9).astype(np.int64) + 1
    chosen = order[ramp(sizes) < np.repeat(prefix, sizes)]
    chosen = chosen[rank[chosen] < len(names)]
    unit, rank = distinct[unit[chosen]], rank[chosen]
    counts = np.minimum(frequency[rank], BUCKET)
    place = posted[np.repeat(first[rank], counts) + ramp(counts)]
    mine = np.repeat(unit, counts)
    return np.concatenate([np.stack((mine, other)) for other in _owners(units, place)], axis=1)


def _posted(units: Units, copies: Ints, repeated: NDArray[np.bool_]) -> Ints:
    """Positions of the repeated shingles of all paragraphs but identical copies, which are linked to their first."""
    whole = np.setdiff1d(np.arange(units.paragraphs), copies, assume_unique=True)
    at = _shingles_of(units, whole)[0]
    return at[repeated[at]]


def _owners(units: Units, place: Ints) -> list[Ints]:
    """The paragraph and the sentence that each shingle position belongs to; the paragraph again where there is none."""
    paragraph = np.searchsorted(units.start[: units.paragraphs], place, side="right") - 1
    starts = units.start[units.paragraphs :]
    if not len(starts):
        return [paragraph]
    sentence = np.maximum(np.searchsorted(starts, place, side="right") - 1, 0) + units.paragraphs
    inside = (place >= units.start[sentence]) & (place < units.end[sentence])
    return [paragraph, np.where(inside, sentence, paragraph)]


def _ordered(units: Units, pairs: Ints) -> Ints:
    """Each pair once, the earlier unit first, without a unit and itself or a paragraph and its own sentence."""
    one, two = pairs
    whole = (one < units.paragraphs) | (two < units.paragraphs)
    apart = (one != two) & ~(whole & (units.text[one] == units.text[two]))
    one, two = one[apart], two[apart]
    later = (units.start[one] > units.start[two]) | ((units.start[one] == units.start[two]) & (one > two))
    packed = runs(np.sort((np.where(later, two, one) << 32) | np.where(later, one, two)))[0]
    return np.stack((packed >> 32, packed & 0xFFFFFFFF))


def verified(units: Units, pairs: Ints, keys: Hashes) -> tuple[Ints, Ints, Ints]:
    """For each pair: shingles in both, in the left, in the right; sets, counted exactly."""
    some = runs(np.sort(pairs, axis=None))[0]
    at, counts = _shingles_of(units, some)
    packed, offsets = _sets(counts, np.searchsorted(runs(np.sort(keys[at]))[0], keys[at]))
    sizes = np.diff(offsets)
    left, right = np.searchsorted(some, pairs)
    small, large = np.where(sizes[left] <= sizes[right], (left, right), (right, left))
    both = np.empty(pairs.shape[1], dtype=np.int64)
    low, bounds = 0, np.cumsum(sizes[small])
    while low < len(both):
        done = bounds[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(bounds, done + VERIFIED, side="right")))
        count = sizes[small[low:high]]
        at = ramp(count) + np.repeat(offsets[small[low:high]], count)
        wanted = (np.repeat(large[low:high], count) << 32) | (packed[at] & 0xFFFFFFFF)
        found = packed[np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)] == wanted
        both[low:high] = np.add.reduceat(found.astype(np.int64), np.cumsum(count) - count)
        low = high
    return both, sizes[left], sizes[right]


def _by_article(
    units: Units,
    words: Words,
    shingles: Shingles,
    pairs: Ints,
    scores: tuple[Ints, Ints, Ints],
    kinds: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> dict[int, list[Match]]:
    """The pairs of two kinds, strong and weak, as values, by article, in document order."""
    both, left, right = scores
    jaccard, contained = both / (left + right - both), both / np.minimum(left, right)
    weak = kinds[1]
    good = np.flatnonzero(kinds[0] | weak)
    best = good[np.lexsort((pairs[0, good], -contained[good], -jaccard[good], pairs[1, good]))]
    place = ramp(np.diff(runs(pairs[1, best])[1], append=len(best)))
    chosen = np.sort(best[place < PARTNERS])
    values = _values(units, words, shingles, runs(np.sort(pairs[:, chosen], axis=None))[0])
    found: dict[int, list[Match]] = {}
    articles = units.article[units.text[pairs[0, chosen]]].tolist()
    scores_of = zip(jaccard[chosen].tolist(), contained[chosen].tolist(), weak[chosen].tolist(), strict=True)
    for article, (one, two), both_scores in zip(articles, pairs[:, chosen].T.tolist(), scores_of, strict=True):
        found.setdefault(article, []).append(Match(values[one], values[two], *both_scores))
    return found


def _values(units: Units, words: Words, shingles: Shingles, some: Ints) -> dict[int, Unit]:
    """Some units as values, their texts counted inside their article."""
    text = units.text[some]
    first = units.start[some] - shingles.texts[text]
    whole = some < units.paragraphs
    last = np.where(whole, np.diff(words.texts)[text], units.end[some] - shingles.texts[text] + SHINGLE - 1)
    number = text - np.searchsorted(units.article, units.article[text])
    rows = zip(number.tolist(), first.tolist(), last.tolist(), whole.tolist(), strict=True)
    return dict(zip(some.tolist(), map(Unit._make, rows), strict=True))
