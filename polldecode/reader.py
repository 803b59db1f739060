"""Reading a payload out of whatever text it stands in.

A payload is read by what it is: characters of base64 that decode to what encodeURIComponent writes
(oracle.py), up to where the JSON closes. What stands between the characters is skipped as a token
(alphabet.py); where the token is unknown, a few characters beside it are dropped until what follows is
payload again (resync.py). Where text is lost, the piece ends, and another begins where the text is payload
again.
"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass

from polldecode.alphabet import GAP, PADDING, PART, REGION, RUN, name_of
from polldecode.cursor import LONG, Cursor, may_close
from polldecode.errors import DecodeError
from polldecode.extraction import Repair
from polldecode.limits import Limits
from polldecode.models import Params
from polldecode.oracle import characters_of, json_text, raw_bytes
from polldecode.payload import JSON, beyond, refusal, within_limits
from polldecode.resync import bridge
from polldecode.salvage import DAMAGE, salvage

FIRST_BLOCK = 256  # characters read before the first look at the JSON; doubled as long as all goes well
DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
A_STOP = 64  # characters that could be read in the time that one damaged place takes
NEAR = 32  # how far behind a gap the oracle notices, at the latest, that the gap was not skipped right


@dataclass(slots=True)
class Reading:
    """A payload as it was read. ``start`` and ``end`` are where it stands in the text read from. ``pieces``
    are its base64 characters, a new piece wherever something is lost before it. ``error`` is None where the
    JSON closes."""

    start: int
    end: int
    pieces: list[str]
    params: Params | None
    error: DecodeError | None
    repairs: list[Repair]
    stops: int = 0

    @property
    def effort(self) -> int:
        """What the reading cost, as a number of characters of text without damage."""
        return self.end - self.start + A_STOP * self.stops

    @property
    def payload(self) -> str:
        characters = "".join(self.pieces)
        return characters + "=" * (-len(characters) % 4) if self.error is None else characters


@dataclass(slots=True, frozen=True)
class Closed:
    """The JSON closes: its object, and how many characters of the payload carry it."""

    params: object
    length: int


def read(text: str, start: int, limits: Limits, *, plain: bool = False, headless: bool = False) -> Reading:
    """The payload that begins at ``start``, however damaged. Reads on only while the text is payload, each
    character once or (at a damaged place) a bounded number of times."""
    cursor = Cursor(text, start, plain)
    cursor.begin_piece(start)
    if not headless:  # what stands before a piece is lost: the JSON cannot close
        cursor.pieces.pop()
    block = FIRST_BLOCK
    closed: Closed | None = None
    broken: DecodeError | None = None
    while sum(map(len, cursor.pieces)) <= limits.payload:
        smooth = advance(cursor, block)
        block = block * 2 if smooth else FIRST_BLOCK
        closed, broken = look_at_json(cursor, limits, stopped=not smooth)
        if closed or broken:
            break
        cursor.stops += not smooth
        if not smooth and not bridge(cursor):
            closed, broken = look_at_json(cursor, limits, stopped=True, final=True)
            break
    else:
        broken = DecodeError("limit", f"more than {limits.payload} characters", limits.payload)
    return finish(cursor, start, closed, broken, limits)


def advance(cursor: Cursor, block: int) -> bool:
    """Accept up to ``block`` characters of text; whether all of them were payload or known gaps."""
    text, position = cursor.text, cursor.position
    region = REGION.match(text, position, position + block)
    if not region:
        return False
    characters = GAP.sub("", region[0])
    good = cursor.conforms(characters)
    if good >= len(characters):
        note_gaps(cursor, region.end())
        cursor.accept(characters, region.end())
        if region.end() == position + block:
            return True
        behind = GAP.match(text, region.end())  # the block may have ended inside of it
        return behind is not None and RUN.match(text, behind.end()) is not None
    # A group of four fails as a whole: up to three of its characters may stand before what is wrong in it.
    beginning = next(n for n in (3, 2, 1, 0) if cursor.conforms(characters[: good + n]) >= good + n)
    stop, at = last_good(text, position, region.end(), good + beginning)
    note_gaps(cursor, at)
    cursor.accept(characters[:stop], at)
    return False


def note_gaps(cursor: Cursor, end: int) -> None:
    for part in PART.finditer(cursor.text, cursor.position, end):
        if part["run"] is None:
            cursor.note(name_of(part[0]), part[0])


def last_good(text: str, start: int, end: int, good: int) -> tuple[int, int]:
    """Where to stop in a region of which the oracle takes ``good`` characters: how many, and where they end.

    At the gap that was skipped wrongly, if there is one just before: what is wrong began there. Else at the
    failure."""
    count, position, gap, before, line, ends = 0, start, (0, start), "", False, False
    for part in PART.finditer(text, start, end):
        run = part["run"]
        if run is None:
            ends = "\n" in part[0]
            continue
        # A plus sign by itself is a diff's or joins two strings: it was skipped wrongly with the gap before.
        # Of several gaps one that ends a line: there may be more between two lines than white space.
        if good + 1 - NEAR < count <= good + 1 and not (gap[0] and (before == "+" or (line and not ends))):
            gap, line = (count, position), ends
        before = run
        if count + len(run) > good + 1:
            if gap[0]:
                return gap
            # A space of form-encoded text is a `+`, which the oracle notices at most three characters on.
            plus = run.find("+", max(0, good - count - 1), good - count + 4)
            here = plus if plus >= 0 else max(0, good - count)
            return count + here, part.start() + here
        count, position = count + len(run), part.end()
    return good, position


def look_at_json(
    cursor: Cursor, limits: Limits, *, stopped: bool, final: bool = False
) -> tuple[Closed | None, DecodeError | None]:
    """Whether the JSON of an undamaged reading closes, or breaks, in what was accepted.

    Looked at each time the reading has doubled, and where it stopped behind something that may close it; in
    a long one only where there is some more than at the last look. So its JSON is parsed a few times, not
    once a block or a gap.
    """
    if len(cursor.pieces) > 1:
        return None, None
    piece = cursor.pieces[0]
    more = len(piece) - cursor.looked
    if more < cursor.looked and not (
        stopped and more > (0 if final or cursor.looked < LONG else cursor.looked // 16) and may_close(piece)
    ):
        return None, None
    cursor.looked = len(piece)
    raw = raw_bytes(piece)
    text = json_text(raw)
    try:
        value, end = JSON.raw_decode(text)
    except json.JSONDecodeError as error:
        at_end = error.pos > len(text) - 12 or error.msg.startswith(("Unterminated", "Invalid \\"))
        return None, None if at_end else DecodeError("json", error.msg, error.pos, text)
    except (RecursionError, ValueError) as error:
        return None, refusal(error, text, limits)
    if DAMAGE in text[:end]:
        return None, DecodeError("percent", "the escapes are no UTF-8", text.index(DAMAGE), text)
    return Closed(value, min(len(piece), characters_of(raw, text[:end]))), None


def finish(
    cursor: Cursor, start: int, closed: Closed | None, broken: DecodeError | None, limits: Limits
) -> Reading:
    repairs = list(cursor.repairs.values())
    if closed and borrowed(cursor, closed.length):
        closed = None
    if closed:
        end = position_of(cursor, closed.length)
        length, missing = closed.length, -closed.length % 4
        while missing and (pad := PADDING.match(cursor.text, end)):
            end, missing = pad.end(), missing - 1
        if missing:
            repairs.append(Repair("padding", "", "=" * missing))
        error, params = None, closed.params
        if length > limits.payload:
            error = DecodeError("limit", f"more than {limits.payload} characters", limits.payload)
        elif not isinstance(params, dict):
            error = DecodeError("schema", "JSON, but no object", 0)
        elif not within_limits(params, limits):
            error = beyond(limits, "")
        usable = params if isinstance(params, dict) and not error else None
        return Reading(start, end, [cursor.pieces[0][:length]], usable, error, repairs)
    characters = "".join(cursor.pieces)
    texts = [json_text(raw_bytes(piece)) for piece in cursor.pieces]
    if broken is None and len(texts) > 1:
        broken = DecodeError("base64", "characters are lost here", len(cursor.pieces[0]), characters)
    broken = broken or DecodeError("cut", "the text ends inside the payload", len(characters), characters)
    params = salvage(DAMAGE.join(texts))
    return Reading(start, cursor.position, cursor.pieces, params, broken, repairs, cursor.stops)


def borrowed(cursor: Cursor, length: int) -> bool:
    """Whether the last character is the first of the text behind a cut: base64 leaves no bits in its last
    character, and this one has some and stands apart."""
    used = length % 4
    if used < 2:
        return False
    bits = DIGITS.index(cursor.pieces[0][length - 1]) & (0b1111 if used == 2 else 0b11)
    return bits != 0 and not RUN.match(cursor.text, position_of(cursor, length) - 2)


def position_of(cursor: Cursor, length: int) -> int:
    """Where the ``length``-th character of the piece ends in the text."""
    exact = [position for count, position in cursor.marks if count == length]
    if exact:
        return min(exact)
    count, position = max(mark for mark in cursor.marks if mark[0] < length)
    for part in PART.finditer(cursor.text, position):
        run = part["run"] or ""
        if count + len(run) >= length:
            return part.start() + length - count
        count += len(run)
    return cursor.position
