"""Shingles, MinHash signatures and bands, on arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dedupe.words import Words, mix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SHINGLE = 3  # words
PERMUTATIONS = 128
ARTICLE_BANDS = (42, 3)  # bands, rows: finds Jaccard .5 with probability .996
CELLS = 1 << 16  # most numbers in one working array: what fits the cache of a core

_K = [np.uint64(k) for k in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]
_SHORT = np.uint64(0x27D4EB2F165667C5)


@dataclass(frozen=True)
class Shingles:
    """The word shingles of a batch of texts, in text order, repeats kept."""

    hashes: NDArray[np.uint64]  # [shingles]
    texts: NDArray[np.int64]  # [texts + 1] offsets into `hashes`


def shingle(words: Words) -> Shingles:
    """Hash every run of three words inside each text; a text of one or two words is one shingle of what it has."""
    hashes = words.hashes
    counts = np.diff(words.texts)
    sizes = np.where(counts >= SHINGLE, counts - SHINGLE + 1, np.minimum(counts, 1))
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    # the k-th shingle of a text begins at its k-th word
    at = np.arange(offsets[-1]) + np.repeat(words.texts[:-1] - offsets[:-1], sizes)
    padded = np.concatenate((hashes, np.zeros(SHINGLE - 1, dtype=np.uint64)))
    runs = mix(padded[at] * _K[0] + padded[at + 1] * _K[1] + padded[at + 2] * _K[2])
    for count in range(1, SHINGLE):
        few = np.flatnonzero(counts == count)
        first = words.texts[few]
        runs[offsets[few]] = mix(padded[first] * _K[0] + padded[first + count - 1] * _K[1] + _SHORT)
    return Shingles(runs, offsets)


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The multipliers and summands that datasketch draws for `scheme="affine32"`, `seed=1`.

    Its generator is the Mersenne Twister as `numpy.random.RandomState(1)` seeds it (Matsumoto and Nishimura's
    `init_genrand`); `random.Random` is the same one, and cheaper to import.
    """
    from random import Random  # noqa: PLC0415  only texts that may repeat are signed

    state = [1]
    for at in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + at) & 0xFFFFFFFF)
    generator = Random()  # noqa: S311  no secret
    generator.setstate((3, (*state, 624), None))
    draws = [generator.getrandbits(32) for _ in range(2 * PERMUTATIONS)]
    multipliers = [2 * (draw & 0x7FFFFFFF) + 1 for draw in draws[:PERMUTATIONS]]
    return np.array(multipliers, dtype=np.uint32), np.array(draws[PERMUTATIONS:], dtype=np.uint32)


def _fmix32(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


def sign(hashes: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.uint32]:
    """MinHash signatures, `uint32[texts, 128]`, of shingles given as in `Shingles`.

    Bit-identical to `datasketch.MinHash(num_perm=128, scheme="affine32")` updated with the low 32 bits of each
    shingle; a text without shingles has the signature of an empty MinHash.
    """
    signatures = np.full((PERMUTATIONS, len(offsets) - 1), 0xFFFFFFFF, dtype=np.uint32)
    multipliers, summands = _permutations()
    mixed = _fmix32(hashes.astype(np.uint32))
    for rows, at in alike_long(offsets):
        part = np.ascontiguousarray(mixed[at].T)
        work, found = np.empty_like(part), np.empty((PERMUTATIONS, len(rows)), dtype=np.uint32)
        for k in range(PERMUTATIONS):
            np.multiply(part, multipliers[k], out=work)
            np.add(work, summands[k], out=work)
            np.minimum.reduce(work, axis=0, out=found[k])
        signatures[:, rows] = found
    return signatures.T


def alike_long(offsets: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Texts of about one length at a time that fit the cache of a core: which, and where their shingles stand.

    The places are `[texts, longest]`; a shorter text repeats its last one. Those without any are left out.
    """
    sizes = np.diff(offsets)
    order = np.argsort(sizes, kind="stable")
    ordered = sizes[order]
    low = int(np.searchsorted(ordered, 1))
    while low < len(order):
        high = int(np.searchsorted(ordered, ordered[low] * 5 // 4 + 4, side="right"))
        high = low + max(1, min(high - low, CELLS // int(ordered[high - 1])))
        rows, size = order[low:high], ordered[low:high, None]
        yield rows, offsets[rows, None] + np.minimum(np.arange(size[-1, 0]), size - 1)
        low = high


def band_keys(
    signatures: NDArray[np.uint32],
    scope: NDArray[np.int64],
    bands: int = ARTICLE_BANDS[0],
    rows: int = ARTICLE_BANDS[1],
) -> NDArray[np.uint64]:
    """The bucket keys `uint64[bands, texts]` of an LSH index; texts of another scope never share one by design."""
    seed = mix(scope.astype(np.uint64) + np.uint64(1))
    keys = np.empty((bands, len(signatures)), dtype=np.uint64)
    for band in range(bands):
        key = seed + np.uint64(band)
        for row in range(band * rows, band * rows + rows):
            key = mix(key ^ signatures[:, row].astype(np.uint64))
        keys[band] = key
    return keys
