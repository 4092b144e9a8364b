"""Sketches of texts: a bit for each shingle, from which follows how many two texts can share at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe.settings import Settings

    Ints = NDArray[np.int64]

_ONES = np.uint32(0x01010101)
_TOP = np.uint32(24)


def counted(bits: NDArray[np.uint64]) -> NDArray[np.int32]:
    """How many bits of each sketch are set; one of them never is, so that the count fits a byte."""
    counts = np.bitwise_count(bits).view(np.uint32).ravel()
    return ((counts * _ONES) >> _TOP).astype(np.int32)


def most(bits: NDArray[np.uint64], sizes: NDArray[np.int32], left: Ints, right: Ints) -> NDArray[np.int32]:
    """How many shingles two texts share at most: those behind a bit of both, and those that had none to themselves."""
    one, two = bits.take(left, axis=0), bits.take(right, axis=0)
    spare = np.minimum(sizes[left] - counted(one), sizes[right] - counted(two))
    found: NDArray[np.int32] = counted(np.bitwise_and(one, two, out=one)) + spare
    return found


def sketched(
    bits: NDArray[np.uint64], sizes: NDArray[np.int32], left: Ints, right: Ints, settings: Settings
) -> NDArray[np.bool_]:
    """Which pairs can reach one of the bars; none that does is missed."""
    return reached(most(bits, sizes, left, right), sizes[left], sizes[right], settings)


def reached(
    both: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32], settings: Settings
) -> NDArray[np.bool_]:
    """Which numbers of shared shingles reach one of the bars."""
    small = np.minimum(left, right)
    both = np.minimum(both, small)
    found: NDArray[np.bool_] = (both / (left + right - both) >= settings.threshold) | (
        both / small >= settings.containment
    )
    return found
