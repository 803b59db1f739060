"""Whether an input has evidence of a poll at all: what has none is not parsed."""

from __future__ import annotations

from polldecode.search import next_hit
from polldecode.sources.found import Reading
from polldecode.sources.problems import Unreadable
from polldecode.sources.ranges import BLOCK

END = 1 << 10  # bytes, in which an evidence that is parted by two blocks is whole


def end_without_evidence(reading: Reading) -> bytes | None:
    """The last bytes of an input that has no evidence of a poll; None where there is some."""
    tail = b""
    try:
        while block := reading.stream.read(BLOCK):
            text = tail + block
            if next_hit(text) >= 0:
                return None
            tail = text[-END:]
    except Unreadable as error:
        reading.problems.append(str(error))
    return tail
