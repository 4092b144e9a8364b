"""JSON Lines: a record a line, each a story of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.formats.ninjs import documents, told

if TYPE_CHECKING:
    from dedupe.model import Article, Source


def split(source: Source) -> tuple[Article, ...]:
    """The stories of all records, known by their identifier or by the number of their line."""
    found: list[Article] = []
    words, at, number = source.text, 0, 0
    while at < len(words):
        end = words.find("\n", at)
        end = len(words) if end < 0 else end
        number += 1
        if words[at:end].strip():
            for key, some in documents(source, at, end):
                found += told(source, "jsonl", some, key or str(number))
        at = end + 1
    return tuple(found)
