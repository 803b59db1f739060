"""A find as a line of JSON: what ``to_record`` makes of it, written by msgspec from the poll as it is.

A line is a template with ``%d`` for one number: that of the line or record where the poll stands. Who
searches a range of a file does not know yet how many lines are before it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

import msgspec

from polldecode.dialects import dialect_of, escaped_separators, has_separators
from polldecode.extraction import Extraction
from polldecode.folding import DIGEST
from polldecode.models import Answer, Poll, id_of
from polldecode.records import POLL_FIELDS, Place, Record, error_fields
from polldecode.sources import Document, Found
from polldecode.whole import Whole
from polldecode.wire import FLAGS, WireParams, extra_of

LINE, RECORD = b'"line":', b'"record":'
NEL, NEL_START, NEL_END = "\x85".encode(), 0xC2, 0x85
USUAL = 1_000  # kept; each file of a crawl brings its own
NO_EXTRA: dict[str, Any] = {}


class RecordAnswer(msgspec.Struct, gc=False):
    id: str
    text: str
    votes: int | None
    extra: dict[str, Any]


class RecordPoll(msgspec.Struct):
    """The fields of a Poll but its id, in their order: the content by which two polls are the same."""

    question: str
    answers: list[RecordAnswer] | tuple[Answer, ...]
    multiple: bool
    show_title: bool
    show_count: bool
    show_results_button: bool
    style: str
    color: str
    total_votes: int | None
    can_vote: bool | None
    extra: dict[str, Any]


# A template, a number, a digest: ``template % number`` is the line, and the digest is the same for the same
# poll wherever it stands. A plain tuple, as there is one for each poll.
RecordLine = tuple[bytes, int, bytes]


class RecordLines:
    """Makes the lines of one process; what is the same in most of them is made once."""

    def __init__(self, encode: Callable[[Any], bytes] | None = None) -> None:
        # The repairs are texts that know more.
        self.encode = encode or msgspec.json.Encoder(enc_hook=str).encode
        self.usual: dict[tuple[object, ...], bytes] = {}

    def line(self, found: Found) -> RecordLine:
        find, place, document = found
        if isinstance(find, tuple) and document is None and place.record is None:
            return self.usual_line(found, find, place)
        extraction = found.extraction
        content, ident = self.content(extraction)
        around = one_line(self.circumstances(extraction, place, document))
        line = b'{"id":%b,%b%b\n' % (ident, content[1:-1], around)
        # Of what could not be read nothing is the same but the place.
        digest = blake2b(content if extraction.poll is not None else line, digest_size=DIGEST).digest()
        # Quotes within strings are escaped, so that this can only be the key.
        name, number = (RECORD, place.record) if isinstance(place.record, int) else (LINE, place.line)
        at = line.rfind(name) + len(name)
        before, behind = line[:at].replace(b"%", b"%%"), line[at + len(str(number)) :].replace(b"%", b"%%")
        return before + b"%d" + behind, number or 0, digest

    def usual_line(self, found: Found, whole: Whole, place: Place) -> RecordLine:
        """That of a poll that stands whole in a text: in all but its content these differ by four numbers."""
        head, payload, carried, _, _ = whole
        content = self.encode(record_of_wire(carried[2]))  # type: ignore[arg-type]
        separators = has_separators(content)
        if separators or may_have_nel(content):
            content = one_line(content)
        dialect = dialect_of(payload, carried, separators=separators)
        key = (dialect, head.group(1, 3, 4), place.path)
        around = self.usual.get(key)
        if around is None:
            if len(self.usual) == USUAL:
                self.usual.clear()
            around = one_line(self.circumstances(found.extraction, place, None)).replace(b"%", b"%%")
            around = self.usual[key] = around[: around.rfind(LINE) + len(LINE)]
        template = b'{"id":%d,%b%b%%d,"column":%d,"start":%d,"end":%d}}\n' % (
            int(head[2]),
            content[1:-1].replace(b"%", b"%%"),
            around,
            place.column or 0,
            place.start or 0,
            place.end or 0,
        )
        return template, place.line or 0, blake2b(content, digest_size=DIGEST).digest()

    def content(self, extraction: Extraction) -> tuple[bytes, bytes]:
        """The fields of the poll but its id, and the id."""
        if extraction.carried is not None and (wire := extraction.carried[2]) is not None:
            return one_line(self.encode(record_of_wire(wire))), b"%d" % int(extraction.attrs["id"])
        poll = extraction.poll
        ident = id_of(extraction.attrs.get("id")) if poll is None else poll.id
        fields = dict.fromkeys(POLL_FIELDS[1:]) if poll is None else record_of_poll(poll)
        return one_line(self.encode(fields)), b"null" if ident is None else b"%d" % ident

    def circumstances(self, extraction: Extraction, place: Place, document: Document | None) -> bytes:
        rest: Record = {
            "kind": "poll",
            "form": extraction.form,
            "complete": extraction.error is None,
            "dialect": extraction.dialect,
            "repairs": extraction.repairs,
            "error": error_fields(extraction.error),
            "place": place,
        }
        if document is not None and (about := known(document)):
            rest["document"] = about
        return b"," + self.encode(rest)[1:]


def ascii_json(value: object) -> bytes:
    """The same JSON, whatever cannot be written as UTF-8 (and all else that is not ASCII) as an escape."""
    return json.dumps(msgspec.to_builtins(value, enc_hook=str), separators=(",", ":")).encode()


def record_of_wire(wire: WireParams) -> RecordPoll:
    """What ``record_of_poll`` makes of the poll of these params; the poll itself is not made."""
    return RecordPoll(
        wire.title,
        [
            RecordAnswer(each.id if type(each.id) is str else str(each.id), each.text, each.votes, NO_EXTRA)
            for each in wire.answers
        ],
        FLAGS[wire.multiple],
        FLAGS[wire.show_title],
        FLAGS[wire.show_count],
        FLAGS[wire.show_results_button],
        wire.style,
        wire.color,
        None,
        None,
        extra_of(wire),
    )


def record_of_poll(poll: Poll) -> RecordPoll:
    return RecordPoll(*[getattr(poll, name) for name in POLL_FIELDS[1:]])


def one_line(line: bytes) -> bytes:
    """JSON lets some characters stand in a string at which readers of lines, Python's ``splitlines`` among
    them, end a line: these are escaped."""
    if has_separators(line):
        line = escaped_separators(line)
    return line.replace(NEL, b"\\u0085") if may_have_nel(line) else line


def may_have_nel(line: bytes) -> bool:
    return NEL_END in line and NEL_START in line


def known(document: Document) -> dict[str, str]:
    return {key: value for key, value in asdict(document).items() if value is not None and key != "url"}
