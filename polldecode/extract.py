"""text → Extraction: everything found in a text, decoded or not.

Two literals are searched (search.py). Where a shortcode stands as WordPress or its texturize leave it, one pattern and the
strict decoder read it. All else goes the general way (recover.py): a window around the find, its containers undone, the
payload read by what it is, and then the look outward for the tag and the id.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import TypeVar

from polldecode.extraction import Extraction
from polldecode.grammar import POLL_TAG
from polldecode.limits import DEFAULT_LIMITS, Limits
from polldecode.models import Poll
from polldecode.payload import fast_json, strict_json_bytes, strict_params
from polldecode.recover import Recovery, recover_headless
from polldecode.repairs import Repair
from polldecode.search import next_quote, next_tag

KINDS = ("poll",)
T = TypeVar("T")

# The shortcode as it is written, and as wptexturize leaves it in any locale: the quotes any glyph, or its entity, fr_FR's
# with a NBSP. Linear: anchored at the tag, the runs possessive, every quote bounded.
QUOTE_GLYPHS = "\"'\u201c\u201d\u201e\xab\xbb\u2018\u2019\u201a\u2039\u203a\u2032\u2033"
SPACE_GLYPHS = " \xa0\u202f"
ENTITY = r"&(?:#[0-9]{2,4}|[A-Za-z]{4,6});"


def shortcode_pattern(space: str, quote: str) -> str:
    mark = f"{space}?{quote}"
    return (
        rf"\[expert_review_poll id=({mark})([0-9]{{1,20}})({mark}) params=({mark})"
        rf"(JTdC[A-Za-z0-9+]++={{0,2}})({mark})\]"
    )


def any_of(glyphs: str) -> str:
    return "|".join(re.escape(glyph) for glyph in glyphs)


SHORTCODE = re.compile(shortcode_pattern(f"(?:[{SPACE_GLYPHS}]|&nbsp;|&#160;)", f"(?:[{QUOTE_GLYPHS}]|{ENTITY})"))
SHORTCODE_BYTES = re.compile(
    shortcode_pattern(f"(?:{any_of(SPACE_GLYPHS)}|&nbsp;|&#160;)", f"(?:{any_of(QUOTE_GLYPHS)}|{ENTITY})").encode()
)
CLOSING_TAG = f"[/{POLL_TAG}]"
STRAIGHT, STRAIGHT_BYTES = ('"',) * 4, (b'"',) * 4
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)


def find_polls(text: str | bytes) -> list[Poll]:
    """The polls that are whole in a text, in order. What is damaged is left out; :func:`extract` reports it."""
    polls: list[Poll] = []
    for found in walk(text, DEFAULT_LIMITS, poll_of):
        if isinstance(found, Poll):
            polls.append(found)
        elif found.complete and found.poll is not None:
            polls.append(found.poll)
    return polls


def extract(text: str | bytes, *, kinds: str = "poll", limits: Limits = DEFAULT_LIMITS) -> Iterator[Extraction]:
    """Everything found in a text, decoded or not, in order; lazily, in linear time.

    ``text`` is a str or bytes of any charset that holds ASCII (UTF-16 and UTF-32 by their byte order mark); offsets are in
    its own units. ``kinds`` is "poll". Damage is reported in the extraction and never raised. Raises TypeError and
    ValueError for arguments that are neither.
    """
    if kinds not in KINDS:
        raise ValueError(f"kinds is one of {', '.join(KINDS)}, not {kinds!r}")
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text is a str or bytes, not {type(text).__name__}")
    return walk(text, limits, extraction_of)


AnyMatch = re.Match[str] | re.Match[bytes]
Build = Callable[[str | bytes, AnyMatch, str, bytes, Limits], T | Extraction | None]


def walk(text: str | bytes, limits: Limits, build: Build[T]) -> Iterator[T | Extraction]:
    """Every find in order; ``build`` makes one of a shortcode that matched as a whole and decoded strictly."""
    if isinstance(text, bytes) and (wide := wide_charset(text)):
        yield from walk_wide(text, *wide, limits, build)
        return
    match = SHORTCODE.match if isinstance(text, str) else SHORTCODE_BYTES.match
    length, position, floor = len(text), 0, 0
    if headless := recover_headless(text, limits):
        yield headless
        position = floor = headless.end
    recovery = Recovery(text, limits)
    tag, quote = next_tag(text, position), next_quote(text, position)
    while True:
        if tag < position:
            tag = next_tag(text, position)
        if quote < position:
            quote = next_quote(text, position)
        hit = min(tag, quote)
        if hit >= length:
            return
        found: T | Extraction | None = None
        if tag < quote and (whole := match(text, max(tag - 1, 0))):  # type: ignore[arg-type]
            payload = whole[5] if isinstance(whole[5], str) else whole[5].decode("ascii")
            json_bytes = strict_json_bytes(payload) if len(payload) <= limits.payload else None
            found = build(text, whole, payload, json_bytes, limits) if json_bytes is not None else None
            if found is not None:
                yield found
                position = floor = found.end if isinstance(found, Extraction) else whole.end()
                continue
        found, position = recovery.at_tag(tag, floor) if tag < quote else recovery.at_quote(quote, floor)
        if found is not None:
            yield found
            floor = found.end


def poll_of(
    text: str | bytes, match: AnyMatch, payload: str, json_bytes: bytes, limits: Limits
) -> Poll | Extraction | None:
    """The typed poll alone, for find_polls: half the cost of an extraction."""
    poll = fast_json().poll_of(json_bytes, int(match[2]))
    if poll is not None and len(poll.answers) <= limits.answers:
        return poll
    return extraction_of(text, match, payload, json_bytes, limits)


def extraction_of(
    text: str | bytes, match: AnyMatch, payload: str, json_bytes: bytes, limits: Limits
) -> Extraction | None:
    """The extraction of a shortcode that matched as a whole; None where the general way has to look."""
    params = strict_params(json_bytes, limits)
    if params is None:
        return None
    marks = match.group(1, 3, 4, 6)
    ident = match[2] if isinstance(match[2], str) else match[2].decode("ascii")
    poll = fast_json().poll_of(json_bytes, int(ident))
    if poll is None or len(poll.answers) > limits.answers:
        try:
            poll = Poll.from_params(params, id=ident, limits=limits)
        except ValueError:
            return None
    start, end = outer_span(text, *match.span())
    straight = marks in (STRAIGHT, STRAIGHT_BYTES)
    return Extraction(
        POLL_TAG,
        {"id": ident},
        params,
        poll,
        True,
        None,
        () if straight else repairs_of(marks),
        "shortcode",
        start,
        end,
        text[start:end],
        payload,
    )


def outer_span(text: str | bytes, start: int, end: int) -> tuple[int, int]:
    """The span with the closing tag of the enclosing form and the second brackets of ``[[…]]``."""
    opening, closing, tag = ("[", "]", CLOSING_TAG) if isinstance(text, str) else (b"[", b"]", CLOSING_TAG.encode())
    if text.startswith(tag, end):  # type: ignore[arg-type]
        end += len(tag)
    if start and text.startswith(closing, end) and text.startswith(opening, start - 1):  # type: ignore[arg-type]
        return start - 1, end + 1
    return start, end


def repairs_of(marks: tuple[str, ...] | tuple[bytes, ...]) -> tuple[Repair, ...]:
    """The repairs of a shortcode whose only damage is its quotes."""
    texts = [mark if isinstance(mark, str) else mark.decode() for mark in marks]
    entity = next((text for text in texts if "&" in text), None)
    repairs = (Repair("entities", entity, unescape(entity)),) if entity else ()
    plain = [unescape(text) for text in texts]
    odd = next((text for text in plain if text not in ('"', "'")), None)
    return (*repairs, Repair("quotes", odd, '"')) if odd else repairs


def wide_charset(text: bytes) -> tuple[str, int] | None:
    """The charset of UTF-16 or UTF-32 that begins with its byte order mark, and its unit in bytes."""
    return next(((name, unit) for bom, name, unit in BOMS if text.startswith(bom)), None)


def walk_wide(text: bytes, charset: str, unit: int, limits: Limits, build: Build[T]) -> Iterator[T | Extraction]:
    """The finds in UTF-16 or UTF-32, offsets in bytes. Decoding keeps every code unit, so that offsets can be counted."""
    usable = len(text) // unit * unit
    errors = "surrogatepass" if unit == 2 else "replace"
    decoded = text[:usable].decode(charset, errors)
    done = offset = 0
    for found in walk(decoded, limits, build):
        if isinstance(found, Extraction):
            start = offset + len(decoded[done : found.start].encode(charset, "surrogatepass"))
            end = start + len(decoded[found.start : found.end].encode(charset, "surrogatepass"))
            done, offset = found.end, end
            found = replace(found, start=start, end=end, source=text[start:end])
        yield found
