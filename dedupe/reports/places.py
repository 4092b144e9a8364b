"""What the reports for other programs share: their findings one by one, where each stands, what would be cut."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from dedupe.codes import CODES
from dedupe.edit import applicable
from dedupe.model import DedupeError
from dedupe.pipeline import plan
from dedupe.reports.look import one_line
from dedupe.review import unlike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Accepted, Cut, Finding, Place, Review, Source
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look

_CODES = list(CODES)
_PIECE = re.compile("[^\n]{0,4095}\n|[^\n]{1,4096}")


class Spot(NamedTuple):
    """A place between two characters: the number of its line, and its column as two kinds of programs count."""

    line: int
    utf16: int = 1  # a byte-order mark is no column
    utf8: int = 1  # it is three


class Lines(NamedTuple):
    """The text of a file in pieces of a line, the byte each begins at, and the spot; the last is empty."""

    encoding: str
    pieces: list[str]
    starts: list[int]
    spots: list[Spot]


class Copy(NamedTuple):
    """A copy of a passage in its story."""

    place: Place
    review: Review
    lines: Lines | None  # none where other programs see none


class Found(NamedTuple):
    """A finding, with what places it."""

    finding: Finding
    review: Review
    fingerprint: str  # of its own in the whole report
    lines: Lines | None  # none where other programs see none
    cuts: tuple[Cut, ...] = ()  # that `clean` would make for it
    accepted: Accepted | None = None  # by whom, where it is

    @property
    def dropped(self) -> Copy:
        """The copy it is about."""
        return Copy(self.finding.dropped, self.review, self.lines)

    @property
    def kept(self) -> Copy:
        """The other copy."""
        there = self.finding.there
        if there is None:
            return Copy(self.finding.kept, self.review, self.lines)
        return Copy(self.finding.kept, there, lines_of(there.source))

    @property
    def copies(self) -> list[tuple[Copy, bool]]:
        """Both copies and whether each is the one that stays, in the order of the story or that of their paths."""
        both = [(self.kept, True), (self.dropped, False)]
        return both if self.finding.there else sorted(both, key=lambda copy: copy[0].place.start)


def every(outcomes: Sequence[Outcome], look: Look | None = None, *, accepted: bool = False) -> Iterator[Found]:
    """All findings in order; with a look, each with the cuts that `clean` would make for it.

    With `accepted` those follow, story by story, that somebody has accepted.
    """
    seen: set[str] = set()
    for outcome in outcomes:
        lines = None
        planned = _planned(outcome, look) if look else {}
        for review in outcome.reviews:
            also = review.accepted if accepted else ()
            if (review.findings or also) and lines is None:
                lines = lines_of(review.source)
            for finding in review.findings:
                own = unlike(finding.fingerprint, seen)
                yield Found(finding, review, own, lines, tuple(planned.get(id(finding), ())))
            for one in also:
                yield Found(one.finding, review, unlike(one.finding.fingerprint, seen), lines, accepted=one)


def _planned(outcome: Outcome, look: Look) -> dict[int, list[Cut]]:
    """The cuts of a file by the finding they serve; none where `clean` would refuse it, or its bytes are packed."""
    found: dict[int, list[Cut]] = {}
    wanted = any(applicable(review.findings, unsafe=look.unsafe) for review in outcome.reviews)
    if not wanted or outcome.failure or outcome.reviews[0].source.package:
        return found
    try:
        cuts = plan(outcome.reviews, outcome.settings, unsafe=look.unsafe, gate=look.gate).cuts
    except DedupeError:
        return found
    for cut in cuts:
        found.setdefault(id(cut.finding), []).append(cut)
    return found


def certain(found: Found) -> tuple[bool, int, float]:
    """What sorts the most certain findings of a severity to the front."""
    finding = found.finding
    return not finding.safe, _CODES.index(finding.code), -max(finding.jaccard, finding.containment)


def siblings(outcomes: Sequence[Outcome], most: int) -> dict[int, list[tuple[Place, Review]]]:
    """The first few copies of each passage that stands in several articles, by its group, the first one left out."""
    found: dict[int, list[tuple[Place, Review]]] = {}
    for outcome in outcomes:
        for review in outcome.reviews:
            for finding in review.findings:
                if finding.there is not None:
                    group = found.setdefault(finding.group, [])
                    if len(group) < most:
                        group.append((finding.dropped, review))
    return found


@lru_cache(maxsize=64)
def lines_of(source: Source) -> Lines | None:
    """The lines as other programs count them: they know no lone carriage return, and none in a packed document."""
    if source.package:
        return None
    pieces = _PIECE.findall(source.data.decode(source.encoding))
    at, here = 0, Spot(1)
    starts, spots = [at], [here]
    for piece in pieces:
        at += len(piece.encode(source.encoding))
        here = Spot(here.line + 1) if piece.endswith("\n") else _behind(here, piece)
        starts.append(at)
        spots.append(here)
    return Lines(source.encoding, [*pieces, ""], starts, spots) if at == len(source.data) else None


def _behind(here: Spot, text: str) -> Spot:
    """Where a text ends that begins at a spot and stays in its line."""
    utf16 = len(text.encode("utf-16-le")) // 2 - text.startswith("\ufeff")
    return Spot(here.line, here.utf16 + utf16, here.utf8 + len(text.encode()))


def spot(lines: Lines, at: int) -> Spot:
    """Where a byte of a file stands."""
    piece = bisect_right(lines.starts, at) - 1
    data = lines.pieces[piece].encode(lines.encoding)[: at - lines.starts[piece]]
    return _behind(lines.spots[piece], data.decode(lines.encoding))


def path(name: str) -> str:
    """A file's name as seen from the current folder, with forward slashes, on one line and inert."""
    return one_line(_relative(name))


def uri(name: str) -> str:
    """The same as a URI: every byte of the name can be told from it."""
    said = quote(os.fsencode(_relative(name)))
    return f"file:///{said.lstrip('/')}" if os.path.isabs(name) and os.path.isabs(_relative(name)) else said


def _relative(name: str) -> str:
    here = os.getcwd()
    if os.path.isabs(name) and name.startswith(here.rstrip(os.sep) + os.sep):
        name = name[len(here.rstrip(os.sep)) + 1 :]
    return name.replace(os.sep, "/").removeprefix("./")


def span(text: str, bar: str = "|") -> str:
    """A text as Markdown code, in which nothing means anything; on one line. `bar` stands for what parts cells."""
    said = " ".join(one_line(" ".join(text.split())).split(" ")).replace("|", bar)
    longest = max((len(run) for run in re.findall("`+", said)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or not said.strip() else ""
    return f"{fence}{space}{said}{space}{fence}"
