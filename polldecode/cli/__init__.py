"""The command line: one module a command, all of them thin."""

from __future__ import annotations


def main() -> None:
    """The entry point ``polldecode``."""
    from polldecode.cli.app import app

    app()
