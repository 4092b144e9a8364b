"""Anchors of a page: what something on it points to cannot go without a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.model import COPY

if TYPE_CHECKING:
    from dedupe.formats.laid import Draft

_LINK = re.compile(r"#([^\s\"'<>]+)")
_LED = re.compile(r"=\s*[\"']?\Z")
_LABELS = ("aria-", "for=", "for =", "headers=", "headers =")
_LABELLED = re.compile(r"\s(?:aria-\w+|for|headers)\s*=\s*[\"']?([^\s\"'<>]+)")
NAMED = re.compile(r"\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)", re.IGNORECASE)


def targets(text: str) -> frozenset[str]:
    """The anchors that something on a page points to."""
    found = {link[1] for link in _LINK.finditer(text) if _LED.search(text, max(0, link.start() - 4), link.start())}
    if any(key in text for key in _LABELS):
        found.update(_LABELLED.findall(text))
    return frozenset(found)


def anchored(text: str, draft: Draft, targets: frozenset[str]) -> Draft:
    """A paragraph; one that something else on the page points to is bound."""
    if draft.bound or draft.role not in COPY:
        return draft
    names = [name for name in NAMED.findall(text[slice(*draft.outer)]) if name in targets]
    return draft._replace(bound=f"a link leads to #{names[0]} in it") if names else draft
