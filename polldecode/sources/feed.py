"""XML: WXR exports, RSS, Atom, dumps, and any other; ``record`` is the number of the item or entry, from 1.

Read by the standard library's expat as a stream, one item in memory at a time. From where the XML is broken
on the rest is searched as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.parsers import expat

from polldecode.search import next_hit
from polldecode.sources.evidence import end_without_evidence
from polldecode.sources.found import Document, Finds, Reading, find_in
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK
from polldecode.sources.text import search_rest
from polldecode.sources.xml_entities import Entities, RefusedError
from polldecode.sources.xml_intake import Intake, as_written, charset_of_xml
from polldecode.sources.xml_piece import URLS, Aside, Event, Frame, Known, Piece, document_of, first
from polldecode.sources.xml_shape import RECORDS, SAMPLE, Path, Shape, shape_of

ITEM = 1 << 24  # bytes of one item, or one text: more are searched as text, like what is broken
HELD = 1 << 20  # bytes of what is no item: it is handed out in parts
TOKEN = 1 << 22  # bytes of a tag or a comment, which the parser keeps until it ends
EVENT = 64  # bytes that each tag counts for beside its own, as the memory it takes
ROOT = re.compile(rb"<([^\s<>/?!]+)")


def search(reading: Reading) -> Iterator[Finds]:
    beginning = reading.stream.look(SAMPLE)
    charset = charset_of_xml(beginning)
    intake = Intake(charset)
    if reading.stream.rewindable and intake.wide is None:
        end = end_without_evidence(reading)
        if end is not None and (reading.problems or is_closed(beginning, end)):
            return
        reading.stream.rewind()
    elements = Elements(shape_of(Intake(charset).take(beginning), intake.encoding), intake.encoding)
    damage = None
    while True:
        try:
            block = reading.stream.read(BLOCK)
        except Unreadable as error:
            damage, block = str(error), b""
        given = intake.take(block)
        broken = None
        try:
            elements.parser.Parse(given, not block)
        except (expat.ExpatError, RefusedError, ValueError, LookupError) as error:
            broken = str(error)
        if broken is None and intake.length - elements.parser.CurrentByteIndex > TOKEN and block:
            broken = f"a tag or comment of more than {TOKEN} bytes"
        if broken is None and not block:
            elements.settle()
        yield from elements.hand_out(reading.path)
        if broken is not None or not block:
            break
        intake.forget(elements.begin)
    if broken is not None:
        if damage is None:  # else it is only broken because the input ends early
            reading.problems.append(f"XML: {broken}; the rest is searched as text")
        yield from search_rest(reading, *intake.rest(elements.begin), charset=intake.wide)
    if damage is not None:
        reading.problems.append(damage)


def is_closed(beginning: bytes, end: bytes) -> bool:
    """Whether a document without evidence seems to be whole. What does not is parsed, to be sure."""
    root = ROOT.search(beginning)
    return root is not None and b"</" + root[1] in end


class Elements:
    """What the parser's handlers gather.

    Items stand in elements that are not in memory; ``above`` has what these are called, and what is known
    of them. What is no item but stands where one could is handed out with what is known of these."""

    def __init__(self, shape: Shape, encoding: str | None) -> None:
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.CommentHandler = lambda text: self.comment(as_written(text))
        Entities(self.parser, self.characters)
        self.shape = shape
        self.above: list[tuple[str, Known]] = []
        self.path: Path = ()
        self.events: list[Event] = []
        self.depth = 0  # how many elements are open of what is gathered
        self.number: int | None = None  # of the item
        self.numbers: Counter[Path] = Counter()
        self.begin = 0  # what stands before this byte has been handed out
        self.evident = False  # whether there is evidence outside of texts
        self.ready: list[tuple[str, int | None, Document]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            attributes = {key: as_written(value) for key, value in attributes.items()}
        name = name.removeprefix(self.shape.prefix)
        if self.depth and self.gives_way(name):
            self.go_in()
        if not self.depth:
            self.settle()
            self.begin = self.parser.CurrentByteIndex
            path = (*self.path, name)
            if path in self.shape.above:
                self.go_below(name, {})
                self.take_aside(attributes)
                return
            if name in RECORDS or path in self.shape.items:
                self.numbers[path] += 1
                self.number = self.numbers[path]
        self.depth += 1
        self.events.append((name, attributes))
        if attributes:
            self.take_aside(attributes)
        self.check()

    def gives_way(self, name: str) -> bool:
        """Whether what is gathered is no item, but has items in it, or too much to be one. Then it is better
        gone into between its children than within one of them."""
        if self.number is not None and self.above:
            return False
        large = self.size() > HELD * min(self.depth, ITEM // HELD // 2)
        return large or (self.number is None and name in RECORDS)

    def go_in(self) -> None:
        for frame in self.settle():
            self.go_below(frame.tag, frame.known)

    def go_below(self, name: str, known: Known) -> None:
        self.above.append((name, known))
        self.path = (*self.path, name)

    def take_aside(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            self.comment(value, name)

    def comment(self, text: str, name: str = "") -> None:
        if next_hit(text) >= 0:
            self.events.append(Aside(text, name))
            self.evident = True
            self.check()

    def characters(self, data: str) -> None:
        if self.depth or not data.isspace():
            self.events.append(as_written(data))
            self.check()

    def size(self) -> int:
        return self.parser.CurrentByteIndex - self.begin + EVENT * len(self.events)

    def check(self) -> None:
        if self.size() > ITEM:
            raise RefusedError(f"an item of more than {ITEM} bytes or {ITEM // EVENT} tags")

    def end(self, name: str) -> None:
        if self.depth:
            self.events.append((name.removeprefix(self.shape.prefix), None))
            self.depth -= 1
            if not self.depth:
                self.settle_whole()
        else:
            self.settle()
            self.above.pop()
            self.path = self.path[:-1]
        if not self.depth:
            self.begin = self.parser.CurrentByteIndex

    def settle_whole(self) -> None:
        """Of an item without evidence nothing else is asked; what stands beside items may tell of them."""
        if self.number is None or self.evident or self.says_poll():
            self.settle()
        else:
            self.events, self.number = [], None

    def says_poll(self) -> bool:
        return next_hit("".join([event for event in self.events if type(event) is str])) >= 0

    def settle(self) -> list[Frame]:
        """Hand out what is gathered, and what is open of it."""
        if not self.events:
            return []
        name, around = self.above[-1] if self.above and self.number is None else ("", {})
        piece = Piece(self.events, name, around, item=self.number is not None)
        for field, text, known in piece.hits():
            self.ready.append((text, self.number, document_of(self.known_around(known), field)))
        self.events, self.depth, self.number, self.evident = [], 0, None, False
        return piece.open[1:]

    def known_around(self, known: Known) -> Known:
        if self.number is None and first(known, URLS) is None:
            return next((each for _, each in reversed(self.above) if first(each, URLS) is not None), known)
        return known

    def hand_out(self, path: str) -> Iterator[Finds]:
        ready, self.ready = self.ready, []
        for text, number, document in ready:
            yield from find_in(text, path, number, document)
