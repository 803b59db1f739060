"""The statements of a SQL dump that hold rows: INSERT and REPLACE, and PostgreSQL's blocks of COPY.

All positions that are kept are offsets in the dump; ``window`` is a piece of it that begins at ``base``."""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import NamedTuple

from polldecode.sources.found import Document
from polldecode.sources.names import IDS, LONG, TELLING, meant, page_of
from polldecode.sources.sql_syntax import ESCAPED, STANDARD, Syntax, copied_text, value_text
from polldecode.sources.sql_tables import NAME, Tables, table_of

KEYWORD = re.compile(rb"\n[ \t]{0,40}(?:INSERT|REPLACE|COPY)[ \t]", re.IGNORECASE)
INSERT = re.compile(
    rb"\s*(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|IGNORE|OR\s+[A-Z]{1,9})\s+){0,3}"
    rb"(?:INTO\s+)?" + NAME + rb"\s*(?:\(([^()]{1,5000})\)\s*)?"
    rb"(?:OVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\s+)?VALUES\s*",
    re.IGNORECASE,
)
COPY = re.compile(
    rb"\s*COPY\s+" + NAME + rb"\s*(?:\(([^()]{1,5000})\)\s*)?FROM\s+stdin;[ \t]*\r?\n", re.IGNORECASE
)
HEAD = 1 << 13  # the longest that these match
# What stands before a statement: the end of another, or a comment. Before a line of a text it seldom does.
ENDED = re.compile(rb"(?:;|\*/|^\\\.|^--\r?$|^GO|\A)\s*\Z", re.MULTILINE)
BEHIND = 1 << 8  # bytes that are looked at for that
BEHIND_ROWS = re.compile(
    rb"\Z|;[ \t]*(?:\r?\n|\Z|--|/\*)|--|/\*|(?:ON|AS|GO|RETURNING|INSERT)\s", re.IGNORECASE
)
CHUNK = 1 << 12, 1 << 18  # looked through for a statement at first, and at most
CELLS = 4096  # columns of a table at most, in MySQL


class Row(NamedTuple):
    """``whole``: its end is in the window. ``known``: those of its values that tell of the page."""

    begin: int
    end: int
    whole: bool
    table: str
    first: str | None
    cells: list[tuple[int, int, str]]
    known: dict[str, str]

    def described(self, offset: int) -> tuple[str, Document]:
        """The row's name, and what it says of the page, for something that was found in it."""
        number = bisect_right(self.cells, offset, key=lambda cell: cell[0]) - 1
        field = self.cells[number][2] if number >= 0 and offset < self.cells[number][1] else None
        told = page_of(self.known.items())
        name = f"{self.table}.{field}" if field else None
        record = self.table if self.first is None else f"{self.table}:{self.first}"
        return record, told._replace(field=name, id=self.first)


class Statement:
    """``row``: where the row begins that is read next. ``begins``: whether all before it has ended."""

    def __init__(self, head: re.Match[bytes], base: int, tables: Tables) -> None:
        self.row = base + head.end()
        self.begins = begins(head.string, base, head.start())
        self.table = table_of(head[1])
        columns = head[2].decode("utf-8", "replace").split(",") if head[2] else ()
        self.names = tuple(name.strip(' `"[]\n\r\t') for name in columns)
        self.names = self.names or tables.of(self.table)

    def described(
        self,
        window: bytearray,
        base: int,
        begin: int,
        end: int,
        spans: list[tuple[int, int]],
        text: Callable[[bytes], str | None],
        *,
        whole: bool,
    ) -> Row:
        # A statement names all of its columns, or the table does.
        named = len(self.names) == len(spans) or (not whole and len(self.names) > len(spans))
        cells, known = [], {}
        for number, (start, stop) in enumerate(spans):
            name = self.names[number] if named else f"[{number + 1}]"
            cells.append((base + start, base + stop, name))
            if (
                name.lower() in TELLING
                and stop - start < LONG
                and (value := text(bytes(window[start:stop]))) is not None
            ):
                known[name] = value
        start, stop = spans[0] if spans else (begin, begin)
        first = text(bytes(window[start:stop])) if 0 < stop - start < LONG else None
        ident = meant(IDS, first or "")
        return Row(base + begin, base + end, whole, self.table, ident, cells, known)


class Insert(Statement):
    syntax = ESCAPED

    def __init__(self, head: re.Match[bytes], base: int, tables: Tables, *, standard: bool) -> None:
        super().__init__(head, base, tables)
        self.syntax = STANDARD if standard else ESCAPED

    def match(self, window: bytearray, start: int, *, ended: bool) -> re.Match[bytes] | None:
        """The row at an index. Where it cannot be read, nor go on behind the window, the other syntax is
        that of the dump, if it can."""
        if not window.startswith(b"(", start):
            return None
        row = self.syntax.row.match(window, start)
        if row is None and (ended or not self.opens(window, start)):
            other = STANDARD if self.syntax is ESCAPED else ESCAPED
            row = other.row.match(window, start)
            if row is not None and self.opens(window, start) and not goes_on(window, row.end(), other):
                row = None  # the row is torn, and a text in it looks like the end of one
            if row is not None or (not self.opens(window, start) and other.open_row.match(window, start)):
                self.syntax = other
        return row

    def opens(self, window: bytearray, start: int) -> bool:
        """Whether a row begins at an index, and may go on behind the window."""
        return self.syntax.open_row.match(window, start) is not None

    def advance(
        self, window: bytearray, base: int, index: int, *, ended: bool
    ) -> tuple[int, re.Match[bytes] | None]:
        """Read the rows that end before an index; where the next one begins, and that row."""
        start = self.row - base
        while (row := self.match(window, start, ended=ended)) and row.end() <= index and row.end() > start:
            start = row.end()
        self.row = base + start
        return start, row

    def read(self, window: bytearray, base: int, index: int, *, ended: bool) -> Row | None:
        """The row around an index."""
        if self.row < base:
            return None
        start, row = self.advance(window, base, index, ended=ended)
        if start > index or (row is None and not self.opens(window, start)):
            return None
        spans: list[tuple[int, int]] = []
        position = start + 1
        while len(spans) < CELLS and (value := self.syntax.value.match(window, position)):
            spans.append(value.span(1))
            position = value.end()
            if window[position - 1 : position] == b")":
                break
        if row is None:
            spans.append((position, len(window)))

        def text(value: bytes) -> str | None:
            return value_text(value, escapes=self.syntax.escapes)

        end = row.end() if row is not None else len(window)
        return self.described(window, base, start, end, spans, text, whole=row is not None)

    def follow(self, window: bytearray, base: int, edge: int) -> int | None:
        """Read on to the row around an index; where that begins, None where the statement has ended."""
        start, row = self.advance(window, base, edge, ended=False)
        return start if start >= edge or row is not None or self.opens(window, start) else None


def goes_on(window: bytearray, index: int, syntax: Syntax) -> bool:
    """Whether behind a row there stands what may stand there."""
    rows = (syntax.row, syntax.open_row)
    return any(row.match(window, index) for row in rows) or BEHIND_ROWS.match(window, index) is not None


class Copy(Statement):
    """Rows are lines, values are parted by tabs. It has not ended before ``runs``."""

    def __init__(self, head: re.Match[bytes], base: int, tables: Tables) -> None:
        super().__init__(head, base, tables)
        self.runs = self.row

    def end(self, window: bytearray, base: int, index: int) -> int | None:
        """Where the block has ended before an index."""
        at = window.find(b"\n\\.", max(0, self.runs - 1 - base), index)
        if at >= 0:
            return at + 1
        self.runs = max(self.runs, base + index - 3)
        return None

    def read(self, window: bytearray, base: int, index: int, *, ended: bool) -> Row | None:
        start = window.rfind(b"\n", 0, index) + 1
        if self.end(window, base, index) is not None or (start == 0 and self.row < base):
            return None
        self.row = base + start
        line_end = window.find(b"\n", index)
        whole, stop = line_end >= 0 or ended, line_end if line_end >= 0 else len(window)
        if whole and not self.fits(window[start:stop]):
            return None
        spans, position = [], start
        for value in window[start:stop].rstrip(b"\r").split(b"\t", CELLS):
            spans.append((position, position + len(value)))
            position += len(value) + 1
        return self.described(window, base, start, stop, spans, copied_text, whole=whole)

    def fits(self, line: bytes | bytearray) -> bool:
        """Whether a line has as many values as there are columns: a text may hold what looks like a block."""
        return not self.names or line.count(b"\t") == len(self.names) - 1

    def follow(self, window: bytearray, base: int, edge: int) -> int | None:
        if self.end(window, base, edge) is not None:
            return None
        start = window.rfind(b"\n", 0, edge) + 1
        self.row = max(self.row, base + start)
        return start


def statements_before(
    window: bytearray, base: int, start: int, end: int, tables: Tables, *, standard: bool
) -> Iterator[Insert | Copy]:
    """The statements that begin between two indexes, the last first. No other line of a dump begins so,
    save one in a string."""
    size = CHUNK[0]
    while end > start:
        begin = max(start, end - size)
        for keyword in reversed(list(KEYWORD.finditer(window, begin, end + 64))):
            if keyword.start() < end and (
                statement := statement_at(window, base, keyword.start(), tables, standard=standard)
            ):
                yield statement
        end, size = begin, min(2 * size, CHUNK[1])
    if base == start == 0:
        mark = len(BOM_UTF8) if window.startswith(BOM_UTF8) else 0
        if statement := statement_at(window, base, mark, tables, standard=standard):
            yield statement


def begins(window: bytes | bytearray, base: int, index: int) -> bool:
    before = window[max(0, index - BEHIND) : index]
    return ENDED.search(before) is not None and (bool(before.strip()) or base == 0)


def statement_at(
    window: bytearray, base: int, index: int, tables: Tables, *, standard: bool
) -> Insert | Copy | None:
    if head := INSERT.match(window, index):
        return Insert(head, base, tables, standard=standard)
    copy = COPY.match(window, index)
    return Copy(copy, base, tables) if copy else None
