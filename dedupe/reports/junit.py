"""`junit`: XML in which every file, and every story with findings in a file of many, is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.look import one_line
from dedupe.reports.places import path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Finding, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look

_ESCAPES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
    ("##", "#&#35;"),  # the report may be printed into a log that obeys it
)


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """One suite; errors and warnings fail, notes do not, and what could not be read is an error."""
    cases = [case for outcome in outcomes for case in _cases(outcome)]
    failed = sum("<failure " in case for case in cases)
    broken = sum("<error " in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="{broken}"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dedupe" {counts}>\n'
    yield f'  <testsuite name="dedupe" {counts} skipped="0">\n'
    yield from cases
    yield "  </testsuite>\n</testsuites>\n"


def _cases(outcome: Outcome) -> Iterator[str]:
    told = [review for review in outcome.reviews if review.findings]
    if outcome.failure:
        said = _escaped(outcome.failure.message)
        yield _case(outcome.path, None, f'      <error type="unreadable" message="{said}">{said}</error>\n')
    elif not told:
        yield _case(outcome.path, None, "")
    else:
        yield from (_case(review.article.path, review.article.key, _failure(review)) for review in told)


def _case(name: str, key: str | None, inside: str) -> str:
    file = _escaped(path(name))
    story = file + (f", story {_escaped(key)}" if key else "")
    head = f'    <testcase classname="dedupe" name="{story}" file="{file}"'
    return f"{head}>\n{inside}    </testcase>\n" if inside else f"{head}/>\n"


def _failure(review: Review) -> str:
    errors = [finding for finding in review.findings if finding.severity == "error"]
    bad = errors + [finding for finding in review.findings if finding.severity == "warning"]
    if not bad:
        return ""
    more = f" (and {len(bad) - 1:,} more)" if len(bad) > 1 else ""
    told = "\n".join(_told(finding, review) for finding in bad)
    return f'      <failure type="{bad[0].code}" message="{_escaped(bad[0].why)}{more}">{told}</failure>\n'


def _told(finding: Finding, review: Review) -> str:
    fate = ("keep", "cut") if finding.safe else ("one", "other")
    rows = [(fate[0], finding.kept, finding.there or review), (fate[1], finding.dropped, review)]
    if finding.there is None:
        rows.sort(key=lambda row: row[1].start)
    said = [f"{finding.severity} {finding.code}: {_escaped(finding.why)}"]
    said += [
        f"{name} {_file(place) if finding.there else ''}{_where(place, one)}: {_escaped(place.text)}"
        for name, place, one in rows
    ]
    return "\n".join(said)


def _file(place: Place) -> str:
    story = f"story {_escaped(place.article)}, " if place.article else ""
    return f"{_escaped(path(place.path))}, {story}"


def _where(place: Place, review: Review) -> str:
    return f"paragraph {place.paragraph}" if review.article.format == "docx" else f"line {place.line}"


def _escaped(text: str) -> str:
    said = one_line(" ".join(text.split()))
    for char, escape in _ESCAPES:
        said = said.replace(char, escape)
    return said
