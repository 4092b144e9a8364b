"""What a job has found, as reports: made from its files, story by story."""

from __future__ import annotations

import heapq
import json
import os
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import console, disk, job
from dedupe.growing import BUFFER
from dedupe.model import SEVERITIES
from dedupe.reports import archive as page
from dedupe.reports import json as report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedupe.job import Totals, Work

SHOWN = 20  # failures that are named on standard error
FAILURES = 1000  # that a page may name


class Said(NamedTuple):
    """What a report says of its run."""

    paths: Sequence[str]
    settings: Mapping[str, Any]
    output: str
    cutting: bool


def write(pieces: Iterator[str], path: str) -> None:
    """Print a report, or put it in its file. Raises DedupeError."""
    if not path:
        console.put(pieces)
        return
    data = (piece.encode("utf-8", "backslashreplace") for piece in pieces)
    disk.pour(path, data, lambda _: None, expect_sha256=disk.digest(path) if os.path.lexists(path) else "")


def made(kind: str, work: Work, totals: Totals, said: Said) -> Iterator[str]:
    """A report, from what the job has kept."""
    if kind == "jsonl":
        yield from (line + "\n" for line in _stories(work))
        yield from _text(work.path("failed.jsonl"))
    elif kind == "json":
        yield from report.document(
            _summary(totals),
            _stories(work),
            (report.dumps(line["failed"]) for line in _objects(work, "failed.jsonl")),
        )
    elif kind == "html":
        yield from _page(work, totals, said)
    else:
        for name in ("shown.txt", job.ACROSS[1]):
            yield from _text(work.path(name)) if os.path.lexists(work.path(name)) else ()
        yield counted(totals) + "\n"


def _text(path: str) -> Iterator[str]:
    with disk.opened(path, BUFFER) as file:
        for line in file:
            yield line.decode("utf-8", "replace")


def _lines(path: str) -> Iterator[str]:
    return (line.rstrip("\n") for line in _text(path)) if os.path.lexists(path) else iter(())


def _stories(work: Work) -> Iterator[str]:
    """The objects of all stories with findings, in the order of the archive, each story once."""
    both = (_lines(work.path(name)) for name in ("found.jsonl", job.ACROSS[0]))
    for _, some in groupby(heapq.merge(*both, key=_at), key=_at):
        first, *more = some
        if more:
            one = json.loads(first)
            one["findings"] += [finding for line in more for finding in json.loads(line)["findings"]]
            first = report.dumps(one)
        yield "{" + first[first.index("], ") + 3 :]


def _at(line: str) -> tuple[int, ...]:
    """The place of a story, which its line begins with."""
    return tuple(map(int, line[line.index("[") + 1 : line.index("]")].split(",")))


def _objects(work: Work, name: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _lines(work.path(name)))


def _summary(totals: Totals) -> dict[str, int]:
    return {
        "articles": totals.articles,
        "paragraphs": totals.paragraphs,
        "findings": totals.found(),
        "errors": totals.found("error"),
        "warnings": totals.found("warning"),
        "notes": totals.found("note"),
        "removable": totals.removable,
        "failed": totals.failed,
    }


def _page(work: Work, totals: Totals, said: Said) -> Iterator[str]:
    tally = page.Tally()
    for line in _stories(work):
        tally.add(json.loads(line))
    removed: dict[str, int] = {}
    for code, _, safe, number in totals.counts:
        if said.cutting and safe:
            removed[code] = removed.get(code, 0) + number
    failures = [tuple(line["failed"].values()) for line in islice(_objects(work, "failed.jsonl"), FAILURES)]
    started = datetime.fromisoformat(work.started)
    run = page.Job(
        said.paths,
        started,
        datetime.now(UTC),
        page.Counts(totals.articles, totals.paragraphs, removed, totals.failed),
        said.settings,
        work.manifest if os.path.lexists(work.manifest) else "",
        said.output,
        failures,
    )
    yield from page.page(run, tally)


def say_failures(path: str, count: int) -> set[str]:
    """Say what could not be read: the first of it, which is the answer, and how much there is."""
    if not count:
        return set()
    told = [json.loads(line)["failed"]["message"] for line in islice(_lines(path), SHOWN)]
    for message in told:
        console.say(f"error: {message}")
    if count > SHOWN:
        console.say(f"error: and {count - SHOWN:,} more; --output-format jsonl names them all")
    return set(told)


def say_silence(totals: Totals, field: str) -> None:
    """What a person should know where stories were read and none says anything."""
    if totals.articles and not totals.paragraphs and not totals.silent:
        named = f"no text found in {field}, the field that --text-field names"
        console.say(f"warning: {named if field else 'no text found in any story; say --text-field'}")


def counted(totals: Totals) -> str:
    """How much of what was found, in how much."""
    found = [(totals.found(severity), severity) for severity in SEVERITIES]
    said = ", ".join(f"{number:,} {name}{'s' if number != 1 else ''}" for number, name in found if number)
    return f"{said or 'Nothing stands twice'} in {totals.articles:,} stories, {totals.paragraphs:,} paragraphs."
