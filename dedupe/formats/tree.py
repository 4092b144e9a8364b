"""The elements of an XML file: where each begins and ends, and what it stands in. Nothing is expanded or fetched."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.formats.markup import BROKEN, LONGEST, TAG, other
from dedupe.model import DedupeError


@dataclass(slots=True)
class Node:
    """An element of a file."""

    name: str  # without its prefix, in lower case
    start: int
    inner: int  # behind its tag
    stop: int  # before its end tag
    end: int
    parent: int  # its number; below 0 for a root
    rest: str
    said: tuple[int, int] | None = None  # its last CDATA section
    held: int = 0  # elements in it


def nodes(words: str) -> list[Node]:
    """The elements of a file in the order in which they begin. Raises DedupeError where they do not pair."""
    found: list[Node] = []
    stack: list[int] = []
    names: dict[str, str] = {}
    at, size, broken = -1, len(words), 0
    while (at := words.find("<", at + 1)) >= 0:
        match = TAG.match(words, at, at + LONGEST)
        if match is None:
            broken += 1
            if broken > BROKEN:
                raise DedupeError("not well-formed: more than 1,000 tags in it do not end; mend it first")
            continue
        *_, slash, raw, rest = match.groups()
        stop = match.end()
        if raw is None:
            tag = other(words, at, size, match)
            if tag.said and stack:
                found[stack[-1]].said = tag.said
            at = tag.end - 1
            continue
        name = names.get(raw) or names.setdefault(raw, raw.rpartition(":")[2].lower())
        if slash:
            _close(found, stack, name, at, stop)
        else:
            found.append(Node(name, at, stop, stop, stop, stack[-1] if stack else -1, rest))
            if stack:
                found[stack[-1]].held += 1
            if rest[-1:] != "/":
                stack.append(len(found) - 1)
        at = stop - 1
    if stack:
        raise DedupeError(f"not well-formed: <{found[stack[-1]].name}> does not end; mend it first")
    return found


def _close(found: list[Node], stack: list[int], name: str, start: int, end: int) -> None:
    """An element ends with the tag at a place."""
    if not stack or found[stack[-1]].name != name:
        raise DedupeError(f"not well-formed: </{name}> closes nothing at character {start}; mend it first")
    node = found[stack.pop()]
    node.stop, node.end = start, end
