"""Which format an input is in: by its name, and by its first bytes where the name does not say, or lies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module

from polldecode.sources.charsets import charset_of
from polldecode.sources.found import Found, Reading
from polldecode.sources.problems import Unreadable

SUFFIXES = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), "jsonlines"),
    **dict.fromkeys((".json", ".geojson"), "json_document"),
    **dict.fromkeys((".xml", ".rss", ".atom", ".wxr", ".rdf"), "feed"),
    **dict.fromkeys((".csv", ".tsv"), "table"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".warc", ".wet", ".wat"), "warc"),
    **dict.fromkeys((".sql", ".dump"), "sql"),
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".php", ".log"), "text"),
}
COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
SPLITTABLE = ("text", "jsonlines")  # searched in ranges, by several processes


def format_of(path: str, head: bytes) -> str:
    """The name of the source for an input, from its path and its first (decompressed) bytes."""
    name = os.path.basename(path).lower()
    stem, suffix = os.path.splitext(name)
    if suffix in COMPRESSED:
        suffix = os.path.splitext(stem)[1]
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    named = SUFFIXES.get(suffix)
    if named in ("parquet", "warc"):
        raise Unreadable(f"not a {'Parquet file' if named == 'parquet' else 'WARC'}: it begins otherwise")
    if named == "json_document" and not head.lstrip(SPACE).startswith((b"{", b"[")):
        return "text"
    wide = charset_of(head) is not None
    if named == "feed" and not head.lstrip(SPACE).startswith(b"<") and not wide:
        return "text"
    if named != "feed" and wide:
        return "text"  # only that source reads wide characters, and the XML parser
    return named or sniffed(head)


def sniffed(head: bytes) -> str:
    start = head.lstrip(SPACE)
    if start.startswith(b"<"):
        lower = start[:1000].lower()
        xml = lower.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and b"<html" not in lower
        return "feed" if xml else "text"
    if start.startswith((b"{", b"[")):
        line, more, rest = start.partition(b"\n")
        if start.startswith(b"{") and (line.rstrip().endswith(b"}") or not more or rest.startswith(b"{")):
            return "jsonlines"
        return "json_document"
    if start.startswith(SQL):
        return "sql"
    return "text"


def check_compression(path: str, head: bytes, codec: str | None) -> None:
    """Raise Unreadable for an empty file that should hold compressed data."""
    if codec is None and not head and os.path.splitext(path)[1].lower() in COMPRESSED:
        raise Unreadable("an empty file, no " + COMPRESSED[os.path.splitext(path)[1].lower()] + " data")


def source(name: str) -> Callable[[Reading], Iterator[Found]]:
    """The search function of a format; its module is imported here, where it is needed."""
    search: Callable[[Reading], Iterator[Found]] = import_module(f"polldecode.sources.{name}").search
    return search


# What mysqldump, MariaDB, phpMyAdmin, pg_dump, SQLite and tools for a table or two begin with.
SQL = (
    *(
        b"-- MySQL dump",
        b"-- MariaDB dump",
        b"-- phpMyAdmin",
        b"-- PostgreSQL",
        b"/*!",
        b"PRAGMA foreign_keys",
    ),
    *(b"INSERT INTO ", b"CREATE TABLE ", b"DROP TABLE "),
)
SPACE = b" \t\r\n\xef\xbb\xbf"  # and the byte order mark of UTF-8
