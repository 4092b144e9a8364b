"""Wire messages: ANPA 1312 and IPTC 7901 with their control characters, and the products of weather services."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe.formats.escaped import outward, unescaped
from dedupe.formats.laid import ALONE, Draft, laid
from dedupe.model import COPY, Article, Role
from dedupe.roles import furniture, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.model import Source

INDENT = 2  # columns that begin a paragraph

# SOH, or the letters that stand for it; else the heading of a weather product with the number before it
_MESSAGE = re.compile("\x16*\x01|(?:\\A|(?<=[\r\n]))ZCZC\\b")
_PRODUCT = re.compile(
    "(?:\\A|(?<=[\r\n]))(?:\\d{3}[ \t]*\r*\n)?[A-Z]{4}\\d{2} [A-Z]{4} \\d{6}(?: [A-Z]{3})?(?=[ \t]*(?:\r*\n|\\Z))"
)
_CLOSED = re.compile("\x03|(?:\\A|(?<=[\r\n]))NNNN\\b|\x04")
_LINE = re.compile("[^\r\n]+")
# lines that are no copy: ^ lines, the marks between the parts of a product, its codes of zones and of its kind
_MARKED = re.compile(
    "(?:(?<=[\r\n\x01\x02])|\\A)[ \t]*(?:\\^[^\r\n]*|\\$\\$|&&|\\d{6,}-|[A-Z]{3}[A-Z0-9]{1,3}"
    "|[A-Z]{2}[CZ]\\d{3}[->][^\r\n]*(?:\r*\n[^\r\n]*[^\\s][^\r\n]*)*"  # the zones, their names, the time
    "|/[OETX]\\.[A-Z0-9.-]+/|/\\d{5}\\.[^\r\n]*/)[ \t]*(?=[\r\n\x03]|\\Z)"
)
_PART = re.compile("(?:(?<=[\r\n])|\\A)[ \t]*\\$\\$[ \t]*(?=[\r\n\x03]|\\Z)")
_OPENS = re.compile(r"[*•-][ \t]|\.[A-Z]|\.\.\.")
# the heading of a section on a line, or lines, of its own: .NEAR TERM /THROUGH TONIGHT/...
_SECTION = re.compile(
    r"\.[A-Za-z](?:(?!\.\.\.)[^\r\n])*+(?:(?<=[^\s.])\r*\n(?!\.)(?:(?!\.\.\.)[^\r\n])*+(?<=[/)]))?"
    r"\.\.\.[ \t]*(?=[\r\n\x03]|\Z)"
)
_LINE_END = re.compile("\r*\n|\r")
_EDGES = "".join(map(chr, [*range(0x21), 0x7F, 0xA0]))
_CODES = re.compile("``|''|(?<=[ \t])_(?=[ \t\r\n])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_READ = {"``": "“", "''": "”", "_": "—"}


def speaks(text: str) -> bool:
    """Whether a text is wire messages by the marks that it carries."""
    head = text[:400]
    return "\x02" in head or _PRODUCT.search(head) is not None or ("ZCZC" in head and _MESSAGE.search(head) is not None)


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a file of wire messages; the parts of a weather product are stories of their own."""
    text = source.text
    starts = [found.start() for found in _MESSAGE.finditer(text)] or [
        found.start() for found in _PRODUCT.finditer(text)
    ]
    edges = [0, *starts[1:], len(text)] if starts else [0, len(text)]
    found: list[tuple[str, list[Draft]]] = []
    for number, (start, end) in enumerate(pairwise(edges), 1):
        parts = list(_parts(text, start, end))
        for at, (first, last) in enumerate(parts, 1):
            drafts = list(_drafts(text, first, last, opens=at == 1))
            if drafts:
                found.append((f"{number}.{at}" if len(parts) > 1 else str(number), drafts))
    alone = len(found) < 2  # noqa: PLR2004  one story
    articles = [Article(source.path, "agency", laid(source, some), None if alone else key) for key, some in found]
    return tuple(articles) or (Article(source.path, "agency", ()),)


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a product: each ends with its mark."""
    at = start
    for mark in _PART.finditer(text, start, end):
        yield at, mark.end()
        at = mark.end()
    if text[at:end].strip("\x00\x01\x02\x03\x04 \t\r\n") or at == start:
        yield at, end


def _drafts(text: str, start: int, end: int, *, opens: bool) -> Iterator[Draft]:
    """The paragraphs of a message: its header, its text, what stands behind it."""
    header = text.find("\x02", start, end) if opens else -1
    closed = _CLOSED.search(text, max(start, header), end)
    stop = closed.start() if closed else end
    if header >= 0:
        yield from _lines(text, start, header, Role.SLUG)
    elif opens:
        heading = _PRODUCT.search(text, start, end)
        header = heading.end() if heading else start - 1
        yield from _lines(text, start, header, Role.SLUG)
    at = max(start, header + 1) if header >= 0 else start
    for mark in _MARKED.finditer(text, at, stop):
        yield from _copy(text, at, mark.start())
        yield from _lines(text, mark.start(), mark.end(), None)
        at = mark.end()
    yield from _copy(text, at, stop)
    yield from _lines(text, stop, end, Role.SIGNOFF)


def _lines(text: str, start: int, end: int, known: Role | None) -> Iterator[Draft]:
    """Lines that are no copy, each by itself."""
    for line in _LINE.finditer(text, start, end):
        said = line[0].strip("\x00\x01\x02\x03\x04\x0e\x0f\x16 \t^<=")
        if said:
            first = line.start() + line[0].index(said)
            found = known or furniture(said) or Role.SLUG
            yield Draft(first, first + len(said), Role.SLUG if found in (Role.BODY, Role.ITEM) else found, said, ALONE)


def _copy(text: str, start: int, end: int) -> Iterator[Draft]:
    """The paragraphs of a text; the only one of a section stays with its heading."""
    section: list[Draft] = []
    for draft in _read(text, start, end):
        if draft.role is Role.HEADING:
            yield from _bound(section)
            section = []
        section.append(draft)
    yield from _bound(section)


def _bound(section: list[Draft]) -> list[Draft]:
    some = [at for at, draft in enumerate(section) if draft.role in COPY]
    if len(some) == 1 and section[0].role is Role.HEADING and section[0].text[0] == "." != section[0].text[1]:
        section[some[0]] = section[some[0]]._replace(bound="its heading would stand empty")
    return section


def _read(text: str, start: int, end: int) -> Iterator[Draft]:
    """The paragraphs of a text, its typographic codes read."""
    for first, last in _paragraphs(text, start, end):
        said = text[first:last]
        headed = said[:3] == said[-3:] == "..." or (said[0] == "." and _SECTION.fullmatch(said))
        kind = Role.HEADING if headed else role(said, head=False)
        if _CODES.search(said) is None:
            yield Draft(first, last, kind, said, (first, last))
            continue
        inner = unescaped(text, first, last, _CODES, lambda code: _READ.get(code[0], ""))
        yield from outward([Draft(0, len(inner.text), kind, inner.text, (0, len(inner.text)))], inner)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines that go on with one another: a blank line, an indent or a mark at its head begins a paragraph."""
    first = last = below = headed = -1
    hanging = False
    for line in _LINE.finditer(text, start, end):
        said = line[0].strip(_EDGES)
        if not said:
            below = -1
            continue
        begin = line.start() + line[0].index(said)
        opens = _OPENS.match(said) is not None
        indented = begin - line.start() >= INDENT or "\t" in line[0][: begin - line.start()]
        goes_on = first >= 0 and below == line.start() and not opens and (hanging or not indented)
        if begin <= headed:  # the second line of a heading
            goes_on = True
        elif headed >= 0:
            goes_on, headed = False, -1
        if not goes_on and said[0] == "." and (section := _SECTION.match(text, begin, end)):
            headed = section.end() - 1
        if not goes_on:
            if first >= 0:
                yield first, last
            first, hanging = begin, opens
        last = begin + len(said)
        ended = _LINE_END.match(text, line.end(), end)
        below = ended.end() if ended else -1
    if first >= 0:
        yield first, last
