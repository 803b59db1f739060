"""A piece of an XML document in memory: its texts with evidence of a poll, and what it says of itself.

A text is what stands in an element without others in it, and in one where text stands beside elements: that
is markup, and the shortcode may reach over its tags. So is all of XHTML. Elements that hold nothing but
elements are the fields of something, and each is a text of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from polldecode.search import next_hit
from polldecode.sources import names
from polldecode.sources.found import Document
from polldecode.sources.names import meant

URLS = ("link", *names.URLS, "loc")
IDS = ("wp:post_id", *names.IDS, "guid")
TITLES = names.TITLES
DATES = (
    *("wp:post_date_gmt", "post_date_gmt"),
    *names.DATES,
    *("dc:date", "updated", "lastmod", "wp:post_date"),
)
KEPT = {
    name: kind
    for kind, called in zip(names.KINDS, (URLS, IDS, TITLES, DATES), strict=True)
    for name in called
}
LONGEST = 2_000  # of an element's name
PARTS = 64  # texts and tags that one of these may be made of
XHTML = "http://www.w3.org/1999/xhtml"


class Aside(NamedTuple):
    """A comment, or the value of an attribute with this name: a text of its own."""

    text: str
    name: str


# What the parser tells: text, the start of an element with its attributes, its end without.
Event = str | Aside | tuple[str, dict[str, str] | None]
Known = dict[str, str]


class Frame:
    """An element that is being read. ``own`` are the places of what stands in it but not in another."""

    __slots__ = ("first", "known", "markup", "name", "own", "parted", "start", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], start: int, first: int, known: Known) -> None:
        self.tag = tag
        # Dumps call all columns alike, and tell their names in an attribute.
        self.name = attributes.get("name", tag)[:LONGEST] if attributes else tag
        self.start = start
        self.first = first  # of the texts in it
        self.own: list[int] = []
        self.parted = False  # whether there are elements in it
        # As Atom says it of what its element holds, too.
        self.markup = bool(attributes) and (
            attributes.get("xmlns") == XHTML or attributes.get("type") == "xhtml"
        )
        self.known = known


class Text:
    __slots__ = ("known", "name", "places")

    def __init__(self, places: Sequence[int], name: str) -> None:
        self.places = places
        self.name = name
        self.known: Known | None = None


class Piece:
    """``around`` is what is known of the element that the piece stands in; the piece may add to it. Of an
    ``item``, as rows of other dumps, its attributes may tell what its elements do not."""

    def __init__(self, events: list[Event], name: str, around: Known, *, item: bool) -> None:
        self.events = events
        self.texts: list[Text] = []
        self.waiting: list[int] = []  # those whose page is not known yet
        self.asides: list[tuple[int, str, str]] = []
        self.outermost: Known = around
        self.open = [Frame(name, {}, -1, 0, around)]
        beyond = 0  # what has been read of the events
        for place, event in enumerate(events):
            if place < beyond:
                continue
            if isinstance(event, str):
                self.open[-1].own.append(place)
            elif isinstance(event, Aside):
                field = self.open[-1].name + (f"@{event.name}" if event.name else "")
                self.asides.append((place, field, event.text))
            elif event[1] is None:
                self.end(place)
            elif not event[1] and len(self.open) > 1 and self.is_field(place, event[0]):
                self.take_field(place, event[0])
                beyond = place + 3
            else:
                self.begin(place, event[0], event[1])
        for frame in reversed(self.open):  # of a piece that is no whole element
            self.add_own(frame)
            self.settle(frame)
        if item and isinstance(events[0], tuple) and isinstance(events[0][1], dict):
            self.take_attributes(events[0][1])

    def take_attributes(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            key = name.lower()
            if key not in KEPT or key == "name" or first(self.outermost, KEPT[key]) is not None:
                continue
            if (said := meant(KEPT[key], value.strip())) is not None:
                self.outermost[key] = said

    def is_field(self, place: int, tag: str) -> bool:
        """Whether an element holds one text and nothing else, as most do: three events."""
        return self.events[place + 2 : place + 3] == [(tag, None)] and isinstance(self.events[place + 1], str)

    def take_field(self, place: int, tag: str) -> None:
        self.open[-1].parted = True
        self.add(Text((place + 1,), tag))
        self.keep(tag, place, place + 2)

    def begin(self, place: int, tag: str, attributes: dict[str, str]) -> None:
        parent = self.open[-1]
        parent.parted = True
        if tag == "link" and attributes.get("rel", "alternate") == "alternate":
            link = meant(names.URLS, attributes.get("href", ""))
            if link is not None:
                parent.known.setdefault("link", link)
        frame = Frame(tag, attributes, place, len(self.texts), {})
        if len(self.open) == 1:
            self.outermost = frame.known
        self.open.append(frame)

    def end(self, place: int) -> None:
        frame = self.open.pop()
        if not frame.parted or frame.markup or (not frame.known and self.says_something(frame)):
            del self.texts[frame.first :]
            while self.waiting and self.waiting[-1] >= frame.first:
                self.waiting.pop()
            if place > frame.start + 1:
                self.add(Text(range(frame.start + 1, place), frame.name))
                self.keep(frame.name, frame.start, place)
        else:
            self.add_own(frame)
        self.settle(frame)

    def says_something(self, frame: Frame) -> bool:
        return any(not str(self.events[place]).isspace() for place in frame.own)

    def add_own(self, frame: Frame) -> None:
        """What stands beside fields is a text, too, but they are none of it."""
        if frame.own and self.says_something(frame):
            self.add(Text(frame.own, frame.name))

    def add(self, text: Text) -> None:
        self.waiting.append(len(self.texts))
        self.texts.append(text)

    def keep(self, name: str, start: int, end: int) -> None:
        key = name.lower()
        if key in KEPT and key not in self.open[-1].known:
            events = self.events[start + 1 : min(end, start + 1 + PARTS)]
            text = "".join(event for event in events if isinstance(event, str)).strip()
            if (said := meant(KEPT[key], text)) is not None:
                self.open[-1].known[key] = said

    def settle(self, frame: Frame) -> None:
        """The texts in an element that has a URL are of that page."""
        if frame.known and first(frame.known, URLS) is not None:
            while self.waiting and self.waiting[-1] >= frame.first:
                self.texts[self.waiting.pop()].known = frame.known

    def hits(self) -> Iterator[tuple[str, str, Known]]:
        """The texts with evidence, in their order: the field, the text, what is known of the page."""
        found = [(place, name, text, self.outermost) for place, name, text in self.asides]
        for text in self.texts:
            single = len(text.places) == 1  # as most are
            whole = self.written(text.places[0]) if single else "".join(map(self.written, text.places))
            if next_hit(whole) >= 0:
                found.append((text.places[0], text.name, whole, text.known or self.outermost))
        for _, name, whole, known in sorted(found, key=lambda hit: hit[0]):
            yield name, whole, known

    def written(self, place: int) -> str:
        event = self.events[place]
        if isinstance(event, str):
            return event
        if isinstance(event, Aside):
            return ""
        return f"<{event[0]}>" if event[1] is not None else f"</{event[0]}>"


def document_of(known: Known, field: str) -> Document:
    url, ident, title, date = (first(known, called) for called in (URLS, IDS, TITLES, DATES))
    return Document(meant(names.URLS, url or ""), field or None, ident, title, date)  # guid may be any id


def first(known: Known, called: tuple[str, ...]) -> str | None:
    return next((known[name] for name in called if name in known), None)
