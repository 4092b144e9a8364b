"""The sentence or two that an editor acts on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.facts import disagree
from dedupe.lexicon import LIGHT
from dedupe.model import Place, Role
from dedupe.story import along

if TYPE_CHECKING:
    from dedupe.judge import Verdict
    from dedupe.story import Copy, Story

OPENING = 5  # words quoted
OPENING_CHARACTERS = 48
LISTED = 6  # places of a passage that are named
CLIP = 60  # characters of a differing passage

_STAND = {3: "three times", 4: "four times", 5: "five times"}
_FIGURES = {
    "number": "two figures",
    "date": "two dates",
    "name": "two names",
    "quote": "two wordings of the quotation",
    "negation": "one says no",
    "meaning": "two meanings",
}


def explain(story: Story, verdict: Verdict, kept: Place, dropped: Place) -> str:
    """What repeats what, what to cut, why that copy, and what is lost."""
    if story.article.format == "docx":
        return _LINE.sub(_paragraph, _explained(story, verdict, kept, dropped))
    if not _beside(kept, dropped):
        return _explained(story, verdict, kept, dropped)
    kept = _counted(kept, verdict.kept.last + 1)
    said = _explained(story.counted, verdict, kept, _counted(dropped, verdict.dropped.last + 1))
    return _LINE.sub(_paragraph, said).replace("the paragraph at paragraph ", "paragraph ")


_LINE = re.compile(r"'[^']*'|“[^”]*”|\b(line|Line)(s?)(?= \d)")  # not in what the story says


def _paragraph(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    return f"{'P' if found[1] == 'Line' else 'p'}aragraph{found[2]}"


def _beside(kept: Place, dropped: Place) -> bool:
    """Whether one line of the file holds both copies, so that its number tells nobody which is which."""
    one = {kept.line, kept.end_line, dropped.line, dropped.end_line}
    return len(one) == 1 and kept.paragraph != dropped.paragraph


def _counted(place: Place, last: int) -> Place:
    """A place by the numbers of its paragraphs."""
    return place._replace(line=place.paragraph, end_line=last)


def _explained(story: Story, verdict: Verdict, kept: Place, dropped: Place) -> str:
    if verdict.code == "echo":
        return _echo(verdict, kept, dropped)
    if verdict.code == "conflict":
        return _conflict(story, verdict, kept, dropped)
    if verdict.code == "loses":
        return _loses(verdict, kept, dropped)
    said = _repeats(story, verdict, kept, dropped)
    if verdict.tied:
        hint = f" It is the one to go: {verdict.chosen}." if verdict.chosen else ""
        free = "" if verdict.chosen else "; either can go"
        return f"{said} Only a person can cut {lines(dropped)}: {verdict.tied}{free}.{hint}"
    if verdict.action == "review":
        hint = f"cut {lines(dropped)}: {verdict.chosen}" if verdict.chosen else "either can go"
        return f"{said} It may be meant: {verdict.reason}. Nothing will be cut; look at both. If not meant, {hint}."
    return f"{said} {_cut(story, verdict, kept, dropped)}"


def again(kept: Place, dropped: Place) -> str:
    """Why a copy goes whose first survivor goes as well."""
    if _beside(kept, dropped):
        where = f"paragraph {kept.paragraph}. Cut paragraph {dropped.paragraph}"
        return f"{opening(dropped.text)} stands again at {where}; nothing is lost."
    return f"{opening(dropped.text)} stands again at {lines(kept)}. Cut {lines(dropped)}; nothing is lost."


def opening(text: str) -> str:
    """The first words of a text, in quotes."""
    words = text.split()
    head = " ".join(words[:OPENING])[:OPENING_CHARACTERS]
    more = len(words) > OPENING or len(head) < len(" ".join(words))
    return f"'{head}...'" if more else f"'{head}'"


def lines(place: Place) -> str:
    """Where a copy stands, as "line 11" or "lines 10-12"."""
    if place.line == place.end_line:
        return f"line {place.line}"
    return f"lines {place.line}-{place.end_line}"


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= CLIP else text[: CLIP - 3].rstrip() + "..."


def _echo(verdict: Verdict, kept: Place, dropped: Place) -> str:
    if verdict.reason.startswith("the page repeats a template"):
        return f"{verdict.reason.capitalize()}, such as {lines(kept)} and {lines(dropped)}. Meant; nothing to do."
    if verdict.reason == "parallel text about different things":
        run = "run" if dropped.end_line > dropped.line else "runs"
        return (
            f"{_start(dropped)} {run} parallel to {lines(kept)} about something else. Meant to repeat; nothing to do."
        )
    repeats = "repeat" if dropped.end_line > dropped.line else "repeats"
    if " from" not in verdict.reason and verdict.reason.startswith(("a ", "an ")):
        return f"{_start(dropped)} {repeats} {lines(kept)}: {verdict.reason}. Meant to repeat; nothing to do."
    return f"{_start(dropped)} {repeats} {lines(kept)}. Probably meant ({verdict.reason}); nothing to do."


def _start(place: Place) -> str:
    return lines(place).capitalize()


def _conflict(story: Story, verdict: Verdict, kept: Place, dropped: Place) -> str:
    facts = disagree(verdict.changes)
    first, second = sorted(((kept.start, 0), (dropped.start, 1)))
    fact = facts[0]
    texts = (kept.text, dropped.text)
    sides = [_side(side, text, fact.kind) for side, text in zip((fact.kept, fact.dropped), texts, strict=True)]
    ordered = f"{sides[first[1]]} and {sides[second[1]]}"
    if fact.kind in ("negation", "meaning") and not all((fact.kept, fact.dropped)):
        ordered = f"one has “{_clip(fact.kept or fact.dropped)}”, the other does not"
    block = verdict.dropped.first != verdict.dropped.last
    passage = "passage" if block else "paragraph" if verdict.dropped.whole else "sentence"
    early, late = sorted((kept, dropped), key=lambda place: place.start)
    more = f" and {len(facts) - 1} more" if len(facts) > 1 else ""
    where = "" if fact.kind in ("negation", "meaning") else _elsewhere(story, verdict, (fact.kept, fact.dropped))
    return (
        f"Same {passage} at {lines(early)} and {lines(late)}, {_FIGURES[fact.kind]}: {ordered}{more}. {where}"
        "Nothing will be cut; check the source."
    )


def _side(words: str, text: str, kind: str) -> str:
    """One side of a disagreement, a number with the word behind it: 12 killed."""
    if not words or kind != "number":
        return f"“{_clip(words)}”" if words else "nothing"
    behind = text.partition(words)[2]
    word = behind.split(None, 1)[0] if behind[:1].isspace() else ""
    return f"{_clip(words)} {word}" if word.isalpha() and word.lower() not in LIGHT else _clip(words)


def _elsewhere(story: Story, verdict: Verdict, sides: tuple[str, str]) -> str:
    """Where else in the story each side of a disagreement stands."""
    said = []
    for side in dict.fromkeys(filter(None, sides)):
        others = story.elsewhere(story.words(side), verdict.copies)
        found = next((at for at in others if _stands(story, side, at)), None)
        if found is not None:
            said.append(f"'{_clip(side)}' stands again in line {story.paragraphs[found].line}.")
    return f"{' '.join(said) or 'Neither stands anywhere else.'} "


def _stands(story: Story, words: str, paragraph: int) -> bool:
    run, text = story.words(words), story.words(story.paragraphs[paragraph].text)
    return f" {' '.join(run)} " in f" {' '.join(text)} "


def _loses(verdict: Verdict, kept: Place, dropped: Place) -> str:
    missing = ", ".join(f"'{_clip(words)}'" for words in verdict.lost[:3])
    several = dropped.end_line > dropped.line
    more = f" and {len(verdict.lost) - 3} more" if len(verdict.lost) > 3 else ""  # noqa: PLR2004  as many as are shown
    return (
        f"{_start(dropped)} {'repeat' if several else 'repeats'} {lines(kept)}, but only {lines(dropped)} "
        f"{'have' if several else 'has'} {missing}{more}. Keep {'them' if several else 'it'}, or move those words "
        "before cutting."
    )


def _repeats(story: Story, verdict: Verdict, kept: Place, dropped: Place) -> str:
    early, late = sorted((kept, dropped), key=lambda place: place.start)
    if verdict.dropped.first != verdict.dropped.last:
        same = ", word for word," if verdict.code == "exact" else ""
        verb = "stand" if early.end_line > early.line else "stands"
        return f"{_start(early)} {verb} again{same} at {lines(late).split()[1]}."
    if not verdict.dropped.whole:
        place = _seat(story, verdict.dropped if dropped is early else verdict.kept, early)
        if early.paragraph == late.paragraph:
            return (
                f"{opening(dropped.text)} stands twice in the paragraph at {_paragraph_lines(story, verdict.dropped)}."
            )
        return f"{opening(dropped.text)} {place} and stands again at {lines(late)}."
    if verdict.code == "contained" and len(story.run(verdict.dropped)) > len(story.run(verdict.kept)):
        return f"{opening(dropped.text)} at {lines(dropped)} stands again in its parts."
    if verdict.code == "contained":
        return f"{opening(dropped.text)} at {lines(dropped)} stands again inside {lines(kept)}."
    if len(verdict.copies) == 2:  # noqa: PLR2004  a pair
        return f"{opening(dropped.text)} stands twice."
    count = _STAND.get(len(verdict.copies), f"{len(verdict.copies):,} times")
    places = [story.paragraphs[copy.first].line for copy in verdict.copies[:LISTED]]
    more = " ..." if len(verdict.copies) > LISTED else ""
    return f"{opening(dropped.text)} stands {count}, at lines {', '.join(map(str, places))}{more}."


def _paragraph_lines(story: Story, copy: Copy) -> str:
    paragraph = story.paragraphs[copy.first]
    return f"line {paragraph.line}"


def _seat(story: Story, copy: Copy, place: Place) -> str:
    paragraph = story.paragraphs[copy.first]
    if copy.whole or copy.end - copy.start >= len(paragraph.text):
        return f"stands at {lines(place)}"
    if copy.end >= len(paragraph.text):
        return f"closes the paragraph at line {paragraph.line}"
    if copy.start == story.comparable(copy.first):
        return f"opens the paragraph at line {paragraph.line}"
    return f"stands in the paragraph at line {paragraph.line}"


def _cut(story: Story, verdict: Verdict, kept: Place, dropped: Place) -> str:
    which = lines(dropped)
    if len(verdict.copies) == 2 and verdict.dropped.whole and verdict.dropped.first == verdict.dropped.last:  # noqa: PLR2004  a pair
        which = f"the {'first' if dropped.start < kept.start else 'second'} ({which})"
    elif dropped.paragraph == kept.paragraph:
        which = f"the {'first' if dropped.start < kept.start else 'second'}"
    which += ", heading included" if dropped.paragraph <= verdict.dropped.first else ""
    because = f": {verdict.chosen}" if verdict.chosen else ""
    stays = _staying(story, verdict.kept, verdict.dropped)
    extra = _extra(story, verdict)
    if not because and (verdict.code == "exact" or not extra):
        first = "the earlier" if len(verdict.copies) == 2 else "the first"  # noqa: PLR2004  a pair
        because = f": either can go{f', {first} is kept' if dropped.start > kept.start else ''}"
    parts = [f"Cut {which}{because}{stays}"]
    return f"{parts[0]}. {extra}nothing is lost." if extra else f"{parts[0]}; nothing is lost."


def _staying(story: Story, kept: Copy, copy: Copy) -> str:
    """What stands between the members of a block, or closes the story behind it, and stays."""
    if not copy.whole:
        return ""
    goes = along(story.paragraphs, range(kept.first, kept.last + 1), range(copy.first, copy.last + 1))
    if len(story.members(copy)) + len(goes) <= copy.last - copy.first:
        return "; what stands between stays"
    behind = copy.last + 1
    if behind < len(story.paragraphs) and story.paragraphs[behind].role in (Role.SIGNOFF, Role.CREDIT):
        return "; the sign-off stays"
    return ""


def _extra(story: Story, verdict: Verdict) -> str:
    """Where the words stand that only the copy to cut has."""
    words = [change.dropped for change in verdict.changes if change.kind == "word" and change.dropped]
    if not words:
        return ""
    have = set(story.run(verdict.kept))
    extra = {word for text in words for word in story.words(text)} - have
    if not extra:
        return ""
    found = next(story.elsewhere(extra, verdict.copies), None)
    return "" if found is None else f"Its extra words stand in line {story.paragraphs[found].line}; "
