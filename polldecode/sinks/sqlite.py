"""SQLite: ``polls`` (each content once), ``answers``, ``occurrences`` (each place). Opens in Datasette as
it is."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from polldecode.folding import blake2b
from polldecode.sinks.layout import Layout
from polldecode.sinks.lines import decoder

# Votes have no type, or SQLite would make a rounded number of a text of more digits than its integers hold.
SCHEMA = """
CREATE TABLE polls (
    poll INTEGER PRIMARY KEY,
    digest BLOB UNIQUE NOT NULL,
    id TEXT,
    question TEXT,
    multiple INTEGER, show_title INTEGER, show_count INTEGER, show_results_button INTEGER,
    style TEXT, color TEXT, total_votes, can_vote INTEGER,
    extra TEXT,
    occurrences INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE answers (
    poll INTEGER NOT NULL REFERENCES polls (poll),
    position INTEGER NOT NULL,
    id TEXT, text TEXT, votes, extra TEXT,
    PRIMARY KEY (poll, position)
) WITHOUT ROWID;
CREATE TABLE occurrences (
    occurrence INTEGER PRIMARY KEY,
    poll INTEGER NOT NULL REFERENCES polls (poll),
    id TEXT, form TEXT, complete INTEGER, dialect TEXT, repairs TEXT,
    error_stage TEXT, error_reason TEXT, error_position INTEGER,
    path TEXT, record TEXT, url TEXT, line INTEGER, "column" INTEGER, start INTEGER, "end" INTEGER,
    field TEXT, document_id TEXT, title TEXT, date TEXT
);
"""
INDEXES = """
CREATE INDEX occurrences_poll ON occurrences (poll);
CREATE INDEX occurrences_url ON occurrences (url);
CREATE INDEX polls_id ON polls (id);
"""
FLAGS = ("multiple", "show_title", "show_count", "show_results_button")
PLACE = ("path", "record", "url", "line", "column", "start", "end")


def write(lines: Iterable[bytes], out: IO[bytes], layout: Layout) -> None:  # noqa: ARG001
    if (path := path_of(out)) is not None:
        write_to(path, lines)
        return
    with TemporaryDirectory(prefix="polldecode-") as folder:
        path = os.path.join(folder, "polls.sqlite")
        write_to(path, lines)
        with open(path, "rb") as file:
            shutil.copyfileobj(file, out)


def path_of(out: IO[bytes]) -> str | None:
    """Where a database can be made that is ``out``: an empty file that is opened by its path. It need not be
    copied then, and the folder for temporary files, often in memory, need not hold it."""
    path = getattr(out, "name", None)
    try:
        there = os.fstat(out.fileno())
        known = isinstance(path, str) and os.path.samestat(there, os.stat(path))
    except (AttributeError, OSError):
        return None
    return path if known and stat.S_ISREG(there.st_mode) and not there.st_size else None


def write_to(path: str, lines: Iterable[bytes]) -> None:
    try:
        fill(path, lines)
    except sqlite3.OperationalError as error:  # no room, mostly
        raise OSError(errno.EIO, str(error), path) from error


def fill(path: str, lines: Iterable[bytes]) -> None:
    decode = decoder()
    # Nobody else knows of the file yet, and not every file system has locks.
    database = sqlite3.connect(f"{Path(path).absolute().as_uri()}?nolock=1", uri=True)
    try:
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;"
        )
        database.executescript(SCHEMA)
        with database:
            for line in lines:
                insert(database, decode(line))
        database.executescript(INDEXES)
    finally:
        database.close()


def insert(database: sqlite3.Connection, record: dict[str, Any]) -> None:
    """The poll, if it is new, its answers, and the place. What could not be read is a poll of its own."""
    fields = ("question", "answers", *FLAGS, "style", "color", "total_votes", "can_vote", "extra")
    content: Any = [record[name] for name in fields]
    if record["question"] is None:
        content = record["place"]
    digest = blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).digest()
    known = database.execute("SELECT poll FROM polls WHERE digest = ?", (digest,)).fetchone()
    poll = known[0] if known else insert_poll(database, record, digest)
    count = record.get("occurrences", 1)
    database.execute("UPDATE polls SET occurrences = occurrences + ? WHERE poll = ?", (count, poll))
    error, place, document = record["error"] or {}, record["place"], record.get("document", {})
    values = (
        *(poll, text(record["id"]), record["form"], record["complete"], record["dialect"]),
        *(" ".join(record["repairs"]), error.get("stage"), clean(error.get("reason")), error.get("position")),
        *(clean(place[name]) for name in PLACE),
        *(clean(document.get(name)) for name in ("field", "id", "title", "date")),
    )
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO occurrences VALUES (NULL, {marks})", values)  # noqa: S608 - marks alone


def insert_poll(database: sqlite3.Connection, record: dict[str, Any], digest: bytes) -> int:
    values = (
        *(digest, text(record["id"]), clean(record["question"]), *(record[flag] for flag in FLAGS)),
        *(clean(record["style"]), clean(record["color"]), number(record["total_votes"]), record["can_vote"]),
        *(extra(record["extra"]), 0),
    )
    cursor = database.execute(
        "INSERT INTO polls VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values
    )
    poll = cursor.lastrowid or 0
    database.executemany(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
        [
            (poll, position, clean(a["id"]), clean(a["text"]), number(a["votes"]), extra(a["extra"]))
            for position, a in enumerate(record["answers"] or (), 1)
        ],
    )
    return poll


def text(value: int | None) -> str | None:
    """An id: twenty digits are more than SQLite's integers hold."""
    return None if value is None else str(value)


def number(value: int | None) -> int | str | None:
    return value if value is None or -(1 << 63) <= value < 1 << 63 else str(value)


def clean(value: Any) -> Any:
    """SQLite's tools cut texts at a zero byte."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def extra(value: dict[str, Any] | None) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None
