"""Parquet: the text of a row is a piece. A copy keeps schema, metadata, row groups and compression of columns."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.archive import columns
from dedupe.archive.packing import blocks
from dedupe.archive.piece import BIG, LARGEST, NEVER, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from dedupe.archive.columns import Columns
    from dedupe.archive.piece import Desk

_ROWS = 1024  # that are looked at at once
_BUFFER = 1 << 20
_VERSIONS = ("1.0", "2.4", "2.6")
_DAMAGED = "damaged; the other rows are done, get the file again from where it came"
_SCHEMA = b"ARROW:schema"


_Errors = tuple[type[Exception], ...]


class _File(NamedTuple):
    """A file that is read, and where its stories stand in it."""

    file: Any  # pyarrow's
    columns: Columns
    names: tuple[str, ...]

    @property
    def needed(self) -> list[str]:
        """The columns without which no story can be told."""
        wanted = (self.columns.text, self.columns.id, self.columns.date)
        return [self.names[place] for place in dict.fromkeys(wanted) if place >= 0]


class _Row(NamedTuple):
    text: bytes | None
    key: str
    date: str


def walk(file: BinaryIO, desk: Desk) -> Iterator[Piece | Left | bytes]:
    """The texts of all rows, and in a copy the bytes of the new file. Raises DedupeError where no column holds text."""
    place = desk.place()
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra, and heavy
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise DedupeError(f"{place}: needs pyarrow: pip install 'wire-dedupe[archive]'", path=desk.path) from error
    damaged = (pa.ArrowException, OSError, ValueError)
    try:
        opened = pq.ParquetFile(file, buffer_size=_BUFFER, page_checksum_verification=True)
        schema = opened.schema_arrow
    except damaged as error:
        raise DedupeError(f"{place}: no whole Parquet file; get it again from where it came", path=desk.path) from error
    texts = [field.name if _textual(field.type, pa) else "" for field in schema]
    chosen = columns.chosen(schema.names, desk.asked, place, texts)
    if not texts[chosen.text]:
        held = f"column {schema.names[chosen.text]} holds {schema.types[chosen.text]}, no text"
        raise DedupeError(f"{place}: {held}; name another with --text-field", path=desk.path)
    it = _File(opened, chosen, tuple(schema.names))
    if not desk.copying:
        for group in range(opened.num_row_groups):
            yield from _group(it, group, desk, damaged, {})
    elif desk.next == NEVER:
        yield from blocks(file, place)
    else:
        yield from _copied(it, desk, damaged)


def _textual(kind: Any, pa: Any) -> bool:  # noqa: ANN401
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _group(
    it: _File, group: int, desk: Desk, damaged: _Errors, changes: dict[int, bytes | None]
) -> Iterator[Piece | Left | bytes]:
    """The pieces of a row group; `changes` is told those that become others, by their row in it."""
    at = 0
    first = _first(it, group)
    batches = it.file.iter_batches(_ROWS, row_groups=[group], columns=it.needed)
    while True:
        try:
            batch = next(batches, None)
            rows = _told(it, batch, first + at) if batch is not None else []
        except damaged:
            yield desk.fault(f"rows {first + at + 1:,} to {_first(it, group + 1):,}: {_DAMAGED}")
            return
        if not rows:
            return
        for row in rows:
            if row.text is not None and len(row.text) > LARGEST:
                yield desk.fault(f"row {first + at + 1:,}: {BIG}; it stays as it is", row.key)
            elif row.text is not None:
                piece = desk.piece(row.key, it.columns.kind, row.text, date=row.date)
                yield piece
                new = desk.data(piece)
                if new != row.text:
                    changes[at] = new
            at += 1


def _first(it: _File, group: int) -> int:
    """The rows before a row group."""
    return sum(it.file.metadata.row_group(each).num_rows for each in range(group))


def _told(it: _File, batch: Any, first: int) -> list[_Row]:  # noqa: ANN401
    """What the rows of a batch say; those without a name are known by their number, from 1."""
    chosen = it.columns
    texts = _bytes(batch.column(it.names[chosen.text]))
    names = [""] * len(texts) if chosen.id < 0 else batch.column(it.names[chosen.id]).to_pylist()
    dates = [""] * len(texts) if chosen.date < 0 else batch.column(it.names[chosen.date]).to_pylist()
    keys = (str(number) if name in (None, "") else str(name) for number, name in enumerate(names, first + 1))
    return list(map(_Row, texts, keys, map(_date, dates)))


def _bytes(column: Any) -> list[bytes | None]:  # noqa: ANN401
    """The texts of a column in UTF-8."""
    import pyarrow as pa  # noqa: PLC0415

    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    found: list[bytes | None] = plain.cast(pa.large_string()).cast(pa.large_binary()).to_pylist()
    return found


def _date(value: Any) -> str:  # noqa: ANN401
    said = getattr(value, "isoformat", None)
    return said() if said else columns.iso(value) if isinstance(value, str) else ""


def _copied(it: _File, desk: Desk, damaged: _Errors) -> Iterator[Piece | Left | bytes]:
    """The pieces of a file that changes, and the bytes of the new one."""
    sink = io.BytesIO()
    writer = _writer(it, sink, desk)
    for group in range(it.file.num_row_groups):
        changes: dict[int, bytes | None] = {}
        yield from _group(it, group, desk, damaged, changes)
        try:
            table = it.file.read_row_group(group)
        except damaged:
            rows = f"rows {_first(it, group) + 1:,} to {_first(it, group + 1):,}"
            desk.broken = desk.broken or f"{desk.place()}: {rows}: {_DAMAGED}"
            continue
        table = _changed(it, table, changes)
        if len(table):
            writer.write_table(table, row_group_size=len(table))
        yield _emptied(sink)
    writer.close()
    yield _emptied(sink)


def _emptied(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data


def _changed(it: _File, table: Any, changes: dict[int, bytes | None]) -> Any:  # noqa: ANN401
    """A row group in which some texts are others; all other columns are as they were."""
    import pyarrow as pa  # noqa: PLC0415

    if not changes:
        return table
    place = it.columns.text
    field = table.schema.field(place)
    chunks, at = [], 0
    for whole in table.column(place).chunks:
        for start in range(0, len(whole), _ROWS):
            chunk = whole.slice(start, _ROWS)
            texts = _bytes(chunk)
            if any(at + index in changes for index in range(len(texts))):
                texts = [changes.get(at + index, text) for index, text in enumerate(texts)]
                chunk = pa.array(texts, pa.large_binary()).cast(pa.large_string()).cast(_plain(field.type))
                chunk = chunk.dictionary_encode().cast(field.type) if field.type != chunk.type else chunk
            chunks.append(chunk)
            at += len(texts)
    table = table.set_column(place, field, pa.chunked_array(chunks, field.type))
    left_out = [row for row, text in changes.items() if text is None]
    if left_out:
        keep = bytearray(b"\1") * len(table)
        for row in left_out:
            keep[row] = 0
        table = table.filter(pa.array(map(bool, keep), pa.bool_()))
    return table


def _plain(kind: Any) -> Any:  # noqa: ANN401
    return getattr(kind, "value_type", kind)


def _writer(it: _File, sink: io.BytesIO, desk: Desk) -> Any:  # noqa: ANN401
    """A writer of files as the one that is read. Raises DedupeError where it would give another schema."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    metadata, schema = it.file.metadata, it.file.schema_arrow
    held = metadata.metadata or {}
    group = metadata.row_group(0) if metadata.num_row_groups else None
    chunks = [group.column(place) for place in range(metadata.num_columns)] if group else []
    paths = [chunk.path_in_schema for chunk in chunks]
    options: dict[str, Any] = {
        "version": metadata.format_version if metadata.format_version in _VERSIONS else "2.6",
        "compression": {chunk.path_in_schema: _codec(chunk) for chunk in chunks} or "snappy",
        "use_dictionary": [chunk.path_in_schema for chunk in chunks if chunk.has_dictionary_page] or False,
        "use_deprecated_int96_timestamps": any(chunk.physical_type == "INT96" for chunk in chunks),
        "use_compliant_nested_type": not any(".list.item" in path for path in paths),
        "write_statistics": [chunk.path_in_schema for chunk in chunks if chunk.is_stats_set] or False,
        "write_page_index": any(chunk.has_offset_index for chunk in chunks),
        "store_schema": _SCHEMA in held,
    }
    trial = io.BytesIO()
    pq.ParquetWriter(trial, schema, **options).close()
    if not pq.ParquetFile(trial).schema.equals(it.file.schema):
        why = f"its schema is one that {metadata.created_by} writes and pyarrow does not"
        raise DedupeError(f"{desk.place()}: {why}; write the table anew with pyarrow first", path=desk.path)
    writer = pq.ParquetWriter(sink, schema, **options)
    said = (schema.metadata or {}).keys() if options["store_schema"] else ()
    more = {key: value for key, value in held.items() if key != _SCHEMA and key not in said}
    if more:
        writer.add_key_value_metadata(more)
    return writer


def _codec(chunk: Any) -> str:  # noqa: ANN401
    said: str = chunk.compression
    return {"UNCOMPRESSED": "NONE"}.get(said, said)
