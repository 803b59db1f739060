"""What a process finds in a unit, as finished lines of JSON: nothing else passes between processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from polldecode.sources import Reading, search
from polldecode.units import Unit

if TYPE_CHECKING:
    from polldecode.extraction import Extraction
    from polldecode.record_lines import RecordLine

LINES = 512  # lines sent at a time
NUMBER = re.compile(r"[0-9]+")


@dataclass(slots=True)
class Batch:
    """Records, and what was done for them since the batch before.

    A record is one of ``templates`` with one of ``numbers`` in it. That of a line counts from the beginning
    of the range (if ``ranged``), as how many lines are before is not known here. ``digests`` has DIGEST bytes
    a record, the same for the same poll wherever it stands. ``damage`` has the reason, by index, of those
    that are not whole. ``read`` bytes of input (as on the disk) and ``files`` inputs are done; ``lines`` line
    ends are in the range, said in its last batch. ``problems`` are pairs of path and reason.
    """

    ranged: bool = False
    templates: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    damage: dict[int, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    files: int = 0
    lines: int = 0

    def add(self, line: RecordLine, extraction: Extraction) -> None:
        if error := extraction.error:
            self.damage[len(self.templates)] = f"{error.stage}: {NUMBER.sub('N', error.reason)}"
        template, number, digest = line
        self.templates.append(template)
        self.numbers.append(number)
        self.digests.append(digest)

    def records(self, lines_before: int, chosen: Iterable[int] | None = None) -> bytes:
        """The records, or those of these indices, as lines."""
        before = lines_before if self.ranged else 0
        templates, numbers = self.templates, self.numbers
        if chosen is not None:
            numbers = [numbers[n] for n in chosen]
            templates = [templates[n] for n in chosen]
        if before:
            numbers = [number + before for number in numbers]
        return b"".join(templates) % tuple(numbers)


def batches(unit: Unit, column: str | None = None) -> Iterator[Batch]:
    """Search a unit. Raises nothing for what its inputs hold."""
    from polldecode.record_lines import RecordLines, ascii_json  # brings msgspec

    lines, escaped = RecordLines(), RecordLines(ascii_json)
    ranged = unit.stop is not None
    for source in unit.inputs:
        readings: list[Reading] = []
        problems: list[str] = []
        batch = Batch(ranged)
        consumed = 0
        for found in search(
            source,
            start=unit.start,
            stop=unit.stop,
            column=column,
            report=problems.append,
            opened=readings.append,
        ):
            try:
                line = lines.line(found)
            except UnicodeEncodeError:  # half a character, in a text or in the name of a file
                line = escaped.line(found)
            batch.add(line, found.extraction)
            if len(batch.templates) == LINES:
                if not ranged:
                    batch.read, consumed = readings[0].stream.consumed - consumed, readings[0].stream.consumed
                yield batch
                batch = Batch(ranged)
        batch.read = max(unit.size if ranged else source.size - consumed, 0)
        batch.files = int(unit.start == 0 and bool(readings))  # else it could not be opened
        batch.problems = [(source.path, problem) for problem in problems]
        batch.lines = readings[0].lines if readings else 0
        yield batch
