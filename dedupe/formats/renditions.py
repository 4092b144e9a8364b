"""A story that one file carries more than once: as markup and as plain text, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.formats.laid import Draft, laid
from dedupe.model import Article, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.model import Source

SHARED = 0.6  # of the words of each of two bodies, where they are one text


def renditions_of(
    source: Source,
    name: str,
    heads: Sequence[Draft],
    bodies: Sequence[tuple[str, Sequence[Draft]]],
    key: str | None,
    record: tuple[tuple[int, int], ...] = (),
) -> Iterator[Article]:
    """An article for each body of a story, by the name of the body; the headline and the like go with the first."""
    words = [_words(body) for _, body in bodies] if len(bodies) > 1 else [frozenset()]  # one is nothing's twin
    longest = max(words, key=len, default=frozenset())
    twins = [bool(said) and _alike(said, longest) for said in words]
    for number, (label, body) in enumerate(bodies or [("", ())]):
        some = sorted([*(() if number else heads), *body], key=lambda draft: draft.start)
        which = key if len(bodies) < 2 else label if key is None else f"{key}, {label}"  # noqa: PLR2004  one
        one_of = (key or "it") if sum(twins) > 1 and twins[number] else ""
        yield Article(source.path, name, laid(source, some), which, record=record, rendition=one_of)


def _words(drafts: Sequence[Draft]) -> frozenset[str]:
    """The words of a body: what is a quotation or a row in one may be plain copy in another."""
    return frozenset(word for draft in drafts if draft.role is not Role.CODE for word in draft.text.split())


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    return len(one & two) > SHARED * max(len(one), len(two))
