"""The flow, written once: sources in batches become reviews, reviews become proven plans."""

from __future__ import annotations

import hashlib
import re
import sys
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe import disk, edit, source
from dedupe.chain import chain, compared
from dedupe.dateline import opening
from dedupe.engines.local import cores, each
from dedupe.formats import FORMATS, SUFFIXES, split
from dedupe.judge import judge, rejudged
from dedupe.match import match
from dedupe.model import COPY, Article, Cut, DedupeError, Failure, Finding, Paragraph, Place, Review, Role, Source
from dedupe.story import Story
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.settings import Settings

    Group = tuple[list[str], list[Failure]]

BATCH_BYTES = 1 << 20  # of text compared in one go
BATCH_FILES = 256
LONGEST = 1_000_000  # characters in a line
STALE = 5  # of them that are told a file
ROUNDS = 4  # of looking again at what cuts leave

# furniture that may repeat copy and is worth a note when it does, and rows beside one another; the rest is never
# compared
_COMPARED = {Role.BODY, Role.ITEM, Role.ROW, Role.HEADLINE, Role.HEADING, Role.CAPTION, Role.QUOTE}


class Outcome(NamedTuple):
    """What became of one input: its reviews with findings or doubts, or why it could not be read."""

    path: str
    articles: int
    paragraphs: int
    reviews: tuple[Review, ...]
    failure: Failure | None = None
    piped: bool = False  # from standard input; its reviews are kept even without findings
    kind: str = ""  # its format, where it could be read
    hint: str = ""  # what a user should know about it though nothing failed


class Plan(NamedTuple):
    """A file's proven cleaning."""

    source: Source
    data: bytes  # of the file
    cuts: tuple[Cut, ...]
    said: bytes  # of the story: the same, but for a member of a package
    stale: tuple[str, ...] = ()  # what the file says of its text that the cuts make untrue
    tracked: bool = False  # the cuts are made as tracked deletions: nothing is gone yet


class Reading(NamedTuple):
    """How inputs become text."""

    format: str | None = None  # instead of the suffix
    encoding: str | None = None
    stdin_name: str = "-"
    text_field: str = ""
    id_field: str = ""


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
        faults = [article for article in articles if article.fault]
        count = sum(len(article.paragraphs) for article in articles)
        kept = tuple(one for one in mine if one.findings or one.article.doubt or path == "-")
        kind = format_of(name, reading.format) if item else ""
        hint = next((article.hint for article in articles if article.hint), "")
        number = len(articles) - len(faults)
        found.append(Outcome(name, number, count, kept, failure or _faulty(name, faults), path == "-", kind, hint))
    return found


def _faulty(path: str, faults: Sequence[Article]) -> Failure | None:
    """What is wrong with some records of a file of which others could be read."""
    if not faults:
        return None
    others = [article.key or "" for article in faults[1 : 1 + STALE]]
    more = f"; the same with line{'s' if len(others) > 1 else ''} {', '.join(others)}" if others else ""
    rest = f" and {len(faults) - 1 - STALE:,} more" if len(faults) > 1 + STALE else ""
    return Failure(path, f"{faults[0].fault}{more}{rest} (the other records are done)", partly=True)


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
    if articles[0].fault:
        raise DedupeError(articles[0].fault, path=item.path)
    return articles[0]


def _load(path: str, reading: Reading) -> tuple[Source, list[Article]]:
    kind = format_of(reading.stdin_name if path == "-" else path, reading.format)
    item = source.read_package(path) if kind == "docx" else source.read(path, reading.encoding)
    name = reading.stdin_name if path == "-" else item.path
    item = replace(item, path=name, text_field=reading.text_field, id_field=reading.id_field)
    return item, articles_of(item, reading.format)


def articles_of(item: Source, wanted: str | None) -> list[Article]:
    """The stories of a source. Raises DedupeError for what no story is, and for an unknown format."""
    kind = format_of(item.path, wanted)
    if kind in ("text", "markdown"):
        _readable(item)
    return list(split(item, kind))


def _readable(item: Source) -> None:
    """Refuse what no story is: a line of more than `LONGEST` characters."""
    at = 0
    while len(item.text) - at > LONGEST:
        end = max(item.text.rfind(mark, at, at + LONGEST) for mark in "\n\r")
        if end < 0:
            line = item.text.count("\n", 0, at) + 1
            said = f"line {line} has more than {LONGEST:,} characters, which no story has"
            raise DedupeError(f"{item.path}: {said}; break it into paragraphs", path=item.path)
        at = end + 1


def review(pairs: Sequence[tuple[Source, Article]], settings: Settings) -> Iterator[Review]:
    """The review of each article, in order; all are compared in one batch."""
    for (item, article), found in zip(pairs, _judged(pairs, settings), strict=True):
        yield Review(item, article, _settled(item, article, found, settings) if found else found)


def _judged(pairs: Sequence[tuple[Source, Article]], settings: Settings) -> Iterator[tuple[Finding, ...]]:
    """The findings of each article as it stands."""
    texts: list[str] = []
    owners: list[int] = []
    where: list[list[int]] = []
    for number, (_, article) in enumerate(pairs):
        where.append(compared(article, _COMPARED))
        for at in where[-1]:
            text = article.paragraphs[at].text
            texts.append(text[opening(text) :])
            owners.append(number)
    matches = match(
        texts,
        owners,
        threshold=settings.threshold,
        containment=settings.containment,
        min_words=settings.min_words,
        beside=True,
    )
    for number, (item, article) in enumerate(pairs):
        if number in matches:
            story = Story(item, article)
            yield judge(story, *chain(story, where[number], matches[number]), settings)
        else:
            yield ()


def _settled(item: Source, article: Article, findings: tuple[Finding, ...], settings: Settings) -> tuple[Finding, ...]:
    """The findings with those that the cuts of others bring about, so that one cleaning leaves nothing to a second."""
    settled = list(findings)
    for _ in range(ROUNDS):
        gone = sorted((finding.dropped.start, finding.dropped.end) for finding in settled if finding.safe)
        if not gone:
            break
        numbers = [at for at, paragraph in enumerate(article.paragraphs) if not _covered(paragraph, gone)]
        rest = replace(article, paragraphs=tuple(article.paragraphs[at] for at in numbers))
        (again,) = _judged([(item, rest)], settings)
        fresh = [
            finding
            for finding in again
            if finding.safe and not any(_meets(place, gone) for place in (finding.kept, finding.dropped))
        ]
        if not fresh:
            break
        groups = max(finding.group for finding in settled)
        for finding in (_renumbered(finding, numbers, groups) for finding in fresh):
            span = finding.dropped.start, finding.dropped.end
            before = next((one for one in settled if (one.dropped.start, one.dropped.end) == span), finding)
            moved = [rejudged(one, finding.kept) if _stands_in(one.kept, *span) else one for one in settled]
            if all(moved):
                settled = [one for one in moved if one and (one.safe or not _touches(one, span))]
                settled.append(
                    replace(finding, group=before.group, copies=before.copies, fingerprint=before.fingerprint)
                )
    return _told_apart(sorted(_upheld(settled), key=lambda finding: (finding.dropped.start, finding.kept.start)))


def _upheld(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings; a cut whose survivor is cut as well is left to a person."""
    gone = {(finding.dropped.start, finding.dropped.end) for finding in findings if finding.safe}
    for finding in findings:
        if finding.safe and (finding.kept.start, finding.kept.end) in gone:
            yield replace(
                finding, severity="warning", action="review", why=f"{finding.why} Its twin goes too: look at both."
            )
        else:
            yield finding


def _told_apart(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those with a fingerprint that was there already with one of their own."""
    found: list[Finding] = []
    seen: set[str] = set()
    for finding in findings:
        own = finding.fingerprint
        while own in seen:
            own = hashlib.sha256(own.encode()).hexdigest()[:16]
        seen.add(own)
        found.append(finding if own == finding.fingerprint else replace(finding, fingerprint=own))
    return tuple(found)


def _stands_in(place: Place, start: int, end: int) -> bool:
    return place.start < end and start < place.end


def _covered(paragraph: Paragraph, gone: Sequence[tuple[int, int]]) -> bool:
    """Whether a paragraph lies wholly in one of some sorted, disjoint spans; furniture between copies stays."""
    at = bisect_right(gone, (paragraph.start, sys.maxsize)) - 1
    return at >= 0 and paragraph.end <= gone[at][1] and paragraph.role in COPY


def _touches(finding: Finding, span: tuple[int, int]) -> bool:
    """Whether one of the copies of a finding lies over the edge of a span, or in it."""
    return any(_meets(place, [span]) for place in (finding.kept, finding.dropped))


def _meets(place: Place, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies over the edge of one of some sorted, disjoint spans, or in it; it may hold whole ones."""
    first = bisect_right(spans, place.start, key=lambda span: span[1])
    last = bisect_left(spans, place.end, key=lambda span: span[0]) - 1
    return first <= last and (spans[first][0] <= place.start or place.end <= spans[last][1])


def _renumbered(finding: Finding, numbers: Sequence[int], groups: int) -> Finding:
    """A finding of an article without some paragraphs, counted as in the whole article."""
    kept, dropped = (
        place._replace(paragraph=numbers[place.paragraph - 1] + 1) for place in (finding.kept, finding.dropped)
    )
    return replace(finding, group=groups + finding.group, kept=kept, dropped=dropped)


def plan(reviews: Sequence[Review], settings: Settings, *, unsafe: bool = False, tracked: str = "") -> Plan:
    """The cleaning of one file, proven: `reviews` are those of its articles that have findings.

    With `tracked`, the time of it, what goes stays in a Word document as tracked deletions.
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
    if not cuts:
        return Plan(item, item.file, (), data)
    kind = reviews[0].article.format
    cleaned = replace(item, data=data, text=data[item.bom :].decode(item.encoding))
    after = split(cleaned, kind)
    before = split(item, kind)
    stale = _stale(item, before)
    _agreed(before, reviews, unsafe=unsafe)
    edit.prove(item, cuts, before, after, data)
    doubt = next((article.doubt for article in after if article.doubt), "")
    if doubt:
        raise DedupeError(f"{item.path}: not cleaned: in the result {doubt}; cut by hand", path=item.path)
    _at_rest(item.path, [(cleaned, article) for article in after], settings)
    if not item.package:
        return Plan(item, data, tuple(cuts), data, stale)
    if tracked:
        from dedupe.tracked import deletions  # noqa: PLC0415  few files are packages

        cleaned, shown = deletions(item, cuts, before, after, tracked)
        _at_rest(item.path, [(cleaned, article) for article in shown], settings)
    return Plan(item, _packed(item, cleaned.data), tuple(cuts), cleaned.data, stale, bool(tracked))


def _at_rest(path: str, pairs: Sequence[tuple[Source, Article]], settings: Settings) -> None:
    """Refuse a result of which a second run would cut more. Raises DedupeError."""
    for one in review(pairs, settings):
        for finding in edit.applicable(one.findings):
            again = f"a second run would cut more, at line {finding.dropped.line} of the result"
            raise DedupeError(f"{path}: not cleaned: {again}; cut by hand what `dedupe check` shows", path=path)


def _packed(item: Source, said: bytes) -> bytes:
    """The document around another story. Raises DedupeError for what may not change."""
    from dedupe import package  # noqa: PLC0415  few files are packages

    if package.signed(item.package):
        raise DedupeError(f"{item.path}: not cleaned: it is signed, and a change would break that", path=item.path)
    return package.replaced(item.package, said, item.path)[0]


_COUNTED = re.compile(
    r"\b(?:(word|char(?:acter)?)[-_ ]?count\"?|item-(length))\s*[=:>]\s*[\"']?([1-9]\d*)", re.IGNORECASE
)
_NUMBERED = re.compile(r"\b(?:para(?:graph)?s?|gra[fp]h?s?|pghs?|pvs)\.? \d+", re.IGNORECASE)


def _stale(item: Source, articles: Iterable[Article]) -> tuple[str, ...]:
    """Word counts, and advisories that name a paragraph by its number, in a file of which something is cut."""
    lengths = _COUNTED.finditer(item.text)
    counts = [(it.start(), f"its {f'{it[1]} count' if it[1] else it[2]} says {it[3]}".lower()) for it in lengths]
    notes = [
        (paragraph.line, f"line {paragraph.line} speaks of {found[0]}")
        for article in articles
        for paragraph in article.paragraphs
        if paragraph.role in (Role.ADVISORY, Role.SLUG) and (found := _NUMBERED.search(paragraph.text))
    ]
    counted = [(item.text.count("\n", 0, at) + 1, said) for at, said in counts[:STALE]]
    return tuple(
        f"{item.path}: {said}, which the cuts may have made untrue; look at line {line}"
        for line, said in [*counted, *notes[:STALE]]
    )


def _agreed(articles: Iterable[Article], reviews: Iterable[Review], *, unsafe: bool) -> None:
    """Refuse to cut in one rendition of a story what stays in another. Raises DedupeError."""
    gone: dict[str | None, list[str]] = {}
    for one in reviews:
        for finding in edit.applicable(one.findings, unsafe=unsafe):
            gone.setdefault(one.article.key, []).append(finding.dropped.text)
    said: dict[str, tuple[str | None, list[str]]] = {}
    for article in articles:
        mine = words(" ".join(gone.get(article.key, ())))
        if article.rendition and said.setdefault(article.rendition, (article.key, mine))[1] != mine:
            two = f"{said[article.rendition][0]} and {article.key}"
            raise DedupeError(
                f"{article.path}: not cleaned: the story stands in it more than once ({two}), and what would be cut in "
                "one is not cut in the other; cut both by hand",
                path=article.path,
            )
