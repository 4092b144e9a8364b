"""The paragraphs of a JSON record of plain texts without their places: all that a comparison asks for at first."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import text
from dedupe.formats.ninjs import KEYS, NAMED, head_of, owner_of

if TYPE_CHECKING:
    from dedupe.model import Role

    Pairs = tuple[tuple[str, object], ...]


def _number(_said: str) -> None:
    """Nothing: a number is no text, however long."""


_READ = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_number, parse_float=_number)


class Skimmed(NamedTuple):
    """The paragraphs of a record in order."""

    key: str  # what it is known by; "" where it does not say
    roles: list[Role]
    texts: list[str]
    places: list[tuple[int, int, int]]  # of each, first and last character in its field, and which that is
    fields: dict[int, str]  # those with texts


class _Key(NamedTuple):
    """What a string under a key of a record is."""

    text: bool
    role: Role | None  # of what stands beside a text
    html: bool
    listed: bool  # whether a list under it may be a text, stand beside one or name it


def skim(words: str, field: str, id_field: str = "") -> Skimmed | None:
    """What `ninjs.documents` and `ninjs.told` read in a record, or None where only they can tell.

    That is so where it is no plain object, says nothing, holds no text or more than one, or one that has markup.
    """
    pairs = _pairs(words)
    if pairs is None or "." in id_field:
        return None
    roles: list[Role] = []
    texts: list[str] = []
    places: list[tuple[int, int, int]] = []
    known: dict[int, str] = {}
    bodies = 0
    for at, (name, value) in enumerate(pairs):
        key = _key(name, field)
        if isinstance(value, str):
            if not key.text and key.role is None:
                continue
            bodies += key.text
            if "<" in value or key.html:
                return None
            known[at] = value
            if key.role is not None and value.isprintable() and " " < value[:1] < "\x7f" and " " < value[-1] < "\x7f":
                roles.append(key.role)
                texts.append(value)
                places.append((0, len(value), at))
                continue
            for _, some in text.stories(value):
                for first, last, _, _, role, said in some:
                    roles.append(key.role or role)
                    texts.append(said)
                    places.append((first, last, at))
        elif isinstance(value, tuple) or (
            isinstance(value, list) and not _scalars(value, listed=key.listed or name == id_field)
        ):
            return None
    return Skimmed(_named(pairs, id_field), roles, texts, places, known) if bodies == 1 and texts else None


def fields(words: str) -> dict[int, str]:
    """The strings of a record that was skimmed, by their place in it."""
    return {at: value for at, (_, value) in enumerate(_pairs(words) or ()) if isinstance(value, str)}


def _named(pairs: Pairs, field: str) -> str:
    """What a record is known by."""
    said = {name: value for name, value in pairs if isinstance(value, str)}
    return next((said[name] for name in ((field,) if field else KEYS) if name in said), "")


def _pairs(words: str) -> Pairs | None:
    """The keys and values of a record that is a plain object, each key once."""
    if "\\ud" in words or "\\uD" in words:  # half of a pair of surrogates, perhaps
        return None
    try:
        pairs = _READ.decode(words)
    except (ValueError, RecursionError):
        return None
    return pairs if isinstance(pairs, tuple) and len(dict(pairs)) == len(pairs) else None


def _scalars(value: list[object], *, listed: bool) -> bool:
    """Whether a list holds nothing that could be read."""
    return not any(isinstance(one, tuple | list) or (listed and isinstance(one, str)) for one in value)


@lru_cache(maxsize=4096)
def _key(name: str, field: str) -> _Key:
    role = head_of((name,))
    named = name == field.partition(".")[0] if field else NAMED.search(f'"{name}":') is not None
    return _Key(
        owner_of((name,), field) is not None, role, "html" in name.lower(), named or role is not None or name in KEYS
    )
