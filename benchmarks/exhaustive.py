"""All pairs of paragraphs whose word-3 shingles have a Jaccard of .5 or more, by an exact join: the truth for an index.

It takes the words and the shingles of `dedupe`, and nothing else of it: no signature, no bucket, no bound. The join
goes over the rarest shingles of every text, so many that two texts as alike must share one of them (the prefix filter
of Chaudhuri, Ganti and Kaushik), and counts what each two have in common.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.sign import shingle
from dedupe.words import hash_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

CHUNK = 200_000  # pairs that are counted at a time
CONTAINMENT = 0.8  # the bar of `dedupe` beside its Jaccard of .5
HEADLINE = 1  # paragraphs of a record in front of those of its text, as `dedupe` counts them
Place = tuple[int, int]
Ends = tuple[Place, Place]


class Pairs(NamedTuple):
    """Pairs of texts, the earlier one first, and how alike they are."""

    left: np.ndarray
    right: np.ndarray
    jaccard: np.ndarray


def ramp(sizes: np.ndarray) -> np.ndarray:
    """0, 1, 2 ... for each of the sizes."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def ranked(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The distinct shingles of each text as ranks, the rarest of all first, and where each text begins."""
    shingles = shingle(hash_words(texts))
    owner = np.repeat(np.arange(len(texts)), np.diff(shingles.texts))
    _, number, counts = np.unique(shingles.hashes, return_inverse=True, return_counts=True)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    keys = np.unique(owner * len(counts) + rank[number])
    return keys % len(counts), np.searchsorted(keys, np.arange(len(texts) + 1) * len(counts))


def joined(owner: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Pairs of owners that have a value in common, each once, as left * 2**32 + right."""
    order = np.argsort(value, kind="stable")
    owner = owner[order]
    sizes = np.diff(np.flatnonzero(np.diff(value[order], prepend=-1, append=-1)))
    start = np.repeat(np.cumsum(sizes) - sizes, sizes)
    behind = np.repeat(sizes, sizes) - (np.arange(len(owner)) - start) - 1  # of each, those after it with its value
    found = np.empty(0, dtype=np.int64)
    step = 0
    while step < len(owner):
        stop = step + max(1, int(np.searchsorted(np.cumsum(behind[step:]), 20_000_000)))
        some = np.arange(step, min(stop, len(owner)))
        left = np.repeat(some, behind[some])
        right = left + 1 + ramp(behind[some])
        low, high = np.minimum(owner[left], owner[right]), np.maximum(owner[left], owner[right])
        found = np.unique(np.concatenate((found, low << 32 | high)))
        step = stop
    return found


def alike(texts: Sequence[str], least: float = 0.5) -> Pairs:
    """Every two texts with a Jaccard of at least `least`."""
    ranks, bounds = ranked(texts)
    sizes = np.diff(bounds)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    first = ramp(sizes) < (sizes - np.ceil(least * sizes - 1e-9) + 1)[owner]
    pairs = joined(owner[first], ranks[first])
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    near = np.minimum(sizes[left], sizes[right]) >= least * np.maximum(sizes[left], sizes[right])
    left, right = left[near], right[near]
    both = np.concatenate([np.empty(0, dtype=np.int64), *common(ranks, bounds, left, right)])
    value = both / (sizes[left] + sizes[right] - both)
    good = value >= least
    return Pairs(left[good], right[good], value[good])


def common(ranks: np.ndarray, bounds: np.ndarray, left: np.ndarray, right: np.ndarray) -> Iterator[np.ndarray]:
    """How many shingles the two of each pair share."""
    sizes, span = np.diff(bounds), int(ranks.max(initial=0)) + 1
    for low in range(0, len(left), CHUNK):
        keys = []
        for side in (left[low : low + CHUNK], right[low : low + CHUNK]):
            at = np.repeat(bounds[side], sizes[side]) + ramp(sizes[side])
            keys.append(np.repeat(np.arange(len(side)), sizes[side]) * span + ranks[at])
        every = np.sort(np.concatenate(keys))
        twice = every[1:][every[1:] == every[:-1]] // span
        yield np.bincount(twice, minlength=len(left[low : low + CHUNK]))


def paragraphs(archive: Path, most: int) -> tuple[list[Place], list[str]]:
    """The first paragraphs of an archive, up to the end of a story, and where they stand."""
    places: list[Place] = []
    texts: list[str] = []
    with archive.open("rb") as lines:
        for story, line in enumerate(lines):
            if len(texts) >= most:
                break
            told = json.loads(line)["text"].split("\n\n")
            places += [(story, at) for at in range(len(told))]
            texts += told
    return places, texts


def edges(report: Path) -> Iterator[tuple[str, Ends]]:
    """Of a JSON Lines report, each two paragraphs that a finding ties: its code and both places."""
    with report.open("rb") as lines:
        for line in lines:
            article = json.loads(line)
            for finding in article["findings"]:
                kept, dropped = finding["kept"], finding["dropped"]
                one = int(kept.get("article", article["article"])), kept["paragraph"] - 1 - HEADLINE
                two = int(article["article"]), dropped["paragraph"] - 1 - HEADLINE
                for at in range(finding["blocks"]):
                    ends = (one[0], one[1] + at), (two[0], two[1] + at)
                    yield finding["code"], ends


def ties(report: Path) -> list[Ends]:
    """What a report ties paragraph by paragraph; versions are whole stories, an echo is a sentence in a paragraph."""
    return [ends for code, ends in edges(report) if code not in ("version", "echo")]


def families(pairs: Iterable[Ends]) -> dict[Place, Place]:
    """Of each place that is tied to another, a place that stands for all it is tied to."""
    of: dict[Place, Place] = {}

    def root(place: Place) -> Place:
        while (above := of.setdefault(place, place)) != place:
            of[place] = of[above]
            place = of[place]
        return place

    for one, two in pairs:
        of[root(one)] = root(two)
    return {place: root(place) for place in of}


def tied(family: dict[Place, Place], one: Place, two: Place) -> bool:
    return one in family and family[one] == family.get(two)


def recall(pairs: Pairs, places: Sequence[Place], family: dict[Place, Place]) -> dict[str, object]:
    """What stands in one family, of all alike pairs of different stories; those that differ in a word apart."""
    story = np.array([place[0] for place in places])
    apart = story[pairs.left] != story[pairs.right]
    left, right, value = pairs.left[apart], pairs.right[apart], pairs.jaccard[apart]
    ends = [(places[one], places[two]) for one, two in zip(left.tolist(), right.tolist(), strict=True)]
    hit = np.array([tied(family, *both) for both in ends], dtype=bool)
    figures: dict[str, object] = {}
    for name, some in {
        "0.5": value >= 0.5,
        "0.7": value >= 0.7,
        "0.5_differing": (value >= 0.5) & (value < 1),
        "0.7_differing": (value >= 0.7) & (value < 1),
    }.items():
        share = round(float(hit[some].mean()), 5) if some.any() else None
        figures |= {f"pairs_{name}": int(some.sum()), f"pairs_{name}_recall": share}
    missed = np.flatnonzero(~hit)[:20].tolist()
    return {**figures, "missed": [[*ends[at], round(float(value[at]), 3)] for at in missed]}


def precision(
    texts: Sequence[str], places: Sequence[Place], some: Iterable[Ends], contained: float
) -> dict[str, object]:
    """How many ties of two paragraphs of different stories there are, and which share reaches a bar."""
    number = {place: at for at, place in enumerate(places)}
    ties = {
        tuple(sorted(map(number.get, ends))) for ends in some if ends[0][0] != ends[1][0] and number.keys() >= {*ends}
    }
    left, right = np.array(sorted(ties), dtype=np.int64).reshape(-1, 2).T
    ranks, bounds = ranked(texts)
    sizes = np.diff(bounds)
    both = np.concatenate([np.empty(0, dtype=np.int64), *common(ranks, bounds, left, right)])
    good = (both >= 0.5 * (sizes[left] + sizes[right] - both)) | (
        both >= contained * np.minimum(sizes[left], sizes[right])
    )
    return {"ties": len(good), "precision": round(float(good.mean()), 5) if len(good) else None}


def judged(archive: Path, truth: Path, report: Path, most: int) -> dict[str, object]:
    """A report of `--scope archive` against every pair of the first paragraphs; and the pairs that nobody planted."""
    places, texts = paragraphs(archive, most)
    pairs = alike(texts)
    told = ties(report)
    with truth.open("rb") as lines:
        links = [link for link in map(json.loads, lines) if "how" in link]
    planted = families((tuple(link["one"]), tuple(link["two"])) for link in links)
    both = zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    chance = sum(not tied(planted, places[one], places[two]) for one, two in both)
    return {
        "exhaustive_paragraphs": len(texts),
        "by_chance": chance,
        **recall(pairs, places, families(told)),
        **precision(texts, places, told, CONTAINMENT),
    }
