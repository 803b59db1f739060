"""Which of the plugin's encoders writes a payload, byte for byte, told without encoding it again.

That the percent-encoding is canonical is a matter of counting, and msgspec writes the JSON that
JSON.stringify writes, and json_encode but for three escapes. Encoding with ``encode_payload`` to compare
costs eight times as much.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any

import msgspec
from pybase64 import b64decode, b64encode

from polldecode.errors import DecodeError, EncodeError
from polldecode.models import DIALECTS, Dialect
from polldecode.payload import UNRESERVED, decode_payload, encode_payload, strict_json_bytes

if TYPE_CHECKING:
    from polldecode.wire import WireParams

SLASH = ord("/")
LOWER_CASE_DIGITS = b"abcdef"
ALL_OTHERS = bytes(set(range(256)) - set(LOWER_CASE_DIGITS))
ALL_OTHER_LITERALS = bytes(set(UNRESERVED + b"%") - set(LOWER_CASE_DIGITS))


class FractionError(ValueError):
    """A number with a fraction or exponent: the encoders write those in ways of their own."""


def refuse_fraction(number: str) -> float:
    raise FractionError(number)


decode = msgspec.json.Decoder(dict[str, Any], float_hook=refuse_fraction).decode
encode = msgspec.json.Encoder().encode


def dialect_of(
    payload: str, json_bytes: bytes | None = None, wire: WireParams | None = None
) -> Dialect | None:
    """The encoder that writes this payload for the params in it, or None where neither does. ``json_bytes``
    and ``wire`` are what the strict decoder made of the payload, where it has read it already."""
    try:
        raw = b64decode(payload, None, True)
    except (Base64Error, ValueError):
        return None
    spare = len(raw) % 3
    if spare and not payload.endswith(b64encode(raw[-spare:]).decode()):
        return None  # bits that no byte needs are not zero
    json_bytes = strict_json_bytes(payload) if json_bytes is None else json_bytes
    if json_bytes is None or not canonical(raw, json_bytes):
        return None
    if wire is not None and (dialect := writer(encode(wire), json_bytes)):
        return dialect
    try:
        return writer(encode(decode(json_bytes)), json_bytes)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return dialect_of_slowly(payload)


def writer(text: bytes, json_bytes: bytes) -> Dialect | None:
    """Who writes ``json_bytes`` for the params for which msgspec writes ``text``."""
    if text == json_bytes:
        return "js" if SLASH in text or has_separators(text) else "php"
    php = text.replace(b"/", b"\\/")
    if has_separators(php):
        php = escaped_separators(php)
    return "php" if php == json_bytes else None


def has_separators(text: bytes) -> bool:
    if text.isascii():
        return False
    characters = text.decode()  # a search for one character of a str is several times one for three bytes
    return "\u2028" in characters or "\u2029" in characters


def escaped_separators(text: bytes) -> bytes:
    return text.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")


def dialect_of_slowly(payload: str) -> Dialect | None:
    """By encoding again: for numbers with a fraction, and what msgspec refuses, as lone surrogates, which
    JSON.stringify can write."""
    try:
        params = decode_payload(payload)
    except DecodeError:
        return None
    for dialect in DIALECTS:
        try:
            if encode_payload(params, dialect=dialect) == payload:
                return dialect
        except EncodeError:
            continue
    return None


def canonical(raw: bytes, json_bytes: bytes) -> bool:
    """Whether ``raw`` is what encodeURIComponent makes of the JSON: nothing stands for itself but what is
    unreserved, nothing that is unreserved is escaped, and the escapes are in upper case (lower-case digits
    that are none of an escape stand in both)."""
    return raw.translate(None, ALL_OTHER_LITERALS) == json_bytes.translate(None, ALL_OTHERS) and len(
        raw
    ) - len(json_bytes) == 2 * len(json_bytes.translate(None, UNRESERVED))
