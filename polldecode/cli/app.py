"""The typer application. What a command needs beyond typer it imports when it runs, so that ``--help``
costs nothing but typer."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from polldecode.cli.check import check
from polldecode.cli.decode import decode
from polldecode.cli.encode import encode
from polldecode.cli.explain import explain
from polldecode.cli.generate import generate
from polldecode.cli.scan import scan
from polldecode.cli.show import show
from polldecode.cli.terminal import prepare_streams, safe

COMMANDS = (show, decode, encode, explain, check, scan, generate)


class Commands(TyperGroup):
    """The group, whose usage errors are safe to print: `show *` makes an option of a file called ``--…``."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(message := getattr(error, "message", None), str):
                error.message = safe(message)  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    name="polldecode",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its panels would print what a document held as Rich markup
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 all read and decoded, 1 something damaged or unreadable, 2 wrong usage.",
)
for command in COMMANDS:
    app.command()(command)


def print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"polldecode {version('polldecode')}")
        raise typer.Exit


@app.callback()
def polldecode(
    _version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Recover Expert Review polls from any text that ever held one."""
    prepare_streams()
