"""The lines of JSON that every sink is made from, read back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

LONE = re.compile("[\ud800-\udfff]")  # half a character of UTF-16: JSON can write it, UTF-8 cannot


def decoder() -> Callable[[bytes], dict[str, Any]]:
    """Reads a line. Half characters are replaced by U+FFFD, as no other format can hold them."""
    import msgspec

    fast = msgspec.json.Decoder(dict[str, Any]).decode

    def decode(line: bytes) -> dict[str, Any]:
        try:
            return fast(line)
        except msgspec.DecodeError:
            whole = LONE.sub("\ufffd", json.dumps(json.loads(line), ensure_ascii=False))
            record: dict[str, Any] = json.loads(whole)
            return record

    return decode
