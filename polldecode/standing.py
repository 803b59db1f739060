"""Shortcodes that look whole up to the text in their payload, as the plugin writes them or as wptexturize
leaves them in any locale: one pattern up to the payload, a search for the bracket, the strict decoder of
base64."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from functools import cache
from typing import Any

from pybase64 import b64decode

from polldecode import search, simd
from polldecode.extraction import Repair
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits

# The quotes: any glyph that the 46 locales have, or its entity; in fr_FR and fr_CA with a NBSP inside.
QUOTE_GLYPHS = "\"'\u201c\u201d\u201e\xab\xbb\u2018\u2019\u201a\u2039\u203a\u2032\u2033"
SPACE_GLYPHS = " \xa0\u202f"
ENTITY = r"&(?:#[0-9]{2,4}|[A-Za-z]{4,6});"


def any_of(glyphs: str) -> str:
    return "|".join(re.escape(glyph) for glyph in glyphs)


def patterns(space: str, quote: str) -> tuple[str, str]:
    """Up to the payload, and from its end to the bracket. Linear: anchored, every part bounded."""
    mark, ident = f"(?:(?:{space}|&nbsp;|&#160;)?(?:{quote}|{ENTITY}))", "([0-9]{1,20})"
    plain, any_marks = f'"{ident}" params="', f"({mark}){ident}({mark}) params=({mark})"  # most are plain
    return rf"\[expert_review_poll id=(?:{plain}|{any_marks})", rf"={{0,2}}({mark})\Z"


CLOSING_TAG = f"[/{POLL_TAG}]"


@cache
def shapes_of_str() -> tuple[Any, ...]:
    head, tail = patterns(f"[{SPACE_GLYPHS}]", f"[{QUOTE_GLYPHS}]")
    return (
        re.compile(head).match,
        re.compile(tail).search,
        str.find,
        search.find_literal,
        search.TAG,
        search.QUOTE,
        "[",
        "]",
        CLOSING_TAG,
        ('"', '"', '"'),
    )


@cache
def shapes_of_bytes() -> tuple[Any, ...]:
    head, tail = patterns(any_of(SPACE_GLYPHS), any_of(QUOTE_GLYPHS))
    return (
        re.compile(head.encode()).match,
        re.compile(tail.encode()).search,
        simd.find,
        simd.find,
        search.TAG_BYTES,
        search.QUOTE_BYTES,
        b"[",
        b"]",
        CLOSING_TAG.encode(),
        (b'"', b'"', b'"'),
    )


LONGEST = 65_536  # five times the largest payload seen; bounds the search for a bracket that is not there
LONGEST_MARK = 20  # of TAIL, in bytes
NEAR = 1 << 14  # characters between two that are read together
MUCH = 1 << 17  # characters of payload that are: four times what sixty-four have, and still in the cache
SHORTEST = len('[expert_review_poll id="1" params="JTdC"]')
CONTENT = 500  # characters that may stand between the tags of the enclosing form; the plugin writes none
STRAIGHT = {('"', '"', '"'), ("'", "'", "'"), (b'"', b'"', b'"'), (b"'", b"'", b"'")}

# Where it starts and ends, with the outer brackets and the closing tag, and where its payload does: from the
# start to there no line ends.
Span = tuple[int, int, int]
# The span, the text, the id, the quotes, the payload, and its percent-encoded text. A plain tuple: a named
# one costs as much as the search for the shortcode.
Standing = tuple[Span, str | bytes, str | bytes, tuple[str | bytes, ...], str | bytes, bytes]


def standing(text: str | bytes, tag: int, before: int, limits: Limits, most: int) -> list[Standing]:
    """The shortcodes from ``tag`` on that look whole up to their percent-encoded text, with no other evidence
    between them: ``most`` at most, not too large, each near the one before, their tags ending ``before`` an
    index."""
    string: Any = text
    head_of, tail_of, find, find_literal, name, quote, opening, closing, closing_tag, plain = (
        shapes_of_str() if isinstance(text, str) else shapes_of_bytes()
    )
    plain_mark = plain[0]
    found: list[Standing] = []
    length, size = len(text), 0
    while tag > 0:
        head = head_of(string, tag - 1)
        if head is None or (bracket := find(string, closing, begin := head.end(), begin + LONGEST)) < 0:
            break
        if head.lastindex == 1:
            ident, marks, mark = head[1], plain, plain_mark
        else:
            first, ident, second, mark = head.group(2, 3, 4, 5)
            marks = first, second, mark
        stop = bracket - len(mark)
        if string[stop:bracket] != mark:
            tail = tail_of(string[bracket - LONGEST_MARK : bracket])
            if tail is None:
                break
            stop = bracket - len(tail[1])
            marks = *marks, tail[1]
        payload = string[begin:stop]
        if len(payload) > limits.payload:
            break
        try:
            raw = b64decode(payload, None, True)
        except (Base64Error, ValueError):
            break
        start, end = tag - 1, bracket + 1
        if end < length:
            at = find(string, opening, end, end + CONTENT)
            if at >= 0 and string.startswith(closing_tag, at):
                end = at + len(closing_tag)
            if start and string[end : end + 1] == closing and string[start - 1 : start] == opening:
                start, end = start - 1, end + 1
        found.append(((start, end, stop), string, ident, marks, payload, raw))
        size += stop - begin
        if len(found) == most or size > MUCH or end + SHORTEST > before:
            break
        near = min(before, end + NEAR)
        tag = find_literal(string, name, end, near)
        if tag < 0 or find_literal(string, quote, end, tag) >= 0:
            break
    return found


def repairs_of(marks: tuple[str | bytes, ...]) -> tuple[Repair, ...]:
    """The repairs of a shortcode whose only damage is its quotes."""
    if marks in STRAIGHT:
        return ()
    from html import unescape  # brings a table of 2,000 names; most shortcodes have no entity

    texts = [mark if isinstance(mark, str) else mark.decode() for mark in marks]
    entity = next((text for text in texts if "&" in text), None)
    repairs = (Repair("entities", entity, unescape(entity)),) if entity else ()
    odd = next((text for text in map(unescape, texts) if text not in ('"', "'")), None)
    return (*repairs, Repair("quotes", odd, '"')) if odd else repairs
