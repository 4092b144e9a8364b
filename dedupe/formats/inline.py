"""What a reader sees of Markdown within a paragraph, and where each piece of it stands."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.laid import Runs
from dedupe.formats.tags import UNPAIRED
from dedupe.model import Link, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKED = re.compile(r"[\\`*_~\[\]<&{]|!\[")
_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<broken>\\\n)"
    r"|(?P<ticks>`+)"
    r"|<(?P<auto>[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>"
    r"|(?P<comment><!--)"
    r"|<(?P<slash>/?)(?P<tag>[a-zA-Z][\w:.-]*)(?P<rest>(?:[^<>\"'{}]|\"[^\"<>]*\"|'[^'<>]*'|\{[^{}<>]*\})*)>"
    r"|&(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
    r"|(?P<code>\{\{[^{}]*\}\}|\{%[^{}%]*%\})"
    r"|(?P<note>\[\^[^\]\s]{1,80}\])"
    r"|(?P<image>!\[)|(?P<open>\[)"
    r"|\](?P<to>\((?:[^()\s\\]|\\.|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)|\(<[^<>\n]*>[^()]*\)"
    r"|\[[^\[\]]{0,200}\])?"
    r"|(?P<emphasis>\*+|_+|~~)"
)
_CODE = r"\{[{%][<%-]?-?[ \t\n]*"
_NAME = re.compile(_CODE + r"(?P<slash>/[ \t]*)?(?P<end>end(?=\w))?(?P<name>[\w.-]+)")
_CLOSED = re.compile(_CODE + r"(?:/[ \t]*|end)([\w.-]+)")
_SOURCE = re.compile(r"\ssrc\s*=\s*[\"']?([^\"'\s>]+)")
_LINK = re.compile(r"\[([^\[\]\\`*_~<>&{!^][^\[\]\\`*_~<>&{]*+)\]\(([^()\s\\<>]+)\)(?!\{)")
_ATTRIBUTE = re.compile(r"\{[:#.][^{}\n]*\}")


Piece = tuple[int, int, str, int]  # start, end, what is read, turn


class Seen(NamedTuple):
    """A text as a reader sees it, with the characters of the source behind it."""

    text: str
    runs: Sequence[Run]
    links: tuple[Link, ...]
    notes: tuple[str, ...]  # labels of the footnotes it refers to
    torn: str  # markup that opens here and closes elsewhere, or the other way round
    pictured: bool = False  # there is nothing but pictures, and the text is what is said of them


def plain(text: str) -> bool:
    """Whether a text is just what a reader sees."""
    return _MARKED.search(text) is None


class Reader:
    """The pieces of one paragraph, in order."""

    def __init__(self, text: str) -> None:
        """Nothing is read yet."""
        self.text = text
        self.runs: list[Piece] = []
        self.links: list[tuple[int, str]] = []  # number of the run, target
        self.notes: list[str] = []
        self.brackets: list[tuple[int, int]] = []  # number of the run, level of emphasis
        self.pictures: list[tuple[int, list[Piece]]] = []  # number of the run, what is said of the picture
        self.marks: list[tuple[str, int]] = []  # open emphasis: its characters, number of the run
        self.tags: list[tuple[str, int]] = []
        self.codes: list[tuple[str, int]] = []  # open tags of templates, number of the run
        self.closed: frozenset[str] | None = None  # those that are closed somewhere in it
        self.torn = ""
        self.ticks: dict[int, list[int]] | None = None  # where the runs of backticks of each length stand
        self.commented = True  # a comment may still end

    def add(self, start: int, end: int, said: str, turn: int = 0) -> None:
        """One more piece."""
        self.runs.append((start, end, said, turn))

    def drop(self, number: int, end: int) -> list[Piece]:
        """Make one piece of markup of all from a piece on, up to a place; what it was."""
        gone = self.runs[number:]
        self.runs[number:] = [(gone[0][0], end, "", 0)]
        for some in (self.links, self.pictures):
            while some and some[-1][0] >= number:
                some.pop()
        return gone

    def turned(self, number: int, turn: int) -> None:
        """A piece that stood as text turns out to be markup."""
        start, end, _, _ = self.runs[number]
        self.runs[number] = (start, end, "", turn)


def seen(text: str, places: Sequence[tuple[int, int]]) -> Seen:
    """Read a paragraph: `places` are the characters of the source of its lines; `text` joins these with line feeds."""
    reader = Reader(text)
    at = low = 0
    while marked := _MARKED.search(text, low):
        start = marked.start()
        link = _LINK.match(text, start) if marked[0] == "[" else None
        if link is not None:
            if start > at:
                reader.add(at, start, text[at:start])
            at = low = _linked(reader, link)
            continue
        found = _TOKEN.match(text, start)
        if found is None:
            low = start + 1
            continue
        if start > at:
            reader.add(at, start, text[at:start])
        at = low = _READ[found.lastgroup if found.lastgroup in _READ else _group(found)](reader, found)
    if at < len(text):
        reader.add(at, len(text), text[at:])
    if reader.tags:
        reader.torn = f"<{reader.tags[0][0]}>"
    return placed(reader, places)


def _linked(reader: Reader, link: re.Match[str]) -> int:
    """A link with nothing but words in it."""
    (start, end), (first, last) = link.span(), link.span(1)
    reader.links.append((len(reader.runs), link[2]))
    reader.runs += [(start, first, "", 1), (first, last, link[1], 0), (last, end, "", -1)]
    return end


def _group(found: re.Match[str]) -> str:
    return "tag" if found["tag"] else "close"


def _escaped(reader: Reader, found: re.Match[str]) -> int:
    reader.add(found.start(), found.end(), found["escaped"])
    return found.end()


def _broken(reader: Reader, found: re.Match[str]) -> int:
    reader.add(found.start(), found.end(), "\n")
    return found.end()


def _ticks(reader: Reader, found: re.Match[str]) -> int:
    if reader.ticks is None:
        reader.ticks = {}
        for run in re.finditer("`+", reader.text):
            reader.ticks.setdefault(len(run[0]), []).append(run.start())
    start, end = found.span()
    ahead = reader.ticks.get(end - start, [])
    number = bisect_right(ahead, start)
    if number == len(ahead):
        reader.add(start, end, found[0])
        return end
    close = ahead[number]
    reader.add(start, end, "", 1)
    reader.add(end, close, reader.text[end:close])
    reader.add(close, close + end - start, "", -1)
    return close + end - start


def _auto(reader: Reader, found: re.Match[str]) -> int:
    reader.links.append((len(reader.runs), found["auto"]))
    reader.add(found.start(), found.start() + 1, "", 1)
    reader.add(found.start() + 1, found.end() - 1, found["auto"])
    reader.add(found.end() - 1, found.end(), "", -1)
    return found.end()


def _comment(reader: Reader, found: re.Match[str]) -> int:
    end = reader.text.find("-->", found.end()) if reader.commented else -1
    if end < 0:
        reader.commented = False
        reader.add(*found.span(), found[0])
        return found.end()
    reader.add(found.start(), end + 3, "")
    return end + 3


def _tag(reader: Reader, found: re.Match[str]) -> int:
    name = found["tag"].lower()
    if name in UNPAIRED or found["rest"].endswith("/"):
        source = _SOURCE.search(found["rest"]) if name == "img" else None
        if source:
            reader.links.append((len(reader.runs), source[1]))
        reader.add(found.start(), found.end(), " " if name == "br" else "")
    elif not found["slash"]:
        reader.tags.append((name, len(reader.runs)))
        link = re.search(r"href\s*=\s*[\"']([^\"']*)", found["rest"]) if name == "a" else None
        if link:
            reader.links.append((len(reader.runs), link[1]))
        reader.add(found.start(), found.end(), "", 1)
    else:
        if reader.tags and reader.tags[-1][0] == name:
            reader.tags.pop()
        else:
            reader.torn = f"</{name}>"
        reader.add(found.start(), found.end(), "", -1)
    return found.end()


def _entity(reader: Reader, found: re.Match[str]) -> int:
    reader.add(found.start(), found.end(), html.unescape(found[0]))
    return found.end()


def _code(reader: Reader, found: re.Match[str]) -> int:
    """A tag of a template, or a value; what opens and closes in a paragraph is markup in it."""
    raw = found["code"]
    name = _NAME.match(raw)
    if name and (name["slash"] or name["end"]):
        some = reader.codes
        if some and some[-1][0] == name["name"]:
            reader.turned(some.pop()[1], 1)
        else:
            reader.torn = raw
        reader.add(found.start(), found.end(), "", -1 if reader.torn != raw else 0)
        return found.end()
    if reader.closed is None:
        reader.closed = frozenset(_CLOSED.findall(reader.text))
    if name and name["name"] in reader.closed:
        reader.codes.append((name["name"], len(reader.runs)))
    reader.add(found.start(), found.end(), raw)
    return found.end()


def _note(reader: Reader, found: re.Match[str]) -> int:
    reader.notes.append(found["note"][2:-1])
    reader.add(found.start(), found.end(), "")
    return found.end()


def _open(reader: Reader, found: re.Match[str]) -> int:
    reader.brackets.append((len(reader.runs), len(reader.marks)))
    reader.add(found.start(), found.end(), found[0])
    return found.end()


def _close(reader: Reader, found: re.Match[str]) -> int:
    start, to = found.start(), found["to"] or ""
    if not reader.brackets:
        reader.add(start, start + 1, "]")
        return start + 1
    number, level = reader.brackets.pop()
    if not to:
        reader.add(start, start + 1, "]")
        return start + 1
    del reader.marks[level:]
    target = to[1:-1].strip()
    target = (target[1:].partition(">")[0] if target[:1] == "<" else target.split(None, 1)[0] if target else "").strip()
    attribute = _ATTRIBUTE.match(reader.text, found.end())
    end = attribute.end() if attribute else found.end()
    if reader.runs[number][2] == "![":
        reader.pictures.append((number, reader.drop(number, end)))
    else:
        reader.turned(number, 1)
        reader.add(start, end, "", -1)
    reader.links.append((number, target if to[0] == "(" else to.lower()))
    return end


def _emphasis(reader: Reader, found: re.Match[str]) -> int:
    text, mark = reader.text, found["emphasis"]
    start, end = found.span()
    before, behind = text[start - 1 : start] or " ", text[end : end + 1] or " "
    opens, closes = not behind.isspace(), not before.isspace()
    if mark[0] == "_" and opens and closes:
        opens, closes = not before.isalnum(), not behind.isalnum()
    if closes:
        for level in range(len(reader.marks) - 1, max(-1, len(reader.marks) - 9), -1):
            if reader.marks[level][0] == mark:
                reader.turned(reader.marks[level][1], 1)
                del reader.marks[level:]
                reader.add(start, end, "", -1)
                return end
    if opens:
        reader.marks.append((mark, len(reader.runs)))
    reader.add(start, end, mark)
    return end


_READ = {
    "escaped": _escaped,
    "broken": _broken,
    "ticks": _ticks,
    "auto": _auto,
    "comment": _comment,
    "tag": _tag,
    "entity": _entity,
    "code": _code,
    "note": _note,
    "image": _open,
    "open": _open,
    "close": _close,
    "emphasis": _emphasis,
}


def placed(reader: Reader, places: Sequence[tuple[int, int]]) -> Seen:
    """The pieces as a text; where they stand is found when it is asked for."""
    said = [words for _, _, words, _ in reader.runs]
    pictured = bool(reader.pictures) and not any(map(str.strip, said))
    if pictured:
        _tell(reader)
        said = [words for _, _, words, _ in reader.runs]
    links: tuple[Link, ...] = ()
    if reader.links:
        where = list(accumulate(map(len, said), initial=0))
        links = tuple([Link(where[number], target) for number, target in sorted(reader.links)])
    runs = Runs(partial(_runs, reader.runs, places)) if said else ()
    return Seen("".join(said), runs, links, tuple(reader.notes), reader.torn, pictured)


def _tell(reader: Reader) -> None:
    """Let the pictures say what is said of them."""
    told = dict(reader.pictures)
    moved: list[int] = []
    runs: list[Piece] = []
    for number, piece in enumerate(reader.runs):
        moved.append(len(runs))
        if number in told:
            opens, *said = told[number]
            runs += [(opens[0], opens[1], "", 1), *said, (said[-1][1] if said else opens[1], piece[1], "", -1)]
        else:
            runs.append(piece)
    reader.links = [(moved[number], target) for number, target in reader.links]
    reader.runs = runs


def _runs(pieces: Sequence[Piece], places: Sequence[tuple[int, int]]) -> tuple[Run, ...]:
    """The runs of some pieces, literal ones broken where the source has more than a line feed between two lines."""
    begins = list(accumulate((end - start + 1 for start, end in places), initial=0))
    runs: list[Run] = []
    at = 0
    for start, end, words, turn in pieces:
        if words and len(words) == end - start:
            _literal(runs, at, start, end, places, begins)
        else:
            first = bisect_right(begins, start) - 1
            last = bisect_right(begins, end - 1) - 1
            begin, stop = places[first][0] + start - begins[first], places[last][0] + end - begins[last]
            if words == "\n":  # with what breaks the line, up to the next one
                stop = places[first + 1][0]
            runs.append(Run(at, len(words), begin, stop, turn))
        at += len(words)
    return tuple(runs)


def _literal(
    runs: list[Run], at: int, start: int, end: int, places: Sequence[tuple[int, int]], begins: Sequence[int]
) -> None:
    """Add the runs of a piece that reads as it stands, one a line."""
    line = bisect_right(begins, start) - 1
    while start < end:
        (first, last), begin = places[line], begins[line]
        stop = min(end, begin + last - first)
        if start < stop:
            _add(runs, Run(at, stop - start, first + start - begin, first + stop - begin))
            at += stop - start
            start = stop
        if start < end:  # the line feed, and what stands before the next line
            _add(runs, Run(at, 1, last, places[line + 1][0]))
            at, start, line = at + 1, start + 1, line + 1


def _add(runs: list[Run], run: Run) -> None:
    """Add a run to the one before it where both are literal and stand together."""
    last = runs[-1] if runs else None
    literal = run.size == run.end - run.start
    if literal and last and not last.turn and last.end == run.start and last.size == last.end - last.start > 0:
        runs[-1] = Run(last.at, last.size + run.size, last.start, run.end)
    else:
        runs.append(run)
