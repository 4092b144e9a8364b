"""Some pieces of an archive: what is found in each, as lines of a spool, and what is cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe import edit, pipeline, source, undo
from dedupe.accept import OPEN, Gate, passed
from dedupe.across import prints
from dedupe.across.prints import Known
from dedupe.across.stored import packed
from dedupe.chain import CROWD
from dedupe.dateline import opening
from dedupe.kept import RECORD, ROW, Load, cut_line, failure, key_of, named, noted, recorded, story_line
from dedupe.model import Article, DedupeError, Paragraph, Source
from dedupe.reports import text
from dedupe.review import COMPARED, matches_of, review
from dedupe.settings import Settings
from dedupe.shelf import shelved, skim_of
from dedupe.words import hash_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedupe.formats.skim import Skimmed
    from dedupe.model import Review
    from dedupe.pipeline import Reading
    from dedupe.reports.look import Look


class Sieve(NamedTuple):
    """What holds for all pieces of a batch."""

    reading: Reading
    date_field: str = ""
    settings: Settings = Settings()
    gate: Gate = OPEN
    cutting: bool = False
    unsafe: bool = False
    folder: str = ""  # of the manifest
    across: str = "report"  # what becomes of what stands in several stories
    noting: bool = False  # spans, codes and hashes of every piece
    look: Look | None = None  # of the report for a person, where one is wanted


class Sifted(NamedTuple):
    """What became of some pieces."""

    articles: int
    paragraphs: int
    cleaned: int  # pieces that lose something
    failed: int
    groups: int  # the last number of a group in any story
    counts: Counter[tuple[str, str, bool]]  # findings by code, severity and whether they are safe
    files: tuple[bytes, ...]  # what goes to each of `FILES`
    heard: tuple[tuple[int, bool], ...] = ()  # inputs with records that were read, and whether any of them has text


class Read(NamedTuple):
    """A piece that was read."""

    at: int  # its place among the loads
    load: Load
    item: Source
    articles: Sequence[Article]


def sift(loads: Sequence[Load], sieve: Sieve) -> Sifted:
    """What is found in some pieces. One that cannot be read costs only itself."""
    failures = [(load.path, load.piece.fault) for load in loads if load.piece.fault]
    some = [load for load in loads if load.piece.kind]
    skims = [skim_of(load.piece, sieve.reading) for load in some]
    suspects, known = _suspects(skims, sieve.settings)
    whole: list[Read] = []
    skimmed: dict[int, Skimmed] = {}  # of those that need not be read, by their place among the loads
    for at, (load, one) in enumerate(zip(some, skims, strict=True)):
        if one is not None and at not in suspects:
            skimmed[at] = one
            continue
        try:
            whole.append(read(at, load, sieve.reading))
        except DedupeError as error:
            failures.append((load.path, _placed(error.message, load)))
    found = _reviewed(whole, sieve)
    articles = [article for one in whole for article in one.articles]
    failures += [(one.load.path, article.fault) for one in whole for article in one.articles if article.fault]
    sizes = (
        len(skimmed) + sum(not article.fault for article in articles),
        sum(len(one.texts) for one in skimmed.values()) + sum(len(article.paragraphs) for article in articles),
    )
    told = _told(found, sieve, sizes, failures, _more(some, skims, whole, found, sieve, known))
    return told._replace(heard=_heard(some, skimmed, whole)) if sieve.reading.text_field else told


def _heard(loads: Sequence[Load], skimmed: Mapping[int, Skimmed], read: Sequence[Read]) -> tuple[tuple[int, bool], ...]:
    """Whether the records of each input have text in the field that was named."""
    heard: dict[int, bool] = {}
    for at, one in skimmed.items():
        heard[loads[at].source] = heard.get(loads[at].source, False) or bool(one.texts)
    for piece in read:
        some = any(article.paragraphs for article in piece.articles)
        if not any(article.fault for article in piece.articles):
            heard[piece.load.source] = heard.get(piece.load.source, False) or some
    return tuple(sorted(heard.items()))


def _more(
    loads: Sequence[Load],
    skims: Sequence[Skimmed | None],
    whole: Sequence[Read],
    found: Sequence[tuple[Read, list[Review]]],
    sieve: Sieve,
    known: Known,
) -> tuple[bytes, bytes, bytes, bytes]:
    """Notes, prints, rows and places, as far as they are wanted."""
    across = sieve.settings.scope == "archive"
    if not (sieve.noting or across):
        return b"", b"", b"", b""
    stories: dict[int, Sequence[Article]] = {
        at: (_lightly(loads[at], one),) for at, one in enumerate(skims) if one is not None
    }
    stories.update((one.at, one.articles) for one in whole)
    told = [(one.at, one.load, reviews) for one, reviews in found]
    notes = noted(loads, stories, told) if sieve.noting else b""
    return notes, *(_printed(loads, stories, skims, sieve, known) if across else (b"", b"", b""))


def _lightly(load: Load, skimmed: Skimmed) -> Article:
    """A record that was skimmed, without the places of its paragraphs."""
    some = map(partial(Paragraph, 0, 0, 0, 0), skimmed.roles, skimmed.texts)
    return Article(load.path, "jsonl", tuple(some), skimmed.key or str(load.piece.line))


def _printed(
    loads: Sequence[Load],
    stories: dict[int, Sequence[Article]],
    skims: Sequence[Skimmed | None],
    sieve: Sieve,
    known: Known,
) -> tuple[bytes, bytes, bytes]:
    """The prints of all paragraphs, a row a story, and where the paragraphs of those stand that need not be read."""
    every = [(at, number, article) for at in sorted(stories) for number, article in enumerate(stories[at])]
    settings, articles = sieve.settings, [article for _, _, article in every]
    (made,) = prints([("0" * 64, articles)], settings.min_words, thorough=settings.thorough, known=known)
    data, kept = packed(made)
    rows, places = [], []
    for at, number, _ in every[: kept.stories]:
        one, load = skims[at], loads[at]
        places.append(shelved(load.piece, one) if one is not None else b"")
        rows.append((load.source, number, load.piece.number, len(places[-1])))
    return data, np.array(rows, dtype=ROW).tobytes(), b"".join(places)


def _suspects(skims: Sequence[Skimmed | None], settings: Settings) -> tuple[set[int], Known]:
    """Which of the records that were skimmed say something twice, or so often that it takes a closer look.

    Beside those the words of their texts.
    """
    texts: list[str] = []
    owners: list[int] = []
    found: set[int] = set()
    for number, skimmed in enumerate(skims):
        if skimmed is None:
            continue
        said = [one for role, one in zip(skimmed.roles, skimmed.texts, strict=True) if role in COMPARED]
        if len(said) > CROWD:
            found.add(number)
            continue
        texts += said
        owners += [number] * len(said)
    words = hash_words([text[opening(text) :] for text in texts])
    matches = matches_of(texts, owners, settings, words)
    return found | matches.keys(), Known({text: at for at, text in enumerate(texts)}, words)


def read(at: int, load: Load, reading: Reading) -> Read:
    """The stories of a piece. Raises DedupeError."""
    piece = load.piece
    record = piece.kind in RECORD
    name = f"{load.path}/{piece.key}" if piece.key and not record else load.path
    if piece.kind == "docx":
        item = source.from_package(piece.data, name)
    else:
        item = source.from_bytes(piece.data, name, "utf-8" if record else reading.encoding)
    item = replace(
        item,
        path=load.path,
        known=source.beneath(name, reading.root),
        text_field=reading.text_field,
        id_field=reading.id_field,
        first=piece.line,
    )
    return Read(at, load, item, pipeline.articles_of(item, piece.kind))


def _placed(message: str, load: Load) -> str:
    """What is wrong with a piece, with its place in the container."""
    path, key = load.path, load.piece.key
    if key and message.startswith(path) and not message.startswith(f"{path}/{key}"):
        return f"{path}/{key}{message.removeprefix(path)}"
    return message


def _reviewed(read: Sequence[Read], sieve: Sieve) -> list[tuple[Read, list[Review]]]:
    """The reviews of each piece in which something was found."""
    found = review([(one.item, article) for one in read for article in one.articles], sieve.settings)
    both = [(one, [passed(next(found), sieve.gate) for _ in one.articles]) for one in read]
    return [(one, mine) for one, reviews in both if (mine := [it for it in reviews if it.findings or it.article.doubt])]


def _told(
    found: Sequence[tuple[Read, list[Review]]],
    sieve: Sieve,
    sizes: tuple[int, int],
    failures: list[tuple[str, str]],
    more: tuple[bytes, bytes, bytes, bytes],
) -> Sifted:
    """The lines and the cuts of what was found."""
    lines: list[str] = []
    shown: list[str] = []
    cuts: list[bytes] = []
    counts: Counter[tuple[str, str, bool]] = Counter()
    for one, reviews in found:
        load = one.load
        for it in reviews:
            if it.findings:
                called = named(load, it)
                lines.append(story_line(load, one.articles.index(it.article), called, sieve.date_field))
                counts.update((finding.code, finding.severity, finding.safe) for finding in it.findings)
                if sieve.look is not None:
                    shown += text.story(called, sieve.look)
        if sieve.cutting and any(edit.applicable(it.findings, unsafe=sieve.unsafe) for it in reviews):
            try:
                cuts.append(cut_of(load, key_of(load, reviews[0].article) or "", reviews, sieve))
            except DedupeError as error:
                failures.append((load.path, _placed(error.message, load)))
    failed = "".join(failure(*one) for one in failures)
    files = ("".join(lines).encode(), "".join(shown).encode("utf-8", "replace"), b"".join(cuts))
    groups = max((one.group for _, reviews in found for it in reviews for one in it.findings), default=0)
    return Sifted(*sizes, len(cuts), len(failures), groups, counts, (*files, failed.encode(), *more))


def cut_of(load: Load, key: str, reviews: Sequence[Review], sieve: Sieve) -> bytes:
    """The line of what is cut from a piece for its findings, proven. Raises DedupeError."""
    plan = pipeline.plan(reviews, sieve.settings, unsafe=sieve.unsafe, gate=sieve.gate)
    line = recorded(load, key, undo.proven(plan), sieve.folder)
    spans = [(cut.start, cut.end) for cut in plan.cuts]
    return cut_line(load, line, spans, plan.data if plan.source.package else None)
