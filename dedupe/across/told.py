"""Blocks become findings: of each article, what stands in earlier ones."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dedupe.across.blocks import Archive
from dedupe.across.links import Places
from dedupe.across.pairs import alike, gathered
from dedupe.across.superseded import told as versions
from dedupe.across.tell import NAMED, Spot, why
from dedupe.dateline import opening
from dedupe.engines.local import each
from dedupe.facts import compare
from dedupe.judge import place
from dedupe.marks import held, marks
from dedupe.model import DedupeError, Failure, Finding, Review
from dedupe.story import Copy, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dedupe.across.blocks import Block, Where
    from dedupe.model import Accepted, Article, Change, Code, Mark, Place, Source
    from dedupe.pipeline import Outcome
    from dedupe.settings import Settings

    Load = Callable[[str], tuple[Source, list[Article]]]


COMPARED = 50  # pairs of texts in a batch


class _Group(NamedTuple):
    """The blocks that repeat one stretch of one story."""

    number: int
    blocks: list[Block]
    where: Where
    digest: str  # of what its copies say


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
    groups = _groups(archive, blocks, start)
    teller = _Teller(archive, shelf, settings, groups, _compared(archive, shelf, blocks, jobs))
    told: dict[int, list[Finding]] = {}
    for block in blocks:
        finding = teller.finding(block)
        if finding is not None:
            told.setdefault(archive.story[block.dropped], []).append(finding)
    where = Places(archive.story, archive.text, archive.strong)
    for number, finding in versions(where, blocks, shelf.story, settings, start + len(groups)):
        told.setdefault(number, []).append(finding)
    for at, outcome in zip(order, shelf.outcomes(told), strict=True):
        found[at] = outcome
    return found


def _groups(archive: Archive, blocks: Sequence[Block], start: int) -> dict[tuple[int, int], _Group]:
    """The blocks that repeat the same, numbered as they come."""
    members: dict[tuple[int, int], list[Block]] = {}
    for block in blocks:
        members.setdefault((block.kept, block.size), []).append(block)
    found = {}
    for number, (key, some) in enumerate(members.items(), start + 1):
        runs = {tuple(archive.text[first : first + key[1]]) for first in (key[0], *(block.dropped for block in some))}
        contents = sorted(archive.texts.content[list(run)].tobytes().hex() for run in runs)
        digest = hashlib.sha256("\0".join(contents).encode()).hexdigest()
        found[key] = _Group(number, some, archive.where(some[0], NAMED + 1), digest)
    return found


def _compared(
    archive: Archive, shelf: _Shelf, blocks: Sequence[Block], jobs: int
) -> dict[tuple[str, str], tuple[Change, ...]]:
    """The differences of the texts of all blocks, each pair of texts once, compared while the next ones are read."""
    wanted: dict[tuple[str, str], None] = {}

    def batches() -> Iterator[list[tuple[str, str]]]:
        batch: list[tuple[str, str]] = []
        for block in blocks:
            for pair in _pairs(archive, shelf, block):
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


def _pairs(archive: Archive, shelf: _Shelf, block: Block) -> Iterator[tuple[str, str]]:
    """The texts of a block, that of the kept copy first, where they are not the same to the letter."""
    for step in range(block.size):
        kept, dropped = (_text(archive, shelf, first + step) for first in (block.kept, block.dropped))
        if kept != dropped:
            yield kept, dropped


def _text(archive: Archive, shelf: _Shelf, at: int) -> str:
    """What a paragraph of the archive says behind its dateline."""
    story = shelf.story(archive.story[at])
    said = story.paragraphs[int(archive.texts.paragraph[at])].text if story is not None else ""
    return said[opening(said) :]


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

    def review(self, number: int) -> Review | None:
        """A story without findings, as the place of a copy."""
        story = self.story(number)
        return None if story is None else Review(story.source, story.article, ())

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
            live, accepted = _held(told[number], said[own])
            found[own] = replace(review, findings=(*review.findings, *live), accepted=(*review.accepted, *accepted))
        return [found[own] for own in sorted(found)]


def _held(findings: Sequence[Finding], said: Sequence[Mark]) -> tuple[list[Finding], list[Accepted]]:
    """The findings that are left, and those that a comment beside their own copy accepts."""
    if not said:
        return list(findings), []
    # a comment of this file says nothing of a place in another
    alone = [replace(it, group=at, kept=it.kept._replace(start=-1, end=-1)) for at, it in enumerate(findings)]
    live, accepted = held(alone, said)
    return [findings[it.group] for it in live], [it._replace(finding=findings[it.finding.group]) for it in accepted]


def _name(article: Article) -> tuple[str | None, int]:
    return article.key, article.paragraphs[0].start if article.paragraphs else -1


class _Teller:
    """What is said of each block."""

    def __init__(
        self,
        archive: Archive,
        shelf: _Shelf,
        settings: Settings,
        groups: dict[tuple[int, int], _Group],
        compared: dict[tuple[str, str], tuple[Change, ...]],
    ) -> None:
        """`compared` holds the differences of all texts that are held against each other."""
        self._compared = compared
        self._archive, self._shelf, self._settings, self._groups = archive, shelf, settings, groups
        self._spots: dict[tuple[int, int], Spot | None] = {}
        self._ordinals: dict[tuple[int, int], int] = {}
        self._there: dict[int, Review | None] = {}

    def finding(self, block: Block) -> Finding | None:
        """The finding; None where one of its files can no longer be read as it was."""
        group = self._groups[block.kept, block.size]
        here, there = self._spot(block.dropped, block.size), self._spot(block.kept, block.size)
        story = self._archive.story[block.dropped]
        others = [
            spot
            for first in group.where.some
            if self._archive.story[first] != story and (spot := self._spot(first, block.size)) is not None
        ]
        if here is None or there is None or not others:
            return None
        places = group.where.stories
        code: Code = "boilerplate" if places >= self._settings.boilerplate_after else "republished"
        jaccard, containment = self._scores(block)
        changes = self._changes(block)
        return Finding(
            code=code,
            severity="note",
            action="none",
            group=group.number,
            copies=len(group.blocks) + 1,
            kept=there.place,
            dropped=here.place,
            blocks=block.size,
            jaccard=jaccard,
            containment=containment,
            changes=changes,
            lost=(),
            why=why(here, _from(there, others), places, block.size, changes),
            fingerprint=self._fingerprint(here.place, group, story),
            places=places,
            there=self._review(self._archive.story[block.kept]),
        )

    def _review(self, story: int) -> Review | None:
        if story not in self._there:
            self._there[story] = self._shelf.review(story)
        return self._there[story]

    def _spot(self, first: int, size: int) -> Spot | None:
        """Where a run of paragraphs stands."""
        if (first, size) not in self._spots:
            story = self._shelf.story(self._archive.story[first])
            if story is None:
                self._spots[first, size] = None
            else:
                start, end = (int(self._archive.texts.paragraph[at]) for at in (first, first + size - 1))
                run = Copy(start, end, 0, len(story.paragraphs[end].text), whole=True)
                self._spots[first, size] = Spot(place(story, run), story.article.format != "docx")
        return self._spots[first, size]

    def _scores(self, block: Block) -> tuple[float, float]:
        """Jaccard and containment of all shingles of the copies, exact."""
        archive = self._archive
        runs = [archive.text[first : first + block.size] for first in (block.dropped, block.kept)]
        if runs[0] == runs[1]:
            return 1.0, 1.0
        if block.size == 1:
            one, two = sorted((runs[0][0], runs[1][0]))
            return archive.score(one, two) or (0.0, 0.0)
        left, right = (self._shingles(run) for run in runs)
        both = len(left & right)
        return both / len(left | right), both / min(len(left), len(right))

    def _shingles(self, run: Sequence[int]) -> set[int]:
        texts = self._archive.texts
        return {it for text in run for it in texts.shingles(text).tolist()}

    def _changes(self, block: Block) -> tuple[Change, ...]:
        """The differences, paragraph by paragraph."""
        pairs = _pairs(self._archive, self._shelf, block)
        return tuple(change for pair in pairs for change in self._compared[pair])

    def _fingerprint(self, here: Place, group: _Group, story: int) -> str:
        """Of path and story, of what all copies say, and of the number of this copy in its story."""
        ordinal = self._ordinals[group.number, story] = self._ordinals.get((group.number, story), -1) + 1
        own = self._review(story)
        said = "\0".join(
            [
                own.source.known if own and own.source.known else here.path,
                here.article or "",
                group.digest,
                str(ordinal),
            ]
        )
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _from(first: Spot, others: Sequence[Spot]) -> list[Spot]:
    """The places, that of the copy it is held against in front."""
    return [
        first,
        *(spot for spot in others if (spot.place.path, spot.place.article) != (first.place.path, first.place.article)),
    ]
