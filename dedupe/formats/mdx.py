"""Code in MDX: imports and exports, and expressions that have lines to themselves; they may hold blank lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedupe.formats.blocks import Leaf

_MODULE = re.compile(
    r"import[ \t]*(?:[{*\"']|type\b|[\w$]+(?:[ \t]+from\b|[ \t]*,))"
    r"|export[ \t]*(?:[{*]|(?:default|const|let|var|function|async|class|type|interface|enum)\b)"
)
_PIECE = re.compile(r"[({\[]|[)}\]]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`|//[^\n]*|/\*|\n[ \t]*\r?(?=\n|\Z)")
_REST = re.compile(r"[ \t]*\r?(?:\n|\Z)")


def without_code(text: str, found: Iterable[Leaf]) -> Iterator[Leaf]:
    """The blocks, those that are code of MDX as such."""
    reader, past = _Reader(text), -1
    for leaf in found:
        start = leaf.outer[0]
        if start >= past and leaf.kind == "para" and leaf.places[0][0] == start:
            past = reader.end(start)
        if start < past and leaf.kind in ("para", "heading", "table", "rule"):
            yield leaf._replace(kind="code")
        else:
            yield leaf._replace(html=False) if start < past else leaf


class _Reader:
    """Looks for the ends of code; what is never closed is looked for once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open_from = len(text)  # from there on what opens may never close
        self.ticks = self.comments = True  # some may be closed

    def end(self, at: int) -> int:
        """Where code ends that begins at a place, or -1."""
        if _MODULE.match(self.text, at):
            return self._balanced(at, module=True)
        if self.text[at] != "{" or self.text[at + 1 : at + 2] in ("{", "%", "#", ""):
            return -1
        stop = self._balanced(at, module=False)
        return stop if _REST.match(self.text, stop) else -1

    def _balanced(self, at: int, *, module: bool) -> int:
        """Where brackets that open are closed; at the first blank line where they never are."""
        text, depth, place, blank = self.text, 0, at, 0
        while found := _PIECE.search(text, place):
            place, sign = found.end(), found[0][0]
            if sign in "({[":
                depth += 1
            elif sign in ")}]":
                depth -= 1
                if depth <= 0 and not module:
                    return place
            elif sign == "`":
                place = self._quoted(place)
            elif found[0] == "/*":
                place = self._commented(place)
            elif sign == "\n":
                blank = blank or found.start()
                if depth <= 0 or at >= self.open_from:
                    return found.start() if depth <= 0 else blank
        if depth > 0:
            self.open_from = min(at, self.open_from)
        return blank if blank and depth > 0 else len(text)

    def _commented(self, at: int) -> int:
        """Past a comment."""
        end = self.text.find("*/", at) if self.comments else -1
        self.comments = end >= 0
        return max(at, end)

    def _quoted(self, at: int) -> int:
        """Past the backtick that closes one."""
        end = self.text.find("`", at) if self.ticks else -1
        while end > 0 and self.text[end - 1] == "\\":
            end = self.text.find("`", end + 1)
        self.ticks = end >= 0
        return max(at, end + 1)
