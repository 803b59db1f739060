"""CSV: a row an answer, or a row a poll, in UTF-8 with a header.

Spreadsheets run what begins with = + - @ (and with a tab or line break before them, some). Texts come from
anywhere, so such a text gets an apostrophe in front, as OWASP advises. Where a spreadsheet takes ; or a tab
for the separator, as a French or German Excel does, a cell may begin inside of a text: what would be run
there gets one, too. ``formulas`` leaves all as it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any
from unicodedata import category

from polldecode.records import PLACE_FIELDS, POLL_FIELDS
from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder
from polldecode.visible import is_unsafe

POLL = tuple(name for name in POLL_FIELDS if name not in ("answers", "extra"))
FOUND = ("form", "complete", "dialect", "repairs", "error")
ANSWER = ("answer", "answer_id", "answer_text", "answer_votes")
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"  # the last four: full width
BREAKS = "\t\r\n"
RUN = (*SIGNS, *BREAKS)
# A comma needs no care: where it stands in a text, the cell is quoted for all who part cells by commas.
SEPARATORS = frozenset(";" + BREAKS)
INSIDE = SEPARATORS | {'"'}  # written twice, and two at the beginning of a cell are read as none
SIGN = re.compile(rf"(?<!\w)[{re.escape(SIGNS)}]")


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
    writer = csv.writer(text)
    by_answer = layout.rows == "answer"
    writer.writerow(
        [*POLL, *(ANSWER if by_answer else ("answers", "votes")), *FOUND, *PLACE_FIELDS, "occurrences"]
    )
    decode = decoder()
    for line in lines:
        record = decode(line)
        for answer in rows(record) if by_answer else [whole(record)]:
            cells = [*(record[key] for key in POLL), *answer, *found(record), *place(record)]
            writer.writerow([cell(value, formulas=layout.formulas) for value in cells])
    text.flush()
    text.detach()


def rows(record: dict[str, Any]) -> Iterator[list[Any]]:
    """The answers, numbered from 1; a poll without any, or one that could not be read, is one row all the
    same."""
    answers = record["answers"] or ()
    for number, answer in enumerate(answers, 1):
        yield [number, answer["id"], answer["text"], answer["votes"]]
    if not answers:
        yield [None] * len(ANSWER)


def whole(record: dict[str, Any]) -> list[Any]:
    """All answers in one cell, and their votes in another, as JSON lists: no separator is safe."""
    answers = record["answers"]
    if answers is None:
        return [None, None]
    texts = json.dumps([answer["text"] for answer in answers], ensure_ascii=False)
    return [texts, json.dumps([answer["votes"] for answer in answers])]


def found(record: dict[str, Any]) -> list[Any]:
    error = record["error"]
    reason = None if error is None else f"{error['stage']}: {error['reason']}"
    return [record["form"], record["complete"], record["dialect"], " ".join(record["repairs"]), reason]


def place(record: dict[str, Any]) -> list[Any]:
    return [*(record["place"][key] for key in PLACE_FIELDS), record.get("occurrences")]


def cell(value: Any, *, formulas: bool) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = value.replace("\0", "\ufffd")  # no CSV reader takes it
        return value if formulas else guarded(value)
    return value


def guarded(text: str) -> str:
    """``text`` with an apostrophe before whatever a spreadsheet would run, at its beginning or behind a
    separator. Linear: what stands before a sign is looked at up to the sign before."""
    pieces, done = [], 0
    for sign in SIGN.finditer(text):
        start = sign.start()
        while start > done and (text[start - 1] in INSIDE or unseen(text[start - 1])):
            start -= 1
        if not SEPARATORS.isdisjoint(text[start : sign.start()]):
            pieces += [text[done : sign.start()], "'"]
            done = sign.start()
    text = "".join([*pieces, text[done:]])
    first = next((char for char in text if char in BREAKS or not unseen(char)), "")
    return "'" + text if first in RUN else text


def unseen(char: str) -> bool:
    return char.isspace() or is_unsafe(char, category(char))
