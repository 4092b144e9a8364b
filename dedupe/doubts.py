"""What makes it uncertain that a repeat is a slip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.facts import stem
from dedupe.lexicon import LIGHT
from dedupe.meant import BRIEF, LARGE, LEANS, LONG
from dedupe.model import VALUE, Role
from dedupe.roles import ITEM_WORDS
from dedupe.survivor import distance, run_inside, side_by_side
from dedupe.words import words

if TYPE_CHECKING:
    from dedupe.model import Change
    from dedupe.sections import Between
    from dedupe.story import Copy, Gram, Story

FAR = 5  # body paragraphs between two copies that make one doubt whether the repeat is a slip
PIECES = 1.5  # how many times the words of a copy its twin may have and still be the same passage
MANY = 3  # copies; more of them are rarely a slip
SAME_PASSAGE = 0.6  # Jaccard that a reworded passage must reach to be beyond doubt
TOLD_AGAIN = "told again further on"
_PERSON = re.compile(r"(?:He|She|They|It|His|Her|Their|Il|Elle|Er|Sie)\b")
NEARLY = 0.9  # Jaccard of a copy that is nearly word for word


def doubts(
    story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...], changes: tuple[Change, ...], apart: int
) -> list[str]:
    """The doubts; `apart` tells how many body paragraphs on the nearest other copy stands."""
    where = between(story, kept, dropped)
    found = [_short(story, kept, dropped, apart, where), _apart(story, kept, dropped, len(copies), apart, where)]
    usual = story.sections.parallel(kept.first, dropped.first) and len(story.run(dropped)) < LARGE
    if (len(copies) > MANY and apart > 1 and len(story.run(dropped)) < LONG) or (len(copies) >= MANY and usual):
        found.append(f"one of {len(copies)} copies")
    found.append(
        _rewording(story, kept, dropped) or (_replaced(changes) if _slight(story, dropped, apart, where) else "")
    )
    found = [doubt for doubt in found if doubt]
    if kept.first != dropped.first and all(story.paragraphs[copy.first].bound == VALUE for copy in (kept, dropped)):
        found.append("values of a data file, each under its own name")
    if found and found[-1] == TOLD_AGAIN:
        found.insert(0, "much reworded")
    if not found and story.paragraphs[dropped.first].role is Role.ROW:
        return ["a row of a few words"]
    if not found and _leans(story, kept, dropped):
        return ["it speaks of what stands above it"]
    if not found and where == "others" and _changed_much(story, kept, dropped):
        several = [f"one of {len(copies)} copies"] if len(copies) >= MANY else []
        return ["reworded under another heading", *several]
    if not found and len(story.run(dropped)) < LONG and _reworded_row(story, kept, dropped):
        return ["it may be a row of its own"]
    if not found and apart > 1 and _steps(story, kept, dropped):
        return ["a step that may come again"]
    return found


def between(story: Story, kept: Copy, dropped: Copy) -> Between:
    """How the sections of two copies stand to each other; a few words in two sections of one name are no pasted one."""
    found = story.sections.between(kept.first, dropped.first)
    return "others" if found == "pasted" and len(story.run(dropped)) < LONG else found


def _short(story: Story, kept: Copy, dropped: Copy, apart: int, where: Between) -> str:
    size = len(story.run(dropped))
    if size < BRIEF and (where == "others" or apart > (FAR // 2 if size >= ITEM_WORDS else 1)):
        return "short"
    inside = len(story.run(kept)) > PIECES * size
    return "short" if size < LONG and inside and apart > 1 else ""


def _apart(story: Story, kept: Copy, dropped: Copy, copies: int, apart: int, where: Between) -> str:
    large = dropped.whole and len(story.run(dropped)) >= LARGE
    if where == "others" and not large and (copies > 2 or story.sections.parallel(kept.first, dropped.first)):  # noqa: PLR2004
        return "it stands under another heading"
    exact = dropped.whole and story.run(kept) == story.run(dropped) and len(story.run(dropped)) >= LONG
    if exact and apart <= FAR // 2:
        return ""
    block = len(story.members(dropped)) > 1
    if len(story.run(dropped)) >= 2 * LARGE and _rewording(story, kept, dropped):
        return ""  # that much is no formula, and one doubt is enough
    if apart > FAR and (where == "others" or (where == "one" and not (block and large))):
        return f"more than {FAR} paragraphs apart"
    return "it stands under another heading" if where == "others" and apart > 1 and not large else ""


def _slight(story: Story, dropped: Copy, apart: int, where: Between) -> bool:
    """Whether a copy is so short, for where it stands, that one word may make it another."""
    row = story.paragraphs[dropped.first].role is Role.ITEM
    return len(story.run(dropped)) < (LARGE if apart > 1 or row or where == "others" else LONG)


def _replaced(changes: tuple[Change, ...]) -> str:
    """A word of weight in the one copy where the other has another: it may be what they differ about."""
    for change in changes:
        if change.kind == "word" and change.kept and change.dropped:
            one, two = (
                {stem(word) for word in words(text) if word not in LIGHT} for text in (change.kept, change.dropped)
            )
            if one and two and one.isdisjoint(two):
                return f"one has “{change.kept}” where the other has “{change.dropped}”"
    return ""


def _leans(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether a short sentence speaks of what stands above it, in two paragraphs, or leads in what follows."""
    one, two = story.passage(kept), story.passage(dropped)
    if kept.first == dropped.first or (one == two and side_by_side(story, kept, dropped) and dropped.whole):
        return False
    if (_PERSON.match(one) is None) != (_PERSON.match(two) is None):
        return not run_inside(story.run(dropped), story.run(kept))
    if dropped.whole:
        return two.endswith(":") and len(story.run(dropped)) < BRIEF
    if len(story.run(dropped)) >= LONG:
        return False
    return two.endswith(":") or (LEANS.match(one) is not None and LEANS.match(two) is not None)


def _changed_much(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether a copy differs from its twin by more than a few words of a whole section."""
    stays, goes = story.run(kept), story.run(dropped)
    return not run_inside(goes, stays) and len(goes) < 2 * LARGE and scores(story, kept, dropped)[0] < NEARLY


def _steps(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether the copies are short rows of two lists."""
    rows = [story.paragraphs[at] for at in story.members(dropped)]
    if any(row.role is not Role.ITEM or len(story.words(row.text)) >= LONG for row in rows):
        return False
    first, last = sorted((kept, dropped))
    return any(
        paragraph.role is Role.HEADING
        or (paragraph.role is Role.BODY and len(story.words(paragraph.text)) >= ITEM_WORDS)  # not a line of an item
        for paragraph in story.paragraphs[first.last : last.first]
    )


def _reworded_row(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether two rows of a list differ in more than that one goes on where the other stops."""
    rows = all(story.paragraphs[copy.first].role is Role.ITEM and copy.whole for copy in (kept, dropped))
    return rows and not run_inside(story.run(dropped), story.run(kept))


def _rewording(story: Story, kept: Copy, dropped: Copy) -> str:
    """Why a copy in other words may say something else."""
    stays, goes = story.run(kept), story.run(dropped)
    if run_inside(goes, stays):
        return ""
    alike = scores(story, kept, dropped)[0]
    if len(stays) > PIECES * len(goes) and alike < SAME_PASSAGE:
        return "its words stand there in pieces"
    if alike >= SAME_PASSAGE:
        return ""
    # in running copy, what was told before is told again further on in other words
    told = len(story.sections.said) <= 1 and distance(story, *sorted((kept, dropped))) > 1 and len(goes) < LARGE
    return TOLD_AGAIN if told else "much reworded"


def scores(story: Story, one: Copy, two: Copy) -> tuple[float, float]:
    """Jaccard and containment of the word-3 shingles of two copies, exact."""
    left, right = story.run(one), story.run(two)
    return (1.0, 1.0) if left == right else overlap(story.shingles(left), story.shingles(right))


def overlap(some: frozenset[Gram], more: frozenset[Gram]) -> tuple[float, float]:
    """Jaccard and containment of two sets of shingles, exact."""
    both = len(some & more)
    return both / max(1, len(some | more)), both / max(1, min(len(some), len(more)))
