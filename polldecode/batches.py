"""What a process finds in a unit, as finished lines of JSON: nothing else passes between processes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from polldecode.sources import Finds, Input, Neighbours, Reading, search
from polldecode.templates import NONE, Records, joined
from polldecode.units import Unit

if TYPE_CHECKING:
    from polldecode.record_lines import RecordLines

TOGETHER, TOGETHER_SIZE = 64, 1 << 21  # finds, and characters of the texts that they keep in memory
KEPT = 1 << 23  # bytes, which are never touched
DIGITS = re.compile(r"(?<![A-Za-z-])[0-9]+")  # but not that of UTF-8


class NotStartedError(RuntimeError):
    """The processes that search end before they have begun."""


class Wanted(NamedTuple):
    """What a scan wants of its units: of tables only one ``column``, the damaged records ``apart`` from the
    others, ``digests`` of the polls."""

    column: str | None = None
    apart: bool = False
    digests: bool = True


EVERYTHING = Wanted()


@dataclass(slots=True)
class Batch:
    """Records, and what was done for them since the batch before.

    The numbers of lines count from the beginning of the range (if ``ranged``), as how many lines are before
    is not known here. ``rejects`` are the records that are not whole, if they are wanted apart; ``damage``
    has the reasons. ``read`` bytes of input (as on the disk) and ``files`` are done; ``lines`` line ends are
    in the range, said in its last batch. ``problems`` are pairs of path and reason. ``inputs`` of the unit
    have been searched to their end, or could not be.
    """

    ranged: bool = False
    records: Records = NONE
    rejects: Records = NONE
    damage: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    files: int = 0
    lines: int = 0
    inputs: int = 0


def merged(several: list[Batch]) -> Batch:
    """What is in several of the same unit, in their order."""
    if len(several) == 1:
        return several[0]
    return Batch(
        several[0].ranged,
        joined([batch.records for batch in several]),
        joined([batch.rejects for batch in several]),
        [reason for batch in several for reason in batch.damage],
        [problem for batch in several for problem in batch.problems],
        sum(batch.read for batch in several),
        sum(batch.files for batch in several),
        sum(batch.lines for batch in several),
        sum(batch.inputs for batch in several),
    )


def keep_blocks() -> None:
    """Half of a scan's page faults were for the memory of its blocks, which glibc gives back to the system
    with each block and asks for again. It keeps all that is smaller than what it was given back once."""
    with suppress(MemoryError):  # where it is scarce, scans are slower
        bytes(KEPT)


def batches(unit: Unit, wanted: Wanted = EVERYTHING) -> Iterator[Batch]:
    """Search a unit. Raises nothing for what its inputs hold."""
    from polldecode.record_lines import RecordLines  # brings msgspec

    lines = RecordLines(digests=wanted.digests)
    ranged = unit.stop is not None
    for source in unit.inputs:
        readings: list[Reading] = []
        problems: list[str] = []
        consumed = 0
        batch: Batch | None = None
        finds = search(
            source,
            start=unit.start,
            stop=unit.stop,
            column=wanted.column,
            report=problems.append,
            opened=readings.append,
        )
        for several in together(finds):
            if batch is not None:
                yield batch
            batch = batch_of(several, lines, apart=wanted.apart)
            batch.ranged = ranged
            if not ranged:
                batch.read, consumed = readings[0].stream.taken - consumed, readings[0].stream.taken
            # Who feeds a pipe may wait for what is found in it.
            if len(batch.records.numbers) + len(batch.rejects.numbers) >= TOGETHER:
                yield batch
                batch = None
        batch = batch or Batch(ranged)
        # The size of what is piped shows at its end; of some files not all has to be read.
        taken = readings[0].stream.taken if readings else 0
        size = max(source.size, taken)
        if readings and (ranged or taken < size) and is_shorter(source, unit):
            problems.append("it has become shorter since the scan began")
        batch.read += unit.size if ranged else size - consumed
        batch.files = int(unit.start == 0 and bool(readings))  # else it could not be opened
        batch.problems = [(source.path, problem) for problem in problems]
        batch.lines = readings[0].lines if readings else 0
        batch.inputs = 1
        yield batch


def is_shorter(source: Input, unit: Unit) -> bool:
    """Whether a file has lost bytes that were to be searched. A text that ends early looks like any other."""
    try:
        return os.path.getsize(source.path) < (unit.stop or source.size)
    except (OSError, ValueError):
        return False  # a URL, or a file that was deleted and is still open


def batch_of(several: list[Finds], lines: RecordLines, *, apart: bool) -> Batch:
    records: list[Finds] = []
    rejects: list[Finds] = []
    damage: list[str] = []
    for found in several:
        if isinstance(found, Neighbours) or (error := found.extraction.error) is None:
            records.append(found)
        else:
            damage.append(f"{error.stage}: {DIGITS.sub('N', error.reason)}")
            (rejects if apart else records).append(found)
    return Batch(records=lines.records(records), rejects=lines.records(rejects), damage=damage)


def together(finds: Iterator[Finds]) -> Iterator[list[Finds]]:
    """The finds, several at a time: finding the next ones and then writing lines of all takes a tenth less
    than turn by turn, as the code of each stays in the processor's cache."""
    several: list[Finds] = []
    text: str | bytes | None = None
    count = size = 0
    for found in finds:
        several.append(found)
        if isinstance(found, Neighbours):
            count += len(found.wholes)
            (_, held, *_), _, _ = found.wholes[0]
        else:
            count += 1
            held = found.extraction.source
        if held is not text:
            text = held
            size += len(held)
        if count >= TOGETHER or size > TOGETHER_SIZE:
            yield several
            several, count, size = [], 0, 0
    if several:
        yield several
