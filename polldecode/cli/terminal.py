"""What stands between a document and the screen: untrusted text made safe, and the two streams written to.

A text from a crawl may hold escape sequences that retitle the window or rewrite the line above, bidi
controls that turn an answer around, line separators that forge a line of output, and floods of combining
marks. ``safe`` leaves what people read and shows the rest as escapes. Rich's markup is not dealt with here:
texts go into ``rich.text.Text``, never into a string that Rich would parse.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any
from unicodedata import category, combining

if TYPE_CHECKING:
    from rich.console import Console

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


def json_line(value: Any) -> str:
    """``value`` as one line of JSON, as safe to print as ``safe`` makes a text, with nothing lost: what would
    change the display is written as JSON's own escapes, and so is all else where stdout is not Unicode."""
    import json

    text = json.dumps(value, ensure_ascii=not is_unicode(), separators=(",", ":"))
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return "".join([json_escape(char) if is_unsafe(char, category(char)) else char for char in text])


def json_escape(char: str) -> str:
    import json

    return "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]


def is_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")


def prepare_streams() -> None:
    """Let no charset of the surroundings end a command: what cannot be encoded is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def out(line: str = "") -> None:
    """One line of results, whole whatever the width. The caller has made it safe."""
    sys.stdout.write(line + "\n")


def complain(message: str) -> None:
    """One line for people, on stderr."""
    sys.stdout.flush()
    sys.stderr.write(f"polldecode: {safe(message)}\n")


def is_screen() -> bool:
    """Whether results go to a person's terminal. Through a pipe they are plain."""
    return sys.stdout.isatty()


def screen() -> Console:
    """Rich's console on stdout, as the environment asks for (NO_COLOR, TERM, COLUMNS)."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)
