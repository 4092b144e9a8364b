"""The flow, written once: sources in batches become reviews, reviews become proven plans."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe import disk, edit, source
from dedupe.accept import OPEN, Gate, passed
from dedupe.engines.local import cores, each
from dedupe.formats import FORMATS, SUFFIXES, split
from dedupe.model import Article, Cut, DedupeError, Failure, Review, Source
from dedupe.review import review
from dedupe.settings import Settings
from dedupe.stale import agreed, stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dedupe.across import Prints
    from dedupe.cache import Known

BATCH_BYTES = 1 << 20  # of text compared in one go
BATCH_FILES = 256
FEW = 8  # fewer files are not worth a look into the cache
LONGEST = 1_000_000  # characters in a line
FAULTS = 5  # further records of a file that are named, where they could not be read


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
    settings: Settings = Settings()  # it was judged with
    prints: Prints | None = None  # for the comparison with other files


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
    root: str = ""  # the folder that fingerprints count paths from; by default the current one


class Run(NamedTuple):
    """What holds for a whole run beyond how a file is read and judged."""

    reading: Reading = Reading()
    settings: Settings = Settings()
    chosen: Callable[[str], tuple[Reading, Settings]] | None = None  # for a file of its own
    picks: source.Picks = source.ALL
    jobs: int | None = None
    cache: str = ""  # its folder, if there is one


def format_of(path: str, wanted: str | None) -> str:
    """The name of the format of a file: the wanted one, or by its suffix, or text."""
    if wanted is not None:
        if wanted not in FORMATS:
            raise DedupeError(f"--format {wanted}: no such format; known are {', '.join(sorted(FORMATS))}")
        return wanted
    dot = path.rfind(".")
    return SUFFIXES.get(path[dot:].lower() if dot >= 0 else "", "text")


class Group(NamedTuple):
    """Files that are read and judged alike, and what could not be found on the way to them."""

    paths: list[str]
    failures: list[Failure]
    reading: Reading
    settings: Settings


class _Loaded(NamedTuple):
    """An input on its way: what was read of it, or why it could not be."""

    path: str
    item: Source | None = None
    secret: bytes = b""  # what the cache knows it by
    articles: tuple[Article, ...] = ()
    failure: Failure | None = None


def check_batch(paths: Sequence[str], reading: Reading, settings: Settings, store: str = "") -> list[Outcome]:
    """Read and review some files, in order; one that fails costs only itself. `store` is the folder of the cache."""
    store = store if len(paths) >= FEW else ""
    loaded = [_loaded(path, reading, settings, keyed=bool(store)) for path in paths]
    known = _known(store, loaded)
    archive = settings.scope == "archive"
    loaded = [one if not archive and _clean(known.get(one.secret)) else _divided(one, reading) for one in loaded]
    fresh = [one for one in loaded if one.secret not in known]
    reviews = iter(review([(one.item, article) for one in fresh if one.item for article in one.articles], settings))
    found = []
    for one in loaded:
        mine = _remembered(one, known[one.secret]) if one.secret in known else [next(reviews) for _ in one.articles]
        found.append(_outcome(one, mine, known.get(one.secret), reading, settings))
    if store:
        _learn(store, loaded, found, known)
    return _printed(found, loaded, settings) if archive else found


def check_data(data: bytes, path: str, reading: Reading, settings: Settings) -> Outcome:
    """Review a file that is at hand: `path` is what it is called, and nothing is looked for there.

    All its reviews are kept. Raises DedupeError for what cannot be read.
    """
    item = source_of(data, path, reading)
    articles = tuple(articles_of(item, reading.format))
    mine = list(review([(item, article) for article in articles], settings))
    return _outcome(_Loaded("-", item, articles=articles), mine, None, reading, settings)


def _printed(found: Sequence[Outcome], loaded: Sequence[_Loaded], settings: Settings) -> list[Outcome]:
    """The outcomes of files that could be read with what tells whether their copy stands in others too."""
    from dedupe.across import prints  # noqa: PLC0415  as below

    files = [(one.item.sha256, one.articles) for one in loaded if one.item]
    made = prints(files, settings.min_words, thorough=settings.thorough)
    return [one._replace(prints=next(made)) if it.item else one for one, it in zip(found, loaded, strict=True)]


def _loaded(path: str, reading: Reading, settings: Settings, *, keyed: bool) -> _Loaded:
    try:
        item = _read(path, reading)
    except DedupeError as error:
        return _Loaded(path, failure=Failure(path, error.message))
    if not keyed:
        return _Loaded(path, item)
    from dedupe import cache  # noqa: PLC0415  a single story never needs it

    return _Loaded(path, item, cache.secret(item.file, (item.path, item.known, *reading, settings)))


def _divided(one: _Loaded, reading: Reading) -> _Loaded:
    if one.item is None:
        return one
    try:
        return one._replace(articles=tuple(articles_of(one.item, reading.format)))
    except DedupeError as error:
        return one._replace(item=None, failure=Failure(one.path, error.message))


def _outcome(
    one: _Loaded, mine: Sequence[Review], known: Known | None, reading: Reading, settings: Settings
) -> Outcome:
    name = one.item.path if one.item else one.path
    kind = format_of(name, reading.format) if one.item else ""
    if known is not None:
        return Outcome(name, known.articles, known.paragraphs, tuple(mine), kind=kind, settings=settings)
    faults = [article for article in one.articles if article.fault]
    piped = one.path == "-"
    return Outcome(
        name,
        len(one.articles) - len(faults),
        sum(len(article.paragraphs) for article in one.articles),
        tuple(it for it in mine if it.findings or it.accepted or it.marks or it.article.doubt or piped),
        one.failure or _faulty(name, faults),
        piped,
        kind,
        next((article.hint for article in one.articles if article.hint), ""),
        settings,
    )


def _clean(known: Known | None) -> bool:
    """Whether nothing was found in a file: then its paragraphs are not asked for."""
    return known is not None and not known.findings


def _remembered(one: _Loaded, known: Known) -> list[Review]:
    """The reviews that a file had."""
    found = [(one.articles[at], findings) for at, findings in known.findings]
    return [Review(one.item, article, findings) for article, findings in found] if one.item else []


def _known(store: str, loaded: Sequence[_Loaded]) -> dict[bytes, Known]:
    if not store:
        return {}
    from dedupe import cache  # noqa: PLC0415  as above

    return cache.known(store, [one.secret for one in loaded if one.secret])


def _learn(store: str, loaded: Sequence[_Loaded], found: Sequence[Outcome], known: Mapping[bytes, Known]) -> None:
    """Keep what was found in each file that holds nothing unusual."""
    from dedupe import cache  # noqa: PLC0415  as above

    rows = []
    for one, outcome in zip(loaded, found, strict=True):
        whole = one.secret and one.secret not in known and not (outcome.failure or outcome.hint)
        if whole and not any(it.accepted or it.marks or it.article.doubt for it in outcome.reviews):
            place = {id(article): at for at, article in enumerate(one.articles)}
            findings = tuple((place[id(it.article)], it.findings) for it in outcome.reviews if it.findings)
            rows.append((one.secret, cache.Known(outcome.articles, outcome.paragraphs, findings)))
    cache.learn(store, rows)


def _faulty(path: str, faults: Sequence[Article]) -> Failure | None:
    """What is wrong with some records of a file of which others could be read."""
    if not faults:
        return None
    others = [article.key or "" for article in faults[1 : 1 + FAULTS]]
    more = f"; the same with line{'s' if len(others) > 1 else ''} {', '.join(others)}" if others else ""
    rest = f" and {len(faults) - 1 - FAULTS:,} more" if len(faults) > 1 + FAULTS else ""
    return Failure(path, f"{faults[0].fault}{more}{rest} (the other records are done)", partly=True)


def check_paths(paths: Sequence[str], run: Run) -> Iterator[Outcome]:
    """Review files and folders, in their order; on several processes where there is enough to do."""
    jobs = run.jobs or cores()
    batches = each(partial(_check_group, store=run.cache), _groups(paths, run), jobs)
    found = (outcome for outcomes in batches for outcome in outcomes)
    if run.settings.scope == "archive":
        from dedupe.across import joined  # noqa: PLC0415  most runs look at each story by itself

        yield from joined(found, partial(_again, run=run), run.settings, jobs)
    else:
        yield from found


def _again(path: str, run: Run) -> tuple[Source, list[Article]]:
    return _load(path, run.chosen(path)[0] if run.chosen else run.reading)


def _check_group(group: Group, store: str) -> list[Outcome]:
    found = check_batch(group.paths, group.reading, group.settings, store) if group.paths else []
    return [*found, *(Outcome(it.path, 0, 0, (), it) for it in group.failures)]


def _groups(paths: Sequence[str], run: Run) -> Iterator[Group]:
    """Files in batches of about `BATCH_BYTES` that are read alike, with what could not be found on the way."""
    group = Group([], [], run.reading, run.settings)
    total = 0
    for found in source.walk(paths, SUFFIXES, run.picks):
        if isinstance(found, DedupeError):
            group.failures.append(Failure(found.path, found.message))
            continue
        reading, settings = run.reading, run.settings
        if run.chosen is not None:
            reading, settings = run.chosen(found)
        if group.paths and (
            total >= BATCH_BYTES
            or len(group.paths) >= BATCH_FILES
            or (reading, settings) != (group.reading, group.settings)
        ):
            yield group
            group, total = Group([], [], reading, settings), 0
        group = group._replace(reading=reading, settings=settings)
        group.paths.append(found)
        total += disk.size(found)
    if group.paths or group.failures:
        yield group


def one_article(path: str, reading: Reading) -> Article:
    """The only story of a file. Raises DedupeError where there are several."""
    return only(*_load(path, reading))


def only(item: Source, articles: Sequence[Article]) -> Article:
    """The only story of a source. Raises DedupeError where there are several."""
    if len(articles) != 1:
        raise DedupeError(f"{item.path}: holds {len(articles)} stories; compare takes files of one", path=item.path)
    if articles[0].fault:
        raise DedupeError(articles[0].fault, path=item.path)
    return articles[0]


def _load(path: str, reading: Reading) -> tuple[Source, list[Article]]:
    item = _read(path, reading)
    return item, articles_of(item, reading.format)


def _read(path: str, reading: Reading) -> Source:
    name = reading.stdin_name if path == "-" else path
    item = source_of(source.read_bytes(path), path, reading, name)
    return replace(item, path=name, known=source.beneath(name, reading.root))


def source_of(data: bytes, path: str, reading: Reading, name: str = "") -> Source:
    """The text of a file that is at hand; `name` tells its format where that is not what messages call it."""
    kind = format_of(name or path, reading.format)
    item = source.from_package(data, path) if kind == "docx" else source.from_bytes(data, path, reading.encoding)
    return replace(item, known=path, text_field=reading.text_field, id_field=reading.id_field)


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


def plan(
    reviews: Sequence[Review], settings: Settings, *, unsafe: bool = False, tracked: str = "", gate: Gate = OPEN
) -> Plan:
    """The cleaning of one file, proven: `reviews` are those of its articles that have findings.

    With `tracked`, the time of it, what goes stays in a Word document as tracked deletions.
    `gate` is what the findings have passed. Raises DedupeError when the proof fails; nothing has been written then.
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
    said_of = stale(item, before)
    agreed(before, reviews, unsafe=unsafe)
    edit.prove(item, cuts, before, after, data)
    doubt = next((article.doubt for article in after if article.doubt), "")
    if doubt:
        raise DedupeError(f"{item.path}: not cleaned: in the result {doubt}; cut by hand", path=item.path)
    _at_rest(item.path, [(cleaned, article) for article in after], settings, gate)
    if not item.package:
        return Plan(item, data, tuple(cuts), data, said_of)
    if tracked:
        from dedupe.tracked import deletions  # noqa: PLC0415  few files are packages

        cleaned, shown = deletions(item, cuts, before, after, tracked)
        _at_rest(item.path, [(cleaned, article) for article in shown], settings, gate)
    return Plan(item, packed(item, cleaned.data), tuple(cuts), cleaned.data, said_of, bool(tracked))


def _at_rest(path: str, pairs: Sequence[tuple[Source, Article]], settings: Settings, gate: Gate) -> None:
    """Refuse a result of which a second run would cut more. Raises DedupeError."""
    for one in review(pairs, settings):
        for finding in edit.applicable(passed(one, gate).findings):
            again = f"a second run would cut more, at line {finding.dropped.line} of the result"
            raise DedupeError(f"{path}: not cleaned: {again}; cut by hand what `dedupe check` shows", path=path)


def packed(item: Source, said: bytes) -> bytes:
    """The document around another story. Raises DedupeError for what may not change."""
    from dedupe import package  # noqa: PLC0415  few files are packages

    if package.signed(item.package):
        raise DedupeError(f"{item.path}: not cleaned: it is signed, and a change would break that", path=item.path)
    return package.replaced(item.package, said, item.path)[0]
