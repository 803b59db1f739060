"""What a scan has found so far, on the disk beside its output, so that a killed scan can go on where it was.

``OUT.partial/`` holds the records as JSON lines, their digests, the rejects, and a journal. A line of the
journal says that all units up to one are done and how long the files were then; what is longer was written
after it and is cut off. The output itself appears at the end, whole, by rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import IO, Any

from polldecode.folding import DIGEST, Counts, blake2b, digest_of
from polldecode.locks import Lock
from polldecode.sinks import naming
from polldecode.summary import Summary
from polldecode.units import Unit

PAIRS = (("records", "digests"), ("rejects", "reject_digests"))
AT_ONCE = 1 << 20  # bytes that the system is asked to write to the disk, at least
# Bytes written at a time. Linux takes one block of memory for them, and large ones are seldom warm:
# on a virtual machine, writes of a quarter of a megabyte took three times as long.
PIECE = 1 << 15
BUFFER = 1 << 13  # smaller: what is larger goes through none
FILES = ("records", "digests", "rejects", "reject_digests")


class NotResumableError(ValueError):
    """The inputs or the settings are not those of the scan that was interrupted."""


class Spool:
    """The files of one scan, open for writing, and locked for other scans until it is closed."""

    def __init__(
        self,
        folder: str,
        settings: str,
        *,
        resume: bool = False,
        digests: bool = True,
        replaces: bool = False,
    ) -> None:
        self.folder = folder
        self.replaces = replaces  # whether the records will take the place of another file
        self.chain = blake2b(settings.encode(), digest_size=16)
        self.done = 0
        self.problems = 0  # that the journal has
        self.state: dict[str, Any] = {}
        self.lock = Lock(folder)
        if resume and os.path.exists(self.path("journal")):
            self.state = last_entry(self.path("journal"))
            if not self.holds(self.state.get("sizes", {})):  # killed behind the rename: the output was whole
                self.state = {}
        # Emptied first: it must never say more than the other files hold.
        self.journal = open(self.path("journal"), "ab" if self.state else "wb")  # noqa: SIM115
        self.files = {name: open(self.path(name), "ab", BUFFER) for name in FILES}  # noqa: SIM115
        for name, file in self.files.items():
            size = self.state.get("sizes", {}).get(name, 0)
            # Only then: ext4 writes a file that was ever made empty to the disk when it is closed.
            if file.seek(0, os.SEEK_END) > size:
                file.truncate(size)
                file.seek(size)
        # Up to where the system was asked to write the records to the disk.
        self.begun = self.files["records"].tell()
        if self.state:
            self.journal.write(b"\n")  # behind a line that was being written when the scan was killed
        if self.state and digests:
            self.digest_again()

    def digest_again(self) -> None:
        """A scan that was to count nothing has written no digests, or not all."""
        if sum(self.files[marks].tell() for _, marks in PAIRS) == DIGEST * self.state["summary"]["polls"]:
            return
        for records, marks in PAIRS:
            file = self.files[marks]
            file.truncate(0)
            with open(self.path(records), "rb") as lines:
                file.writelines(digest_of(line[:-1]) for line in lines)
            file.flush()

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
            self.problems = len(summary.problems)
        return units

    def note(self, unit: Unit) -> None:
        self.chain.update(repr(([tuple(source) for source in unit.inputs], unit.start, unit.stop)).encode())
        self.done += 1

    def write(self, lines: bytes, digests: bytes, *, rejects: bool = False) -> None:
        records, marks = PAIRS[rejects]
        write, view = self.files[records].write, memoryview(lines)
        with naming(self.folder):
            for at in range(0, len(lines), PIECE):
                write(view[at : at + PIECE])
            self.files[marks].write(digests)

    def commit(self, unit: Unit, summary: Summary) -> None:
        """All of this unit is written."""
        self.note(unit)
        with naming(self.folder):
            for file in self.files.values():
                file.flush()
        entry = {
            "units": self.done,
            "chain": self.chain.hexdigest(),
            "sizes": {name: file.tell() for name, file in self.files.items()},
            # Of the problems those since the line before: they may be a thousand, and the lines a million.
            "summary": asdict(summary) | {"problems": summary.problems[self.problems :]},
        }
        self.problems = len(summary.problems)
        with naming(self.folder):
            self.journal.write(json.dumps(entry).encode() + b"\n")
            self.journal.flush()
        if self.replaces:
            self.begun = begin_writing(self.files["records"], self.begun)

    def counts(self) -> Counts:
        """The digests written before the scan was interrupted."""
        counts = Counts()
        for _, name in PAIRS:
            with open(self.path(name), "rb") as file:
                while digests := file.read(DIGEST * 65536):
                    counts.add(digests)
        return counts

    def seal(self) -> None:
        """Everything is written; now it can be read."""
        with naming(self.folder):
            for file in (*self.files.values(), self.journal):
                file.close()

    def close(self) -> None:
        try:
            self.seal()
        finally:
            self.lock.close()

    def lines(self, *, rejects: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """The records, without their line ends, and their digests."""
        records, marks = PAIRS[rejects]
        with open(self.path(records), "rb") as lines, open(self.path(marks), "rb") as digests:
            for line in lines:
                yield line[:-1], digests.read(DIGEST)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def begin_writing(file: IO[bytes], begun: int) -> int:
    """Have the system begin to write a file to the disk. It does so anyway with what takes the place of
    another file, and the rename waits until the disk has taken all: a twentieth of a dense scan. Returns up
    to where."""
    end = file.tell()
    if end - begun < AT_ONCE or not hasattr(os, "posix_fadvise"):
        return begun
    with suppress(OSError):
        # It also drops from memory what is on the disk: little or nothing of what was just written.
        os.posix_fadvise(file.fileno(), begun, end - begun, os.POSIX_FADV_DONTNEED)
    return end


def last_entry(path: str) -> dict[str, Any]:
    """The journal's last line that is whole, with the problems of all."""
    state: dict[str, Any] = {}
    problems: list[Any] = []
    with open(path, "rb") as file:
        for line in file:
            try:
                entry = json.loads(line) if line.strip() else None
            except ValueError:
                continue
            if entry is not None:
                state = entry
                problems += state["summary"]["problems"]
    if state:
        state["summary"]["problems"] = problems
    return state
