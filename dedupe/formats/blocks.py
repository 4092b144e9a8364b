"""The blocks of a Markdown file that hold no others, with what binds them to those around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.lines import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.formats.boxes import Box, Open

SAID = 5  # spaces in a line of front matter that says something

_LINE_END = re.compile("\r\n|\n|\r")
_MATTER = re.compile(
    r"(?:(?:[ \t]*\r?\n){1,9}(?=---[ \t]*\r?\n[A-Za-z][\w-]*:))?"
    r"---[ \t]*\r?\n(?:.*?\r?\n)??(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)"
    r"|\+\+\+[ \t]*\r?\n(?:.*?\r?\n)??\+\+\+[ \t]*(?=\r?\n|\Z)|\{[ \t]*\r?\n.*?\n\}[ \t]*(?=\r?\n|\Z)",
    re.DOTALL,
)


class Leaf(NamedTuple):
    """A block without blocks in it, in characters of the text."""

    kind: str  # para, heading, table, code, note, matter, rule
    places: tuple[tuple[int, int], ...]  # what stands on each of its lines, without the marks of containers
    outer: tuple[int, int]  # its lines
    item: bool = False  # in a list, and its first block
    quoted: bool = False
    indented: bool = False  # code by its indent
    html: bool = False
    bound: str = ""
    boxed: bool = False  # in a list, a quotation or another container
    defines: bool = False  # says what the line above it means
    tabbed: bool = False  # in one of several tabs


def leaves(text: str, *, mdx: bool = False) -> Iterator[Leaf]:
    """The blocks of a file that hold no others, in order."""
    scanner = Scanner(text, mdx=mdx)
    matter = _MATTER.match(text)
    at = matter.end() if matter else 0
    if matter:
        yield from _matter(text, at)
    lines = _lines(text, at)
    scanner.feed(lines)
    for leaf, boxes in scanner.done:
        if leaf.places:
            yield _finished(text, leaf, boxes, (lines[leaf.line][0], lines[leaf.last][1]))


def _lines(text: str, at: int) -> list[tuple[int, int]]:
    """The lines from a place on, without their ends."""
    lines: list[tuple[int, int]] = []
    if "\r" in text:
        for match in _LINE_END.finditer(text, at):
            lines.append((at, match.start()))
            at = match.end()
    else:
        while (end := text.find("\n", at)) >= 0:
            lines.append((at, end))
            at = end + 1
    if at < len(text):
        lines.append((at, len(text)))
    return lines


def _matter(text: str, end: int) -> Iterator[Leaf]:
    """Front matter: its longer lines each, the others together."""
    first = at = 0
    for stop, following in [*[match.span() for match in _LINE_END.finditer(text, 0, end)], (end, end)]:
        if text.count(" ", at, stop) >= SAID:
            if first < at:
                yield from _fields(text, first, at)
            yield Leaf("matter", (_trimmed(text, at, stop),), (at, stop))
            first = following
        at = following
    yield from _fields(text, first, end)


def _fields(text: str, start: int, end: int) -> Iterator[Leaf]:
    if text[start:end].strip():
        place = _trimmed(text, start, end)
        yield Leaf("code", (place,), place)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    return start, start + len(said.strip())


def _finished(text: str, leaf: Open, boxes: tuple[Box, ...], outer: tuple[int, int]) -> Leaf:
    places = leaf.places
    start, end = places[-1]
    while end > start and text[end - 1] in " \t":
        end -= 1
    places[-1] = (start, end)
    box = leaf.box
    kind = "code" if leaf.kind == "html" else leaf.kind
    if not boxes and box is None:
        return Leaf(kind, tuple(places), outer, indented=leaf.fence == "indent", html=leaf.kind == "html")
    note = any(one.kind == "note" and not one.callout for one in boxes)
    kind = "note" if note and kind == "para" else kind
    quoted = any(one.kind == "quote" and not one.callout for one in boxes)
    item = box is not None and box.kind == "item" and leaf.begun > 0
    return Leaf(
        kind,
        tuple(places),
        outer,
        item,
        quoted,
        leaf.fence == "indent",
        leaf.kind == "html" and not boxes,
        _bound(leaf, box),
        bool(boxes),
        leaf.begun > 0 and box is not None and box.kind == "term",
        any(one.kind == "tab" for one in boxes) if boxes else False,
    )


def _bound(leaf: Open, box: Box | None) -> str:
    """Why a paragraph cannot go without what stands around it."""
    if leaf.kind != "para" or box is None:
        return ""
    if leaf.begun > 1 or (leaf.begun and box.kind != "item"):
        return "it shares its line with the list or quotation around it"
    if not leaf.begun and box.kind == "item" and box.held == 1:
        return "the mark of its list item would stand alone"
    if leaf.begun and box.held > 1:
        return "more of its list item hangs beneath it"
    if leaf.begun and box.ordered and box.interrupts:
        return "the row below it would be read as part of what stands above"
    if box.callout and box.held <= 2:  # noqa: PLR2004  its mark and this
        return "its callout would stand empty"
    return ""
