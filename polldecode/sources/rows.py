"""Where the rows of a table end, told without parsing them.

As long as its quotation marks behave, each opening one at the beginning of a cell and each closing one at the
end, whether a line end stands in a cell is known from the number of marks before it. Only a stretch in which
one stands elsewhere is gone through cell by cell. The automaton is that of the csv module, and can stop
anywhere."""

from __future__ import annotations

import re

from polldecode.sources.dialect import Dialect
from polldecode.sources.found import count_lines

STRETCH = 1 << 15  # bytes that one stray mark costs the quick way, in the first level cache
LIKELY = 1 << 9  # a row is likely to end so soon
# Behind: a delimiter or line end; a character of a cell that has no quotes; what closes a cell, if no other
# mark follows; within a quoted cell.
START, LOOSE, CLOSED, QUOTED = range(4)
BEFORE = {START: b"", LOOSE: b"_", CLOSED: b'"', QUOTED: b'"'}
QUOTE, ANY, COMMA = b'"x,'
MARKS = re.compile(rb'"*+')
# Begins with the mark, and looks back from there: what begins with a literal is looked for by memchr.
CLOSING = re.compile(rb'"(?<!"")(?>(?:"")*)(?!")')


class Rows:
    """The rows of a text, which is gone through once, in pieces of any size.

    ``settled``: whether marks that stand elsewhere are known to be no more than characters. If not, the first
    one makes it ``doubtful``, and nothing is counted from there on. ``doubled``: a mark was, until then."""

    def __init__(self, dialect: Dialect, *, settled: bool = False) -> None:
        self.dialect = dialect
        self.settled = settled or dialect.quoting == "none"
        self.doubtful = self.doubled = self.behind_backslash = False
        self.state = START
        self.parts: list[bytes] = []  # of the last piece in which a row ended, between the marks
        self.inside = self.walked = False  # whether the first is within a quoted cell, and whether, because
        # marks stood elsewhere, there is only one, which ends with the row
        self.opening = re.compile(rb'"(?<![^%b\r\n]")(?>(?:"")*)(?!")' % re.escape(dialect.delimiter))
        self.cell_ends = (dialect.delimiter, b"\r", b"\n")
        self.kinds = bytes(
            QUOTE if code == QUOTE else ANY if bytes((code,)) not in self.cell_ends else COMMA
            for code in range(256)
        )

    def count(self, window: bytes, start: int, end: int) -> tuple[int, int]:
        """How many rows end from ``start`` to ``end``, and the index behind the last of them, or -1."""
        if end > start and self.plain(window, start, end):
            self.enter(window[end - 1 : end])
            return count_lines(window, start, end), window.rfind(b"\n", start, end) + 1 or -1
        rows, last = 0, -1
        for begin in range(start, end, STRETCH):
            ends = self.take(self.masked(window[begin : min(begin + STRETCH, end)]))
            if self.doubtful:
                return 0, -1
            if ends:
                rows, last = rows + ends, begin
        return rows, last + self.last_end() if rows else -1

    def plain(self, window: bytes, start: int, end: int) -> bool:
        """Whether every line end parts rows."""
        quoting, line_end = self.dialect.quoting, self.dialect.line_end
        if line_end != b"\n" or quoting == "escaped" or self.state == QUOTED:
            return False
        return quoting == "none" or window.find(b'"', start, end) < 0

    def end(self, window: bytes, start: int) -> int:
        """The index behind the next row's end from ``start`` on; -1 where it is not in the window."""
        begin, size = start, LIKELY
        while begin < len(window):
            piece, state = self.masked(window[begin : begin + size]), self.state
            ends = self.take(piece)
            if self.doubtful:
                break
            if ends:
                index = self.first_end()
                if self.walked:
                    self.state = state
                    self.walk(piece, once=True)
                    index = self.last_end()
                self.state, self.behind_backslash = START, False
                return begin + index
            begin, size = begin + size, min(2 * size, STRETCH)
        return -1

    def masked(self, piece: bytes) -> bytes:
        masked = self.dialect.masked(piece, behind_backslash=self.behind_backslash)
        self.behind_backslash = self.dialect.quoting == "escaped" and masked.endswith(b"\\")
        return masked

    def take(self, piece: bytes) -> int:
        """Go on over a piece: how many rows end in it."""
        parts = piece.split(b'"')
        inside = self.state == QUOTED
        outside = parts[inside::2]
        if not outside:
            return 0
        ends_inside = len(parts) % 2 == inside
        outside[0] = BEFORE[self.state] + outside[0]
        if ends_inside:
            outside.append(b"")
        text = b'"'.join(outside)
        if len(parts) > 1 or self.state == CLOSED:
            kinds = text.translate(self.kinds)
            if kinds.rfind(b'x"') >= 0 or kinds.rfind(b'"x') >= 0:  # a third of what `in` takes here
                if self.settled:
                    return self.walk(piece)
                self.doubtful = True
                return 0
            if self.dialect.delimiter == b"\t" and not self.settled and not self.doubled:
                self.doubled = b'""' in piece
        if ends_inside:
            self.state = QUOTED
        elif parts[-1]:
            self.enter(parts[-1])
        elif len(parts) > 1:
            self.state = CLOSED
        rows = text.count(b"\n")
        if rows:
            self.parts, self.inside, self.walked = parts, inside, False
        return rows

    def first_end(self) -> int:
        """The index behind the first row's end in the last piece that had one."""
        position = 0
        for number, part in enumerate(self.parts):
            if number % 2 == self.inside and (line_end := part.find(b"\n")) >= 0:
                return position + line_end + 1
            position += len(part) + 1
        raise AssertionError("a line end that was counted is there")

    def last_end(self) -> int:
        """The index behind the last row's end in the last piece that had one."""
        position = sum(map(len, self.parts)) + len(self.parts) - 1
        for number in range(len(self.parts) - 1, -1, -1):
            part = self.parts[number]
            position -= len(part)
            if number % 2 == self.inside and (line_end := part.rfind(b"\n")) >= 0:
                return position + line_end + 1
            position -= 1
        raise AssertionError("a line end that was counted is there")

    def walk(self, piece: bytes, *, once: bool = False) -> int:
        """The same, cell by cell; ``once``: up to the end of the first row."""
        rows, last, size = 0, 0, len(piece)
        begin = MARKS.match(piece).end()  # type: ignore[union-attr]
        self.skip_marks(begin)
        while begin < size:
            if self.state == QUOTED:
                closing = CLOSING.search(piece, begin)
                if not closing:
                    break
                begin, self.state = closing.end(), CLOSED
                continue
            opening = self.opening.search(piece, begin)
            end = opening.start() if opening else size
            rows += piece.count(b"\n", begin, end)
            if once and rows:
                last = piece.find(b"\n", begin, end) + 1
                break
            last = piece.rfind(b"\n", begin, end) + 1 or last
            if not opening:
                text = piece.rstrip(b'"')
                self.enter(text)
                self.skip_marks(size - len(text))
                break
            begin, self.state = opening.end(), QUOTED
        if rows:
            self.parts, self.inside, self.walked = [piece[:last]], False, True
        return rows

    def enter(self, text: bytes) -> None:
        """Go on over text without marks."""
        self.state = START if text.endswith(self.cell_ends) else LOOSE

    def skip_marks(self, number: int) -> None:
        """Go on over so many marks."""
        if number and self.state != LOOSE:
            self.state = QUOTED if (number % 2 == 1) != (self.state == QUOTED) else CLOSED
