"""What a job reads: containers and plain files, and the pieces of each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from dedupe import archive, disk, pipeline, source
from dedupe.archive import Asked, Piece
from dedupe.formats import SUFFIXES
from dedupe.model import DedupeError, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dedupe.sift import Sieve

_MEMBERS = ("zip", "tar")  # containers whose pieces have names of files


class Input(NamedTuple):
    """A container, or a plain file that holds a story."""

    path: str
    kind: str  # of the container; "" of a plain file
    size: int
    changed: int  # nanoseconds
    to: str = ""  # where it is cleaned to; "" in place


def inputs_of(paths: Sequence[str], picks: source.Picks) -> tuple[list[Input], list[Failure]]:
    """What the paths lead to, and what is not there."""
    found: list[Input] = []
    failures: list[Failure] = []
    for one in source.walk(paths, SUFFIXES.keys() | archive.ENDS, picks):
        if isinstance(one, DedupeError):
            failures.append(Failure(one.path, one.message))
            continue
        if one not in paths and not archive.of_stories(one, SUFFIXES):
            continue
        status = os.stat(one)
        found.append(Input(one, archive.kind_of(one), status.st_size, status.st_mtime_ns))
    return found, failures


def asked(sieve: Sieve) -> Asked:
    """How the pieces of a container are read."""
    reading = sieve.reading
    return Asked(SUFFIXES, reading.text_field, reading.id_field, sieve.date_field, reading.format, reading.encoding)


def pieces_of(one: Input, sieve: Sieve, reached: Callable[[int], object] | None = None) -> Iterator[Piece]:
    """The pieces of an input. What cannot be read is a piece with a fault."""
    try:
        if one.kind:
            found = archive.pieces(one.path, asked(sieve), reached=reached)
            yield from _named(one, found) if one.kind.partition(".")[0] in _MEMBERS else found
        else:
            kind = pipeline.format_of(one.path, sieve.reading.format)
            yield Piece(0, "", kind, disk.read_bytes(one.path))
    except DedupeError as error:
        yield Piece(-1, "", "", b"", fault=error.message)


def _named(one: Input, found: Iterable[Piece]) -> Iterator[Piece]:
    """The members of a container; behind one whose name is odd a fault that says so. It is only a name."""
    seen: set[str] = set()
    for piece in found:
        yield piece
        why = ""
        if piece.key in seen:
            why = "another member has the same name; both are read"
        elif piece.key.startswith(("/", "\\")) or ".." in piece.key.replace("\\", "/").split("/"):
            why = "the name leads out of the container; it is read, and nothing is written by that name"
        seen.add(piece.key)
        if why and not piece.fault:
            yield Piece(-1, piece.key, "", b"", fault=f"{one.path}: {piece.key}: {why}")
