"""The percent layer as PHP's urldecode reads it."""

from __future__ import annotations

from binascii import a2b_qp
from urllib.parse import unquote_to_bytes

TO_QUOTED_PRINTABLE = bytes.maketrans(b"%", b"=")
# Quoted-printable reads these in ways of its own.
OTHERS = b"=\r\n"


def urldecoded(raw: bytes) -> bytes:
    """``+`` is a space, ``%`` without two hexadecimal digits stays.

    By ``a2b_qp`` of the standard library, which is C, where all escapes are whole (as the length of what
    comes out tells) but for one at the end, where a text was cut."""
    text = raw.replace(b"+", b" ")
    cut = text.rfind(b"%", max(0, len(text) - 2))
    body, rest = (text[:cut], text[cut:]) if cut >= 0 else (text, b"")
    if not any(other in body for other in OTHERS):
        decoded = a2b_qp(body.translate(TO_QUOTED_PRINTABLE))
        if len(decoded) == len(body) - 2 * body.count(b"%"):
            return decoded + rest
    return unquote_to_bytes(text)
