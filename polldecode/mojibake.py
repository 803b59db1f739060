"""UTF-8 that was read as another charset, and what it was."""

from __future__ import annotations

import re
import string
from functools import cache

from polldecode.grammar import QUOTES, SPACES
from polldecode.views import View

MISREAD = re.compile(r"[^\x00-\x7f]{2,}")  # a character beyond ASCII takes two bytes of UTF-8 or more
# What bytes of UTF-8 were taken for, by how often. Each is tried on a run of characters: only right if all of
# it comes out.
CHARSETS = (
    "cp1252",
    "latin-1",
    "cp1251",
    "cp1250",
    "cp1254",
    "mac_roman",
    "cp437",
    "cp850",
    "koi8-r",
    "cp1253",
    "cp1257",
    "iso8859_2",
    "iso8859_15",
)

# The double prime behind an id is `â€³`, of which NFKC makes `â€3`: a digit behind the id's.
NORMALISED_PRIME = re.compile(r"\xe2(?<=[0-9]\xe2)[\u20ac\x80](?P<prime>[23])(?=[\s\]/])")
PRIMES = {"2": "\u2032", "3": "\u2033"}

# Double-byte charsets take the last byte of a quote and the ASCII character behind it for one of their own:
# `”J` is two ideographs. Believed only where nothing but such comes out.
DOUBLE_BYTE = ("gb18030", "cp932", "cp949", "big5")
LONGEST_DOUBLE = 16  # characters that quotes and digits were taken for
EXPECTED = frozenset(QUOTES + SPACES + "J]" + string.digits)


def mojibake(view: View) -> View:
    """UTF-8 that was read as another charset: ``â€`` and the like (a level at a time)."""
    if view.text.isascii():
        return view
    if "\xe2" in view.text:
        view = view.replace("mojibake", NORMALISED_PRIME, lambda match: PRIMES[match["prime"]])
    known: dict[str, str | None] = {}  # the same few runs stand everywhere in a text that was misread

    def better(match: re.Match[str]) -> str | None:
        run = match[0]
        if run not in known:
            known[run] = reread(run)
        return known[run]

    return view.replace("mojibake", MISREAD, better)


@cache
def beginnings() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """Of each charset the characters that it has for the first byte of a character in UTF-8, and for the
    others: nearly all text is known by them not to have been misread."""
    made = []
    for charset in CHARSETS:
        characters = [bytes([byte]).decode(charset, "replace") for byte in range(256)]
        controls = map(chr, range(0x80, 0xA0))
        made.append(
            (charset, frozenset(characters[0xC2:0xF5]), frozenset((*characters[0x80:0xC0], *controls)))
        )
    return tuple(made)


def reread(text: str) -> str | None:
    """``text``, characters beyond ASCII, as the UTF-8 it was, or None where it was none."""
    first, second = text[:1], text[1:2]
    for charset, firsts, others in beginnings():
        if first not in firsts or second not in others:
            continue
        try:
            better = encode(text, charset).decode()
        except UnicodeError:
            continue
        if len(better) < len(text):
            return better
    if len(text) > LONGEST_DOUBLE:
        return None
    for charset in DOUBLE_BYTE:
        try:
            better = text.encode(charset).decode()
        except UnicodeError:
            continue
        if EXPECTED.issuperset(better):
            return better
    return None


def encode(text: str, charset: str) -> bytes:
    """As codec ``charset``; the bytes that it does not define are C1 controls, as browsers pass them on."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return b"".join(bytes([ord(c)]) if "\x80" <= c <= "\x9f" else c.encode(charset) for c in text)
