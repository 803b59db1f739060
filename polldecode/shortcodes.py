"""text → Shortcode (tag, attributes, span) and back: the grammar by itself, for any tag.

Clean text is read as ``get_shortcode_regex`` of WordPress 6.1.1 reads it. Where WordPress would see no
shortcode, or lose a value, the tolerant reading is taken: brackets as entities, escaped tags, ``]`` inside
a quoted value or missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, Final

from polldecode.attributes import parse_attributes
from polldecode.encoders import encode_payload
from polldecode.grammar import (
    CLOSING_BRACKET_ENTITIES,
    CLOSING_BRACKETS,
    HYPHENS,
    INLINE_TAG,
    INVISIBLE,
    INVISIBLE_MARKUP,
    LONGEST_NAME,
    OPENING_BRACKET_ENTITIES,
    OPENING_BRACKETS,
    POLL_TAG,
    QUOTE_ENTITIES,
    QUOTES,
    REPLACEMENT,
    SPACES,
)
from polldecode.models import Dialect, Poll


@dataclass(frozen=True, slots=True)
class Shortcode:
    """One shortcode of a text.

    ``tag`` and the names in ``attrs`` are in lower case. ``content`` is what stands between ``[tag]`` and
    ``[/tag]``, None where the shortcode encloses nothing. ``escaped`` is the form ``[[tag]]``, which
    WordPress prints instead of running it; its span takes in the outer brackets. ``start`` and ``end``
    count in the units of the text given: characters of a str, bytes of bytes; ``start`` is at the bracket.
    """

    tag: str
    attrs: dict[str, str]
    positional: tuple[str, ...]
    content: str | None
    self_closing: bool
    escaped: bool
    start: int
    end: int


def iter_shortcodes(text: str | bytes, *, tags: Collection[str]) -> Iterator[Shortcode]:
    """The shortcodes of these tags in ``text``, in order, one after the other; shortcodes inside of an
    enclosing one are its content, as in WordPress.

    Bytes are searched as they are; names and values in them are read as UTF-8, other bytes replaced. A
    missing ``]`` ends the shortcode behind its last attribute, at the latest before the next ``[``, a blank
    line, a paragraph's end or the end of the text; without any attribute it is no shortcode. Never raises
    for what a text holds; linear in its length.
    """
    grammar = grammar_of(frozenset(tags), isinstance(text, bytes), has_other_brackets(text))
    if isinstance(text, str):
        return scan(text, grammar, str)
    return scan(text, grammar, lambda piece: piece.decode("utf-8", "replace"))


def has_other_brackets(text: str | bytes) -> bool:
    """Whether brackets stand there as entities or fullwidth. A pattern of ``[`` alone skips to it ten times
    as fast as one that looks for all of them."""
    if isinstance(text, str):
        return any(glyph in text for glyph in OTHER_BRACKETS) or bool(BRACKET_ENTITY.search(text))
    return any(glyph.encode() in text for glyph in OTHER_BRACKETS) or bool(BRACKET_ENTITY_BYTES.search(text))


def format_shortcode(poll: Poll, *, dialect: Dialect = "php") -> str:
    """``[expert_review_poll id="244" params="…"]`` as the plugin writes it, without ``id`` where the poll
    has none.

    Raises EncodeError for what the encoder of ``dialect`` cannot write.
    """
    payload = encode_payload(poll.to_params(dialect=dialect), dialect=dialect)
    identifier = "" if poll.id is None else f' id="{poll.id}"'
    return f'[{POLL_TAG}{identifier} params="{payload}"]'


@dataclass(frozen=True, slots=True)
class Grammar:
    """The patterns for a set of tags, over text or over bytes."""

    opening: re.Pattern[Any]
    closing: dict[str, re.Pattern[Any]]
    stop: re.Pattern[Any]
    named: re.Pattern[Any]
    goes_on: re.Pattern[Any]
    closing_bracket: re.Pattern[Any]


def scan(text: Any, grammar: Grammar, read: Callable[[Any], str]) -> Iterator[Shortcode]:
    closings: dict[str, tuple[int, int]] = {}
    position = 0
    while opening := grammar.opening.search(text, position):
        position = inside = opening.end()
        tag = plain_tag(read(opening["tag"]))
        if tag not in grammar.closing or (opening["gap"] and not grammar.named.match(text, position)):
            continue
        stop, position = end_of_tag(text, position, grammar)
        if stop is None:
            attributes, end = attributes_in_a_row(text, inside, position, read)
            if attributes:
                yield Shortcode(
                    tag, *parse_attributes(attributes), None, False, False, inner_start(opening), end
                )
            continue
        attributes = read(text[inside : stop.start()]).removesuffix("\\")
        content, self_closing = None, attributes.endswith("/")
        if not self_closing:
            closing = closings.get(tag)
            if closing is None or -1 < closing[0] < position:
                closing = closings[tag] = next_closing(text, position, grammar.closing[tag])
            if closing[0] >= 0:
                content, position = read(text[position : closing[0]]), closing[1]
        start, end = inner_start(opening), position
        escaped = bool(opening["second"]) and grammar.closing_bracket.match(text, position)
        if escaped:
            start, end = opening.start(), escaped.end()
        position = end
        attrs, positional = parse_attributes(attributes.removesuffix("/"))
        yield Shortcode(tag, attrs, positional, content, self_closing, bool(escaped), start, end)


def inner_start(opening: re.Match[Any]) -> int:
    """The bracket next to the tag: of `[[tag]` the first one is text."""
    return opening.start("second") if opening["second"] else opening.start()


def plain_tag(tag: str) -> str:
    """The tag as it was registered, of one with escapes and invisible characters inside."""
    if not tag.isascii() or "&" in tag or "\\" in tag or "<" in tag:
        tag = unescape(re.sub(r"<[^>]*>|\\", "", tag))
        tag = "".join("-" if c in HYPHENS else c for c in tag if c not in INVISIBLE)
    return tag.lower()


def end_of_tag(text: Any, position: int, grammar: Grammar) -> tuple[re.Match[Any] | None, int]:
    """The bracket that closes the opening tag, and the position behind it; None and where the tag has to
    end where the bracket is missing. Linear over a whole text: each call begins where the one before ended,
    and the search for the other end of a quote ends at the next quote of its kind.
    """
    while stop := grammar.stop.search(text, position):
        if stop["close"]:
            return stop, stop.end()
        if stop["open"]:
            return None, stop.start()
        position = stop.end()
        if stop["quote"]:
            other = text.find(stop["quote"], position)
            if other >= 0 and grammar.goes_on.match(text, other + 1):
                position = other + 1
        elif not grammar.goes_on.match(text, position):
            return None, stop.start()
    return None, len(text)


def attributes_in_a_row(text: Any, start: int, stop: int, read: Callable[[Any], str]) -> tuple[str, int]:
    """The attributes of a tag without its bracket, and where they end: what stands behind the last one is
    prose."""
    piece = text[start:stop]
    inside = piece if isinstance(piece, str) else piece.decode("utf-8", "surrogateescape")
    end = 0
    while attribute := ATTRIBUTE.match(inside, end):
        cut_off = attribute["torn"] and stop == len(text) and attribute.end() == len(inside)
        if cut_off and attribute["name"].lower() == "id":
            break  # what is left of an id is another id
        end = attribute.end()
    length = end if isinstance(piece, str) else len(inside[:end].encode("utf-8", "surrogateescape"))
    return read(piece[:length]), start + length


def next_closing(text: Any, position: int, closing: re.Pattern[Any]) -> tuple[int, int]:
    """The span of the next ``[/tag]``, (-1, -1) where none follows."""
    found = closing.search(text, position)
    if found is None:
        return -1, -1
    start, end = found.span()
    # Markdown's `\[/tag\]`: its first backslash is no content.
    if found[0][-2:-1] in ESCAPE and start > position and text[start - 1 : start] in ESCAPE:
        start -= 1
    return start, end


ESCAPE: Final = ("\\", b"\\")
_QUOTE: Final = rf"(?:\\*(?:[{re.escape(QUOTES + REPLACEMENT)}]|>>|<<|{QUOTE_ENTITIES}))"
_INNER: Final = rf"[^{re.escape(QUOTES + REPLACEMENT)}&<]|&(?!{QUOTE_ENTITIES[1:]})"
_BLANK: Final = rf"(?:[{re.escape(SPACES + INVISIBLE)}]|&nbsp;|&\#160;|<br ?/?>)"
_NAME: Final = rf"[A-Za-z_](?:[A-Za-z0-9_-]|\\[_-]|[{re.escape(INVISIBLE)}]){{0,{LONGEST_NAME}}}"

# An attribute of a tag that nothing closes. Linear: each part possessive, and what ends at a quote was
# begun by one, so that the next search begins where this one ended.
ATTRIBUTE: Final = re.compile(
    rf"(?>{_BLANK}*)(?P<name>{_NAME})(?>{_BLANK}*)=(?>{_BLANK}*)(?:"
    rf"(?:\"[^\"]*+\"|'[^']*+'|(?>{_QUOTE}+)(?>(?:{_INNER})*)(?>{_QUOTE}+))"
    rf"(?=[\s<{re.escape(INVISIBLE)}]|\\?\Z)"
    rf"|(?P<torn>{_QUOTE}[^\s<]++)"
    rf"|[^\s<{re.escape(QUOTES)}][^\s<]*+)"
)


OTHER_BRACKETS: Final = (OPENING_BRACKETS + CLOSING_BRACKETS).translate({ord("["): None, ord("]"): None})
BRACKET_ENTITY: Final = re.compile(f"&(?:{OPENING_BRACKET_ENTITIES}|{CLOSING_BRACKET_ENTITIES});")
BRACKET_ENTITY_BYTES: Final = re.compile(BRACKET_ENTITY.pattern.encode())


@lru_cache(maxsize=64)
def grammar_of(tags: frozenset[str], binary: bool, other_brackets: bool) -> Grammar:
    """The patterns for these tags. Over bytes a character beyond ASCII is the sequence of its UTF-8.

    Linear, all of them: gaps and blanks are possessive runs between things that are not in them, names are
    bounded, and a bracket begins each search for a tag.
    """

    def one_of(characters: str) -> str:
        if not binary or characters.isascii():
            return f"[{re.escape(characters)}]"
        return f"(?:{'|'.join(re.escape(c.encode().decode('latin-1')) for c in characters)})"

    def compiled(pattern: str) -> re.Pattern[Any]:
        flags = re.IGNORECASE | re.ASCII
        return re.compile(pattern.encode("latin-1"), flags) if binary else re.compile(pattern, flags)

    opening, closing = r"\[", r"\]"
    if other_brackets:
        opening = rf"(?:{one_of(OPENING_BRACKETS)}|&(?:{OPENING_BRACKET_ENTITIES});)"
        closing = rf"(?:{one_of(CLOSING_BRACKETS)}|&(?:{CLOSING_BRACKET_ENTITIES});)"
    gap = rf"(?>(?:{one_of(INVISIBLE)}|{INVISIBLE_MARKUP})*)"
    blank = rf"(?:\s|{one_of(SPACES)})"
    hyphen = rf"\\*+(?:{one_of(HYPHENS)}|&\#0?45;)"
    special = {"_": r"\\*+(?:_|&\#0?95;|&lowbar;)", "-": hyphen}

    def tolerant(tag: str) -> str:
        return gap.join(special.get(c) or one_of(c) for c in tag)

    alternatives = "|".join(map(tolerant, sorted(tags, key=lambda tag: (-len(tag), tag))))
    name = rf"[\w-]{{1,{LONGEST_NAME}}}+(?>{blank}*)="
    ends = rf"(?>{blank}*)[/\\]{{0,3}}{closing}"
    return Grammar(
        opening=compiled(
            rf"{opening}(?>(?P<second>\\?{opening})?)(?P<gap>(?>{blank}{{0,8}}))(?>(?:{INLINE_TAG}){{0,3}}){gap}"
            rf"(?P<tag>{alternatives or '(?!)'})(?![\w-])(?:(?={gap}{name})|(?!{gap}\\*+[\w-]))"
        ),
        closing={tag.lower(): compiled(rf"{opening}/{gap}{tolerant(tag)}{gap}\\?{closing}") for tag in tags},
        stop=compiled(
            rf"(?P<close>{closing})|(?P<open>{opening})|=(?>{blank}*)(?P<quote>[\"'])"
            rf"|\n[ \t\r]*+\n|</(?:p|div|li|td|h[1-6]|blockquote)>"
        ),
        named=compiled(rf"(?>{blank}+){name}"),
        goes_on=compiled(rf"{ends}|(?>{blank}*){name}"),
        closing_bracket=compiled(rf"\\?{closing}"),
    )
