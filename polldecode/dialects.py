"""Which of the plugin's encoders writes a payload, byte for byte, told without encoding it again.

That the percent-encoding is canonical shows by counting. And msgspec writes the JSON that JSON.stringify
writes, and json_encode but for three escapes. Encoding with ``encode_payload`` to compare costs eight times
as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from polldecode import simd
from polldecode.encoders import UNRESERVED, encode_payload
from polldecode.errors import DecodeError, EncodeError
from polldecode.models import DIALECTS, Dialect
from polldecode.payload import count_escapes, decode_payload, json_of, strictly_read

if TYPE_CHECKING:
    from polldecode.wire import Carried, WireParams

PHP: tuple[Dialect, ...] = ("php",)
SLASH = ord("/")
ALPHABET = UNRESERVED + b"%"
RESERVED, LOWER_DIGITS = simd.those(bytes(set(range(256)) - set(UNRESERVED))), simd.those(b"abcdef")
# The last digit before the padding where the bits that no byte needs are zero, by the bytes left over.
LAST_DIGITS = {spare: {*digits, *digits.encode()} for spare, digits in ((1, "AQgw"), (2, "AEIMQUYcgkosw048"))}
SEPARATORS = "\u2028".encode(), "\u2029".encode()


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
    if not is_canonical(raw, json_bytes, count_escapes(raw)):
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
    canonical: bool,
    lines: bytes,
) -> Sequence[Dialect | None]:
    """The same of several payloads: their percent-encoded texts, the params in them, and whether all texts
    joined by escaped line ends are canonical, and what they decode to."""
    dialects = writers(encode_lines(wires)[:-1], lines, len(wires)) if canonical else None
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


def is_canonical(raw: bytes, json_bytes: bytes, escapes: int) -> bool:
    """Whether encodeURIComponent makes the percent-encoded text with so many ``escapes``, all whole, of what
    it decodes to.

    Nothing reserved stands for itself. Then all that is reserved comes of an escape, and if there are no more
    escapes, nothing unreserved does. Then what has an ``a`` to ``f`` more than the text it decodes to, has it
    in the digits of an escape, which are to be in upper case."""
    return (
        simd.find_first_not_of(raw, ALPHABET) < 0
        and simd.count(json_bytes, RESERVED) == escapes
        and simd.count(raw, LOWER_DIGITS) == simd.count(json_bytes, LOWER_DIGITS)
    )


def writers(text: bytes, json_bytes: bytes, count: int) -> Sequence[Dialect] | None:
    """Who writes each line of ``json_bytes`` for the params for which msgspec writes ``text``; None where
    that is not known of all."""
    separators = has_separators(text)
    if text == json_bytes:
        if separators:
            return ["js" if SLASH in line or has_separators(line) else "php" for line in text.split(b"\n")]
        if SLASH in text:
            return ["js" if SLASH in line else "php" for line in text.split(b"\n")]
        return PHP * count
    php = text.replace(b"/", b"\\/")
    if separators:
        php = escaped_separators(php)
    return PHP * count if php == json_bytes else None


def has_separators(text: bytes) -> bool:
    first, second = SEPARATORS
    return bool(simd.find(text, first) >= 0 or simd.find(text, second) >= 0)


def escaped_separators(text: bytes) -> bytes:
    return simd.replace(simd.replace(text, SEPARATORS[0], b"\\u2028"), SEPARATORS[1], b"\\u2029")


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
