"""What the page is told of a story: values in, values out, in the order in which a reader meets things."""

from __future__ import annotations

import hashlib
from difflib import unified_diff
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import pipeline
from dedupe.archive import kind_of
from dedupe.compare import compare_versions
from dedupe.decisions import Answer, decide, wording
from dedupe.desk.plain import plain
from dedupe.edit import covered, part
from dedupe.formats import SUFFIXES
from dedupe.model import FACT_KINDS, DedupeError, Role
from dedupe.reports import html
from dedupe.reports.json import verdict
from dedupe.reports.look import Look, one_line
from dedupe.reports.marked import marked
from dedupe.settings import Settings
from dedupe.tracked import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.compare import Comparison, Pair
    from dedupe.decisions import Decided
    from dedupe.desk.asked import Document
    from dedupe.model import Article, Change, Finding, Paragraph, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.marked import Piece

    Told = dict[str, Any]


DEFAULT = Settings()


def outcome(document: Document, settings: Settings = DEFAULT) -> Outcome:
    """What is found in a story as it was sent. Raises DedupeError for what cannot be read."""
    _single(document)
    return pipeline.check_data(document.data, document.name, document.reading, settings)


def _single(document: Document) -> None:
    """Refuse an archive by its name. Raises DedupeError."""
    name = document.name
    if document.reading.format is None and kind_of(name) and name[name.rfind(".") :].lower() not in SUFFIXES:
        said = "an archive, and the desk takes a story at a time: take the story out of it, and bring that"
        raise DedupeError(f"{name}: is {said}", path=name)


def opened(document: Document) -> Told:
    """A story with its findings, as the page shows them."""
    found = outcome(document)
    source = found.reviews[0].source if found.reviews else None
    articles, number = [], 0
    for review in found.reviews:
        findings = [_finding(number + at, one, review) for at, one in enumerate(review.findings)]
        number += len(findings)
        if not review.article.fault:
            articles.append(_article(review, findings))
    return {
        "name": document.name,
        "format": found.reviews[0].article.format if found.reviews else found.kind,
        "encoding": source.encoding if source else "utf-8",
        "sha256": hashlib.sha256(document.data).hexdigest(),
        "verdict": html.verdict([found]),
        "hint": plain(found.hint),
        "articles": articles,
        "failed": [{"path": found.failure.path, "message": plain(found.failure.message)}] if found.failure else [],
    }


class Decision(NamedTuple):
    """What a person says to a finding: whose place stays, and in whose words."""

    id: int
    place: str  # first, second or both
    wording: str  # first, second or own
    text: str | None = None  # in words of their own


class Edited(NamedTuple):
    """A story as a person wants it, and what it was."""

    reviews: tuple[Review, ...]
    decided: Decided


def edited(document: Document, decisions: Sequence[Decision], *, tracked: bool = False) -> Edited:
    """The story that some decisions make. Raises DedupeError where they cannot be made into an edit."""
    reviews = outcome(document).reviews
    if not reviews:
        raise DedupeError(f"{document.name}: holds no story", path=document.name)
    if tracked and reviews[0].article.format != "docx":
        raise DedupeError(f"{document.name}: is no Word document, so nothing can be tracked in it", path=document.name)
    every = [(review, finding) for review in reviews for finding in review.findings]
    answers = {}
    for one in decisions:
        if one.id >= len(every):
            raise DedupeError(f"decisions: there is no finding {one.id}: open the story again", path=document.name)
        answers[one.id] = _answer(one, *every[one.id])
    return Edited(reviews, decide(reviews, answers, tracked=moment() if tracked else ""))


def _answer(decision: Decision, review: Review, finding: Finding) -> Answer:
    if decision.place == "both":
        return Answer(finding, "both")
    turned = finding.dropped.start < finding.kept.start
    kept = (decision.place == "first") != turned
    text = decision.text
    if decision.wording not in ("own", decision.place):
        text = wording(review.article, finding.dropped if kept else finding.kept)
    return Answer(finding, "kept" if kept else "dropped", text)


def decided(document: Document, decisions: Sequence[Decision]) -> Told:
    """The cleaned story as the page shows it, beside what it was."""
    reviews, done = edited(document, decisions)
    articles = [
        _after(review.article, after, was)
        for review, after, was in zip(reviews, done.after, done.was, strict=True)
        if not review.article.fault
    ]
    every = [one for article in done.after for one in article.paragraphs]
    item = done.source
    return {
        "articles": articles,
        "text": "\n\n".join(one.text for one in every),
        "html": "\n".join(_element(one) for one in every),
        "source": None if item.package else done.data[item.bom :].decode(item.encoding),
        "diff": list(_diff(document.name, reviews, done)),
        "changed": done.data != item.file,
        "sha256": hashlib.sha256(done.data).hexdigest(),
    }


def _after(before: Article, after: Article, was: Sequence[int]) -> Told:
    paragraphs = zip(after.paragraphs, was, strict=True)
    return {
        "paragraphs": [
            {"n": number, "was": at + 1, "text": one.text, "changed": one.text != before.paragraphs[at].text}
            for number, (one, at) in enumerate(paragraphs, 1)
        ]
    }


def _element(paragraph: Paragraph) -> str:
    tag = {Role.HEADLINE: "h1", Role.HEADING: "h2"}.get(paragraph.role, "p")
    return f"<{tag}>{html.escaped(paragraph.text)}</{tag}>"


def _diff(name: str, reviews: Sequence[Review], done: Decided) -> Iterator[str]:
    """The lines that differ; of a document without lines, the paragraphs."""
    item = done.source
    if item.package:
        before = [one.text for review in reviews for one in review.article.paragraphs]
        after = [one.text for article in done.after for one in article.paragraphs]
    else:
        before, after = (data[item.bom :].decode(item.encoding).split("\n") for data in (item.data, done.data))
    yield from unified_diff(before, after, one_line(name), one_line(name), lineterm="")


def cleaned_name(name: str) -> str:
    """What a cleaned file is called."""
    stem, dot, suffix = name[max(name.rfind("/"), name.rfind("\\")) + 1 :].rpartition(".")
    return f"{stem}-cleaned.{suffix}" if dot and stem else f"{suffix or 'story'}-cleaned"


def report(document: Document) -> str:
    """The report that can be sent on: the same as `--output-format html`."""
    return "".join(html.report([outcome(document)], Look(typed=quote(document.name))))


def _article(review: Review, findings: Sequence[Told]) -> Told:
    return {
        "key": review.article.key,
        "doubt": review.article.doubt,
        "paragraphs": [
            {"n": number, "role": str(one.role), "text": one.text}
            for number, one in enumerate(review.article.paragraphs, 1)
        ],
        "findings": findings,
    }


def _finding(number: int, finding: Finding, review: Review) -> Told:
    """A finding, its copies in the order in which they stand."""
    turned = finding.dropped.start < finding.kept.start
    kept, dropped = marked(
        finding.kept.text[: html.SHOWN],
        finding.dropped.text[: html.SHOWN],
        lines=review.article.format == "docx",
    )
    sides = [_copy(finding.kept, kept, review), _copy(finding.dropped, dropped, review)]
    names = ("second", "first") if turned else ("first", "second")
    facts = [change for change in finding.changes if change.kind in FACT_KINDS]
    words = [change for change in finding.changes if change.kind not in FACT_KINDS]
    places = [covered(review.article.paragraphs, place) for place in (finding.dropped, finding.kept)]
    return {
        "id": number,
        **verdict(finding),
        "why": finding.why,
        names[0]: sides[0],
        names[1]: sides[1],
        "kept": names[0],
        "proposed": names[1] if finding.safe else "",
        "facts": [_change(change, turned=turned) for change in facts],
        "words": [_change(change, turned=turned) for change in words],
        "lost": list(finding.lost),
        "sentence": any(first > last for first, last in places),
        "tied": _tied(review.article.paragraphs, places),
    }


def _tied(paragraphs: Sequence[Paragraph], places: Iterable[tuple[int, int]]) -> str:
    """Why one of the copies can only be cut by hand, or nothing."""
    numbers = [at for first, last in places for at in range(min(first, last), last + 1)]
    return next((paragraphs[at].tied for at in numbers if paragraphs[at].tied), "")


def _change(change: Change, *, turned: bool) -> Told:
    first, second = (change.dropped, change.kept) if turned else (change.kept, change.dropped)
    return {"kind": change.kind, "first": first, "second": second}


def _copy(place: Place, pieces: Sequence[Sequence[Piece]], review: Review) -> Told:
    """Where a copy stands; `start` and `end` are characters of its first and of its last paragraph."""
    first, last = covered(review.article.paragraphs, place)
    paragraph = review.article.paragraphs[last]
    found = None if first <= last else part(review.source, paragraph, place)
    start, end = found or (0, len(paragraph.text))
    return {
        "paragraph": place.paragraph,
        "end_paragraph": last + 1,
        "line": None if review.article.format == "docx" else place.line,
        "text": place.text,
        "pieces": _pieces(pieces),
        "start": start,
        "end": end,
    }


def _pieces(paragraphs: Sequence[Sequence[Piece]]) -> list[list[Told]]:
    return [[piece._asdict() for piece in paragraph] for paragraph in paragraphs]


def compared(old: Document, new: Document) -> Told:
    """What became of a story: changed facts first."""
    before, after = (only(document) for document in (old, new))
    found = compare_versions(before, after, Settings())
    numbers = {id(one): at for article in (before, after) for at, one in enumerate(article.paragraphs, 1)}

    def told(paragraph: Paragraph) -> Told:
        return {"n": numbers[id(paragraph)], "text": paragraph.text}

    return {
        "facts": [
            {
                "kind": change.kind,
                "old": change.dropped,
                "new": change.kept,
                "old_paragraph": numbers[id(pair.old)],
                "new_paragraph": numbers[id(pair.new)],
            }
            for pair in found.reworded
            for change in pair.facts
        ],
        "dropped": [told(paragraph) for paragraph in found.dropped],
        "new": [told(paragraph) for paragraph in found.new],
        "reworded": [_pair(pair, told(pair.old), told(pair.new)) for pair in found.reworded],
        "kept": len(found.kept),
        "verdict": _versions(found),
    }


def only(document: Document) -> Article:
    """The only story of a file as it was sent. Raises DedupeError where there are several."""
    _single(document)
    item = pipeline.source_of(document.data, document.name, document.reading)
    return pipeline.only(item, pipeline.articles_of(item, document.reading.format))


def _pair(pair: Pair, old: Told, new: Told) -> Told:
    sides = marked(pair.old.text[: html.SHOWN], pair.new.text[: html.SHOWN])
    for side, pieces in zip((old, new), sides, strict=True):
        side["pieces"] = _pieces(pieces)
    changes = [{"kind": change.kind, "old": change.dropped, "new": change.kept} for change in pair.changes]
    return {"old": old, "new": new, "changes": changes}


def _versions(found: Comparison) -> str:
    """One line: what has changed."""
    facts = sum(len(pair.facts) for pair in found.reworded)
    said = [
        html.many(facts, "fact changed", "facts changed") if facts else "",
        html.many(len(found.dropped), "paragraph was dropped", "paragraphs were dropped") if found.dropped else "",
        html.many(len(found.new), "paragraph is new", "paragraphs are new") if found.new else "",
        html.many(len(found.reworded), "paragraph was reworded", "paragraphs were reworded") if found.reworded else "",
    ]
    line = "; ".join(one for one in said if one) or "nothing has changed"
    return f"{line[0].upper()}{line[1:]}."
