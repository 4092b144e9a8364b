"""`markdown`: for the comment on a pull request or the summary of a job. All text of stories is code: inert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.json import summary
from dedupe.reports.places import certain, every, path, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.places import Copy, Found

ROOM = 60_000  # characters; GitHub takes 65,536 in a comment
SHOWN = 900  # characters of a text
_BAR = "¦"  # renderers differ on how a bar in the code of a cell is written


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """A verdict, a table, both copies of everything in it; what has no room is counted."""
    found = sorted(
        (one for one in every(outcomes) if one.finding.severity != "note"),
        key=lambda one: (one.finding.severity, *certain(one)),
    )
    yield from _verdict(outcomes)
    if not found:
        return
    yield "\n| | where | code | what to do |\n|---|---|---|---|\n"
    yield from _capped([_row(one) for one in found], ROOM // 2, "in the table")
    yield "\n<details><summary>Both copies</summary>\n"
    yield from _capped([_copies(one) for one in found], ROOM // 3, "in full")
    yield "\n</details>\n"


def _capped(pieces: Sequence[str], room: int, where: str) -> Iterator[str]:
    """As many of some pieces as there is room for, and a line that counts the others."""
    for number, piece in enumerate(pieces):
        room -= len(piece)
        if room < 0:
            yield f"\n{len(pieces) - number:,} more not shown {where}; `dedupe check` shows all.\n"
            return
        yield piece


def _verdict(outcomes: Sequence[Outcome]) -> Iterator[str]:
    counts = summary(outcomes)
    scope = f"{_count(counts['articles'], 'story', 'stories')}, {_count(counts['paragraphs'], 'paragraph')}"
    bad = [_count(counts[f"{name}s"], name) for name in ("error", "warning") if counts[f"{name}s"]]
    yield f"**dedupe: {', '.join(bad) or 'nothing to act on'}** in {scope}.\n"
    if counts["removable"]:
        yield f"{_count(counts['removable'], 'copy', 'copies')} can be cut by `dedupe clean --write`.\n"
    if counts["notes"]:
        yield f"{_count(counts['notes'], 'note')} on repeats that are meant: nothing to do.\n"
    if counts["failed"]:
        yield f"{_count(counts['failed'], 'file')} could not be read:\n\n"
        failures = [outcome.failure for outcome in outcomes if outcome.failure]
        yield from _capped([f"- {_short(it.message)}\n" for it in failures], ROOM // 8, "here")


def _row(found: Found) -> str:
    finding = found.finding
    cells = [finding.severity, _where(found.dropped, _BAR), finding.code, _short(finding.why, _BAR)]
    return f"| {' | '.join(cells)} |\n"


def _where(copy: Copy, bar: str = "|") -> str:
    place, key = copy.place, copy.review.article.key
    name = span(path(place.path) + (f":{place.line}" if copy.lines else f", paragraph {place.paragraph}"), bar)
    return f"{name}, story {span(key, bar)}" if key else name


def _copies(found: Found) -> str:
    finding = found.finding
    fate = ("keep", "cut") if finding.safe else ("one", "other")
    said = [f"\n{finding.severity} {finding.code}, {_where(found.dropped)}\n\n"]
    for copy, stays in found.copies:
        number = f"line {copy.place.line}" if copy.lines else f"paragraph {copy.place.paragraph}"
        where = _where(copy) if finding.there else number
        said.append(f"- {fate[0] if stays else fate[1]}, {where}: {_short(copy.place.text)}\n")
    return "".join(said)


def _short(text: str, bar: str = "|") -> str:
    return span(text if len(text) <= SHOWN else f"{text[:SHOWN]}...", bar)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
