"""XML of any other kind, by how it is built: elements that stand within text are inline, all others are blocks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import html
from dedupe.formats.bodies import body
from dedupe.formats.elements import BLOCK, TEXTS, Vocabulary
from dedupe.formats.laid import Draft, laid
from dedupe.formats.parts import named
from dedupe.model import COPY, VALUE, Article, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.formats.tree import Node
    from dedupe.model import Source

SENTENCE = 8  # words, of a paragraph of an unknown language
MOSTLY = 0.6  # of the paragraphs
LONG = 80  # characters of a text that may be several paragraphs

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("title", "subtitle", "titleabbrev", "head", "label", "term", "heading", "headline"), Role.HEADING),
    **dict.fromkeys(("hed", "hl", "hl1", "hl2", "subhed", "subhead", "subheadline", "kicker"), Role.HEADING),
    **dict.fromkeys(("rubrik", "titel", "titre", "titulo", "ueberschrift", "zwischentitel"), Role.HEADING),
    **dict.fromkeys(("programlisting", "codeblock", "screen", "literallayout", "pre", "code-block", "eg"), Role.CODE),
    **dict.fromkeys(("code", "source", "sourcecode", "artwork", "listing", "verbatim", "msgblock", "lines"), Role.CODE),
    **dict.fromkeys(("synopsis", "cmdsynopsis", "funcsynopsis", "classsynopsis"), Role.CODE),
    **dict.fromkeys(("entry", "td", "th", "cell", "stentry", "ttcol", "c"), Role.TABLE),
    **dict.fromkeys(
        ("abstract", "shortdesc", "summary", "description", "keywords", "articleinfo", "info"), Role.SUMMARY
    ),
    **dict.fromkeys(("footnote", "fn", "note.footnote", "endnote"), Role.NOTE),
    **dict.fromkeys(("caption", "figure", "fig"), Role.CAPTION),
    **dict.fromkeys(("blockquote", "quote", "bq", "lq", "disp-quote", "epigraph"), Role.QUOTE),
    **dict.fromkeys(
        ("prolog", "metadata", "teiheader", "front", "back", "ref-list", "bibliography", "index"), Role.SUMMARY
    ),
    **dict.fromkeys(
        ("l", "lg", "line", "v", "verse", "verse-line", "stanza", "poem"), Role.ROW
    ),  # lines may come again
}
_LISTED = frozenset(["li", "listitem", "item", "list-item", "sli", "step", "substep", "choice"])
# elements of one vocabulary that stand within text in another
_EITHER = frozenset(
    [
        *["link", "option", "quote", "term", "label", "code", "source", "line", "lines", "search", "menu", "summary"],
        *["synopsis", "c", "l", "v", "eg"],
    ]
)
_BESIDE = {"cmd": "info", "target": "source"}  # what makes another element no such: of a step, of a translation
_HOLDERS = BLOCK - TEXTS - {"pre"}
_PROSE = (BLOCK | _LISTED).union(
    ["para", "simpara", "formalpara", "paragraph", "par", "ab", "cmd", "info", "stepresult", "context", "result"],
    ["postreq", "prereq", "example", "note", "tip", "warning", "important", "caution", "sec", "said", "bodytext"],
    ["block", "graf", "absatz", "alinea", "stycke", "paragraphe", "paragrafo", "parrafo", "article"],
)
_DATA = frozenset(
    [
        *["resources", "xliff", "svg", "plist", "tmx", "gpx", "kml", "opml", "urlset", "sitemapindex", "schema", "ts"],
        *["stylesheet", "transform", "project", "configuration", "manifest", "beans", "web-app", "definitions", "root"],
        *["strings", "conceptitem", "knowledgeitem", "planningitem", "catalogitem", "localization", "wordlist", "po"],
    ]
)
_VALUES = _DATA - {"root", "project", "definitions", "kml", "conceptitem", "knowledgeitem", "planningitem"}
_STORIES = frozenset(["article", "story", "newsarticle", "document", "doc", "artikel", "post"])
_VALUE = "it may be a value of a data file"
_NAMED = re.compile(r"\b(?:name|key|resname|msgid|code|lang)\s*=")
_ENDED = re.compile(r"[.!?…。！？؟][\"'”’»)\]]*$")
_MARKED = re.compile(r"(?:<|&lt;)(?:p|br|div|h[1-6]|ul|ol|table|blockquote|figure)\b", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t\r]*\n")


def articles(source: Source, nodes: Sequence[Node], roots: Sequence[Node], key: str | None = None) -> Iterator[Article]:
    """The stories of one root, or of several that are parts of one text."""
    for name, found in _stories(source.text, nodes, roots):
        told = name if key is None else key if name is None else f"{key}, {name}"
        yield Article(source.path, "xml", laid(source, found), told)


def _stories(words: str, nodes: Sequence[Node], roots: Sequence[Node]) -> list[tuple[str | None, list[Draft]]]:
    start, end = roots[0].start, roots[-1].end
    some = nodes[bisect_left(nodes, start, key=_start) : bisect_left(nodes, end, key=_start)]
    if roots[0].name in _DATA:
        found = html.drafts(words, start, end, _vocabulary(words, nodes, some))
        bound = VALUE if roots[0].name in _VALUES else _VALUE
        return [(None, [it._replace(bound=it.bound or bound) for it in found])]
    told = html.stories(words, start, end, _vocabulary(words, nodes, some))
    told = [(name, _judged(nodes, found)) for name, found in told]
    bodies = [one for one in some if not one.held and one.stop - one.inner > LONG and _is_body(words, one)]
    return _embedded(words, nodes, told, bodies) if bodies else told


def _start(node: Node) -> int:
    return node.start


def _blocks(words: str, nodes: Sequence[Node], some: Sequence[Node], names: Iterable[str]) -> set[str]:
    """The names of the elements that do not stand within text."""
    inline: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    around: defaultdict[str, set[str]] = defaultdict(set)
    for node in some:
        if node.parent >= 0:
            parent = nodes[node.parent]
            lead = words[max(parent.inner, node.start - 80) : node.start].rstrip()
            tail = words[node.end : min(parent.stop, node.end + 80)].lstrip()
            touched = (lead and lead[-1] != ">") or (tail and tail[0] != "<")
            within = bool(touched) or words[node.start - 1] not in " \t\r\n>"
            inline[node.name] += within
            apart[node.name] += not within and parent.held > 1  # what is all that its element holds tells nothing
            around[node.name].add(parent.name)
    known = (_ROLES.keys() | _LISTED | BLOCK) - _EITHER
    blocks = {
        name
        for name in names
        if name in known or not inline[name] or (name not in _EITHER and inline[name] <= apart[name])
    }
    within_text = {name for name in blocks - known if not around[name] <= blocks}
    while within_text:
        blocks -= within_text
        within_text = {name for name in blocks - known if around[name] & within_text}
    return blocks


def _vocabulary(words: str, nodes: Sequence[Node], some: Sequence[Node]) -> Vocabulary:
    names = Counter(node.name for node in some)
    blocks = _blocks(words, nodes, some, names)
    roles = {name: role for name in blocks - _PROSE if (role := named(name)) is not None}
    roles |= {**{name: role for name, role in html.HTML.roles.items() if name not in _ROLES}, **_ROLES}
    for other, name in _BESIDE.items():
        if names[other]:
            roles.pop(name, None)
    return Vocabulary(
        frozenset(blocks),
        {name: role for name, role in roles.items() if name in blocks},
        skipped=frozenset(),
        held=frozenset(),
        raw=frozenset(),
        xml=True,
        listed=_LISTED,
        texts=frozenset(blocks - _HOLDERS),
        stories=_STORIES,
    )


class _Use(NamedTuple):
    """How an element of an unknown name is used: the paragraphs in it, and the elements around it."""

    drafts: list[int]
    around: Counter[int]


def _judged(nodes: Sequence[Node], drafts: list[Draft]) -> list[Draft]:
    """The paragraphs; what may be data rather than prose only a person can cut."""
    uses: defaultdict[str, _Use] = defaultdict(lambda: _Use([], Counter()))
    marked: Counter[str] = Counter()
    for at, draft in enumerate(drafts):
        if draft.role not in COPY:
            continue
        number = bisect_right(nodes, draft.start, key=_start) - 1
        while nodes[number].parent >= 0 and nodes[number].end <= draft.start:
            number = nodes[number].parent
        node = nodes[number]
        if node.name == "cmd" and nodes[node.parent].held > 1:
            drafts[at] = draft._replace(bound=draft.bound or "its <step> holds more")
        if node.name not in _PROSE:
            uses[node.name].drafts.append(at)
            uses[node.name].around[node.parent] += 1
            marked[node.name] += _NAMED.search(node.rest) is not None
    found = list(drafts)
    for name, use in uses.items():
        some = [drafts[at] for at in use.drafts]
        if marked[name] or not _prose(some, use):
            for at in use.drafts:
                found[at] = found[at]._replace(bound=found[at].bound or _VALUE)
    return found


def _prose(some: Sequence[Draft], use: _Use) -> bool:
    """Whether paragraphs of an unknown name stand side by side, and are sentences."""
    ended = sum(_ENDED.search(it.text) is not None and it.text.count(" ") >= SENTENCE - 1 for it in some)
    return max(use.around.values()) > 1 and ended >= MOSTLY * len(some)


def _is_body(words: str, node: Node) -> bool:
    """Whether an element holds a text of several paragraphs, marked up in a CDATA section or escaped, or plain."""
    return (
        (node.said is not None and _MARKED.search(words, *node.said) is not None)
        or (node.said is None and _MARKED.search(words, node.inner, node.stop) is not None)
        or (
            (node.name not in _PROSE or node.name in _HOLDERS)
            and _BLANK.search(words[node.inner : node.stop].strip()) is not None
        )
    )


def _embedded(
    words: str,
    nodes: Sequence[Node],
    told: Sequence[tuple[str | None, list[Draft]]],
    bodies: Sequence[Node],
) -> list[tuple[str | None, list[Draft]]]:
    """The paragraphs of texts within a file in place of those that their elements were; of records, each a story."""
    starts = [one.start for one in bodies]
    rest: list[Draft] = []
    for _, found in told:
        for draft in found:
            at = bisect_right(starts, draft.start) - 1
            if at < 0 or draft.start >= bodies[at].end:
                rest.append(draft)
    around = sorted({one.parent for one in bodies})
    inner = {number: list[Draft]() for number in around}
    for one in bodies:
        inner[one.parent] += _within(words, one)
    if len(around) == 1:
        return [(None, sorted([*rest, *inner[around[0]]], key=_place))]
    stories: list[tuple[str | None, list[Draft]]] = []
    for count, number in enumerate(around, 1):
        own = [it for it in rest if nodes[number].start <= it.start < nodes[number].end]
        rest = [it for it in rest if not nodes[number].start <= it.start < nodes[number].end]
        stories.append((str(count), sorted([*own, *inner[number]], key=_place)))
    return [("0", rest), *stories] if rest else stories


def _place(draft: Draft) -> int:
    return draft.start


def _within(words: str, node: Node) -> list[Draft]:
    """The paragraphs of a body; those of a summary are such."""
    role = _ROLES.get(node.name)
    return [it._replace(role=role) if role and it.role in COPY else it for it in body(words, node)]
