"""Markdown: a section a poll, its answers as a list. Texts are plain, nothing in them is markup, and controls
are shown as escapes: Markdown is read on terminals, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Any

from polldecode.plaintext import plain_text
from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder
from polldecode.visible import safe
from polldecode.votes import Share, shares

# Whatever CommonMark and GitHub's dialect could take for markup, anywhere in a line or at its beginning.
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$^=:@])")


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    decode = decoder()
    for line in lines:
        out.write("".join(section(decode(line))).encode("utf-8", "backslashreplace"))


def section(record: dict[str, Any]) -> Iterable[str]:
    question = plain_text(record["question"] or "")
    yield f"## {escape(question) or '(no question)'}\n\n"
    for text, share in answers(record):
        fraction = None if share is None else share.fraction
        percent = "" if fraction is None else f" ({100 * fraction:.0f} %)"
        counted = "" if share is None else f" — {share.votes}{percent}"
        yield f"- {escape(text) or '(no text)'}{counted}\n"
    if record["answers"]:
        yield "\n"
    yield f"{escape(where(record))}\n\n"
    if record["error"]:
        yield f"Damaged: {escape(record['error']['stage'] + ': ' + record['error']['reason'])}\n\n"


def answers(record: dict[str, Any]) -> list[tuple[str, Share | None]]:
    """Each answer's text, plain, and its share of the votes."""
    listed = record["answers"] or ()
    votes = [answer["votes"] for answer in listed]
    known = shares(votes, record["total_votes"], complete=record["complete"])
    return [(plain_text(answer["text"]), share) for answer, share in zip(listed, known, strict=True)]


def where(record: dict[str, Any]) -> str:
    """``poll 244, https://example.org/, crawl.warc record <urn:uuid:…>, line 3``."""
    place = record["place"]
    parts = [f"poll {record['id']}" if record["id"] is not None else "no id", place["url"]]
    path = "stdin" if place["path"] == "-" else place["path"]
    parts.append(path if place["record"] is None else f"{path} record {place['record']}")
    parts.append(None if place["line"] is None else f"line {place['line']}")
    if record.get("occurrences", 1) > 1:
        parts.append(f"{record['occurrences']} times")
    return ", ".join(" ".join(part.split()) for part in parts if part)


def escape(text: str) -> str:
    return MARKUP.sub(r"\\\1", safe(" ".join(text.split())))
