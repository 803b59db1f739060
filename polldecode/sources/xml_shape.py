"""The shape of an XML document: which of its elements are its items, told from its beginning.

Feeds name them. In what other programs export, an item is what repeats: the outermost elements that do, but
not those that hold nothing else than elements which repeat in turn, as the tables of a dump hold rows."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat

from polldecode.sources.xml_entities import Entities, RefusedError

RECORDS = frozenset({"item", "entry", "page", "record", "row", "doc"})
FEEDS = frozenset({"rss", "feed", "rdf:RDF"})  # whose items are called so, whatever else repeats
SAMPLE = 1 << 18  # bytes of the beginning
DEEPEST = 12  # elements that an item stands in

Path = tuple[str, ...]  # the names of the elements around one, and its own


class Shape(NamedTuple):
    items: frozenset[Path]
    above: frozenset[Path]  # what items stand in
    prefix: str = ""  # of the names in the root's own vocabulary, which are known without


class Stop(Exception):  # noqa: N818 - no error
    """Enough is known."""


class Kind:
    """All elements with one path: what is in them, and how often one stands in another at most; ``alike``:
    how often one that is told from others by the name in an attribute, as dumps tell columns."""

    __slots__ = ("alike", "children", "most")

    def __init__(self) -> None:
        self.children: dict[str, Kind] = {}
        self.most = self.alike = 0

    def repeats(self, name: str) -> bool:
        return (self.most if self.children else self.alike) > 1 or (name in RECORDS and bool(self.children))

    def is_table(self) -> bool:
        return all(child.children and child.repeats(name) for name, child in self.children.items())


class Sample:
    """What the parser's handlers see of the beginning."""

    def __init__(self) -> None:
        self.document = Kind()
        self.open: list[tuple[Kind, Counter[tuple[str, ...]]]] = [(self.document, Counter())]
        self.depth = 0
        self.prefix = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.document.children and name not in FEEDS:
            self.prefix = name[: name.find(":") + 1]
        name = name.removeprefix(self.prefix)
        self.depth += 1
        if self.depth > DEEPEST:
            return
        kind, seen = self.open[-1]
        child = kind.children.setdefault(name, Kind())
        seen.update(((name,), (name, attributes.get("name", ""))))
        child.most = max(child.most, seen[name,])
        child.alike = max(child.alike, seen[name, attributes.get("name", "")])
        self.open.append((child, Counter()))
        if self.depth == 1 and name in FEEDS:
            raise Stop

    def end(self, _name: str) -> None:
        if self.depth <= DEEPEST:
            self.open.pop()
        self.depth -= 1

    def repeating(self) -> set[Path]:
        found: set[Path] = set()
        waiting: list[tuple[Path, Kind, bool]] = [((), self.document, True)]
        while waiting:
            path, kind, alone = waiting.pop()
            alone = alone and len(kind.children) == 1
            for name, child in kind.children.items():
                # An element with nothing but text is a field, however often, unless there are no others.
                whole = not child.is_table() if child.children else alone
                if path and child.repeats(name) and whole:
                    found.add((*path, name))
                elif child.children:
                    waiting.append(((*path, name), child, alone))
        return found

    def only(self) -> Path:
        """The outermost element that has more in it than one other: the item of a document of one."""
        path, kind = tuple(self.document.children), self.document.children[next(iter(self.document.children))]
        while len(kind.children) == 1:
            name, kind = next(iter(kind.children.items()))
            if not kind.children:
                break
            path = (*path, name)
        return path


def shape_of(beginning: bytes, encoding: str | None) -> Shape:
    sample = Sample()
    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = sample.start
    parser.EndElementHandler = sample.end
    Entities(parser, str)
    # What comes before says something.
    with suppress(expat.ExpatError, RefusedError, Stop, ValueError, LookupError):
        parser.Parse(beginning, False)
    roots = tuple(sample.document.children)
    if not roots:
        return Shape(frozenset(), frozenset())
    if roots[0] in FEEDS:
        return Shape(frozenset(), frozenset({roots}), sample.prefix)
    items = {roots} if roots[0] == "html" else sample.repeating() or {sample.only()}
    above = {path[:length] for path in items for length in range(1, len(path))}
    return Shape(frozenset(items), frozenset(above), sample.prefix)
