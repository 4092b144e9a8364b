"""Facts, on the raw text: what two copies of a passage disagree on, and what a cut would take from an article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe.lexicon import (
    CURRENCIES,
    DAYS,
    LIGHT,
    MEANING,
    MONTHS,
    NEGATIONS,
    NUMBERS,
    ONE_SIDED,
    SCALES,
    UNITS,
    WEEKDAYS,
)
from dedupe.model import FACT_KINDS, Change, Kind
from dedupe.words import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ALIGNED = 2_000  # tokens; longer differing stretches are compared as one
SMALL = 4  # words; a longer one-sided stretch is a clause of its own, not a changed word
CLAUSE = 5

_TOKEN = re.compile("[^\\s\u00a0\\-–—/‐‑\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")
_TRIM = ".,;:!?…。，；：！？"
_OPEN, _CLOSE = "“„«「『", "”»」』"
_WORDY = re.compile("\\w")
_DIGITS = re.compile("([-−]?)([$€£¥₹₽₩₺]?)([-−]?)(\\d[\\d.,]*)(?:st|nd|rd|th)?([a-z%°]*)$", re.IGNORECASE)
_QUOTED = re.compile('["“„«「]([^"“”„«»「」]+)["“”»」]')
_NUMBER = re.compile("[^\\s\u00a0]*\\d[^\\s\u00a0]*(?:[\\s\u00a0][^\\s\u00a0]+)?")
_SUFFIX = re.compile("(?:ingly|edly|ation|ments?|ings?|edly|ies|ied|ers?|ors?|ed|es|ly|s|e|y)$")


class _Token(NamedTuple):
    raw: str
    key: str  # normalised
    quoted: bool
    opens: bool  # the first word of a sentence
    at: int  # its first character
    end: int


def _tokens(text: str) -> list[_Token]:
    """The words of a text as they stand, with what is known of their place."""
    found: list[_Token] = []
    quoted, opens = False, True
    balanced = text.count('"') % 2 == 0
    for match in _TOKEN.finditer(text):
        raw = match[0]
        key = normalise(raw)
        starts = any(mark in raw[:3] for mark in _OPEN) or (balanced and not quoted and raw[:1] == '"')
        quoted = quoted or starts
        if key:
            found.append(_Token(raw, key, quoted, opens or (starts and raw[:1] in '"“„«'), match.start(), match.end()))
            opens = False
        if any(mark in raw for mark in _CLOSE) or (balanced and quoted and '"' in raw[1:]):
            quoted = False
        if raw.rstrip("\"'”’»)]")[-1:] in ".!?。！？":
            opens = True
    return found


def compare(kept: str, dropped: str, known: str = "") -> tuple[Change, ...]:
    """The differences between two copies of one passage, in order, in the words of each.

    `known` is what remains of the article: a form of a name that stands there in full is a `word` change.
    """
    if kept == dropped:
        return ()
    one, two = _tokens(kept), _tokens(dropped)
    found: list[tuple[int, Change]] = []
    ranges = _grown(one, two, list(_ranges(one, two)))
    at = 0
    previous = (0, 0)
    for a, b, c, d in [*ranges, (len(one), len(one), len(two), len(two))]:
        found += _marks(one[previous[0] : a], two[previous[1] : c], at)
        at = a
        previous = (b, d)
        change = _change(kept, dropped, one[a:b], two[c:d], known)
        if change is not None:
            found.append((a, change))
    return tuple(change for _, change in found)


def disagree(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes of fact among some changes."""
    return tuple(change for change in changes if change.kind in FACT_KINDS)


def _ranges(one: Sequence[_Token], two: Sequence[_Token]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of tokens that differ: [a, b) of the one against [c, d) of the other."""
    left, right = [token.key for token in one], [token.key for token in two]
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    if not left and not right:
        return
    if max(len(left), len(right)) > ALIGNED:
        yield head, head + len(left), head, head + len(right)
        return
    from difflib import SequenceMatcher  # noqa: PLC0415  equal copies never need it

    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + a, head + b, head + c, head + d


def _grown(
    one: Sequence[_Token], two: Sequence[_Token], ranges: list[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int]]:
    """A run that only one copy has is shown with the name that it belongs to."""
    found: list[tuple[int, int, int, int]] = []
    for at, (first, last, third, fourth) in enumerate(ranges):
        a, b, c, d = first, last, third, fourth
        if (a == b) != (c == d):
            side, low, high = (two, c, d) if a == b else (one, a, b)
            stop_b, stop_d = ranges[at + 1][::2] if at + 1 < len(ranges) else (len(one), len(two))
            floor_a, floor_c = (found[-1][1], found[-1][3]) if found else (0, 0)
            if side[low].key in LIGHT and high - low <= SMALL:
                while a > floor_a and c > floor_c and _named(side[(a if side is one else c) - 1]):
                    a, c = a - 1, c - 1
            elif _named(side[high - 1]):
                while b < stop_b and d < stop_d and _inside(one[b]) and _inside(two[d]):
                    b, d = b + 1, d + 1
        found.append((a, b, c, d))
    return found


def _inside(token: _Token) -> bool:
    """Whether a token is capitalised though no sentence begins with it."""
    return _named(token) and not token.opens


def _named(token: _Token) -> bool:
    return token.raw.lstrip("\"'“‘«(")[:1].isupper()


def _shown(text: str, tokens: Sequence[_Token]) -> str:
    return text[tokens[0].at : tokens[-1].end] if tokens else ""


def _house(text: str) -> str:
    """The words of a text without those that house style adds or drops, months and numbers in one form."""
    words = normalise(text).split()
    found = []
    for at, word in enumerate(words):
        if word in ("on", "the", "a", "an", "us") and (word != "us" or len(words) > 1):
            continue
        found.append(MONTHS.get(word, word) if not (word == "may" and at == 0 and len(words) == 1) else word)
    return " ".join(found)


def _change(kept: str, dropped: str, one: Sequence[_Token], two: Sequence[_Token], known: str) -> Change | None:
    if not one and not two:
        return None
    left, right = _shown(kept, one), _shown(dropped, two)
    while left and right and left[-1] == right[-1] and left[-1] in _TRIM + '"”»':
        left, right = left[:-1], right[:-1]
    while left and right and left[0] == right[0] and left[0] in '"“„«(':
        left, right = left[1:], right[1:]
    if not left or not right:
        left, right = left.strip(_TRIM), right.strip(_TRIM)
    if normalise(left) == normalise(right):
        return None
    kind = _kind(one, two, known)
    if kind == "word" and one and two and _same_said(one, two, left, right):
        kind = "mark"
    return Change(kind, " ".join(left.split()), " ".join(right.split()))


def _same_said(one: Sequence[_Token], two: Sequence[_Token], left: str, right: str) -> bool:
    """Whether two stretches say the same in another house style: "3 billion" and "3bn", "Jan." and "January"."""
    if _house(left) == _house(right):
        return True
    values = _values(one), _values(two)
    return bool(values[0]) and values[0] == values[1] and _rest(one) == _rest(two)


def _rest(tokens: Sequence[_Token]) -> list[str]:
    return [
        token.key
        for token in tokens
        if _value(token) is None and token.key not in SCALES and token.key not in UNITS and token.key not in LIGHT
    ]


def _kind(one: Sequence[_Token], two: Sequence[_Token], known: str) -> Kind:
    left, right = [token.key for token in one], [token.key for token in two]
    if _negated(left) != _negated(right) and min(len(left), len(right)) <= SMALL >= abs(len(left) - len(right)):
        return "negation"
    numbers = _values(one), _values(two)
    if all(numbers) and numbers[0] != numbers[1]:
        return "date" if (_months(left) and _months(right)) else "number"
    if _differ(_dates(left), _dates(right)) or _differ(_months(left, may=True), _months(right, may=True)):
        return "date"
    if _differ({UNITS[key] for key in left if key in UNITS}, {UNITS[key] for key in right if key in UNITS}):
        return "number"
    if _meaning(left, right):
        return "meaning"
    names = _names(one), _names(two)
    if all(names) and not _same_name(names[0], names[1], known):
        return "name"
    if one and two and all(token.quoted for token in (*one, *two)):
        return "quote"
    return "word"


def _negated(keys: Sequence[str]) -> bool:
    return sum(key in NEGATIONS for key in keys) % 2 == 1


def _differ(one: set[str], two: set[str]) -> bool:
    """Whether both sides have something and not the same."""
    return bool(one) and bool(two) and one != two


def _dates(keys: Sequence[str]) -> set[str]:
    return {WEEKDAYS[key] for key in keys if key in WEEKDAYS} | {key for key in keys if key in DAYS} | _months(keys)


def _months(keys: Sequence[str], *, may: bool = False) -> set[str]:
    """The months named; "may" and "march" only where the other side makes months of them."""
    return {MONTHS[key] for key in keys if key in MONTHS and (may or key not in ("may", "mar", "march"))}


def _meaning(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the copies have words of the same row of opposites, but not the same side of it."""
    one = {pair for key in left for pair in MEANING.get(key, ())}
    two = {pair for key in right for pair in MEANING.get(key, ())}
    for row in {pair[0] for pair in one} & {pair[0] for pair in two}:
        if {pair for pair in one if pair[0] == row}.isdisjoint(pair for pair in two if pair[0] == row):
            return True
    small = max(len(left), len(right)) <= SMALL
    return small and {key for key in left if key in ONE_SIDED} != {key for key in right if key in ONE_SIDED}


def _names(tokens: Sequence[_Token]) -> list[str]:
    """The capitalised words that are no ordinary first word of a sentence, possessives as their names."""
    return [
        token.key.removesuffix("s") if token.raw.rstrip(_TRIM).endswith(("'s", "’s")) else token.key
        for token in tokens
        if _named(token) and token.key not in LIGHT and token.key not in MONTHS and token.key not in WEEKDAYS
    ]


def _same_name(one: Sequence[str], two: Sequence[str], known: str) -> bool:
    """Whether two forms are of one name: one in the other, or a form whose full form the article has."""
    if set(one) <= set(two) or set(two) <= set(one) or "".join(one) == "".join(two):
        return True
    if _initials(one, two) or _initials(two, one):
        return True
    if not known:
        return False
    said = f" {normalise(known)} "
    return f" {' '.join(one)} {' '.join(two)} " in said or f" {' '.join(two)} {' '.join(one)} " in said


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    return len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)


def _values(tokens: Sequence[_Token]) -> list[tuple[float, str]]:
    """The numbers in some tokens: value and unit or currency, in order."""
    found: list[tuple[float, str]] = []
    open_number = False
    for at, token in enumerate(tokens):
        value = _value(token)
        if value is not None:
            open_number = True
            found.append(value)
        elif open_number and token.key in SCALES and token.key != "m":
            found[-1] = (found[-1][0] * SCALES[token.key], found[-1][1])
        elif open_number and token.key in UNITS:
            found[-1] = (found[-1][0], found[-1][1] or UNITS[token.key])
            open_number = False
        elif open_number and token.key == "per" and at + 1 < len(tokens) and tokens[at + 1].key == "cent":
            found[-1] = (found[-1][0], "%")
            open_number = False
        else:
            open_number = open_number and token.key == "us"
    return [
        (round(value, 6), {"$": "dollar", "€": "euro", "£": "lb", "¥": "yen"}.get(unit, unit)) for value, unit in found
    ]


def _value(token: _Token) -> tuple[float, str] | None:
    raw = token.raw.strip(_TRIM + "\"'“”‘’()[]«»")
    if token.key in NUMBERS and not (token.key == "second" and not raw[:1].islower()):
        return NUMBERS[token.key], ""
    match = _DIGITS.match(raw.removeprefix("US"))
    if match is None:
        return None
    digits = match[4].rstrip(".,")
    parts = re.split("[.,]", digits)
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0":  # noqa: PLR2004
        value = float("".join(parts))
    else:
        value = float(f"{''.join(parts[:-1])}.{parts[-1]}") if len(parts) > 1 else float(digits)
    suffix = match[5].lower()
    unit = match[2] or UNITS.get(suffix, "")
    return (-value if match[1] or match[3] else value) * SCALES.get(suffix, 1.0), unit


def _marks(one: Sequence[_Token], two: Sequence[_Token], _at: int) -> list[tuple[int, Change]]:
    """Equal words that differ in punctuation, and quotation marks that appear or go."""
    found: list[tuple[int, Change]] = []
    for left, right in zip(one, two, strict=True):
        if left.raw == right.raw:
            continue
        if left.quoted != right.quoted:
            if not found or found[-1][1].kind != "quote":
                found.append((_at, Change("quote", left.raw, right.raw)))
        elif any(mark in left.raw + right.raw for mark in CURRENCIES) and _value(left) != _value(right):
            found.append((_at, Change("number", left.raw, right.raw)))
        elif _plain(left.raw) != _plain(right.raw):
            kind: Kind = "number" if _sign(left.raw) != _sign(right.raw) else "mark"
            found.append((_at, Change(kind, left.raw, right.raw)))
    return found


def _sign(raw: str) -> bool:
    return re.match("[-−][$€£¥]?\\d", raw) is not None


def _plain(raw: str) -> str:
    """A word without what house style varies: case, the kind of quotation marks, separators in numbers."""
    text = raw.translate(_HOUSE).casefold()
    return (
        re.sub("(?<=\\d),(?=\\d{3})", "", text)
        if any(char.isdigit() for char in text)
        else text.replace(".", "", text.count(".") - text.endswith("."))
    )


_HOUSE = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "\u00ad": None,
        "\ufeff": None,
        "\u200b": None,
    }
)


@dataclass(frozen=True)
class Known:
    """What some texts say, in the forms in which it can be looked up."""

    stems: frozenset[str]
    numbers: frozenset[float]
    run: str  # all their normalised words, one space between


def known(texts: Iterable[str]) -> Known:
    """What some texts say."""
    joined = "\n".join(dict.fromkeys(texts))
    run = words(joined)
    said = set(run)
    numbers = {value for found in _NUMBER.finditer(joined) for value, _ in _values(_tokens(found[0]))}
    numbers.update(NUMBERS[word] for word in said & NUMBERS.keys())
    if not said.isdisjoint(SCALES):
        numbers.update(NUMBERS[one] * SCALES[two] for one, two in pairwise(run) if one in NUMBERS and two in SCALES)
    return Known(frozenset(map(_stem, said)), frozenset(numbers), f" {' '.join(run)} ")


def lost(dropped: str, remaining: Known) -> tuple[str, ...]:
    """What a passage says that stands nowhere in what remains, as runs of its words; nothing where nothing is lost."""
    tokens = _tokens(dropped)
    runs: list[list[_Token]] = []
    previous = -2
    numbers = {token: value for token in tokens if (value := _value(token)) is not None}
    for at, token in enumerate(tokens):
        if not _missing(tokens, at, token, numbers, remaining):
            continue
        if previous == at - 1:
            runs[-1].append(token)
        else:
            runs.append([token])
        previous = at
    found = [_shown(dropped, run).strip(_TRIM + "\"'“”‘’()[]«»") for run in runs]
    for match in _QUOTED.finditer(dropped):
        said = normalise(match[1])
        if " " in said and f" {said} " not in remaining.run and not any(run in match[1] for run in found):
            found.append(match[1].strip())
    return tuple(dict.fromkeys(" ".join(run.split()) for run in found if run))


def _missing(
    tokens: Sequence[_Token], at: int, token: _Token, numbers: dict[_Token, tuple[float, str]], remaining: Known
) -> bool:
    if token in numbers and token.key not in ("half", "second", "one"):
        scaled = _values(tokens[at : at + 3])
        return not {numbers[token][0], *(value for value, _ in scaled[:1])} & remaining.numbers
    if token.key in LIGHT or (token.key.endswith("ly") and not _named(token)):
        return False
    return any(word not in LIGHT and _stem(word) not in remaining.stems for word in token.key.split())


def _stem(word: str) -> str:
    """A word without its inflection; a number as it is."""
    if len(word) < 4 or not word.isascii():  # noqa: PLR2004  too short to have one
        return word
    stem = _SUFFIX.sub("", word)
    return stem if len(stem) > 2 else word  # noqa: PLR2004  a root
