"""The command line: one module a command, all of them thin."""

from __future__ import annotations


def main() -> None:
    """The entry point ``polldecode``."""
    import atexit
    import gc

    # A sixth of the time a command takes to start and to end went into looking for garbage among what the
    # imports make, all of which stays.
    gc.set_threshold(10_000)
    atexit.register(gc.freeze)
    try:
        from polldecode.cli.app import app

        app()
    except KeyboardInterrupt:  # before there is anybody to say so
        raise SystemExit(130) from None
