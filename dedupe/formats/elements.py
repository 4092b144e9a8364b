"""The elements of HTML: which are blocks, which hold no text, which end others."""

from __future__ import annotations

VOID = frozenset(
    [*["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]]
)
RAW = frozenset(["script", "style", "textarea", "xmp", "noembed", "noframes", "title"])  # no markup in them
SKIPPED = frozenset(
    [  # no text in them
        *["script", "style", "textarea", "template", "svg", "math", "noembed", "noframes", "select", "object"]
    ]
)
HELD = frozenset(
    [  # what a paragraph is not cut with
        *["script", "iframe", "video", "audio", "svg", "math", "object", "embed", "input", "select", "textarea"],
        *["canvas", "form", "button"],
    ]
)
BLOCK = frozenset(
    [
        *["address", "article", "aside", "blockquote", "body", "caption", "center", "col", "colgroup", "dd", "details"],
        *["dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1"],
        *["h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "link", "main"],
        *["menu", "meta", "nav", "noscript", "ol", "optgroup", "option", "p", "pre", "search", "section", "summary"],
        *["table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "iframe"],
    ]
)
ENDS: dict[str, frozenset[str]] = {  # what an opening tag closes where it stands open; all others close a paragraph
    "li": frozenset(["li", "p"]),
    "dt": frozenset(["dt", "dd", "p"]),
    "dd": frozenset(["dt", "dd", "p"]),
    "tr": frozenset(["tr", "td", "th", "p"]),
    "td": frozenset(["td", "th", "p"]),
    "th": frozenset(["td", "th", "p"]),
    "tbody": frozenset(["tr", "td", "th", "p", "thead", "tbody"]),
    "option": frozenset(["option"]),
    "body": frozenset(["head"]),
}
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
GROWS = frozenset(["p", "li", "div", "ul", "ol", "center", *HEADINGS])  # go when all that they hold goes
ENDED = frozenset(["p", "li"])  # may end without a tag
