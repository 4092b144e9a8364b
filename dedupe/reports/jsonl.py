"""`jsonl`: one article with findings a line; a file that failed is a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports.json import article, dumps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look


def report(outcomes: Sequence[Outcome], _look: Look) -> Iterator[str]:
    """The lines, in the order of the inputs."""
    for outcome in outcomes:
        for review in outcome.reviews:
            if review.findings:
                yield dumps(article(review)) + "\n"
        if outcome.failure:
            yield dumps({"failed": {"path": outcome.failure.path, "message": outcome.failure.message}}) + "\n"
