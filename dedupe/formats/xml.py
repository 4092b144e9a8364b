"""XML: NITF, NewsML-G2, NewsML 1.2, RSS and Atom by what their elements mean, any other by how it is built."""

from __future__ import annotations

import html as entities
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from dedupe.formats import built, html
from dedupe.formats.bodies import NEWS, body, head
from dedupe.formats.elements import BLOCK
from dedupe.formats.laid import laid
from dedupe.formats.markup import attributes
from dedupe.formats.renditions import renditions_of
from dedupe.formats.tree import Node, nodes
from dedupe.formats.wellformed import hinted
from dedupe.model import Article, DedupeError, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

_HEADS: dict[str, Role] = {
    "headline": Role.HEADLINE,
    "subheadline": Role.HEADLINE,
    "sluglinetext": Role.SLUG,
    "slugline": Role.SLUG,
    "subheadlinetext": Role.HEADLINE,
    "bylinetext": Role.BYLINE,
    "byline": Role.BYLINE,
    "by": Role.BYLINE,
    "datelinetext": Role.DATELINE,
    "dateline": Role.DATELINE,
    "creditline": Role.CREDIT,
    "creditlinetext": Role.CREDIT,
    "copyrightline": Role.CREDIT,
    "description": Role.SUMMARY,
    "edlnote": Role.ADVISORY,
    "ednote": Role.ADVISORY,
    "title": Role.HEADLINE,
    "summary": Role.SUMMARY,
    "subtitle": Role.SUMMARY,
}
_BESIDE = ("<media:", "<excerpt:", "<itunes:", "<dc:")  # in a feed, what is no text of an item
_PAGES = {"nitf": NEWS, "html": html.HTML._replace(xml=True)}
_PACKAGES = {"newsitem", "newsmessage", "newsml", "packageitem", "rss", "feed", "rdf", "itemset"}
_PARTS = BLOCK - {"article", "body", "html", "section"}
_BODIES = frozenset(["inlinexml", "inlinedata", "datacontent"])
_STORIES = {"newsitem": "guid", "item": "guid", "entry": "id"}


def split(source: Source) -> tuple[Article, ...]:
    """The stories of an XML file. Raises DedupeError for what is none."""
    try:
        found = list(_articles(source, nodes(source.text)))
    except DedupeError as error:
        raise DedupeError(f"{source.path}: {error.message}", path=source.path) from error
    return hinted(found, source.text) or (Article(source.path, "xml", ()),)


def _articles(source: Source, elements: Sequence[Node]) -> Iterator[Article]:
    """Each story; what several renditions of one carry, each by itself."""
    roots = [element for element in elements if element.parent < 0]
    kinds = {root.name for root in roots}
    names = {element.name for element in elements}
    if (kinds <= _PACKAGES and kinds) or ("newsitem" in names and kinds.isdisjoint(_PAGES)):
        starts = [element.start for element in elements]
        stories = [element for element in elements if element.name in _STORIES]
        for number, story in enumerate(_outermost(stories), 1):
            mine = elements[bisect_right(starts, story.start) : bisect_left(starts, story.end)]
            key = _key(source.text, mine, story) or str(number)
            yield from _told(source, mine, story, key if len(stories) > 1 else None)
        return
    if len(roots) > 1 and not kinds.isdisjoint(_PARTS):
        yield from built.articles(source, elements, roots)
        return
    if "nitf" in names:  # in an envelope of any kind
        roots = list(_outermost([element for element in elements if element.name in ("nitf", "html")]))
    for number, root in enumerate(roots, 1):
        yield from _rooted(source, elements, root, str(number) if len(roots) > 1 else None, names)


def _rooted(
    source: Source, elements: Sequence[Node], root: Node, key: str | None, names: set[str]
) -> Iterator[Article]:
    """The stories of a document."""
    language = _PAGES.get(root.name, NEWS if "body.content" in names else None)
    if language is None:
        yield from built.articles(source, elements, [root], key)
        return
    found = html.drafts(source.text, root.start, root.end, language)
    yield Article(source.path, "xml", laid(source, found), key)


def _outermost(stories: Sequence[Node]) -> Iterator[Node]:
    """The stories that stand in no other."""
    end = 0
    for story in stories:
        if story.start >= end:
            yield story
            end = story.end


def _key(words: str, mine: Sequence[Node], story: Node) -> str:
    """What a story is known by."""
    guid = attributes(story.rest).get("guid") or attributes(story.rest).get("about")
    if guid:
        return guid
    for name in ("guid", "id", "newsitemid", "link"):
        for element in mine:
            if element.name == name and element.stop > element.inner:
                return entities.unescape(words[element.inner : element.stop].strip())
    return ""


def _told(source: Source, mine: Sequence[Node], story: Node, key: str | None) -> Iterator[Article]:
    """A story in all its renditions; its headline and the like go with the first."""
    words = source.text
    bodies = [element for element in mine if element.name in _BODIES]
    if story.name in ("item", "entry"):
        bodies = _fed(words, mine)
    inside = [(body.start, body.end) for body in bodies]
    heads = [
        draft
        for element in mine
        if element.name in _HEADS and not any(start <= element.start < end for start, end in inside)
        for draft in head(words, element, _role(words, element))
    ]
    told = [(f"{one.name} {number}", body(words, one)) for number, one in enumerate(bodies, 1)]
    yield from renditions_of(source, "xml", heads, told, key)


def _fed(words: str, mine: Sequence[Node]) -> list[Node]:
    """The full text of an item of a feed, where it is given, or its description."""
    some = [one for one in mine if one.stop > one.inner and not words.startswith(_BESIDE, one.start)]
    full = [one for one in some if one.name in ("encoded", "content")]
    return full or [one for one in some if one.name in ("description", "summary")]


def _role(words: str, element: Node) -> Role:
    """What a headline or the like is; in a feed, what is said of a picture or a film is its caption."""
    return Role.CAPTION if words.startswith("<media:", element.start) else _HEADS[element.name]
