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

_key = lru_cache(maxsize=50_000)(normalise)


class Atom(NamedTuple):
    """A word, or several that give one number, quantity or name."""

    key: str  # what it says, in one form
    word: str  # its normalised words
    raw: str
    at: int
    end: int
    kind: str  # "word", "number", "date"
    unit: str  # of a number; what a date gives: weekday, month, day ...
    opens: bool  # the first word of a sentence
    quoted: bool = False
    proper: bool = False


class _Token(NamedTuple):
    raw: str
    key: str
    at: int
    end: int
    opens: bool


@cache
def _pattern(apart: str) -> re.Pattern[str]:
    """A word or one of the characters `apart`; compiling a class of ideographs costs milliseconds at start-up."""
    word = f"(?:(?<![^\\s(\\[])[-−](?=[$€£¥₹₽]?\\d))?[^\\s\\-–—−‐‑/…{apart}]+"
    return re.compile(f"{word}|[{apart}]" if apart else word)


def _tokens(text: str) -> list[_Token]:
    found, opens = [], True
    for match in _pattern(apart="" if text.isascii() else _CJK).finditer(text):
        raw = match[0]
        key = _key(raw)
        if key:
            found.append(_Token(raw, key, match.start(), match.end(), opens))
            opens = False
        bare = raw.rstrip("\"'”’»)]")
        if bare[-1:] in (*"!?。！？",) or (bare[-1:] == "." and not _abbreviated(bare, key)):
            opens = True
    return found


def _abbreviated(bare: str, key: str) -> bool:
    return (
        len(key) == 1 or "." in bare[:-1] or key in lex.ABBREVIATED or key in lex.POLITE or key in ("no", "st", "inc")
    )


def quotations(text: str) -> tuple[list[tuple[int, int]], bool]:
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
    spans += [match.span() for match in _SINGLE.finditer(text) if not _within(spans, match.start())]
    return sorted(spans), balanced and start < 0


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    found = bisect_right(spans, (at, len(spans) and spans[-1][1] + at)) - 1
    return found >= 0 and spans[found][0] <= at <= spans[found][1]


def atoms(text: str, spans: Sequence[tuple[int, int]] = ()) -> list[Atom]:
    """What a text says, word by word; words that give one number or one quantity together."""
    tokens = _tokens(text)
    keys = [token.key for token in tokens]
    stops = [0] * len(tokens)
    for at in range(len(tokens) - 1, -1, -1):
        closes = at + 1 == len(tokens) or (tokens[at].raw[-1:] in _CLOSING and keys[at] not in lex.SCALES)
        stops[at] = at + 1 if closes else stops[at + 1]
    found: list[Atom] = []
    at = 0
    while at < len(tokens):
        key, end, kind, unit = _atom(tokens, keys, at, stops[at])
        raw = text[tokens[at].at : tokens[end - 1].end]
        found.append(
            Atom(
                key,
                _key(" ".join(raw.split())) if end > at + 1 else keys[at],
                raw,
                tokens[at].at,
                tokens[end - 1].end,
                kind,
                unit,
                tokens[at].opens,
            )
        )
        at = end
    return [
        atom._replace(quoted=_within(spans, atom.at), proper=_proper(found, at), kind=_dated(found, at))
        for at, atom in enumerate(found)
    ]


def _atom(tokens: Sequence[_Token], keys: Sequence[str], at: int, stop: int) -> tuple[str, int, str, str]:
    """What begins at a token: its key, where it ends, its kind and unit."""
    key, raw = keys[at], tokens[at].raw.lstrip(OUTSIDE)
    capital = raw[:1].isupper()
    if key in lex.MONTHS and (
        key not in lex.DOUBTFUL or (capital and (not tokens[at].opens or _counts(tokens, at + 1)))
    ):
        return f"@{lex.MONTHS[key]}", at + 1, "date", "month"
    if key in lex.WEEKDAYS and (capital or key not in lex.DOUBTFUL):
        return f"@{lex.WEEKDAYS[key]}", at + 1, "date", "weekday"
    if key in lex.DAYTIMES:
        return f"@{'noon' if key == 'midday' else key}", at + 1, "date", lex.DAYTIMES[key]
    number = _number(tokens, keys, at, stop)
    if number is not None:
        return number
    for end in range(min(stop, at + 4), at + 1, -1):
        name = lex.PHRASES.get(tuple(keys[at:end]))
        if name and (name not in lex.BESIDE or _counts(tokens, end)):
            return name, end, "word", "quantity" if name in lex.BESIDE else ""
    if key in lex.QUANTITIES and _counts(tokens, at + 1):
        return lex.QUANTITIES[key], at + 1, "word", "quantity"
    return lex.ONE_WORD.get(key, key), at + 1, "word", ""


def _counts(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a number begins at a token."""
    if at >= len(tokens):
        return False
    key = tokens[at].key
    return key in lex.NUMBERS or (key in lex.SCALES and key not in lex.LETTERS) or digital(tokens[at].raw)


def ideograph(word: str) -> bool:
    """Whether a word is a character of Chinese or Japanese."""
    return "\u3040" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff"


def digital(raw: str) -> bool:
    """Whether a word has a digit."""
    return any(char.isdigit() for char in raw)


def _number(tokens: Sequence[_Token], keys: Sequence[str], at: int, stop: int) -> tuple[str, int, str, str] | None:
    key, raw = keys[at], tokens[at].raw
    if not digital(raw):
        if key in lex.FRACTIONS and keys[at - 1 : at] in (["a"], ["one"]) and keys[at + 1 : at + 2] == ["of"]:
            return f"#{1 / lex.FRACTIONS[key]:.12g} ", at + 1, "number", ""
        return _measured(None, "", keys, at, stop) if _counts(tokens, at) else None
    given = figure(raw) if sum(char.isdigit() for char in raw) <= DIGITS else None
    if given is None:
        return f"#{key}", at + 1, "number", "?"
    if given.unit == "time":
        half = keys[at + 1] if at + 1 < stop and keys[at + 1] in ("am", "pm") else ""
        value = minutes(raw.strip(OUTSIDE), half) if half else given.value
        return f"#{value:g} time", at + 1 + bool(half), "number", "time"
    value, first = given.value, at
    while raw.isdigit() and len(raw) <= GROUP and first + 1 < stop and _group(tokens, first):
        value = value * 1000 + float(keys[first + 1])
        first += 1
    if given.unit and first == at and given.unit not in lex.MONEY and given.unit != "a$":
        return f"#{value:.12g} {given.unit}", at + 1, "number", given.unit
    return _measured(value, given.unit, keys, first, stop)


def _group(tokens: Sequence[_Token], at: int) -> bool:
    """Whether the next token goes on with the digits of this one: "2 000"."""
    one, two = tokens[at], tokens[at + 1]
    digits = two.raw.rstrip(OUTSIDE)
    return two.at == one.end + 1 and len(digits) == GROUP and digits.isdecimal() and two.key == digits


def _measured(value: float | None, unit: str, keys: Sequence[str], at: int, stop: int) -> tuple[str, int, str, str]:
    """A number with its scale and unit."""
    value, end = spoken(keys, at, stop, value)[-1]
    if not unit and keys[at] not in lex.ORDINALS:
        unit, end = unit_after(keys, end, stop)
    if unit == "o'clock":
        return f"#{minutes(f'{value:g}', keys[end - 1]):g} time", end, "number", "time"
    return f"#{value:.12g} {unit}", end, "number", unit


def _dated(found: Sequence[Atom], at: int) -> str:
    """The kind of an atom in its place: a number beside a month, a year and a time of day are dates."""
    atom = found[at]
    if atom.kind != "number":
        return atom.kind
    bare = atom.raw.strip(OUTSIDE)
    after = [near.word for near in found[at + 1 : at + 2]]
    month = any(near.unit == "month" for near in found[max(0, at - 2) : at + (3 if after == ["of"] else 2)])
    month = month or after == ["century"] or (atom.word in lex.ORDINALS and after in (["quarter"], ["half"]))
    year = len(bare) == 4 and bare.isdecimal() and int(bare) in YEARS  # noqa: PLR2004
    return "date" if atom.unit in ("time", "s") or (not atom.unit and (month or year)) else "number"


def capital(atom: Atom) -> bool:
    """Whether a word has a capital."""
    return atom.raw.lstrip(OUTSIDE)[:1].isupper()


def _proper(found: Sequence[Atom], at: int) -> bool:
    """Whether an atom is a name: capitalised, no ordinary first word of a sentence, no German noun."""
    atom = found[at]
    bare = atom.raw.strip(OUTSIDE)
    if atom.kind == "word" and _IDENTIFIER.search(bare) and not _ACRONYM.search(bare):
        return True
    if (
        atom.kind != "word"
        or not bare[:1].isupper()
        or (atom.word in lex.LIGHT and not (bare.isupper() and len(bare) > 1))
    ):
        return False
    if atom.opens or atom.raw[:1] in '"“„«':
        after = found[at + 1] if at + 1 < len(found) else None
        return after is not None and not after.opens and after.kind == "word" and capital(after)
    before = [near.word for near in found[max(0, at - 2) : at]]
    if before[-1:] and before[-1] in lex.ARTICLES:
        return before[0] in ("von", "van", "de")
    return not (
        len(before) > 1
        and before[0] in lex.ARTICLES
        and before[1].endswith(("e", "en", "er", "es", "em"))
        and not capital(found[at - 1])
    )


def shown_as(text: str, some: Sequence[Atom]) -> str:
    """A stretch as it stands in its text."""
    return text[some[0].at : some[-1].end] if some else ""


def possessor(atom: Atom) -> str:
    """A name without its possessive ending."""
    return atom.key.removesuffix("s") if atom.raw.rstrip(OUTSIDE).endswith(("'s", "’s")) else atom.key
