"""Which copy of a passage stays, and the reason an editor is given for it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from dedupe.facts import compare, disagree
from dedupe.lexicon import LIGHT
from dedupe.model import COPY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.settings import Keep
    from dedupe.story import Copy, Gram, Story

PEERS = 8  # copies of other wording that one is held against: more of them tell nothing new
FULLER = 3  # words by which the fuller of two copies side by side must lead
SAYS = 2  # of the words that only it has, those that say something

_DOUBLED = re.compile("(?<=[^\\s.!?:])(?: [ \u00a0]|\u00a0 )(?=\\S| )")
_LINKS = re.compile(r"https?://|www\.")
_FINISHED = re.compile("[.!?…:;。！？؟][\"'”’»)\\]」』）]*$")
_CAPITALISED = re.compile(r"\b[^\W\d_]{4,}\b")


class Choice(NamedTuple):
    """The surviving copy and why it, or the others, were chosen; no reason means that either can go."""

    kept: Copy
    reasons: dict[Copy, str]  # of a copy that goes: what is wrong with it, or what the other has


def choose(story: Story, copies: Sequence[Copy], fixed: Sequence[Copy], keep: Keep) -> Choice:
    """Pick the survivor among `fixed` if there are any, else among all copies, by the order of DESIGN.md.

    What a reader may not see, and what is set apart from the copy, stays only where all of it is such.
    """
    candidates = story.firm(fixed or copies)
    copy = [one for one in candidates if story.paragraphs[one.first].role in COPY]
    candidates = copy or candidates
    if len(candidates) == 1:
        return Choice(candidates[0], {})
    if keep != "best":
        return Choice(_by_rule(story, candidates, keep), {})
    harm = _harm(story, candidates)
    sound = [copy for copy in candidates if not harm[copy]]
    if sound and len(sound) < len(candidates):
        kept = _fullest(story, sound) or sound[0]
        return Choice(kept, {copy: ", ".join(harm[copy]) for copy in candidates if harm[copy]})
    full = _fullest(story, candidates)
    if full is not None:
        return Choice(full, dict.fromkeys((copy for copy in candidates if copy != full), "the other says more"))
    tied, reason = [copy for copy in candidates if story.tied(copy)], "only a person can cut the other"
    if not tied:
        tied, reason = _headed(story, candidates), "without the other a heading would stand bare"
    if tied and len(tied) < len(candidates):
        return Choice(tied[0], {copy: reason for copy in candidates if copy not in set(tied)})
    links = [len(_LINKS.findall(story.text(copy))) + len(story.links(copy)) for copy in candidates]
    if max(links) > min(links):
        kept = candidates[links.index(max(links))]
        return Choice(kept, dict.fromkeys((copy for copy in candidates if copy != kept), "the other has the links"))
    return Choice(candidates[0], {})


def _headed(story: Story, copies: Sequence[Copy]) -> list[Copy]:
    """Of two copies that agree, those that would leave the heading above them bare."""
    if len(copies) != 2:  # noqa: PLR2004  a pair
        return []
    bare = [one for one, other in (copies, copies[::-1]) if story.left_bare(other, one, copies)]
    return bare if bare and not disagree(compare(*map(story.passage, copies))) else []


def _by_rule(story: Story, copies: Sequence[Copy], keep: Keep) -> Copy:
    if keep == "first":
        return copies[0]
    if keep == "last":
        return copies[-1]
    return max(copies, key=lambda copy: len(story.run(copy)))


def _fullest(story: Story, copies: Sequence[Copy]) -> Copy | None:
    """The copy that holds all others as unbroken runs of words, or of two side by side the fuller by three words."""
    runs = {copy: story.run(copy) for copy in copies}
    longest = max(copies, key=lambda copy: len(runs[copy]))
    others = [copy for copy in copies if copy != longest]
    if all(len(runs[copy]) < len(runs[longest]) and run_inside(runs[copy], runs[longest]) for copy in others):
        return longest if others else None
    if len(copies) == 2 and side_by_side(story, *copies):  # noqa: PLR2004  a pair
        more = Counter(runs[longest]) - Counter(runs[others[0]])
        says = sum(count for word, count in more.items() if word not in LIGHT)
        return longest if len(runs[longest]) - len(runs[others[0]]) >= FULLER and says >= SAYS else None
    return None


def run_inside(small: Gram, large: Gram) -> bool:
    """Whether `small` stands in `large` as one unbroken run of words."""
    return f" {' '.join(small)} " in f" {' '.join(large)} "


def side_by_side(story: Story, one: Copy, two: Copy) -> bool:
    """Whether no copy stands between two places of an article."""
    first, second = sorted((one, two))
    return distance(story, first, second) <= 1


def distance(story: Story, first: Copy, second: Copy) -> int:
    """How many body paragraphs on the second of two places stands from the first; 0 inside one paragraph."""
    return story.body_before[second.first] - story.body_before[first.last]


def _harm(story: Story, copies: Sequence[Copy]) -> dict[Copy, list[str]]:
    """The damage of each copy, worked out once for equal texts and against a few others."""
    distinct = {story.text(copy): copy for copy in reversed(copies)}
    peers = sorted(distinct.values())[:PEERS]
    found = {text: damage(story, copy, [*peers, copy]) for text, copy in distinct.items()}
    return {copy: found[story.text(copy)] for copy in copies}


def damage(story: Story, copy: Copy, copies: Sequence[Copy]) -> list[str]:
    """What is broken in a copy that is not broken in every copy, in an editor's words."""
    text = story.text(copy)
    others = [story.text(other) for other in copies if other != copy]
    signs = []
    if _cut_off(story, copy, copies):
        signs.append("cut off mid-sentence")
    elif not _FINISHED.search(text) and any(_FINISHED.search(other) for other in others):
        signs.append("no full stop")
    if _unbalanced(text) and not all(map(_unbalanced, others)):
        signs.append("unbalanced quotation marks")
    if _DOUBLED.search(text) and not all(map(_DOUBLED.search, others)):
        signs.append("doubled space")
    if "�" in text and not all("�" in other for other in others):
        signs.append("garbled characters")
    signs += [f"“{wrong}” where the story has “{right}”" for wrong, right in slips(story, copy, copies).items()]
    return [] if signs == ["no full stop"] else signs


def _cut_off(story: Story, copy: Copy, copies: Sequence[Copy]) -> bool:
    """Whether a copy stops, without a full stop, where another goes on."""
    text = story.text(copy)
    if _FINISHED.search(text):
        return False
    tail = story.run(copy)[-3:]
    for other in copies:
        run = story.run(other)
        for at in range(len(run) - len(tail)):
            if run[at : at + len(tail)] == tail and other != copy:
                return True
    return False


def _unbalanced(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")


def slips(story: Story, copy: Copy, copies: Sequence[Copy]) -> dict[str, str]:
    """Names in a copy that are one letter off a name that the rest of the story spells as the other copies do."""
    mine = set(_CAPITALISED.findall(story.text(copy)))
    others = set().union(*(_CAPITALISED.findall(story.text(other)) for other in copies if other != copy))
    odd = [word for word in sorted(mine - others) if word[0].isupper()]
    fit = [word for word in sorted(others - mine) if word[0].isupper()]
    near = [(wrong, right) for wrong in odd for right in fit if _one_off(wrong, right)]
    if not near:
        return {}
    rest = set(_CAPITALISED.findall(story.outside(copies)))
    return {wrong: right for wrong, right in near if right in rest and wrong not in rest}


def _one_off(one: str, two: str) -> bool:
    """Whether one letter inserted, dropped, changed or two letters swapped turn one word into the other."""
    one, two = one.casefold(), two.casefold()
    if abs(len(one) - len(two)) > 1 or one == two:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], two[start : len(two) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == len(right) == 2 and left == right[::-1])  # noqa: PLR2004
