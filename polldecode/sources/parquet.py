"""Parquet: every column of text, or ``--column``; ``record`` is the row, from 1.

The bytes of a column's values are searched as they lie in memory, one after the other; only a value with
evidence becomes an object, and columns of provenance are read only of row groups that have any."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from polldecode.sources.columns import hits_in, holds_text, object_in
from polldecode.sources.found import Document, Finds, Reading, find_in
from polldecode.sources.names import TELLING, page_of
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import reason_of

ROWS = 8192  # rows decoded at a time


def search(reading: Reading) -> Iterator[Finds]:
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
    is_file = getattr(raw, "name", None) == reading.path  # which pyarrow reads faster itself
    yield from search_file(reading, reading.path if is_file else pa.PythonFile(raw, mode="r"))


def search_file(reading: Reading, source: Any) -> Iterator[Finds]:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(source)
        schema = file.schema_arrow
    except damage() as error:
        raise Unreadable(reason_of(error)) from error
    names = text_columns(schema, reading.column)
    row = 0
    for group in range(file.num_row_groups):
        if elsewhere(file.metadata.row_group(group)):
            continue
        yield from search_group(reading, file, group, names, row)
        row += file.metadata.row_group(group).num_rows


def elsewhere(group: Any) -> bool:
    """Whether a row group is in another file: the ``_metadata`` beside a dataset describes those of all."""
    return bool(group.num_columns and group.column(0).file_path)


def text_columns(schema: Any, wanted: str | None) -> list[str]:
    names = [field.name for field in schema if holds_text(field.type)]
    if wanted is None:
        return names
    if wanted not in schema.names:
        raise Unreadable(f"there is no column {wanted!r}; there are {', '.join(schema.names)}")
    if wanted not in names:
        raise Unreadable(f"column {wanted!r} holds no text")
    return [wanted]


def search_group(reading: Reading, file: Any, group: int, names: list[str], row: int) -> Iterator[Finds]:
    hits = hits_of(reading, file, group, names)
    if not hits:
        return
    hits.sort(key=lambda hit: hit[0])
    known = Known(reading, file, group)
    for index, name, text in hits:
        yield from find_in(text, reading.path, row + index + 1, known.document(index, name))


def hits_of(reading: Reading, file: Any, group: int, names: list[str]) -> list[tuple[int, str, str | bytes]]:
    """The values with evidence of a row group: row, column, value."""
    hits: list[tuple[int, str, str | bytes]] = []
    begin = 0
    try:
        for batch in file.iter_batches(ROWS, row_groups=[group], columns=names, use_threads=True):
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if name in names:  # "a.b" gives the field b of a column "a", too
                    hits.extend((begin + index, name, text) for index, text in hits_in(column))
            begin += batch.num_rows
    except damage() as error:
        if len(names) > 1:  # what is unreadable in one column does not cost the others
            return [hit for name in names for hit in hits_of(reading, file, group, [name])]
        report(reading, group, names[0], error)
    return hits


def damage() -> tuple[type[Exception], ...]:
    """What pyarrow raises for data it cannot read, and for types it cannot."""
    import pyarrow as pa

    return pa.ArrowException, OSError, UnicodeDecodeError


def report(reading: Reading, group: int, name: str, error: Exception) -> None:
    problem = f"row group {group + 1}, column {name!r}: {reason_of(error)}"
    if problem not in reading.problems:
        reading.problems.append(problem)


class Known:
    """The columns that say what page a row is of; each read once of a row group, and only if it has finds.
    What they cannot say costs no find."""

    def __init__(self, reading: Reading, file: Any, group: int) -> None:
        self.reading = reading
        self.file = file
        self.group = group
        self.columns: dict[str, Any] = {}
        names = file.schema_arrow.names
        self.names = [name for name in names if name.lower() in TELLING]

    def column(self, name: str) -> Any:
        """None where it cannot be read."""
        if name not in self.columns:
            self.columns[name] = None
            try:
                table = self.file.read_row_group(self.group, columns=[name])
                place = table.schema.names.index(name)  # several may have this name
                self.columns[name] = table.column(place)
            except damage() as error:
                report(self.reading, self.group, name, error)
        return self.columns[name]

    def document(self, index: int, field: str) -> Document:
        columns = ((name, self.column(name)) for name in self.names)
        told = page_of((name, object_in(column[index])) for name, column in columns if column is not None)
        return told._replace(field=field)
