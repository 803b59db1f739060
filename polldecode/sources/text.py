"""Text, HTML, Markdown: any charset, any size, searched as bytes in blocks.

What is found is what ``extract`` finds in the whole text, whatever the blocks and ranges: an extraction
counts only when MARGIN of text follows it, or the end; until then more is read. UTF-16 and UTF-32 are known
by charsets.py and read as text; their offsets are still those of the bytes."""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from polldecode.extract import finds
from polldecode.records import Place
from polldecode.search import TAG, next_hit, next_tag
from polldecode.sources.charsets import SNIFF, charset_of, mark_of
from polldecode.sources.found import Finds, Found, Neighbours, Reading, Spot, characters, count_lines
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK, MARGIN, PROSE, PROSE_BYTES, REACH, column_at, start_of_context

if TYPE_CHECKING:
    from polldecode.whole import Whole

PAD = b"\n" * 48
BACK = 1 << 14  # of it before the first evidence
NEAR, PIECE = (
    1 << 13,
    1 << 17,
)  # evidence that has none between these behind it is looked at in a piece of its own


def search(reading: Reading) -> Iterator[Finds]:
    head = reading.stream.look(SNIFF) if reading.start == 0 else b""
    charset = charset_of(head)
    if charset is not None:
        mark = len(mark_of(head))
        reading.stream.read(mark)
        return Search(reading, mark, charset=charset).run()
    moving = Search(reading, start_of_context(reading))
    if head.startswith(codecs.BOM_UTF8):
        moving.column = -1  # the mark is no character of the line
    return moving.run()


class Search:
    """A window that moves over the text.

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
        self.window: Any = (
            bytearray(rest) if charset is None else ""
        )  # what is searched is a bytearray or str
        self.newline: Any = b"\n" if charset is None else "\n"
        self.decoder = codecs.getincrementaldecoder(charset)("replace") if charset is not None else None
        self.done = self.clean = 0
        self.ended = False
        self.counted = 0 if charset else reading.start - base  # line ends before this index are in `line`
        self.line = 0
        # Characters between the last line end and the window; None where they would have to be counted first.
        self.column: int | None = 0 if charset or base == 0 else None
        self.known, self.known_column = -1, 1  # the last find, and its column

    def run(self) -> Iterator[Finds]:
        stop = self.reading.stop
        while not self.ended:
            self.fill()
            yield from self.hand_out()
            if stop is not None and (
                self.base + self.done >= stop or self.base + self.clean >= stop + MARGIN
            ):
                break
        if stop is not None:
            self.count(stop - self.base)
            self.reading.lines = self.line

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

    def hand_out(self) -> Iterator[Finds]:
        """What is found in the window and cannot change with the next block."""
        while (hit := next_hit(self.window, max(self.done, self.clean - len(TAG)))) >= 0:
            begin, end = max(self.done, hit - BACK), len(self.window)
            alone = end - hit > PIECE and next_hit(self.window[hit + NEAR : hit + PIECE]) < 0
            if alone and (yield from self.hand_out_piece(begin, hit + PIECE)):
                self.clean = hit + PIECE
            else:
                yield from self.hand_out_piece(max(self.done, begin), end)
                return
        self.clean = len(self.window)

    def hand_out_piece(self, begin: int, end: int) -> Generator[Finds, None, bool]:
        """The same of a piece of the window; whether the piece is large enough to settle all in it."""
        size = len(self.window)
        final = self.ended and end == size
        shift = begin - len(PAD) if self.base + begin else begin
        safe = end - MARGIN
        # What begins too near the end to be settled is not read twice.
        before = None if self.ended or end < size else max(0, safe + len(TAG) - shift)
        for find in finds(self.piece(begin, end), before):
            if isinstance(find, list):
                wholes = find
                if not final and shift + find[-1][4] > safe:
                    wholes = [each for each in find if shift + each[4] <= safe]
                if wholes:
                    self.done = shift + wholes[-1][4]
                    if within := self.within_range(wholes, shift):
                        # No line ends in a payload.
                        spans = [(each[3], each[4], each[0].end() + len(each[1])) for each in within]
                        yield Neighbours(within, self.spots(spans, shift), self.reading.path)
                if len(wholes) < len(find):
                    self.clean = shift + find[len(wholes)][3]
                    return False
                continue
            start, stop = shift + find.start, shift + find.end
            settled = stop <= safe and (find.error is None or self.settled(stop, end))
            if not settled and not final and (end < size or end - start < REACH + MARGIN):
                self.clean = start
                return False
            self.done = stop
            if self.reading.has(self.offset(start)):
                (spot,) = self.spots([(find.start, find.end, find.start)], shift)
                yield Found(find, Place(self.reading.path, None, None, *spot), None)
        if final:
            self.clean = end
            return False
        prose = self.prose(max(self.done, end - MARGIN // 16), end)
        if end < size:
            return prose
        waiting = next_hit(self.window, max(self.done, end - (MARGIN if prose else REACH)))
        self.clean = waiting if waiting >= 0 else end
        return False

    def piece(self, begin: int, end: int) -> str | bytes:
        """A text may begin inside a payload, but unless the window is at its beginning, this is not where
        it begins."""
        pad = self.base + begin > 0
        if isinstance(self.window, str):
            return PAD.decode() * pad + self.window[begin:end]
        with memoryview(self.window)[begin:end] as view:
            return b"".join((PAD * pad, view))

    def settled(self, start: int, end: int) -> bool:
        """Whether something behind an incomplete extraction shows that it does not go on with the next
        block."""
        return start <= next_tag(self.window, start) < end or self.prose(start, end)

    def prose(self, start: int, end: int) -> bool:
        window = self.window
        pattern = PROSE if isinstance(window, str) else PROSE_BYTES
        return pattern.search(window, start, end) is not None

    def within_range(self, wholes: list[Whole], shift: int) -> list[Whole]:
        reading = self.reading
        if reading.has(self.offset(shift + wholes[0][3])) and reading.has(self.offset(shift + wholes[-1][3])):
            return wholes
        return [each for each in wholes if reading.has(self.offset(shift + each[3]))]

    def spots(self, spans: Iterable[tuple[int, int, int]], shift: int) -> list[Spot]:
        """Line, column, start and end of each span, in order. From where a span starts to its third index no
        line ends."""
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
        self.done, self.clean, self.counted = max(0, self.done - size), self.clean - size, self.counted - size
        self.known = max(-1, self.known - size)
        return size

    def offset(self, index: int) -> int:
        """That of an index of the window, in bytes as they were read."""
        if self.charset is None:
            return self.base + index
        return self.base + len(self.window[:index].encode(self.charset, "surrogatepass"))


def search_rest(reading: Reading, rest: bytes, offset: int, line: int, column: int = 0) -> Iterator[Finds]:
    """What follows in a container from where it cannot be parsed on, searched as the text that it is:
    ``rest`` and what the stream still holds. ``offset`` is that of ``rest``, in bytes, ``line`` counts the
    line ends before it, ``column`` the characters behind the last of them."""
    moving = Search(reading, offset, rest=rest)
    moving.line, moving.counted, moving.column = line, 0, column
    return moving.run()
