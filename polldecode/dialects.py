"""Which of the plugin's encoders writes a payload, byte for byte, told without encoding it again.

That the percent-encoding is canonical shows when all but the escapes is dropped: nothing that is unreserved
may be escaped, nothing else may stand for itself, and the digits of escapes are in upper case (lower-case
letters that are none of an escape stand in both texts). And msgspec writes the JSON that
JSON.stringify writes, and json_encode but for three escapes. Encoding with ``encode_payload`` to compare
costs eight times as much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from polldecode.encoders import UNRESERVED, encode_payload
from polldecode.errors import DecodeError, EncodeError
from polldecode.models import DIALECTS, Dialect
from polldecode.payload import decode_payload, json_of, strictly_read

if TYPE_CHECKING:
    from polldecode.wire import Carried, WireParams

PHP: tuple[Dialect, ...] = ("php",)
SLASH = ord("/")
E2 = 0xE2
# What is unreserved, but the lower-case letters that are hexadecimal digits as well; and each byte that is to
# be escaped as the sign of an escape.
DROPPED = bytes(set(UNRESERVED) - set(b"abcdef"))
ESCAPED = bytes(byte if byte in UNRESERVED else ord("%") for byte in range(256))
# The last digit before the padding where the bits that no byte needs are zero, by the bytes left over.
LAST_DIGITS = {spare: {*digits, *digits.encode()} for spare, digits in ((1, "AQgw"), (2, "AEIMQUYcgkosw048"))}
SEPARATOR = re.compile(b"\xe2\x80[\xa8\xa9]")  # U+2028 and U+2029


class FractionError(ValueError):
    """A number with a fraction or exponent: the encoders write those in ways of their own."""


def refuse_fraction(number: str) -> float:
    raise FractionError(number)


decode = msgspec.json.Decoder(dict[str, Any], float_hook=refuse_fraction).decode
encode, encode_lines = msgspec.json.Encoder().encode, msgspec.json.Encoder().encode_lines


def dialect_of(payload: str | bytes, carried: Carried | None = None) -> Dialect | None:
    """The encoder that writes this payload for the params in it, or None where neither does. ``carried`` is
    what the strict decoder made of the payload, where it has read it already."""
    wire: WireParams | None = None
    if carried is None:
        read = strictly_read(payload)
        if read is None:
            return None
        raw, json_bytes = read
    else:
        raw, wire = carried
        json_bytes = json_of(raw)
    if loose_bits(payload, raw):
        return None
    if not is_canonical(in_escapes(raw), json_bytes):
        return None
    if wire is not None and (dialects := writers(encode(wire), json_bytes, 1)):
        return dialects[0]
    try:
        dialects = writers(encode(decode(json_bytes)), json_bytes, 1)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return dialect_of_slowly(payload)
    return dialects[0] if dialects else None


def dialects_of(
    payloads: Sequence[str | bytes],
    raws: Sequence[bytes],
    wires: Sequence[WireParams],
    escapes: bytes,
    lines: bytes,
) -> Sequence[Dialect | None]:
    """The same of several payloads: their percent-encoded texts, the params in them, and of all texts joined
    by escaped line ends ``in_escapes``, and what they decode to."""
    dialects = writers(encode_lines(wires)[:-1], lines, len(wires)) if is_canonical(escapes, lines) else None
    if dialects is None:
        return list(map(dialect_of, payloads, zip(raws, wires, strict=True)))
    return [
        None if loose_bits(payload, raw) else dialect
        for payload, raw, dialect in zip(payloads, raws, dialects, strict=True)
    ]


def loose_bits(payload: str | bytes, raw: bytes) -> bool:
    """Whether its last digit has bits that no byte needs."""
    spare = len(raw) % 3
    return spare > 0 and payload[spare - 4] not in LAST_DIGITS[spare]


def in_escapes(raw: bytes) -> bytes:
    """What is left of a percent-encoded text but for what is unreserved and in no escape."""
    return raw.translate(None, DROPPED)


def is_canonical(escapes: bytes, json_bytes: bytes) -> bool:
    """Whether it is encodeURIComponent that makes of a text one in which this is ``in_escapes``."""
    return escapes == json_bytes.translate(ESCAPED, DROPPED)


def writers(text: bytes, json_bytes: bytes, count: int) -> Sequence[Dialect] | None:
    """Who writes each line of ``json_bytes`` for the params for which msgspec writes ``text``; None where
    that is not known of all."""
    separators = has_separators(text)
    if text == json_bytes:
        if not separators and SLASH not in text:
            return PHP * count
        return ["js" if SLASH in line or has_separators(line) else "php" for line in text.split(b"\n")]
    php = text.replace(b"/", b"\\/")
    if separators:
        php = escaped_separators(php)
    return PHP * count if php == json_bytes else None


def has_separators(text: bytes) -> bool:
    return E2 in text and SEPARATOR.search(text) is not None


def escaped_separators(text: bytes) -> bytes:
    return SEPARATOR.sub(escaped_separator, text)


def escaped_separator(found: re.Match[bytes]) -> bytes:
    return b"\\u2028" if found[0].endswith(b"\xa8") else b"\\u2029"


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
