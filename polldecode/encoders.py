"""params → payload: the plugin's two encoders, byte for byte."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pybase64 import b64encode

from polldecode.errors import EncodeError
from polldecode.models import DIALECTS, Dialect, Params

# encodeURIComponent leaves these as they are (ECMA-262, 19.2.6.5); everything else is %XX.
UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"


def encode_payload(params: Params, *, dialect: Dialect = "php") -> str:
    """params → the base64 text that the plugin writes for them, byte for byte.

    "php" is what every publish writes: ``json_encode`` with JSON_UNESCAPED_UNICODE, so ``/`` is ``\\/`` and
    U+2028, U+2029 are escaped. "js" is what drafts hold: ``JSON.stringify``. Raises EncodeError for what that
    encoder cannot write: NaN and infinities, values that are no JSON, and in PHP lone surrogates.
    """
    if not isinstance(params, dict):
        raise EncodeError(f"params are a JSON object, not {type(params).__name__}")
    if dialect not in DIALECTS:
        raise EncodeError(f"no such dialect: {dialect!r}; there are php and js")
    try:
        from urllib.parse import quote

        text = json_text(params, dialect)
    except RecursionError:
        raise EncodeError("nested too deep") from None
    return b64encode(quote(text, safe=UNRESERVED).encode()).decode()


def json_text(value: Any, dialect: Dialect) -> str:
    """The JSON that PHP's json_encode or JavaScript's JSON.stringify writes."""
    match value:
        case str():
            return json_string(value, dialect)
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return str(value)
        case float():
            return json_float(value, dialect)
        case list() | tuple():
            return "[" + ",".join([json_text(item, dialect) for item in value]) + "]"
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise EncodeError("a key is not a string")
            return (
                "{"
                + ",".join([json_string(k, dialect) + ":" + json_text(v, dialect) for k, v in value.items()])
                + "}"
            )
    raise EncodeError(f"{type(value).__name__} is no JSON")


def json_string(text: str, dialect: Dialect) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if dialect == "php":
        quoted = quoted.replace("/", "\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            if dialect == "php":
                raise EncodeError("PHP cannot write a lone surrogate") from None
            quoted = SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
    return quoted


SURROGATE = re.compile(r"[\ud800-\udfff]")


def json_float(number: float, dialect: Dialect) -> str:
    """A float as PHP 7.1+ (serialize_precision -1) and JavaScript write it; the two differ in when and how
    they write an exponent."""
    if not math.isfinite(number):
        raise EncodeError(f"{number} is no JSON")
    if number == 0:
        return "-0.0" if dialect == "php" and math.copysign(1, number) < 0 else "0"
    sign, digits, exponent = parts_of(number)
    lowest, highest = (-4, 17) if dialect == "php" else (-6, 21)
    if lowest <= exponent < highest:
        if exponent < 0:
            return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
        whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    fraction = digits[1:] or ("0" if dialect == "php" else "")
    return f"{sign}{digits[0]}{'.' if fraction else ''}{fraction}e{exponent:+d}"


def parts_of(number: float) -> tuple[str, str, int]:
    """Sign, shortest digits and decimal exponent: -1250.0 → ("-", "125", 3)."""
    mantissa, _, power = f"{number!r}".partition("e")
    sign, mantissa = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = int(power or 0) + (
        len(whole) - 1 if whole != "0" else -1 - (len(fraction) - len(fraction.lstrip("0")))
    )
    return sign, digits.rstrip("0"), exponent
