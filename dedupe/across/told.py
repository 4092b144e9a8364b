"""Blocks become findings: of each article, what stands in earlier ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dedupe.across.blocks import Archive
from dedupe.across.links import Places
from dedupe.across.pairs import alike, gathered
from dedupe.across.repeats import alone, finding, groups_of, repeats, spot_of, texts_of
from dedupe.across.superseded import told as versions
from dedupe.engines.local import each
from dedupe.facts import compare
from dedupe.marks import marks
from dedupe.model import DedupeError, Failure, Finding, Review
from dedupe.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dedupe.across.repeats import Repeat
    from dedupe.model import Article, Change, Source
    from dedupe.pipeline import Outcome
    from dedupe.settings import Settings

    Load = Callable[[str], tuple[Source, list[Article]]]


COMPARED = 50  # pairs of texts in a batch


def joined(outcomes: Iterable[Outcome], load: Load, settings: Settings, jobs: int) -> list[Outcome]:
    """The outcomes, with what stands in two articles or more. `load` reads a file again, of which text is needed."""
    found = list(outcomes)
    order = sorted((at for at, one in enumerate(found) if one.prints is not None), key=lambda at: found[at].path)
    files = [prints for at in order if (prints := found[at].prints) is not None]
    found = [one._replace(prints=None) for one in found]
    if not sum(len(file.stories) for file in files):
        return found
    texts, bases = gathered(files)
    archive = Archive(texts, alike(texts, settings), settings)
    blocks = list(archive.blocks())
    if not blocks:
        return found
    shelf = _Shelf(
        [found[at] for at in order], [file.sha256 for file in files], bases, load, reasons=settings.require_reasons
    )
    start = max((it.group for one in found for review in one.reviews for it in review.findings), default=0)
    every = list(repeats(archive, blocks, groups_of(archive, blocks, start)))
    compared = _compared(every, shelf, jobs)
    told: dict[int, list[Finding]] = {}
    spot = partial(spot_of, story=shelf.story)
    for one in every:
        said = finding(one, shelf.story, spot, settings, compared)
        if said is not None:
            told.setdefault(one.here.story, []).append(said)
    start = max((one.group for one in every), default=start)
    where = Places(archive.story, archive.text, archive.texts.size.data)
    for number, said in versions(where, blocks, shelf.story, settings, start):
        told.setdefault(number, []).append(said)
    for at, outcome in zip(order, shelf.outcomes(told), strict=True):
        found[at] = outcome
    return found


def _compared(every: Sequence[Repeat], shelf: _Shelf, jobs: int) -> dict[tuple[str, str], tuple[Change, ...]]:
    """The differences of the texts of all copies, each pair of texts once, compared while the next ones are read."""
    wanted: dict[tuple[str, str], None] = {}

    def batches() -> Iterator[list[tuple[str, str]]]:
        batch: list[tuple[str, str]] = []
        for one in every:
            for pair in texts_of(one, shelf.story):
                if pair not in wanted:
                    wanted[pair] = None
                    batch.append(pair)
            if len(batch) >= COMPARED:
                yield batch
                batch = []
        yield batch

    found = [changes for some in each(_differences, batches(), jobs) for changes in some]
    return dict(zip(wanted, found, strict=True))


def _differences(pairs: Sequence[tuple[str, str]]) -> list[tuple[Change, ...]]:
    return [compare(kept, dropped) for kept, dropped in pairs]


class _Shelf:
    """The files of an archive, read again where their text is needed."""

    def __init__(
        self, outcomes: Sequence[Outcome], hashes: Sequence[str], bases: Sequence[int], load: Load, *, reasons: bool
    ) -> None:
        """`bases` numbers the first story of each file."""
        self._outcomes, self._hashes, self._bases, self._load = outcomes, hashes, bases, load
        self._reasons = reasons
        self._file = [file for file, base in enumerate(bases[:-1]) for _ in range(bases[file + 1] - base)]
        self._open: dict[int, tuple[Source, list[Article]] | None] = {}
        self._failed: dict[int, Failure] = {}
        self._stories: dict[int, Story] = {}

    def story(self, number: int) -> Story | None:
        """A story; None where its file has changed since it was read."""
        known = self._stories.get(number)
        if known is None:
            file = self._file[number]
            read = self._read(file)
            if read is None:
                return None
            known = self._stories[number] = Story(read[0], read[1][number - self._bases[file]])
        return known

    def _read(self, file: int) -> tuple[Source, list[Article]] | None:
        if file not in self._open:
            try:
                self._open[file] = self._same(file)
            except DedupeError as error:
                self._failed[file] = Failure(self._outcomes[file].path, error.message)
                self._open[file] = None
        return self._open[file]

    def _same(self, file: int) -> tuple[Source, list[Article]]:
        """A file as it was. Raises DedupeError where it has changed."""
        outcome = self._outcomes[file]
        if outcome.piped:
            return outcome.reviews[0].source, [review.article for review in outcome.reviews]
        item, articles = self._load(outcome.path)
        if item.sha256 != self._hashes[file]:
            raise DedupeError(f"{outcome.path}: changed while it was read; run again", path=outcome.path)
        return item, articles

    def outcomes(self, told: dict[int, list[Finding]]) -> Iterator[Outcome]:
        """The outcomes with some more findings, by story."""
        numbers: dict[int, list[int]] = {}
        for number in sorted(told):
            numbers.setdefault(self._file[number], []).append(number)
        for file, outcome in enumerate(self._outcomes):
            failure = outcome.failure or self._failed.get(file)
            reviews = self._reviews(file, numbers[file], told) if file in numbers else outcome.reviews
            yield outcome._replace(reviews=tuple(reviews), failure=failure)

    def _reviews(self, file: int, numbers: Sequence[int], told: dict[int, list[Finding]]) -> list[Review]:
        read = self._read(file)
        before = self._outcomes[file].reviews
        if read is None:
            return list(before)
        item = before[0].source if before else read[0]
        said = marks(item, read[1], reasons=self._reasons)
        at = {_name(article): number for number, article in enumerate(read[1])}
        found = {at[_name(review.article)]: review for review in before}
        for number in numbers:
            own = number - self._bases[file]
            review = found.get(own) or Review(item, read[1][own], (), (), said[own])
            live, accepted = alone(told[number], said[own])
            found[own] = replace(review, findings=(*review.findings, *live), accepted=(*review.accepted, *accepted))
        return [found[own] for own in sorted(found)]


def _name(article: Article) -> tuple[str | None, int]:
    return article.key, article.paragraphs[0].start if article.paragraphs else -1
