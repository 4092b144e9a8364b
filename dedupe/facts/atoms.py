"""A text as the things it says: words, and numbers, dates, quantities and names that several words give together."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe import lexicon as lex
from dedupe.facts.figures import GROUP, figure, minutes, spoken, unit_after
from dedupe.words import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = 12  # a longer number is compared as it is written
YEARS = range(1500, 2100)

_CJK = "\u3040-\u9fff\uf900-\ufaff"
_MARK = re.compile('["“”„«»「」『』]')
_SINGLE = re.compile("(?<!\\w)['‘]((?:[^'‘’]|(?<=\\w)['’](?=\\w)){1,300})['’](?!\\w)")
TRIM = ".,;:!?…。，；：！？"
_CLOSING = frozenset(TRIM + ')"”')
_ACRONYM = re.compile(r"(?:^|\W)(?:[^\W\d_]\.){2}|^[^\W\d_]+\.(?:com|org)['’]s$|[A-Z]s$")
_IDENTIFIER = re.compile(
    r"[^\W\d_][\w]*[._/\\@][^\W\d_]|[a-zß-öø-ÿ][A-ZÀ-Ý]|[A-Z]{2,}[_A-Z]*\d"
)  # of an address, a file, a field
OUTSIDE = TRIM + "\"'“”‘’„()[]«»「」_*~`#<>"

REMEMBERED = 2_000  # characters; a longer text is seldom read twice

_key = lru_cache(maxsize=10_000)(normalise)


class Atom(NamedTuple):
    """A word, or several that give one number, quantity or name; not where it stands, so that equal ones are shared."""

    key: str  # what it says, in one form
    word: str  # its normalised words
    raw: str
    kind: str  # "word", "number", "date"
    unit: str  # of a number; what a date gives: weekday, month, day ...
    opens: bool = False  # the first word of a sentence
    quoted: bool = False
    proper: bool = False


class Said(NamedTuple):
    """What a text says, and where it says it."""

    text: str
    atoms: tuple[Atom, ...]
    starts: tuple[int, ...]

    def shown(self, first: int, end: int) -> str:
        """A stretch of atoms as it stands in the text."""
        return (
            self.text[self.starts[first] : self.starts[end - 1] + len(self.atoms[end - 1].raw)] if first < end else ""
        )


class _Word(NamedTuple):
    """A written word, and what it tells wherever it stands."""

    raw: str
    key: str
    atom: Atom  # that it is by itself
    before: frozenset[str] | None  # words with which it may say another thing; None where it always may
    named: bool  # it may be a name
    counts: bool  # it may begin a number
    closes: bool  # no number goes on behind it
    ends: bool  # the next word begins a sentence


class _Words(NamedTuple):
    """The words of a text in order, and where each stands."""

    words: list[_Word]
    keys: list[str]  # and "" behind the last
    starts: list[int]
    opens: list[bool]  # whether each is the first of a sentence


@cache
def _pattern(apart: str) -> re.Pattern[str]:
    """A word or one of the characters `apart`; compiling a class of ideographs costs milliseconds at start-up."""
    word = f"(?:(?<![^\\s(\\[])[-−](?=[$€£¥₹₽]?\\d))?[^\\s\\-–—−‐‑/…{apart}]+"
    return re.compile(f"{word}|[{apart}]" if apart else word)


def _words(text: str) -> _Words:
    words: list[_Word] = []
    starts: list[int] = []
    opens: list[bool] = []
    first = True
    for match in _pattern(apart="" if text.isascii() else _CJK).finditer(text):
        word = _word(match[0])
        if word.key:
            words.append(word)
            starts.append(match.start())
            opens.append(first)
            first = word.ends
        elif word.ends:
            first = True
    return _Words(words, [*(word.key for word in words), ""], starts, opens)


_NEXT: dict[str, frozenset[str]] = {}  # the first word of phrases -> their second words
for _phrase in lex.PHRASES:
    _NEXT[_phrase[0]] = _NEXT.get(_phrase[0], frozenset()) | {_phrase[1]}
_VARYING = frozenset({*lex.MONTHS, *lex.WEEKDAYS, *lex.DAYTIMES, *lex.FRACTIONS, *lex.QUANTITIES})


@lru_cache(maxsize=30_000)
def _word(raw: str) -> _Word:
    key = _key(raw)
    bare = raw.rstrip("\"'”’»)]")
    counts = key in lex.NUMBERS or (key in lex.SCALES and key not in lex.LETTERS) or digital(raw)
    return _Word(
        raw,
        key,
        Atom(lex.ONE_WORD.get(key, key), key, raw, "word", ""),
        before=None if counts or key in _VARYING else _NEXT.get(key, frozenset()),
        named=_identifies(raw) or _capitalised(raw, key),
        counts=counts,
        closes=raw[-1:] in _CLOSING and key not in lex.SCALES,
        ends=bare[-1:] in (*"!?。！？",) or (bare[-1:] == "." and not _abbreviated(bare, key)),
    )


def _abbreviated(bare: str, key: str) -> bool:
    return (
        len(key) == 1 or "." in bare[:-1] or key in lex.ABBREVIATED or key in lex.POLITE or key in ("no", "st", "inc")
    )


def quotations(text: str) -> tuple[tuple[tuple[int, int], ...], bool]:
    """Where the quotations of a text stand, and whether every mark has its other."""
    spans: list[tuple[int, int]] = []
    start, balanced = -1, True
    for match in _MARK.finditer(text):
        at, mark = match.start(), match[0]
        before = text[at - 1 : at] if at else " "
        leads = (before.isspace() or before in "([—–-‘'_*=") and not text[at + 1 : at + 2].isspace()
        if start >= 0 and mark not in "„「『" and not (mark == '"' and leads):
            spans.append((start, at))
            start = -1
            continue
        stray = start < 0 and (mark in "”」』" or (mark == '"' and not leads))
        balanced = balanced and start < 0 and not stray
        start = -1 if stray else at
    if "'" in text or "‘" in text:
        spans += [match.span() for match in _SINGLE.finditer(text) if not _within(spans, match.start())]
    return tuple(sorted(spans)), balanced and start < 0


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    found = bisect_right(spans, (at, len(spans) and spans[-1][1] + at)) - 1
    return found >= 0 and spans[found][0] <= at <= spans[found][1]


def atoms(text: str, spans: tuple[tuple[int, int], ...] = ()) -> Said:
    """What a text says, word by word; words that give one number or one quantity together."""
    return _recent(text, spans) if len(text) <= REMEMBERED else _atoms(text, spans)


def _atoms(text: str, spans: tuple[tuple[int, int], ...]) -> Said:
    read = _words(text)
    words, keys, starts, opens = read
    found: list[Atom] = []
    places: list[int] = []
    placed: list[int] = []  # atoms that may be a name or a date, in their place
    at = stop = 0
    while at < len(words):
        word, start = words[at], starts[at]
        if word.before is not None and keys[at + 1] not in word.before:
            atom, after = word.atom, at + 1
            if word.named:
                placed.append(len(found))
        else:
            if stop <= at:
                stop = _stop(words, at)
            atom, after = _several(text, read, at, stop)
            placed.append(len(found))
        quoted = bool(spans) and _within(spans, start)
        found.append(_standing(atom, opens[at], quoted) if quoted or opens[at] else atom)
        places.append(start)
        at = after
    for at in placed:
        atom = found[at]
        if atom.kind == "number" and _dated(found, at):
            found[at] = atom._replace(kind="date")
        elif atom.kind == "word" and _proper(found, at):
            found[at] = _standing(atom, atom.opens, atom.quoted, proper=True)
    return Said(text, tuple(found), tuple(places))


_recent = lru_cache(maxsize=512)(_atoms)  # one text is held against many


@lru_cache(maxsize=20_000)
def _standing(atom: Atom, opens: bool, quoted: bool, *, proper: bool = False) -> Atom:
    """An atom in its place."""
    return atom._replace(opens=opens, quoted=quoted, proper=proper)


def _several(text: str, read: _Words, at: int, stop: int) -> tuple[Atom, int]:
    """What begins at a word, and the word behind it."""
    key, after, kind, unit = _atom(read, at, stop)
    raw = text[read.starts[at] : read.starts[after - 1] + len(read.words[after - 1].raw)]
    return Atom(key, _key(" ".join(raw.split())) if after > at + 1 else read.keys[at], raw, kind, unit), after


def _stop(words: Sequence[_Word], at: int) -> int:
    """How far what begins at a word may go."""
    last = len(words) - 1
    while at < last and not words[at].closes:
        at += 1
    return at + 1


def _atom(read: _Words, at: int, stop: int) -> tuple[str, int, str, str]:
    """What begins at a word: its key, where it ends, its kind and unit."""
    keys = read.keys
    found = _calendar(read, at) or _number(read, at, stop)
    if found is not None:
        return found
    for end in range(min(stop, at + 4), at + 1, -1):
        name = lex.PHRASES.get(tuple(keys[at:end]))
        if name and (name not in lex.BESIDE or _counts(read, end)):
            return name, end, "word", "quantity" if name in lex.BESIDE else ""
    if keys[at] in lex.QUANTITIES and _counts(read, at + 1):
        return lex.QUANTITIES[keys[at]], at + 1, "word", "quantity"
    return read.words[at].atom.key, at + 1, "word", ""


def _calendar(read: _Words, at: int) -> tuple[str, int, str, str] | None:
    """The month, weekday or time of day that a word gives."""
    key = read.keys[at]
    capital = read.words[at].raw.lstrip(OUTSIDE)[:1].isupper()
    if key in lex.MONTHS and (key not in lex.DOUBTFUL or (capital and (not read.opens[at] or _counts(read, at + 1)))):
        return f"@{lex.MONTHS[key]}", at + 1, "date", "month"
    if key in lex.WEEKDAYS and (capital or key not in lex.DOUBTFUL):
        return f"@{lex.WEEKDAYS[key]}", at + 1, "date", "weekday"
    if key in lex.DAYTIMES:
        return f"@{'noon' if key == 'midday' else key}", at + 1, "date", lex.DAYTIMES[key]
    return None


def _counts(read: _Words, at: int) -> bool:
    """Whether a number begins at a word."""
    return at < len(read.words) and read.words[at].counts


def ideograph(word: str) -> bool:
    """Whether a word is a character of Chinese or Japanese."""
    return "\u3040" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff"


def digital(raw: str) -> bool:
    """Whether a word has a digit."""
    return not raw.isalpha() and any(char.isdigit() for char in raw)


def _number(read: _Words, at: int, stop: int) -> tuple[str, int, str, str] | None:
    keys = read.keys
    key, raw = keys[at], read.words[at].raw
    if not digital(raw):
        if key in lex.FRACTIONS and keys[at - 1 : at] in (["a"], ["one"]) and keys[at + 1 : at + 2] == ["of"]:
            return f"#{1 / lex.FRACTIONS[key]:.12g} ", at + 1, "number", ""
        return _measured(None, "", keys, at, stop) if _counts(read, at) else None
    given = figure(raw) if sum(char.isdigit() for char in raw) <= DIGITS else None
    if given is None:
        return f"#{key}", at + 1, "number", "?"
    if given.unit == "time":
        half = keys[at + 1] if at + 1 < stop and keys[at + 1] in ("am", "pm") else ""
        value = minutes(raw.strip(OUTSIDE), half) if half else given.value
        return f"#{value:g} time", at + 1 + bool(half), "number", "time"
    value, first = given.value, at
    while raw.isdigit() and len(raw) <= GROUP and first + 1 < stop and _group(read, first):
        value = value * 1000 + float(keys[first + 1])
        first += 1
    if given.unit and first == at and given.unit not in lex.MONEY and given.unit != "a$":
        return f"#{value:.12g} {given.unit}", at + 1, "number", given.unit
    return _measured(value, given.unit, keys, first, stop)


def _group(read: _Words, at: int) -> bool:
    """Whether the next word goes on with the digits of this one: "2 000"."""
    digits = read.words[at + 1].raw.rstrip(OUTSIDE)
    beside = read.starts[at + 1] == read.starts[at] + len(read.words[at].raw) + 1
    return beside and len(digits) == GROUP and digits.isdecimal() and read.keys[at + 1] == digits


def _measured(value: float | None, unit: str, keys: Sequence[str], at: int, stop: int) -> tuple[str, int, str, str]:
    """A number with its scale and unit."""
    value, end = spoken(keys, at, stop, value)[-1]
    if not unit and keys[at] not in lex.ORDINALS:
        unit, end = unit_after(keys, end, stop)
    if unit == "o'clock":
        return f"#{minutes(f'{value:g}', keys[end - 1]):g} time", end, "number", "time"
    return f"#{value:.12g} {unit}", end, "number", unit


def _dated(found: Sequence[Atom], at: int) -> bool:
    """Whether a number in its place is a date: beside a month, as a year or a time of day."""
    atom = found[at]
    if atom.unit:
        return atom.unit in ("time", "s")
    bare = atom.raw.strip(OUTSIDE)
    if len(bare) == 4 and bare.isdecimal() and int(bare) in YEARS:  # noqa: PLR2004
        return True
    after = [near.word for near in found[at + 1 : at + 2]]
    if after == ["century"] or (atom.word in lex.ORDINALS and after in (["quarter"], ["half"])):
        return True
    return any(near.unit == "month" for near in found[max(0, at - 2) : at + (3 if after == ["of"] else 2)])


def capital(atom: Atom) -> bool:
    """Whether a word has a capital."""
    return atom.raw.lstrip(OUTSIDE)[:1].isupper()


@lru_cache(maxsize=30_000)
def _identifies(raw: str) -> bool:
    """Whether a word is an address, a file or the like."""
    bare = raw.strip(OUTSIDE)
    return bool(_IDENTIFIER.search(bare)) and not _ACRONYM.search(bare)


@lru_cache(maxsize=30_000)
def _capitalised(raw: str, word: str) -> bool:
    """Whether a word has a capital that is not owed to an article or a pronoun."""
    bare = raw.strip(OUTSIDE)
    return bare[:1].isupper() and (word not in lex.LIGHT or (bare.isupper() and len(bare) > 1))


def _proper(found: Sequence[Atom], at: int) -> bool:
    """Whether an atom is a name: capitalised, no ordinary first word of a sentence, no German noun."""
    atom = found[at]
    if atom.kind != "word":
        return False
    if _identifies(atom.raw):
        return True
    if not _capitalised(atom.raw, atom.word):
        return False
    if atom.opens or atom.raw[:1] in '"“„«':
        after = found[at + 1] if at + 1 < len(found) else None
        return after is not None and not after.opens and after.kind == "word" and capital(after)
    one, two = found[at - 2].word if at > 1 else "", found[at - 1].word if at else ""
    if two in lex.ARTICLES:
        return one in ("von", "van", "de")
    return not (one in lex.ARTICLES and two.endswith(("e", "en", "er", "es", "em")) and not capital(found[at - 1]))


def possessor(atom: Atom) -> str:
    """A name without its possessive ending."""
    return atom.key.removesuffix("s") if atom.raw.rstrip(OUTSIDE).endswith(("'s", "’s")) else atom.key
