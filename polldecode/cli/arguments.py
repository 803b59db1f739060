"""Arguments and options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from polldecode.cli.words import STDIN

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH…", help="Files and folders; - is stdin, and so is nothing.", show_default=False
    ),
]


def given(context: typer.Context, paths: Sequence[str] | None) -> Sequence[str]:
    """``paths``, or stdin where there are none. Where stdin is a terminal nothing was given: prints the
    help and exits with status 2."""
    if paths:
        return paths
    if sys.stdin.isatty():
        typer.echo(context.get_help())
        raise typer.Exit(2)
    return [STDIN]
