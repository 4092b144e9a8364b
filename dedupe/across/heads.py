"""What is known of a story cheaply: what it is called, when it was sent, how long it is."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.across.labels import Marks, bare, labelled, marks
from dedupe.across.moments import NOTHING, of_dateline, read, trailer
from dedupe.dateline import opening
from dedupe.lexicon import LIGHT
from dedupe.model import COPY, Role
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.across.moments import Stated
    from dedupe.model import Article, Paragraph, Source

LAST = 3  # paragraphs that may be the last line of a wire message

_UPDATED = re.compile(
    "(?:last )?(?:updat|modif|mis à jour|aktualisiert|actualizado|atualizado|aggiornato|обновлено|更新)", re.IGNORECASE
)
# what a slug may say that names no story
_SAID = (
    "more end ends fin ende fine final urgent bulletin flash alert reuters ap afp dpa eom nnnn zczc take suite xxx copy"
)
_NAMELESS = frozenset(_SAID.split())


class Head(NamedTuple):
    """What is known of a story without holding it against another."""

    number: int  # in the archive
    path: str
    key: str | None
    title: str  # its headline as it stands, or its slug
    headline: frozenset[str]  # the words of the headline that mean something, without marks
    slug: frozenset[str]
    marks: Marks
    date: str  # ISO 8601; `--05-01` where a dateline says no year; or nothing
    version: int  # that its record says; 0 where it says none
    paragraphs: int  # of copy
    said: str  # a digest of its copy


def head(article: Article, number: int, date: str = "", record: Stated = NOTHING) -> Head:
    """The head of a story.

    Its date is the one given, or that of its record, of a line such as `Updated: 3 May 2021, 14:20`, of the last line
    of a wire message, of its dateline: the first of these that there is.
    """
    some = article.paragraphs
    titles = [it.text for it in some if it.role is Role.HEADLINE or (it.role is Role.SLUG and labelled(it.text))]
    slugs = [it.text for it in _before_copy(some) if it.role is Role.SLUG and not labelled(it.text)]
    notes = [it.text for it in some if it.role is Role.ADVISORY]
    copy = [it for it in some if it.role in COPY and not it.weak]
    said = marks(titles, slugs, notes)
    if record.signal:
        said = said._replace(updated=True) if record.signal == "update" else said._replace(corrected=True)
    names = [words_ for text in slugs if (words_ := _meant(bare(text)) - _NAMELESS)]
    return Head(
        number,
        article.path,
        article.key,
        " ".join((titles or [text for text in slugs if _meant(text) - _NAMELESS] or [""])[0].split()),
        frozenset(_meant(bare(titles[0])) if titles else ()),
        frozenset(names[0] if names else ()),
        said,
        date or record.date or _dated(some, copy),
        record.version,
        len(copy),
        _digest(copy),
    )


def record_of(source: Source, article: Article) -> str:
    """The text that says when a story was sent: its line of JSON Lines, or the file, where that holds no other."""
    if not article.record:
        return source.text if article.key is None else ""
    at = article.record[0][0]
    start, end = source.data.rfind(b"\n", 0, at) + 1, source.data.find(b"\n", at)
    return source.data[start : end if end >= 0 else len(source.data)].decode(source.encoding, "replace")


def _before_copy(some: Sequence[Paragraph]) -> Iterable[Paragraph]:
    """The paragraphs before the first of the copy, and those in fields of their own."""
    first = next((at for at, it in enumerate(some) if it.role in COPY), len(some))
    return [*some[:first], *(it for it in some[first:] if it.field)]


def _meant(text: str) -> set[str]:
    return {word for word in words(text) if word not in LIGHT}


def _dated(some: Sequence[Paragraph], copy: Sequence[Paragraph]) -> str:
    lines = [it.text for it in some if it.role is Role.PUBLISHED]
    lines.sort(key=lambda text: _UPDATED.match(text) is None)
    lasts = [it.text for it in some[-LAST:]]
    alone = [it.text for it in some if it.role is Role.DATELINE]
    known = (
        *map(read, lines),
        *map(trailer, lasts),
        *map(read, alone),
        *(of_dateline(it.text) for it in copy[:1]),
    )
    return next((moment for moment in known if moment), "")


def _digest(copy: Sequence[Paragraph]) -> str:
    """Of the copy without its datelines, blank space aside."""
    said = hashlib.blake2b(digest_size=12)
    for it in copy:
        said.update(" ".join(it.text[opening(it.text) :].split()).encode("utf-8", "surrogatepass") + b"\0")
    return said.hexdigest()
