"""Which of the plugin's encoders writes a payload, byte for byte, told without encoding it again.

That the percent-encoding is canonical is a matter of counting, and msgspec writes the JSON that
JSON.stringify writes, and json_encode but for three escapes. Encoding with ``encode_payload`` to compare
costs eight times as much.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_qp
from typing import Any

import msgspec
from pybase64 import b64decode, b64encode

from polldecode.errors import DecodeError, EncodeError
from polldecode.models import DIALECTS, Dialect
from polldecode.payload import UNRESERVED, decode_payload, encode_payload

LITERAL = UNRESERVED + b"%"
LOWER_CASE_DIGITS = b"abcdef"
SEPARATORS = (("\u2028".encode(), b"\\u2028"), ("\u2029".encode(), b"\\u2029"))


class FractionError(ValueError):
    """A number with a fraction or exponent: the encoders write those in ways of their own."""


def refuse_fraction(number: str) -> float:
    raise FractionError(number)


decode = msgspec.json.Decoder(dict[str, Any], float_hook=refuse_fraction).decode
encode = msgspec.json.Encoder().encode


def dialect_of(payload: str) -> Dialect | None:
    """The encoder that writes this payload for the params in it, or None where neither does."""
    try:
        raw = b64decode(payload, None, True)
    except (Base64Error, ValueError):
        return None
    if raw.translate(None, LITERAL) or b64encode(raw).decode() != payload:
        return None
    escapes = raw.count(b"%")
    json_bytes = a2b_qp(raw.replace(b"%", b"="))  # undoes %XX in C; one that is none leaves its =
    if len(json_bytes) != len(raw) - 2 * escapes or not canonical(raw, json_bytes, escapes):
        return None
    try:
        text = encode(decode(json_bytes))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return dialect_of_slowly(payload)
    php = text.replace(b"/", b"\\/")
    for character, escape in SEPARATORS:
        if character in php:
            php = php.replace(character, escape)
    return "php" if php == json_bytes else "js" if text == json_bytes else None


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


def canonical(raw: bytes, json_bytes: bytes, escapes: int) -> bool:
    """Whether ``raw``, in which nothing stands for itself but what is unreserved, is what encodeURIComponent
    makes of the JSON: nothing that is unreserved is escaped, and the escapes are in upper case."""
    return (
        escapes == len(json_bytes.translate(None, UNRESERVED))
        and lower_case_digits(raw) == lower_case_digits(json_bytes)  # these stand for themselves in both
    )


def lower_case_digits(text: bytes) -> int:
    return len(text) - len(text.translate(None, LOWER_CASE_DIGITS))
