"""The texts inside a JSON value, and what the objects around them say of the page they are from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from polldecode.search import next_hit
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


def texts(value: Any) -> Iterator[tuple[str, Document]]:
    """Every string of a JSON value that has evidence of a poll, in its order, with its provenance. Not
    recursive: a document may nest as deep as its parser allows."""
    path: list[str | int] = []
    # What is left of each list and object around, and what is known there; lists may have a million numbers.
    left: list[tuple[Iterator[tuple[str | int, Any]], Document]] = [(iter([("", value)]), Document())]
    while left:
        children, around = left[-1]
        for key, child in children:
            if isinstance(child, str):
                if next_hit(child) >= 0:
                    field = field_of((*path, key)) or None
                    yield child, Document(around.url, field, around.id, around.title, around.date)
            elif isinstance(child, (dict, list)):
                known = document_of(child, around) if isinstance(child, dict) else around
                left.append((iter(child.items() if isinstance(child, dict) else enumerate(child)), known))
                path.append(key)
                break
        else:
            left.pop()
            if path:
                path.pop()


def field_of(path: Iterable[str | int]) -> str:
    """``content.rendered``, ``blocks[2].text``."""
    parts = [f"[{key}]" if isinstance(key, int) else f".{key}" if key else "" for key in path]
    return "".join(parts).removeprefix(".")


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
