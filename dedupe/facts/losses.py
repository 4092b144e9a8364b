"""What a cut would take from an article."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe import lexicon as lex
from dedupe.facts.atoms import OUTSIDE, Atom, atoms, ideograph, possessor, quotations
from dedupe.facts.figures import GROUP, figure, spoken
from dedupe.facts.forms import stem
from dedupe.words import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REACH = 12  # words that one number may have
NEAR = 2  # words inside a name


class Known:
    """What some texts say, in the forms in which it can be looked up; each is made when it is asked for."""

    def __init__(self, text: str) -> None:
        """Of all the texts, one behind the other."""
        self._text = text
        self._words = words(text)
        self.run = f" {' '.join(self._words)} "

    @cached_property
    def words(self) -> frozenset[str]:
        """All their normalised words."""
        return frozenset(self._words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The forms that words are looked up in."""
        run, said = self._words, self.words
        stems = {stem(word) for word in said} | {form for word in said for form in _forms(word)}
        stems.update(
            name
            for phrase, name in lex.PHRASES.items()
            if said.issuperset(phrase) and f" {' '.join(phrase)} " in self.run
        )
        if not self._text.isascii():
            stems.update(one + two for one, two in pairwise(run) if ideograph(one) and ideograph(two))
        return frozenset(stems)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """All numbers, in digits or words."""
        run = self._words
        counted = {word for word in self.words if word in lex.NUMBERS or word in lex.SCALES or word[0].isdigit()}
        return frozenset(value for at, word in enumerate(run) if word in counted for value in _values(run, at))


def known(texts: Iterable[str]) -> Known:
    """What some texts say. Build it once for all that stays of an article."""
    return Known("\n".join(dict.fromkeys(texts)))


def _forms(word: str) -> Iterator[str]:
    """The other forms that a word is looked up in: "tues" as Tuesday, "sen" as senator."""
    for table, sign in ((lex.WEEKDAYS, "@"), (lex.MONTHS, "@"), (lex.DAYTIMES, "@"), (lex.ONE_WORD, "")):
        if word in table:
            yield sign + (word if table is lex.DAYTIMES else table[word])


def _values(run: Sequence[str], at: int) -> Iterator[float]:
    """The numbers that begin at a normalised word: "3", and 3,000,000 where "million" follows."""
    word, stop = run[at], min(len(run), at + REACH)
    if not word[0].isdigit():
        yield from (value for value, _ in spoken(run, at, stop))
        return
    given = figure(word)
    if given is None:
        return
    value = given.value
    for end in range(at + 1, stop + 1):
        yield from (value for value, _ in spoken(run, end - 1, stop, value))
        if len(word) > GROUP or end == stop or len(run[end]) != GROUP or not run[end].isdecimal():
            return
        value = value * 1000 + float(run[end])


def lost(dropped: str, remaining: Known) -> tuple[str, ...]:
    """What a passage says that stands nowhere in what remains, as runs of its words; nothing where nothing is lost."""
    if f" {normalise(dropped)} " in remaining.run:
        return ()
    spans, _ = quotations(dropped)
    said = atoms(dropped, spans)
    some = said.atoms
    runs: list[tuple[int, int]] = []
    for at in range(len(some)):
        if not _missing(some, at, remaining):
            continue
        between = some[runs[-1][1] : at] if runs else ()
        if runs and len(between) <= NEAR and all(word.word in lex.OF for word in between):
            runs[-1] = runs[-1][0], at + 1
        else:
            runs.append((at, at + 1))
    found = [said.shown(*run).strip(OUTSIDE) for run in runs]
    for start, end in spans:
        quoted = dropped[start:end].strip(OUTSIDE)
        run = normalise(quoted)
        if " " in run and f" {run} " not in remaining.run and not any(words in quoted for words in found):
            found.append(quoted)
    return tuple(dict.fromkeys(" ".join(run.split()) for run in found if run))


def _missing(some: Sequence[Atom], at: int, remaining: Known) -> bool:
    atom = some[at]
    if atom.kind != "word" and atom.key[0] == "@":
        return atom.key not in remaining.stems
    if atom.key[0] == "#":
        return not (atom.word in _SMALL_NUMBERS or _given(atom, remaining))
    if atom.key in remaining.stems:
        return False
    if atom.proper:
        forms = (atom.word, f"{atom.word}s", possessor(atom))
        return remaining.words.isdisjoint(forms) and not remaining.words.issuperset(atom.word.split())
    if ideograph(atom.word):
        pairs = [one.word + two.word for one, two in pairwise(some[max(0, at - 1) : at + 2])]
        return remaining.stems.isdisjoint(pairs) and atom.word not in lex.LIGHT
    return any(_content(word) and stem(word) not in remaining.stems for word in atom.word.split())


_SMALL_NUMBERS = ("one", "once", "half", "second")


def _given(atom: Atom, remaining: Known) -> bool:
    """Whether a number stands in what remains, by value; one that has no value, by its words."""
    if atom.unit in ("?", "time"):
        return f" {atom.word} " in remaining.run
    run = atom.word.split()
    values = [list(_values(run, place)) for place in range(len(run)) if run[place][0].isdigit() or _worded(run[place])]
    return any(value in remaining.numbers for value in (values[0][-1:] if values else ()))


def _worded(word: str) -> bool:
    return word in lex.NUMBERS or word in lex.SCALES


def _content(word: str) -> bool:
    adverb = word.endswith("ly") and word not in lex.NO_ADVERBS
    return word not in lex.LIGHT and not adverb
