"""Where in a text a poll may be: two literal searches, and nothing else looks at text that holds none.

The tag is one literal. The other is ``JTIy``: base64 of ``%22``, the quotation mark of the JSON, where it
begins a group of four characters. Every payload begins ``JTdCJTIy`` (``{"``) and about one in three of its
other quotation marks falls on that alignment, so that it is found with its tag lost, its head lost, or
something inserted every few characters.
"""

from __future__ import annotations

import re

from polldecode import simd

TAG = "expert_review_poll"
QUOTE = "JTIy"
TAG_BYTES, QUOTE_BYTES = TAG.encode(), QUOTE.encode()

# In a str, looking for one character is the C library's memchr, several times as fast as any search for a
# literal in CPython. So the rarest character of the literal is looked for, as long as it is rare: a miss
# costs about as much as passing 500 characters. Then the literal is, the long one by find and the short one,
# for which that is slow, by a compiled pattern.
RARE_IN_TAG, RARE_IN_QUOTE = "_", "J"
BEFORE_RARE = TAG.index(RARE_IN_TAG)
MISSES = 200
# Text is searched for the one and then for the other in blocks that stay in the processor's cache, and each
# from so far before the end of the one before that nothing is cut in two.
BLOCK = 1 << 17
OVERLAP = len(TAG) - 1
find_quote = re.compile(QUOTE).search


# A text that may begin inside a payload: soon there is base64, with capitals and digits as no word has them.
HEADLESS = re.compile(r"[^A-Za-z0-9+]{0,40}(?=[A-Za-z0-9+]{12})[A-Za-z0-9+]{1,11}[A-Z0-9+]")
HEADLESS_BYTES = re.compile(HEADLESS.pattern.encode())


def may_be_headless(text: str | bytes) -> bool:
    """Whether a text begins with enough of the alphabet to begin inside a payload: a quick no for most."""
    match = HEADLESS.match(text) if isinstance(text, str) else HEADLESS_BYTES.match(text)
    return match is not None


def next_tag(text: str | bytes | bytearray, start: int, end: int | None = None) -> int:
    """The position of the next ``expert_review_poll`` from ``start`` on that ends before ``end`` (the end of
    the text); ``end`` where there is none."""
    if end is None:
        end = len(text)
    if not isinstance(text, str):
        found: int = simd.find(text, TAG_BYTES, start, end)
        return found if found >= 0 else end
    at, misses = text.find(RARE_IN_TAG, start + BEFORE_RARE, end), 0
    while at >= 0:
        if text.startswith(TAG, at - BEFORE_RARE, end):
            return at - BEFORE_RARE
        misses += 1
        if misses == MISSES:
            found = text.find(TAG, at - BEFORE_RARE, end)
            return found if found >= 0 else end
        at = text.find(RARE_IN_TAG, at + 1, end)
    return end


def next_quote(text: str | bytes | bytearray, start: int, end: int) -> int | None:
    """The position of the next ``JTIy`` from ``start`` on that ends before ``end``, or None."""
    if not isinstance(text, str):
        found: int = simd.find(text, QUOTE_BYTES, start, end)
        return found if found >= 0 else None
    at, misses = text.find(RARE_IN_QUOTE, start, end), 0
    while at >= 0:
        if text.startswith(QUOTE, at, end):
            return at
        misses += 1
        if misses == MISSES:
            match = find_quote(text, at, end)
            return match.start() if match else None
        at = text.find(RARE_IN_QUOTE, at + 1, end)
    return None


def next_hit(text: str | bytes | bytearray, start: int = 0) -> int:
    """The position of the next evidence of a poll at or after ``start``, or -1."""
    length = len(text)
    while start < length:
        end = min(start + BLOCK, length)
        tag = next_tag(text, start, end)
        quote = next_quote(text, start, tag)
        if quote is not None or tag < end:
            return tag if quote is None else quote
        if end == length:
            break
        start = end - OVERLAP
    return -1
