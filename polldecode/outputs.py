"""What a scan writes, kept apart from what it reads: no input is replaced, and no output is searched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import has_magic, iglob

from polldecode.settings import STDOUT, Settings, same_file
from polldecode.sinks import partial
from polldecode.sources.inputs import STDIN, Input, inside

# How the formats of a scan begin, and what each has in it, near its beginning or at its end, that a crawl has
# not: the place of a find, or columns of the records.
PLACE, FIELD = b'"place":{"path":', b"show_results_button"
MARKS = (
    (b'{"id":', PLACE),
    (b"[\n{", PLACE),
    (b"id,question,", FIELD),
    (b"PAR1", FIELD),
    (b"ARROW1", FIELD),
    (b"SQLite format 3\0", FIELD),
    (b"## ", b"\npoll "),
    (b"<!doctype html>", b"<title>Polls</title>"),
)
EMPTY = (b"", b"[]")
BEGINNING, END = 1 << 20, 1 << 16


def check_inputs(paths: Iterable[str], settings: Settings) -> None:
    """Raises ValueError for inputs that do not go together with the settings."""
    there = [path for path in outputs(settings) if os.path.isfile(path)]
    for path in paths:
        if settings.resume and path == STDIN:
            raise ValueError("what comes through stdin cannot be resumed")
        for found in matches(path) if there else ():
            for output in there:
                if os.path.isfile(found) and same_file(found, output):
                    raise ValueError(f"{found} is an input, and would be replaced as an output")
                real = os.path.realpath(output)
                if os.path.isdir(found) and inside(real, os.path.realpath(found)) and not is_written(real):
                    said = "no scan has written it, and it would be replaced as an output"
                    raise ValueError(f"{output} is within {found}; {said}")


def outputs(settings: Settings) -> list[str]:
    return [path for path in (settings.output, settings.rejects) if path is not None and path != STDOUT]


def matches(path: str) -> Iterable[str]:
    """What a path of the command line names: itself, or what a glob matches."""
    return iglob(path, recursive=True) if has_magic(path) and not os.path.lexists(path) else (path,)


def is_written(path: str) -> bool:
    """Whether a file looks like the output of a scan, or holds nothing."""
    try:
        with open(path, "rb") as file:
            beginning = file.read(BEGINNING)
            file.seek(max(len(beginning), file.seek(0, os.SEEK_END) - END))
            text = beginning + file.read(END)
    except OSError:
        return False
    return text.strip() in EMPTY or any(text.startswith(first) and mark in text for first, mark in MARKS)


def without_outputs(inputs: Iterable[Input], settings: Settings) -> Iterator[Input]:
    """The inputs but, in folders, what this scan or one before it has written: ``scan . -o polls.jsonl``."""
    written = [os.path.realpath(path) for path in outputs(settings)]
    names = tuple(map(os.path.basename, written))
    for source in inputs:
        if not source.named and any(name in source.path for name in names):
            real = os.path.realpath(source.path)
            if any(real == output or real.startswith(partial(output)) for output in written):
                continue
        yield source
