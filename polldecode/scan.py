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
from polldecode.batches import Batch, batches
from polldecode.folding import Counts
from polldecode.settings import STDOUT, Settings, formats
from polldecode.sinks import target, write_file, write_stream
from polldecode.sources.inputs import Input, expand
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
    settings = settings or Settings()
    started = time.monotonic()
    summary = Summary()
    names = formats(settings)
    units = plan(without_outputs(expand(paths), settings))
    if settings.output == STDOUT:
        to_stream(stdout or sys.stdout.buffer, names, units, settings, summary, problem, progress)
    elif settings.streamed:
        with open(settings.output, "wb") as out:
            to_stream(out, names, units, settings, summary, problem, progress)
    else:
        path = target(settings.output)
        with closing(spool_for(f"{path}.partial", settings)) as spool:
            counts = fill(spool, units, settings, summary, problem, progress)
            if names[0] == "jsonl" and not settings.unique:
                write_rejects(spool, counts, settings, names[1])  # first: it may fail, and be resumed
                os.replace(spool.path("records"), path)
            else:
                write_file(names[0], lines_of(spool, counts, settings), path, settings.layout)
                write_rejects(spool, counts, settings, names[1])
            spool.remove()
    summary.seconds += time.monotonic() - started
    return summary


def without_outputs(inputs: Iterable[Input], settings: Settings) -> Iterator[Input]:
    """The inputs but, in folders, what this scan or one before it has written: ``scan . -o polls.jsonl``."""
    outputs = [
        os.path.realpath(path) for path in (settings.output, settings.rejects) if path not in (None, STDOUT)
    ]
    names = tuple(map(os.path.basename, outputs))
    for source in inputs:
        if not source.named and any(name in source.path for name in names):
            real = os.path.realpath(source.path)
            if any(real == output or real.startswith(f"{output}.partial") for output in outputs):
                continue
        yield source


def to_stream(
    out: BinaryIO,
    names: tuple[str, str | None],
    units: Iterator[Unit],
    settings: Settings,
    summary: Summary,
    problem: Callable[[str, str], object],
    progress: Callable[[Summary], object],
) -> None:
    """Into a stream: as it is found, or, where everything must be known first, at the end."""
    name, reject_name = names
    if name == "jsonl" and not settings.unique and not settings.rejects:
        counts = Counts()
        for _, lines, digests, _ in gathered(units, settings, summary, problem, progress):
            out.write(lines)
            out.flush()
            counts.add(digests)
        summary.distinct = counts.distinct()
        return
    from tempfile import TemporaryDirectory  # start-up: few scans come here

    with (
        TemporaryDirectory(prefix="polldecode-") as folder,
        closing(spool_for(os.path.join(folder, "spool"), settings)) as spool,
    ):
        counts = fill(spool, units, settings, summary, problem, progress)
        write_stream(name, lines_of(spool, counts, settings), out, settings.layout)
        write_rejects(spool, counts, settings, reject_name)


def spool_for(folder: str, settings: Settings) -> Spool:
    apart = settings.rejects is not None
    return Spool(folder, repr((settings.column, apart)), resume=settings.resume)


def fill(
    spool: Spool,
    units: Iterator[Unit],
    settings: Settings,
    summary: Summary,
    problem: Callable[[str, str], object],
    progress: Callable[[Summary], object],
) -> Counts:
    """Spool everything found in the units that are still to do. Returns the digests of all."""
    units = spool.skip_done(units, summary)
    counts = spool.counts()
    for unit, lines, digests, damaged in gathered(units, settings, summary, problem, progress):
        if unit is not None:
            spool.commit(unit, summary)
            continue
        spool.write(lines, digests, rejects=damaged)
        counts.add(digests)
    spool.seal()
    summary.distinct = counts.distinct()
    return counts


def write_rejects(spool: Spool, counts: Counts, settings: Settings, name: str | None) -> None:
    if settings.rejects is not None and name is not None:
        lines = lines_of(spool, counts, settings, rejects=True)
        write_file(name, lines, settings.rejects, settings.layout)


def lines_of(spool: Spool, counts: Counts, settings: Settings, *, rejects: bool = False) -> Iterator[bytes]:
    lines = spool.lines(rejects=rejects)
    return folded(lines, counts) if settings.unique else plain(lines)


def gathered(
    units: Iterator[Unit],
    settings: Settings,
    summary: Summary,
    problem: Callable[[str, str], object],
    progress: Callable[[Summary], object],
) -> Iterator[tuple[Unit | None, bytes, bytes, bool]]:
    """Lines and their digests, whole polls and damaged ones apart where they go to different files, and each
    unit once it is done. Counts into the summary as it goes."""
    for unit, batch in searched(units, settings):
        if batch is None:
            yield unit, b"", b"", False
            progress(summary)
            continue
        if unit.start == 0:
            summary.line_ends = 0
        summary.files += batch.files
        summary.bytes += batch.read
        summary.polls += len(batch.records.numbers) + len(batch.rejects.numbers)
        for reason in batch.damage:
            summary.note_damage(reason)
        for problem_path, said in batch.problems:
            reason = needed_for(problem_path) or said
            summary.note_problem(problem_path, reason)
            problem(problem_path, reason)
        for records, damaged in ((batch.records, False), (batch.rejects, True)):
            if records.numbers:
                lines = records.lines(summary.line_ends if batch.ranged else 0)
                yield None, lines, records.digests, damaged
        summary.line_ends += batch.lines
        progress(summary)


def searched(units: Iterator[Unit], settings: Settings) -> Iterator[tuple[Unit, Batch | None]]:
    """Every unit's batches in order, None behind its last; by several processes if there is work for them."""
    jobs = settings.jobs or cores()
    apart = settings.rejects is not None
    first = list(islice(units, jobs))
    if len(first) < 2:
        for unit in chain(first, units):
            for batch in batches(unit, settings.column, apart=apart):
                yield unit, batch
            yield unit, None
        return
    from polldecode.workers import search_units

    yield from search_units(chain(first, units), len(first), settings.column, apart=apart)


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
