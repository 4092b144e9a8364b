"""What stands in several stories of an archive: joined from the prints that the sifting left, told from the stories."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe import disk, evidence
from dedupe.accept import passed
from dedupe.across.blocks import Archive
from dedupe.across.heads import head, record_of
from dedupe.across.later import dropped, own
from dedupe.across.links import Places, links
from dedupe.across.moments import stated
from dedupe.across.pairs import alike, gathered
from dedupe.across.repeats import alone, finding, groups_of, needed, repeats, spot_of
from dedupe.across.stored import stored
from dedupe.across.superseded import findings, likely, steps
from dedupe.across.tell import Spot
from dedupe.across.versions import families
from dedupe.archive import Piece
from dedupe.engines.local import each
from dedupe.growing import Parts, Tail
from dedupe.kept import RECORD, ROW, Load, cut_line, date_of, key_of, named, recorded, story_line
from dedupe.marks import marks
from dedupe.model import DedupeError, Review
from dedupe.reports import text
from dedupe.review import review
from dedupe.shelf import place_of, placed
from dedupe.sift import cut_of, read
from dedupe.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.across.heads import Head
    from dedupe.across.later import Gone
    from dedupe.across.links import Link
    from dedupe.across.repeats import Repeat, Stretch
    from dedupe.across.superseded import Step
    from dedupe.model import Finding
    from dedupe.pipeline import Reading
    from dedupe.sift import Sieve

    Counts = Counter[tuple[str, str, bool]]  # findings by code, severity and whether they are safe

TOGETHER = 100  # stories that are told of in one go
OPEN = 2048  # pieces that a worker keeps at hand


class At(NamedTuple):
    """Where a story is kept."""

    start: int  # of its piece
    size: int
    article: int  # which of that
    shelf: tuple[int, int]  # where its places begin, and their bytes; none where it must be read whole
    path: str  # of its input


class Beyond(NamedTuple):
    """The files of this step: those that the sifting left, and its own."""

    prints: str
    stories: str
    shelf: str  # the places of their paragraphs
    texts: str  # the pieces that are needed again
    found: str  # a line a story
    shown: str  # the same for a person
    cuts: str  # what goes


class Told(NamedTuple):
    """What was said of some stories."""

    lines: bytes
    shown: bytes
    cuts: bytes
    counts: Counts


class _Task(NamedTuple):
    """Some stories to tell of."""

    files: Beyond
    sieve: Sieve
    where: dict[int, At]
    repeats: tuple[Repeat, ...]
    steps: tuple[Step, ...]


def tell(files: Beyond, sieve: Sieve, loads: Callable[[], Iterable[Load]], jobs: int, start: int) -> Counts:
    """Write what stands in several stories, and what goes for it; how many findings that makes.

    `loads` gives all pieces once more, in their order; `start` is the last number of a group that is taken.
    """
    rows = np.frombuffer(disk.read_bytes(files.stories), dtype=ROW)
    counts: Counts = Counter()
    tails = [Tail(path) for path in (files.found, files.shown, files.cuts)]
    if len(rows):
        for told in each(_told, _tasks(files, sieve, rows, loads, jobs, start), jobs):
            for tail, data in zip(tails, told[:3], strict=True):
                tail.add(data)
            counts.update(told.counts)
    for tail in tails:
        tail.close()
    return counts


def _tasks(
    files: Beyond,
    sieve: Sieve,
    rows: NDArray[np.void],
    loads: Callable[[], Iterable[Load]],
    jobs: int,
    start: int,
) -> Iterator[_Task]:
    """What is to be told, story by story."""
    texts, _ = gathered(list(stored(files.prints)))
    archive = Archive(texts, alike(texts, sieve.settings), sieve.settings)
    blocks = list(archive.blocks())
    if not blocks:
        return
    groups = groups_of(archive, blocks, start)
    sizes = np.bincount(texts.story, minlength=len(rows)).tolist()
    where_all = Places(archive.story, archive.text, archive.texts.size.data)
    some = likely(links(where_all, blocks, sieve.settings.boilerplate_after), sizes)
    wanted = needed(archive, blocks, groups) | {number for link in some for number in (link.one, link.two)}
    where = _kept(files.texts, rows, wanted, loads())
    changed = list(_steps(files, sieve, where, some, jobs, start + len(groups.sizes)))
    changed.sort(key=lambda step: step.edge.old)
    yield from _batches(files, sieve, where, repeats(archive, blocks, groups), changed)


def _batches(
    files: Beyond, sieve: Sieve, where: dict[int, At], every: Iterable[Repeat], changed: Sequence[Step]
) -> Iterator[_Task]:
    """The repeats and the versions of some stories at a time, in the order of the archive."""
    by_story = {number: tuple(some) for number, some in groupby(changed, key=lambda step: step.edge.old)}
    told: list[Repeat] = []
    turned: list[Step] = []
    count = 0
    for number, mine in _in_order(groupby(every, key=lambda one: one.here.story), sorted(by_story)):
        told += mine
        turned += by_story.get(number, ())
        count += 1
        if count >= TOGETHER:
            yield _task(files, sieve, where, told, turned)
            told, turned, count = [], [], 0
    if told or turned:
        yield _task(files, sieve, where, told, turned)


def _in_order(
    some: Iterable[tuple[int, Iterator[Repeat]]], numbers: Sequence[int]
) -> Iterator[tuple[int, Sequence[Repeat]]]:
    """The stories with repeats and those with these numbers, ascending."""
    waiting = iter(numbers)
    number = next(waiting, None)
    for story, mine in some:
        while number is not None and number < story:
            yield number, ()
            number = next(waiting, None)
        if number == story:
            number = next(waiting, None)
        yield story, list(mine)
    while number is not None:
        yield number, ()
        number = next(waiting, None)


def _task(files: Beyond, sieve: Sieve, where: dict[int, At], told: Sequence[Repeat], turned: Sequence[Step]) -> _Task:
    stories = {stretch.story for one in told for stretch in (one.here, one.there, *one.others)}
    stories.update(number for step in turned for number in step.edge[:2])
    return _Task(files, sieve, {it: where[it] for it in stories if it in where}, tuple(told), tuple(turned))


def _kept(path: str, rows: NDArray[np.void], wanted: set[int], loads: Iterable[Load]) -> dict[int, At]:
    """Keep the pieces of some stories at hand: where each is."""
    spool = Tail(path)
    shelf = np.cumsum(rows["shelf"]) - rows["shelf"]
    found: dict[int, At] = {}
    numbers = iter(sorted(wanted))
    number = next(numbers, None)
    for load in loads:
        if number is None:
            break
        place = load.source, load.piece.number
        kept = False
        while number is not None and (int(rows["input"][number]), int(rows["piece"][number])) == place:
            if not kept:
                start, data = spool.size, _packed(load)
                spool.add(data)
                kept = True
            at = int(shelf[number]), int(rows["shelf"][number])
            found[number] = At(start, len(data), int(rows["article"][number]), at, load.path)
            number = next(numbers, None)
    spool.close()
    return found


def _packed(load: Load) -> bytes:
    """A piece as it is kept: a line that names it, then its data."""
    piece = load.piece
    head = [*load[:4], [piece.number, piece.key, piece.kind, piece.line, piece.date]]
    return json.dumps(head).encode() + b"\n" + piece.data


@lru_cache(4)
def _parts(path: str) -> Parts:
    return Parts(path)


@lru_cache(OPEN)
def _story(files: Beyond, at: At, reading: Reading, *, whole: bool) -> Story | None:
    """A story that was kept; None where it can no longer be read."""
    head, _, data = _parts(files.texts).read(at.start, at.size).partition(b"\n")
    source, name, to, plain, (number, key, kind, line, date) = json.loads(head)
    load = Load(source, name, to, plain, Piece(number, key, kind, data, line, date))
    if at.shelf[1] and not whole:
        light = placed(load, _parts(files.shelf).read(*at.shelf), reading)
        if light is not None:
            light.source.kept["load"] = load
        return light
    try:
        one = read(0, load, reading)
    except DedupeError:
        return None
    called = named(load, Review(one.item, one.articles[at.article], ()))
    one.item.kept["load"] = load
    return Story(one.item, called.article)


def _shelf(files: Beyond, where: dict[int, At], sieve: Sieve) -> Callable[[int], Story | None]:
    def story(number: int) -> Story | None:
        if number not in where:
            return None
        return _story(files, where[number], sieve.reading, whole=sieve.across == "later")

    return story


def _spots(
    files: Beyond, where: dict[int, At], story: Callable[[int], Story | None]
) -> Callable[[Stretch], Spot | None]:
    def spot(stretch: Stretch) -> Spot | None:
        at = where.get(stretch.story)
        if at is None or not at.shelf[1]:
            return spot_of(stretch, story)
        data = _places(files.shelf, at.shelf)
        return Spot(place_of(at.path, data, stretch.first, stretch.last), numbered=True)

    return spot


@lru_cache(OPEN)
def _places(path: str, shelf: tuple[int, int]) -> bytes:
    return _parts(path).read(*shelf)


def _steps(
    files: Beyond, sieve: Sieve, where: dict[int, At], some: Sequence[Link], jobs: int, start: int
) -> Iterator[Step]:
    """Which stories are superseded."""
    numbers = sorted({number for link in some for number in (link.one, link.two)} & where.keys())
    parts = (
        (files, sieve, {number: where[number] for number in numbers[at : at + TOGETHER]})
        for at in range(0, len(numbers), TOGETHER)
    )
    heads = {head.number: head for mine in each(_heads, parts, jobs) for head in mine}
    known = [link for link in some if link.one in heads and link.two in heads]
    yield from steps(families(heads, known), heads, start)


def _heads(asked: tuple[Beyond, Sieve, dict[int, At]]) -> list[Head]:
    files, sieve, where = asked
    story = _shelf(files, where, sieve)
    return [_head(one, number, sieve) for number in where if (one := story(number)) is not None]


def _head(story: Story, number: int, sieve: Sieve) -> Head:
    """What is known of a story, by its record or its file."""
    piece = story.source.kept["load"].piece
    said = piece.data.decode("utf-8", "replace") if piece.kind in RECORD else record_of(story.source, story.article)
    return head(story.article, number, date_of(piece, sieve.date_field), stated(said))


def _told(task: _Task) -> Told:
    """What is said of some stories, and what goes for it."""
    files, sieve, where, some, turned = task
    story = _shelf(files, where, sieve)
    spot = _spots(files, where, story)
    found: dict[int, list[Finding]] = {}
    for one in some:
        said = finding(one, story, spot, sieve.settings, {})
        if said is not None:
            found.setdefault(one.here.story, []).append(said)
    for number, said in findings(turned, story, sieve.settings):
        found.setdefault(number, []).append(said)
    gone = _maybe_gone(some, story)
    sure = {step.edge.old for step in turned if step.edge.by != "more"}
    lines: list[str] = []
    shown: list[str] = []
    cuts: list[bytes] = []
    counts: Counts = Counter()
    for number in sorted(found):
        own = story(number)
        it = _gated(own, found[number], sieve) if own is not None else None
        if own is None or it is None or not it.findings:
            continue
        lines.append(story_line(own.source.kept["load"], where[number][2], it, sieve.date_field))
        counts.update((finding.code, finding.severity, finding.safe) for finding in it.findings)
        if sieve.look is not None:
            shown += text.story(it, sieve.look)
        if sieve.cutting and sieve.across != "report":
            with contextlib.suppress(DedupeError):  # then the copies stay
                cuts.append(_cut(it, sieve, gone, superseded=number in sure))
    data = "".join(lines).encode(), "".join(shown).encode("utf-8", "replace"), b"".join(cuts)
    return Told(*data, counts)


def _maybe_gone(some: Iterable[Repeat], story: Callable[[int], Story | None]) -> Gone:
    """The earlier copies that may be cut themselves, as they repeat others."""
    found: Gone = set()
    for one in some:
        there = None if one.stays else story(one.there.story)
        if there is not None:
            found.update((there.article.path, there.article.key, at + 1) for at in one.there.paragraphs)
    return found


def _cut(it: Review, sieve: Sieve, gone: Gone, *, superseded: bool) -> bytes:
    """The line of what goes from the piece of a story; none where nothing does. Raises DedupeError."""
    load: Load = it.source.kept["load"]
    key = it.article.key or ""
    if sieve.across == "superseded":
        version = next((one for one in it.findings if one.code == "version"), None)
        if not superseded or version is None or load.plain or load.piece.kind not in RECORD:
            return b""
        record = evidence.left_out(load.path, load.piece.data, version)
        return cut_line(load, recorded(load, key, record, sieve.folder))
    free = dropped(it.article, it.findings, gone)
    if not free:
        return b""
    whole = read(0, load, sieve.reading)
    reviews = [
        passed(one, sieve.gate) for one in review([(whole.item, each) for each in whole.articles], sieve.settings)
    ]
    same = next(at for at, one in enumerate(reviews) if key_of(load, one.article) == it.article.key)
    mine = own(reviews[same].article, free)
    reviews[same] = replace(reviews[same], findings=(*reviews[same].findings, *mine))
    return cut_of(load, key, [one for one in reviews if one.findings], sieve)


def _gated(own: Story, some: list[Finding], sieve: Sieve) -> Review:
    """The review of a story with those of its findings that count."""
    said = marks(own.source, [own.article], reasons=sieve.settings.require_reasons)
    live, accepted = alone(some, said[0])
    return passed(Review(own.source, own.article, tuple(live), tuple(accepted), said[0]), sieve.gate)
