"""The texts inside a JSON value, and what the objects around them say of the page they are from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from polldecode import simd
from polldecode.search import QUOTE, TAG, next_hit
from polldecode.sources.found import Document
from polldecode.sources.names import page_of

NOTHING = Document()
SHORT = len(TAG)  # characters, in which there is no poll
NAME = 200  # characters of a key that a field's name takes


class Doubled(list[tuple[str, Any]]):
    """An object with a key that is given more than once, as its keys and values."""


Text = tuple[str, Document]


def texts_of(raw: str | bytes, value: Any) -> Iterable[tuple[str | bytes, Document]]:
    """The texts of a value that was parsed from ``raw``, by a parser that keeps one value of a key that is
    given twice: where evidence is missing, it is parsed again, and keeps all."""
    found = list(texts(value))
    if evidence_in(raw) <= sum(evidence_in(text) for text, _ in found):
        return found
    import json

    try:
        whole = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
        return texts(json.loads(whole, strict=False, object_pairs_hook=object_of))
    except (ValueError, RecursionError):  # nested as deep as the parser allows, or deeper
        return [(raw, NOTHING)]


def evidence_in(text: str | bytes) -> int:
    """How much evidence of a poll a text has."""
    if isinstance(text, str) and not text.isascii():
        return text.count(TAG) + text.count(QUOTE) if next_hit(text) >= 0 else 0
    few: int = simd.count_literal(text, TAG) + simd.count_literal(text, QUOTE)
    return few


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Doubled:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Doubled(pairs)


def texts(value: Any) -> Iterator[Text]:
    """Every string of a JSON value that has evidence of a poll, in its order, with its provenance; keys are
    strings, too. Not recursive: a document may nest as deep as its parser allows."""
    path: list[str | int] = []
    # What is left of each list and object around, and what is known there; lists may have a million numbers.
    left: list[tuple[Iterator[tuple[str | int, Any]], Document]] = [(iter([("", value)]), NOTHING)]
    while left:
        children, around = left[-1]
        for key, child in children:
            if isinstance(key, str) and len(key) > SHORT and next_hit(key) >= 0:
                yield key, around._replace(field=field_of(path) or None)
            if isinstance(child, str):
                if next_hit(child) >= 0:
                    field = field_of((*path, key)) or None
                    yield child, Document(around.url, field, around.id, around.title, around.date)
            elif isinstance(child, (dict, Doubled)):
                fields: Collection[tuple[str, Any]] = child.items() if isinstance(child, dict) else child
                left.append((iter(fields), document_of(fields, around)))
                path.append(key)
                break
            elif isinstance(child, list):
                left.append((iter(enumerate(child)), around))
                path.append(key)
                break
        else:
            left.pop()
            if path:
                path.pop()


def field_of(path: Iterable[str | int]) -> str:
    """``content.rendered``, ``blocks[2].text``."""
    parts = [f"[{key}]" if isinstance(key, int) else f".{shortened(key)}" if key else "" for key in path]
    return "".join(parts).removeprefix(".")


def shortened(key: str) -> str:
    """A key's beginning, where it is long: every poll in it is told by its name."""
    return key if len(key) <= NAME else f"{key[:NAME]}…"


def document_of(fields: Collection[tuple[str, Any]], around: Document) -> Document:
    """What an object says of itself. Without a URL it is part of the one
    around it that has one. An id alone, as comments and blocks have, counts where nothing is known around."""
    own = page_of(fields)
    if own.url is not None:
        return own
    described = own.title is not None or own.date is not None
    return own if around.url is None and (described or around == NOTHING) else around
