"""One file a format: a source becomes stories with trimmed, ordered, disjoint byte spans."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.model import Article, Source

# the name of a format, and the room of this folder that has its `split(source)`; imported when a file asks for it
FORMATS: dict[str, str] = {
    "text": "text",
    "markdown": "markdown",
    "html": "html",
    "xml": "xml",
    "ninjs": "ninjs",
    "jsonl": "jsonl",
    "docx": "docx",
    "agency": "agency",
    "rst": "rst",
    "asciidoc": "asciidoc",
}
SUFFIXES: dict[str, str] = {
    **dict.fromkeys((".txt", ".text", ".sgm", ".sgml", ".mbox"), "text"),
    **dict.fromkeys((".md", ".markdown", ".mdx", ".mkd", ".rmd", ".qmd"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".xml", ".nitf", ".rss", ".atom", ".newsml"), "xml"),
    **dict.fromkeys((".json", ".ninjs"), "ninjs"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    ".docx": "docx",
    **dict.fromkeys((".anpa", ".iptc", ".wmo"), "agency"),
    **dict.fromkeys((".rst", ".rest"), "rst"),
    **dict.fromkeys((".adoc", ".asciidoc", ".asc"), "asciidoc"),
}

_WIRE = re.compile("[\x01\x02]|ZCZC|[A-Z]{4}[0-9]{2} [A-Z]{4} [0-9]{6}")  # a text that may be wire messages


def split(source: Source, name: str) -> tuple[Article, ...]:
    """The stories of a source in the format of that name: trimmed, ordered, disjoint paragraphs."""
    if name == "text" and _WIRE.search(source.text, 0, 400):
        from dedupe.formats import agency  # noqa: PLC0415  most texts are none

        name = "agency" if agency.speaks(source.text) else name
    found: tuple[Article, ...] = import_module(f"dedupe.formats.{FORMATS[name]}").split(source)
    return found
