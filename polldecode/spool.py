"""What a scan has found so far, on the disk beside its output, so that a killed scan can go on where it was.

``OUT.partial/`` holds the records as JSON lines, their digests, the rejects, and a journal. A line of the
journal says that all units up to one are done and how long the files were then; what is longer was written
after it and is cut off. The output itself appears at the end, whole, by rename."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from itertools import islice
from typing import IO, Any

from polldecode.folding import DIGEST, Counts
from polldecode.summary import Summary
from polldecode.units import Unit

if sys.platform != "win32":
    import fcntl

FILES = ("records", "digests", "rejects", "reject_digests")


class NotResumableError(ValueError):
    """The inputs or the settings are not those of the scan that was interrupted."""


class BusyError(ValueError):
    """Another scan is writing the same output."""


class Spool:
    """The files of one scan, open for writing, and locked for other scans until it is closed."""

    def __init__(self, folder: str, settings: str, *, resume: bool = False) -> None:
        self.folder = folder
        self.chain = blake2b(settings.encode(), digest_size=16)
        self.done = 0
        self.state: dict[str, Any] = {}
        self.lock = lock(folder)
        if resume and os.path.exists(self.path("journal")):
            self.state = last_entry(self.path("journal"))
            if not self.holds(self.state.get("sizes", {})):  # killed behind the rename: the output was whole
                self.state = {}
        # Emptied first: it must never say more than the other files hold.
        self.journal = open(self.path("journal"), "ab" if self.state else "wb")  # noqa: SIM115
        self.files = {name: open(self.path(name), "ab") for name in FILES}  # noqa: SIM115
        for name, file in self.files.items():
            size = self.state.get("sizes", {}).get(name, 0)
            # Only then: ext4 writes a file that was ever made empty to the disk when it is closed.
            if file.seek(0, os.SEEK_END) > size:
                file.truncate(size)
                file.seek(size)
        if self.state:
            self.journal.write(b"\n")  # behind a line that was being written when the scan was killed

    def holds(self, sizes: dict[str, int]) -> bool:
        """Whether the files are as long as the journal says, or longer."""
        return all(
            os.path.exists(self.path(name)) and os.path.getsize(self.path(name)) >= size
            for name, size in sizes.items()
        )

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def skip_done(self, units: Iterable[Unit], summary: Summary) -> Iterator[Unit]:
        """The units still to do. Raises NotResumableError where those that are done are others than then."""
        units = iter(units)
        if self.state:
            for unit in islice(units, self.state["units"]):
                self.note(unit)
            if self.chain.hexdigest() != self.state["chain"]:
                raise NotResumableError(
                    "the inputs or options have changed since; scan again without --resume"
                )
            summary.restore(self.state["summary"])
        return units

    def note(self, unit: Unit) -> None:
        self.chain.update(repr(([tuple(source) for source in unit.inputs], unit.start, unit.stop)).encode())
        self.done += 1

    def write(self, lines: bytes, digests: bytes, *, rejects: bool = False) -> None:
        records, marks = ("rejects", "reject_digests") if rejects else ("records", "digests")
        self.files[records].write(lines)
        self.files[marks].write(digests)

    def commit(self, unit: Unit, summary: Summary) -> None:
        """All of this unit is written."""
        self.note(unit)
        for file in self.files.values():
            file.flush()
        entry = {
            "units": self.done,
            "chain": self.chain.hexdigest(),
            "sizes": {name: file.tell() for name, file in self.files.items()},
            "summary": asdict(summary),
        }
        self.journal.write(json.dumps(entry).encode() + b"\n")
        self.journal.flush()

    def counts(self) -> Counts:
        """The digests written before the scan was interrupted."""
        counts = Counts()
        for name in ("digests", "reject_digests"):
            with open(self.path(name), "rb") as file:
                while digests := file.read(DIGEST * 65536):
                    counts.add(digests)
        return counts

    def seal(self) -> None:
        """Everything is written; now it can be read."""
        for file in (*self.files.values(), self.journal):
            file.close()

    def close(self) -> None:
        try:
            self.seal()
        finally:
            if self.lock is not None:
                self.lock.close()

    def lines(self, *, rejects: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """The records, without their line ends, and their digests."""
        records, marks = ("rejects", "reject_digests") if rejects else ("records", "digests")
        with open(self.path(records), "rb") as lines, open(self.path(marks), "rb") as digests:
            for line in lines:
                yield line[:-1], digests.read(DIGEST)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def lock(folder: str) -> IO[bytes] | None:
    """The folder's lock, as long as its file is open; the system lifts it from a scan that is killed. Raises
    BusyError. None where the system or the file system has no locks.

    By ``lockf`` and not ``flock``, whose locks are inherited: a process that searches outlives for a moment
    the killed one that started it.
    """
    path = os.path.join(folder, "lock")
    while True:
        os.makedirs(folder, exist_ok=True)
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
                raise BusyError(f"another scan is writing this output (it holds {path})") from None
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


def last_entry(path: str) -> dict[str, Any]:
    """The journal's last line that is whole."""
    state: dict[str, Any] = {}
    with open(path, "rb") as file:
        for line in file:
            try:
                state = json.loads(line) if line.strip() else state
            except ValueError:
                continue
    return state
