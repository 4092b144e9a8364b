"""Which part of a page is its story, and what stands around it; several articles of one page are several stories."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe.model import COPY, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.formats.elements import Element
    from dedupe.formats.laid import Draft
    from dedupe.formats.page import Page

MARKED = 0.25  # of the copy of a page, in an element that is marked as its story
MOST = 0.5  # of the copy of a part, in one part of it
LITTLE = 0.25  # of the copy of the densest part, in one that stands around it
CARD = 2  # paragraphs of a teaser at most
DEEP = 4  # articles around articles
TAIL = 30  # characters; a link this near the end leads on

Story = tuple[str | None, list["Draft"]]


def stories(page: Page) -> list[Story]:
    """The paragraphs of each story of a page, with the key of each where there are several."""
    found = page.drafts
    sizes = list(accumulate((len(it.text) if it.role in COPY else 0 for it in found), initial=0))
    articles = _articles(page, sizes)
    if len(articles) > 1:
        full = [it for it in articles if not _card(found, it)] or articles
        if len(full) > 1:
            return _several(found, sizes, full)
        articles = full
    if page.known.xml:
        return [(None, found)]
    mains = [it for it in page.elements if _is_main(it)]
    for part in (*mains[:1], *articles[:1]):
        if _size(part, sizes) > MARKED * sizes[-1]:
            _aside(found, [(0, part.first), (part.last, len(found))])
            sizes = list(accumulate((len(it.text) if it.role in COPY else 0 for it in found), initial=0))
    if articles and _size(articles[0], sizes) > MARKED * sizes[-1]:
        _aside(found, [(it.first, it.last) for it in _inner(page, articles[0], found)])
    else:
        _aside(found, _around(page, sizes))
    return [(None, found)]


def _size(part: Element, sizes: Sequence[int]) -> int:
    return sizes[part.last] - sizes[part.first]


def _is_main(element: Element) -> bool:
    return element.name == "main" or ("main" in element.rest and _MAIN in element.rest.replace("'", '"'))


_MAIN = 'role="main"'


def _aside(found: list[Draft], ranges: Iterable[tuple[int, int]]) -> None:
    """Copy in some ranges stands around the story."""
    for first, last in ranges:
        for at in range(first, last):
            if found[at].role in COPY:
                found[at] = found[at]._replace(role=Role.PROMO)


def _articles(page: Page, sizes: Sequence[int]) -> list[Element]:
    """The articles of a page that have copy and stand in no other; one that holds nothing but others is none."""
    some = list(_outermost([it for it in page.elements if it.name == "article" and _size(it, sizes)]))
    for _ in range(DEEP):
        if len(some) != 1:
            break
        around = some[0]
        inner = [it for it in page.elements if it.name == "article" and around.start < it.start < around.end]
        inner = list(_outermost([it for it in inner if _size(it, sizes)]))
        if len(inner) < 2 or sum(_size(it, sizes) for it in inner) < _size(around, sizes):  # noqa: PLR2004
            break
        some = inner
    return some


def _outermost(elements: Sequence[Element]) -> Iterator[Element]:
    end = -1
    for it in elements:
        if it.start >= end:
            yield it
            end = it.end


def _inner(page: Page, article: Element, found: Sequence[Draft]) -> list[Element]:
    """Articles within an article: comments on it, and teasers."""
    some = [it for it in page.elements if it.name == "article" and article.start < it.start < article.end]
    outer = list(_outermost(some))
    return outer if len(outer) > 1 else [it for it in outer if _card(found, it)]


def _card(found: Sequence[Draft], part: Element) -> bool:
    """Whether a part only leads to a story: a paragraph or two below a heading that is a link, or ending in one."""
    copy = [at for at in range(part.first, part.last) if found[at].role in COPY]
    return not copy or (len(copy) <= CARD and any(_leads(found, at, part.first) for at in copy))


def _leads(found: Sequence[Draft], at: int, first: int) -> bool:
    """Whether a paragraph stands under a heading that is a link, or ends with a link to more."""
    draft, above = found[at], found[at - 1] if at > first else None
    if above is not None and above.role in (Role.HEADING, Role.HEADLINE) and above.links:
        return True
    return bool(draft.links) and draft.links[-1].at >= max(1, len(draft.text) - TAIL)


def _several(found: list[Draft], sizes: Sequence[int], articles: Sequence[Element]) -> list[Story]:
    """Each article as a story of its own, and what stands around them."""
    told: list[Story] = []
    rest: list[Draft] = []
    at = 0
    for number, it in enumerate(articles, 1):
        rest += found[at : it.first]
        told.append((str(number), found[it.first : it.last]))
        at = it.last
    rest += found[at:]
    inside = sum(_size(it, sizes) for it in articles)
    if inside >= sizes[-1] - inside:
        _aside(rest, [(0, len(rest))])
    return [("page", rest), *told] if rest else told


def _around(page: Page, sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """What stands around the densest part of a page: beside the way from its root down to that part."""
    below: defaultdict[int, list[int]] = defaultdict(list)
    for number, it in enumerate(page.elements):
        if number and _size(it, sizes):
            below[it.above].append(number)
    at, here = 0, page.elements[0]
    way: list[tuple[Element, list[Element]]] = []
    while True:
        numbers, size = below[at], _size(here, sizes)
        parts = [page.elements[number] for number in numbers]
        if not parts or sum(_size(it, sizes) for it in parts) < size:
            break
        at = max(numbers, key=lambda number: _size(page.elements[number], sizes))
        best = page.elements[at]
        if _size(best, sizes) <= MOST * size:
            break
        way.append((best, [it for it in parts if it is not best and (it.name, it.rest) != (best.name, best.rest)]))
        here = best
    beside = [it for _, some in way for it in some]
    framed = any(it.name in ("html", "body") for it in page.elements[1:4])
    head = _headline(page.drafts, here)
    for it in beside:
        copy = [one for one in range(it.first, it.last) if page.drafts[one].role in COPY]
        leading = sum(_leads(page.drafts, one, it.first) for one in copy)
        opens = head is not None and head <= it.first < here.first
        if 2 * leading >= len(copy) or (framed and not opens and _size(it, sizes) <= LITTLE * _size(here, sizes)):
            yield it.first, it.last


def _headline(found: Sequence[Draft], story: Element) -> int | None:
    """The headline of a story that stands before it."""
    for at in range(story.first, story.last):
        if found[at].role in COPY:
            break
        if found[at].role is Role.HEADING:
            return None
    return next((at for at in range(story.first - 1, -1, -1) if found[at].role is Role.HEADING), None)
