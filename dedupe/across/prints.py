"""What is kept of each paragraph of copy to be held against those of all other articles: numbers, no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.dateline import opening
from dedupe.model import COPY
from dedupe.sign import band_keys, shingle, sign
from dedupe.words import hash_words, mix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.model import Article
    from dedupe.words import Words

BANDS = (32, 4)  # bands, rows: finds Jaccard .7 with probability .9998, .5 with .87


class Prints(NamedTuple):
    """The paragraphs of copy of one file, in order."""

    sha256: str  # of the file
    stories: NDArray[np.int32]  # which article of the file
    paragraphs: NDArray[np.int32]  # which paragraph of that article
    contents: NDArray[np.uint64]  # of all its words
    sizes: NDArray[np.int32]  # distinct shingles; 0 of a paragraph that is too short to be found by itself
    shingles: NDArray[np.uint64]  # the distinct ones, sorted, one paragraph after another
    keys: NDArray[np.uint32]  # [paragraphs, bands] of those that can be found by themselves


def prints(files: Sequence[tuple[str, Sequence[Article]]], min_words: int) -> Iterator[Prints]:
    """The prints of some files, each given by its SHA-256 and its articles."""
    rows: list[tuple[int, int, int]] = []
    texts: list[str] = []
    for file, (_, articles) in enumerate(files):
        for story, at, text in _copy(articles):
            rows.append((file, story, at))
            texts.append(text)
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    words = hash_words(texts)
    contents = _contents(words)
    sizes, hashes, keys = _signed(words, min_words)
    bounds = np.searchsorted(table[:, 0], np.arange(len(files) + 1))
    strong = np.concatenate(([0], np.cumsum(sizes > 0)))
    begins = np.concatenate(([0], np.cumsum(sizes)))
    for file, (sha256, _) in enumerate(files):
        low, high = bounds[file], bounds[file + 1]
        yield Prints(
            sha256,
            table[low:high, 1],
            table[low:high, 2],
            contents[low:high],
            sizes[low:high],
            hashes[begins[low] : begins[high]],
            keys[strong[low] : strong[high]],
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
                yield story, at, paragraph.text[opening(paragraph.text) :]


def _contents(words: Words) -> NDArray[np.uint64]:
    """A hash of the whole sequence of words of each text."""
    counts = np.diff(words.texts)
    place = np.arange(len(words.hashes)) - np.repeat(words.texts[:-1], counts)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mix(words.hashes + mix(place.astype(np.uint64))))))
    return mix(sums[words.texts[1:]] - sums[words.texts[:-1]] + counts.astype(np.uint64))


def _signed(words: Words, min_words: int) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint32]]:
    """How many distinct shingles each text has, all of them, and the keys of those that have some."""
    counts = np.diff(words.texts)
    shingles = shingle(words)
    owner = np.repeat(np.arange(len(counts)), np.diff(shingles.texts))
    long = counts[owner] >= max(min_words, 1)
    owner, hashes = owner[long], shingles.hashes[long]
    order = np.lexsort((hashes, owner))
    owner, hashes = owner[order], hashes[order]
    fresh = np.ones(len(hashes), dtype=np.bool_)
    fresh[1:] = (owner[1:] != owner[:-1]) | (hashes[1:] != hashes[:-1])
    owner, hashes = owner[fresh], hashes[fresh]
    sizes = np.bincount(owner, minlength=len(counts)).astype(np.int32)
    offsets = np.concatenate(([0], np.cumsum(sizes[sizes > 0], dtype=np.int64)))
    signatures = sign(hashes, offsets)
    keys = band_keys(signatures, np.zeros(len(signatures), dtype=np.int64), *BANDS)
    return sizes, hashes, np.ascontiguousarray(keys.astype(np.uint32).T)
