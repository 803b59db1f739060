"""A range of a text: where to begin reading so that it finds its polls, and the column it begins in."""

from __future__ import annotations

import re

from polldecode.extract import short_road
from polldecode.limits import DEFAULT_LIMITS
from polldecode.search import next_hit, next_tag
from polldecode.sources.found import Reading, characters

BLOCK = 1 << 19  # stays in the second level cache between reading and searching
MARGIN = (
    1 << 16
)  # text on either side that may have a bearing on a poll; the largest shortcode seen has 12 kB
# Short words, forty on end: no payload, whatever it is broken up by. Linear: begun between words only.
PROSE = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{0,23}+[^A-Za-z0-9+/]){40}")
PROSE_BYTES = re.compile(PROSE.pattern.encode())
TRIED = 8  # tags of a text, at which a poll may stand whole
REACH = 1 << 21  # no extraction is longer: the limit of a payload, and what may stand in between


def start_of_context(reading: Reading) -> int:
    """Where to begin reading, so that a range finds its polls as a reading of the whole file would.

    Far enough back that nothing reaches over from there: text without evidence comes first, or a whole poll,
    as no other extraction goes on behind the tag of one (``Recovery.next_opening``).
    """
    start = reading.start
    if start == 0:
        return 0
    base = max(0, start - MARGIN)
    before = read_at(reading, base, start - base)
    hit = next_hit(before)
    edge = hit if hit >= 0 else len(before)
    if base and not PROSE_BYTES.search(before, 0, edge):
        whole = next_whole(before)
        base = base + whole if whole is not None else max(0, start - REACH)
    reading.stream.seek(base)
    return base


def next_whole(text: bytes) -> int | None:
    """Where a poll stands whole, looked for at the first tags of a text."""
    tag = next_tag(text, 0)
    for _ in range(TRIED):
        if tag >= len(text):
            break
        if short_road().whole_shortcodes(text, tag, len(text), DEFAULT_LIMITS, 1, False)[0]:
            return tag - 1
        tag = next_tag(text, tag + 1)
    return None


def column_at(reading: Reading, offset: int) -> int:
    """Characters between the last line end before an offset of a file and that offset."""
    back, column = offset, 0
    while back:
        size = min(BLOCK, back)
        back -= size
        block = read_at(reading, back, size)
        line_start = block.rfind(b"\n") + 1
        column += characters(block[line_start:])
        if line_start:
            break
    return column


def read_at(reading: Reading, offset: int, size: int) -> bytes:
    """A piece of a file that is not compressed; the reading goes on where it was."""
    raw = reading.stream.raw
    position = raw.tell()
    raw.seek(offset)
    pieces = []
    while size and (piece := raw.read(size)):
        pieces.append(piece)
        size -= len(piece)
    raw.seek(position)
    return b"".join(pieces)
