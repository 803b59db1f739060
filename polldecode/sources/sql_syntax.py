"""Rows and values of SQL: where they end, and what they say.

Whether a backslash escapes in a string is a setting of the server that wrote the dump, and the dump need not
say which. So there are two readings, and both are strict about what stands beside a string: the wrong one
takes a quote within a text for the end of a string, and finds there what no SQL has."""

from __future__ import annotations

import re
from functools import cached_property

DEPTH = 4  # brackets in a row's brackets; sqlite3 has replace(replace('…','\r',char(13)),'\n',char(10))
OUTSIDE = rb"[^'\"();<>\\\x80-\xff]++"
# Beside a string stands a comma, a bracket, an operator or a space; before it also the letter of N'…', X'…'.
BEFORE = rb"(?:(?<=[\s,(|\[+=:&])|(?<=[\s,(|\[+=:][A-DF-Za-df-z]))"
BEFORE_ANY = rb"(?:(?<=[\s,(|\[+=:&])|(?<=[\s,(|\[+=:][A-Za-z]))"
BEFORE_E = rb"(?<=[\s,(|\[+=:][Ee])"
AFTER = rb"(?=[\s,)\]|+:])"


def many(pattern: bytes, least: bytes = b"*") -> bytes:
    """As often as it goes, without a way back. In two steps: what sre notes of each round it forgets after
    five hundred, where it would else hold 60 bytes for each escape of a long text."""
    return rb"(?>(?:(?>(?:" + pattern + rb"){1,500}))" + least + rb")"


def strings(quote: bytes, *, escapes: bool) -> tuple[bytes, bytes]:
    """A string from its first quote to its last, and one that has no last. A quote that is doubled ends one
    and begins the next."""
    inside = rb"[^Q]*+"
    if escapes:
        inside = rb"[^Q\\]*+" + many(rb"\\.[^Q\\]*+")
    whole, open_ = rb"Q" + inside + rb"Q", rb"(?:Q" + inside + (rb"\\?" if escapes else b"") + rb")?"
    return many(whole, b"+").replace(b"Q", quote), (many(whole) + open_).replace(b"Q", quote)


class Syntax:
    """The patterns of one reading, made when they are asked for: that takes longer than to read a small
    dump. Linear: alternatives begin with different characters, and nothing is tried in two ways."""

    def __init__(self, *, escapes: bool) -> None:
        self.escapes = escapes
        single, open_single = strings(b"'", escapes=escapes)
        double, open_double = strings(b'"', escapes=escapes)
        marked, open_marked = strings(b"'", escapes=True)  # PostgreSQL's E'…'
        string = BEFORE_ANY + single if escapes else BEFORE + single + b"|" + BEFORE_E + marked
        opened = BEFORE_ANY + open_single if escapes else BEFORE + open_single + b"|" + BEFORE_E + open_marked
        self.string = rb"(?:" + string + b"|" + double + rb")" + AFTER
        self.opened = rb"(?:" + opened + b"|" + open_double + rb")?"
        self.nested = b""
        for _ in range(DEPTH):
            self.nested = rb"|\(" + many(OUTSIDE + b"|" + self.string + self.nested) + rb"\)"
        self.parts = many(OUTSIDE + b"|" + self.string + self.nested)

    @cached_property
    def row(self) -> re.Pattern[bytes]:
        """A row, up to the next one."""
        return re.compile(rb"\(" + self.parts + rb"\)\s*+(?:,\s*+|(?=[;A-Za-z/#-])|\Z)", re.DOTALL)

    @cached_property
    def value(self) -> re.Pattern[bytes]:
        value = many(rb"[^'\"();<>,\\\x80-\xff]++|" + self.string + self.nested)
        return re.compile(rb"\s*+(" + value + rb")[,)]", re.DOTALL)

    @cached_property
    def open_row(self) -> re.Pattern[bytes]:
        """A row that goes on behind the text."""
        brackets = self.parts + rb"(?:\(" + self.parts + rb"){0,4}"
        return re.compile(rb"\((?>" + brackets + rb")" + self.opened + rb"\Z", re.DOTALL)


ESCAPED, STANDARD = Syntax(escapes=True), Syntax(escapes=False)
STRING = {
    (quote, escapes): re.compile(strings(quote, escapes=escapes)[0], re.DOTALL)
    for quote in (b"'", b'"')
    for escapes in (True, False)
}
FIRST_QUOTE = re.compile(rb"[^'\"]*+(['\"])")
HEX = re.compile(r"(?:0x((?:[0-9a-f]{2})+)|x'((?:[0-9a-f]{2})+)')\Z", re.IGNORECASE)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPE_OR_QUOTES = {"'": re.compile(r"\\(.)|''", re.DOTALL), '"': re.compile(r'\\(.)|""', re.DOTALL)}
NAMES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b", "f": "\f", "v": "\v"}
REPLACED = re.compile(r",'([^']{1,40})',char\((\d{1,3})\)\)")  # sqlite3 keeps line ends out of its strings
UNICODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|\\)")


def value_text(value: bytes, *, escapes: bool) -> str | None:
    """What a value says, None for NULL; of a function call it is the first string in it."""
    value = value.strip()
    first = FIRST_QUOTE.match(value)
    if first is None or value[:2].lower() == b"x'":
        text = value.decode("utf-8", "replace")
        return None if text.upper() == "NULL" else hex_text(text)
    before, quote = value[: first.start(1)].lower(), first[1]
    escapes = escapes or before[-1:] == b"e"
    string = STRING[quote, escapes].match(value, first.start(1))
    if string is None:
        return value.decode("utf-8", "replace")
    text = string[0][1:-1].decode("utf-8", "replace")
    mark = quote.decode()
    if escapes:
        text = ESCAPE_OR_QUOTES[mark].sub(lambda m: NAMES.get(m[1], m[1]) if m[1] else mark, text)
    else:
        text = text.replace(mark * 2, mark)
    if before.startswith(b"replace("):
        for short, code in REPLACED.findall(value[string.end() :].decode("utf-8", "replace")):
            text = text.replace(short, chr(int(code)))
    elif before.startswith(b"unistr("):
        text = UNICODE.sub(lambda m: chr(int(m[1], 16)) if m[1] else "\\", text)
    return text


def hex_text(literal: str) -> str:
    """The text that a literal of bytes holds, or the literal where they are no text."""
    match = HEX.match(literal)
    if match is None:
        return literal
    try:
        text = bytes.fromhex(match[1] or match[2]).decode()
    except UnicodeDecodeError:
        return literal
    return text if text.isprintable() else literal


def copied_text(value: bytes) -> str | None:
    """The same of a value in a block of COPY."""
    if value == rb"\N":
        return None
    return ESCAPE.sub(lambda m: NAMES.get(m[1], m[1]), value.decode("utf-8", "replace"))
