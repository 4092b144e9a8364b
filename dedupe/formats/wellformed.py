"""What is said of XML that can be read though other programs may refuse it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Article

_BARE = re.compile(r"&(?!#?\w[\w.:-]{0,63};)|<(?![\w/!?])")
_MARKED = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|" + _BARE.pattern, re.DOTALL)


def hinted(stories: Sequence[Article], words: str) -> tuple[Article, ...]:
    """The stories of a file, the first with what is not well-formed in it."""
    bare = _BARE.search(words) and next((found for found in _MARKED.finditer(words) if len(found[0]) == 1), None)
    if not bare or not stories:
        return tuple(stories)
    line = words.count("\n", 0, bare.start()) + 1
    said = f"not well-formed XML: a bare {bare[0]} at line {line}; other programs may refuse the file"
    return (replace(stories[0], hint=said), *stories[1:])
