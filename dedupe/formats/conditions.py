"""What of a page a reader may not see: comments of its template, one branch of several, one tab beside others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe.model import COPY, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe.formats.laid import Draft

    Span = tuple[int, int, str]  # characters, and why they may not be seen

BRANCH = "it stands in one branch of a template"
CHOICE = "it stands in one of the parts of which a reader sees one at a time"
COMMENT = "it stands in a comment"

# one of these stands wherever something is closed that a reader may not see
_CLOSED = (
    ("{", re.compile(r"\{(?:#|/\*|%[-+]? ?(?:end|/)|\{(?:!--|[<%]? ?/|-? ?(?:end|/\*)))")),
    ("</", re.compile(r"</(?:Tab|If|Platform|Show|Hide|CodeTab|Variant)")),
    ("::", re.compile(":::|endif::")),
)
_SIGNED = (
    r"\{%[-+]?\s*(?P<end>end_?|/\s*)?(?P<word>[a-zA-Z]\w*)[^%]*%\}|\{\{[<%]-?\s*(?P<slash>/?)\s*(?P<name>[\w-]+)[^{}]*\}\}"
    r"|\{\{[-~]?\s*(?:(?P<sign>[#/])\s*(?P<bar>[\w-]+)|(?P<go>if|with|range|block|define|end)(?=[\s}-]))[^{}]*\}\}"
    r"|<(?P<closes>/?)(?P<part>Tab(?:Item|Panel|Pane)?|CodeTabs?|Variant|(?:If|Platform|Show|Hide)[A-Z]?\w*)\b[^<>]*>"
    r"|\{(?P<comment>#(?![\w-]+\})|\{-?\s*/\*|/\*|\{!--)"
)
_COLONS = (
    r"|^[ \t>]*(?P<colons>:{3,})[ \t]*(?P<called>[^\n]*)"
    r"|^(?:(?P<asks>ifn?def(?=::[^\n\[]*\[\])|ifeval(?=::\[))|endif(?=::))[^\n]*"
)
_NEITHER = r"|<(?!)(?P<colons>)(?P<called>)(?P<asks>)"
_TAG = re.compile(_SIGNED + _COLONS, re.MULTILINE)
_QUICK = re.compile(_SIGNED + _NEITHER)  # where no two colons stand; all it finds begins with one of two characters
_ENDS = {"#": "#}", "/*": "*/}", "{!--": "--}}"}
_ASCIIDOC = "endif"
_ASKS = frozenset(
    [
        _ASCIIDOC,
        "if",
        "ifversion",
        "unless",
        "each",
        "case",
        "switch",
        "for",
        "with",
        "range",
        "tablerow",
        "only",
        "conditional",
    ]
)
_CHOICES = frozenset(
    [
        *["tab", "tabs", "tabset", "tabbed", "tabitem", "tabpanel", "tabpane", "codetab", "codetabs", "variant"],
        *["option", "mac", "windows", "linux", "webui", "cli", "desktop", "curl", "vscode"],
    ]
)
_CALLED = re.compile(
    r"\b(?P<branch>content-(?:visible|hidden)|when-\w+|unless-\w+)\b|\b(?:panel-tabset|tabset|tab-item|tabs?|code-group)\b"
)


def told(text: str, start: int, end: int, drafts: list[Draft]) -> list[Draft]:
    """The paragraphs of a range of a text: those in comments are no copy, those that a reader may not see are weak."""
    if not any(text.find(sign, start, end) >= 0 and mark.search(text, start, end) for sign, mark in _CLOSED):
        return drafts
    spans = sorted(_spans(text, start, end))
    return list(_weakened(drafts, spans)) if spans else drafts


def _weakened(drafts: Iterable[Draft], spans: Sequence[Span]) -> Iterator[Draft]:
    at = 0
    open_: list[Span] = []
    for draft in drafts:
        while at < len(spans) and spans[at][0] < draft.end:
            open_.append(spans[at])
            at += 1
        open_ = [span for span in open_ if span[1] > draft.start]
        if not open_ or draft.role not in COPY:
            yield draft
        elif any(why == COMMENT and start <= draft.start and draft.end <= end for start, end, why in open_):
            yield draft._replace(role=Role.CODE)
        else:
            yield draft._replace(weak=draft.weak or open_[0][2])


def _spans(text: str, first: int, last: int) -> Iterator[Span]:
    """Where comments stand, branches, and parts to choose from; what is not closed counts for nothing."""
    opened: dict[str, list[tuple[int, str]]] = {}
    missing: set[str] = set()  # ends of comments that stand nowhere further on
    past = 0
    for tag in (_TAG if text.find("::", first, last) >= 0 else _QUICK).finditer(text, first, last):
        if tag.start() < past:
            continue
        if tag["comment"] is not None:
            closes = _ENDS.get(tag["comment"], "*/")
            end = -1 if closes in missing else text.find(closes, tag.end(), last)
            if end < 0:
                missing.add(closes)
            else:
                past = end + len(closes)
                yield tag.start(), past, COMMENT
            continue
        name, why, over = _read(tag)
        if name and not over:
            opened.setdefault(name, []).append((tag.start(), why))
        elif name and opened.get(name):
            start, why = opened[name].pop()
            if why:
                yield start, tag.end(), why


def _read(tag: re.Match[str]) -> tuple[str, str, bool]:
    """What a tag is known by, why a reader may not see what stands in it, and whether it closes."""
    if tag["go"]:
        return "{{", BRANCH if tag["go"] not in ("block", "define") else "", tag["go"] == "end"
    if tag["colons"]:
        called = _CALLED.search(tag["called"])
        why = "" if called is None else BRANCH if called["branch"] else CHOICE
        return ("" if tag["called"].rstrip().endswith(":::") else ":"), why, not tag["called"].strip()
    name = (tag["word"] or tag["name"] or tag["bar"] or tag["part"] or _ASCIIDOC).lower()
    if tag["asks"] or name == _ASCIIDOC:
        return _ASCIIDOC, BRANCH, tag["asks"] is None
    if tag["word"] and name.startswith("if"):
        name = "if"
    why = COMMENT if name == "comment" else CHOICE if name in _CHOICES else ""
    if not why and (name in _ASKS or (tag["part"] and not name.startswith("tab"))):
        why = BRANCH
    return name if why else "", why, bool(tag["end"] or tag["slash"] or tag["closes"] or tag["sign"] == "/")
