"""Which tags begin a block of HTML in Markdown, and which need no closing one."""

from __future__ import annotations

import re

from dedupe.formats.elements import VOID

UNPAIRED = VOID | {"p", "li", "dt", "dd", "td", "th", "tr", "option"}
BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    r"|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu"
    r"|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr"
    r"|track|ul)(?=[ \t>]|/>|$)",
    re.IGNORECASE,
)
WHOLE_TAG = re.compile(
    r"(?:</[a-zA-Z][\w.-]*[ \t]*>|<[a-zA-Z][\w.-]*(?=[\s/>])(?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*>)[ \t]*$"
)
UNTIL: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[ \t>]|$)", re.IGNORECASE),
        re.compile(r".*?</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (re.compile("<!--"), re.compile(".*?-->")),
    (re.compile(r"<\?"), re.compile(r".*?\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(".*?>")),
    (re.compile(r"<!\[CDATA\["), re.compile(r".*?\]\]>")),
)
