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
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<broken>\\)(?=\n)"
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
_CLOSING = re.compile(r"\{[{%][<%-]?\s*(?:/|end)")
_ATTRIBUTE = re.compile(r"\{[:#.][^{}\n]*\}")


class Seen(NamedTuple):
    """A text as a reader sees it, with the characters of the source behind it."""

    text: str
    runs: Sequence[Run]
    links: tuple[Link, ...]
    notes: tuple[str, ...]  # labels of the footnotes it refers to
    torn: str  # markup that opens here and closes elsewhere, or the other way round


def plain(text: str) -> bool:
    """Whether a text is just what a reader sees."""
    return _MARKED.search(text) is None


class Reader:
    """The pieces of one paragraph, in order."""

    def __init__(self, text: str) -> None:
        """Nothing is read yet."""
        self.text = text
        self.runs: list[tuple[int, int, str, int]] = []  # start, end, what is read, turn
        self.links: list[tuple[int, str]] = []  # number of the run, target
        self.notes: list[str] = []
        self.brackets: list[tuple[int, int]] = []  # number of the run, level of emphasis
        self.marks: list[tuple[str, int]] = []  # open emphasis: its characters, number of the run
        self.tags: list[tuple[str, int]] = []
        self.torn = ""
        self.ticks: dict[int, list[int]] | None = None  # where the runs of backticks of each length stand
        self.commented = True  # a comment may still end

    def add(self, start: int, end: int, said: str, turn: int = 0) -> None:
        """One more piece."""
        self.runs.append((start, end, said, turn))

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


def _group(found: re.Match[str]) -> str:
    return "tag" if found["tag"] else "close"


def _escaped(reader: Reader, found: re.Match[str]) -> int:
    reader.add(found.start(), found.end(), found["escaped"])
    return found.end()


def _broken(reader: Reader, found: re.Match[str]) -> int:
    reader.add(found.start(), found.end(), "")
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
    if _CLOSING.match(found["code"]):
        reader.torn = found["code"]
        reader.add(found.start(), found.end(), "")
    else:
        reader.add(found.start(), found.end(), found["code"])
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
    reader.turned(number, 1)
    target = to[1:-1].strip()
    target = (target[1:].partition(">")[0] if target[:1] == "<" else target.split(None, 1)[0] if target else "").strip()
    reader.links.append((number, target if to[0] == "(" else to.lower()))
    reader.add(start, found.end(), "", -1)
    attribute = _ATTRIBUTE.match(reader.text, found.end())
    if attribute:
        reader.add(attribute.start(), attribute.end(), "")
    return attribute.end() if attribute else found.end()


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
    links: tuple[Link, ...] = ()
    if reader.links:
        where = list(accumulate(map(len, said), initial=0))
        links = tuple([Link(where[number], target) for number, target in sorted(reader.links)])
    runs = Runs(partial(_runs, reader.runs, places)) if said else ()
    return Seen("".join(said), runs, links, tuple(reader.notes), reader.torn)


def _runs(pieces: Sequence[tuple[int, int, str, int]], places: Sequence[tuple[int, int]]) -> tuple[Run, ...]:
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
            begin = places[first][0] + start - begins[first]
            runs.append(Run(at, len(words), begin, places[last][0] + end - begins[last], turn))
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
