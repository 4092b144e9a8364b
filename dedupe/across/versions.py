"""Which stories are versions of one another, and in which order they were sent."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe.across.moments import day, days_apart, minute
from dedupe.across.related import WHOLE, related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dedupe.across.heads import Head
    from dedupe.across.links import Link

    Stage = Callable[[Sequence[Head]], Sequence[float | None]]

By = Literal["", "number", "date", "version", "mark", "more", "corrected", "repeat"]

PAUSE = 1.5  # days without a version, behind which the numbers start anew
HALF_YEAR = 183
DAY = 24 * 60  # minutes
EPOCH = 719_163  # the day from which minutes are counted


class Edge(NamedTuple):
    """One version is superseded by another, the next one that is known to be later."""

    old: int
    new: int
    by: By  # what tells so


class Family(NamedTuple):
    """Stories that are versions of one another."""

    members: tuple[int, ...]
    order: tuple[tuple[int, ...], ...]  # from the first to the last; of those in one tier it is not known
    edges: tuple[Edge, ...]


class _Tier(NamedTuple):
    some: list[Head]
    by: By = ""  # what tells that they are later than those before


def families(heads: Mapping[int, Head], links: Iterable[Link]) -> list[Family]:
    """The families of two or more, by the first of their members; `heads` are those of all stories that are linked."""
    above: dict[int, int] = {}
    held: dict[int, dict[int, int]] = {}  # of the later story: how much it shares with earlier ones
    for link in links:
        if related(link, heads[link.one], heads[link.two]):
            held.setdefault(link.two, {})[link.one] = link.shared
            one, two = sorted((_root(above, link.one), _root(above, link.two)))
            if one != two:
                above[two] = one
    members: dict[int, list[int]] = {}
    for number in sorted({*held, *(one for some in held.values() for one in some)}):
        members.setdefault(_root(above, number), []).append(number)
    return [_family([heads[number] for number in some], held) for some in members.values()]


def _root(above: dict[int, int], number: int) -> int:
    path = []
    while number in above:
        path.append(number)
        number = above[number]
    for step in path:
        above[step] = number
    return number


def _family(some: Sequence[Head], held: Mapping[int, Mapping[int, int]]) -> Family:
    again = _repeats(some)
    rest = [it for it in some if it.number not in again]
    newest = max((it.marks.number or 0 for it in rest if not it.marks.corrected), default=0)
    # one that is numbered on has its place by its number
    fixing = [it for it in rest if it.marks.corrected and (it.marks.number or 0) <= newest]
    fixes = {it.number for it in fixing}
    plain = [it for it in rest if it.number not in fixes] or rest
    stages: list[tuple[By, Stage]] = [*_STAGES, ("more", lambda tie: _more(tie, held))]
    tiers = _tiers(plain, stages)
    edges = [Edge(number, twin, "repeat") for number, twin in again.items()]
    if len(plain) < len(rest):
        tiers, loose = _corrected(tiers, plain, fixing, stages)
        edges += loose
    for before, after in pairwise(tiers):
        new = max(after.some, key=_fullest).number
        edges += [Edge(it.number, new, after.by) for it in before.some]
    order = tuple(tuple(sorted(it.number for it in tier.some)) for tier in tiers)
    return Family(tuple(it.number for it in some), order, tuple(sorted(edges)))


def _fullest(it: Head) -> tuple[int, str, str, int]:
    return it.paragraphs, it.path, it.key or "", it.number


def _repeats(some: Sequence[Head]) -> dict[int, int]:
    """The stories that are called repeats and say nothing else than one that is not; and that one."""
    twins: dict[str, Head] = {}
    for it in some:
        if not it.marks.repeat and (it.said not in twins or _first_sent(it) < _first_sent(twins[it.said])):
            twins[it.said] = it
    return {it.number: twins[it.said].number for it in some if it.marks.repeat and it.said in twins}


def _first_sent(it: Head) -> tuple[bool, str, str, str]:
    return not it.date, it.date, it.path, it.key or ""


def _tiers(some: Sequence[Head], stages: Sequence[tuple[By, Stage]]) -> list[_Tier]:
    """The order of some stories by the first thing that tells; what it does not tell of one, that has no place."""
    if len(some) < 2 or not stages:  # noqa: PLR2004  one story
        return [_Tier(list(some))]
    by, stage = stages[0]
    values: dict[float, list[Head]] = {}
    for it, value in zip(some, stage(some), strict=True):
        if value is not None:
            values.setdefault(value, []).append(it)
    if len(values) < 2:  # noqa: PLR2004  nothing is told
        return _tiers(some, stages[1:])
    found: list[_Tier] = []
    for value in sorted(values):
        inner = _tiers(values[value], stages[1:])
        found += [inner[0]._replace(by=by if found else ""), *inner[1:]]
    return found


def _runs(some: Sequence[Head]) -> list[float | None]:
    """Which stretch of days a version was sent on, where all have dates: behind a pause the numbers start anew."""
    order = sorted(range(len(some)), key=lambda at: _when(some[at]))
    found: list[float | None] = [None] * len(some)
    run = 0
    for before, at in zip([order[0], *order], order, strict=False):
        apart = days_apart(some[before].date, some[at].date)
        if apart is None or some[at].date.startswith("--"):
            return [None] * len(some)
        run += apart > PAUSE
        found[at] = run
    return found


def _when(it: Head) -> tuple[int, int]:
    """The day and the minute; of times that have zones the day that it is in UTC."""
    at = minute(it.date)
    return (day(it.date) or 0, 0) if at is None else (EPOCH + at // DAY, at)


def _numbers(some: Sequence[Head]) -> list[float | None]:
    """The numbers of updates; a story that has none comes behind those that were sent before it, an original first.

    Wrap-ups are counted apart: among updates they have a place only by their dates.
    """
    dated = all(it.date for it in some)
    apart = len({it.marks.series for it in some}) > 1
    if apart and dated:
        return [None] * len(some)
    counted = sorted((_when(it), it.marks.number) for it in some if it.marks.number is not None)
    moments = [when for when, _ in counted]
    highest = [0, *accumulate((number for _, number in counted), max)]
    timed = all("T" in it.date for it in some)
    found: list[float | None] = []
    for it in some:
        if apart and it.marks.series != "update":
            found.append(None)
        elif it.marks.number is not None or not counted:
            found.append(it.marks.number or 0)
        elif dated:  # of one day it is not known which was sent first
            before = bisect_right(moments, _when(it)) if timed else bisect_left(moments, (_when(it)[0], 0))
            found.append(highest[before])
        else:
            found.append(None if it.marks.updated else 0)
    return found


def _dates(some: Sequence[Head]) -> list[float | None]:
    """The minute, where each has one, or the day; days without a year go round its turn."""
    minutes = [minute(it.date) for it in some]
    if None not in minutes:
        return list(minutes)
    full = any(it.date and not it.date.startswith("--") for it in some)
    days = [None if full and it.date.startswith("--") else day(it.date) for it in some]
    known = [it for it in days if it is not None]
    if full or not known or max(known) - min(known) <= HALF_YEAR:
        return list(days)
    turn = min(known) + HALF_YEAR
    return [it if it is None or it > turn else it + 2 * HALF_YEAR for it in days]


def _minutes(some: Sequence[Head]) -> list[float | None]:
    minutes = [minute(it.date) for it in some]
    return list(minutes) if None not in minutes else [None] * len(some)


def _fields(some: Sequence[Head]) -> list[float | None]:
    return [it.version or None for it in some]


def _marked(some: Sequence[Head]) -> list[float | None]:
    """An update comes behind what is not called one, and what is sent again behind both."""
    return [it.marks.updated + 2 * it.marks.repeat for it in some]


def _more(some: Sequence[Head], held: Mapping[int, Mapping[int, int]]) -> list[float | None]:
    """How often a story stands behind all others in the archive and says more than each.

    Nearly all of each stands in it, or in one that stands in it.
    """
    order = sorted(some, key=lambda it: it.number)
    holder = [len(order)] * len(order)
    place = {it.number: at for at, it in enumerate(order)}
    for at, it in enumerate(order):
        for number, shared in held.get(it.number, {}).items():
            other = place.get(number)
            if other is not None and shared >= WHOLE * order[other].paragraphs:
                holder[other] = min(holder[other], at)
    longest = list(accumulate((it.paragraphs for it in order), max))
    furthest = list(accumulate(holder, max))
    first = len(order) - 1
    while first and longest[first - 1] < order[first].paragraphs and furthest[first - 1] <= first:
        first -= 1
    return [float(max(0, place[it.number] - first)) for it in some]


_STAGES: tuple[tuple[By, Stage], ...] = (
    ("date", _runs),
    ("number", _numbers),
    ("date", _dates),
    ("date", _minutes),
    ("version", _fields),
    ("mark", _marked),
)


def _corrected(
    tiers: Sequence[_Tier], plain: Sequence[Head], fixing: Sequence[Head], stages: Sequence[tuple[By, Stage]]
) -> tuple[list[_Tier], list[Edge]]:
    """The order with each correction right behind what it corrects; and the corrections of what has no place in it."""
    place = {it.number: at for at, tier in enumerate(tiers) for it in tier.some}
    behind: dict[int, list[Head]] = {}
    loose: list[Edge] = []
    targets = _Targets(plain, place)
    for it in fixing:
        target = targets.of(it)
        if target.number in place:
            behind.setdefault(place[target.number], []).append(it)
        else:
            loose.append(Edge(target.number, it.number, "corrected"))
    found: list[_Tier] = []
    for at, tier in enumerate(tiers):
        found.append(tier)
        if at in behind:
            first, *others = _tiers(behind[at], stages)
            found += [first._replace(by="corrected"), *others]
    return found, loose


class _Targets:
    """The stories of a family that may be corrected, by what leads to them."""

    def __init__(self, plain: Sequence[Head], place: Mapping[int, int]) -> None:
        """`place` is that of each in the order, where it has one."""
        self._place = place
        self._numbered: dict[tuple[str, int], list[Head]] = {}
        for it in plain:
            self._numbered.setdefault((it.marks.series, it.marks.number or 0), []).append(it)
        self._plain = sorted(plain, key=self._last)
        self._named: dict[frozenset[str], Head] = {}
        self._dated = sorted((it for it in plain if it.date), key=lambda it: (_when(it), self._last(it)))

    def _last(self, it: Head) -> tuple[int, tuple[int, str, str, int]]:
        return self._place.get(it.number, -1), _fullest(it)

    def of(self, it: Head) -> Head:
        """What a story corrects: the one of its number; else the last one sent before it, or that of its headline."""
        same = self._numbered.get((it.marks.series, it.marks.number), []) if it.marks.number is not None else []
        if same:
            return max(same, key=self._last)
        if it.date and len(self._dated) == len(self._plain):
            at = bisect_right(self._dated, _when(it), key=_when)
            return self._dated[max(at - 1, 0)]
        if it.headline not in self._named:
            close = max(self._plain, key=lambda one: (len(one.headline & it.headline), self._last(one)))
            self._named[it.headline] = close
        return self._named[it.headline]
