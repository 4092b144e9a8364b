"""What other programs are answered: as the command line reports it."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from dedupe import cleaning
from dedupe.accept import OPEN
from dedupe.compare import compare_versions
from dedupe.desk import asked, forms, told
from dedupe.desk.answers import Answer, as_json
from dedupe.desk.openapi import described
from dedupe.model import DedupeError
from dedupe.reports import diff, versions
from dedupe.reports import json as report
from dedupe.reports.look import Look
from dedupe.settings import Settings
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dedupe.desk.asked import Document, Field
    from dedupe.model import Finding, Review
    from dedupe.pipeline import Outcome, Plan

_FORM = "multipart/form-data"
_JSON = "application/json"
CHECK = {**asked.STORY, "threshold": asked.share(), "min_words": asked.whole(1, 1_000)}
CLEAN = {
    **CHECK,
    "unsafe": asked.flag(),
    "keep": asked.one_of("best", "first", "last", "longest"),
    "tracked": asked.flag(),
}
COMPARE = {"old": asked.story(), "new": asked.story()}
BESIDE = {"format": asked.FORMAT, "encoding": asked.STORY["encoding"]}  # in a form with both versions


def _members(kind: str, body: bytes, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What is asked of one story, in JSON or as a form."""
    if kind.partition(";")[0].strip().lower() != _FORM:
        return asked.members(asked.parsed(kind, body), fields)
    found = forms.parts(kind, body)
    file = found.pop("file", None)
    if file is None:
        raise asked.RequestError(422, "the form: file is missing; it is the story")
    others = {name: field for name, field in fields.items() if name not in ("text", "base64")}
    value = asked.members(forms.values(found, others), others, "the form")
    named = {"name": file.file} if file.file else {}
    named = asked.members(named, {"name": asked.STORY["name"]}, "the form: file")
    return {**named, **value, "file": file.data}


def _check(kind: str, body: bytes) -> Answer:
    value = _members(kind, body, CHECK)
    found = told.outcome(asked.document(value), _settings(value))
    return Answer(200, _JSON, "".join(report.report([found], Look())).encode())


def _settings(value: Mapping[str, Any]) -> Settings:
    return Settings(
        value.get("threshold", Settings.threshold),
        min_words=int(value.get("min_words", Settings.min_words)),
        keep=value.get("keep", Settings.keep),
    )


def _clean(kind: str, body: bytes) -> Answer:
    value = _members(kind, body, CLEAN)
    story, unsafe = asked.document(value), value.get("unsafe", False)
    found = told.outcome(story, _settings(value))._replace(piped=False)
    planned, after, refused = cleaning.plans([found], OPEN, unsafe=unsafe, tracked=value.get("tracked", False))
    if refused:
        raise DedupeError(refused[0], path=story.name)
    return as_json(_cleaned(story, found, planned[0] if planned else None, after, Look(command="clean", unsafe=unsafe)))


def _cleaned(story: Document, found: Outcome, plan: Plan | None, after: list[Outcome], look: Look) -> dict[str, Any]:
    data = plan.data if plan else story.data
    item = found.reviews[0].source if found.reviews else None
    said = data[item.bom :].decode(item.encoding) if item and not item.package else None
    left = cleaning.left(after, cleaning.Done(), [plan] if plan else [])
    remaining = {id(finding) for outcome in left for review in outcome.reviews for finding in review.findings}
    findings = list(_findings(found.reviews))
    return {
        "version": 1,
        "tool": {"name": "wire-dedupe", "version": VERSION},
        "changed": data != story.data,
        "text": said,
        "base64": base64.b64encode(data).decode(),
        "sha256_before": hashlib.sha256(story.data).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "diff": "".join(diff.report([found], look)),
        "applied": [row for finding, row in findings if id(finding) not in remaining],
        "remaining": [row for finding, row in findings if id(finding) in remaining],
    }


def _findings(reviews: tuple[Review, ...]) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The findings as the report has them, each with the key of its story."""
    for review in reviews:
        for finding, row in zip(review.findings, report.article(review)["findings"], strict=True):
            yield finding, {"article": review.article.key, **row}


def _compare(kind: str, body: bytes) -> Answer:
    old, new = _versions(kind, body)
    before, after = (told.only(document) for document in (old, new))
    comparison = compare_versions(before, after, Settings())
    return Answer(200, _JSON, versions.json(old.name, new.name, comparison).encode())


def _versions(kind: str, body: bytes) -> list[Document]:
    if kind.partition(";")[0].strip().lower() != _FORM:
        value = asked.members(asked.parsed(kind, body), COMPARE)
        return [asked.document(asked.members(value[name], asked.STORY, name), name) for name in COMPARE]
    found = forms.parts(kind, body)
    files = {name: found.pop(name) for name in COMPARE if name in found}
    if len(files) < len(COMPARE):
        raise asked.RequestError(422, "the form: old and new must both be there; they are the two versions")
    both = asked.members(forms.values(found, BESIDE), BESIDE, "the form")
    named = {
        name: asked.members({"name": file.file}, {"name": asked.STORY["name"]}, f"the form: {name}")
        if file.file
        else {}
        for name, file in files.items()
    }
    return [asked.document({**both, **named[name], "file": file.data}, name) for name, file in files.items()]


def _openapi(_kind: str, _body: bytes) -> Answer:
    document = described({"check": CHECK, "clean": CLEAN}, COMPARE, BESIDE)
    return Answer(200, _JSON, json.dumps(document, indent=1).encode())


CALLS: dict[str, Callable[[str, bytes], Answer]] = {
    "api/check": _check,
    "api/clean": _clean,
    "api/compare": _compare,
    "api/openapi": _openapi,
}
