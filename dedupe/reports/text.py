"""The report for a person at a terminal: what repeats what, the two texts, what is proposed and why, what to type."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe.across.tell import NAMED, differing
from dedupe.facts import disagree
from dedupe.reports.json import summary
from dedupe.reports.look import Look, columns, one_line, plain, unled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Finding, Place, Review
    from dedupe.pipeline import Outcome

SHOWN = 900  # characters of a copy that are printed
MARKED = 300  # words of a copy in which differences are marked
LISTED = 5  # further copies of a passage that are listed
PLACES = 40  # further articles that are listed

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _OFF = "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[0m"
_TONE = {"error": _RED, "warning": _YELLOW, "note": _DIM}
_TOKEN = re.compile(r"\S+")


def report(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """The findings of every story, then a line that sums up and one that says what to type next."""
    groups = _groups(outcomes)
    for outcome in outcomes:
        for review in outcome.reviews:
            if any(_own(finding) or finding.group in groups for finding in review.findings):
                yield from _review(review, look, groups)
    if not look.quiet:
        yield from _closing(outcomes, look)


def story(review: Review, look: Look) -> Iterator[str]:
    """The findings of one story."""
    yield from _review(review, look, {it.group: [it] for it in review.findings if not _own(it)})


def _paint(text: str, tone: str, look: Look) -> str:
    return f"{tone}{text}{_OFF}" if look.color else text


def _groups(outcomes: Sequence[Outcome]) -> dict[int, list[Finding]]:
    """What stands in several articles, by its group: it is told once, where it first comes."""
    found: dict[int, list[Finding]] = {}
    for outcome in outcomes:
        for review in outcome.reviews:
            for finding in review.findings:
                if not _own(finding):
                    found.setdefault(finding.group, []).append(finding)
    return found


def _own(finding: Finding) -> bool:
    """Whether a finding is told of its own story, and not once for all: of versions each has other changes."""
    return finding.there is None or finding.code == "version"


def _review(review: Review, look: Look, groups: dict[int, list[Finding]]) -> Iterator[str]:
    name = one_line(review.article.path) + (f", story {one_line(review.article.key)}" if review.article.key else "")
    yield _paint(unled(name), _BOLD, look) + "\n"
    for _, some in groupby(review.findings, key=lambda finding: (finding.group, finding.code)):
        group = list(some)
        if _own(group[0]):
            yield "\n"
            yield from _group(group, look)
        elif group[0].group in groups:
            yield "\n"
            yield from _everywhere(groups.pop(group[0].group), look)
    yield "\n"


def _group(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    first = findings[0]
    label = _paint(f"{first.severity} {first.code}", _TONE[first.severity], look)
    yield f"  {label}\n"
    yield from _wrapped(first.why, look)
    if first.severity != "note":
        yield "\n"
        yield from _copies(first, look)
    for finding in findings[1 : 1 + LISTED]:
        yield from _wrapped(f"also at {_where(finding.dropped)}: {finding.why}", look)
    if len(findings) > 1 + LISTED:
        yield f"    and {len(findings) - 1 - LISTED:,} more copies of it\n"


def _everywhere(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    """A passage that stands in several articles, with its places beyond those that the first of its findings names."""
    yield from _group(findings[:1], look)
    rest = [finding for at, finding in enumerate(findings) if at >= NAMED or (at and disagree(finding.changes))]
    for finding in rest[:PLACES]:
        place = finding.dropped
        story = f"story {place.article} of " if place.article else ""
        line = f"paragraph {place.paragraph}" if _unnumbered(finding) else f"line {_where(place)}"
        yield from _wrapped(f"also in {story}{place.path} ({line}){differing(finding.changes)}", look)
    if len(rest) > PLACES:
        yield f"    and {len(rest) - PLACES:,} more\n"


def _unnumbered(finding: Finding) -> bool:
    return finding.dropped.path.lower().endswith(".docx")


def _where(place: Place) -> str:
    """The number of its line, or of its lines; of its paragraphs in a format without lines."""
    return f"{place.line}" if place.line == place.end_line else f"{place.line}-{place.end_line}"


def _copies(finding: Finding, look: Look) -> Iterator[str]:
    """Both copies in document order, the words that differ marked."""
    fate = {"remove": ("keep", "cut"), "review": ("one", "other"), "none": ("one", "other")}[finding.action]
    kept, dropped = _marked(finding.kept.text, finding.dropped.text)
    sides = [(fate[0], finding.kept, kept, _GREEN), (fate[1], finding.dropped, dropped, _RED)]
    if finding.there is None:
        sides.sort(key=lambda side: side[1].start)
    if finding.action != "remove":
        sides = [(name, *side[1:]) for name, side in zip(("1st", "2nd"), sides, strict=True)]
    for name, place, text, tone in sides:
        head = f"{name:>4} {_where(place)}"
        yield from _wrapped(text, look, head=head, tone=tone)


def _marked(kept: str, dropped: str) -> tuple[str, str]:
    """Both texts with [brackets] around the words that differ; long ones and equal ones as they are."""
    one, two = _TOKEN.findall(kept), _TOKEN.findall(dropped)
    if max(len(one), len(two)) > MARKED:
        return " ".join(one), " ".join(two)
    left: list[str] = []
    right: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left += one[a:b] if tag == "equal" else _bracketed(one[a:b])
        right += two[c:d] if tag == "equal" else _bracketed(two[c:d])
    return " ".join(left), " ".join(right)


def _bracketed(words: Sequence[str]) -> list[str]:
    return [f"[{' '.join(words)}]"] if words else []


def _wrapped(text: str, look: Look, head: str = "", tone: str = "") -> Iterator[str]:
    """A paragraph broken at the width, behind a head in the margin."""
    text = plain(" ".join(text[:SHOWN].split()) + ("..." if len(text) > SHOWN else ""))
    margin = max(4, len(head) + 3)
    room = max(20, look.width - margin - 1)
    line = ""
    first = True
    for word in _pieces(text, room):
        if line and columns(line) + 1 + columns(word) > room:
            yield _line(line, head if first else "", margin, tone, look)
            line, first = word, False
        else:
            line = f"{line} {word}" if line else word
    yield _line(line, head if first else "", margin, tone, look)


def _pieces(text: str, room: int) -> Iterator[str]:
    """The words of a text, those wider than a line in pieces."""
    for word in text.split(" "):
        while columns(word) > room:
            cut = room if word.isascii() else room // 2
            yield word[:cut]
            word = word[cut:]  # noqa: PLW2901
        yield word


def _line(text: str, head: str, margin: int, tone: str, look: Look) -> str:
    side = f"{head} | " if head else " " * (margin - 2) + ("| " if tone else "  ")
    text = text if tone else unled(text)
    return f"{_paint(side, _DIM, look) if tone else side}{_paint(text, tone, look) if tone else text}\n"


def _closing(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    counts = summary(outcomes)
    scope = f"{_count(counts['articles'], 'story', 'stories')}, {_count(counts['paragraphs'], 'paragraph')}"
    found = [
        _count(counts[f"{severity}s"], severity) for severity in ("error", "warning", "note") if counts[f"{severity}s"]
    ]
    if not found:
        if counts["articles"]:
            yield f"Nothing stands twice ({scope}).\n"
        return
    yield f"{', '.join(found)} in {scope}.\n"
    if counts["removable"] and look.command == "check":
        yield f"To see the proposed cuts:  dedupe clean {one_line(look.typed)}\n"
        yield f"To make them:              dedupe clean --write {one_line(look.typed)}\n"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
