"""HTML: one page, with everything in it, to look through the polls.

The records stand in the page as JSON, with < > & and the line separators escaped, so that no text can end
the script element. The page's own script (page.html) writes them with ``textContent`` alone: nothing from a
document is ever parsed as HTML, and controls are shown as escapes. A Content-Security-Policy forbids the page
to load or send anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import IO, Any
from unicodedata import category
from urllib.parse import quote, urlsplit

from polldecode.models import COLORS
from polldecode.plaintext import plain_text
from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder
from polldecode.sinks.markdown import answers, where
from polldecode.visible import is_unsafe, safe
from polldecode.votes import Share

ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
DATA = "/*POLLS*/"


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    decode = decoder()
    before, after = files("polldecode.sinks").joinpath("page.html").read_text("utf-8").split(DATA)
    out.write(before.encode())
    between = "\n"
    for line in lines:
        shown = json.dumps(card(decode(line)), ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
        out.write((between + shown).encode("utf-8", "backslashreplace"))
        between = ",\n"
    out.write(after.encode())


def card(record: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a record, all of it plain text."""
    url = record["place"]["url"]
    error = record["error"]
    return {
        "id": None if record["id"] is None else str(record["id"]),
        "q": safe(plain_text(record["question"] or "")),
        "a": [[safe(text), *counted(share)] for text, share in answers(record)],
        "multiple": bool(record["multiple"]),
        "color": named(record["color"] or ""),
        "site": safe(site_of(url)),
        "url": address(url) if url else None,
        "where": safe(where(record)),
        "error": safe(f"{error['stage']}: {error['reason']}") if error else None,
    }


def counted(share: Share | None) -> list[Any]:
    """The votes as text, as JavaScript's numbers hold 53 bits, and what percentage they are."""
    if share is None:
        return [None, None]
    return [str(share.votes), None if share.fraction is None else round(100 * share.fraction, 2)]


def named(color: str) -> str:
    """A colour to filter by. Anything may stand there, so that a list of all would have no end."""
    return color if color in COLORS or not color else "other"


def address(url: str) -> str | None:
    """Where a link may lead: never to javascript:."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    return "".join(quote(char, errors="replace") if is_unsafe(char, category(char)) else char for char in url)


def site_of(url: str | None) -> str:
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""
