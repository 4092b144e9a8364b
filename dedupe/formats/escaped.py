"""A text that stands escaped in its file: what it says, and from its characters to those of the file."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.laid import ALONE, Draft
from dedupe.model import Run

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator


class Escaped(NamedTuple):
    """What an escaped text says, and the runs of it in characters of the file."""

    text: str
    runs: tuple[Run, ...]
    starts: tuple[int, ...]  # of the runs, in the text

    def begin(self, at: int) -> int:
        """Where a character stands."""
        run = self.runs[max(0, bisect_right(self.starts, at) - 1)]
        return run.start + at - run.at if run.size == run.end - run.start else run.start

    def stop(self, at: int) -> int:
        """Where what stands before a character ends."""
        run = self.runs[max(0, bisect_right(self.starts, at - 1) - 1)]
        return run.start + at - run.at if run.size == run.end - run.start else run.end


def unescaped(
    text: str, start: int, end: int, pattern: re.Pattern[str], said: Callable[[re.Match[str]], str]
) -> Escaped:
    """Read a range of a text in which `pattern` stands for what `said` gives."""
    words: list[str] = []
    runs: list[Run] = []
    at, size = start, 0
    for match in pattern.finditer(text, start, end):
        if match.start() > at:
            words.append(text[at : match.start()])
            runs.append(Run(size, match.start() - at, at, match.start()))
            size += match.start() - at
        one = said(match)
        words.append(one)
        runs.append(Run(size, len(one), match.start(), match.end()))
        size += len(one)
        at = match.end()
    if at < end or not runs:
        words.append(text[at:end])
        runs.append(Run(size, end - at, at, end))
    return Escaped("".join(words), tuple(runs), tuple(run.at for run in runs))


def outward(drafts: Iterable[Draft], inner: Escaped) -> Iterator[Draft]:
    """The paragraphs of an escaped text in the places of the file."""
    if len(inner.runs) == 1:
        shift = inner.runs[0].start
        for draft in drafts:
            yield draft._replace(
                start=draft.start + shift,
                end=draft.end + shift,
                outer=(draft.outer[0] + shift, draft.outer[1] + shift) if draft.outer != ALONE else ALONE,
                runs=tuple(run._replace(start=run.start + shift, end=run.end + shift) for run in draft.runs),
            )
        return
    for draft in drafts:
        runs = draft.runs or (Run(0, draft.end - draft.start, draft.start, draft.end),)
        moved = tuple(piece for run in runs for piece in _moved(run, inner))
        literal = len(moved) == 1 and moved[0].size == moved[0].end - moved[0].start
        yield draft._replace(
            start=inner.begin(draft.start),
            end=inner.stop(draft.end),
            outer=(inner.begin(draft.outer[0]), inner.stop(draft.outer[1])) if draft.outer != ALONE else ALONE,
            runs=() if literal and not draft.runs else moved,
        )


def _moved(run: Run, inner: Escaped) -> Iterator[Run]:
    """A run in the places of the file, one a piece where it is literal."""
    if run.size != run.end - run.start or not run.size:
        yield Run(run.at, run.size, inner.begin(run.start), inner.stop(run.end), run.turn)
        return
    first = max(0, bisect_right(inner.starts, run.start) - 1)
    for piece in inner.runs[first:]:
        if piece.at >= run.end:
            return
        start, end = max(piece.at, run.start), min(piece.at + piece.size, run.end)
        if start < end:
            yield Run(run.at + start - run.start, end - start, inner.begin(start), inner.stop(end))


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
