"""What a process finds in a unit, as finished lines of JSON: nothing else passes between processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from polldecode.extraction import Extraction
from polldecode.models import id_of
from polldecode.records import POLL_FIELDS, Record, error_fields
from polldecode.sources import Document, Found, Reading, search
from polldecode.units import Unit

LINES = 512  # lines sent at a time
DIGEST = 8  # bytes of a content's digest
LINE_ENDS = tuple((chr(code).encode(), rb"\u%04x" % code) for code in (0x85, 0x2028, 0x2029))
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
    """Makes lines of finds: the JSON of ``to_record``, written by msgspec from the poll as it is."""
    import msgspec

    from polldecode.dialects import dialect_of_payload

    encode_json = msgspec.json.Encoder(enc_hook=str).encode  # the repairs are texts that know more

    def encode(found: Found, ranged: bool) -> Line:
        extraction, place, document = found
        poll, error = extraction.poll, extraction.error
        rest: Record = {
            "kind": "poll",
            "form": extraction.form,
            "complete": error is None,
            "dialect": dialect_of_payload(extraction.payload)
            if error is None and extraction.payload
            else None,
            "repairs": extraction.repairs,
            "error": error_fields(error),
            "place": place,
        }
        if document is not None and (about := known(document)):
            rest["document"] = about
        fields = encode_json(poll) if poll is not None else encode_json(lost_fields(extraction))
        line = one_line(fields[:-1] + b"," + encode_json(rest)[1:])
        # The id belongs to the shortcode and may be lost: the same poll is what is the same behind it. Of
        # what could not be read nothing is the same but the place.
        content = fields[fields.find(b',"question":') :] if poll is not None else line
        digest = blake2b(content, digest_size=DIGEST).digest()
        damage = None if error is None else f"{error.stage}: {NUMBER.sub('N', error.reason)}"
        if not ranged:
            return Line(digest, damage, line)
        # Quotes within strings are escaped, so that this can only be the key.
        key, number = b'"line":', place.line
        if isinstance(place.record, int):
            key, number = b'"record":', place.record
        at = line.rfind(key) + len(key)
        return Line(digest, damage, line[:at], number, line[at + len(str(number)) :])

    return encode


def one_line(line: bytes) -> bytes:
    """JSON lets these stand in a string, but readers of lines, Python's ``splitlines`` among them, end a
    line at them."""
    if b"\xe2\x80" in line or b"\xc2\x85" in line:
        for character, escape in LINE_ENDS:
            line = line.replace(character, escape)
    return line


def lost_fields(extraction: Extraction) -> Record:
    """The fields of a Poll where none could be read."""
    return dict.fromkeys(POLL_FIELDS) | {"id": id_of(extraction.attrs.get("id"))}


def known(document: Document) -> dict[str, str]:
    return {key: value for key, value in asdict(document).items() if value is not None and key != "url"}
