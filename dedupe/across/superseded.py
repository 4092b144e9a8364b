"""Families of versions become findings: what supersedes a story, and what changed between the two."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from dedupe.across.heads import head, record_of
from dedupe.across.links import links
from dedupe.across.moments import days_apart, minute, stated
from dedupe.across.related import SOME
from dedupe.across.versions import families
from dedupe.compare import Comparison, compare_all
from dedupe.judge import place
from dedupe.model import Finding, Review
from dedupe.story import Copy, shingle_set
from dedupe.why import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dedupe.across.blocks import Block
    from dedupe.across.heads import Head
    from dedupe.across.links import Link, Places
    from dedupe.across.versions import Edge, Family
    from dedupe.model import Change
    from dedupe.settings import Settings
    from dedupe.story import Story

TITLE = 60  # characters of a headline that is told
CLIP = 60  # characters of a fact that is told
TOLD = 2  # facts that are told
COMPARED = 64  # pairs of stories in a batch
LOST = 5  # paragraphs that are named


class _Kin(NamedTuple):
    """What is the same for all findings of a family."""

    number: int
    members: int
    digest: str
    last: Head | None  # the newest, where one is known
    heads: Mapping[int, Head]


class Step(NamedTuple):
    """One story that another one supersedes, as it can be told without the rest of its family."""

    kin: _Kin  # with the heads of these two only
    edge: Edge
    ordinal: int  # among those of the family that are called alike and say the same

    @property
    def same(self) -> bool:
        """Whether both say the same to the letter."""
        return self.kin.heads[self.edge.old].said == self.kin.heads[self.edge.new].said


def steps(some: Iterable[Family], heads: Mapping[int, Head], start: int = 0) -> Iterator[Step]:
    """All stories of the families that are superseded. `start` is the last number of a group that is taken."""
    for number, family in enumerate(some, start + 1):
        kin = _kin(number, family, heads)
        seen: Counter[tuple[str, str | None, str]] = Counter()
        for edge in family.edges:
            old = heads[edge.old]
            called = old.path, old.key, old.said
            yield Step(kin._replace(heads={edge.old: old, edge.new: heads[edge.new]}), edge, seen[called])
            seen[called] += 1


def findings(
    some: Iterable[Step], story: Callable[[int], Story | None], settings: Settings
) -> Iterator[tuple[int, Finding]]:
    """Of each story that is superseded its number and the finding.

    `story` reads a story again; of what cannot be read nothing is said.
    """
    batch: list[tuple[Step, Story, Story]] = []
    for step in some:
        old, new = story(step.edge.old), story(step.edge.new)
        if old is not None and new is not None and old.body and new.body:
            batch.append((step, old, new))
        if len(batch) == COMPARED:
            yield from _compared(batch, settings)
            batch = []
    yield from _compared(batch, settings)


def _compared(batch: Sequence[tuple[Step, Story, Story]], settings: Settings) -> Iterator[tuple[int, Finding]]:
    """The findings of some pairs, compared in one go; the same text twice is not compared."""
    others = [(old.article, new.article) for step, old, new in batch if not step.same]
    changed = iter(compare_all(others, settings))
    for step, old, new in batch:
        yield step.edge.old, _finding(step, old, new, None if step.same else next(changed))


def likely(some: Iterable[Link], paragraphs: Sequence[int]) -> list[Link]:
    """The links that may be between versions, by the number of paragraphs of copy of each story."""
    return [link for link in some if link.shared >= SOME * min(paragraphs[link.one], paragraphs[link.two])]


def head_of(story: Story, number: int, date: str = "") -> Head:
    """The head of a story, with what its record says."""
    return head(story.article, number, date, record=stated(record_of(story.source, story.article)))


def told(
    places: Places,
    blocks: Sequence[Block],
    story: Callable[[int], Story | None],
    settings: Settings,
    start: int = 0,
) -> Iterator[tuple[int, Finding]]:
    """The same of an archive, given where its paragraphs stand and the blocks that repeat others."""
    some = links(places, blocks, settings.boilerplate_after)
    heads: dict[int, Head] = {}
    for number in sorted({number for link in some for number in (link.one, link.two)}):
        read = story(number)
        if read is not None:
            heads[number] = head_of(read, number)
    known = [link for link in some if link.one in heads and link.two in heads]
    yield from findings(steps(families(heads, known), heads, start), story, settings)


def superseded(some: Iterable[tuple[int, Finding]]) -> set[int]:
    """The numbers of the stories that another one supersedes, of numbers of stories with a finding of each."""
    return {number for number, finding in some if finding.code == "version"}


def _kin(number: int, family: Family, heads: Mapping[int, Head]) -> _Kin:
    said = "\0".join(sorted(heads[one].said for one in family.members))
    last = family.order[-1] if family.order else ()
    newest = heads[last[0]] if len(last) == 1 else None
    return _Kin(number, len(family.members), hashlib.sha256(said.encode()).hexdigest(), newest, heads)


def _finding(step: Step, old: Story, new: Story, changed: Comparison | None) -> Finding:
    kin, edge, ordinal = step
    known = "\0".join([old.source.known or old.article.path, old.article.key or "", kin.heads[edge.old].said])
    mark = "\0".join([known, kin.digest, str(ordinal)])
    kept, dropped = whole(new), whole(old)
    jaccard, containment = (1.0, 1.0) if changed is None else _scores(old, new)
    facts = _facts(changed)
    return Finding(
        code="version",
        severity="note",
        action="none",
        group=kin.number,
        copies=kin.members,
        kept=place(new, kept),
        dropped=place(old, dropped),
        blocks=len(old.body),
        jaccard=jaccard,
        containment=containment,
        changes=facts,
        lost=tuple(opening(it.text).strip("'") for it in changed.dropped[:LOST]) if changed else (),
        why=_why(kin, edge, changed, facts),
        fingerprint=hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        places=kin.members,
        there=Review(new.source, new.article, ()),
    )


def whole(story: Story) -> Copy:
    """The copy of a story, from its first paragraph to its last."""
    first, last = story.body[0], story.body[-1]
    return Copy(first, last, 0, len(story.paragraphs[last].text), whole=True)


def _scores(old: Story, new: Story) -> tuple[float, float]:
    left, right = (shingle_set(story.run(whole(story))) for story in (old, new))
    both, least = len(left & right), min(len(left), len(right))
    return (both / len(left | right), both / least) if least else (0.0, 0.0)


def _facts(changed: Comparison | None) -> tuple[Change, ...]:
    """The facts that changed, each once."""
    if changed is None:
        return ()
    return tuple(dict.fromkeys(change for pair in changed.reworded for change in pair.facts))


def _why(kin: _Kin, edge: Edge, changed: Comparison | None, facts: Sequence[Change]) -> str:
    one, two = kin.heads[edge.old], kin.heads[edge.new]
    newer = _named(two, one)
    if edge.by == "repeat":
        return f"Sent again: {newer} says the same, word for word; nothing is new."
    verb = "Corrected by" if edge.by == "corrected" else "Superseded by"
    said = f"{verb} {newer}: {_changed(changed)}{_told(facts)}."
    if kin.last is not None and kin.last.number != edge.new:
        said += f" The last of {kin.members:,} versions is {_place(kin.last, one)}."
    return said + _doubt(edge, one, two)


def _doubt(edge: Edge, one: Head, two: Head) -> str:
    """What an editor should know of how the order is told."""
    if edge.by == "more":
        return " No mark and no date tells which is newer: it says more, and stands later in the archive."
    first, second = minute(one.date), minute(two.date)
    if edge.by == "number" and first is not None and second is not None and second < first:
        return " Its number is the higher one, though it is dated earlier."
    return ""


def _named(it: Head, other: Head) -> str:
    """A story with its headline and its time, or its date where that is another day."""
    title = it.title if len(it.title) <= TITLE else it.title[: TITLE - 3].rstrip() + "..."
    told = [f"'{title}'"] if title else []
    moment = _moment(it.date, other.date)
    told += [moment] if moment else []
    return f"{_place(it, other)} ({', '.join(told)})" if told else _place(it, other)


def _place(it: Head, other: Head) -> str:
    if it.key is None:
        return it.path
    return f"story {it.key}" if it.path == other.path else f"story {it.key} of {it.path}"


def _moment(date: str, other: str) -> str:
    if not date or date.startswith("--"):
        return date[2:]
    near = other[:10] == date[:10] and (days_apart(date, other) or 0) < 1
    return date[11:16] if near and "T" in date else date[:16].replace("T", " ")


def _changed(changed: Comparison | None) -> str:
    """How many paragraphs are new, dropped and reworded."""
    if changed is None:
        return "the same text"
    counts = ((len(changed.new), "new"), (len(changed.dropped), "dropped"), (len(changed.reworded), "reworded"))
    said = [(count, word) for count, word in counts if count]
    if not said:
        return "the same paragraphs"
    first = f"{said[0][0]:,} {'paragraph' if said[0][0] == 1 else 'paragraphs'} {said[0][1]}"
    return ", ".join([first, *(f"{count:,} {word}" for count, word in said[1:])])


def _told(facts: Sequence[Change]) -> str:
    """The first of the facts that changed."""
    brief = [it for it in facts if max(len(it.kept), len(it.dropped)) <= CLIP]
    said = [f"{it.dropped or 'nothing'} became {it.kept or 'nothing'}" for it in brief[:TOLD]]
    more = len(facts) - len(said)
    if not said:
        return f"; {more:,} {'fact' if more == 1 else 'facts'} changed" if more else ""
    return f"; {', '.join(said)}" + (f" and {more:,} more" if more else "")
