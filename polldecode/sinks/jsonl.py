"""JSON lines: the records as they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from polldecode.sinks.layout import Layout


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    out.writelines(line + b"\n" for line in lines)
