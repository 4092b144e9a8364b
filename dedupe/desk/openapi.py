"""The OpenAPI document: what can be asked is said by the same tables that requests are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from dedupe.desk.answers import LARGEST
from dedupe.desk.asked import schema
from dedupe.model import Action, Code, Kind, Severity
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe.desk.asked import Field

    Schema = dict[str, Any]

_TWICE = "The council said on Monday that the bridge would stay closed until the end of March."
_LATER = "The council said on Monday that the bridge would stay closed until the end of April."
_STORY = f"Bridge closed\n\n{_TWICE}\n\nDrivers were angry.\n\n{_TWICE}\n"
EXAMPLES: dict[str, Schema] = {
    "check": {"name": "bridge.txt", "text": _STORY},
    "clean": {"name": "bridge.txt", "text": _STORY, "unsafe": False, "keep": "best"},
    "compare": {"old": {"text": _TWICE}, "new": {"text": _LATER}},
}
_SAID = {
    400: "The body is no JSON, or no form.",
    401: "The token is missing or wrong.",
    403: "Asked under another name, or by another page.",
    405: "The call exists, but not with this method.",
    408: "The body came too slowly, or the work took more than 20 seconds.",
    413: f"The body is larger than {LARGEST >> 20} MB, or than anything that goes with this call.",
    415: "The body is neither JSON nor a form.",
    422: "The story cannot be read, or a member is unknown or not what it should be.",
    429: "All processes are busy.",
    500: "A defect in dedupe. Nothing was done.",
}
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def described(stories: Mapping[str, Mapping[str, Field]], versions: Mapping[str, Field], beside: Any) -> Schema:  # noqa: ANN401  fields as well
    """The document; `stories` are the calls about one story with what each takes, `versions` what compare takes."""
    files = {name: _file() for name in versions}
    paths = {f"/{name}": {"post": _posted(name, schema(fields), _form(fields))} for name, fields in stories.items()}
    paths["/compare"] = {"post": _posted("compare", schema(versions), _object({**files, **_schemas(beside)}, [*files]))}
    paths["/health"] = {"get": _got("health", "Whether it is there.", "Health", ())}
    paths["/openapi.json"] = {"get": _got("openapi", "This document.", "Document", (401, 429))}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "wire-dedupe",
            "version": VERSION,
            "summary": "Passages that stand twice in a story: found, explained, cut.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {_name(status): _refused(said) for status, said in _SAID.items()},
            "schemas": _answers(),
        },
    }


def _posted(name: str, as_json: Schema, form: Schema) -> Schema:
    what = {
        "check": "What stands twice in a story, and what to do about it: the JSON of `dedupe check`.",
        "clean": "A story without the copies that may go, and what is left for a person.",
        "compare": "What became of a story between two versions: the JSON of `dedupe compare`.",
    }
    content = {
        "application/json": {"schema": as_json, "example": EXAMPLES[name]},
        "multipart/form-data": {"schema": form},
    }
    return {
        "operationId": name,
        "summary": what[name],
        "requestBody": {"required": True, "content": content},
        "responses": _responses(name.capitalize(), (400, 401, 403, 405, 408, 413, 415, 422, 429, 500)),
    }


def _got(name: str, what: str, answer: str, refusals: tuple[int, ...]) -> Schema:
    said = {"operationId": name, "summary": what, "responses": _responses(answer, (*refusals, 400, 405, 408, 413, 500))}
    return said if refusals else {**said, "security": []}


def _responses(answer: str, refusals: tuple[int, ...]) -> Schema:
    good = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    refused = {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted({*refusals, 403})}
    return {"200": {"description": "Done.", "content": good}, **refused}


def _name(status: int) -> str:
    return f"Refused{status}"


def _refused(said: str) -> Schema:
    return {
        "description": said,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def _form(fields: Mapping[str, Field]) -> Schema:
    others = {name: field for name, field in fields.items() if name not in ("text", "base64")}
    return _object({"file": _file(), **_schemas(others)}, ["file"])


def _file() -> Schema:
    return {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}


def _schemas(fields: Mapping[str, Field]) -> Schema:
    return {name: field.schema for name, field in fields.items()}


def _object(members: Schema, needed: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": list(members) if needed is None else needed,
        "additionalProperties": False,
    }


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Schema:
    return {"type": "array", "items": _of(name)}


def _answers() -> Schema:
    """What is answered: the JSON of the reports, as users rely on it."""
    number = {"type": ["integer", "null"], "minimum": 1}
    place = {"path": _TEXT, "start": _COUNT, "end": _COUNT, "line": number, "end_line": number}
    change = {"kind": {"enum": list(get_args(Kind))}, "kept": _TEXT, "dropped": _TEXT}
    paragraph = {"start": _COUNT, "end": _COUNT, "line": _COUNT, "end_line": _COUNT, "text": _TEXT}
    counts = ("articles", "paragraphs", "findings", "errors", "warnings", "notes", "removable", "failed")
    head = {"version": {"const": 1}, "tool": _object({"name": {"const": "wire-dedupe"}, "version": _TEXT})}
    finding = _finding()
    return {
        "Error": _object({"error": _TEXT}),
        "Health": _object({"status": {"const": "ok"}, "version": _TEXT}),
        "Document": {"type": "object", "required": ["openapi"], "properties": {"openapi": _TEXT}},
        "Place": _object({**place, "paragraph": {"type": "integer", "minimum": 1}, "text": _TEXT}),
        "Change": _object(change),
        "Finding": _object(finding),
        "FindingOf": _object({"article": {"type": ["string", "null"]}, **finding}),
        "Failure": _object({"path": _TEXT, "message": _TEXT}),
        "Article": _object(
            {
                "path": _TEXT,
                "article": {"type": ["string", "null"]},
                "format": _TEXT,
                "encoding": _TEXT,
                "sha256": _DIGEST,
                "paragraphs": _COUNT,
                "findings": _list("Finding"),
            }
        ),
        "Check": _object(
            {
                **head,
                "summary": _object(dict.fromkeys(counts, _COUNT)),
                "articles": _list("Article"),
                "failed": _list("Failure"),
            }
        ),
        "Clean": _object(
            {
                **head,
                "changed": {"type": "boolean"},
                "text": {"type": ["string", "null"], "description": "The cleaned file, where it is text."},
                "base64": {"type": "string", "contentEncoding": "base64"},
                "sha256_before": _DIGEST,
                "sha256": _DIGEST,
                "diff": _TEXT,
                "applied": _list("FindingOf"),
                "remaining": _list("FindingOf"),
            }
        ),
        "Paragraph": _object(paragraph),
        "Reworded": _object({"old": _of("Paragraph"), "new": _of("Paragraph"), "changes": _list("Change")}),
        "Compare": _object(
            {
                "version": {"const": 1},
                "old": _TEXT,
                "new": _TEXT,
                "summary": _object(dict.fromkeys(("kept", "reworded", "dropped", "new", "facts"), _COUNT)),
                "facts": {"type": "array", "items": _object({**change, "old_line": _COUNT, "new_line": _COUNT})},
                "reworded": _list("Reworded"),
                "dropped": _list("Paragraph"),
                "new_paragraphs": _list("Paragraph"),
            }
        ),
    }


def _finding() -> Schema:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return {
        "code": {"enum": list(get_args(Code))},
        "severity": {"enum": list(get_args(Severity))},
        "action": {"enum": list(get_args(Action))},
        "safe": {"type": "boolean"},
        "group": _COUNT,
        "copies": _COUNT,
        "kept": _of("Place"),
        "dropped": _of("Place"),
        "blocks": _COUNT,
        "jaccard": share,
        "containment": share,
        "changes": _list("Change"),
        "lost": _TEXTS,
        "why": _TEXT,
        "fingerprint": _TEXT,
    }
