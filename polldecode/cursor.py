"""A payload while it is read: what was accepted of it, and where in the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from polldecode.extraction import Repair
from polldecode.oracle import conforming, json_text, raw_bytes
from polldecode.payload import JSON
from polldecode.salvage import DAMAGE

LONG = 1 << 14  # a payload longer than any that was met: its JSON is not parsed as often
ENOUGH = 12  # characters that have to conform before it is believed that a payload goes on


@dataclass(slots=True)
class Cursor:
    """What was accepted, and the position up to which the text was."""

    text: str
    position: int
    plain: bool = False
    pieces: list[str] = field(default_factory=lambda: [""])
    marks: list[tuple[int, int]] = field(default_factory=list)  # (characters in the last piece, position)
    repairs: dict[str, Repair] = field(default_factory=dict)
    tokens: list[str] = field(
        default_factory=list
    )  # unknown tokens that were found to stand between characters
    looked: int = 0
    asked: int = 0  # of how many characters it was asked whether they close the JSON
    stops: int = 0  # how often something stood there that is no known gap

    def conforms(self, more: str) -> int:
        """How many characters of ``more`` can go on from what was accepted.

        Looks two groups back: an escape is three bytes and may straddle them."""
        piece = self.pieces[-1]
        back = piece[max(0, len(piece) // 4 * 4 - 8) :]
        return max(0, conforming(back + more, plain=self.plain) - len(back))

    def goes_on(self, characters: str) -> bool:
        """Whether these go on with the payload for as far as can be asked, or close it."""
        good = self.conforms(characters)
        if good >= len(characters) >= ENOUGH:
            return True
        if good == 0 or len(self.pieces) > 1:
            return False
        piece, more = self.pieces[-1], characters[:good]
        tail = piece[max(0, len(piece) // 4 * 4 - 24) :]  # asked at each damaged place: no copy of the whole
        if not may_close(tail + more) or (len(piece) > LONG and len(piece) - self.asked < len(piece) // 16):
            return False
        self.asked = len(piece)
        return json_closes(piece + more)

    def accept(self, characters: str, position: int) -> None:
        self.pieces[-1] += characters
        self.position = position
        self.marks.append((len(self.pieces[-1]), position))

    def move(self, position: int) -> None:
        """What stands before ``position`` is no payload."""
        self.position = position
        self.marks.append((len(self.pieces[-1]), position))

    def begin_piece(self, position: int) -> None:
        """Something is lost here: what follows is read by itself, from ``position``."""
        self.pieces.append("")
        self.position = position
        self.marks = [(0, position)]

    def note(self, name: str, before: str, after: str = "") -> None:
        self.repairs.setdefault(name, Repair(name, before[:40], after[:40]))


def json_closes(piece: str) -> bool:
    text = json_text(raw_bytes(piece))
    try:
        _, end = JSON.raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return DAMAGE not in text[:end]


def may_close(piece: str) -> bool:
    """Whether a closing brace is among the last characters."""
    tail = raw_bytes(piece[max(0, len(piece) // 4 * 4 - 24) :])
    return b"7D" in tail or b"}" in tail or b"7d" in tail
