"""The inside of one shortcode → its attributes, clean or mangled.

Clean text is read as WordPress reads it (``shortcode_parse_atts`` of 6.1.1), token by token. The first token that does not
fit that grammar means damage, and the whole piece is read the other way: where attributes begin (``name=``) is found
first, and a value is what stands between two beginnings, whatever quotes it still has taken off its ends.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from polldecode.grammar import (
    ELLIPSES,
    HYPHENS,
    INVISIBLE,
    LONGEST_NAME,
    NAME_CHARACTERS,
    QUOTES,
    REPLACEMENT,
    SPACES,
)

Attributes = tuple[dict[str, str], tuple[str, ...]]

# WordPress reads NBSP and ZWSP as spaces, in values too (the first line of shortcode_parse_atts).
WORDPRESS_SPACES: Final = str.maketrans("\xa0\u200b", "  ")

BLANKS: Final = SPACES + INVISIBLE
BLANK_SET: Final = frozenset(BLANKS)
QUOTE_SET: Final = frozenset(QUOTES)
NO_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_BLANK: Final = f"[{re.escape(BLANKS)}]"
_SPACE: Final = f"[{re.escape(SPACES)}]"
_GLYPH: Final = f"[{re.escape(QUOTES + REPLACEMENT)}]"
_QUOTE: Final = rf"(?:{_GLYPH}|>>|<<|,,)"

# A word that WordPress would take and that shows no damage: no quote, entity, escape, tag or invisible character in it.
_ODD: Final = re.escape(QUOTES + INVISIBLE + REPLACEMENT) + r"&\\;"
_WORD: Final = rf"[^\s?<>={_ODD}][^\s{_ODD}]*+"

# One token of shortcode_parse_atts and the space after it. Linear: anchored, its parts possessive or ended by their own
# delimiter, and the first token that fails ends the clean reading.
CLEAN_TOKEN: Final = re.compile(
    rf"""(?:
        (?P<name>[\w-]++)\s*+=(?:
            \s*+(?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' )
          | (?P<bare>{_WORD})
          | \s++(?! [\w-]{{1,{LONGEST_NAME}}}+\s*+=[^=] )(?P<spaced>{_WORD})
        )
      | "(?P<double_positional>[^"]*)" | '(?P<single_positional>[^']*)' | (?! [\w-]{{1,{LONGEST_NAME}}}+\s*+= )(?P<word>{_WORD})
    )(?:\s++|\Z)""",
    re.ASCII | re.VERBOSE,
)

# Entities with their semicolon; without it only quotes and spaces, whose numbers and names no text writes by chance.
ENTITY: Final = re.compile(
    r"&(?:#[0-9]{1,9};|#[xX][0-9a-fA-F]{1,8};|[A-Za-z][A-Za-z0-9]{1,31};"
    r"|#(?:0*3[49]|160|171|187|82[0-9]{2})(?![0-9])|#[xX](?:2[27]|[aA][0bB]|[bB]{2}|20[0-9a-fA-F]{2})(?![0-9a-fA-F])"
    r"|(?:quot|laquo|raquo|nbsp)(?![A-Za-z]))"
)
DEEPEST_ESCAPE: Final = 4  # feeds of feeds escape what was escaped: &amp;amp;quot;

# Markdown and JSON put backslashes before punctuation; PHP's addslashes before quotes.
BACKSLASH: Final = re.compile(r"\\+(?=[^\w\s\\]|_)")
C_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.)|\Z)", re.DOTALL)
C_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "v": "\v", "b": "\b", "f": "\f"}

# Where an attribute begins. Linear: by the look-behind a name begins only where a word does (and not inside a URL), it
# is bounded, and the blanks round its `=` belong to no other name.
_NAME: Final = re.escape(INVISIBLE + HYPHENS.replace("-", "")) + NAME_CHARACTERS
BEGINNING: Final = re.compile(
    rf"(?<![{_NAME}?&/:.\#%])[{re.escape(INVISIBLE)}]*+(?P<name>[A-Za-z_][{_NAME}]{{0,{LONGEST_NAME}}}+)"
    rf"{_BLANK}*+[=\uff1d](?!=){_BLANK}*+(?P<quote>{_QUOTE}?)"
)
ANY_QUOTE: Final = re.compile(_QUOTE)

# wpautop and extractors leave tags between attributes (`<br />` at each line end). Bounded: a row of `<` stays linear.
EDGE_TAG: Final = re.compile(r"</?(?:br|wbr|p|span|em|strong|div|font|b|i|u)\b[^<>]{0,200}+>", re.IGNORECASE)
EDGE_TAG_LONGEST: Final = 210

# A quote as it stands at the start of a value: one glyph, or the same again (`""` in CSV, `»»` where two tools met).
OPENER: Final = re.compile(rf"(?:(?P<glyph>{_GLYPH})(?P=glyph){{0,2}}+|>>|<<|,,|>|<(?![A-Za-z/!]))")
OPENERS: Final = re.compile(rf"(?:{_QUOTE}|{_BLANK})*+")
CLOSER: Final = re.compile(rf"(?:{_QUOTE}|[<>])(?={_SPACE}|\Z)")
DOUBLE_CLOSERS: Final = (">>", "<<", "''", "``", "\u2032\u2032", ",,")
ALL_QUOTES: Final = frozenset(QUOTES + REPLACEMENT + BLANKS)

# What may stay round the digits of an id when its quotes were escaped or misread and not put right: \u201d (its
# backslash lost or not), %E2%80%9D, the letters of mojibake, which are never ASCII. What could belong to a number or
# be the rest of an entity (`#8221;`, `%44`, `-5`) is not in it: such an id is unknown.
_RESIDUE: Final = (
    r"(?:\\*u(?:20[0-9a-fA-F]{2}|00[aAbB][0bB]|002[27]|[fF]{3}[dD])|[=%](?:[eE]2[=%]80[=%][89aAbB][0-9a-fA-F])"
    r"|[=%][cC]2[=%][aAbB][0bB]|[=%]2[027]|[^0-9A-Za-z_#;&=%\\.+-])"
)
IDENTIFIER: Final = re.compile(rf"(?P<before>{_RESIDUE}*?)(?P<digits>[0-9]+)(?P<after>{_RESIDUE}*)")
BROKEN_ENTITY: Final = re.compile(
    r"&?#\s*(?P<hex>[xX]\s*)?(?P<number>(?:[0-9a-fA-F]\s*){1,8});|&?[A-Za-z]{4,7};"
)
QUOTE_CODES: Final = frozenset(map(ord, QUOTES + SPACES + REPLACEMENT))
PLAIN_WORD: Final = re.compile(r"[0-9A-Za-z_-]+")
IDEOGRAPH: Final = re.compile("[\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f]")


def parse_attributes(text: str) -> Attributes:
    """Named attributes (names in lower case, the last of a name wins) and positional values of one shortcode.

    ``text`` is what stands between the tag and the closing bracket. On clean text this is shortcode_parse_atts, but for
    values with an unclosed ``<``, which WordPress empties and which are kept here. On damaged text quotes, entities and
    escapes go, and an ``id`` that cannot be known for sure is left out. Never raises; linear in the length of ``text``.
    """
    clean = parse_clean(text)
    return parse_mangled(text) if clean is None else clean


def parse_clean(text: str) -> Attributes | None:
    """The attributes as WordPress reads them, or None where the text is not of its grammar."""
    text = text.translate(WORDPRESS_SPACES).strip(" \t\n\r\v\f")
    named: dict[str, str] = {}
    positional: list[str] = []
    position = 0
    while position < len(text):
        token = CLEAN_TOKEN.match(text, position)
        if token is None:
            return None
        position = token.end()
        value = token[token.lastgroup or 0]
        name = token["name"]
        if (
            name
            and name.lower() == "id"
            and may_be_residue(value, quoted=token.lastgroup in ("double", "single"))
        ):
            return None
        if "\\" in value:
            value = stripcslashes(value)
        if name:
            named[name.lower()] = value
        else:
            positional.append(value)
    return named, tuple(positional)


def may_be_residue(value: str, quoted: bool) -> bool:
    """Whether an id that reads clean may hold what is left of its quotes: glyphs, or the number of an entity."""
    if quoted:
        return "&" in value or not QUOTE_SET.isdisjoint(value)
    return not (value.isascii() and value.isdigit()) or (len(value) < 5 and int(value) in QUOTE_CODES)


def stripcslashes(value: str) -> str:
    """PHP's stripcslashes, which WordPress applies to every value."""

    def character(escape: re.Match[str]) -> str:
        hexadecimal, octal, other = escape.groups()
        if hexadecimal or octal:
            return chr(int(hexadecimal, 16) if hexadecimal else int(octal, 8) & 0xFF)
        return C_CONTROLS.get(other, other or "")

    return C_ESCAPE.sub(character, value)


def parse_mangled(text: str) -> Attributes:
    """The attributes of damaged text: where they begin first, then what stands between."""
    text = BACKSLASH.sub("", decode_entities(text))
    named: dict[str, str] = {}
    positional: list[str] = []
    last_quote = max((quote.start() for quote in ANY_QUOTE.finditer(text)), default=-1)
    name, start, quoted = "", 0, False
    for beginning in BEGINNING.finditer(text):
        if (
            quoted
            and not beginning["quote"]
            and start < last_quote
            and not ends_quoted(text, start, beginning.start())
        ):
            continue  # `a=b` inside a quoted value
        add(named, positional, name, text, start, beginning.start())
        name = "".join("-" if c in HYPHENS else c for c in beginning["name"] if c not in INVISIBLE).lower()
        start, quoted = beginning.start("quote"), bool(beginning["quote"])
    add(named, positional, name, text, start, len(text))
    return named, tuple(positional)


def decode_entities(text: str) -> str:
    """Entities undone as often as it takes until no quote is one: the quotes tell how deep the text was escaped."""
    for _ in range(DEEPEST_ESCAPE):
        if "&" not in text:
            break
        text = ENTITY.sub(lambda entity: unescape(entity[0]), text)
        if not any(unescape(entity[0]) in QUOTE_SET for entity in ENTITY.finditer(text)):
            break
    return text


def add(named: dict[str, str], positional: list[str], name: str, text: str, start: int, end: int) -> None:
    """File the value at ``start`` under ``name``; what else stands before ``end`` is positional."""
    start = skip_blanks(text, start, end)
    region = text[start : trim_end(text, start, end)]
    rest = region
    if name == "id":
        value, rest = split_id(region)
        known = identifier(value, rest)
        if known is not None:
            named[name] = known
    elif name:
        value, rest = split_value(region)
        named[name] = unquoted(value)
    words = map(unquoted, EDGE_TAG.sub(" ", rest).split())
    positional.extend(word for word in words if word)


def skip_blanks(text: str, start: int, end: int) -> int:
    """The first position from ``start`` where neither a blank nor a tag of a layout stands."""
    while start < end:
        if text[start] in BLANK_SET:
            start += 1
        elif text[start] == "<" and (tag := EDGE_TAG.match(text, start, end)):
            start = tag.end()
        else:
            break
    return start


def trim_end(text: str, start: int, end: int) -> int:
    """The same from the other end: the position behind the last character that is neither."""
    while start < end:
        if text[end - 1] in BLANK_SET:
            end -= 1
        elif text[end - 1] == ">":
            tag = text.rfind("<", max(start, end - EDGE_TAG_LONGEST), end)
            if tag < 0 or not EDGE_TAG.fullmatch(text, tag, end):
                break
            end = tag
        else:
            break
    return end


def ends_quoted(text: str, start: int, end: int) -> bool:
    """Whether the last thing before ``end`` is a quote, and not the one at ``start`` that opened the value."""
    end = trim_end(text, start, end)
    return end - start > 1 and (text[end - 1] in ALL_QUOTES or text[end - 2 : end] in (">>", "<<"))


def split_value(region: str) -> tuple[str, str]:
    """The value, its quotes still on, and what follows it before the next attribute."""
    if (
        ends_quoted(region, 0, len(region))
        or not region
        or (not region[0].isascii() and region[0] not in QUOTE_SET)
    ):
        return region, ""
    if OPENER.match(region):
        closers = list(CLOSER.finditer(region, 1))
        return cut(region, closers[-1].end() if closers else len(region))
    if region[0] == "?" == region[-1]:
        return region, ""
    return cut(region, len(region.split(None, 1)[0]))


def split_id(region: str) -> tuple[str, str]:
    """The same for an id, which is one word: it ends at the first closing quote, or else with its word."""
    region = BROKEN_ENTITY.sub(lambda entity: " " if is_quote(entity) else "&", region)
    opening = OPENERS.match(region)
    inner = opening.end() if opening else 0
    closer = CLOSER.search(region, inner) if inner else None
    if closer:
        return cut(region, closer.end())
    while inner < len(region) and not (region[inner].isascii() and region[inner].isalnum()):
        inner += 1
    return cut(region, inner + len(region[inner:].split(None, 1)[0]) if inner < len(region) else inner)


def cut(text: str, position: int) -> tuple[str, str]:
    return text[:position], text[position:]


def unquoted(value: str) -> str:
    """``value`` without blanks, and without the one quote at either end; what is quoted inside keeps its quotes."""
    value = value.strip(BLANKS)
    if ALL_QUOTES.issuperset(value) or value in (">>>>", ">><<", "<<>>", ">>", "<<"):
        return ""
    opener = OPENER.match(value)
    inner = value[opener.end() :] if opener else value
    length = opener.end() if opener else 1
    if inner.endswith(DOUBLE_CLOSERS):
        inner = inner[:-2]
    elif inner[-1] in QUOTE_SET or inner[-1] == REPLACEMENT:
        last = inner[-1]
        stripped = inner.rstrip(last)
        inner = stripped if len(inner) - len(stripped) <= length else inner[:-length]
    elif opener and inner[-1] in "<>" and inner.count("<") + inner.count(">") == 1:
        inner = inner[:-1]
    elif value[0] == "?" == value[-1] and not opener:
        inner = value.strip("?")
    return inner.strip(BLANKS)


def identifier(value: str, rest: str) -> str | None:
    """The id that ``value`` surely is; "" where its quotes hold nothing; None where it is not known."""
    inner = unquoted(value).translate(NO_INVISIBLE)
    if not inner:
        return "" if value else None
    found = IDENTIFIER.fullmatch(inner)
    if not found:
        return inner if PLAIN_WORD.fullmatch(inner) else None
    cut_off = any(mark in found["after"] for mark in ELLIPSES)
    split = value[-1:].isdigit() and rest.lstrip(BLANKS)[:1].isdigit()
    # A two-byte charset reads the last byte of a quote and the digit behind it as one character and writes `?`.
    swallowed = found["before"].endswith("?") and IDEOGRAPH.search(found["before"])
    return None if cut_off or split or swallowed else found["digits"]


def is_quote(entity: re.Match[str]) -> bool:
    """Whether what is left of an entity (`#8221;`, `&#82 21;`, `raquo;`) was a quote."""
    if entity["number"] is None:
        return unescape("&" + entity[0].lstrip("&")) in QUOTE_SET | BLANK_SET
    digits = "".join(entity["number"].split())
    if not entity["hex"] and not digits.isdigit():
        return False
    return int(digits, 16 if entity["hex"] else 10) in QUOTE_CODES
