"""Markdown: CommonMark and GFM blocks with what Hugo, Jekyll, MDX, Pandoc and MkDocs add to them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.blocks import Leaf, leaves
from dedupe.formats.conditions import CHOICE, told
from dedupe.formats.inline import plain, seen
from dedupe.formats.laid import Draft, headed, laid
from dedupe.formats.mdx import without_code
from dedupe.model import COPY, Article, Role
from dedupe.roles import furniture, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.formats.inline import Seen
    from dedupe.model import Source

_FIELD = re.compile(r"\s*[\w-]+\s*[:=]\s*")
_ANCHOR = re.compile(r"\{[^{}\n]*#([\w:.-]+)[^{}\n]*\}|<[a-zA-Z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([\w:.-]+)")
_TARGET = re.compile(r"#(?:(?<=\]\(#)([^()\s]+)\)|(?<=href=[\"']#)([^\"']+))")
_DEPTH = re.compile(r"[ \t>]*(#+)|.*\n[ \t>]*(?:=+|(--?)-*)[ \t]*\Z", re.DOTALL)
_CAPTIONED = re.compile(
    r"\[?!\[[^\n]*[)\]}]\\?\n[ \t]*([*_]{1,3})(?![\s*_])[^*_]*\1\s*"
)  # words in italics below a picture
_FORMULA = re.compile(r"\$\$.*\$\$[.,]?|\\\[.*\\\]|(`+)[^`].*(?<!`)\1", re.DOTALL)
_MATTER = re.compile(r"(?:---|\+\+\+|\{)[ \t]*\r?$", re.MULTILINE)
_OPENS = re.compile(r"\s*(?:\{\{[<%](?!\s*/)|\{%-?\s*(?!end)\w|:{3,}[ \t]*[\w{]|<\w)")
_CLOSES = re.compile(r"\s*(?:\{\{[<%]\s*/|\{%-?\s*end|:{3,}\s*\Z|</\w)")
_SHORTCODE = re.compile(r"\{\{[<%]-?\s*(/?)\s*([\w.-]+)|\{%-?\s*(end)?([\w-]+)")
_BODY = Role.BODY  # a member of an enum is slow to look up
_ROLES = {
    "heading": Role.HEADING,
    "table": Role.TABLE,
    "code": Role.CODE,
    "note": Role.NOTE,
    "matter": Role.SUMMARY,
}


class _Page(NamedTuple):
    """What the paragraphs of a page lean on."""

    notes: Counter[str]  # references to each footnote
    targets: frozenset[str]  # anchors that something links to
    closed: frozenset[str]  # shortcodes that are closed somewhere


def split(source: Source) -> tuple[Article, ...]:
    """The one story of a Markdown file."""
    text = source.text
    mdx = source.path.lower().endswith(".mdx")
    found = list(without_code(text, leaves(text, mdx=True)) if mdx else leaves(text))
    page = _Page(
        Counter(re.findall(r"\[\^([^\]\s]{1,80})\](?!:)", text)) if "[^" in text else Counter(),
        frozenset(one or two for one, two in _TARGET.findall(text)),
        frozenset(name or liquid for slash, name, end, liquid in _SHORTCODE.findall(text) if slash or end),
    )
    drafts: list[Draft] = []
    for leaf in found:
        if leaf.html:
            drafts += _marked(text, leaf)
        elif (draft := _draft(text, leaf, page)) is not None:
            drafts.append(draft._replace(weak=CHOICE) if leaf.tabbed and draft.role in COPY else draft)
    drafts = list(_neighbours(text, found, drafts))
    return (
        Article(source.path, "markdown", laid(source, told(text, 0, len(text), list(headed(drafts, text, _DEPTH))))),
    )


def _marked(text: str, leaf: Leaf) -> Iterator[Draft]:
    """The paragraphs of a block of HTML."""
    from dedupe.formats import html  # noqa: PLC0415  most pages have none

    for draft in html.drafts(text, *leaf.outer):
        opens = draft.outer[0] <= leaf.places[0][0] and draft.outer[1] < leaf.places[-1][1]
        yield draft._replace(bound="the rest of its block would be read as Markdown") if opens else draft


def _draft(text: str, leaf: Leaf, page: _Page) -> Draft | None:
    """A block as a paragraph."""
    places = leaf.places
    start, end = places[0][0], places[-1][1]
    said = text[start:end] if len(places) == 1 else "\n".join([text[a:b] for a, b in places])
    if leaf.kind == "matter":
        said = said[field.end() :] if (field := _FIELD.match(said)) else said
        return Draft(end - len(said), end, Role.SUMMARY, said, leaf.outer) if said else None
    if leaf.kind == "rule":
        return None
    if leaf.kind == "code":
        return Draft(start, end, Role.CODE, text[start:end], leaf.outer)
    if leaf.kind == "para" and said[0] in "$\\`" and _formula(said):
        return Draft(start, end, Role.CODE, text[start:end], leaf.outer)
    if plain(said) and (len(places) == 1 or end - start == len(said)):
        return Draft(start, end, _role(leaf, said), said, leaf.outer, bound=_tied(leaf, said, page, None))
    read = seen(said, places)
    caption = leaf.kind == "para" and (read.pictured or (said[0] in "![" and _CAPTIONED.fullmatch(said) is not None))
    return Draft(
        start,
        end,
        Role.CAPTION if caption and read.text.strip() else _role(leaf, read.text),
        read.text,
        leaf.outer,
        read.runs,
        read.links,
        _tied(leaf, said, page, read),
    )


def _formula(said: str) -> bool:
    """Whether a block is nothing but a formula, or but a span of code."""
    found = _FORMULA.fullmatch(said)
    return found is not None and (found[1] is None or said.count(found[1]) == 2)  # noqa: PLR2004  it opens and closes


def _role(leaf: Leaf, said: str) -> Role:
    if leaf.kind != "para":
        return _ROLES[leaf.kind]
    if not said.strip():
        return Role.CODE
    if leaf.item:
        return listed(said)
    return Role.QUOTE if leaf.quoted else furniture(said) or _BODY


def _tied(leaf: Leaf, raw: str, page: _Page, read: Seen | None) -> str:
    """Why a block cannot go without more."""
    if leaf.bound:
        return leaf.bound
    if read is None:
        return ""
    if read.torn:
        return f"{read.torn} in it opens or closes elsewhere"
    unpaired = _unpaired(raw, page) if page.closed and "{" in raw else ""
    if unpaired:
        return f"the shortcode {unpaired} in it opens or closes elsewhere"
    alone = read.notes and [label for label, count in Counter(read.notes).items() if count == page.notes[label]]
    if alone:
        return f"footnote {alone[0]} has no other reference"
    anchors = [one or two for one, two in _ANCHOR.findall(raw) if (one or two) in page.targets] if page.targets else []
    return f"a link leads to #{anchors[0]} in it" if anchors else ""


def _unpaired(raw: str, page: _Page) -> str:
    """A shortcode that opens in a text and closes elsewhere, or the other way round."""
    level: Counter[str] = Counter()
    for slash, name, end, liquid in _SHORTCODE.findall(raw):
        level[name or liquid] += -1 if slash or end else 1
    return next((name for name, open_ in level.items() if open_ and name in page.closed), "")


def _neighbours(text: str, found: Sequence[Leaf], drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The drafts; one on which the reading of its neighbours hangs is bound."""
    by_outer = {leaf.outer: at for at, leaf in enumerate(found)}
    opens = _would_open(text, found)
    for draft in drafts:
        if draft.bound or draft.role not in COPY:
            yield draft
            continue
        at = by_outer.get(draft.outer, -1)
        if at < 0:
            yield draft
            continue
        behind = found[at + 1] if at + 1 < len(found) else None
        if behind and at and at != opens and behind.kind in _PLAIN and text.startswith("\n\n", draft.outer[1]):
            yield draft if not behind.defines else draft._replace(bound=_TERM)
            continue
        parts = _lone(found, at) and found[at + 1]
        outer = (draft.outer[0], parts.outer[1]) if parts else draft.outer
        yield draft._replace(outer=outer, bound=_hung(text, found, at, outer[1], opens))


def _lone(found: Sequence[Leaf], at: int) -> bool:
    """Whether a block is all that stands above a rule, under another rule, a heading or nothing: the rule goes too."""
    behind = found[at + 1].kind if at + 1 < len(found) else ""
    return behind == "rule" and (not at or found[at - 1].kind in ("rule", "heading", "matter"))


def _takes(found: Sequence[Leaf], at: int) -> bool:
    """Whether code by its indent would, without the paragraphs above it, be part of what stands above those."""
    while at >= 0 and (found[at].kind in ("para", "rule") or found[at].html) and not found[at].boxed:
        at -= 1
    return at < 0 or found[at].boxed or found[at].indented or found[at].kind not in ("heading", "code", "table")


def _hung(text: str, found: Sequence[Leaf], at: int, end: int, opens: int) -> str:
    """Why the reading of its neighbours hangs on a block, with which all goes up to `end`."""
    above = found[at - 1] if at else None
    behind = found[at + 1] if at + 1 < len(found) else None
    if behind is not None and behind.indented and _takes(found, at):
        return "the code below it would be read as something else"
    if behind is not None and behind.defines and not found[at].defines:
        return _TERM
    if at == opens:
        return "what follows would open the page as front matter"
    if _under(text, end):
        return "the line below it would underline what stands above"
    if above is None:
        return ""
    if behind is None:
        return "the rule above it would close the page" if above.kind == "rule" else ""
    if _shell(text, above, behind):
        return "what stands around it would be left empty"
    return "it parts what stands above it from what stands below" if _parted(text, above, found[at], behind) else ""


def _would_open(text: str, found: Sequence[Leaf]) -> int:
    """The block without which, and without what stands above it, a page would open with what reads as front matter."""
    last = -1
    for at, leaf in enumerate(found):
        if at and _MATTER.match(text, leaf.outer[0]):
            return last
        if leaf.kind == "para" or leaf.html:
            last = at
        elif leaf.kind != "rule" or not at or not _lone(found, at - 1):
            break
    return -1


def _shell(text: str, above: Leaf, below: Leaf) -> bool:
    """Whether a block is all that stands between what opens and what closes around it."""
    opens = above.kind == "code" and _OPENS.match(text, *above.outer) is not None
    return opens and below.kind == "code" and _CLOSES.match(text, *below.outer) is not None


def _parted(text: str, above: Leaf, leaf: Leaf, below: Leaf) -> bool:
    """Whether only a block keeps the one above it from running into the one below."""
    copy = (above.kind in _RUNNING and below.kind in _RUNNING) or (above.boxed and below.boxed)
    copy = copy and not below.item
    gaps = text[above.outer[1] : leaf.outer[0]], text[leaf.outer[1] : below.outer[0]]
    return copy and all(len(_LINE_END.findall(gap)) <= 1 for gap in gaps)


_RUNNING = ("para", "note")
_PLAIN = frozenset(["para", "heading", "table", "note"])
_TERM = "the definition below it would lose its term"
_LINE_END = re.compile("\r\n|\n|\r")
_UNDER = frozenset("-= \t>")
_UNDERLINE = re.compile(r"\r?\n[ \t>]*(?:-+|=+)[ \t]*(?:\r?\n|\Z)")


def _under(text: str, end: int) -> bool:
    """Whether the line below is one that makes a heading of what stands above it."""
    sign = text[end + 1 : end + 2]
    return (sign == "\n" or sign in _UNDER) and _UNDERLINE.match(text, end) is not None
