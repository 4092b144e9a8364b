"""Texts and names that would like to command what they are shown in, and the eye that sees whether one did."""

import re

from markdown_it import MarkdownIt

PAYLOADS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil.test\x1b\\click",
    "\x9b2Jgone",
    "back\x08\x08space",
    "bell\x07ring",
    "del\x7fete",
    "nel\x85line",
    "\u202egnp.exe",
    "\u2066isolate\u2069",
    "\u200fmark",
    "line\u2028sep\u2029par",
    "::error::owned",
    "\n::error file=x::owned",
    "\n  ::set-output name=a::b",
    "\n::add-mask::secret",
    "\n::stop-commands::token",
    "##[add-mask]secret",
    "###[group]grouped",
    "##vso[task.setvariable]x",
    "\n##teamcity[buildStop]",
    "%0A::error::owned",
    "%250Adouble",
    ",line=1::owned",
    "]]><x/>",
    "<!--comment--><![CDATA[x",
    "&lt;entity&#10;;",
    "\"quote' onload=x",
    "<img onerror=alert(1)>",
    "</script><b>bold</b>",
    "</details><h1>head",
    "`tick`",
    "```fence",
    "~~~fence ````four",
    "@user @org/team",
    "#123 GH-7 a1b2c3d4e5f6",
    "[x](javascript:alert)",
    "![x](http://evil.test/p)",
    "www.evil.test a@evil.test",
    "<http://evil.test>",
    "cell | cell |",
    "esc\\| \\` \\",
    "{0} {1} {{x}}",
    "$`math`$ $$x$$",
    "=cmd|' /C calc'!A0",
    "\n# heading",
    "\n- [ ] task",
    "ﷺ\ufffe\uffff\ufeffnon",
]
assert len(PAYLOADS) >= 40

CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
OURS = {"<details>", "<summary>", "</summary>", "</details>"}
_PIECES = re.compile(r"[^\W_]+")


def recognised(payload, said):
    """Whether the words of a payload are all to be read in a text, in their order."""
    at = 0
    for piece in _PIECES.findall(payload):
        at = said.find(piece, at)
        if at < 0:
            return False
    return True


def log_commands(said):
    """The lines that a runner of GitHub, Azure or TeamCity would obey in a log."""
    return [line for line in re.split("[\r\n]", said) if line.lstrip().startswith("::") or re.search(r"##\w*\[", line)]


def markdown(said):
    """The texts that a renderer shows as code, once nothing beside them means anything but what we write ourselves."""
    reader = MarkdownIt("gfm-like", {"linkify": False})
    shown = []
    for token in reader.parse(said):
        assert token.type not in ("fence", "code_block", "blockquote_open", "heading_open", "hr"), token
        if token.type == "html_block":
            assert set(re.findall("<[^>]*>", token.content)) <= OURS, token.content
        for inner in token.children or ():
            assert inner.type in ("text", "code_inline", "strong_open", "strong_close", "softbreak"), inner
            if inner.type == "code_inline":
                shown.append(inner.content)
            else:
                assert not re.search(r"[@#<>\[\]$]|://|www\.", inner.content), inner
    return shown
