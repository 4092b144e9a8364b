"""The job of an archivist: `check` and `clean` over archives, from what was asked to what is said at the end."""

from __future__ import annotations

import hashlib
import os
import time
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import accept, accounts, apply, archive, console, disk, job, pipeline, source, undo
from dedupe import options as chosen
from dedupe.cleaning import mirrored
from dedupe.formats import SUFFIXES
from dedupe.growing import BUFFER
from dedupe.inputs import inputs_of
from dedupe.job import Order, Work
from dedupe.model import DedupeError
from dedupe.progress import Progress
from dedupe.sift import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedupe.accept import Gate
    from dedupe.apply import Put
    from dedupe.inputs import Input
    from dedupe.job import Totals
    from dedupe.options import Options
    from dedupe.settings import Settings

STREAMED = 1 << 24  # bytes; smaller files of JSON are read whole, as any story is
SHOWN = 20  # inputs that are named on standard error
KINDS = ("text", "json", "jsonl", "html")
_RECORDS = ("json", "jsonl")
_LEAVABLE = ("json", "jsonl", "csv", "warc", "wet")  # from these a record can be left out, and put back


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


def wanted_of(given: Mapping[str, Any], options: Options) -> Wanted:
    """What a command wants, by what its parameters hold. Raises DedupeError."""
    across = str(given.get("across", "report"))
    if across != "report" and options.value("scope") != "archive":
        said = f"--across {across} goes with --scope archive: only that tells what stands in several stories"
        raise DedupeError(said)
    if given.get("update_baseline"):
        raise DedupeError("--update-baseline goes with files of stories, not with archives")
    if "across" not in given:
        return Wanted("check", options.value("output-format"), chosen.files(options), given["report"] or "")
    return Wanted(
        "clean",
        str(given["output_format"] or ""),
        given["output_file"] or (),
        given["report"] or "",
        given["write"] and not given["dry_run"],
        "" if given["dry_run"] else given["output"] or "",
        given["manifest"] or "",
        given["unsafe"],
        given["annotate"] and not given["dry_run"],
        across,
        given["tracked"],
    )


def is_one(path: str) -> bool:
    """Whether a path leads to an archive: a container, JSON too large to be read whole, a folder of nothing else."""
    if os.path.isdir(path):
        return _folder_of_archives(path)
    kind = archive.kind_of(path)
    return disk.size(path) > STREAMED if kind in _RECORDS else bool(kind)


def _folder_of_archives(path: str) -> bool:
    """Whether a folder holds archives and no plain story: the first of those that is met tells."""
    some = False
    for one in source.walk([path], SUFFIXES.keys() | archive.ENDS):
        if isinstance(one, DedupeError) or not archive.kind_of(one):
            return False
        some = some or (is_one(one) and archive.of_stories(one, SUFFIXES))
    return some


def run(options: Options, wanted: Wanted) -> int:
    """Do the job, or go on with it; the exit status. Raises DedupeError."""
    began = time.monotonic()
    run_ = chosen.run(options)
    reports = _reports(wanted)
    found, failures = inputs_of(options.paths, run_.picks)
    inputs = [_aimed(one, options, wanted) for one in found]
    manifest = _manifest(wanted)
    gate = _gate(options, wanted)
    order = Order(
        tuple(inputs),
        partial(_sieve, run_=run_, gate=gate, options=options, wanted=wanted, manifest=manifest),
        run_.jobs,
        manifest,
        (repr(wanted), repr({name: options.value(name) for name in chosen.DEFAULTS})),
    )
    _apart(order, [path for _, path in reports if path])
    work = _begun(order, run_.settings, wanted)
    before = work.point.totals.paragraphs
    if work.resumed:
        _say(options, f"going on with the job begun at {work.started}")
    totals = _found(work, order, options)
    for failure in failures:
        console.say(f"error: {failure.message}")
    told = accounts.say_failures(work.path("failed.jsonl"), totals.failed)
    accounts.say_silence(totals, options.value("text-field"))
    puts = _put(work, order, run_.settings, told) if wanted.cutting else []
    if wanted.annotate:
        _annotate(work, order)
    settings = {name: options.value(name) for name in ("threshold", "min-words", "keep", "scope")}
    said = accounts.Said(options.paths, settings, wanted.output, wanted.cutting)
    for kind, path in reports:
        accounts.write(accounts.made(kind, work, totals, said), path)
    if not options.value("quiet"):
        _say_end(totals, work, puts, wanted, _pace(totals.paragraphs - before, time.monotonic() - began))
    work.end()
    failed = failures or totals.failed or work.point.totals.refused or any(done.failure for done in puts)
    return 2 if failed else _status(totals, options, wanted)


def _say(options: Options, line: str) -> None:
    if not options.value("quiet"):
        console.say(line)


def _found(work: Work, order: Order, options: Options) -> Totals:
    """All that is found, within stories and across them."""
    total = sum(one.size for one in order.inputs)
    before = work.point.totals.paragraphs
    with Progress(total, console.say, before=before, quiet=options.value("quiet")) as progress:
        totals = job.find(work, order, progress.seen)
        return job.join(work, order) if options.value("scope") == "archive" else totals


def _put(work: Work, order: Order, settings: Settings, told: set[str]) -> list[Put]:
    """Write what was asked for; what could not be written is said, and why unless that was told."""
    puts = []
    for done in apply.put(work, order, undo.header(settings) | {"time": work.started}):
        puts.append(done)
        if done.failure in told:
            console.say(f"{done.path}: not {_where(done)}")
        elif done.failure:
            console.say(f"error: {done.failure}")
    return puts


def _where(done: Put) -> str:
    return f"written to {done.to}" if done.to else "cleaned"


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


def _begun(order: Order, settings: Settings, wanted: Wanted) -> Work:
    """The work folder, where nothing stands in the way of what will be written. Raises DedupeError."""
    work = Work(order)
    try:
        if wanted.cutting:
            apply.ready(work, undo.header(settings) | {"time": work.started})
        if wanted.annotate and not work.resumed:
            _free(order)
    except DedupeError:
        if not work.resumed:
            work.end()
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
    if wanted.across == "superseded" and one.kind.partition(".")[0] not in _LEAVABLE:
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


def _manifest(wanted: Wanted) -> str:
    """Where the undo manifest goes; "" where nothing is cleaned. Raises DedupeError."""
    if not wanted.cutting:
        return ""
    return wanted.manifest or next(name for name in undo.names() if not os.path.lexists(name))


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


def _pace(paragraphs: int, seconds: float) -> str:
    """How long this run took, and how fast it read; "" of a short one."""
    if seconds < 1:
        return ""
    return f"{seconds:,.1f} s" + (f", {paragraphs / seconds:,.0f} paragraphs a second" if paragraphs else "")


def _say_end(totals: Totals, work: Work, puts: Sequence[Put], wanted: Wanted, pace: str) -> None:
    """What was done, how fast, and how it is undone."""
    if wanted.shape != "text":  # which ends with the counts
        console.say(f"{accounts.counted(totals)[:-1]}{f'; {pace}' if pace else '.'}")
    elif pace:
        console.say(pace)
    for done in puts[:SHOWN]:
        if not done.failure:
            console.say(f"{done.path}: {done.pieces:,} changed, {_where(done)}")
    if any(done.pieces and not done.failure for done in puts):
        console.say(f"To undo: dedupe restore {work.manifest}")
    elif wanted.command == "clean" and not (wanted.cutting or wanted.annotate) and totals.removable:
        console.say("Nothing was written; --output PATH writes a cleaned copy")


def _status(totals: Totals, options: Options, wanted: Wanted) -> int:
    """0 or 1: whether something is left that fails the run."""
    bad = options.failing
    return int(any(severity in bad and not (safe and wanted.cutting) for _, severity, safe, _ in totals.counts))
