"""sources × extract × sinks: every poll of a crawl, with where it came from, into one file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import BinaryIO

from polldecode.backends import needed_for
from polldecode.batches import Batch, Wanted, batches, keep_blocks
from polldecode.folding import Counts
from polldecode.outputs import check_inputs, without_outputs
from polldecode.settings import STDOUT, Settings, formats
from polldecode.sinks import naming, partial, target, write_file, write_stream
from polldecode.sources.inputs import expand
from polldecode.spool import Spool
from polldecode.summary import Summary
from polldecode.units import Unit, plan

__all__ = ["STDOUT", "Settings", "scan"]


def scan(
    paths: Iterable[str],
    settings: Settings | None = None,
    *,
    stdout: BinaryIO | None = None,
    problem: Callable[[str, str], object] = lambda *_: None,
    progress: Callable[[Summary], object] = lambda *_: None,
) -> Summary:
    """Search inputs (files, folders, globs, "-", URLs) and write every poll found, in the order of the
    inputs.

    ``problem`` is told of each input that cannot be read, ``progress`` is called now and then. Raises
    ValueError for settings that do not go together (formats, a scan that cannot be resumed or that another
    is writing), NotInstalled for a sink whose library is missing, and OSError where the output cannot be
    written."""
    if isinstance(paths, (str, os.PathLike)):
        raise TypeError("paths are several; put the one into a list")
    paths = [os.fspath(path) for path in paths]
    run = Scan(settings or Settings(), problem, progress)
    check_inputs(paths, run.settings)
    started = time.monotonic()
    run.write(plan(without_outputs(expand(paths), run.settings)), stdout or sys.stdout.buffer)
    run.summary.seconds += time.monotonic() - started
    return run.summary


class Scan:
    """What one scan is told to do, whom it tells, and what it counts."""

    def __init__(
        self,
        settings: Settings,
        problem: Callable[[str, str], object],
        progress: Callable[[Summary], object],
    ) -> None:
        self.settings = settings
        self.problem = problem
        self.progress = progress
        self.summary = Summary()
        self.format, self.rejects_format = formats(settings)
        self.wanted = Wanted(
            settings.column, settings.rejects is not None, settings.distinct or settings.unique
        )

    def write(self, units: Iterator[Unit], stdout: BinaryIO) -> None:
        settings = self.settings
        if settings.output == STDOUT:
            self.to_stream(stdout, units)
        elif settings.streamed:
            with naming(settings.output), open(settings.output, "wb") as out:
                self.to_stream(out, units)
        else:
            path = target(settings.output)
            by_rename = self.format == "jsonl" and not settings.unique
            replaces = by_rename and os.path.exists(path)
            with closing(self.spool(partial(path), replaces=replaces)) as spool:
                counts = self.fill(spool, units)
                if self.read_nothing() and os.path.exists(path):
                    self.problem(settings.output, "left as it is, as no input could be read")
                elif by_rename:
                    self.write_rejects(spool, counts)  # first: it may fail, and be resumed
                    os.replace(spool.path("records"), path)
                else:
                    lines, unfinished = self.lines(spool, counts), spool.path("output")
                    write_file(self.format, lines, path, settings.layout, unfinished)
                    self.write_rejects(spool, counts)
                spool.remove()

    def read_nothing(self) -> bool:
        """Whether there were inputs, as it may be one with a mistyped name, and none could be opened."""
        return bool(self.summary.unreadable) and not self.summary.files

    def to_stream(self, out: BinaryIO, units: Iterator[Unit]) -> None:
        """Into a stream: as it is found, or, where everything must be known first, at the end."""
        settings = self.settings
        if self.format == "jsonl" and not settings.unique and not self.wanted.apart:
            counts = Counts()
            for _, lines, digests, _ in self.gathered(units):
                out.write(lines)
                out.flush()
                counts.add(digests)
            self.count(counts)
            return
        from tempfile import TemporaryDirectory  # start-up: few scans come here

        with (
            TemporaryDirectory(prefix="polldecode-") as folder,
            closing(self.spool(os.path.join(folder, "spool"))) as spool,
        ):
            counts = self.fill(spool, units)
            write_stream(self.format, self.lines(spool, counts), out, settings.layout)
            self.write_rejects(spool, counts)

    def spool(self, folder: str, *, replaces: bool = False) -> Spool:
        wanted = self.wanted
        settings = repr((wanted.column, wanted.apart))
        resume = self.settings.resume
        return Spool(folder, settings, resume=resume, digests=wanted.digests, replaces=replaces)

    def count(self, counts: Counts) -> None:
        self.summary.distinct = counts.distinct() if self.wanted.digests else None

    def fill(self, spool: Spool, units: Iterator[Unit]) -> Counts:
        """Spool everything found in the units that are still to do. Returns the digests of all."""
        units = spool.skip_done(units, self.summary)
        counts = spool.counts()
        for unit, lines, digests, damaged in self.gathered(units):
            if unit is not None:
                spool.commit(unit, self.summary)
                continue
            spool.write(lines, digests, rejects=damaged)
            counts.add(digests)
        spool.seal()
        self.count(counts)
        return counts

    def write_rejects(self, spool: Spool, counts: Counts) -> None:
        if self.settings.rejects is not None and self.rejects_format is not None:
            lines = self.lines(spool, counts, rejects=True)
            path = target(self.settings.rejects)
            write_file(self.rejects_format, lines, path, self.settings.layout, partial(path))

    def lines(self, spool: Spool, counts: Counts, *, rejects: bool = False) -> Iterator[bytes]:
        lines = spool.lines(rejects=rejects)
        return folded(lines, counts) if self.settings.unique else plain(lines)

    def gathered(self, units: Iterator[Unit]) -> Iterator[tuple[Unit | None, bytes, bytes, bool]]:
        """Lines and their digests, whole polls and damaged ones apart where they go to different files, and
        each unit once it is done. Counts into the summary as it goes."""
        summary = self.summary
        last = None  # problem: every range of a file that is gone has the same
        for unit, batch in searched(units, self.settings.jobs or cores(), self.wanted):
            if batch is None:
                yield unit, b"", b"", False
                self.progress(summary)
                continue
            if unit.start == 0:
                summary.line_ends = 0
            summary.files += batch.files
            summary.bytes += batch.read
            summary.polls += len(batch.records.numbers) + len(batch.rejects.numbers)
            for reason in batch.damage:
                summary.note_damage(reason)
            for path, said in batch.problems:
                problem = path, needed_for(path) or said
                if not batch.ranged or problem != last:
                    summary.note_problem(*problem)
                    self.problem(*problem)
                last = problem
            for records, damaged in ((batch.records, False), (batch.rejects, True)):
                if records.numbers:
                    lines = records.lines(summary.line_ends if batch.ranged else 0)
                    yield None, lines, records.digests, damaged
            summary.line_ends += batch.lines
            self.progress(summary)


def searched(units: Iterator[Unit], jobs: int, wanted: Wanted) -> Iterator[tuple[Unit, Batch | None]]:
    """Every unit's batches in order, None behind its last; by several processes if there is work for them."""
    keep_blocks()
    first = list(islice(units, jobs))
    if len(first) < 2:
        for unit in chain(first, units):
            for batch in batches(unit, wanted):
                yield unit, batch
            yield unit, None
        return
    from polldecode.workers import search_units

    yield from search_units(chain(first, units), len(first), wanted)


def cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def plain(lines: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    return (line for line, _ in lines)


def folded(lines: Iterable[tuple[bytes, bytes]], counts: Counts) -> Iterator[bytes]:
    """Each content once, where it stood first, with how often it was found."""
    for line, digest in lines:
        count = counts.take(digest)
        if count is not None:
            yield line[:-1] + b',"occurrences":%d}' % count
