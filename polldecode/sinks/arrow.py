"""Arrow, in the file format of its IPC: a row a poll, the answers nested."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import IO, Any

from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder

ROWS, SIZE = 4096, 1 << 24  # of a record batch, and of a Parquet row group: rows at most, and about bytes


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    pa = pyarrow()
    with pa.ipc.new_file(out, schema()) as writer:
        for batch in batches(lines):
            writer.write_batch(batch)


def pyarrow(module: str = "pyarrow") -> Any:
    """Raises OSError where it is installed and cannot be loaded: what was found is not lost."""
    try:
        return import_module(module)
    except ImportError as error:
        raise OSError(errno.ENOEXEC, str(error), module) from error


def schema() -> Any:
    """The schema of a record: names, order and nullability as in the JSON."""
    pa = pyarrow()
    text, flag, number = pa.string(), pa.bool_(), pa.int64()
    answer = pa.struct([("id", text), ("text", text), ("votes", number), ("extra", text)])
    error = pa.struct([("stage", text), ("reason", text), ("position", number)])
    place = pa.struct(
        [("path", text), ("record", text), ("url", text)]
        + [(name, number) for name in ("line", "column", "start", "end")]
    )
    document = pa.struct([(name, text) for name in ("field", "id", "title", "date")])
    return pa.schema(
        [
            ("id", pa.uint64()),  # a BIGINT UNSIGNED in MySQL
            ("question", text),
            ("answers", pa.list_(answer)),
            ("multiple", flag),
            ("show_title", flag),
            ("show_count", flag),
            ("show_results_button", flag),
            ("style", text),
            ("color", text),
            ("total_votes", number),
            ("can_vote", flag),
            ("extra", text),
            ("kind", text),
            ("form", text),
            ("complete", flag),
            ("dialect", text),
            ("repairs", pa.list_(text)),
            ("error", error),
            ("place", place),
            ("document", document),
            ("occurrences", number),
        ]
    )


def batches(lines: Iterable[bytes]) -> Iterator[Any]:
    """Record batches, of ROWS rows where these are not long."""
    pa = pyarrow()
    decode = decoder()
    some, size = [], 0
    for line in lines:
        some.append(row(decode(line)))
        size += len(line)
        if len(some) == ROWS or size > SIZE:
            yield pa.RecordBatch.from_pylist(some, schema=schema())
            some, size = [], 0
    if some:
        yield pa.RecordBatch.from_pylist(some, schema=schema())


def row(record: dict[str, Any]) -> dict[str, Any]:
    """A record in the shapes of the schema: numbers that a column cannot hold are left out, as no database
    of WordPress holds them either."""
    record["id"] = fitting(record["id"], 1 << 64)
    record["extra"] = as_json(record["extra"])
    record["total_votes"] = fitting(record["total_votes"])
    for answer in record["answers"] or ():
        answer["extra"] = as_json(answer["extra"])
        answer["votes"] = fitting(answer["votes"])
    place = record["place"]
    place["record"] = None if place["record"] is None else str(place["record"])
    return record


def as_json(extra: dict[str, Any] | None) -> str | None:
    return json.dumps(extra, ensure_ascii=False) if extra else None


def fitting(number: int | None, limit: int = 1 << 63) -> int | None:
    return number if number is not None and -(1 << 63) <= number < limit else None
