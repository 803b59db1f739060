"""The shortcode that stands whole: as the plugin writes it, or as wptexturize leaves it in any locale.

Nearly all of a crawl is this, so it has a road of its own: one pattern up to the payload, a search for the
bracket, the strict decoder, the typed poll. Whatever does not fit goes the general way (recover.py), which
reads the same and more.
"""

from __future__ import annotations

import re
from typing import Any

from polldecode.errors import DecodeError
from polldecode.extraction import Extraction, Repair
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits
from polldecode.models import Poll
from polldecode.payload import strict_params, strictly_read
from polldecode.wire import Carried, poll_of, wire_params

# The quotes: any glyph that the 46 locales have, or its entity; in fr_FR and fr_CA with a NBSP inside.
QUOTE_GLYPHS = "\"'\u201c\u201d\u201e\xab\xbb\u2018\u2019\u201a\u2039\u203a\u2032\u2033"
SPACE_GLYPHS = " \xa0\u202f"
ENTITY = r"&(?:#[0-9]{2,4}|[A-Za-z]{4,6});"


def any_of(glyphs: str) -> str:
    return "|".join(re.escape(glyph) for glyph in glyphs)


def patterns(space: str, quote: str) -> tuple[str, str]:
    """Up to the payload, and from its end to the bracket. Linear: anchored, every part bounded."""
    mark = f"(?:{space}|&nbsp;|&#160;)?(?:{quote}|{ENTITY})"
    return rf"\[expert_review_poll id=({mark})([0-9]{{1,20}})({mark}) params=({mark})", rf"={{0,2}}({mark})\Z"


HEAD, TAIL = patterns(f"[{SPACE_GLYPHS}]", f"[{QUOTE_GLYPHS}]")
HEAD_BYTES, TAIL_BYTES = patterns(any_of(SPACE_GLYPHS), any_of(QUOTE_GLYPHS))
SHAPES: tuple[Any, ...] = (re.compile(HEAD).match, "]", re.compile(TAIL).search)
SHAPES_BYTES: tuple[Any, ...] = (
    re.compile(HEAD_BYTES.encode()).match,
    b"]",
    re.compile(TAIL_BYTES.encode()).search,
)
LONGEST = 65_536  # five times the largest payload seen; bounds the search for a bracket that is not there
LONGEST_MARK = 20  # of TAIL, in bytes
CLOSING_TAG = f"[/{POLL_TAG}]"
OUTSIDE: tuple[Any, ...] = ("[", "]", CLOSING_TAG)
OUTSIDE_BYTES: tuple[Any, ...] = (b"[", b"]", CLOSING_TAG.encode())
# What the typed decoder takes at most: an object, a list and the answers in it; numbers up to 2**53.
TYPED_DEPTH, TYPED_DIGITS = 3, 16
CONTENT = 500  # characters that may stand between the tags of the enclosing form; the plugin writes none
STRAIGHT = {('"', '"', '"'), ("'", "'", "'"), (b'"', b'"', b'"'), (b"'", b"'", b"'")}


# The match of HEAD, the payload, what it carries, and the span (from bracket to bracket, or the outer one):
# all that an Extraction is made of. A plain tuple: a named one costs as much as the search for the shortcode.
Whole = tuple["re.Match[str] | re.Match[bytes]", str | bytes, Carried, int, int]


def whole_shortcode(text: str | bytes, tag: int, limits: Limits) -> Whole | None:
    """The shortcode whose tag stands at ``tag``; None where anything about it is not as it should be."""
    head_of, bracket_mark, tail_of = SHAPES if isinstance(text, str) else SHAPES_BYTES
    head = head_of(text, tag - 1) if tag else None
    if head is None or (bracket := text.find(bracket_mark, start := head.end(), start + LONGEST)) < 0:
        return None
    mark = head[4]
    stop = bracket - len(mark)
    if not text.startswith(mark, stop):
        tail = tail_of(text[bracket - LONGEST_MARK : bracket])
        if tail is None:
            return None
        stop = bracket - len(tail[1])
    payload = text[start:stop]
    if len(payload) > limits.payload or (read := strictly_read(payload)) is None:
        return None
    raw, json_bytes = read
    typed = limits.depth >= TYPED_DEPTH and limits.digits >= TYPED_DIGITS
    wire = wire_params(json_bytes, limits.answers) if typed else None
    return head, payload, (raw, json_bytes, wire), head.start(), bracket + 1


def whole_or_extraction(whole: Whole, limits: Limits) -> Whole | Extraction | None:
    """The parts themselves, where nothing is left to be found out: a tenth of the cost of an extraction."""
    if whole[2][2] is None:
        return whole_extraction(whole, limits)
    return with_outer_span(whole)


def poll_or_extraction(whole: Whole, limits: Limits) -> Poll | Extraction | None:
    """The poll alone where it can be had: half the cost of an extraction."""
    wire = whole[2][2]
    return poll_of(wire, int(whole[0][2])) if wire is not None else whole_extraction(whole, limits)


def whole_extraction(whole: Whole, limits: Limits) -> Extraction | None:
    """The extraction; None where the JSON is none of a poll's."""
    return extraction_of(with_outer_span(whole), limits)


def extraction_of(whole: Whole, limits: Limits) -> Extraction | None:
    """That of parts whose span is the outer one."""
    head, found, carried, start, end = whole
    poll, params = None, None
    ident = head[2] if isinstance(head[2], str) else head[2].decode()
    payload = found if isinstance(found, str) else found.decode("latin-1")
    if carried[2] is None:
        params = strict_params(carried[1], limits)
        if params is None:
            return None
        try:
            poll = Poll.from_params(params, id=ident, limits=limits)
        except DecodeError:
            return None
    return Extraction(
        POLL_TAG,
        {"id": ident},
        params,
        poll,
        None,
        repairs_of(head.group(1, 3, 4)),
        "shortcode",
        start,
        end,
        head.string[start:end],
        payload,
        carried,
    )


def with_outer_span(whole: Whole) -> Whole:
    """The span with the closing tag of the enclosing form and the second brackets of ``[[…]]``."""
    head, payload, carried, start, end = whole
    text: Any = head.string
    opening, bracket, closing_tag = OUTSIDE if isinstance(text, str) else OUTSIDE_BYTES
    at = text.find(opening, end, end + CONTENT)
    if at >= 0 and text.startswith(closing_tag, at):
        end = at + len(closing_tag)
    if start and text.startswith(bracket, end) and text.startswith(opening, start - 1):
        start, end = start - 1, end + 1
    return head, payload, carried, start, end


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
