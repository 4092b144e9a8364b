"""AsciiDoc: paragraphs, list items, delimited blocks, attributes, macros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.formats.conditions import told
from dedupe.formats.laid import Draft, laid
from dedupe.formats.prose import Row, Words, draft, row_role, rows
from dedupe.model import COPY, Article, Role

if TYPE_CHECKING:
    from dedupe.model import Source

_WORDS = Words(
    re.compile(
        r"(`\+?)([^`\n]+?)(\+?`)|((?:link|xref|mailto):[^\s\[\]]{0,999}+\[)([^\[\]\n]*)(\])"
        r"|(https?://[^\s\[\]]{1,999}+\[)([^\[\]\n]*)(\])|(<<[^<>,\n]*,[ \t]?)([^<>\n]*)(>>)"
        r"|(\*\*?)(\S(?:[^*\n]*[^*\s])?)(\*\*?)|((?<!\w)__?)(\S(?:[^_\n]*[^_\s])?)(__?(?!\w))"
        r"|(\[[.#][^\]\n]*\]#)([^#\n]+)(#)"
    ),
    re.compile(r"^(?:(?:link|xref|mailto):)?([^\s\[\],<]+)\[|^<<([^<>,]*)"),
)
_FENCE = re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|`{3,}.*|[|,:!]===+)$")  # nothing in it is copy
_WALL = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--)$")  # copy stands in it
_TITLE = re.compile(r"(?:={1,6}|#{1,6})[ \t]+\S")
_ATTRIBUTE = re.compile(r":!?[\w-][\w-]*!?:(?:[ \t]|$)")
_STYLE = re.compile(r"\[.*\]$")
_CAPTION = re.compile(r"\.[^\s.].*")
_MACRO = re.compile(r"[a-z][\w-]*::\S*\[.*\]$")
# lines for the preprocessor: they stand anywhere, and what they open goes on over any block
_ASKED = re.compile(r"(?:(?P<opens>if(?:n?def|eval))|(?P<ends>endif)|include)::\S*\[(?P<said>.*)\]$")
_LEFT = re.compile(r"(?://(?!/)|'''|<<<|\+$)")
_ITEM = re.compile(r"(?P<mark>\*{1,5}|-|\.{1,5}|\d{1,4}\.|[a-z]\.)[ \t]+(?:\[[ x*]\][ \t]+)?(?=\S)")
_CALLOUT = re.compile(r"<(?:\d{1,3}|\.)>[ \t]+(?=\S)")  # what a line of the code above it means
_TERM = re.compile(r"(?=\S)[^\n]{1,200}?(?:::{1,3}|;;)(?:[ \t]+|$)")
_QUIET = re.compile(
    r"\[(?:source|listing|literal|stem|latexmath|verse|plantuml|ditaa|mermaid|pass|horizontal|cols)", re.IGNORECASE
)
_TABS = re.compile(r"\[(?:%?tabs|tabset)\b", re.IGNORECASE)
_CITED = re.compile(r"\[(?:quote|sidebar|abstract)", re.IGNORECASE)


_TEXT = COPY | {Role.QUOTE, Role.ROW}
_PARTED = "a condition begins or ends within its paragraph"


def split(source: Source) -> tuple[Article, ...]:
    """The one story of a file."""
    return (
        Article(
            source.path, "asciidoc", laid(source, told(source.text, 0, len(source.text), _Scanner(source.text).read()))
        ),
    )


class _Scanner:
    """A file on the way through its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rows = rows(text)
        self.at = 0
        self.found: list[Draft] = []
        self.walls: list[str] = []
        self.style = ""  # what the line of attributes right above says
        self.asked = 0  # how many conditions are open
        self.tabs = 0  # how many walls stand around what is shown a tab at a time, if there is such

    def said(self, at: int) -> str:
        """What a line says."""
        return self.text[self.rows[at].first : self.rows[at].last] if at < len(self.rows) else ""

    def read(self) -> list[Draft]:
        """The paragraphs."""
        head = True
        while self.at < len(self.rows):
            if self.rows[self.at].blank:
                self.at += 1
                self.style = ""
                continue
            before = len(self.found)
            self._block(self.said(self.at))
            if head and len(self.found) > before and self.found[before].role is Role.HEADING:
                self.found[before] = self.found[before]._replace(role=Role.HEADLINE)
                head = False
        return self.found

    def _block(self, said: str) -> None:
        if self._marked(said):
            return
        row = self.rows[self.at]
        if row.indent and not _ITEM.match(said):
            self._code(Role.CODE)
        elif _ITEM.match(said):
            self._item(row)
        elif _CALLOUT.match(said):
            self._callout(row)
        elif _TERM.match(said) and not _MACRO.match(said):
            self._paragraph(row, Role.HEADING, 1)
        elif _QUIET.match(self.style):
            self._code(Role.CODE)
        else:
            quoted = _CITED.match(self.style) or any(wall[0] in "_*" for wall in self.walls)
            self._paragraph(row, Role.QUOTE if quoted else None, None)

    def _marked(self, said: str) -> bool:
        """Whether a line is markup by itself, or begins a block that is no copy."""
        if _FENCE.match(said):
            self._fenced(said)
        elif _ASKED.match(said):
            style = self.style
            self._lines(1, Role.CODE)
            self.style = style
        elif _WALL.match(said):
            self._wall(said)
        elif _TITLE.match(said):
            self._lines(1, Role.HEADING)
            if said.startswith("= ") and len(self.found) == 1:
                self._code(Role.SUMMARY)
        elif _STYLE.match(said):
            style = self.style or said
            self._lines(1, Role.CODE)
            self.style = style
        elif _ATTRIBUTE.match(said) or _MACRO.match(said) or _LEFT.match(said):
            self._lines(1, Role.CODE)
        elif _CAPTION.match(said):
            style = self.style or "."
            self._lines(1, Role.HEADING)
            self.style = style
        else:
            return False
        return True

    def _wall(self, said: str) -> None:
        """The line that begins or ends a block in which copy stands."""
        if self.walls and self.walls[-1] == said:
            self.walls.pop()
        else:
            self.walls.append(said)
            if _TABS.match(self.style):
                self.tabs = self.tabs or len(self.walls)
        self.tabs = 0 if len(self.walls) < self.tabs else self.tabs
        self._lines(1, Role.CODE)

    def _fenced(self, said: str) -> None:
        first, closing = self.at, said[:3] if said[0] == "`" else said
        at = first + 1
        while at < len(self.rows) and self.said(at) != closing:
            at += 1
        self._lines(min(len(self.rows), at + 1) - first, Role.TABLE if said[1:4] == "===" else Role.CODE)

    def _lines(self, count: int, role: Role) -> None:
        """Lines that are one block, as they stand."""
        some = [row for row in self.rows[self.at : self.at + count] if not row.blank]
        for at in range(self.at, self.at + count):
            self._ask(self.said(at))
        self.at += count
        self.style = ""
        if some:
            start, end = some[0].first, some[-1].last
            level = 1
            if role is Role.HEADING and _TITLE.match(self.text[start:end]):
                said = self.text[start:end]
                level = len(said) - len(said.lstrip(said[0]))
                start += len(said) - len(said.lstrip("=# \t"))
            outer = (some[0].start, some[-1].end)
            self.found.append(Draft(start, end, role, self.text[start:end], outer, level=level))

    def _ask(self, said: str) -> None:
        """Count the conditions that are open below a line."""
        found = _ASKED.match(said) if said[-1:] == "]" else None
        if found is None:
            return
        if found["ends"]:
            self.asked = max(0, self.asked - 1)
        elif found["opens"] and (found["opens"] == "ifeval" or not found["said"]):
            self.asked += 1

    def _code(self, role: Role) -> None:
        """Lines up to a blank one."""
        at = self.at
        while at < len(self.rows) and not self.rows[at].blank:
            at += 1
        self._lines(at - self.at, role)

    def _goes_on(self) -> bool:
        """Whether the next line goes on with the paragraph above it."""
        if self.at >= len(self.rows) or self.rows[self.at].blank:
            return False
        said = self.said(self.at)
        return not (
            _FENCE.match(said)
            or _WALL.match(said)
            or _STYLE.match(said)
            or _ASKED.match(said)
            or said == "+"
            or said.startswith("//")
        )

    def _paragraph(self, row: Row, role: Role | None, count: int | None) -> None:
        places = [(row.first, row.last)]
        listed = self.at > 0 and self.said(self.at - 1) == "+"
        above = self._parted()
        self.at += 1
        while self._goes_on() and (count is None or len(places) < count):
            if listed and _ITEM.match(self.said(self.at)):
                break
            places.append((self.rows[self.at].first, self.rows[self.at].last))
            self.at += 1
        bound = "what stands above it speaks of it" if self.style else ""
        if self.said(self.at) == "+":
            bound = "more hangs beneath it"
        elif self.walls and not bound:
            bound = "it may be all that stands in its block"
        if above is not None:
            self.found[above] = self.found[above]._replace(bound=_PARTED)
            bound = bound or _PARTED
        self._add(places, (row.start, self.rows[self.at - 1].end), role, bound)

    def _parted(self) -> int | None:
        """The draft that goes on in the paragraph that begins here, but for lines for the preprocessor between."""
        above = self.at - 1
        while above >= 0 and _ASKED.match(self.said(above)):
            above -= 1
        number = len(self.found) - self.at + above
        if above == self.at - 1 or not 0 <= number < len(self.found):
            return None
        one = self.found[number]
        return number if one.role in _TEXT and one.outer[1] == self.rows[above].end and one.end > one.start else None

    def _item(self, row: Row) -> None:
        found = _ITEM.match(self.text, row.first, row.last)
        if found is None:
            return
        places = [(found.end(), row.last)]
        self.at += 1
        while self._goes_on() and not _ITEM.match(self.said(self.at)) and not _TERM.match(self.said(self.at)):
            places.append((self.rows[self.at].first, self.rows[self.at].last))
            self.at += 1
        ahead = self.at
        while ahead < len(self.rows) and (self.rows[ahead].blank or _ASKED.match(self.said(ahead))):
            ahead += 1
        below = _ITEM.match(self.said(ahead))
        more = below is not None and below["mark"] == found["mark"]
        bound = "what stands above it speaks of it" if self.style and not more else ""
        if found["mark"][0].isalnum():
            bound = "the numbers of the rows below would not follow"
        elif self.said(self.at) == "+" or (below and below["mark"] != found["mark"]):
            bound = "more of its list item hangs beneath it"
        elif ahead < len(self.rows) and self.rows[ahead].indent and not below:
            bound = "what is indented below it would go with what stands above"
        self._add(places, (row.start, self.rows[self.at - 1].end), row_role(self.text, places), bound)

    def _callout(self, row: Row) -> None:
        found = _CALLOUT.match(self.text, row.first, row.last)
        places = [(found.end() if found else row.first, row.last)]
        self.at += 1
        while self._goes_on() and not _CALLOUT.match(self.said(self.at)) and not _ITEM.match(self.said(self.at)):
            places.append((self.rows[self.at].first, self.rows[self.at].last))
            self.at += 1
        self._add(places, (row.start, self.rows[self.at - 1].end), Role.NOTE, "")

    def _add(self, places: list[tuple[int, int]], outer: tuple[int, int], role: Role | None, bound: str) -> None:
        self.style = ""
        weak = "it is shown on one tab of several" if self.tabs else ""
        self.found.append(draft(self.text, places, outer, role, _WORDS, bound)._replace(weak=weak))
