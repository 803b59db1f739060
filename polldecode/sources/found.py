"""What a source hands on: an extraction, its place, and what is known of the document around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from polldecode.extract import extract
from polldecode.extraction import Extraction
from polldecode.records import Place
from polldecode.search import next_hit
from polldecode.sources.streams import Stream

NOT_CONTINUING = bytes(range(0x80, 0xC0))  # UTF-8: these never begin a character


@dataclass(frozen=True, slots=True)
class Document:
    """Provenance that a container knows of a text: ``url``, and what stands in the records' ``document``:
    ``field`` (the column, key or element that held the text), ``id``, ``title``, ``date`` (as they stand
    there)."""

    url: str | None = None
    field: str | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None


class Found(NamedTuple):
    extraction: Extraction
    place: Place
    document: Document | None


@dataclass(slots=True)
class Reading:
    """One input, or a range of it, being read. ``start`` and ``stop`` are offsets of a range (stop None: to
    the end).

    A source adds to ``problems`` what it could not read, and to ``lines`` how many line ends its range has.
    Lines are counted from the beginning of the range; who knows the ranges before adds theirs."""

    path: str
    stream: Stream
    start: int = 0
    stop: int | None = None
    column: str | None = None
    lines: int = 0
    problems: list[str] = field(default_factory=list)


def find_in(
    text: str | bytes, path: str, record: str | int | None, document: Document | None
) -> Iterator[Found]:
    """Everything in one text that is in memory, with its line and column."""
    if next_hit(text) < 0:
        return
    url = document.url if document is not None else None
    line, line_start, known = 1, 0, 0
    for extraction in extract(text):
        start = extraction.start
        line += count_lines(text, known, start)
        line_start = max(line_start, last_line(text, known, start) + 1)
        known = start
        column = characters(text[line_start:start]) + 1
        yield Found(extraction, Place(path, record, url, line, column, start, extraction.end), document)


def count_lines(text: str | bytes | bytearray, start: int, end: int) -> int:
    return text.count("\n", start, end) if isinstance(text, str) else text.count(b"\n", start, end)


def last_line(text: str | bytes | bytearray, start: int, end: int) -> int:
    return text.rfind("\n", start, end) if isinstance(text, str) else text.rfind(b"\n", start, end)


def characters(text: str | bytes | bytearray) -> int:
    """Characters of a text, of bytes as UTF-8: those that do not continue one, so that counts of parts add
    up."""
    return len(text) if isinstance(text, str) else len(text.translate(None, NOT_CONTINUING))
