"""The attributes around a payload: what stands between its shortcode's tag and bracket, damage of the kinds
that join or part names and values undone before they are read."""

from __future__ import annotations

import re

from polldecode.attributes import parse_attributes, parse_clean
from polldecode.grammar import INVISIBLE
from polldecode.values import without_layout

PLACEHOLDER = "JTdC"  # stands for the payload

# Controls do not show and belong to nothing; doubled quotes with blanks inside are one quote and a
# tokenizer's spaces.
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
SPACED = re.compile(r"""=[ \t\xa0]*(''|""|``)[ \t\xa0]+([^'"=\[\]]{0,60}?)[ \t\xa0]+\1""")
# A charset that lacks the NBSP writes a question mark for it; where quotes and blanks were dropped, one name
# stands directly behind the number of another.
LOST_SPACE = re.compile(
    rf"""\A[?\ufffd]+(?=[A-Za-z])|(?<=["'?\ufffd0-9])[?\ufffd]?(?=params\s?=)|(?<=["'])(?:[?]?(?=["']{PLACEHOLDER})|[?](?=\s))"""
)
# What a mail, a diff or grep put in front of a line that begins with a name.
LINE_PREFIX = re.compile(
    r"\n(?:[-+>|#*\u2502 \t]+|[A-Z]{1,4}>[ \t]*|(?:[^\s\"'=<\[\]:]{1,60}:)?[0-9]{1,6}[:.)|][ \t]*)"
    r"(?=(?:id|params)\s?=)"
)
# What stands between the strings of a list, the nodes of a tree in JSON, text nodes joined by a bar.
SEPARATORS = re.compile(
    r"""["']\}?,\s?(?:\{"[a-z]":"[A-Z][A-Za-z]+"\},)?(?:\{"[a-z]":"[A-Z][A-Za-z]+","[a-z]":)?["']"""
    r"|\|(?=\s*(?:id|params|=))|(?<==)\|"
)
# Attributes as pairs of JSON, YAML, PHP: all of them. In a shortcode's own syntax a title may say `id: 5`.
PAIR = re.compile(r"""["']?(?<![A-Za-z0-9_-])(?P<name>id|params)["']?\s{0,3}(?::|=>)\s{0,3}(?!//)""")
EQUALS = re.compile(rf"params[^A-Za-z0-9]{{0,8}}=(?!>)|={PLACEHOLDER}|\bid\s?=(?!>)", re.IGNORECASE)
IDS = re.compile(r"(?<![A-Za-z])id\s?=", re.IGNORECASE)
# Two strings, words or lines, which may be the halves of one.
TORN_ID = re.compile(
    rf"""[0-9](["'])\s*[+.,&\\]?\s*\1[0-9]"""
    rf"""|\bid\s*=\s*[0-9]+(?:[\s{INVISIBLE}]+|\r?\n(?:[^0-9A-Za-z\n]{{1,8}}|[^\s"'=]{{1,40}}:[0-9]{{1,6}}:))[0-9]""",
    re.IGNORECASE,
)


UNSEEN_CHARACTERS = dict.fromkeys(map(ord, INVISIBLE))
# Quotes that became their entity's number, and nothing else: where they stand in front of the payload, they
# run into the id as well.
DIGITS_BEFORE = re.compile(rf"[0-9]{PLACEHOLDER}")


def attributes_of(text: str) -> dict[str, str]:
    """The named attributes without the payload. An id that is no number is believed in straight quotes only:
    what is left of other marks may stand in it."""
    text = without_layout(text.translate(CONTROLS))
    if not EQUALS.search(text):
        text = PAIR.sub(r" \g<name>=", text)
    if parse_clean(text) is None:
        text = SEPARATORS.sub(" ", text)
    if len(IDS.findall(text)) == 1:
        text = LINE_PREFIX.sub("\n", text)
    text = LOST_SPACE.sub(" ", text)
    attrs, _ = parse_attributes(SPACED.sub(r'="\2"', text))
    # A diff's line and Markdown's emphasis have a sign in front, which overrides no name that has none.
    named = {name.lstrip("-_"): value for name, value in attrs.items()} | attrs
    named = {
        name: value
        for name, value in named.items()
        if name not in ("params", PLACEHOLDER.lower())
        and not value.startswith(PLACEHOLDER)  # the name may be torn
    }
    ident = named.get("id", "").translate(UNSEEN_CHARACTERS).strip()
    if ident.isdigit() or not ident:
        known = not DIGITS_BEFORE.search(text) and not TORN_ID.search(text)
    else:
        known = f'id="{ident}"' in text or f"id='{ident}'" in text
    if "id" in named:
        named["id"] = ident
        if not known:
            del named["id"]
    return named
