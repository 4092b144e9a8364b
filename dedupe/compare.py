"""Two versions of one story: which paragraphs were kept, reworded, dropped or are new, and which facts changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import opening
from dedupe.facts import compare as compare_facts
from dedupe.facts import disagree
from dedupe.match import match
from dedupe.model import COPY, Change, Paragraph
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Article
    from dedupe.settings import Settings

FACTS_TWICE = 0.3  # Jaccard of two paragraphs in the same place that still makes one a rewording of the other


class Pair(NamedTuple):
    """One paragraph in both versions; `changes` calls the new one kept and the old one dropped."""

    old: Paragraph
    new: Paragraph
    changes: tuple[Change, ...]

    @property
    def facts(self) -> tuple[Change, ...]:
        """The changes of fact."""
        return disagree(self.changes)


class Comparison(NamedTuple):
    """What became of each paragraph; furniture is left out."""

    kept: tuple[Pair, ...]
    reworded: tuple[Pair, ...]
    dropped: tuple[Paragraph, ...]
    new: tuple[Paragraph, ...]


class _Sides(NamedTuple):
    """The copy of two versions, and which new paragraph each old one became."""

    before: list[Paragraph]
    after: list[Paragraph]
    found: dict[int, int]

    @property
    def open(self) -> bool:
        """Whether paragraphs of both are without a partner."""
        return len(self.found) < min(len(self.before), len(self.after))


def compare_versions(old: Article, new: Article, settings: Settings) -> Comparison:
    """Pair the paragraphs of two versions: the same words first, then the most alike, then by place."""
    return compare_all([(old, new)], settings)[0]


def compare_all(pairs: Sequence[tuple[Article, Article]], settings: Settings) -> list[Comparison]:
    """The same of many pairs of versions, old and new, in one go."""
    sides = [_same(old, new) for old, new in pairs]
    _alike([side for side in sides if side.open], settings)
    return [_compared(side) for side in sides]


def _compared(sides: _Sides) -> Comparison:
    before, after, pairs = sides
    found = [_pair(before[one], after[two]) for one, two in sorted(pairs.items(), key=lambda pair: pair[1])]
    taken = set(pairs.values())
    return Comparison(
        tuple(pair for pair in found if not pair.changes),
        tuple(pair for pair in found if pair.changes),
        tuple(paragraph for at, paragraph in enumerate(before) if at not in pairs),
        tuple(paragraph for at, paragraph in enumerate(after) if at not in taken),
    )


def _pair(old: Paragraph, new: Paragraph) -> Pair:
    return Pair(old, new, compare_facts(new.text, old.text))


def _same(old: Article, new: Article) -> _Sides:
    """Two versions, with the paragraphs of the same words paired."""
    before = [paragraph for paragraph in old.paragraphs if paragraph.role in COPY]
    after = [paragraph for paragraph in new.paragraphs if paragraph.role in COPY]
    left, right = ([tuple(words(_text(paragraph))) for paragraph in some] for some in (before, after))
    found: dict[int, int] = {}
    places: dict[tuple[str, ...], list[int]] = {}
    for at, run in enumerate(right):
        places.setdefault(run, []).append(at)
    for at, run in enumerate(left):
        if places.get(run):
            found[at] = places[run].pop(0)
    return _Sides(before, after, found)


def _alike(some: Sequence[_Sides], settings: Settings) -> None:
    """Pair what is alike in each of some pairs of versions, the most alike first."""
    texts = [_text(paragraph) for side in some for paragraph in (*side.before, *side.after)]
    sizes = [len(side.before) + len(side.after) for side in some]
    matches = match(
        texts,
        [number for number, size in enumerate(sizes) for _ in range(size)],
        threshold=FACTS_TWICE,
        containment=settings.containment,
        min_words=settings.min_words,
    )
    for number, side in enumerate(some):
        middle = len(side.before)
        taken = set(side.found.values())
        across = [
            (-pair.jaccard, abs(pair.left.text - (pair.right.text - middle)), pair.left.text, pair.right.text - middle)
            for pair in matches.get(number, [])
            if pair.left.whole and pair.right.whole and pair.left.text < middle <= pair.right.text
        ]
        for _, _, one, two in sorted(across):
            if one not in side.found and two not in taken:
                side.found[one] = two
                taken.add(two)


def _text(paragraph: Paragraph) -> str:
    return paragraph.text[opening(paragraph.text) :]
