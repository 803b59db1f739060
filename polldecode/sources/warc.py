"""WARC and WET: the bodies of responses, resources and conversions; ``record`` is the WARC-Record-ID.

fastwarc finds the records; what unpacks the archive is compressed.py, as everywhere, so that a truncated
archive gives what stands before the damage and says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from polldecode.search import next_hit
from polldecode.sources import text
from polldecode.sources.chunked import Chunked
from polldecode.sources.compressed import Compressed
from polldecode.sources.decoders import codec_of
from polldecode.sources.found import Document, Found, Reading
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import Stream

CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "deflate": "deflate", "zstd": "zstd"}
LONGEST_HEADER = 1 << 16
SHORT = 1 << 17
HEADER = b"WARC/1."
TRIES = 1_000  # of what only looks like a header
KNOWN = 1_000  # records that are remembered: more than what is read twice holds


def search(reading: Reading) -> Iterator[Found]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise Missing("WARC", "warc") from error
    types = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    archive = Archive(reading.stream)
    seen: deque[str | None] = deque(maxlen=KNOWN)
    more = True
    while more:
        more, broken = False, None
        try:
            for record in ArchiveIterator(archive, record_types=types, parse_http=False, stream_detect=False):
                if archive.tried and record.record_id in seen:
                    continue  # read a second time, on the way to what comes behind the damage
                seen.append(record.record_id)
                yield from search_record(reading, record)
        except OSError as error:
            broken = f"WARC: {error}"
        if broken is not None and archive.damage is None:
            if broken not in reading.problems:
                reading.problems.append(broken)
            more = archive.next_record()
        if archive.damage is not None:
            reading.problems.append(archive.damage)
            archive.damage, more = None, reading.stream.resume()
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
    start = body.look(SHORT)
    if (
        len(start) == SHORT
        or body.error is not None
        or next_hit(start) >= 0
        or start.startswith(tuple(text.MARKS))
    ):
        return False
    body.read(SHORT)
    return True


def counts(record: Any, body: Stream) -> bool:
    """Whether the bytes that a body is read from are those that the record counts."""
    coded = (record.http_headers or {}).get("Transfer-Encoding")
    return not record.is_http or not (coded or isinstance(body, Compressed))


def body_of(record: Any) -> Stream:
    """The body without its encodings. Many crawlers unpack it and leave the header standing: what does not
    begin like gzip is none."""
    headers = record.http_headers or {}
    chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
    raw = Chunked(record.reader) if chunked else record.reader
    plain = Stream(raw)
    codec = CODINGS.get((headers.get("Content-Encoding") or "").strip().lower())
    if codec is None or (codec == "gzip" and codec_of(plain.peek(2)) != "gzip"):
        return plain
    return Compressed(raw, plain.head, codec)


class Archive:
    """The stream as fastwarc reads it: damage is its end, and remembered."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.damage: str | None = None
        self.tail = b""  # of what was read, with the header that was read last
        self.total = 0  # bytes read, with what is to be read again
        self.tried = 0  # where a header was looked for last, and how often that was
        self.tries = 0
        self.again = b""

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

    def next_record(self) -> bool:
        """Go back to the first header in what was read last, or else forward to the next. Headers that were
        tried before are not tried again, so that this comes to an end; False there."""
        while True:
            base = self.total - len(self.tail)
            at = self.tail.find(HEADER, max(0, self.tried - base))
            if at >= 0 and self.tries < TRIES:
                self.tries += 1
                self.tried = base + at + 1
                self.again = self.tail[at:]
                self.total, self.tail = base + at, b""
                return True
            self.tried = max(self.tried, self.total - len(HEADER))
            if self.tries == TRIES or not self.read(LONGEST_HEADER):
                return False

    def torn(self) -> bool:
        """Whether the archive breaks off in a line, or in the header of a record."""
        _, _, header = self.tail.rpartition(b"\r\n\r\n")
        return bool(self.tail) and (not self.tail.endswith(b"\n") or header.startswith(b"WARC/"))

    def tell(self) -> int:
        return self.stream.consumed

    def seek(self, *_: int) -> int:
        raise OSError("an archive is read from end to end")

    def close(self) -> None:
        """Who opened the stream closes it."""
