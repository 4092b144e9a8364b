"""A text that JSON keeps as a list: of strings, or of the blocks of an editor. An element goes with its comma."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe.formats.escaped import joined
from dedupe.formats.jsontext import TOKEN, decoded, said
from dedupe.formats.laid import Draft, Runs
from dedupe.model import Role, Run
from dedupe.roles import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedupe.formats.escaped import Escaped
    from dedupe.formats.jsontext import Path

DEEP = 24  # levels of blocks within blocks that are read
PROSE = 40  # characters of a string that may be the text of a block once more

# the names of lists of blocks, whatever the blocks are like; and of lists that are some only where the blocks say so
_BLOCKS = re.compile(r"(?:content_?|body_?|inner_?)?blocks|content_?elements|paragraphs?|paras?|grafs?", re.IGNORECASE)
_NODES = re.compile(
    r"children|content|contents|nodes|elements|components|items|value|sections|document|body\w*"
    r"|(?:article|story|text|main|full|rich)_?\w*",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:head)?(?:line|title)|headline\w*|slug(?:line)?", re.IGNORECASE)
_KIND = ("listItem", "style", "type", "_type", "nodeType", "blockName", "block_type", "kind", "role", "tag", "tagName")
_TEXT = re.compile(
    r"text|value|content|html|inner_?html|body(?:_?(?:html|text))?|copy|paragraph|markdown|data|insert", re.IGNORECASE
)
_INLINE = re.compile(r"(?:text|span|leaf|string|link|hyperlink|mention|a|b|i|em|strong|bold|italic|inline\w*)?")
_ROWS = re.compile(r"items|list|rows|entries|paragraphs", re.IGNORECASE)
_HOLDS = re.compile(r"data|model|fields?|attrs|attributes|props|document|root|" + _TEXT.pattern, re.IGNORECASE)
_PLACED = re.compile(r"\w*(?:ranges|facets|annotations)", re.IGNORECASE)  # by the number of the character
_OUTER = re.compile(r"^(?:core|wp|block|blocks)?(?=[a-z])|(?:block|node|element|component|shortcode)$")
_ROLES: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (r"heading\d?|header\w*|h[1-6]|\w*title|\w*sub-?head(?:ing|line)?s?|crossheads?|heading\w*", Role.HEADING),
        (r"\w*quote|quotation|blockquote", Role.QUOTE),
        (r"code\w*|pre(?:formatted)?|raw\w*|math\w*|formula|verse", Role.CODE),
        (
            r"(?:\w*(?:image|photo|picture|video|audio|media|gallery|asset|figure|oembed)\w*|img|caption|embed\w*)",
            Role.CAPTION,
        ),
        (r"table\w*|th|td|tr", Role.TABLE),
        (
            r"promo\w*|related\w*|ads?|advert\w*|newsletter\w*|interstitial\w*|button\w*|\w*divider|separator|delimiter",
            Role.PROMO,
        ),
        (r"hr|horizontalrule|spacer|nav\w*|link\w*|form\w*|(?:hard)?break|more|readmore|teaser", Role.PROMO),
        (r"aside|sidebar|\w*box|callout|foot\w*|note\w*|correction|warning|admonition\w*", Role.NOTE),
        (r"\w*list(?:item)?|\w*items?|bullet\w*|numbered\w*|number|ordered|unordered|[uo]l|li", Role.ITEM),
        (
            r"paragraphs?|para|p|text|unstyled|normal|body\w*|default|copy|richtext|html|div|group|columns?|section|lead",
            Role.BODY,
        ),
    )
)


class Node(NamedTuple):
    """A value of a document: a string, from behind its quotation mark; an object or a list, with its brackets."""

    kind: str  # " { [
    start: int
    end: int
    keys: list[str]  # of an object
    values: list[Node]  # numbers and the like are left out
    scalars: bool = False  # whether there are some


class Parts(NamedTuple):
    """A list that is one text."""

    path: Path
    start: int
    end: int
    elements: tuple[Node, ...]
    field: tuple[str, ...]  # where an element has its text, if that was said


class _Line(NamedTuple):
    """A paragraph of an element: its strings, and its role."""

    strings: list[Node]
    path: str  # the key of the first
    role: Role | None


def parts(words: str, start: int, end: int, field: str, named: re.Pattern[str]) -> list[Parts]:
    """The outermost lists of a document that are one text each; `named` are the names of texts."""
    found: list[Parts] = []
    fields = tuple(field.split(".")) if field else ()
    open_: list[tuple[Path, Node]] = [((), node) for node in _tree(words, start, end)]
    while open_:
        path, node = open_.pop()
        if node.kind == "[" and _is_text(words, path, node, fields, named):
            names = tuple(step for step in path if isinstance(step, str))
            found.append(Parts(path, node.start, node.end, tuple(node.values), fields[len(names) :]))
            continue
        steps: Sequence[str | int] = node.keys if node.kind == "{" else range(len(node.values))
        inner = [((*path, step), value) for step, value in zip(steps, node.values, strict=True) if value.kind != '"']
        open_ += reversed(inner)
    return found


def _tree(words: str, start: int, end: int) -> list[Node]:
    """The one value of a document."""
    top: list[Node] = []
    stack: list[tuple[str, int, list[str], list[Node], list[int]]] = [("", 0, [], top, [])]
    for match in TOKEN.finditer(words, start, end):
        number = match.lastindex
        if number == 1:
            stack[-1][3].append(Node('"', *match.span(1), [], []))
        elif number:
            keys, values = stack[-1][2:4]
            del keys[len(values) :]  # of a number and the like
            keys.append(decoded(match[1]))
        elif (char := match[0]) == ",":
            stack[-1][4].append(match.start())
        elif char in "{[":
            stack.append((char, match.start(), [], [], []))
        else:
            kind, first, keys, values, commas = stack.pop()
            del keys[len(values) :]
            scalars = (
                kind == "["
                and len(values) != len(commas) + 1
                and bool(values or words[first + 1 : match.start()].strip())
            )
            stack[-1][3].append(Node(kind, first, match.end(), keys, values, scalars))
    return top


def _is_text(words: str, path: Path, node: Node, fields: tuple[str, ...], named: re.Pattern[str]) -> bool:
    """Whether a list is one text."""
    if node.scalars:
        return False
    if fields:
        names = tuple(step for step in path if isinstance(step, str))
        if not names or fields[: len(names)] != names or not isinstance(path[-1], str):
            return False
        if names == fields and all(one.kind == '"' for one in node.values):
            return True
    name = str(path[-1]) if path and isinstance(path[-1], str) else ""
    if all(one.kind == '"' for one in node.values):
        return bool(named.fullmatch(name) or _BLOCKS.fullmatch(name))
    if any(one.kind != "{" or _is_story(words, one) for one in node.values):
        return False
    if _BLOCKS.fullmatch(name):
        return True
    if name and not _NODES.fullmatch(name) and not named.fullmatch(name):
        return False
    kinds = {kind for one in node.values for kind in _kinds(words, one)}
    if not name and not path and not any("blockName" in one.keys or "children" in one.keys for one in node.values):
        return False
    return any(_role(kind) in (Role.BODY, Role.HEADING, Role.ITEM) or kind == "block" for kind in kinds)


def _is_story(words: str, node: Node) -> bool:
    """Whether an object has a headline, which no block of text has."""
    return any(_TITLED.fullmatch(key) for key in node.keys) and _role_of(words, node, None) in (None, Role.BODY)


def _kinds(words: str, node: Node) -> Iterator[str]:
    """What an object says that it is."""
    for key in _KIND:
        if key in node.keys:
            value = node.values[node.keys.index(key)]
            if value.kind == '"':
                yield decoded(words[value.start : value.end])


def _role(kind: str) -> Role | None:
    """The role of a block by its kind; None where that says nothing."""
    name = re.sub(r"[^a-z0-9]", "", kind.lower())
    bare = _OUTER.sub("", name)
    return next((role for pattern, role in _ROLES if pattern.fullmatch(bare) or pattern.fullmatch(name)), None)


def _role_of(words: str, node: Node, above: Role | None) -> Role | None:
    """The role of a block, by the first word about it that says more than that it is one."""
    kinds = list(_kinds(words, node))
    if not kinds:
        return above or Role.BODY
    roles = [_role(kind) for kind in kinds]
    told = [role for role in roles if role is not None]
    kept = next((role for role in told if role is not Role.BODY), told[0] if told else None)
    if kept is Role.BODY and above is not None:
        return above
    return kept or (Role.BODY if "block" in kinds else None)


def strings(some: Parts) -> list[tuple[int, int]]:
    """Where the strings of a list stand."""
    found, stack = [], list(some.elements)
    while stack:
        node = stack.pop()
        if node.kind == '"':
            found.append((node.start, node.end))
        stack += node.values
    return sorted(found)


def drafts(words: str, some: Parts, read: Callable[[Escaped, str], list[Draft]]) -> list[Draft]:
    """The paragraphs of a list; `read` finds those of a string. What else stands in it is none, and kept apart."""
    found: list[Draft] = []
    field = some.start + 1
    for node in some.elements:
        lines = list(_lines(words, node, some.field, None, 0))
        start, end = (node.start - 1, node.end + 1) if node.kind == '"' else (node.start, node.end)
        inner = sorted(
            (draft for line in lines for draft in _paragraphs(words, line, read)), key=lambda draft: draft.start
        )
        if not inner:
            found.append(Draft(start, end, Role.CODE, words[start:end], (start, end), field=field))
        elif len(inner) == 1:
            found.append(_element(words, node, lines, inner[0], (start, end), field))
        else:
            edges = [start, *(draft.end for draft in inner[:-1]), end]
            found += [
                draft._replace(outer=(edges[at], edges[at + 1]), field=field, bound=draft.bound or _SHARED)
                for at, draft in enumerate(inner)
            ]
    return found


_SHARED = "it shares its element of the list with others"


def _element(words: str, node: Node, lines: Sequence[_Line], draft: Draft, outer: tuple[int, int], field: int) -> Draft:
    """A paragraph that is an element; no sentence of it goes alone where that would touch more than one string."""
    strings = [one for line in lines for one in line.strings if one.end > one.start]
    counted = node.kind == "{" and (len(strings) > 1 or _tied(words, node, strings[0]))
    if counted:
        runs = draft.runs or (Run(0, draft.end - draft.start, draft.start, draft.end),)
        draft = draft._replace(runs=Runs(partial(_turned, runs)))
    return draft._replace(outer=outer, field=field)


def _turned(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs of which none can go without all."""
    return tuple([run._replace(turn=1) for run in runs])


def _tied(words: str, node: Node, string: Node) -> bool:
    """Whether something beside a string of a block counts its characters, or says its text again."""
    stack = [node]
    while stack:
        here = stack.pop()
        for number, value in enumerate(here.values):
            key = here.keys[number] if here.keys else ""
            if value.kind == '"':
                if (
                    value.start != string.start
                    and value.end - value.start >= PROSE
                    and " " in words[value.start : value.end]
                ):
                    return True
            elif value.kind == "[" and _PLACED.fullmatch(key) and (value.values or value.scalars):
                return True
            else:
                stack.append(value)
    return False


def _paragraphs(words: str, line: _Line, read: Callable[[Escaped, str], list[Draft]]) -> list[Draft]:
    some = [said(words, one.start, one.end) for one in line.strings]
    found = read(some[0], line.path) if len(some) == 1 else joined(some)
    if line.role is Role.BODY:
        return found
    role = line.role or Role.NOTE  # of a kind that nobody knows
    return [draft._replace(role=listed(draft.text) if role is Role.ITEM else role) for draft in found]


def _lines(words: str, node: Node, field: tuple[str, ...], above: Role | None, depth: int) -> Iterator[_Line]:
    """The paragraphs of an element."""
    if node.kind == '"':
        if not field:
            yield _Line([node], "", above or Role.BODY)
    elif field:
        yield from _named(words, node, field)
    elif depth > DEEP:
        return
    elif node.kind == "[":
        for value in node.values:
            yield from _lines(words, value, (), above, depth + 1)
    else:
        yield from _block(words, node, above, depth)


def _block(words: str, node: Node, above: Role | None, depth: int) -> Iterator[_Line]:
    """The paragraphs of an object: the longest of the strings that may be its text, and those of what it holds."""
    role = _role_of(words, node, above)
    held = list(zip(node.keys, node.values, strict=True))
    direct = [
        (key, value)
        for key, value in held
        if value.kind == '"' and _TEXT.fullmatch(key) and words[value.start : value.end].strip()
    ]
    if direct:
        key, value = max(direct, key=lambda one: one[1].end - one[1].start)
        yield _Line([value], key, role)
    for key, value in held:
        if value.kind == "[":
            yield from _inner(words, key, value, role, depth)
        elif value.kind == "{" and _HOLDS.fullmatch(key):
            yield from _lines(words, value, (), role, depth + 1)


def _named(words: str, node: Node, field: tuple[str, ...]) -> Iterator[_Line]:
    """The texts of an element that are where they were said to be."""
    if node.kind == "[":
        for value in node.values:
            yield from _named(words, value, field)
    elif node.kind == "{" and field[0] in node.keys:
        value = node.values[node.keys.index(field[0])]
        if value.kind != '"':
            yield from _named(words, value, field[1:])
        elif len(field) == 1:
            yield _Line([value], field[0], Role.BODY)


def _inner(words: str, key: str, node: Node, role: Role | None, depth: int) -> Iterator[_Line]:
    """The paragraphs of a list in a block: its pieces are one, or each is some."""
    objects = [value for value in node.values if value.kind == "{"]
    if objects and not _ROWS.fullmatch(key) and any(_is_piece(words, one) for one in objects):
        strings = list(_strings(node, 0))
        if strings:
            yield _Line(strings, key, role)
    elif objects or _ROWS.fullmatch(key):
        for value in node.values:
            yield from _lines(words, value, (), role, depth + 1)


def _is_piece(words: str, node: Node) -> bool:
    """Whether an object is a piece of a line."""
    said = any(value.kind == '"' and _TEXT.fullmatch(key) for key, value in zip(node.keys, node.values, strict=True))
    return said and all(_INLINE.fullmatch(kind.lower()) for kind in _kinds(words, node) if kind)


def _strings(node: Node, depth: int) -> Iterator[Node]:
    """The strings of the pieces of a line."""
    if depth > DEEP:
        return
    for number, value in enumerate(node.values):
        if value.kind != '"':
            yield from _strings(value, depth + 1)
        elif node.kind == "{" and _TEXT.fullmatch(node.keys[number]):
            yield value
