"""Prints in private files: written by those who read the stories, read column by column by those who join them."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe.growing import Parts
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe.across.prints import Prints

    Ints = NDArray[np.int64]

_HEAD = struct.Struct(
    "<8s32sQQQQQII"
)  # mark, sha256, stories, paragraphs, texts, shingles, bands, check of all, of this
_MARK = b"dedupe1\n"
_COLUMNS = ("stories", "paragraphs", "contents", "sizes", "shingles", "bits")
_TYPES = {"stories": "<i4", "paragraphs": "<i4", "contents": "<u8", "sizes": "<i4", "shingles": "<u8", "bits": "<u8"}
_WORDS = 4  # of a sketch


class Stored(NamedTuple):
    """Where the prints of one file are kept, and how many of everything there are."""

    path: str
    start: int  # of its columns
    sha256: str  # of the file
    stories: int
    paragraphs: int
    texts: int  # paragraphs with shingles
    shingles: int
    bands: int
    checks: tuple[int, ...]  # of each column, then of each band


def packed(prints: Prints) -> tuple[bytes, Stored]:
    """Prints as they are kept, and what there is to know of them, their place counted from the first byte."""
    columns = [np.ascontiguousarray(getattr(prints, name).astype(_TYPES[name], copy=False)) for name in _COLUMNS]
    data = [it.tobytes() for it in (*columns, *prints.keys.astype("<u4", copy=False))]
    checks = tuple(map(zlib.crc32, data))
    counts = (
        int(prints.stories[-1]) + 1 if len(prints.stories) else 0,
        len(prints.stories),
        prints.keys.shape[1],
        len(prints.shingles),
        len(prints.keys),
    )
    table = struct.pack(f"<{len(checks)}I", *checks)
    head = _HEAD.pack(_MARK, bytes.fromhex(prints.sha256), *counts, zlib.crc32(table), 0)
    head = head[:-4] + struct.pack("<I", zlib.crc32(head[:-4]))
    kept = b"".join((head, table, *data))
    return kept, Stored("", len(head) + len(table), prints.sha256, *counts, checks)


def stored(path: str) -> Iterator[Stored]:
    """All prints of a file, in the order they were put there. Raises DedupeError where it is cut or damaged."""
    parts, at = Parts(path), 0
    while head := parts.read(at, _HEAD.size):
        if len(head) < _HEAD.size or zlib.crc32(head[:-4]) != int.from_bytes(head[-4:], "little"):
            raise _damaged(path)
        mark, sha256, *counts, check, _ = _HEAD.unpack(head)
        wide = len(_COLUMNS) + counts[-1]
        table = parts.read(at + len(head), 4 * wide)
        if mark != _MARK or len(table) < 4 * wide or zlib.crc32(table) != check:
            raise _damaged(path)
        start = at + len(head) + len(table)
        found = Stored._make((path, start, sha256.hex(), *counts, struct.unpack(f"<{wide}I", table)))
        at = start + sum(_lengths(found))
        if not parts.read(at - 1, 1):
            raise _damaged(path)
        yield found


def _damaged(path: str) -> DedupeError:
    return DedupeError(f"{path}: work file is cut or damaged; remove it and run again", path=path)


def _lengths(one: Stored) -> list[int]:
    """The bytes of each column, then of each band."""
    paragraphs = one.paragraphs
    return [
        *(4 * paragraphs, 4 * paragraphs, 8 * paragraphs, 4 * paragraphs, 8 * one.shingles),
        *(8 * _WORDS * one.texts, *[4 * one.texts] * one.bands),
    ]


class Columns:
    """The prints of several files, in memory or stored, as columns."""

    def __init__(self, files: Sequence[Prints | Stored]) -> None:
        """They are opened as they are read."""
        self.files = files
        self.stories = [it.stories if isinstance(it, Stored) else _stories(it) for it in files]
        self.paragraphs = [it.paragraphs if isinstance(it, Stored) else len(it.stories) for it in files]
        self.texts = [it.texts if isinstance(it, Stored) else it.keys.shape[1] for it in files]
        self.begins = np.cumsum([0, *(it.shingles if isinstance(it, Stored) else len(it.shingles) for it in files)])
        self.bands = max((it.bands if isinstance(it, Stored) else len(it.keys) for it in files), default=0)
        self._parts: dict[str, Parts] = {}

    def column(self, name: str) -> Iterator[NDArray[Any]]:
        """One column, file by file. Raises DedupeError."""
        for file in range(len(self.files)):
            yield self.part(file, name)

    def part(self, file: int, name: str) -> NDArray[Any]:
        """One column of one file. Raises DedupeError."""
        one = self.files[file]
        if isinstance(one, Stored):
            found = self._read(one, _COLUMNS.index(name), _TYPES[name])
            return found.reshape(-1, _WORDS) if name == "bits" else found
        column: NDArray[Any] = getattr(one, name)
        return column

    def band(self, number: int) -> Iterator[NDArray[np.uint32]]:
        """The keys of one band, file by file. Raises DedupeError."""
        for one in self.files:
            if isinstance(one, Stored):
                yield self._read(one, len(_COLUMNS) + number, "<u4").astype(np.uint32, copy=False)
            else:
                yield one.keys[number]

    def shingles(self, start: int, end: int) -> NDArray[np.uint64]:
        """Some shingles of one file, counted over all files. Raises DedupeError."""
        file = int(np.searchsorted(self.begins, start, side="right")) - 1
        one, low, high = self.files[file], start - int(self.begins[file]), end - int(self.begins[file])
        if not isinstance(one, Stored):
            return one.shingles[low:high]
        column = _COLUMNS.index("shingles")
        data = self._part(one, sum(_lengths(one)[:column]) + 8 * low, 8 * (high - low))
        return np.frombuffer(data, dtype="<u8").astype(np.uint64, copy=False)

    def _read(self, one: Stored, column: int, kind: str) -> NDArray[Any]:
        lengths = _lengths(one)
        data = self._part(one, sum(lengths[:column]), lengths[column])
        if zlib.crc32(data) != one.checks[column]:
            raise _damaged(one.path)
        return np.frombuffer(data, dtype=kind)

    def _part(self, one: Stored, at: int, size: int) -> bytes:
        if one.path not in self._parts:
            self._parts[one.path] = Parts(one.path)
        data = self._parts[one.path].read(one.start + at, size)
        if len(data) < size:
            raise _damaged(one.path)
        return data


def _stories(one: Prints) -> int:
    return int(one.stories[-1]) + 1 if len(one.stories) else 0
