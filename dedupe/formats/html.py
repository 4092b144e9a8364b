"""HTML: pages, fragments and what word processors export; each paragraph goes with the element around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.anchors import NAMED, anchored, targets
from dedupe.formats.elements import BLOCK, ENDED, ENDS, GROWS, HEADINGS, HELD, RAW, SKIPPED, VOID
from dedupe.formats.laid import Draft, Runs, headed, laid
from dedupe.formats.markup import SPACE, Line, Tag, attributes, tags
from dedupe.formats.phrase import ELEMENT, INLINE, phrase
from dedupe.formats.phrase import runs as phrase_runs
from dedupe.model import COPY, Article, DedupeError, Link, Role
from dedupe.roles import furniture, listed

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from dedupe.model import Source

_DEPTH = re.compile(r"<h([1-6])\b", re.IGNORECASE)
LAYOUT = 30  # words of a paragraph that makes the cell around it no cell of figures
MAIN = 0.5  # of the copy of a page, in its article

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("nav", "footer", "form", "button", "menu", "dialog", "fieldset", "noscript"), Role.PROMO),
    **dict.fromkeys(("figure", "figcaption", "caption"), Role.CAPTION),
    **dict.fromkeys((*HEADINGS, "dt", "summary", "legend"), Role.HEADING),
    "title": Role.HEADLINE,
    "aside": Role.NOTE,
    "blockquote": Role.QUOTE,
    "td": Role.TABLE,
    "th": Role.TABLE,
    "pre": Role.CODE,
    "address": Role.SIGNOFF,
}
_CLASS = re.compile(
    r"(?:^|\s)(?:(?P<quote>pull-?quote)|(?P<caption>(?:wp-)?caption)"
    r"|(?P<promo>nav|navbar|menu|breadcrumbs?|share|sharing|social|related|promo|newsletter|subscribe|cookies?|sidebar"
    r"|comments?|teaser|advert|ads?|toc))(?:[-_]|\s|$)",
    re.IGNORECASE,
)
_STYLED = re.compile(r"display\s*:\s*none|(?:^|\s)hidden(?:\s|=|$)", re.IGNORECASE)


@dataclass(slots=True)
class _Element:
    """An open block element."""

    name: str
    start: int
    role: Role | None  # of all in it
    rest: str
    held: int = 0  # pieces of content in it
    only: int = -1  # the draft that is the one of them
    inline: int = 0  # inline elements that were open before it
    loose: bool = False  # begins right behind text that no tag has ended


class Vocabulary(NamedTuple):
    """What the elements of a language are."""

    block: Container[str]
    roles: Mapping[str, Role]
    skipped: Container[str] = SKIPPED
    held: Container[str] = HELD
    raw: Container[str] = RAW
    xml: bool = False
    listed: Container[str] = frozenset(["li"])


HTML = Vocabulary(BLOCK, _ROLES)


class _Page:
    """A page on the way through its tags."""

    def __init__(self, text: str, words: Vocabulary, start: int) -> None:
        self.text, self.known = text, words
        self.at = start  # read up to there
        self.quick = not any(name in words.block or name in words.skipped or name in words.held for name in INLINE)
        self.stack: list[_Element] = [_Element("", 0, None, "")]
        self.names: Counter[str] = Counter()  # of the open elements
        self.drafts: list[Draft] = []
        self.line = Line()
        self.open: list[str] = []  # inline elements that are open
        self.breaks: list[Tag] = []
        self.torn = ""
        self.held = ""  # what the line holds besides text
        self.parting = -1  # the draft that parts text above it from text that may follow
        self.mains: list[tuple[str, int, int]] = []  # the parts of a page that may be its story
        self.skip = 0  # how deep in an element without text
        self.skipped = ""

    def whole(self, start: int, end: int) -> int:
        """Take an element that is one paragraph, if one begins here; where it ends, or 0."""
        if self.skip or self.open or not self.quick or self.text[start + 1 : start + 2] not in _FIRST:
            return 0
        found = ELEMENT.match(self.text, start, end)
        if found is None or found["name"] not in self.known.block:
            return 0
        name, rest = found.group("name", "rest")
        said = phrase(self.text, *found.span("said"))
        grows = name in GROWS or self.known.xml
        if said is None or not (grows or said.literal) or rest[-1:] == "/":
            return 0
        self.upto(start)
        loose = self.flush(start)
        self._ended(name, start)
        above, number = self.stack[-1], len(self.drafts)
        role = above.role
        if role is None or name in HEADINGS:
            role = self._role(name, rest) or role
        role = self._told(role, name, above.name, said.text)
        runs = () if said.literal else Runs(partial(phrase_runs, self.text, *found.span("said")))
        outer = (start, found.end()) if grows else (said.start, said.end)
        self.drafts.append(
            Draft(said.start, said.end, role, said.text, outer, runs, said.links, _TERM if name == "dd" else "")
        )
        above.held += 1
        above.only = number if grows and above.held == 1 else -1
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
            if self.open:
                self.torn = f"<{self.open[0]}>"
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
        if tag.said:
            self.at = tag.said[0]
            self.upto(tag.said[1])
        elif self.line.size:
            self.line.mark(tag.start, tag.end, 0)

    def _inline(self, tag: Tag, name: str) -> None:
        line = self.line
        if self.breaks and len(self.breaks) > 1 and line.size:
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
            self.open.append(name)
            line.mark(tag.start, tag.end, 1)
        elif self.open and self.open[-1] == name:
            self.open.pop()
            line.mark(tag.start, tag.end, -1)
        else:
            self.torn = f"</{name}>"
            line.mark(tag.start, tag.end, -1)

    def block(self, tag: Tag, name: str) -> None:
        """A block begins or ends."""
        if tag.closes:
            self.flush(tag.start)
            if self.names[name]:
                while self.stack[-1].name != name:
                    self.pop(tag.start, tag.start)
                self.pop(tag.start, tag.end, loose=self.stack[-1].loose)
            return
        if (tag.empty and self.known.xml) or name in VOID:
            self.flush(tag.start)
            self._ended(name, tag.start)
            self.stack[-1].held += name == "hr" and not self.known.xml
            return
        self._opened(name, tag.start, tag.rest)

    def _ended(self, name: str, at: int) -> None:
        """What the tag of a block ends without saying so."""
        ends = ENDS.get(name, _P)
        while len(self.stack) > 1 and self.stack[-1].name in ends:
            self.pop(at, at)

    def _opened(self, name: str, at: int, rest: str) -> None:
        """A block that begins at its tag."""
        loose = self.flush(at)
        self._ended(name, at)
        role = self.stack[-1].role
        if role is None or name in HEADINGS:
            role = self._role(name, rest) or role
        self.names[name] += 1
        self.stack.append(_Element(name, at, role, rest, inline=len(self.open), loose=loose))

    def _role(self, name: str, rest: str) -> Role | None:
        known = self.known.roles.get(name)
        if known is not None:
            return known
        if name == "header":
            return None if self.names["article"] or self.names["main"] else Role.PROMO
        if not rest or name in ("body", "html", "main", "article"):
            return None
        if _STYLED.search(rest):
            return Role.PROMO
        found = _CLASS.search(attributes(rest).get("class", "")) if "class" in rest.lower() else None
        if found is None:
            return None
        return Role.QUOTE if found["quote"] else Role.CAPTION if found["caption"] else Role.PROMO

    def pop(self, content: int, end: int, *, loose: bool = False) -> None:
        """An element ends: its content at `content`, with its tag at `end`; `loose` text stands above it."""
        element = self.stack.pop()
        self.names[element.name] -= 1
        if element.inline < len(self.open):
            del self.open[element.inline :]
            self._fresh()
        above = self.stack[-1]
        if element.name in ("article", "main"):
            self.mains.append((element.name, element.start, end))
        above.held += 1 if element.held or element.name not in ("p", "div") else 0
        above.only = -1
        if element.held == 1 and element.only >= 0:
            draft = self.drafts[element.only]
            named = element.name == "div" and NAMED.search(element.rest)
            if (element.name in GROWS or element.name in self.known.listed or self.known.xml) and not named:
                last = draft.outer[1] if end == content else end
                self.drafts[element.only] = draft._replace(outer=(element.start, last))
                above.only = element.only if above.held == 1 else -1
                self.parting = element.only if loose else -1

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
            bound = "it parts the text above it from the text below"
            self.drafts[parting] = self.drafts[parting]._replace(bound=bound)
        if self.open and not self.torn:
            self.torn = f"<{self.open[0]}>"
        element = self.stack[-1]
        element.held += 1
        said = [run for run in runs if run.size] if len(runs) > 1 else runs
        start, end = said[0].start, said[-1].end
        outer = (runs[0].start, runs[-1].end)
        if self.text[outer[1] : at].strip(SPACE):  # breaks up to the next paragraph
            outer = (outer[0], outer[1] + len(self.text[outer[1] : at].rstrip(SPACE)))
        element.only = len(self.drafts) if element.held == 1 else -1
        kept = runs if len(runs) > 1 or text != self.text[start:end] else ()
        links = tuple([link for link in line.links if link.target])
        self.drafts.append(
            Draft(
                start,
                end,
                self._told(element.role, element.name, self.stack[-2].name if len(self.stack) > 1 else "", text),
                text,
                outer,
                kept,
                links,
                self._bound(element),
            )
        )
        self._fresh()
        return True

    def _fresh(self) -> None:
        """A new line, in which the inline elements that are open go on."""
        self.line, self.held, self.torn = Line(), "", ""
        if self.open:
            self.torn = f"<{self.open[0]}>"

    def _told(self, role: Role | None, name: str, above: str, text: str) -> Role:
        """What a text is in an element of a role, within another."""
        if role is Role.TABLE and name == "p" and text.count(" ") >= LAYOUT:
            return Role.BODY
        if role is not None:
            return role
        listed_ = self.known.listed
        return listed(text) if name in listed_ or above in listed_ else furniture(text) or Role.BODY

    def _bound(self, element: _Element) -> str:
        if self.torn:
            return f"{self.torn} in it opens or closes elsewhere"
        if self.held:
            return f"it holds a <{self.held}>"
        return _TERM if element.name == "dd" else ""


_P = frozenset(["p"])
_FIRST = frozenset("plhtd")
_TERM = "its term would stand alone"


def split(source: Source) -> tuple[Article, ...]:
    """The one story of a page."""
    try:
        found = drafts(source.text, 0, len(source.text))
    except DedupeError as error:
        raise DedupeError(f"{source.path}: {error.message}", path=source.path) from error
    return (Article(source.path, "html", laid(source, found)),)


def drafts(text: str, start: int, end: int, words: Vocabulary = HTML) -> list[Draft]:
    """The paragraphs of a range of a text that is HTML, or marked up in other words. Raises DedupeError for neither."""
    page = _Page(text, words, start)
    for tag in tags(text, start, end, words.raw, page.whole):
        page.upto(tag.start)
        page.tag(tag)
        page.at = tag.end
    page.upto(end)
    page.flush(end)
    while len(page.stack) > 1:
        if page.stack[-1].name not in ENDED:
            page.stack[-1].only = -1
        page.pop(end, end)
    found = list(headed(_within(page.drafts, page.mains), text, _DEPTH))
    some = targets(text[start:end])
    return [anchored(text, draft, some) for draft in found] if some else found


def _within(found: Sequence[Draft], mains: Sequence[tuple[str, int, int]]) -> list[Draft]:
    """The paragraphs; those outside the story of the page, if it marks one, are what stands around it."""
    if not mains:
        return list(found)
    copy = [draft for draft in found if draft.role in COPY]
    starts = [draft.start for draft in copy]
    sizes = list(accumulate((len(draft.text) for draft in copy), initial=0))
    for name in ("main", "article"):
        for _, start, end in (main for main in mains if main[0] == name):
            inside = sizes[bisect_left(starts, end)] - sizes[bisect_left(starts, start)]
            if inside > MAIN * sizes[-1]:
                return [
                    draft._replace(role=Role.PROMO) if draft.role in COPY and not start <= draft.start < end else draft
                    for draft in found
                ]
    return list(found)
