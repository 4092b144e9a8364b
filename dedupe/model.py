"""Every value that flows through the program. Frozen; no behaviour beyond properties; the errors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Code = Literal["exact", "reworded", "contained", "loses", "conflict", "echo", "republished", "boilerplate", "version"]
Severity = Literal["error", "warning", "note"]
Action = Literal["remove", "review", "none"]
Kind = Literal["word", "mark", "number", "date", "name", "quote", "negation", "meaning"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # the gravest first
ACROSS: frozenset[Code] = frozenset({"republished", "boilerplate", "version"})  # what is said of several articles
FACT_KINDS: frozenset[Kind] = frozenset({"number", "date", "name", "quote", "negation", "meaning"})


class DedupeError(Exception):
    """Something a user can act on: one plain line that says what, where and what to do."""

    def __init__(self, message: str, *, path: str = "") -> None:
        """`path` is the file it is about, if it is about one."""
        super().__init__(message)
        self.message = message
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        """Travel from a worker process."""
        return (_rebuilt, (self.message, self.path))


def _rebuilt(message: str, path: str) -> DedupeError:
    return DedupeError(message, path=path)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant by a word that is not known, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    close = get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


class Role(StrEnum):
    """What a paragraph of a story is. Only `BODY` and `ITEM` are copy; everything else is furniture."""

    BODY = "body"
    ITEM = "item"  # a list row of 8 words or more
    ROW = "row"  # a shorter list row
    TABLE = "table"
    HEADLINE = "headline"
    HEADING = "heading"
    BYLINE = "byline"
    DATELINE = "dateline"  # a dateline that stands alone
    PUBLISHED = "published"
    CAPTION = "caption"
    PROMO = "promo"  # cross-links: "ALSO READ:", "READ MORE:"
    ADVISORY = "advisory"  # advisories and editor's notes
    SLUG = "slug"  # slugs and take markers: "UPDATE 1-", "1stLd-Writethru", "MORE", "--30--"
    CREDIT = "credit"  # "(Reporting by ...; Editing by ...)"
    SIGNOFF = "signoff"
    SUMMARY = "summary"  # abstract, description, front matter
    NOTE = "note"  # a footnote, an aside
    CODE = "code"  # code, and markup that is no text
    QUOTE = "quote"  # a pull quote: a quotation set apart that repeats the copy


COPY: frozenset[Role] = frozenset({Role.BODY, Role.ITEM})
VALUE = "it is a value of a data file"  # what binds the texts of a catalogue, each under its own name


class Run(NamedTuple):
    """A piece of a paragraph's text and the bytes it stands in: the same characters, or markup that stands for them."""

    at: int  # first character in the text
    size: int  # characters; none where the bytes are markup only
    start: int
    end: int
    turn: int = 0  # 1 where markup opens that -1 closes


class Link(NamedTuple):
    """Where a piece of a paragraph's text leads."""

    at: int  # character of the text
    target: str


class Paragraph(NamedTuple):
    """A trimmed span of bytes with what a reader sees there."""

    start: int  # byte offset in the source
    end: int  # exclusive
    line: int  # 1-based
    end_line: int
    role: Role
    text: str
    outer: tuple[int, int] | None = None  # the bytes that go with it, where markup around it does
    runs: Sequence[Run] = ()  # where its text stands; none where the bytes are the text
    links: tuple[Link, ...] = ()
    bound: str = ""  # why only a person can cut it
    field: int = 0  # which of the texts of its story it stands in; a cut stays in one
    weak: str = ""  # why a reader may not see it: it never stands in for another, and only a person can cut it
    level: int = 1  # of a heading: how deep it stands

    @property
    def tied(self) -> str:
        """Why only a person can cut it, or nothing."""
        return self.bound or self.weak


@dataclass(frozen=True)
class Source:
    """The bytes of one file, or of the member of it that holds the story: they are the truth.

    `text` decodes them, and encodes back to exactly `data`.
    """

    path: str
    data: bytes
    encoding: str
    text: str = field(repr=False)  # without the BOM
    bom: int = 0  # length of the BOM in bytes; it belongs to no paragraph
    package: bytes = field(default=b"", repr=False)  # the file, where `data` is a member of it
    known: str = ""  # the path that fingerprints know it by, where that is another
    text_field: str = ""  # of JSON: the dotted path of the text in a record, where it is not known by its name
    id_field: str = ""  # of JSON: that of what a record is known by
    first: int = 1  # of a record of a larger file: the number of its first line there

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file as it stands, in hex."""
        return hashlib.sha256(self.file).hexdigest()

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What a format has found out about the whole text and needs for each of its stories."""
        return {}

    @property
    def file(self) -> bytes:
        """The bytes of the file itself."""
        return self.package or self.data


@dataclass(frozen=True)
class Article:
    """One story: trimmed, ordered, disjoint paragraphs over the bytes of its source."""

    path: str
    format: str
    paragraphs: tuple[Paragraph, ...]
    key: str | None = None  # which story of a file that holds many
    doubt: str = ""  # why the split is not certain; cleaning refuses then
    record: tuple[tuple[int, int], ...] = ()  # of a record of JSON Lines: the bytes of its strings
    rendition: str = ""  # the story, where a file carries it more than once: what is cut in one is cut in all
    fault: str = ""  # why this record could not be read, though others could
    hint: str = (
        ""  # what a user should know about the file though nothing failed: no text was found where there may be one
    )


class Change(NamedTuple):
    """One difference between two copies, in the words of the copies."""

    kind: Kind
    kept: str
    dropped: str


class Place(NamedTuple):
    """Where a copy stands: bytes, lines and paragraph, with its text."""

    path: str
    article: str | None
    start: int
    end: int
    line: int
    end_line: int
    paragraph: int  # 1-based, furniture counted
    text: str


@dataclass(frozen=True)
class Finding:
    """One verdict on one copy of a passage: what it is, what to do, why."""

    code: Code
    severity: Severity
    action: Action
    group: int
    copies: int
    kept: Place
    dropped: Place
    blocks: int
    jaccard: float
    containment: float
    changes: tuple[Change, ...]
    lost: tuple[str, ...]
    why: str
    fingerprint: str
    places: int = 0  # of what stands in several articles: in how many
    there: Review | None = field(default=None, repr=False)  # the article that `kept` stands in, where it is another

    @property
    def safe(self) -> bool:
        """True exactly when the finding may be applied without a person looking at it."""
        return self.action == "remove"


class Mark(NamedTuple):
    """A comment in a file that says of repeats that they are meant."""

    line: int  # 1-based, of the comment
    kind: str  # keep, keep-file or off
    start: int  # the bytes that it speaks of
    end: int
    codes: frozenset[str]  # none: all
    reason: str
    fault: str = ""  # why it counts for nothing


class Accepted(NamedTuple):
    """A finding that somebody has accepted: it is not reported, and nothing is cut for it."""

    finding: Finding
    kind: Literal["inSource", "external"]  # a comment in the file, or the baseline: SARIF's words
    reason: str
    lines: tuple[int, ...] = ()  # of the comments


@dataclass(frozen=True)
class Review:
    """One article with what was found in it."""

    source: Source
    article: Article
    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...] = ()
    marks: tuple[Mark, ...] = ()


class Cut(NamedTuple):
    """A run of bytes to take out, and the finding it serves."""

    start: int
    end: int
    finding: Finding


@dataclass(frozen=True)
class Failure:
    """An input that could not be read or cleaned, in one plain line."""

    path: str
    message: str
    partly: bool = False  # some of it could be: what is said of the rest stands
