"""The differences between two copies of one passage, in the words of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe import lexicon as lex
from dedupe.facts.atoms import OUTSIDE, TRIM, Atom, Said, atoms, capital, digital, quotations
from dedupe.facts.forms import spelling
from dedupe.facts.kinds import SMALL, Scene, keys, kind_of
from dedupe.model import FACT_KINDS, Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NOWHERE = (0, 0, 0, 0)
ALIGNED = 2_000  # atoms; longer differing stretches are compared as one

_HOUSE = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’´`", "'") | dict.fromkeys("\u00ad\ufeff\u200b"))
_LETTERS = str.maketrans("10|", "lol")


class _Entry(NamedTuple):
    change: Change
    span: tuple[int, int, int, int]


def compare(kept: str, dropped: str, known: str = "") -> tuple[Change, ...]:
    """The differences between two copies of one passage, in order, in the words of each.

    `known` is what remains of the article: a form of a name that stands there in full is a `word` change.
    """
    if kept == dropped:
        return ()
    quoted = quotations(kept), quotations(dropped)
    said = atoms(kept, quoted[0][0]), atoms(dropped, quoted[1][0])
    scene = Scene(said[0].atoms, said[1].atoms, quoted[0][1] and quoted[1][1], known)
    ranges = _merged(scene, list(_ranges(scene.one, scene.two)))
    entries: list[_Entry] = []
    b = d = 0
    for span, shown in zip(ranges, _grown(scene, ranges), strict=True):
        entries += _marks(scene, (b, max(b, shown[0]), d, max(d, shown[2])))
        change = _change(scene, span, shown, said)
        entries += [] if change is None else [_Entry(change, span)]
        b, d = shown[1], shown[3]
    entries += _marks(scene, (b, len(scene.one), d, len(scene.two)))
    return tuple(entry.change for entry in _moved(scene, entries))


def disagree(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes of fact among some changes."""
    return tuple(change for change in changes if change.kind in FACT_KINDS)


def _ranges(one: Sequence[Atom], two: Sequence[Atom]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ: [a, b) of the one against [c, d) of the other."""
    left, right = [atom.key for atom in one], [atom.key for atom in two]
    shorter = min(len(left), len(right))
    head = next((at for at in range(shorter) if left[at] != right[at]), shorter)
    tail = next((at for at in range(shorter - head) if left[-1 - at] != right[-1 - at]), shorter - head)
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    if not left or not right or max(len(left), len(right)) > ALIGNED:
        if left or right:
            yield head, head + len(left), head, head + len(right)
        return
    if set(left).isdisjoint(right):
        yield head, head + len(left), head, head + len(right)
        return
    from difflib import SequenceMatcher  # noqa: PLC0415  equal copies never need it

    turned = left > right  # the matcher's choice depends on the order; a verdict must not
    matcher = SequenceMatcher(None, *((right, left) if turned else (left, right)), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            span = (c, d, a, b) if turned else (a, b, c, d)
            yield head + span[0], head + span[1], head + span[2], head + span[3]


def _merged(scene: Scene, ranges: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Words that left one place and came at another close by, as one stretch."""
    found: list[tuple[int, int, int, int]] = []
    for a, b, c, d in ranges:
        e, f, g, h = found[-1] if found else (0, 0, 0, 0)
        crossed = (e == f and g < h and a < b and c == d) or (e < f and g == h and a == b and c < d)
        if crossed and _together(scene.one[e:b], scene.two[g:d], scene.one[f:a]):
            found[-1] = (e, b, g, d)
        else:
            found.append((a, b, c, d))
    return found


def _together(left: Sequence[Atom], right: Sequence[Atom], middle: Sequence[Atom]) -> bool:
    if len(middle) < SMALL and all(atom.word in lex.LIGHT for atom in middle):
        return True
    return max(len(left), len(right)) <= 2 * SMALL and sorted(keys(left)) == sorted(keys(right))


def _grown(scene: Scene, ranges: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The stretches as they are shown: a run that only one copy has with the name that it belongs to."""
    found: list[tuple[int, int, int, int]] = []
    for at, span in enumerate(ranges):
        a, b, c, d = span
        if (a == b) != (c == d):
            side, low, high = (scene.two, c, d) if a == b else (scene.one, a, b)
            ends = ranges[at + 1][::2] if at + 1 < len(ranges) else (len(scene.one), len(scene.two))
            floor_a, floor_c = found[-1][1::2] if found else (0, 0)
            if side[low].word in lex.OF:
                while a > floor_a and c > floor_c and capital(side[(a if side is scene.one else c) - 1]):
                    a, c = a - 1, c - 1
            elif side[high - 1].proper:
                while b < ends[0] and d < ends[1] and scene.one[b].proper and scene.two[d].proper:
                    b, d = b + 1, d + 1
        found.append((a, b, c, d))
    return found


def _change(
    scene: Scene, span: tuple[int, int, int, int], shown: tuple[int, int, int, int], said: tuple[Said, Said]
) -> Change | None:
    one, two = scene.one[span[0] : span[1]], scene.two[span[2] : span[3]]
    left, right = said[0].shown(shown[0], shown[1]), said[1].shown(shown[2], shown[3])
    kind: Kind = "mark" if _same_word(one, two) else kind_of(scene, span)
    while left and right and left[-1] == right[-1] and left[-1] in TRIM + '"”»':
        left, right = left[:-1], right[:-1]
    while left and right and left[0] == right[0] and left[0] in '"“„«(':
        left, right = left[1:], right[1:]
    if not left or not right:
        left, right = left.strip(TRIM), right.strip(TRIM)
    left, right = " ".join(left.split()), " ".join(right.split())
    return Change(kind, left, right) if left != right else None


def _same_word(one: Sequence[Atom], two: Sequence[Atom]) -> bool:
    """Whether two stretches are the same words in another spelling, or one of them badly read by a machine."""
    left, right = (
        "".join(atom.word for atom in one).replace(" ", ""),
        "".join(atom.word for atom in two).replace(" ", ""),
    )
    if not left or not right or (left.isdecimal() and right.isdecimal()):
        return False
    if left == right:
        return not any(atom.kind == "number" for atom in (*one, *two))
    if digital(left) or digital(right):
        return left.translate(_LETTERS) == right.translate(_LETTERS)
    return spelling(left) == spelling(right)


def _marks(scene: Scene, span: tuple[int, int, int, int]) -> list[_Entry]:
    """Equal words that differ in punctuation, and quotation marks that appear or go."""
    found: list[_Entry] = []
    run: list[tuple[Atom, Atom]] = []
    a, b, c, d = span
    for at, (left, right) in enumerate(zip(scene.one[a:b], scene.two[c:d], strict=True)):
        if left is right and not run:
            continue
        if left.quoted != right.quoted and scene.balanced:
            run.append((left, right))
            continue
        if run:
            found += _unquoted(run)
            run = []
        if left.raw != right.raw and _form(left) != _form(right):
            found.append(
                _Entry(
                    Change("mark", *(" ".join(atom.raw.split()) for atom in (left, right))),
                    (a + at, a + at + 1, c + at, c + at + 1),
                )
            )
    return found + _unquoted(run)


def _unquoted(run: Sequence[tuple[Atom, Atom]]) -> list[_Entry]:
    if not run:
        return []
    return [_Entry(Change("quote", *(" ".join(pair[side].raw for pair in run) for side in (0, 1))), _NOWHERE)]


def _form(atom: Atom) -> tuple[str, list[str], str, list[str]]:
    """A word without what house style varies: case, the kind and place of marks, separators in numbers."""
    raw = atom.raw.translate(_HOUSE)
    core = raw.strip(OUTSIDE)
    lead, _, trail = raw.partition(core) if core else (raw, "", "")
    if "." in core[1:] or atom.word in lex.ABBREVIATED:
        trail = trail.removeprefix(".")
    return atom.word, sorted(lead.replace("'", '"')), "'" * core.count("'"), sorted(trail.replace("'", '"'))


def _moved(scene: Scene, entries: Sequence[_Entry]) -> list[_Entry]:
    """Add the figures and dates that one copy has in one place and the other, with another value, elsewhere."""
    kept, dropped = _alone(scene, entries)
    added: dict[int, _Entry] = {}
    gone: set[int] = set()
    for what in sorted(kept.keys() & dropped.keys()):
        (at, left), (to, right) = kept[what][0], dropped[what][0]
        if len(kept[what]) == len(dropped[what]) == 1 and left.key != right.key:
            kind: Kind = "number" if left.kind == "number" else "date"
            added[min(at, to)] = _Entry(Change(kind, left.raw.strip(OUTSIDE), right.raw.strip(OUTSIDE)), _NOWHERE)
            gone |= {place for place in (at, to) if _size(entries[place].span) <= SMALL // 2}
    found: list[_Entry] = []
    for at, entry in enumerate(entries):
        found += [added[at]] if at in added else []
        found += [] if at in gone else [entry]
    return found


_Places = dict[str, list[tuple[int, Atom]]]


def _alone(scene: Scene, entries: Sequence[_Entry]) -> tuple[_Places, _Places]:
    """The figures and dates in what only one copy has, by what they are of, with the entry that they stand in."""
    kept: _Places = {}
    dropped: _Places = {}
    for at, (change, (a, b, c, d)) in enumerate(entries):
        if change.kind != "word" or (a == b) == (c == d):
            continue
        side, some, places = (dropped, scene.two, range(c, d)) if a == b else (kept, scene.one, range(a, b))
        for place in places:
            if some[place].kind != "word":
                side.setdefault(_what(some, place), []).append((at, some[place]))
    return kept, dropped


def _size(span: tuple[int, int, int, int]) -> int:
    return span[1] - span[0] + span[3] - span[2]


def _what(some: Sequence[Atom], at: int) -> str:
    """What a figure or date is of, so that two of them can be held against each other."""
    atom = some[at]
    after = some[at + 1].word if at + 1 < len(some) and atom.raw[-1:] not in TRIM else ""
    return f"{atom.kind} {atom.unit or ('' if after in lex.LIGHT else after)}"
