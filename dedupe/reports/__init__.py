"""One file a report: outcomes in, text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.reports import diff, github, gitlab, html, json, jsonl, junit, markdown, rdjson, sarif, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look

REPORTS: dict[str, Callable[[Sequence[Outcome], Look], Iterator[str]]] = {
    "text": text.report,
    "json": json.report,
    "jsonl": jsonl.report,
    "github": github.report,
    "sarif": sarif.report,
    "gitlab": gitlab.report,
    "junit": junit.report,
    "rdjson": rdjson.report,
    "markdown": markdown.report,
    "html": html.report,
    "diff": diff.report,
}
