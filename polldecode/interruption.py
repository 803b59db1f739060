"""Going on with a payload behind something that a page put into it: an advertisement, a script, the foot of
one page and the head of the next.

Such a thing stands on lines or in elements of its own, and may be made of letters and digits, as a payload
is. So it has to show that it is none: a line of the payload in which a character is wrong must not be taken
for it, or what the line said would be missing from a poll that is called complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from polldecode.alphabet import GAP, LOSS, RUN
from polldecode.oracle import conforming

if TYPE_CHECKING:
    from polldecode.cursor import Cursor

LONGEST = 600  # characters: less than what a window is read beyond its end
BACK = (
    100  # characters of text looked at for where it began: what stands first in it may go on with a payload
)
BEGINNINGS = 3  # tried of those
ENDS = 32  # tried for each
END = re.compile(r"[\n\f>][\s>|#*]{0,40}[-+]?(?=[A-Za-z0-9]{4})")  # a diff has its sign in front of each line
LONGEST_WORD = 32
SHORTEST_LINE = 24  # shorter ones are broken so often that one of them may have been replaced
LINE = re.compile(f"[A-Za-z0-9+]{{{SHORTEST_LINE}}}")
# Behind it another payload begins, if it is not one of the answers: `{"id`.
ANOTHER = re.compile("JTd[Ci](?!JTIyaWQl)")


def skip_interruption(cursor: Cursor, lookahead: int) -> str | None:
    """Put the cursor behind what interrupts the payload here; what that is, or None where nothing does."""
    from polldecode.resync import ahead

    text, piece = cursor.text, cursor.pieces[-1]
    if cursor.plain or len(piece) < lookahead:
        return None
    for begin, kept in beginnings(cursor):
        cursor.pieces[-1] = piece[:kept]
        behind = GAP.match(text, begin)
        ends = END.finditer(text, behind.end() if behind else begin, cursor.position + LONGEST)
        for _, end in zip(range(ENDS), ends, strict=False):
            dropped, characters = text[begin : end.end()], ahead(text, end.end(), *cursor.tokens)
            if LOSS.search(dropped):
                break
            if end.end() < cursor.position:  # read already: to go back would be to go round
                continue
            if ANOTHER.match(characters) or not (cursor.goes_on(characters) and is_foreign(dropped)):
                continue
            if len(characters) == lookahead or cursor.conforms(characters) < len(characters):
                cursor.marks = [mark for mark in cursor.marks if mark[0] <= kept]
                cursor.looked = min(cursor.looked, kept)
                cursor.move(end.end())
                return dropped
    cursor.pieces[-1] = piece
    return None


def beginnings(cursor: Cursor) -> Iterator[tuple[int, int]]:
    """Where the line or the element may begin, the nearest first, and how many characters of the payload
    stand before it."""
    text, position, piece = cursor.text, cursor.position, cursor.pieces[-1]
    gaps = [gap for gap in GAP.finditer(text, max(0, position - BACK), position) if is_break(gap[0])]
    places = [gap.span() for gap in gaps[: -BEGINNINGS - 1 : -1]]
    if text.startswith("<", position) or ((gap := GAP.match(text, position)) and is_break(gap[0])):
        places.insert(0, (position, position))
    for begin, end in places:
        line = text[max(0, begin - SHORTEST_LINE) : begin]
        taken = len("".join(RUN.findall(GAP.sub(" ", text[end:position]))))
        if LINE.fullmatch(line):
            for kept in range(len(piece) - taken, len(piece) + 1):
                if piece.endswith(line, 0, kept):
                    yield begin, kept
                    break


def is_break(gap: str) -> bool:
    return "\n" in gap or "<" in gap or "\f" in gap


def is_foreign(dropped: str) -> bool:
    """Whether this is no line of a payload with something wrong in it: nowhere, read from any character, does
    it decode to one, and it is made of words. What is too short to tell must not be as long as groups of four
    are."""
    words = RUN.findall(GAP.sub(" ", dropped))
    characters = "".join(words)
    if any(len(word) > LONGEST_WORD or has_payload(word, 8) for word in words):
        return False
    if has_payload(characters, 8 if len(characters) < 32 else 12):
        return False
    if len(characters) >= 16 or len(characters) % 4 or characters.isdigit():
        return True
    return any(c.isalpha() and not c.isascii() for c in dropped)


def has_payload(characters: str, length: int) -> bool:
    windows = (characters[at : at + length] for at in range(len(characters) - length + 1))
    return any(conforming(window) == length for window in windows)
