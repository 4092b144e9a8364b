"""Whether lines of a plain text are program code, or what a program writes, rather than copy."""

from __future__ import annotations

import re
from math import ceil

FEW = 3  # odd words that code has at the least
SHARE = 0.4  # of its words
LOOKED_AT = 2000  # characters

# a word as no copy has it: name_of_it, nameOfIt, call(), char*, "key":, a::b, a->b, {, =, ==, </a>; a whole statement
_ODD = re.compile(
    r"(?:[{}<>=;|\\]|\w_\w|[a-z][A-Z]\w|\w\(|[\w)\]]\[|::|\w[*&](?=[\s,)]|$)|\]\)|\)[,)]|\"\w+\"[:,]|^[#$%@]\w)"
)
_LINK = re.compile(r"://|\w@\w|^www\.")
_SAID = re.compile(r"[.!?…。！？؟:][\"'”’»)\]]{0,3}$")
_BEGUN = re.compile(r"(?://|/\*|#!|\$ |>>> |C:\\|<\?|\{%|--[a-z])")


def coded(text: str) -> bool:
    """Whether a paragraph of a plain text is code."""
    if _SAID.search(text, max(0, len(text) - 4)) is not None:
        return False
    if _BEGUN.match(text):
        return True
    words = text[:LOOKED_AT].split()
    spare = len(words) - max(FEW, ceil(SHARE * len(words)))  # words that may be as copy has them
    for word in words:
        if spare < 0:
            break
        bare = word.rstrip(".,")
        if (bare.isalpha() and bare[1:].islower()) or _ODD.search(word) is None or _LINK.search(word):
            spare -= 1
    return spare >= 0
