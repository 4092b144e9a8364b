"""JSON Lines: a record a line, each a story of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.formats.ninjs import documents, hint, told
from dedupe.model import Article, DedupeError

if TYPE_CHECKING:
    from dedupe.model import Source


def split(source: Source) -> tuple[Article, ...]:
    """The stories of all records, known by their identifier or by the number of their line.

    A record that cannot be read costs only itself. Raises DedupeError where none can.
    """
    found: list[Article] = []
    faults: list[DedupeError] = []
    words, at, number, read = source.text, 0, source.first - 1, 0
    while at < len(words):
        end = words.find("\n", at)
        end = len(words) if end < 0 else end
        number += 1
        if words[at:end].strip():
            try:
                stories = list(documents(source, at, end))
                found += [it for one in stories for it in told(source, "jsonl", one.texts, one.key or str(number))]
                read += 1
            except DedupeError as error:
                faults.append(error)
                found.append(Article(source.path, "jsonl", (), str(number), fault=error.message))
        at = end + 1
    if faults and not read:
        raise faults[0]
    if read and not any(article.paragraphs for article in found):
        found.append(Article(source.path, "jsonl", (), hint=_hint(source)))
    return tuple(found)


def _hint(source: Source) -> str:
    """The hint of the first record that has one."""
    words, at = source.text, 0
    while at < len(words):
        end = words.find("\n", at)
        end = len(words) if end < 0 else end
        said = hint(source, at, end)
        if said:
            return said
        at = end + 1
    return ""
