"""Whether a repeat is meant: a refrain, a question, a pull quote, a summary, parallel text about different things."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe.beside import broken_off, but_one_fact, labelled
from dedupe.facts import compare, disagree
from dedupe.model import Role
from dedupe.roles import ITEM_WORDS
from dedupe.survivor import distance, side_by_side

if TYPE_CHECKING:
    from dedupe.model import Change
    from dedupe.story import Copy, Story

REFRAIN = 3  # copies of a short passage
BRIEF = 12  # words; a shorter repeat is often meant
LONG = 19  # words; in nearly every real defect the longest pair has as many
LARGE = 2 * LONG  # words; so much text does not come again by chance

_QUESTION = re.compile("[?？؟][\"'”’»]*$")
_ADDRESSED = re.compile("(?:^|[.!?:] )[A-Z]\\w+, ([a-z][^.!?]+[?])$")
_QUOTED = re.compile('^["“„«「][^"“”„«»「」]*["”“»」][^\\w]*(?:[-–—].*)?$', re.DOTALL)
LEANS = re.compile(
    r"(?:It|They|He|She|The (?:company|firm|group|bank|bond|bonds|issue|options?|offer|deal|notes?|unit|agency|party)"
    r"|This|These|Its|Their|His|Her|Il|Elle|Ils|Er|Sie|Es)\b"
)
_LEAD = re.compile("(?:The|In|On|By|At|Since) ")
_SPOKEN = re.compile('^["“„«「]|["“”»」]$')  # what is a quotation from its first word or to its last
_LABELLED = re.compile(r"(?:note|tip|warning|caution|important|attention|remark|hint|info)\b[^\w\s]", re.IGNORECASE)
_LOREM = (
    "lorem ipsum dolor sit amet consectetur consectetuer adipisicing adipiscing elit sed do eiusmod tempor incididunt"
    " ut labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex"
    " ea commodo consequat duis aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur"
    " excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum"
)
_FILLING = frozenset(_LOREM.split())
_CORRECTION = re.compile(r"\b(?:correct(?:s|ion|ed|ing)|misquoted|misstated|earlier version)\b", re.IGNORECASE)


def intent(story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...], changes: tuple[Change, ...]) -> str:
    """Why a repeat is meant to be one, or nothing."""
    roles = {story.paragraphs[copy.first].role for copy in (kept, dropped)}
    one, two = story.text(kept), story.text(dropped)
    if roles == {Role.BODY, Role.ITEM} and _sums_up(story, kept, dropped):
        return "a list sums the story up"
    if _QUESTION.search(one) and _QUESTION.search(two) and len(story.words(two)) <= LONG:
        return "a question that is asked again"
    if _QUESTION.search(one) and _put_to(one) and _put_to(one) == _put_to(two):
        return "a question that is put to another"
    if _placeholder(story, dropped):
        return "text that fills a page"
    if _refrain(story, copies):
        return "a refrain"
    if _pull_quote(story, kept, dropped):
        return "a pull quote"
    if _two_speakers(story, kept, dropped):
        return "two people in the same words"
    if any(_CORRECTION.search(story.paragraphs[copy.first].text) for copy in (kept, dropped)):
        return "a correction that quotes what it corrects"
    if _parallel(story, kept, dropped, copies, changes):
        return "parallel text about different things"
    return ""


def _put_to(text: str) -> str:
    """The question with which a text ends, without whom it is put to; nothing where that is nobody."""
    found = _ADDRESSED.search(text)
    return found[1] if found else ""


def _placeholder(story: Story, dropped: Copy) -> bool:
    """Whether a passage is what typesetters fill a page with."""
    run = story.run(dropped)
    return 2 * sum(word in _FILLING for word in run) > len(run)


def _refrain(story: Story, copies: tuple[Copy, ...]) -> bool:
    """Whether a short passage comes again and again, or a longer one with other copy between each two."""
    size = max(len(story.run(copy)) for copy in copies[:REFRAIN])
    sung = all(_SPOKEN.search(story.text(copy)) for copy in copies[:REFRAIN])  # or said again and again
    if len(copies) < REFRAIN or size >= (LARGE if sung else LONG):
        return False
    return size < BRIEF or all(distance(story, one, two) > 1 for one, two in pairwise(copies))


def _sums_up(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether the row of a list sums copy up: not where it stands beside it, in the middle of the story."""
    row = min((kept, dropped), key=lambda copy: story.paragraphs[copy.first].role is not Role.ITEM).first
    while row and story.paragraphs[row - 1].role in (Role.ITEM, Role.ROW):
        row -= 1
    opens = not any(
        story.paragraphs[at].role is Role.BODY and len(story.words(story.paragraphs[at].text)) >= ITEM_WORDS
        for at in range(row)
    )
    return opens or (story.stretch(dropped) < LARGE and not side_by_side(story, kept, dropped))


def _two_speakers(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether two quotations stand each under a heading of its own, as in a round-up of reactions."""
    if not all(_SPOKEN.search(story.paragraphs[copy.first].text) for copy in (kept, dropped)):
        return False
    above = [story.paragraphs[copy.first - 1] for copy in (kept, dropped) if copy.first]
    return (
        len(above) == 2  # noqa: PLR2004  both have one
        and all(paragraph.role in (Role.HEADING, Role.HEADLINE, Role.SLUG) for paragraph in above)
        and above[0].text != above[1].text
    )


def _pull_quote(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether one of two copies is a quotation set apart, of words that stand in a longer paragraph."""
    for one, two in ((kept, dropped), (dropped, kept)):
        alone, other = story.paragraphs[one.first], story.paragraphs[two.first]
        if one.first != one.last:
            continue
        if _QUOTED.search(alone.text) and not _QUOTED.search(other.text):
            return True
        apart = alone.role is Role.QUOTE and other.role is not Role.QUOTE
        if apart and (one.whole or _SPOKEN.search(alone.text)):
            # nobody sets apart, right above it, all that a paragraph says
            above = one.first + 1 == two.first and two.whole and story.run(one) == story.run(two)
            return not (_LABELLED.match(alone.text) or (above and not _SPOKEN.search(alone.text)))
    return False


def _parallel(story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...], changes: tuple[Change, ...]) -> bool:
    """Whether the copies speak of different parties, periods or rows in the same words."""
    if len(story.run(dropped)) < LARGE and (
        _of_their_headings(story, kept, dropped) or _exchanged(changes) or _alike_around(story, kept, dropped)
    ):
        return True
    facts = disagree(changes)
    if not facts:
        return _leans(story, kept, dropped) or _labelled(story, kept, dropped)
    size, close = len(story.run(dropped)), side_by_side(story, kept, dropped)
    if _labelled(story, kept, dropped):
        return True
    dense = len(facts) * LARGE > size or len(copies) > 2  # noqa: PLR2004  a pair
    if close and not dense and not _two_parties(story, copies, kept, facts[0]):
        return False
    if not (kept.whole or dropped.whole) and broken_off(story, kept, dropped):
        return False
    more = any(change.kind != "mark" and change != facts[0] for change in changes)
    return _rows(story, kept, dropped, copies, facts, more=more) or (
        not close and _other_party(story, kept, dropped, changes)
    )


def _labelled(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether two paragraphs of one sentence or two begin with what a series goes through."""
    left, right = story.run(kept), story.run(dropped)
    return kept.whole and dropped.whole and max(len(left), len(right)) < LARGE and labelled(left, right)


def _rows(
    story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...], facts: tuple[Change, ...], *, more: bool
) -> bool:
    """Whether copies that differ in facts are rows of a series; `more`: they differ in more than one thing."""
    one, two = story.text(kept), story.text(dropped)
    kinds = {change.kind for change in facts}
    if len(kinds & {"number", "date", "name"}) > 1 or len(facts) > 2 or len(copies) > 2:  # noqa: PLR2004
        return True
    first = facts[0]
    opens = all(_LEAD.sub("", text).startswith(said) for text, said in ((one, first.kept), (two, first.dropped)))
    if opens and first.kept and first.dropped and (first.kind == "date" or (first.kind == "name" and more)):
        return True  # rows of a timeline; one party after the other
    if Role.ITEM in (story.paragraphs[copy.first].role for copy in copies):
        return True
    if len(story.run(dropped)) < (BRIEF if dropped.whole else LONG) and not but_one_fact(story, kept, dropped):
        return True
    return kinds == {"name"} and _both_named(story, copies, first)


def _other_party(story: Story, kept: Copy, dropped: Copy, changes: tuple[Change, ...]) -> bool:
    """Whether copies that stand apart differ in more than one fact, or stand under headings of their own."""
    facts = disagree(changes)
    plain = [change for change in changes if change.kind == "word"]
    if len(facts) > 1 or (plain and {change.kind for change in facts} <= {"number", "date", "name"}):
        return True
    return len(story.run(dropped)) < LARGE and story.sections.between(kept.first, dropped.first) == "others"


def _of_their_headings(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether each of two copies stands in its own section and has words that the heading of the other lacks."""
    if story.sections.between(kept.first, dropped.first) != "others":
        return False
    one, two = story.sections.about(kept.first), story.sections.about(dropped.first)
    left, right = frozenset(story.run(kept)), frozenset(story.run(dropped))
    return not ((one - two).isdisjoint(left - right) and (two - one).isdisjoint(right - left))


def _exchanged(changes: tuple[Change, ...]) -> bool:
    """Whether two words changed places, or one stands for another again and again: "local" and "remote"."""
    swaps = [(change.kept.lower(), change.dropped.lower()) for change in changes if change.kept and change.dropped]
    return len(set(swaps)) < len(swaps) or any((two, one) in swaps for one, two in swaps)


def _alike_around(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether two sentences stand in paragraphs that go on in one form, each about something else."""
    if kept.whole or dropped.whole or kept.first == dropped.first:
        return False
    rest = [story.paragraphs[copy.first].text for copy in (kept, dropped)]
    one, two = (text[: copy.start] + text[copy.end :] for text, copy in zip(rest, (kept, dropped), strict=True))
    about = bool(disagree(compare(story.text(kept), story.text(dropped)))) or len(story.run(dropped)) < LONG
    return about and _one_form(story, one, two) and bool(disagree(compare(one, two)))


def _two_parties(story: Story, copies: tuple[Copy, ...], kept: Copy, fact: Change) -> bool:
    """Whether a fact in which two copies differ is of whom they speak: both are named elsewhere, and here only one."""
    return fact.kind == "name" and fact.dropped not in story.text(kept) and _both_named(story, copies, fact)


def _both_named(story: Story, copies: tuple[Copy, ...], change: Change) -> bool:
    """Whether one other paragraph names both parties of whom the copies speak."""
    own = {at for copy in copies for at in story.members(copy)}
    others = (story.paragraphs[at].text for at in story.body if at not in own)
    return any(change.kept in text and change.dropped in text for text in others)


def _one_form(story: Story, one: str, two: str) -> bool:
    """Whether the shorter of two texts shares half its words with the other."""
    left, right = set(story.words(one)), set(story.words(two))
    return bool(left and right) and 2 * len(left & right) >= min(len(left), len(right))


def _leans(story: Story, kept: Copy, dropped: Copy) -> bool:
    """Whether a copy leans on the paragraph above it and those above are alike but name different parties."""
    if not all(copy.start == 0 and LEANS.match(story.text(copy)) for copy in (kept, dropped)):
        return False
    above = [_above(story, copy.first) for copy in (kept, dropped)]
    if None in above or above[0] == above[1]:
        return False
    one, two = (story.paragraphs[at].text for at in above if at is not None)
    return _one_form(story, one, two) and any(change.kind == "name" for change in compare(one, two))


def _above(story: Story, paragraph: int) -> int | None:
    before = story.body_before[paragraph]
    return story.body[before - 1] if before else None
