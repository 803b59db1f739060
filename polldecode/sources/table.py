"""CSV and TSV: ``record`` is the row, from 1, where the header is the first; ``field`` the column's name, or
``[3]`` for the third where there is no header.

Rows without evidence are counted and never parsed."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from polldecode.search import TAG, next_hit
from polldecode.sources.dialect import Dialect
from polldecode.sources.found import Document, Finds, Reading, characters, count_lines, find_in, text_or_bytes
from polldecode.sources.heading import HEAD, dialect_of, names_of, preamble_of, settled
from polldecode.sources.names import TELLING, page_of
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK, MARGIN
from polldecode.sources.rows import QUOTED, Rows
from polldecode.sources.streams import Stream
from polldecode.sources.text import search_rest

ROW = 1 << 24  # a longer row is searched as text: its cells would take several times its size
NOTHING = (b"", b"\\N")  # NULL as MySQL and PostgreSQL write it


def search(reading: Reading) -> Iterator[Finds]:
    return Table(reading).run()


class Table:
    """A window that moves over the table.

    ``row`` is the index where its last row begins, ``number`` the rows before that. Up to ``known`` the rows
    have been counted, up to ``clean`` there is no evidence that has not been handed out. ``dropped``: bytes
    that are gone of a row too long to be kept, with their line ends, and the column that follows them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.window = b""
        self.row = self.known = self.clean = self.number = 0
        self.dropped = self.dropped_lines = self.dropped_column = 0
        self.ended = False
        self.rows = Rows(Dialect())
        self.names: list[str] = []
        self.telling: list[tuple[int, str]] = []  # those that say something of the page

    def run(self) -> Iterator[Finds]:
        while not self.ended and len(self.window) < HEAD:
            self.window += self.more()
        if not self.window:
            return
        self.begin()
        while True:
            yield from self.hand_out()
            if self.ended:
                break
            self.forget()
            self.window += self.more()
        if self.rows.state == QUOTED and not self.reading.problems:
            self.reading.problems.append(f"row {self.number + 1}: the input ends inside of a quoted value")

    def more(self) -> bytes:
        """The next block of the input, b"" at its end."""
        try:
            block = self.reading.stream.read(BLOCK)
        except Unreadable as error:
            self.reading.problems.append(str(error))
            block = b""
        self.ended = not block
        return block

    def begin(self) -> None:
        """Read the header, which is the first row, and searched like others."""
        head = self.window[:HEAD]
        begin, delimiter = preamble_of(head)
        self.window, head = self.window[begin:], head[begin:]
        self.rows = Rows(dialect_of(head, delimiter))
        end = Rows(self.rows.dialect, settled=True).end(self.window, 0)
        first = self.rows.dialect.cells(self.window[: end if end >= 0 else HEAD])
        cells, wanted = [text_of(cell) for cell in first], self.reading.column
        places = [f"[{number}]" for number in range(1, len(cells) + 1)]
        names = names_of(cells, wanted) or places
        self.names = [name or place for name, place in zip(names, places, strict=True)]
        self.telling = [each for each in enumerate(self.names) if each[1].lower() in TELLING]
        if wanted is not None and wanted not in self.names:
            raise Unreadable(f"there is no column {wanted!r}; there are {', '.join(self.names)}")

    def hand_out(self) -> Iterator[Finds]:
        """What is found in the rows that end in the window."""
        while True:
            hit = next_hit(self.window, max(self.row, self.clean - len(TAG)))
            edge = hit if hit >= 0 else len(self.window)
            if edge > self.known:
                ends, last = self.rows.count(self.window, self.known, edge)
                if self.settle():
                    continue
                if ends:
                    self.number += ends - 1
                    self.next_row(last)
                self.known = edge
            self.clean = edge
            if hit < 0:
                if self.unclosed() and self.settle():
                    continue
                return
            end = self.rows.end(self.window, self.known)
            if self.settle():
                continue
            self.known = end if end >= 0 else len(self.window)
            if end < 0 and not self.ended and len(self.window) - self.row < ROW and not self.dropped:
                return
            if end < 0 and self.unclosed() and self.settle():
                continue
            if self.dropped or (end < 0 and not self.ended):
                yield from self.search_long_row(end)
                continue
            yield from self.search_row(self.window[self.row : self.known])
            if end < 0:
                self.clean = self.row = self.known
                return
            self.next_row(end)

    def unclosed(self) -> bool:
        """Whether a cell that a mark opened is not closed where it would have to be."""
        late = self.ended or len(self.window) - self.row >= ROW
        self.rows.doubtful = late and self.rows.state == QUOTED and not self.rows.settled
        return self.rows.doubtful

    def settle(self) -> bool:
        """Whether the present row and what follows are to be counted again, as marks do not behave in it."""
        if not self.rows.doubtful:
            return False
        self.rows = Rows(settled(self.window[self.row :], self.rows), settled=True)
        self.known = self.row
        return True

    def next_row(self, begin: int) -> None:
        self.number += 1
        self.row = self.known = self.clean = begin
        self.dropped = self.dropped_lines = self.dropped_column = 0

    def forget(self) -> None:
        """Drop the rows that are done, and of one that is too long what has no evidence."""
        gone, size = self.row, len(self.window)
        if self.clean == size and (size - self.row > ROW or self.dropped):
            self.rows.settled = True  # the row cannot be counted again
            gone = max(self.row, size - MARGIN)
            line_start = self.window.rfind(b"\n", self.row, gone) + 1
            self.dropped += gone - self.row
            self.dropped_lines += count_lines(self.window, self.row, gone)
            self.dropped_column *= not line_start
            self.dropped_column += characters(self.window[line_start or self.row : gone])
        self.window = self.window[gone:]
        self.row, self.known, self.clean = 0, self.known - gone, self.clean - gone

    def search_row(self, row: bytes) -> Iterator[Finds]:
        values = self.rows.dialect.cells(row)
        document = None
        for position, value in enumerate(values):
            name = self.names[position] if position < len(self.names) else f"[{position + 1}]"
            if self.reading.column in (None, name) and next_hit(value) >= 0:
                document = document or self.document_of(values)
                text = text_or_bytes(value)
                yield from find_in(text, self.reading.path, self.number + 1, document._replace(field=name))

    def document_of(self, values: list[bytes]) -> Document:
        """What the row says of its page; the header says nothing."""
        cells = [(name, values[place]) for place, name in self.telling if place < len(values) and self.number]
        return page_of((name, text_of(cell)) for name, cell in cells if cell not in NOTHING)

    def search_long_row(self, end: int) -> Iterator[Finds]:
        """Search the present row as the text that it is, up to ``end`` or, where that is not in the window,
        as it is read."""
        self.reading.problems.append(f"row {self.number + 1}: more than {ROW >> 20} MB; searched as text")
        self.rows.settled = True
        text, rest = self.window[self.row : self.known], RowRest(self, whole=end >= 0)
        self.window = self.window[self.known :]
        reading = Reading(self.reading.path, rest, problems=self.reading.problems)
        before = (self.dropped, self.dropped_lines, self.dropped_column)
        for found in search_rest(reading, text, *before):
            yield found.within(self.number + 1, None)
        if rest.whole:
            self.next_row(0)
        else:
            self.row = self.known = self.clean = 0


class RowRest(Stream):
    """What is still to be read of a row, for the search of text; ``whole`` when its end has been."""

    def __init__(self, table: Table, *, whole: bool) -> None:
        super().__init__(BytesIO())
        self.table = table
        self.whole = whole

    def refill(self, window: bytearray, gone: int, size: int) -> int:  # noqa: ARG002 - a block is enough
        del window[:gone]
        if self.whole:
            return 0
        block = self.table.more()
        end = self.table.rows.end(block, 0)
        if end >= 0:
            self.whole = True
            block, self.table.window = block[:end], block[end:]
        window += block
        return len(block)


def text_of(value: bytes) -> str:
    return value.decode("utf-8", "replace")
