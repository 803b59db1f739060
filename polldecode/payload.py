"""payload → params: base64, percent, JSON.

Reading takes the fast road first: strict base64, percent by ``binascii.a2b_qp``, msgspec. Whatever is not as
the plugin writes it takes the lenient road, which names the stage that failed.
"""

from __future__ import annotations

import json
import math
import re
from binascii import Error as Base64Error
from binascii import a2b_qp
from functools import cache
from types import ModuleType

from pybase64 import b64decode

from polldecode import simd
from polldecode.errors import DecodeError
from polldecode.limits import DEFAULT_LIMITS, Limits
from polldecode.models import Params

EQUALS = ord("=")  # to look for bytes in bytes, CPython first makes and drops an error, as they are no number
# For a2b_qp: ``%`` becomes ``=``. What quoted-printable and urldecode read differently becomes a byte that no
# UTF-8 holds, so that the JSON decoder refuses it and the lenient road decides.
TO_QUOTED_PRINTABLE = bytes.maketrans(b"%=+\n\r", b"=\xff\xff\xff\xff")
NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
URL_SAFE = str.maketrans("-_", "+/")
ESCAPES, NESTING_OR_DIGITS = simd.those(b"%"), simd.those(b"{[0123456789")


@cache
def fast_json() -> ModuleType:
    """wire.py and with it msgspec, imported at the first payload: it costs 16 to 27 ms, which ``--help`` need
    not pay."""
    from polldecode import wire

    return wire


def decode_payload(payload: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Params:
    """The JSON object in a payload, key order and value types as carried.

    As lenient as the plugin: base64 with every character outside the alphabet skipped and padding optional,
    urldecode (a raw ``+`` is a space), JSON; what stands behind the closing brace is not payload. Also read
    is the URL-safe base64 alphabet. Raises DecodeError, which names the stage, and nothing else.
    """
    read = strictly_read(payload) if len(payload) <= limits.payload else None
    if read is not None:
        params = strict_params(read[1], limits)
        if params is not None:
            return params
    return lenient_params(payload, limits)


def strictly_read(payload: str | bytes) -> tuple[bytes, bytes] | None:
    """The percent-encoded and the JSON text of a payload as encodeURIComponent and base64 write it; None for
    any other."""
    try:
        raw = b64decode(payload, None, True)
    except (Base64Error, ValueError):
        return None
    json_bytes = strict_percent(raw)
    return (raw, json_bytes) if json_bytes is not None else None


def strict_percent(raw: bytes, escapes: int | None = None) -> bytes | None:
    """Percent-encoded text with all ``escapes`` whole (as many as there are ``%``), decoded.

    ``a2b_qp`` undoes %XX in C once ``%`` is ``=``. An escape that is none leaves its ``=``, so that the
    length tells. What it reads differently from urldecode comes out as no UTF-8, for the JSON decoder to
    refuse.
    """
    json_bytes: bytes = a2b_qp(simd.translate(raw, TO_QUOTED_PRINTABLE))
    if EQUALS in json_bytes:
        if escapes is None:
            escapes = count_escapes(raw)
        if len(json_bytes) != len(raw) - 2 * escapes:
            return None
    return json_bytes


def count_escapes(raw: bytes) -> int:
    return simd.count(raw, ESCAPES)


def json_of(raw: bytes) -> bytes:
    """The JSON in a percent-encoded text that was read before."""
    return strict_percent(raw) or b""


def strict_params(json_bytes: bytes, limits: Limits) -> Params | None:
    """The JSON object in ``json_bytes`` if it is one, whole, within the limits, and nothing behind it."""
    params = json_params(json_bytes)
    if params is None or (may_exceed(json_bytes, limits) and not within_limits(params, limits)):
        return None
    return params


def json_params(json_bytes: bytes) -> Params | None:
    """The JSON object in text that was already read as a poll's."""
    params: Params | None = fast_json().object_of(json_bytes)
    return params


def may_exceed(json_bytes: bytes, limits: Limits) -> bool:
    """Whether the text holds enough brackets or digits at all to break a limit; one pass in C, where a walk
    over the values would cost more than parsing them."""
    return simd.count(json_bytes, NESTING_OR_DIGITS) > min(limits.depth, limits.digits)


def lenient_params(payload: str | bytes, limits: Limits) -> Params:
    """The same by the plugin's lenient rules, stage by stage, so that an error can say where it broke."""
    text = payload if isinstance(payload, str) else payload.decode("latin-1")
    if len(text) > limits.payload:
        raise DecodeError(
            "limit", f"{len(text)} characters, the limit is {limits.payload}", limits.payload, text
        )
    json_text = percent_decoded(base64_decoded(text), text)
    return json_object(json_text, text, limits)


def base64_decoded(text: str) -> bytes:
    """Lenient base64, as PHP's base64_decode: what is no base64 is skipped, so is padding, and a lone last
    character."""
    if "-" in text or "_" in text:
        text = text.translate(URL_SAFE)
    characters = NOT_BASE64.sub("", text)
    if len(characters) % 4 == 1:
        characters = characters[:-1]
    if not characters:
        raise DecodeError("payload", "no base64 characters", 0, text)
    return b64decode(characters + "=" * (-len(characters) % 4))


def percent_decoded(raw: bytes, payload: str) -> str:
    """PHP's urldecode: ``+`` is a space, ``%`` without two hexadecimal digits stays. Raises DecodeError where
    no text comes out: stage "base64" if there was none before, "percent" if the escapes are no UTF-8."""
    from polldecode.percent import urldecoded  # start-up: most payloads never come here

    decoded = urldecoded(raw)
    try:
        return decoded.decode()
    except UnicodeDecodeError as error:
        broken = error
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        place = min(error.start * 4 // 3, len(payload))
        raise DecodeError("base64", "what it decodes to is no text", place, payload) from None
    evidence = decoded.decode("latin-1")
    raise DecodeError("percent", "the escapes are no UTF-8", broken.start, evidence)


def json_object(text: str, payload: str, limits: Limits) -> Params:
    """The JSON object at the beginning of ``text``. What stands behind its closing brace is left out."""
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        value, _ = JSON.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            reason = "the payload ends before its JSON is closed"
            raise DecodeError("cut", reason, len(payload), payload) from None
        raise DecodeError("json", error.msg, error.pos, text) from None
    except (RecursionError, ValueError) as error:
        raise refusal(error, text, limits) from None
    if not isinstance(value, dict):
        raise DecodeError("schema", f"JSON, but {JSON_NAMES[type(value)]} and no object", 0, text)
    if not within_limits(value, limits):
        raise beyond(limits, text)
    return value


def refusal(error: RecursionError | ValueError, text: str, limits: Limits) -> DecodeError:
    """Why Python's decoder gave up: NaN and Infinity, lists too deep, integers too long for it."""
    known = isinstance(error, NoJsonError)
    return DecodeError("json", str(error), None, text) if known else beyond(limits, text)


def beyond(limits: Limits, text: str) -> DecodeError:
    return DecodeError(
        "limit", f"deeper than {limits.depth} or a number over {limits.digits} digits", None, text
    )


class NoJsonError(ValueError):
    """What is no JSON, though Python reads it."""


def refuse_constant(name: str) -> float:
    raise NoJsonError(f"{name} is no JSON")


# strict=False: raw line breaks inside of strings are met where somebody re-encoded a payload by hand.
JSON = json.JSONDecoder(parse_constant=refuse_constant, strict=False)
JSON_NAMES = {
    str: "a string",
    int: "a number",
    float: "a number",
    list: "a list",
    bool: "a flag",
    type(None): "null",
}


def within_limits(value: object, limits: Limits) -> bool:
    """Whether no list or object is nested too deep, and no number too long or infinite. Iterative: depth is
    the point."""
    level: list[object] = [value]
    for _ in range(limits.depth):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif (isinstance(item, float) and not math.isfinite(item)) or (
                isinstance(item, int)
                and item.bit_length() > limits.digits * 3
                and abs(item) >= 10**limits.digits
            ):
                return False
        if not below:
            return True
        level = below
    return all(not isinstance(item, (dict, list)) for item in level)
