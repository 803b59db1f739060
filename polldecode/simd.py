"""Bytes found, translated and counted many at a time, by StringZilla: five to twenty times as fast as by
CPython's own methods. What is searched may be a bytearray."""

from __future__ import annotations

from stringzilla import bytesum, find, find_first_not_of, translate
from stringzilla import count as count_literal

__all__ = ["count", "count_literal", "find", "find_first_not_of", "replace", "those", "translate"]

STRETCH = 1 << 17  # bytes that are counted at a time: what they are translated to stays in the cache


def those(chosen: bytes) -> bytes:
    """What ``count`` counts: a table by which each of these bytes becomes 1 and any other 0."""
    return bytes(byte in chosen for byte in range(256))


def count(text: bytes | bytearray, chosen: bytes, start: int = 0, end: int | None = None) -> int:
    """How many bytes of a text are ``those``: they become ones, and these are summed up."""
    if end is None:
        end = len(text)
    counted: int = 0
    while start < end:
        stop = min(start + STRETCH, end)
        counted += bytesum(translate(text, chosen, False, start, stop))
        start = stop
    return counted


def replace(text: bytes, old: bytes, new: bytes) -> bytes:
    """The same as the method of bytes, which searches at a twentieth of the speed; ``old`` is not empty."""
    at = find(text, old)
    if at < 0:
        return text
    pieces, done = [], 0
    while at >= 0:
        pieces.append(text[done:at])
        done = at + len(old)
        at = find(text, old, done)
    pieces.append(text[done:])
    return new.join(pieces)
