"""What a part of a page is by what its element is called: `class="image__caption"`, `id="related"`, `role="search"`."""

from __future__ import annotations

import re
from functools import lru_cache

from dedupe.formats.markup import attributes
from dedupe.model import Role

_STYLED = re.compile(r"display\s*:\s*none|(?:^|\s)hidden(?:\s|=|$)", re.IGNORECASE)
_KEYS = re.compile(r"\b(?:class|id|role|aria-hidden)\s*=", re.IGNORECASE)
_NAME = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[^\W_]+")
_MODIFIERS = frozenset(
    [
        *["has", "with", "without", "no", "not", "is", "js", "category", "cat", "tag", "type", "format", "status"],
        *["topic", "hide", "show", "enable", "disable"],
    ]
)


def _words_of(told: dict[Role, str]) -> dict[str, Role]:
    return {word: role for role, words in told.items() for word in words.split()}


_ROLES = _words_of(
    {
        Role.PROMO: "navigation banner contentinfo search dialog alertdialog menu menubar toolbar",
        Role.NOTE: "complementary",
    }
)
_ANYWHERE = _words_of(  # words that tell a part wherever they stand in its name
    {
        Role.QUOTE: "pullquote blockquote",
        Role.CAPTION: "caption figcaption cutline bildunterschrift bildtext photocaption imagecaption",
        Role.PROMO: "related recommended recommendations newsletter cookie cookies breadcrumb breadcrumbs navbar"
        " outbrain taboola pagination subscribe teaser teasers recirc disqus gdpr",
        Role.NOTE: "footnote footnotes endnote endnotes factbox infobox",
        Role.SUMMARY: "standfirst tldr keypoints",
        Role.BYLINE: "byline",
    }
)
_EDGES = _words_of(  # and those that tell it as the first or the last word
    {
        Role.PROMO: "nav navigation menu share sharing sharebar social promo promos promotion consent sidebar comment"
        " comments ad ads advert adverts advertisement sponsor sponsored toc links tags footer masthead popup modal"
        " signup paywall banner trending readmore donate donation",
        Role.SUMMARY: "dek deck summary excerpt abstract takeaways highlights synopsis",
        Role.CREDIT: "credit credits",
        Role.ADVISORY: "correction corrections",
    }
)
_PAIRS: dict[tuple[str, str], Role] = {
    ("pull", "quote"): Role.QUOTE,
    ("author", "bio"): Role.SIGNOFF,
    ("author", "box"): Role.SIGNOFF,
    ("about", "author"): Role.SIGNOFF,
    ("key", "points"): Role.SUMMARY,
    ("editors", "note"): Role.ADVISORY,
    ("editor", "note"): Role.ADVISORY,
    **dict.fromkeys(
        [
            *[("read", "more"), ("also", "read"), ("read", "also"), ("most", "read"), ("more", "stories")],
            *[("up", "next"), ("screen", "reader"), ("sr", "only"), ("visually", "hidden"), ("site", "header")],
            *[("of", "contents"), ("most", "popular"), ("related", "posts")],
        ],
        Role.PROMO,
    ),
}
_STORY = frozenset(["article", "entry", "post", "story", "content"])


@lru_cache(maxsize=4096)
def part(rest: str) -> Role | None:
    """What a block is by its attributes; None for what they do not tell."""
    if _STYLED.search(rest):
        return Role.PROMO
    if _KEYS.search(rest) is None:
        return None
    said = attributes(rest)
    if said.get("aria-hidden") == "true":
        return Role.PROMO
    own = _ROLES.get(said.get("role", "").lower())
    if own is not None:
        return own
    names = [*said.get("class", "").split(), said.get("id", "")]
    return next((role for name in names if (role := _named(name)) is not None), None)


@lru_cache(maxsize=4096)
def of_story(rest: str) -> bool:
    """Whether a header is, by its name, that of a story and not of the page."""
    said = attributes(rest)
    return any(not _STORY.isdisjoint(_words(name)) for name in [*said.get("class", "").split(), said.get("id", "")])


def _named(name: str) -> Role | None:
    """What one name tells: `block__element--modifier`, `site-nav`, `entryRelated`."""
    told, _, modifier = name.partition("--")
    for piece in told.split("__"):
        words = _words(piece)
        if not words or words[0] in _MODIFIERS:
            continue
        found = _anywhere(words) or _EDGES.get(words[0]) or _EDGES.get(words[-1])
        if found is not None:
            return found
    words = _words(modifier)
    return _anywhere(words) if words and words[0] not in _MODIFIERS else None


def _words(name: str) -> list[str]:
    return [word.lower() for word in _NAME.findall(name)]


def _anywhere(words: list[str]) -> Role | None:
    for word, after in zip(words, [*words[1:], ""], strict=True):
        found = _PAIRS.get((word, after)) or _ANYWHERE.get(word)
        if found is not None:
            return found
    return None
