"""When a story was sent and which version of it, as its record, its header or its dateline says."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from dedupe.dateline import DATE, dateline, pattern

HEAD = 20_000  # characters of an XML record in which its header stands
YEAR = 366
LONG = 7  # digits; a longer number is none of a version

_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen янв",
            "feb fév fev фев",
            "mar mär мар",
            "apr abr avr апр",
            "may mai mag maj мая",
            "jun giu июн juin",
            "jul lug июл juil",
            "aug aoû ago авг",
            "sep set сен",
            "oct okt out ott окт",
            "nov ноя",
            "dec dez déc dic дек",
        ),
        1,
    )
    for name in names.split()
}
_ISO = "(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):?(\\d\\d)(?::?\\d\\d(?:\\.\\d+)?)? ?(Z|[+-]\\d\\d:?\\d\\d)?)?(?!\\d)"
_COMPACT = "(\\d{4})(\\d\\d)(\\d\\d)(?:T?(\\d\\d)(\\d\\d)(?:\\d\\d)?(Z|[+-]\\d\\d:?\\d\\d)?)?(?!\\d)"
_SPOKEN = f"(?:{DATE})"
_WORDED = "[^\\W\\d_]+"
_CLOCK = "(?<!\\d)(\\d{1,2})[:.h](\\d\\d)(?!\\d)(?: ?([ap])\\.?m)?"
_TRAILER = "AP-[A-Z]{2,4}-(\\d\\d)-(\\d\\d)-(\\d\\d) (\\d\\d)(\\d\\d)"
_NOON = 12

# the first that a record has counts
_DATES = (
    "versioncreated",
    "updated",
    "modified",
    "datemodified",
    "lastmodified",
    "lastmod",
    "thisrevisioncreated",
    "published",
)
_MADE = (
    "date.release",
    "date.issue",
    "datepublished",
    "pubdate",
    "publishedat",
    "date",
    "firstcreated",
    "created",
    "contentcreated",
    "datecreated",
)
_DATED = (*_DATES, *_MADE)
_VERSIONS = ("version", "revisionid", "revision")
_ITEM = "<(?:newsItem|du-key)\\b[^<>]*?\\sversion=[\"'](\\d{1,6})[\"']|<RevisionId\\b[^<>]*>(\\d{1,6})<"
_ELEMENT = (
    "<(?:\\w+:)?(versionCreated|ThisRevisionCreated|updated|modified|pubDate|published|date|[fF]irstCreated)\\b[^<>]*>"
    "([^<]{4,40})<"
)
_NORM = "<(date\\.(?:issue|release))\\b[^<>]*?\\snorm=[\"']([^\"']{8,30})[\"']"
_META = "<meta\\b[^<>]*?article:(modified|published)_time[\"'][^<>]*?content=[\"']([^\"'<>]{8,40})[\"']"
_FRONT = "^(lastmod|updated|modified|date|published)[ \t]*:[ \t]*[\"']?([^\r\n\"']{8,40})"
_SIGNAL = "<signal\\b[^<>]*?qcode=[\"']([\\w:-]{3,40})[\"']|<ed-msg\\b[^<>]*?info=[\"']([^\"']{3,40})[\"']"


class Stated(NamedTuple):
    """What the record of a story says of it."""

    date: str = ""  # ISO 8601
    version: int = 0
    signal: str = ""  # correction or update, where it is called so


NOTHING = Stated()


def stated(record: str) -> Stated:
    """What a record, JSON or XML, a page or front matter says of its date and its version."""
    head = record[:64].lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return _of_json(record)
    if head.startswith("---"):
        end = record.find("\n---", 3)
        said = pattern(_FRONT, re.MULTILINE | re.IGNORECASE).finditer(record, 0, max(end, 0))
        return Stated(_first({found[1].lower(): found[2] for found in said}))
    return _of_xml(record[:HEAD]) if head.startswith("<") else NOTHING


@lru_cache(4)  # it is asked for its date, then for its version
def _of_json(record: str) -> Stated:
    """From the members of the outermost object: what stands deeper is said of pictures and links."""
    try:
        known = json.loads(record.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return NOTHING
    said = {re.sub("[^a-z]", "", key.lower()): value for key, value in known.items()}
    when = _first({name: value for name, value in said.items() if isinstance(value, str)})
    numbers = [int(value) for name in _VERSIONS if (value := str(said.get(name))).isdecimal() and len(value) < LONG]
    signal = said.get("signal")
    return Stated(when, numbers[0] if numbers else 0, _called(signal if isinstance(signal, str) else ""))


def _of_xml(record: str) -> Stated:
    found: dict[str, str] = {}
    for form in (_ELEMENT, _NORM, _META):
        for element in pattern(form).finditer(record):
            found.setdefault(element[1].lower(), element[2].strip())
    item = pattern(_ITEM).search(record)
    called = pattern(_SIGNAL).search(record)
    version = int(item[1] or item[2]) if item else 0
    return Stated(_first(found), version, _called((called[1] or called[2]) if called else ""))


def _first(said: dict[str, str]) -> str:
    """The date that counts among some by their names: of this version before of the first one."""
    return next((found for name in _DATED if name in said and (found := read(said[name]))), "")


def _called(signal: str) -> str:
    low = signal.lower()
    return next((word for word in ("correct", "update") if word in low), "")


def read(text: str) -> str:
    """The ISO date in a text, with its time where there is one; without a year `--05-01`; or nothing."""
    for form in (_ISO, _COMPACT):
        found = pattern(form).search(text)
        if found:
            return _iso(int(found[1]), int(found[2]), int(found[3]), found[4], found[5], found[6] or "")
    if pattern("[A-Z][a-z]{2}, ?\\d{1,2} [A-Z][a-z]{2} \\d{4} \\d\\d:").match(text):
        return _mailed(text)
    return _spoken(text)


def _mailed(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat(timespec="minutes")
    except ValueError:
        return ""


def _spoken(text: str) -> str:
    """A date in words, as `Nov. 3, 2021 at 2:20 pm` or `3 mai 2021`."""
    said = pattern(_SPOKEN).search(text)
    if said is None:
        return ""
    word = next((word for word in re.findall(_WORDED, said[0].lower()) if _month(word)), "")
    numbers = re.findall("\\d+", said[0])
    if not word:
        return ""
    if len(numbers) == 1:
        later = pattern("[ ,]{1,2}(\\d{4})(?!\\d)").match(text, said.end())
        numbers += [later[1]] if later else []
    if len(numbers) == 1:
        return f"--{_month(word):02}-{int(numbers[0]):02}"
    clock = pattern(_CLOCK, re.IGNORECASE).search(text[: said.start()] + " " + text[said.end() :])
    hour = None
    if clock:
        hour = str(int(clock[1]) % _NOON + (_NOON if clock[3] in "pP" else 0)) if clock[3] else clock[1]
    return _iso(int(numbers[1]), _month(word), int(numbers[0]), hour, clock[2] if clock else None, "")


def _month(word: str) -> int:
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3]) or 0


def _iso(year: int, month: int, day: int, hour: str | None, minute: str | None, zone: str) -> str:
    """A date that there is, as text."""
    try:
        told = date(year, month, day).isoformat()
        if hour is None or minute is None:
            return told
        return datetime.fromisoformat(f"{told}T{int(hour):02}:{int(minute):02}{zone}").isoformat(timespec="minutes")
    except ValueError:
        return ""


def trailer(text: str) -> str:
    """The date and time in the last line of a wire message: AP-NY-06-30-96 1234EDT."""
    found = pattern(_TRAILER).search(text)
    if found is None:
        return ""
    month, day, year = (int(found[at]) for at in (1, 2, 3))
    return _iso(year + (1900 if year > 60 else 2000), month, day, found[4], found[5], "")  # noqa: PLR2004  wires are younger


def of_dateline(text: str) -> str:
    """The date in the dateline that a paragraph opens with."""
    end = dateline(text)
    return read(text[:end]) if end else ""


def day(moment: str) -> int | None:
    """The number of the day of a date; None where it says none. One without a year is a day of a leap year."""
    if moment.startswith("--"):
        return _ordinal(f"2000{moment[1:]}")
    return _ordinal(moment[:10]) if moment else None


def _ordinal(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def minute(moment: str) -> int | None:
    """The minute of a date with a time, in UTC; a time without a zone is taken as it stands."""
    if "T" not in moment:
        return None
    try:
        told = datetime.fromisoformat(moment)
    except ValueError:
        return None
    aware = told if told.tzinfo else told.replace(tzinfo=UTC)
    return int(aware.timestamp()) // 60


def days_apart(one: str, two: str) -> float | None:
    """How many days lie between two dates; None where one of them says too little."""
    left, right = minute(one), minute(two)
    if left is not None and right is not None:
        return abs(left - right) / (24 * 60)
    first, second = day(one), day(two)
    if first is None or second is None or one.startswith("--") != two.startswith("--"):
        return None
    apart = abs(first - second)
    return min(apart, YEAR - apart) if one.startswith("--") else apart
