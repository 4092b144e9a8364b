"""`github`: workflow commands that annotate the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.accept import remarks
from dedupe.reports.look import plain
from dedupe.reports.places import certain, every, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.places import Found

SHOWN = 10  # annotations of a severity that GitHub shows of a step
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """At most `SHOWN` commands a severity, what could not be read and the most certain first, and how many are left."""
    found = list(every(outcomes))
    for severity, command in _COMMANDS.items():
        failures = [outcome.failure for outcome in outcomes if outcome.failure and severity == "error"]
        lines = [_command(command, {"file": path(it.path), "title": "dedupe"}, it.message) for it in failures]
        said = [it for outcome in outcomes for it in remarks(outcome) if severity == "warning"]
        lines += [
            _command(command, {"file": path(it.path), "line": str(it.line), "title": "dedupe"}, it.message)
            for it in said
        ]
        some = sorted((one for one in found if one.finding.severity == severity), key=certain)
        lines += [_annotation(command, one) for one in some[: max(0, SHOWN - len(lines))]]
        yield from lines[:SHOWN]
        more = len(failures) + len(said) + len(some) - SHOWN
        if more > 0:
            yield f"and {more:,} more {severity}{'s' if more > 1 else ''} without an annotation\n"


def _annotation(command: str, found: Found) -> str:
    finding = found.finding
    where = {"file": path(finding.dropped.path)}
    if found.lines is not None:
        where |= {"line": str(finding.dropped.line), "endLine": str(finding.dropped.end_line)}
    return _command(command, {**where, "title": f"dedupe: {finding.code}"}, finding.why)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    said = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    return f"::{name} {said}::{_escaped(plain(message))}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
