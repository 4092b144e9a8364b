"""Some pieces of an archive: what is found in each, as lines of a spool, and what is cut."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe import edit, evidence, pipeline, source, undo
from dedupe.accept import OPEN, Gate, passed
from dedupe.across import prints
from dedupe.across.stored import store
from dedupe.chain import CROWD
from dedupe.dateline import opening
from dedupe.dates import date_of
from dedupe.formats.skim import skim
from dedupe.match import match
from dedupe.model import Article, DedupeError, Paragraph, Source
from dedupe.reports import json, text
from dedupe.review import COMPARED, review
from dedupe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.archive import Piece
    from dedupe.formats.skim import Skimmed
    from dedupe.model import Review
    from dedupe.pipeline import Plan, Reading
    from dedupe.reports.look import Look
    from dedupe.undo import Record

RECORD = ("jsonl", "ninjs")  # the formats of pieces that know themselves


# what is kept of what was found: a line a story, the same for a person, what goes, what could not be read, and what is
# noted of every piece; for the comparison of stories, the prints of their paragraphs and a row a story
FILES = ("found.jsonl", "shown.txt", "cuts.jsonl", "failed.jsonl", "notes.jsonl", "prints.bin", "stories.bin")
ROW = np.dtype([("input", "<i4"), ("article", "<i4"), ("piece", "<i8")])  # where a story stands


class Load(NamedTuple):
    """A piece and where it comes from."""

    source: int  # the number of its input
    path: str  # of that
    to: str  # where it is cleaned to; "" in place
    plain: bool  # its input is a file with a story, no container
    piece: Piece


class Sieve(NamedTuple):
    """What holds for all pieces of a batch."""

    reading: Reading
    date_field: str = ""
    settings: Settings = Settings()
    gate: Gate = OPEN
    cutting: bool = False
    unsafe: bool = False
    folder: str = ""  # of the manifest
    noting: bool = False  # spans, codes and hashes of every piece
    look: Look | None = None  # of the report for a person, where one is wanted


class Sifted(NamedTuple):
    """What became of some pieces."""

    articles: int
    paragraphs: int
    cleaned: int  # pieces that lose something
    failed: int
    counts: Counter[tuple[str, str, bool]]  # findings by code, severity and whether they are safe
    files: tuple[bytes, ...]  # what goes to each of `FILES`


class _Read(NamedTuple):
    """A piece that was read."""

    at: int  # its place among the loads
    load: Load
    item: Source
    articles: Sequence[Article]


def sift(loads: Sequence[Load], sieve: Sieve) -> Sifted:
    """What is found in some pieces. One that cannot be read costs only itself."""
    failures = [(load.path, load.piece.fault) for load in loads if load.piece.fault]
    some = [load for load in loads if load.piece.kind]
    skims = [_skimmed(load.piece, sieve.reading) for load in some]
    suspects = _suspects(skims, sieve.settings)
    read: list[_Read] = []
    skimmed: dict[int, Skimmed] = {}  # of those that need not be read, by their place among the loads
    for at, (load, one) in enumerate(zip(some, skims, strict=True)):
        if one is not None and at not in suspects:
            skimmed[at] = one
            continue
        try:
            read.append(_read(at, load, sieve.reading))
        except DedupeError as error:
            failures.append((load.path, _placed(error.message, load)))
    found = _reviewed(read, sieve)
    articles = [article for one in read for article in one.articles]
    failures += [(one.load.path, article.fault) for one in read for article in one.articles if article.fault]
    sizes = (
        len(skimmed) + sum(not article.fault for article in articles),
        sum(len(one.texts) for one in skimmed.values()) + sum(len(article.paragraphs) for article in articles),
    )
    return _told(found, sieve, sizes, failures, _more(some, skimmed, read, found, sieve))


def _more(
    loads: Sequence[Load],
    skimmed: dict[int, Skimmed],
    read: Sequence[_Read],
    found: Sequence[tuple[_Read, list[Review]]],
    sieve: Sieve,
) -> tuple[bytes, bytes, bytes]:
    """Notes, prints and rows, as far as they are wanted."""
    if not (sieve.noting or sieve.settings.scope == "archive"):
        return b"", b"", b""
    stories: dict[int, Sequence[Article]] = {one.at: one.articles for one in read}
    stories.update((at, (_lightly(loads[at], one),)) for at, one in skimmed.items())
    notes = _noted(loads, stories, found) if sieve.noting else b""
    return notes, *(_printed(loads, stories, sieve) if sieve.settings.scope == "archive" else (b"", b""))


def _lightly(load: Load, skimmed: Skimmed) -> Article:
    """A record that was skimmed, without the places of its paragraphs."""
    some = [Paragraph(0, 0, 0, 0, role, said) for role, said in zip(skimmed.roles, skimmed.texts, strict=True)]
    return Article(load.path, "jsonl", tuple(some), skimmed.key or str(load.piece.line))


def _printed(loads: Sequence[Load], stories: dict[int, Sequence[Article]], sieve: Sieve) -> tuple[bytes, bytes]:
    """The prints of all paragraphs, and a row a story."""
    every = [(at, number, article) for at in sorted(stories) for number, article in enumerate(stories[at])]
    (made,) = prints([("0" * 64, [article for _, _, article in every])], sieve.settings.min_words)
    spool = _Held()
    count = store(spool, made).stories
    rows = np.array([(loads[at].source, number, loads[at].piece.number) for at, number, _ in every[:count]], dtype=ROW)
    return spool.data, rows.tobytes()


class _Held:
    """What a spool would be given."""

    path = ""
    data = b""

    def add(self, data: bytes) -> int:
        """Keep it."""
        self.data += data
        return len(self.data) - len(data)


def _skimmed(piece: Piece, reading: Reading) -> Skimmed | None:
    """The paragraphs of a record of plain texts."""
    if piece.kind != "jsonl":
        return None
    try:
        return skim(piece.data.decode(), reading.text_field, reading.id_field)
    except UnicodeError:
        return None


def _suspects(skims: Sequence[Skimmed | None], settings: Settings) -> set[int]:
    """Which of the records that were skimmed say something twice, or so often that it takes a closer look."""
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
        texts += [one[opening(one) :] for one in said]
        owners += [number] * len(said)
    matches = match(
        texts,
        owners,
        threshold=settings.threshold,
        containment=settings.containment,
        min_words=settings.min_words,
        beside=True,
    )
    return found | matches.keys()


def _read(at: int, load: Load, reading: Reading) -> _Read:
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
    return _Read(at, load, item, pipeline.articles_of(item, piece.kind))


def _placed(message: str, load: Load) -> str:
    """What is wrong with a piece, with its place in the container."""
    path, key = load.path, load.piece.key
    if key and message.startswith(path) and not message.startswith(f"{path}/{key}"):
        return f"{path}/{key}{message.removeprefix(path)}"
    return message


def _reviewed(read: Sequence[_Read], sieve: Sieve) -> list[tuple[_Read, list[Review]]]:
    """The reviews of each piece in which something was found."""
    found = review([(one.item, article) for one in read for article in one.articles], sieve.settings)
    both = [(one, [passed(next(found), sieve.gate) for _ in one.articles]) for one in read]
    return [(one, mine) for one, reviews in both if (mine := [it for it in reviews if it.findings or it.article.doubt])]


def _told(
    found: Sequence[tuple[_Read, list[Review]]],
    sieve: Sieve,
    sizes: tuple[int, int],
    failures: list[tuple[str, str]],
    more: tuple[bytes, bytes, bytes],
) -> Sifted:
    """The lines and the cuts of what was found."""
    lines: list[str] = []
    shown: list[str] = []
    cuts: list[bytes] = []
    counts: Counter[tuple[str, str, bool]] = Counter()
    for one, reviews in found:
        for it in reviews:
            if it.findings:
                named = replace(it, article=replace(it.article, key=_key(one.load, it.article)))
                date = one.load.piece.date or date_of(one.item.text, sieve.date_field, one.load.piece.kind)
                lines.append(json.dumps({**json.article(named), "date": date}) + "\n")
                counts.update((finding.code, finding.severity, finding.safe) for finding in it.findings)
                if sieve.look is not None:
                    shown += text.story(named, sieve.look)
        if sieve.cutting and any(edit.applicable(it.findings, unsafe=sieve.unsafe) for it in reviews):
            try:
                plan = pipeline.plan(reviews, sieve.settings, unsafe=sieve.unsafe, gate=sieve.gate)
                record = undo.proven(plan)
            except DedupeError as error:
                failures.append((one.load.path, _placed(error.message, one.load)))
                continue
            key = _key(one.load, reviews[0].article) or ""
            cuts.append(_cut(one.load, plan, _recorded(one.load, key, record, sieve.folder)))
    failed = "".join(json.dumps({"failed": {"path": path, "message": message}}) + "\n" for path, message in failures)
    files = ("".join(lines).encode(), "".join(shown).encode("utf-8", "replace"), b"".join(cuts))
    return Sifted(*sizes, len(cuts), len(failures), counts, (*files, failed.encode(), *more))


def _noted(
    loads: Sequence[Load], stories: dict[int, Sequence[Article]], found: Sequence[tuple[_Read, list[Review]]]
) -> bytes:
    """A line a piece: its stories, its hash, and where in it something repeats. Nothing of its text."""
    spans: dict[int, list[dict[str, object]]] = {}
    for one, reviews in found:
        for it in reviews:
            said = json.article(replace(it, article=replace(it.article, key=_key(one.load, it.article))))
            mine = spans.setdefault(one.at, [])
            mine += [_span(said["article"], finding) for finding in said["findings"]]
    lines = []
    for at, load in enumerate(loads):
        note = {
            "record": load.piece.number,
            "key": load.piece.key,
            "articles": [_key(load, article) or "" for article in stories.get(at, ())],
            "sha256": undo.sha256(load.piece.data),
            "findings": spans.get(at, []),
        }
        lines.append(f"{load.source} {json.dumps({'path': load.path, **note})}\n")
    return "".join(lines).encode()


def _span(article: str, finding: dict[str, Any]) -> dict[str, object]:
    """Where a copy stands, what it is and which twin it has."""
    both = {side: {name: finding[side][name] for name in ("start", "end", "paragraph")} for side in ("dropped", "kept")}
    told = {name: finding[name] for name in ("code", "severity", "action", "safe", "group", "fingerprint")}
    return {"article": article, **told, **both}


def _cut(load: Load, plan: Plan, record: bytes) -> bytes:
    """What goes from a piece, as spans or, of a package, as its new bytes; and what the manifest says of it."""
    said: dict[str, object] = {"input": load.source, "piece": load.piece.number}
    if plan.source.package:
        said["data"] = base64.b64encode(plan.data).decode()
    else:
        said["spans"] = [(cut.start, cut.end) for cut in plan.cuts]
    return undo.line({**said, "record": record.decode()})


def _recorded(load: Load, key: str, record: Record, folder: str) -> bytes:
    """What the manifest says of a piece, or of a plain file."""
    record = record._replace(path=load.path, to=load.to)
    if load.plain:
        return undo.line(undo.written(record, folder))
    return evidence.record_line(folder, load.piece.number, key, record)


def _key(load: Load, article: Article) -> str | None:
    """What a story of a container is called."""
    piece = load.piece
    if piece.key and article.key and piece.kind not in RECORD:
        return f"{piece.key}, {article.key}"
    return article.key or piece.key or None
