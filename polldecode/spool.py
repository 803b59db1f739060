"""What a scan has found so far, on the disk beside its output, so that a killed scan can go on where it was.

``OUT.partial/`` holds the records as JSON lines, their digests, the rejects, and a journal. A line of the
journal says that all units up to one are done and how long the files were then; what is longer was written
after it and is cut off. The output itself appears at the end, whole, by rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from itertools import islice
from typing import Any

from polldecode.folding import DIGEST, Counts
from polldecode.summary import Summary
from polldecode.units import Unit

FILES = ("records", "digests", "rejects", "reject_digests")


class NotResumableError(ValueError):
    """The inputs or the settings are not those of the scan that was interrupted."""


class Spool:
    """The files of one scan, open for writing."""

    def __init__(self, folder: str, settings: str, *, resume: bool = False) -> None:
        self.folder = folder
        self.chain = blake2b(settings.encode(), digest_size=16)
        self.done = 0
        self.state: dict[str, Any] = {}
        if resume and os.path.exists(self.path("journal")):
            self.state = last_entry(self.path("journal"))
        if not self.state:
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder, exist_ok=True)
        self.files = {name: open(self.path(name), "ab") for name in FILES}  # noqa: SIM115
        for name, file in self.files.items():
            file.truncate(self.state.get("sizes", {}).get(name, 0))
            file.seek(0, os.SEEK_END)
        self.journal = open(self.path("journal"), "ab")  # noqa: SIM115
        if self.state:
            self.journal.write(b"\n")  # behind a line that was being written when the scan was killed

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

    def close(self) -> None:
        for file in (*self.files.values(), self.journal):
            file.close()

    def lines(self, *, rejects: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """The records, without their line ends, and their digests."""
        records, marks = ("rejects", "reject_digests") if rejects else ("records", "digests")
        with open(self.path(records), "rb") as lines, open(self.path(marks), "rb") as digests:
            for line in lines:
                yield line[:-1], digests.read(DIGEST)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


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
