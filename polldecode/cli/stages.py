"""The stages that a payload went through, as rows of text for people."""

from __future__ import annotations

from dataclasses import dataclass

from polldecode.cli.terminal import safe
from polldecode.cli.words import choice, count, question
from polldecode.errors import DecodeError
from polldecode.extraction import Extraction
from polldecode.oracle import json_text, raw_bytes

# The stage that a row stands for, by the stage of the error. A cut shows where the text stops: in the JSON.
ROW_OF_ERROR = {
    "payload": "base64",
    "base64": "base64",
    "percent": "percent",
    "json": "JSON",
    "cut": "JSON",
    "schema": "poll",
    "limit": "poll",
}
WRITERS = {
    "php": "as the plugin's PHP encoder writes it",
    "js": "as the plugin's JavaScript encoder writes it",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A label and the lines beside it, safe to print. ``broken`` is the stage that failed."""

    label: str
    lines: tuple[str, ...]
    broken: bool = False


def rows(extraction: Extraction, room: int) -> list[Row]:
    """The stages from the raw slice to the poll; excerpts at most ``room`` cells wide, or little more."""
    source, error = extraction.source, extraction.error
    raw = raw_bytes(extraction.payload.rstrip("="))
    texts = {
        "base64": extraction.payload,
        "percent": raw.decode("latin-1"),
        "JSON": json_text(raw),
    }
    broken = ROW_OF_ERROR[error.stage] if error is not None else None
    table = [
        Row("slice", (size_of(source), excerpt(as_text(source), room))),
        Row("attributes", attributes(extraction, room)),
        *(Row("repair", (line,)) for line in map(in_words, extraction.repairs)),
    ]
    for label, text in texts.items():
        if label == broken and error is not None:
            place = len(text) if error.stage == "cut" else error.position
            table.append(Row(label, (size_of(text), *failure(error, text, place, room)), broken=True))
        elif text:
            table.append(Row(label, (size_of(text), excerpt(text, room))))
        if label == broken:
            break
    return table + last_rows(extraction, broken)


def last_rows(extraction: Extraction, broken: str | None) -> list[Row]:
    """The poll, or what could still be read of it."""
    poll, error = extraction.poll, extraction.error
    table = []
    if broken == "poll":
        table.append(Row("poll", (f"! {safe(str(error))}",), broken=True))
    if poll is None:
        return [*table, Row("still read", ("nothing",))]
    parts = [choice(poll), count(len(poll.answers), "answer")]
    if error is None:
        parts.append(WRITERS.get(extraction.dialect or "", "as neither of the plugin's encoders writes it"))
        return [*table, Row("poll", (", ".join(parts),))]
    answers = [f"{n}. {safe(answer.plain_text())}" for n, answer in enumerate(poll.answers, 1)]
    return [*table, Row("still read", (question(poll), *answers))]


def attributes(extraction: Extraction, room: int) -> tuple[str, ...]:
    if extraction.tag is None:
        return ("none: a payload without a shortcode",)
    return tuple(f"{safe(name)} = {excerpt(value, room)}" for name, value in extraction.attrs.items()) or (
        "none",
    )


def in_words(repair: str) -> str:
    """A repair, and the first example of it where one is known."""
    before, after = getattr(repair, "before", ""), getattr(repair, "after", "")
    if not before and not after:
        return safe(repair)
    return f"{safe(repair)}: {quoted(before)} → {quoted(after)}"


def quoted(text: str) -> str:
    return f"‘{excerpt(text, 24)}’" if text else "nothing"


def failure(error: DecodeError, text: str, place: int | None, room: int) -> tuple[str, ...]:
    """The error, and where a place is known the text around it with a caret beneath."""
    message = f"! {safe(str(error))}"
    if place is None or not text:
        return (message,)
    from rich.cells import cell_len  # wide characters take two cells

    place = min(place, len(text))
    before = safe(text[max(0, place - room * 2 // 3) : place])
    while cell_len(before) > room * 2 // 3:
        before = before[1:]
    behind = safe(text[place : place + room // 3 - 2])
    return (message, f"{before}{behind}", " " * cell_len(before) + "^")


def excerpt(text: str, room: int) -> str:
    """``text`` if it fits into ``room``, else its two ends."""
    if len(text) <= room:
        return safe(text)
    end = room // 4
    return f"{safe(text[: room - end - 3])} … {safe(text[-end:])}"


def as_text(source: str | bytes) -> str:
    if isinstance(source, str):
        return source
    return source.replace(b"\0", b"").decode("utf-8", "replace")  # UTF-16 and UTF-32: what counts is ASCII


def size_of(text: str | bytes) -> str:
    return count(len(text), "character" if isinstance(text, str) else "byte")
