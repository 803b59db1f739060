"""The texts inside a JSON value, and what the objects around them say of the page they are from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from polldecode import simd
from polldecode.search import QUOTE, QUOTE_BYTES, TAG, TAG_BYTES, next_hit
from polldecode.sources.found import Document

# The names that WordPress's REST API, crawlers and corpora give these, the surest first.
URL_KEYS = ("url", "link", "uri", "permalink", "page_url", "source_url", "WARC-Target-URI", "guid")
ID_KEYS = ("id", "ID", "post_id", "_id")
TITLE_KEYS = ("title", "post_title", "headline", "name")
DATE_KEYS = (
    "date_gmt",
    "date",
    "published",
    "date_published",
    "pubDate",
    "timestamp",
    "crawled",
    "created_at",
)
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
        return [(raw, Document())]


def evidence_in(text: str | bytes) -> int:
    """How much evidence of a poll a text has."""
    if isinstance(text, str):
        return text.count(TAG) + text.count(QUOTE)
    few: int = simd.count_literal(text, TAG_BYTES) + simd.count_literal(text, QUOTE_BYTES)
    return few


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Doubled:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Doubled(pairs)


def texts(value: Any) -> Iterator[Text]:
    """Every string of a JSON value that has evidence of a poll, in its order, with its provenance; keys are
    strings, too. Not recursive: a document may nest as deep as its parser allows."""
    path: list[str | int] = []
    # What is left of each list and object around, what is known there, and whether it is an object; lists may
    # have a million numbers.
    left: list[tuple[Iterator[tuple[str | int, Any]], Document, bool]] = [
        (iter([("", value)]), Document(), False)
    ]
    while left:
        children, around, named = left[-1]
        for key, child in children:
            if named and isinstance(key, str) and next_hit(key) >= 0:
                yield key, around._replace(field=field_of(path) or None)
            if isinstance(child, str):
                if next_hit(child) >= 0:
                    yield child, around._replace(field=field_of((*path, key)) or None)
            elif isinstance(child, (dict, Doubled)):
                fields = child.items() if isinstance(child, dict) else child
                left.append((iter(fields), document_of(dict(fields), around), True))
                path.append(key)
                break
            elif isinstance(child, list):
                left.append((iter(enumerate(child)), around, False))
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


def document_of(fields: dict[str, Any], around: Document = Document()) -> Document:  # noqa: B008 - a tuple
    """What an object says of itself; where it has no URL it is part of the one around it."""
    url = first(fields, URL_KEYS)
    if url is None and around.url is not None:
        return around
    title, date = first(fields, TITLE_KEYS), first(fields, DATE_KEYS)
    if url is None and title is None and date is None:
        return around
    return Document(url, None, first(fields, ID_KEYS), title, date)


def first(fields: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, dict):
            value = value.get("rendered")  # the REST API writes title and guid as {"rendered": …}
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
    return None
