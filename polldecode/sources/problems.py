"""What can go wrong with an input. None of it stops a scan: it is reported, and the other inputs are read."""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818 - what it says of the input
    """An input, or the rest of it, that cannot be read; the message says why."""


class Missing(Unreadable):
    """A reader that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"reading {what} needs an extra: pip install 'polldecode[{extra}]'")
