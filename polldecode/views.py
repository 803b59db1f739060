"""A window of a text, rewritten by repairs, that still knows where each of its characters stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Change(NamedTuple):
    """One replacement: where it stands in the new text, and where what it replaced stood in the old one."""

    start: int
    end: int
    old_start: int
    old_end: int


@dataclass(frozen=True, slots=True)
class View:
    """``text`` is a piece of the source, beginning at ``base``, after repairs.

    ``parent`` is the view before the last repair, ``repair`` its name, and ``changes`` are the replacements
    it made, sorted.
    """

    text: str
    base: int = 0
    parent: View | None = None
    changes: tuple[Change, ...] = field(default=(), repr=False)
    repair: str = ""

    def history(self) -> Iterator[View]:
        """This view, the one before the last repair, and so on to the source."""
        view: View | None = self
        while view is not None:
            yield view
            view = view.parent

    @property
    def source(self) -> View:
        """The view before any repair."""
        return self if self.parent is None else self.parent.source

    def source_start(self, index: int) -> int:
        """Where in the source the character at ``index`` begins."""
        if self.parent is None:
            return self.base + index
        number = bisect_right(self.changes, index, key=start_of) - 1
        if number < 0:
            return self.parent.source_start(index)
        change = self.changes[number]
        inside = index < change.end
        return self.parent.source_start(change.old_start if inside else change.old_end + index - change.end)

    def source_end(self, index: int) -> int:
        """Where in the source the character before ``index`` ends."""
        if self.parent is None:
            return self.base + index
        number = bisect_right(self.changes, index - 1, key=start_of) - 1
        if number < 0:
            return self.parent.source_end(index)
        change = self.changes[number]
        return self.parent.source_end(change.old_end + max(index - change.end, 0))

    def replace(
        self, repair: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str | None]
    ) -> View:
        """The view in which each match is what ``replacement`` makes of it (None: it stays). This view itself
        where nothing changes."""
        pieces: list[str] = []
        changes: list[Change] = []
        done = length = 0
        for match in pattern.finditer(self.text):
            new = replacement(match)
            if new is None or new == match[0]:
                continue
            start, end = match.span()
            pieces += (self.text[done:start], new)
            length += start - done + len(new)
            changes.append(Change(length - len(new), length, start, end))
            done = end
        if not changes:
            return self
        pieces.append(self.text[done:])
        return View("".join(pieces), self.base, self, tuple(changes), repair)


def start_of(change: Change) -> int:
    return change.start


@dataclass(frozen=True, slots=True)
class Utf8View(View):
    """``size`` bytes of UTF-8 as characters, in which places are those of the bytes: its parent is the view
    of the bytes. The first ``lead`` bytes and the last character may be torn; they stand as U+FFFD.

    Places are counted when they are asked for, which is rarely, and not kept for each character."""

    lead: int = 0
    size: int = 0

    def source_start(self, index: int) -> int:
        if index >= len(self.text):
            return self.base + self.size + index - len(self.text)
        if index <= self.lead:
            return self.base + index
        return self.base + self.lead + len(self.text[self.lead : index].encode())

    def source_end(self, index: int) -> int:
        return self.source_start(index)  # nothing is between two characters


CONTINUING = bytes(range(0x80, 0xC0))
# A character at a time: what the text is cut before has its own place in the bytes.
UTF8 = re.compile(
    r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{1,2}|[\xf0-\xf4][\x80-\xbf]{1,3}|[\x80-\xff]"
)


# The no-break space and the soft hyphen of any ISO 8859 or Windows charset: nothing is lost there.
SAME_EVERYWHERE = "\xa0\xad"


def utf8_character(match: re.Match[str]) -> str:
    if match[0] in SAME_EVERYWHERE:
        return match[0]
    return match[0].encode("latin-1").decode(errors="replace")


def from_bytes(window: bytes, base: int) -> View:
    """Bytes as a view in which offsets are those of the bytes. What is UTF-8 in them is read so, other bytes
    are replaced."""
    view = View(window.decode("latin-1"), base)
    if window.isascii():
        return view
    lead = len(window) - len(window.lstrip(CONTINUING))
    try:
        text = window[lead:].decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return view.replace("", UTF8, utf8_character)
        text = window[lead : lead + error.start].decode() + "\ufffd"
    return Utf8View("\ufffd" * lead + text, base, view, (), "", lead, len(window))
