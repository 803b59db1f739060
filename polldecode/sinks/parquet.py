"""Parquet: a row a poll, the answers nested. What has no fixed shape (``extra``) is JSON text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from polldecode.sinks.arrow import batches, pyarrow, schema
from polldecode.sinks.layout import Layout


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    with pyarrow("pyarrow.parquet").ParquetWriter(out, schema(), compression="zstd") as writer:
        for batch in batches(lines):
            writer.write_batch(batch)
