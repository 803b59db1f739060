"""What a process finds in a unit, as finished lines of JSON: nothing else passes between processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from polldecode.records import Record, to_record
from polldecode.sources import Document, Found, Reading, search
from polldecode.units import Unit

LINES = 512  # lines sent at a time
DIGEST = 8  # bytes of a content's digest
NUMBER = re.compile(r"[0-9]+")


class Line(NamedTuple):
    """One record, as JSON. ``digest`` is that of its content, the same for the same poll wherever it stands.
    ``damage`` is None for whole polls. In a range, the number of its line is not known before the ranges
    ahead are: it counts from the range's beginning and is to be put between ``head`` and ``tail``."""

    digest: bytes
    damage: str | None
    head: bytes
    number: int | None = None
    tail: bytes = b""


@dataclass(slots=True)
class Batch:
    """``read`` bytes of input (as on the disk) and ``files`` inputs are done since the batch before;
    ``lines`` line ends are in the range, said in its last batch. ``problems`` are pairs of path and
    reason."""

    records: list[Line] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    files: int = 0
    lines: int = 0


def batches(unit: Unit, column: str | None = None) -> Iterator[Batch]:
    """Search a unit. Raises nothing for what its inputs hold."""
    encode = encoder()
    for source in unit.inputs:
        readings: list[Reading] = []
        batch = Batch()
        consumed = 0

        problems: list[str] = []
        ranged = unit.stop is not None
        for found in search(
            source,
            start=unit.start,
            stop=unit.stop,
            column=column,
            report=problems.append,
            opened=readings.append,
        ):
            batch.records.append(encode(found, ranged))
            if len(batch.records) == LINES:
                if not ranged:
                    batch.read, consumed = readings[0].stream.consumed - consumed, readings[0].stream.consumed
                yield batch
                batch = Batch()
        batch.read = max(unit.size if ranged else source.size - consumed, 0)
        batch.files = int(unit.start == 0)
        batch.problems = [(source.path, problem) for problem in problems]
        batch.lines = readings[0].lines if readings else 0
        yield batch


def encoder() -> Callable[[Found, bool], Line]:
    import msgspec

    encode_json = msgspec.json.Encoder().encode

    def encode(found: Found, ranged: bool) -> Line:
        record = to_record(found.extraction, found.place)
        if found.document is not None:
            about = known(found.document)
            if about:
                record["document"] = about
        line = encode_json(record)
        error = found.extraction.error
        damage = None if error is None else f"{error.stage}: {NUMBER.sub('N', error.reason)}"
        digest = blake2b(content(line, record), digest_size=DIGEST).digest()
        if not ranged:
            return Line(digest, damage, line)
        key, number = b'"line":', found.place.line
        if isinstance(found.place.record, int):
            key, number = b'"record":', found.place.record
        at = line.rfind(key) + len(key)
        return Line(digest, damage, line[:at], number, line[at + len(str(number)) :])

    return encode


def content(line: bytes, record: Record) -> bytes:
    """What is the same wherever a poll stands: all of it but the id, which belongs to the shortcode and may
    be lost. Of what could not be read nothing is the same but the place.

    Quotes within strings are escaped, so that these keys can only be keys.
    """
    if record["question"] is None:
        return line
    return line[line.find(b',"question":') : line.rfind(b',"kind":"poll","form":')]


def known(document: Document) -> dict[str, str]:
    return {key: value for key, value in asdict(document).items() if value is not None and key != "url"}
