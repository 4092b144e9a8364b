"""What refers to what in reStructuredText: labels, footnotes, links by order."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import NamedTuple

NOTE = r"\[(?:\d+|#[\w.-]*|\*|[A-Za-z][\w.-]*)\]_(?!\w)"

# `said`_ and `said <url>`__, :role:`said <label>`, word_ and word__
_POINTER = re.compile(
    r"(?P<role>(?<![\w:.+-]):[\w.+:-]+:)?`(?P<said>[^`<>]+)(?:<(?P<to>[^<>`]+)>)?`(?P<under>_{0,2})"
    r"|(?<![\w.+:-])(?P<word>[a-zA-Z0-9][\w.+:-]*)"
)
_NOTE = re.compile(NOTE)
_INLINE = re.compile(r"(?<![\w`])_`([^`]+)`")
_TARGET = re.compile(r"_(?P<name>`[^`]+`|(?![_ ]).+):$")
_LITERAL = re.compile("``[^`]+``")


class Pointers(NamedTuple):
    """What a piece of a file names, and how often."""

    names: Counter[str]  # labels
    made: frozenset[str]  # labels that a link with its address, or a piece of text, is known by
    notes: Counter[str]  # footnotes
    counted: bool  # something in it is numbered, or led somewhere, by the order it comes in


def pointers(text: str) -> Pointers:
    """What a piece of a file names."""
    names: Counter[str] = Counter()
    text = _LITERAL.sub("", text)
    made = {_named(found[1]) for found in _INLINE.finditer(text)}
    counted = False
    for found in _POINTER.finditer(text):
        word, under, to = found["word"], found["under"], found["to"]
        if word is not None:
            word = word.rstrip(".:+-")
            if word.endswith("_"):
                counted = counted or word.endswith("__")
                names[_named(word[:-1])] += 1
        elif found["role"]:
            names[_named(to or found["said"])] += 1
        elif under == "__":
            counted = counted or not to
        elif under and to:
            if to.endswith("_"):
                names[_named(to[:-1])] += 1
            made.add(_named(found["said"]))
        elif under:
            names[_named(found["said"])] += 1
    notes = Counter(found[0] for found in _NOTE.finditer(text))
    return Pointers(names, frozenset(made), notes, counted or "[#]_" in notes or "[*]_" in notes)


def _named(label: str) -> str:
    return " ".join(label.replace("\\", "").strip("`").lower().split())


def label(said: str) -> str:
    """The label that an explicit target (what stands behind its two dots) gives what is below it, or nothing."""
    found = _TARGET.match(said)
    return _named(found["name"]) if found else ""


class Bonds:
    """Why a paragraph of a file cannot go: what refers to it, or only it refers to."""

    def __init__(self, text: str) -> None:
        """Nothing is read yet."""
        self.text = text

    @cached_property
    def all(self) -> Pointers:
        """What the whole file names."""
        return pointers(self.text)

    def bound(self, raw: str, labels: list[str]) -> str:
        """Why a paragraph cannot go; `labels` are those that stand right above it."""
        for name in labels:
            if self.all.names[name]:
                return f"a link leads to {name}, which stands above it"
        if "_" not in raw:
            return ""
        mine = pointers(raw)
        if mine.counted:
            return "what it refers to is told by its order among others"
        for note, count in mine.notes.items():
            if self.all.notes[note] == count:
                return f"it is all that refers to footnote {note[:-1]}"
        for name in mine.made:
            if self.all.names[name] > mine.names[name]:
                return f"a link leads to {name} in it"
        return ""
