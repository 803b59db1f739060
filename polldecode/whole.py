"""The shortcode that stands whole: as the plugin writes it, or as wptexturize leaves it in any locale.

Nearly all of a crawl is this, so it has a road of its own: one pattern up to the payload, a search for the
bracket, the strict decoder, the typed poll, for several at a time where they follow each other. Whatever does
not fit goes the general way (recover.py), which reads the same and more.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from pybase64 import b64decode

from polldecode.dialects import dialect_of, dialects_of, in_escapes
from polldecode.errors import DecodeError
from polldecode.extraction import Extraction, Repair
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits
from polldecode.models import Dialect, Poll
from polldecode.payload import strict_params, strict_percent
from polldecode.search import next_quote, next_tag
from polldecode.wire import WireParams, poll_of, wire_params

# The quotes: any glyph that the 46 locales have, or its entity; in fr_FR and fr_CA with a NBSP inside.
QUOTE_GLYPHS = "\"'\u201c\u201d\u201e\xab\xbb\u2018\u2019\u201a\u2039\u203a\u2032\u2033"
SPACE_GLYPHS = " \xa0\u202f"
ENTITY = r"&(?:#[0-9]{2,4}|[A-Za-z]{4,6});"


def any_of(glyphs: str) -> str:
    return "|".join(re.escape(glyph) for glyph in glyphs)


def patterns(space: str, quote: str) -> tuple[str, str]:
    """Up to the payload, and from its end to the bracket. Linear: anchored, every part bounded."""
    mark = f'(?:"|(?:{space}|&nbsp;|&#160;)?(?:{quote}|{ENTITY}))'  # what most are comes first
    return rf"\[expert_review_poll id=({mark})([0-9]{{1,20}})({mark}) params=({mark})", rf"={{0,2}}({mark})\Z"


HEAD, TAIL = patterns(f"[{SPACE_GLYPHS}]", f"[{QUOTE_GLYPHS}]")
HEAD_BYTES, TAIL_BYTES = patterns(any_of(SPACE_GLYPHS), any_of(QUOTE_GLYPHS))
CLOSING_TAG = f"[/{POLL_TAG}]"
SHAPES: tuple[Any, ...] = (re.compile(HEAD).match, re.compile(TAIL).search, "[", "]", CLOSING_TAG)
SHAPES_BYTES: tuple[Any, ...] = (
    re.compile(HEAD_BYTES.encode()).match,
    re.compile(TAIL_BYTES.encode()).search,
    b"[",
    b"]",
    CLOSING_TAG.encode(),
)
LONGEST = 65_536  # five times the largest payload seen; bounds the search for a bracket that is not there
LONGEST_MARK = 20  # of TAIL, in bytes
NEAR = 1 << 14  # characters between two that are read together
SHORTEST = len('[expert_review_poll id="1" params="JTdC"]')
# The braces of the JSON, what the editor's JavaScript writes first, and a line end, percent-encoded.
OPENING, CLOSING, JS_OPENING, LINE_END = b"%7B", b"%7D", b"%7B%22color%22", b"%0A"
START = itemgetter(3)
CONTENT = 500  # characters that may stand between the tags of the enclosing form; the plugin writes none
STRAIGHT = {('"', '"', '"'), ("'", "'", "'"), (b'"', b'"', b'"'), (b"'", b"'", b"'")}


# The match of HEAD, the payload, its percent-encoded text, the span (with the outer brackets and the closing
# tag), the params, and the dialect where that was asked for: all that an Extraction is made of. A plain
# tuple, as a named one costs as much as the search for the shortcode.
Whole = tuple[
    "re.Match[str] | re.Match[bytes]", str | bytes, bytes, int, int, WireParams | None, Dialect | None
]
# The same before its JSON is read: match, payload, percent-encoded text, span.
Standing = tuple["re.Match[str] | re.Match[bytes]", str | bytes, bytes, int, int]


# What stands whole from a tag on, and where it ends; nothing where anything about the first is not as it
# should be. ``before`` is the index before which tags end, ``most`` how many are read at the most.


def polls_at(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int
) -> tuple[Sequence[Poll | Extraction], int]:
    """The polls alone where they can be had: half the cost of an extraction."""
    wholes = whole_shortcodes(text, tag, before, limits, most, False)
    if not wholes or wholes[0][5] is None:
        return extractions_of(wholes, limits)
    polls = []
    for whole in wholes:
        polls.append(poll_of(whole[5], int(whole[0][2])))  # type: ignore[arg-type]
    return polls, whole[4]


def parts_at(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int
) -> tuple[Sequence[Whole | Extraction], int]:
    """The parts themselves, where nothing is left to be found out: a tenth of the cost of an extraction."""
    wholes = whole_shortcodes(text, tag, before, limits, most, True)
    if not wholes or wholes[0][5] is None:
        return extractions_of(wholes, limits)
    return wholes, wholes[-1][4]


def extractions_at(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int
) -> tuple[Sequence[Extraction], int]:
    return extractions_of(whole_shortcodes(text, tag, before, limits, most, False), limits)


def extractions_of(wholes: list[Whole], limits: Limits) -> tuple[list[Extraction], int]:
    """Those whose JSON is one of a poll."""
    extractions = []
    end = 0
    for whole in wholes:
        end = whole[4]
        if (extraction := extraction_of(whole, limits)) is not None:
            extractions.append(extraction)
    return extractions, end


def whole_shortcodes(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int, told: bool
) -> list[Whole]:
    """One or more, read together if they can be; ``told`` with their dialects."""
    several = standing(text, tag, before, limits, most)
    if len(several) > 1:
        wholes = read_together(several, limits, told)
        if wholes is not None:
            return wholes
    elif not several:
        return []
    head, payload, raw, start, end = several[0]
    json_bytes = strict_percent(raw)
    if json_bytes is None:
        return []
    wires = wire_params(json_bytes, limits, raw.startswith(JS_OPENING))
    wire = wires[0] if wires is not None and len(wires) == 1 else None  # it needs the general reading
    dialect = dialect_of(payload, (raw, wire)) if told and wire is not None else None
    return [(head, payload, raw, start, end, wire, dialect)]


def standing(text: str | bytes, tag: int, before: int, limits: Limits, most: int) -> list[Standing]:
    """The shortcodes from ``tag`` on that look whole up to their percent-encoded text, with no other evidence
    between them: ``most`` at most, each near the one before, their tags ending ``before`` an index."""
    string: Any = text
    head_of, tail_of, opening, bracket_mark, closing_tag = SHAPES if isinstance(text, str) else SHAPES_BYTES
    found: list[Standing] = []
    length = len(text)
    while tag:
        head = head_of(string, tag - 1)
        if head is None or (bracket := string.find(bracket_mark, begin := head.end(), begin + LONGEST)) < 0:
            break
        mark = head[4]
        stop = bracket - len(mark)
        if not string.startswith(mark, stop):
            tail = tail_of(string[bracket - LONGEST_MARK : bracket])
            if tail is None:
                break
            stop = bracket - len(tail[1])
        payload = string[begin:stop]
        if len(payload) > limits.payload:
            break
        try:
            raw = b64decode(payload, None, True)
        except (Base64Error, ValueError):
            break
        start, end = tag - 1, bracket + 1
        if end < length:
            at = string.find(opening, end, end + CONTENT)
            if at >= 0 and string.startswith(closing_tag, at):
                end = at + len(closing_tag)
            if start and string.startswith(bracket_mark, end) and string.startswith(opening, start - 1):
                start, end = start - 1, end + 1
        found.append((head, payload, raw, start, end))
        if len(found) == most or end + SHORTEST > before:
            break
        near = min(before, end + NEAR)
        tag = next_tag(text, end, near)
        if tag >= near or next_quote(text, end, tag) is not None:
            break
    return found


def read_together(several: list[Standing], limits: Limits, told: bool) -> list[Whole] | None:
    """Their JSON, as lines of one text: each call into C costs as much as reading a hundred bytes.

    Each line begins with ``{`` and ends with ``}``. No string of JSON holds a line break, and a comma is
    between two values of an object or a list: so there is one object in each line, if there are as many as
    lines. None where any of them cannot be read like this."""
    kinds: tuple[list[Standing], list[Standing]] = ([], [])
    for each in several:
        raw = each[2]
        js = raw.startswith(JS_OPENING)
        if not ((js or raw.startswith(OPENING)) and raw.endswith(CLOSING)):
            return None
        kinds[js].append(each)
    wholes: list[Whole] = []
    for js, members in zip((False, True), kinds, strict=True):
        if not members:
            continue
        raws = [each[2] for each in members]
        joined = LINE_END.join(raws)
        escapes = in_escapes(joined) if told else b""
        lines = strict_percent(joined, escapes.count(b"%") if told else None)
        wires = wire_params(lines, limits, js) if lines is not None else None
        if lines is None or wires is None or len(wires) != len(members):
            return None
        dialects: Iterable[Dialect | None] = repeat(None)
        if told:
            dialects = dialects_of([each[1] for each in members], raws, wires, escapes, lines)
        wholes += [
            (*each, wire, dialect) for each, wire, dialect in zip(members, wires, dialects, strict=False)
        ]
    if kinds[0] and kinds[1]:
        wholes.sort(key=START)
    return wholes


def extraction_of(whole: Whole, limits: Limits) -> Extraction | None:
    """The extraction; None where the JSON is none of a poll's."""
    head, found, raw, start, end, wire, _ = whole
    poll, params = None, None
    ident = head[2] if isinstance(head[2], str) else head[2].decode()
    payload = found if isinstance(found, str) else found.decode("latin-1")
    if wire is None:
        params = strict_params(strict_percent(raw) or b"", limits)
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
        (raw, wire),
    )


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
