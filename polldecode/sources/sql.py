"""SQL dumps: searched as text, so that offsets are those of the dump; the statement around a find says which
row it is.

``record`` is the table and the row's first value, as in ``wp_posts:244``; ``field`` is the table's column,
where the statement names its columns or the table is one of WordPress's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from polldecode.sources.found import Document, Found, Reading
from polldecode.sources.provenance import DATE_KEYS, TITLE_KEYS
from polldecode.sources.text import Search

KEEP = 1 << 22  # of the text before a find: mysqldump ends its statements at 1 MB
STATEMENT = re.compile(
    rb"^[ \t]*(?:INSERT|REPLACE)[ \t]+(?:IGNORE[ \t]+)?INTO[ \t]+([^\s(]{1,200})\s*"
    rb"(?:\(([^()]{1,5000})\)\s*)?VALUES\s*",
    re.MULTILINE | re.IGNORECASE,
)
STRING = rb"'(?>(?:[^'\\]++|\\.|'')*)'"
# One row in brackets, which may hold brackets of function calls. Linear: every alternative is possessive, and
# they begin with different characters.
ROW = re.compile(
    rb"\((?>(?:[^'()]++|" + STRING + rb"|\((?>(?:[^'()]++|" + STRING + rb")*)\))*)\)\s*,?\s*", re.DOTALL
)
VALUE = re.compile(
    rb"\s*((?>(?:[^'(),]++|" + STRING + rb"|\((?>(?:[^'()]++|" + STRING + rb")*)\))*))\s*[,)]", re.DOTALL
)
STATEMENT_END = re.compile(rb";[ \t]*(?:\r?\n|\Z)")
ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
NAMES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a"}

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


def search(reading: Reading) -> Iterator[Found]:
    moving = Search(reading, 0, keep=KEEP, resumes=False)  # rows that were torn would swallow others
    rows = Rows()
    for found in moving.run():
        window, start = moving.window, found.place.start
        index = (start or 0) - moving.base
        row = rows.around(window, moving.base, index) if isinstance(window, bytearray) else None
        if row is None:
            yield found
            continue
        record, document = row
        place = replace(found.place, record=record, url=document.url)
        yield Found(found.find, place, document)
    if (
        isinstance(moving.window, bytearray)
        and not reading.problems
        and rows.torn(moving.window, moving.base)
    ):
        reading.problems.append("the dump ends inside of a row")


class Rows:
    """The statement that was looked at last; its rows are read on from where the last find stood."""

    def __init__(self) -> None:
        self.begin = self.row = -1  # offsets in the dump: of the statement, and of the row that is read next
        self.table = b""
        self.names: tuple[str, ...] = ()

    def around(self, window: bytearray, base: int, index: int) -> tuple[str, Document] | None:
        """The row around an index of the window: its name, and what it says of the page."""
        last = last_statement(window, max(0, self.row - base), index)
        if last is not None:
            self.begin, self.row = base + last.start(), base + last.end()
            self.table = last[1].split(b".")[-1].strip(b'`"[]')
            columns = last[2].decode("utf-8", "replace") if last[2] else ""
            self.names = tuple(name.strip(' `"[]\n\r\t') for name in columns.split(",")) if columns else ()
            table = self.table.decode("utf-8", "replace")
            self.names = self.names or next((COLUMNS[end] for end in COLUMNS if table.endswith(end)), ())
        if self.begin < 0 or self.row < base:
            return None
        start = self.row - base
        while (row := ROW.match(window, start)) and row.end() <= index:
            start = row.end()
        self.row = base + start
        if not row:
            return None
        return self.described(window, start, index)

    def torn(self, window: bytearray, base: int) -> bool:
        """Whether the last statement breaks off in one of its rows: it ends nowhere. What cannot be parsed
        as a row may be another dialect's."""
        last = last_statement(window, max(0, self.row - base), len(window))
        if last is None and self.row < base:
            return False
        start = last.end() if last is not None else self.row - base
        while row := ROW.match(window, start):
            start = row.end()
        return window.startswith(b"(", start) and not STATEMENT_END.search(window, start)

    def described(self, window: bytearray, start: int, index: int) -> tuple[str, Document]:
        spans = []
        position = start + 1
        while value := VALUE.match(window, position):
            spans.append(value.span(1))
            position = value.end()
            if window[position - 1 : position] == b")":
                break
        # A statement names all of its columns, or the table has those that are known of WordPress.
        names = self.names if len(self.names) == len(spans) else ()
        values: dict[str, str] = {}
        first = field = None
        for number, (begin, end) in enumerate(spans):
            name = names[number] if names else f"[{number + 1}]"
            if begin <= index < end:
                field = name
            elif end - begin < 2_000:
                values[name] = plain(window[begin:end])
            first = plain(window[begin:end]) if number == 0 else first
        table = self.table.decode("utf-8", "replace")
        title = next((values[key] for key in ("post_title", *TITLE_KEYS) if values.get(key)), None)
        date = next(
            (values[key] for key in ("post_date_gmt", "post_date", *DATE_KEYS) if values.get(key)), None
        )
        url = next((values[key] for key in ("guid", "url", "link") if values.get(key)), None)
        return f"{table}:{first}", Document(url, f"{table}.{field}" if field else None, first, title, date)


def last_statement(window: bytearray, start: int, end: int) -> re.Match[bytes] | None:
    found = None
    for found in STATEMENT.finditer(window, start, end):  # noqa: B007 - the last one
        pass
    return found


def plain(value: bytes | bytearray) -> str:
    text = value.decode("utf-8", "replace")
    if text[:1] != "'":
        return text.strip()
    return ESCAPE.sub(lambda m: "'" if m[1] is None else NAMES.get(m[1], m[1]), text[1:-1])
