"""A story that one file carries more than once: as markup and as plain text, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.formats.laid import Draft, laid
from dedupe.model import COPY, Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

SHARED = 0.6  # of the words of each of two bodies, where they are one text


def renditions_of(
    source: Source, name: str, heads: Sequence[Draft], bodies: Sequence[Sequence[Draft]], key: str | None
) -> Iterator[Article]:
    """The articles of a story: each rendition by itself, the first with the headline and with what has no twin."""
    order = sorted(range(len(bodies)), key=lambda at: -sum(len(draft.text) for draft in bodies[at]))
    words = [_words(body) for body in bodies]
    twins = [at for at in order if at == order[0] or _alike(words[order[0]], words[at])] if order else []
    others = [draft for at in order if at not in twins for draft in bodies[at]]
    for number, at in enumerate(sorted(twins) or [-1]):
        some = [*(() if at < 0 else bodies[at]), *(() if number else (*heads, *others))]
        paragraphs = laid(source, sorted(some, key=lambda draft: draft.start))
        if len(twins) < 2:  # noqa: PLR2004  one
            yield Article(source.path, name, paragraphs, key)
        else:
            which = f"rendition {number + 1}" if key is None else f"{key}, rendition {number + 1}"
            yield Article(source.path, name, paragraphs, which, rendition=key or "story")


def _words(drafts: Sequence[Draft]) -> frozenset[str]:
    return frozenset(word for draft in drafts if draft.role in COPY for word in draft.text.split())


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    both = len(one & two)
    return both > SHARED * max(len(one), 1) and both > SHARED * max(len(two), 1)
