"""One file a format: a source becomes stories with trimmed, ordered, disjoint byte spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.formats import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe.model import Article, Source

FORMATS: dict[str, Callable[[Source], tuple[Article, ...]]] = {"text": text.split}
SUFFIXES: dict[str, str] = {".txt": "text", ".text": "text", ".sgm": "text", ".sgml": "text", ".mbox": "text"}


def split(source: Source, name: str) -> tuple[Article, ...]:
    """The stories of a source in the format of that name."""
    return FORMATS[name](source)
