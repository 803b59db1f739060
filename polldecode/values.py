"""What stands behind ``name=`` in damaged text → the value: its end found, its quotes taken off, and of an
id what it surely is."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from polldecode.grammar import (
    ASCII_DOUBLES,
    ELLIPSES,
    INVISIBLE,
    LONGEST_NAME,
    MARKUP,
    NAME_CHARACTERS,
    QUOTES,
    REPLACEMENT,
    SPACES,
)

BLANKS: Final = SPACES + INVISIBLE
BLANK: Final = f"[{re.escape(BLANKS)}]"
BLANK_SET: Final = frozenset(BLANKS)
NO_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))

# A character that could not be decoded stands where a quote was, at the ends of a value.
GLYPH: Final = f"[{re.escape(QUOTES + REPLACEMENT)}]"
GLYPH_SET: Final = frozenset(QUOTES + REPLACEMENT)
NOTHING: Final = GLYPH_SET | BLANK_SET
ANGLES: Final = (">>", "<<")  # » and « in ASCII; a single one belongs to a tag
QUOTE: Final = rf"(?:{GLYPH}|>>|<<|,,)"

# The quote that opens a value: one glyph, or the same again (`""` in CSV, `»»` where two tools met), or its
# ASCII form.
OPENER: Final = re.compile(rf"(?P<glyph>{GLYPH})(?P=glyph){{0,2}}+|>>|<<|,,|>|<(?![A-Za-z/!])")
CLOSER: Final = re.compile(rf"(?:{QUOTE}|[<>])(?=[{re.escape(SPACES)}]|\Z)")
TWO_FOR_ONE: Final = (*ASCII_DOUBLES, '""', "\u2032\u2032")  # two characters that one glyph became

# Tags of the layout stand between attributes, round a value, round a name: lines, cells, runs of a word
# processor, colours of a highlighter. What a quoted value holds may be HTML, but for an id's and a payload's.
# Linear: a name begins where a word does and is bounded, and a value ends at the next quote of its kind.
LAYOUT: Final = re.compile(
    rf"""(?<![{NAME_CHARACTERS}])(?!(?:id|params)\s{{0,3}}=)[a-z_][{NAME_CHARACTERS}]{{0,{LONGEST_NAME}}}+"""
    rf"""\s{{0,3}}=\s{{0,3}}(?P<quote>{GLYPH})(?!JTdC)(?>(?:(?!(?P=quote))[^<]|{MARKUP}){{0,400}})(?P=quote)"""
    rf"""|(?<!<)(?P<tags>(?>{MARKUP})+)""",
    re.IGNORECASE,
)

# What may stay round the digits of an id whose quotes were escaped or misread and not put right: \u201d,
# its backslash lost or not; %E2%80%9D; the letters of mojibake, which are never ASCII. What could belong to
# a number, or be the rest of an entity (`8221;`, `%44`, `-5`), is not in it: such an id is not known.
_ESCAPED: Final = (
    r"\\*+u(?:20[0-9a-fA-F]{2}|00[aAbB][0bB]|002[27]|[fF]{3}[dD])"
    r"|[=%][eE]2[=%]80[=%][89aAbB][0-9a-fA-F]|[=%][cC]2[=%][aAbB][0bB]|[=%]2[027]"
)
_RESIDUE: Final = rf"(?:{_ESCAPED}|[^0-9A-Za-z_#;&=%\\.+-])"
IDENTIFIER: Final = re.compile(rf"(?P<before>{_RESIDUE}*?)(?P<digits>[0-9]+)(?P<after>{_RESIDUE}*)")
STRAIGHT_ID: Final = re.compile(r"""(["'])[0-9]+\1(?=[^0-9]*\Z)""")  # more digits: it may be a half of one
# A number that goes on in the next line, behind what a mail, a diff or grep puts in front of it.
TORN_LINE: Final = re.compile(r"[0-9]\r?\n(?:[^0-9A-Za-z\n]{1,8}|[^\s\"'=]{1,40}:[0-9]{1,6}:)[0-9]")
ID_OPENERS: Final = re.compile(rf"(?>(?:{QUOTE}|{BLANK}|{_ESCAPED})*)")
# A number with one break or blank inside, in quotes that stand directly at it: they hold nothing else. Where
# a blank stands at them too, a tokenizer or a line number may have put it there. An ordinary space is what
# stands between two numbers.
BROKEN_NUMBER: Final = re.compile(
    rf"(?P<left>{QUOTE})(?P<head>[0-9]+)[{re.escape(INVISIBLE)}]*(?:\r\n|(?![ \t]){BLANK})(?P<tail>[0-9]+)"
    rf"(?P<right>{QUOTE})"
)
PLAIN_WORD: Final = re.compile(r"[0-9A-Za-z_-]+")
IDEOGRAPH: Final = re.compile("[\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f]")

# An entity without its ampersand (sanitizers) or with a space inside (line breaks, tokenizers): `#8221;`,
# `&#82 21;`.
BROKEN_ENTITY: Final = re.compile(
    r"&?#\s*+(?P<hex>[xX]\s*+)?(?P<number>(?:[0-9a-fA-F]\s*+){1,8});|&?[A-Za-z]{4,7};"
)
QUOTE_CODES: Final = frozenset(map(ord, QUOTES + SPACES + REPLACEMENT))


def without_layout(text: str) -> str:
    """``text`` without tags of HTML or XML: a break stands for them, and none that may end a line."""
    return LAYOUT.sub(lambda match: "\v" if match["tags"] else match[0], text) if "<" in text else text


def skip_blanks(text: str, start: int, end: int) -> int:
    """The first position from ``start`` where no blank stands."""
    while start < end and text[start] in BLANK_SET:
        start += 1
    return start


def trim_end(text: str, start: int, end: int) -> int:
    """The same from the other end: the position behind the last character that is none."""
    while start < end and text[end - 1] in BLANK_SET:
        end -= 1
    return end


def ends_quoted(text: str, start: int, end: int) -> bool:
    """Whether the last thing before ``end`` is a quote, and not the one at ``start`` that opened the
    value."""
    end = trim_end(text, start, end)
    return end - start > 1 and (text[end - 1] in GLYPH_SET or text[end - 2 : end] in ANGLES)


def split_value(region: str) -> tuple[str, str]:
    """The value, its quotes still on, and what follows it before the next attribute."""
    if not region or ends_quoted(region, 0, len(region)) or region[0] == "?" == region[-1]:
        return region, ""
    if OPENER.match(region):
        closers = list(CLOSER.finditer(region, 1))
        return cut(region, closers[-1].end() if closers else len(region))
    if not region[0].isascii():
        return region, ""  # mojibake of a quote: no telling where its like closes
    return cut(region, len(region.split(None, 1)[0]))


def split_id(region: str) -> tuple[str, str]:
    """The same for an id, which is one word: it ends at the first closing quote, or else with its word."""
    if straight := STRAIGHT_ID.match(region):
        return cut(region, straight.end())
    region = BROKEN_ENTITY.sub(lambda entity: " " if was_quote(entity) else "&", region)
    opening = ID_OPENERS.match(region)
    inner = opening.end() if opening else 0
    if inner and (closer := CLOSER.search(region, inner)):
        return cut(region, closer.end())
    while inner < len(region) and not (region[inner].isascii() and region[inner].isalnum()):
        inner += 1
    word = region[inner:].split(None, 1)
    return cut(region, inner + len(word[0]) if word else inner)


def cut(text: str, position: int) -> tuple[str, str]:
    return text[:position], text[position:]


def unquoted(value: str) -> str:
    """``value`` without blanks and without the one quote at either end; what is quoted inside keeps its
    quotes."""
    value = value.strip(BLANKS)
    if NOTHING.issuperset(value) or not value.strip("<>"):
        return ""
    opener = OPENER.match(value)
    length = opener.end() if opener else 1
    inner = value[length:] if opener else value
    if not inner:
        return ""
    last = inner[-1]
    if inner.endswith(TWO_FOR_ONE):
        inner = inner[:-2]
    elif last in GLYPH_SET:
        inner = inner[: -min(length, len(inner) - len(inner.rstrip(last)))]
    elif opener and last in "<>" and inner.count("<") + inner.count(">") == 1:
        inner = inner[:-1]
    elif not opener and value[0] == "?" == last:
        inner = value.strip("?")  # a charset that lacks the quotes
    return inner.strip(BLANKS)


def identifier(value: str, rest: str) -> str | None:
    """The id that ``value`` surely is; "" where its quotes hold nothing; None where it is not known."""
    if broken := BROKEN_NUMBER.fullmatch(value):
        return broken["head"] + broken["tail"]
    inner = unquoted(value).translate(NO_INVISIBLE)
    if not inner:
        return "" if value else None
    found = IDENTIFIER.fullmatch(inner)
    if not found:
        return inner if PLAIN_WORD.fullmatch(inner) else None
    cut_off = any(mark in found["after"] for mark in ELLIPSES)
    torn = value[-1:].isdigit() and rest.lstrip(BLANKS)[:1].isdigit()
    # A two-byte charset reads the last byte of a quote and the digit behind it as one character, and writes
    # `?`.
    swallowed = found["before"].endswith("?") and IDEOGRAPH.search(found["before"])
    return None if cut_off or torn or swallowed else found["digits"]


def was_quote(entity: re.Match[str]) -> bool:
    """Whether what is left of an entity was a quote or a space."""
    if entity["number"] is None:
        return unescape("&" + entity[0].lstrip("&")) in NOTHING
    digits = "".join(entity["number"].split())
    if entity["hex"]:
        return int(digits, 16) in QUOTE_CODES
    return digits.isdigit() and int(digits) in QUOTE_CODES
