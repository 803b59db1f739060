"""The beginning of a table: what it says of the dialect, and the names of the columns."""

from __future__ import annotations

import codecs
import re
from itertools import product

from polldecode.search import next_hit
from polldecode.sources.dialect import Dialect
from polldecode.sources.names import RANKS
from polldecode.sources.rows import Rows

HEAD = 1 << 16  # bytes that are looked at
SAMPLE = 20  # rows of them
NAME = 200  # characters; what is longer is no name of a column
DELIMITERS = (b",", b";", b"\t", b"|")
SEP = re.compile(rb'"?sep=([^\w"\r\n])"?(\r\n?|\n)', re.IGNORECASE)  # Excel's own word, before the header
# The first that stands in no quoted cell.
LINE_END = re.compile(rb'(?>(?:[^"\r\n]|"[^"]*")*)(\r\n|\n|\r)')
VALUE = re.compile(r"[-+]?\d[\d.,:/ TZ+-]*\Z|https?://|[^\r\n]*[\r\n]")


def preamble_of(head: bytes) -> tuple[int, bytes | None]:
    """How many bytes stand before the first row, and the delimiter that they name."""
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    line = SEP.match(head, mark)
    return (line.end(), line[1]) if line else (mark, None)


def dialect_of(head: bytes, delimiter: bytes | None = None) -> Dialect:
    """The dialect in which marks only open and close cells, and the most of the first rows have as many cells
    as the header; of several the one in which these are the most. Marks are taken to be doubled: see
    ``settled``."""
    first = LINE_END.match(head)
    # Cells hold line ends of other kinds, of which there may be more than of rows.
    line_ends = (b"\n", b"\r") if first and first[1] == b"\r" else (b"\n",)
    delimiters = (delimiter,) if delimiter else tuple(one for one in DELIMITERS if one in head)
    best, dialect = (False, 0, 0), Dialect(delimiter or b",", line_ends[-1] if b"\n" not in head else b"\n")
    for line_end, parted in product(line_ends, delimiters):
        tried = Dialect(parted, line_end)
        score = agreement(tried, head)
        if score > best and score[2] > 1:
            best, dialect = score, tried
    return dialect


def agreement(dialect: Dialect, head: bytes) -> tuple[bool, int, int]:
    """Whether the marks behave, how many of the first rows have as many cells as the first, and how many
    these are."""
    marks = Rows(dialect)
    marks.count(head, 0, len(head))
    rows, start = Rows(dialect, settled=True), 0
    counts: list[int] = []
    while start < len(head) and len(counts) < SAMPLE:
        end = rows.end(head, start)
        if end < 0 and counts:  # it may go on
            break
        end = end if end >= 0 else len(head)
        counts.append(len(dialect.cells(head[start:end])))
        start = end
    return (not marks.doubtful, counts.count(counts[0]), counts[0]) if counts else (False, 0, 0)


def settled(text: bytes, rows: Rows) -> Dialect:
    """The dialect of a table in which the marks do not behave as they do where they are doubled, or a cell is
    not closed. The text begins with the row that tells so."""
    dialect = rows.dialect
    if b'\\"' in text:
        escaped = Dialect(dialect.delimiter, dialect.line_end, "escaped")
        tried = Rows(escaped)
        tried.count(text, 0, len(text))
        if not tried.doubtful:
            return escaped
    if dialect.delimiter == b"\t" and not rows.doubled:
        return Dialect(dialect.delimiter, dialect.line_end, "none")
    return dialect


def names_of(cells: list[str], wanted: str | None) -> list[str] | None:
    """The names of the columns, if the first row is a header: one of them is known or wanted, or there is
    none among them that must be a value."""
    names = [cell.strip() for cell in cells]
    if any(len(name) > NAME or next_hit(name) >= 0 for name in names):
        return None
    if wanted in names or any(name.lower() in RANKS for name in names):
        return names
    return None if any(VALUE.match(cell) for cell in cells) else names
