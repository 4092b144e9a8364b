"""Plain text as the wires send it: paragraphs by blank lines, single lines, indents or wrapped lines."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import dateline
from dedupe.formats.coded import coded
from dedupe.formats.deliveries import parts
from dedupe.formats.laid import in_bytes
from dedupe.model import Article, Paragraph, Role
from dedupe.roles import furniture, headline, plain, role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.formats.deliveries import Part
    from dedupe.model import Source

    Placed = tuple[int, int, int, int, Role, str]  # a paragraph: start, end, first line, last line, role, text
    Span = tuple[int, int, int, str]  # start and end of a trimmed line in characters, its number, and what it says

WRAPPED = 100  # columns; a longer line is a paragraph
FULL = 45  # columns; a shorter line that ends a sentence, or comes before a capital, ends a paragraph
SLACK = 14  # columns by which a wrapped line may fall short
INDENT = 2

_BLANK = [*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
_EDGES = "".join(map(chr, [*_BLANK, 0xFEFF]))
_LINE = re.compile(f"[^{re.escape(_EDGES)}][^\r\n]*")
_RETURN = re.compile("\r(?!\r?\n)")
_LINE_END = re.compile("\r{0,2}\n|\r")
_ENDED = re.compile("[.!?…。！？؟۔।:：][\"'”’»›)\\]」』）]{0,3}$")
_BRACKETS = "\"'“„«‘(["
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
_RUNNING_ON = frozenset({Role.CAPTION, Role.CREDIT, Role.ADVISORY, Role.PROMO})
_ROWS = frozenset({Role.ITEM, Role.ROW})
_LISTED = re.compile("(?:[-*•·‣▪]|\\(?\\d{1,2}[.)])[ \u00a0\t]+")


class _Line(NamedTuple):
    """A line short enough to be one of several of a paragraph."""

    span: Span
    text: str
    indent: int
    width: int  # in columns, without the indent
    ended: bool


class _Block(NamedTuple):
    """Lines that stand together, with what tells a wrapped paragraph from a list of short ones."""

    lines: list[_Line]
    strong: tuple[bool, ...]  # for each but the last: its sentence plainly goes on in the next
    first: bool  # of its story

    @property
    def wrapped(self) -> bool:
        return any(self.strong) and 4 * sum(self.strong) >= len(self.strong)


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a plain-text file, with their paragraphs."""
    text = source.text
    found = []
    for part, placed in stories(text):
        begins, stops, *told = zip(*placed, strict=True) if placed else ((),) * 6
        places = in_bytes(source, [*begins, *stops])
        fields = zip(places[: len(placed)], places[len(placed) :], *told, *_REST, strict=False)
        found.append(Article(source.path, "text", tuple(map(_paragraph, fields)), part.key, part.doubt))
    return tuple(found)


def stories(text: str) -> Iterator[tuple[Part, list[Placed]]]:
    """The stories of a text, each with its paragraphs."""
    number, at = 1, 0
    body = Role.BODY
    for part in parts(text):
        placed: list[Placed] = []
        head = part.headed
        for start, end, marked in part.segments:
            number += line_ends(text[at:start])
            spans = _spans(text, start, end, number)
            at, number = (spans[-1][1], spans[-1][2]) if spans else (start, number)
            for first, last in _paragraphs(text, spans):
                begin, stop, line, said = first
                if first is not last:
                    stop, said = last[1], text[begin : last[1]]
                if head or marked or not plain(said):
                    kind = marked or role(said, head=head)
                    kind = Role.CODE if kind is Role.BODY and coded(said) else kind
                    head = head and kind not in _COPY
                else:
                    kind = body
                placed.append((begin, stop, line, last[2], kind, said))
        if placed and placed[-1][4] is Role.HEADING:  # a line without a full stop at the end is no heading of nothing
            placed[-1] = (*placed[-1][:4], Role.BODY, placed[-1][5])
        yield part, placed


_COPY = frozenset({Role.BODY, Role.ITEM})
_paragraph = partial(tuple.__new__, Paragraph)  # as `Paragraph` does, which takes twice as long for it
_REST = [repeat(Paragraph._field_defaults[name]) for name in Paragraph._fields[6:]]


def line_ends(gap: str) -> int:
    """How many lines end in a text; CR LF, and the wires' CR CR LF, are one line end."""
    return sum(1 for _ in _LINE_END.finditer(gap)) if "\r" in gap else gap.count("\n")


def _spans(text: str, start: int, end: int, number: int) -> list[Span]:
    """The lines of a segment that hold text, trimmed; `number` is that of the line at `start`."""
    said = text[start:end]
    if "\r" in said and _RETURN.search(said):
        return _odd_spans(text, start, end, number)
    spans = []
    for line in said.split("\n"):
        size = len(line)
        if size:
            if " " < line[0] < "\x7f" and " " < line[-1] < "\x7f":
                spans.append((start, start + size, number, line))
            elif some := line.rstrip(_EDGES):
                stop = start + len(some)
                some = some.lstrip(_EDGES)
                spans.append((stop - len(some), stop, number, some))
        start += size + 1
        number += 1
    return spans


def _odd_spans(text: str, start: int, end: int, number: int) -> list[Span]:
    """The same where a carriage return alone ends lines."""
    spans = []
    at = start
    for match in _LINE.finditer(text, start, end):
        begin, stop = match.span()
        number += line_ends(text[at:begin])
        at = stop
        line = text[begin:stop].rstrip(_EDGES)
        spans.append((begin, begin + len(line), number, line))
    return spans


def _paragraphs(text: str, spans: Sequence[Span]) -> Iterable[tuple[Span, Span]]:
    """The first and last line of each paragraph."""
    runs = _runs(spans)
    if len(runs) == len(spans):
        return zip(spans, spans, strict=True)
    blocks = {at: _block(text, run, first=at == 0) for at, run in enumerate(runs) if len(run) > 1}
    wrapped = any(block.wrapped for block in blocks.values())
    return (
        pair
        for at, run in enumerate(runs)
        for pair in (_groups(blocks[at], wrapped=wrapped) if at in blocks else [(run[0], run[0])])
    )


def _runs(spans: Sequence[Span]) -> list[list[Span]]:
    """Lines that stand together and may be one paragraph; a long line stands alone."""
    runs: list[list[Span]] = []
    below = -1
    for span in spans:
        start, end, number, _ = span
        if end - start > WRAPPED:
            below = -1
            runs.append([span])
            continue
        if number == below:
            runs[-1].append(span)
        else:
            runs.append([span])
        below = number + 1
    return runs


def _block(text: str, run: Sequence[Span], *, first: bool) -> _Block:
    lines = [_line(text, span) for span in run]
    return _Block(lines, tuple(_runs_on(above, line) for above, line in pairwise(lines)), first)


def _line(text: str, span: Span) -> _Line:
    start, end, _, said = span
    indent = _indent(text, start) if start and text[start - 1] in " \t\u3000\u00a0" else 0
    width = end - start if said.isascii() else end - start + len(_WIDE.findall(said))
    return _Line(span, said, indent, width, _ENDED.search(said, max(0, len(said) - 4)) is not None)


def _indent(text: str, start: int) -> int:
    """The columns before a line; of very many, the last are enough."""
    lead = re.split("[\r\n]", text[max(0, start - WRAPPED) : start])[-1]
    return sum(8 if char == "\t" else 2 if char == "\u3000" else char in " \u00a0" for char in lead)


def _runs_on(line: _Line, following: _Line) -> bool:
    """Whether a sentence plainly goes on over a line end."""
    if line.ended or max(line.width, following.width) > WRAPPED:
        return False
    opening = following.text[0]
    if opening in _BRACKETS:
        opening = following.text[1:2]
    if opening.islower():
        return True
    caseless = opening.isdigit() or (opening.isalpha() and not opening.isupper())
    return caseless and not following.indent and line.width >= FULL and following.width <= line.width + SLACK


def _groups(block: _Block, *, wrapped: bool) -> Iterator[tuple[Span, Span]]:
    """The paragraphs of a block: runs of lines that go on."""
    lines = block.lines
    stepped = any(following.indent < line.indent for line, following in pairwise(lines))
    if not (wrapped or stepped or any(block.strong)):
        for line in lines:
            yield line.span, line.span
        return
    alone = [_furniture(line.text) for line in lines]
    need = _need(block) if wrapped else WRAPPED + 1
    titles = _titles(lines, alone) if block.first else 0
    first = 0
    for at in range(1, len(lines)):
        above, strong = alone[at - 1], block.strong[at - 1]
        if _apart(lines[first], lines[at - 1], lines[at], stepped=stepped, strong=strong):
            joined = False
        elif above is not None or alone[at] is not None:
            joined = _furniture_goes_on(lines[at - 1], lines[at], above, alone[at], strong=strong)
            alone[at] = None if joined else alone[at]
        else:
            joined = strong or (at > titles and _goes_on(lines[first], lines[at - 1], lines[at], need))
        if not joined:
            yield lines[first].span, lines[at - 1].span
            first = at
    yield lines[first].span, lines[-1].span


def _titles(lines: Sequence[_Line], alone: Sequence[Role | None]) -> int:
    """How many lines at the head of a story may be its headline or the furniture around it."""
    for at, line in enumerate(lines):
        if alone[at] is None and (line.indent >= INDENT or not headline(line.text)):
            return at
        if alone[at] is None:
            return at + 1
    return len(lines)


def _need(block: _Block) -> int:
    """The columns from which a line of a block is full."""
    if not block.wrapped:
        return FULL
    return min(FULL, max(line.width for line in block.lines) - SLACK)


def _furniture(line: str) -> Role | None:
    """The role of a line by its form; most lines of wrapped copy are told at a glance."""
    if (
        len(line) >= FULL
        and line[0].islower()
        and line[-1] not in ")]"
        and ":" not in line
        and "\t" not in line
        and "|" not in line
        and "   " not in line
    ):
        return None
    return furniture(line)


def _apart(first: _Line, line: _Line, following: _Line, *, stepped: bool, strong: bool) -> bool:
    """Whether a line plainly begins a paragraph, by its indent, its length or its dateline."""
    if max(line.width, following.width) > WRAPPED:
        return True
    if not strong and following.indent >= INDENT:
        hanging = _LISTED.match(line.text)
        if hanging:
            return following.indent != line.indent + hanging.end()
        return following.indent > line.indent or (stepped and following.indent >= first.indent)
    return line.ended and dateline(following.text) > 0


def _goes_on(first: _Line, line: _Line, following: _Line, need: int) -> bool:
    """Whether a line without marks of its own goes on with the paragraph above."""
    if first.indent >= INDENT and following.indent < first.indent and not line.ended:
        return True
    stands = 0 if first.indent >= INDENT and following.indent < first.indent else need
    return line.width >= stands and _full(line, following)


def _furniture_goes_on(line: _Line, following: _Line, above: Role | None, below: Role | None, *, strong: bool) -> bool:
    """Whether two lines are one paragraph of which one, by itself, would be furniture or a list row."""
    if below is not None:
        return below in _ROWS and above is None and not line.ended and line.width >= FULL
    if above in _ROWS:
        return strong or following.indent >= INDENT
    if above not in _RUNNING_ON:
        return False
    return (strong and line.width >= FULL) or (line.text[0] in "([（" and not set(")]）") & set(line.text))


def _full(line: _Line, following: _Line) -> bool:
    """Whether the first word of the next line would not have stood in this one."""
    word = following.text.split(None, 1)[0]
    return line.indent + line.width + 1 + len(word) + SLACK > following.indent + following.width
