"""WARC and WET: the bodies of responses, resources and conversions; ``record`` is the WARC-Record-ID.

fastwarc finds the records; what unpacks the archive is compressed.py, as everywhere, so that a truncated
archive gives what stands before the damage and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from polldecode.search import next_hit
from polldecode.sources import text
from polldecode.sources.body import SHORT, body_of
from polldecode.sources.charsets import charset_of
from polldecode.sources.compressed import Compressed
from polldecode.sources.found import Document, Found, Reading
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import Stream

LONGEST_HEADER = 1 << 16
HEADER = re.compile(rb"(?:\A|\n)(WARC/1\.[0-9]\r?\n)")
LONGEST_BEGINNING = 12  # of a header, with the line end before it


def search(reading: Reading) -> Iterator[Found]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise Missing("WARC", "warc") from error
    types = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    archive = Archive(reading.stream)
    more = True
    while more:
        more, broken, end = False, None, archive.total
        try:
            for record in ArchiveIterator(archive, record_types=types, parse_http=False, stream_detect=False):
                end = record.stream_pos + max(record.content_length, 0)
                yield from search_record(reading, record)
        except OSError as error:
            broken = f"WARC: {error}"
        if broken is not None and archive.damage is None:
            if broken not in reading.problems:
                reading.problems.append(broken)
            more = archive.next_record(end)
        if archive.damage is not None:
            reading.problems.append(archive.damage)
            more = reading.stream.resume()
            archive.begin()
        elif not reading.problems and archive.torn():
            reading.problems.append("the archive ends inside of a record")


def search_record(reading: Reading, record: Any) -> Iterator[Found]:
    """Everything in one body, which is unpacked as it is searched: it may be as large as it likes."""
    body: Stream | None = None
    problems: list[str] = []
    try:
        record.parse_http()
        body = body_of(record)
        if not passed_over(body):
            inner = Reading(reading.path, body, problems=problems)
            headers = record.headers
            document = Document(headers.get("WARC-Target-URI"), date=headers.get("WARC-Date"))
            for found in text.search(inner):
                place = replace(found.place, record=record.record_id, url=document.url)
                yield Found(found.find, place, document)
    except (OSError, ValueError, Unreadable) as error:
        problems.append(str(error))
    if body is not None and body.consumed < record.content_length and counts(record, body):
        problems.append("the archive ends inside of it")
    for problem in problems:
        reading.problems.append(f"record {record.record_id}: {problem}")


def passed_over(body: Stream) -> bool:
    """Whether a short body has no evidence of a poll; it is read then. Nearly all are, and a search over
    blocks would cost three times as much."""
    try:
        start = body.look(SHORT)
    except OSError:
        return False  # what stands before that is searched
    if len(start) == SHORT or body.error is not None:
        return False
    if next_hit(start) >= 0 or charset_of(start) is not None:
        return False
    body.read(SHORT)
    return True


def counts(record: Any, body: Stream) -> bool:
    """Whether the bytes that a body is read from are those that the record counts."""
    coded = (record.http_headers or {}).get("Transfer-Encoding")
    return not record.is_http or not (coded or isinstance(body, Compressed))


class Archive:
    """The stream as fastwarc reads it: damage is its end, and remembered."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.total = 0  # bytes read
        self.tried = 0  # where a header was looked for last
        self.begin()

    def begin(self) -> None:
        """Begin with what the stream goes on with."""
        self.damage: str | None = None
        self.tail = b""  # of what was read, with the header that was read last
        self.again = b""  # to be read once more

    def read(self, size: int = -1) -> bytes:
        try:
            block = self.again or (self.stream.read(size) if size >= 0 else b"")
        except Unreadable as error:
            self.damage = str(error)
            return b""
        self.again = b""
        self.tail = (self.tail + block if len(block) < LONGEST_HEADER else block)[-LONGEST_HEADER:]
        self.total += len(block)
        return block

    def next_record(self, end: int) -> bool:
        """Go back, or on, to the first header behind ``end``, where the last record that was read ended, that
        was not tried before; False where there is none."""
        start = max(end, self.tried)
        while True:
            base = self.total - len(self.tail)
            match = HEADER.search(self.tail, max(0, start - base))
            if match:
                at = match.start(1)
                self.tried = base + at + 1
                self.again, self.total, self.tail = self.tail[at:], base + at, b""
                return True
            start = max(start, self.total - LONGEST_BEGINNING)
            if not self.read(LONGEST_HEADER):
                return False

    def torn(self) -> bool:
        """Whether the archive breaks off in a line, or in the header of a record."""
        _, _, header = self.tail.rpartition(b"\r\n\r\n")
        return bool(self.tail) and (not self.tail.endswith(b"\n") or header.startswith(b"WARC/"))

    def tell(self) -> int:
        return self.total

    def seek(self, *_: int) -> int:
        raise OSError("an archive is read from end to end")

    def close(self) -> None:
        """Who opened the stream closes it."""
