"""Text that stands preformatted in a page and reads as prose: paragraphs by their blank lines."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from dedupe.formats.escaped import outward, unescaped
from dedupe.formats.laid import Draft
from dedupe.formats.markup import ENTITY
from dedupe.model import Role
from dedupe.roles import ITEM_WORDS, furniture

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(r"[^\s][^\n]*(?:\n[ \t\r]*[^\s][^\n]*)*+")
_CODE = re.compile(r"[{};\\]\s*$|^\s*(?:[#$>%@/*+]|--)|[=-]>|::|[!=<>]=|\w\(\w*\)|\w=|\t|\S {3,}\S", re.MULTILINE)
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")


def paragraphs(words: str, draft: Draft) -> list[Draft]:
    """The paragraphs of a preformatted text that a draft gives as one; none where it is no prose."""
    if "<" in words[draft.start : draft.end]:
        return []
    inner = unescaped(words, draft.start, draft.end, ENTITY, lambda found: html.unescape(found[0]))
    found = list(_blocks(inner.text))
    prose = any(_ENDED.search(it.text) and len(it.text.split()) >= ITEM_WORDS for it in found)
    if not prose or _CODE.search(inner.text):
        return []
    if len(found) == 1:
        return [draft._replace(role=found[0].role)]
    return list(outward(found, inner))


def _blocks(text: str) -> Iterator[Draft]:
    for block in _BLOCK.finditer(text):
        said = block[0].rstrip()
        span = block.start(), block.start() + len(said)
        yield Draft(*span, furniture(" ".join(said.split())) or Role.BODY, said, span)
