"""A window that moves over a text as it is read, and knows where it is: offset, line, column."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

from polldecode.sources.found import Reading, Spot, characters, count_lines
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK, MARGIN, REACH, column_at


class Window:
    """What of a text is in memory, and which line and column its parts are in.

    ``base`` is the offset of its first unit. Before the index ``done`` everything has been handed out;
    between ``done`` and ``clean`` there is no evidence left that more text could make a poll of."""

    def __init__(
        self,
        reading: Reading,
        base: int,
        *,
        charset: str | None = None,
        keep: int = MARGIN,
        rest: bytes = b"",
        resumes: bool = True,
    ) -> None:
        self.reading = reading
        self.base = base
        self.charset = charset
        self.keep = keep  # of the text before what is still to be searched
        self.resumes = resumes  # behind damage
        # What is searched is a bytearray or str.
        self.decoder = codecs.getincrementaldecoder(charset)("replace") if charset is not None else None
        self.window: Any = self.decoder.decode(rest) if self.decoder else bytearray(rest)
        self.newline: Any = b"\n" if charset is None else "\n"
        self.done = self.clean = 0
        self.ended = False
        self.counted = 0 if charset else reading.start - base  # line ends before this index are in `line`
        self.line = 0
        # Characters between the last line end and the window; None where they would have to be counted first.
        self.column: int | None = 0 if charset or base == 0 else None
        self.known, self.known_column = -1, 1  # the last find, and its column
        self.measured = 0, base  # an index, and its offset

    def fill(self) -> None:
        """Drop what is no longer needed and read on."""
        gone = self.forget(self.clean - self.keep)
        # Evidence that nothing settles is searched again with each block: the longer it is, the more is read.
        size, stop = max(BLOCK, min(REACH, len(self.window) - self.clean)), self.reading.stop
        if stop is not None:
            needed = stop + 2 * MARGIN - self.base - (len(self.window) - gone)
            size = min(size, needed) if needed > 0 else size
        try:
            if isinstance(self.window, bytearray):
                self.ended = not self.reading.stream.refill(self.window, gone, size)
            else:
                self.window = self.window[gone:]
                block = self.reading.stream.read(size)
                self.window += self.decoder.decode(block, final=not block) if self.decoder else ""
                self.ended = not block
        except Unreadable as error:  # what has been read of it is still to be searched
            self.reading.problems.append(str(error))
            self.ended = not (self.resumes and self.reading.stream.resume())
            if not self.ended:
                self.window += self.newline  # what was torn does not go on here
                if self.decoder:
                    self.decoder.reset()  # of half a character

    def spots(self, spans: Iterable[tuple[int, int, int]], shift: int) -> list[Spot]:
        """Line, column, start and end of each span, in order. No line ends from its start to its third
        index."""
        window, newline, counted = self.window, self.newline, self.counted
        line, known, column, base = self.line + 1, self.known, self.known_column, self.base + shift
        spots = []
        for start, end, passed in spans:
            at = shift + start
            lines = count_lines(window, counted, at) if at > counted else 0
            if lines == 0 <= known:  # still in the line of the find before
                column += characters(window[known:at])
            else:
                line += lines
                line_start = window.rfind(newline, 0, at) + 1
                column = characters(window[line_start:at]) + 1 if line_start < at else 1
                if line_start == 0:
                    if self.column is None:
                        self.column = column_at(self.reading, self.base)
                    column += self.column
            known = at
            if shift + passed > counted:
                counted = shift + passed
            if self.charset is None:
                spots.append((line, column, base + start, base + end))
            else:
                spots.append((line, column, self.offset(at), self.offset(shift + end)))
        self.line, self.counted = line - 1, counted
        self.known, self.known_column = known, column
        return spots

    def count(self, index: int) -> None:
        """Count the line ends up to an index; those behind the range are not its own."""
        if self.reading.stop is not None:
            index = min(index, self.reading.stop - self.base)
        if index > self.counted:
            self.line += count_lines(self.window, self.counted, index)
            self.counted = index

    def forget(self, size: int) -> int:
        """Note that the window's first units go, and how many these are."""
        if size <= 0:
            return 0
        self.count(size)
        line_start = self.window.rfind(self.newline, 0, size) + 1
        if line_start:
            self.column = characters(self.window[line_start:size])
        elif self.column is not None:
            self.column += characters(self.window[:size])
        self.base = self.offset(size)
        self.measured = 0, self.base
        self.done, self.clean, self.counted = max(0, self.done - size), self.clean - size, self.counted - size
        self.known = max(-1, self.known - size)
        return size

    def offset(self, index: int) -> int:
        """That of an index of the window, in bytes as they were read. In a charset with units of several
        bytes it is measured from the last one on."""
        if self.charset is None:
            return self.base + index
        last, offset = self.measured
        if index < last:
            last, offset = 0, self.base
        offset += len(self.window[last:index].encode(self.charset, "surrogatepass"))
        self.measured = index, offset
        return offset
