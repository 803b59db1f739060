"""The entities of XML. What a document does not declare is read as HTML's; what it declares may stand for no
more than the reference is long, and for no other entity: a few that do expand to gigabytes."""

from __future__ import annotations

from collections.abc import Callable
from html.entities import html5
from xml.parsers.expat import XMLParserType

DECLARED = 1 << 18  # characters of all names, which the parser keeps
EACH = 64  # that each counts for beside its own


class RefusedError(Exception):
    """Something in the XML that is not to be followed."""


class Entities:
    """``tell`` is told what stands in a text where an entity does."""

    def __init__(self, parser: XMLParserType, tell: Callable[[str], object]) -> None:
        self.parser = parser
        self.tell = tell
        self.texts: dict[str, str] = {}
        self.declared = 0
        parser.UseForeignDTD(True)  # which may declare any: none is an error then
        parser.EntityDeclHandler = self.declare
        parser.SkippedEntityHandler = self.skipped

    def declare(self, name: str, is_parameter: bool, value: str | None, *_rest: object) -> None:
        self.declared += len(name) + EACH
        harmless = value is not None and "&" not in value and len(value) <= len(f"&{name};")
        if is_parameter or not harmless or self.declared > DECLARED:
            raise RefusedError(f"it declares the entity {name!r}")
        self.texts[name] = value or ""
        self.parser.DefaultHandler = ignore  # with one expat leaves them in texts as they are

    def skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            reference = f"{name};"
            self.tell(self.texts.get(name, html5.get(reference, f"&{reference}")))


def ignore(_markup: str) -> None:
    """What no other handler is there for."""
