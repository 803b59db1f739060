"""WARC, WET and WAT: the bodies of responses, resources, conversions and metadata; ``record`` is the
WARC-Record-ID.

fastwarc finds the records; what unpacks the archive is compressed.py, as everywhere, so that a truncated
archive gives what stands before the damage and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from polldecode.sources import text
from polldecode.sources.body import Block, body_of, passed_over
from polldecode.sources.found import Document, Finds, Reading, find_in
from polldecode.sources.names import IDS, URLS, meant
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import Stream

LONGEST_HEADER = 1 << 16
KINDS = dict(  # as fastwarc numbers them
    zip(
        (2, 4, 8, 16, 32, 64, 128, 256),
        ["warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"],
        strict=True,
    )
)
# A segment of a record that was divided is searched by itself. In WAT all records are metadata.
SEARCHED = frozenset(("response", "resource", "conversion", "continuation", "metadata"))
HEADER = re.compile(rb"(?:\A|\n)(WARC/1\.[0-9]\r?\n)")
LENGTH = re.compile(rb"(?i)\ncontent-length(?=[ \t]*+:)")
LONGEST_BEGINNING = 12  # of a header, with the line end before it


def search(reading: Reading) -> Iterator[Finds]:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError as error:
        raise Missing("WARC", "warc") from error
    archive = Archive(reading.stream)
    more = True
    while more:
        more, broken, end = False, None, archive.total
        try:
            for record in ArchiveIterator(archive, parse_http=False, stream_detect=False):
                length = record.content_length
                if length <= 0 and archive.spelt(record):
                    more = True
                    break
                end = record.stream_pos + max(length, 1)  # behind its own beginning
                if record.headers.get("Content-Length") is None:
                    yield from search_header(reading, record, archive.header_of(record))
                if kind := kind_of(record):
                    yield from search_record(reading, record, http=kind == "response" or record.is_http)
        except OSError as error:
            broken = f"WARC: {error}"
        if more:
            continue
        if broken is not None and archive.damage is None:
            if broken not in reading.problems:
                reading.problems.append(broken)
            more = archive.next_record(end)
        if archive.damage is not None:
            reading.problems.append(archive.damage)
            more = reading.stream.resume()
            archive.begin()
        elif not reading.problems and not archive.tail:
            reading.problems.append("an empty file, no WARC")
        elif not reading.problems and archive.torn():
            reading.problems.append("the archive ends inside of a record")


def kind_of(record: Any) -> str | None:
    """What a record is, if it is to be searched. fastwarc knows it in the letters of the standard alone, to
    which upper and lower case are the same; a record that does not say it may be anything."""
    kind = KINDS.get(int(record.record_type))
    if kind is None:
        kind = (record.headers.get("WARC-Type") or "response").strip().lower()
    return kind if kind in SEARCHED else None


def search_record(reading: Reading, record: Any, *, http: bool) -> Iterator[Finds]:
    """Everything in one body, which is unpacked as it is searched: it may be as large as it likes."""
    problems: list[str] = []
    length = record.content_length
    block = Block(record.reader, length, http=http)
    if block.passed_over() and block.total == length:
        return
    try:
        if block.endless:
            problems.append("the header of HTTP does not end; searched with it")
        body = body_of(block)
        if not passed_over(body):
            inner = Reading(reading.path, body, problems=problems)
            for found in text.search(inner):
                yield found.within(ident_of(record), document_of(record))
        # Behind the end of what is encoded, something may be left.
        if body.raw is block and block.total < length:
            problems.append("the archive ends inside of it")
    except (OSError, ValueError, Unreadable) as error:
        problems.append(str(error))
    for problem in problems:
        reading.problems.append(f"record {record.record_id}: {problem}")


def search_header(reading: Reading, record: Any, header: bytes) -> Iterator[Finds]:
    """The header of a record that is torn has taken in what the record holds."""
    reading.problems.append(f"record {record.record_id}: it does not say how long it is")
    yield from find_in(header, reading.path, ident_of(record), document_of(record))


def ident_of(record: Any) -> str | None:
    return meant(IDS, record.record_id or "")


def document_of(record: Any) -> Document:
    """The URL is without the angle brackets that the grammar of WARC 1.0 has around it, and wget writes."""
    url = record.headers.get("WARC-Target-URI") or ""
    url = url[1:-1] if url.startswith("<") and url.endswith(">") else url
    return Document(meant(URLS, url), date=record.headers.get("WARC-Date"))


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
        self.before = self.block = b""  # of what was read, with the header that was read last
        self.again = b""  # to be read once more

    def read(self, size: int = -1) -> bytes:
        if self.again and size > 0:
            block, self.again = self.again[:size], self.again[size:]
        else:
            try:
                block = self.stream.read(size) if size >= 0 else b""
            except Unreadable as error:
                self.damage = str(error)
                return b""
        if len(self.block) >= LONGEST_HEADER:
            self.before = self.block  # nothing is copied
        else:
            self.before = (self.before + self.block)[-LONGEST_HEADER:]
        self.block = block
        self.total += len(block)
        return block

    @property
    def tail(self) -> bytes:
        return self.before + self.block

    def go_back(self, tail: bytes) -> None:
        """Read this once more, which is the end of what was read."""
        self.total -= len(tail)
        self.again, self.before, self.block = tail + self.again, b"", b""

    def next_record(self, end: int) -> bool:
        """Go back, or on, to the first header behind ``end``, where the last record that was read ended, that
        was not tried before; False where there is none."""
        start = max(end, self.tried)
        while True:
            tail = self.tail
            base = self.total - len(tail)
            match = HEADER.search(tail, max(0, start - base))
            if match:
                at = match.start(1)
                self.tried = base + at + 1
                self.go_back(tail[at:])
                return True
            start = max(start, self.total - LONGEST_BEGINNING)
            if not self.read(LONGEST_HEADER):
                return False

    def spelt(self, record: Any) -> bool:
        """Whether the record that was read last is to be read once more, with the length of what it holds
        spelt as fastwarc knows it. To the standard upper and lower case are the same."""
        said = (record.headers.get("Content-Length") or "").strip()
        if not said.strip("0").isdecimal():
            return False
        header, rest = self.header_of(record), self.tail
        known = LENGTH.sub(b"\nContent-Length", header)
        if known == header:
            return False  # it is no number that fastwarc knows
        self.go_back(known + rest[record.stream_pos - (self.total - len(rest)) + len(header) :])
        return True

    def header_of(self, record: Any) -> bytes:
        """The header that was read last, b"" where it is too long to be kept."""
        tail = self.tail
        at = record.stream_pos - (self.total - len(tail))
        return tail[at:].partition(b"\n\r\n")[0] if at >= 0 else b""

    def torn(self) -> bool:
        """Whether the archive breaks off in a line, or in the header of a record."""
        tail = self.tail
        _, _, header = tail.rpartition(b"\r\n\r\n")
        return bool(tail) and (not tail.endswith(b"\n") or header.startswith(b"WARC/"))

    def tell(self) -> int:
        return self.total

    def seek(self, *_: int) -> int:
        raise OSError("an archive is read from end to end")

    def close(self) -> None:
        """Who opened the stream closes it."""
