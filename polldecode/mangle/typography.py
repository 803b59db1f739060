"""The typography of a WordPress locale: its strings, and what wptexturize() replaces with them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

SPACE = "[\r\n\t \xa0]|&nbsp;"  # wp_spaces_regexp()
AFTER_SPACE = r"(?:(?<=[\r\n\t \xa0])|(?<=&nbsp;)|\A)"
AT_END = r"(?=\n?\Z)"  # what \Z and $ of PCRE mean
CLOSES = rf"(?=[.,:;!?)}}\-\]]|&gt;|{SPACE}|\n?\Z)"

OPEN_DOUBLE, OPEN_SINGLE, APOSTROPHE = "<!--oq-->", "<!--osq-->", "<!--apos-->"

# The words that texturize gives an apostrophe instead of a quote.
COCKNEY = [
    "'tain't",
    "'twere",
    "'twas",
    "'tis",
    "'twill",
    "'til",
    "'bout",
    "'nuff",
    "'round",
    "'cause",
    "'em",
]
# The Norwegian (nynorsk) translators have a space for a word, and two spaces for its replacement.
DOUBLED_SPACE = ((" ", "  "),)


@dataclass(frozen=True, slots=True)
class Strings:
    """The typographic strings of one locale, as its translators wrote them (characters or entities)."""

    open_double: str
    close_double: str
    apostrophe: str
    prime: str
    double_prime: str
    open_single: str
    close_single: str
    en_dash: str
    em_dash: str


Rule = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one locale does, compiled: literal replacements, then patterns for ', for " and for -."""

    strings: Strings
    literal: tuple[tuple[str, str], ...]
    single: tuple[Rule, ...]
    double: tuple[Rule, ...]
    dashes: tuple[Rule, ...]


@cache
def table() -> dict[str, Strings]:
    raw = json.loads(resources.files("polldecode").joinpath("data/locales.json").read_text("utf-8"))
    return {name: Strings(**strings) for name, strings in raw.items()}


def locales() -> tuple[str, ...]:
    """The locales of the table. Where a translation changed its quotes, the older one stands beside it:
    ``el@4.9`` is what sites with the Greek of WordPress 4.9 write."""
    return tuple(table())


@cache
def rules_of(locale: str) -> Rules:
    """Compile a locale's rules; a rule that would only put a straight quote for itself is left out, as in
    WordPress."""
    if locale not in table():
        raise ValueError(f"no locale {locale!r}; polldecode.mangle.locales() lists the ones there are")
    s = table()[locale]
    single: list[tuple[str, str]] = []
    if s.apostrophe != "'" or s.close_single != "'":
        single.append((rf"'([0-9]{{2}})'{CLOSES}", APOSTROPHE + r"\1" + s.close_single))
    if s.apostrophe != "'" or s.close_double != '"':
        single.append((rf"'([0-9]{{2}})\"{CLOSES}", APOSTROPHE + r"\1" + s.close_double))
    if s.apostrophe != "'":
        single.append((rf"'(?=[0-9]{{2}}(?:{AT_END}|(?![%0-9]|[.,][0-9])))", APOSTROPHE))
    if s.open_single != "'" and s.close_single != "'":
        single.append((rf"{AFTER_SPACE}'([0-9][.,0-9]*)'", OPEN_SINGLE + r"\1" + s.close_single))
    if s.open_single != "'":
        single.append((rf"(?:(?<=[(\[{{\"\-])|(?<=&lt;)|{AFTER_SPACE})'", OPEN_SINGLE))
    if s.apostrophe != "'":
        no_word = rf"{AT_END}|[.,:;!?\"'(){{}}\[\]\-]|&[lg]t;|{SPACE}"
        single.append((rf"(?<![\r\n\t \xa0])(?<!&nbsp;)'(?!{no_word})", APOSTROPHE))
    double: list[tuple[str, str]] = []
    if s.open_double != '"' and s.close_double != '"':
        double.append((rf"{AFTER_SPACE}\"([0-9][.,0-9]*)\"", OPEN_DOUBLE + r"\1" + s.close_double))
    if s.open_double != '"':
        double.append((rf"(?:(?<=[(\[{{\-])|(?<=&lt;)|{AFTER_SPACE})\"(?!{SPACE})", OPEN_DOUBLE))
    before_space = rf"(?={SPACE}|\n?\Z)"
    dashes = [
        ("---", s.em_dash),
        (rf"{AFTER_SPACE}--{before_space}", s.em_dash),
        ("(?<!xn)--", s.en_dash),
        (rf"{AFTER_SPACE}-{before_space}", s.en_dash),
    ]
    cockney = tuple((word, word.replace("'", "&#8217;")) for word in COCKNEY)
    literal = (("...", "&#8230;"), ("``", s.open_double), ("''", s.close_double), (" (tm)", " &#8482;"))
    return Rules(
        strings=s,
        literal=literal + (DOUBLED_SPACE if locale.startswith("nn") else cockney),
        single=tuple((re.compile(pattern), new) for pattern, new in single),
        double=tuple((re.compile(pattern), new) for pattern, new in double),
        dashes=tuple((re.compile(pattern), new) for pattern, new in dashes),
    )
