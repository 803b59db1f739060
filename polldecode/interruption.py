"""Going on with a payload behind something that a page put into it: an advertisement, a script, the foot of
one page and the head of the next.

Such a thing stands on lines or in elements of its own, and may be made of letters and digits, as a payload
is. So it has to show that it is none: a line of the payload in which a character is wrong must not be taken
for it, or what the line said would be missing from a poll that is called complete.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import TYPE_CHECKING

from polldecode.alphabet import GAP, LOSS, OMISSION, RUN
from polldecode.oracle import conforming

if TYPE_CHECKING:
    from polldecode.cursor import Cursor

LONGEST = 600  # characters: less than what a window is read beyond its end
# Characters of text looked at for where it began: what stands first in it may go on with a payload.
BACK = 100
BEGINNINGS = 3  # tried of those
ENDS = 32  # tried for each
END = re.compile(r"[\n\f>][\s>|#*]{0,40}[-+]?(?=[A-Za-z0-9]{4})")  # a diff has its sign in front of each line
LONGEST_WORD = 32
SHORTEST_LINE = 24  # shorter ones are broken so often that one of them may have been replaced
LINE = re.compile(f"[A-Za-z0-9+]{{{SHORTEST_LINE}}}")
CHARACTERS = string.ascii_letters + string.digits + "+"
BREAKS = re.compile(r"[\n\f<>]")
SIMILAR = 2  # characters that a damaged line is longer or shorter than the others
# Behind it another payload begins, if it is not one of the answers: `{"id`.
ANOTHER = re.compile("JTd[Ci](?!JTIyaWQl)")


def skip_interruption(cursor: Cursor, lookahead: int) -> str | None:
    """Put the cursor behind what interrupts the payload here; what that is, or None where nothing does."""
    from polldecode.resync import ahead

    text, piece = cursor.text, cursor.pieces[-1]
    if cursor.plain or len(piece) < lookahead:
        return None
    following: dict[int, str] = {}  # the characters behind an end, which several beginnings share
    for begin, kept in beginnings(cursor):
        cursor.pieces[-1] = piece[:kept]
        before = text[max(0, begin - LONGEST) : begin]
        columns = len(before) - len(before.rstrip(CHARACTERS))
        behind = GAP.match(text, begin)
        ends = END.finditer(text, behind.end() if behind else begin, cursor.position + LONGEST)
        for _, end in zip(range(ENDS), ends, strict=False):
            if end.end() < cursor.position:  # read already: to go back would be to go round
                continue
            dropped = text[begin : end.end()]
            if end.end() not in following:
                following[end.end()] = ahead(text, end.end(), *cursor.tokens)
            characters = following[end.end()]
            if LOSS.search(dropped) or OMISSION.search(dropped) or ANOTHER.match(characters):
                break
            line = RUN.match(text, end.end())
            even = line is not None and len(line[0]) == columns
            if not (cursor.goes_on(characters) and is_foreign(dropped, columns, even=even)):
                continue
            if len(characters) == lookahead or cursor.conforms(characters) < len(characters):
                while cursor.marks and cursor.marks[-1][0] > kept:  # from the end: there may be thousands
                    cursor.marks.pop()
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


def is_foreign(dropped: str, columns: int, *, even: bool = False) -> bool:
    """Whether this is no line of a payload with something wrong in it: nowhere, read from any character, does
    it decode to one, it is made of words, and no line of it is as long as the one before, of so many
    ``columns``. What is too short to tell must not be as long as groups of four are, if the line behind it is
    not as long as the one before: among ``even`` lines it would be none."""
    lines = [line.strip(" \t\r>|#*") for line in BREAKS.split(dropped)]
    lengths = [length for line in lines for length in (len(line), sum(map(len, RUN.findall(line))))]
    if any(abs(length - columns) <= SIMILAR for length in lengths):
        return False
    words = RUN.findall(GAP.sub(" ", dropped))
    characters = "".join(words)
    if any(len(word) > LONGEST_WORD or has_payload(word, 8) for word in words):
        return False
    if has_payload(characters, 8 if len(characters) < 32 else 12):
        return False
    if even or len(characters) >= 16 or len(characters) % 4 or characters.isdigit():
        return True
    return any(c.isalpha() and not c.isascii() for c in dropped)


def has_payload(characters: str, length: int) -> bool:
    windows = (characters[at : at + length] for at in range(len(characters) - length + 1))
    return any(conforming(window) == length for window in windows)
