"""WARC and WET: the bodies of responses, resources and conversions; ``record`` is the WARC-Record-ID.

fastwarc finds the records; what unpacks the archive is streams.py, as everywhere, so that a truncated archive
gives what stands before the damage and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from polldecode.sources import text
from polldecode.sources.chunked import Chunked
from polldecode.sources.decoders import codec_of
from polldecode.sources.found import Document, Found, Reading
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import Compressed, Stream

CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "deflate": "deflate", "zstd": "zstd"}
LONGEST_HEADER = 1 << 16


def search(reading: Reading) -> Iterator[Found]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise Missing("WARC", "warc") from error
    types = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    archive = Archive(reading.stream)
    try:
        for record in ArchiveIterator(archive, record_types=types, parse_http=False, stream_detect=False):
            yield from search_record(reading, record)
    except OSError as error:
        if archive.damage is None:
            reading.problems.append(f"WARC: {error}")
    if archive.damage is not None:
        reading.problems.append(archive.damage)
    elif not reading.problems and archive.torn():
        reading.problems.append("the archive ends inside of a record")


def search_record(reading: Reading, record: Any) -> Iterator[Found]:
    """Everything in one body, which is unpacked as it is searched: it may be as large as it likes."""
    inner = None
    try:
        record.parse_http()
        inner = Reading(reading.path, body_of(record))
        headers = record.headers
        document = Document(headers.get("WARC-Target-URI"), date=headers.get("WARC-Date"))
        for found in text.search(inner):
            place = replace(found.place, record=record.record_id, url=document.url)
            yield Found(found.find, place, document)
    except (OSError, ValueError, Unreadable) as error:
        reading.problems.append(f"record {record.record_id}: {error}")
    if inner is not None and counts(record, inner.stream) and inner.stream.consumed < record.content_length:
        reading.problems.append(f"record {record.record_id}: the archive ends inside of it")
    for problem in inner.problems if inner is not None else ():
        reading.problems.append(f"record {record.record_id}: {problem}")


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
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        try:
            block = self.stream.read(size) if size >= 0 else b""
            self.tail = (self.tail + block if len(block) < LONGEST_HEADER else block)[-LONGEST_HEADER:]
            return block
        except Unreadable as error:
            self.damage = str(error)
            return b""

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
