"""The elements of HTML: which are blocks, which hold no text, which end others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from collections.abc import Set as AbstractSet

    from dedupe.model import Role

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
# what is nothing by itself, and what goes when all that it holds goes
SHELLS = frozenset(["p", "div", "wp:paragraph", "wp:list", "wp:list-item", "wp:group"])
GROWS = (
    SHELLS | HEADINGS | {"li", "ul", "ol", "center", "section", "details", "tr", "tbody", "table", "pre"}
)  # go with it
TEXTS = frozenset(["p", "li", "dt", "dd", "caption", "figcaption", "summary", "legend", *HEADINGS])  # hold one text
ENDED = frozenset(["p", "li"])  # may end without a tag


@dataclass(slots=True)
class Element:
    """A block element of a page."""

    name: str
    start: int
    role: Role | None  # of all in it
    rest: str
    above: int = 0  # the element around it, by its number
    first: int = 0  # paragraphs before it
    named: bool = False  # its role is its own, by what it is called
    held: int = 0  # pieces of content in it
    only: int = -1  # the draft that is the one of them
    own: list[int] = field(default_factory=list)  # the drafts that stand in it without an element of theirs
    cells: int = 0  # of a row
    loose: bool = False  # begins right behind text that no tag has ended
    end: int = 0
    last: int = 0  # paragraphs up to its end


class Vocabulary(NamedTuple):
    """What the elements of a language are."""

    block: AbstractSet[str]
    roles: Mapping[str, Role]
    skipped: AbstractSet[str] = SKIPPED
    held: AbstractSet[str] = HELD
    raw: Container[str] = RAW
    xml: bool = False
    listed: Container[str] = frozenset(["li"])
    stories: Container[str] = frozenset(["article"])
    texts: Container[str] = TEXTS  # what stands in them beside their text is a part of it
