"""Parquet: every column of text, or ``--column``; ``record`` is the row, from 1.

The bytes of a column's values are searched as they lie in memory, one after the other; only a value with
evidence becomes an object, and columns of provenance are read only of row groups that have any."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from polldecode.search import next_hit
from polldecode.sources.found import Document, Found, Reading, find_in
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.provenance import DATE_KEYS, ID_KEYS, TITLE_KEYS, URL_KEYS
from polldecode.sources.streams import reason_of

ROWS = 8192  # rows decoded at a time


def search(reading: Reading) -> Iterator[Found]:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise Missing("Parquet", "parquet") from error
    raw = reading.stream.raw
    if reading.stream.codec is not None or not reading.stream.rewindable:
        # What cannot be read from its end, as compressed files and pipes, goes to the disk.
        with TemporaryFile() as spool:
            while block := reading.stream.read():
                spool.write(block)
            spool.seek(0)
            yield from search_file(reading, pa.PythonFile(spool, mode="r"))
        return
    raw.seek(0)
    yield from search_file(reading, reading.path if hasattr(raw, "fileno") else pa.PythonFile(raw, mode="r"))


def search_file(reading: Reading, source: Any) -> Iterator[Found]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(source)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(reason_of(error)) from error
    names = text_columns(file.schema_arrow, reading.column)
    row = 0
    for group in range(file.num_row_groups):
        try:
            yield from search_group(reading, file, group, names, row)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            reading.problems.append(f"row group {group + 1}: {reason_of(error)}")
        row += file.metadata.row_group(group).num_rows


def text_columns(schema: Any, wanted: str | None) -> list[str]:
    names = [field.name for field in schema if holds_text(field.type)]
    if wanted is None:
        return names
    if wanted not in schema.names:
        raise Unreadable(f"there is no column {wanted!r}; there are {', '.join(schema.names)}")
    if wanted not in names:
        raise Unreadable(f"column {wanted!r} holds no text")
    return [wanted]


def holds_text(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return holds_text(kind.value_type)
    if types.is_struct(kind) or types.is_list(kind) or types.is_large_list(kind):
        return any(holds_text(kind.field(n).type) for n in range(kind.num_fields))
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def search_group(reading: Reading, file: Any, group: int, names: list[str], row: int) -> Iterator[Found]:
    hits: list[tuple[int, str, str | bytes]] = []
    begin = 0
    for batch in file.iter_batches(ROWS, row_groups=[group], columns=names, use_threads=True):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            hits.extend((begin + index, name, text) for index, text in hits_in(column))
        begin += batch.num_rows
    hits.sort(key=lambda hit: hit[0])
    if not hits:
        return
    known = Known(file, group)
    for index, name, text in hits:
        yield from find_in(text, reading.path, row + index + 1, known.document(index, name))


def hits_in(column: Any) -> Iterator[tuple[int, str | bytes]]:
    """The values with evidence of a column in memory, and their rows."""
    import pyarrow as pa
    from pyarrow import compute, types

    kind = column.type
    if types.is_dictionary(kind):
        texts = dict(hits_in(column.dictionary))
        for row, key in enumerate(column.indices.to_pylist() if texts else ()):
            if key in texts:
                yield row, texts[key]
    elif types.is_struct(kind):
        for child in column.flatten():
            if holds_text(child.type):
                yield from hits_in(child)
    elif types.is_list(kind) or types.is_large_list(kind):
        rows = None
        for index, text in hits_in(column.flatten()):
            rows = rows if rows is not None else compute.list_parent_indices(column)
            yield rows[index].as_py(), text
    elif len(column):
        _, offsets, data = column.buffers()
        if data is None:
            return
        wide = types.is_large_string(kind) or types.is_large_binary(kind)
        ends = memoryview(offsets).cast("q" if wide else "i")[column.offset : column.offset + len(column) + 1]
        base = ends[0]
        values = pa.py_buffer(data).slice(base, ends[-1] - base).to_pybytes()
        hit = next_hit(values)
        while hit >= 0:
            row = bisect_right(ends, hit + base) - 1
            if column[row].is_valid:
                yield row, text_of(values[ends[row] - base : ends[row + 1] - base])
            hit = next_hit(values, ends[row + 1] - base)


def text_of(value: bytes) -> str | bytes:
    """A value as str; as bytes where it is no UTF-8, as in damaged files and columns of bytes."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


class Known:
    """The columns that say what page a row is of; read once of a row group, and only if it has finds."""

    def __init__(self, file: Any, group: int) -> None:
        names = file.schema_arrow.names
        self.names = [
            next((name for key in keys for name in names if name.lower() == key.lower()), None)
            for keys in (URL_KEYS, ID_KEYS, TITLE_KEYS, DATE_KEYS)
        ]
        wanted = [name for name in dict.fromkeys(self.names) if name is not None]
        self.table = file.read_row_group(group, columns=wanted) if wanted else None

    def document(self, index: int, field: str) -> Document:
        url, ident, title, date = (self.value(name, index) for name in self.names)
        return Document(url, field, ident, title, date)

    def value(self, name: str | None, index: int) -> str | None:
        if name is None or self.table is None:
            return None
        value = self.table.column(name)[index].as_py()
        return None if value is None or isinstance(value, (dict, list, bytes)) else str(value)
