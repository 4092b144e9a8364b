"""What a person is told of a passage that stands in several articles: where else, and on what the copies disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe.dateline import dateline
from dedupe.facts import disagree
from dedupe.why import opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.model import Change, Place

NAMED = 3  # places that are named
CLIP = 60  # characters of a fact that is told

_ANOTHER = {
    "number": "another figure",
    "date": "another date",
    "name": "another name",
    "quote": "another wording of a quotation",
    "negation": "a negation in one of them",
    "meaning": "another meaning",
}


class Spot(NamedTuple):
    """A place in some article, and whether its lines have numbers."""

    place: Place
    numbered: bool


def why(here: Spot, others: Sequence[Spot], places: int, blocks: int, changes: Sequence[Change]) -> str:
    """What stands where else, and what differs; `others` are the first other places of `places` in all."""
    place = here.place
    files = not any(spot.place.article for spot in (here, *others))
    head = opening(place.text[dateline(place.text) :])
    if blocks > 1:
        head += f" and the {f'{blocks - 1:,} paragraphs' if blocks > 2 else 'paragraph'} behind it"  # noqa: PLR2004  one is no number
    verb = "stands" if blocks == 1 else "stand"
    named = [_named(other, place.path) for other in others[:NAMED]]
    more = places - 1 - len(named)
    listed = _listed([*named, f"{more:,} more"] if more > 0 else named)
    differs = differing(changes)
    return f"{head} {verb} in {places:,} {'files' if files else 'stories'}: also in {listed}{differs}."


def differing(changes: Iterable[Change]) -> str:
    """On which fact two copies disagree, as the end of a sentence; or that they are worded otherwise; or nothing."""
    some = list(changes)
    facts = disagree(some)
    if not facts:
        return ", in other words" if any(change.kind == "word" for change in some) else ""
    brief = [fact for fact in facts if max(len(fact.kept), len(fact.dropped)) <= CLIP]
    if not brief:
        return ", in other words and with other facts"
    fact = brief[0]
    here, there = fact.dropped or "nothing", fact.kept or "nothing"
    more = f" (and {len(facts) - 1:,} more)" if len(facts) > 1 else ""
    return f", with {_ANOTHER[fact.kind]}: {here} here, {there} there{more}"


def _named(spot: Spot, path: str) -> str:
    place = spot.place
    if not spot.numbered:
        where = f"paragraph {place.paragraph}"
    elif place.line == place.end_line:
        where = f"line {place.line}"
    else:
        where = f"lines {place.line}-{place.end_line}"
    if not place.article:
        return f"{place.path} ({where})"
    file = "" if place.path == path else f" of {place.path}"
    return f"story {place.article}{file} ({where})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
