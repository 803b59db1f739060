"""UTF-16 and UTF-32, in which no search over bytes finds ASCII: known by their byte order mark, UTF-16 also
by what its spaces look like."""

from __future__ import annotations

import codecs
from typing import NamedTuple

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins like the mark of UTF-16, so it is looked at first
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Spaces and markup are in texts of all languages: at least so many, and read the other way so much fewer.
# Half of the bytes are not ASCII's, or are NUL; of text with a NUL here and there few are.
USUAL, SHARE, RARE = ' \n<>"', 512, 8
PRINTABLE = bytes(range(0x20, 0x7F))
BLANK = b" \t\r\n\xef\xbb\xbf"  # white space and the byte order mark of UTF-8
SNIFF = 8192  # bytes looked at to tell a binary file, as grep does


def charset_of(head: bytes) -> str | None:
    """The wide charset of a text that begins like this; None for all others."""
    if mark := mark_of(head):
        return MARKS[mark]
    if 0 not in head or len(head.translate(None, PRINTABLE)) * 4 < len(head):
        return None
    units = head[: len(head) // 2 * 2]
    little, big = (Decoded(name, units.decode(name, "replace")) for name in ("utf-16-le", "utf-16-be"))
    right, wrong = (little, big) if little.usual > big.usual else (big, little)
    if right.usual * SHARE > len(right.text) and wrong.usual * RARE <= right.usual and "\0" not in right.text:
        return right.charset
    return None


class Decoded(NamedTuple):
    charset: str
    text: str

    @property
    def usual(self) -> int:
        return sum(map(self.text.count, USUAL))


def mark_of(head: bytes) -> bytes:
    """The byte order mark of a wide charset, b"" where there is none."""
    return next((mark for mark in MARKS if head.startswith(mark)), b"")
