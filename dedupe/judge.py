"""The verdict on each group of copies: what it is, which copy goes, whether that is safe, and why."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dedupe import why
from dedupe.doubts import FAR, NEARLY, between, doubts, overlap, scores
from dedupe.facts import compare, disagree
from dedupe.meant import LARGE, LEANS, LONG, intent
from dedupe.model import COPY, Finding, Place, Role
from dedupe.rest import without_loss
from dedupe.story import Copy, shingle_set
from dedupe.stretches import stretches
from dedupe.survivor import choose, distance, run_inside, side_by_side, slips
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.model import Action, Change, Code, Severity
    from dedupe.settings import Settings
    from dedupe.story import Group, Story

TEMPLATE = 5  # passages that come again far from their twins make a page one that repeats a template


class Decision(NamedTuple):
    """A code with its severity and action, and why it is doubtful or meant."""

    code: Code
    severity: Severity
    action: Action
    reason: str


class Verdict(NamedTuple):
    """What was decided on one copy, before it is worded."""

    code: Code
    severity: Severity
    action: Action
    kept: Copy
    dropped: Copy
    group: int
    copies: tuple[Copy, ...]
    changes: tuple[Change, ...]
    lost: tuple[str, ...]
    reason: str  # why nothing goes, or why it is doubtful; may be empty
    chosen: str = ""  # why this copy goes and not the other; nothing where either can
    tied: str = ""  # why only a person can cut it


def judge(story: Story, groups: Sequence[Group], meant: Sequence[Group], settings: Settings) -> tuple[Finding, ...]:
    """The findings of one article, one a copy that repeats another, in document order of the groups."""
    verdicts: list[Verdict] = []
    gone: dict[int, list[Verdict]] = {}
    story.stretches.update(stretches(story, groups))
    for number, group in enumerate(groups):
        copies, fixed = _standing(story, group, gone)
        if len(copies) < 2:  # noqa: PLR2004  all but one are gone with another group
            continue
        found = [_firm(story, verdict) for verdict in _verdicts(story, number, copies, fixed, settings)]
        for verdict in found:
            if verdict.action == "remove":
                for at in story.members(verdict.dropped):
                    gone.setdefault(at, []).append(verdict)
        verdicts += found
    verdicts = without_loss(story, _one_note_for_a_template(story, verdicts))
    verdicts += [_furniture(story, len(groups) + number, group) for number, group in enumerate(meant)]
    return _findings(story, verdicts)


def _standing(story: Story, group: Group, gone: dict[int, list[Verdict]]) -> tuple[tuple[Copy, ...], tuple[Copy, ...]]:
    """A group without the copies that lie in a removed one; what was kept for that one stands in for a fixed copy."""

    def now(copy: Copy) -> Copy:
        for verdict in gone.get(copy.first, ()):
            kept, dropped = verdict.kept, verdict.dropped
            if dropped.whole or _overlap(dropped, copy):
                if not dropped.whole or dropped.last - dropped.first != kept.last - kept.first:
                    return kept
                shift = kept.first - dropped.first
                last = copy.last + shift
                return Copy(copy.first + shift, last, 0, len(story.paragraphs[last].text), whole=True)
        return copy

    fixed = tuple(dict.fromkeys(map(now, group.fixed)))
    free = [copy for copy in group.copies if copy not in group.fixed and now(copy) == copy]
    return tuple(sorted({*free, *fixed})), fixed


def _overlap(one: Copy, two: Copy) -> bool:
    """Whether two copies share text."""
    if one.first > two.last or two.first > one.last:
        return False
    return one.whole or two.whole or (one.start < two.end and two.start < one.end)


def _verdicts(
    story: Story, number: int, copies: tuple[Copy, ...], fixed: tuple[Copy, ...], settings: Settings
) -> list[Verdict]:
    choice = choose(story, copies, fixed, settings.keep)
    kept = choice.kept
    found = []
    changed: dict[str, tuple[Change, ...]] = {}
    decided: dict[tuple[str, int], Decision] = {}
    for at, dropped in enumerate(copies):
        if dropped in fixed or _overlap(dropped, kept):
            continue
        passage, apart = story.passage(dropped), min(_nearest(story, at, copies), FAR + 1)
        if passage not in changed:
            changed[passage] = _changes(story, kept, dropped, copies)
        decision = decided.get((passage, apart))
        if decision is None:
            decision = _decide(story, kept, dropped, copies, changed[passage], apart)
            if not LEANS.match(passage) and dropped.first == dropped.last:
                decided[passage, apart] = decision
        code, severity, action, reason = decision
        chosen = choice.reasons.get(dropped, "")
        tied = _tied(story, kept, dropped, copies) if action == "remove" else ""
        action = "review" if tied else action
        facts = changed[passage]
        found.append(Verdict(code, severity, action, kept, dropped, number, copies, facts, (), reason, chosen, tied))
    return _pieced(story, kept, found)


def _pieced(story: Story, kept: Copy, verdicts: list[Verdict]) -> list[Verdict]:
    """One cut in place of several: of the paragraph that says, one after the other, what the others say each alone."""
    parts = [verdict.dropped for verdict in verdicts]
    if len(parts) < 2 or any(verdict.action != "remove" or not verdict.dropped.whole for verdict in verdicts):  # noqa: PLR2004
        return verdicts
    said = [story.run(part) for part in parts if len(story.run(part)) < len(story.run(kept))]
    left = f" {' '.join(story.run(kept))} "
    for run in said:
        left = left.replace(f" {' '.join(run)} ", " ", 1)
    if left.strip() or len(said) < len(parts) or len(story.members(kept)) > 1 or story.tied(kept):
        return verdicts
    part = max(parts, key=lambda copy: (len(story.run(copy)), -copy.first))
    lines = " and ".join(str(story.paragraphs[copy.first].line) for copy in parts)
    changes = compare(story.passage(part), story.passage(kept))
    chosen = f"lines {lines} say all of it"
    return [
        verdicts[0]._replace(
            code="contained",
            kept=part,
            dropped=kept,
            copies=tuple(sorted((part, kept))),
            changes=changes,
            chosen=chosen,
        )
    ]


def _tied(story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...]) -> str:
    apart = "" if story.paragraphs[kept.first].role in COPY else "its twin is set apart from the copy"
    return story.tied(dropped) or apart or story.left_bare(kept, dropped, copies)


def _firm(story: Story, verdict: Verdict) -> Verdict:
    """A verdict; where a reader may see only one of the copies, it is a question."""
    kept, dropped = story.weak(verdict.kept), story.weak(verdict.dropped)
    if verdict.code in ("echo", "conflict") or not (kept or dropped):
        return verdict
    tied = verdict.tied or dropped or f"the copy that would stay may not be seen: {kept}"
    return verdict._replace(severity="warning", action="review", tied=tied)


def _changes(story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...]) -> tuple[Change, ...]:
    one, two = story.passage(kept), story.passage(dropped)
    changes = compare(one, two)
    if not any(change.kind == "name" for change in changes):
        return changes
    changes = compare(one, two, story.outside([copy for copy in copies if copy != kept]))
    wrong = slips(story, dropped, (kept, dropped))
    return tuple(change._replace(kind="mark") if _slip(change, wrong) else change for change in changes)


def _slip(change: Change, wrong: dict[str, str]) -> bool:
    """Whether a change of name is a slip of the pen: the story spells the name as the kept copy does."""
    return change.kind == "name" and any(
        change.dropped.replace(odd, right) == change.kept for odd, right in wrong.items()
    )


def _decide(
    story: Story, kept: Copy, dropped: Copy, copies: tuple[Copy, ...], changes: tuple[Change, ...], apart: int
) -> Decision:
    """`apart` tells how many body paragraphs on the nearest other copy stands."""
    meant = intent(story, kept, dropped, copies, changes)
    if meant:
        return Decision("echo", "note", "none", meant)
    facts = disagree(changes)
    if facts:
        close = side_by_side(story, kept, dropped) or len(story.members(dropped)) > 1
        same = all(change.kind == "mark" or change in facts for change in changes)
        return Decision("conflict", "error" if close and same else "warning", "review", "")
    found = doubts(story, kept, dropped, copies, changes, apart)
    if len(found) > 1:
        return Decision("echo", "note", "none", " and ".join(found))
    code = _code(story, kept, dropped)
    return Decision(code, "warning", "review", found[0]) if found else Decision(code, "error", "remove", "")


def _code(story: Story, kept: Copy, dropped: Copy) -> Code:
    stays, goes = story.run(kept), story.run(dropped)
    if stays == goes and kept.whole and dropped.whole:
        return "exact"
    return "contained" if run_inside(goes, stays) else "reworded"


def _one_note_for_a_template(story: Story, verdicts: list[Verdict]) -> list[Verdict]:
    """On a page that repeats a template, many passages come again, none beside its twin: one note speaks for all.

    What is too much text to come again by chance speaks for itself, and so does a section that was pasted twice.
    """
    if len({verdict.group for verdict in verdicts}) < TEMPLATE:
        return verdicts
    nearest: dict[int, int] = {}
    for verdict in verdicts:
        apart = _nearest(story, bisect_left(verdict.copies, verdict.dropped), verdict.copies)
        nearest[verdict.group] = min(apart, nearest.get(verdict.group, apart))
    sure = {verdict.group for verdict in verdicts if _stands_out(story, verdict)}
    strewn = {group for group, apart in nearest.items() if apart > 1} - sure
    if len(strewn) < TEMPLATE:
        return verdicts
    first = next(verdict for verdict in verdicts if verdict.group in strewn)
    reason = f"the page repeats a template: {len(strewn)} passages come again, none beside its twin"
    note = first._replace(code="echo", severity="note", action="none", reason=reason)
    return [note, *(verdict for verdict in verdicts if verdict.group not in strewn)]


def _stands_out(story: Story, verdict: Verdict) -> bool:
    """Whether a copy is beyond what a template repeats."""
    if verdict.code in ("echo", "conflict"):
        return False
    where = between(story, verdict.kept, verdict.dropped)
    size, alike = len(story.run(verdict.dropped)), scores(story, verdict.kept, verdict.dropped)[0]
    near = where == "one" and len(story.sections.said) > 1 and size >= LONG and verdict.severity == "error"
    return where == "pasted" or near or (size >= LARGE and alike >= NEARLY)


def _nearest(story: Story, at: int, copies: Sequence[Copy]) -> int:
    """How many body paragraphs on the nearest other copy stands from the copy at an index."""
    before = [distance(story, copies[at - 1], copies[at])] if at else []
    behind = [distance(story, copies[at], copies[at + 1])] if at + 1 < len(copies) else []
    return min(before + behind)


_FURNITURE: dict[Role, str] = {
    Role.HEADLINE: "a headline",
    Role.HEADING: "a heading",
    Role.CAPTION: "a caption",
    Role.QUOTE: "a pull quote",
    Role.TABLE: "a table row",
    Role.ADVISORY: "an advisory",
}


def _furniture(story: Story, number: int, group: Group) -> Verdict:
    one, two = group.copies
    roles = [story.paragraphs[copy.first].role for copy in group.copies]
    dropped = two if roles[1] in _FURNITURE or roles[0] not in _FURNITURE else one
    kept = one if dropped == two else two
    what = _FURNITURE.get(story.paragraphs[dropped.first].role, "furniture")
    return Verdict("echo", "note", "none", kept, dropped, number, group.copies, (), (), what)


def rejudged(finding: Finding, kept: Place) -> Finding | None:
    """A finding against another survivor, because its own is cut too; None where that one says something else."""
    if not finding.safe:
        return finding
    if kept.start < finding.dropped.end and finding.dropped.start < kept.end:
        return None
    changes = compare(kept.text, finding.dropped.text)
    if disagree(changes):
        return None
    alike = overlap(*(shingle_set(tuple(words(text))) for text in (kept.text, finding.dropped.text)))
    return replace(
        finding,
        kept=kept,
        changes=changes,
        jaccard=alike[0],
        containment=alike[1],
        why=why.again(kept, finding.dropped),
    )


def _findings(story: Story, verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """The verdicts as findings, in document order of what they drop; groups are numbered as they come."""
    ordered = sorted(verdicts, key=lambda verdict: (verdict.dropped, verdict.kept))
    numbers: dict[int, int] = {}
    kept: dict[Copy, Place] = {}
    keys: dict[int, tuple[str, dict[Copy, int]]] = {}
    found = []
    for verdict in ordered:
        number = numbers.setdefault(verdict.group, len(numbers) + 1)
        if verdict.group not in keys:
            keys[verdict.group] = _group_key(story, verdict.copies)
        key, ordinals = keys[verdict.group]
        fingerprint = hashlib.sha256(f"{key}\0{ordinals[verdict.dropped]}".encode("utf-8", "surrogatepass"))
        if verdict.kept not in kept:
            kept[verdict.kept] = place(story, verdict.kept)
        found.append(_finding(story, number, verdict, kept[verdict.kept], fingerprint.hexdigest()[:16]))
    return tuple(found)


def _group_key(story: Story, copies: tuple[Copy, ...]) -> tuple[str, dict[Copy, int]]:
    """Path and sorted normalised copies of a group, and the ordinal of each copy among them."""
    texts = {copy: " ".join(story.run(copy)) for copy in copies}
    ordered = sorted(copies, key=lambda copy: (texts[copy], copy))
    key = "\0".join([story.source.known or story.article.path, story.article.key or "", *sorted(texts.values())])
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return digest, {copy: at for at, copy in enumerate(ordered)}


def _finding(story: Story, number: int, verdict: Verdict, kept: Place, fingerprint: str) -> Finding:
    stays, goes = verdict.kept, verdict.dropped
    if verdict.action == "remove" and len(verdict.copies) == 2:  # noqa: PLR2004  a pair
        stays, goes = story.with_heading(stays, goes)
        kept = place(story, stays) if stays != verdict.kept else kept
    dropped = place(story, goes)
    alike = scores(story, verdict.kept, verdict.dropped)
    return Finding(
        code=verdict.code,
        severity=verdict.severity,
        action=verdict.action,
        group=number,
        copies=len(verdict.copies),
        kept=kept,
        dropped=dropped,
        blocks=len(story.members(verdict.dropped)),
        jaccard=alike[0],
        containment=alike[1],
        changes=verdict.changes,
        lost=verdict.lost,
        why=why.explain(story, verdict, kept, dropped),
        fingerprint=fingerprint,
    )


def place(story: Story, copy: Copy) -> Place:
    """Where a copy stands in its file."""
    first, last = story.paragraphs[copy.first], story.paragraphs[copy.last]
    start, end, line, end_line = story.span(copy)
    if not copy.whole:
        text = first.text[copy.start : copy.end]
    elif first is last or first.outer is not None:
        text = story.text(copy)
    else:
        text = story.source.data[start:end].decode(story.source.encoding)
    return Place(story.article.path, story.article.key, start, end, line, end_line, copy.first + 1, text)
