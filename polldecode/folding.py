"""Which polls are the same: digests counted in memory, and on the disk where there are more than memory
should hold."""

from __future__ import annotations

import errno
import os
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL for its other digests: 3 % of the start of a scan
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    import sqlite3

__all__ = ["DIGEST", "Counts", "blake2b", "digest_of"]

DIGEST = 8  # bytes of a digest
BEHIND_CONTENT = b',"kind":"poll"'  # quotes within strings are escaped, so that only the key is this
UNREADABLE = b'"question":null'
DAMAGED, NEAR = b',"complete":false', 64  # bytes behind the content, in which it stands
IN_MEMORY = 300_000  # digests, about 40 MB


def digest_of(line: bytes) -> bytes:
    """The same for the same poll wherever it stands: of what is between the id and ``kind`` in its line, and
    whether that is all that the poll had. What could not be read is the same as nothing else."""
    start = line.find(b",") + 1
    if line.startswith(UNREADABLE, start):
        return os.urandom(DIGEST)
    behind = line.rfind(BEHIND_CONTENT)
    damaged = line.find(DAMAGED, behind, behind + NEAR) >= 0
    return blake2b(line[start:behind], digest_size=DIGEST, key=DAMAGED if damaged else b"").digest()


class Counts:
    """How often each digest came. ``take`` says it once for each, to whoever asks first."""

    def __init__(self) -> None:
        self.memory: Counter[int] = Counter()
        self.disk: sqlite3.Connection | None = None

    def __del__(self) -> None:
        if self.disk is not None:
            self.disk.close()  # Python 3.13 warns of those that were not

    def add(self, digests: bytes) -> None:
        self.memory.update(numbers(digests))
        if len(self.memory) > IN_MEMORY:
            self.spill()

    def spill(self) -> None:
        if self.disk is None:
            import sqlite3  # few scans come here

            self.disk = sqlite3.connect(
                ""
            )  # a temporary database, on the disk as it grows, gone when it is closed
            self.disk.execute("PRAGMA cache_size = -8000")
            self.disk.execute("CREATE TABLE counts (digest INTEGER PRIMARY KEY, count INTEGER)")
        rows = sorted((signed(digest), count) for digest, count in self.memory.items())
        with room():
            self.disk.executemany(
                "INSERT INTO counts VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                rows,
            )
        self.memory.clear()

    def distinct(self) -> int:
        if self.disk is None:
            return len(self.memory)
        self.spill()
        return int(self.disk.execute("SELECT count(*) FROM counts").fetchone()[0])

    def take(self, digest: bytes) -> int | None:
        """How often it came; None when that has been asked before."""
        (number,) = numbers(digest)
        if self.disk is None:
            return self.memory.pop(number, None)
        if self.memory:
            self.spill()
        row = self.disk.execute("SELECT count FROM counts WHERE digest = ?", (signed(number),)).fetchone()
        if row is None or row[0] == 0:
            return None
        with room():
            self.disk.execute("UPDATE counts SET count = 0 WHERE digest = ?", (signed(number),))
        return int(row[0])


@contextmanager
def room() -> Iterator[None]:
    """Where the disk has none for the database, that is an OSError as of any other file."""
    import sqlite3

    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), "the temporary files of SQLite") from error


def numbers(digests: bytes) -> Iterable[int]:
    values = array("Q")
    values.frombytes(digests)
    return values


def signed(number: int) -> int:
    """As SQLite keeps integers."""
    return number - (1 << 64) if number >= 1 << 63 else number
