"""The general way from a find to an Extraction: damage of any kind, in a window around the place."""

from __future__ import annotations

import re
from collections.abc import Callable

from polldecode.alphabet import HEAD, PLAIN_HEAD, RUN
from polldecode.attributes import parse_attributes
from polldecode.cursor import ENOUGH
from polldecode.errors import DecodeError
from polldecode.extraction import Extraction
from polldecode.frame import (
    BEFORE,
    FAR_BRACKET,
    NEAR_BRACKET,
    PARAMS_VALUE,
    TAG,
    Frame,
    closing,
)
from polldecode.framed import built, framed, lone
from polldecode.labels import PLACEHOLDER
from polldecode.limits import Limits
from polldecode.lines import is_wrapped, unwrapped
from polldecode.models import POLL_KEYS, Params, id_of
from polldecode.oracle import conforming
from polldecode.reader import Reading, read
from polldecode.repairs import undo_all
from polldecode.resync import LOOKAHEAD, ahead
from polldecode.search import next_tag
from polldecode.views import View, from_bytes

AFTER = 2_000  # first window behind a find; four times as much as long as the payload goes on
# How the two encoders begin, `{"title":` and `{"color":`. In no other place of a payload these can stand:
# quotation marks inside of a JSON string are escaped.
PHP_HEAD, JS_HEAD = "JTdCJTIydGl0bGUlMjIl", "JTdCJTIyY29sb3IlMjIl"
HEADS = 4  # beginnings of a payload tried in one window
NEAR_END = 700  # a payload that stops so near to a window's end may only stop because the window does

# Finds that come to nothing, and what is read from heads that hold nothing, may cost only so much, or a text
# of nothing but `JTIy`, or of nothing but brackets, would take forever. Damage as it is met takes less than
# half of what is free.
FREE_IN_VAIN = 48_000
IN_VAIN = 3  # more for each character of the text
A_FAILURE = 1_024  # characters: what went on behind them was read and is a FAQ's

# A bracket that a highlighter marked by itself.
MARKED_BRACKET = re.compile(r"\[{1,2}\s{0,3}(?:<[^<>]{0,100}>\s{0,3}){1,6}\Z")

# The beginning of a payload in text whose containers are not undone yet: one escape or entity may stand in it
# too.
RAW_BETWEEN = (
    r"(?:<[^<>]{0,100}>|&#?[A-Za-z0-9]{2,8};|\\u?[0-9a-fA-Fnrt]{1,4}|%[0-9A-F]{2}|[^A-Za-z0-9+/<]){0,8}?"
)
RAW_HEAD = re.compile(RAW_BETWEEN.join(("J", "T", "d", "[Ci]")))


class Recovery:
    """The general way through one text."""

    def __init__(self, text: str | bytes, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.vain = 0  # what was read for nothing, in characters
        self.tried = 0  # how far heads were looked for in vain
        self.refused = 0  # where what was read and is no poll ends
        self.coming = -1  # the last opening tag that was looked for

    def at_tag(self, tag: int, floor: int) -> tuple[Extraction | None, int]:
        """The extraction of the shortcode whose tag stands at ``tag`` (None if it is no poll's, or says
        nothing), and where the search goes on."""
        ceiling = next_tag(self.text, tag + 1)
        start = max(floor, tag - NEAR_BRACKET)
        if self.text[tag - 1 : tag] in (">", b">"):
            marked = MARKED_BRACKET.search(as_text(self.text[max(floor, tag - FAR_BRACKET) : tag]))
            start -= len(marked[0]) if marked else 0
        found, behind = self.look(max(floor, start), tag + AFTER, ceiling, tagged=True)
        return found, max(behind, tag + 1, found.end if found else 0)

    def at_quote(self, quote: int, floor: int) -> tuple[Extraction | None, int]:
        """The extraction of the payload that has its ``JTIy`` at ``quote``, and where the search goes on."""
        floor = max(floor, self.refused)
        start = max(floor, self.tried, quote - BEFORE)
        behind = 0
        if self.vain < FREE_IN_VAIN + IN_VAIN * quote and self.has_head(start, quote + 8):
            ceiling = self.next_opening(quote)
            found, behind = self.look(max(floor, quote - BEFORE), quote + AFTER, ceiling, tagged=False)
            if found:
                return found, max(found.end, quote + 4)
            if behind < quote + A_FAILURE:
                self.vain += AFTER  # its window, whatever was read in it
            self.refused = behind
        self.tried = max(self.tried, quote - 8)
        return None, max(quote + 4, behind)

    def next_opening(self, start: int) -> int:
        """Where the next tag stands that is no closing one. What begins before it ends before it, or the rest
        of a payload would take the polls behind it for more of itself."""
        slash = "/" if isinstance(self.text, str) else b"/"
        while self.coming < start or (self.coming and self.text[self.coming - 1 : self.coming] == slash):
            self.coming = next_tag(self.text, max(start, self.coming + 1))
            if self.coming == len(self.text):
                break
        return self.coming

    def has_head(self, start: int, end: int) -> bool:
        return RAW_HEAD.search(as_text(self.text[start:end])) is not None

    def look(self, start: int, end: int, ceiling: int, *, tagged: bool) -> tuple[Extraction | None, int]:
        """The first poll of a window, which grows as long as the payload reaches its end, and how far was
        read.

        Lines broken inside of words may have torn the tag or the id apart as well: where there are any, the
        window is read once more with its lines joined."""
        view, reading = self.read_window(start, end, ceiling, tagged, undo_all)
        found = self.extraction(view, reading)
        behind = view.source_end(reading.end) if reading else 0
        whole = found is not None and all(rank(found)) and not LINE_REPAIRS.intersection(found.repairs)
        if not whole and (is_wrapped(view.text) or is_wrapped(view.source.text)):
            joined, again = self.read_window(start, end, ceiling, tagged, undo_joined)
            if any(part.repair == "wraps" for part in joined.history()):
                better = self.extraction(joined, again)
                if found and better and better.start >= found.end:
                    better = None  # another poll, whose turn comes
                if better and glued(better, found, joined):
                    better = self.extraction(joined, again, with_id=False)
                found = better if rank(better) >= rank(found) else found
        return (found or lone(self.text, view)) if tagged else found, behind

    def read_window(
        self, start: int, end: int, ceiling: int, tagged: bool, undo: Callable[[View], View]
    ) -> tuple[View, Reading | None]:
        while True:
            end = min(end, ceiling)
            view = undo(plain_view(self.text, start, end))
            reading, reach = self.first_reading(view.text, tagged=tagged)
            if end >= ceiling or reach < len(view.text) - NEAR_END:
                return view, reading
            end = start + (end - start) * 4

    def first_reading(self, text: str, *, tagged: bool) -> tuple[Reading | None, int]:
        """The first whole payload of a window, else the first with something left of it; and how far was
        read."""
        damaged, reach, most = None, 0, self.vain + AFTER + len(text)
        tag = TAG.search(text) if tagged else None
        begin = tag.end() if tag else 0
        for number, head in enumerate(HEAD.finditer(text, begin)):
            if number == HEADS or (damaged and head.start() < damaged.end):
                break
            if self.vain > most:  # the window was read over and over, and holds nothing
                break
            alone = before_another(text, head.end())
            reading = read(alone, head.start(), self.limits)
            if reading.params and is_answer(reading.params):
                reading = read(alone, head.start(), self.limits, headless=True)
            reach = max(reach, reading.end)
            if reading.error is None:
                return reading, reach
            if reading.params or reading.error.stage == "limit" or (tag and len(reading.payload) >= ENOUGH):
                damaged = damaged or reading
                if not tagged and len(alone) < len(text):
                    break  # at another payload, whose turn comes
            else:
                self.vain += reading.effort
        value = PARAMS_VALUE.search(text, begin) if tag and damaged is None else None
        if value and PLAIN_HEAD.match(text, value.end()):
            reading = read(text, value.end(), self.limits, plain=True)
            return (reading if reading.params else None), reading.end
        return damaged, reach

    def headless(self) -> Extraction | None:
        """The rest of a payload whose head is missing because the text begins inside of it."""
        end, ceiling = AFTER, self.next_opening(0)
        while True:
            view = undo_all(plain_view(self.text, 0, min(end, ceiling)))
            run = RUN.search(view.text)
            if not run or HEAD.match(view.text, run.start()):
                return None
            for start in range(run.start(), min(run.start() + 4, run.end())):
                characters = ahead(view.text, start)
                if len(characters) == LOOKAHEAD and conforming(characters) == LOOKAHEAD:
                    alone = before_another(view.text, start)
                    reading = read(alone, start, self.limits, headless=True)
                    break
            else:
                return None
            if end >= ceiling or reading.end < len(view.text) - NEAR_END:
                break
            end *= 4
        params = reading.params
        if not params or not (params.get("answers") or len(POLL_KEYS & params.keys()) > 1):
            return None
        stop, after = closing(view.text, reading.end, None)
        attrs, _ = parse_attributes(PLACEHOLDER + view.text[reading.end : stop])
        attrs = {"id": attrs["id"]} if "id" in attrs else {}
        error = DecodeError("cut", "the head of the payload is missing", 0, reading.payload)
        return built(
            self.text, view, Frame(None, attrs, run.start(), after), reading, params, error, self.limits
        )

    def extraction(self, view: View, reading: Reading | None, *, with_id: bool = True) -> Extraction | None:
        return framed(self.text, view, reading, self.limits, with_id=with_id) if reading else None


def glued(found: Extraction, before: Extraction | None, joined: View) -> bool:
    """Whether the id may be two numbers that stood at the end of a line and at the beginning of the next:
    it is not in one piece in the source, and neither quotes nor what follows it show that it is one."""
    ident = found.attrs.get("id", "")
    if not ident.isdigit():
        return False
    whole = rf"(?<![0-9]){ident}(?![0-9])"
    if re.search(whole, as_text(found.source)):
        other = before.attrs.get("id", "") if before else ""
        return other.isdigit() and other != ident
    inside = rf"=\s*(?:[^\s0-9A-Za-z]{{1,8}}\s*{ident}(?![0-9])|{ident}(?:\s*[]/]|\s+[A-Za-z_-]{{1,40}}\s*=))"
    return not re.search(inside, joined.text)


def rank(found: Extraction | None) -> tuple[bool, bool, bool]:
    """What makes one reading of a place better than another: all of it, then a tag, then an id."""
    if found is None:
        return False, False, False
    return found.complete, found.tag is not None, id_of(found.attrs.get("id")) is not None


LINE_REPAIRS = frozenset({"wraps", "quoting", "hyphens", "junk", "tags"})


def before_another(text: str, start: int) -> str:
    """The text up to where the next payload begins, which one that is cut would take for more of itself."""
    another = text.find(PHP_HEAD, start), text.find(JS_HEAD, start)
    return text[: min((at for at in another if at >= 0), default=len(text))]


def as_text(window: str | bytes) -> str:
    return window if isinstance(window, str) else window.decode("latin-1")


def plain_view(text: str | bytes, start: int, end: int) -> View:
    window = text[start:end]
    return View(window, start) if isinstance(window, str) else from_bytes(window, start)


def undo_joined(view: View) -> View:
    """Lines joined before each layer: what broke them may have come after any of them, and torn an escape of
    it."""
    return undo_all(view, unwrapped)


def is_answer(params: Params) -> bool:
    """Whether this is an answer's object: where the head of a payload is missing, one of them may stand
    first, and closes by itself."""
    return "text" in params and not POLL_KEYS & params.keys()
