"""Word documents: the paragraphs of word/document.xml; headers, notes and text boxes stay as they are."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from dedupe.formats.laid import Draft, laid
from dedupe.formats.markup import SPACE, Line, Tag, tags
from dedupe.model import Article, DedupeError, Link, Role
from dedupe.roles import furniture, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Source

PROSE = 20  # spaces in a text that reads as copy wherever it stands

_STOPS = frozenset('.!?…。！？؟"”»')
_VALUE = re.compile(r"\b(?:w:)?val\s*=\s*[\"']([^\"']*)")
_NAME = re.compile(r"\b(?:w:)?(?:name|anchor)\s*=\s*[\"']([^\"']*)")
_LINKED = re.compile(r"w:anchor=\"([^\"]*)\"|\b(?:PAGE)?REF\s+(\S+)")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);")
_STYLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"title|titel|titre|titolo|t[ií]tulo", re.IGNORECASE), Role.HEADLINE),
    (
        re.compile(r"head(?:ing|line)|[uü]?berschrift|rubrik|kop|intertitre|zwischentitel|^\d$", re.IGNORECASE),
        Role.HEADING,
    ),
    (re.compile(r"caption|beschriftung|l[eé]gende|bildtext", re.IGNORECASE), Role.CAPTION),
    (re.compile(r"quote|zitat|citation|citat", re.IGNORECASE), Role.QUOTE),
    (re.compile(r"toc|verzeichnis|footnote|endnote|header|footer", re.IGNORECASE), Role.NOTE),
    (re.compile(r"code|macro|preformatted", re.IGNORECASE), Role.CODE),
    (re.compile(r"abstract|summary|subtitle|untertitel", re.IGNORECASE), Role.SUMMARY),
)
_HELD = {
    "drawing": "a picture",
    "pict": "a picture",
    "object": "an object",
    "footnotereference": "a footnote",
    "endnotereference": "an endnote",
    "commentreference": "a comment",
    "sectpr": "the end of a section",
    "ins": "tracked changes",
    "del": "tracked changes",
    "movefrom": "tracked changes",
    "moveto": "tracked changes",
    "pprchange": "tracked changes",
    "rprchange": "tracked changes",
    "sdt": "a content control",
    "omath": "a formula",
}
_WEAK = {
    "ins": "it is inserted, but not yet accepted",
    "moveto": "it is moved, but not yet accepted",
    "vanish": "it is hidden",
}
_OFF = re.compile(r"\bval\s*=\s*[\"'](?:0|false|off)\b")
_SKIPPED = frozenset(["txbxcontent", "fallback", "del", "movefrom", "instrtext", "deltext"])
_RANGES = {
    "bookmarkstart": ("a bookmark", 1),
    "bookmarkend": ("a bookmark", -1),
    "commentrangestart": ("a comment", 1),
    "commentrangeend": ("a comment", -1),
    "permstart": ("a range", 1),
    "permend": ("a range", -1),
}
_BREAKS = re.compile(r"\b(?:w:)?type\s*=\s*[\"'](?:page|column)")
_SAID = {"tab": " ", "br": " ", "cr": " ", "nobreakhyphen": "-", "softhyphen": "", "ptab": " "}


@dataclass
class _Paragraph:
    """An open paragraph."""

    start: int
    line: Line = field(default_factory=Line)
    role: Role | None = None
    listed: bool = False
    held: str = ""
    weak: str = ""
    level: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)


def split(source: Source) -> tuple[Article, ...]:
    """The one story of a document."""
    text = source.text
    _whole(source)
    try:
        found = _drafts(text)
    except DedupeError as error:
        raise DedupeError(f"{source.path}: {error.message}", path=source.path) from error
    linked = frozenset(anchor or name for anchor, name in _LINKED.findall(text))
    drafts = [_anchored(draft, names, linked) for draft, names in found]
    paragraphs = laid(source, drafts)
    numbered = tuple(one._replace(line=at, end_line=at) for at, one in enumerate(paragraphs, 1))  # it has no lines
    return (Article(source.path, "docx", numbered),)


def _whole(source: Source) -> None:
    """Raise DedupeError where a document is no whole XML; one that declares entities of its own is a trap."""
    if "<!DOCTYPE" in source.text:
        raise DedupeError(f"{source.path}: declares a DOCTYPE, which no Word document does; not read", path=source.path)
    try:
        expat.ParserCreate().Parse(source.data, True)  # noqa: FBT003  as it has no name for it
    except expat.ExpatError as error:
        raise DedupeError(
            f"{source.path}: its text is broken: {error}; open it in Word and save it again", path=source.path
        ) from error


def _anchored(draft: Draft, names: Sequence[str], linked: frozenset[str]) -> Draft:
    pointed = next((name for name in names if name in linked), "")
    return draft._replace(bound=f"a link leads to its bookmark {pointed}") if pointed and not draft.bound else draft


def _drafts(text: str) -> list[tuple[Draft, list[str]]]:
    """The paragraphs, each with the names of its bookmarks."""
    document = _Document()
    at = 0
    for tag in tags(text, 0, len(text), ()):
        if document.said and document.open is not None and not document.skipped:
            _text(document.open.line, text, at, tag.start)
        document.tag(tag, tag.name.rpartition(":")[2].lower())
        at = tag.end
    return document.spaced()


class _Document:
    """A document on the way through its tags."""

    def __init__(self) -> None:
        self.found: list[tuple[Draft, list[str]]] = []
        self.spacers: dict[int, int] = {}  # paragraphs without anything in them: where each begins, where it ends
        self.last = -1  # which paragraph was the last to end; none where that was a spacer
        self.open: _Paragraph | None = None
        self.said = False  # in the text of a run
        self.inside: Counter[str] = Counter()  # cells and content controls that are open
        self.skipped, self.depth = "", 0

    def tag(self, tag: Tag, name: str) -> None:
        """One tag."""
        if self.skipped:
            self.depth += _step(tag) if name == self.skipped else 0
            self.skipped = self.skipped if self.depth else ""
        elif name == "t":
            self.said = not tag.closes and not tag.empty
        elif name in ("tc", "sdtcontent"):
            self.inside[name] += _step(tag)
            if name == "tc" and tag.closes and self.last >= 0:
                draft, names = self.found[self.last]
                self.found[self.last] = (draft._replace(bound=draft.bound or "its cell would end without it"), names)
        elif name == "p" and tag.empty:
            self.spacers[tag.start] = tag.end
            self.last = -1
        elif name == "p":
            self._paragraph(tag)
        else:
            if self.open is not None:
                _holds(self.open, tag, name)
                _within(self.open, tag, name)
            if name in _SKIPPED and _step(tag) > 0:
                self.skipped, self.depth = name, 1

    def _paragraph(self, tag: Tag) -> None:
        if not tag.closes:
            self.open = _Paragraph(tag.start)
        elif self.open is not None:
            cell, control = self.inside["tc"] > 0, self.inside["sdtcontent"] > 0
            draft = _draft(self.open, tag.end, cell=cell, control=control)
            if draft is not None:
                self.found.append((draft, self.open.names))
            elif not self.open.held and not self.open.level:
                self.spacers[self.open.start] = tag.end
            self.last = -1 if draft is None else len(self.found) - 1
            self.open = None

    def spaced(self) -> list[tuple[Draft, list[str]]]:
        """What was found; a paragraph between two empty ones takes the one behind it along."""
        ends = set(self.spacers.values())
        return [
            (draft._replace(outer=(draft.outer[0], self.spacers[draft.outer[1]])), names)
            if draft.outer[0] in ends and draft.outer[1] in self.spacers
            else (draft, names)
            for draft, names in self.found
        ]


def _step(tag: Tag) -> int:
    return 0 if tag.empty else -1 if tag.closes else 1


def _text(line: Line, text: str, start: int, end: int) -> None:
    """The characters of a run, with every space that it has."""
    at = start
    for match in _ENTITY.finditer(text, start, end):
        if match.start() > at:
            line.add(text[at : match.start()], at, match.start())
        line.add(html.unescape(match[0]), *match.span())
        at = match.end()
    if at < end:
        line.add(text[at:end], at, end)


def _holds(paragraph: _Paragraph, tag: Tag, name: str) -> None:
    """What a tag holds a paragraph to."""
    if name in _WEAK and not _OFF.search(tag.rest):
        paragraph.weak = _WEAK[name]
    if name in _HELD:
        paragraph.held = paragraph.held or _HELD[name]


def _within(paragraph: _Paragraph, tag: Tag, name: str) -> None:
    """What a tag says of the paragraph that it stands in."""
    if tag.closes:
        if name in _SAID and paragraph.line.runs and paragraph.line.runs[-1].end == tag.start:
            paragraph.line.runs[-1] = paragraph.line.runs[-1]._replace(end=tag.end)  # one that is not written as empty
        return
    if name in _SAID:
        if _SAID[name] and paragraph.line.size:
            paragraph.line.add(_SAID[name], tag.start, tag.end)
        if _BREAKS.search(tag.rest):
            paragraph.held = paragraph.held or "a page break"
    elif name in _RANGES:
        what, turn = _RANGES[name]
        paragraph.level[what] += turn
        paragraph.names += _NAME.findall(tag.rest) if turn > 0 else []
    elif name == "fldchar":
        paragraph.level["a field"] += ("begin" in tag.rest) - ("end" in tag.rest)
    elif name == "hyperlink":
        target = re.search(r"(?:r:id|w:anchor)=\"([^\"]*)\"", tag.rest)
        paragraph.line.links += [Link(paragraph.line.size, target[1])] if target else []
    else:
        _formatted(paragraph, tag, name)


def _formatted(paragraph: _Paragraph, tag: Tag, name: str) -> None:
    """What the style of a paragraph makes of it."""
    if name == "pstyle":
        style = "".join(_VALUE.findall(tag.rest)[:1])
        paragraph.role = next((role for pattern, role in _STYLES if pattern.search(style)), None)
        paragraph.listed = paragraph.listed or "list" in style.lower()
    elif name == "outlinelvl":
        paragraph.role = paragraph.role or Role.HEADING
    elif name == "numpr":
        paragraph.listed = True


def _draft(paragraph: _Paragraph, end: int, *, cell: bool, control: bool) -> Draft | None:
    said, runs = paragraph.line.done()
    lead = len(said) - len(said.lstrip(SPACE))
    if not said.strip(SPACE):
        return None
    if lead:  # the text begins with its first word
        runs = tuple(
            run._replace(
                at=max(0, run.at - lead), size=run.size - max(0, lead - run.at), start=run.start + max(0, lead - run.at)
            )
            for run in runs
            if run.at + run.size > lead
        )
        said = said[lead:]
    runs = tuple(run for run in runs if run.size)
    role = paragraph.role or (listed(said) if paragraph.listed else furniture(said) or Role.BODY)
    prose = said.count(" ") >= PROSE and said[-1] in _STOPS  # what a cell, or letters of one width, may hold as well
    role = Role.TABLE if cell and not prose else Role.BODY if role is Role.CODE and prose else role
    unpaired = next((what for what, level in paragraph.level.items() if level), "")
    bound = f"it holds {paragraph.held}" if paragraph.held else f"{unpaired} begins or ends in it" if unpaired else ""
    bound = bound or ("it fills a content control" if control else "")
    return Draft(
        runs[0].start,
        runs[-1].end,
        role,
        said,
        (paragraph.start, end),
        runs,
        tuple(paragraph.line.links),
        bound,
        weak=paragraph.weak,
    )
