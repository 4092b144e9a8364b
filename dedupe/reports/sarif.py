"""`sarif`: version 2.1.0, with the rules, both copies of each finding, and the safe cuts as fixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, get_args

from dedupe.accept import remarks
from dedupe.codes import CODES
from dedupe.model import Code
from dedupe.reports.json import dumps
from dedupe.reports.look import one_line, plain
from dedupe.reports.places import Copy, every, lines_of, siblings, spot, uri
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.accept import Remark
    from dedupe.model import Failure, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.places import Found, Lines

    Others = dict[int, list[tuple[Place, Review]]]

RELATED = 10  # other copies of a passage that are named
SNIPPET = 2000  # characters of a copy that are shown
BASE = "%SRCROOT%"
_LEVELS: dict[str, Literal["error", "warning", "note"]] = {
    "loses": "warning",
    "conflict": "warning",
    "echo": "note",
    "republished": "note",
    "boilerplate": "note",
    "version": "note",
}
_LINK = re.compile(r"\](?=\()")
_ARGUMENT = re.compile(r"\{(?=\d+\})")


def report(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """One run, a result on a line."""
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    told = [_notification(it) for it in failures]
    told += [_remark(it) for outcome in outcomes for it in remarks(outcome)]
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that dedupe ran in."}}},
        "invocations": [{"executionSuccessful": not failures, "toolExecutionNotifications": told}],
    }
    yield '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [\n'
    yield dumps(run)[:-1] + ', "results": ['
    between = "\n"
    others = siblings(outcomes, RELATED)
    known = look.gate.known
    for found in every(outcomes, look, accepted=True):
        state = ("unchanged" if found.finding.fingerprint in known else "new") if known else ""
        yield between + dumps(_result(found, others, state))
        between = ",\n"
    yield "\n]}]}\n"


def _driver() -> dict[str, Any]:
    return {"name": "dedupe", "version": VERSION, "rules": [_rule(code) for code in get_args(Code)]}


def _rule(code: str) -> dict[str, Any]:
    head, example, rest = CODES[code].rstrip().split("\n\n", 2)
    said = " ".join(head.partition(": ")[2].split())
    short = said[:1].upper() + said[1:]
    more = " ".join(rest.split())
    return {
        "id": code,
        "name": f"{code.capitalize()}Repeat",
        "shortDescription": {"text": short},
        "fullDescription": {"text": f"{short} {more}"},
        "help": {"text": CODES[code], "markdown": f"{short}\n\n```text\n{example}\n```\n\n{more}\n"},
        "defaultConfiguration": {"level": _LEVELS.get(code, "error")},
    }


def _result(found: Found, others: Others, state: str) -> dict[str, Any]:
    finding = found.finding
    twin = "The copy that stays." if finding.safe else "The other copy."
    said: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": get_args(Code).index(finding.code),
        "level": finding.severity,
        "message": {"text": f"{_message(finding.why)} See [the other copy](1)."},
        "locations": [_location(found.dropped)],
        "relatedLocations": [{"id": 1, **_location(found.kept), "message": {"text": twin}}],
        "partialFingerprints": {"dedupe/v1": found.fingerprint},
        "properties": {"action": finding.action, "group": finding.group, "copies": finding.copies},
    }
    if state:
        said["baselineState"] = state
    if found.accepted is not None:
        reason = one_line(found.accepted.reason)
        why = {"justification": reason} if reason else {}
        said["suppressions"] = [{"kind": found.accepted.kind, "status": "accepted", **why}]
    if finding.there is not None and finding.group in others:
        more = [copy for copy in others[finding.group] if copy[0] != finding.dropped][: RELATED - 1]
        said["relatedLocations"] += [
            {"id": number, **_location(Copy(place, review, lines_of(review.source))), "message": {"text": "Another."}}
            for number, (place, review) in enumerate(more, 2)
        ]
    if found.cuts and found.lines:
        gone = [{"deletedRegion": _region(found.lines, cut.start, cut.end)} for cut in found.cuts]
        change = {"artifactLocation": _artifact(finding.dropped.path), "replacements": gone}
        said["fixes"] = [{"description": {"text": "Cut this copy."}, "artifactChanges": [change]}]
    return said


def _message(text: str) -> str:
    """A text in which a viewer finds no link and nothing to fill in."""
    return _ARGUMENT.sub("{ ", _LINK.sub("] ", one_line(text)))


def _artifact(name: str) -> dict[str, str]:
    where = uri(name)
    return {"uri": where} if where.startswith("file:") else {"uri": where, "uriBaseId": BASE}


def _location(copy: Copy) -> dict[str, Any]:
    place = copy.place
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.path)}
    paragraph = f"paragraph {place.paragraph}"
    key = copy.review.article.key
    logical = {"name": paragraph, "fullyQualifiedName": f"story {one_line(key)}, {paragraph}" if key else paragraph}
    if copy.lines:
        source = copy.review.source
        physical["region"] = _region(copy.lines, place.start, place.end)
        text = source.data[place.start : place.end].decode(source.encoding)
        if len(text) <= SNIPPET and text == plain(text):
            physical["region"]["snippet"] = {"text": text}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _region(lines: Lines, start: int, end: int) -> dict[str, Any]:
    first, last = spot(lines, start), spot(lines, end)
    return {
        "startLine": first.line,
        "startColumn": first.utf16,
        "endLine": last.line,
        "endColumn": last.utf16,
        "byteOffset": start,
        "byteLength": end - start,
    }


def _notification(failure: Failure) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": _message(failure.message)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(failure.path)}}],
    }


def _remark(remark: Remark) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(remark.path), "region": {"startLine": remark.line}}
    return {
        "level": "warning",
        "message": {"text": _message(remark.message)},
        "locations": [{"physicalLocation": place}],
    }
