"""What a scan is asked for, and whether it goes together: found out before anything is read."""

from __future__ import annotations

import os
from typing import NamedTuple

from polldecode.sinks import Layout, check_installed, format_for, is_special
from polldecode.sinks.layout import ROWS

STDOUT = "-"


class Settings(NamedTuple):
    """``output``: a file, or "-" for stdout. ``format``: of the output, by its suffix where None.
    ``rejects``: a file for what is damaged, which otherwise goes to the output with its error. ``jobs``:
    processes, None for one a core. ``unique``: the same poll once, with its number. ``column``: the only one
    to be searched in tables. ``distinct``: count how many polls are, which takes some 5 % of the time where
    there are many."""

    output: str = STDOUT
    format: str | None = None
    rejects: str | None = None
    jobs: int | None = None
    unique: bool = False
    resume: bool = False
    column: str | None = None
    distinct: bool = True
    layout: Layout = Layout()

    @property
    def streamed(self) -> bool:
        """Whether the output is written into as it stands: stdout, a pipe or a device, and no file."""
        return self.output == STDOUT or is_special(self.output)


def formats(settings: Settings) -> tuple[str, str | None]:
    """The formats of the output and of the rejects. Raises ValueError for settings that do not go together,
    NotInstalled for a format whose library is missing."""
    output, rejects = settings.output, settings.rejects
    check_path(output)
    if rejects is not None:
        check_path(rejects)
    if rejects == STDOUT:
        raise ValueError("the rejects need a file; only the output can go to stdout")
    if rejects is not None and output != STDOUT and same_file(output, rejects):
        raise ValueError(f"{output} and {rejects} are the same file; the rejects need one of their own")
    if settings.resume and settings.streamed:
        raise ValueError("what goes to stdout, a pipe or a device cannot be resumed; name a file with -o")
    name, reject_name = format_for(output, settings.format), reject_format(settings)
    if settings.layout.rows not in ROWS:
        raise ValueError(f"in CSV a row is one of {', '.join(ROWS)}, not {settings.layout.rows!r}")
    if settings.layout != Layout() and "csv" not in (name, reject_name):
        raise ValueError(f"--csv-rows and --csv-formulas are for CSV; the output is {name}")
    check_installed(name)
    if reject_name is not None:
        check_installed(reject_name)
    return name, reject_name


def check_path(path: str) -> None:
    if not path:
        raise ValueError("an output needs a name")
    if "://" in path:
        raise ValueError(f"{path} is a URL; an output is a file")
    if os.path.isdir(path) or path.endswith(os.sep):
        raise ValueError(f"{path} is a folder; name a file in it")


def same_file(one: str, other: str) -> bool:
    """Whether two paths lead to the same file, be it there already or not."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def reject_format(settings: Settings) -> str | None:
    """By the suffix of the rejects; where that says nothing, the format that was named for the output."""
    if settings.rejects is None:
        return None
    try:
        return format_for(settings.rejects, None)
    except ValueError:
        if settings.format is None:
            raise
        return format_for(settings.rejects, settings.format)
