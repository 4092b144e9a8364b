"""Which findings of a run count: severities that were chosen, known ones, and those that touch what has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe import revisions
from dedupe.model import Accepted, DedupeError, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dedupe.model import Finding, Mark, Place, Severity
    from dedupe.pipeline import Outcome
    from dedupe.revisions import Revision

VERSION = 1
LARGEST = 1 << 26  # bytes of a baseline
WORDS = 8  # of a passage that a baseline names


class Known(NamedTuple):
    """A finding that a baseline accepts. Its words are for the people who read the file."""

    path: str
    fingerprint: str
    code: str
    text: str


def _same(_path: str) -> Mapping[str, Severity | Literal["off"]]:
    return {}


class Gate(NamedTuple):
    """What decides which findings of a run count."""

    severities: Callable[[str], Mapping[str, Severity | Literal["off"]]] = _same  # of a path, by code
    known: frozenset[str] = frozenset()  # fingerprints
    since: Revision | None = None


OPEN = Gate()


def passed(review: Review, gate: Gate) -> Review:
    """A review with those of its findings that count; known ones are accepted, others are none of this run."""
    if not review.findings:
        return review
    chosen = gate.severities(review.source.path)
    live: list[Finding] = []
    accepted = list(review.accepted)
    for finding in review.findings:
        severity = chosen.get(finding.code, finding.severity)
        if severity == "off" or not _touched(review, finding, gate.since):
            continue
        weighed = finding if severity == finding.severity else replace(finding, severity=severity)
        if finding.fingerprint in gate.known:
            accepted.append(Accepted(weighed, "external", "stands in the baseline"))
        else:
            live.append(weighed)
    return replace(review, findings=tuple(live), accepted=tuple(accepted))


def _touched(review: Review, finding: Finding, since: Revision | None) -> bool:
    if since is None:
        return True
    there = finding.there or review
    copies = ((finding.dropped, review.source), (finding.kept, there.source))
    return any(_meets(place, revisions.since(since, item)) for place, item in copies)


def _meets(place: Place, spans: Sequence[tuple[int, int]]) -> bool:
    return any(place.start < end and start < place.end for start, end in spans)


def through(outcome: Outcome, gate: Gate) -> Outcome:
    """An outcome with those of its findings that count."""
    if not outcome.reviews:
        return outcome
    return outcome._replace(reviews=tuple(passed(review, gate) for review in outcome.reviews))


class Remark(NamedTuple):
    """What is wrong with a comment that should accept a repeat."""

    path: str
    line: int
    message: str


def remarks(outcome: Outcome) -> Iterator[Remark]:
    """The comments of a file that are not understood, give no reason, or accept nothing any more."""
    used = {line for review in outcome.reviews for accepted in review.accepted for line in accepted.lines}
    found: dict[int, Mark] = {}
    for review in outcome.reviews:
        for mark in review.marks:
            if mark.fault or mark.line not in used:
                found.setdefault(mark.line, mark)
    for line in sorted(found):
        said = found[line].fault or "accepts nothing any more: nothing repeats there; delete it"
        yield Remark(outcome.path, line, f"this dedupe comment {said}")


def suppressions(outcomes: Iterable[Outcome]) -> int:
    """How many comments accept something."""
    return sum(
        len({line for review in outcome.reviews for accepted in review.accepted for line in accepted.lines})
        for outcome in outcomes
    )


def load(data: bytes, path: str) -> list[Known]:
    """What a baseline accepts. Raises DedupeError for what is none."""
    bad = f"{path}: is no baseline of dedupe; write one with --update-baseline"
    if len(data) > LARGEST:
        raise DedupeError(f"{path}: too large for a baseline; write one with --update-baseline", path=path)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DedupeError(bad, path=path) from error
    rows = said.get("findings") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(rows, list):
        raise DedupeError(bad, path=path)
    if said.get("version") != VERSION:
        raise DedupeError(f"{path}: is a baseline of another version of dedupe; write it anew with --update-baseline")
    found = []
    for row in rows:
        values = [row.get(name) for name in Known._fields] if isinstance(row, dict) else [None]
        if not all(isinstance(value, str) for value in values):
            raise DedupeError(bad, path=path)
        found.append(Known(*values))
    return found


def dump(known: Iterable[Known]) -> bytes:
    """A baseline: a finding on a line, in an order of their own, so that two branches can be merged."""
    rows = [json.dumps(each._asdict(), ensure_ascii=True) for each in sorted(set(known))]
    body = ",\n".join(f"    {row}" for row in rows)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n'.encode()


def updated(
    before: Iterable[Known], outcomes: Sequence[Outcome], name: Callable[[str], str], gone: Callable[[str], bool]
) -> list[Known]:
    """A baseline that accepts what was found now, and of files that were not looked at what it did before.

    `name` gives a path as the baseline knows it; `gone` says of such a one whether the file is not there any more.
    """
    looked = {name(outcome.path) for outcome in outcomes if outcome.failure is None}
    kept = [known for known in before if known.path not in looked and not gone(known.path)]
    found = [
        Known(name(outcome.path), finding.fingerprint, finding.code, " ".join(finding.dropped.text.split()[:WORDS]))
        for outcome in outcomes
        for review in outcome.reviews
        for finding in [*review.findings, *(it.finding for it in review.accepted if it.kind == "external")]
        if finding.severity != "note"
    ]
    return [*kept, *found]
