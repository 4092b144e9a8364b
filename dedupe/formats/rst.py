"""reStructuredText: paragraphs, list items, directives, literal blocks, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.formats.laid import Draft, laid
from dedupe.formats.pointers import NOTE, Bonds, label
from dedupe.formats.prose import Row, Words, draft, row_role, rows
from dedupe.model import COPY, Article, Role

if TYPE_CHECKING:
    from dedupe.model import Source

_WORDS = Words(
    re.compile(
        r"(\*\*)(\S(?:[^*]*\S)?)(\*\*)|(``)([^`]+)(``)"
        r"|((?<![\w:.+-]):[\w:.+-]+:`)([^`<]*[^`<\s])(\s*+(?:<[^<>]*>)?`)"
        r"|(`)([^`<]*[^`<\s])(\s*+<[^<>]*>`__?|`__?|`)|(\*)(\S(?:[^*]*\S)?)(\*)|(\|)(\w[^|\n]*)(\|_?)"
        rf"|(\A{NOTE}[ ]?|(?:\\?[ ])?{NOTE})()()"
    ),
    re.compile(r"<([^<>]+)>"),
)
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+(?P<said>.*))?$")
_DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ \t]+)?(?P<name>[\w:.+-]+?)[ \t]?::(?:[ \t]+(?P<rest>.*))?$")
_NOTE = re.compile(r"\[(?:\d+|#\w*|\*|[A-Za-z][\w.-]*)\][ \t]+(?P<rest>.*)$")
_ITEM = re.compile(r"(?:[-*+•]|#\.|\(?(?:\d{1,4}|[a-zA-Z])[.)]|\(?[ivxlIVXL]{1,5}[.)])[ \t]+(?=\S)")
_FIELD = re.compile(r":(?![:\s])[^:\n]*(?:\\:[^:\n]*)*:(?:[ \t]|$)")
_GRID = re.compile(r"\+[-=+]+\+$")
_SIMPLE = re.compile(r"=+(?:[ \t]+=+)+$")
_SAYING = frozenset(
    [
        *[
            "note",
            "warning",
            "tip",
            "important",
            "admonition",
            "hint",
            "caution",
            "danger",
            "attention",
            "error",
            "seealso",
        ],
        *[
            "versionadded",
            "versionchanged",
            "deprecated",
            "container",
            "only",
            "topic",
            "sidebar",
            "rst-class",
            "tab-item",
        ],
        *[
            "epigraph",
            "highlights",
            "pull-quote",
            "compound",
            "details",
            "dropdown",
            "card",
            "grid",
            "tab-set",
            "rubric",
        ],
    ]
)


def split(source: Source) -> tuple[Article, ...]:
    """The one story of a file."""
    return (Article(source.path, "rst", laid(source, _Scanner(source.text).read())),)


class _Scanner:
    """A file on the way through its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rows = rows(text)
        self.at = 0
        self.found: list[Draft] = []
        self.inside: list[int] = [0]  # the indents at which copy stands
        self.bonds = Bonds(text)
        self.labels: list[str] = []  # that stand right above

    def said(self, row: Row) -> str:
        return self.text[row.first : row.last]

    def read(self) -> list[Draft]:
        """The paragraphs."""
        head = True
        while self.at < len(self.rows):
            row = self.rows[self.at]
            if row.blank:
                self.at += 1
                continue
            while len(self.inside) > 1 and row.indent < self.inside[-1]:
                self.inside.pop()
            before = len(self.found)
            self._block(row)
            for number in range(before, len(self.found)):
                one = self.found[number]
                if head and one.role is Role.HEADING:
                    self.found[number] = one._replace(role=Role.HEADLINE)
                    head = False
                elif one.role in COPY and not one.bound:
                    labels = self.labels if number == before else []
                    bound = self.bonds.bound(self.text[one.start : one.end], labels)
                    self.found[number] = one._replace(bound=bound)
            self._labelled(row)
        return self.found

    def _labelled(self, row: Row) -> None:
        """Keep the labels that a block is, or is below; a comment parts none from what they name."""
        explicit = _EXPLICIT.match(self.said(row))
        said = explicit["said"] or "" if explicit else ""
        if said.startswith("_"):
            self.labels.append(label(said))
        elif not explicit or _DIRECTIVE.match(said) or _NOTE.match(said):
            self.labels = []

    def _block(self, row: Row) -> None:
        said = self.said(row)
        below = self.rows[self.at + 1] if self.at + 1 < len(self.rows) else None
        explicit = _EXPLICIT.match(said)
        if explicit:
            self._explicit(row, explicit["said"] or "")
        elif _ADORNMENT.match(said):
            over = self.at + 2 < len(self.rows) and self.said(self.rows[self.at + 2]) == said
            self._lines(1, Role.CODE)
            if over and not self.rows[self.at].blank:
                self._lines(1, Role.HEADING)
                self._lines(1, Role.CODE)
        elif below is not None and _ADORNMENT.match(self.said(below)) and below.indent == row.indent == 0:
            self._lines(1, Role.HEADING)
            self._lines(1, Role.CODE)
        elif _GRID.match(said) or _SIMPLE.match(said):
            self._lines(self._until_blank(simple=_SIMPLE.match(said) is not None), Role.TABLE)
        elif said.startswith((">>> ", "| ")):
            self._lines(self._until_blank(), Role.CODE if said[0] == ">" else Role.QUOTE)
        elif _FIELD.match(said):
            self._paragraph(Role.SUMMARY, hanging=True)
        else:
            item = _ITEM.match(said)
            if (item and not (below is not None and not below.blank and below.indent < row.indent + item.end())) or (
                item and below is not None and _ITEM.match(self.said(below))
            ):
                self._item(row, item.end() if item else 0)
            else:
                self._paragraph(None)

    def _until_blank(self, *, simple: bool = False) -> int:
        """How many lines stand together; a simple table ends behind its second border at the least."""
        at, borders = self.at, 0
        while at < len(self.rows):
            row = self.rows[at]
            borders += _SIMPLE.match(self.said(row)) is not None
            if row.blank and (not simple or borders > 1):
                break
            at += 1
        return at - self.at

    def _ahead(self) -> Row | None:
        """The next line that says something."""
        at = self.at
        while at < len(self.rows) and self.rows[at].blank:
            at += 1
        return self.rows[at] if at < len(self.rows) else None

    def _lines(self, count: int, role: Role) -> None:
        """Lines that are one block, as they stand."""
        some = [row for row in self.rows[self.at : self.at + count] if not row.blank]
        self.at += count
        if some:
            span = some[0].first, some[-1].last
            self.found.append(Draft(*span, role, self.text[slice(*span)], (some[0].start, some[-1].end)))

    def _beneath(self, indent: int, *, start: int) -> int:
        """One past the last line of what is indented deeper, from a line on."""
        at, end = start, start
        while at < len(self.rows) and (self.rows[at].blank or self.rows[at].indent > indent):
            at += 1
            end = end if self.rows[at - 1].blank else at
        return end

    def _explicit(self, row: Row, said: str) -> None:
        directive, note = _DIRECTIVE.match(said), _NOTE.match(said)
        end = self._beneath(row.indent, start=self.at + 1)
        if note:
            self._lead(row, note["rest"], end, Role.NOTE)
        elif directive and directive["name"].split(":")[-1] in _SAYING:
            rest = directive["rest"] or ""
            self._lines(1, Role.CODE) if not rest else self._lead(row, rest, end, None)
            while self.at < end and (self.rows[self.at].blank or _FIELD.match(self.said(self.rows[self.at]))):
                self.at += 1
            if self.at < end:
                self.inside.append(self.rows[self.at].indent)
        else:
            self._lines(end - self.at, Role.CODE)

    def _lead(self, row: Row, rest: str, end: int, role: Role | None) -> None:
        """A paragraph that begins on the line of its mark."""
        places = [(row.last - len(rest), row.last)]
        self.at += 1
        while self.at < end and not self.rows[self.at].blank and not _FIELD.match(self.said(self.rows[self.at])):
            places.append((self.rows[self.at].first, self.rows[self.at].last))
            self.at += 1
        outer = row.start, self.rows[self.at - 1].end
        self.found.append(draft(self.text, places, outer, role, _WORDS, "it shares its line with its mark"))

    def _item(self, row: Row, width: int) -> None:
        """A row of a list."""
        content = row.indent + width
        places = [(row.first + width, row.last)]
        first = self.at
        self.at += 1
        while self.at < len(self.rows) and not self.rows[self.at].blank and self.rows[self.at].indent >= content:
            if _ITEM.match(self.said(self.rows[self.at])):
                break
            places.append((self.rows[self.at].first, self.rows[self.at].last))
            self.at += 1
        ahead = self._ahead()
        more = ahead is not None and ahead.indent > row.indent
        numbered = self.text[row.first] not in "-*+•#"
        bound = (
            "more of its list item hangs beneath it"
            if more or self.said(self.rows[self.at - 1]).endswith("::")
            else "the numbers of the rows below would not follow"
            if numbered
            else ""
        )
        self.inside.append(content)
        outer = self.rows[first].start, self.rows[self.at - 1].end
        self.found.append(draft(self.text, places, outer, row_role(self.text, places), _WORDS, bound))

    def _paragraph(self, role: Role | None, *, hanging: bool = False) -> None:
        """Lines of one indent that stand together."""
        first, row = self.at, self.rows[self.at]
        places = []
        while self.at < len(self.rows) and not self.rows[self.at].blank:
            here = self.rows[self.at]
            if here.indent != row.indent and not (hanging and here.indent > row.indent):
                break
            if hanging and self.at > first and _FIELD.match(self.said(here)) and here.indent == row.indent:
                break
            places.append((here.first, here.last))
            self.at += 1
        outer = row.start, self.rows[self.at - 1].end
        touching = self.at < len(self.rows) and not self.rows[self.at].blank
        if touching and self.rows[self.at].indent > row.indent and role is None:
            role = Role.HEADING  # a term, with what it means below
            self.inside.append(self.rows[self.at].indent)
        elif row.indent not in self.inside and role is None:
            role = Role.QUOTE
        literal = self.text[places[-1][0] : places[-1][1]].endswith("::")
        bound = "the literal block below belongs to it" if literal else self._tied(row, role, touching=touching)
        self.found.append(draft(self.text, places, outer, role, _WORDS, bound))
        if literal:
            end = self._beneath(row.indent, start=self.at)
            while self.at < end and self.rows[self.at].blank:
                self.at += 1
            self._lines(end - self.at, Role.CODE)

    def _tied(self, row: Row, role: Role | None, *, touching: bool) -> str:
        """Why a paragraph cannot go without more."""
        if row.indent and role is None:
            return "it may be all that stands there"
        if touching:
            return "the line below would be read as part of what stands above"
        ahead = self._ahead()
        return "what is indented below would go with what stands above" if ahead and ahead.indent else ""
