"""The words in which two copies differ, side by side."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOM = 300  # words that are compared one by one: comparing takes the square of it
_WORD = re.compile(r"(\s*)(\w+(?:[^\w\s]+\w+)*|[^\w\s]+)")
_BLANK = re.compile(r"\n(?=[^\S\n]*\n)")


class Piece(NamedTuple):
    """A part of a paragraph, and whether the other copy has none such there."""

    text: str
    differs: bool


class _Word(NamedTuple):
    """A word or the marks behind one, with the number of its paragraph and whether a space is before it."""

    text: str
    paragraph: int
    spaced: bool


def marked(one: str, two: str, *, lines: bool = False) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Both texts as the pieces of their paragraphs: those stand on a line each, or blank lines part them."""
    first, second = _words(one, lines=lines), _words(two, lines=lines)
    differs: tuple[set[int], set[int]] = set(), set()
    for a, b, c, d in _unlike([word.text for word in first], [word.text for word in second]):
        differs[0].update(range(a, b))
        differs[1].update(range(c, d))
    return _pieces(first, differs[0]), _pieces(second, differs[1])


def _words(text: str, *, lines: bool) -> list[_Word]:
    parts = text.split("\n") if lines else _BLANK.split(text)
    return [_Word(word, at, bool(space)) for at, part in enumerate(parts) for space, word in _WORD.findall(part)]


def _unlike(one: Sequence[str], two: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of words that differ; one run between what is the same at both ends where there are too many."""
    least = min(len(one), len(two))
    head = next((at for at in range(least) if one[at] != two[at]), least)
    tail = next((at for at in range(least - head) if one[-1 - at] != two[-1 - at]), least - head)
    left, right = one[head : len(one) - tail], two[head : len(two) - tail]
    if max(len(left), len(right)) > ROOM:
        yield head, head + len(left), head, head + len(right)
        return
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + a, head + b, head + c, head + d


def _pieces(words: Sequence[_Word], differs: set[int]) -> list[list[Piece]]:
    """Spaces belong to what is the same on one side of them: a mark begins and ends with a word."""
    paragraphs: list[list[Piece]] = []
    before = -1
    for at, word in enumerate(words):
        if word.paragraph != before:
            paragraphs.append([])
            before = word.paragraph
        here, own = paragraphs[-1], at in differs
        space = " " if word.spaced and here else ""
        if here and here[-1].differs == own:
            here[-1] = Piece(f"{here[-1].text}{space}{word.text}", own)
        elif own and here:
            here[-1] = Piece(f"{here[-1].text}{space}", differs=False)
            here.append(Piece(word.text, differs=True))
        else:
            here.append(Piece(f"{space}{word.text}", own))
    return paragraphs
