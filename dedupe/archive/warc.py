"""WARC and WET: the payload of a record is a piece where it is text. Other records come through byte for byte."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.archive import columns, http
from dedupe.archive.piece import BIG, LARGEST, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from dedupe.archive.packing import Stream
    from dedupe.archive.piece import Desk

_LINE = 1 << 16  # bytes of a line that is looked at
_HEAD = 1 << 20
_READ = ("response", "resource", "conversion")
_EMPTY = (b"\r\n", b"\n")
_SIZE = re.compile(rb"\d{1,15}")
_DAMAGED = "no record of a WARC; it stays as it is, and what follows is read from the next record on"
_DIGESTS = (b"md5", b"sha1", b"sha224", b"sha256", b"sha384", b"sha512")


class _Record(NamedTuple):
    """The head of a record."""

    raw: bytes  # with the empty line
    fields: dict[bytes, bytes]
    size: int  # -1 where it does not say one
    whole: bool

    def text(self, name: bytes) -> str:
        """What it says under a name."""
        return self.fields.get(name, b"").decode("utf-8", "replace")

    @property
    def key(self) -> str:
        """What people call it."""
        return (self.text(b"warc-target-uri") or self.text(b"warc-record-id")).strip("<>")


def walk(stream: Stream, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The texts of all records, and in a copy the new bytes; an empty chunk stands behind every record."""
    lost = False
    line = stream.line(_LINE)
    while line:
        if line.startswith(b"WARC/"):
            record = _head(line, stream)
            lost = record.size < 0
            if record.size < 0:
                yield record.raw
                yield _headless(record, stream, desk)
            else:
                gone = yield from _record(record, stream, desk)
                while (line := stream.line(_LINE)) in _EMPTY:
                    if gone:
                        gone += line
                    else:
                        yield line
                if gone:
                    yield Left(desk.number - 1, 0, gone)
                yield b""
                continue
        elif line.strip() and not lost:
            lost = True
            yield desk.fault(_DAMAGED)
            yield line
        else:
            yield line
        line = stream.line(_LINE)
    if stream.fault and not desk.broken:
        yield desk.end(stream.fault)


def _headless(record: _Record, stream: Stream, desk: Desk) -> Piece:
    if record.whole:
        return desk.fault(f"says no Content-Length; {_DAMAGED}", record.key)
    return desk.end(_cut(record, stream, desk))


def _cut(record: _Record, stream: Stream, desk: Desk) -> str:
    return stream.fault or f"{desk.place(record.key)}: is cut off; get it again from where it came"


def _head(first: bytes, stream: Stream) -> _Record:
    lines, size, name = [first], len(first), b""
    fields: dict[bytes, bytes] = {}
    while size < _HEAD and (line := stream.line(_LINE)):
        lines.append(line)
        size += len(line)
        if line in _EMPTY:
            said = fields.get(b"content-length", b"")
            return _Record(b"".join(lines), fields, int(said) if _SIZE.fullmatch(said) else -1, whole=True)
        key, colon, value = line.partition(b":")
        if line[:1] in b" \t" and name:
            fields[name] += b" " + line.strip()
        elif colon:
            name = key.strip().lower()
            fields[name] = value.strip()
    return _Record(b"".join(lines), fields, -1, whole=size >= _HEAD)


def _record(record: _Record, stream: Stream, desk: Desk) -> Generator[Piece | Left | bytes, None, bytes]:
    """A record; returns its bytes if it is not in the copy."""
    sort = record.text(b"warc-type").lower()
    block = stream.read(min(record.size, LARGEST)) if sort in _READ else b""
    it = http.answer(block) if sort == "response" else http.Answer(b"", block)
    kind = _kind(record, it, sort)
    large = record.size > LARGEST
    if kind and not large and len(block) == record.size and not desk.same():
        gone = yield from _text(record, it, kind, desk)
        return gone
    if kind and large:
        yield desk.fault(f"{BIG}; it stays as it is", record.key)
    elif kind and len(block) == record.size:
        desk.number += 1
    yield record.raw + block
    left = record.size - len(block)
    for chunk in stream.take(left):
        left -= len(chunk)
        yield chunk
    if left:
        yield desk.end(_cut(record, stream, desk))
    return b""


def _kind(record: _Record, it: http.Answer, sort: str) -> str:
    """The format of what a record says, "" where it is no text."""
    if not it.body:
        return ""
    media = http.field(it.head, b"content-type") if it.head else record.fields.get(b"content-type", b"")
    return http.kind(media) or ("text" if sort == "conversion" and not media else "")


def _text(record: _Record, it: http.Answer, kind: str, desk: Desk) -> Generator[Piece | Left | bytes, None, bytes]:
    key, raw = record.key, record.raw + it.head + it.body
    try:
        data = http.said(it, desk.place(key))
    except DedupeError as error:
        yield desk.fault(error.message.removeprefix(f"{desk.place(key)}: "), key)
        yield raw
        return b""
    piece = desk.piece(key, desk.asked.format or kind, data, date=columns.iso(record.text(b"warc-date")))
    yield piece
    new = desk.data(piece)
    if new is None:
        return raw
    if new == data:
        yield raw
    else:
        changed = _made(record.raw, it.head, new)
        if b"".join(_made(*changed[:2], data)) != raw:
            yield Left(piece.number, 0, raw, sum(map(len, changed)))
        yield b"".join(changed)
    return b""


def _made(raw: bytes, head: bytes, payload: bytes) -> tuple[bytes, bytes, bytes]:
    """The head of a record, that of the answer in it, and what it says, all true of another payload."""
    head = http.renewed(head, payload) if head else b""
    return _renewed(raw, head + payload, payload), head, payload


def _renewed(raw: bytes, block: bytes, payload: bytes) -> bytes:
    """The head of a record that is true of another block."""
    new = []
    for line in raw.split(b"\n"):
        key, _, value = line.partition(b":")
        name = key.strip().lower()
        if name == b"content-length":
            said: bytes | None = b"%d" % len(block)
        elif name in (b"warc-block-digest", b"warc-payload-digest"):
            said = _digest(value.strip(), block if name == b"warc-block-digest" else payload)
        else:
            new.append(line)
            continue
        if said is not None:
            new.append(key + b": " + said + (b"\r" if line.endswith(b"\r") else b""))
    return b"\n".join(new)


def _digest(old: bytes, data: bytes) -> bytes | None:
    """A digest in the form of another one; None where that form is not known."""
    name, _, value = old.partition(b":")
    if name.lower() not in _DIGESTS:
        return None
    made = hashlib.new(name.decode().lower(), data, usedforsecurity=False)
    said = made.hexdigest().encode() if len(value) == 2 * made.digest_size else base64.b32encode(made.digest())
    return name + b":" + (said.lower() if value.islower() else said.upper())
