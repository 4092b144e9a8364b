"""What kind of difference a stretch is: does it touch a fact, and which."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe import lexicon as lex
from dedupe.facts.atoms import Atom, atoms, capital, possessor
from dedupe.words import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.model import Kind

SMALL = 4  # words; a longer one-sided stretch is a clause of its own, not a changed word
LONG = 12  # words; in a longer stretch opposites are chance


class Scene(NamedTuple):
    """Two copies side by side."""

    one: tuple[Atom, ...]
    two: tuple[Atom, ...]
    balanced: bool  # whether quotation marks can be relied on
    known: str


def keys(some: Iterable[Atom]) -> list[str]:
    """What some atoms say, in one form each."""
    return [atom.key for atom in some]


def kind_of(scene: Scene, span: tuple[int, int, int, int]) -> Kind:
    """The most important kind of a stretch that differs."""
    a, b, c, d = span
    one, two = scene.one[a:b], scene.two[c:d]
    sizes = sorted(sum([len(atom.word.split()) for atom in some]) for some in (one, two))
    if sizes[1] <= (2 * SMALL if sizes[0] else SMALL) and _negated(scene.one, a, b) != _negated(scene.two, c, d):
        return "negation"
    number = _numbers(one, two)
    if number or _ranked(scene.one, a, b) != _ranked(scene.two, c, d):
        return number or "number"
    if _dates_apart(one, two):
        return "date"
    if sizes[1] <= LONG and _meaning(one, two, sizes[1]):
        return "meaning"
    if sizes[1] <= 2 * SMALL and _opposite(one, two):
        return "negation"
    if one and two and _named_apart(scene, span):
        return "name"
    return "quote" if _quoted_apart(scene, span) else "word"


def _negated(some: Sequence[Atom], start: int, end: int) -> bool:
    """Whether a stretch says no, an odd number of times."""
    count = 0
    for at in range(start, end):
        after = some[at + 1] if at + 1 < len(some) else None
        numbered = after is not None and after.kind == "number" and some[at].raw[-3:] in ("No.", "no.")
        refused = some[at].word in lex.REFUSALS and after is not None and after.word == "to"
        count += (some[at].key in lex.NEGATIONS and not numbered) + refused
    return count % 2 == 1


def _opposite(one: Sequence[Atom], two: Sequence[Atom]) -> bool:
    """Whether the copies have a word and its negative: "safe" and "unsafe"."""
    return _denied(one, two) or _denied(two, one)


def _denied(some: Sequence[Atom], other: Sequence[Atom]) -> bool:
    negatives = {atom.word for atom in other if atom.word.startswith(lex.PREFIXES)}
    return bool(negatives) and any(
        prefix + atom.word in negatives
        for atom in some
        if len(atom.word) >= SMALL and atom.word.isalpha()
        for prefix in lex.PREFIXES
    )


def _numbers(one: Sequence[Atom], two: Sequence[Atom]) -> Kind | None:
    """Whether both copies give numbers, and others."""
    left, right = ([atom for atom in some if atom.key[:1] == "#"] for some in (one, two))
    if not left and not right:
        return "number" if _fractions(one, two) else _units(one, two)
    more, less = Counter(keys(left)) - Counter(keys(right)), Counter(keys(right)) - Counter(keys(left))
    only = [atom for atom in left if atom.key in more], [atom for atom in right if atom.key in less]
    if not only[0] or not only[1]:
        if _fractions(one, two) or _part_of(one, two) or _part_of(two, one):
            return "number"
        return _units(one, two) if more or less or not _swapped(one, two, left, right) else "number"
    if len(only[0]) == len(only[1]) and all(map(_same_value, *only)):
        return None
    return "date" if all(atom.kind == "date" for atom in (*only[0], *only[1])) else "number"


def _units(one: Sequence[Atom], two: Sequence[Atom]) -> Kind | None:
    """Whether both copies name units, and others: "last week" and "last month", "miles of road" and "kilometres"."""
    if not one or not two or max(len(one), len(two)) > SMALL:
        return None
    left, right = ({lex.UNITS.get(atom.word, "") for atom in some if atom.kind == "word"} - {""} for some in (one, two))
    if not left or not right or left & right:
        return None
    return "date" if left | right <= lex.PERIODS else "number"


def _ranked(some: Sequence[Atom], start: int, end: int) -> bool:
    """Whether a stretch ends with the rank of a superlative: "the second deadliest"."""
    after = some[end].word if start < end < len(some) else ""
    return some[end - 1].word in lex.ORDINALS and after.endswith(("est", "most")) if after else False


def _fractions(one: Sequence[Atom], two: Sequence[Atom]) -> bool:
    """Whether both copies name a fraction, and another: "by a quarter" and "by a third"."""
    left, right = ([lex.FRACTIONS[atom.word] for atom in some if atom.word in lex.FRACTIONS] for some in (one, two))
    return bool(left) and bool(right) and set(left).isdisjoint(right)


def _part_of(one: Sequence[Atom], two: Sequence[Atom]) -> bool:
    """Whether one copy gives all, or none, and the other a number of them: "all" and "15 of the"."""
    counted = any(left.kind == "number" and right.word == "of" for left, right in pairwise(two))
    return counted and any(atom.word in ("all", "every", "none", "both") for atom in one)


def _swapped(one: Sequence[Atom], two: Sequence[Atom], left: Sequence[Atom], right: Sequence[Atom]) -> bool:
    """Whether the numbers of two stretches changed places: "12 killed, 15 hurt" and "15 killed, 12 hurt"."""
    others = _others(one)
    return keys(left) != keys(right) and others == _others(two) and len(others) < SMALL


def _others(some: Sequence[Atom]) -> list[str]:
    return [atom.key for atom in some if atom.key[:1] != "#" and not atom.proper]


def _same_value(one: Atom, two: Atom) -> bool:
    """Whether two numbers are one, as "half" and "50%" are, or "five-year" and "five"."""
    if "?" in (one.unit, two.unit):
        return False
    left, right = (float(atom.key[1:].split(" ", 1)[0]) / (100 if atom.unit == "%" else 1) for atom in (one, two))
    if "%" in (one.unit, two.unit):
        return left == right and "half" in (one.word, two.word)
    return left == right and ({one.unit, two.unit} - {""} <= lex.PERIODS | {"pp"}) and "" in (one.unit, two.unit)


def _dates_apart(one: Sequence[Atom], two: Sequence[Atom]) -> bool:
    """Whether both copies give a month, say, and not the same; or each a date that the other lacks."""
    left, right = ({(atom.unit, atom.key) for atom in some if atom.kind == "date"} for some in (one, two))
    if not left or not right:
        return False
    for what in ("month", "weekday", "day", "part", "season"):
        given = [{key for unit, key in some if unit == what} for some in (left, right)]
        if all(given) and given[0] != given[1]:
            return True
    named = [{key for _, key in some if key[:1] == "@"} for some in (left, right)]
    return bool(named[0] - named[1]) and bool(named[1] - named[0])


def _meaning(one: Sequence[Atom], two: Sequence[Atom], size: int) -> bool:
    """Whether the copies stand on different sides of a row of opposites, or only one has a word that qualifies."""
    sides = [
        {side for atom in some if not atom.proper for side in _sides(atom.key, atom.word, possessor(atom))}
        for some in (one, two)
    ]
    for row in {row for row, _ in sides[0]} & {row for row, _ in sides[1]}:
        apart = {side for side in sides[0] if side[0] == row}.isdisjoint(sides[1])
        if apart and (size < SMALL or row not in lex.EVERYDAY):
            return True
    if size > SMALL:
        return False
    said = [_qualifiers(some, size, alone=not other) for some, other in ((one, two), (two, one))]
    if not all(said):
        return any(said)
    sides = [{side for word in some for side in lex.MEANING.get(word, ())} for some in said]
    return said[0].isdisjoint(said[1]) and sides[0].isdisjoint(sides[1])


@lru_cache(maxsize=10_000)
def _sides(*words: str) -> frozenset[tuple[int, int]]:
    """The sides of rows of opposites that a word, in any of its forms, stands on."""
    return frozenset(side for word in words for side in lex.MEANING.get(word, ()))


def _qualifiers(some: Sequence[Atom], size: int, *, alone: bool) -> set[str]:
    """The qualifying words of a stretch, without those of a number that only this copy has ("nearly three hours")."""
    found: set[str] = set()
    for at, atom in enumerate(some):
        own = alone and atom.unit == "quantity" and any(near.kind == "number" for near in some[at + 1 : at + 2])
        if not own and _qualifies(atom, size):
            found.add(atom.key)
    return found


def _qualifies(atom: Atom, size: int) -> bool:
    """Whether a word changes what is said even where the other copy has nothing in its place."""
    if atom.key in lex.MODALS:
        return size <= SMALL // 2
    return atom.unit == "quantity" or atom.key in lex.ONE_SIDED


def _named_apart(scene: Scene, span: tuple[int, int, int, int]) -> bool:
    """Whether both copies name someone or something, and not the same."""
    a, b, c, d = span
    one, two = scene.one[a:b], scene.two[c:d]
    titles = [{atom.key for atom in some if atom.key in lex.TITLES} for some in (one, two)]
    names = [_names(some) for some in (one, two)]
    if all(names) and names[0] != names[1]:
        if sorted(names[0]) == sorted(names[1]):
            between = set(_others(one))
            return _others(one) == _others(two) and bool(between) and not between <= lex.JOINING
        return not _same_name(names[0], names[1], scene.known)
    if all(titles) and titles[0].isdisjoint(titles[1]):
        return not _same_name(sorted(titles[0]), sorted(titles[1]), scene.known)
    if _polite(one) != _polite(two) and all(map(_polite, (one, two))):
        return True
    if len(one) != 1 or len(two) != 1:
        return False
    bare = [(_bare(some, at), _bare(some, at, plural=True)) for some, at in ((scene.one, a), (scene.two, c))]
    return (bare[0][0] and bare[1][1]) or (bare[0][1] and bare[1][0])


def _polite(some: Sequence[Atom]) -> set[bool]:
    """Whether a stretch addresses a woman, where it addresses anyone."""
    return {atom.key in lex.POLITE_TO_WOMEN for atom in some if atom.key in lex.POLITE and atom.key != "dr"}


def _names(some: Sequence[Atom]) -> list[str]:
    """The names in a stretch without titles; possessives as their names."""
    return [
        possessor(atom) for atom in some if atom.proper and atom.key not in lex.TITLES and atom.key not in lex.POLITE
    ]


def _bare(some: Sequence[Atom], at: int, *, plural: bool = False) -> bool:
    """Whether an atom that begins a sentence is likely to be a name: "Nowak said ...", "Israeli officials"."""
    atom = some[at]
    if not atom.opens or not capital(atom) or atom.kind != "word" or atom.word in lex.LIGHT | lex.PEOPLE:
        return False
    after = some[at + 1].word if at + 1 < len(some) else ""
    if atom.key in lex.TITLES or atom.key in lex.POLITE:
        return False
    acts = after in lex.SPOKE or (after.endswith("ed") and len(after) > SMALL)
    spoke = acts and not atom.word.endswith(("ly", "ing") if plural else ("s", "ly", "ing"))
    return spoke or atom.proper or atom.word in lex.PEOPLES or atom.word.endswith(("an", "ish", "ese", "eli", "ic"))


def _same_name(one: Sequence[str], two: Sequence[str], known: str) -> bool:
    """Whether two forms are of one name: one in the other, initials, or forms whose full form the article has."""
    if set(one) <= set(two) or set(two) <= set(one) or "".join(one) == "".join(two):
        return True
    for short, long in ((one, two), (two, one)):
        if len(short) == 1 and short[0] in ("".join(word[0] for word in long), *(word[0] for word in long[:1])):
            return True
    return bool(known) and _full_form(one, two, known)


_plain = lru_cache(maxsize=4096)(normalise)  # a quick look before the words of a line are weighed one by one


def _full_form(one: Sequence[str], two: Sequence[str], known: str) -> bool:
    both = {*one, *two}
    lines = known.split("\n")
    if any(_together(both, line) for line in lines if all(name in _plain(line) for name in both)):
        return True
    if len(one) != 1 or len(two) != 1 or not _slip(one[0], two[0]):
        return False
    stands = [
        any(name == possessor(atom) for line in lines if name in _plain(line) for atom in atoms(line).atoms)
        for name in (one[0], two[0])
    ]
    return stands[0] != stands[1]


def _together(names: set[str], line: str) -> bool:
    """Whether names stand together in one run of capitals."""
    run: set[str] = set()
    before = ""
    for atom in atoms(line).atoms:
        if atom.opens or before.endswith((",", ";", ":")) or not (capital(atom) or atom.word in lex.OF):
            run.clear()
        if capital(atom):
            run |= {atom.key, possessor(atom)}
        if names <= run:
            return True
        before = atom.raw
    return False


def _slip(one: str, two: str) -> bool:
    """Whether a longer word is another with one letter wrong, missing, doubled or swapped."""
    short, long = sorted((one, two), key=len)
    head = next((at for at in range(len(short)) if short[at] != long[at]), len(short))
    rest = short[head:], long[head:]
    swapped = rest[0][:2] == rest[1][:2][::-1] and rest[0][2:] == rest[1][2:]
    return len(short) > SMALL and (rest[0][1:] == rest[1][1:] or rest[0] == rest[1][1:] or swapped)


def _quoted_apart(scene: Scene, span: tuple[int, int, int, int]) -> bool:
    """Whether both copies quote other words, or a quotation that both have has more words in one."""
    a, b, c, d = span
    said = [[atom.key for atom in some if atom.quoted] for some in (scene.one[a:b], scene.two[c:d])]
    if all(said):
        return said[0] != said[1]
    some, low, high = (scene.one, a, b) if said[0] else (scene.two, c, d)
    if not all(atom.quoted for atom in some[low:high]) or not any(said):
        return False
    around = [
        (scene.one[at], scene.two[to])
        for at, to in ((a - 1, c - 1), (b, d))
        if 0 <= at < len(scene.one) and 0 <= to < len(scene.two)
    ]
    within = any(left.quoted and right.quoted for left, right in around)
    return within and not (some[low].opens and (high == len(some) or some[high].opens or not some[high].quoted))
