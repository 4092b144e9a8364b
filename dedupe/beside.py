"""Neighbours that say one thing twice: a few words that stand again, a passage told again in other words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.facts import compare, disagree, stem
from dedupe.lexicon import LIGHT, ORDINALS
from dedupe.model import COPY, Role
from dedupe.story import Copy, Group, placed, sentence_places, whole_paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.match import Match
    from dedupe.model import Change
    from dedupe.story import Gram, Story

TOLD = 15  # words; a shorter passage is like its neighbours by chance
LARGE = 38  # words; in so many a word that denies may stand in another turn of phrase
OPENING = 5  # words of a passage that was begun twice
BEGUN = 7  # words of a sentence that was begun twice and broken off
CONTENT = 0.8  # how much of what the shorter of two neighbours speaks of the other has, to be the same told again
TOGETHER = 0.6  # how much of what they speak of both have; how many of their words stand in one order in both

HEAD = 3  # words with which a row says of whom or when it speaks
AROUND = 2  # paragraphs on either side of a pair in which the other rows of a series stand


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROW_WORDS = frozenset(ORDINALS) | _set(
    "north northern northbound south southern southbound east eastern eastbound west western westbound last next "
    "previous men mens women womens boys girls male female upper lower left right top bottom home away morning "
    "afternoon evening inbound outbound arrivals departures domestic foreign public private outgoing "
    "incoming import imports export exports supply demand gross net daily weekly monthly quarterly annual yearly "
    "federal state local buyers sellers spring summer autumn winter"
)  # what a series of like sentences goes through
NUMBERED = _set(
    "article block chapter count court day figure flight game gate group grade heat lane line lot match no number page "
    "part phase platform question race room round route section series set site stage step table tranche unit "
    "version volume week zone"
)  # what is told apart by its number

_CODE = re.compile("[a-z]?[0-9]?")  # "A", "Q2"
_NUMBER = re.compile("[0-9]|^(?:one|two|three|four|five|six|seven|eight|nine|ten)$")
_TERM = re.compile(r"\d*-(?:year|month|week|day|hour|inch|foot|metre|meter)s?\b(?!-old)", re.IGNORECASE)
_STOPS = re.compile("[.!?][\"'”’»]*$")
_QUOTE_MARK = re.compile('["“”„«»「」]')
_SAID = frozenset({*COPY, Role.ROW, Role.QUOTE})


def beside(story: Story, weak: Sequence[tuple[int, int, Match]], groups: Iterable[Group]) -> list[Group]:
    """The groups of neighbours; what is part of another group is none of these."""
    if not weak:
        return []
    taken = {copy for group in groups for copy in group.copies}
    whole = {at for copy in taken if copy.whole for at in story.members(copy)}
    partly = {copy.first for copy in taken if not copy.whole}
    starts: dict[int, dict[int, Copy]] = {}
    rows: dict[Gram, list[Copy]] = {}
    found: list[Group] = []
    for left, right, match in sorted(weak, key=lambda one: (-one[2].jaccard, one[0], one[1], one[2])):
        one, two = (
            whole_paragraph(story, at)
            if unit.whole
            else placed(story, sentence_places(story, at), unit, starts.setdefault(at, {}))
            for at, unit in ((left, match.left), (right, match.right))
        )
        if one.whole and two.whole and partly >= {one.first, two.first}:
            continue
        if one == two or not taken.isdisjoint((one, two)) or one.first in whole or two.first in whole:
            continue
        if Role.ROW in (story.paragraphs[at].role for at in (left, right)):
            if match.jaccard == 1:
                rows.setdefault(story.run(one), []).extend((one, two))
        elif _again(story, one, two, match):
            found.append(Group((one, two)))
            taken |= {one, two}
            whole |= {at for copy in (one, two) if copy.whole for at in story.members(copy)}
    return [*found, *_rows(rows)]


def _rows(rows: dict[Gram, list[Copy]]) -> Iterator[Group]:
    for copies in rows.values():
        yield Group(tuple(sorted(set(copies))))


def _again(story: Story, one: Copy, two: Copy, match: Match) -> bool:
    """Whether one of two neighbours says again what the other does."""
    if not {story.paragraphs[copy.first].role for copy in (one, two)} <= _SAID:
        return False
    if match.containment == 1 and min(len(story.run(copy)) for copy in (one, two)) < TOLD:
        return match.jaccard == 1 if one.whole and two.whole else _begun_twice(story, one, two)
    if story.sections.between(one.first, two.first) != "one":
        return False
    return told_again(story, one, two) or broken_off(story, one, two) or but_one_fact(story, one, two)


def broken_off(story: Story, one: Copy, two: Copy) -> bool:
    """Whether two sentences of a paragraph begin alike, and one of them has little more."""
    left, right = story.run(one), story.run(two)
    same = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), 0)
    if same < BEGUN or same < TOGETHER * min(len(left), len(right)) or not _begun_twice(story, one, two):
        return False
    facts = disagree(compare(story.passage(one), story.passage(two)))
    return not {change.kind for change in facts} & {"number", "date", "name"}


def but_one_fact(story: Story, one: Copy, two: Copy) -> bool:
    """Whether two neighbours in running copy are one sentence but for a fact, and not rows of a series.

    Rows say in turn of whom or when they speak, and there are more of them.
    """
    first, last = sorted((one, two))
    if not (one.whole and two.whole) or first.first != first.last or last.first != last.last:
        return False
    if last.first - first.first != 1 or {story.paragraphs[copy.first].role for copy in (one, two)} != {Role.BODY}:
        return False
    texts = story.passage(one), story.passage(two)
    changes = [change for change in compare(*texts) if change.kind != "mark"]
    if len(changes) != 1 or not disagree(changes) or not all(map(_STOPS.search, texts)):
        return False
    return not _tells_rows_apart(changes[0], story.run(one), story.run(two)) and not _kin_around(story, one, two)


def labelled(left: Gram, right: Gram) -> bool:
    """Whether two sentences begin with what a series goes through: "The northbound lane", "Type A", "Flight 214"."""
    same = _alike(left, right)
    apart = [run[same] for run in (left, right) if same < len(run)]
    if same >= HEAD or len(apart) < 2:  # noqa: PLR2004  both go on
        return False
    codes = all(_CODE.fullmatch(word) for word in apart) and not all(map(str.isdecimal, apart))
    numbered = left[max(0, same - 1)] in NUMBERED and all(map(_NUMBER.search, apart))
    terms = left[same + 1 : same + 2] == ("year",) and left[same + 2 : same + 3] != ("old",)  # "five-year notes"
    return codes or numbered or terms or not ROW_WORDS.isdisjoint(apart)


def _alike(left: Gram, right: Gram) -> int:
    """With how many words two runs begin alike."""
    shorter = min(len(left), len(right))
    return next((at for at in range(shorter) if left[at] != right[at]), shorter)


def _tells_rows_apart(change: Change, left: Gram, right: Gram) -> bool:
    """Whether a fact in which two sentences differ says of whom, of when or of which one each of them speaks."""
    same = _alike(left, right)
    term = _TERM.search(change.kept) and "old" not in left[same : same + HEAD]
    if term or labelled(left, right):
        return True
    if change.kind not in ("name", "date"):
        return False
    # rows give a figure of each
    return same < HEAD or any(word[0].isdigit() for word in {*left[: max(0, same - 1)], *left[same + HEAD :]})


def _kin_around(story: Story, one: Copy, two: Copy) -> bool:
    """Whether a paragraph near two neighbours has most of its words from them."""
    first, last = sorted((story.body_before[one.first], story.body_before[two.first]))
    near = [*story.body[max(0, first - AROUND) : first], *story.body[last + 1 : last + 1 + AROUND]]
    said = {*story.run(one), *story.run(two)}
    return any(
        len(said.intersection(run)) >= TOGETHER * min(len(run), len(said))
        for run in (set(story.words(story.paragraphs[at].text)) for at in near)
    )


def _begun_twice(story: Story, one: Copy, two: Copy) -> bool:
    """Whether a sentence of a paragraph was begun twice; a speaker may say a thing again and again."""
    spoken = _QUOTE_MARK.search(story.paragraphs[one.first].text)
    return one.first == two.first and len(story.run(one)) >= OPENING and not spoken


def told_again(story: Story, one: Copy, two: Copy) -> bool:
    """Whether two passages speak of the same in one order, and of nothing else."""
    left, right = story.run(one), story.run(two)
    if min(len(left), len(right)) < TOLD:
        return False
    some, more = ({stem(word) for word in run if word not in LIGHT} for run in (left, right))
    both = len(some & more)
    if both < TOGETHER * len(some | more) or both < CONTENT * min(len(some), len(more)):
        return False
    from difflib import SequenceMatcher  # noqa: PLC0415  few stories come here

    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < TOGETHER * max(len(left), len(right)):
        return False
    facts = {change.kind for change in disagree(compare(story.passage(one), story.passage(two)))}
    return not (facts & {"number", "date", "name"} if min(len(left), len(right)) >= LARGE else facts)
