"""What a source hands on: an extraction, its place, and what is known of the document around it."""

from __future__ import annotations

from codecs import utf_8_decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from polldecode import simd
from polldecode.extract import finds, short_road
from polldecode.extraction import Extraction
from polldecode.limits import DEFAULT_LIMITS
from polldecode.records import Place
from polldecode.search import next_hit
from polldecode.sources.streams import Stream

if TYPE_CHECKING:
    from polldecode.whole import Whole

LINE_ENDS = simd.those(b"\n")
SHORT = 512  # bytes, in which CPython counts as fast
CONTINUING = bytes(range(0x80, 0xC0))  # UTF-8: these never begin a character


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
    find: Extraction | Whole
    place: Place
    document: Document | None

    @property
    def extraction(self) -> Extraction:
        find = self.find
        if not isinstance(find, tuple):
            return find
        return cast(Extraction, short_road().extraction_of(find, DEFAULT_LIMITS))


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
    for find in finds(text):
        start, end = (find[3], find[4]) if isinstance(find, tuple) else (find.start, find.end)
        line += count_lines(text, known, start)
        line_start = max(line_start, last_line(text, known, start) + 1)
        known = start
        column = characters(text[line_start:start]) + 1
        yield Found(find, Place(path, record, url, line, column, start, end), document)


def count_lines(text: str | bytes | bytearray, start: int, end: int) -> int:
    """The line ends in a part of a text."""
    if isinstance(text, str):
        return text.count("\n", start, end)
    if end - start < SHORT:
        return text.count(b"\n", start, end)
    return simd.count(text, LINE_ENDS, start, end)


def last_line(text: str | bytes | bytearray, start: int, end: int) -> int:
    return text.rfind("\n", start, end) if isinstance(text, str) else text.rfind(b"\n", start, end)


def characters(text: str | bytes | bytearray) -> int:
    """Characters of a text, so that counts of parts add up: of bytes that are UTF-8 all that do not continue
    one, of others each, as in the charsets of Europe."""
    if isinstance(text, str) or text.isascii():
        return len(text)
    try:
        utf_8_decode(text.lstrip(CONTINUING), "strict", False)  # a part may begin or end within a character
    except UnicodeDecodeError:
        return len(text)
    return len(text.translate(None, CONTINUING))
