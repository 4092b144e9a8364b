"""What is told of a page when all of it is read: headings that a cut would leave alone, and blank paragraphs."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe.model import COPY, Role

if TYPE_CHECKING:
    from dedupe.formats.page import Page

NEARLY = 0.8  # of the text of a page, in an element that is called something else
MANY = 5  # paragraphs
LONG = 40  # characters

_MEDIA = re.compile(r"<(?:img|picture|video|audio|iframe|embed|object|svg|canvas|form|input)\b", re.IGNORECASE)
FIRM = 64  # such elements that are looked at
_AROUND = frozenset([Role.PROMO, Role.SUMMARY, Role.NOTE, Role.SIGNOFF, Role.ADVISORY, Role.BYLINE, Role.CREDIT])
_HEADING = frozenset([Role.HEADING, Role.HEADLINE])


def misnamed(page: Page) -> frozenset[int]:
    """The places of elements that hold nearly all the text of a page, and so cannot be what they are called."""
    named = [element for element in page.elements if element.named]
    if not named:
        return frozenset()
    copy = [it.role in COPY for it in page.drafts]
    around = [it.role in _AROUND for it in page.drafts]
    told = [len(it.text) for it in page.drafts]
    sizes = list(accumulate([size if out else 0 for size, out in zip(told, around, strict=True)], initial=0))
    long = list(accumulate([size >= LONG for size in told], initial=0))
    total = sizes[-1] + sum(size for size, inside in zip(told, copy, strict=True) if inside)
    return frozenset(
        it.start
        for it in named
        if sizes[it.last] - sizes[it.first] > NEARLY * total and long[it.last] - long[it.first] >= MANY
    )


def firm(page: Page, wrong: frozenset[int]) -> None:
    """Bind paragraphs without which an element that holds nearly all would pass for what it is called."""
    told = [len(it.text) if it.role in COPY or it.role in _AROUND else 0 for it in page.drafts]
    total = sum(told)
    ranges = {(it.first, it.last) for it in page.elements if it.start in wrong}
    for first, last in sorted(ranges)[:FIRM]:
        inside = told[first:last]
        least = (sum(inside) - NEARLY * total) / (1 - NEARLY)
        if sum(size >= LONG for size in inside) <= MANY:
            least = min(least, LONG)
        for at in range(first, last):
            draft = page.drafts[at]
            if draft.role in COPY and len(draft.text) >= least and not draft.bound:
                page.drafts[at] = draft._replace(bound="without it the rest of the page would read as another story")


def shells(page: Page) -> None:
    """Bind the paragraphs that are all that stands beside a heading in a part of the page: its shell would stay."""
    found = page.drafts
    for element in page.elements:
        size = element.last - element.first
        if 1 < size <= 3:  # noqa: PLR2004  one paragraph, under two headings at most
            some = found[element.first : element.last]
            if all(it.role in _HEADING for it in some[:-1]):
                _bind(page, element.start, element.last - 1, element.end)


def _bind(page: Page, start: int, at: int, end: int) -> None:
    """Bind a paragraph of copy that stands alone in a range of the page, but for headings."""
    draft = page.drafts[at]
    bare = draft.role in COPY and not draft.bound and not _MEDIA.search(page.text, start, draft.outer[0])
    if bare and not _MEDIA.search(page.text, draft.outer[1], max(draft.outer[1], end)):
        page.drafts[at] = draft._replace(bound="its heading would stand alone")


def spaced(page: Page) -> None:
    """A paragraph between two that are blank goes with the second of them."""
    starts = dict(page.spacers)
    ends = {end for _, end in page.spacers}
    text = page.text
    for at, draft in enumerate(page.drafts if starts else ()):
        start, end = draft.outer
        behind = end + len(text[end : end + _GAP]) - len(text[end : end + _GAP].lstrip())
        before = start - len(text[max(0, start - _GAP) : start]) + len(text[max(0, start - _GAP) : start].rstrip())
        if behind in starts and before in ends:
            page.drafts[at] = draft._replace(outer=(start, starts[behind]))


_GAP = 64  # characters of space between paragraphs
