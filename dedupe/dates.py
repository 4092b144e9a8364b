"""When a record says that it was published."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

_NAMES = (
    "date",
    "published",
    "published_at",
    "publishedat",
    "datepublished",
    "date_published",
    "publication_date",
    "pubdate",
    "pub_date",
    "versioncreated",
    "firstcreated",
    "updated",
    "updated_at",
    "created",
    "created_at",
    "timestamp",
    "time",
)
_ISO = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?\Z")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?\Z")
_MILLISECONDS = 10**11  # a larger number counts them, not seconds
_LAST = 253_402_300_799  # the last second that has a year of four digits


def date_of(words: str, field: str, kind: str) -> str:
    """The date of a JSON record under a dotted field, or under the first common name, as ISO 8601; "" without one."""
    if kind not in ("jsonl", "ninjs"):
        return ""
    try:
        record = json.loads(words)
    except (ValueError, RecursionError):
        return ""
    if field:
        for name in field.split("."):
            record = record.get(name) if isinstance(record, dict) else None
        return iso(record)
    if not isinstance(record, dict):
        return ""
    named = {str(name).lower(): value for name, value in reversed(record.items())}
    return next((date for name in _NAMES if (date := iso(named.get(name)))), "")


def iso(value: object) -> str:
    """A date as ISO 8601, from that, from an e-mail's or a feed's, from digits or seconds; "" where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) > _MILLISECONDS else value
        return _moment(seconds) if 0 < seconds <= _LAST else ""
    if not isinstance(value, str):
        return ""
    said = value.strip()
    if _ISO.match(said):
        return said.replace(" ", "T", 1)
    if found := _DIGITS.match(said):
        year, month, day, hour, minute, second, zone = found.groups()
        return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}{zone or ''}" if hour else "")
    return _mailed(said)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mailed(said: str) -> str:
    """A date as RFC 5322 writes it."""
    if "," not in said[:5] and not said[:1].isdigit():
        return ""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  feeds write so, few others do

    try:
        return parsedate_to_datetime(said).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
