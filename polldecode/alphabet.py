"""What stands in a text where a payload is: its characters, and the tokens that come between them."""

from __future__ import annotations

import re

from polldecode.grammar import INVISIBLE, MARKUP

# `/` is none of them: its six bits do not occur in percent-encoded text.
RUN = re.compile(r"[A-Za-z0-9+]++")

# What is skipped without a question, each linear: possessive or bounded. Not in here: `…` and U+FFFD (text is
# lost there), quotes and brackets (most often the payload's end).
PREFIX = r"\r?\n[ \t]*+(?:[>|#*\u2502]++[ \t]*+)+"
HYPHEN = r"[-\xad\u2010\u2011][ \t]*+\r?\n[ \t]*+"
BLANK = rf"[\s\0-\x1f\x7f-\x9f{INVISIBLE}]"
TOKEN = rf"(?:{HYPHEN}|{PREFIX}|{BLANK}|{MARKUP})"
# Atomic groups, here and elsewhere: before 3.11.5 Python's possessive repeats went wrong where what they
# repeat can match in more than one way (gh-106052). Debian 12 has 3.11.2.
TOKENS = f"(?>{TOKEN}+)"
GAP = re.compile(TOKENS)
REGION = re.compile(f"{TOKENS}?[A-Za-z0-9+]++(?>(?:{TOKENS}[A-Za-z0-9+]++)*)")
PART = re.compile(f"(?P<run>[A-Za-z0-9+]++)|{TOKENS}")  # of a region
PADDING = re.compile(f"{TOKENS}?=")

# Text is missing here: excerpts and undecodable characters.
LOSS = re.compile(r"\[?(?:\u2026|\.\.\.|\ufffd)\]?")

# What people and programs write in the place of lines that they left out, a diff between its hunks.
OMISSION = re.compile(
    r"@@ -[0-9]|- ?(?:8<|>8)|\b(?:snip(?:ped)?|omitted|truncated|elided|redacted|more lines"
    r"|lines? (?:removed|hidden|skipped|cut))\b",
    re.IGNORECASE,
)

# `{` before a quotation mark, percent-encoded (`JTdC`, or `JTdi` where the hexadecimal digits are lower
# case), with anything but letters between its characters, or a script's plus sign between two strings.
BETWEEN = r"""(?:<[^<>]{0,100}>|["'] ?\+\s{0,20}["']|[^A-Za-z0-9+<]){0,8}?"""
HEAD = re.compile(BETWEEN.join(("J", "T", "d", "[Ci]")))
# The same without the percent layer, which third-party encoders leave out: `{"`, `{ `, `{` and a line break.
PLAIN_HEAD = re.compile("e(?:y[IAJ]|w[o0k])")

# What the gaps are called among the repairs, by what is in them.
GAP_NAMES = (
    ("tags", re.compile("<")),
    ("hyphens", re.compile(r"[-\u2010\u2011]")),
    ("quoting", re.compile(r"[>|#*\u2502]")),
    ("wraps", re.compile(r"[\r\n]")),
    ("invisible", re.compile(rf"[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{INVISIBLE}]")),
    ("spaces", re.compile(r"\s")),
)


def name_of(gap: str) -> str:
    """The repair that skipping this gap is."""
    return next((name for name, pattern in GAP_NAMES if pattern.search(gap)), "junk")
