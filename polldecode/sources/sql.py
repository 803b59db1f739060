"""SQL dumps: searched as text, so that offsets are those of the dump; the statement around a find says which
row it is.

``record`` is the table and the row's first value, as in ``wp_posts:244``; ``field`` is the table's column,
where the statement names its columns, the dump makes the table, or it is one of WordPress's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from polldecode.sources.found import Finds, Reading
from polldecode.sources.sql_statements import HEAD, Copy, Insert, Row, statements_before
from polldecode.sources.sql_syntax import STANDARD
from polldecode.sources.sql_tables import Tables
from polldecode.sources.text import Search

KEEP = 1 << 22  # of the text before a find: mysqldump ends its statements at 1 MB
STEP = 1 << 22  # dropped at a time: to move what is kept for each block would cost more than to search it
TRIES = 4  # statements looked at around a find, and as many of the lines that may be none
LIKE = 64  # lines of a text that look like one
SNIFF = 1 << 13
# Who writes these escapes nothing by a backslash, outside of E'…'.
STANDARD_DUMP = re.compile(
    rb"PostgreSQL database dump|standard_conforming_strings = on|PRAGMA foreign_keys|BEGIN TRANSACTION;|"
    rb"\nGO\r?\n|IDENTITY_INSERT|"
    rb"SQL_MODE *= *['\"][^'\"\n]*NO_BACKSLASH_ESCAPES",
    re.IGNORECASE,
)
STATEMENT_END = re.compile(rb";[ \t]*(?:\r?\n|\Z)")
# What is not ended at the end of a dump; other text may be meant to have no semicolon.
UNFINISHED = re.compile(
    rb"(?>(?:\s++|--[^\n]*+|#[^\n]*+|/\*.*?\*/)*)(?:(?:INSERT|REPLACE|COPY|CREATE|ALTER|DROP)\s|/\*)",
    re.IGNORECASE | re.DOTALL,
)


def search(reading: Reading) -> Iterator[Finds]:
    statements = Statements(standard=STANDARD_DUMP.search(reading.stream.look(SNIFF)) is not None)
    dump = Dump(reading, statements)
    yield from dump.run()
    if not reading.problems and (problem := statements.torn(dump.window, dump.base)):
        reading.problems.append(problem)


class Dump(Search):
    """A window over the dump that hands out what it finds with its row: what stands in a row that has not
    ended waits for the next block."""

    def __init__(self, reading: Reading, statements: Statements) -> None:
        super().__init__(reading, 0, keep=KEEP, resumes=False)  # rows that were torn would swallow others
        self.statements = statements
        self.waiting: list[Finds] = []

    def forget(self, size: int) -> int:
        if size < STEP:
            return 0
        edge = self.clean
        if self.waiting:
            edge = min(edge, self.waiting[0].start - self.base)
        return super().forget(self.statements.leave(self.window, self.base, size, edge))

    def hand_out(self) -> Iterator[Finds]:
        self.statements.tables.look(self.window, self.base, ended=self.ended)
        waiting, self.waiting = self.waiting, []
        coming = chain.from_iterable(found.alone() for found in super().hand_out())
        for found in chain(waiting, coming):
            if self.waiting or not (located := self.located(found)):
                self.waiting.append(found)
            else:
                yield located

    def located(self, found: Finds) -> Finds | None:
        """The find with its row, None where that may be known with the next block."""
        offset = found.start
        row = self.statements.around(self.window, self.base, offset - self.base, ended=self.ended)
        if row is None:
            return found
        if not row.whole and not self.ended and row.end - row.begin < KEEP:
            return None
        self.statements.last = row
        record, document = row.described(offset)
        return found.within(record, document)


class Statements:
    """Which statement is being read. None that begins before ``looked`` is still to be found."""

    def __init__(self, *, standard: bool) -> None:
        self.standard = standard
        self.current: Insert | Copy | None = None
        self.last: Row | None = None
        self.looked = 0
        self.tables = Tables()

    def around(self, window: bytearray, base: int, index: int, *, ended: bool) -> Row | None:
        """The row around an index of the window."""
        if self.last is not None and self.last.begin <= base + index < self.last.end:
            return self.last
        for statement in self.candidates(window, base, index):
            row = statement.read(window, base, index, ended=ended)
            if row is not None:
                break
        else:
            statement, row = None, None
        if row is None or row.whole:
            self.current, self.looked = statement, base + index
            if isinstance(statement, Insert):
                self.standard = statement.syntax is STANDARD
        return row

    def candidates(self, window: bytearray, base: int, index: int) -> Iterator[Insert | Copy]:
        """The statements that an index may be in, the surest first."""
        current, start = self.current, self.looked - base
        if isinstance(current, Copy):
            end = current.end(window, base, index)
            if end is None:
                yield current
                return
            current, start = None, max(start, end)
        heads = statements_before(window, base, max(0, start), index, self.tables, standard=self.standard)
        doubtful: list[Insert | Copy] = []
        sure = 0
        for head in islice(heads, LIKE):
            if not head.begins:
                doubtful.append(head)
                continue
            yield head
            sure += 1
            if sure == TRIES:
                break
        if current is not None:
            yield current
        yield from doubtful[:TRIES]

    def leave(self, window: bytearray, base: int, size: int, edge: int) -> int:
        """Read on in the statement around ``edge``, behind which is searched, to what is to be dropped of the
        window; how much of it can be, as the row that begins there may be asked for."""
        self.current = next(self.candidates(window, base, edge), None)
        self.looked = max(self.looked, base + edge - HEAD)
        if self.current is None or (isinstance(self.current, Insert) and self.current.row >= base + size):
            return size
        start = self.current.follow(window, base, edge if isinstance(self.current, Copy) else size)
        if start is None or size - start > KEEP // 2:
            self.current = None
            return size
        return min(size, start)

    def torn(self, window: bytearray, base: int) -> str | None:
        """What the dump ends in the middle of. What cannot be parsed as a row may be another dialect's."""
        size, start = len(window), 0
        statement = next(self.candidates(window, base, size), None)
        if isinstance(statement, Copy):
            end = statement.end(window, base, size)
            line, line_end, _ = bytes(window[max(0, statement.row - base) :]).partition(b"\n")
            if end is None and (not line_end or statement.fits(line)):
                return "the dump ends inside of a block of COPY"
            start = end + len("\\.") if end is not None else 0
        elif statement is not None and statement.row >= base:
            start, _ = statement.advance(window, base, size, ended=True)
            if window.startswith(b"(", start):
                torn = statement.opens(window, start) or not STATEMENT_END.search(window, start)
                return "the dump ends inside of a row" if torn else None
            if not window[start:].strip():
                return "the dump ends inside of a statement"
        tail = max(start, size - (HEAD << 3))
        rest = bytes(window[tail:])
        ends = [end.end() for end in STATEMENT_END.finditer(rest)]
        last = ends[-1] if ends else 0 if tail == start else len(rest)
        return "the dump ends inside of a statement" if UNFINISHED.match(rest, last) else None
