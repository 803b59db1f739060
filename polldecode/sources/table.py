"""CSV and TSV: ``record`` is the row, from 1, where the header is the first; ``field`` the column's name.

Which line ends part rows is known from the quotes alone, so that rows without evidence are counted and never
parsed."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from polldecode.search import TAG, next_hit
from polldecode.sources.found import Document, Found, Reading, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.provenance import DATE_KEYS, ID_KEYS, TITLE_KEYS, URL_KEYS
from polldecode.sources.ranges import BLOCK

ROW = 1 << 24  # a longer row is one whose quotes do not match; it is searched as text, in pieces of this size
DELIMITERS = b",;\t|"


def search(reading: Reading) -> Iterator[Found]:
    window, clean, number = b"", 0, 0  # number: rows before the window, which begins at a row
    table = None
    ended = False
    while not ended:
        try:
            block = reading.stream.read(BLOCK)
        except Unreadable as error:
            reading.problems.append(str(error))
            block = b""
        ended = not block
        window += block
        if table is None:
            end = row_end(window, 0)
            if end < 0 and not ended:
                continue
            table = Table(reading, window[: end if end >= 0 else len(window)])
        done = 0
        while True:
            hit = next_hit(window, max(done, clean - len(TAG)))
            edge = hit if hit >= 0 else len(window)
            done, rows = rows_before(window, done, edge)
            number += rows
            clean = edge
            if hit < 0:
                break
            end = row_end(window, done, hit)
            if end < 0 and not ended and len(window) - done < ROW:
                break
            if end < 0:
                end = len(window)
                report_open_quote(reading, table, window[done:], number + 1)
            yield from table.search_row(window[done:end], number + 1)
            number += 1
            done = clean = end
        window, clean = window[done:], clean - done
        if len(window) > ROW and clean == len(window):
            window, clean = window[-len(TAG) :], 0
    if table is not None:
        report_open_quote(reading, table, window, number + 1)


def report_open_quote(reading: Reading, table: Table, row: bytes, number: int) -> None:
    """Of a file that is cut off the last value may be. Tabs are mostly written without quoting."""
    if row.count(b'"') % 2 and table.delimiter != "\t" and not reading.problems and table.ends_open(row):
        reading.problems.append(f"row {number}: the input ends inside of a quoted value")


def rows_before(window: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the last row begins before ``end``, and how many rows end before it; a row begins at
    ``start``."""
    outside = window[start:end].split(b'"')
    rows = b"".join(outside[::2]).count(b"\n")
    if not rows:
        return start, 0
    position = end
    for number in range(len(outside) - 1, -1, -1):
        position -= len(outside[number])
        if number % 2 == 0 and (line_end := outside[number].rfind(b"\n")) >= 0:
            return position + line_end + 1, rows
        position -= 1
    raise AssertionError("a line end that was counted is there")


def row_end(window: bytes, start: int, beyond: int = 0) -> int:
    """Where the row that begins at ``start`` ends, behind its line end, looked for behind ``beyond``; -1
    where it does not."""
    quoted = window.count(b'"', start, beyond) % 2 == 1 if beyond > start else False
    position = max(start, beyond)
    while True:
        quote = window.find(b'"', position)
        if not quoted:
            line_end = window.find(b"\n", position, quote if quote >= 0 else len(window))
            if line_end >= 0:
                return line_end + 1
        if quote < 0:
            return -1
        quoted, position = not quoted, quote + 1


class Table:
    """The header, and what its names say of the columns."""

    def __init__(self, reading: Reading, header: bytes) -> None:
        self.reading = reading
        self.delimiter = chr(max(DELIMITERS, key=header.count))
        self.names = [text_of(name).strip() for name in self.fields(header.removeprefix(b"\xef\xbb\xbf"))]
        self.wanted = reading.column
        if self.wanted is not None and self.wanted not in self.names:
            raise Unreadable(f"there is no column {self.wanted!r}; there are {', '.join(self.names)}")

    def fields(self, row: bytes) -> list[bytes]:
        """The row's values. Its charset does not matter: it goes through Latin-1 and back."""
        csv.field_size_limit(2 * ROW)
        lines = row.decode("latin-1").splitlines(keepends=True)
        rows = csv.reader(lines, delimiter=self.delimiter)
        return [value.encode("latin-1") for values in rows for value in values]

    def ends_open(self, row: bytes) -> bool:
        """Whether a value that began with a quote is not closed, as the csv module sees it."""
        rows = csv.reader(row.decode("latin-1").splitlines(), delimiter=self.delimiter, strict=True)
        try:
            for _ in rows:
                pass
        except csv.Error as error:
            return str(error) == "unexpected end of data"
        return False

    def search_row(self, row: bytes, number: int) -> Iterator[Found]:
        try:
            values = self.fields(row)
        except csv.Error as error:
            self.reading.problems.append(f"row {number}: {error}; searched as text")
            yield from find_in(row, self.reading.path, number, None)
            return
        known = dict(zip((name.lower() for name in self.names), values, strict=False)) if number > 1 else {}
        for position, value in enumerate(values):
            name = self.names[position] if position < len(self.names) else f"[{position + 1}]"
            if (self.wanted is None or name == self.wanted) and next_hit(value) >= 0:
                url, ident, title, date = (
                    first(known, keys) for keys in (URL_KEYS, ID_KEYS, TITLE_KEYS, DATE_KEYS)
                )
                document = Document(url, name, ident, title, date)
                yield from find_in(value, self.reading.path, number, document)


def first(known: dict[str, bytes], keys: tuple[str, ...]) -> str | None:
    return next((text_of(known[key.lower()]) for key in keys if known.get(key.lower())), None)


def text_of(value: bytes) -> str:
    return value.decode("utf-8", "replace")
