"""XML: NITF, NewsML-G2, NewsML 1.2, RSS and Atom by what their elements mean, any other by how it is built."""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe.formats import html
from dedupe.formats.elements import BLOCK, SKIPPED, Vocabulary
from dedupe.formats.escaped import outward, plain, unescaped
from dedupe.formats.laid import Draft, laid
from dedupe.formats.markup import attributes, tags
from dedupe.formats.renditions import renditions_of
from dedupe.model import Article, DedupeError, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9._-]{0,31});")
_PAGE = re.compile(r"<[!?/a-zA-Z]")
_ESCAPED_PAGE = re.compile(r"&lt;[!?/a-zA-Z]")
_NITF: dict[str, Role] = {
    **dict.fromkeys(("hedline", "hl1"), Role.HEADLINE),
    **dict.fromkeys(("hl2", "hl3", "hl4"), Role.HEADING),
    **dict.fromkeys(("media", "media-caption", "media-producer", "caption"), Role.CAPTION),
    **dict.fromkeys(("bq",), Role.QUOTE),
    **dict.fromkeys(("note", "fn"), Role.NOTE),
    **dict.fromkeys(("body.end", "tagline", "distributor", "rights"), Role.SIGNOFF),
    "abstract": Role.SUMMARY,
    "byline": Role.BYLINE,
    "dateline": Role.DATELINE,
}
NEWS = Vocabulary(
    BLOCK
    | set(_NITF)
    | {"nitf", "block", "body.head", "body.content", "docdata", "pubdata", "nitf-table", "datasource"},
    {**html.HTML.roles, **_NITF},
    SKIPPED | {"docdata", "media-metadata", "media-reference", "media-object", "virtloc"},
    xml=True,
)
_BUILT: dict[str, Role] = {
    **dict.fromkeys(("title", "subtitle", "titleabbrev", "head", "label", "term", "heading", "headline"), Role.HEADING),
    **dict.fromkeys(("programlisting", "codeblock", "screen", "literallayout", "pre", "code-block", "eg"), Role.CODE),
    **dict.fromkeys(("entry", "td", "th", "cell", "stentry"), Role.TABLE),
    **dict.fromkeys(
        ("abstract", "shortdesc", "summary", "description", "keywords", "articleinfo", "info"), Role.SUMMARY
    ),
    **dict.fromkeys(("footnote", "fn", "note.footnote", "endnote"), Role.NOTE),
    **dict.fromkeys(("caption", "figure", "fig"), Role.CAPTION),
    **dict.fromkeys(
        ("l", "lg", "verse", "poem", "blockquote", "quote", "bq", "lq", "disp-quote", "epigraph"), Role.QUOTE
    ),
    **dict.fromkeys(
        ("prolog", "metadata", "teiheader", "front", "back", "ref-list", "bibliography", "index"), Role.SUMMARY
    ),
}
# one of these stands in every language of text
_PROSE = frozenset(
    ["p", "para", "simpara", "paragraph", "par", "absatz", "block", "ab", "body", "content", "text", "abstract"]
)
_LISTED = frozenset(["li", "listitem", "item", "list-item", "sli", "step", "substep", "choice"])
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
_BODIES = frozenset(["inlinexml", "inlinedata", "datacontent"])
_STORIES = {"newsitem": "guid", "item": "guid", "entry": "id"}


@dataclass
class _Element:
    """An element of a file."""

    name: str  # without its prefix, in lower case
    start: int
    inner: int  # behind its tag
    stop: int  # before its end tag
    end: int
    parent: int
    rest: str
    said: tuple[int, int] | None = None  # its last CDATA section


def split(source: Source) -> tuple[Article, ...]:
    """The stories of an XML file. Raises DedupeError for what is none."""
    try:
        found = list(_articles(source, _elements(source.text)))
    except DedupeError as error:
        raise DedupeError(f"{source.path}: {error.message}", path=source.path) from error
    return tuple(found) or (Article(source.path, "xml", ()),)


def _elements(words: str) -> list[_Element]:
    found: list[_Element] = []
    stack: list[int] = []
    for tag in tags(words, 0, len(words), ()):
        name = tag.name.rpartition(":")[2].lower()
        if not name:
            if tag.said and stack:
                found[stack[-1]].said = tag.said
        elif tag.closes:
            if not stack or found[stack[-1]].name != name:
                raise DedupeError(
                    f"not well-formed: </{tag.name}> closes nothing at character {tag.start}; mend it first"
                )
            element = found[stack.pop()]
            element.stop, element.end = tag.start, tag.end
        else:
            parent = stack[-1] if stack else -1
            found.append(_Element(name, tag.start, tag.end, tag.end, tag.end, parent, tag.rest))
            if not tag.empty:
                stack.append(len(found) - 1)
    if stack:
        raise DedupeError(f"not well-formed: <{found[stack[-1]].name}> does not end; mend it first")
    return found


def _articles(source: Source, elements: Sequence[_Element]) -> Iterator[Article]:
    """Each story; what several renditions of one carry, each by itself."""
    roots = [element for element in elements if element.parent < 0]
    kinds = {root.name for root in roots}
    if kinds <= {"newsitem", "newsmessage", "newsml", "packageitem", "rss", "feed", "rdf", "itemset"} and kinds:
        starts = [element.start for element in elements]
        stories = [element for element in elements if element.name in _STORIES]
        for number, story in enumerate(_outermost(stories), 1):
            mine = elements[bisect_right(starts, story.start) : bisect_left(starts, story.end)]
            key = _key(source.text, mine, story) or str(number)
            yield from _told(source, mine, story, key if len(stories) > 1 else None)
        return
    for number, root in enumerate(roots, 1):
        named = str(number) if len(roots) > 1 else None
        yield _article(source, _root(source.text, elements, root), named)


def _outermost(stories: Sequence[_Element]) -> Iterator[_Element]:
    """The stories that stand in no other."""
    end = 0
    for story in stories:
        if story.start >= end:
            yield story
            end = story.end


def _article(source: Source, drafts: Sequence[Draft], key: str | None) -> Article:
    return Article(source.path, "xml", laid(source, drafts), key)


def _root(words: str, elements: Sequence[_Element], root: _Element) -> list[Draft]:
    if root.name == "nitf":
        return html.drafts(words, root.start, root.end, NEWS)
    if root.name == "html":
        return html.drafts(words, root.start, root.end, html.HTML._replace(xml=True))
    found = html.drafts(words, root.start, root.end, _built(words, elements))
    above = {element.parent for element in elements}
    leaves = [
        element for at, element in enumerate(elements) if at not in above and root.start <= element.start < root.end
    ]
    pages = [leaf for leaf in leaves if _holds_page(words, leaf)]
    if pages:
        starts, ends = [page.start for page in pages], [page.end for page in pages]
        around = [it for it in found if bisect_right(starts, it.start) == bisect_right(ends, it.start)]
        inside = [it for page in pages for it in _body(words, page)]
        return sorted([*around, *inside], key=lambda it: it.start)
    if any(element.name in _PROSE for element in elements):
        return found
    return [draft._replace(bound=draft.bound or "it may be a value of a data file") for draft in found]


def _holds_page(words: str, element: _Element) -> bool:
    """Whether an element holds nothing but a page, in a CDATA section or escaped."""
    said = words[element.inner : element.stop].strip()
    if element.said:
        return said.startswith("<![CDATA[") and _PAGE.search(words, *element.said) is not None
    return said.startswith("&lt;") and "<" not in said and _ESCAPED_PAGE.match(said) is not None


def _built(words: str, elements: Sequence[_Element]) -> Vocabulary:
    """The words of an unknown language: elements that stand within text are inline, all others are blocks."""
    inline: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for element in elements:
        names[element.name] += 1
        if element.parent >= 0:
            parent = elements[element.parent]
            lead = words[max(parent.inner, element.start - 80) : element.start].rstrip()
            tail = words[element.end : min(parent.stop, element.end + 80)].lstrip()
            touched = (lead and lead[-1] != ">") or (tail and tail[0] != "<")
            inline[element.name] += bool(touched) or words[element.start - 1] not in " \t\r\n>"
    known = set(_BUILT) | _LISTED | BLOCK
    blocks = {name for name in names if name in known or 2 * inline[name] <= names[name]}
    roles = {**{name: role for name, role in html.HTML.roles.items() if name not in _BUILT}, **_BUILT}
    roles = {name: role for name, role in roles.items() if name in blocks}
    return Vocabulary(frozenset(blocks), roles, frozenset(), frozenset(), xml=True, listed=_LISTED, texts=blocks)


def _key(words: str, mine: Sequence[_Element], story: _Element) -> str:
    """What a story is known by."""
    guid = attributes(story.rest).get("guid") or attributes(story.rest).get("about")
    if guid:
        return guid
    for name in ("guid", "id", "newsitemid", "link"):
        for element in mine:
            if element.name == name and element.stop > element.inner:
                return entities.unescape(words[element.inner : element.stop].strip())
    return ""


def _told(source: Source, mine: Sequence[_Element], story: _Element, key: str | None) -> Iterator[Article]:
    """A story in all its renditions; its headline and the like go with the first."""
    words = source.text
    bodies = [element for element in mine if element.name in _BODIES]
    if story.name in ("item", "entry"):
        full = [element for element in mine if element.name in ("encoded", "content")]
        bodies = full or [element for element in mine if element.name in ("description", "summary")]
    inside = [(body.start, body.end) for body in bodies]
    heads = [
        draft
        for element in mine
        if element.name in _HEADS and not any(start <= element.start < end for start, end in inside)
        for draft in _head(words, element)
    ]
    told = [(f"{body.name} {number}", _body(words, body)) for number, body in enumerate(bodies, 1)]
    yield from renditions_of(source, "xml", heads, told, key)


def _head(words: str, element: _Element) -> Iterator[Draft]:
    """A headline or the like, as one paragraph."""
    start, end = element.said or (element.inner, element.stop)
    said = words[start:end]
    if "<" in said or not said.strip():
        return
    start += len(said) - len(said.lstrip())
    end = start + len(said.strip())
    inner = unescaped(words, start, end, _ENTITY, _read)
    draft = Draft(0, len(inner.text), _HEADS[element.name], inner.text, (0, len(inner.text)))
    yield from outward([draft], inner)


_NOTHING = re.compile("(?!)")  # in a CDATA section every character is itself


def _read(found: re.Match[str]) -> str:
    """What an entity stands for; one that is not known, for itself."""
    return entities.unescape(found[0])


def _body(words: str, body: _Element) -> list[Draft]:
    """The paragraphs of a body: markup as it stands, in a CDATA section or escaped, or plain text."""
    start, end = body.said or (body.inner, body.stop)
    if body.said and not words[body.inner : body.stop].strip().startswith("<![CDATA["):
        start, end = body.inner, body.stop
    said = words[start:end]
    if body.said and start == body.said[0]:
        return (
            html.drafts(words, start, end)
            if _PAGE.search(said)
            else plain(unescaped(words, start, end, _NOTHING, _read))
        )
    if "<" in said:
        return html.drafts(words, start, end, NEWS)
    if _ESCAPED_PAGE.search(said):
        inner = unescaped(words, start, end, _ENTITY, _read)
        return list(outward(html.drafts(inner.text, 0, len(inner.text)), inner))
    return plain(unescaped(words, start, end, _ENTITY, _read))
