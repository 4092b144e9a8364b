"""The report of `compare`: changed facts first, then what was dropped, what is new, what was reworded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.json import dumps
from dedupe.reports.look import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.compare import Comparison, Pair
    from dedupe.model import Paragraph
    from dedupe.reports.look import Look


def text(old: str, new: str, comparison: Comparison, look: Look) -> Iterator[str]:
    """For a person."""
    yield f"{plain(old)} -> {plain(new)}\n"
    facts = [pair for pair in comparison.reworded if pair.facts]
    yield from _heading("Changed facts", len(facts), look)
    for pair in facts:
        for change in pair.facts:
            became = f"{_said(change.dropped)} became {_said(change.kept)}"
            yield f"  line {pair.old.line} -> {pair.new.line}  {change.kind}: {became}\n"
    yield from _listed("Dropped", comparison.dropped, look)
    yield from _listed("New", comparison.new, look)
    reworded = [pair for pair in comparison.reworded if not pair.facts]
    yield from _heading("Reworded, facts unchanged", len(reworded), look)
    for pair in reworded:
        said = "; ".join(f"{_said(change.dropped)} became {_said(change.kept)}" for change in pair.changes)
        yield f"  line {pair.old.line} -> {pair.new.line}  {said}\n"
    yield f"{len(comparison.kept)} paragraphs unchanged.\n"


def json(old: str, new: str, comparison: Comparison) -> str:
    """For a program."""
    document = {
        "version": 1,
        "old": old,
        "new": new,
        "summary": {
            "kept": len(comparison.kept),
            "reworded": len(comparison.reworded),
            "dropped": len(comparison.dropped),
            "new": len(comparison.new),
            "facts": sum(len(pair.facts) for pair in comparison.reworded),
        },
        "facts": [
            {**change._asdict(), "old_line": pair.old.line, "new_line": pair.new.line}
            for pair in comparison.reworded
            for change in pair.facts
        ],
        "reworded": [_pair(pair) for pair in comparison.reworded],
        "dropped": [_paragraph(paragraph) for paragraph in comparison.dropped],
        "new_paragraphs": [_paragraph(paragraph) for paragraph in comparison.new],
    }
    return dumps(document, indent=2) + "\n"


def _pair(pair: Pair) -> dict[str, object]:
    changes = [change._asdict() for change in pair.changes]
    return {"old": _paragraph(pair.old), "new": _paragraph(pair.new), "changes": changes}


def _paragraph(paragraph: Paragraph) -> dict[str, object]:
    return {
        "start": paragraph.start,
        "end": paragraph.end,
        "line": paragraph.line,
        "end_line": paragraph.end_line,
        "text": paragraph.text,
    }


def _said(words: str) -> str:
    return f"“{plain(' '.join(words.split()))}”" if words else "nothing"


def _heading(title: str, count: int, look: Look) -> Iterator[str]:
    if count:
        yield f"\n\033[1m{title}\033[0m\n" if look.color else f"\n{title}\n"


def _listed(title: str, paragraphs: Sequence[Paragraph], look: Look) -> Iterator[str]:
    yield from _heading(title, len(paragraphs), look)
    room = max(30, look.width - 16)
    for paragraph in paragraphs:
        shown = plain(" ".join(paragraph.text.split()))
        yield f"  line {paragraph.line}  {shown if len(shown) <= room else shown[: room - 3] + '...'}\n"
