"""`html`: one page to read, print and pass on. It loads nothing, runs nothing and sends nothing."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import FACT_KINDS
from dedupe.reports.json import summary
from dedupe.reports.look import one_line, plain
from dedupe.reports.marked import marked
from dedupe.reports.places import path
from dedupe.reports.sheet import SHEET
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Finding, Place, Review
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.reports.marked import Piece

SHOWN = 20_000  # characters of a copy
LISTED = 5  # further copies of a passage that are shown with their reason
FEW = 20  # stories whose names stand open at the top
ROOM = 2_000  # groups on a page: a browser has to lay them out

_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ON = {
    "number": "a figure",
    "date": "a date",
    "name": "a name",
    "quote": "a quotation",
    "negation": "a “not”",
    "meaning": "a word that turns the meaning",
}


class _Group(NamedTuple):
    """The copies of one passage that have one verdict."""

    review: Review
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]


def report(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """The verdict, then every story with both copies of what stands in it twice, then what could not be read."""
    stories = [(review, _groups(review)) for outcome in outcomes for review in outcome.reviews if review.findings]
    groups = [group for _, some in stories for group in some]
    title = _verdict(groups, outcomes)
    yield from head(title)
    yield f'<header>\n<p class="name soft">wire-dedupe</p>\n<h1>{escaped(title)}</h1>\n'
    yield from _counts(outcomes, look)
    yield "</header>\n"
    shown, left = _within(stories)
    if len(shown) > 1:
        yield from _contents(shown)
    yield "<main>\n"
    for number, (review, some) in enumerate(shown, 1):
        yield from _story(number, review, some)
    if left:
        yield f"<section><p>{left:,} more passages have no room on this page; <code>dedupe check</code> shows all.</p>"
        yield "</section>\n"
    yield from _failed(outcomes)
    yield "</main>\n<footer>\n<p>Made by wire-dedupe "
    yield f"{VERSION}. This page loads nothing and sends nothing. It holds the words of the stories: share it only with"
    yield " whom you would show them.</p>\n</footer>\n</body>\n</html>\n"


def _groups(review: Review) -> list[_Group]:
    """What to act on first, each part in the order of the story."""
    parts = groupby(review.findings, key=lambda finding: (finding.group, finding.code))
    groups = [_Group(review, tuple(part)) for _, part in parts]
    return sorted(groups, key=lambda group: group.first.severity == "note")


def _within(stories: Sequence[tuple[Review, list[_Group]]]) -> tuple[list[tuple[Review, list[_Group]]], int]:
    """The stories that have room on a page, and how many groups have none; a note gives way to what is to be done."""
    groups = [group for _, some in stories for group in some]
    if len(groups) <= ROOM:
        return list(stories), 0
    fits = {id(group) for group in sorted(groups, key=lambda it: it.first.severity == "note")[:ROOM]}
    shown = [(review, [group for group in some if id(group) in fits]) for review, some in stories]
    return [(review, some) for review, some in shown if some], len(groups) - ROOM


def verdict(outcomes: Sequence[Outcome]) -> str:
    """One line: what is the matter with some stories."""
    return _verdict(
        [group for outcome in outcomes for review in outcome.reviews for group in _groups(review)], outcomes
    )


def _verdict(groups: Sequence[_Group], outcomes: Sequence[Outcome]) -> str:
    """One line: what is the matter."""
    bad = [group for group in groups if group.first.severity != "note"]
    clauses = []
    if bad:
        clauses.append(_standing(bad))
        clauses += _disagreeing(bad)
    elif any(outcome.articles for outcome in outcomes):
        meant = len(groups)
        said = f"Nothing to act on: {many(meant, 'repeat is', 'repeats are')} meant" if meant else ""
        clauses.append(said or "Nothing stands twice")
    failed = sum(outcome.failure is not None for outcome in outcomes)
    if failed:
        clauses.append(f"{many(failed, 'file', 'files')} could not be read")
    line = "; ".join(clauses) or "Nothing to read"
    return f"{line[0].upper()}{line[1:]}."


def _standing(bad: Sequence[_Group]) -> str:
    often = max(group.first.copies for group in bad)
    if often == 2:  # noqa: PLR2004  a pair
        return f"{many(len(bad), 'passage stands', 'passages stand')} twice"
    if len(bad) == 1:
        return f"one passage stands {_number(often)} times"
    return f"{_number(len(bad))} passages stand more than once"


def _disagreeing(bad: Sequence[_Group]) -> Iterator[str]:
    """On what the copies disagree: named where it is of one kind."""
    at_odds = [group for group in bad if group.first.code == "conflict"]
    if not at_odds:
        return
    kinds = {next((it.kind for it in group.first.changes if it.kind in FACT_KINDS), "") for group in at_odds}
    what = _ON.get(kinds.pop(), "a fact") if len(kinds) == 1 else "facts"
    if len(bad) == 1:
        yield f"the copies disagree on {what}"
    elif len(at_odds) == len(bad):
        yield f"{'both' if len(bad) == 2 else 'all'} disagree on {what}"  # noqa: PLR2004  a pair
    else:
        yield f"{many(len(at_odds), 'of them disagrees', 'of them disagree')} on {what}"


def _counts(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    counts = summary(outcomes)
    scope = f"{count(counts['articles'], 'story', 'stories')}, {count(counts['paragraphs'], 'paragraph')}"
    some = [count(counts[f"{it}s"], it) for it in ("error", "warning", "note") if counts[f"{it}s"]]
    yield f'<p class="soft">{", ".join(some)}{" in " if some else ""}{scope}.</p>\n'
    if counts["removable"] and look.command == "check":
        yield f"<p>{count(counts['removable'], 'copy', 'copies')} can be cut and nothing is lost: "
        typed = "" if look.typed.endswith(" ...") else f" {look.typed}"
        yield f"<code>dedupe clean --write{escaped(one_line(typed))}</code></p>\n"


def _contents(stories: Sequence[tuple[Review, list[_Group]]]) -> Iterator[str]:
    many = len(stories) > FEW
    yield '<nav aria-label="Stories">\n'
    yield f"<details>\n<summary>{len(stories):,} stories</summary>\n<ol>\n" if many else "<ol>\n"
    for number, (review, some) in enumerate(stories, 1):
        tally = Counter(group.first.severity for group in some)
        said = ", ".join(count(tally[it], it) for it in ("error", "warning", "note") if tally[it])
        yield f'<li><a href="#story-{number}">{_name(review)}</a> <span class="soft">{said}</span></li>\n'
    yield "</ol>\n</details>\n</nav>\n" if many else "</ol>\n</nav>\n"


def _story(number: int, review: Review, groups: Sequence[_Group]) -> Iterator[str]:
    yield f'<section id="story-{number}" aria-labelledby="name-{number}">\n'
    yield f'<h2 id="name-{number}">{_name(review)}</h2>\n'
    if review.article.doubt:
        yield f'<p class="soft">{escaped(one_line(review.article.doubt))}; clean will not touch this file.</p>\n'
    notes = [group for group in groups if group.first.severity == "note"]
    for group in groups[: len(groups) - len(notes)]:
        yield from _passage(group)
    if notes:
        yield f"<details>\n<summary>{count(len(notes), 'repeat')} that {'is' if len(notes) == 1 else 'are'} meant"
        yield "</summary>\n"
        for group in notes:
            yield from _passage(group)
        yield "</details>\n"
    yield "</section>\n"


def _passage(group: _Group) -> Iterator[str]:
    """One passage: what it is, why, both copies, what they disagree on, what would be lost, where it stands again."""
    finding = group.first
    yield f'<article class="{finding.severity}">\n<h3><span class="sev">{finding.severity}</span> {finding.code}</h3>\n'
    yield f'<p class="why" dir="auto">{escaped(plain(finding.why))}</p>\n'
    yield from _copies(group)
    yield from _facts(finding)
    others = group.findings[1:]
    if others:
        yield '<ul class="plain">\n'
        for other in others[:LISTED]:
            yield f'<li class="soft" dir="auto">Also at {_where(group.review, other, other.dropped)}: '
            yield f"{escaped(plain(other.why))}</li>\n"
        if len(others) > LISTED:
            yield f'<li class="soft">and {len(others) - LISTED:,} more copies of it</li>\n'
        yield "</ul>\n"
    yield "</article>\n"


def _copies(group: _Group) -> Iterator[str]:
    """Both copies in document order, the words that differ marked."""
    finding = group.first
    word = group.review.article.format == "docx"
    kept, dropped = marked(finding.kept.text[:SHOWN], finding.dropped.text[:SHOWN], lines=word)
    sides = [(finding.kept, kept, "Keep", "keep", "ins"), (finding.dropped, dropped, "Cut", "cut", "del")]
    sides.sort(key=lambda side: side[0].start)
    if not finding.safe:
        names = ("First copy", "Second copy")
        sides = [(side[0], side[1], name, "copy", "mark") for side, name in zip(sides, names, strict=True)]
    yield '<div class="copies">\n'
    for place, text, name, kind, tag in sides:
        where = _where(group.review, finding, place)
        yield f'<figure class="{kind}">\n<figcaption><b>{name}</b> {where}</figcaption>\n'
        yield '<blockquote lang="">\n'
        for paragraph in text:
            yield f'<p dir="auto">{"".join(inline(piece, tag) for piece in paragraph)}</p>\n'
        yield "</blockquote>\n"
        if len(place.text) > SHOWN:
            yield f'<p class="soft">and {len(place.text) - SHOWN:,} more characters</p>\n'
        yield "</figure>\n"
    yield "</div>\n"


def inline(piece: Piece, tag: str) -> str:
    """A piece of a copy, in an element where the other copy has none such."""
    said = escaped(plain(piece.text))
    return f"<{tag}>{said}</{tag}>" if piece.differs else said


def _facts(finding: Finding) -> Iterator[str]:
    """What the copies disagree on, in the order in which they stand, and what would stand nowhere any more."""
    turned = finding.dropped.start < finding.kept.start
    rows = [("Would be lost", quoted(words)) for words in finding.lost]
    for change in finding.changes:
        if change.kind in FACT_KINDS:
            sides = (change.dropped, change.kept) if turned else (change.kept, change.dropped)
            rows.append((f"Disagree: {change.kind}", f"{quoted(sides[0])} and {quoted(sides[1])}"))
    if not rows:
        return
    yield "<dl>\n"
    for name, some in groupby(rows, key=lambda row: row[0]):
        yield f"<dt>{name}</dt>"
        yield from (f"<dd>{said}</dd>" for _, said in some)
        yield "\n"
    yield "</dl>\n"


def quoted(words: str) -> str:
    """Words of a copy inside a sentence of ours."""
    return f'<bdi lang="">“{escaped(plain(" ".join(words.split())))}”</bdi>' if words else "nothing"


def _where(review: Review, finding: Finding, place: Place) -> str:
    """The number of its line or lines; of its paragraph in a document of Word, and where one line holds both copies."""
    unit, first, last = "line", place.line, place.end_line
    if review.article.format == "docx":
        unit = "paragraph"
    elif finding.kept.line == finding.dropped.end_line and finding.kept.paragraph != finding.dropped.paragraph:
        unit, first, last = "paragraph", place.paragraph, place.paragraph
    return f"{unit} {first}" if first == last else f"{unit}s {first}–{last}"


def _name(review: Review) -> str:
    name = f"<bdi>{escaped(path(review.article.path))}</bdi>"
    key = review.article.key
    return f"{name}, story <bdi>{escaped(one_line(key))}</bdi>" if key else name


def _failed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    if not failures:
        return
    yield '<section aria-labelledby="failed">\n<h2 id="failed">Could not be read</h2>\n<ul class="plain">\n'
    for failure in failures[:ROOM]:
        yield f'<li class="error"><span class="sev">error</span> <bdi>{escaped(one_line(failure.message))}</bdi></li>\n'
    if len(failures) > ROOM:
        yield f"<li>and {len(failures) - ROOM:,} more</li>\n"
    yield "</ul>\n</section>\n"


def head(title: str, sheet: str = SHEET) -> Iterator[str]:
    """The beginning of a page that may load and run nothing but its own style."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{escaped(title)}</title>\n<style>{sheet}</style>\n</head>\n<body>\n"


def escaped(text: str) -> str:
    """A text in which a browser finds no markup."""
    return text.translate(_ENTITIES)


def _number(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"


def many(number: int, one: str, more: str) -> str:
    """How many of what, in words."""
    return f"{_number(number)} {one if number == 1 else more}"


def count(number: int, one: str, many: str = "") -> str:
    """How many of what."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
