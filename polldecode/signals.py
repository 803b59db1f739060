"""The signals that end a process: Ctrl-C, and those from a scheduler or a terminal that is closed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def heeded() -> list[signal.Signals]:
    """Those that end this process: not SIGHUP where ``nohup`` has started it, nor Ctrl-C where a shell has it
    run in the background."""
    return [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]


def interrupt(number: int, _frame: object) -> None:
    """What each of them does: processes, temporary files and the screen are left as they should be."""
    for each in heeded():  # once is enough: a second one would end the tidying up
        signal.signal(each, nothing)
    raise KeyboardInterrupt(number)


def nothing(*_: object) -> None:
    """No SIG_IGN, of which Python says aloud that it came too late for a signal that came together with the
    first."""


@contextmanager
def held() -> Iterator[None]:
    """They wait until this is done. Where it forks, they wait in the new process until it calls ``let_go``.
    (Of Unix; elsewhere they do not wait.)"""
    mask = getattr(signal, "pthread_sigmask", None)
    before = mask(signal.SIG_BLOCK, ENDING) if mask else None
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)


def let_go() -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
