"""XML: WXR exports, RSS, Atom, and any other; ``record`` is the number of the item or entry, from 1.

Read by the standard library's expat as a stream, one item in memory at a time. Declarations of entities are
refused: a few of them expand to gigabytes, and no feed needs any. From where the XML is broken on (control
characters in exports are common) the rest is searched as text."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from polldecode.search import next_hit
from polldecode.sources.charsets import SNIFF, charset_of
from polldecode.sources.found import Document, Found, Reading, find_in
from polldecode.sources.json_document import has_evidence
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK
from polldecode.sources.text import search_rest

RECORDS = frozenset({"item", "entry", "page", "record", "row", "doc"})
FEEDS = ("rss", "feed", "rdf:RDF")  # have other children, too, than what is a record in other XML
URLS = ("link", "guid", "url", "loc")
IDS = ("wp:post_id", "id", "guid")
TITLES = ("title",)
DATES = ("wp:post_date_gmt", "pubDate", "published", "dc:date", "updated", "wp:post_date", "date")
KEPT = frozenset((*URLS, *IDS, *TITLES, *DATES))
LONGEST = 2_000  # of what is kept of these
TEXT = 1 << 24  # characters of one element: more are searched as text, like what is broken


class RefusedError(Exception):
    """Something in the XML that is not to be followed."""


def search(reading: Reading) -> Iterator[Found]:
    wide = charset_of(reading.stream.look(SNIFF)) is not None
    if reading.stream.rewindable and not wide:
        if not has_evidence(reading):
            return
        reading.stream.rewind()
    elements = Elements()
    raw, offset, lines = b"", 0, 0  # what was read since the present item began
    damage = None
    while True:
        try:
            block = reading.stream.read(BLOCK)
        except Unreadable as error:
            damage, block = str(error), b""
        raw += block
        broken = None
        try:
            elements.parser.Parse(block, not block)
        except (expat.ExpatError, RefusedError, ValueError, LookupError) as error:
            broken = str(error)
        yield from elements.hand_out(reading.path)
        if broken is not None or not block:
            break
        begin = elements.parser.CurrentByteIndex if elements.record_start is None else elements.record_start
        begin = min(begin - offset, len(raw))
        if begin > 0:
            lines += raw.count(b"\n", 0, begin)
            raw, offset = raw[begin:], offset + begin
    if broken is not None:
        if damage is None:  # else it is only broken because the input ends early
            reading.problems.append(f"XML: {broken}; the rest is searched as text")
        begin = elements.record_start if elements.record_start is not None else elements.parser.ErrorByteIndex
        begin = max(0, min(begin - offset, len(raw)))
        yield from search_rest(reading, raw[begin:], offset + begin, lines + raw.count(b"\n", 0, begin))
    if damage is not None:
        reading.problems.append(damage)


class Elements:
    """What the parser's handlers gather: the texts with evidence, and what the item says of itself."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.EntityDeclHandler = self.refuse
        self.open: list[tuple[str, list[str]]] = []
        self.size = 0
        self.number = 0
        self.depth = 0  # how many elements were open where the item began
        self.record_start: int | None = None
        self.known: dict[str, str] = {}
        self.hits: list[tuple[str, str]] = []  # of the present item: element, text
        self.ready: list[tuple[str, int, Document]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        among = len(self.open) == 1 and self.open[0][0] not in FEEDS
        if self.record_start is None and (name in RECORDS or among):
            self.number += 1
            self.depth = len(self.open)
            self.record_start = self.parser.CurrentByteIndex
            self.known.clear()
        elif name == "link" and attributes.get("rel", "alternate") == "alternate" and "href" in attributes:
            self.known.setdefault("link", attributes["href"][:LONGEST])
        for value in attributes.values():
            if next_hit(value) >= 0:
                self.hits.append((name, value))
        self.open.append((name, []))

    def characters(self, data: str) -> None:
        self.size += len(data)
        if self.size > TEXT:
            raise RefusedError(f"an element of more than {TEXT} characters")
        if self.open:
            self.open[-1][1].append(data)

    def end(self, name: str) -> None:
        text = "".join(self.open.pop()[1])
        if next_hit(text) >= 0:
            self.hits.append((name, text))
        elif self.record_start is not None and len(self.open) > self.depth:
            self.open[-1][1].append(text)  # what an element inside a text says is part of the text
        if name in KEPT and len(self.open) == self.depth + 1 and text.strip():
            self.known.setdefault(name, text.strip()[:LONGEST])
        if self.record_start is not None and len(self.open) == self.depth:
            self.finish()
            self.record_start = None
        if self.record_start is None or len(self.open) == self.depth + 1:
            self.size = 0

    def finish(self) -> None:
        url, ident, title, date = (self.first(names) for names in (URLS, IDS, TITLES, DATES))
        for name, text in self.hits:
            self.ready.append((text, self.number, Document(url, name, ident, title, date)))
        self.hits.clear()

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((self.known[name] for name in names if name in self.known), None)

    def hand_out(self, path: str) -> Iterator[Found]:
        if self.hits and self.record_start is None:
            self.finish()
        ready, self.ready = self.ready, []
        for text, number, document in ready:
            yield from find_in(text, path, number, document)

    def refuse(self, name: str, *_rest: object) -> None:
        raise RefusedError(f"it declares the entity {name!r}")
