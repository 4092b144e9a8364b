"""The strings of a JSON document where they stand, with what each says."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import accumulate
from operator import add, sub
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.escaped import Escaped, escaped, unescaped
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str | int, ...]

TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?|[{}\[\],]', re.DOTALL)
_STEP = re.compile(  # a string in a list; a key, alone, with its string, with a number or the like; or a sign
    r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(?:(\s*+:)\s*+(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"\s*+,?+|([-\w][-+.\w]*+)\s*+,?+)?+)?+'
    r"|[{}\[\],]",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_KEY, _PAIRED = 2, 3  # the groups of it that end a key, and the string of one
_HARD = re.compile(r"\\(?:\\|u[dD])")  # an escaped backslash, and what may be half of a pair
_READ = json.JSONDecoder(strict=False)
_CHECK = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers stay as they are spelled, however long
_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no character by itself
_LENIENT = re.compile(
    r'("[^"\\]*+(?:\\.[^"\\]*+)*+")|//[^\r\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|,(?=\s*+[}\]])', re.DOTALL
)


class Said(NamedTuple):
    """A string of a document."""

    path: Path
    start: int  # behind its quotation mark
    end: int


def check(path: str, words: str, start: int, end: int, first: int = 1) -> None:
    """Raises DedupeError where a range of a text, which begins at line `first`, is not one JSON document."""
    try:
        _CHECK.decode(words[start:end])
    except RecursionError as error:
        raise DedupeError(f"{path}: nested too deeply to be a story", path=path) from error
    except ValueError as error:
        at = start + getattr(error, "pos", 0)
        line = words.count("\n", 0, at) + first
        said = getattr(error, "msg", str(error)).removesuffix(" at")
        advice = "mend it first"
        if said == "Extra data":
            said = "more follows the document"
            advice = "if it holds a record a line, say --format jsonl" if end - start == len(words) else advice
        elif said == "Invalid control character":
            said = "a control character in a string, which must be written as an escape such as \\n"
        raise DedupeError(f"{path}: not valid JSON at line {line}: {said}; {advice}", path=path) from error


def settings(words: str) -> bool:
    """Whether a text is JSON but for comments and commas too many, as settings are written."""
    try:
        _CHECK.decode(_LENIENT.sub(lambda found: found[1] or "", _LENIENT.sub(_uncommented, words)))
    except (ValueError, RecursionError):
        return False
    return True


def _uncommented(found: re.Match[str]) -> str:
    return found[0] if found[1] or found[0] == "," else " "


def strings(words: str, start: int, end: int) -> Iterator[Said]:
    """The values of a document that are strings, with the path to each."""
    stack: list[str | int] = []  # the key, or the number, that each open object or list is at
    for match in _STEP.finditer(words, start, end):
        kind = match.lastindex
        if kind == _PAIRED:
            stack[-1] = decoded(match[1])
            yield Said(tuple(stack), *match.span(_PAIRED))
        elif kind == 1:
            yield Said(tuple(stack), *match.span(1))
        elif kind == _KEY:
            stack[-1] = decoded(match[1])
        elif kind is None:
            char = match[0]
            if char == ",":
                if stack and isinstance(stack[-1], int):
                    stack[-1] += 1
            elif char in "{[":
                stack.append("" if char == "{" else 0)
            else:
                stack.pop()


def said(words: str, start: int, end: int) -> Escaped:
    """What a string says."""
    text, _ = _READ.raw_decode(words, start - 1)
    if len(text) == end - start:
        return Escaped(text, start, [], [], [], [])
    if _HARD.search(words, start, end) is None:  # each escape is two characters, or six, that say one
        first, *others = words[start:end].split("\\")
        sizes = [len(first), *map(len, others)]
        begins = list(map(add, accumulate(sizes), range(start, start + len(others))))
        if words.find("\\u", start, end) < 0:
            ats, ends = list(accumulate(sizes))[:-1], [begin + 2 for begin in begins]
        else:
            longer = [4 if one[0] == "u" else 0 for one in others]
            ats = list(map(sub, accumulate(sizes), accumulate(longer, initial=0)))[:-1]
            ends = [begin + 2 + more for begin, more in zip(begins, longer, strict=True)]
        return Escaped(text, start, ats, [at + 1 for at in ats], begins, ends)
    escapes = [match.span() for match in _ESCAPE.finditer(words, start, end)]
    if len(text) == end - start - sum([end - start - 1 for start, end in escapes]) and not _HALF.search(text):
        return escaped(text, start, escapes)
    return unescaped(words, start, end, _ESCAPE, lambda match: decoded(match[0]))


@lru_cache(maxsize=4096)
def decoded(raw: str) -> str:
    """What a string says; half a pair of surrogates is no character."""
    said = str(json.loads(f'"{raw}"', strict=False))
    return said.encode("utf-8", "replace").decode("utf-8") if not said.isascii() else said
