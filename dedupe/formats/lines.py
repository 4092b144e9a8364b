"""Markdown line by line: which containers a line stands in, and which block it opens, goes on or ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.formats.boxes import Box, Open, columns, indent_of, skipped
from dedupe.formats.tags import BLOCK_TAG, UNTIL, WHOLE_TAG

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = 4  # columns of indent that make code
APART = 2  # lines from a term down to what is said of it
NESTED = 100  # containers; deeper ones are read as text

_COPY = frozenset("\"'“‘«(„¿¡.,;$€£")  # signs that begin nothing but copy, as letters do
_MARKER = re.compile(r"([-+*]|\d{1,9}[.)])([ \t]+|$)")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_COLONS = re.compile(r":{3,}")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\w|===[!+]*[ \t]+[\"']")
_DEFINITION = re.compile(r"[:~][ \t]+(?=\S)")
_NOTE = re.compile(r"\[\^([^\]\s]{1,80})\]:[ \t]*")
_REFERENCE = re.compile(r"\[[^\[\]]{1,200}\]:[ \t]*\S+(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$")
_TAGS = re.compile(
    r"(?:\{%[^%{}]*(?:%(?!\})[^%{}]*)*%\}[ \t]*|\{\{[<%](?:(?![%>]\}\}).)*[%>]\}\}[ \t]*|\{\{[^{}<>]*\}\}[ \t]*)+$"
)
_OPENING = re.compile(r"\{\{[<%]|\{%")
_CLOSING = re.compile(r".*?(?:[%>]\}\}|%\})")
_RAW = re.compile(r"\{%-?\s*(comment|raw|highlight|capture|style|schema|javascript)\b")
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?[ \t]*")


class Scanner:
    """Takes the lines of a file one by one; `done` are the blocks, in order, with the containers they stand in."""

    def __init__(self, text: str, *, mdx: bool) -> None:
        """Nothing is read yet."""
        self.text, self.mdx = text, mdx
        self.boxes: list[Box] = []
        self.open: Open | None = None
        self.done: list[tuple[Open, tuple[Box, ...]]] = []

    # -- lines ---------------------------------------------------------------------------------------------------

    def feed(self, lines: Iterable[tuple[int, int]]) -> None:
        """All lines, each without its end."""
        for number, (start, end) in enumerate(lines):
            if self.boxes or not self._simple(number, start, end):
                self._line(number, start, end)
        self.close()

    def _line(self, number: int, start: int, end: int) -> None:
        text = self.text
        at, level = self._within(start, end)
        if self.open is not None and level == len(self.boxes) and self._inside(number, at, end):
            return
        if at >= end or text[at:end].isspace():
            self._blank(level)
            return
        if self.open is not None and self.open.kind == "html" and level == len(self.boxes):
            self.open.last = number
            self.open.places.append((at, end))
            return
        begun, first = 0, at
        while level + begun <= NESTED:
            entered = self._enter(number, at, end, level, begun)
            if entered is None:
                break
            level, begun, at = entered
        if begun and (at >= end or text[at:end].isspace()):
            return
        self._leaf(number, at if begun else first, end, level, begun)

    def _simple(self, number: int, start: int, end: int) -> bool:
        """Take a line outside of all containers for which a glance at its first character does."""
        leaf = self.open
        if leaf is None or leaf.kind == "para":
            if start == end:
                self.close()
                return True
            char = self.text[start]
            if not (char.isalpha() or char in _COPY or (char.isalnum() and not char.isdecimal())):
                return False
            if leaf is None:
                self.open = Open("para", number, None, [(start, end)], number)
            else:
                leaf.last = number
                leaf.places.append((start, end))
            return True
        return leaf.until is not None and self._inside(number, start, end)

    def _within(self, at: int, end: int) -> tuple[int, int]:
        """How many of the open containers a line stands in, and where its content begins."""
        text = self.text
        for level, box in enumerate(self.boxes):
            if box.kind == "quote":
                past = skipped(text, at, end, CODE - 1)
                if text[past : past + 1] != ">":
                    return at, level
                at = past + 1
                if at < end and text[at] in " \t":
                    at += 1
            else:
                past = skipped(text, at, end, box.indent)
                if past < end and columns(text, at, past) < box.indent:
                    return at, level
                at = past
        return at, len(self.boxes)

    # -- what goes on --------------------------------------------------------------------------------------------

    def _inside(self, number: int, at: int, end: int) -> bool:
        """Whether a line belongs to an open block that takes every line."""
        leaf = self.open
        if leaf is None or leaf.until is None:
            return False
        leaf.last = number
        leaf.places.append((at, end))
        if leaf.until.match(self.text, at, end):
            self.close()
        return True

    def _blank(self, level: int) -> None:
        keep = level
        while keep < len(self.boxes) and self.boxes[keep].kind != "quote":
            keep += 1
        if not (self.open is not None and self.open.kind == "code" and self.open.fence == "indent"):
            self.close()
        if keep < len(self.boxes):
            self.close()
            del self.boxes[keep:]

    def close(self) -> None:
        """End the block that may go on."""
        if self.open is not None:
            self.done.append((self.open, tuple(self.boxes)))
            self.open = None

    def _leave(self, level: int) -> None:
        """Close the containers that a line does not stand in."""
        if level < len(self.boxes):
            self.close()
            del self.boxes[level:]

    # -- containers ----------------------------------------------------------------------------------------------

    def _enter(self, number: int, at: int, end: int, level: int, begun: int) -> tuple[int, int, int] | None:
        """Go into one more container that begins here: the level, how many began on the line, and where it goes on."""
        past, indent = indent_of(self.text, at, end)
        if past >= end or (indent >= CODE and not (begun and indent < CODE)):
            return None
        char = self.text[past]
        if char == ">":
            self._leave(level)
            self.close()
            self._push(Box("quote", 0, number))
            past += 1
            return level + 1, begun + 1, past + (past < end and self.text[past] in " \t")
        if char in "-+*" or char.isdecimal():
            return self._item(number, (past, end), indent, level, begun)
        if char in "!?=" and _ADMONITION.match(self.text, past, end):
            self._leave(level)
            self.close()
            self._single("code", number, past, end, begun)
            self._push(Box("tab" if char == "=" else "note", indent + CODE, number, callout=True))
            return level + 1, begun + 1, end
        if char in ":~" and not begun:
            return self._definition(number, (past, end), indent, level)
        note = _NOTE.match(self.text, past, end) if char == "[" else None
        if note:
            self._leave(level)
            self.close()
            self._push(Box("note", CODE, number))
            return level + 1, begun + 1, note.end()
        return None

    def _definition(self, number: int, span: tuple[int, int], indent: int, level: int) -> tuple[int, int, int] | None:
        """What is said of the term above: in a line of its own, right above or with a blank line between."""
        mark = _DEFINITION.match(self.text, *span)
        if mark is None:
            return None
        again = level < len(self.boxes) and self.boxes[level].kind == "term"
        term = self.open or (self.done[-1][0] if self.done else None)
        if not again and (term is None or term.kind != "para" or len(term.places) > 1 or number - term.last > APART):
            return None
        self._leave(level)
        self.close()
        self._push(Box("term", indent + min(CODE, mark.end() - span[0]), number))
        return level + 1, 1, mark.end()

    def _item(
        self, number: int, span: tuple[int, int], indent: int, level: int, begun: int
    ) -> tuple[int, int, int] | None:
        past, end = span
        text = self.text
        mark = _MARKER.match(text, past, end)
        if mark is None or _RULE.match(text, past, end):
            return None
        rest, width = indent_of(self.text, mark.end(1), end)
        ordered = text[past].isdecimal()
        interrupts = self.open is not None and self.open.kind == "para" and level == len(self.boxes)
        if interrupts:
            if rest >= end or (ordered and mark[1][:-1] != "1"):
                return None
            if text[past] == "-" and not mark[2]:
                return None
        self._leave(level)
        self.close()
        if rest >= end or width > CODE:
            width = 1
            rest = min(end, mark.end(1) + 1)
        self._push(Box("item", indent + mark.end(1) - past + width, number, ordered, interrupts=interrupts))
        return level + 1, begun + 1, rest

    def _push(self, box: Box) -> None:
        if self.boxes:
            self.boxes[-1].held += 1
        self.boxes.append(box)

    # -- leaves --------------------------------------------------------------------------------------------------

    def _leaf(self, number: int, at: int, end: int, level: int, begun: int) -> None:
        past, indent = indent_of(self.text, at, end)
        leaf = self.open
        lazy = leaf is not None and leaf.kind == "para" and level < len(self.boxes)
        if indent >= CODE and not (leaf is not None and leaf.kind == "para"):
            self._leave(level)
            self._code(number, at, end, begun)
            return
        if indent >= CODE or not self._starts(number, past, end, level, begun):
            if not lazy:
                self._leave(level)
            self._copy(number, past, end, begun)

    def _code(self, number: int, at: int, end: int, begun: int) -> None:
        leaf = self.open
        if leaf is not None and leaf.fence == "indent":
            leaf.last = number
            leaf.places.append((at, end))
            return
        self.close()
        self._begin("code", number, at, end, begun).fence = "indent"

    def _starts(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """Whether a block other than copy begins, or goes on, on a line."""
        text, leaf = self.text, self.open
        whole = level == len(self.boxes)
        char = text[at]
        if char in "-=" and leaf is not None and leaf.kind == "para" and whole and _SETEXT.match(text, at, end):
            leaf.kind, leaf.last = "heading", number
            self.close()
            return True
        if char in "|:-" and leaf is not None and leaf.kind == "para" and whole and self._table(number, at, end):
            return True
        starts = _STARTS.get(char)
        if starts is not None and starts(self, number, at, end, level, begun):
            return True
        if leaf is None or leaf.kind != "table" or not whole:
            return False
        leaf.last = number
        self._single("table", number, at, end, begun)
        return True

    def _table(self, number: int, at: int, end: int) -> bool:
        """Whether the last line of the open paragraph is the head of a table that this line rules off."""
        leaf, text = self.open, self.text
        if leaf is None or not _DELIMITERS.match(text, at, end) or "|" not in text[leaf.places[-1][0] : end]:
            return False
        head = leaf.places.pop()
        if leaf.places:
            leaf.last = number - 2
            self.close()
        else:
            self.open = None
            if self.boxes:
                self.boxes[-1].held -= 1
        self._single("table", number - 1, *head, leaf.begun)
        self._single("code", number, at, end, 0)
        self.open = Open("table", number, self.boxes[-1] if self.boxes else None, last=number)
        return True

    def _begin(self, kind: str, number: int, at: int, end: int, begun: int) -> Open:
        """A block that begins here; the one before it is closed."""
        self.close()
        box = self.boxes[-1] if self.boxes else None
        if box:
            box.held += 1
        self.open = Open(kind, number, box, [(at, end)], number, begun)
        return self.open

    def _single(self, kind: str, number: int, at: int, end: int, begun: int) -> None:
        """A block of one line."""
        row = kind == "table" and self.open is not None and self.open.kind == "table" and not self.open.places
        table = self.open if row else None
        self.open = None if table else self.open
        self._begin(kind, number, at, end, begun)
        self.close()
        self.open = table

    def _copy(self, number: int, at: int, end: int, begun: int) -> None:
        """A line of a paragraph."""
        leaf = self.open
        if leaf is not None and leaf.kind == "para":
            leaf.last = number
            leaf.places.append((at, end))
            return
        if self.boxes and self.boxes[-1].kind == "quote" and _CALLOUT.match(self.text, at, end):
            self.boxes[-1].callout = True
            self._single("code", number, at, end, begun)
            return
        self._begin("para", number, at, end, begun)

    def heading(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """An ATX heading."""
        mark = _ATX.match(self.text, at, end)
        if mark is None:
            return False
        self._leave(level)
        closing = _ATX_END.search(self.text, mark.end(), end)
        self._single("heading", number, mark.end(), closing.start() if closing else end, begun)
        return True

    def fence(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """Fenced code."""
        mark = _FENCE.match(self.text, at, end)
        if mark is None:
            return False
        self._leave(level)
        fence = mark[1] or mark[2]
        leaf = self._begin("code", number, at, end, begun)
        leaf.until = re.compile(f"[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
        return True

    def html(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """An HTML block, by the seven rules of CommonMark."""
        text = self.text
        for opening, closing in UNTIL:
            if opening.match(text, at, end):
                self._leave(level)
                leaf = self._begin("code", number, at, end, begun)
                leaf.until = closing
                if closing.match(text, at + 2, end):
                    self.close()
                return True
        para = self.open is not None and self.open.kind == "para"
        whole = not para and (WHOLE_TAG.match(text, at, end) or (self.mdx and text[at + 1 : at + 2].isalpha()))
        if not (BLOCK_TAG.match(text, at, end) or whole):
            return False
        self._leave(level)
        self._begin("code", number, at, end, begun).kind = "html"
        return True

    def mark(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """A line that is no copy by itself: a thematic break, the mark of a fenced div, the definition of a link."""
        char = self.text[at]
        if char == "[" and self.open is not None and self.open.kind == "para":
            return False
        if not _MARKS[char].match(self.text, at, end):
            return False
        self._leave(level)
        self._single("rule" if char in "*-_" else "code", number, at, end, begun)
        return True

    def tags(self, number: int, at: int, end: int, level: int, begun: int) -> bool:
        """Lines of templates: shortcodes, includes, and what an expression of MDX takes."""
        text = self.text
        raw = _RAW.match(text, at, end)
        if raw:
            self._leave(level)
            leaf = self._begin("code", number, at, end, begun)
            leaf.until = re.compile(rf".*?\{{%-?\s*end{raw[1]}")
            if leaf.until.match(text, at, end):
                self.close()
            return True
        if _TAGS.match(text, at, end):
            self._leave(level)
            self._single("code", number, at, end, begun)
            return True
        if _OPENING.match(text, at, end) and not _CLOSING.match(text, at, end):
            self._leave(level)
            self._begin("code", number, at, end, begun).until = _CLOSING
            return True
        return False


_MARKS = {"*": _RULE, "-": _RULE, "_": _RULE, ":": _COLONS, "[": _REFERENCE}
_STARTS = {
    **dict.fromkeys(_MARKS, Scanner.mark),
    **dict.fromkeys("`~", Scanner.fence),
    "#": Scanner.heading,
    "<": Scanner.html,
    "{": Scanner.tags,
}
