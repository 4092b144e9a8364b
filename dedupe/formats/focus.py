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
    sizes = _sizes(found)
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
        sizes = _marked(found, part, sizes)
    if articles and _size(articles[0], sizes) == sizes[-1]:
        _aside(found, [(it.first, it.last) for it in _inner(page, articles[0], sizes)])
    else:
        _aside(found, list(_around(page, sizes)))
    return [(None, found)]


def _sizes(found: Sequence[Draft]) -> list[int]:
    """How much copy stands before each paragraph, and in all."""
    return list(accumulate([len(it.text) if it.role in COPY else 0 for it in found], initial=0))


def _marked(found: list[Draft], part: Element, sizes: list[int]) -> list[int]:
    """What stands around a part that is marked as the story of its page is no copy, unless nearly all is."""
    size, total = _size(part, sizes), sizes[-1]
    if size == total:
        return sizes
    if size > MARKED * total:
        _hold(found, range(part.first, part.last), (size - MARKED * total) / (1 - MARKED))
        _aside(found, [(0, part.first), (part.last, len(found))])
        return _sizes(found)
    _hold(found, (*range(part.first), *range(part.last, len(found))), total - size / MARKED)
    return sizes


def _hold(found: list[Draft], numbers: Iterable[int], least: float) -> None:
    """Bind paragraphs of so many characters: without one of them something else would be the story of its page."""
    for at in numbers:
        draft = found[at]
        if len(draft.text) >= least and draft.role in COPY and not draft.bound:
            found[at] = draft._replace(bound="without it the rest of the page would read as another story")


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
    some = list(_outermost([it for it in page.elements if it.name in page.known.stories and _size(it, sizes)]))
    for _ in range(DEEP):
        if len(some) != 1:
            break
        around = some[0]
        inner = [it for it in page.elements if it.name in page.known.stories and around.start < it.start < around.end]
        inner = list(_outermost([it for it in inner if _size(it, sizes)]))
        if len(inner) < 2 or sum(_size(it, sizes) for it in inner) < _size(around, sizes):  # noqa: PLR2004  one is the story
            break
        some = inner
    return some


def _outermost(elements: Sequence[Element]) -> Iterator[Element]:
    end = -1
    for it in elements:
        if it.start >= end:
            yield it
            end = it.end


def _inner(page: Page, article: Element, sizes: Sequence[int]) -> list[Element]:
    """Articles within an article: comments on it, and teasers; not the one that holds most of it."""
    some = [it for it in page.elements if it.name in page.known.stories and article.start < it.start < article.end]
    outer = [it for it in _outermost(some) if _size(it, sizes) <= MOST * _size(article, sizes)]
    return outer if len(outer) > 1 else [it for it in outer if _card(page.drafts, it)]


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
        copy = [one for one in range(it.first, it.last) if found[one].role in COPY]
        if len(copy) == 1 or (len(copy) == CARD + 1 and any(_leads(found, one, it.first) for one in copy)):
            _hold(found, copy, 0)
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
    here, beside, least = _densest(page, sizes)
    found, size = page.drafts, _size(here, sizes)
    framed = any(it.name in ("html", "body") for it in page.elements[1:4])
    head = _headline(found, here) if beside else None
    for it in beside:
        copy = [at for at in range(it.first, it.last) if found[at].role in COPY]
        leading = [at for at in copy if _leads(found, at, it.first)]
        small = framed and not (head is not None and head <= it.first < here.first)
        if 2 * len(leading) >= len(copy):
            yield it.first, it.last
        elif small and _size(it, sizes) <= LITTLE * size:
            least = min(least, size - _size(it, sizes) / LITTLE)
            yield it.first, it.last
        else:
            enough = 2 * len(leading) >= len(copy) - 1
            _hold(found, copy, 0 if enough else _size(it, sizes) - LITTLE * size if small else sizes[-1] + 1)
    _hold(found, range(here.first, here.last), least)


def _densest(page: Page, sizes: Sequence[int]) -> tuple[Element, list[Element], float]:
    """The densest part, those beside the way to it, and how long a paragraph in it must be to change that."""
    below: defaultdict[int, list[int]] = defaultdict(list)
    for number, it in enumerate(page.elements):
        if number and _size(it, sizes):
            below[it.above].append(number)
    at, least = 0, float(sizes[-1] + 1)
    beside: list[Element] = []
    while below[at]:
        here = page.elements[at]
        parts = [page.elements[number] for number in below[at]]
        size, held = _size(here, sizes), sum(_size(it, sizes) for it in parts)
        after = max(below[at], key=lambda number: _size(page.elements[number], sizes))
        best = page.elements[after]
        dense = _size(best, sizes)
        if held < size or dense <= MOST * size:
            _hold_apart(page, sizes, here, parts, best)
            break
        if dense < size:
            least = min(least, (dense - MOST * size) / (1 - MOST))
        beside += [it for it in parts if it is not best and (it.name, it.rest) != (best.name, best.rest)]
        at = after
    return page.elements[at], beside, least


def _hold_apart(page: Page, sizes: Sequence[int], here: Element, parts: Sequence[Element], best: Element) -> None:
    """Bind what keeps the densest of some parts from being the story, where others would then stand around it."""
    found, size, dense = page.drafts, _size(here, sizes), _size(best, sizes)
    framed = any(it.name in ("html", "body") for it in page.elements[1:4])
    others = [it for it in parts if (it.name, it.rest) != (best.name, best.rest)]
    if not any((framed and _size(it, sizes) <= LITTLE * dense) or _leading(found, it) for it in others):
        return
    inside = {at for it in parts for at in range(it.first, it.last)}
    direct = [at for at in range(here.first, here.last) if at not in inside and found[at].role in COPY]
    if direct:
        _hold(found, direct if len(direct) == 1 and 2 * dense > size - len(found[direct[0]].text) else (), 0)
        return
    _hold(found, (at for it in parts if it is not best for at in range(it.first, it.last)), size - dense / MOST)


def _leading(found: Sequence[Draft], part: Element) -> bool:
    """Whether at least half of the paragraphs of a part lead to other pages."""
    copy = [at for at in range(part.first, part.last) if found[at].role in COPY]
    return 2 * sum(_leads(found, at, part.first) for at in copy) >= len(copy)


def _headline(found: Sequence[Draft], story: Element) -> int | None:
    """The headline of a story that stands before it."""
    for at in range(story.first, story.last):
        if found[at].role in COPY:
            break
        if found[at].role is Role.HEADING:
            return None
    return next((at for at in range(story.first - 1, -1, -1) if found[at].role is Role.HEADING), None)
