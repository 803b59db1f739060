"""What a payload may decode to: the oracle for where it goes on, and where it ends.

encodeURIComponent leaves letters, digits and ``-_.!~*'()`` as they are and writes all else as ``%HH``; the
urlencode form also has ``+``. Text that is no payload breaks that within a few characters when it is read as
base64.
"""

from __future__ import annotations

import re

from pybase64 import b64decode

from polldecode.percent import urldecoded

# Possessive: linear. At the end an escape may be unfinished, because the next characters are not read yet.
PERCENT_TEXT = re.compile(rb"(?>(?:[A-Za-z0-9\-_.!~*'()+]++|%[0-9A-Fa-f]{2})*)(?:%[0-9A-Fa-f]?\Z)?")
# A payload without the percent layer (base64 of JSON) holds any UTF-8 but control characters.
PLAIN_TEXT = re.compile(
    rb"(?>(?:[\t\n\r\x20-\x7e]++|[\xc2-\xf4][\x80-\xbf]{1,3})*)(?:[\xc2-\xf4][\x80-\xbf]{0,3}\Z)?"
)
UNDECODED = re.compile("[\udc80-\udcff]+")


def raw_bytes(characters: str) -> bytes:
    """What base64 characters decode to; an unfinished group gives the bytes that are wholly in it."""
    rest = len(characters) % 4
    if rest == 1:
        characters = characters[:-1]
    return b64decode(characters + "=" * (-len(characters) % 4)) if characters else b""


def conforming(characters: str, *, plain: bool = False) -> int:
    """How many of the base64 characters, from the first, decode to payload text. ``characters`` begin a
    group."""
    raw = raw_bytes(characters)
    match = (PLAIN_TEXT if plain else PERCENT_TEXT).match(raw)
    length = match.end() if match else 0
    return len(characters) if length == len(raw) else -(-length * 4 // 3)


def json_text(raw: bytes) -> str:
    """Percent-decoded text; what is no UTF-8 in it becomes ``\\0``, which no JSON text holds."""
    text = urldecoded(raw).decode(errors="surrogateescape")
    return text if text.isascii() else UNDECODED.sub("\0", text)


def characters_of(raw: bytes, text: str) -> int:
    """How many base64 characters carry ``text``, the beginning of what ``raw`` percent-decodes to."""
    wanted = len(text.encode(errors="surrogatepass"))
    length = wanted
    while True:
        longer = wanted + 2 * raw[:length].count(b"%")
        if longer == length:
            break
        length = longer
    return -(-length * 4 // 3)
