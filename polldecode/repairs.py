"""Undoing what a text was wrapped in: one small function for each container or charset.

Each takes a View and gives the view without that layer, or the same view where there is no evidence for it. A
payload is made of letters, digits, ``+`` and ``=``, which none of these layers uses to escape with, so
undoing one layer too many never harms a payload; it may only touch the text around it. They run over a window
around a find, never over a whole document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from polldecode.extraction import Repair
from polldecode.mojibake import mojibake
from polldecode.typesetting import QUOTE_WORDS, TROFF
from polldecode.views import View

# HTML and XML: named (with or without the semicolon, as browsers read them), decimal, hexadecimal. Tokenizers
# tear them apart (`&# 8221 ;`, `& quot ;`). Bounded, so that `&` repeated stays linear.
# A quote's number without its semicolon and an id behind it are one number.
ENTITY = re.compile(
    r"&(?:#82(?:1[6-9]|2[0-3]|4[23]|49|50)(?=[0-9]+(?![0-9;]))|\s{0,2}#\s?[0-9]{1,7}\s?;"
    r"|\s?(?:quot|amp|nbsp|[lr]aquo|[lr]s?aquo|[lrbs][bds]?quo|[pP]rime)\s?;|#[0-9]{1,7}(?![0-9\\\r\n])|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};?)"
)


def entities(view: View) -> View:
    """``&#8221;``, ``&quot;``, ``&amp;#8221;`` (a level at a time)."""
    return (
        view.replace("entities", ENTITY, lambda match: unescape("".join(match[0].split())))
        if "&" in view.text
        else view
    )


# JSON, JavaScript, Python and C strings, SQL dumps, Markdown: a backslash and what it stands for. RTF writes
# characters in decimal, with a question mark for readers that cannot show them, and `\par` for a line break.
BACKSLASH = re.compile(
    r"\\(?:u(?P<rtf>-?[0-9]{1,5})\?|u\{(?P<braced>[0-9a-fA-F]{1,6})\}|[ \xa0]?u(?P<four>[0-9a-fA-F]{4})"
    r"|x(?P<two>[0-9a-fA-F]{2})"
    r"|U(?P<eight>[0-9a-fA-F]{8})"
    r"|(?P<octal>0[0-7]{2}|[23][0-7]{2}(?=\\2[0-7]{2})|(?<=\\[23][0-7]{2}\\)2[0-7]{2})|\r?\n[ \t]*"
    rf"|(?=[a-z])(?P<word>{'|'.join(QUOTE_WORDS)})(?![A-Za-z])(?:\{{\}}| ?)"
    rf"|[(\[](?P<troff>{'|'.join(TROFF)})(?:(?<=\[..)\])?"
    r"|(?P<yaml>_)(?=\\x[aAbB][bB])"
    r"|(?P<break>par|line)\b ?|N\{(?P<name>[A-Z][A-Z0-9 -]{2,60})\}|(?P<one>[^\r\n]))"
)
# RTF writes bytes as `\'94`, always with two digits; behind `\u8221` in the place of the question mark. In a
# script string `\'94\'` is a number in quotes.
RTF_BYTE = re.compile(r"(?P<before>\\u-?[0-9]{1,5})?\\'(?P<byte>[0-9a-fA-F]{2})")
NO_RTF = re.compile(r"\\'(?![0-9a-fA-F]{2}|[0-9a-fA-F]?\Z)")
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "", "Z": ""}


def backslashes(view: View) -> View:
    """``\\"``, ``\\n``, ``\\u201d``, ``\\xbb``, ``\\_`` and a backslash before a line break (a level at a
    time); ``\\'94`` of RTF and ``\\og`` of LaTeX."""

    def character(match: re.Match[str]) -> str:
        if match["rtf"]:
            return chr(int(match["rtf"]) % 0x10000)
        if match["word"]:
            return QUOTE_WORDS[match["word"]]
        if match["troff"]:
            return TROFF[match["troff"]]
        if match["yaml"]:
            return "\xa0"  # in front of a guillemet, as French has it; of Markdown it would be an underscore
        if match["break"]:
            return "\n"
        if match["name"]:
            return named_character(match["name"])
        code = match["braced"] or match["four"] or match["two"] or match["eight"]
        if code or match["octal"]:
            value = int(code, 16) if code else int(match["octal"], 8)
            return chr(value) if value < 0x110000 else ""
        one = match["one"] or ""
        return CONTROLS.get(one, one)

    if "\\'" in view.text and not NO_RTF.search(view.text):
        view = view.replace("backslashes", RTF_BYTE, rtf_character)
    return view.replace("backslashes", BACKSLASH, character) if "\\" in view.text else view


def rtf_character(match: re.Match[str]) -> str:
    if match["before"]:
        return match["before"] + "?"
    return bytes.fromhex(match["byte"]).decode("cp1252", "replace")


def named_character(name: str) -> str:
    """What Python's namereplace wrote as ``\\N{RIGHT DOUBLE QUOTATION MARK}``."""
    from unicodedata import lookup

    try:
        return lookup(name)
    except KeyError:
        return ""


# A character of UTF-8 at a time: what stands beside a shortcode is no part of it, nor is the next shortcode.
UTF8_BYTES = ("[cCdD]", "[eE]", "[fF]")  # first half of the first byte, where one, two, three more follow


def characters(escape: str, between: str = "") -> str:
    """The pattern of one escaped character: ``escape`` is its sign, ``between`` may stand inside of it."""
    more = f"{between}{escape}[89abAB][0-9a-fA-F]"
    known = [f"{escape}{first}[0-9a-fA-F](?:{more}){{{n}}}" for n, first in enumerate(UTF8_BYTES, 1)]
    return "|".join([*known, f"{escape}[0-9a-fA-F]{{2}}"])


PERCENT = re.compile(f"{characters('%')}|%u(?P<code>[0-9a-fA-F]{{4}})")
# Form encoding writes every space as `+`, and a plus sign as %2B.
FORM = re.compile(r"poll\+(?:%[0-9A-F]{2})*[a-z]|\+(?:id|params)(?:%5C)?%3D", re.IGNORECASE)
FORM_SPACE = re.compile(r"\+")


def percent(view: View) -> View:
    """URLs and form data: ``%5Bexpert_review_poll%20id%3D%22``; also ``%u201D`` of JavaScript's escape()."""
    if "%" not in view.text:
        return view
    if FORM.search(view.text):
        view = view.replace("percent", FORM_SPACE, lambda _: " ")
    return view.replace(
        "percent",
        PERCENT,
        lambda match: chr(int(match["code"], 16)) if match["code"] else utf8_or_latin1(unhex(match[0])),
    )


# `=` alone is everywhere (id=244 is no escape): the text is quoted-printable where an equals sign itself is
# written =3D, or where lines of the payload end in `=`.
BROKEN_PAYLOAD = re.compile(r"[A-Za-z0-9+]{20}=[ \t]*\r?\n[ \t>]*[A-Za-z0-9+]")
SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
QUOTED = re.compile(f"{characters('=', f'(?:{SOFT_BREAK.pattern})?')}|(?:{SOFT_BREAK.pattern})+")


def quoted_printable(view: View) -> View:
    """E-mail bodies: ``=3D``, ``=E2=80=9D``, and lines that end in ``=``."""
    equals = "=3D" in view.text or "=3d" in view.text
    if not equals and not (SOFT_BREAK.search(view.text) and BROKEN_PAYLOAD.search(view.text)):
        return view
    if not equals:
        return view.replace("quoted-printable", SOFT_BREAK, lambda _: "")
    return view.replace(
        "quoted-printable", QUOTED, lambda match: utf8_or_latin1(unhex(SOFT_BREAK.sub("", match[0])))
    )


def unhex(escapes: str) -> bytes:
    return bytes.fromhex(escapes.replace("%", "").replace("=", ""))


def utf8_or_latin1(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]")


def terminal_escapes(view: View) -> View:
    """The colours of text copied off a terminal: ``ESC [31m``."""
    return view.replace("terminal", TERMINAL, lambda _: "") if "\x1b" in view.text else view


# East Asian normalisation. Only where one stands in the place of a shortcode's own signs or of an id's
# digits: in the prose of these languages they are everywhere. Letters, digits and the signs of a shortcode.
FULLWIDTH = re.compile("[\uff02\uff07\uff0d\uff10-\uff19\uff1d\uff21-\uff3b\uff3d\uff3f\uff41-\uff5a]+")
FULLWIDTH_SIGNS = re.compile("[\uff1d\uff3f]|=[^0-9A-Za-z\uff10-\uff19]{0,4}[\uff10-\uff19]")
FULLWIDTH_EVIDENCE = "\uff1d\uff3f\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"  # a quick no
FULL_WIDTH = 0xFEE0  # from an ASCII character to its full-width form


def fullwidth(view: View) -> View:
    """``［expert＿review＿poll id＝＂２４４＂``."""
    text = view.text
    if text.isascii() or not any(sign in text for sign in FULLWIDTH_EVIDENCE):
        return view
    if not FULLWIDTH_SIGNS.search(text):
        return view
    return view.replace(
        "fullwidth", FULLWIDTH, lambda match: "".join(chr(ord(c) - FULL_WIDTH) for c in match[0])
    )


# In this order: a mail's encoding is outermost, then a URL's, then a string's, then HTML's; charsets last.
LAYERS: tuple[Callable[[View], View], ...] = (
    quoted_printable,
    percent,
    terminal_escapes,
    backslashes,
    entities,
    mojibake,
    fullwidth,
)
LEVELS = 5  # three levels of entities inside JSON within JSON are the deepest that was met


def undo_all(view: View, between: Callable[[View], View] | None = None) -> View:
    """The view with every layer undone that there is evidence for, and ``between`` before each of them."""
    joined = None
    for _ in range(LEVELS):
        before = view
        for undo in LAYERS:
            if between and view is not joined:
                view = joined = between(view)
            view = undo(view)
        if view is before:
            break
    return view


def repairs_within(view: View, start: int, end: int) -> list[Repair]:
    """The repairs, outermost first, that changed something of the source between ``start`` and ``end``."""
    repairs: dict[str, Repair] = {}
    while view.parent is not None:
        old = view.parent
        for change in view.changes if view.repair else ():
            place = old.source_start(change.old_start)
            if place >= end:
                break
            if place >= start:
                before = old.text[change.old_start : change.old_end]
                repairs[view.repair] = Repair(
                    view.repair, before[:40], view.text[change.start : change.end][:40]
                )
                break
        view = old
    return list(reversed(repairs.values()))
