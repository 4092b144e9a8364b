"""What stands in an earlier story as well becomes cuts of the later copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe.dateline import opening
from dedupe.facts import compare, disagree
from dedupe.model import COPY, Place
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dedupe.model import Article, Finding, Paragraph

    Gone = set[tuple[str, str | None, int]]


def dropped(article: Article, findings: Iterable[Finding], gone: Gone) -> dict[int, Finding]:
    """The paragraphs that stand in an earlier story, by number from 0, each with the finding it goes for.

    `gone` holds the paragraphs (path, key, number from 1) that were cut in earlier stories. A copy stays that differs
    in a fact, and one in other words than a copy that is gone itself. So does what only a person can cut, and a story
    that its file carries more than once.
    """
    if article.rendition or article.doubt:
        return {}
    found: dict[int, Finding] = {}
    for finding in findings:
        if finding.code in ("republished", "boilerplate"):
            found.update((at, finding) for at in _copies(article, finding, gone))
    return {at: finding for at, finding in found.items() if not article.paragraphs[at].tied}


def own(article: Article, free: Mapping[int, Finding]) -> list[Finding]:
    """Of each of some paragraphs a finding that cuts it, as `edit` understands them."""
    made = []
    for at, finding in free.items():
        it = article.paragraphs[at]
        where = Place(article.path, article.key, it.start, it.end, it.line, it.end_line, at + 1, it.text)
        twin = replace(finding, dropped=where, kept=where, blocks=1, action="remove", there=None)
        made.append(twin)
    return made


def _copies(article: Article, finding: Finding, gone: Gone) -> list[int]:
    """The paragraphs of a copy that say no more than those of the earlier one."""
    mine = _members(article.paragraphs, finding.dropped)
    there = finding.there
    if there is None:
        return []
    theirs = _members(there.article.paragraphs, finding.kept)
    if len(mine) != len(theirs):
        return []
    found = []
    for at, twin in zip(mine, theirs, strict=True):
        one, two = (_said(it) for it in (article.paragraphs[at], there.article.paragraphs[twin]))
        stays = (there.article.path, there.article.key, twin + 1) not in gone
        same = one == two or list(words(one)) == list(words(two))
        if not disagree(compare(two, one)) and (same or stays):
            found.append(at)
    return found


def _said(paragraph: Paragraph) -> str:
    return paragraph.text[opening(paragraph.text) :]


def _members(paragraphs: Sequence[Paragraph], place: Place) -> list[int]:
    """The paragraphs of copy of a block, by number from 0."""
    found = []
    for at in range(place.paragraph - 1, len(paragraphs)):
        it = paragraphs[at]
        if it.start >= place.end:
            break
        if it.role in COPY and not it.weak:
            found.append(at)
    return found
