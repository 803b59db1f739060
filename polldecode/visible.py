"""Untrusted text made safe to look at, on a terminal or in a text for people.

A text from a crawl may hold escape sequences that retitle the window or rewrite the line above, bidi
controls that turn an answer around, line separators that forge a line of output, and floods of combining
marks. ``safe`` leaves what people read and shows the rest as escapes.
"""

from __future__ import annotations

import re
from unicodedata import category, combining

COMBINING = 6  # marks shown on one character; pointed Hebrew with cantillation has five
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
JOINERS = "\u200c\u200d"
JOINED = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})  # Arabic and Indic letters; emoji and their modifiers
VIRAMA = 9  # canonical combining class
# Unassigned, but promised to be invisible (Unicode, DerivedCoreProperties.txt), and noncharacters.
UNASSIGNED = "[\u2065\ufdd0-\ufdef\ufff0-\ufff8\ufffe\uffff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe(text: str) -> str:
    r"""``text`` as one line that can change nothing on a terminal but the cells it is printed in.

    Characters of the categories Cc, Cf, Cs, Co, Zl and Zp become escapes (``\x1b``, ``\u202e``), which also
    makes lone surrogates printable. ZWJ and ZWNJ stay where they join letters or emoji. Combining marks
    beyond six on one character become one U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        kind = category(char)
        if kind in ("Mn", "Me"):
            marks += 1
            if marks <= COMBINING:
                shown.append(char)
            elif marks == COMBINING + 1:
                shown.append("\ufffd")
        elif char in JOINERS and joins(text, position):
            shown.append(char)
        else:
            marks = 0
            shown.append(escape(char) if is_unsafe(char, kind) else char)
    return "".join(shown)


def joins(text: str, position: int) -> bool:
    """Whether the joiner at ``position`` stands between two things it joins, or behind a virama (chillu)."""
    before = text[position - 1] if position else " "
    if combining(before) == VIRAMA:
        return True
    after = text[position + 1 : position + 2] or " "
    return category(before) in JOINED and category(after) in JOINED


def is_unsafe(char: str, kind: str) -> bool:
    return kind in UNSAFE_CATEGORIES or (kind == "Cn" and re.match(UNASSIGNED, char) is not None)


def escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return SHORT_ESCAPES.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
