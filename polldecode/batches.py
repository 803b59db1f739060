"""What a process finds in a unit, as finished lines of JSON: nothing else passes between processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from polldecode.extraction import Extraction
from polldecode.models import id_of
from polldecode.records import POLL_FIELDS, Place, Record, error_fields
from polldecode.sources import Document, Found, Reading, search
from polldecode.units import Unit

LINES = 512  # lines sent at a time
DIGEST = 8  # bytes of a content's digest
LINE_ENDS = tuple((chr(code).encode(), rb"\u%04x" % code) for code in (0x85, 0x2028, 0x2029))
LINE, RECORD = b'"line":', b'"record":'
NUMBER = re.compile(r"[0-9]+")


@dataclass(slots=True)
class Batch:
    """Records, and what was done for them since the batch before.

    A record is its ``heads``, ``numbers``, ``tails`` one after the other: the number in it, that of a line,
    counts from the beginning of the range (if ``ranged``), as how many lines are before is not known here.
    ``digests`` has DIGEST bytes a record, the same for the same poll wherever it stands. ``damage`` has the
    reason, by index, of those that are not whole. ``read`` bytes of input (as on the disk) and ``files``
    inputs are done; ``lines`` line ends are in the range, said in its last batch. ``problems`` are pairs of
    path and reason.
    """

    ranged: bool = False
    heads: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    tails: list[bytes] = field(default_factory=list)
    digests: bytearray = field(default_factory=bytearray)
    damage: dict[int, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    files: int = 0
    lines: int = 0

    def records(self, lines_before: int) -> list[bytes]:
        """The records as lines."""
        before = lines_before if self.ranged else 0
        parts = zip(self.heads, self.numbers, self.tails, strict=True)
        return [b"%b%d%b" % (head, number + before, tail) for head, number, tail in parts]


def batches(unit: Unit, column: str | None = None) -> Iterator[Batch]:
    """Search a unit. Raises nothing for what its inputs hold."""
    add = encoder()
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
            add(batch, found)
            if len(batch.heads) == LINES:
                if not ranged:
                    batch.read, consumed = readings[0].stream.consumed - consumed, readings[0].stream.consumed
                yield batch
                batch = Batch(ranged)
        batch.read = max(unit.size if ranged else source.size - consumed, 0)
        batch.files = int(unit.start == 0)
        batch.problems = [(source.path, problem) for problem in problems]
        batch.lines = readings[0].lines if readings else 0
        yield batch


def encoder() -> Callable[[Batch, Found], None]:
    """Adds finds to batches: the JSON of ``to_record``, written by msgspec from the poll as it is."""
    import msgspec

    from polldecode.dialects import dialect_of

    encode = msgspec.json.Encoder(enc_hook=str).encode  # the repairs are texts that know more
    usual: dict[tuple[object, ...], bytes] = {}

    def circumstances(extraction: Extraction, place: Place, document: Document | None) -> bytes:
        payload = extraction.payload if extraction.error is None else ""
        rest: Record = {
            "kind": "poll",
            "form": extraction.form,
            "complete": extraction.error is None,
            "dialect": dialect_of(payload) if payload else None,
            "repairs": extraction.repairs,
            "error": error_fields(extraction.error),
            "place": place,
        }
        if document is not None and (about := known(document)):
            rest["document"] = about
        return b"," + encode(rest)[1:]

    def add(batch: Batch, found: Found) -> None:
        extraction, place, document = found
        poll = extraction.poll
        fields = one_line(encode(poll if poll is not None else lost_fields(extraction)))
        if extraction.error is None and document is None and place.record is None and extraction.payload:
            # Whole polls in texts differ in this by four numbers.
            dialect = dialect_of(extraction.payload)
            key = (extraction.form, dialect, extraction.repairs, place.path, place.url)
            before = usual.get(key)
            if before is None:
                rest = one_line(circumstances(extraction, place, None))
                before = usual[key] = rest[: rest.rfind(LINE) + len(LINE)]
            batch.heads.append(fields[:-1] + before)
            batch.numbers.append(place.line or 0)
            batch.tails.append(
                b',"column":%d,"start":%d,"end":%d}}\n'
                % (place.column or 0, place.start or 0, place.end or 0)
            )
        else:
            line = fields[:-1] + one_line(circumstances(extraction, place, document)) + b"\n"
            # Quotes within strings are escaped, so that this can only be the key.
            name, number = (RECORD, place.record) if isinstance(place.record, int) else (LINE, place.line)
            at = line.rfind(name) + len(name)
            batch.heads.append(line[:at])
            batch.numbers.append(number or 0)
            batch.tails.append(line[at + len(str(number)) :])
        # The id belongs to the shortcode and may be lost: the same poll is what is the same behind it. Of
        # what could not be read nothing is the same but the place.
        content = (
            fields[fields.find(b',"question":') :] if poll is not None else batch.heads[-1] + batch.tails[-1]
        )
        batch.digests += blake2b(content, digest_size=DIGEST).digest()
        if error := extraction.error:
            batch.damage[len(batch.heads) - 1] = f"{error.stage}: {NUMBER.sub('N', error.reason)}"

    return add


def one_line(line: bytes) -> bytes:
    """JSON lets these stand in a string, but readers of lines, Python's ``splitlines`` among them, end a
    line at them."""
    for character, escape in LINE_ENDS:
        if character in line:
            line = line.replace(character, escape)
    return line


def lost_fields(extraction: Extraction) -> Record:
    """The fields of a Poll where none could be read."""
    return dict.fromkeys(POLL_FIELDS) | {"id": id_of(extraction.attrs.get("id"))}


def known(document: Document) -> dict[str, str]:
    return {key: value for key, value in asdict(document).items() if value is not None and key != "url"}
