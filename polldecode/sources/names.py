"""What columns, keys and elements are called that say what page a text is of, in every format; and which of
their values can be what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from polldecode.extract import finds
from polldecode.search import QUOTE, TAG
from polldecode.sources.found import Document

# As WordPress's tables and its REST API, crawlers and corpora name these, the surest first; their case says
# nothing.
URLS = ("url", "link", "uri", "permalink", "page_url", "source_url", "warc-target-uri", "guid")
IDS = ("id", "post_id", "_id")
TITLES = ("title", "post_title", "headline", "name")
DATES = (
    *("date_gmt", "post_date_gmt", "date", "post_date", "published", "date_published", "datepublished"),
    *("pubdate", "timestamp", "crawled", "created_at", "date_download", "warc-date", "starteddatetime"),
)
KINDS = (URLS, IDS, TITLES, DATES)  # in the order of Document's fields
RANKS = {name: (kind, rank) for kind, names in enumerate(KINDS) for rank, name in enumerate(names)}
# Objects beside the text that say of what page it is, or their JSON: in the Pile, RedPajama, Dolma; in OSCAR;
# in HAR.
ASIDES = frozenset(("meta", "metadata", "warc_headers", "request"))
TELLING = frozenset((*RANKS, *ASIDES))
RENDERED = ("rendered", "raw")  # as the REST API writes title and guid, for editors with both
LONG = 2_000  # characters; none of these is longer
LONGEST_ASIDE = 1 << 16
SPACE, LINE_END = re.compile(r"\s"), re.compile(r"[\r\n]")
ZEROS = "0000-00-00"  # MySQL's date for none, as drafts have it


def page_of(fields: Iterable[tuple[str, Any]]) -> Document:
    """What named values say of their page: of each kind that with the surest name, of several the first. What
    is kept aside tells what they do not."""
    kept: list[Any] = []
    own = told_by(fields, kept)
    for aside in map(aside_of, kept):
        said = told_by(aside.items(), [])
        own = Document(*(ours or theirs for ours, theirs in zip(own, said, strict=True)))
    return own


def aside_of(value: Any) -> dict[str, Any]:
    """An object, be it written as JSON; {} for anything else."""
    if isinstance(value, str) and value.startswith("{") and len(value) <= LONGEST_ASIDE:
        import json

        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    return value if isinstance(value, dict) else {}


def told_by(fields: Iterable[tuple[str, Any]], kept: list[Any]) -> Document:
    """``kept`` is given what has the name of an aside."""
    best: list[tuple[int, str] | None] = [None] * len(KINDS)
    for name, value in fields:
        place = RANKS.get(called := name.lower())
        if place is None and called in ASIDES:
            kept.append(value)
        if place is None or (plain := plain_text(value)) is None:
            continue
        kind, rank = place
        known = best[kind]
        if (known is None or rank < known[0]) and (said := meant(KINDS[kind], plain)) is not None:
            best[kind] = rank, said
    url, ident, title, date = (known[1] if known else None for known in best)
    return Document(url, None, ident, title, date)


def plain_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return None if isinstance(value, bool) else str(value)
    if isinstance(value, dict):
        return next((said for key in RENDERED if (said := value.get(key)) and isinstance(said, str)), None)
    return None


def meant(names: tuple[str, ...], value: str) -> str | None:
    """A value as what these names promise. What is long, or holds a poll itself, is a text in the wrong
    place, as behind a row that was torn."""
    if not value or len(value) > LONG:
        return None
    if names is URLS:
        value = value.strip()
        wrong = not value or SPACE.search(value) is not None
    elif names is IDS:
        wrong = LINE_END.search(value) is not None
    else:
        wrong = names is DATES and value.startswith(ZEROS)
    return None if wrong or holds_poll(value) else value


def holds_poll(text: str) -> bool:
    return (TAG in text or QUOTE in text) and any(True for _ in finds(text))
