"""Findings become cuts of bytes; the proof that a cut takes only what it should."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import opening
from dedupe.model import COPY, Article, Cut, DedupeError, Finding, Paragraph, Place, Role, Source
from dedupe.spans import byte_pieces, byte_spans, ink, remaining, torn
from dedupe.story import along
from dedupe.words import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def applicable(findings: Iterable[Finding], *, unsafe: bool = False) -> list[Finding]:
    """The findings that cleaning applies: the safe ones and, if wanted, those that lose words; never a conflict."""
    return [finding for finding in findings if finding.safe or (unsafe and finding.code == "loses")]


def cuts(source: Source, article: Article, findings: Iterable[Finding], *, asked: bool = False) -> list[Cut]:
    """The runs of bytes to take out of one article, sorted and disjoint.

    A paragraph goes from its start to the start of the next one, or, where none follows in the article, from the end
    of the one before; where markup goes with it, with the blank space around that. A sentence goes with the space that
    parts it from the next, or from the one before. Where a person has asked for them, copies go that are no copy-like
    paragraphs, such as a quotation set apart. Raises DedupeError for what only a person can cut.
    """
    whole: dict[int, Finding] = {}
    parts: dict[int, list[Finding]] = {}
    for finding in findings:
        first, last = covered(article.paragraphs, finding.dropped)
        if first > last:
            parts.setdefault(last, []).append(finding)
        stays, goes = covered(article.paragraphs, finding.kept), range(first, last + 1)
        copy = [at for at in goes if article.paragraphs[at].role in COPY] or (goes if asked else [])
        rest = along(article.paragraphs, range(stays[0], stays[1] + 1), goes)
        whole.update((at, finding) for at in (*copy, *rest) if at not in whole)
    found = removal(source, article, whole)
    for at, some in parts.items():
        if at not in whole:
            found += _sentence_cuts(source, article.paragraphs[at], some)
    return _joined(sorted(found, key=lambda cut: cut.start))


def removal(source: Source, article: Article, dropped: dict[int, Finding]) -> list[Cut]:
    """The cuts that take out some paragraphs of an article, by their number from 0. Raises DedupeError as `cuts`."""
    paragraphs = article.paragraphs
    for at in dropped:
        if paragraphs[at].tied:
            raise _refusal(source.path, f"line {paragraphs[at].line}: {paragraphs[at].tied}")
    outer = {at: span for at in dropped if (span := paragraphs[at].outer) is not None and not paragraphs[at].field}
    found = _outer_cuts(source, outer, dropped)
    plain = [at for at, paragraph in enumerate(paragraphs) if paragraph.outer is None or paragraph.field]
    for _, some in groupby(plain, key=lambda at: paragraphs[at].field):
        field = list(some)
        spans = [paragraphs[at].outer or (paragraphs[at].start, paragraphs[at].end) for at in field]
        own = _run_cuts(spans, {place: dropped[at] for place, at in enumerate(field) if at in dropped})
        found += own if paragraphs[field[0]].field else _indented(source, own)
    return sorted(found, key=lambda cut: cut.start)


_LINE_END = re.compile("\r{0,2}\n|\r")


class _Gap(NamedTuple):
    """The blank space between two blocks."""

    start: int
    end: int
    lines: tuple[int, ...]  # where each of its lines ends, in bytes of the source


def _outer_cuts(source: Source, outer: dict[int, tuple[int, int]], dropped: dict[int, Finding]) -> list[Cut]:
    """Cuts of blocks of markup, each with its lines where it has them to itself.

    What stands apart by blank lines stays apart by the largest of the gaps that there were.
    """
    rows: list[list[int]] = []  # blocks of which only the first begins a line
    gaps: list[_Gap] = []  # before each row
    for at in sorted(outer):
        gap = _gap(source, outer[at][0], behind=False)
        if rows and not gap.lines and gap.start <= outer[rows[-1][-1]][1]:
            rows[-1].append(at)
        else:
            rows.append([at])
            gaps.append(gap)
    spans = [(outer[row[0]][0], outer[row[-1]][1]) for row in rows]
    found: list[Cut] = []
    for row, span in zip(rows, _widened(source, spans, gaps), strict=True):
        edges = [span[0], *(outer[at][0] for at in row[1:]), span[1]]
        found += [Cut(*edge, dropped[at]) for at, edge in zip(row, pairwise(edges), strict=True)]
    return found


def _widened(source: Source, spans: Sequence[tuple[int, int]], gaps: Sequence[_Gap]) -> Iterator[tuple[int, int]]:
    """Rows of blocks, each with the blank space that goes with it; `gaps` are those before them."""
    behind = [_gap(source, end, behind=True) for _, end in spans]
    for at, (gap, (begins, _)) in enumerate(zip(behind, spans[1:], strict=False)):
        if gap.end > begins:  # an indent belongs to the block that it opens
            behind[at] = _Gap(gap.start, begins, tuple([line for line in gap.lines if line <= begins]))
    closing, edge = len(spans), len(source.data)  # the first of the rows that close the file
    while closing and behind[closing - 1].end == edge:
        closing -= 1
        edge = spans[closing][0]
    kept, last = 0, -1  # line ends between what stays above and a row; where the row before ends
    for at, ((start, end), before, after) in enumerate(zip(spans, gaps, behind, strict=True)):
        kept = kept if before.start == last else len(before.lines)
        last = end
        opens = before.lines or before.start == source.bom
        if at >= closing:
            tail = behind[-1].lines
            head = before.lines[0] if before.lines and tail else before.start if opens else start
            stop = spans[at + 1][0] if at + 1 < len(spans) else tail[0] if tail else behind[-1].end
            yield head if at == closing else start, stop
        elif opens and after.lines:
            drop = min(kept, len(after.lines)) if kept else len(after.lines)
            yield before.lines[-1] if before.lines else before.start, after.lines[drop - 1]
            kept = max(kept, len(after.lines)) if kept else 0
        else:
            yield start, after.end if before.end > before.start and not after.lines else end


def _gap(source: Source, at: int, *, behind: bool) -> _Gap:
    """The blank space before or behind a place."""
    before, after = _blank_space(source, at, at)
    start, end = (at, after) if behind else (before, at)
    lines, place, text = [], start, source.data[start:end].decode(source.encoding)
    done = 0
    for match in _LINE_END.finditer(text):
        place += len(text[done : match.end()].encode(source.encoding))
        done = match.end()
        lines.append(place)
    return _Gap(start, end, tuple(lines))


def _blank_space(source: Source, start: int, end: int) -> tuple[int, int]:
    """How far the blank space around a block of bytes reaches."""
    blank = {char.encode(source.encoding) for char in " \t\r\n"}
    unit = len(next(iter(blank)))
    while start - unit >= source.bom and source.data[start - unit : start] in blank:
        start -= unit
    while source.data[end : end + unit] in blank:
        end += unit
    return start, end


def covered(paragraphs: Sequence[Paragraph], place: Place) -> tuple[int, int]:
    """The paragraphs of a copy, first and last; where it is a part of one, that one + 1 and that one."""
    first = place.paragraph - 1
    if place.start > paragraphs[first].start or place.end < paragraphs[first].end:
        return first + 1, first
    last = first
    while last + 1 < len(paragraphs) and paragraphs[last + 1].end <= place.end:
        last += 1
    return first, last


def _run_cuts(spans: Sequence[tuple[int, int]], dropped: dict[int, Finding]) -> list[Cut]:
    """Cuts of some of the items of a sequence, each with the gap behind it; at the end with the gap before it."""
    found, tail = [], len(spans)
    while tail - 1 in dropped:
        tail -= 1
    for at in sorted(dropped):
        if at < tail:
            found.append(Cut(spans[at][0], spans[at + 1][0], dropped[at]))
        else:
            found.append(Cut(spans[at - 1][1] if at else spans[at][0], spans[at][1], dropped[at]))
    return found


def _indented(source: Source, cuts: Sequence[Cut]) -> list[Cut]:
    """Cuts of lines; where what follows a run of them is indented otherwise, each line goes with its own indent."""
    found = list(cuts)
    first = 0
    for at, cut in enumerate(cuts):
        if at + 1 < len(cuts) and cuts[at + 1].start == cut.end:
            continue
        start, end = _line_start(source, cuts[first].start), _line_start(source, cut.end)
        own, below = source.data[start : cuts[first].start], source.data[end : cut.end]
        if start >= 0 and end > cuts[first].start and own != below:
            found[first] = found[first]._replace(start=start)
            found[at] = found[at]._replace(end=end)
        first = at + 1
    return found


def _line_start(source: Source, at: int) -> int:
    """Where the line begins on which nothing but an indent stands before a place; -1 where more does."""
    blank, ends = ({char.encode(source.encoding) for char in chars} for chars in (" \t", "\r\n"))
    unit = len(next(iter(blank)))
    while at - unit >= source.bom and source.data[at - unit : at] in blank:
        at -= unit
    return at if at == source.bom or source.data[at - unit : at] in ends else -1


def part(source: Source, paragraph: Paragraph, place: Place) -> tuple[int, int] | None:
    """The characters of a paragraph that a copy of some of its sentences is; None where they cannot be told apart."""
    both = zip(*_sentences(source, paragraph), strict=True)
    mine = [edge for edge, (start, end) in both if place.start <= start and end <= place.end]
    return (mine[0][0], mine[-1][1]) if mine else None


def _sentences(source: Source, paragraph: Paragraph) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The sentences of a paragraph behind its dateline: their characters and their bytes."""
    skip = opening(paragraph.text)
    edges = [(skip + start, skip + end) for start, end in sentences(paragraph.text[skip:])]
    return edges, byte_spans(source, paragraph, edges)


def _sentence_cuts(source: Source, paragraph: Paragraph, findings: Iterable[Finding]) -> list[Cut]:
    edges, spans = _sentences(source, paragraph)
    dropped = {
        at: finding
        for finding in findings
        for at, (start, end) in enumerate(spans)
        if finding.dropped.start <= start and end <= finding.dropped.end
    }
    if not paragraph.runs:
        return _run_cuts(spans, dropped)
    found, tail = [], len(spans)
    while tail - 1 in dropped:
        tail -= 1
    for at in sorted(dropped):
        low, high = edges[at]
        if torn(paragraph, low, high):
            raise _refusal(source.path, f"line {paragraph.line}: the markup of a sentence goes on beyond it")
        text = paragraph.text
        if at < tail:
            high += len(text[high:]) - len(text[high:].lstrip())
        else:
            low = len(text[:low].rstrip())
        found += [Cut(start, end, dropped[at]) for start, end in byte_pieces(source, paragraph, low, high)]
    return found


def _joined(cuts: Iterable[Cut]) -> list[Cut]:
    """Neighbouring cuts of one finding as one."""
    found: list[Cut] = []
    for cut in cuts:
        if found and found[-1].end == cut.start and found[-1].finding is cut.finding:
            found[-1] = found[-1]._replace(end=cut.end)
        else:
            found.append(cut)
    return found


def apply(data: bytes, cuts: Iterable[Cut]) -> bytes:
    """The bytes without the cuts, which are sorted and disjoint."""
    kept, at = [], 0
    for cut in cuts:
        kept.append(data[at : cut.start])
        at = cut.end
    kept.append(data[at:])
    return b"".join(kept)


def prove(
    source: Source, cuts: Sequence[Cut], before: Iterable[Article], after: Iterable[Article], data: bytes
) -> None:
    """Refuse a result that is not exactly the kept paragraphs: `after` are the articles that `data` splits into.

    Raises DedupeError.
    """
    at = 0
    for cut in cuts:
        if not at <= cut.start < cut.end <= len(source.data) or cut.start < source.bom:
            raise _refusal(source.path, "two cuts overlap")
        at = cut.end
    if apply(source.data, cuts) != data:
        raise _refusal(source.path, "other bytes than those of the cuts would change")
    stories = list(before)
    places = sorted((it for article in stories for it in article.paragraphs), key=lambda it: it.start)
    starts, ends = [it.start for it in places], [it.end for it in places]
    if not all(
        _whole(source, cut, places[bisect_right(ends, cut.start) : bisect_left(starts, cut.end)]) for cut in cuts
    ):
        raise _refusal(source.path, "a cut would take more or less than a paragraph or a sentence")
    wanted = [kept for article in stories for _, kept in staying(source, article, cuts)]
    if wanted != [_told(paragraph) for article in after for paragraph in article.paragraphs]:
        raise _refusal(source.path, "the rest would no longer read as the same paragraphs")


def _whole(source: Source, cut: Cut, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a cut takes whole paragraphs of what its finding drops, or exactly the sentences it drops, and space."""
    dropped = (cut.finding.dropped.start, cut.finding.dropped.end)
    for it in paragraphs:
        taken, own = ink(source, it, cut.start, cut.end), ink(source, it, it.start, it.end)
        if taken is None or own is None:
            continue
        part = own.first < dropped[0] or dropped[1] < own.last
        if taken.first < dropped[0] or dropped[1] < taken.last or (not part and taken != own):
            return False
        if part and not it.runs and taken != ink(source, it, *dropped):
            return False
    text = source.data[cut.start : cut.end].decode(source.encoding)
    if not text.strip() or any(it.field for it in paragraphs):  # what parts texts in a field may be escaped
        return True
    spans = [it.outer or (it.start, it.end) for it in paragraphs]
    start = cut.start + len(text[: len(text) - len(text.lstrip())].encode(source.encoding))
    end = cut.end - len(text[len(text.rstrip()) :].encode(source.encoding))
    return bool(spans) and spans[0][0] <= start and end <= spans[-1][1]


def _told(paragraph: Paragraph) -> tuple[str, str]:
    """What must not change of a paragraph that stays; which heading is the first, and so the headline, may."""
    if paragraph.outer is None:
        return "", paragraph.text if not paragraph.runs else " ".join(paragraph.text.split())
    role = Role.HEADING if paragraph.role is Role.HEADLINE else paragraph.role
    return role, " ".join(paragraph.text.split())


def staying(source: Source, article: Article, cuts: Sequence[Cut]) -> list[tuple[int, tuple[str, str]]]:
    """What should remain of each paragraph, by its number from 0; those of which nothing remains are left out."""
    found, low = [], 0
    for number, paragraph in enumerate(article.paragraphs):
        while low < len(cuts) and cuts[low].end <= paragraph.start:
            low += 1
        at = low
        while at < len(cuts) and cuts[at].start < paragraph.end:
            at += 1
        if at == low:
            found.append((number, _told(paragraph)))
            continue
        text = remaining(source, paragraph, [(cut.start, cut.end) for cut in cuts[low:at]])
        if text:
            found.append((number, _told(paragraph._replace(text=text))))
    return found


def _refusal(path: str, why: str) -> DedupeError:
    return DedupeError(
        f"{path}: not cleaned: {why}; the file is as it was. Cut by hand what `dedupe check` shows", path=path
    )
