"""The lock of a folder, so that no two scans write the same output."""

from __future__ import annotations

import errno
import os
import sys
import threading
from typing import IO

if sys.platform != "win32":
    import fcntl

GUARD, HELD = threading.Lock(), set[str]()  # by this process, within which the system's locks do not exclude


class BusyError(ValueError):
    """Another scan is writing the same output."""

    def __init__(self, path: str) -> None:
        super().__init__(f"another scan is writing this output (it holds {path})")


class Lock:
    """Held from its making, which makes the folder too, until it is closed; the system lifts it from a scan
    that is killed. Raises BusyError."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder)
        path = os.path.join(folder, "lock")
        with GUARD:
            if self.folder in HELD:
                raise BusyError(path)
            HELD.add(self.folder)
        try:
            self.file = locked(path)
        except BaseException:
            HELD.discard(self.folder)
            raise

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
        HELD.discard(self.folder)


def locked(path: str) -> IO[bytes] | None:
    """The file, locked as long as it is open; None where the system or the file system has no locks.

    By ``lockf`` and not ``flock``, whose locks are inherited: a process that searches outlives for a moment
    the killed one that started it.
    """
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if sys.platform == "win32":
            return None
        try:
            file = open(path, "ab")  # noqa: SIM115
        except FileNotFoundError:
            continue  # the scan before has ended between the two lines
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise BusyError(path) from None
            return None
        if is_at(path, file):
            return file
        file.close()


def is_at(path: str, file: IO[bytes]) -> bool:
    """Whether the open file is still the one at the path: a scan that ends removes its own."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
