"""The work of a scan in units: a group of small inputs, one large input, or a range of one.

The same inputs make the same units whatever the number of processes, so that a scan can be resumed with
another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from polldecode.sources.charsets import SNIFF, charset_of
from polldecode.sources.formats import SPLITTABLE, format_of
from polldecode.sources.found import count_lines
from polldecode.sources.inputs import STDIN, Input, is_binary, open_stream
from polldecode.sources.problems import Unreadable
from polldecode.sources.streams import CHUNK

RANGE = (
    1 << 23
)  # bytes of a range: a process is busy for some ms, and what was done twice after a kill is little
FEW = 8  # ranges, of which the last are not cut smaller: each costs some of a millisecond
GROUP = 1 << 22  # bytes of a group of small inputs, and how many at most
GROUP_FILES = 256
FIRST_LINE = (
    1 << 20
)  # a text without a line end in its first bytes is not split: its columns would have to be counted


class Unit(NamedTuple):
    """``inputs`` to read from end to end, or one of which to read the range from ``start`` to ``stop``."""

    inputs: tuple[Input, ...]
    start: int = 0
    stop: int | None = None

    @property
    def size(self) -> int:
        return sum(source.size for source in self.inputs) if self.stop is None else self.stop - self.start


def plan(inputs: Iterable[Input]) -> Iterator[Unit]:
    """The units of these inputs, in order; no input is read for it, but the first bytes of large ones."""
    group: list[Input] = []
    size = 0
    for source in inputs:
        if source.size >= GROUP or source.path == STDIN or "://" in source.path:
            if group:
                yield Unit(tuple(group))
                group, size = [], 0
            yield from split(source)
            continue
        group.append(source)
        size += source.size
        if size >= GROUP or len(group) == GROUP_FILES:
            yield Unit(tuple(group))
            group, size = [], 0
    if group:
        yield Unit(tuple(group))


def split(source: Input) -> Iterator[Unit]:
    """The ranges of an input that can be searched in ranges; else all of it."""
    if source.size < 2 * RANGE or "://" in source.path or not splittable(source):
        yield Unit((source,))
        return
    edges = [*range(0, source.size - RANGE // 2, RANGE), source.size]
    if len(edges) > FEW:  # else one process may search a whole range when the others have nothing left to do
        edges[-3:] = [*range(edges[-3], source.size - RANGE // 8, RANGE // 4), source.size]
    for start, stop in pairwise(edges):
        yield Unit((source,), start, stop)


def line_ends(unit: Unit) -> int:
    """The line ends of a range as whoever searches it counts them (those of JSON lines, the ends of the lines
    that begin in it), counted without searching; 0 where it cannot be read."""
    source = unit.inputs[0]
    if unit.stop is None:
        return 0
    try:
        stream = open_stream(source)
        try:
            whole_lines = format_of(source.path, stream.look(SNIFF)) == "jsonlines"
            start, stop = unit.start - whole_lines, unit.stop - whole_lines
            count, left = max(0, -start), stop - max(0, start)
            stream.seek(max(0, start))
            while block := stream.read(min(left, CHUNK)):
                count, left = count + count_lines(block, 0, len(block)), left - len(block)
        finally:
            stream.close()
    except Unreadable:
        return 0
    return count


def splittable(source: Input) -> bool:
    try:
        stream = open_stream(source)
    except Unreadable:
        return False  # to be reported by the one who reads it
    try:
        head = stream.look(SNIFF)
        return (
            stream.codec is None
            and not is_binary(head)
            and charset_of(head) is None
            and format_of(source.path, head) in SPLITTABLE
            and b"\n" in stream.look(FIRST_LINE)
        )
    except Unreadable:
        return False
    finally:
        stream.close()
