"""A run over an archive, as a job: what it has found is in a folder of its own; killed at any point, it goes on."""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import time
from collections import Counter
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import beyond, disk, undo
from dedupe.engines.local import cores, each
from dedupe.growing import Tail, locked, private_folder, remove_folder
from dedupe.inputs import Input, pieces_of
from dedupe.kept import FILES, Load, cut_lines, failure
from dedupe.model import DedupeError
from dedupe.sift import sift
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedupe.sift import Sieve, Sifted

BATCH = 1 << 20  # bytes of pieces that are sifted in one go
MOST = 2000  # pieces of a batch
PAUSE = 2.0  # seconds of work that a kill may cost
JOURNAL = "journal.jsonl"
# what stands in several stories, the same for a person, what goes for it; and all that goes
ACROSS = ("across.jsonl", "across.txt", "beyond.jsonl")
CUTS = "all.jsonl"


class Order(NamedTuple):
    """What a job is to do."""

    inputs: tuple[Input, ...]
    sieve_of: Callable[[str], Sieve]  # by the path of an input
    jobs: int | None
    manifest: str  # its path; "" where nothing is cleaned
    said: tuple[str, ...]  # all that makes it another job than the next


class Totals(NamedTuple):
    """What a job has come to."""

    articles: int = 0
    paragraphs: int = 0
    cleaned: int = 0  # pieces
    failed: int = 0
    refused: int = 0  # inputs that could not be written
    groups: int = 0  # the last number of a group in any story
    counts: tuple[tuple[str, str, bool, int], ...] = ()  # findings by code, severity and whether they are safe
    silent: tuple[int, ...] = ()  # inputs without any text in the field that was named
    spoken: int = -1  # the last that has some

    def found(self, severity: str = "") -> int:
        """How many findings there are, of one severity or of all."""
        return sum(number for _, of, _, number in self.counts if not severity or of == severity)

    @property
    def removable(self) -> int:
        """How many findings are safe."""
        return sum(number for _, _, safe, number in self.counts if safe)


class Point(NamedTuple):
    """How far a job has got: all before it is in its files."""

    input: int = 0
    pieces: int = 0  # of that input
    sizes: tuple[int, ...] = (0,) * len(FILES)
    sums: tuple[str, ...] = ("",) * len(FILES)  # the hashes of the files
    totals: Totals = Totals()
    joined: bool = False  # what stands in several stories is told
    told: tuple[tuple[str, str], ...] = ()  # the files of that, and their hashes
    put: int = 0  # inputs that are done with
    manifest: int = 0  # its size, as far as it speaks of those
    pending: tuple[int, str] = (0, "")  # its size with the next input, and the hash of that when it is done with


class Work:
    """The folder of a job. What `keep` has returned from outlasts a kill."""

    def __init__(self, order: Order) -> None:
        """Open the folder of a job that was begun, or begin one. Raises DedupeError."""
        base = undo.own_folder("jobs", ": jobs keep what they have found there")
        self.folder = os.path.join(base, _name(order))
        private_folder(base)
        self._lock = locked(self.folder)
        if self._lock is None:
            why = "another run is at this very job; wait for it, or end it first"
            raise DedupeError(f"{self.folder}: {why}", path=self.folder)
        try:
            self._open(order)
        except BaseException:
            self._unlock()
            raise

    def _open(self, order: Order) -> None:
        head, self.point, kept = _begun(self.path(JOURNAL), order)
        self.resumed = self.point != Point()
        self.started = head.get("started") or _now()
        self.manifest = head.get("manifest", order.manifest)
        kept_of = zip(FILES, self.point.sizes, self.point.sums, strict=True)
        self._tails = {name: Tail(self.path(name), size, sha256) for name, size, sha256 in kept_of}
        for name, sha256 in self.point.told:
            Tail(self.path(name), disk.size(self.path(name)), sha256).close()
        self._journal = Tail(self.path(JOURNAL), kept)
        if not kept:
            said = {"tool": VERSION, "started": self.started, "manifest": self.manifest, "inputs": order.inputs}
            self._journal.add(_summed(said))
            self._journal.flush()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def path(self, name: str) -> str:
        """The path of one of its files."""
        return os.path.join(self.folder, name)

    def add(self, files: Sequence[bytes]) -> None:
        """Append to each of its files."""
        for name, data in zip(FILES, files, strict=True):
            self._tails[name].add(data)

    def keep(self, point: Point) -> None:
        """Put all that was added on the disk, and then how far that is."""
        for tail in self._tails.values():
            tail.flush()
        tails = self._tails.values()
        self.point = point._replace(sizes=tuple(tail.size for tail in tails), sums=tuple(tail.sha256 for tail in tails))
        self._journal.add(_summed({**self.point._asdict(), "totals": self.point.totals._asdict()}))
        self._journal.flush()

    def close(self) -> None:
        """Close its files; what was not kept will be done again."""
        self._shut()
        self._unlock()

    def _shut(self) -> None:
        for tail in (*self._tails.values(), self._journal):
            tail.close()

    def end(self) -> None:
        """Take the folder away: the job is done."""
        self._shut()
        disk.discard(self.path(JOURNAL))  # first: without it the rest is nothing to go on with
        remove_folder(self.folder)
        self._unlock()


def _name(order: Order) -> str:
    said = "\0".join([VERSION, *order.said, *(f"{os.path.abspath(one.path)}\0{one.to}" for one in order.inputs)])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _summed(said: dict[str, Any]) -> bytes:
    """A line of the journal, behind its own hash."""
    line = undo.line(said)
    return hashlib.sha256(line).hexdigest().encode() + b" " + line


def _said(line: bytes) -> dict[str, Any]:
    """What a line of the journal says. Raises ValueError for a damaged one."""
    found, _, rest = line.partition(b" ")
    if hashlib.sha256(rest + b"\n").hexdigest().encode() != found:
        raise ValueError("damaged")
    said: dict[str, Any] = json.loads(rest)
    return said


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _begun(path: str, order: Order) -> tuple[dict[str, Any], Point, int]:
    """What the journal of a job says: its head, how far it is, and the bytes of it that are whole.

    Nothing of one whose inputs have changed since.
    """
    lines = disk.read_bytes(path).split(b"\n")[:-1] if os.path.lexists(path) else []
    if not lines:
        return {}, Point(), 0
    try:
        head, *rest = (_said(line) for line in lines)
        point = _point(rest[-1]) if rest else Point()
        same = _same([Input(*one) for one in head["inputs"]], order.inputs, point)
    except (ValueError, KeyError, TypeError) as error:
        said = f"{os.path.dirname(path)}: the journal of this job is damaged; remove that folder and start again"
        raise DedupeError(said, path=path) from error
    return (head, point, sum(len(line) + 1 for line in lines)) if same else ({}, Point(), 0)


def _same(before: Sequence[Input], now: Sequence[Input], point: Point) -> bool:
    """Whether the inputs are what they were, but for those that this job has cleaned in place."""
    done = point.put + bool(point.pending[1])
    return [one[:2] if at < done and not one.to else one for at, one in enumerate(before)] == [
        one[:2] if at < done and not one.to else one for at, one in enumerate(now)
    ]


def _point(said: dict[str, Any]) -> Point:
    totals = said["totals"]
    counts = tuple((str(code), str(severity), bool(safe), int(n)) for code, severity, safe, n in totals["counts"])
    lists = {name: tuple(said[name]) for name in ("sizes", "sums", "pending")}
    lists["told"] = tuple((str(name), str(sha256)) for name, sha256 in said["told"])
    silent = tuple(map(int, totals["silent"]))
    return Point(**{**said, **lists, "totals": Totals(**{**totals, "counts": counts, "silent": silent})})


def find(work: Work, order: Order, seen: Callable[[Totals, int], object]) -> Totals:
    """Sift all that has not been sifted yet. `seen` is told what it comes to, and the bytes that are read."""
    point = work.point
    totals, last = point.totals, time.monotonic()
    if point.input == len(order.inputs):
        return totals
    counts = Counter({(code, severity, safe): number for code, severity, safe, number in totals.counts})
    silent, spoken = set(totals.silent), totals.spoken
    for batch, sifted in each(_sifted, _batches(order, point), order.jobs or cores()):
        work.add(sifted.files)
        counts.update(sifted.counts)
        for number, some in sifted.heard:  # they come in order
            spoken = number if some else spoken
            if number == spoken:
                silent.discard(number)
            elif order.inputs[number].kind.partition(".")[0] in ("json", "jsonl"):
                silent.add(number)
        totals = Totals(
            totals.articles + sifted.articles,
            totals.paragraphs + sifted.paragraphs,
            totals.cleaned + sifted.cleaned,
            totals.failed + sifted.failed,
            groups=max(totals.groups, sifted.groups),
            counts=tuple((*name, number) for name, number in sorted(counts.items())),
            silent=tuple(sorted(silent)),
            spoken=spoken,
        )
        seen(totals, batch[2])
        if time.monotonic() - last > PAUSE:
            work.keep(point._replace(input=batch[0], pieces=batch[1], totals=totals))
            last = time.monotonic()
    faults = "".join(failure(order.inputs[number].path, unheard(order, number)) for number in totals.silent)
    work.add([faults.encode() if name == "failed.jsonl" else b"" for name in FILES])
    totals = totals._replace(failed=totals.failed + len(totals.silent))
    work.keep(point._replace(input=len(order.inputs), pieces=0, totals=totals))
    return totals


def unheard(order: Order, number: int) -> str:
    """What is wrong with an input without any text in the field that was named."""
    path = order.inputs[number].path
    return f"{path}: no text found in {order.sieve_of(path).reading.text_field}, the field that --text-field names"


def join(work: Work, order: Order) -> Totals:
    """Tell what stands in several stories, once all are sifted."""
    totals = work.point.totals
    if work.point.joined or not order.inputs:
        return totals
    files = beyond.Beyond(*map(work.path, ("prints.bin", "stories.bin", "shelf.bin", "texts.bin", *ACROSS)))
    sieve = order.sieve_of(order.inputs[0].path)
    told = beyond.tell(files, sieve, lambda: _loads(order), order.jobs or cores(), totals.groups)
    before = Counter({(code, severity, safe): number for code, severity, safe, number in totals.counts})
    counts = tuple((*name, number) for name, number in sorted((before + told).items()))
    totals = totals._replace(counts=counts)
    if sieve.cutting:
        totals = totals._replace(cleaned=_merged(work))
    own = [name for name in (*ACROSS, CUTS) if os.path.lexists(work.path(name))]
    hashes = tuple((name, disk.digest(work.path(name))) for name in own)
    work.keep(work.point._replace(joined=True, totals=totals, told=hashes))
    return totals


def _merged(work: Work) -> int:
    """All that goes, piece by piece, the later step before the first; of how many pieces."""
    both = (cut_lines(work.path(name)) for name in (ACROSS[2], "cuts.jsonl"))
    out, count = Tail(work.path(CUTS)), 0
    for _, some in groupby(heapq.merge(*both, key=itemgetter(0)), key=itemgetter(0)):
        out.add(next(some)[1])
        count += 1
    out.close()
    return count


def _loads(order: Order) -> Iterator[Load]:
    for number, one in enumerate(order.inputs):
        for piece in pieces_of(one, order.sieve_of(one.path)):
            yield Load(number, one.path, one.to, not one.kind, piece)


class _Batch(NamedTuple):
    """Pieces that are sifted alike."""

    where: tuple[int, int, int]  # the last input, its pieces so far, and the bytes read of all
    sieve: Sieve
    loads: list[Load]


def _sifted(batch: _Batch) -> tuple[tuple[int, int, int], Sifted]:
    return batch.where, sift(batch.loads, batch.sieve)


def _batches(order: Order, point: Point) -> Iterator[_Batch]:
    """What is left, in batches of about `BATCH` bytes."""
    loads: list[Load] = []
    size = 0
    before: Sieve | None = None
    where = (point.input, point.pieces, 0)
    done = sum(one.size for one in order.inputs[: point.input])
    for number, one in enumerate(order.inputs[point.input :], point.input):
        sieve = order.sieve_of(one.path)
        if loads and sieve != before and before is not None:
            yield _Batch(where, before, loads)
            loads, size = [], 0
        before = sieve
        skipped = point.pieces if number == point.input else 0
        reached = _Reached()
        for count, piece in enumerate(islice(pieces_of(one, sieve, reached), skipped, None), skipped + 1):
            loads.append(Load(number, one.path, one.to, not one.kind, piece))
            size += len(piece.data)
            where = (number, count, done + min(reached.at, one.size))
            if size >= BATCH or len(loads) >= MOST:
                yield _Batch(where, sieve, loads)
                loads, size = [], 0
        done += one.size
    if loads and before is not None:
        yield _Batch(where, before, loads)


class _Reached:
    """How far in a file its reading is."""

    at = 0

    def __call__(self, at: int) -> None:
        """Be told."""
        self.at = at
