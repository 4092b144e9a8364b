"""Anchors of a page: what something on it points to cannot go without a person."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dedupe.model import COPY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.formats.laid import Draft

NAMED = re.compile(r"\s(?:xml:)?(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)", re.IGNORECASE)
_KEY = re.compile(r"=(?:(?<=(id)=)|(?<=(name)=)|(?<=(id )=)|(?<=(name )=)|(?<=(ID)=)|(?<=(NAME)=))")
_LINK = re.compile(r"(?<!&)#([^\s\"'<>]+)")
_LABELS = ("aria-", "for=", "for =", "headers=", "headers =", "form=", "list=")
_LABELLED = re.compile(r"\s(?:aria-\w+|for|headers|form|list)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_REFERRING = re.compile(
    r"\s(?:linkends?|endterm|arearefs|startref|rid|idrefs?|refids?|ref|targets?|conref(?:end)?|keyref|conkeyref|corresp"
    r"|sameAs|ana|next|prev|xref|refs?)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')",
    re.IGNORECASE,
)


def anchored(text: str, start: int, end: int, drafts: list[Draft], *, xml: bool) -> list[Draft]:
    """The paragraphs of a range of a text; those that something else in it points to are bound."""
    named = {at: NAMED.findall(text[slice(*drafts[at].outer)]) for at in _named(text, start, end, drafts)}
    if not any(named.values()):
        return drafts
    some = frozenset(_targets(text[start:end], xml=xml))
    found = list(drafts)
    for at, names in named.items():
        name = next((name for name in names if name in some), "")
        if name:
            found[at] = found[at]._replace(bound=f"a link leads to #{name} in it")
    return found


def _named(text: str, start: int, end: int, drafts: list[Draft]) -> set[int]:
    """The numbers of paragraphs of copy in whose markup there may be a name."""
    starts = [draft.outer[0] for draft in drafts]
    found = set()
    for key in _KEY.finditer(text, start, end):
        at = key.start(key.lastindex or 0)
        number = bisect_right(starts, at) - 1
        if number >= 0 and at < drafts[number].outer[1] and drafts[number].role in COPY:
            found.add(number)
    return {number for number in found if not drafts[number].bound}


def _targets(text: str, *, xml: bool) -> Iterator[str]:
    """The anchors that something on a page points to, from there or from elsewhere."""
    for found in _LINK.findall(text):
        yield found
        if "%" in found:
            yield unquote(found)
        if "/" in found:  # topic and element
            yield found.rpartition("/")[2]
    if any(key in text for key in _LABELS):
        yield from _tokens(_LABELLED.findall(text))
    if xml:
        yield from _tokens(_REFERRING.findall(text))


def _tokens(found: Iterable[Sequence[str]]) -> Iterator[str]:
    for values in found:
        for value in values:
            yield from value.split()
