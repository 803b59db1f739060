"""The texts inside a JSON value, and what the objects around them say of the page they are from."""

from __future__ import annotations

from collections.abc import Iterator
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
    waiting: list[tuple[Any, str, Document]] = [(value, "", Document())]
    while waiting:
        item, field, around = waiting.pop()
        if isinstance(item, str):
            if next_hit(item) >= 0:
                yield item, Document(around.url, field or None, around.id, around.title, around.date)
        elif isinstance(item, dict):
            around = document_of(item, around)
            inside = [(child, f"{field}.{key}" if field else str(key), around) for key, child in item.items()]
            waiting.extend(reversed(inside))
        elif isinstance(item, list):
            waiting.extend((child, f"{field}[{n}]", around) for n, child in reversed(list(enumerate(item))))


def document_of(fields: dict[str, Any], around: Document = Document()) -> Document:  # noqa: B008 - it is frozen
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
