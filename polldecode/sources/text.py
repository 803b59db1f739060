"""Text, HTML, Markdown: any charset, any size, searched as bytes in blocks.

What is found is what ``extract`` finds in the whole text, whatever the blocks and ranges: an extraction
counts only when MARGIN of text follows it, or the end; until then more is read. UTF-16 and UTF-32 are known
by charsets.py and read as text; their offsets are still those of the bytes."""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator
from itertools import compress
from typing import TYPE_CHECKING

from polldecode.extract import finds
from polldecode.records import Place
from polldecode.search import TAG, next_hit, next_tag
from polldecode.sources.charsets import SNIFF, charset_of, mark_of
from polldecode.sources.found import Finds, Found, Neighbours, Reading
from polldecode.sources.ranges import MARGIN, PROSE, PROSE_BYTES, REACH, start_of_context
from polldecode.sources.window import Window

if TYPE_CHECKING:
    from polldecode.standing import Span
    from polldecode.whole import Whole

PAD = b"\n" * 48
BACK = 1 << 14  # of it before the first evidence
# Evidence that has none between these behind it is looked at in a piece of its own.
NEAR, PIECE = 1 << 13, 1 << 17


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


class Search(Window):
    """A window over the text that hands out what is found in it."""

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
                spans = [each[0] for each, _, _ in find]
                several = len(spans)
                if not final and shift + spans[-1][1] > safe:
                    several = sum(shift + end <= safe for _, end, _ in spans)
                if several:
                    self.done = shift + spans[several - 1][1]
                    if neighbours := self.neighbours(find[:several], spans[:several], shift):
                        yield neighbours
                if several < len(spans):
                    self.clean = shift + spans[several][0]
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

    def neighbours(self, wholes: list[Whole], spans: list[Span], shift: int) -> Neighbours | None:
        """Those that begin in the range, with their places."""
        has, first, last = self.reading.has, shift + spans[0][0], shift + spans[-1][0]
        if not (has(self.offset(first)) and has(self.offset(last))):
            begun = [has(self.offset(shift + start)) for start, _, _ in spans]
            if not any(begun):
                return None
            wholes, spans = list(compress(wholes, begun)), list(compress(spans, begun))
        return Neighbours(wholes, self.spots(spans, shift), self.reading.path)


def search_rest(
    reading: Reading, rest: bytes, offset: int, line: int, column: int = 0, *, charset: str | None = None
) -> Iterator[Finds]:
    """What follows in a container from where it cannot be parsed on, searched as the text that it is:
    ``rest`` and what the stream still holds. ``offset`` is that of ``rest``, in bytes, ``line`` counts the
    line ends before it, ``column`` the characters behind the last of them, ``charset`` is a wide one."""
    moving = Search(reading, offset, charset=charset, rest=rest)
    moving.line, moving.counted, moving.column = line, 0, column
    return moving.run()
