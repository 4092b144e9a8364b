"""A text that stands escaped in its file: what it says, and from its characters to those of the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import text
from dedupe.formats.laid import ALONE, Draft
from dedupe.model import Run

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator


class Escaped(NamedTuple):
    """What an escaped text says, and where its escapes stand; all between them is literal."""

    text: str
    start: int  # of the escaped text in the file
    ats: list[int]  # of each escape: its first character in the text,
    nexts: list[int]  # one past its last,
    begins: list[int]  # where it begins in the file,
    ends: list[int]  # and where it ends

    def begin(self, at: int) -> int:
        """Where a character stands."""
        last = bisect_right(self.ats, at) - 1
        if last < 0:
            return self.start + at
        return self.begins[last] if at < self.nexts[last] else self.ends[last] + at - self.nexts[last]

    def stop(self, at: int) -> int:
        """Where what stands before a character ends."""
        last = bisect_left(self.ats, at) - 1
        if last < 0:
            return self.start + at
        return self.ends[last] + max(0, at - self.nexts[last])


def unescaped(
    source: str, start: int, end: int, pattern: re.Pattern[str], said: Callable[[re.Match[str]], str]
) -> Escaped:
    """Read a range of a text in which `pattern` stands for what `said` gives."""
    words: list[str] = []
    ats: list[int] = []
    nexts: list[int] = []
    begins: list[int] = []
    ends: list[int] = []
    at, size = start, 0
    for match in pattern.finditer(source, start, end):
        begin, stop = match.span()
        one = said(match)
        words += (source[at:begin], one)
        size += begin - at
        ats.append(size)
        size += len(one)
        nexts.append(size)
        begins.append(begin)
        ends.append(stop)
        at = stop
    words.append(source[at:end])
    return Escaped("".join(words), start, ats, nexts, begins, ends)


def outward(drafts: Iterable[Draft], inner: Escaped) -> Iterator[Draft]:
    """The paragraphs of an escaped text in the places of the file."""
    for draft in drafts:
        start, end = inner.begin(draft.start), inner.stop(draft.end)
        outer = (inner.begin(draft.outer[0]), inner.stop(draft.outer[1])) if draft.outer != ALONE else ALONE
        if not draft.runs and end - start == draft.end - draft.start == len(draft.text) and not _between(draft, inner):
            yield draft._replace(start=start, end=end, outer=outer)
            continue
        runs = draft.runs or (Run(0, draft.end - draft.start, draft.start, draft.end),)
        moved = tuple(piece for run in runs for piece in _moved(run, inner))
        yield draft._replace(start=start, end=end, outer=outer, runs=moved)


def _between(draft: Draft, inner: Escaped) -> bool:
    """Whether an escape stands in a paragraph."""
    first = bisect_left(inner.ats, draft.start)
    return first < len(inner.ats) and inner.ats[first] < draft.end


def _moved(run: Run, inner: Escaped) -> Iterator[Run]:
    """A run in the places of the file, one a piece where it is literal."""
    if run.size != run.end - run.start or not run.size:
        yield Run(run.at, run.size, inner.begin(run.start), inner.stop(run.end), run.turn)
        return
    at = run.start
    number = bisect_left(inner.nexts, run.start + 1)
    while at < run.end:
        if number == len(inner.ats) or inner.ats[number] >= run.end:
            yield Run(run.at + at - run.start, run.end - at, inner.begin(at), inner.stop(run.end), run.turn)
            return
        here, following = inner.ats[number], inner.nexts[number]
        if here > at:
            yield Run(run.at + at - run.start, here - at, inner.begin(at), inner.begins[number], run.turn)
        first, last = max(at, here), min(following, run.end)
        yield Run(run.at + first - run.start, last - first, inner.begins[number], inner.ends[number], run.turn)
        at = last
        number += 1


def lines(drafts: Iterable[Draft], words: str) -> Iterator[Draft]:
    """The paragraphs of an unescaped text; a block that has a line of it to itself goes with that line."""
    for draft in drafts:
        start, end = draft.outer
        stop = end
        while words[stop : stop + 1] in (" ", "\t"):
            stop += 1
        begins = not words[:start].rpartition("\n")[2].strip() if start >= 0 else False
        if draft.outer != ALONE and begins and words[stop : stop + 1] == "\n":
            yield draft._replace(outer=(start, stop + 1))
        else:
            yield draft


def plain(inner: Escaped) -> list[Draft]:
    """The paragraphs of a text that has no markup, in the places of the file."""
    found = [
        Draft(begin, stop, role, inner.text[begin:stop], ALONE, field=inner.start)
        for _, some in text.stories(inner.text)
        for begin, stop, _, _, role in some
    ]
    return list(outward(found, inner))
