"""What stands between a document and the screen: the two streams written to, and untrusted text made safe.

Rich's markup is not dealt with here: texts go into ``rich.text.Text``, never into a string that Rich would
parse.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO
from unicodedata import category

from polldecode.visible import COMBINING, UNSAFE_CATEGORIES, is_unsafe, safe

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "COMBINING",
    "UNSAFE_CATEGORIES",
    "SafeScreen",
    "complain",
    "complain_of",
    "discard",
    "is_screen",
    "is_unsafe",
    "json_escape",
    "json_line",
    "out",
    "prepare_streams",
    "safe",
    "say",
    "screen",
]

NAMELESS = "''"


def json_line(value: Any) -> str:
    """``value`` as one line of JSON, as safe to print as ``safe`` makes a text, with nothing lost: what would
    change the display is written as JSON's own escapes, and so is all else where stdout is not Unicode."""
    import json

    text = json.dumps(value, ensure_ascii=not is_unicode(), separators=(",", ":"))
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return "".join([json_escape(char) if is_unsafe(char, category(char)) else char for char in text])


def json_escape(char: str) -> str:
    import json

    return "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]


def is_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")


class Closed(io.RawIOBase):
    """A stdout that the shell closed (``>&-``): nobody reads it, as behind ``| head``."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class SafeScreen(io.RawIOBase):
    """stdout where it is a terminal: what would change the display is written as an escape."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data).decode("utf-8", "replace")
        plain = (c if c in "\n\t" or not is_unsafe(c, category(c)) else json_escape(c) for c in text)
        self.out.write("".join(plain).encode())
        return len(data)

    def flush(self) -> None:
        if not self.closed:
            self.out.flush()


def prepare_streams() -> None:
    """Let neither a charset nor a closed stream end a command: what cannot be encoded is written as an
    escape, what nobody can read on stderr is dropped. A stdin that the shell closed (``<&-``) cannot be
    read."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        # Or a file opened later would be stdin, or what somebody writes to unasked. In order: each takes the
        # first number that is free.
        for number, mode in enumerate((os.O_WRONLY, os.O_RDWR, os.O_RDWR)):
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, mode)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(Closed(), "utf-8", write_through=True)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def discard(stream: TextIO) -> None:
    """Send to nowhere what ``stream`` still holds, after it could not be written: Python would try again when
    it ends, and exit with a status of its own."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def out(line: str = "") -> None:
    """One line of results, whole whatever the width. The caller has made it safe."""
    sys.stdout.write(line + "\n")


def complain(message: str) -> None:
    """One line for people, on stderr."""
    say(f"polldecode: {safe(message)}")


def complain_of(path: str, reason: str) -> None:
    """The same of an input or output; a shell may give one no name (``"$UNSET"``)."""
    complain(f"{path or NAMELESS}: {reason}")


def say(line: str) -> None:
    """One line on stderr, behind the results. Where it cannot be written the work goes on without it."""
    sys.stdout.flush()
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def is_screen() -> bool:
    """Whether results go to a person's terminal. Through a pipe they are plain."""
    return sys.stdout.isatty()


def screen() -> Console:
    """Rich's console on stdout, as the environment asks for (NO_COLOR, TERM, COLUMNS)."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)
