"""Plain text as the wires send it: paragraphs by blank lines, single lines, indents or wrapped lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.deliveries import Segment, parts
from dedupe.model import Article, Paragraph, Role
from dedupe.roles import furniture, heading, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

WRAPPED = 100  # characters; where lines are longer, every line is a paragraph
SLACK = 14  # characters by which a wrapped line may fall short of the widest

_LINE = re.compile("[^\r\n]+")
_EDGES = (
    "".join(
        map(chr, [*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x2010), 0x1680, 0x2028, 0x2029, 0x202F, 0x205F])
    )
    + "\u3000\ufeff"
)
_ENDED = re.compile("[.!?…。！？؟:][\"'”’»)\\]」』）]*$")
_SPACES = " \t\u3000\u00a0"


class _Line(NamedTuple):
    start: int  # of its trimmed text, in characters of the source
    end: int
    number: int
    indent: int


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a plain-text file, with their paragraphs."""
    text, found = source.text, []
    number, at, offset, behind = 1, 0, source.bom, 0
    plain = text.isascii() and not source.encoding.startswith("utf-16")
    for part in parts(text):
        paragraphs = []
        head = part.headed
        for segment in part.segments:
            number += line_ends(text[at : segment.start])
            at = segment.start
            lines = list(_lines(text, segment, number))
            for group in _paragraphs(text, lines):
                start, end = group[0].start, group[-1].end
                said = text[start:end]
                role, head = _role(said, segment.role, head=head)
                offset += start - behind if plain else len(text[behind:start].encode(source.encoding))
                size = end - start if plain else len(said.encode(source.encoding))
                paragraphs.append(Paragraph(offset, offset + size, group[0].number, group[-1].number, role, said))
                offset, behind = offset + size, end
        found.append(Article(source.path, "text", tuple(paragraphs), part.key, part.doubt))
    return tuple(found)


def line_ends(gap: str) -> int:
    """How many lines end in a text; CR LF, and the wires' CR CR LF, are one line end."""
    if "\r" not in gap:
        return gap.count("\n")
    return len(re.findall("\r*\n|\r", gap))


def _lines(text: str, part: Segment, number: int) -> Iterator[_Line]:
    """The lines of a part that hold text, trimmed."""
    at = part.start
    for match in _LINE.finditer(text, part.start, part.end):
        raw = match[0]
        start, end = match.span()
        if start > at:
            number += line_ends(text[at:start])
        at = end
        inner = raw.strip(_EDGES)
        if inner:
            lead = raw.index(inner)
            yield _Line(start + lead, start + lead + len(inner), number, _indent(raw[:lead]))


def _indent(lead: str) -> int:
    return sum(8 if char == "\t" else 2 if char == "\u3000" else char in _SPACES for char in lead)


def _paragraphs(text: str, lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines that are one paragraph each."""
    blocks: list[list[_Line]] = []
    for line in lines:
        if blocks and line.number == blocks[-1][-1].number + 1:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    tall = [block for block in blocks if len(block) > 1]
    width = max((line.end - line.start + line.indent for block in tall for line in block), default=0)
    indented = any(line.indent < block[0].indent for block in tall for line in block)
    wrapped = width <= WRAPPED and any(_runs_on(text, *pair) for block in tall for pair in pairwise(block))
    for block in blocks:
        if len(block) == 1:
            yield block
        else:
            yield from _block(text, block, width if wrapped else 0, indented=indented)


def _runs_on(text: str, line: _Line, following: _Line) -> bool:
    """Whether a sentence plainly goes on over a line end."""
    return not _ENDED.search(text, max(line.start, line.end - 8), line.end) and text[following.start].islower()


def _block(text: str, block: Sequence[_Line], width: int, *, indented: bool) -> Iterator[list[_Line]]:
    alone = [furniture(text[line.start : line.end]) for line in block]
    group = [block[0]]
    for at in range(1, len(block)):
        line, following = block[at - 1], block[at]
        apart = alone[at] is not None or alone[at - 1] not in (None, Role.ITEM, Role.ROW)
        fresh = indented and following.indent >= 2 and following.indent > min(line.indent, group[0].indent - 1)  # noqa: PLR2004
        if apart or fresh or not _continues(text, line, following, width):
            yield group
            group = []
        group.append(following)
    yield group


def _continues(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether a line is the next one of a wrapped paragraph: the one above is full, or its sentence goes on."""
    if not width:
        return False
    if _runs_on(text, line, following):
        return True
    word = text[following.start : following.end].split(None, 1)[0]
    return line.end - line.start + line.indent + 1 + len(word) > width - SLACK


def _role(said: str, marked: Role | None, *, head: bool) -> tuple[Role, bool]:
    """The role of a paragraph by markup, then form, then place; and whether the first copy is yet to come."""
    if "\n" in said or "\r" in said:
        said = " ".join(said.split())
    role = furniture(said) if marked is None else marked
    if role is not None:
        return role, head and role is not Role.ITEM
    if head and headline(said):
        return Role.HEADLINE, True
    if not head and heading(said):
        return Role.HEADING, False
    return Role.BODY, False
