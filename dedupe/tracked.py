"""Edits of a Word document as tracked changes: all of it stays there, for a person to accept or to reject."""

from __future__ import annotations

import os
import re
import time
from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import count, filterfalse, pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe import package
from dedupe.formats import split
from dedupe.formats.markup import Tag, attributes, tags
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.model import Article, Cut, Paragraph, Source

    Span = tuple[int, int]
    Pieces = Iterable[tuple[str | None, str]]  # what becomes of a piece of a run; None where it makes no difference
    Added = Sequence[tuple[int, str]]  # where a text comes in, and that

AUTHOR = "dedupe"

_ID = re.compile(rb":id\s*=\s*[\"']\s*(\d{1,18})\s*[\"']")
_SPACE = re.compile(r"\s*xml:space\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_STAYS, _GOES, _COMES = "", "del", "ins"
_DELETED = {"t": "delText", "instrText": "delInstrText"}
_KEPT = {new: old for old, new in _DELETED.items()}
_SEEN = frozenset({"tab", "br", "cr", "noBreakHyphen", "ptab", "sym"})
_WEIGHTLESS = frozenset({"", "softHyphen", "lastRenderedPageBreak"})


class _Pen(NamedTuple):
    """What a change is marked with."""

    when: str
    ids: Iterator[int]
    w: str = ""  # the prefix of the markup, with its colon

    def mark(self) -> str:
        """The attributes of one more change."""
        return f'{self.w}id="{next(self.ids)}" {self.w}author="{AUTHOR}" {self.w}date="{self.when}"'

    def marked(self, fate: str, body: str) -> str:
        """A run that is deleted, or inserted, or stays."""
        return f"<{self.w}{fate} {self.mark()}>{body}</{self.w}{fate}>" if fate else body


def moment() -> str:
    """The time that the deletions of a run are marked with: now, or the SOURCE_DATE_EPOCH of a run to be repeated."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(said) if said else None))
    except (ValueError, OverflowError, OSError) as error:
        raise DedupeError(
            f"SOURCE_DATE_EPOCH is {said}: no time in seconds since 1970; set it to one, or not"
        ) from error


def deletions(
    source: Source, cuts: Sequence[Cut], before: Iterable[Article], after: Iterable[Article], when: str
) -> tuple[Source, tuple[Article, ...]]:
    """The story with its cuts as tracked deletions, and how it reads: proven. Raises DedupeError."""
    return changes(source, [(cut.start, cut.end) for cut in cuts], (), (before, after), when)


def changes(
    source: Source,
    gone: Sequence[Span],
    added: Added,
    articles: tuple[Iterable[Article], Iterable[Article]],
    when: str,
) -> tuple[Source, tuple[Article, ...]]:
    """The story with some spans of bytes deleted and some texts inserted behind bytes, and how it reads: proven.

    `articles` are those that stand there, and those of the story with the changes made: so it must read with all of
    them rejected, and so with all of them accepted. Raises DedupeError.
    """
    taken = _taken(source)
    old = list(articles[0])
    every = [it for article in old for it in article.paragraphs]
    said = _marked(source, (sorted(gone), sorted(added)), every, _Pen(when, _free(taken)))
    story = _story(source, said)
    shown = split(story, "docx")
    undone = split(
        _story(source, source.data[: source.bom] + rejected(story.text, taken).encode(source.encoding)), "docx"
    )
    if _read(shown) != _read(articles[1]) or _read(undone) != _read(old) or _bounds(undone) != _bounds(old):
        raise _refusal(source.path, "its markup cannot carry them")
    return story, shown


def _story(source: Source, data: bytes) -> Source:
    return replace(source, data=data, text=data[source.bom :].decode(source.encoding))


def _read(articles: Iterable[Article]) -> list[tuple[object, ...]]:
    return [(it.role, it.text, it.links) for article in articles for it in article.paragraphs]


def _bounds(articles: Iterable[Article]) -> list[str]:
    return [it.bound for article in articles for it in article.paragraphs]


def _taken(source: Source) -> frozenset[int]:
    """The numbers that something in the document is known by, in its story or beside it."""
    parts = [source.text.encode("utf-8"), *package.beside(source.package)]
    return frozenset(int(found) for part in parts for found in _ID.findall(part))


def _free(taken: frozenset[int]) -> Iterator[int]:
    return filterfalse(taken.__contains__, count(1))


def _marked(source: Source, edits: tuple[Sequence[Span], Added], paragraphs: Iterable[Paragraph], pen: _Pen) -> bytes:
    """The bytes of the story; other than before only in the paragraphs that an edit touches."""
    parts, done = [], 0
    for paragraph in paragraphs:
        first, last = paragraph.outer or (paragraph.start, paragraph.end)
        gone = [(max(first, start), min(last, end)) for start, end in _meeting(edits[0], first, last)]
        come = [one for one in edits[1] if first <= one[0] < last]
        if not (gone or come):
            continue
        text = source.data[first:last].decode(source.encoding)
        known = _characters(source, first, [*(at for span in gone for at in span), *(at for at, _ in come)])
        spans = [(known[start], known[end]) for start, end in gone]
        new = _written(source.path, text, (spans, [(known[at], said) for at, said in come]), pen)
        parts += [source.data[done:first], new.encode(source.encoding)]
        done = last
    return b"".join([*parts, source.data[done:]])


def _characters(source: Source, first: int, places: Iterable[int]) -> dict[int, int]:
    """Of places in bytes, those in characters that are counted from a byte on."""
    known, at = {first: 0}, 0
    for before, here in pairwise(sorted({first, *places})):
        at += len(source.data[before:here].decode(source.encoding))
        known[here] = at
    return known


def _written(path: str, text: str, edits: tuple[Sequence[Span], Added], pen: _Pen) -> str:
    """A paragraph with some spans of its markup deleted, its mark too, where that is all of it, and texts inserted."""
    gone, added = edits
    found = list(tags(text, 0, len(text), ()))
    w = found[0].name.removesuffix("p")
    if not w.endswith(":"):
        raise _refusal(path, "its markup has no prefix")
    pen = pen._replace(w=w)
    if not gone or gone[0] != (0, len(text)):
        return _rewritten(text, (0, 0, ""), found, (_with_fields(found, gone, w), added), pen)
    parts, at = [], 0
    for some in _children([found[0], *found, found[-1]]):  # the paragraph, and an empty one that goes with it
        end = some[-1].end
        parts.append(_rewritten(text[:end], _unended(some, pen), some, (gone, ()), pen, at))
        at = end
    return "".join([*parts, text[at:]])


def _rewritten(
    text: str,
    head: tuple[int, int, str],
    found: Sequence[Tag],
    edits: tuple[Sequence[Span], Added],
    pen: _Pen,
    at: int = 0,
) -> str:
    """The markup of a paragraph from a place on, with other markup at its head and its runs edited."""
    start, stop, mark = head
    parts = [text[at:start], mark] if mark else []
    at = stop if mark else at
    for run in _runs(found, pen.w):
        parts += [text[at : run[0].start], _run(text, run, edits, pen)]
        at = run[-1].end
    return "".join([*parts, text[at:]])


def _unended(found: Sequence[Tag], pen: _Pen) -> tuple[int, int, str]:
    """Where the mark at the end of a paragraph is deleted: the characters, and the markup that stands there then."""
    w, mark = pen.w, f"<{pen.w}del {pen.mark()}/>"
    marked = f"<{w}rPr>{mark}</{w}rPr>"
    if found[0].empty:
        rest = found[0].rest.removesuffix("/")
        return found[0].start, found[0].end, f"<{w}p{rest}><{w}pPr>{marked}</{w}pPr></{w}p>"
    head = next((at for at, tag in enumerate(found) if at and tag.name), 0)
    if found[head].name != f"{w}pPr":
        return found[0].end, found[0].end, f"<{w}pPr>{marked}</{w}pPr>"
    if found[head].empty:
        return found[head].start, found[head].end, f"<{w}pPr>{marked}</{w}pPr>"
    depth = 0
    for tag in found[head + 1 :]:
        if not depth and tag.name == f"{w}rPr":
            return (tag.start, tag.end, marked) if tag.empty else (tag.end, tag.end, mark)
        if not depth and tag.closes:  # what the schema puts behind it is for a person, and never cut
            return tag.start, tag.start, marked
        depth += _step(tag)
    return found[0].end, found[0].end, ""


def _step(tag: Tag) -> int:
    return 0 if tag.empty else -1 if tag.closes else 1


def _with_fields(found: Sequence[Tag], gone: Sequence[Span], w: str) -> list[Span]:
    """Spans that go, with all of a field where all goes that it shows."""
    gone = _united(gone)
    stays: list[Span] = []
    goes: list[Span] = []
    for start, end in _shown(found, w):
        whole = any(first <= start and end <= last for first, last in _meeting(gone, start, end))
        (goes if whole else stays).append((start, end))
    fields: list[Span] = []
    begun: list[int] = []
    for tag in found:
        if tag.name != f"{w}fldChar" or tag.closes:
            continue
        if "begin" in tag.rest:
            begun.append(tag.start)
        elif "end" in tag.rest and begun:
            field = begun.pop(), tag.end
            fields += [field] if _meeting(goes, *field) and not _meeting(stays, *field) else []
    return _united([*gone, *fields])


def _shown(found: Sequence[Tag], w: str) -> Iterator[Span]:
    """Where something stands that a reader sees."""
    for tag, after in pairwise(found):
        name = tag.name.removeprefix(w)
        if name == "t" and _step(tag) > 0 and tag.end < after.start:
            yield tag.end, after.start
        elif name in _SEEN and not tag.closes:
            yield tag.start, tag.end


def _united(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _meeting(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Those of some sorted, disjoint spans that have something in common with another."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, end, first, key=lambda span: span[0])]


def _runs(found: Iterable[Tag], w: str) -> Iterator[list[Tag]]:
    """The tags of each run; one that someone has deleted already is left alone."""
    run: list[Tag] = []
    depth = gone = 0
    for tag in found:
        if tag.name == f"{w}r":
            depth += _step(tag)
        elif not depth and tag.name in (f"{w}del", f"{w}moveFrom"):
            gone += _step(tag)
        if depth or run:
            run.append(tag)
        if run and not depth:
            if not gone:
                yield run
            run = []


def _run(text: str, run: Sequence[Tag], edits: tuple[Sequence[Span], Added], pen: _Pen) -> str:
    """A run with some of it deleted and something inserted: pieces of it, each with its properties."""
    head, close = text[run[0].start : run[0].end], text[run[-1].start : run[-1].end]
    at = run[0].end
    pieces: list[tuple[str | None, str]] = []
    for child in _children(run):
        if child[0].name == f"{pen.w}rPr" and not pieces:
            head += text[at : child[-1].end]
        else:
            pieces += _child(text, child, at, edits, pen.w)
        at = child[-1].end
    pieces.append((None, text[at : run[-1].start]))
    return "".join(pen.marked(fate, f"{head}{said}{close}") for fate, said in _grouped(pieces))


def _children(run: Sequence[Tag]) -> Iterator[Sequence[Tag]]:
    """The tags of each of the elements of a run."""
    depth, first = 0, 1
    for at in range(1, len(run) - 1):
        depth += _step(run[at])
        if not depth:
            yield run[first : at + 1]
            first = at + 1


def _child(text: str, child: Sequence[Tag], at: int, edits: tuple[Sequence[Span], Added], w: str) -> Pieces:
    """An element of a run, with what stands before it from a place on: kept, deleted, or its text in pieces."""
    start, end = child[0].start, child[-1].end
    if child[0].name == f"{w}t" and len(child) > 1:
        pieces = list(_shares(text, (child[0].end, child[-1].start), edits))
        if len(pieces) > 1:
            rest = _SPACE.sub("", child[0].rest) + ' xml:space="preserve"'
            yield None, text[at:start]
            for fate, said in pieces:
                name = f"{w}delText" if fate == _GOES else f"{w}t"
                yield fate, f"<{name}{rest}>{said}</{name}>"
            return
    if _meeting(edits[0], start, end):
        yield _GOES, _as_deleted(text, child, at, w)
    else:
        yield None if child[0].name.removeprefix(w) in _WEIGHTLESS else _STAYS, text[at:end]


def _shares(text: str, span: Span, edits: tuple[Sequence[Span], Added]) -> Iterator[tuple[str, str]]:
    """The pieces of a span: those that stay, those that go, and what comes in."""
    start, end = span
    added = {place: said for place, said in edits[1] if start <= place <= end}
    gone = [(max(start, first), min(end, last)) for first, last in _meeting(edits[0], start, end)]
    at = start
    for here in sorted({end, *added, *(place for cut in gone for place in cut)}):
        if at < here:
            yield _GOES if any(first <= at < last for first, last in gone) else _STAYS, text[at:here]
        if here in added:
            yield _COMES, added[here]
        at = here


def _as_deleted(text: str, child: Sequence[Tag], at: int, w: str) -> str:
    """An element of a run, named as what is deleted is."""
    parts = []
    for tag, after in zip(child, [*child[1:], child[-1]], strict=True):
        name = _DELETED.get(tag.name.removeprefix(w))
        if name is None:
            continue
        said, rest = text[tag.end : after.start], tag.rest
        if name == "delText" and _step(tag) > 0 and "xml:space" not in rest and said == said.strip():
            rest += ' xml:space="preserve"'  # never where it would show space that has not been shown so far
        parts += [text[at : tag.start], f"<{'/' * tag.closes}{w}{name}{rest}>"]
        at = tag.end
    return "".join([*parts, text[at : child[-1].end]])


def _grouped(pieces: Pieces) -> Iterator[tuple[str, str]]:
    """Neighbouring pieces with one fate, together."""
    known: str | None = None
    group: list[str] = []
    for fate, said in pieces:
        if known is not None and fate is not None and fate != known:
            yield known, "".join(group)
            group = []
        known = known if fate is None else fate
        group.append(said)
    yield known or _STAYS, "".join(group)


def rejected(text: str, taken: frozenset[int]) -> str:
    """A story with the changes rejected that this program made, under numbers that nothing else had."""
    parts, at, inside = [], 0, ""
    for tag in tags(text, 0, len(text), ()):
        w, _, name = tag.name.rpartition(":")
        ours = name == _GOES or (name == _COMES and not tag.empty)
        if ours and (tag.name == inside if tag.closes else _ours(tag, w, taken)):
            inside = inside if tag.empty else "" if tag.closes else tag.name
            parts += [] if tag.closes and name == _COMES else [text[at : tag.start]]
        elif inside.endswith(_GOES) and name in _KEPT:
            parts += [text[at : tag.start], f"<{'/' * tag.closes}{w}:{_KEPT[name]}{tag.rest}>"]
        else:
            continue
        at = tag.end
    return "".join([*parts, text[at:]])


def _ours(tag: Tag, w: str, taken: frozenset[int]) -> bool:
    number = attributes(tag.rest).get(f"{w}:id", "")
    return number.isdecimal() and int(number) not in taken


def _refusal(path: str, why: str) -> DedupeError:
    advice = "clean it without --tracked, or cut by hand what `dedupe check` shows"
    return DedupeError(f"{path}: no tracked deletions made: {why}; {advice}", path=path)
