"""A person's answers to findings become edits of bytes: which copy goes, and how the one that stays is worded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from difflib import SequenceMatcher
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe import edit, pipeline
from dedupe.formats import split
from dedupe.model import COPY, DedupeError
from dedupe.spans import byte_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dedupe.model import Article, Cut, Finding, Paragraph, Place, Review, Source

    Encode = Callable[[str], str]

ALIGNED = 4_000  # words of a copy; a longer one is replaced whole
_WORD = re.compile(r"\S+")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


class Answer(NamedTuple):
    """What a person says to a finding."""

    finding: Finding
    place: Literal["kept", "dropped", "both"]  # of which copy the place stays
    text: str | None = None  # how that copy is worded from now on; None as it is


class Decided(NamedTuple):
    """A file as a person wants it."""

    source: Source
    data: bytes  # of the file
    said: bytes  # of the story: the same, but for a member of a package
    after: tuple[Article, ...]
    was: tuple[tuple[int, ...], ...]  # of each paragraph of each article its number before, from 0


class Edit(NamedTuple):
    """Bytes that become others."""

    start: int
    end: int
    text: str


class _Wish(NamedTuple):
    """A span of characters of a paragraph that is to be worded otherwise."""

    paragraph: Paragraph
    start: int
    end: int
    text: str


def decide(reviews: Sequence[Review], answers: Mapping[int, Answer], *, tracked: str = "") -> Decided:
    """What some answers make of a file, proven.

    `reviews` are those of all of its articles, `answers` go by the number of the finding over all of them.
    With `tracked`, the time of it, as tracked changes of a Word document.
    Raises DedupeError where answers contradict each other or the file cannot be edited so.
    """
    item = reviews[0].source
    articles = [one.article for one in reviews]
    doubt = next((article.doubt for article in articles if article.doubt), "")
    if doubt and any(one.place != "both" for one in answers.values()):
        raise DedupeError(f"{item.path}: not edited: {doubt}; edit it by hand", path=item.path)
    chosen = _by_review(reviews, answers)
    _consistent(item, chosen)
    wishes = [
        wish
        for review, some in zip(reviews, chosen, strict=True)
        for place, text in {
            _stays(one): one.text for one in some if one.place != "both" and one.text is not None
        }.items()
        for wish in _wishes(item, review.article, place, text)
    ]
    edits, worded, before = _worded(item, articles, wishes)
    cuts = _cuts(worded, before, chosen, edits)
    data = edit.apply(worded.data, cuts)
    done = replace(worded, data=data, text=data[item.bom :].decode(item.encoding))
    after = split(done, articles[0].format) if articles else ()
    edit.prove(worded, cuts, before, after, data)
    was = _was(worded, before, after, cuts)
    if not (edits or cuts):
        return Decided(item, item.file, item.data, after, was)
    if not item.package:
        return Decided(item, data, data, after, was)
    if tracked:
        from dedupe.tracked import changes  # noqa: PLC0415  few files are packages

        cut = [(one.start, one.end) for one in _cuts(item, articles, chosen, ())]
        gone = [*cut, *((one.start, one.end) for one in edits if one.start < one.end)]
        done = changes(item, gone, [(one.end, one.text) for one in edits if one.text], (articles, after), tracked)[0]
    return Decided(item, pipeline.packed(item, done.data), done.data, after, was)


def wording(article: Article, place: Place) -> str:
    """What one copy says; a blank line parts its paragraphs."""
    first, last = edit.covered(article.paragraphs, place)
    if first > last:
        return place.text
    return "\n\n".join(it.text for it in _members(article, first, last))


def _members(article: Article, first: int, last: int) -> Sequence[Paragraph]:
    """The paragraphs of a copy, without the furniture between them."""
    every = article.paragraphs[first : last + 1]
    return [it for it in every if it.role in COPY] or every


def _by_review(reviews: Sequence[Review], answers: Mapping[int, Answer]) -> list[list[Answer]]:
    numbers = iter(range(sum(len(one.findings) for one in reviews)))
    return [[answers[at] for _, at in zip(one.findings, numbers, strict=False) if at in answers] for one in reviews]


def _stays(answer: Answer) -> Place:
    return answer.finding.kept if answer.place == "kept" else answer.finding.dropped


def _goes(answer: Answer) -> Place:
    return answer.finding.dropped if answer.place == "kept" else answer.finding.kept


def _consistent(item: Source, chosen: Sequence[Sequence[Answer]]) -> None:
    """Refuse answers of which one rewords what another cuts, and two wordings of one copy. Raises DedupeError.

    What one answer leaves as it is may be worded by another, as where three copies become one.
    """
    for some in chosen:
        live = [one for one in some if one.place != "both"]
        gone = [_goes(one) for one in live]
        worded: list[Answer] = []
        for one in live:
            if one.text is None:
                continue
            place = _stays(one)
            if any(_meet(place, it) for it in gone):
                why = f"one answer rewords paragraph {place.paragraph}, another one cuts it"
                raise _refusal(item.path, why, "take one of them back")
            if any(_meet(place, _stays(it)) and (place, one.text) != (_stays(it), it.text) for it in worded):
                why = f"two answers do not word paragraph {place.paragraph} alike"
                raise _refusal(item.path, why, "take one of them back")
            worded.append(one)


def _meet(one: Place, two: Place) -> bool:
    return one.start < two.end and two.start < one.end


def _wishes(item: Source, article: Article, place: Place, text: str) -> Iterator[_Wish]:
    """How the paragraphs of a copy are to be worded. Raises DedupeError."""
    if not text.strip():
        raise _refusal(item.path, "a copy that stays cannot be empty", "write it, or drop it")
    if "\0" in text:
        raise _refusal(item.path, "its new wording holds a NUL, which no text does", "leave it out")
    first, last = edit.covered(article.paragraphs, place)
    if first > last:
        paragraph = article.paragraphs[last]
        found = edit.part(item, paragraph, place)
        if found is None:
            raise _refusal(item.path, f"the sentences of line {paragraph.line} cannot be told apart")
        yield _Wish(paragraph, *found, text)
        return
    some = _members(article, first, last)
    parts = [text] if len(some) == 1 else [part for part in _BLANK.split(text.strip()) if part.strip()]
    if len(parts) != len(some):
        count = "1 paragraph" if len(parts) == 1 else f"{len(parts)} paragraphs"
        why = f"the copy has {len(some)} paragraphs, its new wording {count}"
        raise _refusal(item.path, why, f"write {len(some)}, with a blank line between them")
    for paragraph, part in zip(some, parts, strict=True):
        yield _Wish(paragraph, 0, len(paragraph.text), part)


def _worded(
    item: Source, articles: Sequence[Article], wishes: Sequence[_Wish]
) -> tuple[tuple[Edit, ...], Source, tuple[Article, ...]]:
    """The edits that word some paragraphs otherwise, the file with them, its articles: proven. Raises DedupeError."""
    if not wishes:
        return (), item, tuple(articles)
    texts = {id(it): it.text for article in articles for it in article.paragraphs}
    changes: list[tuple[_Wish, list[tuple[int, int, str]]]] = []
    for wish in wishes:
        if wish.paragraph.tied:
            raise _refusal(item.path, f"line {wish.paragraph.line}: {wish.paragraph.tied}")
        some = [
            (wish.start + start, wish.start + end, said)
            for start, end, said in _changes(wish.paragraph.text[wish.start : wish.end], wish.text)
        ]
        changes.append((wish, some))
    for wish, some in changes:
        text = texts[id(wish.paragraph)]
        for start, end, said in reversed(some):
            text = text[:start] + said + text[end:]
        texts[id(wish.paragraph)] = text
    wanted = [[" ".join(texts[id(it)].split()) for it in article.paragraphs] for article in articles]
    for encode in _encodings(item, articles[0].format, [wish.paragraph for wish in wishes]):
        edits = tuple(
            sorted(
                one
                for wish, some in changes
                for start, end, said in some
                for one in _edits(item, wish.paragraph, start, end, encode(said))
            )
        )
        made = _made(item, edits)
        after = () if made is None else _after(made, articles[0].format)
        if made and [[" ".join(it.text.split()) for it in article.paragraphs] for article in after] == wanted:
            return edits, made, after
    raise _refusal(item.path, "in this wording the rest would no longer read as the same paragraphs")


def _after(made: Source, kind: str) -> tuple[Article, ...]:
    """How an edited file reads; as nothing where it cannot be read any more."""
    try:
        return split(made, kind)
    except DedupeError:
        return ()


def _changes(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The spans of characters that become others, so that the words are the new ones."""
    places = [match.span() for match in _WORD.finditer(old)]
    left, right = [old[start:end] for start, end in places], new.split()
    if max(len(left), len(right)) > ALIGNED:
        yield 0, len(old), " ".join(right)
        return
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        said = " ".join(right[c:d])
        if tag == "replace":
            yield places[a][0], places[b - 1][1], said
        elif tag == "delete" and b < len(places):
            yield places[a][0], places[b][0], ""
        elif tag == "delete":
            yield places[a - 1][1] if a else places[a][0], places[b - 1][1], ""
        elif tag == "insert" and a:
            yield places[a - 1][1], places[a - 1][1], f" {said}"
        elif tag == "insert":
            yield places[0][0], places[0][0], f"{said} "


def _edits(item: Source, paragraph: Paragraph, start: int, end: int, said: str) -> Iterator[Edit]:
    """The edits of bytes that make other words of a span of characters; markup between stays. Raises DedupeError."""
    if not paragraph.runs:
        (span,) = byte_spans(item, paragraph, [(start, end)])
        yield Edit(*span, said)
        return
    for run in paragraph.runs:
        low, high = max(start, run.at), min(end, run.at + run.size)
        inside = low < high if start < end else run.at < start <= run.at + run.size or (start == 0 == run.at)
        if not run.size or not inside:
            continue
        text = paragraph.text[run.at : run.at + run.size]
        if (low, high) == (run.at, run.at + run.size):
            yield Edit(run.start, run.end, said)
        elif low == high == run.at + run.size:
            yield Edit(run.end, run.end, said)
        elif len(text.encode(item.encoding)) == run.end - run.start:
            first = run.start + len(paragraph.text[run.at : low].encode(item.encoding))
            yield Edit(first, first + len(paragraph.text[low:high].encode(item.encoding)), said)
        else:
            raise _refusal(item.path, f"line {paragraph.line}: a word is written in markup that cannot be split")
        said = ""
        if start == end:
            return


def _encodings(item: Source, kind: str, paragraphs: Sequence[Paragraph]) -> Iterator[Encode]:
    """How a text may be written in a file: the likely way first."""
    ways: list[Encode] = [str, partial(escape, quote=False), _in_json, lambda said: _in_json(escape(said, quote=False))]
    outer = [item.data[it.outer[0] : it.outer[1]].decode(item.encoding) for it in paragraphs if it.outer]
    if kind == "docx" or any(said.lstrip()[:1] == "<" for said in (item.text, *outer)):
        ways = [ways[1], ways[0], ways[3], ways[2]]
    yield from ways


def _in_json(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)[1:-1]


def _made(item: Source, edits: Sequence[Edit]) -> Source | None:
    """The file with some edits; None where they meet or cannot be written in its encoding."""
    parts, at = [], 0
    for one in edits:
        if one.start < at:
            return None
        try:
            parts += [item.data[at : one.start], one.text.encode(item.encoding)]
        except UnicodeEncodeError:
            return None
        at = one.end
    data = b"".join([*parts, item.data[at:]])
    return replace(item, data=data, text=data[item.bom :].decode(item.encoding))


def _cuts(
    worded: Source, articles: Sequence[Article], chosen: Sequence[Sequence[Answer]], edits: Sequence[Edit]
) -> list[Cut]:
    """The cuts that some answers ask for, in a file that was worded otherwise by some edits. Raises DedupeError."""

    def moved(place: Place, *, stays: bool) -> Place:
        # what comes in at an edge belongs to the copy that stays
        start, end = (
            at
            + sum(
                len(one.text.encode(worded.encoding)) - (one.end - one.start)
                for one in edits
                if one.start < at or (one.start == one.end == at and own)
            )
            for at, own in ((place.start, not stays), (place.end, stays))
        )
        return place._replace(start=start, end=end)

    found: list[Cut] = []
    for article, some in zip(articles, chosen, strict=True):
        turned = [
            replace(one.finding, kept=moved(_stays(one), stays=True), dropped=moved(_goes(one), stays=False))
            for one in some
            if one.place != "both"
        ]
        once = {_span(one.dropped): one for one in turned}
        mine = edit.cuts(worded, article, once.values(), asked=True)
        done = {_span(cut.finding.dropped) for cut in mine}
        for span, one in once.items():
            if span not in done and not _gone(span, mine):
                raise _refusal(worded.path, f"paragraph {one.dropped.paragraph} is no copy that can be cut here")
        found += mine
    return sorted(found, key=lambda cut: cut.start)


def _gone(span: tuple[int, int], cuts: Sequence[Cut]) -> bool:
    """Whether some sorted cuts take a span with them, as those of a paragraph take its sentences."""
    at, end = span
    for cut in cuts:
        if cut.start <= at < cut.end:
            at = cut.end
    return at >= end


def _span(place: Place) -> tuple[int, int]:
    return place.start, place.end


def _was(
    worded: Source, before: Sequence[Article], after: Sequence[Article], cuts: Sequence[Cut]
) -> tuple[tuple[int, ...], ...]:
    """Of each paragraph of some articles its number before some cuts."""
    numbers = [at for article in before for at, _ in edit.staying(worded, article, cuts)]
    found, done = [], 0
    for article in after:
        found.append(tuple(numbers[done : done + len(article.paragraphs)]))
        done += len(article.paragraphs)
    return tuple(found)


def _refusal(path: str, why: str, advice: str = "edit it by hand") -> DedupeError:
    return DedupeError(f"{path}: not edited: {why}; {advice}", path=path)
