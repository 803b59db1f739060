"""The shortcode around a payload: looking outward from it for the brackets, the tag and the attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from polldecode.alphabet import LOSS
from polldecode.attributes import parse_attributes
from polldecode.extraction import Repair
from polldecode.grammar import INVISIBLE, MARKUP, QUOTES
from polldecode.labels import PLACEHOLDER, attributes_of
from polldecode.values import without_layout

# Between the letters of a name stands nothing, or something that does not show; between its words anything
# that an underscore becomes: escaped, spaced out by a tokenizer, eaten as Markdown emphasis.
UNSEEN = rf"(?:[{INVISIBLE}]{{1,3}}|\r?\n[ \t]{{0,8}})?"
JOINT = rf"[\s_*\"'\\{INVISIBLE}-]{{0,12}}"


def spelled(word: str) -> str:
    return UNSEEN.join(word)


TAG = re.compile(
    rf"{spelled('expert')}{JOINT}{spelled('review')}"
    rf"(?:{JOINT}(?:(?P<poll>{spelled('poll')})|(?P<faq>{spelled('faq')})"
    rf"|(?P<likes>{spelled('likes')})(?P<rate>{JOINT}{spelled('rate')})?)|(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
NOTHING = rf"[\s{INVISIBLE}]"
PARAMS = re.compile(rf"{spelled('params')}[^A-Za-z0-9]{{0,60}}\Z", re.IGNORECASE)
PARAMS_VALUE = re.compile(rf"{spelled('params')}[^A-Za-z0-9\[\]]{{0,60}}", re.IGNORECASE)
BRACKETS = {
    "[": "]",
    "{": "}",
    "(": ")",
    "<": ">",
    "\u3010": "\u3011",
    "\uff3b": "\uff3d",
    "\u27e6": "\u27e7",
    "\u300c": "\u300d",
}
# Between the bracket and the name a highlighter puts tags, a list of strings quotes; LaTeX has it in braces.
OPENING = re.compile(
    rf"(?:(?P<bracket>[{re.escape(''.join(BRACKETS))}])\}}?{NOTHING}{{0,3}}){{1,2}}"
    rf"(?:(?:{MARKUP}{NOTHING}{{0,3}}){{1,6}}|['\"],[ ]?['\"])?\Z"
)
# What a closing quote may look like: any glyph, an escaped or transliterated one, bytes of one that were
# misread.
CLOSING_QUOTE = re.compile(rf"[ \t\xa0\u202f\\]{{0,3}}(?:[{re.escape(QUOTES)}]|>>|<<|[^\x00-\x7f\s]){{1,6}}")
UNQUOTED_ID = re.compile(r"[ \t\xa0]{1,3}id=[0-9]{1,20}(?=\s)")
QUOTE_BEFORE = re.compile(r"[^\sA-Za-z0-9=]{0,6}\Z")
# What may follow a payload inside of its shortcode: the quote, blanks and tags, at most one line end with the
# number or prefix of the next line, and then a name or nothing.
LINE_END = r"\n(?:[^A-Za-z0-9<\[\]]|<[^<>]{0,100}>){0,80}(?:[0-9]{1,6}[\t:. ]\s{0,8})?"
NAMED = re.compile(
    rf"(?>(?:[^A-Za-z0-9<\[\]\n]|<[^<>]{{0,100}}>){{0,40}})(?:{LINE_END})?"
    rf"(?:[A-Za-z][\w{INVISIBLE}-]{{0,40}}{NOTHING}{{0,3}}[=\uff1d]|/?{NOTHING}*\Z)"
)
BARE_NAMED = re.compile(
    rf"(?<![A-Za-z0-9])(?:id{NOTHING}{{0,3}}=[^\[\]\n=]{{0,40}}?{NOTHING})?{NOTHING}{{0,3}}{spelled('params')}"
    rf"{NOTHING}{{0,3}}=[^A-Za-z0-9]{{0,40}}\Z",
    re.IGNORECASE,
)
# How far in front of a tag its bracket may stand, and how far where a highlighter has marked it by itself.
NEAR_BRACKET, FAR_BRACKET = 8, 200
BEFORE = 1_500  # how far in front of its payload a tag is looked for: other attributes may stand between
BEHIND = 400  # how far behind it the closing bracket


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a payload. ``tag`` is None where there is none, ``start`` and ``end`` then are the
    payload's."""

    tag: str | None
    attrs: dict[str, str]
    start: int
    end: int
    repairs: tuple[Repair, ...] = ()


def frame_of(text: str, start: int, end: int, *, floor: int = 0) -> Frame:
    """The shortcode around the payload that stands at ``text[start:end]``; nothing before ``floor`` belongs
    to it."""
    floor = max(floor, start - BEFORE)
    tags = list(TAG.finditer(text, floor, start))
    tag = tags[-1] if tags else None
    if tag is None or not belongs(text[tag.end() : start]):
        return bare_frame(text, start, end, floor)
    opening = opening_of(text, tag.start(), floor)
    bracket = opening["bracket"] if opening else None
    stop, after = closing(text, end, bracket)
    if after == stop and text[stop - 1 : stop].isdigit() and (stop == len(text) or text[stop] in "[.\u2026"):
        stop = text.rfind("=", end, stop) + 1 or stop  # cut inside of a number: half an id is none
    attrs = attributes_of(f"{text[tag.end() : start]}{PLACEHOLDER}{text[end:stop]}")
    begin = opening.start() if opening else tag.start()
    if after > stop:
        doubled = opening is not None and opening[0].count(opening["bracket"]) > 1
        after = past_closing_tag(text, after, doubled, bracket)
        if opening and "[}" in opening[0] and text.startswith("}", after):
            after += 1
    return Frame(name_of(tag), attrs, begin, after, repairs_of(text, tag, opening, start, end))


def opening_of(text: str, tag: int, floor: int) -> re.Match[str] | None:
    """The bracket in front of a tag."""
    far = FAR_BRACKET if text[tag - 1 : tag] == ">" else NEAR_BRACKET
    return OPENING.search(text, max(floor, tag - far), tag)


def repairs_of(
    text: str, tag: re.Match[str], opening: re.Match[str] | None, start: int, end: int
) -> tuple[Repair, ...]:
    """What about the shortcode itself is not as it was written: its tag, its brackets, its quotes."""
    repairs = []
    name = name_of(tag)
    if tag[0] != name:
        repairs.append(Repair("tag", tag[0], name))
    if opening is None or opening["bracket"] != "[":
        repairs.append(Repair("brackets", opening[0] if opening else "", "["))
    before, behind = QUOTE_BEFORE.search(text, max(0, start - 12), start), CLOSING_QUOTE.match(text, end)
    quote = before[0] if before else ""
    if quote not in ('"', "'"):
        repairs.append(Repair("quotes", quote, '"'))
    elif not text.startswith(quote, end):
        repairs.append(Repair("quotes", behind[0] if behind else "", quote))
    between = text[tag.end() : start]
    if without_layout(between) != between:
        repairs.append(Repair("layout", between[between.find("<") :][:40], ""))
    return tuple(repairs)


ONLY_AN_ID = re.compile(r"[^A-Za-z0-9]{0,40}id[^A-Za-z]{1,80}", re.IGNORECASE)


def belongs(between: str) -> bool:
    """Whether what stands between a tag and a payload makes them one shortcode: attributes, and no end of
    one."""
    between = without_layout(between)
    if "]" in between:
        return False
    if PARAMS.search(between) or ONLY_AN_ID.fullmatch(between):
        return True
    return len(between) < 120 and "\n\n" not in between


def bare_frame(text: str, start: int, end: int, floor: int) -> Frame:
    """A payload without a tag. An id is taken where ``id=… params=`` still stands directly in front of it."""
    attributes = BARE_NAMED.search(text, max(floor, start - 120), start)
    attrs = attributes_of(attributes[0] + PLACEHOLDER) if attributes else {}
    return Frame(None, attrs, start, end)


def closing(text: str, end: int, bracket: str | None) -> tuple[int, int]:
    """Where the attributes behind a payload stop, and where the shortcode ends (the same where no bracket
    closes it)."""
    tail = text[end : end + BEHIND]
    if following := TAG.search(tail):
        tail = tail[: following.start()]
    close = BRACKETS.get(bracket or "[", "]")
    at = min((n for n in (tail.find(close), tail.find("\uff3d")) if n >= 0), default=-1)
    inside = tail[:at] if at >= 0 else ""
    if at >= 0 and "[" not in inside and NAMED.match(inside):
        return end + at, end + at + 1
    quote = CLOSING_QUOTE.match(tail)
    if quote is None and (behind := UNQUOTED_ID.match(tail)):
        return end + behind.end(), end + behind.end()
    named = NAMED.match(tail, quote.end()) if quote else None
    if named and "=" in named[0]:  # more attributes, and the bracket is lost: they end with the line
        line = min(
            (n for n in (tail.find("\n"), tail.find("<"), tail.find("[")) if n >= 0), default=len(tail)
        )
        return end + line, end + line
    stop = end + (quote.end() if quote else 0)
    return stop, stop


def past_closing_tag(text: str, end: int, doubled: bool, bracket: str | None) -> int:
    """Past ``[/tag]`` of the enclosing form, and past the second bracket of ``[[…]]``."""
    if enclosing := ENCLOSING.match(text, end):
        end = enclosing.end()
    if doubled and text.startswith(BRACKETS.get(bracket or "[", "]"), end):
        end += 1
    return end


ENCLOSING = re.compile(
    rf"[^\[\]]{{0,500}}\[{NOTHING}{{0,3}}/{NOTHING}{{0,3}}{TAG.pattern}{NOTHING}{{0,3}}\]", re.IGNORECASE
)


def name_of(tag: re.Match[str]) -> str:
    """The tag as the plugin registers it."""
    if tag["likes"]:
        return "expert_review_likes_rate" if tag["rate"] else "expert_review_likes"
    return "expert_review_poll" if tag["poll"] else "expert_review_faq" if tag["faq"] else "expert_review"


def lone_frame(text: str, tag: re.Match[str], *, floor: int = 0) -> Frame:
    """The shortcode that begins with ``tag`` and holds no payload: as far as its bracket, or the end of what
    may be its attributes."""
    opening = opening_of(text, tag.start(), floor)
    bracket = opening["bracket"] if opening else None
    tail = text[tag.end() : tag.end() + BEFORE]
    at = tail.find(BRACKETS.get(bracket or "[", "]"))
    if at >= 0 and "[" not in tail[:at] and "\n\n" not in tail[:at]:
        inside, end = tail[:at], tag.end() + at + 1
    else:
        inside = LONE.match(tail)[0]  # type: ignore[index]
        end = tag.end() + len(inside.rstrip())
        if inside[-1:].isdigit() and (end == len(text) or LOSS.match(text, end)):
            inside = inside[: inside.rfind("=") + 1]  # cut inside of a number: half an id is none
    attrs, _ = parse_attributes(inside)
    return Frame(name_of(tag), attrs, opening.start() if opening else tag.start(), end)


# Up to where a cut shortcode goes: the end of its line, or an excerpt's mark.
LONE = re.compile(r"(?:(?!\u2026|\.\.\.|\[|<|\n)[\s\S]){0,400}")
