"""Which of the plugin's encoders writes a payload, byte for byte, told without encoding it again.

That the percent-encoding is canonical shows when all but the escapes is dropped: nothing that is unreserved
may be escaped, nothing else may stand for itself, and the digits of escapes are in upper case (lower-case
letters that are none of an escape stand in both texts). And msgspec writes the JSON that
JSON.stringify writes, and json_encode but for three escapes. Encoding with ``encode_payload`` to compare
costs eight times as much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from polldecode.encoders import UNRESERVED, encode_payload
from polldecode.errors import DecodeError, EncodeError
from polldecode.models import DIALECTS, Dialect
from polldecode.payload import decode_payload, strictly_read

if TYPE_CHECKING:
    from polldecode.wire import Carried

SLASH = ord("/")
E2 = 0xE2
# What is unreserved, but the lower-case letters that are hexadecimal digits as well; and each byte that is to
# be escaped as the sign of an escape.
DROPPED = bytes(set(UNRESERVED) - set(b"abcdef"))
ESCAPED = bytes(byte if byte in UNRESERVED else ord("%") for byte in range(256))
# The last digit before the padding where the bits that no byte needs are zero, by the bytes left over.
LAST_DIGITS = {spare: {*digits, *digits.encode()} for spare, digits in ((1, "AQgw"), (2, "AEIMQUYcgkosw048"))}
find_separator = re.compile(b"\xe2\x80[\xa8\xa9]").search  # U+2028 and U+2029


class FractionError(ValueError):
    """A number with a fraction or exponent: the encoders write those in ways of their own."""


def refuse_fraction(number: str) -> float:
    raise FractionError(number)


decode = msgspec.json.Decoder(dict[str, Any], float_hook=refuse_fraction).decode
encode = msgspec.json.Encoder().encode


def dialect_of(
    payload: str | bytes, carried: Carried | None = None, *, separators: bool | None = None
) -> Dialect | None:
    """The encoder that writes this payload for the params in it, or None where neither does. ``carried`` is
    what the strict decoder made of the payload, where it has read it already; ``separators`` whether the
    texts in it hold U+2028 or U+2029, where that is known."""
    if carried is None:
        read = strictly_read(payload)
        if read is None:
            return None
        carried = (*read, None)
    raw, json_bytes, wire = carried
    spare = len(raw) % 3
    if spare and payload[spare - 4] not in LAST_DIGITS[spare]:
        return None
    if raw.translate(None, DROPPED) != json_bytes.translate(ESCAPED, DROPPED):
        return None  # not what encodeURIComponent makes of the JSON
    if wire is not None and (dialect := writer(encode(wire), json_bytes, separators)):
        return dialect
    try:
        return writer(encode(decode(json_bytes)), json_bytes, separators)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return dialect_of_slowly(payload)


def writer(text: bytes, json_bytes: bytes, separators: bool | None = None) -> Dialect | None:
    """Who writes ``json_bytes`` for the params for which msgspec writes ``text``."""
    if separators is None:
        separators = has_separators(text)
    if text == json_bytes:
        return "js" if separators or SLASH in text else "php"
    php = text.replace(b"/", b"\\/")
    if separators:
        php = escaped_separators(php)
    return "php" if php == json_bytes else None


def has_separators(text: bytes) -> bool:
    return E2 in text and find_separator(text) is not None


def escaped_separators(text: bytes) -> bytes:
    return text.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")


def dialect_of_slowly(payload: str | bytes) -> Dialect | None:
    """By encoding again: for numbers with a fraction, and what msgspec refuses, as lone surrogates, which
    JSON.stringify can write."""
    text = payload if isinstance(payload, str) else payload.decode("latin-1")
    try:
        params = decode_payload(payload)
    except DecodeError:
        return None
    for dialect in DIALECTS:
        try:
            if encode_payload(params, dialect=dialect) == text:
                return dialect
        except EncodeError:
            continue
    return None
