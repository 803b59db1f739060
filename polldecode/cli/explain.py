"""``polldecode explain``: the stages of the decoding, one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from polldecode.cli.arguments import Paths, given
from polldecode.cli.terminal import is_screen, out, screen
from polldecode.cli.words import place_name, poll_name

if TYPE_CHECKING:
    from rich.console import Console

    from polldecode.cli.inputs import Finding
    from polldecode.cli.stages import Row

ROOM = 64  # characters of an excerpt where no screen sets a width
LABEL = 12
WIDEST = 100


def explain(context: typer.Context, paths: Paths = None) -> None:
    """Follow each poll through the stages of decoding: what each saw, what was repaired, and where it broke.

    Example: polldecode explain post.html
    """
    from polldecode.cli.inputs import Findings
    from polldecode.cli.stages import rows

    findings = Findings(given(context, paths))
    console = screen() if is_screen() else None
    for finding in findings:
        if console is not None:
            on_screen(console, finding, rows(finding.extraction, min(console.width, WIDEST) - LABEL - 2))
        else:
            in_pipe(finding, rows(finding.extraction, ROOM))
    out(findings.summary())
    raise typer.Exit(findings.status)


def in_pipe(finding: Finding, rows: list[Row]) -> None:
    out(f"{place_name(finding.place)}: {poll_name(finding.extraction)}")
    for row in rows:
        for number, line in enumerate(row.lines):
            out(f"  {'' if number else row.label:<{LABEL}}{line}".rstrip())
    out()


def on_screen(console: Console, finding: Finding, rows: list[Row]) -> None:
    from rich.table import Table
    from rich.text import Text

    title = Text(poll_name(finding.extraction).capitalize(), style="bold")
    console.print(title.append(f" · {place_name(finding.place)}", style="not bold dim"))
    table = Table.grid(padding=(0, 0, 0, 2))
    table.add_column(width=LABEL - 2, style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        lines = Text("\n").join(
            Text(line, style="red" if row.broken else "dim" if number else "")
            for number, line in enumerate(row.lines)
        )
        table.add_row(Text(row.label, style="bold red" if row.broken else ""), lines)
    console.print(table)
    console.print()
