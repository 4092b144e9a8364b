"""What a request asks for: its body becomes values that are checked, or it is refused in one plain line."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.desk.answers import LARGEST
from dedupe.formats import FORMATS
from dedupe.model import DedupeError, nearest
from dedupe.pipeline import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NAME = 255  # characters of the name of a story


_NAMED = re.compile(r"^[^\x00-\x1f]+$")
_CODEC = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


class RequestError(DedupeError):
    """A request that is refused, and the status that says so."""

    def __init__(self, status: int, message: str) -> None:
        """`message` is one plain line without a word of a story."""
        super().__init__(message)
        self.status = status


class Document(NamedTuple):
    """A story as it was sent."""

    name: str
    data: bytes
    reading: Reading


class Field(NamedTuple):
    """A member of a request: its schema, what it may be in words, and whether a value is that."""

    schema: dict[str, Any]
    what: str
    holds: Callable[[Any], bool]
    needed: bool = False


def flag() -> Field:
    """Yes or no."""
    return Field({"type": "boolean"}, "true or false", lambda value: isinstance(value, bool))


def text(most: int = LARGEST, *, least: int = 0, needed: bool = False, **more: Any) -> Field:  # noqa: ANN401  of a schema
    """Some text; `more` is what its schema says besides."""
    schema = {"type": "string", **({"minLength": least, "maxLength": most} if most < LARGEST else {}), **more}
    what = f"text of {least} to {most} characters" if most < LARGEST else "text"
    form = re.compile(more.get("pattern", r"(?s:.*)"))

    def holds(value: object) -> bool:
        if not isinstance(value, str) or not least <= len(value) <= most:
            return False
        return form.fullmatch(value) is not None and _writable(value)

    return Field(schema, what, holds, needed)


def one_of(*values: str, needed: bool = False) -> Field:
    """One of some words."""
    schema = {"type": "string", "enum": list(values)}
    return Field(schema, f"one of {', '.join(values)}", lambda it: isinstance(it, str) and it in values, needed)


def whole(low: int, high: int, *, needed: bool = False) -> Field:
    """A whole number within bounds."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Field(
        schema, f"a whole number from {low:,} to {high:,}", lambda it: _whole(it) and low <= it <= high, needed
    )


def share() -> Field:
    """A number above 0, up to 1."""
    schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
    return Field(schema, "a number above 0 and not above 1", lambda it: _number(it) and 0 < it <= 1)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: object) -> bool:
    return _number(value) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def story(*, needed: bool = True) -> Field:
    """A story in an object of its own."""
    return Field(schema(STORY), "an object", lambda value: isinstance(value, dict), needed)


def a_list(of: Mapping[str, Field], most: int) -> Field:
    """A list of objects, which are looked at one by one."""
    what = f"a list of up to {most:,} objects"
    said = {"type": "array", "maxItems": most, "items": schema(of)}
    return Field(said, what, lambda value: isinstance(value, list) and len(value) <= most, needed=True)


FORMAT = one_of(*FORMATS)
STORY: dict[str, Field] = {
    "text": text(),
    "base64": text(contentEncoding="base64", format="byte"),
    "name": text(NAME, least=1, pattern=_NAMED.pattern),
    "format": FORMAT,
    "encoding": text(40, least=1, pattern=_CODEC.pattern),
}


def schema(fields: Mapping[str, Field]) -> dict[str, Any]:
    """The JSON schema of an object of these members; of a story it is either the text or the bytes."""
    said: dict[str, Any] = {
        "type": "object",
        "properties": {name: field.schema for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.needed],
        "additionalProperties": False,
    }
    if "text" in fields and "base64" in fields:
        said["oneOf"] = [{"required": ["text"]}, {"required": ["base64"]}]
    return said


def members(value: object, fields: Mapping[str, Field], where: str = "the body") -> dict[str, Any]:
    """An object whose members are all known and what they should be. Raises RequestError."""
    if not isinstance(value, dict):
        raise RequestError(422, f"{where}: must be an object")
    for name, field in fields.items():
        if name not in value:
            if field.needed:
                raise RequestError(422, f"{where}: {name} is missing; it is {field.what}")
        elif not field.holds(value[name]):
            raise RequestError(422, f"{where}: {name} must be {field.what}")
    for name in value:
        if name not in fields:
            known = ", ".join(fields)
            raise RequestError(422, f"{where}: it may hold {known}, and nothing else{nearest(name[:NAME], fields)}")
    return value


def document(value: Mapping[str, Any], where: str = "the body") -> Document:
    """A story out of members that were looked at: its bytes, and how they are read. Raises RequestError."""
    given = [name for name in ("text", "base64", "file") if name in value]
    if len(given) != 1:
        raise RequestError(422, f"{where}: it must hold either text or base64")
    encoding = value.get("encoding")
    if given == ["text"]:
        encoding = encoding or "utf-8"
        data = _encoded(value["text"], encoding, where)
    elif given == ["base64"]:
        data = _decoded(value["base64"], where)
    else:
        data = value["file"]
    return Document(value.get("name", "story.txt"), data, Reading(value.get("format"), encoding))


def _encoded(value: str, encoding: str, where: str) -> bytes:
    try:
        return value.encode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        said = f"{where}: text holds characters that {encoding[:40]} has none for, or there is no such encoding"
        raise RequestError(422, said) from error


def _decoded(value: str, where: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestError(422, f"{where}: base64 is none: use the standard alphabet, with padding") from error


def parsed(kind: str, body: bytes) -> Any:  # noqa: ANN401  JSON may be anything
    """The value of a body of JSON. Raises RequestError."""
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise RequestError(415, "the body must be JSON: send it with Content-Type: application/json")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "the body is no JSON in UTF-8") from error


def _constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("twice")
    return found


def _writable(value: str) -> bool:
    """Whether a text can be written: JSON can hold half of a character."""
    try:
        value.encode()
    except UnicodeError:
        return False
    return True
