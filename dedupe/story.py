"""An article and the words of its texts, counted only where they are asked for."""

from __future__ import annotations

from copy import copy as copy_of
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import number, opening
from dedupe.model import COPY, Role
from dedupe.roles import ITEM_WORDS
from dedupe.sections import Sections
from dedupe.sign import SHINGLE
from dedupe.spans import byte_spans, headed, torn
from dedupe.words import sentences, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from dedupe.match import Unit
    from dedupe.model import Article, Paragraph, Source

    Gram = tuple[str, ...]


_ALONG = (Role.ROW, Role.HEADING)
_PLAIN = ("text", "agency")


class Copy(NamedTuple):
    """One copy of a passage: whole paragraphs `first` to `last`, or a run of sentences inside one paragraph."""

    first: int  # paragraph of the article, from 0
    last: int
    start: int  # first character, in the text of `first`
    end: int  # one past the last character, in the text of `last`
    whole: bool


class Group(NamedTuple):
    """The copies of one passage in document order."""

    copies: tuple[Copy, ...]
    fixed: tuple[Copy, ...] = ()  # of them, those that hold more or are part of another group: never dropped here


class Story:
    """An article and the words of its texts, counted only where they are asked for, once for equal texts."""

    def __init__(self, source: Source, article: Article) -> None:
        """Nothing is counted yet."""
        self.source, self.article = source, article
        self.paragraphs = article.paragraphs
        self.body = [at for at, paragraph in enumerate(self.paragraphs) if paragraph.role in COPY]
        # how many paragraphs of copy stand before each paragraph
        self.body_before = list(accumulate((paragraph.role in COPY for paragraph in self.paragraphs), initial=0))
        self._words: dict[str, Gram] = {}
        self._shingles: dict[Gram, frozenset[Gram]] = {}
        self._runs: dict[Copy, Gram] = {}
        self._covered: dict[int, tuple[tuple[Copy, ...], set[int]]] = {}  # asked for again and again
        self.stretches: dict[Copy, int] = {}  # of a copy, the words of the stretch that comes again with it

    @cached_property
    def sections(self) -> Sections:
        """Its headings."""
        return Sections(self.paragraphs)

    @cached_property
    def counted(self) -> Story:
        """The same, with the numbers of its paragraphs in place of those of their lines."""
        story = copy_of(self)
        numbered = enumerate(self.paragraphs, 1)
        story.paragraphs = tuple([one._replace(line=number, end_line=number) for number, one in numbered])
        return story

    def comparable(self, paragraph: int) -> int:
        """Where the text of a paragraph begins behind its dateline."""
        return opening(self.paragraphs[paragraph].text)

    def words(self, text: str) -> Gram:
        """The normalised words of a text."""
        known = self._words.get(text)
        if known is None:
            known = self._words[text] = tuple(words(text))
        return known

    def shingles(self, run: Gram) -> frozenset[Gram]:
        """The word-3 shingles of a run of words; fewer than three words are one shingle."""
        known = self._shingles.get(run)
        if known is None:
            known = self._shingles[run] = shingle_set(run)
        return known

    def run(self, copy: Copy) -> Gram:
        """The normalised words of a copy without datelines."""
        known = self._runs.get(copy)
        if known is None:
            known = self._runs[copy] = self.words(self.passage(copy))
        return known

    def stretch(self, copy: Copy) -> int:
        """How many words come again with a copy and those around it."""
        return max(len(self.run(copy)), self.stretches.get(copy, 0))

    def members(self, copy: Copy) -> list[int]:
        """The paragraphs of a copy; the furniture between them does not belong to it."""
        if copy.first == copy.last:
            return [copy.first]
        return [at for at in range(copy.first, copy.last + 1) if self.paragraphs[at].role in COPY]

    def text(self, copy: Copy) -> str:
        """The text of a copy, its paragraphs on lines of their own."""
        if copy.first == copy.last:
            return self.paragraphs[copy.first].text[copy.start : copy.end]
        return "\n".join(self.paragraphs[at].text for at in self.members(copy))

    def span(self, copy: Copy) -> tuple[int, int, int, int]:
        """Where a copy stands: its bytes, first and one past the last, and its lines."""
        first, last = self.paragraphs[copy.first], self.paragraphs[copy.last]
        if copy.whole:
            return first.start, last.end, first.line, last.end_line
        ((start, end),) = byte_spans(self.source, first, [(copy.start, copy.end)])
        if self.article.format == "docx":
            return start, end, first.line, first.line
        line = first.line + self._line_ends(first.start, start)
        return start, end, line, line + self._line_ends(start, end)

    def _line_ends(self, start: int, end: int) -> int:
        text = self.source.data[start:end].decode(self.source.encoding)
        return text.count("\n") + text.count("\r") - text.count("\r\n")

    def tied(self, copy: Copy) -> str:
        """Why only a person can cut a copy, or nothing."""
        if any(self.paragraphs[at].role not in COPY for at in self.members(copy)):
            return (
                "it is set apart from the copy" if len(self.run(copy)) >= ITEM_WORDS else "it is a row of a few words"
            )
        if not copy.whole and torn(self.paragraphs[copy.first], copy.start, copy.end):
            return "its markup goes on beyond it"
        if not copy.whole and headed(self.paragraphs[copy.first], copy.start, copy.end):
            return "it is the heading of what follows it"
        if copy.whole and self.article.format in _PLAIN and self._counted_on(copy.last):
            return "the numbers of the rows below would not follow"
        return next((self.paragraphs[at].tied for at in self.members(copy) if self.paragraphs[at].tied), "")

    def _counted_on(self, at: int) -> bool:
        """Whether a row has a number, and the one below it the next."""
        mine = number(self.paragraphs[at].text)
        return mine >= 0 and at + 1 < len(self.paragraphs) and number(self.paragraphs[at + 1].text) == mine + 1

    def weak(self, copy: Copy) -> str:
        """Why a reader may not see a copy, or nothing."""
        return next((self.paragraphs[at].weak for at in self.members(copy) if self.paragraphs[at].weak), "")

    def firm(self, copies: Sequence[Copy]) -> list[Copy]:
        """The copies that a reader is sure to see, or all, if there are none."""
        return [copy for copy in copies if not self.weak(copy)] or list(copies)

    def bared(self, copy: Copy) -> int | None:
        """The heading that stands right above a copy and would have none of its text left without it."""
        above, behind = copy.first - 1, copy.last + 1
        if above < 0 or not copy.whole or self.paragraphs[above].role is not Role.HEADING:
            return None
        following = self.paragraphs[behind] if behind < len(self.paragraphs) else None
        deep = self.paragraphs[above].level
        bare = following is None or (following.role is Role.HEADING and following.level <= deep)
        return above if bare else None

    def with_heading(self, kept: Copy, dropped: Copy) -> tuple[Copy, Copy]:
        """Two copies; each with the heading above it where that is the same, and bare without the one that goes."""
        goes, stays = self.bared(dropped), kept.first - 1
        if goes is None or stays < 0 or not kept.whole:
            return kept, dropped
        one, two = self.paragraphs[stays], self.paragraphs[goes]
        same = self.words(one.text) == self.words(two.text) and (one.role, one.level) == (two.role, two.level)
        if not same or two.tied:
            return kept, dropped
        return kept._replace(first=stays), dropped._replace(first=goes)

    def left_bare(self, kept: Copy, dropped: Copy, copies: Sequence[Copy]) -> str:
        """Why a copy cannot go without its heading, which cannot go with it, or nothing.

        In plain text no line is a heading for certain.
        """
        if self.bared(dropped) is None or self.article.format in _PLAIN:
            return ""
        along = len(copies) == 2 and self.with_heading(kept, dropped)[1] != dropped  # noqa: PLR2004  a pair
        return "" if along else "its heading would stand bare"

    def links(self, copy: Copy) -> list[str]:
        """What a copy links to."""
        return [
            link.target
            for at in self.members(copy)
            for link in self.paragraphs[at].links
            if copy.whole or copy.start <= link.at < copy.end
        ]

    def outside(self, copies: Sequence[Copy]) -> str:
        """The text of the story without some copies of a passage."""
        return "\n".join(self.remaining(copies))

    def remaining(self, copies: Iterable[Copy]) -> Iterator[str]:
        """The text of each paragraph of the story without some copies of passages.

        What a reader may not see makes up for nothing that all would miss.
        """
        copies = list(copies)
        firm = not any(map(self.weak, copies))
        gone: dict[int, list[tuple[int, int]]] = {}
        for copy in copies:
            for at in self.members(copy):
                span = (0, len(self.paragraphs[at].text)) if copy.whole else (copy.start, copy.end)
                gone.setdefault(at, []).append(span)
        for at, paragraph in enumerate(self.paragraphs):
            if firm and paragraph.weak:
                continue
            start = 0
            for first, last in sorted(gone.get(at, ())):
                yield paragraph.text[start:first]
                start = max(start, last)
            yield paragraph.text[start:]

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        """The paragraphs that have each word."""
        having: dict[str, list[int]] = {}
        for at, paragraph in enumerate(self.paragraphs):
            for word in set(self.words(paragraph.text)):
                having.setdefault(word, []).append(at)
        return having

    def elsewhere(self, wanted: Collection[str], copies: tuple[Copy, ...]) -> Iterator[int]:
        """The paragraphs, outside of some copies, that have all of some words."""
        if id(copies) not in self._covered:
            self._covered[id(copies)] = copies, {at for copy in copies for at in range(copy.first, copy.last + 1)}
        covered = self._covered[id(copies)][1]
        some = min((self._having.get(word, []) for word in wanted), key=len, default=range(len(self.paragraphs)))
        for at in some:
            if at not in covered and set(wanted) <= set(self.words(self.paragraphs[at].text)):
                yield at

    def passage(self, copy: Copy) -> str:
        """The text of a copy without datelines: what is compared."""
        if copy.first == copy.last:
            text = self.paragraphs[copy.first].text
            return text[opening(text) :] if copy.whole else text[copy.start : copy.end]
        return "\n".join(self.paragraphs[at].text[self.comparable(at) :] for at in self.members(copy))


def along(paragraphs: Sequence[Paragraph], kept: range, dropped: range) -> list[int]:
    """The short rows and the headings within a block that goes which stand in the block that stays as well."""
    some = [at for at in dropped if paragraphs[at].role in _ALONG and not paragraphs[at].tied]
    said = {(paragraphs[at].role, *words(paragraphs[at].text)) for at in kept if some and paragraphs[at].role in _ALONG}
    return [at for at in some if (paragraphs[at].role, *words(paragraphs[at].text)) in said]


def shingle_set(run: Gram) -> frozenset[Gram]:
    """The word-3 shingles of a run of words; fewer than three words are one shingle."""
    if len(run) < SHINGLE:
        return frozenset({run} if run else ())
    return frozenset(zip(run, run[1:], run[2:], strict=False))


def whole_paragraph(story: Story, at: int) -> Copy:
    """A paragraph as a copy."""
    return Copy(at, at, 0, len(story.paragraphs[at].text), whole=True)


def sentence_places(story: Story, paragraph: int) -> list[Copy]:
    """The sentences of a paragraph behind its dateline; the paragraph itself where it is only one."""
    skip = story.comparable(paragraph)
    spans = sentences(story.paragraphs[paragraph].text[skip:])
    if len(spans) < 2:  # noqa: PLR2004  one sentence
        return [whole_paragraph(story, paragraph)]
    return [Copy(paragraph, paragraph, skip + start, skip + end, whole=False) for start, end in spans]


def placed(story: Story, places: Sequence[Copy], unit: Unit, starts: dict[int, Copy]) -> Copy:
    """The sentence that a unit is, among those of its paragraph; for a paragraph of several sentences the paragraph.

    `starts` is filled with the first word of each sentence of the paragraph.
    """
    if len(places) == 1:
        return places[0]
    if not starts:
        at = 0
        for place in places:
            size = len(story.words(story.text(place)))
            if size:
                starts[at] = place
            at += size
    whole = whole_paragraph(story, places[0].first)
    return whole if unit.whole else starts.get(unit.first, whole)
