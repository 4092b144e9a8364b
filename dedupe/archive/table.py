"""CSV: the cell of a row that holds its text is a piece. Of a row that changes no other cell changes a byte."""

from __future__ import annotations

import codecs
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe.archive import columns
from dedupe.archive.piece import BIG, LARGEST, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.archive.columns import Columns
    from dedupe.archive.packing import Stream
    from dedupe.archive.piece import Desk

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = (b",", b";", b"\t")
_END = (b"\r\n", b"\n", b"\r")
_QUOTED = re.compile(b'"((?:[^"]++|"")*+)"(.*)', re.DOTALL)
_INSIDE = re.compile(b'(?:[^"]++|"")*+"')
_FEW = 100  # quotes in a cell
_TORN = f"what follows is not read: a quote is never closed, or a row is {BIG}; mend the quote"


class _Row(NamedTuple):
    """A row as it stands, with the end of its line."""

    raw: bytes
    cells: list[tuple[int, int]]  # spans in `raw`

    def cell(self, place: int) -> bytes:
        """The bytes of a cell, without its quotes."""
        if not 0 <= place < len(self.cells):
            return b""
        start, end = self.cells[place]
        return _bare(self.raw[start:end])


class _Rows:
    """The rows of a table one after the other, and the bytes that are none in the end."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._data = b""
        self._at = 0
        self._all = False
        self._end = 0  # of the row looked at
        self.torn = False  # what is left is no whole row

    def next(self, delimiter: bytes) -> _Row | None:
        """The next row, None at the end."""
        while True:
            cells = None if self._at == len(self._data) else self._cells(delimiter)
            if cells:
                start, end = self._at, self._end
                self._at = end
                return _Row(self._data[start:end], [(one - start, other - start) for one, other in cells])
            if self._all or len(self._data) - self._at > LARGEST:
                self.torn = self._at < len(self._data)
                return None
            self._more()

    def _more(self) -> None:
        """Twice as much as there is, so that a long row is not looked at too often."""
        held = [self._data[self._at :]]
        wanted = 2 * len(held[0]) + 1
        while sum(map(len, held)) < wanted and not self._all:
            held.append(self._stream.chunk())
            self._all = not held[-1]
        self._data, self._at = b"".join(held), 0

    def _cells(self, delimiter: bytes) -> list[tuple[int, int]] | None:
        """The spans of the cells of the next row, None where its end is not there yet."""
        match, data, at = _cell(delimiter).match, self._data, self._at
        cells = []
        while True:
            begun = at
            if data.startswith(b'"', at):
                at = _closed(data, at)
            found = match(data, at) if at >= 0 else None
            if found is None:
                return None
            cells.append((begun, found.end(1)))
            at = found.end()
            end = found[2]
            if end != delimiter:
                if not self._all and (not end or (end == b"\r" and at == len(data))):
                    return None
                self._end = at
                return cells

    def last(self, row: _Row) -> bool:
        """Whether nothing comes behind a row, not even the end of its line."""
        return self._all and self._at == len(self._data) and not row.raw.endswith(_END)

    def back(self, row: _Row) -> None:
        """Give the last row once more."""
        self._at -= len(row.raw)

    def rest(self) -> Iterator[bytes]:
        """All that was not given as a row."""
        yield self._data[self._at :]
        yield from self._stream.chunks()


def _closed(data: bytes, at: int) -> int:
    """Where a cell that opens with a quote closes it, -1 where it does not; found faster than by a pattern."""
    end = at
    for _ in range(_FEW):
        end = data.find(b'"', end + 1)
        if end < 0:
            return -1
        if not data.startswith(b'"', end + 1):
            return end + 1
        end += 1
    found = _INSIDE.match(data, end + 1)
    return found.end() if found else -1


@functools.cache
def _cell(delimiter: bytes) -> re.Pattern[bytes]:
    """A cell, from behind its quotes if it has some, and what ends it."""
    return re.compile(b"([^" + delimiter + rb"\r\n]*+)(" + delimiter + rb"|\r\n|\n|\r|\Z)")


def _bare(cell: bytes) -> bytes:
    """What a cell says."""
    if not cell.startswith(b'"'):
        return cell
    if cell.endswith(b'"') and cell.count(b'"') == 2:  # noqa: PLR2004  as nearly all are
        return cell[1:-1]
    parts = _QUOTED.fullmatch(cell)
    return parts[1].replace(b'""', b'"') + parts[2] if parts else cell


def _written(data: bytes, before: bytes, delimiter: bytes) -> bytes:
    """A cell that says `data`, quoted as it was or as it has to be now."""
    special = (b'"', b"\r", b"\n", delimiter)
    if not before.startswith(b'"') and not any(each in data for each in special):
        return data
    return b'"' + data.replace(b'"', b'""') + b'"'


class _Table(NamedTuple):
    """What the first row says of the others."""

    columns: Columns
    delimiter: bytes
    codec: str  # "" for UTF-8, which stays as it is


def walk(stream: Stream, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The text of every row, and in a copy the bytes of the new table.

    Raises DedupeError where no column holds text.
    """
    mark = stream.read(len(codecs.BOM_UTF8))
    if mark.startswith(_WIDE):
        raise DedupeError(f"{desk.place()}: is UTF-16, where no row can be told; convert it to UTF-8 first")
    if mark != codecs.BOM_UTF8:
        stream.back(mark)
        mark = b""
    yield mark
    rows = _Rows(stream)
    table = _told(rows, desk)
    if table is None:
        yield from rows.rest()
        return
    line, number = 1, -1
    while row := rows.next(table.delimiter):
        if number < 0 or row.raw in _END:
            yield row.raw
        elif stream.fault and rows.last(row):
            rows.back(row)
            break
        else:
            yield from _row(row, number + 1, line, table, desk)
        number += row.raw not in _END
        line += row.raw.count(b"\n") or row.raw.count(b"\r")
    if stream.fault:
        yield desk.end(stream.fault)
    elif rows.torn:
        yield desk.fault(f"line {line:,}: {_TORN}", line=line)
    yield from rows.rest()


def _told(rows: _Rows, desk: Desk) -> _Table | None:
    """What the first row says; None where there is none."""
    asked, best, delimiter = desk.asked, (False, 0), _DELIMITERS[0]
    names: list[str] = []
    codec = _codec(desk)
    for each in _DELIMITERS:
        row = rows.next(each)
        if row is None:
            break
        rows.back(row)
        found = [row.cell(place).decode(codec, "replace") for place in range(len(row.cells))]
        known = asked.text_field in found if asked.text_field else columns.common(found) >= 0
        if (known, len(found)) > best:
            best, delimiter, names = (known, len(found)), each, found
    if not names:
        return None
    chosen = columns.chosen(names, asked, desk.place())
    return _Table(chosen, delimiter, "" if codec.startswith("utf-8") else codec)


def _codec(desk: Desk) -> str:
    """The codec of a table. Raises DedupeError for one in which no row can be told."""
    wanted = desk.asked.encoding or "utf-8"
    try:
        codec = codecs.lookup(wanted).name
        "".encode(codec)
    except (LookupError, ValueError) as error:
        raise DedupeError(f"--encoding {wanted}: no such text encoding; common ones are cp1252, latin-1") from error
    if codec.startswith(("utf-16", "utf-32", "utf-7", "cp037", "cp500")):
        raise DedupeError(f"{desk.place()}: no row can be told in {codec}; convert it to UTF-8 first", path=desk.path)
    return codec


def _row(row: _Row, number: int, line: int, table: _Table, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The text of a row, and in a copy its bytes."""
    if desk.same():
        desk.number += 1
        yield row.raw
        return
    key = row.cell(table.columns.id).decode("utf-8", "replace").strip() or str(number)
    data, why = _text(row, table)
    if why:
        yield desk.fault(f"line {line:,}: {why}", key, line)
        yield row.raw
        return
    date = columns.iso(row.cell(table.columns.date).decode("utf-8", "replace").strip())
    piece = desk.piece(key, table.columns.kind, data, line, date)
    yield piece
    new = desk.data(piece)
    if new is None:
        yield Left(piece.number, 0, row.raw)
    elif new == data:
        yield row.raw
    else:
        changed = _changed(row, new, table, desk)
        start, end = row.cells[table.columns.text]
        cell = changed[start : len(changed) - len(row.raw) + end]
        if _written(row.cell(table.columns.text), cell, table.delimiter) != row.raw[start:end]:
            yield Left(piece.number, 0, row.raw, len(changed))
        yield changed


def _text(row: _Row, table: _Table) -> tuple[bytes, str]:
    """The text of a row, or why it has none."""
    place = table.columns.text
    if place >= len(row.cells):
        return b"", f"has {len(row.cells)} cells, and its text would be cell {place + 1}"
    said = row.cell(place)
    if len(said) > LARGEST:
        return b"", f"a text {BIG}; it stays as it is"
    try:
        return (said.decode(table.codec).encode() if table.codec else said), ""
    except UnicodeError:
        return b"", f"not {table.codec}; name the encoding it is in with --encoding"


def _changed(row: _Row, new: bytes, table: _Table, desk: Desk) -> bytes:
    """The bytes of a row with another text."""
    start, end = row.cells[table.columns.text]
    try:
        said = new.decode().encode(table.codec) if table.codec else new
    except UnicodeError as error:
        raise DedupeError(f"{desk.place()}: a text that cannot be written in {table.codec}", path=desk.path) from error
    cell = _written(said, row.raw[start:end], table.delimiter)
    if not cell and len(row.cells) == 1:
        cell = b'""'  # or the row would be none
    return row.raw[:start] + cell + row.raw[end:]
