"""The shortcode that stands whole: as the plugin writes it, or as wptexturize leaves it in any locale.

Nearly all of a crawl is this, so it has a road of its own: what stands (standing.py) is read by strict and
typed decoders, several at a time where they follow each other. Whatever does not fit goes the general way
(recover.py), which reads the same and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter

from polldecode import simd
from polldecode.dialects import dialect_of, dialects_of, is_canonical
from polldecode.errors import DecodeError
from polldecode.extraction import Extraction
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits
from polldecode.models import Dialect, Poll, spliced_key
from polldecode.payload import count_escapes, json_of, strict_params, strict_percent
from polldecode.standing import Standing, repairs_of, standing
from polldecode.wire import WireParams, poll_of, wire_params

# The braces of the JSON, what the editor's JavaScript writes first, and a line end, percent-encoded.
OPENING, CLOSING, JS_OPENING, LINE_END = b"%7B", b"%7D", b"%7B%22color%22", b"%0A"
BETWEEN = CLOSING + LINE_END + OPENING
STANDING = itemgetter(0)  # and so in the order of the text

# A Standing, its params, and its dialect where that was asked for: all that an Extraction is made of.
Whole = tuple[Standing, WireParams | None, Dialect | None]


def whole_shortcodes(
    text: str | bytes, tag: int, before: int, limits: Limits, most: int, told: bool
) -> tuple[list[Whole], int]:
    """What stands whole from a tag on, and how many were looked at (``most`` at most, their tags ending
    ``before`` an index): all of these are read, or only the first, or none if anything about that is not as
    it should be. ``told``: with their dialects."""
    several = standing(text, tag, before, limits, most)
    seen = len(several)
    if seen > 1:
        wholes = read_together(several, limits, told)
        if wholes is not None:
            return wholes, seen
    elif not several:
        return [], 0
    *_, payload, raw = several[0]
    json_bytes = strict_percent(raw)
    if json_bytes is None:
        return [], seen
    wires = wire_params(json_bytes, limits, raw.startswith(JS_OPENING))
    wire = wires[0] if wires is not None and len(wires) == 1 else None  # it needs the general reading
    dialect = dialect_of(payload, (raw, wire)) if told and wire is not None else None
    return [(several[0], wire, dialect)], seen


def as_polls(wholes: list[Whole], limits: Limits) -> Sequence[Poll | Extraction]:
    """The polls alone where they can be had: half the cost of an extraction."""
    if wholes[0][1] is None:
        return as_extractions(wholes, limits)
    return [poll_of(wire, int(each[2])) for each, wire, _ in wholes]  # type: ignore[arg-type]


def as_parts(wholes: list[Whole], limits: Limits) -> Sequence[list[Whole] | Extraction]:
    """The parts themselves, where nothing is left to be found out: a tenth of the cost of an extraction."""
    return as_extractions(wholes, limits) if wholes[0][1] is None else [wholes]


def as_extractions(wholes: list[Whole], limits: Limits) -> Sequence[Extraction]:
    """Those whose JSON is one of a poll."""
    return [extraction for whole in wholes if (extraction := extraction_of(whole, limits)) is not None]


def read_together(several: list[Standing], limits: Limits, told: bool) -> list[Whole] | None:
    """Their JSON, as lines of one text: each call into C costs as much as reading a hundred bytes.

    Each line begins with ``{`` and ends with ``}``. No string of JSON holds a line break, and a comma is
    between two values of an object or a list: so there is one object in each line, if there are as many as
    lines. None where any of them cannot be read like this."""
    kinds: tuple[list[Standing], list[Standing]] = ([], [])
    for each in several:
        kinds[each[5].startswith(JS_OPENING)].append(each)
    wholes: list[Whole] = []
    for js, members in zip((False, True), kinds, strict=True):
        if not members:
            continue
        raws = [each[5] for each in members]
        joined = LINE_END.join(raws)
        if not braced(joined, len(raws)):
            return None
        escapes = count_escapes(joined)
        lines = strict_percent(joined, escapes)
        wires = wire_params(lines, limits, js) if lines is not None else None
        if lines is None or wires is None or len(wires) != len(members):
            return None
        dialects: Iterable[Dialect | None] = repeat(None)
        if told:
            canonical = is_canonical(joined, lines, escapes)
            dialects = dialects_of([each[4] for each in members], raws, wires, canonical, lines)
        wholes += zip(members, wires, dialects, strict=False)
    if kinds[0] and kinds[1]:
        wholes.sort(key=STANDING)
    return wholes


def braced(joined: bytes, count: int) -> bool:
    """Whether each of so many JSON texts, joined by line ends, begins with ``{`` and ends with ``}``, and
    none holds a line end of its own."""
    return (
        joined.startswith(OPENING)
        and joined.endswith(CLOSING)
        and simd.count_literal(joined, BETWEEN) == count - 1 == simd.count_literal(joined, LINE_END)
    )


def extraction_of(whole: Whole, limits: Limits) -> Extraction | None:
    """The extraction; None where the JSON is none of a poll's."""
    ((start, end, _), text, ident, marks, payload, raw), wire, _ = whole
    poll, params = None, None
    ident = ident if isinstance(ident, str) else ident.decode()
    payload = payload if isinstance(payload, str) else payload.decode("latin-1")
    if wire is None:
        params = strict_params(json_of(raw), limits)
        if params is None or spliced_key(params):
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
        repairs_of(marks),
        "shortcode",
        start,
        end,
        text[start:end],
        payload,
        (raw, wire),
    )
