"""One form for the spellings and inflections of a word."""

from __future__ import annotations

import re

from dedupe.lexicon import IRREGULAR

_SPELLING = (
    *(("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"), ("ence", "ense"), ("ogue", "og"), ("amme", "am")),
    *(("ae", "e"), ("oe", "e"), ("lled", "led"), ("lling", "ling"), ("gement", "gment"), ("grey", "gray")),
)


def spelling(word: str) -> str:
    """A word in the one spelling that British and American copy, and copy read by a machine ("m" for "rn"), share."""
    for one, other in _SPELLING:
        word = word.replace(one, other)
    return word.replace("rn", "m")


_ENDINGS = re.compile("(?:ies|ied|ying|edly|ingly|ings?|ed|ly|es|s|e|y)$")
_SHORT = 3


def stem(word: str) -> str:
    """A word without its inflection; a number as it is."""
    word = IRREGULAR.get(word, word).replace("eable", "able")
    if len(word) <= _SHORT or not word.isascii():
        return word
    root = _ENDINGS.sub("", word)
    if len(root) < _SHORT:
        return word
    return root[:-1] if root[-1] == root[-2] and root[-1] not in "aeiou" else root
