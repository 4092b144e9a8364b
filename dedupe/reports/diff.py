"""A unified diff, made from the cuts: linear, and right for any line ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.edit import applicable, apply, cuts
from dedupe.reports.look import one_line
from dedupe.spans import remaining

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Cut, Review, Source
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look

CONTEXT = 3  # lines
_LINE = re.compile("[^\n]*\n|[^\n]+")


class _Change(NamedTuple):
    first: int  # old line, from 0
    old: list[str]
    new: list[str]


def report(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """What `clean` would change, file after file."""
    for outcome in outcomes:
        reviews = [review for review in outcome.reviews if not review.article.doubt]
        found = sorted(
            cut
            for review in reviews
            for cut in cuts(review.source, review.article, applicable(review.findings, unsafe=look.unsafe))
        )
        if found and reviews[0].source.package:
            yield from _by_paragraph(reviews[0], found)
        elif found:
            yield from unified(reviews[0].source, found)


def _by_paragraph(review: Review, found: Sequence[Cut]) -> Iterator[str]:
    """What changes in a document without lines, a paragraph a line."""
    from difflib import unified_diff  # noqa: PLC0415  few files need it

    gone = [(cut.start, cut.end) for cut in found]
    old = [f"{one.text}\n" for one in review.article.paragraphs]
    left = [remaining(review.source, one, gone) for one in review.article.paragraphs]
    new = [f"{text}\n" for text in left if text]
    name = one_line(review.source.path)
    yield from unified_diff(old, new, name, name, n=CONTEXT)


def unified(source: Source, found: Sequence[Cut]) -> Iterator[str]:
    """The lines of a unified diff of one file, each with its line end."""
    old = _LINE.findall(source.data.decode(source.encoding, "surrogatepass"))
    name = one_line(source.path.replace("\\", "/"))
    yield f"--- {name}\n"
    yield f"+++ {name}\n"
    shift = 0
    for group in _grouped(_changes(source, old, found)):
        last = group[-1]
        low = max(0, group[0].first - CONTEXT)
        high = min(len(old), last.first + len(last.old) + CONTEXT)
        body, at, grown = [], low, 0
        for change in group:
            body += [" " + line for line in old[at : change.first]]
            body += ["-" + line for line in change.old] + ["+" + line for line in change.new]
            at = change.first + len(change.old)
            grown += len(change.new) - len(change.old)
        body += [" " + line for line in old[at:high]]
        size = high - low
        yield f"@@ -{_range(low, size)} +{_range(low + shift, size + grown)} @@\n"
        for line in body:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        shift += grown


def _range(start: int, size: int) -> str:
    return f"{start + 1 if size else start},{size}" if size != 1 else str(start + 1)


def _changes(source: Source, old: Sequence[str], found: Sequence[Cut]) -> Iterator[_Change]:
    """The runs of lines that cuts touch, before and after, without the lines that stay at their edges."""
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line.encode(source.encoding, "surrogatepass")))
    at = 0
    spans: list[tuple[int, int, list[Cut]]] = []
    for cut in found:
        while starts[at + 1] <= cut.start:
            at += 1
        end = at
        while starts[end] < cut.end:
            end += 1
        if spans and spans[-1][1] > at:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), [*spans[-1][2], cut])
        else:
            spans.append((at, end, [cut]))
    for first, last, some in spans:
        block = source.data[starts[first] : starts[last]]
        moved = [cut._replace(start=cut.start - starts[first], end=cut.end - starts[first]) for cut in some]
        after = _LINE.findall(apply(block, moved).decode(source.encoding, "surrogatepass"))
        yield _trimmed(first, list(old[first:last]), after)


def _trimmed(first: int, old: list[str], new: list[str]) -> _Change:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return _Change(first + head, old[head : len(old) - tail], new[head : len(new) - tail])


def _grouped(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    """Changes whose contexts touch, together."""
    group: list[_Change] = []
    for change in changes:
        if group and change.first - group[-1].first - len(group[-1].old) > 2 * CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group
