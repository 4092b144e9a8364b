"""`gitlab`: a code quality report."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from dedupe.reports.json import dumps
from dedupe.reports.look import one_line
from dedupe.reports.places import every, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.places import Found

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """A JSON array, a finding or a file that could not be read on a line."""
    issues = [_failed(it.failure.path, it.failure.message) for it in outcomes if it.failure]
    issues += [_issue(found) for found in every(outcomes)]
    yield "[" + ",".join(f"\n  {dumps(issue)}" for issue in issues) + "\n]\n"


def _issue(found: Found) -> dict[str, Any]:
    finding = found.finding
    first, last = (finding.dropped.line, finding.dropped.end_line) if found.lines else (1, 1)
    return {
        "description": one_line(finding.why),
        "check_name": finding.code,
        "fingerprint": found.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path(finding.dropped.path), "lines": {"begin": first, "end": last}},
    }


def _failed(name: str, message: str) -> dict[str, Any]:
    return {
        "description": one_line(message),
        "check_name": "unreadable",
        "fingerprint": hashlib.sha256(f"unreadable\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "severity": "critical",
        "location": {"path": path(name), "lines": {"begin": 1}},
    }
