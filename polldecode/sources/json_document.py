"""JSON: one value, several, or a list of records as WordPress's REST API answers them; ``record`` is the
position, from 1.

Nothing is parsed of an input without evidence. Where there is some, one record after the other is, so that a
list of any length needs the memory of its longest record; also a list within what is too long for one."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from polldecode.sources.charsets import BLANK, SNIFF
from polldecode.sources.evidence import end_without_evidence
from polldecode.sources.found import Finds, Reading, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.provenance import texts_of
from polldecode.sources.ranges import BLOCK
from polldecode.sources.text import search_rest

# Characters of what is parsed as one: objects take many times the size of their text, strings their own.
RECORD, STRING = 1 << 22, 1 << 24
TOKEN = 16  # characters of the longest that is no string: a number may be longer, and is none of interest
CLOSED_BY = {"[": "]", "{": "}"}
CLOSING = {b"[": (b"]",), b"{": (b"}", b"]")}  # several values may follow each other
CUT = "the input ends before its JSON is closed"
SPACE = re.compile(r"[ \t\r\n\ufeff]*")
decode = json.JSONDecoder(strict=False).raw_decode


def search(reading: Reading) -> Iterator[Finds]:
    if reading.stream.rewindable:
        first = reading.stream.look(SNIFF).lstrip(BLANK)[:1]
        end = end_without_evidence(reading)
        if end is not None:
            last = end.rstrip(BLANK)[-1:]
            if last and last not in CLOSING.get(first, (last,)) and not reading.problems:
                reading.problems.append(CUT)
            return
        reading.stream.rewind()
    window = Window(reading)
    try:
        while window.next_value():
            yield from find_in(window.key, reading.path, window.number, None)
            try:
                value = window.take_value()
            except TooLongError:
                if not window.enter():
                    raise
                continue
            for text, document in texts_of(window.taken, value):
                yield from find_in(text, reading.path, window.number, document)
    except (ValueError, RecursionError) as error:
        if window.damage is None:  # else the JSON is only broken because the input ends early
            said = (
                error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            )  # without its position
            said = said if isinstance(error, TooLongError) else f"no JSON ({said})"
            reading.problems.append(f"record {max(1, window.number)}: {said}; searched as text")
        yield from search_rest(reading, *window.rest())
    else:
        if window.inside and window.damage is None:
            window.damage = CUT
    if window.damage is not None and window.damage not in reading.problems:  # it may be met again in the rest
        reading.problems.append(window.damage)


class TooLongError(ValueError):
    def __init__(self) -> None:
        super().__init__(f"a string of more than {STRING} characters")


class Window:
    """The text that is being parsed, from a record's beginning on."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self.text = ""
        self.done = 0
        self.taken = ""  # the present value as it is written
        self.key = ""  # what it is called in an object that is too long to be parsed as one
        self.offset = 0  # bytes, and line ends, before the window
        self.lines = 0
        self.inside = ""  # of these: a list at the top, and what is too long to be parsed as one value
        self.numbers = [0]  # of values at the top, and in each list around
        self.ended = False
        self.damage: str | None = None

    @property
    def number(self) -> int:
        """The position of the present value in the innermost list that is not parsed as one."""
        return self.numbers[-1]

    def next_value(self) -> bool:
        """Go to where a value begins; False at the end. Raises ValueError where something else stands."""
        while True:
            if self.inside and self.peek() == ",":
                self.done += 1
            first = self.peek()
            if self.inside and first == CLOSED_BY[self.inside[-1]]:
                self.leave()
            elif not self.inside and first == "[":
                self.numbers[-1] += 1
                self.enter()
            elif first:
                self.key = ""
                if self.inside.endswith("{"):
                    self.take_key()
                else:
                    self.numbers[-1] += 1
                return True
            else:
                return False

    def enter(self) -> bool:
        """Go into the list or object that begins here; False where it is neither."""
        first = self.peek()
        if first not in CLOSED_BY:
            return False
        self.inside += first
        self.numbers += [0] * (first == "[")
        self.done += 1
        return True

    def leave(self) -> None:
        if self.inside.endswith("["):
            self.numbers.pop()
        self.inside = self.inside[:-1]
        self.done += 1

    def take_key(self) -> None:
        key = self.take_value()
        if not isinstance(key, str) or self.peek() != ":":
            raise ValueError(f"no key at character {self.done}")
        self.key = key
        self.done += 1
        self.peek()

    def peek(self) -> str:
        while True:
            match = SPACE.match(self.text, self.done)
            self.done = match.end() if match else self.done
            if self.done < len(self.text) or not self.more():
                return self.text[self.done : self.done + 1]

    def take_value(self) -> Any:
        """The value that begins here. Raises ValueError for what is no JSON, and TooLongError."""
        if self.done > BLOCK:
            self.drop()
        while True:
            try:
                value, end = decode(self.text, self.done)
                if end < len(self.text) or not self.more():  # a number may go on
                    self.taken, self.done = self.text[self.done : end], end
                    return value
            except json.JSONDecodeError as error:
                if error.pos < len(self.text) - TOKEN and not error.msg.startswith("Unterminated"):
                    raise  # more text would not change it
                size = len(self.text) - self.done
                if size > (STRING if self.peek() == '"' else RECORD):
                    raise TooLongError from None
                # Each record is parsed a few times at most, whatever the blocks.
                wanted = min(len(self.text) + size, self.done + STRING + BLOCK)
                while len(self.text) < wanted and self.more():
                    pass
                if len(self.text) - self.done == size:
                    raise

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
