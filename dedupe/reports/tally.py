"""What the page of an archive shows, gathered from a stream of stories: exact counts, and a few of the words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.model import FACT_KINDS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ORDER = ("exact", "contained", "reworded", "loses", "conflict", "echo", "republished", "boilerplate", "version")
OTHER = "other"  # a code that is not known here

EXAMPLES = 4  # of each code
PASSAGES = 500  # that are remembered, up to twice as many for a while
FAMILIES = 60  # the same, of versions
STEPS = 20  # of a family, from one version to the next
STORIES = 20_000  # of all families
REMEMBERED = 4_000  # places whose words are hashed already
MONTHS = 3_000  # that are told apart
NAMED = 3  # places of a passage

CLIP = 1_500  # characters of a copy
BRIEF = 600  # of a passage, a reason, a name
CHANGES = 8
SHORT, READABLE = 60, 700  # a copy of another length is a worse example

_ACROSS = frozenset({"republished", "boilerplate"})
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?!\d)")
_WORDS = re.compile(r"\w+")


class Copy(NamedTuple):
    """Where a copy stands, and the beginning of what it says."""

    path: str
    article: str
    start: int
    lines: tuple[int, int] | None  # none where a reader sees none
    paragraph: int
    text: str
    more: int  # characters that are not held


class Example(NamedTuple):
    """One finding, short enough to be kept."""

    severity: str
    safe: bool
    format: str
    date: str
    kept: Copy
    dropped: Copy
    why: str
    changes: tuple[tuple[str, str, str], ...]  # kind, kept, dropped: facts first
    unsaid: int  # changes that are not held
    lost: tuple[str, ...]


class Passage(NamedTuple):
    """What stands in many stories, and some of them."""

    places: int
    order: int
    text: str
    more: int
    code: str
    named: tuple[Copy, ...]


@dataclass(slots=True)
class Family:
    """Versions of one story: how many, and what came of some of them."""

    places: int
    order: int
    steps: list[Example] = field(default_factory=list)


class Tally:
    """Counts of all that is added; of the words only so many, however much that is.

    The same stories in the same order give the same.
    """

    def __init__(self) -> None:
        """Nothing found yet."""
        self.stories = 0  # with findings
        self.counts: dict[tuple[str, str], int] = {}  # by code and severity
        self.months: dict[str, dict[str, int]] = {}  # of dated findings, by code
        self.undated = 0  # findings without a date, or of a month that is not told apart
        self._examples: dict[str, list[tuple[int, str, Example]]] = {}
        self._passages: dict[bytes, Passage] = {}
        self._families: dict[tuple[str, str], Family] = {}  # by each of their stories that is held
        self._digests: dict[tuple[object, ...], bytes] = {}
        self._held = 0  # families
        self._least = [0, 0]  # what a passage and a family must surpass to be held

    def __len__(self) -> int:
        """How many words, stories and months are held: bounded, whatever is added."""
        steps = sum(len(family.steps) for family in self._all_families())
        return (
            len(self._passages)
            + len(self._families)
            + steps
            + len(self.months)
            + sum(map(len, self._examples.values()))
        )

    def add(self, article: Mapping[str, Any]) -> None:
        """A story with its findings, as `jsonl` gives it, with its date."""
        findings = article["findings"]
        if not findings:
            return
        self.stories += 1
        month = self._month(str(article.get("date") or ""))
        for finding in findings:
            code = finding["code"] if finding["code"] in ORDER else OTHER
            key = code, finding["severity"] if finding["severity"] in SEVERITIES else "note"
            self.counts[key] = self.counts.get(key, 0) + 1
            if month is None:
                self.undated += 1
            else:
                month[code] = month.get(code, 0) + 1
            if code == "version":
                self._version(article, finding)
                continue
            if code in _ACROSS:
                self._passage(article, finding)
            self._example(code, article, finding)

    def _month(self, date: str) -> dict[str, int] | None:
        if not _MONTH.match(date):
            return None
        name = date[:7]
        if name not in self.months and len(self.months) < MONTHS:
            self.months[name] = {}
        return self.months.get(name)

    # what was found

    @property
    def findings(self) -> int:
        """How many in all."""
        return sum(self.counts.values())

    def of(self, *codes: str) -> int:
        """How many have one of these codes."""
        return sum(number for (code, _), number in self.counts.items() if code in codes)

    def codes(self) -> list[str]:
        """Those that were found, in the order in which they are always told."""
        return [code for code in (*ORDER, OTHER) if self.of(code)]

    def examples(self, code: str) -> list[Example]:
        """A handful."""
        return [example for *_, example in self._examples.get(code, [])]

    def passages(self, most: int) -> list[Passage]:
        """Those that stand in the most stories."""
        return sorted(self._passages.values(), key=lambda it: (-it.places, it.order))[:most]

    def families(self, most: int) -> list[Family]:
        """Those with the most versions."""
        return sorted(self._all_families(), key=lambda it: (-it.places, it.order))[:most]

    # what is held of it

    def _example(self, code: str, article: Mapping[str, Any], finding: Mapping[str, Any]) -> None:
        """Keep it if its fingerprint is among the lowest: a fair choice that does not depend on chance."""
        held = self._examples.setdefault(code, [])
        text = finding["dropped"]["text"]
        dull = (not SHORT <= len(text) <= READABLE) + (code != "exact" and not finding["changes"])
        rank = dull, finding["fingerprint"]
        if len(held) == EXAMPLES and rank >= held[-1][:2]:
            return
        example = _example(article, finding)
        rivals = [it for it in held if _alike(it[2], example)]
        if any(it[:2] <= rank for it in rivals):
            return
        kept = [*(it for it in held if it not in rivals), (*rank, example)]
        self._examples[code] = sorted(kept, key=lambda it: it[:2])[:EXAMPLES]

    def _passage(self, article: Mapping[str, Any], finding: Mapping[str, Any]) -> None:
        places, kept = finding["places"], finding["kept"]
        if places <= self._least[0]:
            return
        key = self._digest(kept)
        known = self._passages.get(key)
        if known is None:
            text = kept["text"]
            first = _copy(kept, article, 0)
            known = Passage(0, len(self._passages), text[:BRIEF], len(text[BRIEF:]), finding["code"], (first,))
        elif len(known.named) == NAMED and places <= known.places:
            return
        named = known.named
        if len(named) < NAMED:
            here = _copy(finding["dropped"], article, 0)
            named = (*named, here) if _story(here) not in map(_story, named) else named
        code = finding["code"] if places > known.places else known.code
        self._passages[key] = known._replace(places=max(places, known.places), code=code, named=named)
        if len(self._passages) > 2 * PASSAGES:
            best = sorted(self._passages.items(), key=lambda it: (-it[1].places, it[1].order))[:PASSAGES]
            self._passages = {key: it._replace(order=at) for at, (key, it) in enumerate(best)}
            self._least[0] = best[-1][1].places

    def _digest(self, place: Mapping[str, Any]) -> bytes:
        """The hash of the words of a copy: the first place of a passage comes again and again."""
        where = place["path"], place.get("article"), place["start"], place["end"]
        known = self._digests.get(where)
        if known is None:
            words = "\0".join(_WORDS.findall(place["text"].casefold()))
            known = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if len(self._digests) == REMEMBERED:
                self._digests.clear()
            self._digests[where] = known
        return known

    def _version(self, article: Mapping[str, Any], finding: Mapping[str, Any]) -> None:
        """A step of a family: two that share a story are one."""
        places = finding["places"]
        ends = [(_clip(finding[side]["path"]), _key(finding[side], article)) for side in ("dropped", "kept")]
        known = [self._families[end] for end in ends if end in self._families]
        if not known and places <= self._least[1]:
            return
        if known:
            family = self._merged(*known)
            family.places = max(family.places, places)
        else:
            family = Family(places, len(self._families))
            self._held += 1
        if len(family.steps) < STEPS:
            family.steps.append(_example(article, finding))
        if len(self._families) < STORIES:
            self._families.update(dict.fromkeys(ends, family))
        if self._held > 2 * FAMILIES:
            self._thin()

    def _merged(self, family: Family, other: Family | None = None) -> Family:
        if other is not None and other is not family:
            family.places, family.order = max(family.places, other.places), min(family.order, other.order)
            family.steps = (family.steps + other.steps)[:STEPS]
            self._families = {end: family if it is other else it for end, it in self._families.items()}
            self._held -= 1
        return family

    def _thin(self) -> None:
        """Keep the largest families; smaller ones are not begun again."""
        best = self.families(FAMILIES)
        for at, family in enumerate(best):
            family.order = at
        kept = {id(family) for family in best}
        self._families = {end: it for end, it in self._families.items() if id(it) in kept}
        self._held, self._least[1] = len(best), best[-1].places

    def _all_families(self) -> Iterator[Family]:
        return iter({id(family): family for family in self._families.values()}.values())


def _example(article: Mapping[str, Any], finding: Mapping[str, Any]) -> Example:
    changes = [(it["kind"], _clip(it["kept"]), _clip(it["dropped"])) for it in _facts_first(finding["changes"])]
    return Example(
        severity=finding["severity"] if finding["severity"] in SEVERITIES else "note",
        safe=bool(finding["safe"]),
        format=_clip(article["format"]),
        date=_clip(article.get("date") or "")[:10],
        kept=_copy(finding["kept"], article, CLIP),
        dropped=_copy(finding["dropped"], article, CLIP),
        why=_clip(finding["why"]),
        changes=tuple(changes),
        unsaid=len(finding["changes"]) - len(changes),
        lost=tuple(_clip(words) for words in finding["lost"][:CHANGES]),
    )


def _facts_first(changes: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The first few: facts, then words; a mark says little."""
    known = [it for it in changes if it["kind"] in FACT_KINDS]
    return [*known, *(it for it in changes if it["kind"] == "word")][:CHANGES]


def _copy(place: Mapping[str, Any], article: Mapping[str, Any], room: int) -> Copy:
    lines = None if place["line"] is None else (place["line"], place["end_line"])
    text = place["text"]
    where = _clip(place["path"]), _key(place, article)
    return Copy(*where, place["start"], lines, place["paragraph"], text[:room], len(text[room:]))


def _key(place: Mapping[str, Any], article: Mapping[str, Any]) -> str:
    """What the story of a place is known by in its file."""
    return _clip(str(place.get("article", article["article"]) or ""))


def _story(copy: Copy) -> tuple[str, str]:
    return copy.path, copy.article


def _alike(one: Example, two: Example) -> bool:
    """Whether a reader learns the same from both."""
    return one.dropped.text == two.dropped.text or _story(one.dropped) == _story(two.dropped)


def _clip(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}…"
