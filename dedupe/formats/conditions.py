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
    "{#",
    "/*",
    "{{!--",
    "</Tab",
    "% end",
    "%end",
    "%- end",
    "%+ end",
    "%-end",
    "{{< /",
    "{{</",
    "{{% /",
    "{{%/",
    "endif::",
)
_TAG = re.compile(
    r"\{%[-+]?\s*(?P<end>end_?)?(?P<word>[a-zA-Z]\w*)[^%]*%\}|\{\{[<%]-?\s*(?P<slash>/?)\s*(?P<name>[\w-]+)[^{}]*\}\}"
    r"|<(?P<closes>/?)(?P<part>TabItem|Tab|TabPanel)\b[^<>]*>"
    r"|^(?:(?P<asks>ifn?def(?=::[^\n\[]*\[\])|ifeval(?=::\[))|endif(?=::))[^\n]*"
    r"|(?P<comment>\{#(?![\w-]+\})|\{\{-?\s*/\*|\{/\*|\{\{!--)",
    re.MULTILINE,
)
_ENDS = {"{#": "#}", "{/*": "*/}", "{{!--": "--}}"}
_ASCIIDOC = "endif"
_ASKS = frozenset(
    [
        _ASCIIDOC,
        "if",
        "ifversion",
        "unless",
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
    ["tab", "tabs", "tabset", "tabbed", "tabitem", "tabpanel", "tabpane", "codetab", "variant", "option"]
)


def told(text: str, start: int, end: int, drafts: list[Draft]) -> list[Draft]:
    """The paragraphs of a range of a text: those in comments are no copy, those that a reader may not see are weak."""
    if all(text.find(mark, start, end) < 0 for mark in _CLOSED):
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
    opened: dict[str, list[int]] = {}
    missing: set[str] = set()  # ends of comments that stand nowhere further on
    past = 0
    for tag in _TAG.finditer(text, first, last):
        if tag.start() < past:
            continue
        if tag["comment"] is not None:
            closes = next((mark for sign, mark in _ENDS.items() if tag["comment"] == sign), "*/")
            end = -1 if closes in missing else text.find(closes, tag.end(), last)
            if end < 0:
                missing.add(closes)
            else:
                past = end + len(closes)
                yield tag.start(), past, COMMENT
            continue
        name = (tag["word"] or tag["name"] or tag["part"] or _ASCIIDOC).lower()
        why = COMMENT if name == "comment" else BRANCH if name in _ASKS else CHOICE if name in _CHOICES else ""
        over = tag["asks"] is None if name == _ASCIIDOC else tag["end"] or tag["slash"] or tag["closes"]
        if why and not over:
            opened.setdefault(name, []).append(tag.start())
        elif why and opened.get(name):
            yield opened[name].pop(), tag.end(), why
