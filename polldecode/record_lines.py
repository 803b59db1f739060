"""A find as a line of JSON: what ``to_record`` makes of it, written by msgspec from the poll as it is.

A line is a template with ``%d`` for one number: that of the line or record where the poll stands. Who
searches a range of a file does not know yet how many lines are before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from msgspec import UNSET

from polldecode import simd
from polldecode.dialects import escaped_separators
from polldecode.extraction import Extraction
from polldecode.folding import digest_of
from polldecode.models import Answer, Poll, id_of
from polldecode.records import POLL_FIELDS, Record, error_fields
from polldecode.sources import Document, Found
from polldecode.templates import NONE, Records
from polldecode.whole import Whole
from polldecode.wire import FLAGS, WireParams

LINE, RECORD = b'"line":', b'"record":'
KIND = b'{"kind":'
NO_EXTRA: dict[str, Any] = {}
KINDS = 1_000  # kept: by the dialect and the quotes
# Stands for the number that is to be filled in, until the lines become a template; there is none in JSON.
NUMBER = b"\0"
TO_FILL_IN: Any = msgspec.Raw(NUMBER)
NEL = "\x85".encode()


class RecordAnswer(msgspec.Struct, gc=False):
    """An answer. The fields are those of WireAnswer, of which each becomes one."""

    id: str
    text: str
    votes: int | None
    extra: object


class RecordPoll(msgspec.Struct, gc=False):
    """The fields of a Poll in their order: the id, and the content by which two polls are the same."""

    id: int | None
    question: str
    answers: Sequence[RecordAnswer | Answer]
    multiple: bool
    show_title: bool
    show_count: bool
    show_results_button: bool
    style: str
    color: str
    total_votes: int | None
    can_vote: bool | None
    extra: dict[str, Any]


class LinePlace(msgspec.Struct, gc=False):
    """A Place, which msgspec writes in half the time."""

    path: str | None
    record: msgspec.Raw | str | None
    url: str | None
    line: msgspec.Raw | int | None
    column: int | None
    start: int | None
    end: int | None


class RecordLine(RecordPoll, omit_defaults=True, gc=False):
    """A record. ``kind`` has with it what follows up to the place."""

    kind: msgspec.Raw
    place: LinePlace
    document: dict[str, str] | None = None


class RecordLines:
    """Makes the lines of one process; what is the same in most of them is made once."""

    def __init__(self, *, digests: bool = True) -> None:
        self.digests = digests
        # The repairs are texts that know more.
        self.encoder = msgspec.json.Encoder(enc_hook=str)
        self.kinds: dict[tuple[object, ...], msgspec.Raw] = {}

    def records(self, several: list[Found]) -> Records:
        """The lines of several finds. A find that stands whole in a text can be used no more."""
        try:
            return self.together(several) if several else NONE
        except UnicodeEncodeError:  # half a character, in the name of a file
            lines, numbers = zip(*map(self.any_line, several), strict=True)
            return self.finished(b"".join([line + b"\n" for line in lines]), numbers)

    def together(self, several: list[Found]) -> Records:
        lines: list[RecordLine | msgspec.Raw] = []
        numbers: list[int] = []
        for found in several:
            if isinstance(found.find, tuple):
                line, number = self.whole_line(found, found.find)
                lines.append(line)
            else:
                text, number = self.any_line(found)
                lines.append(msgspec.Raw(text))
            numbers.append(number)
        return self.finished(self.encoder.encode_lines(lines), tuple(numbers))

    def finished(self, lines: bytes, numbers: tuple[int, ...]) -> Records:
        lines = one_line(lines)
        digests = b"".join(map(digest_of, lines.split(b"\n")[:-1])) if self.digests else b""
        return Records(lines.replace(b"%", b"%%").replace(NUMBER, b"%d"), numbers, digests)

    def whole_line(self, found: Found, whole: Whole) -> tuple[RecordLine, int]:
        """That of a poll that stands whole in its text, and its number."""
        head, dialect = whole[0], whole[6]
        wire: Any = whole[5]
        key = (dialect, head.group(1, 3, 4))
        kind = self.kinds.get(key)
        if kind is None:
            if len(self.kinds) == KINDS:
                self.kinds.clear()
            kind = msgspec.Raw(self.encoder.encode(circumstances(found.extraction))[len(KIND) : -1])
            self.kinds[key] = kind
        place, document = found.place, found.document
        record: Any = place.record
        number = line = place.line
        if isinstance(record, int):
            number, record = record, TO_FILL_IN
        else:
            line = TO_FILL_IN
        record_line = RecordLine(
            int(head[2]),
            wire.title,
            record_answers(wire),
            FLAGS[wire.multiple],
            FLAGS[wire.show_title],
            FLAGS[wire.show_count],
            FLAGS[wire.show_results_button],
            wire.style,
            wire.color,
            None,
            None,
            NO_EXTRA if wire.name is UNSET else {"name": wire.name},
            kind,
            LinePlace(place.path, record, place.url, line, place.column, place.start, place.end),
            known(document) if document is not None else None,
        )
        return record_line, number or 0

    def any_line(self, found: Found) -> tuple[bytes, int]:
        """Any line but its end, and its number."""
        extraction, place = found.extraction, found.place
        poll = extraction.poll
        fields = dict.fromkeys(POLL_FIELDS) | {"id": id_of(extraction.attrs.get("id"))}
        content = self.json(fields if poll is None else record_of_poll(poll))
        rest: Record = circumstances(extraction) | {"place": place}
        if found.document is not None and (about := known(found.document)):
            rest["document"] = about
        line = content[:-1] + b"," + self.json(rest)[1:]
        # Quotes within strings are escaped, so that this can only be the key.
        name, number = (RECORD, place.record) if isinstance(place.record, int) else (LINE, place.line)
        at = line.rfind(name) + len(name)
        return line[:at] + NUMBER + line[at + len(str(number)) :], number or 0

    def json(self, value: object) -> bytes:
        """Half a character, in a text or in the name of a file, cannot be written as UTF-8: then all that is
        not ASCII is an escape."""
        try:
            return self.encoder.encode(value)
        except UnicodeEncodeError:
            return json.dumps(msgspec.to_builtins(value, enc_hook=str), separators=(",", ":")).encode()


def circumstances(extraction: Extraction) -> Record:
    return {
        "kind": "poll",
        "form": extraction.form,
        "complete": extraction.error is None,
        "dialect": extraction.dialect,
        "repairs": extraction.repairs,
        "error": error_fields(extraction.error),
    }


def record_answers(wire: WireParams) -> list[RecordAnswer]:
    """The answers made those of a record: to make new ones takes three times as long."""
    answers: list[Any] = wire.answers
    for answer in answers:
        if type(answer.id) is not str:
            answer.id = str(answer.id)
        answer.__class__ = RecordAnswer
    return answers


def record_of_poll(poll: Poll) -> RecordPoll:
    return RecordPoll(*[getattr(poll, name) for name in POLL_FIELDS])


def one_line(text: bytes) -> bytes:
    """JSON lets some characters stand in a string at which readers of lines, Python's ``splitlines`` among
    them, end a line: these are escaped."""
    return simd.replace(escaped_separators(text), NEL, b"\\u0085")


def known(document: Document) -> dict[str, str] | None:
    """What is known of a document, None where that is nothing."""
    about = {key: value for key, value in asdict(document).items() if value is not None and key != "url"}
    return about or None
