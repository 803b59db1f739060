"""JSON: one list of the records, one a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from polldecode.sinks.layout import Layout


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    between = b"[\n"
    for line in lines:
        out.write(between + line)
        between = b",\n"
    out.write(b"[]\n" if between == b"[\n" else b"\n]\n")
