"""An element that holds one paragraph and nothing but simple markup in it, read in one go: most of a page is such."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.markup import ENTITY, SPACE, Line, attributes, tags
from dedupe.model import Link

if TYPE_CHECKING:
    from dedupe.model import Run

INLINE = frozenset(
    ["a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"]
)

_NAMES = "|".join(sorted(INLINE))
_REST = r"(?:\s[^<>\"']*+(?:\"[^\"<>]*+\"[^<>\"']*+)*+)?+"
_INSIDE = re.compile(rf"<(/?)({_NAMES})({_REST})>")
ELEMENT = re.compile(
    rf"<(?P<name>p|li|h[1-6]|t[dh]|d[dt])(?P<rest>{_REST})>(?P<said>[^<]*+(?:</?(?:{_NAMES}){_REST}>[^<]*+)*+)</(?P=name)>"
)
_LEADS = ' href="'
_HREF = re.compile(r"\shref\s*=\s*\"([^\"]*)\"")
_BROKEN = re.compile(r" *[\t\n\r\f][ \t\n\r\f]*")


class Phrase(NamedTuple):
    """What an element says, and where."""

    text: str
    start: int  # of its text
    end: int
    literal: bool  # the text stands there as it is
    links: tuple[Link, ...]


def phrase(said: str, start: int) -> Phrase | None:
    """What the inside of an `ELEMENT` says, which begins at a place; None where it takes a closer look."""
    marks: list[tuple[int, int]] = []
    links: list[Link] = []
    text = _flat(said, marks, links) if "<" in said else _read(said)
    text = _spaced(text).strip(SPACE) if text else ""
    if not text or "  " in text or text[0].isspace() or text[-1].isspace():
        return None
    first, last = _edges(said, marks) if len(text) < len(said) else (0, len(said))
    literal = not marks and said[first:last] == text
    return Phrase(text, start + first, start + last, literal, tuple(links))


def _flat(said: str, marks: list[tuple[int, int]], links: list[Link]) -> str | None:
    """Text without the tags in it, which are gathered; None where they do not pair."""
    pieces = _INSIDE.split(said)
    at = len(pieces[0])
    text = _read(pieces[0])
    open_: list[str] = []
    for closes, name, rest, words in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
        piece = _read(words) if "&" in words else words
        if text is None or piece is None or rest[-1:] == "/":
            return None
        if not closes:
            open_.append(name)
            target = _target(rest) if name == "a" else ""
            if target:
                links.append(Link(len(_spaced(text).lstrip(SPACE)), target))
        elif not open_ or open_.pop() != name:
            return None
        text += piece
        end = at + len("<>") + len(closes) + len(name) + len(rest)
        marks.append((at, end))
        at = end + len(words)
    return None if open_ else text


def _spaced(text: str) -> str:
    """Text in which a line end, with the space around it, is one space."""
    return _BROKEN.sub(" ", text) if "\n" in text or "\r" in text or "\t" in text or "\f" in text else text


def _read(piece: str) -> str | None:
    """Text with its entities read; None where one of them stands for space."""
    if "&" not in piece:
        return piece
    if any(_entity(found)[0] in SPACE for found in ENTITY.findall(piece)):
        return None
    return ENTITY.sub(lambda found: _entity(found[0]), piece)


@lru_cache(maxsize=1024)
def _entity(raw: str) -> str:
    return html.unescape(raw)


def _target(rest: str) -> str:
    """Where a link leads."""
    if rest.startswith(_LEADS) and rest.find('"', len(_LEADS)) == len(rest) - 1:
        return html.unescape(rest[len(_LEADS) : -1])
    found = _HREF.match(rest) if rest.count("href") == 1 else None
    return html.unescape(found[1]) if found else attributes(rest).get("href", "")


def _edges(said: str, marks: list[tuple[int, int]]) -> tuple[int, int]:
    """Where text that is marked up begins and ends, without the marks and the space around it."""
    first, last = len(said) - len(said.lstrip(SPACE)), len(said.rstrip(SPACE))
    for start, end in marks:
        if start != first:
            break
        first = end + len(said[end:]) - len(said[end:].lstrip(SPACE))
    for start, end in reversed(marks):
        if end != last:
            break
        last = len(said[:start].rstrip(SPACE))
    return first, last


def runs(words: str, start: int, end: int) -> tuple[Run, ...]:
    """Where the text of a phrase stands, with the markup in it: `start` and `end` are those of the inside."""
    line, at = Line(), start
    for tag in tags(words, start, end, ()):
        if at < tag.start:
            line.text(words[at : tag.start], at)
        line.mark(tag.start, tag.end, -1 if tag.closes else 1)
        at = tag.end
    if at < end:
        line.text(words[at:end], at)
    return line.done()[1]
