"""text → Extraction: everything found in a text, decoded or not.

Two literals are searched (search.py). A shortcode that stands whole takes the short road (whole.py), all else
the general way (recover.py): a window around the find, its containers undone, the payload read by what it is,
then the look outward.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, cast

from polldecode.extraction import Extraction
from polldecode.limits import DEFAULT_LIMITS, Limits
from polldecode.models import Poll
from polldecode.search import BLOCK, OVERLAP, QUOTE, may_be_headless, next_quote, next_tag

if TYPE_CHECKING:
    from polldecode.recover import Recovery
    from polldecode.whole import Whole

KINDS = ("poll",)
TOGETHER = 64  # shortcodes that are read at a time, where they follow each other
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)


def find_polls(text: str | bytes) -> list[Poll]:
    """The polls that are whole in a text, in order. What is damaged is left out; :func:`extract` reports it.

    Raises TypeError for what is neither str nor bytes."""
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text is a str or bytes, not {type(text).__name__}")
    polls: list[Poll] = []
    for found in walk(text, DEFAULT_LIMITS, "as_polls"):
        if isinstance(found, Poll):
            polls.append(found)
        elif isinstance(found, Extraction) and found.complete and found.poll is not None:
            polls.append(found.poll)
    return polls


def extract(
    text: str | bytes, *, kinds: str = "poll", limits: Limits = DEFAULT_LIMITS
) -> Iterator[Extraction]:
    """Everything found in a text, decoded or not, in order; lazily, in linear time.

    ``text`` is a str or bytes of any charset that holds ASCII (UTF-16 and UTF-32 by their byte order mark);
    offsets are in its own units. ``kinds`` is "poll". Damage is reported in the extraction and never raised.
    Raises TypeError and ValueError for arguments that are neither.
    """
    if kinds not in KINDS:
        raise ValueError(f"kinds is one of {', '.join(KINDS)}, not {kinds!r}")
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text is a str or bytes, not {type(text).__name__}")
    return cast("Iterator[Extraction]", walk(text, limits))


def finds(text: str | bytes, before: int | None = None) -> Iterator[list[Whole] | Extraction]:
    """The same as ``extract``, with the parts of shortcodes that stand whole in the place of their
    extractions (``extraction_of`` makes one of them), as many as were read together: for who reads thousands.
    Only what has evidence that ends ``before`` an index."""
    return cast("Iterator[list[Whole] | Extraction]", walk(text, DEFAULT_LIMITS, "as_parts", before))


def walk(
    text: str | bytes, limits: Limits, made: str = "as_extractions", before: int | None = None
) -> Iterator[Extraction | Poll | list[Whole]]:
    """Every find in order, of which evidence ends ``before`` an index. ``made`` names the function of
    whole.py by which shortcodes that stand whole become some."""
    if isinstance(text, bytes) and (wide := wide_charset(text)):
        yield from walk_wide(text, *wide, limits)
        return
    length, position, floor = len(text) if before is None else before, 0, 0
    recovery: Recovery | None = None
    read = build = None
    # Where several cannot be read together, the next ones are read alone, then two, then four; and each time
    # that this happens again, twice as often before more are tried.
    most, went_well, often = TOGETHER, 0, 1
    end = min(BLOCK, length)
    tag = next_tag(text, 0, end)
    if tag > 1 and may_be_headless(text) and (headless := general_way(text, limits).headless()):
        yield headless
        position = floor = headless.end
    while position < length:
        if tag < position:
            end = position + BLOCK
            if end > length:
                end = length
            tag = next_tag(text, position, end)
        quote = next_quote(text, position, tag) if tag - position >= len(QUOTE) else -1
        if quote >= 0:
            recovery = recovery or general_way(text, limits)
            found, position = recovery.at_quote(quote, floor)
        elif tag < end:
            if read is None or build is None:
                road = short_road()
                read, build = road.whole_shortcodes, getattr(road, made)
            wholes, seen = read(text, tag, length, limits, most, made == "as_parts")
            several = build(wholes, limits) if wholes else ()
            if 1 < seen > len(wholes):
                most, went_well, often = 1, 0, min(2 * often, TOGETHER)
            elif most < TOGETHER and several:
                went_well += 1
                if went_well == often:
                    most, went_well = 2 * most, 0
                    often = often if most < TOGETHER else 1
            if several:
                yield from several
                (_, floor, _), *_ = wholes[-1][0]
                position = floor
                continue
            recovery = recovery or general_way(text, limits)
            found, position = recovery.at_tag(tag, floor)
        elif end < length:
            position, tag = max(position, end - OVERLAP), -1
            continue
        else:
            break
        if found is not None:
            yield found
            floor = found.end
    if not floor and recovery is None and (charset := unmarked_charset(text)):
        yield from walk_unmarked(text, charset, limits)


@cache
def short_road() -> ModuleType:
    """whole.py, imported at the first tag: it brings msgspec, which takes 16 to 27 ms."""
    from polldecode import whole

    return whole


def general_way(text: str | bytes, limits: Limits) -> Recovery:
    """recover.py, imported at the first shortcode that does not stand whole: its patterns take 30 ms."""
    from polldecode.recover import Recovery

    return Recovery(text, limits)


BEGINNING = 4_096  # of a text, in which UTF-16 shows by a NUL: of a space, a line break, a digit, a letter
NUL_QUOTE = "J\0T\0I\0y"


def unmarked_charset(text: str | bytes) -> str | None:
    """UTF-16 without its mark, or read as an 8-bit charset: a NUL stands in every character of a payload."""
    beginning = text[:BEGINNING]
    if not (("\0" in beginning) if isinstance(beginning, str) else (b"\0" in beginning)):
        return None
    at = text.find(NUL_QUOTE) if isinstance(text, str) else text.find(NUL_QUOTE.encode())
    if at < 0:
        return None
    return "utf-16-le" if at % 2 == 0 else "utf-16-be"


def walk_unmarked(text: str | bytes, charset: str, limits: Limits) -> Iterator[Extraction]:
    """The finds of such a text, offsets in its own units: a character of a str is one byte misread."""
    try:
        raw = text if isinstance(text, bytes) else text.encode("latin-1")
    except UnicodeEncodeError:
        return
    for found in walk_wide(raw, charset, 2, limits):
        yield found.moved(found.start, found.end, text[found.start : found.end])


def wide_charset(text: bytes) -> tuple[str, int] | None:
    """The charset of UTF-16 or UTF-32 that begins with its byte order mark, and its unit in bytes."""
    return next(((name, unit) for bom, name, unit in BOMS if text.startswith(bom)), None)


def walk_wide(text: bytes, charset: str, unit: int, limits: Limits) -> Iterator[Extraction]:
    """The finds in UTF-16 or UTF-32, offsets in bytes. Every unit decodes to one that encodes to itself."""
    usable = len(text) // unit * unit
    errors = "surrogatepass" if unit == 2 else "replace"
    decoded = text[:usable].decode(charset, errors)
    done = offset = 0
    for found in extract(decoded, limits=limits):
        start = offset + len(decoded[done : found.start].encode(charset, "surrogatepass"))
        end = start + len(decoded[found.start : found.end].encode(charset, "surrogatepass"))
        done, offset = found.end, end
        yield found.moved(start, end, text[start:end])
