"""What was found in each story: judged, and settled so that one cleaning leaves nothing to a second."""

from __future__ import annotations

import hashlib
import sys
from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from dedupe import marks
from dedupe.chain import chain, compared
from dedupe.dateline import opening
from dedupe.judge import judge, rejudged
from dedupe.match import match
from dedupe.model import COPY, Article, Finding, Paragraph, Place, Review, Role, Source
from dedupe.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.match import Match
    from dedupe.model import Mark
    from dedupe.settings import Settings
    from dedupe.words import Words

ROUNDS = 4  # of looking again at what cuts leave

# furniture that may repeat copy and is worth a note when it does, and rows beside one another; the rest is never
# compared
COMPARED = {Role.BODY, Role.ITEM, Role.ROW, Role.HEADLINE, Role.HEADING, Role.CAPTION, Role.QUOTE}


def review(pairs: Sequence[tuple[Source, Article]], settings: Settings) -> Iterator[Review]:
    """The review of each article, in order; all are compared in one batch."""
    said = [
        one
        for _, file in groupby(pairs, key=lambda pair: id(pair[0]))
        for one in _said(list(file), reasons=settings.require_reasons)
    ]
    for (item, article), found, mine in zip(pairs, _judged(pairs, settings), said, strict=True):
        yield _reviewed(item, article, found, mine, settings)


def _said(file: Sequence[tuple[Source, Article]], *, reasons: bool) -> list[tuple[Mark, ...]]:
    return marks.marks(file[0][0], [article for _, article in file], reasons=reasons)


def _reviewed(
    item: Source, article: Article, found: tuple[Finding, ...], said: tuple[Mark, ...], settings: Settings
) -> Review:
    """The review of one article: what a comment accepts is not cut, and so brings nothing about."""
    if not found:
        return Review(item, article, found, (), said)
    live, accepted = marks.held(found, said)
    settled, more = marks.held(_settled(item, article, live, settings), said)
    return Review(item, article, settled, (*accepted, *more), said)


def matches_of(
    texts: Sequence[str], owners: Sequence[int], settings: Settings, words: Words | None = None
) -> dict[int, list[Match]]:
    """The matches inside each article, as the settings want them; `words` are those of the texts, if known."""
    return match(
        texts,
        owners,
        threshold=settings.threshold,
        containment=settings.containment,
        min_words=settings.min_words,
        beside=True,
        words=words,
    )


def _judged(pairs: Sequence[tuple[Source, Article]], settings: Settings) -> Iterator[tuple[Finding, ...]]:
    """The findings of each article as it stands."""
    texts: list[str] = []
    owners: list[int] = []
    where: list[list[int]] = []
    for number, (_, article) in enumerate(pairs):
        where.append(compared(article, COMPARED))
        for at in where[-1]:
            text = article.paragraphs[at].text
            texts.append(text[opening(text) :])
            owners.append(number)
    matches = matches_of(texts, owners, settings)
    for number, (item, article) in enumerate(pairs):
        if number in matches:
            story = Story(item, article)
            yield judge(story, *chain(story, where[number], matches[number]), settings)
        else:
            yield ()


def _settled(item: Source, article: Article, findings: tuple[Finding, ...], settings: Settings) -> tuple[Finding, ...]:
    """The findings with those that the cuts of others bring about, so that one cleaning leaves nothing to a second."""
    settled = list(findings)
    for _ in range(ROUNDS):
        gone = sorted((finding.dropped.start, finding.dropped.end) for finding in settled if finding.safe)
        if not gone:
            break
        numbers = [at for at, paragraph in enumerate(article.paragraphs) if not _covered(paragraph, gone)]
        rest = replace(article, paragraphs=tuple(article.paragraphs[at] for at in numbers))
        (again,) = _judged([(item, rest)], settings)
        fresh = [
            finding
            for finding in again
            if finding.safe and not any(_meets(place, gone) for place in (finding.kept, finding.dropped))
        ]
        if not fresh:
            break
        groups = max(finding.group for finding in settled)
        for finding in (_renumbered(finding, numbers, groups) for finding in fresh):
            span = finding.dropped.start, finding.dropped.end
            before = next((one for one in settled if (one.dropped.start, one.dropped.end) == span), finding)
            moved = [rejudged(one, finding.kept) if _stands_in(one.kept, *span) else one for one in settled]
            if all(moved):
                settled = [one for one in moved if one and (one.safe or not _touches(one, span))]
                settled.append(
                    replace(finding, group=before.group, copies=before.copies, fingerprint=before.fingerprint)
                )
    return _told_apart(sorted(_upheld(settled), key=lambda finding: (finding.dropped.start, finding.kept.start)))


def _upheld(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings; a cut whose survivor is cut as well is left to a person."""
    gone = {(finding.dropped.start, finding.dropped.end) for finding in findings if finding.safe}
    for finding in findings:
        if finding.safe and (finding.kept.start, finding.kept.end) in gone:
            yield replace(
                finding, severity="warning", action="review", why=f"{finding.why} Its twin goes too: look at both."
            )
        else:
            yield finding


def _told_apart(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those with a fingerprint that was there already with one of their own."""
    found: list[Finding] = []
    seen: set[str] = set()
    for finding in findings:
        own = unlike(finding.fingerprint, seen)
        found.append(finding if own == finding.fingerprint else replace(finding, fingerprint=own))
    return tuple(found)


def unlike(fingerprint: str, seen: set[str]) -> str:
    """The fingerprint, or another one where it is among those seen already; it is one of them from then on."""
    while fingerprint in seen:
        fingerprint = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    seen.add(fingerprint)
    return fingerprint


def _stands_in(place: Place, start: int, end: int) -> bool:
    return place.start < end and start < place.end


def _covered(paragraph: Paragraph, gone: Sequence[tuple[int, int]]) -> bool:
    """Whether a paragraph lies wholly in one of some sorted, disjoint spans; furniture between copies stays."""
    at = bisect_right(gone, (paragraph.start, sys.maxsize)) - 1
    return at >= 0 and paragraph.end <= gone[at][1] and paragraph.role in COPY


def _touches(finding: Finding, span: tuple[int, int]) -> bool:
    """Whether one of the copies of a finding lies over the edge of a span, or in it."""
    return any(_meets(place, [span]) for place in (finding.kept, finding.dropped))


def _meets(place: Place, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies over the edge of one of some sorted, disjoint spans, or in it; it may hold whole ones."""
    first = bisect_right(spans, place.start, key=lambda span: span[1])
    last = bisect_left(spans, place.end, key=lambda span: span[0]) - 1
    return first <= last and (spans[first][0] <= place.start or place.end <= spans[last][1])


def _renumbered(finding: Finding, numbers: Sequence[int], groups: int) -> Finding:
    """A finding of an article without some paragraphs, counted as in the whole article."""
    kept, dropped = (
        place._replace(paragraph=numbers[place.paragraph - 1] + 1) for place in (finding.kept, finding.dropped)
    )
    return replace(finding, group=groups + finding.group, kept=kept, dropped=dropped)
