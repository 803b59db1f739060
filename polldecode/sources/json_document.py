"""JSON: one value, several, or a list of records as WordPress's REST API answers them; ``record`` is the
position, from 1.

Nothing is parsed of an input without evidence. Where there is some, one record after the other is, so that a
list of any length needs the memory of its longest record."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from polldecode.search import TAG, next_hit
from polldecode.sources.charsets import SNIFF
from polldecode.sources.found import Found, Reading, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.provenance import texts
from polldecode.sources.ranges import BLOCK
from polldecode.sources.text import search_rest

RECORD = 1 << 24  # a longer record is searched as text: its objects would take several times its size
CLOSING = {b"[": (b"]",), b"{": (b"}", b"]")}  # several values may follow each other
CUT = "the input ends before its JSON is closed"
BLANK = b" \t\r\n\xef\xbb\xbf"  # and the byte order mark
SPACE = re.compile(r"[ \t\r\n\ufeff]*")
decode = json.JSONDecoder(strict=False).raw_decode


def search(reading: Reading) -> Iterator[Found]:
    if reading.stream.rewindable:
        if not has_evidence(reading):
            return
        reading.stream.rewind()
    window = Window(reading)
    number = 0
    try:
        while window.next_value():
            value = window.take_value()
            number += 1
            for text, document in texts(value):
                yield from find_in(text, reading.path, number, document)
    except (ValueError, RecursionError) as error:
        if window.damage is None:  # else the JSON is only broken because the input ends early
            reading.problems.append(f"record {number + 1}: no JSON ({error}); searched as text")
        yield from search_rest(reading, *window.rest())
    else:
        if window.listed and window.damage is None:
            window.damage = CUT
    if window.damage is not None:
        reading.problems.append(window.damage)


class Window:
    """The text that is being parsed, from a record's beginning on."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self.text = ""
        self.done = 0
        self.offset = 0  # bytes, and line ends, before the window
        self.lines = 0
        self.listed = False  # whether the values stand in a list
        self.ended = False
        self.damage: str | None = None

    def next_value(self) -> bool:
        """Go to where a value begins; False at the end. Raises ValueError where something else stands."""
        if self.peek() == "[" and not self.listed:
            self.listed = True
            self.done += 1
        elif self.listed and self.peek() == ",":
            self.done += 1
        if self.listed and self.peek() == "]":
            self.listed = False
            self.done += 1
            return self.next_value()
        return bool(self.peek())

    def peek(self) -> str:
        while True:
            match = SPACE.match(self.text, self.done)
            self.done = match.end() if match else self.done
            if self.done < len(self.text) or not self.more():
                return self.text[self.done : self.done + 1]

    def take_value(self) -> Any:
        """The value that begins here. Raises ValueError for what is no JSON, or more than RECORD of it."""
        self.drop()
        while True:
            try:
                value, end = decode(self.text)
                if end < len(self.text) or not self.more():  # a number may go on
                    self.done = end
                    return value
            except json.JSONDecodeError:
                size = len(self.text)
                if size > RECORD:
                    raise ValueError(f"a record of more than {RECORD} characters") from None
                while (
                    len(self.text) < 2 * size
                ):  # each record is parsed a few times at most, whatever the blocks
                    if not self.more():
                        if size == len(self.text):
                            raise
                        break

    def more(self) -> bool:
        try:
            block = self.reading.stream.read(BLOCK) if not self.ended else b""
        except Unreadable as error:
            self.damage, block = str(error), b""
        if not block:
            self.text += self.utf8.decode(b"", final=not self.ended)
            self.ended = True
            return False
        self.text += self.utf8.decode(block)
        return True

    def drop(self) -> None:
        before, self.text, self.done = self.text[: self.done], self.text[self.done :], 0
        self.offset += len(before.encode("utf-8", "surrogatepass"))
        self.lines += before.count("\n")

    def rest(self) -> tuple[bytes, int, int]:
        self.drop()
        return self.text.encode("utf-8", "surrogatepass"), self.offset, self.lines


def has_evidence(reading: Reading) -> bool:
    tail = b""
    first, last = reading.stream.look(SNIFF).lstrip(BLANK)[:1], b""
    try:
        while block := reading.stream.read(BLOCK):
            if next_hit(tail + block) >= 0:
                return True
            tail = block[-len(TAG) :]
            last = block.rstrip(BLANK)[-1:] or last
        if last not in CLOSING.get(first, (last,)):
            reading.problems.append(CUT)
    except Unreadable as error:
        reading.problems.append(str(error))
    return False
