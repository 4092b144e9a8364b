"""The reader of a page: from its tags to its paragraphs, each with the element around it."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from dedupe.formats.anchors import NAMED
from dedupe.formats.elements import ENDS, GROWS, HEADINGS, SHELLS, VOID, Element
from dedupe.formats.laid import Draft, Runs
from dedupe.formats.markup import SPACE, Line, Tag, attributes, paired
from dedupe.formats.parts import of_story, part
from dedupe.formats.phrase import ELEMENT, INLINE, phrase
from dedupe.formats.phrase import runs as phrase_runs
from dedupe.formats.preformatted import paragraphs
from dedupe.model import COPY, Link, Role
from dedupe.roles import ITEM_WORDS, furniture, listed

if TYPE_CHECKING:
    from collections.abc import Container

    from dedupe.formats.elements import Vocabulary

LAYOUT = 30  # words of a paragraph that makes the cell around it no cell of figures


class Page:
    """A page on the way through its tags."""

    def __init__(self, text: str, words: Vocabulary, start: int, plain: Container[int] = ()) -> None:
        """Nothing is read yet; `plain` are the places of elements whose names tell nothing."""
        self.text, self.known, self.plain = text, words, plain
        self.at = start  # read up to there
        self.quick = all(map(INLINE.isdisjoint, (words.block, words.skipped, words.held)))
        self.stack: list[Element] = [Element("", start, None, "")]
        self.numbers = [0]  # of the elements of the stack
        self.elements = list(self.stack)
        self.names: Counter[str] = Counter()  # of the open elements
        self.drafts: list[Draft] = []
        self.line = Line()
        self.open: list[tuple[str, Tag]] = []  # inline elements that are open
        self.pending: list[int] = []  # drafts without the tags of the inline elements that opened at their edges
        self.breaks: list[Tag] = []
        self.torn = ""
        self.held = ""  # what the line holds besides text
        self.parting = -1  # the draft that parts text above it from text that may follow
        self.spacers: list[tuple[int, int]] = []  # paragraphs without words
        self.skip = 0  # how deep in an element without text
        self.skipped = ""

    def whole(self, start: int, end: int) -> int:
        """Take an element that is one paragraph, if one begins here; where it ends, or 0."""
        if self.skip or self.open or not self.quick or self.text[start + 1 : start + 2] not in _FIRST:
            return 0
        found = ELEMENT.match(self.text, start, end)
        if found is None or found["name"] not in self.known.block:
            return 0
        name, rest, inside = found.groups()
        said = phrase(inside, found.start("said"))
        grows = name in GROWS or self.known.xml
        if said is None or not (grows or said.literal) or rest[-1:] == "/":
            return 0
        loose = False
        if self.line.runs or (self.at < start and not self.text[self.at : start].isspace()):
            self.upto(start)
            loose = self.flush(start)
        self.breaks = []
        self._ended(name, start)
        above, number = self.stack[-1], len(self.drafts)
        role = above.role
        if role is None or name in HEADINGS:
            role = self._role(name, rest, start) or role
        role = self._told(role, name, above.name, said.text)
        runs = () if said.literal else Runs(partial(phrase_runs, self.text, *found.span("said")))
        outer = (start, found.end()) if grows else (said.start, said.end)
        bound = _TERM if name == "dd" else ""
        all_ = (said.start, said.end, role, said.text, outer, runs, said.links, bound, 0, "", 1)
        self.drafts.append(tuple.__new__(Draft, all_))  # as `Draft` does, which takes twice as long for it
        above.held += 1
        above.cells += name == "td"
        above.only = number if above.held == 1 and (grows or name == "td") else -1
        self.parting = number if grows and loose else -1
        self.at = found.end()
        return self.at

    def upto(self, end: int) -> None:
        """Text between two tags."""
        start = self.at
        if self.skip or start >= end:
            return
        said = self.text[start:end]
        if not self.line.runs and said.isspace():
            return
        if self.breaks and said.strip(SPACE):
            self._broken()
        self.line.text(said, start)

    def _broken(self) -> None:
        """Lines that break: one break is a space, two part paragraphs."""
        if len(self.breaks) > 1 and self.line.size:
            self.flush(self.breaks[-1].end)
        elif self.line.size:
            first = self.breaks[0]
            self.line.add("\n" if not self.line.spaced else "", first.start, first.end)
        self.breaks = []

    def tag(self, tag: Tag) -> None:
        """One tag."""
        name = tag.name.lower() if not self.known.xml else tag.name.rpartition(":")[2].lower()
        if self.skip:
            if name == self.skipped:
                self.skip += -1 if tag.closes else 0 if tag.empty else 1
            return
        if not name:
            self._aside(tag)
        elif name in self.known.skipped:
            self._skipped(tag, name)
        elif name in self.known.block:
            self.block(tag, name)
        elif name == "br":
            self.breaks.append(tag)
        else:
            self._inline(tag, name)

    def _skipped(self, tag: Tag, name: str) -> None:
        if name in self.known.held and self.line.size:
            self.held = name
        if self.line.size:
            self.line.mark(tag.start, tag.end, 0)
        else:
            self.stack[-1].held += name in self.known.held
        if not tag.closes and not tag.empty and name not in VOID:
            self.skip, self.skipped = 1, name

    def _aside(self, tag: Tag) -> None:
        """A comment, and the like; those that an editor's program puts around its blocks are as elements."""
        if tag.said:
            self.at = tag.said[0]
            self.upto(tag.said[1])
        elif self.text.startswith(_PAIRED, tag.start) and (found := _PAIR.match(self.text, tag.start, tag.end)):
            closes, name, empty = found.groups()
            self.block(tag._replace(closes=bool(closes), empty=bool(empty), rest=""), name)
        elif self.line.size:
            self.line.mark(tag.start, tag.end, 0)

    def _inline(self, tag: Tag, name: str) -> None:
        if len(self.breaks) > 1 and self.line.size:
            self._broken()
        line = self.line
        if name in VOID:
            if name in ("img", "embed", "input"):
                found = attributes(tag.rest)
                line.links.append(Link(line.size, found.get("src", name)))
                self.held = self.held or ("" if name == "img" else name)
            line.mark(tag.start, tag.end, 0)
        elif tag.empty:
            line.mark(tag.start, tag.end, 0)
        elif not tag.closes:
            if name in self.known.held:
                self.held = name
            if name == "a":
                line.links.append(Link(line.size, attributes(tag.rest).get("href", "")))
            self.open.append((name, tag))
            line.mark(tag.start, tag.end, 1)
        else:
            self._closed(tag, name)

    def _closed(self, tag: Tag, name: str) -> None:
        """An inline element ends."""
        if self.open and self.open[-1][0] == name:
            self.open.pop()
            self.line.mark(tag.start, tag.end, -1)
            if not self.open:
                self.pending.clear()
        elif self.names[name] and not self.open:
            self._unwrapped(tag, name)
        else:
            self.torn = f"</{name}>"
            self.line.mark(tag.start, tag.end, -1)

    def _unwrapped(self, tag: Tag, name: str) -> None:
        """An element that is inline by its name ends, in which blocks stood."""
        self.flush(tag.start)
        element = self.stack[-1]
        if element.name != name:  # it ends within an element that goes on
            self.torn = f"</{name}>"
            self.line.mark(tag.start, tag.end, -1)
            return
        if name == "a" and "href" in element.rest:
            for at in range(element.first, len(self.drafts)):
                if self.drafts[at].role in COPY:
                    self.drafts[at] = self.drafts[at]._replace(role=Role.PROMO)
        self.pop(tag.start, tag.end, loose=element.loose)

    def block(self, tag: Tag, name: str) -> None:
        """A block begins or ends."""
        if tag.closes:
            self.flush(tag.start)
            if self.names[name]:
                while self.stack[-1].name != name:
                    self.pop(tag.start, tag.start)
                self.pop(tag.start, tag.end, loose=self.stack[-1].loose)
            return
        if (tag.empty and (self.known.xml or name.startswith("wp:"))) or (name in VOID and not self.known.xml):
            self.flush(tag.start)
            self._ended(name, tag.start)
            self.stack[-1].held += name == "hr" and not self.known.xml
            return
        self._opened(name, tag.start, tag.rest)

    def _ended(self, name: str, at: int) -> None:
        """What the tag of a block ends without saying so."""
        if self.known.xml:
            return
        ends = ENDS.get(name, _P)
        while len(self.stack) > 1 and self.stack[-1].name in ends:
            self.pop(at, at)

    def _opened(self, name: str, at: int, rest: str) -> None:
        """A block that begins at its tag; inline elements around it are blocks."""
        loose = self.flush(at)
        self._ended(name, at)
        for above, tag in self.open:
            self._pushed(above, tag.start, tag.rest, loose=loose)
        self.open.clear()
        self.pending.clear()
        self._pushed(name, at, rest, loose=loose)

    def _pushed(self, name: str, at: int, rest: str, *, loose: bool) -> None:
        role, own = self.stack[-1].role, None
        if role is None or name in HEADINGS:
            own = self._role(name, rest, at)
        self.names[name] += 1
        named = own is not None and name in _CALLED
        element = Element(name, at, own or role, rest, self.numbers[-1], len(self.drafts), named, loose=loose)
        self.numbers.append(len(self.elements))
        self.elements.append(element)
        self.stack.append(element)

    def _role(self, name: str, rest: str, at: int) -> Role | None:
        known = self.known.roles.get(name)
        if known is not None:
            return known if at not in self.plain else None
        if name == "header":
            return None if self.names["article"] or self.names["main"] or of_story(rest) else Role.PROMO
        if not rest or name in _ROOTS or at in self.plain:
            return None
        return part(rest)

    def pop(self, content: int, end: int, *, loose: bool = False) -> None:
        """An element ends: its content at `content`, with its tag at `end`; `loose` text stands above it."""
        element = self.stack.pop()
        self.numbers.pop()
        self.names[element.name] -= 1
        element.end, element.last = end, len(self.drafts)
        if self.open:
            self._left_open()
        above = self.stack[-1]
        if element.own and element.held > len(element.own) and element.name in self.known.texts:
            self._bind(element.own, f"its <{element.name}> holds more")
        if not element.held and element.name == "p" and end > content:
            self.spacers.append((element.start, end))
        if element.name == "pre" and element.held == 1 == len(element.own):
            self._preformatted(element)
        if element.name in _TABLED:
            self._tabled(element, above)
        above.held += 1 if element.held or element.name not in SHELLS else 0
        above.only = -1
        if element.held == 1 and element.only >= 0:
            self._grown(element, above, content, end, loose=loose)

    def _grown(self, element: Element, above: Element, content: int, end: int, *, loose: bool) -> None:
        """What an element holds all by itself goes with it."""
        draft, name = self.drafts[element.only], element.name
        if self.known.xml or name in ("p", "li"):
            grows = True
        elif name in GROWS or name in self.known.listed or name not in self.known.block:
            grows = not NAMED.search(element.rest) and (name in GROWS or not name.startswith("wp:"))
        else:
            grows = False
        if grows:
            last = draft.outer[1] if end == content else end
            self.drafts[element.only] = draft._replace(outer=(element.start, last))
            self.parting = element.only if loose else -1
        if grows or name == "td":
            above.only = element.only if above.held == 1 else -1

    def _preformatted(self, element: Element) -> None:
        """A preformatted text, which may be prose."""
        if element.role is not Role.CODE or self.drafts[-1].text.count(" ") < ITEM_WORDS:
            return
        found = paragraphs(self.text, self.drafts[-1])
        if found:
            self.drafts[-1:] = found
            element.held = len(found)
            element.last = len(self.drafts)

    def _tabled(self, element: Element, above: Element) -> None:
        """A cell with anything in it; a row of one such cell, which lays out a page and is no row of figures."""
        if element.name == "td":
            above.cells += element.held > 0
        elif element.name == "tr" and element.cells == 1 and not self.known.xml:
            for at in range(element.first, len(self.drafts)):
                draft = self.drafts[at]
                if draft.role is Role.TABLE and draft.text.count(" ") >= ITEM_WORDS - 1:
                    self.drafts[at] = draft._replace(role=furniture(draft.text) or Role.BODY)

    def _left_open(self) -> None:
        """Inline elements do not end in the element in which they began."""
        self._bind(self.pending, f"<{self.open[0][0]}> in it opens or closes elsewhere")
        self.open.clear()
        self.pending.clear()
        self._fresh()

    def _bind(self, numbers: list[int], why: str) -> None:
        for at in numbers:
            if not self.drafts[at].bound:
                self.drafts[at] = self.drafts[at]._replace(bound=why)

    def flush(self, at: int) -> bool:
        """The paragraph ends before `at`; whether there was one."""
        line, parting = self.line, self.parting
        self.parting = -1
        if not line.runs:
            self.breaks = []
            return False
        text, runs = line.done()
        self.breaks = []
        if not text:
            if line.links or self.held:
                self.stack[-1].held += 1
            self._fresh()
            return False
        if parting >= 0:
            self._bind([parting], "it parts the text above it from the text below")
        element = self.stack[-1]
        element.held += 1
        all_ = runs
        if len(runs) > 1:
            runs = paired(runs)
            if not runs:
                runs, self.torn = all_, self.torn or (f"<{self.open[0][0]}>" if self.open else "markup")
        said = [run for run in runs if run.size] if len(runs) > 1 else runs
        start, end = said[0].start, said[-1].end
        outer = (runs[0].start, runs[-1].end)
        tail = self.text[outer[1] : at].rstrip(SPACE)
        if tail and runs[-1] is all_[-1]:  # breaks up to the next paragraph
            outer = (outer[0], outer[1] + len(tail))
        number = len(self.drafts)
        element.only = number if element.held == 1 and len(runs) == len(all_) else -1
        element.own.append(number)
        if self.open:
            self.pending.append(number)
        kept = runs if len(runs) > 1 or text != self.text[start:end] else ()
        links = tuple([link for link in line.links if link.target])
        above = self.stack[-2].name if len(self.stack) > 1 else ""
        role = self._told(element.role, element.name, above, text)
        self.drafts.append(Draft(start, end, role, text, outer, kept, links, self._bound(element)))
        self._fresh()
        return True

    def close(self, end: int) -> None:
        """The page ends."""
        self.stack[0].end, self.stack[0].last = end, len(self.drafts)
        if self.open:
            self._left_open()

    def _fresh(self) -> None:
        """A new line."""
        self.line, self.held, self.torn = Line(), "", ""

    def _told(self, role: Role | None, name: str, above: str, text: str) -> Role:
        """What a text is in an element of a role, within another."""
        if role is _TABLE and name == "p" and text.count(" ") >= LAYOUT:
            return _BODY
        if role is not None:
            return role
        listed_ = self.known.listed
        return listed(text) if name in listed_ or above in listed_ else furniture(text) or _BODY

    def _bound(self, element: Element) -> str:
        if self.torn:
            return f"{self.torn} in it opens or closes elsewhere"
        if self.held:
            return f"it holds a <{self.held}>"
        return _TERM if element.name == "dd" else ""


_BODY, _TABLE = Role.BODY, Role.TABLE  # a member of an enum is slow to look up
_P = frozenset(["p"])
_FIRST = frozenset("plhtd")
_TERM = "its term would stand alone"
_ROOTS = frozenset(["body", "html", "main", "article"])
_CALLED = frozenset(["form", "div", "section", "span", "header", "center", "table", "td"])
_TABLED = frozenset(["td", "tr"])
_PAIRED = ("<!-- wp:", "<!-- /wp:")
_PAIR = re.compile(r"<!-- (/?)(wp:[\w/-]+)(?:\s[^\n]*?)?(/?)-->")
