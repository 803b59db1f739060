"""HTML: one page, with everything in it, to look through the polls.

The records stand in the page as JSON, with < > & and the line separators escaped, so that no text can end
the script element. The page's own script (page.html) writes them with ``textContent`` alone: nothing from a
document is ever parsed as HTML. A Content-Security-Policy forbids the page to load or send anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import IO, Any
from urllib.parse import urlsplit

from polldecode.plaintext import plain_text
from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder
from polldecode.sinks.markdown import where

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
        "q": plain_text(record["question"] or ""),
        "a": [[plain_text(answer["text"]), answer["votes"]] for answer in record["answers"] or ()],
        "multiple": bool(record["multiple"]),
        "color": record["color"] or "",
        "site": site_of(url),
        "url": url if url and url.lower().startswith(("http://", "https://")) else None,  # never javascript:
        "where": where(record),
        "error": f"{error['stage']}: {error['reason']}" if error else None,
    }


def site_of(url: str | None) -> str:
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""
