"""What a request asks for: its body becomes values that are checked, or it is refused in one plain line."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.desk.answers import LARGEST
from dedupe.model import DedupeError, nearest
from dedupe.pipeline import Reading, format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NAME = 255  # characters of the name of a story
PARTS = 16  # of a form


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
    """A member of a request: what it may be, in words, and whether a value is that."""

    what: str
    holds: Callable[[Any], bool]
    needed: bool = False


def flag() -> Field:
    """Yes or no."""
    return Field("true or false", lambda value: isinstance(value, bool))


def text(most: int | None = None, *, least: int = 0, needed: bool = False) -> Field:
    """Some text."""
    what = "text" if most is None else f"text of {least} to {most} characters"
    return Field(what, lambda it: isinstance(it, str) and least <= len(it) <= (most or LARGEST), needed)


def one_of(*values: str, needed: bool = False) -> Field:
    """One of some words."""
    return Field(f"one of {', '.join(values)}", lambda value: isinstance(value, str) and value in values, needed)


def number(low: float, high: float, *, whole: bool = False, needed: bool = False) -> Field:
    """A number within bounds."""
    what = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
    return Field(what, lambda it: _number(it, whole=whole) and low <= it <= high, needed)


def _number(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not whole or isinstance(value, int) or value.is_integer()


def an_object() -> Field:
    """An object, which is looked at by itself."""
    return Field("an object", lambda value: isinstance(value, dict), needed=True)


def a_list(most: int) -> Field:
    """A list, the values of which are looked at one by one."""
    what = f"a list of up to {most:,} values"
    return Field(what, lambda value: isinstance(value, list) and len(value) <= most, needed=True)


STORY: dict[str, Field] = {
    "text": text(),
    "base64": text(),
    "name": text(NAME, least=1),
    "format": text(40, least=1),
    "encoding": text(40, least=1),
}


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
    """A story out of an object that was looked at: its bytes, and how they are read. Raises RequestError."""
    if ("text" in value) == ("base64" in value):
        raise RequestError(422, f"{where}: it must hold either text or base64")
    name = value.get("name", "story.txt")
    if not _sayable(name) or any(char < " " for char in name):
        raise RequestError(422, f"{where}: name must be a file name")
    encoding = value.get("encoding")
    if "text" in value:
        encoding = encoding or "utf-8"
        data = _encoded(value["text"], encoding, where)
    else:
        data = _decoded(value["base64"], where)
    kind = value.get("format")
    try:
        format_of(name, kind)
    except DedupeError as error:
        raise RequestError(422, error.message.replace("--format", "format")) from error
    return Document(name, data, Reading(kind, encoding))


def _sayable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeError:
        return False
    return True


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
