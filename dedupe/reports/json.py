"""`json` and the objects that `jsonl` shares: CONTRACT.md, version 1."""

from __future__ import annotations

import codecs
import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Any

from dedupe.model import ACROSS
from dedupe.reports.look import COMMANDING
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dedupe.model import Finding, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look

_COMMANDED = re.compile("[" + "".join(re.escape(chr(code)) for code in COMMANDING) + "]")
_ESCAPED = {code: f"\\u{code:04x}" for code in COMMANDING}  # those that JSON itself escapes are so already


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """One JSON document, an article with its findings on a line."""
    found = (dumps(article(one)) for outcome in outcomes for one in outcome.reviews if one.findings)
    failures = (outcome.failure for outcome in outcomes if outcome.failure)
    failed = (dumps({"path": failure.path, "message": failure.message}) for failure in failures)
    yield from document(summary(outcomes), found, failed)


def document(counts: Mapping[str, int], articles: Iterable[str], failed: Iterable[str]) -> Iterator[str]:
    """The whole, from its counts and from the objects of its lists as they are written."""
    head = {"version": 1, "tool": {"name": "wire-dedupe", "version": VERSION}, "summary": counts}
    yield dumps(head, indent=2).removesuffix("\n}")
    yield from _list("articles", articles)
    yield from _list("failed", failed)
    yield "\n}\n"


def _list(name: str, values: Iterable[str]) -> Iterator[str]:
    """A member of the document, each of its values on a line."""
    yield f',\n  "{name}": ['
    between = ""
    for value in values:
        yield f"{between}\n    {value}"
        between = ","
    yield "\n  ]" if between else "]"


def dumps(value: object, indent: int | None = None) -> str:
    """JSON that is valid UTF-8 and commands no terminal and no log, whatever the texts held."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if _COMMANDED.search(text):
        text = text.translate(_ESCAPED)
    return text.replace("##", "#\\u0023")


def summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The counts of a run."""
    findings = [finding for outcome in outcomes for review in outcome.reviews for finding in review.findings]
    severities = Counter(finding.severity for finding in findings)
    return {
        "articles": sum(outcome.articles for outcome in outcomes),
        "paragraphs": sum(outcome.paragraphs for outcome in outcomes),
        "findings": len(findings),
        "errors": severities["error"],
        "warnings": severities["warning"],
        "notes": severities["note"],
        "removable": sum(finding.safe for finding in findings),
        "failed": sum(outcome.failure is not None for outcome in outcomes),
    }


def article(review: Review) -> dict[str, Any]:
    """One article with its findings."""
    own = [it.kept for it in review.findings if it.there is None]
    counted = _counted(review, [*own, *(it.dropped for it in review.findings)])
    return {
        "path": review.article.path,
        "article": review.article.key,
        "format": review.article.format,
        "encoding": review.source.encoding,
        "sha256": review.source.sha256,
        "paragraphs": len(review.article.paragraphs),
        "findings": [_finding(finding, review, counted) for finding in review.findings],
    }


def verdict(finding: Finding) -> dict[str, Any]:
    """What a finding is and what to do, without its copies."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "action": finding.action,
        "safe": finding.safe,
        "group": finding.group,
        "copies": finding.copies,
    }


def _finding(finding: Finding, review: Review, counted: Mapping[int, int]) -> dict[str, Any]:
    there = finding.there or review
    elsewhere = counted if finding.there is None else _counted(there, [finding.kept])
    kept, dropped = _place(finding.kept, there, elsewhere), _place(finding.dropped, review, counted)
    return {
        **verdict(finding),
        **({"places": finding.places} if finding.code in ACROSS else {}),
        "kept": kept if finding.there is None else {"path": kept.pop("path"), "article": there.article.key, **kept},
        "dropped": dropped,
        "blocks": finding.blocks,
        "jaccard": round(finding.jaccard, 2),
        "containment": round(finding.containment, 2),
        "changes": [change._asdict() for change in finding.changes],
        "lost": list(finding.lost),
        "why": finding.why,
        "fingerprint": finding.fingerprint,
    }


def _place(place: Place, review: Review, counted: Mapping[int, int]) -> dict[str, Any]:
    return {
        "path": place.path,
        "start": counted[place.start],
        "end": counted[place.end],
        "line": None if review.article.format == "docx" else place.line,
        "end_line": None if review.article.format == "docx" else place.end_line,
        "paragraph": place.paragraph,
        "text": place.text,
    }


def _counted(review: Review, places: Iterable[Place]) -> dict[int, int]:
    """Edges of places by where they are in the file: those in the texts of a record as they are there, unescaped."""
    source = review.source
    edges = sorted({edge for place in places for edge in (place.start, place.end)})
    counted = dict(zip(edges, edges, strict=True))
    for start, end in reversed(review.article.record):  # of two texts that touch the first counts
        decoder = codecs.getincrementaldecoder(source.encoding)()
        last, size = start, 0
        for edge in edges[bisect_left(edges, start) : bisect_right(edges, end)]:
            piece = decoder.decode(source.data[last:edge])
            said = json.loads(f'"{piece}"', strict=False) if "\\" in piece else piece
            size += len(str(said).encode("utf-8", "replace"))
            last, counted[edge] = edge, size
    return counted
