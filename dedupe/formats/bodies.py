"""The body of a story within XML: markup as it stands, in a CDATA section or escaped, or plain text."""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

from dedupe.formats import html
from dedupe.formats.elements import BLOCK, SKIPPED, Vocabulary
from dedupe.formats.escaped import outward, plain, unescaped
from dedupe.formats.laid import Draft
from dedupe.model import COPY, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.formats.tree import Node

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9._-]{0,31});")
_SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
_NOTHING = re.compile("(?!)")  # in a CDATA section every character is itself
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
    raw=frozenset(["script", "style"]),
    xml=True,
)


def head(words: str, node: Node, role: Role) -> Iterator[Draft]:
    """A headline or the like: one paragraph, or what is marked up in it."""
    said = words[slice(*(node.said or (node.inner, node.stop)))]
    if not said.strip():
        return
    if "<" in said or _ESCAPED_PAGE.search(said):
        yield from (draft._replace(role=role) if draft.role in COPY else draft for draft in body(words, node))
        return
    start, _ = node.said or (node.inner, node.stop)
    start += len(said) - len(said.lstrip())
    if "&" not in said:
        said = said.strip()
        yield Draft(start, start + len(said), role, said, (start, start + len(said)))
        return
    inner = unescaped(words, start, start + len(said.strip()), _NOTHING if node.said else _ENTITY, _read)
    yield from outward([Draft(0, len(inner.text), role, inner.text, (0, len(inner.text)))], inner)


def _read(found: re.Match[str]) -> str:
    """What an entity stands for; one that is not known, for itself."""
    return entities.unescape(found[0])


def body(words: str, node: Node) -> list[Draft]:
    """The paragraphs of a body."""
    whole = words[node.inner : node.stop].strip()
    if node.said is None or not whole.startswith("<![CDATA["):
        return _plain(words, node.inner, node.stop)
    if whole.count("<![CDATA[") > 1:
        inner = unescaped(words, node.inner, node.stop, _SECTION, lambda _: "")
        return list(outward(html.drafts(inner.text, 0, len(inner.text)), inner))
    if _PAGE.search(words, *node.said):
        return html.drafts(words, *node.said)
    return plain(unescaped(words, *node.said, _NOTHING, _read))


def _plain(words: str, start: int, end: int) -> list[Draft]:
    """The paragraphs of a body that stands in no CDATA section."""
    said = words[start:end]
    if "<" in said:
        return html.drafts(words, start, end, NEWS)
    if _ESCAPED_PAGE.search(said):
        inner = unescaped(words, start, end, _ENTITY, _read)
        return list(outward(html.drafts(inner.text, 0, len(inner.text)), inner))
    return plain(unescaped(words, start, end, _ENTITY, _read))
