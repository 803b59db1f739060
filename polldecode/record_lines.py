"""A find as a line of JSON: what ``to_record`` makes of it, written by msgspec from the poll as it is.

A line is a template with ``%d`` for one number: that of the line or record where the poll stands. Who
searches a range of a file does not know yet how many lines are before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from polldecode import simd
from polldecode.dialects import escaped_separators
from polldecode.extraction import Extraction
from polldecode.folding import digest_of
from polldecode.limits import DEFAULT_LIMITS
from polldecode.models import Answer, Poll, id_of
from polldecode.records import POLL_FIELDS, Record, error_fields
from polldecode.sources import Document, Finds, Found, Neighbours, each
from polldecode.templates import NONE, Records
from polldecode.whole import Whole, extraction_of
from polldecode.wire import FLAGS

LINE, RECORD = b'"line":', b'"record":'
KIND = b'{"kind":'
NO_EXTRA: dict[str, Any] = {}
IDENTS = {number: str(number) for number in range(100)}  # of most answers
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

    def records(self, several: list[Finds]) -> Records:
        """The lines of several finds. What stands whole in a text can be used no more."""
        try:
            return self.together(several) if several else NONE
        except UnicodeEncodeError:  # half a character, in the name of a file
            lines, numbers = zip(*map(self.any_line, each(several)), strict=True)
            return self.finished(b"".join([line + b"\n" for line in lines]), numbers)

    def together(self, several: list[Finds]) -> Records:
        lines: list[RecordLine | msgspec.Raw] = []
        numbers: list[int] = []
        for found in several:
            if isinstance(found, Neighbours):
                numbers += self.whole_lines(found, lines)
            else:
                text, number = self.any_line(found)
                lines.append(msgspec.Raw(text))
                numbers.append(number)
        return self.finished(self.encoder.encode_lines(lines), tuple(numbers))

    def finished(self, lines: bytes, numbers: tuple[int, ...]) -> Records:
        lines = one_line(lines)
        digests = b"".join(map(digest_of, lines.split(b"\n")[:-1])) if self.digests else b""
        return Records(lines.replace(b"%", b"%%").replace(NUMBER, b"%d"), numbers, digests)

    def whole_lines(self, found: Neighbours, lines: list[RecordLine | msgspec.Raw]) -> list[int]:
        """Those of polls that stand whole in their text, added to the others. Returns their numbers."""
        record: Any = found.record
        by_record = isinstance(record, int)
        path, url, document = found.path, found.url, None
        if found.document is not None:
            document = known(found.document)
        kinds, flags, idents = self.kinds, FLAGS, IDENTS
        wire: Any
        for whole, (line, column, start, end) in zip(found.wholes, found.spots, strict=True):
            (_, _, ident, marks, _, _), wire, dialect = whole
            kind = kinds.get((dialect, marks))
            if kind is None:
                kind = self.kind_of(whole)
            # The answers are made those of a record: to make new ones takes three times as long.
            answers: list[Any] = wire.answers
            for answer in answers:
                number = answer.id
                if type(number) is not str:
                    answer.id = idents.get(number) or str(number)
                answer.__class__ = RecordAnswer
            lines.append(
                RecordLine(
                    int(ident),
                    wire.title,
                    answers,
                    flags[wire.multiple],
                    flags[wire.show_title],
                    flags[wire.show_count],
                    flags[wire.show_results_button],
                    wire.style,
                    wire.color,
                    None,
                    None,
                    NO_EXTRA if wire.name is UNSET else {"name": wire.name},
                    kind,
                    LinePlace(path, TO_FILL_IN, url, line, column, start, end)
                    if by_record
                    else LinePlace(path, record, url, TO_FILL_IN, column, start, end),
                    document,
                )
            )
        return [record] * len(found.spots) if by_record else [spot[0] for spot in found.spots]

    def kind_of(self, whole: Whole) -> msgspec.Raw:
        """What the lines of all polls have that are of the same dialect, with the same quotes."""
        if len(self.kinds) == KINDS:
            self.kinds.clear()
        extraction: Any = extraction_of(whole, DEFAULT_LIMITS)
        kind = msgspec.Raw(self.encoder.encode(circumstances(extraction))[len(KIND) : -1])
        (_, _, _, marks, _, _), _, dialect = whole
        self.kinds[dialect, marks] = kind
        return kind

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


def record_of_poll(poll: Poll) -> RecordPoll:
    return RecordPoll(*[getattr(poll, name) for name in POLL_FIELDS])


def one_line(text: bytes) -> bytes:
    """JSON lets some characters stand in a string at which readers of lines, Python's ``splitlines`` among
    them, end a line: these are escaped."""
    return simd.replace(escaped_separators(text), NEL, b"\\u0085")


def known(document: Document) -> dict[str, str] | None:
    """What is known of a document, None where that is nothing."""
    about = {key: value for key, value in document._asdict().items() if value is not None and key != "url"}
    return about or None
