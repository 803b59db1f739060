"""JSON lines: one document a line. Lines without evidence never become objects; ``record`` is the line's
number."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from polldecode.search import TAG, next_hit
from polldecode.sources.found import Finds, Reading, count_lines, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.provenance import texts_of
from polldecode.sources.ranges import BLOCK, MARGIN

LINE = 1 << 24  # a longer line is searched as text, in pieces of this size: it may be no line at all
LIKELY = 1 << 15  # most lines are shorter


def search(reading: Reading) -> Iterator[Finds]:
    """The lines that begin in the range. They are numbered from its beginning."""
    window, position = bytearray(), reading.start  # position: the offset of the window
    if reading.start:
        position -= 1
        reading.stream.seek(position)
        position += skip_line(reading, window)
    clean = 0  # no evidence in the window before this index
    shortened = -1  # where a line goes on whose beginning was dropped
    told = 0  # the last line of which it was said that it is too long
    ended = False
    while not ended and (position == shortened or not passed(reading, position)):
        ended = not more(reading, window, position + len(window))
        done = 0
        while position + done == shortened or not passed(reading, position + done):
            hit = next_hit(window, max(done, clean - len(TAG)))
            if hit < 0:
                clean, start = len(window), window.rfind(b"\n") + 1
                if start > done:
                    done, lines = upto(reading, window, done, start, position)
                    reading.lines += lines
                break
            start = window.rfind(b"\n", done, hit) + 1 or done
            if start > done:
                done, lines = upto(reading, window, done, start, position)
                reading.lines += lines
                if passed(reading, position + done):
                    break
            clean = hit
            end, number = window.find(b"\n", hit), reading.lines + 1
            open_end = end < 0 and not ended
            if open_end and len(window) - done < LINE:
                break
            end = end_of_piece(window) if open_end else end if end >= 0 else len(window)
            if open_end or position + done == shortened:
                if number != told:
                    told = number
                    reading.problems.append(f"line {number}: longer than {LINE} bytes; searched as text")
                yield from find_in(bytes(window[done:end]), reading.path, number, None)
            else:
                yield from line(reading, bytes(window[done:end]), number)
            if open_end:
                done = clean = end
                shortened = position + done
                break
            reading.lines += window[end : end + 1] == b"\n"
            done = clean = min(end + 1, len(window))
        if done == 0 and len(window) > LINE and clean == len(window):
            done = clean - len(TAG)  # a line without evidence so far: its beginning is not needed
            shortened = position + done
        del window[:done]
        position, clean = position + done, max(0, clean - done)
    last = window.strip(b" \t\r\0\x1a")
    if ended and last and position != shortened and not reading.problems and not passed(reading, position):
        yield from line(reading, bytes(window), reading.lines + 1)  # cut off, perhaps, which is to be said


def upto(reading: Reading, window: bytearray, done: int, start: int, position: int) -> tuple[int, int]:
    """The index of the first line behind the range, or `start`, and the line ends before it."""
    if reading.stop is not None and position + start > reading.stop:
        edge = window.find(b"\n", max(done, reading.stop - position - 1)) + 1
        start = edge or start
    return start, count_lines(window, done, start)


def passed(reading: Reading, offset: int) -> bool:
    return reading.stop is not None and offset >= reading.stop


def more(reading: Reading, window: bytearray, offset: int) -> int:
    """Read the next block onto the window; behind the range only what the last line is likely to need."""
    left = BLOCK if reading.stop is None else reading.stop - offset + LIKELY
    try:
        return reading.stream.read_onto(window, min(BLOCK, left) if left > 0 else BLOCK)
    except Unreadable as error:
        reading.problems.append(str(error))
        if not reading.stream.resume():
            return 0
        window += b"\n"  # the line that was being read is torn
        return 1


def skip_line(reading: Reading, window: bytearray) -> int:
    """The line that began before the range belongs to the range before. How many bytes were skipped."""
    skipped = 0
    while more(reading, window, reading.start - 1 + skipped):
        end = window.find(b"\n")
        length = end + 1 if end >= 0 else len(window)
        del window[:length]
        skipped += length
        if end >= 0:
            break
    return skipped


def end_of_piece(window: bytearray) -> int:
    """Where to end a piece of a line: before the last shortcodes, which may go on behind the window."""
    tag = window.find(TAG.encode(), len(window) - MARGIN)
    return tag - 1 if tag > 0 else len(window)


def line(reading: Reading, raw: bytes, number: int) -> Iterator[Finds]:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        texts = texts_of(raw, parse(raw))
    except ValueError as error:
        reading.problems.append(f"line {number}: no JSON ({error}); searched as text")
        yield from find_in(raw, reading.path, number, None)
        return
    for text, document in texts:
        yield from find_in(text, reading.path, number, document)


def parse(raw: bytes) -> Any:
    """A JSON value. msgspec is fast and strict; what it refuses gets a second hearing: lone surrogates and
    raw control characters are met."""
    import msgspec  # 20 ms, and most inputs hold nothing

    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        import json

        try:
            return json.loads(raw.decode("utf-8", "replace"), strict=False)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
