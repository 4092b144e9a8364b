"""JSON: an element of the array at the top is a piece; anything else at the top is one story."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING

from dedupe.archive import lines, whole
from dedupe.archive.packing import BLOCK
from dedupe.archive.piece import BIG, LARGEST, Left, Piece

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from dedupe.archive.packing import Stream
    from dedupe.archive.piece import Desk

_SPACE = b" \t\r\n"
_GAP = re.compile(rb"[ \t\r\n]*+,?[ \t\r\n]*+")
_LOOSE = re.compile(rb'[^\]},"\[{\s]++')  # a number, or a word such as null
_OUT = re.compile(rb'[^"{}\[\]]*+')
_DOCUMENT = re.compile(rb'\s*+\[\s*+\{[^{}]{0,200}"(?:blockName|children)"')  # the blocks of one text
_BACKSLASH = 0x5C
_QUOTE = 0x22
_OPENS = b"[{"


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Where a pattern ends that begins at a place."""
    found = pattern.match(data, at)
    return found.end() if found else at


class _Text:
    """What is held of a text, and where one is in it."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.data = b""
        self.at = 0
        self.line = 1
        self.ended = False

    def more(self) -> bool:
        chunk = self.stream.chunk()
        self.data, self.at = self.data[self.at :] + chunk, 0
        self.ended = not chunk
        return not self.ended

    def give(self, end: int) -> bytes:
        """The bytes up to a place, which then are passed."""
        data, self.at = self.data[self.at : end], end
        self.line += data.count(b"\n")
        return data

    def gap(self) -> bytes:
        """What stands between two elements; it ends where an element begins, or nothing does."""
        while True:
            end = _end(_GAP, self.data, self.at)
            if end < len(self.data) or end - self.at > LARGEST or not self.more():
                return self.give(end)


class _Scan:
    """Finds where a value ends, however many chunks it comes in."""

    def __init__(self, text: _Text) -> None:
        self.depth = 0
        self.inside = False  # a string
        self.at = text.at  # up to where was looked
        self._step(text.data[self.at])

    def end(self, data: bytes) -> int:
        """Where the value ends, or -1 where that has not come yet."""
        while True:
            if self.inside:
                if not self._closed(data):
                    return -1
            elif self.depth:
                self.at = _end(_OUT, data, self.at)
                if self.at >= len(data):
                    return -1
                self._step(data[self.at])
            else:
                return self.at

    def _closed(self, data: bytes) -> bool:
        """Whether the string that one is in has closed; a search for its quote is faster than any pattern."""
        start = self.at
        end = data.find(b'"', start)
        while end >= 0:
            if end == start or data[end - 1] != _BACKSLASH or _slashes(data, start, end) % 2 == 0:
                self.at, self.inside = end + 1, False
                return True
            start = end + 1
            end = data.find(b'"', start)
        self.at = start
        self.at = len(data) - _slashes(data, self.at, len(data)) % 2
        return False

    def _step(self, byte: int) -> None:
        self.at += 1
        if byte == _QUOTE:
            self.inside = True
        else:
            self.depth += 1 if byte in _OPENS else -1


def _slashes(data: bytes, start: int, end: int) -> int:
    """How many backslashes stand right before a place."""
    at = end - 1
    while at >= start and data[at] == _BACKSLASH:
        at -= 1
    return end - at - 1


def walk(stream: Stream, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The elements of an array, or the one story, and in a copy the bytes of the new file."""
    head = stream.read(BLOCK)
    stream.back(head)
    bare = head.removeprefix(codecs.BOM_UTF8).lstrip(_SPACE)
    if bare.startswith(b"[") and not _DOCUMENT.match(bare):
        yield from _array(_Text(stream), desk)
    elif _lined(bare):
        yield from lines.walk(stream, desk)
    else:
        yield from whole.walk(stream, desk, "ninjs")


def _lined(bare: bytes) -> bool:
    """Whether a text is JSON Lines under another name."""
    first, _, rest = bare.partition(b"\n")
    if not rest.lstrip(_SPACE).startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _array(text: _Text, desk: Desk) -> Iterator[Piece | Left | bytes]:
    while b"[" not in text.data and text.more():
        pass
    yield text.give(text.data.index(b"[") + 1)
    held: Left | None = None  # an element that was left out, before any that was not
    first, kept = True, False
    while True:
        gap = text.gap()
        byte = text.data[text.at : text.at + 1]
        ends = byte in b"]" or (b"," in gap) == first or byte in b"}:,"
        if held is not None:  # the comma behind it goes with it
            yield held if ends else held._replace(whole=held.whole + gap)
            held = None
        if ends or first:
            yield gap
        if ends:
            break
        before = gap if kept else b""
        first = False
        if byte in b"{[":
            left = yield from _element(text, before, desk)
            kept = kept or left is None
            if left is not None and kept:
                yield left._replace(whole=before + left.whole)
            else:
                held = left
        else:
            yield before
            kept = True
            yield from _other(text, byte)
    yield from _ended(text, byte, desk)


def _ended(text: _Text, byte: bytes, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """What is left where no element comes any more."""
    if text.stream.fault:
        yield desk.end(text.stream.fault)
    elif byte != b"]":
        why = "is cut off" if text.ended else "is no JSON"
        yield desk.fault(f"line {text.line:,}: {why} from here on; mend it, or get it again", line=text.line)
    yield text.give(len(text.data))
    yield from text.stream.chunks()


def _element(text: _Text, before: bytes, desk: Desk) -> Generator[Piece | Left | bytes, None, Left | None]:
    """An element that may hold a story; returns it if it is not in the copy."""
    line = text.line
    scan = _Scan(text)
    while (end := scan.end(text.data)) < 0:
        if len(text.data) - text.at > LARGEST:
            break
        moved = text.at
        if not text.more():
            yield before  # and the beginning of an element comes with the rest
            return None
        scan.at -= moved
    if end < 0 or end - text.at > LARGEST:
        yield desk.fault(f"line {line:,}: an element {BIG}; it stays as it is", line=line)
        yield before
        yield from _long(text, scan)
        return None
    data = text.give(end)
    piece = desk.piece("", "ninjs" if b"\n" in data else "jsonl", data, line)
    yield piece
    new = desk.data(piece)
    if new is None:
        return Left(piece.number, 0, data)
    yield before
    yield new
    return None


def _long(text: _Text, scan: _Scan) -> Iterator[bytes]:
    """The bytes of a value that is not held."""
    while (end := scan.end(text.data)) < 0:
        yield text.give(scan.at)
        moved = text.at
        if not text.more():
            return
        scan.at -= moved
    yield text.give(end)


def _other(text: _Text, byte: bytes) -> Iterator[bytes]:
    """A value that holds no story."""
    if byte == b'"':
        yield from _long(text, _Scan(text))
        return
    while True:
        end = _end(_LOOSE, text.data, text.at)
        yield text.give(end)
        if end < len(text.data) or not text.more():
            return
