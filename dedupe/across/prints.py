"""What is kept of each paragraph of copy to be held against those of all other articles: numbers, no text."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.dateline import opening
from dedupe.match import ramp
from dedupe.model import COPY
from dedupe.sign import alike_long, band_keys, shingle, sign
from dedupe.words import hash_words, joined, mix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.model import Article
    from dedupe.words import Words

BANDS = (42, 3)  # bands, rows: finds Jaccard .7 with probability .99999995, .5 with .996
BITS = 256  # in the sketch of a text, of which one is never set: the count of all of them fits a byte


class Prints(NamedTuple):
    """The paragraphs of copy of one file, in order."""

    sha256: str  # of the file
    stories: NDArray[np.int32]  # which article of the file
    paragraphs: NDArray[np.int32]  # which paragraph of that article
    contents: NDArray[np.uint64]  # of all its words
    sizes: NDArray[np.int32]  # distinct shingles; 0 of a paragraph that is too short, or stood in the file before
    shingles: NDArray[np.uint64]  # the distinct ones, sorted, one paragraph after another
    bits: NDArray[np.uint64]  # [paragraphs with shingles, 4] sketches: a bit for each shingle
    keys: NDArray[np.uint32]  # [bands, paragraphs with shingles]


class Known(NamedTuple):
    """Paragraphs whose words are known, each by its whole text; the words are those behind its opening."""

    texts: dict[str, int]
    words: Words


def prints(
    files: Sequence[tuple[str, Sequence[Article]]],
    min_words: int,
    *,
    thorough: bool = False,
    known: Known | None = None,
) -> Iterator[Prints]:
    """The prints of some files, each given by its SHA-256 and its articles; `thorough` ones find more, and cost more.

    All prints that are held against each other must be of one kind.
    """
    rows = array("i")
    texts = dict(known.texts) if known else {}  # a flood of one text is hashed once
    before = len(known.words.texts) - 1 if known else 0
    more: list[str] = []
    for file, (_, articles) in enumerate(files):
        for story, at, text in _copy(articles):
            if text not in texts:
                texts[text] = before + len(more)
                more.append(text[opening(text) :])
            rows.extend((file, story, at, texts[text]))
    table = np.frombuffer(rows, dtype=np.int32).reshape(-1, 4)
    words = hash_words(more, parted=False)
    if known:
        words = joined(known.words, words)
    said = table[:, 3]  # which of the texts
    contents = _contents(words)[said]
    sizes, hashes, bits = _distinct(words, np.diff(words.texts) >= max(min_words, 1))
    ends = np.cumsum(sizes, dtype=np.int64)
    keys = _keys(hashes, np.concatenate(([0], ends[sizes > 0])), thorough=thorough)
    row = np.cumsum(sizes > 0) - 1  # in the sketches and keys
    fresh = _first(table[:, 0], contents)
    bounds = np.searchsorted(table[:, 0], np.arange(len(files) + 1)).tolist()
    for (sha256, _), low, high in zip(files, bounds, bounds[1:], strict=False):
        counts = np.where(fresh[low:high], sizes[said[low:high]], 0)
        strong = said[low:high][counts > 0]
        many = sizes[strong].astype(np.int64)
        place = np.repeat(ends[strong] - many, many) + ramp(many)
        yield Prints(
            sha256,
            table[low:high, 1],
            table[low:high, 2],
            contents[low:high],
            counts,
            hashes[place],
            bits[row[strong]],
            keys[:, row[strong]],
        )


def _copy(articles: Sequence[Article]) -> Iterator[tuple[int, int, str]]:
    """Article, paragraph and text of all copy that a reader sees; of a story in several renditions the first one's."""
    seen: set[str] = set()
    for story, article in enumerate(articles):
        if article.rendition in seen:
            continue
        if article.rendition:
            seen.add(article.rendition)
        for at, paragraph in enumerate(article.paragraphs):
            if paragraph.role in COPY and not paragraph.weak:
                yield story, at, paragraph.text


def _contents(words: Words) -> NDArray[np.uint64]:
    """A hash of the whole sequence of words of each text."""
    counts = np.diff(words.texts)
    place = np.arange(len(words.hashes)) - np.repeat(words.texts[:-1], counts)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mix(words.hashes + mix(place.astype(np.uint64))))))
    return mix(sums[words.texts[1:]] - sums[words.texts[:-1]] + counts.astype(np.uint64))


def _first(files: NDArray[np.int32], contents: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which paragraphs say what none of their file has said before."""
    order = np.lexsort((contents, files))
    found = np.zeros(len(order), dtype=np.bool_)
    fresh = (np.diff(contents[order]) != 0) | (np.diff(files[order]) != 0)
    found[order[:1]] = True
    found[order[1:][fresh]] = True
    return found


def _distinct(
    words: Words, long: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint64]]:
    """How many distinct shingles each long enough text has, and 0 of the others; all of them; the sketches."""
    shingles = shingle(words)
    some = np.flatnonzero(long)
    offsets = np.concatenate(([0], np.cumsum(np.diff(shingles.texts)[some])))
    shift = shingles.texts[some] - offsets[:-1]
    counts = np.zeros(len(some), dtype=np.int32)
    hashes = np.empty(offsets[-1], dtype=np.uint64)
    kept = np.zeros(len(hashes), dtype=np.bool_)
    marks = np.zeros((len(some), BITS), dtype=np.bool_)
    for rows, at in alike_long(offsets):
        part = shingles.hashes[at + shift[rows, None]]
        part.sort(axis=1)
        fresh = np.ones(part.shape, dtype=np.bool_)
        fresh[:, 1:] = part[:, 1:] != part[:, :-1]
        counts[rows] = fresh.sum(axis=1)
        place = (offsets[rows, None] + np.cumsum(fresh, axis=1) - 1)[fresh]
        hashes[place] = part[fresh]
        kept[place] = True
        marks[rows[:, None], np.minimum(part >> np.uint64(56), BITS - 2).astype(np.int64)] = True
    sizes = np.zeros(len(long), dtype=np.int32)
    sizes[some] = counts
    return sizes, hashes[kept], np.packbits(marks, axis=1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def _keys(hashes: NDArray[np.uint64], offsets: NDArray[np.int64], *, thorough: bool) -> NDArray[np.uint32]:
    """The keys of the bands of some texts; of a thorough print those of as many others over other permutations."""
    signatures = sign(hashes, offsets)
    nowhere = np.zeros(len(signatures), dtype=np.int64)
    found = band_keys(signatures, nowhere, *BANDS).astype(np.uint32)
    if not thorough:
        return found
    bands, rows = BANDS
    other = signatures.T[np.arange(bands * rows).reshape(rows, bands).T.ravel()].T
    return np.concatenate((found, band_keys(other, nowhere + 1, *BANDS).astype(np.uint32)))
