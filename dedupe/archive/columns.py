"""Which columns of a table hold the text, the name and the date of a story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import DedupeError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.archive.piece import Asked

_HTML = ("body_html", "bodyhtml", "content_html", "text_html", "html", "body_xhtml")
_TEXT = (
    *("text", "body", "body_text", "bodytext", "content", "article", "article_text", "story", "story_text"),
    *("maintext", "main_text", "full_text", "fulltext", "plain_text", "content_text", "document", "copy"),
    *_HTML,
)
_ID = ("id", "guid", "uuid", "uri", "article_id", "story_id", "doc_id", "document_id", "itemid", "url", "link")
_DATE = (
    *("date", "published", "published_at", "publish_date", "pub_date", "pubdate", "date_published", "publication_date"),
    *("firstcreated", "versioncreated", "created_at", "created", "datetime", "timestamp"),
)
_ISO = re.compile(r"\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?")


class Columns(NamedTuple):
    """The places of columns in a table, -1 where there is none."""

    text: int
    id: int
    date: int
    kind: str  # the format of the text


def chosen(names: Sequence[str], asked: Asked, place: str, texts: Sequence[str] | None = None) -> Columns:
    """The columns that were asked for, else those of common names; `texts` are the names that can be of texts.

    Raises DedupeError where no column holds text.
    """
    text = _asked(names, asked.text_field, "--text-field", place)
    text = text if text >= 0 else common(names if texts is None else texts)
    if text < 0:
        said = ", ".join(names[:12])
        raise DedupeError(f"{place}: no column is known to hold text ({said}); name it with --text-field", path=place)
    named = _asked(names, asked.id_field, "--id-field", place)
    dated = _asked(names, asked.date_field, "--date-field", place)
    return Columns(
        text,
        named if named >= 0 else _first(names, _ID),
        dated if dated >= 0 else _first(names, _DATE),
        asked.format or ("html" if names[text].strip().lower() in _HTML else "text"),
    )


def common(names: Sequence[str]) -> int:
    """The place of the first name that a column of text commonly has, or -1."""
    return _first(names, _TEXT)


def _first(names: Sequence[str], wanted: Sequence[str]) -> int:
    known = [name.strip().lower() for name in names]
    return next((known.index(name) for name in wanted if name in known), -1)


def _asked(names: Sequence[str], wanted: str, option: str, place: str) -> int:
    if not wanted:
        return -1
    for known in (list(names), [name.strip() for name in names]):
        if wanted in known:
            return known.index(wanted)
    found = _first(names, [wanted.lower()])
    if found < 0:
        raise DedupeError(f"{place}: has no column {wanted} ({option}){nearest(wanted, names)}", path=place)
    return found


def iso(value: str) -> str:
    """A date as it stands where it is one of ISO 8601, else nothing."""
    return value if _ISO.fullmatch(value) else ""
