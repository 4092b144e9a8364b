"""What cuts make untrue in the rest of a file: counts, numbers of paragraphs, another rendition of the story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe import edit
from dedupe.model import DedupeError, Role
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe.model import Article, Review, Source

STALE = 5  # counts, and advisories, that are told a file

_COUNTED = re.compile(
    r"\b(?:(word|char(?:acter)?)[-_ ]?count\"?|item-(length))\s*[=:>]\s*[\"']?([1-9]\d*)", re.IGNORECASE
)
_NUMBERED = re.compile(r"\b(?:para(?:graph)?s?|gra[fp]h?s?|pghs?|pvs)\.? \d+", re.IGNORECASE)


def stale(item: Source, articles: Iterable[Article]) -> tuple[str, ...]:
    """Word counts, and advisories that name a paragraph by its number, in a file of which something is cut."""
    lengths = _COUNTED.finditer(item.text)
    counts = [(it.start(), f"its {f'{it[1]} count' if it[1] else it[2]} says {it[3]}".lower()) for it in lengths]
    notes = [
        (paragraph.line, f"line {paragraph.line} speaks of {found[0]}")
        for article in articles
        for paragraph in article.paragraphs
        if paragraph.role in (Role.ADVISORY, Role.SLUG) and (found := _NUMBERED.search(paragraph.text))
    ]
    counted = [(item.text.count("\n", 0, at) + 1, said) for at, said in counts[:STALE]]
    return tuple(
        f"{item.path}: {said}, which the cuts may have made untrue; look at line {line}"
        for line, said in [*counted, *notes[:STALE]]
    )


def agreed(articles: Iterable[Article], reviews: Iterable[Review], *, unsafe: bool) -> None:
    """Refuse to cut in one rendition of a story what stays in another. Raises DedupeError."""
    gone: dict[str | None, list[str]] = {}
    for one in reviews:
        for finding in edit.applicable(one.findings, unsafe=unsafe):
            gone.setdefault(one.article.key, []).append(finding.dropped.text)
    said: dict[str, tuple[str | None, list[str]]] = {}
    for article in articles:
        mine = words(" ".join(gone.get(article.key, ())))
        if article.rendition and said.setdefault(article.rendition, (article.key, mine))[1] != mine:
            two = f"{said[article.rendition][0]} and {article.key}"
            raise DedupeError(
                f"{article.path}: not cleaned: the story stands in it more than once ({two}), and what would be cut in "
                "one is not cut in the other; cut both by hand",
                path=article.path,
            )
