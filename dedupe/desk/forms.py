"""Bodies of forms, read in memory: no part of a story is put on the disk."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from dedupe.desk.asked import NAME, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe.desk.asked import Field

MOST = 16  # parts


class Part(NamedTuple):
    """A field of a form, or a file in it."""

    file: str | None  # its name, where it is one
    data: bytes


class _Reader:
    """What the parser finds, part by part."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._data: list[bytes] = []

    def on_part_begin(self) -> None:
        self._headers, self._data = {}, []

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def on_part_end(self) -> None:
        said = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        name, file = said.get(b"name"), said.get(b"filename")
        if name is None:
            raise RequestError(400, "the form has a part without a name")
        key = name.decode("utf-8", "replace")
        if key in self.parts:
            raise RequestError(422, f"the form: {key[:NAME]} comes twice")
        if len(self.parts) == MOST:
            raise RequestError(422, f"the form has more than {MOST} parts")
        self.parts[key] = Part(None if file is None else file.decode("utf-8", "replace"), b"".join(self._data))

    def on_end(self) -> None:
        self.ended = True


def parts(kind: str, body: bytes) -> dict[str, Part]:
    """The parts of a form by their names. Raises RequestError."""
    boundary = parse_options_header(kind)[1].get(b"boundary", b"")
    reader = _Reader()
    names = ("part_begin", "header_field", "header_value", "header_end", "part_data", "part_end", "end")
    try:
        parser = MultipartParser(boundary, {f"on_{name}": getattr(reader, f"on_{name}") for name in names})  # type: ignore[arg-type]  # a dict of just these
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise RequestError(400, "the body is no form of the type multipart/form-data") from error
    if not boundary or not reader.ended:
        raise RequestError(400, "the body is no whole form of the type multipart/form-data")
    return reader.parts


def values(found: Mapping[str, Part], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The members that the fields of a form stand for; what is none of that kind stays text."""
    return {name: _value(part, fields[name].schema["type"]) if name in fields else "" for name, part in found.items()}


def _value(part: Part, kind: str) -> Any:  # noqa: ANN401  by its kind
    said = part.data.decode("utf-8", "surrogateescape")
    if kind == "boolean":
        return {"true": True, "false": False}.get(said, said)
    with contextlib.suppress(ValueError):
        return {"integer": int, "number": float}.get(kind, str)(said)
    return said
