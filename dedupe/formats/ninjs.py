"""JSON: ninjs and any other with a text in it; cuts stand inside the string, every other byte stays."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats import html, jsonlist
from dedupe.formats.bodies import NEWS
from dedupe.formats.escaped import lines, outward, plain
from dedupe.formats.jsontext import Said, check, decoded, said, settings, strings
from dedupe.formats.laid import Draft, spans_of
from dedupe.formats.renditions import renditions_of
from dedupe.model import Article, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.formats.escaped import Escaped
    from dedupe.formats.jsonlist import Parts
    from dedupe.formats.jsontext import Path
    from dedupe.model import Source

PROSE = 12  # spaces of a string that may be a text

_BODY = re.compile(
    r"body(?!_?(?:type|format|lang(?:uage)?|length|count|charset|id|role|class)$)(?:_\w+|[a-z]+)?"
    r"|(?:article|story|content|text|main|full)(?:_?(?:body|text|html|xhtml|content))?",
    re.IGNORECASE,
)
# a text that is kept as an object, and what is its text in that
_HELD = re.compile(r"body(?:_\w+|[a-z]+)?|content|text|full_?text", re.IGNORECASE)
_VALUE = re.compile(
    r"rendered|raw|value|processed|x?html|text|plain(?:_?text)?|markdown|#text|#cdata|\$t|_", re.IGNORECASE
)
_LOCALE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?|doc|document|root")
_SUBJECT = re.compile(
    r'"(?:body|article|story|content|text|main|full|bodies|blocks|children|paragraph|para|graf|inner_?blocks|nodes|elements)',
    re.IGNORECASE,
)
_LIST = re.compile(r'\[(?=\s*+["{])')  # a list that may be a text, and the name of one
NAMED = re.compile(
    r'"(?:\w*blocks|content\w*|paragraphs?|paras?|grafs?|children|nodes|elements|components|items|value|sections|document'
    r'|body\w*|(?:article|story|text|main|full|rich)\w*)"\s*+:\s*+\Z',
    re.IGNORECASE,
)
_ROOT = re.compile(r'\s*+\[\s*+\{[^{}]{0,200}"(?:blockName|children)"')
KEYS = ("uri", "urn", "id", "guid", "_id", "url")  # what a story is known by, the best first
NAME = 60  # characters before a list in which its name stands

_RUNNING = re.compile(rf' (?:[^" \r\n]++ ){{{PROSE - 1}}}')  # words enough for a text
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
_BESIDE = (
    *(pattern for pattern, _ in _HEADS),
    re.compile(r"captions?|alt(?:_?text)?|usage_?terms|rights\w*|terms|legal\w*|associations", re.IGNORECASE),
)
_PAGE = re.compile(r"<[!?/a-zA-Z][^<>]*>")
_NEWS = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?(?:<!DOCTYPE[^<>]*>\s*)?<(?:nitf|block|body\.content)\b")


class Text(NamedTuple):
    """A text of a story, or something that stands beside it."""

    at: Said | Parts
    role: Role | None  # None for a text


class Story(NamedTuple):
    """A story of a document."""

    key: str
    texts: list[Text]


def split(source: Source) -> tuple[Article, ...]:
    """The stories of a JSON document. Raises DedupeError where it is none."""
    words = source.text
    if not source.text_field and _SUBJECT.search(words) is None:
        if words.strip() and not settings(words):
            check(source.path, words, 0, len(words), source.first)
        return (Article(source.path, "ninjs", (), hint=hint(source, 0, len(words))),)
    stories = list(documents(source, 0, len(words)))
    articles = [
        article
        for number, story in enumerate(stories, 1)
        for article in told(source, "ninjs", story.texts, (story.key or str(number)) if len(stories) > 1 else None)
    ]
    return tuple(articles) or (Article(source.path, "ninjs", (), hint=hint(source, 0, len(words))),)


def documents(source: Source, start: int, end: int) -> Iterator[Story]:
    """The stories in a range of a text that is one JSON document. Raises DedupeError where it is none."""
    words = source.text
    check(source.path, words, start, end, source.first)
    some: list[tuple[Said | Parts, Path | None]] = []
    if _listed(words, start, end, source.text_field):
        lists = jsonlist.parts(words, start, end, source.text_field, _BODY)
        some += [(one, _holder(one.path, source.text_field)) for one in lists]
    edges = sorted((one.start, one.end) for one, _ in some)
    some += [(one, owner_of(one.path, source.text_field)) for one in _without(strings(words, start, end), edges)]
    owners = {owner for _, owner in some if owner is not None}
    told: dict[Path, list[tuple[Said | Parts, Path | None]]] = {}  # of each story, by the outermost object with a text
    known: dict[Path, Path | None] = {}
    for one, owner in some if owners else ():
        around = one.path[:-1]
        if around not in known:
            known[around] = next((around[:at] for at in range(len(around) + 1) if around[:at] in owners), None)
        above = one.path if known[around] is None and one.path in owners else known[around]
        if above is not None:
            told.setdefault(above, []).append((one, owner))
    for above, mine in told.items():
        texts = [Text(one, None) for one, owner in mine if owner == above]
        heads = [
            Text(one, role)
            for one, owner in mine
            if owner != above and isinstance(one, Said) and (role := head_of(one.path[len(above) :])) is not None
        ]
        said = [one for one, _ in mine if isinstance(one, Said)]
        yield Story(_key(words, source.id_field, said, above), [*texts, *heads])


def _listed(words: str, start: int, end: int, field: str) -> bool:
    """Whether a document may hold a list that is a text."""
    if _ROOT.match(words, start, end):
        return True
    return any(
        field or NAMED.search(words[max(start, one.start() - NAME) : one.start()])
        for one in _LIST.finditer(words, start, end)
    )


def _without(some: Iterator[Said], edges: Sequence[tuple[int, int]]) -> Iterator[Said]:
    """The strings that stand in none of some places, which are sorted and disjoint."""
    if not edges:
        yield from some
        return
    ahead = chain(edges, [(1 << 62, 1 << 62)])
    first, last = next(ahead)
    for one in some:
        while one.start >= last:
            first, last = next(ahead)
        if one.start < first:
            yield one


@lru_cache(maxsize=4096)
def owner_of(path: Path, field: str) -> Path | None:
    """The object whose text a string is, or None where it is none."""
    if field:
        names = field.split(".")
        named = [at for at, step in enumerate(path) if isinstance(step, str)]
        if [path[at] for at in named] != names or not named:
            return None
        last = next((at for at in range(len(path) - 1, -1, -1) if not isinstance(path[at], str)), -1)
        return path[: max(named[0], last + 1)]
    if not path or not isinstance(path[-1], str):
        return None
    if len(path) > 1 and _VALUE.fullmatch(path[-1]) and isinstance(path[-2], str) and _HELD.fullmatch(path[-2]):
        return path[:-2]
    if _BODY.fullmatch(path[-1]):
        return path[:-1]
    plural = len(path) > 1 and path[-1] == "value" and "bodies" in path[-3:-1]
    return path[: len(path) - 1 - path[::-1].index("bodies")] if plural else None


def _holder(path: Path, field: str) -> Path:
    """The object whose text a list is."""
    if field:
        return path[: next(at for at, step in enumerate(path) if isinstance(step, str))]
    above = path[:-1]
    while above and isinstance(above[-1], str) and (_BODY.fullmatch(above[-1]) or _LOCALE.fullmatch(above[-1])):
        above = above[:-1]
    return above


@lru_cache(maxsize=4096)
def head_of(path: Path) -> Role | None:
    """The role of a string beside a text, by its path in the story."""
    names = [step for step in path if isinstance(step, str)]
    if len(names) > 1 and _HELD.fullmatch(names[0]):
        del names[0]
    valued = names and (_VALUE.fullmatch(names[-1]) or _LOCALE.fullmatch(names[-1]))
    if not names or len(names) > 1 + (valued is not None):
        return None
    return next((role for pattern, role in _HEADS if pattern.fullmatch(names[0])), None)


def _key(words: str, field: str, some: Sequence[Said], owner: Path) -> str:
    """What a story is known by."""
    wanted = [tuple(field.split("."))] if field else [(name,) for name in KEYS]
    for names in wanted:
        for one in some:
            if tuple(step for step in one.path[len(owner) :] if isinstance(step, str)) == names:
                return decoded(words[one.start : one.end])
    return ""


def told(source: Source, name: str, some: Sequence[Text], key: str | None) -> Iterator[Article]:
    """A story in all its renditions."""
    bodies: list[tuple[str, list[Draft]]] = []
    heads: list[Draft] = []
    for at, role in some:
        drafts = _paragraphs(source.text, at)
        if role is None:
            bodies.append((_label(at.path, len(bodies) + 1), drafts))
        else:
            heads += [draft._replace(role=role) for draft in drafts]
    record = spans_of(source, [span for at, _ in some for span in _spans(at)]) if name == "jsonl" else ()
    yield from renditions_of(source, name, heads, bodies, key, record)


def _label(path: Path, number: int) -> str:
    """What a text of a story that has several is called."""
    if not path or not isinstance(path[-1], str) or (path[-1] == "value" and "bodies" in path):
        return f"body {number}"
    held = len(path) > 1 and isinstance(path[-2], str) and _HELD.fullmatch(path[-2])
    return f"{path[-2]}.{path[-1]}" if held else path[-1]


def _spans(at: Said | Parts) -> list[tuple[int, int]]:
    return [(at.start, at.end)] if isinstance(at, Said) else jsonlist.strings(at)


def _paragraphs(words: str, at: Said | Parts) -> list[Draft]:
    """The paragraphs of a text."""
    if isinstance(at, Said):
        return _read(said(words, at.start, at.end), str(at.path[-1]))
    return jsonlist.drafts(words, at, _read)


def _read(inner: Escaped, name: str) -> list[Draft]:
    """The paragraphs of a string: a page, NITF or plain text."""
    words = inner.text
    if "<" in words or "html" in name.lower():
        if _NEWS.match(words):
            return list(outward(lines(html.drafts(words, 0, len(words), NEWS), words), inner))
        if "html" in name.lower() or _PAGE.search(words):
            return list(outward(lines(html.drafts(words, 0, len(words)), words), inner))
    return plain(inner)


def hint(source: Source, start: int, end: int) -> str:
    """What to do where no text was found: the field that may be it."""
    if source.text_field:
        return f"no text found in {source.text_field}, the field that --text-field names"
    longest, size = "", 0
    prose = _RUNNING.search(source.text, start, end) is not None
    for one in strings(source.text, start, end) if prose else ():
        if one.end - one.start <= size or source.text.count(" ", one.start, one.end) < PROSE:
            continue
        names = [step for step in one.path if isinstance(step, str)]
        if not any(pattern.fullmatch(step) for step in names for pattern in _BESIDE):
            size = one.end - one.start
            longest = ".".join(names)
    return f"no text found under a known name; say --text-field {longest} if that is it" if longest else ""
