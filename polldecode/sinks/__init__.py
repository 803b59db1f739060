"""Records → files: one module a format, each with ``write(lines, out, layout)``. Lines are the JSON of the
records.

A file appears whole, by rename, or not at all. A device or a pipe is written into.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from typing import IO

from polldecode.sinks.layout import Layout

__all__ = [
    "BINARY",
    "FORMATS",
    "Layout",
    "NotInstalled",
    "check_installed",
    "format_for",
    "is_special",
    "naming",
    "partial",
    "target",
    "write_file",
    "write_stream",
]

FORMATS = {
    "jsonl": (".jsonl", ".ndjson", ".jl"),
    "json": (".json",),
    "csv": (".csv",),
    "parquet": (".parquet", ".pq"),
    "arrow": (".arrow", ".feather", ".ipc"),
    "sqlite": (".sqlite", ".sqlite3", ".db"),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
}
WITH_PYARROW = ("parquet", "arrow")
BINARY = (*WITH_PYARROW, "sqlite")


class NotInstalled(Exception):  # noqa: N818 - what it says of the library
    """A format whose library is not installed."""


def check_installed(name: str) -> None:
    """Raises NotInstalled. The library is not imported: processes are forked before it is needed."""
    if name in WITH_PYARROW and find_spec("pyarrow") is None:
        raise NotInstalled("writing Parquet and Arrow needs an extra: pip install 'polldecode[parquet]'")


def format_for(path: str, name: str | None) -> str:
    """The format of an output: the one named, the one of its suffix, or JSON lines for stdout. Raises
    ValueError."""
    if name is not None:
        if name not in FORMATS:
            raise ValueError(f"no format {name!r}; there are {', '.join(FORMATS)}")
        return name
    if path == "-":
        return "jsonl"
    suffix = os.path.splitext(path)[1].lower()
    for known, suffixes in FORMATS.items():
        if suffix in suffixes:
            return known
    raise ValueError(f"what format is {path!r}? Say it with --format: {', '.join(FORMATS)}")


def write_stream(name: str, lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:
    """Write records in a format whose library is installed."""
    import_module(f"polldecode.sinks.{name}").write(lines, out, layout)
    out.flush()


def target(path: str) -> str:
    """The file that a path leads to: what is renamed to a link would take the place of the link."""
    return os.path.realpath(path) if os.path.islink(path) else path


def partial(path: str) -> str:
    """Where that is kept which will be the file, until it is whole."""
    return f"{target(path)}.partial"


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Errors of writing get the name of what was written: the system names what cannot be opened, and not
    what has no room."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise


def is_special(path: str) -> bool:
    """Whether this is a device, a named pipe or the like, that is written into and not replaced."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def write_file(name: str, lines: Iterable[bytes], path: str, layout: Layout, unfinished: str) -> None:
    """The same to a file, which appears when it is whole and takes the place of one that was there. Until
    then it is ``unfinished``, a path on the same file system."""
    if is_special(path):
        with naming(path), open(path, "wb") as special:
            write_stream(name, lines, special, layout)
        return
    os.makedirs(os.path.dirname(unfinished) or ".", exist_ok=True)
    try:
        with naming(unfinished), open(unfinished, "wb") as out:
            write_stream(name, lines, out, layout)
        os.replace(unfinished, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        raise
