"""From the characters of a paragraph's text to the bytes where they stand, markup around them included."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Paragraph, Source


def byte_spans(source: Source, paragraph: Paragraph, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The bytes in the source of some sorted, disjoint spans of characters of a paragraph.

    A span whose markup opens and closes within it, or right around it, takes that markup with it.
    """
    if paragraph.runs:
        return [_marked(source, paragraph, *span) for span in spans]
    found, at, done = [], paragraph.start, 0
    for start, end in spans:
        first = at + len(paragraph.text[done:start].encode(source.encoding))
        at = first + len(paragraph.text[start:end].encode(source.encoding))
        done = end
        found.append((first, at))
    return found


def torn(paragraph: Paragraph, start: int, end: int) -> bool:
    """Whether taking a span of characters would leave markup open, or closed twice."""
    first, last = _range(paragraph.runs, start, end)
    return _levels(paragraph.runs[first:last]) != (0, 0)


def headed(paragraph: Paragraph, start: int, end: int) -> bool:
    """Whether a span that opens a paragraph is marked all by itself, as a heading in bold before the text is."""
    first, last = _range(paragraph.runs, start, end)
    some = paragraph.runs[first:last]
    return start == 0 and bool(some) and some[0].turn > 0 > some[-1].turn and end < len(paragraph.text)


def _marked(source: Source, paragraph: Paragraph, start: int, end: int) -> tuple[int, int]:
    pieces = byte_pieces(source, paragraph, start, end)
    return pieces[0][0], pieces[-1][1]


def byte_pieces(source: Source, paragraph: Paragraph, start: int, end: int) -> list[tuple[int, int]]:
    """The bytes of a span of characters of a paragraph with runs, without what stands between the runs."""
    found: list[tuple[int, int]] = []
    first, last = _range(paragraph.runs, start, end)
    for run in paragraph.runs[first:last]:
        begin, stop = run.start, run.end
        if run.at < start:
            begin += len(paragraph.text[run.at : start].encode(source.encoding))
        if run.at + run.size > end:
            stop = run.start + len(paragraph.text[run.at : end].encode(source.encoding))
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((begin, stop))
    return found


def _range(runs: Sequence[Run], start: int, end: int) -> tuple[int, int]:
    """The runs of a span of characters, first and one past the last, with the markup that belongs to them."""
    some = [at for at, run in enumerate(runs) if run.at < end and start < run.at + run.size]
    if not some:
        return 0, 0
    first, last = some[0], some[-1] + 1
    while True:
        opened, closed = _levels(runs[first:last])
        opens = first > 0 and runs[first - 1].turn > 0 and runs[first].at >= start
        closes = last < len(runs) and runs[last].turn < 0 and runs[last - 1].at + runs[last - 1].size <= end
        if opens and (closed or (closes and not opened)):
            first -= 1
        if closes and (opened or (opens and not closed)):
            last += 1
        if not (opens and (closed or (closes and not opened))) and not (closes and (opened or (opens and not closed))):
            return first, last


def _levels(runs: Sequence[Run]) -> tuple[int, int]:
    """How much markup some runs leave open, and how much they close that was opened before them."""
    opened = closed = 0
    for run in runs:
        if run.turn > 0:
            opened += 1
        elif run.turn < 0 and opened:
            opened -= 1
        elif run.turn < 0:
            closed += 1
    return opened, closed


class Ink(NamedTuple):
    """What a reader sees in a range of bytes, white space and markup aside."""

    first: int  # byte of the first character
    last: int  # one past that of the last
    size: int  # characters


def ink(source: Source, paragraph: Paragraph, start: int, end: int) -> Ink | None:
    """What a reader sees of a paragraph in a range of bytes; None where that is nothing."""
    first, last, size = -1, -1, 0
    for run in paragraph.runs or (Run(0, len(paragraph.text), paragraph.start, paragraph.end),):
        at, stop = max(start, run.start), min(end, run.end)
        said = paragraph.text[run.at : run.at + run.size]
        if at >= stop or not said.strip():
            continue
        literal = len(said.encode(source.encoding)) == run.end - run.start
        if literal:
            said = source.data[at:stop].decode(source.encoding)
            at += len(said[: len(said) - len(said.lstrip())].encode(source.encoding))
            stop -= len(said[len(said.rstrip()) :].encode(source.encoding))
        inked = sum(map(len, said.split()))
        if inked:
            first, last, size = at if first < 0 else first, stop, size + inked
    return Ink(first, last, size) if size else None


def remaining(source: Source, paragraph: Paragraph, cuts: Sequence[tuple[int, int]]) -> str:
    """The text of a paragraph without some sorted, disjoint spans of bytes of its source, trimmed."""
    if not paragraph.runs:
        edges = [paragraph.start, *(edge for cut in cuts for edge in cut), paragraph.end]
        pieces = [source.data[a:b] for a, b in list(pairwise(edges))[::2] if a < b]
        return b"".join(pieces).decode(source.encoding).strip()
    kept = []
    for run in paragraph.runs:
        said = paragraph.text[run.at : run.at + run.size]
        size = run.end - run.start
        literal = len(said.encode(source.encoding)) == size
        at = run.start
        for start, end in cuts:
            if start < run.end and run.start < end:
                if literal:
                    kept.append(source.data[at : max(at, start)].decode(source.encoding))
                at = max(at, min(end, run.end))
        if at == run.start:
            kept.append(said)
        elif literal:
            kept.append(source.data[at : run.end].decode(source.encoding))
    return " ".join("".join(kept).split())
