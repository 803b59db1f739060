"""Going on with a payload behind something unknown, or behind a loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from polldecode.alphabet import GAP, LOSS, OMISSION, PART, RUN, name_of
from polldecode.interruption import has_payload, is_break, skip_interruption
from polldecode.oracle import conforming

if TYPE_CHECKING:
    from polldecode.cursor import Cursor

# What the characters beyond letters, digits and `+` stand for: the URL-safe alphabet, and `/` where there is
# no percent layer.
ALPHABETS = {"-": "+", "_": "/", "/": "/"}
LOOKAHEAD = 24  # 18 bytes: text that is no payload passes the oracle on that length about once in 10^9
WINDOW = 160  # of text looked at for them
DROPPED = 12  # characters of the alphabet that an unknown token may hold
FOREIGN_LONGEST = 40  # and foreign ones
CHARACTERS_A_LOSS = 64  # a piece allows so many more losses: what is lost everywhere is no payload


def bridge(cursor: Cursor) -> bool:
    """Put the cursor where the payload goes on; False where it does not."""
    text, position = cursor.text, cursor.position
    if position >= len(text):
        return False
    behind = past_known(text, position, cursor.tokens)
    if behind > position:
        cursor.move(behind)
        return RUN.match(text, behind) is not None
    stands_for = ALPHABETS.get(text[position])
    if stands_for and cursor.goes_on(stands_for + ahead(text, position + 1, text[position])):
        if text[position] != stands_for:
            cursor.note("url-safe", text[position], stands_for)
        cursor.accept(stands_for, position + 1)
        return True
    if text[position] == "+" and cursor.goes_on(ahead(text, position + 1, "+")):
        cursor.note("spaces", "+")
        cursor.move(position + 1)
        return True
    gap = GAP.match(text, position)
    behind = gap.end() if gap else position
    if gap and cursor.goes_on(ahead(text, behind, *cursor.tokens)):
        cursor.note(name_of(gap[0]), gap[0])
        cursor.move(past_known(text, behind, cursor.tokens))
        return True
    if loss := LOSS.match(text, behind):
        return realign(cursor, loss.end())
    if skip_unknown(cursor):
        return True
    if (interruption := skip_interruption(cursor, LOOKAHEAD)) is not None:
        cursor.note("interruption", interruption)
        return True
    return len(cursor.pieces[-1]) >= LOOKAHEAD and realign(cursor, behind)


def past_known(text: str, position: int, tokens: list[str]) -> int:
    """Behind the tokens met before that stand here, and the gaps after them."""
    while token := next((token for token in tokens if text.startswith(token, position)), ""):
        gap = GAP.match(text, position + len(token))
        position = gap.end() if gap else position + len(token)
    return position


# What stands for characters that were left out or could not be read. Where it comes again soon, something was
# inserted at every so many characters; where it stands once, it may hide a loss that happens to keep the
# alignment.
DOUBTFUL = re.compile(r"[?*#.~_=\u2580-\u25ff]+")
SOON = 600
TOKENS = 8  # so many are remembered: each is looked for at every gap


def skip_unknown(cursor: Cursor) -> bool:
    """Skip a token that nobody listed: foreign characters, and letters or digits between them.

    The token has to begin and end with a foreign character (or be a diff's ``+`` at the start of a line):
    characters dropped next to the payload's own could hide a loss, and a poll be called complete that is not.
    """
    text, position = cursor.text, cursor.position
    if RUN.match(text, position):
        return False
    dropped = 0
    for run in RUN.finditer(text, position, position + FOREIGN_LONGEST + DROPPED):
        if LOSS.search(text, position, run.start()):
            return False
        plus = run[0][0] == "+" and text[run.start() - 1] == "\n"
        for start in (run.start(), run.start() + 1) if plus else (run.start(),):
            token = text[position:start]
            if cursor.goes_on(ahead(text, start, *cursor.tokens, token)):
                if text.find(token, start, start + SOON) < 0:
                    if DOUBTFUL.fullmatch(token) or OMISSION.search(token):
                        return realign(cursor, start)
                    if is_doubtful(token):
                        return False
                cursor.note("junk", token)
                cursor.tokens = [*cursor.tokens, token][-TOKENS:]
                cursor.move(start)
                return True
        dropped += len(run[0])
        if dropped > DROPPED:
            return False
    return False


def is_doubtful(token: str) -> bool:
    """Whether a token that stands here only may be a line of the payload, or the rest of one, with something
    wrong in it: it stands between two gaps of one kind, it holds what decodes to payload, or it is as long as
    groups of four are."""
    words = RUN.findall(GAP.sub(" ", token))
    if not any(word.strip("0123456789+") for word in words):
        return False
    gaps = [gap for gap in GAP.finditer(token) if gap.start() == 0 or gap.end() == len(token)]
    if len(gaps) > 1 and is_break(gaps[0][0]) == is_break(gaps[-1][0]):
        return True
    return len(GAP.sub("", token)) % 4 == 0 or any(has_payload(word, 4) for word in words)


def ahead(text: str, position: int, *tokens: str) -> str:
    """The next characters of the alphabet from ``position``, as far as no text is lost; ``tokens`` are no
    part of them."""
    window = text[position : position + WINDOW]
    # The two questions before it cost a hundredth of the search.
    if ("..." in window or not window.isascii()) and (loss := LOSS.search(window)):
        window = window[: loss.start()]
    for token in tokens:
        window = window.replace(token, ALPHABETS.get(token, ""))
    characters = ""
    for part in PART.finditer(window):
        characters += part["run"] or ""
        if len(characters) >= LOOKAHEAD:
            break
    return characters[:LOOKAHEAD]


def realign(cursor: Cursor, position: int) -> bool:
    """Begin another piece where the text decodes to payload by itself: at one of four alignments, a little
    further on where characters beside the loss are damaged too."""
    text = cursor.text
    if len(cursor.pieces) > 2 + len(cursor.pieces[-1]) // CHARACTERS_A_LOSS:
        return False
    for start in range(max(position, 0), min(position + DROPPED, len(text))):
        if not RUN.match(text, start):
            continue
        characters = ahead(text, start)
        if len(characters) == LOOKAHEAD and conforming(characters) == LOOKAHEAD:
            cursor.begin_piece(start)
            return True
    return False
