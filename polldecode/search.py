"""Where in a text a poll may be: two literal searches, and nothing else looks at text that holds none.

The tag is one literal. The other is ``JTIy``: base64 of ``%22``, the quotation mark of the JSON, where it
begins a group of four characters. Every payload begins ``JTdCJTIy`` (``{"``) and about one in three of its
other quotation marks falls on that alignment, so that it is found with its tag lost, its head lost, or
something inserted every few characters.
"""

from __future__ import annotations

import re

TAG = "expert_review_poll"
QUOTE = "JTIy"

# bytes.find of a long literal runs at about 4.6 GB/s, a compiled pattern of a short one at 3.9 (the module re
# looks for the first character, and J is rare), str.find of the short one at 2.
TAG_BYTES = TAG.encode()
# From 2,500 characters on, CPython's find prepares a table first, which takes as long as decoding a quarter
# of a poll. Where polls stand close together, the next one is found without.
NEAR = 2_400
# Text is searched for the one and then for the other in blocks that stay in the processor's cache, and each
# from so far before the end of the one before that nothing is cut in two.
BLOCK = 1 << 17
OVERLAP = len(TAG) - 1
find_quote = re.compile(QUOTE).search
find_quote_bytes = re.compile(QUOTE.encode()).search


# A text that may begin inside a payload: soon there is base64, with capitals and digits as no word has them.
HEADLESS = re.compile(r"[^A-Za-z0-9+]{0,40}(?=[A-Za-z0-9+]{12})[A-Za-z0-9+]{1,11}[A-Z0-9+]")
HEADLESS_BYTES = re.compile(HEADLESS.pattern.encode())


def may_be_headless(text: str | bytes) -> bool:
    """Whether a text begins with enough of the alphabet to begin inside a payload: a quick no for most."""
    match = HEADLESS.match(text) if isinstance(text, str) else HEADLESS_BYTES.match(text)
    return match is not None


def next_tag(text: str | bytes, start: int, end: int | None = None) -> int:
    """The position of the next ``expert_review_poll`` from ``start`` on that ends before ``end`` (the end of
    the text); ``end`` where there is none."""
    end = len(text) if end is None else end
    near = min(end, start + NEAR)
    if isinstance(text, str):
        found = text.find(TAG, start, near)
        found = text.find(TAG, near - len(TAG), end) if found < 0 and near < end else found
    else:
        found = text.find(TAG_BYTES, start, near)
        found = text.find(TAG_BYTES, near - len(TAG), end) if found < 0 and near < end else found
    return found if found >= 0 else end


def next_quote(text: str | bytes, start: int, end: int) -> int | None:
    """The position of the next ``JTIy`` from ``start`` on that ends before ``end``, or None."""
    if end - start < len(QUOTE):
        return None
    found = find_quote(text, start, end) if isinstance(text, str) else find_quote_bytes(text, start, end)
    return found.start() if found else None


def next_hit(text: str | bytes, start: int = 0) -> int:
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
