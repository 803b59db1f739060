"""The shortcode that stands whole: as the plugin writes it, or as wptexturize leaves it in any locale.

Nearly all of a crawl is this, so it has a road of its own: one pattern up to the payload, a search for the
bracket, the strict decoder, the typed poll, for several at a time where they follow each other. Whatever does
not fit goes the general way (recover.py), which reads the same and more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from polldecode.dialects import dialects_of, in_escapes
from polldecode.errors import DecodeError
from polldecode.extraction import Extraction, Repair
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits
from polldecode.models import Dialect, Poll
from polldecode.payload import strict_base64, strict_params, strict_percent
from polldecode.search import next_quote, next_tag
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
# The braces of the JSON, what the editor's JavaScript writes first, and a line end, percent-encoded.
OPENING, CLOSING, JS_OPENING, LINE_END = b"%7B", b"%7D", b"%7B%22color%22", b"%0A"
START = itemgetter(3)
# What the typed decoder takes at most: an object, a list and the answers in it; numbers up to 2**53.
TYPED_DEPTH, TYPED_DIGITS = 3, 16
CONTENT = 500  # characters that may stand between the tags of the enclosing form; the plugin writes none
STRAIGHT = {('"', '"', '"'), ("'", "'", "'"), (b'"', b'"', b'"'), (b"'", b"'", b"'")}


# The match of HEAD, the payload, what it carries, the span (with the outer brackets and the closing tag), and
# the dialect where that was asked for: all that an Extraction is made of. A plain tuple: a named one costs as
# much as the search for the shortcode.
Whole = tuple["re.Match[str] | re.Match[bytes]", str | bytes, Carried, int, int, Dialect | None]
# The same before its JSON is read: match, payload, percent-encoded text, span.
Standing = tuple["re.Match[str] | re.Match[bytes]", str | bytes, bytes, int, int]


def whole_shortcodes(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int = 1, *, told: bool = False
) -> list[Whole]:
    """The shortcode whose tag stands at ``tag`` and those that follow it (see ``standing``), one or more;
    none where anything about the first is not as it should be. ``told``: with their dialects."""
    several = standing(text, tag, before, limits, most)
    wholes = read_together(several, limits, told=told) if several else None
    if wholes is None and len(several) > 1:
        wholes = read_together(several[:1], limits, told=told)
    return wholes or []


def standing(text: str | bytes, tag: int, before: int, limits: Limits, most: int) -> list[Standing]:
    """The shortcodes from ``tag`` on that look whole up to their percent-encoded text, with no other evidence
    between them: ``most`` at most, each near the one before, their tags ending ``before`` an index."""
    string: Any = text
    head_of, tail_of, opening, bracket_mark, closing_tag = SHAPES if isinstance(text, str) else SHAPES_BYTES
    found: list[Standing] = []
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
        if len(payload) > limits.payload or (raw := strict_base64(payload)) is None:
            break
        start, end = tag - 1, bracket + 1
        at = string.find(opening, end, end + CONTENT)
        if at >= 0 and string.startswith(closing_tag, at):
            end = at + len(closing_tag)
        if start and string.startswith(bracket_mark, end) and string.startswith(opening, start - 1):
            start, end = start - 1, end + 1
        found.append((head, payload, raw, start, end))
        if len(found) == most:
            break
        near = min(before, end + NEAR)
        tag = next_tag(text, end, near)
        if tag >= near or next_quote(text, end, tag) is not None:
            break
    return found


def read_together(several: list[Standing], limits: Limits, *, told: bool) -> list[Whole] | None:
    """Their JSON, as lines of one text: each call into C costs as much as reading a hundred bytes.

    Each line then begins with ``{`` and ends with ``}``. No string of JSON holds a line break, and a comma is
    between two values of an object or a list: so there is one object in each line, if there are as many as
    lines. None where several cannot be read like this, or one not at all; where only the values of one need
    the general reading, its params are."""
    typed = limits.depth >= TYPED_DEPTH and limits.digits >= TYPED_DIGITS
    alone = len(several) == 1
    kinds: tuple[list[Standing], list[Standing]] = ([], [])
    for each in several:
        raw = each[2]
        js = raw.startswith(JS_OPENING)
        if not alone and not ((js or raw.startswith(OPENING)) and raw.endswith(CLOSING)):
            return None
        kinds[js].append(each)
    wholes: list[Whole] = []
    for js, members in zip((False, True), kinds, strict=True):
        if not members:
            continue
        raws = [each[2] for each in members]
        joined = LINE_END.join(raws)
        escaped = in_escapes(joined) if told else b""
        lines = strict_percent(joined, escaped.count(b"%") if told else None)
        if lines is None:
            return None
        wires = wire_params(lines, js=js, most_answers=limits.answers) if typed else None
        if wires is None or len(wires) != len(members):
            if not alone:
                return None
            head, payload, raw, start, end = members[0]
            return [(head, payload, (raw, None), start, end, None)]
        dialects: Iterable[Dialect | None] = repeat(None)
        if told:
            dialects = dialects_of([each[1] for each in members], raws, wires, escaped, lines)
        wholes += [
            (head, payload, (raw, wire), start, end, dialect)
            for (head, payload, raw, start, end), wire, dialect in zip(members, wires, dialects, strict=False)
        ]
    if kinds[0] and kinds[1]:
        wholes.sort(key=START)
    return wholes


def as_parts(wholes: list[Whole], limits: Limits) -> Sequence[Whole | Extraction]:
    """The parts themselves, where nothing is left to be found out: a tenth of the cost of an extraction."""
    return as_extractions(wholes, limits) if wholes[0][2][1] is None else wholes


def as_polls(wholes: list[Whole], limits: Limits) -> Sequence[Poll | Extraction]:
    """The polls alone where they can be had: half the cost of an extraction."""
    if wholes[0][2][1] is None:
        return as_extractions(wholes, limits)
    return [poll_of(whole[2][1], int(whole[0][2])) for whole in wholes]  # type: ignore[arg-type]


def as_extractions(wholes: list[Whole], limits: Limits) -> Sequence[Extraction]:
    """Extractions, of those whose JSON is one of a poll."""
    found = [extraction_of(whole, limits) for whole in wholes]
    return [each for each in found if each is not None]


def extraction_of(whole: Whole, limits: Limits) -> Extraction | None:
    """The extraction; None where the JSON is none of a poll's."""
    head, found, carried, start, end, _ = whole
    poll, params = None, None
    ident = head[2] if isinstance(head[2], str) else head[2].decode()
    payload = found if isinstance(found, str) else found.decode("latin-1")
    if carried[1] is None:
        params = strict_params(strict_percent(carried[0]) or b"", limits)
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
