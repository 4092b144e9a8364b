"""JSON: ninjs and any other with a text in it; cuts stand inside the string, every other byte stays."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import html
from dedupe.formats.bodies import NEWS
from dedupe.formats.escaped import Escaped, escaped, lines, outward, plain, unescaped
from dedupe.formats.laid import Draft, spans_of
from dedupe.formats.renditions import renditions_of
from dedupe.model import Article, DedupeError, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

    Path = tuple[str | int, ...]


_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?|[{}\[\],]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_DECODER = json.JSONDecoder(strict=False)
_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no character by itself
_BODY = re.compile(
    r"body(?:_?[a-z]+)?|(?:article|story|content|text|main|full)(?:_?(?:body|text|html|xhtml|content))?", re.IGNORECASE
)
_SUBJECT = re.compile(rb'"(?:body|article|story|content|text|main|full|bodies)', re.IGNORECASE)
_HEADS = (
    (
        re.compile(r"(?:head|sub|dek|dachzeile|over)?(?:headline|title|head|line)s?(?:_\w+)?", re.IGNORECASE),
        Role.HEADLINE,
    ),
    (re.compile(r"kicker|slug(?:line)?s?", re.IGNORECASE), Role.SLUG),
    (re.compile(r"by_?lines?|authors?", re.IGNORECASE), Role.BYLINE),
    (re.compile(r"dateline", re.IGNORECASE), Role.DATELINE),
    (re.compile(r"(?:description|summary|abstract|teaser|excerpt|lead|deck)(?:s|_\w+)?", re.IGNORECASE), Role.SUMMARY),
    (re.compile(r"ed_?notes?|editorial_?note", re.IGNORECASE), Role.ADVISORY),
    (re.compile(r"credit(?:line)?|copyright(?:notice)?", re.IGNORECASE), Role.CREDIT),
    (re.compile(r"(?:info|link)box(?:_\w+)?", re.IGNORECASE), Role.NOTE),
)
_PAGE = re.compile(r"<[!?/a-zA-Z][^<>]*>")
_NEWS = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?(?:<!DOCTYPE[^<>]*>\s*)?<(?:nitf|block|body\.content)\b")


class _Said(NamedTuple):
    """A string of a document."""

    path: Path
    start: int  # behind its quotation mark
    end: int


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a JSON document. Raises DedupeError where it is none."""
    if not source.text_field and _SUBJECT.search(source.data) is None:
        return (Article(source.path, "ninjs", ()),)
    stories = list(documents(source, 0, len(source.text)))
    articles = [
        article
        for number, (key, some) in enumerate(stories, 1)
        for article in told(source, "ninjs", some, (key or str(number)) if len(stories) > 1 else None)
    ]
    return tuple(articles) or (Article(source.path, "ninjs", ()),)


def documents(source: Source, start: int, end: int) -> Iterator[tuple[str, list[_Said]]]:
    """The stories in a range of a text that is one JSON document: the key of each, and its strings."""
    words = source.text
    try:
        json.loads(words[start:end])
    except RecursionError as error:
        raise DedupeError(f"{source.path}: nested too deeply to be a story", path=source.path) from error
    except ValueError as error:
        at = start + getattr(error, "pos", 0)
        line = words.count("\n", 0, at) + 1
        said = getattr(error, "msg", str(error))
        raise DedupeError(
            f"{source.path}: not valid JSON at line {line}: {said}; mend it first", path=source.path
        ) from error
    some = [(one, _owner(one.path, source.text_field)) for one in _strings(words, start, end)]
    owners = {owner for _, owner in some if owner is not None}
    told: dict[Path, list[tuple[_Said, Path | None]]] = {}  # of each story, by the outermost object that has a text
    for one, owner in some if owners else ():
        above = next((one.path[:at] for at in range(len(one.path) + 1) if one.path[:at] in owners), None)
        if above is not None:
            told.setdefault(above, []).append((one, owner))
    for above, mine in told.items():
        bodies = [one for one, owner in mine if owner == above]
        heads = [one for one, owner in mine if owner != above and _head(one.path[len(above) :]) is not None]
        yield _key(words, source.id_field, [one for one, _ in mine], above), [*bodies, *heads]


def _strings(words: str, start: int, end: int) -> Iterator[_Said]:
    """The values of a document that are strings, with the path to each."""
    stack: list[str | int] = []  # the key, or the number, that each open object or list is at
    for match in _TOKEN.finditer(words, start, end):
        kind = match.lastindex
        if kind == 1:
            yield _Said(tuple(stack), *match.span(1))
        elif kind:
            stack[-1] = _decoded(match[1])
        else:
            char = match[0]
            if char == ",":
                if stack and isinstance(stack[-1], int):
                    stack[-1] += 1
            elif char in "{[":
                stack.append("" if char == "{" else 0)
            else:
                stack.pop()


@lru_cache(maxsize=4096)
def _owner(path: Path, field: str) -> Path | None:
    """The object whose text a string is, or None where it is none."""
    if field:
        names = field.split(".")
        named = [at for at, step in enumerate(path) if isinstance(step, str)]
        if [path[at] for at in named] != names or not named:
            return None
        return path[: named[0]]
    if path and isinstance(path[-1], str) and _BODY.fullmatch(path[-1]):
        return path[:-1]
    plural = len(path) > 1 and path[-1] == "value" and "bodies" in path[-3:-1]
    return path[: len(path) - 1 - path[::-1].index("bodies")] if plural else None


@lru_cache(maxsize=4096)
def _head(path: Path) -> Role | None:
    """The role of a string beside a text, by its path in the story."""
    names = [step for step in path if isinstance(step, str)]
    if not names or len(names) > 1 + (names[-1] == "value"):
        return None
    return next((role for pattern, role in _HEADS if pattern.fullmatch(names[0])), None)


def _key(words: str, field: str, some: Sequence[_Said], owner: Path) -> str:
    """What a story is known by."""
    wanted = [tuple(field.split("."))] if field else [("uri",), ("urn",), ("id",), ("guid",), ("_id",), ("url",)]
    for names in wanted:
        for one in some:
            if tuple(step for step in one.path[len(owner) :] if isinstance(step, str)) == names:
                return _decoded(words[one.start : one.end])
    return ""


def told(source: Source, name: str, some: Sequence[_Said], key: str | None) -> Iterator[Article]:
    """A story in all its renditions."""
    bodies: list[tuple[str, list[Draft]]] = []
    heads: list[Draft] = []
    for one in some:
        role = _head(one.path[-1:] if one.path[-1] != "value" else one.path[-3:]) if not _is_body(one, source) else None
        inner = _said(source.text, one)
        drafts = _paragraphs(inner, one)
        if role is None:
            label = one.path[-1] if one.path[-1] != "value" else f"body {len(bodies) + 1}"
            bodies.append((str(label), drafts))
        else:
            heads += [draft._replace(role=role) for draft in drafts]
    found = renditions_of(source, name, heads, bodies, key)
    if name != "jsonl":
        yield from found
        return
    record = spans_of(source, [(one.start, one.end) for one in some])
    yield from (replace(article, record=record) for article in found)


def _is_body(one: _Said, source: Source) -> bool:
    return _owner(one.path, source.text_field) is not None


def _said(words: str, one: _Said) -> Escaped:
    """What a string says."""
    text, _ = _DECODER.raw_decode(words, one.start - 1)
    escapes = [match.span() for match in _ESCAPE.finditer(words, one.start, one.end)]
    if len(text) == one.end - one.start - sum([end - start - 1 for start, end in escapes]) and not _HALF.search(text):
        return escaped(text, one.start, escapes)
    return unescaped(words, one.start, one.end, _ESCAPE, lambda match: _decoded(match[0]))


@lru_cache(maxsize=4096)
def _decoded(raw: str) -> str:
    """What a string says; half a pair of surrogates is no character."""
    said = str(json.loads(f'"{raw}"', strict=False))
    return said.encode("utf-8", "replace").decode("utf-8") if not said.isascii() else said


def _paragraphs(inner: Escaped, one: _Said) -> list[Draft]:
    """The paragraphs of a string: a page, NITF or plain text."""
    said = inner.text
    named = "html" in str(one.path[-1]).lower()
    if _NEWS.match(said):
        found = html.drafts(said, 0, len(said), NEWS)
    elif named or _PAGE.search(said):
        found = html.drafts(said, 0, len(said))
    else:
        return plain(inner)
    return list(outward(lines(found, said), inner))
