"""Files that hold many stories: SGML deliveries, wire messages, form feeds, end marks, mailboxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import dateline
from dedupe.model import Role
from dedupe.roles import furniture, headline

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORD = re.compile("<REUTERS\\b[^<>]*>", re.IGNORECASE)
_RECORD_END = re.compile("</REUTERS>", re.IGNORECASE)
_NUMBER = re.compile('NEWID="([^"]{1,40})"', re.IGNORECASE)
_MAIL = re.compile("(?:\\A|(?<=\n\n)|(?<=\n\r\n))From \\S+ .*\\d{4}\r?$", re.MULTILINE)
_BLANK = re.compile("\r?\n[ \t]*\r?\n")
_ELEMENTS: dict[str, Role | None] = {
    "TITLE": Role.HEADLINE,
    "AUTHOR": Role.BYLINE,
    "DATELINE": Role.DATELINE,
    "BODY": None,
}
_ELEMENT = re.compile("<(TITLE|AUTHOR|DATELINE|BODY)>(.*?)</\\1>", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile("<TEXT\\b[^<>]*>(.*?)</TEXT>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile("<[^<>]*>")
_END = re.compile("[ \t]*(?:-{1,3} ?30 ?-{1,3}|\\(?ENDS?\\)?|###+)[ \t]*(?![^\r\n])")
_BELOW = re.compile("\n(?=[ \t]*[-(E#])")  # what may be one begins below it
_BELOW_ANY = re.compile("[\r\n](?=[ \t]*[-(E#])")
_FIRST = re.compile("[^\\s\x00-\x1f][^\r\n]*")
_SAME = re.compile(
    "(?:notes?\\b|contacts?\\b|for (?:more|further)|about \\w|media (?:contact|enquir)|http|www)", re.IGNORECASE
)


class Segment(NamedTuple):
    """A run of characters without markup, and the role that the markup around it gives it."""

    start: int
    end: int
    role: Role | None = None


class Part(NamedTuple):
    """One story of a file."""

    segments: tuple[Segment, ...]
    key: str | None = None
    doubt: str = ""
    headed: bool = True  # a headline is to be expected


def parts(text: str) -> list[Part]:
    """The stories of a file; one, the whole of it, where nothing parts it."""
    if "<REUTERS" in text and _RECORD.search(text):
        return list(_records(text))
    if "\x01" in text and text.count("\x01") > 1:
        return _pieces(text, [match.start() for match in re.finditer("\x01", text)])
    if text.startswith("From ") and _MAIL.match(text):
        return [
            part._replace(segments=_mail(text, part.segments[0]))
            for part in _pieces(text, [match.start() for match in _MAIL.finditer(text)])
        ]
    if "\f" in text and "\f" in text.strip():
        return _pages(text)
    return _ended(text)


def _pieces(text: str, starts: list[int]) -> list[Part]:
    """A part from each start to the next; what stands before the first is no story of its own."""
    doubt = "text stands before its first message" if _FIRST.search(text, 0, starts[0]) else ""
    ends = [*starts[1:], len(text)]
    first = [0, *starts[1:]]
    spans = [(start, end) for start, end in zip(first, ends, strict=True) if _FIRST.search(text, start, end)]
    if len(spans) < 2:  # noqa: PLR2004  one story
        return [Part((Segment(0, len(text)),), doubt=doubt)]
    return [Part((Segment(*span),), str(number), doubt) for number, span in enumerate(spans, 1)]


def _mail(text: str, whole: Segment) -> tuple[Segment, ...]:
    """The headers of a message as furniture, then its text."""
    blank = _BLANK.search(text, whole.start, whole.end)
    cut = blank.start() if blank else whole.end
    return Segment(whole.start, cut, Role.SLUG), Segment(cut, whole.end)


def _records(text: str) -> Iterator[Part]:
    """Reuters' own SGML delivery: one story a record, its markup left out."""
    starts = list(_RECORD.finditer(text))
    for number, (record, following) in enumerate(zip(starts, [*starts[1:], None], strict=True), 1):
        limit = following.start() if following else len(text)
        closing = _RECORD_END.search(text, record.end(), limit)
        end = closing.start() if closing else limit
        named = _NUMBER.search(record[0])
        doubt = (
            ""
            if closing
            else f"the record that begins in line {text.count(chr(10), 0, record.start()) + 1} is not closed"
        )
        segments = [
            Segment(found.start(2), found.end(2), _ELEMENTS[found[1].upper()])
            for found in _ELEMENT.finditer(text, record.end(), end)
        ]
        if not any(segment.role is None for segment in segments):
            segments += _rest(text, record.end(), end)
        yield Part(tuple(segments), named[1] if named else str(number), doubt, headed=False)


def _rest(text: str, start: int, end: int) -> list[Segment]:
    """The text of a record that marks no body: what follows its last tag."""
    found = _TEXT.search(text, start, end)
    if found is None:
        return []
    last = max((tag.end() for tag in _TAG.finditer(text, found.start(1), found.end(1))), default=found.start(1))
    return [Segment(last, found.end(1))]


def _pages(text: str) -> list[Part]:
    """Stories parted by form feeds; a page that goes on in mid-sentence makes that uncertain."""
    starts = [0, *(match.end() for match in re.finditer("\f", text))]
    found = _pieces(text, starts)
    if len(found) < 2:  # noqa: PLR2004  one story
        return found
    for part in found[1:]:
        opening = _FIRST.search(text, *part.segments[0][:2])
        if opening and not _opens(opening):
            return [one._replace(doubt="a form feed may be a new page or a new story") for one in found]
    return found


def _opens(line: re.Match[str]) -> bool:
    """Whether a line reads as the first of a story."""
    said = line[0].strip()
    role = furniture(said)
    if role is not None:
        return role in (Role.SLUG, Role.PUBLISHED, Role.BYLINE, Role.DATELINE, Role.ADVISORY)
    return bool(dateline(said)) or (headline(said) and not said[0].islower())


def _ended(text: str) -> list[Part]:
    """Stories that end with a mark such as ENDS or --30--, where another begins behind it."""
    starts, doubt = [0], ""
    for mark in _end_marks(text):
        following = _FIRST.search(text, mark.end())
        if following is None:
            break
        said = following[0].strip()
        role = furniture(said)
        if (
            role in (Role.ADVISORY, Role.CREDIT, Role.SIGNOFF, Role.PROMO, Role.CAPTION)
            or _SAME.match(said)
            or _END.match(said)
        ):
            continue
        if role in (Role.SLUG, Role.DATELINE, Role.PUBLISHED) or (_opens(following) and _begun(text, following.end())):
            starts.append(following.start())
        else:
            line = text.count("\n", 0, mark.start()) + 1
            doubt = f"text follows the end mark in line {line} and may be another story"
    if len(starts) == 1:
        return [Part((Segment(0, len(text)),), doubt=doubt)]
    return [part._replace(doubt=doubt) for part in _pieces(text, starts)]


def _end_marks(text: str) -> Iterator[re.Match[str]]:
    """The lines of a text that are end marks, in order."""
    below = _BELOW_ANY if "\r" in text else _BELOW
    for start in (0, *(found.end() for found in below.finditer(text))):
        mark = _END.match(text, start)
        if mark:
            yield mark


def _begun(text: str, at: int) -> bool:
    """Whether a byline or a dateline stands soon behind a headline."""
    for _ in range(3):
        line = _FIRST.search(text, at)
        if line is None:
            return False
        said = line[0].strip()
        if dateline(said) or furniture(said) in (Role.BYLINE, Role.DATELINE, Role.PUBLISHED, Role.SLUG):
            return True
        at = line.end()
    return False
