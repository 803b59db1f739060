"""The typer application. A command's module is imported when the command is asked for, or the help."""

from __future__ import annotations

import sys
from collections.abc import Iterator, MutableMapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from polldecode.cli.terminal import complain, discard, prepare_streams, safe

# Each is a function in a module of its name.
COMMANDS = ("show", "decode", "encode", "explain", "check", "scan", "generate")
SETTINGS = {"help_option_names": ["-h", "--help"]}


@cache
def command(name: str) -> Any:
    """The click command of that name, as typer makes it of the function."""
    alone = typer.Typer(add_completion=False)
    alone.command(name, context_settings=SETTINGS)(getattr(import_module(f"polldecode.cli.{name}"), name))
    return typer.main.get_command(alone)


class Lazy(MutableMapping[str, Any]):
    """The commands by name, each imported when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        return command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __setitem__(self, name: str, value: Any) -> None:
        raise TypeError("commands are named in COMMANDS")

    def __delitem__(self, name: str) -> None:
        raise TypeError("commands are named in COMMANDS")


class Commands(TyperGroup):
    """The group, whose usage errors are safe to print: `show *` makes an option of a file called ``--…``."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Lazy()

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command. Status 1 where its results cannot be written; where nobody reads them, silently."""
        prepare_streams()
        try:
            try:
                return super().main(*args, **settings)
            finally:
                sys.stdout.flush()
        except OSError as error:
            discard(sys.stdout)
            if not isinstance(error, BrokenPipeError):
                complain(f"{error.filename or 'the output'}: {error.strerror or error}")
            sys.exit(1)

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
    context_settings=SETTINGS,
    epilog="Exit status: 0 all read and decoded, 1 something damaged or unreadable, 2 wrong usage.",
)


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
