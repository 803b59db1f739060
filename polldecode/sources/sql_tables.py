"""The columns of the tables in a dump: those of its CREATE TABLE, read as it comes by, or of WordPress's own.
Most dumps name them there alone, and not with each INSERT."""

from __future__ import annotations

import re

from polldecode import simd

# A name, in pieces: quoted as MySQL does, as the standard says, as SQL Server does, or not at all.
NAME = rb"((?>(?:`[^`\n]{1,200}+`|\"[^\"\n]{1,200}+\"|\[[^\]\n]{1,200}+\]|[^\s(`\"\[;']{1,200}+){1,5}))"
CREATES = b"CREATE TABLE", b"create table"
TABLE = re.compile(rb"CREATE TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + NAME + rb"\s*\(", re.IGNORECASE)
TOKEN = re.compile(rb"'(?:[^'\\]++|\\.|'')*+'|\"[^\"]*+\"|`[^`]*+`|\[[^\]\n]*+\]|--[^\n]*+|[(),]", re.DOTALL)
FIRST = re.compile(rb"\s*(?:--[^\n]*+\s*)*+(?:`([^`]++)`|\"([^\"]++)\"|\[([^\]]++)\]|([^\s(),`\"\[']++))")
# What begins such a part of the statement is no column.
OTHER = frozenset(
    b"PRIMARY KEY UNIQUE CONSTRAINT INDEX FULLTEXT SPATIAL FOREIGN CHECK EXCLUDE LIKE PERIOD".split()
)
LONGEST = 1 << 16  # of a statement
TABLES = 10_000

POSTS = (
    "ID post_author post_date post_date_gmt post_content post_title post_excerpt post_status "
    "comment_status ping_status post_password post_name to_ping pinged post_modified post_modified_gmt "
    "post_content_filtered post_parent guid menu_order post_type post_mime_type comment_count"
)  # the columns of WordPress's tables, unchanged since 2.9
COLUMNS = {
    "posts": tuple(POSTS.split()),
    "postmeta": ("meta_id", "post_id", "meta_key", "meta_value"),
    "options": ("option_id", "option_name", "option_value", "autoload"),
}


class Tables:
    """``looked``: the offset up to which the dump was looked through."""

    def __init__(self) -> None:
        self.columns: dict[str, tuple[str, ...]] = {}
        self.looked = 0

    def of(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns; none where they are not known."""
        if table in self.columns:
            return self.columns[table]
        return next((names for end, names in COLUMNS.items() if table.endswith(end)), ())

    def look(self, window: bytearray, base: int, *, ended: bool) -> None:
        """Read the statements in a piece of the dump that begins at ``base``."""
        start, size = max(0, self.looked - base), len(window)
        while (
            at := min((at for word in CREATES if (at := simd.find(window, word, start)) >= 0), default=-1)
        ) >= 0:
            if size - at < LONGEST and not ended:
                self.looked = base + at
                return
            start = at + 1
            line = window[window.rfind(b"\n", max(0, at - 40), at) + 1 : at]
            if (not line or line.isspace()) and (head := TABLE.match(window, at)):
                start = self.read(table_of(head[1]), bytes(window[head.end() : at + LONGEST])) + head.end()
        self.looked = base + max(start, size - len(CREATES[0]))

    def read(self, table: str, body: bytes) -> int:
        """Read what stands in the brackets; how far they reach. What is read first stays: a text further on
        may hold such a statement."""
        names: list[str] = []
        depth = begin = end = 0
        for token in TOKEN.finditer(body):
            mark, end = token[0], token.end()
            if mark in (b",", b")") and depth == 0:
                first = FIRST.match(body, begin, token.start())
                if first and (first[4] or b"").upper() not in OTHER:
                    names.append(next(filter(None, first.groups())).decode("utf-8", "replace"))
                begin = end
            depth += (mark == b"(") - (mark == b")")
            if depth < 0:
                if len(self.columns) < TABLES:
                    self.columns.setdefault(table, tuple(names))
                break
        return end


def table_of(name: bytes) -> str:
    return name.split(b".")[-1].strip(b'`"[]').decode("utf-8", "replace")
