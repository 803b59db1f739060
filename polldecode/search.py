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
# costs about as much as passing 500 characters. Then the literal is, by a compiled pattern. Of each: that
# character, where it stands in the literal, and the search for the literal.
RARE = {
    literal: (character, literal.index(character), re.compile(literal).search)
    for literal, character in ((TAG, "_"), (QUOTE, "J"))
}
MISSES = 200
# Text is searched for the one and then for the other in blocks that stay in the processor's cache, and each
# from so far before the end of the one before that nothing is cut in two.
BLOCK = 1 << 17
OVERLAP = len(TAG) - 1

# A text that may begin inside a payload: soon there is base64, with capitals and digits as no word has them.
HEADLESS = re.compile(r"[^A-Za-z0-9+]{0,40}(?=[A-Za-z0-9+]{12})[A-Za-z0-9+]{1,11}[A-Z0-9+]")
HEADLESS_BYTES = re.compile(HEADLESS.pattern.encode())


def may_be_headless(text: str | bytes) -> bool:
    """Whether a text begins with enough of the alphabet to begin inside a payload: a quick no for most."""
    match = HEADLESS.match(text) if isinstance(text, str) else HEADLESS_BYTES.match(text)
    return match is not None


def find_literal(text: str, literal: str, start: int, end: int) -> int:
    """The same as the method of str, for one of the two literals."""
    rare, before, search = RARE[literal]
    at, misses = text.find(rare, start + before, end), 0
    while at >= 0:
        if text.startswith(literal, at - before, end):
            return at - before
        misses += 1
        if misses == MISSES:
            match = search(text, at - before, end)
            return match.start() if match else -1
        at = text.find(rare, at + 1, end)
    return -1


def next_tag(text: str | bytes | bytearray, start: int, end: int | None = None) -> int:
    """The position of the next ``expert_review_poll`` from ``start`` on that ends before ``end`` (the end of
    the text); ``end`` where there is none."""
    if end is None:
        end = len(text)
    if isinstance(text, str):
        found = find_literal(text, TAG, start, end)
    else:
        found = simd.find(text, TAG_BYTES, start, end)
    return found if found >= 0 else end


def next_quote(text: str | bytes | bytearray, start: int, end: int) -> int:
    """The position of the next ``JTIy`` from ``start`` on that ends before ``end``, or -1."""
    if isinstance(text, str):
        return find_literal(text, QUOTE, start, end)
    found: int = simd.find(text, QUOTE_BYTES, start, end)
    return found


def next_hit(text: str | bytes | bytearray, start: int = 0) -> int:
    """The position of the next evidence of a poll at or after ``start``, or -1."""
    length = len(text)
    while start < length:
        end = min(start + BLOCK, length)
        tag = next_tag(text, start, end)
        quote = next_quote(text, start, tag)
        if quote >= 0 or tag < end:
            return tag if quote < 0 else quote
        if end == length:
            break
        start = end - OVERLAP
    return -1
