"""``polldecode scan``: whole crawls into one file."""

from __future__ import annotations

import math
import os
import signal
import sys
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from polldecode.cli.arguments import Paths, given
from polldecode.cli.terminal import SafeScreen, complain, complain_of, say
from polldecode.cli.words import STDIN, count
from polldecode.signals import heeded, held, interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from polldecode.settings import Settings
    from polldecode.summary import Summary

GOES_ON = "; --resume goes on from here"


class Format(StrEnum):
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    arrow = "arrow"
    sqlite = "sqlite"
    markdown = "markdown"
    html = "html"


class Rows(StrEnum):
    answer = "answer"
    poll = "poll"


class Stats(StrEnum):
    text = "text"
    json = "json"


def scan(
    context: typer.Context,
    paths: Paths = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to; its suffix says the format.")
    ] = "-",
    format: Annotated[Format | None, typer.Option(help="The format, where the suffix does not say.")] = None,
    rejects: Annotated[
        str | None, typer.Option(metavar="FILE", help="Damaged polls go here, and not to the output.")
    ] = None,
    unique: Annotated[
        bool, typer.Option("--unique", help="The same poll once, with how often it stood.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a scan that was interrupted.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Processes; one a core by default.")
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Search only this column of CSV and Parquet files.")
    ] = None,
    csv_rows: Annotated[Rows, typer.Option(help="In CSV, a row an answer or a row a poll.")] = Rows.answer,
    csv_formulas: Annotated[
        bool,
        typer.Option("--csv-formulas", help="In CSV, leave texts as they are that a spreadsheet would run."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    stats: Annotated[
        Stats, typer.Option(help="The summary on stderr, for people or as one JSON object.")
    ] = Stats.text,
) -> None:
    """Search whole crawls: text, HTML, JSON, WXR, SQL, CSV, Parquet, WARC, each also .gz, .zst, .bz2 or .xz.

    Example: polldecode scan crawl/ -o polls.parquet
    """
    from polldecode.batches import NotStartedError
    from polldecode.scan import STDOUT, Settings
    from polldecode.scan import scan as run
    from polldecode.sinks import BINARY, Layout, NotInstalled

    settings = Settings(
        output=output,
        format=format.value if format else None,
        rejects=rejects,
        jobs=jobs,
        unique=unique,
        resume=resume,
        column=column,
        distinct=not quiet or stats is Stats.json,
        layout=Layout(csv_rows.value, csv_formulas),
    )
    inputs = given(context, paths)
    as_json = stats is Stats.json
    stdout: BinaryIO = sys.stdout.buffer
    on_screen = output == STDOUT and sys.stdout.isatty()
    if on_screen and settings.format in BINARY:
        complain(f"{settings.format} is not for the screen; name a file with -o")
        raise typer.Exit(2)
    for number in heeded():
        signal.signal(number, interrupt)
    shown = None
    try:
        try:
            if not quiet and not as_json and sys.stderr.isatty():
                shown = progress(inputs, output == STDOUT)
            if shown:
                shown.start()
            summary = run(
                inputs,
                settings,
                stdout=SafeScreen(stdout) if on_screen else stdout,  # type: ignore[arg-type]
                problem=ignore if as_json else complain_of,
                progress=shown.update if shown else ignore,
            )
        finally:
            if shown:
                shown.close()
    except (ValueError, NotInstalled) as error:
        complain(str(error))
        raise typer.Exit(2) from None
    except OSError as error:
        if can_go_on(inputs, settings):
            error.strerror = f"{error.strerror or error}{GOES_ON}"
        raise
    except (MemoryError, NotStartedError) as error:
        said = str(error) or "out of memory"
        complain(said + (GOES_ON if can_go_on(inputs, settings) else ""))
        raise typer.Exit(1) from None
    except KeyboardInterrupt as stop:
        complain("interrupted" + (GOES_ON if can_go_on(inputs, settings) else ""))
        raise typer.Exit(128 + (stop.args[0] if stop.args else signal.SIGINT)) from None
    if as_json:
        import json

        say(json.dumps(figures(summary)))
    elif not quiet:
        for line in report(summary):
            complain(line)
    raise typer.Exit(1 if summary.failed else 0)


def can_go_on(inputs: Sequence[str], settings: Settings) -> bool:
    """Whether --resume goes on with a scan that has ended early."""
    from polldecode.sinks import partial

    journal = os.path.join(partial(settings.output), "journal")
    return not settings.streamed and STDIN not in inputs and os.path.exists(journal)


def ignore(*_: object) -> None:
    """The summary says it in the end."""


def figures(summary: Summary) -> dict[str, object]:
    from dataclasses import asdict

    problems = [{"path": path, "reason": reason} for path, reason in summary.problems]
    kept = asdict(summary)
    for inner in ("line_ends", "problem_path"):
        del kept[inner]
    return kept | {
        "seconds": round(summary.seconds, 3),
        "gb_per_second": float(f"{summary.rate:.3g}"),
        "problems": problems,
    }


def report(summary: Summary) -> Iterable[str]:
    yield (
        f"{count(summary.polls, 'poll')} ({summary.distinct:,} distinct) in {count(summary.files, 'file')}, "
        f"{in_bytes(summary.bytes)} in {summary.seconds:.1f} s ({in_bytes(summary.rate * 1e9)}/s)"
    )
    for reason, number in sorted(summary.damaged.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {number:,} damaged: {reason}"
    if summary.unreadable:
        yield f"  {count(summary.problem_count, 'problem')} reading {count(summary.unreadable, 'input')}"


def in_bytes(number: float) -> str:
    if number < 1000:
        return f"{number:.0f} B"
    power = min(int(math.log10(number)) // 3, 4)
    return f"{number / 1000**power:.1f} {'kMGT'[power - 1]}B"


class Shown:
    """Rich's progress on stderr; drawn only when told to, as a thread would forbid forking."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self.progress = Progress(
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TextColumn("{task.fields[polls]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self.task = self.progress.add_task("", total=total or None, polls=count(0, "poll"))
        self.drawn = 0.0

    def start(self) -> None:
        """Whoever ends a scan waits until it has: Rich, ended in between, would not give the cursor back."""
        with held():
            self.progress.start()

    def update(self, summary: Summary) -> None:
        from time import monotonic

        with suppress(OSError):  # a terminal that is gone
            self.progress.update(self.task, completed=summary.bytes, polls=count(summary.polls, "poll"))
            if monotonic() - self.drawn > 0.1:
                self.drawn = monotonic()
                self.progress.refresh()

    def close(self) -> None:
        with suppress(OSError):
            self.progress.stop()


def progress(paths: Sequence[str], mixed: bool) -> Shown | None:
    """Progress over all bytes of the inputs; none where results come on the same screen."""
    if mixed and sys.stdout.isatty():
        return None
    from polldecode.sources import expand

    return Shown(sum(source.size for source in expand(path for path in paths if "://" not in path)))
