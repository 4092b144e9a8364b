"""Numbers as copy writes them, in digits and in words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe.lexicon import FRACTIONS, LETTERS, NUMBERS, SCALES, SYMBOLS, UNIT_PREFIXES, UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Figure(NamedTuple):
    """A number: its value (in minutes where it is a time of day) and its unit, "" where it has none."""

    value: float
    unit: str


_FIGURE = re.compile("([-−]?)([a-z]{0,3}\\$|[€£¥₹₽]?)([-−]?)([.]?\\d[\\d.,:]*)(?:st|nd|rd|th|er|eme|º|ª)?([^\\d]*)$")
_OUTSIDE = "\"'“”‘’()[]«»„「」,;:!?…。，_*~`#<>"
GROUP = 3  # digits between thousands separators
_NOON = 12


@lru_cache(maxsize=10_000)
def figure(raw: str) -> Figure | None:
    """The number that a word in digits gives; None for a word without one."""
    match = _FIGURE.match(raw.casefold().strip(_OUTSIDE).rstrip(_OUTSIDE + "."))
    if match is None:
        return None
    suffix = match[5].strip("°.-").replace(".", "")
    digits = match[4].rstrip(".,:")
    value = float(_plain_digits(digits))
    if suffix in SCALES and suffix:
        value, suffix = value * SCALES[suffix], ""
    if suffix in ("am", "pm") or (":" in digits and not suffix and digits.count(":") == 1):
        return Figure(minutes(digits, suffix), "time")
    money = SYMBOLS.get(match[2], match[2])
    return Figure(-value if match[1] or match[3] else value, money or SYMBOLS.get(suffix) or UNITS.get(suffix, suffix))


def _plain_digits(digits: str) -> str:
    """Digits as `float` reads them: "2,000" and "2.000.000" in full, "3,5" and "3.5" as decimals."""
    parts = re.split("[.,:]", digits)
    grouped = len(parts[0]) <= GROUP and all(len(part) == GROUP for part in parts[1:])
    marks = [mark for mark in digits if mark in ".,:"]
    if len(marks) > 1 and marks[-1] not in marks[:-1]:
        return f"{''.join(parts[:-1])}.{parts[-1]}"
    if len(marks) > 1 or (grouped and marks == [","]):
        return "".join(parts)
    return ".".join(parts)


def minutes(digits: str, half: str) -> float:
    """A time of day in minutes; `half` is "am", "pm" or nothing."""
    hours, _, minutes = digits.replace(".", ":").partition(":")
    hour = _digits(hours) % _NOON if half else _digits(hours)
    return (hour + (_NOON if half == "pm" else 0)) * 60 + _digits(minutes)


def _digits(text: str) -> float:
    return float(re.sub("\\D", "", text) or 0)


def spoken(keys: Sequence[str], at: int, stop: int, value: float | None = None) -> list[tuple[float, int]]:
    """The number that begins at `keys[at]` as it grows word by word: (value, end) pairs, the last one is the whole."""
    spelled = value is None
    part = value if value is not None else NUMBERS[keys[at]] if keys[at] in NUMBERS else SCALES[keys[at]]
    total, room = 0.0, _room(part) if spelled else 0.0
    found, end = [(part, at + 1)], at + 1
    while end < stop:
        key = keys[end]
        if key in SCALES and (key not in LETTERS or not spelled):
            part, total = (part * 1e2, total) if SCALES[key] == 1e2 else (0.0, total + part * SCALES[key])  # noqa: PLR2004
            room = SCALES[key] if spelled else 0.0
        elif spelled and NUMBERS.get(key, room) < room:
            part += NUMBERS[key]
            room = _room(NUMBERS[key])
        elif not (spelled and _tail(keys, at, end, stop)):
            break
        else:
            part, end = _grown(part, keys, end)
        end += 1
        found.append((total + part, end))
    return found


def _room(value: float) -> float:
    """What may follow a number word: "twenty" takes up to nine."""
    return 10.0 if value >= 20 and value % 10 == 0 else 0.0  # noqa: PLR2004


def _tail(keys: Sequence[str], at: int, end: int, stop: int) -> bool:
    """Whether a number goes on at `keys[end]`: "two thirds", "half a million", "a hundred and two", "two dozen"."""
    key, after = keys[end], keys[end + 1] if end + 1 < stop else ""
    if key in FRACTIONS:
        return (key.endswith("s") and keys[at] in _CARDINALS) or keys[at] == "one"
    if key == "a":
        return keys[at] == "half" and (after in SCALES or after == "dozen")
    if key == "and":
        return after in NUMBERS and keys[end - 1] in SCALES
    return key == "dozen" and keys[at] in _CARDINALS


_CARDINALS = frozenset(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "half"]
)


def _grown(part: float, keys: Sequence[str], end: int) -> tuple[float, int]:
    key = keys[end]
    if key in FRACTIONS:
        return part / FRACTIONS[key], end
    if key == "dozen":
        return part * 12, end
    after = keys[end + 1]
    if key == "and":
        return part + NUMBERS[after], end + 1
    return part * SCALES.get(after, 12), end + 1


def unit_after(keys: Sequence[str], at: int, stop: int) -> tuple[str, int]:
    """The unit that follows a number, and where it ends."""
    key, after = keys[at] if at < stop else "", keys[at + 1] if at + 1 < stop else ""
    if key == "per" and after == "cent":
        return "%", at + 2
    if key in UNIT_PREFIXES and after in UNITS:
        area = key if key in ("square", "cubic", "nautical", "metric") else ""
        return f"{area} {UNITS[after]}".strip(), at + 2
    if key in UNITS and (key not in LETTERS or key in ("am", "pm")):
        return UNITS[key], at + 1
    return "", at
