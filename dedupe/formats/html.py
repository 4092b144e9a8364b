"""HTML: pages, fragments and what word processors export; each paragraph goes with the element around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.formats.anchors import anchored
from dedupe.formats.conditions import told
from dedupe.formats.elements import BLOCK, ENDED, HEADINGS, Vocabulary
from dedupe.formats.focus import stories as told_apart
from dedupe.formats.laid import Draft, headed, laid
from dedupe.formats.markup import tags
from dedupe.formats.outline import firm, misnamed, shells, spaced
from dedupe.formats.page import Page
from dedupe.model import Article, DedupeError, Role

if TYPE_CHECKING:
    from collections.abc import Container

    from dedupe.model import Source

_DEPTH = re.compile(r"<h([1-6])\b", re.IGNORECASE)
_MATTER = re.compile(r"---[ \t]*\r?\n(?:.*?\r?\n)??---[ \t]*(?=\r?\n|\Z)", re.DOTALL)  # of a template, is no text
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("nav", "footer", "form", "button", "menu", "dialog", "fieldset", "noscript"), Role.PROMO),
    **dict.fromkeys(("figure", "figcaption", "caption"), Role.CAPTION),
    **dict.fromkeys((*HEADINGS, "dt", "summary", "legend"), Role.HEADING),
    "title": Role.HEADLINE,
    "aside": Role.NOTE,
    "blockquote": Role.QUOTE,
    "td": Role.TABLE,
    "th": Role.TABLE,
    "pre": Role.CODE,
    "address": Role.SIGNOFF,
}
HTML = Vocabulary(BLOCK, _ROLES)


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a page: one, but where it holds several articles."""
    matter = _MATTER.match(source.text)
    try:
        found = stories(source.text, matter.end() if matter else 0, len(source.text), HTML)
    except DedupeError as error:
        raise DedupeError(f"{source.path}: {error.message}", path=source.path) from error
    return tuple([Article(source.path, "html", laid(source, some), key) for key, some in found])


def drafts(text: str, start: int, end: int, words: Vocabulary = HTML) -> list[Draft]:
    """The paragraphs of a range of a text that is HTML, or marked up in other words. Raises DedupeError for neither."""
    found = stories(text, start, end, words)
    if len(found) == 1:
        return found[0][1]
    return sorted([draft for _, some in found for draft in some], key=lambda draft: draft.start)


def stories(text: str, start: int, end: int, words: Vocabulary) -> list[tuple[str | None, list[Draft]]]:
    """The paragraphs of each story in a range of a text, with its key where there are several. Raises as `drafts`."""
    page = _read(text, start, end, words)
    wrong = misnamed(page)
    if wrong:
        page = _read(text, start, end, words, wrong)
        firm(page, wrong)
    page.drafts = told(text, start, end, anchored(text, start, end, page.drafts, xml=words.xml))
    shells(page)
    spaced(page)
    return [(key, list(headed(some, text, _DEPTH))) for key, some in told_apart(page)]


def _read(text: str, start: int, end: int, words: Vocabulary, plain: Container[int] = ()) -> Page:
    """A page, read to its end."""
    page = Page(text, words, start, plain)
    for tag in tags(text, start, end, words.raw, page.whole):
        page.upto(tag.start)
        page.tag(tag)
        page.at = tag.end
    page.upto(end)
    page.flush(end)
    while len(page.stack) > 1:
        if page.stack[-1].name not in ENDED:
            page.stack[-1].only = -1
        page.pop(end, end)
    page.close(end)
    return page
