"""Which format an input is in: by its name, and by its first bytes where the name does not say, or lies."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from importlib import import_module

from polldecode.sources.charsets import BLANK, charset_of
from polldecode.sources.decoders import CONTROLS, codec_of
from polldecode.sources.found import Finds, Reading
from polldecode.sources.problems import Unreadable

SUFFIXES = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), "jsonlines"),
    **dict.fromkeys((".json", ".geojson"), "json_document"),
    **dict.fromkeys((".xml", ".rss", ".atom", ".wxr", ".rdf"), "feed"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "table"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".warc", ".wet", ".wat"), "warc"),
    **dict.fromkeys((".sql", ".dump"), "sql"),
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".php", ".log"), "text"),
}
COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz", ".lzma": "lzma"}
# Compressions, and files that hold compressed data, that are known and not read, and how the first bytes
# announce them. A text may begin with some of these letters.
UNREAD = {
    b"PK\3\4": "zip",
    b"PK\5\6": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4",
    b"LZIP\1": "lzip",
    b"\x89LZO\0\r\n\x1a\n": "lzop",
    b"\xff\x06\0\0sNaPpY": "snappy",
    b"\x1f\x9d": "compress",
    b"PGDMP": "PostgreSQL archive",
    b"ORC": "ORC",
    b"ARROW1": "Arrow",
    b"FEA1": "Feather",
    b"Obj\1": "Avro",
    b"\x89HDF\r\n\x1a\n": "HDF5",
}
UNREAD_SUFFIXES = {f".{name}": name for name in ("zip", "7z", "rar", "lz4")}
UNREAD_SUFFIXES |= {".lz": "lzip", ".lzo": "lzop", ".sz": "snappy", ".z": "compress", ".br": "brotli"}
SAID = b"PAR1", b"WARC/"  # Parquet and WARC say what they are
SPLITTABLE = ("text", "jsonlines")  # searched in ranges, by several processes
RECODED = ("jsonlines", "json_document", "sql", "table")  # read as UTF-8 where they are in UTF-16 or UTF-32


def format_of(path: str, head: bytes) -> str:
    """The name of the source for an input, from its path and its first (decompressed) bytes."""
    name = os.path.basename(path).lower()
    stem, suffix = os.path.splitext(name)
    if suffix in COMPRESSED:
        suffix = os.path.splitext(stem)[1]
    if head.startswith(SAID):
        return "parquet" if head.startswith(b"PAR1") else "warc"
    named = SUFFIXES.get(suffix)
    if named == "warc":
        return "warc"  # its first record may be damaged, and no other
    if named == "parquet":
        raise Unreadable("not a Parquet file: it begins otherwise")
    charset = charset_of(head)
    if charset is not None:
        head = head.decode(charset, "replace").encode("utf-8", "replace")
    bound = named == "json_document" or (named == "jsonlines" and charset is not None)
    if bound and not head.lstrip(BLANK).startswith((b"{", b"[")):
        return "text"
    if named == "feed" and not head.lstrip(BLANK).startswith(b"<"):
        return "text"
    if named == "jsonlines" and goes_on(head.lstrip(BLANK)):
        return "json_document"
    name = named or sniffed(head)
    # The source of XML reads wide characters itself, and so does that of text.
    return name if charset is None or name == "feed" or name in RECODED else "text"


def sniffed(head: bytes) -> str:
    start = head.lstrip(BLANK)
    if start.startswith(b"<"):
        lower = start[:1000].lower()
        xml = lower.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and b"<html" not in lower
        return "feed" if xml else "text"
    if JSON.match(start):
        line, more, rest = start.partition(b"\n")
        if start.startswith(b"{") and (line.rstrip().endswith(b"}") or not more or rest.startswith(b"{")):
            return "jsonlines"
        return "json_document"
    if SQL.match(start):
        return "sql"
    return "text"


def goes_on(start: bytes) -> bool:
    """Whether the first value of some JSON goes on behind its first line. One that is torn there does not."""
    line, _, rest = start.partition(b"\n")
    rest = rest.lstrip(BLANK)
    closed = line.rstrip().endswith((b"}", b"]")) and not rest.startswith((b",", b"]", b"}"))
    if not rest or closed or line.rstrip().endswith(b":"):
        return False
    import json

    text = start.decode("utf-8", "replace")
    second = len(text) - len(rest.decode("utf-8", "replace"))
    try:
        return json.JSONDecoder().raw_decode(text)[1] > second
    except json.JSONDecodeError as error:
        return error.pos > second
    except RecursionError:
        return False


def check_compression(path: str, head: bytes, codec: str | None) -> None:
    """Raise Unreadable for an empty file that should hold compressed data."""
    name = COMPRESSED.get(suffix_of(path))
    if codec is None and not head and name:
        raise Unreadable(f"an empty file, no {name} data")


def left_packed(path: str, head: bytes, codec: str | None) -> str | None:
    """What is to be said of an input that is still compressed after all that can be unpacked: a name alone
    says so only of what is no text."""
    if head.startswith(SAID):
        return None
    binary = head.translate(None, CONTROLS) != head
    known = codec_of(head) or next(
        (name for magic, name in UNREAD.items() if binary and head.startswith(magic)), None
    )
    if known is not None:
        return f"{known} data, which are not read" + (f" within {codec} data" if codec else "")
    if codec is None and binary and charset_of(head) is None:
        suffix = suffix_of(path)
        if suffix in COMPRESSED:
            return f"no {COMPRESSED[suffix]} data: they begin otherwise"
        if suffix in UNREAD_SUFFIXES:
            return f"{UNREAD_SUFFIXES[suffix]} data, which are not read"
    return None


def suffix_of(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def source(name: str) -> Callable[[Reading], Iterator[Finds]]:
    """The search function of a format; its module is imported here, where it is needed."""
    search: Callable[[Reading], Iterator[Finds]] = import_module(f"polldecode.sources.{name}").search
    return search


# A text may begin with a shortcode, a footnote or a checkbox.
JSON = re.compile(rb'\{\s*["}]|[\[\s]*\[\s*(?:["{]|(?:-?[0-9][0-9.eE+-]*|true|false|null)\s*,)')
# What mysqldump, MariaDB, phpMyAdmin, pg_dump, SQLite and tools for a table or two begin with: a comment that
# says so, one that MySQL executes, or after any comments a statement. Banners of scripts begin with /*! too.
SQL = re.compile(
    rb"(?>(?:--[^\n]*+\n|#[^\n]*+\n|/\*[^!M].*?\*/|\s++)*)"
    rb"(?:/\*M?!\d{5,6}|PRAGMA foreign_keys|COPY [^\n]+ FROM stdin;|"
    rb"INSERT (?:IGNORE |OR [A-Z]+ )?INTO |REPLACE INTO |"
    rb"(?:CREATE|DROP) (?:TABLE|DATABASE|SCHEMA|TYPE|SEQUENCE) |SET (?:NAMES |SQL_MODE|[a-z_]+ = )|"
    rb"\\restrict )|--[\s-]*(?:MySQL dump|MariaDB dump|phpMyAdmin|PostgreSQL)",
    re.DOTALL,
)
