"""sources × extract × sinks: every poll of a crawl, with where it came from, into one file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from polldecode.batches import Batch, batches
from polldecode.folding import Counts
from polldecode.sinks import Layout, format_for, write_file, write_stream
from polldecode.sources.inputs import expand
from polldecode.spool import Spool
from polldecode.summary import Summary
from polldecode.units import Unit, plan

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Settings:
    """``output``: a file, or "-" for stdout. ``format``: of the output, by its suffix where None.
    ``rejects``: a file for what is damaged, which otherwise goes to the output with its error. ``jobs``:
    processes, None for one a core. ``unique``: the same poll once, with its number. ``column``: the only one
    to be searched in tables."""

    output: str = STDOUT
    format: str | None = None
    rejects: str | None = None
    jobs: int | None = None
    unique: bool = False
    resume: bool = False
    column: str | None = None
    layout: Layout = field(default_factory=Layout)


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
    ValueError for settings that do not go together (formats, a scan that cannot be resumed), Missing for a
    sink that is not installed, and OSError where the output cannot be written."""
    settings = settings or Settings()
    started = time.monotonic()
    summary = Summary()
    out = stdout or sys.stdout.buffer
    name = format_for(settings.output, settings.format)
    reject_name = format_for(settings.rejects, None) if settings.rejects else None
    units = plan(expand(paths))
    if settings.output == STDOUT and name == "jsonl" and not settings.unique and not settings.rejects:
        if settings.resume:
            raise ValueError("what goes to stdout cannot be resumed; name a file with -o")
        counts = Counts()
        for _, lines, digests, _ in gathered(units, settings, summary, problem, progress):
            out.write(lines)
            out.flush()
            counts.add(digests)
        summary.distinct = counts.distinct()
    elif settings.output == STDOUT:
        from tempfile import TemporaryDirectory  # start-up: few scans come here

        with TemporaryDirectory(prefix="polldecode-") as folder:
            spool = spooled(os.path.join(folder, "spool"), units, settings, summary, problem, progress)
            finish(spool, settings, name, reject_name, out)
    else:
        spool = spooled(f"{settings.output}.partial", units, settings, summary, problem, progress)
        finish(spool, settings, name, reject_name, out)
    summary.seconds += time.monotonic() - started
    return summary


def spooled(
    folder: str,
    units: Iterator[Unit],
    settings: Settings,
    summary: Summary,
    problem: Callable[[str, str], object],
    progress: Callable[[Summary], object],
) -> tuple[Spool, Counts]:
    """Everything found in the units that are still to do, in the spool, and the digests of all."""
    apart = settings.rejects is not None
    spool = Spool(folder, repr((settings.column, apart)), resume=settings.resume)
    with closing(spool):
        units = spool.skip_done(units, summary)
        counts = spool.counts()
        for unit, lines, digests, damaged in gathered(units, settings, summary, problem, progress):
            if unit is not None:
                spool.commit(unit, summary)
                continue
            spool.write(lines, digests, rejects=damaged and apart)
            counts.add(digests)
    summary.distinct = counts.distinct()
    return spool, counts


def finish(
    spooled: tuple[Spool, Counts], settings: Settings, name: str, reject_name: str | None, out: BinaryIO
) -> None:
    """Make of the spool what was asked for; then it is no longer needed."""
    spool, counts = spooled

    def lines(*, rejects: bool = False) -> Iterator[bytes]:
        return (
            folded(spool.lines(rejects=rejects), counts)
            if settings.unique
            else plain(spool.lines(rejects=rejects))
        )

    if settings.output == STDOUT:
        write_stream(name, lines(), out, settings.layout)
    elif name == "jsonl" and not settings.unique:
        os.replace(spool.path("records"), settings.output)
    else:
        write_file(name, lines(), settings.output, settings.layout)
    if settings.rejects and reject_name:
        write_file(reject_name, lines(rejects=True), settings.rejects, settings.layout)
    spool.remove()


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
        summary.polls += len(batch.templates)
        for problem_path, reason in batch.problems:
            summary.note_problem(problem_path, reason)
            problem(problem_path, reason)
        yield from parts(batch, summary, apart=settings.rejects is not None)
        summary.line_ends += batch.lines
        progress(summary)


def parts(batch: Batch, summary: Summary, *, apart: bool) -> Iterator[tuple[None, bytes, bytes, bool]]:
    for reason in batch.damage.values():
        summary.note_damage(reason)
    if not batch.templates:
        return
    if not (apart and batch.damage):
        yield None, batch.records(summary.line_ends), b"".join(batch.digests), False
        return
    for damaged in (False, True):
        chosen = [n for n in range(len(batch.templates)) if (n in batch.damage) == damaged]
        if chosen:
            digests = b"".join(batch.digests[n] for n in chosen)
            yield None, batch.records(summary.line_ends, chosen), digests, damaged


def searched(units: Iterator[Unit], settings: Settings) -> Iterator[tuple[Unit, Batch | None]]:
    """Every unit's batches in order, None behind its last; by several processes if there is work for them."""
    jobs = settings.jobs or cores()
    first = list(islice(units, jobs))
    if len(first) < 2:
        for unit in chain(first, units):
            for batch in batches(unit, settings.column):
                yield unit, batch
            yield unit, None
        return
    from polldecode.workers import search_units

    yield from search_units(chain(first, units), len(first), settings.column)


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
