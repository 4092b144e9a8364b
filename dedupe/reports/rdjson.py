"""`rdjson`: the diagnostic format of reviewdog, with the safe cuts as suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedupe.reports.json import dumps
from dedupe.reports.places import every, path, span, spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.places import Found, Lines

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def report(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """One JSON document, a diagnostic on a line; its message is Markdown, as reviewdog makes comments of it."""
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    some: list[dict[str, Any]] = [
        {"message": span(it.message), "location": {"path": path(it.path)}, "severity": "ERROR"} for it in failures
    ]
    some += [_diagnostic(found) for found in every(outcomes, look)]
    yield '{"source": {"name": "dedupe"}, "diagnostics": ['
    yield ",".join(f"\n  {dumps(one)}" for one in some)
    yield "\n]}\n"


def _diagnostic(found: Found) -> dict[str, Any]:
    finding = found.finding
    location: dict[str, Any] = {"path": path(finding.dropped.path)}
    said = {
        "message": span(finding.why),
        "location": location,
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code},
    }
    if found.lines is None:
        return said
    if found.cuts:  # reviewdog takes a suggestion only where the diagnostic has the same lines
        location["range"] = _range(found.lines, found.cuts[0].start, found.cuts[-1].end)
        return {**said, "suggestions": [{"range": location["range"], "text": _left(found)}]}
    location["range"] = _range(found.lines, finding.dropped.start, finding.dropped.end)
    return said


def _range(lines: Lines, start: int, end: int) -> dict[str, dict[str, int]]:
    """Lines and columns, those in bytes of UTF-8, a byte-order mark counted."""
    first, last = spot(lines, start), spot(lines, end)
    return {
        "start": {"line": first.line, "column": first.utf8},
        "end": {"line": last.line, "column": last.utf8},
    }


def _left(found: Found) -> str:
    """What stays between the first and the last cut of a finding."""
    source, kept = found.review.source, b""
    for one, after in zip(found.cuts, found.cuts[1:], strict=False):
        kept += source.data[one.end : after.start]
    return kept.decode(source.encoding)
