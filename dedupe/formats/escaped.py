"""A text that stands escaped in its file: what it says, and from its characters to those of the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import text
from dedupe.formats.laid import ALONE, Draft, Runs
from dedupe.model import Role, Run
from dedupe.roles import furniture

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence


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

    def broken(self, start: int, end: int) -> bool:
        """Whether an escape stands in a range of the text."""
        first = bisect_left(self.ats, start)
        return first < len(self.ats) and self.ats[first] < end


def escaped(text: str, start: int, escapes: Sequence[tuple[int, int]]) -> Escaped:
    """A text of which each of `escapes`, places of the file, says one character."""
    begins = [begin for begin, _ in escapes]
    ends = [end for _, end in escapes]
    more = accumulate([end - begin - 1 for begin, end in escapes], initial=start)
    ats = [begin - shift for begin, shift in zip(begins, more, strict=False)]
    return Escaped(text, start, ats, [at + 1 for at in ats], begins, ends)


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
        first, last, role, text, outer, runs, links, bound, field, weak, level = draft
        start, end = inner.begin(first), inner.stop(last)
        if outer is not ALONE:
            outer = (inner.begin(outer[0]), inner.stop(outer[1]))
        if runs or not end - start == last - first == len(text) or inner.broken(first, last):
            runs = Runs(partial(_moved, draft, inner))
        yield tuple.__new__(Draft, (start, end, role, text, outer, runs, links, bound, field, weak, level))


def _moved(draft: Draft, inner: Escaped) -> tuple[Run, ...]:
    """The runs of a paragraph in the places of the file."""
    runs = draft.runs or (Run(0, draft.end - draft.start, draft.start, draft.end),)
    return tuple([piece for run in runs for piece in _pieces(run, inner)])


def _pieces(run: Run, inner: Escaped) -> Iterator[Run]:
    """A run in the places of the file, in one piece after the other where it is literal."""
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


def joined(some: Sequence[Escaped]) -> list[Draft]:
    """The paragraph that several texts are together, if they say something."""
    text = "".join([inner.text for inner in some])
    said = text.strip()
    if not said:
        return []
    low = len(text) - len(text.lstrip())
    pieces: list[tuple[int, int, int, Escaped]] = []  # where a piece of the text begins; from where to where in its own
    at = 0
    for inner in some:
        first, last = max(low, at), min(low + len(said), at + len(inner.text))
        if first < last:
            pieces.append((first - low, first - at, last - at, inner))
        at += len(inner.text)
    start, end = pieces[0][3].begin(pieces[0][1]), pieces[-1][3].stop(pieces[-1][2])
    runs = Runs(partial(_joined, pieces))
    return [Draft(start, end, furniture(said) or Role.BODY, said, ALONE, runs)]


def _joined(pieces: Sequence[tuple[int, int, int, Escaped]]) -> tuple[Run, ...]:
    return tuple(
        [one for at, first, last, inner in pieces for one in _pieces(Run(at, last - first, first, last), inner)]
    )


def lines(drafts: Iterable[Draft], words: str) -> Iterator[Draft]:
    """The paragraphs of an unescaped text; a block that has a line of it to itself goes with that line."""
    for draft in drafts:
        start, stop = draft.outer
        if draft.outer is not ALONE:
            before = start
            while before and words[before - 1] != "\n" and words[before - 1].isspace():
                before -= 1
            while words[stop : stop + 1] in (" ", "\t"):
                stop += 1
            if words[stop : stop + 1] == "\n" and (not before or words[before - 1] == "\n"):
                yield draft._replace(outer=(start, stop + 1))
                continue
        yield draft


def plain(inner: Escaped) -> list[Draft]:
    """The paragraphs of a text that has no markup, in the places of the file."""
    words, field, ats, nexts, begins, ends = inner
    found: list[Draft] = []
    for _, some in text.stories(words):
        for first, last, _, _, role, said in some:
            low, high = bisect_left(ats, first), bisect_left(ats, last)  # the escapes in it
            if low < high and ats[low] == first:
                start = begins[low]
            elif low and first < nexts[low - 1]:
                start = begins[low - 1]
            else:
                start = ends[low - 1] + first - nexts[low - 1] if low else field + first
            end = ends[high - 1] + max(0, last - nexts[high - 1]) if high else field + last
            runs: Sequence[Run] = ()
            if end - start != last - first or low < high:
                runs = Runs(partial(_placed, first, last, inner))
            all_ = (start, end, role, said, ALONE, runs, (), "", field, "", 1)
            found.append(tuple.__new__(Draft, all_))  # as `Draft` does, which takes twice as long for it
    return found


def _placed(first: int, last: int, inner: Escaped) -> tuple[Run, ...]:
    return tuple(_pieces(Run(0, last - first, first, last), inner))
