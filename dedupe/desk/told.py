"""What the page is told of a story: values in, values out, in the order in which a reader meets things."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

from dedupe import pipeline
from dedupe.compare import compare_versions
from dedupe.dateline import opening
from dedupe.edit import covered
from dedupe.model import FACT_KINDS
from dedupe.reports import html
from dedupe.reports.look import Look
from dedupe.reports.marked import marked
from dedupe.settings import Settings
from dedupe.spans import byte_spans
from dedupe.words import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.compare import Comparison, Pair
    from dedupe.desk.asked import Document
    from dedupe.model import Article, Change, Finding, Paragraph, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.marked import Piece

    Told = dict[str, Any]


DEFAULT = Settings()


def outcome(document: Document, settings: Settings = DEFAULT) -> Outcome:
    """What is found in a story as it was sent. Raises DedupeError for what cannot be read."""
    return pipeline.check_data(document.data, document.name, document.reading, settings)


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
        "sha256": source.sha256 if source else "",
        "verdict": html.verdict([found]),
        "hint": found.hint,
        "articles": articles,
        "failed": [{"path": found.failure.path, "message": found.failure.message}] if found.failure else [],
    }


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
        "code": finding.code,
        "severity": finding.severity,
        "action": finding.action,
        "safe": finding.safe,
        "group": finding.group,
        "copies": finding.copies,
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
    whole = first <= last
    start, end = (0, len(review.article.paragraphs[last].text)) if whole else _part(review, last, place)
    return {
        "paragraph": place.paragraph,
        "end_paragraph": last + 1,
        "line": None if review.article.format == "docx" else place.line,
        "text": place.text,
        "pieces": [[piece._asdict() for piece in paragraph] for paragraph in pieces],
        "start": start,
        "end": end,
    }


def _part(review: Review, at: int, place: Place) -> tuple[int, int]:
    """The characters of a paragraph that a copy of some of its sentences is."""
    paragraph = review.article.paragraphs[at]
    skip = opening(paragraph.text)
    edges = [(skip + start, skip + end) for start, end in sentences(paragraph.text[skip:])]
    spans = byte_spans(review.source, paragraph, edges)
    inside = [edge for edge, (a, b) in zip(edges, spans, strict=True) if place.start <= a and b <= place.end]
    return (inside[0][0], inside[-1][1]) if inside else (0, len(paragraph.text))


def compared(old: Document, new: Document) -> Told:
    """What became of a story: changed facts first."""
    before, after = (_only(document) for document in (old, new))
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


def _only(document: Document) -> Article:
    item = pipeline.source_of(document.data, document.name, document.reading)
    return pipeline.only(item, pipeline.articles_of(item, document.reading.format))


def _pair(pair: Pair, old: Told, new: Told) -> Told:
    sides = marked(pair.old.text[: html.SHOWN], pair.new.text[: html.SHOWN])
    for side, pieces in zip((old, new), sides, strict=True):
        side["pieces"] = [[piece._asdict() for piece in paragraph] for paragraph in pieces]
    changes = [{"kind": change.kind, "old": change.dropped, "new": change.kept} for change in pair.changes]
    return {"old": old, "new": new, "changes": changes}


def _versions(found: Comparison) -> str:
    """One line: what has changed."""
    facts = sum(len(pair.facts) for pair in found.reworded)
    said = [
        html.many(facts, "fact changed", "facts changed") if facts else "",
        html.many(len(found.dropped), "paragraph was dropped", "paragraphs were dropped") if found.dropped else "",
        html.many(len(found.new), "paragraph is new", "paragraphs are new") if found.new else "",
        html.many(len(found.reworded), "was reworded", "were reworded") if found.reworded else "",
    ]
    line = "; ".join(one for one in said if one) or "nothing has changed"
    return f"{line[0].upper()}{line[1:]}."
