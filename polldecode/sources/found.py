"""What a source hands on: an extraction, its place, and what is known of the document around it."""

from __future__ import annotations

from codecs import utf_8_decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

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
SHORT = 2_048  # bytes: the line ends in them are so few that to find each is the fastest
CONTINUING = bytes(range(0x80, 0xC0))  # UTF-8: these never begin a character


class Document(NamedTuple):
    """Provenance that a container knows of a text: ``url``, and what stands in the records' ``document``:
    ``field`` (the column, key or element that held the text), ``id``, ``title``, ``date`` (as they stand
    there)."""

    url: str | None = None
    field: str | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None


def url_of(document: Document | None) -> str | None:
    return document.url if document is not None else None


class Found(NamedTuple):
    extraction: Extraction
    place: Place
    document: Document | None

    @property
    def start(self) -> int:
        return self.place.start or 0

    def within(self, record: str | int | None, document: Document | None) -> Found:
        """The same, where it is known what it stands in."""
        return Found(self.extraction, replace(self.place, record=record, url=url_of(document)), document)

    def alone(self) -> Iterator[Finds]:
        yield self

    def one_by_one(self) -> Iterator[Found]:
        yield self


Spot = tuple[int, int, int, int]  # line, column, start, end of a Place


class Neighbours(NamedTuple):
    """Polls that stand whole, one after the other in the same text. Of their places (``spots``) only what
    differs: an object for each place and each find would cost a quarter of what finding them does."""

    wholes: list[Whole]
    spots: list[Spot]
    path: str
    record: str | int | None = None
    document: Document | None = None

    @property
    def start(self) -> int:
        return self.spots[0][2]

    @property
    def url(self) -> str | None:
        return url_of(self.document)

    def within(self, record: str | int | None, document: Document | None) -> Neighbours:
        """The same, where it is known what they stand in."""
        return self._replace(record=record, document=document)

    def alone(self) -> Iterator[Finds]:
        """Each with no neighbour: those of one text may stand in different rows."""
        for whole, spot in zip(self.wholes, self.spots, strict=True):
            yield self._replace(wholes=[whole], spots=[spot])

    def one_by_one(self) -> Iterator[Found]:
        extraction_of = short_road().extraction_of
        for whole, (line, column, start, end) in zip(self.wholes, self.spots, strict=True):
            place = Place(self.path, self.record, self.url, line, column, start, end)
            yield Found(extraction_of(whole, DEFAULT_LIMITS), place, self.document)


Finds = Found | Neighbours


def each(finds: Iterable[Finds]) -> Iterator[Found]:
    """The finds one by one."""
    return chain.from_iterable(found.one_by_one() for found in finds)


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

    def has(self, offset: int) -> bool:
        """Whether what begins there belongs to the range."""
        return self.start <= offset and (self.stop is None or offset < self.stop)


def find_in(
    text: str | bytes, path: str, record: str | int | None, document: Document | None
) -> Iterator[Finds]:
    """Everything in one text that is in memory, with its line and column."""
    if next_hit(text) < 0:
        return
    line, column, known = 1, 1, 0
    for find in finds(text):
        spans = [each[0] for each, _, _ in find] if isinstance(find, list) else [(find.start, find.end, 0)]
        spots = []
        for start, end, _ in spans:
            if lines := count_lines(text, known, start):
                line, column, known = line + lines, 1, last_line(text, known, start) + 1
            column += characters(text[known:start])
            known = start
            spots.append((line, column, start, end))
        if isinstance(find, list):
            yield Neighbours(find, spots, path, record, document)
        else:
            yield Found(find, Place(path, record, url_of(document), *spots[0]), document)


def text_or_bytes(value: bytes) -> str | bytes:
    """The value of a cell as str; as bytes where it is no UTF-8, as in damaged files and columns of bytes."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def count_lines(text: str | bytes | bytearray, start: int, end: int) -> int:
    """The line ends in a part of a text."""
    if isinstance(text, str):
        return text.count("\n", start, end)
    if end - start < SHORT:
        few: int = simd.count_literal(text, b"\n", start, end)
        return few
    return simd.count(text, LINE_ENDS, start, end)


def last_line(text: str | bytes | bytearray, start: int, end: int) -> int:
    return text.rfind("\n", start, end) if isinstance(text, str) else text.rfind(b"\n", start, end)


def characters(text: str | bytes | bytearray) -> int:
    """Characters of a text, so that counts of parts add up: of bytes that are UTF-8 all that do not continue
    one, of others each, as in the charsets of Europe."""
    if isinstance(text, str) or text.isascii():
        return len(text)
    beginning = text.lstrip(CONTINUING)
    try:
        decoded, length = utf_8_decode(beginning, "strict", False)
    except UnicodeDecodeError:
        return len(text)
    return len(decoded) + (length < len(beginning))  # a part may begin or end within a character
