"""Find paragraphs that stand twice in a story, and cut them without touching another byte.

import dedupe

for review in dedupe.check("story.txt"):
    print(review.findings, dedupe.clean(review))
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dedupe.model import Article, Change, DedupeError, Finding, Paragraph, Place, Review, Role, Source
from dedupe.settings import Settings
from dedupe.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Article",
    "Change",
    "DedupeError",
    "Finding",
    "Paragraph",
    "Place",
    "Review",
    "Role",
    "Settings",
    "Source",
    "__version__",
    "check",
    "clean",
]


def check(
    story: str | bytes | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: str | None = None,
    settings: Settings | None = None,
) -> list[Review]:
    """Review every article of a story: the path of a file, its bytes, or, as a `str` with `format=`, its text.

    Raises DedupeError, in one plain line, for what cannot be read.
    """
    from dedupe import pipeline, source  # noqa: PLC0415  a program that imports only the types pays for no numpy
    from dedupe.review import review  # noqa: PLC0415  the same

    named = "" if isinstance(story, bytes) or (isinstance(story, str) and format is not None) else os.fspath(story)
    if (format or pipeline.format_of(named, None)) == "docx":
        item = source.from_package(story, "-") if isinstance(story, bytes) else source.read_package(named)
    elif isinstance(story, bytes):
        item = source.from_bytes(story, "-", encoding)
    elif isinstance(story, str) and format is not None:
        item = source.from_bytes(story.encode("utf-8", "strict"), "-")
    else:
        item = source.read(os.fspath(story), encoding)
    articles = pipeline.articles_of(item, format)
    return list(review([(item, article) for article in articles], settings or Settings()))


def clean(review: Review | Sequence[Review], *, unsafe: bool = False, settings: Settings | None = None) -> bytes:
    """The bytes of a reviewed story without the copies that may safely go; several reviews are of one file.

    Raises DedupeError when the proof fails that nothing else would change.
    """
    from dedupe import pipeline  # noqa: PLC0415  as above

    reviews = [review] if isinstance(review, Review) else review
    return pipeline.plan(reviews, settings or Settings(), unsafe=unsafe).data
