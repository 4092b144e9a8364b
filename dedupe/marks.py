"""What a comment in a story says of its repeats: that they are meant, and why."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, get_args

from dedupe.model import Accepted, Code, Mark, Role, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Article, Finding, Paragraph, Place, Source

SIZE = 400  # characters that a comment may have


def _comment(name: str, opens: str, closes: str) -> str:
    return rf"{opens}\s*dedupe:(?P<{name}>(?:(?!{closes}).){{0,{SIZE}}}){closes}"


_MARKUP = _comment("a", "<!--", "-->")
_PAGES = "|".join(
    [
        _MARKUP,
        _comment("b", r"\{/\*", r"\*/\}"),
        _comment("c", r"\{#-?", r"-?#\}"),
        _comment("d", r"\{\{-?\s?/\*", r"\*/\s?-?\}\}"),
        _comment("e", r"\{%-?\s?comment\s?-?%\}", r"\{%-?\s?endcomment\s?-?%\}"),
    ]
)
_LINES = re.DOTALL | re.MULTILINE | re.IGNORECASE
_COMMENTS = {
    "markdown": re.compile(_PAGES, _LINES),
    "html": re.compile(_PAGES, _LINES),
    "xml": re.compile(_MARKUP, _LINES),
    "rst": re.compile(rf"^[ \t]*\.\.[ \t]+dedupe:(?P<a>[^\r\n]{{0,{SIZE}}})(?=\r?$)", _LINES),
    "asciidoc": re.compile(rf"^//[ \t]*dedupe:(?P<a>[^\r\n]{{0,{SIZE}}})(?=\r?$)", _LINES),
}
_SAYS = re.compile(
    r"""\s*(?P<what>[a-z-]+)(?P<codes>(?:[\s,]+[a-z]+)*)\s*(?:["'\u201c\u2018](?P<reason>.*)["'\u201d\u2019])?\s*""",
    re.DOTALL | re.IGNORECASE,
)
_MARKED = re.compile("dedupe:", re.IGNORECASE)
_DEEP = 4  # columns of indent that make code
_KINDS = ("keep", "keep-file", "off", "on")


class _Said(NamedTuple):
    """A comment: where it stands, in bytes, and what it says."""

    start: int
    end: int
    line: int
    what: str
    codes: frozenset[str]
    reason: str
    fault: str


def marks(item: Source, articles: Sequence[Article], *, reasons: bool = False) -> list[tuple[Mark, ...]]:
    """What the comments of a file say of each of its stories, which are all of them and in order.

    With `reasons` a comment that gives none counts for nothing.
    """
    pattern = _COMMENTS.get(articles[0].format) if articles else None
    if pattern is None or not _MARKED.search(item.text):
        return [() for _ in articles]
    owners = sorted(
        ((paragraph, at) for at, article in enumerate(articles) for paragraph in article.paragraphs),
        key=lambda owned: owned[0].start,
    )
    paragraphs = [paragraph for paragraph, _ in owners]
    alone: list[list[Mark]] = [[] for _ in articles]
    shared: list[Mark] = []
    opened: _Said | None = None
    for said in _comments(item, articles[0].format, paragraphs, pattern, reasons=reasons):
        if opened is not None and said.what in ("off", "on"):
            shared.append(_over(opened, opened.end, said.start))
            opened = None
        if said.what == "off" and not said.fault:
            opened = said
        elif said.what == "keep" and not said.fault:
            at = _meant(paragraphs, said)
            if at is None:
                shared.append(_over(said, said.start, said.start))
            else:
                alone[owners[at][1]].append(_over(said, paragraphs[at].start, paragraphs[at].end))
        elif said.what != "on" or said.fault:
            shared.append(_over(said, 0, 0 if said.fault else len(item.data)))
    if opened is not None:
        shared.append(_over(opened, opened.end, len(item.data)))
    return [(*own, *shared) for own in alone]


def _over(said: _Said, start: int, end: int) -> Mark:
    return Mark(said.line, said.what, start, end, said.codes, said.reason, said.fault)


def _comments(
    item: Source, kind: str, paragraphs: Sequence[Paragraph], pattern: re.Pattern[str], *, reasons: bool
) -> Iterator[_Said]:
    """The comments that are ones: those that a reader sees, as code or as an example, are text."""
    done, start = 0, item.bom
    line = 1
    for found in pattern.finditer(item.text):
        first = found.start() + len(found[0]) - len(found[0].lstrip())
        piece = item.text[done:first]
        start += len(piece.encode(item.encoding))
        line += piece.count("\n") + piece.count("\r") - piece.count("\r\n")
        done = first
        end = start + len(found[0].lstrip().encode(item.encoding))
        at = bisect_right(paragraphs, start, key=lambda paragraph: paragraph.end)
        paragraph = paragraphs[at] if at < len(paragraphs) else None
        if paragraph is None or start < paragraph.start or paragraph.end < end:
            shown = False
        elif paragraph.role is Role.CODE:
            shown = _example(item, kind, paragraphs[at - 1] if at else None, paragraph, start)
        else:
            unseen = found.lastgroup == "b" and item.path.lower().endswith(".mdx")
            shown = _told(item, paragraph, start, unseen=unseen)
        if not shown:
            said = _SAYS.fullmatch(found[found.lastgroup or 0])
            yield _read(said, start, end, line, reasons=reasons)


def _told(item: Source, paragraph: Paragraph, start: int, *, unseen: bool) -> bool:
    """Whether a comment in a paragraph is part of what a reader sees; what MDX hides is, between backticks."""
    if unseen:
        return item.data[paragraph.start : start].count(b"`") % 2 == 1
    return _MARKED.search(paragraph.text) is not None


def _example(item: Source, kind: str, above: Paragraph | None, paragraph: Paragraph, start: int) -> bool:
    """Whether a comment in what is no text is shown there as code: not where it is a comment of a list or a quote."""
    first = (paragraph.outer or (paragraph.start,))[0]
    if start == first:
        return False
    if start != paragraph.start:
        return True
    if kind == "rst":
        return above is not None and above.role is not Role.CODE and item.data[: above.end].endswith(b"::")
    if kind != "markdown":
        return True
    gap = item.data[first:start].decode(item.encoding, "replace").expandtabs(_DEEP)
    if gap.strip():  # behind the mark of a row or a quote
        return len(gap) - len(gap.rstrip()) > _DEEP
    return len(gap) - (above.start - above.outer[0] if above and above.outer else 0) >= _DEEP


def _read(said: re.Match[str] | None, start: int, end: int, line: int, *, reasons: bool) -> _Said:
    what = said["what"].lower() if said else ""
    codes = frozenset(re.findall("[a-z]+", said["codes"].lower())) if said else frozenset()
    reason = " ".join((said["reason"] or "").split()) if said else ""
    unknown = sorted(codes - set(get_args(Code)))
    fault = ""
    if what not in _KINDS:
        fault = (
            f'is not understood; write keep, keep-file, off or on, then codes, then a "reason"{nearest(what, _KINDS)}'
        )
    elif unknown:
        fault = f"names the code {unknown[0]}, which is none{nearest(unknown[0], get_args(Code))}"
    elif reasons and not reason and what != "on":
        fault = 'gives no reason, which the settings ask for; write one as in dedupe: keep "the refrain"'
    return _Said(start, end, line, what, codes, reason, fault)


def _meant(paragraphs: Sequence[Paragraph], said: _Said) -> int | None:
    """The number of the paragraph that a comment stands in, or else of the next one."""
    at = bisect_right(paragraphs, said.start, key=lambda paragraph: (paragraph.outer or (0, paragraph.end))[1])
    return next((it for it in range(at, len(paragraphs)) if paragraphs[it].role is not Role.CODE), None)


class _Reach(NamedTuple):
    """Comments of one kind, by where what they speak of begins; their spans do not overlap."""

    marks: list[Mark]

    def over(self, place: Place) -> Iterator[Mark]:
        at = bisect_right(self.marks, place.start, key=lambda mark: mark.end)
        while at < len(self.marks) and self.marks[at].start < place.end:
            yield self.marks[at]
            at += 1


def _reaches(said: Sequence[Mark]) -> list[_Reach]:
    kinds: dict[tuple[str, frozenset[str]], dict[int, Mark]] = {}
    for mark in said:
        if not mark.fault:
            kinds.setdefault((mark.kind, mark.codes), {}).setdefault(mark.start, mark)
    return [_Reach([marks[start] for start in sorted(marks)]) for marks in kinds.values()]


def held(findings: Sequence[Finding], said: Sequence[Mark]) -> tuple[tuple[Finding, ...], tuple[Accepted, ...]]:
    """The findings that are left, and those that a comment accepts.

    A copy that is meant does not count: of three copies of which one is meant, two are left, and one finding.
    """
    live: list[Finding] = []
    accepted: list[Accepted] = []
    reaches = _reaches(said)
    if not reaches:
        return tuple(findings), ()
    groups: dict[int, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.group, []).append(finding)
    for group in groups.values():
        spare = _meaning(reaches, group[0], group[0].kept)
        free = bool(spare)
        for finding in group:
            own = _meaning(reaches, finding, finding.dropped)
            if own or free:
                free = free and bool(own)
                both = (*own, *spare)
                accepted.append(Accepted(finding, "inSource", both[0].reason, tuple(mark.line for mark in both)))
            else:
                live.append(finding)
    return tuple(sorted(live, key=lambda one: (one.dropped.start, one.kept.start))), tuple(accepted)


def _meaning(reaches: Sequence[_Reach], finding: Finding, place: Place) -> list[Mark]:
    """The comments that say of a copy of a finding that it is meant."""
    over = (mark for reach in reaches for mark in reach.over(place))
    return [mark for mark in over if not mark.codes or finding.code in mark.codes]
