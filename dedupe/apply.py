"""What a job has found to cut, made: each container copied with its cuts, proven, and put in its place."""

from __future__ import annotations

import base64
import json
import os
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import archive, disk, evidence, source, undo
from dedupe.evidence import End, Tally, tally
from dedupe.growing import BUFFER, Tail
from dedupe.inputs import asked
from dedupe.job import CUTS, unheard
from dedupe.kept import cut_lines
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedupe.archive import Asked, Left, Piece
    from dedupe.inputs import Input
    from dedupe.job import Order, Work

LINES = 1 << 20  # bytes of the manifest that are written in one go


class Put(NamedTuple):
    """What became of an input."""

    path: str
    to: str  # where it was written; "" in place
    pieces: int  # that lost something
    failure: str = ""


class _Cut(NamedTuple):
    """What goes from a piece."""

    piece: int
    spans: list[tuple[int, int]]
    data: bytes | None  # what it becomes, where spans cannot say it
    out: bool  # it is left out
    record: bytes  # the line of the manifest

    def of(self, data: bytes) -> bytes | None:
        """What is left of some data; None of what is left out."""
        if self.out:
            return None
        if self.data is not None:
            return self.data
        edges = [0, *(edge for span in self.spans for edge in span), len(data)]
        return b"".join([data[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)])


class _Hashes(NamedTuple):
    """The content of a container before and after."""

    pieces: int
    before: str
    after: str


def put(work: Work, order: Order, header: Mapping[str, Any]) -> Iterator[Put]:
    """Write every input that has not been written yet, one after the other.

    How to undo it is in the manifest, on the disk, before an input is in its place. One that would undo nothing goes.
    """
    ready(work, header)
    found = work.path(CUTS if work.point.joined else "cuts.jsonl")
    places = _places(found)
    tail = Tail(work.manifest, work.point.pending[0] or work.point.manifest)
    first = undo.line(dict(header))
    try:
        if not tail.size:
            tail.add(first)
            tail.flush()
            work.keep(work.point._replace(manifest=tail.size))
        for number, one in enumerate(order.inputs):
            if number < work.point.put:
                continue
            cuts = _Cuts(found, *places.get(number, (0, 0, 0)))
            try:
                done = _put(work, order, number, cuts, tail)
            except DedupeError as error:
                tail.cut(work.point.manifest)
                done = Put(one.path, one.to, 0, error.message)
            failed = done is not None and bool(done.failure)
            if one.kind or cuts.count or failed:
                totals = work.point.totals
                totals = totals._replace(refused=totals.refused + failed)
                point = work.point._replace(put=number + 1, manifest=tail.size, pending=(0, ""), totals=totals)
                work.keep(point)
            if done is not None:
                yield done
        if tail.size == len(first):
            work.keep(work.point._replace(manifest=0))
            disk.discard(tail.path)
    finally:
        tail.close()


def ready(work: Work, header: Mapping[str, Any]) -> None:
    """Raise DedupeError where the manifest would take the place of a file that this job has not begun."""
    point, path = work.point, work.manifest
    if point.manifest or point.pending[0] or not os.path.lexists(path):
        return
    first = undo.line(dict(header))
    with disk.opened(path) as file:
        if not first.startswith(file.read(len(first) + 1)):
            raise undo.taken(path)


class _Cuts:
    """The lines of one input."""

    def __init__(self, path: str, start: int, stop: int, count: int) -> None:
        """Between two places of a file."""
        self.count = count
        self._path, self._start, self._stop = path, start, stop

    def __iter__(self) -> Iterator[_Cut]:
        """Read them anew."""
        if not self.count:
            return
        with disk.opened(self._path, BUFFER) as file:
            file.seek(self._start)
            while file.tell() < self._stop:
                said = json.loads(file.readline())
                data = base64.b64decode(said["data"]) if "data" in said else None
                out = said.get("out", False)
                yield _Cut(said["piece"], said.get("spans", []), data, out, said["record"].encode())


def _places(path: str) -> dict[int, tuple[int, int, int]]:
    """Where the lines of each input begin and end, and how many they are."""
    found: dict[int, tuple[int, int, int]] = {}
    at = 0
    for (number, _), line in cut_lines(path):
        start, _, count = found.get(number, (at, at, 0))
        found[number] = start, at + len(line), count + 1
        at += len(line)
    return found


def _put(work: Work, order: Order, number: int, cuts: _Cuts, tail: Tail) -> Put | None:
    """Write one input; None where there is nothing to write."""
    one = order.inputs[number]
    if number in work.point.totals.silent:
        raise DedupeError(unheard(order, number), path=one.path)
    if not (cuts.count or one.to):
        return None
    if not one.kind:
        return _file(one, cuts, tail)
    how = asked(order.sieve_of(one.path))
    target = one.to or one.path
    after = work.point.pending[1]
    if after and os.path.exists(target) and _hashed(target, how, archive.kind_of(one.path)) == after:
        return Put(one.path, one.to, cuts.count)  # it was put in its place before the kill
    tail.cut(work.point.manifest)
    hashes = _content(one, how, cuts)
    lefts: dict[int, Left] = {}

    def prove(path: str) -> None:
        if _hashed(path, how, archive.kind_of(one.path)) != hashes.after:
            raise DedupeError(f"{target}: not written: the copy does not hold what it should", path=target)
        _recorded(cuts, lefts, tail)
        fields = {name: value for name, value in how._asdict().items() if name != "suffixes" and value}
        folder = os.path.dirname(os.path.realpath(tail.path))
        tail.add(evidence.ends(folder, End(one.path, one.to, hashes.pieces, hashes.before, hashes.after, fields)))
        tail.flush()
        work.keep(work.point._replace(pending=(tail.size, hashes.after)))

    new = archive.copied(one.path, how, _changes(one, how, cuts), left=lambda it: lefts.setdefault(it.number, it))
    if one.to and os.path.lexists(target) and _hashed(target, how, archive.kind_of(one.path)) == hashes.after:
        deque(new, maxlen=0)  # an earlier run has written it: only what the manifest says is wanted
        prove(target)
        return Put(one.path, one.to, cuts.count)
    expected = "" if one.to else disk.digest(one.path)
    disk.pour(target, new, prove, expect_sha256=expected)
    return Put(one.path, one.to, cuts.count)


def _file(one: Input, cuts: _Cuts, tail: Tail) -> Put:
    """Write a plain file."""
    before = source.read_bytes(one.path)
    cut = next(iter(cuts), None)
    after = before if cut is None else cut.of(before) or b""
    if cut is not None:
        said = json.loads(cut.record)
        if not one.to and undo.sha256(before) == said["sha256_after"]:
            tail.add(cut.record)  # it was put in its place before the kill
            return Put(one.path, "", 1)
        if undo.sha256(before) != said["sha256_before"] or undo.sha256(after) != said["sha256_after"]:
            raise DedupeError(f"{one.path}: not written: it has changed since it was read; run dedupe again")
        tail.add(cut.record)
        tail.flush()
    if one.to:
        disk.write_new(one.to, after)
    else:
        disk.write(one.path, after, expect_sha256=undo.sha256(before))
    return Put(one.path, one.to, cuts.count)


def _recorded(cuts: _Cuts, lefts: Mapping[int, Left], tail: Tail) -> None:
    """Put what the manifest says of the pieces on the disk."""
    size = tail.size
    for cut in cuts:
        tail.add(evidence.with_left(cut.record, lefts.get(cut.piece)))
        if tail.size - size > LINES:
            tail.flush()
            size = tail.size


def _met(one: Input, how: Asked, cuts: _Cuts) -> Iterator[tuple[Piece, _Cut | None]]:
    """The pieces of a container, each with what goes from it."""
    waiting = iter(cuts)
    cut = next(waiting, None)
    for piece in archive.pieces(one.path, how):
        if cut is not None and piece.number == cut.piece:
            yield piece, cut
            cut = next(waiting, None)
        else:
            yield piece, None


def _changes(one: Input, how: Asked, cuts: _Cuts) -> Iterator[tuple[int, bytes | None]]:
    """What each piece becomes that loses something; they are read anew, so that none is held, as far as the last."""
    found = ((piece.number, cut.of(piece.data)) for piece, cut in _met(one, how, cuts) if cut is not None)
    return islice(found, cuts.count)


def _content(one: Input, how: Asked, cuts: _Cuts) -> _Hashes:
    """The hashes of a container as it is and as it will be. Raises DedupeError where a piece has changed."""
    before, after = Tally(), Tally()
    for piece, cut in _met(one, how, cuts):
        data: bytes | None = piece.data
        before.add(piece.data)
        if cut is not None:
            data = cut.of(piece.data)
            said = json.loads(cut.record)
            hashes = undo.sha256(piece.data), "" if data is None else undo.sha256(data)
            if (said["sha256_before"], said["sha256_after"]) != hashes:
                raise DedupeError(f"{one.path}: not written: it has changed since it was read; run dedupe again")
        if data is not None:
            after.add(data)
    return _Hashes(before.records, before.digest(), after.digest())


def _hashed(path: str, how: Asked, kind: str) -> str:
    """The hash of what a container holds."""
    return tally(piece.data for piece in archive.pieces(path, how, kind=kind)).digest()
