"""JSON lines: one document a line. Lines without evidence never become objects; ``record`` is the line's
number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polldecode.search import TAG, next_hit
from polldecode.sources.found import Found, Reading, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.provenance import texts
from polldecode.sources.text import BLOCK

LINE = 1 << 24  # a longer line is searched as text, in pieces of this size: it may be no line at all
LIKELY = 1 << 15  # most lines are shorter


def search(reading: Reading) -> Iterator[Found]:
    """The lines that begin in the range. They are numbered from its beginning."""
    window, position = b"", reading.start  # position: the offset of the window
    if reading.start:
        reading.stream.seek(reading.start - 1)
        position -= 1
        window, position = skip_line(reading, position)
    clean = 0  # no evidence in the window before this index
    ended = False
    while not ended and not passed(reading, position):
        block = read(reading, position + len(window))
        ended = not block
        window += block
        done = 0
        while not passed(reading, position + done):
            hit = next_hit(window, max(done, clean - len(TAG)))
            if hit < 0:
                clean, start = len(window), window.rfind(b"\n") + 1
                if start > done:
                    done, lines = upto(reading, window, done, start, position)
                    reading.lines += lines
                break
            start = window.rfind(b"\n", done, hit) + 1 or done
            reading.lines += window.count(b"\n", done, start)
            done, clean = start, hit
            if passed(reading, position + start):
                break
            end = window.find(b"\n", hit)
            if end < 0 and not ended and len(window) - start < LINE:
                break
            end = len(window) if end < 0 else end
            yield from line(reading, window[start:end], reading.lines + 1)
            reading.lines += window[end : end + 1] == b"\n"
            done = clean = min(end + 1, len(window))
        window, position, clean = window[done:], position + done, max(0, clean - done)
        if len(window) > LINE and clean == len(window):
            position += len(window) - len(TAG)
            window, clean = (
                window[-len(TAG) :],
                0,
            )  # a line without evidence so far: its beginning is not needed


def upto(reading: Reading, window: bytes, done: int, start: int, position: int) -> tuple[int, int]:
    """The index of the first line behind the range, or `start`, and the line ends before it."""
    if reading.stop is not None and position + start > reading.stop:
        edge = window.find(b"\n", max(done, reading.stop - position - 1)) + 1
        start = edge or start
    return start, window.count(b"\n", done, start)


def passed(reading: Reading, offset: int) -> bool:
    return reading.stop is not None and offset >= reading.stop


def read(reading: Reading, offset: int) -> bytes:
    """The next block; behind the range only what the last line is likely to need."""
    left = BLOCK if reading.stop is None else reading.stop - offset + LIKELY
    try:
        return reading.stream.read(min(BLOCK, left) if left > 0 else BLOCK)
    except Unreadable as error:
        reading.problems.append(str(error))
        return b""


def skip_line(reading: Reading, position: int) -> tuple[bytes, int]:
    """The line that began before the range belongs to the range before: the window after it, and its
    offset."""
    while block := read(reading, position):
        end = block.find(b"\n")
        if end >= 0:
            return block[end + 1 :], position + end + 1
        position += len(block)
    return b"", position


def line(reading: Reading, raw: bytes, number: int) -> Iterator[Found]:
    try:
        value = parse(raw)
    except ValueError as error:
        reading.problems.append(f"line {number}: no JSON ({error}); searched as text")
        yield from find_in(raw, reading.path, number, None)
        return
    for text, document in texts(value):
        yield from find_in(text, reading.path, number, document)


def parse(raw: bytes) -> Any:
    """A JSON value. msgspec is fast and strict; what it refuses gets a second hearing, as lone surrogates are
    met."""
    import msgspec  # 20 ms, and most inputs hold nothing

    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        import json

        try:
            return json.loads(raw.decode("utf-8", "replace"))
        except RecursionError as error:
            raise ValueError("nested too deep") from error
