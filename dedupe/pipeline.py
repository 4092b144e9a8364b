"""The flow, written once: sources in batches become reviews, reviews become proven plans."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe import disk, edit, source
from dedupe.chain import Story, chain
from dedupe.engines.local import cores, each
from dedupe.formats import FORMATS, SUFFIXES, split
from dedupe.judge import judge
from dedupe.match import match
from dedupe.model import Article, Cut, DedupeError, Failure, Finding, Review, Role, Source
from dedupe.roles import dateline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.settings import Settings

    Group = tuple[list[str], list[Failure]]

BATCH_BYTES = 1 << 20  # of text compared in one go
BATCH_FILES = 256

# furniture that may repeat copy and is worth a note when it does; the rest is never compared
_COMPARED = {Role.BODY, Role.ITEM, Role.HEADLINE, Role.HEADING, Role.CAPTION, Role.QUOTE}


class Outcome(NamedTuple):
    """What became of one input: its reviews with findings or doubts, or why it could not be read."""

    path: str
    articles: int
    paragraphs: int
    reviews: tuple[Review, ...]
    failure: Failure | None = None
    piped: bool = False  # from standard input; its reviews are kept even without findings


class Plan(NamedTuple):
    """A file's proven cleaning."""

    source: Source
    data: bytes
    cuts: tuple[Cut, ...]


class Reading(NamedTuple):
    """How inputs become text."""

    format: str | None = None  # instead of the suffix
    encoding: str | None = None
    stdin_name: str = "-"


def format_of(path: str, wanted: str | None) -> str:
    """The name of the format of a file: the wanted one, or by its suffix, or text."""
    if wanted is not None:
        if wanted not in FORMATS:
            raise DedupeError(f"--format {wanted}: no such format; known are {', '.join(sorted(FORMATS))}")
        return wanted
    dot = path.rfind(".")
    return SUFFIXES.get(path[dot:].lower() if dot >= 0 else "", "text")


def check_batch(paths: Sequence[str], reading: Reading, settings: Settings) -> list[Outcome]:
    """Read and review some files, in order; one that fails costs only itself."""
    loaded: list[tuple[str, Source | None, list[Article], Failure | None]] = []
    for path in paths:
        try:
            loaded.append((path, *_load(path, reading), None))
        except DedupeError as error:
            loaded.append((path, None, [], Failure(path, error.message)))
    pairs = [(item, article) for _, item, articles, _ in loaded if item for article in articles]
    reviews = iter(review(pairs, settings))
    found = []
    for path, item, articles, failure in loaded:
        name = item.path if item else path
        mine = [next(reviews) for _ in articles]
        count = sum(len(article.paragraphs) for article in articles)
        kept = tuple(one for one in mine if one.findings or one.article.doubt or path == "-")
        found.append(Outcome(name, len(articles), count, kept, failure, path == "-"))
    return found


def check_paths(paths: Sequence[str], reading: Reading, settings: Settings, jobs: int | None) -> Iterator[Outcome]:
    """Review files and folders, in their order; on several processes where there is enough to do."""
    groups = _groups(paths)
    work = partial(_check_group, reading=reading, settings=settings)
    for outcomes in each(work, groups, jobs or cores()):
        yield from outcomes


def _check_group(group: Group, reading: Reading, settings: Settings) -> list[Outcome]:
    paths, failures = group
    return [*check_batch(paths, reading, settings), *(Outcome(it.path, 0, 0, (), it) for it in failures)]


def _groups(paths: Sequence[str]) -> Iterator[Group]:
    """Files in batches of about `BATCH_BYTES`, with what could not be found on the way."""
    batch: list[str] = []
    failures: list[Failure] = []
    total = 0
    for found in source.walk(paths, SUFFIXES):
        if isinstance(found, DedupeError):
            failures.append(Failure(found.path, found.message))
            continue
        batch.append(found)
        total += disk.size(found)
        if total >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch, failures
            batch, failures, total = [], [], 0
    if batch or failures:
        yield batch, failures


def one_article(path: str, reading: Reading) -> Article:
    """The only story of a file. Raises DedupeError where there are several."""
    item, articles = _load(path, reading)
    if len(articles) != 1:
        raise DedupeError(f"{item.path}: holds {len(articles)} stories; compare takes files of one", path=item.path)
    return articles[0]


def _load(path: str, reading: Reading) -> tuple[Source, list[Article]]:
    item = source.read(path, reading.encoding)
    if path == "-" and reading.stdin_name != "-":
        item = Source(reading.stdin_name, item.data, item.encoding, item.text, item.bom)
    return item, list(split(item, format_of(item.path, reading.format)))


def review(pairs: Sequence[tuple[Source, Article]], settings: Settings) -> Iterator[Review]:
    """The review of each article, in order; all are compared in one batch."""
    texts: list[str] = []
    owners: list[int] = []
    where: list[list[int]] = []
    for number, (_, article) in enumerate(pairs):
        where.append([at for at, paragraph in enumerate(article.paragraphs) if paragraph.role in _COMPARED])
        for at in where[-1]:
            text = article.paragraphs[at].text
            texts.append(text[dateline(text) :])
            owners.append(number)
    matches = match(
        texts, owners, threshold=settings.threshold, containment=settings.containment, min_words=settings.min_words
    )
    for number, (item, article) in enumerate(pairs):
        found: tuple[Finding, ...] = ()
        if number in matches:
            story = Story(item, article)
            found = judge(story, *chain(story, where[number], matches[number]), settings)
        yield Review(item, article, found)


def plan(reviews: Sequence[Review], settings: Settings, *, unsafe: bool = False) -> Plan:
    """The cleaning of one file, proven: `reviews` are those of its articles that have findings.

    Raises DedupeError when the proof fails; nothing has been written then.
    """
    item = reviews[0].source
    for one in reviews:
        if one.article.doubt:
            raise DedupeError(f"{item.path}: not cleaned: {one.article.doubt}", path=item.path)
    cuts = sorted(
        cut for one in reviews for cut in edit.cuts(item, one.article, edit.applicable(one.findings, unsafe=unsafe))
    )
    data = edit.apply(item.data, cuts)
    if cuts:
        kind = reviews[0].article.format
        cleaned = Source(item.path, data, item.encoding, data[item.bom :].decode(item.encoding), item.bom)
        after = split(cleaned, kind)
        edit.prove(item, cuts, split(item, kind), after, data)
        for one in review([(cleaned, article) for article in after], settings):
            for finding in edit.applicable(one.findings, unsafe=unsafe):
                again = f"a second run would cut more, at line {finding.dropped.line} of the result"
                raise DedupeError(
                    f"{item.path}: not cleaned: {again}; cut by hand what `dedupe check` shows", path=item.path
                )
    return Plan(item, data, tuple(cuts))
