"""The job of an archivist: `check` and `clean` over archives, from what was asked to what is said at the end."""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import os
import time
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import accept, apply, archive, console, disk, job, pipeline, undo
from dedupe import options as chosen
from dedupe.cleaning import mirrored
from dedupe.growing import BUFFER
from dedupe.job import Order, Work
from dedupe.model import DedupeError
from dedupe.progress import Progress
from dedupe.reports import archive as page
from dedupe.reports import json as report
from dedupe.sift import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedupe.accept import Gate
    from dedupe.apply import Put
    from dedupe.job import Input, Totals
    from dedupe.options import Options

STREAMED = 1 << 24  # bytes; smaller files of JSON are read whole, as any story is
SHOWN = 20  # failures that are named on standard error
KINDS = ("text", "json", "jsonl", "html")
_RECORDS = ("json", "jsonl")


class Wanted(NamedTuple):
    """What a command wants of archives."""

    command: str = "check"
    output_format: str = ""  # of what goes to standard output; by default text, and nothing where copies are written
    files: Sequence[str] = ()  # reports to write, as FORMAT=PATH
    page: str = ""  # the report as a page
    write: bool = False
    output: str = ""
    manifest: str = ""
    unsafe: bool = False
    annotate: bool = False
    across: str = "report"
    tracked: bool = False

    @property
    def cutting(self) -> bool:
        """Whether anything is written but reports."""
        return (self.write or bool(self.output)) and not self.annotate

    @property
    def shape(self) -> str:
        """The format of what goes to standard output; "" for nothing."""
        return self.output_format or ("" if self.cutting else "text")


def is_one(path: str) -> bool:
    """Whether a path leads to an archive: a container, or JSON too large to be read whole."""
    kind = archive.kind_of(path)
    if kind in _RECORDS:
        return disk.size(path) > STREAMED and not os.path.isdir(path)
    return bool(kind) and not os.path.isdir(path)


def run(options: Options, wanted: Wanted) -> int:
    """Do the job, or go on with it; the exit status. Raises DedupeError."""
    began = time.monotonic()
    run_ = chosen.run(options)
    reports = _reports(wanted)
    found, failures = job.inputs(options.paths, run_.picks)
    inputs = [_aimed(one, options, wanted) for one in found]
    manifest = (wanted.manifest or _manifest_name()) if wanted.cutting else ""
    gate = _gate(options, wanted)
    order = Order(
        tuple(inputs),
        partial(_sieve, run_=run_, gate=gate, options=options, wanted=wanted, manifest=manifest),
        run_.jobs,
        manifest,
        (repr(wanted), repr({name: options.value(name) for name in chosen.DEFAULTS})),
    )
    quiet = options.value("quiet")
    _apart(order, [path for _, path in reports if path])
    work = _begun(order, run_.settings, wanted)
    if work.resumed and not quiet:
        console.say(f"going on with the job begun at {work.started}")
    total = 0 if any("." in one.kind for one in inputs) else sum(one.size for one in inputs)
    with Progress(total, console.say, quiet=quiet) as progress:
        totals = job.find(work, order, progress.seen)
        if options.value("scope") == "archive":
            totals = job.join(work, order)
    for failure in failures:
        console.say(f"error: {failure.message}")
    failed = len(failures) + totals.failed
    _say_failures(work.path("failed.jsonl"), totals.failed)
    _say_silence(totals, options.value("text-field"))
    puts: list[Put] = []
    if wanted.cutting:
        for done in apply.put(work, order, _header(work, run_.settings)):
            puts.append(done)
            if done.failure:
                console.say(f"error: {done.failure}")
    failed += work.point.totals.refused
    if wanted.annotate:
        _annotate(work, order)
    for kind, path in reports:
        _write(_report(kind, work, totals, options, wanted), path)
    if not quiet:
        _say_end(totals, work, puts, wanted, time.monotonic() - began)
    work.remove()
    return 2 if failed else _status(totals, options, wanted)


def _apart(order: Order, reports: Sequence[str]) -> None:
    """Raise DedupeError where something would be written over an input, or over something else that is written."""
    taken = {os.path.realpath(one.path): one.path for one in order.inputs}
    targets = [one.to for one in order.inputs if one.to]
    for path in [*targets, *([order.manifest] if order.manifest else []), *reports]:
        place = os.path.realpath(path)
        if place in taken:
            said = "is an input" if taken[place] in {one.path for one in order.inputs} else "would be written twice"
            raise DedupeError(f"{path}: {said}; name another file", path=path)
        taken[place] = ""


def _begun(order: Order, settings: Any, wanted: Wanted) -> Work:  # noqa: ANN401
    """The work folder, where nothing stands in the way of what will be written. Raises DedupeError."""
    work = Work(order)
    try:
        if wanted.cutting:
            apply.ready(work, _header(work, settings))
        if wanted.annotate and not work.resumed:
            _free(order)
    except DedupeError:
        if not work.resumed:
            work.remove()
        raise
    return work


def _free(order: Order) -> None:
    """Raise DedupeError where the notes on an input would take the place of something."""
    for one in order.inputs:
        if os.path.lexists(one.to):
            raise DedupeError(f"{one.to}: is there already; move it, or say --output", path=one.to)


def _aimed(one: Input, options: Options, wanted: Wanted) -> Input:
    """An input with the place it is cleaned to. Raises DedupeError for one that cannot be cleaned there."""
    if wanted.write and one.kind and one.kind not in _RECORDS:
        raise DedupeError(f"{one.path}: cannot be cleaned in place without loss; say --output PATH", path=one.path)
    if wanted.across == "superseded" and not archive.takes_back(one.kind):
        said = "--across superseded: what is left out of it could not be put back; convert it to JSON Lines first"
        raise DedupeError(f"{one.path}: {said}", path=one.path)
    if wanted.annotate:
        return one._replace(to=_noted(one, options, wanted))
    if not wanted.output:
        return one
    alone = len(options.paths) == 1 and not os.path.isdir(options.paths[0])
    target = mirrored(wanted.output, options.paths, one.path, alone=alone)
    if one.kind and archive.kind_of(target) != one.kind:
        end = one.path[one.path.find(".", one.path.rfind("/") + 1) :]
        raise DedupeError(f"--output {target}: {one.path} is written as the same kind; end the name with {end}")
    if os.path.realpath(target) == os.path.realpath(one.path):
        raise DedupeError(f"--output {target}: is the archive itself; name another file")
    return one._replace(to=target)


def _noted(one: Input, options: Options, wanted: Wanted) -> str:
    """Where the notes on an input go: beside it, or where --output says. Raises DedupeError."""
    beside = f"{one.path}.dedupe.jsonl"
    if not wanted.output:
        return beside
    alone = len(options.paths) == 1 and not os.path.isdir(options.paths[0])
    return mirrored(wanted.output, options.paths, one.path if alone else beside, alone=alone)


def _manifest_name() -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    stem = os.path.join(undo.FOLDER, "undo", f"{stamp}-{os.getpid()}")
    names = itertools.chain([f"{stem}.jsonl"], (f"{stem}-{number}.jsonl" for number in itertools.count(2)))
    return next(name for name in names if not os.path.lexists(name))


def _gate(options: Options, wanted: Wanted) -> Gate:
    """What decides which findings count, as it can be sent to another process. Raises DedupeError."""
    if wanted.tracked:
        raise DedupeError("--tracked goes with Word documents, not with archives")
    if options.since is not None:
        raise DedupeError("--since goes with files of a repository, not with archives")
    known = frozenset(each.fingerprint for each in chosen.known(options))
    return accept.Gate(partial(_severities, options.value("severity")), known)


def _severities(overall: Mapping[str, Any], _path: str) -> Mapping[str, Any]:
    return overall


def _sieve(path: str, *, run_: pipeline.Run, gate: Gate, options: Options, wanted: Wanted, manifest: str) -> Sieve:
    """How the pieces of an input are sifted."""
    reading, settings = run_.chosen(path) if run_.chosen else (run_.reading, run_.settings)
    look = console.look(wanted.command)._replace(unsafe=wanted.unsafe) if wanted.shape == "text" else None
    folder = os.path.dirname(os.path.realpath(manifest))
    date, cutting = options.value("date-field"), wanted.cutting
    return Sieve(reading, date, settings, gate, cutting, wanted.unsafe, folder, wanted.across, wanted.annotate, look)


def _header(work: Work, settings: Any) -> dict[str, Any]:  # noqa: ANN401
    return undo.header(settings) | {"time": work.started}


def _reports(wanted: Wanted) -> list[tuple[str, str]]:
    """The reports by format, and where each goes; "" is standard output. Raises DedupeError."""
    named = [console.named(one) for one in wanted.files]
    every = [
        (wanted.shape, ""),
        *named,
        *([("html", wanted.page)] if wanted.page else []),
    ]
    for kind, _ in every:
        if kind and kind not in KINDS:
            raise DedupeError(f"--output-format {kind}: an archive is reported as one of {', '.join(KINDS)}")
    return [one for one in every if one[0]]


def _write(pieces: Iterator[str], path: str) -> None:
    if not path:
        console.put(pieces)
        return
    disk.write_new(path, "".join(pieces).encode("utf-8", "backslashreplace"), replace=True)


def _report(kind: str, work: Work, totals: Totals, options: Options, wanted: Wanted) -> Iterator[str]:
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
        yield from _page(work, totals, options, wanted)
    else:
        for name in ("shown.txt", job.ACROSS[1]):
            yield from _text(work.path(name)) if os.path.lexists(work.path(name)) else ()
        yield _counted(totals) + "\n"


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


def _page(work: Work, totals: Totals, options: Options, wanted: Wanted) -> Iterator[str]:
    tally = page.Tally()
    for line in _stories(work):
        tally.add(json.loads(line))
    removed: dict[str, int] = {}
    for code, _, safe, number in totals.counts:
        if wanted.cutting and safe:
            removed[code] = removed.get(code, 0) + number
    failures = [tuple(line["failed"].values()) for line in _objects(work, "failed.jsonl")]
    started = datetime.fromisoformat(work.started)
    said = page.Job(
        options.paths,
        started,
        datetime.now(UTC),
        page.Counts(totals.articles, totals.paragraphs, removed, totals.failed),
        {name: options.value(name) for name in ("threshold", "min-words", "keep", "scope")},
        work.manifest,
        wanted.output,
        failures,
    )
    yield from page.page(said, tally)


def _annotate(work: Work, order: Order) -> None:
    """Write the notes on every input. Raises DedupeError."""
    with disk.opened(work.path("notes.jsonl"), BUFFER) as file:
        notes = groupby(file, key=lambda line: int(line[: line.index(b" ")]))
        number, some = next(notes, (-1, iter(())))
        for at, one in enumerate(order.inputs):
            mine: Iterator[bytes] = iter(())
            if number == at:
                mine = (line[line.index(b" ") + 1 :] for line in some)
            if os.path.lexists(one.to) and work.resumed:
                _same(one.to, mine)
            else:
                disk.pour(one.to, mine, lambda _: None)
            if number == at:
                number, some = next(notes, (-1, iter(())))


def _same(path: str, lines: Iterator[bytes]) -> None:
    """Raise DedupeError unless a file, written before a kill, holds these lines."""
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
    if disk.digest(path) != found.hexdigest():
        raise DedupeError(f"{path}: is there already; move it, or say --output", path=path)


def _say_failures(path: str, count: int) -> None:
    """What could not be read: the first of it, and how much there is."""
    if not count:
        return
    for line, _ in zip(_lines(path), range(SHOWN), strict=False):
        console.say(f"error: {json.loads(line)['failed']['message']}")
    if count > SHOWN:
        console.say(f"error: and {count - SHOWN:,} more; --output-format jsonl names them all")


def _say_silence(totals: Totals, field: str) -> None:
    """What a person should know where stories were read and none says anything."""
    if totals.articles and not totals.paragraphs:
        named = f"no text found in {field}, the field that --text-field names"
        console.say(f"warning: {named if field else 'no text found in any story; say --text-field'}")


def _counted(totals: Totals) -> str:
    found = [(totals.found(severity), severity) for severity in ("error", "warning", "note")]
    said = ", ".join(f"{number:,} {name}{'s' if number != 1 else ''}" for number, name in found if number)
    return f"{said or 'Nothing stands twice'} in {totals.articles:,} stories, {totals.paragraphs:,} paragraphs."


def _say_end(totals: Totals, work: Work, puts: Sequence[Put], wanted: Wanted, seconds: float) -> None:
    """What was done, how fast, and how it is undone."""
    rate = totals.paragraphs / max(seconds, 0.001)
    console.say(f"{_counted(totals)[:-1]}; {seconds:,.1f} s, {rate:,.0f} paragraphs a second")
    for done in puts[:SHOWN]:
        if not done.failure:
            where = f"written to {done.to}" if done.to else "cleaned"
            console.say(f"{done.path}: {done.pieces:,} changed, {where}")
    if any(done.pieces and not done.failure for done in puts):
        console.say(f"To undo: dedupe restore {work.manifest}")
    elif wanted.command == "clean" and not wanted.cutting and totals.removable:
        console.say("Nothing was written; --output PATH writes a cleaned copy")


def _status(totals: Totals, options: Options, wanted: Wanted) -> int:
    """0 or 1: whether something is left that fails the run."""
    order = ("error", "warning", "note")
    bad = order[: order.index(options.value("fail-on")) + 1]
    left = sum(
        number for _, severity, safe, number in totals.counts if severity in bad and not (safe and wanted.cutting)
    )
    return int(left > 0)
