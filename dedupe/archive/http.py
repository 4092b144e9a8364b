"""An answer of a web server: what it says without its encodings, and the same answer with other words."""

from __future__ import annotations

import re
from typing import NamedTuple

from dedupe.archive.packing import BLOCK, unpacked
from dedupe.archive.piece import BIG, LARGEST
from dedupe.model import DedupeError

_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_PACKED = {b"gzip": ".gz", b"x-gzip": ".gz", b"zstd": ".zst"}
_UNTRUE = (b"content-md5", b"digest", b"content-digest", b"repr-digest", b"transfer-encoding", b"content-encoding")
_ZLIB = b"\x78"  # how deflate begins where it has the header that it should
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Answer(NamedTuple):
    """The head of an answer, the empty line included, and its body."""

    head: bytes
    body: bytes


def answer(block: bytes) -> Answer:
    """A block in its two parts; one without a head is all body."""
    found = _END.search(block)
    if not block.startswith(b"HTTP/") or found is None:
        return Answer(b"", block)
    return Answer(block[: found.end()], block[found.end() :])


def field(head: bytes, name: bytes) -> bytes:
    """What a head says under a name, in lower case; nothing where it says nothing."""
    for line in head.split(b"\n")[1:]:
        key, colon, value = line.partition(b":")
        if colon and key.strip().lower() == name:
            return value.strip().lower()
    return b""


def kind(media: bytes) -> str:
    """The format that a media type is read in, "" for what is no story."""
    name = media.partition(b";")[0].strip().lower()
    if name in (b"text/html", b"application/xhtml+xml"):
        return "html"
    if name in (b"text/plain", b"text/markdown"):
        return "text" if name == b"text/plain" else "markdown"
    if name in (b"application/json", b"text/json") or name.endswith(b"+json"):
        return "ninjs"
    return "xml" if name in (b"text/xml", b"application/xml") or (name.endswith(b"+xml") and b"svg" not in name) else ""


def said(it: Answer, place: str) -> bytes:
    """The body without chunks and compression. Raises DedupeError where it cannot be told."""
    body = it.body
    if b"chunked" in field(it.head, b"transfer-encoding"):
        body = _joined(body, place)
    for coding in reversed(field(it.head, b"content-encoding").split(b",")):
        body = _unpacked(body, coding.strip(), place)
    return body


def _joined(body: bytes, place: str) -> bytes:
    """The chunks of a body; a body that has none in spite of its head is as it stands."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        start = found.end()
        if start + size > len(body):
            break
        parts.append(body[start : start + size])
        at = start + size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not at and not _CHUNK.match(body):
        return body
    raise DedupeError(f"{place}: its chunks are damaged or cut off; it stays as it is")


def _unpacked(body: bytes, coding: bytes, place: str) -> bytes:
    if coding in (b"", b"identity", b"none"):
        return body
    compression = _PACKED.get(coding, "")
    if coding == b"deflate":
        compression = ".zlib" if body.startswith(_ZLIB) else ".deflate"
    elif not compression:
        name = coding.decode("ascii", "replace")
        raise DedupeError(f"{place}: is packed as {name}, which is not read here; it stays as it is")
    elif not body.startswith((_GZIP, _ZSTD)):
        return body  # what kept it has unpacked it already
    parts, size = [], 0
    for part in unpacked((body[at : at + BLOCK] for at in range(0, len(body), BLOCK)), compression, place):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise DedupeError(f"{place}: {BIG} when unpacked; it stays as it is")
    return b"".join(parts)


def renewed(head: bytes, body: bytes) -> bytes:
    """A head that is true of a body which stands as it is."""
    lines = head.split(b"\n")
    plain = not field(head, b"transfer-encoding") and not field(head, b"content-encoding")
    new: list[bytes] = []
    counted = False
    for line in lines:
        name = line.partition(b":")[0].strip().lower()
        if name in _UNTRUE:
            continue
        if name == b"content-length":
            counted, line = True, _length(line, body)  # noqa: PLW2901  the new one
        new.append(line)
    if not counted and not plain:
        new.insert(1, _length(lines[0], body))
    return b"\n".join(new)


def _length(like: bytes, body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body) + (b"\r" if like.endswith(b"\r") else b"")
