"""The inside of one shortcode → its attributes, clean or mangled.

Clean text is read as WordPress reads it (``shortcode_parse_atts`` of 6.1.1), token by token. The first
token that does not fit that grammar means damage, and the whole piece is read the other way: where
attributes begin (``name=``) is found first, and a value is what stands between two beginnings, whatever
quotes it still has taken off its ends.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from polldecode.grammar import (
    HYPHENS,
    INVISIBLE,
    LONGEST_NAME,
    MARKUP,
    NAME_CHARACTERS,
    QUOTE_ENTITIES,
    QUOTES,
    REPLACEMENT,
)
from polldecode.values import (
    BLANK,
    BLANKS,
    GLYPH_SET,
    IDENTIFIER,
    NO_INVISIBLE,
    QUOTE,
    QUOTE_CODES,
    TORN_LINE,
    ends_quoted,
    identifier,
    skip_blanks,
    split_id,
    split_value,
    trim_end,
    unquoted,
    without_layout,
)

Attributes = tuple[dict[str, str], tuple[str, ...]]

# WordPress reads NBSP and ZWSP as spaces, in values too (the first line of shortcode_parse_atts).
WORDPRESS_SPACES: Final = re.compile("[\xa0\u200b]+")
ASCII_SPACES: Final = " \t\n\r\v\f"
TWO_NUMBERS: Final = re.compile(r"[0-9]+\s+[0-9]+")
NOT_IN_IDS: Final = GLYPH_SET | {"&", "=", "<"}

# A word that WordPress would take and that shows no damage: no quote, entity, escape, tag or invisible
# character.
_ODD: Final = re.escape(QUOTES + INVISIBLE + REPLACEMENT) + r"&\\;"
_WORD: Final = rf"[^\s?<>={_ODD}][^\s{_ODD}]*+"
_NAMED: Final = rf"[\w-]{{1,{LONGEST_NAME}}}+\s*+="

# One token of shortcode_parse_atts and the space after it. Linear: anchored, its parts possessive or ended
# by their own delimiter, and the first token that fails ends the clean reading.
CLEAN_TOKEN: Final = re.compile(
    rf"""(?:
        (?P<name>[\w-]++)\s*+=(?:
            \s*+(?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' )
          | (?P<bare>{_WORD})
          | \s++(?! {_NAMED}[^=] )(?P<spaced>{_WORD})
        )
      | "(?P<double_positional>[^"]*)" | '(?P<single_positional>[^']*)'
      | (?! {_NAMED} )(?P<word>{_WORD})
    )(?:\s++|\Z)""",
    re.ASCII | re.VERBOSE,
)

# Entities with their semicolon; without it only quotes and spaces, whose numbers and names no text writes
# by chance.
ENTITY: Final = re.compile(
    r"&(?:#[0-9]{1,9};|#[xX][0-9a-fA-F]{1,8};|[A-Za-z][A-Za-z0-9]{1,31};"
    r"|#(?:0{0,6}3[49]|160|171|187|82[0-9]{2})(?![0-9])"
    r"|#[xX](?:2[27]|[aA][0bB]|[bB]{2}|20[0-9a-fA-F]{2})(?![0-9a-fA-F])"
    r"|(?:quot|laquo|raquo|nbsp)(?![A-Za-z]))"
)
QUOTE_ENTITY: Final = re.compile(QUOTE_ENTITIES)
DEEPEST_ESCAPE: Final = 5  # feeds of feeds escape what was escaped: &amp;amp;quot;

# JSON and script strings: quotes, spaces and the characters of markup. Then the backslashes that Markdown,
# JSON and PHP's addslashes put before punctuation, each run of them looked at once.
SCRIPT_ESCAPE: Final = re.compile(
    r"\\{1,8}(?:u(00[2347aAbB][0-9a-fA-F]|20[0-6][0-9a-fA-F]|30[01][0-9a-fA-F])|x([2347aAbB][0-9a-fA-F]))"
)
BACKSLASH: Final = re.compile(r"(?<!\\)\\++(?=[^\w\s]|_)")
C_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.)|\Z)", re.DOTALL)
C_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "v": "\v", "b": "\b", "f": "\f"}

# Where an attribute begins. Linear: by the look-behind a name begins only where a word does (and not inside
# a URL), it is bounded, and the blanks round its `=` belong to no other name.
_NAME: Final = re.escape(INVISIBLE + HYPHENS.replace("-", "")) + NAME_CHARACTERS
BEGINNING: Final = re.compile(
    rf"(?<![{_NAME}?&/:.\#%])[{re.escape(INVISIBLE)}]*+(?P<name>[A-Za-z_][{_NAME}]{{0,{LONGEST_NAME}}}+)"
    rf"{BLANK}*+[=\uff1d](?!=){BLANK}*+(?P<quote>{QUOTE}?)"
)
BEGINNING_OR_TAG: Final = re.compile(rf"(?<!<){MARKUP}|{BEGINNING.pattern}")  # a quoted value may be HTML
ANY_QUOTE: Final = re.compile(QUOTE)


def parse_attributes(text: str) -> Attributes:
    """Named attributes (names in lower case, the last of a name wins) and positional values of one shortcode.

    ``text`` is what stands between the tag and the closing bracket. On clean text this is
    shortcode_parse_atts, but for values with an unclosed ``<``, which WordPress empties and which are kept
    here. On damaged text quotes, entities and escapes go, and an ``id`` that cannot be known for sure is
    left out. Never raises; linear in the length of ``text``.
    """
    clean = parse_clean(text)
    return parse_mangled(text) if clean is None else clean


def parse_clean(text: str) -> Attributes | None:
    """The attributes as WordPress reads them, or None where the text is not of its grammar."""
    text = WORDPRESS_SPACES.sub(" ", text).strip(ASCII_SPACES)
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
        if name and name.lower() == "id" and not surely_clean(token, value):
            return None
        if "\\" in value:
            value = stripcslashes(value)
        if name:
            named[name.lower()] = value
        else:
            positional.append(value)
    return named, tuple(positional)


def surely_clean(token: re.Match[str], value: str) -> bool:
    """Whether an id of clean grammar is neither glyphs in straight quotes (read right or not), nor the next
    attribute with it, nor the number of an entity, nor ``= " 244 "`` of a tokenizer, nor ``2 44``."""
    if token.lastgroup in ("double", "single"):
        if TWO_NUMBERS.fullmatch(value):
            return False
        tokenized = value != value.strip() and token[0].partition("=")[0][-1:].isspace()
        misread = IDENTIFIER.fullmatch(value) and (not value.isascii() or value[:1] in "<>")
        return not tokenized and not misread and NOT_IN_IDS.isdisjoint(value)
    return value.isascii() and value.isdigit() and not (len(value) < 6 and int(value) in QUOTE_CODES)


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
    text = without_layout(without_escapes(text))
    named: dict[str, str] = {}
    positional: list[str] = []
    last_quote: int | None = None
    name, start, inner, quoted = "", 0, -1, False
    for beginning in (BEGINNING_OR_TAG if "<" in text else BEGINNING).finditer(text):
        at = beginning.start()
        if not beginning["name"]:
            continue
        if quoted and at == inner:
            continue  # the padding of a payload behind its opening quote
        apart = name == "id" and beginning["name"].lower() == "params"  # no id holds that
        if quoted and not apart and not beginning["quote"] and not ends_quoted(text, start, at):
            if last_quote is None:
                last_quote = last_start(ANY_QUOTE, text)
            if start < last_quote:
                continue  # `a=b` inside a quoted value
        add(named, positional, name, text, start, at)
        name = beginning["name"].lower()
        if not name.isascii():
            name = "".join("-" if c in HYPHENS else c for c in name.translate(NO_INVISIBLE))
        (start, inner), quoted = beginning.span("quote"), bool(beginning["quote"])
    add(named, positional, name, text, start, len(text))
    return named, tuple(positional)


def last_start(pattern: re.Pattern[str], text: str) -> int:
    last = -1
    for found in pattern.finditer(text):
        last = found.start()
    return last


def without_escapes(text: str) -> str:
    """Script escapes gone, entities undone as often as it takes until no quote is one: the quotes tell how
    deep the text was escaped."""
    if "\\" in text:
        text = SCRIPT_ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)
    for _ in range(DEEPEST_ESCAPE):
        if "&" not in text:
            break
        text = ENTITY.sub(lambda entity: unescape(entity[0]), text)
        if not QUOTE_ENTITY.search(text):
            break
    return BACKSLASH.sub("", text) if "\\" in text else text


def add(named: dict[str, str], positional: list[str], name: str, text: str, start: int, end: int) -> None:
    """File the value at ``start`` under ``name``; what else stands before ``end`` is positional."""
    start = skip_blanks(text, start, end)
    rest = region = text[start : trim_end(text, start, end)]
    if name == "id":
        value, rest = split_id(region)
        known = None if TORN_LINE.search(region) else identifier(value, rest)
        if known is not None:
            named[name] = known
    elif name:
        value, rest = split_value(region)
        named[name] = unquoted(value)
    if rest.strip(BLANKS):
        words = map(unquoted, rest.split())
        positional.extend(word for word in words if word)
