"""Tags, text and entities of HTML and XML, with the places where they stand; nothing is expanded or fetched."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import DedupeError, Link, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

LONGEST = 1 << 16  # characters of a tag
BROKEN = 1_000  # tags that do not end

TAG = re.compile(
    r"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<aside>[!?])"
    r"|(?P<slash>/?)(?P<name>[a-zA-Z_][^\s/>\"'=<]*+)(?P<rest>(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)>)"
)
_LOOSE = re.compile(r"<(?P<slash>/?)(?P<name>[a-zA-Z_][^\s/>\"'=<]*)(?P<rest>[^<>]*)>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9._-]{0,31});")
_ODD = re.compile(r"[\t\n\r\f]|  |&")
_GAP = re.compile(r"[ \t\n\r\f&](?:(?<!&)[ \t\n\r\f]+|(?<=&)(?:[^;\s&<]{1,33};)?)")  # no single space
SPACE = " \t\n\r\f"


class Tag(NamedTuple):
    """A tag, or a piece of markup that is no tag (`name` is then empty)."""

    start: int
    end: int
    name: str
    closes: bool
    empty: bool  # closes itself
    rest: str  # its attributes as they stand
    said: tuple[int, int] | None = None  # the characters of a CDATA section


def tags(
    text: str, start: int, end: int, raw: Container[str], whole: Callable[[int, int], int] | None = None
) -> Iterator[Tag]:
    """The markup in a range of a text, in order; `raw` names the elements whose content is no markup.

    `whole` is asked first at each place where a tag may begin; where it takes something it gives the end of that, and
    no tag of it is given. Raises DedupeError where too many tags do not end.
    """
    at, broken = start, 0
    while (at := text.find("<", at, end)) >= 0:
        if whole is not None and (stop := whole(at, end)):
            at = stop
            continue
        limit = at + LONGEST
        found = TAG.match(text, at, min(end, limit))
        if found is None:
            found = _LOOSE.match(text, at, min(end, limit))
            broken += 1
            if broken > BROKEN:
                raise DedupeError(
                    "more than 1,000 tags in it do not end; mend its markup or read it with --format text"
                )
        if found is None:
            at += 1
            continue
        *_, slash, name, rest = found.groups()
        if name is None:
            tag = other(text, at, end, found)
            yield tag
            at = tag.end
            continue
        stop = found.end()
        yield Tag(at, stop, name, slash == "/", rest[-1:] == "/", rest)
        at = stop
        if slash or name.lower() not in raw or rest[-1:] == "/":
            continue
        close = re.compile(f"</{re.escape(name)}(?=[\\s/>])", re.IGNORECASE).search(text, at, end)
        at = close.start() if close else end


def other(text: str, at: int, end: int, found: re.Match[str]) -> Tag:
    """A comment, a CDATA section, a declaration or a processing instruction."""
    mark = "-->" if found["comment"] else "]]>" if found["cdata"] else "?>" if found["aside"] == "?" else ">"
    stop = text.find(mark, found.end(), end)
    if mark == ">" and text.find("[", found.end(), stop) >= 0 and text.startswith("<!DOCTYPE", at):
        subset = re.compile(r"\][ \t\r\n]*>").search(text, found.end(), end)
        stop, mark = (subset.start(), subset[0]) if subset else (stop, mark)
    stop = end if stop < 0 else stop
    close = min(end, stop + len(mark))
    return Tag(at, close, "", closes=False, empty=True, rest="", said=(found.end(), stop) if found["cdata"] else None)


def attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case, values unescaped."""
    return {name.lower(): html.unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(rest)}


class Line:
    """The text of one paragraph, gathered from pieces of markup; white space is one space."""

    def __init__(self) -> None:
        """Nothing stands in it yet."""
        self.said: list[str] = []
        self.size = 0
        self.runs: list[Run] = []
        self.links: list[Link] = []
        self.spaced = True  # a space now would be one too many

    def text(self, piece: str, at: int) -> None:
        """More text, with entities, that stands at a place of the source."""
        if _ODD.search(piece) is None:
            if self.spaced and piece[0] == " ":
                at, piece = at + 1, piece[1:]
            if piece:
                self.add(piece, at, at + len(piece))
            return
        past = 0
        for match in _GAP.finditer(piece):
            start, end = match.span()
            if past < start:
                self._words(piece[past:start], at + past)
            past, said = end, match[0]
            if said[0] == "&":
                self.add(html.unescape(said) if ENTITY.fullmatch(said) else said, at + start, at + end)
            elif not self.spaced:  # a doubled space is a typist's, a line end the file's
                self.add(" " if said.strip(" ") else said, at + start, at + end)
        if past < len(piece):
            self._words(piece[past:], at + past)

    def _words(self, piece: str, at: int) -> None:
        """Words with one space or line end between them."""
        if self.spaced and piece[0] in SPACE:
            at, piece = at + 1, piece[1:]
        if piece:
            for sign in "\n\t\r\f":
                piece = piece.replace(sign, " ")
            self.add(piece, at, at + len(piece))

    def add(self, piece: str, start: int, end: int) -> None:
        """A piece of the text and where it stands."""
        size = len(piece)
        last = self.runs[-1] if self.runs else None
        if last is not None and last[3] == start and size == end - start and last[1] == start - last[2] > 0:
            self.runs[-1] = Run(last[0], last[1] + size, last[2], end)
        else:
            self.runs.append(Run(self.size, size, start, end))
        self.said.append(piece)
        self.size += size
        self.spaced = piece[-1:] in (" ", "\n")

    def mark(self, start: int, end: int, turn: int) -> None:
        """Markup between pieces of the text."""
        self.runs.append(Run(self.size, 0, start, end, turn))

    def done(self) -> tuple[str, tuple[Run, ...]]:
        """The text without the space at its end, and its runs."""
        said = "".join(self.said)
        text = said.rstrip()
        size = len(text)
        if size == len(said):
            return text, tuple(self.runs)
        runs = [run for run in self.runs if run.at < size or (run.at == size and not run.size)]
        last = next((at for at, run in enumerate(runs) if run.at + run.size > size), None)
        if last is not None:
            at, _, start, _, _ = runs[last]
            runs[last] = Run(at, size - at, start, start + size - at)
        return text, tuple(runs)


def paired(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a text without tags at its edges whose other half stands elsewhere; none if others do as well."""
    alone: list[int] = []
    opened: list[int] = []
    for at, run in enumerate(runs):
        if run.turn > 0:
            opened.append(at)
        elif run.turn < 0:
            alone.append(at) if not opened else opened.pop()
    alone += opened
    if not alone:
        return runs
    said = [at for at, run in enumerate(runs) if run.size]
    if any(said[0] < at < said[-1] for at in alone):
        return ()
    first = max((at + 1 for at in alone if at < said[0]), default=0)
    last = min((at for at in alone if at > said[-1]), default=len(runs))
    return runs[first:last]
