"""What holds of shortcodes in any text: on clean text WordPress's own patterns agree, damage to quotes
changes nothing, bytes and text agree, and time is linear."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html.entities import codepoint2name

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polldecode import decode_payload
from polldecode.attributes import parse_attributes
from polldecode.grammar import INVISIBLE, QUOTES, SPACES, TAGS
from polldecode.mangle import locales, texturize
from polldecode.models import Poll
from polldecode.shortcodes import Shortcode, format_shortcode, iter_shortcodes
from polldecode.strategies import polls

# ---------------------------------------------------------------------------------------------------------
# WordPress 6.1.1: get_shortcode_regex, get_shortcode_atts_regex and shortcode_parse_atts, pattern by pattern.
ATTS = re.compile(
    r"""([\w-]+)\s*=\s*"([^"]*)"(?:\s|$)|([\w-]+)\s*=\s*'([^']*)'(?:\s|$)|([\w-]+)\s*=\s*([^\s'"]+)(?:\s|$)"""
    r"""|"([^"]*)"(?:\s|$)|'([^']*)'(?:\s|$)|(\S+)(?:\s|$)""",
    re.ASCII,
)


def wordpress_atts(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    named: dict[str, str] = {}
    positional: list[str] = []
    for match in ATTS.finditer(re.sub("[\xa0\u200b]+", " ", text)):
        double, dq, single, sq, bare, bq, *rest = match.groups()
        name = double or single or bare
        if name:
            named[name.lower()] = next(v for v in (dq, sq, bq) if v is not None)
        else:
            positional.append(next(v for v in rest if v is not None))
    return named, tuple(positional)


def wordpress(text: str) -> list[tuple[object, ...]]:
    tags = "|".join(TAGS)
    pattern = re.compile(
        rf"\[(\[?)({tags})(?![\w-])([^\]/]*(?:/(?!\])[^\]/]*)*?)"
        rf"(?:(/)\]|\](?:([^\[]*+(?>(?:\[(?!/\2\])[^\[]*+)*))\[/\2\])?)(\]?)",
        re.ASCII,
    )
    return [
        (m[2], *wordpress_atts(m[3]), m[5] or "", m[4] == "/", m[1] == "[" and m[6] == "]")
        for m in pattern.finditer(text)
    ]


def ours(text: str) -> list[tuple[object, ...]]:
    return [
        (s.tag, s.attrs, s.positional, s.content or "", s.self_closing, s.escaped)
        for s in iter_shortcodes(text, tags=TAGS)
    ]


NAMES = st.from_regex(r"[A-Za-z_][\w-]{0,8}", fullmatch=True, alphabet=st.characters(max_codepoint=127))
NAMES = NAMES.filter(lambda name: name.lower() != "id")
BARE = st.text("abcXYZ0189_./:-", min_size=1, max_size=8)
ANYTHING_BUT = "abc 012.,:!?=&;#%éà\xa0\u200d“”»″\n\t"
# A blank line ends a tag whose bracket is missing: `"…\n\n…" word` is one value to WordPress alone.
NO_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")
DOUBLE = st.text(ANYTHING_BUT + "'", max_size=12).map(lambda value: f'"{NO_BLANK_LINE.sub("", value)}"')
SINGLE = st.text(ANYTHING_BUT + '"', max_size=12).map(lambda value: f"'{NO_BLANK_LINE.sub('', value)}'")
IDS = st.sampled_from(["id='244'", 'ID="244"', "id=1234567", 'id=""', 'id=" 7 "'])
NOT_A_SLASH = BARE.filter(lambda value: value != "/")  # `a=/]` closes itself
ATTRIBUTES = st.one_of(
    st.builds("{}{}{}".format, NAMES, st.sampled_from(["=", " = ", "= ", " ="]), DOUBLE | SINGLE),
    st.builds("{}={}".format, NAMES, NOT_A_SLASH),
    DOUBLE,
    SINGLE,
    BARE,
    IDS,
)
GAPS = st.sampled_from([" ", "  ", "\n", "\r\n\t", "\t", " \xa0 ", " \u200b"])
INSIDES = st.lists(st.builds("{}{}".format, GAPS, ATTRIBUTES), max_size=5).map("".join)
PROSE = st.text("ab c.\n\n/é”»&", max_size=10)
OPENINGS = st.builds(
    "[{}{}{}]".format, st.sampled_from(TAGS), INSIDES, st.sampled_from(["", " ", " /", "\n"])
)
CLEAN = st.recursive(
    st.lists(PROSE | OPENINGS | OPENINGS.map("[{}]".format), max_size=4).map("".join),
    lambda inner: st.builds(
        "[{0}{1}]{2}[/{0}]{3}".format, st.sampled_from(TAGS), INSIDES, inner, st.sampled_from(["", "]", " "])
    ),
    max_leaves=4,
)


@given(CLEAN)
def test_clean_text_is_read_as_the_patterns_of_wordpress_read_it(text: str) -> None:
    assert ours(text) == wordpress(text)


@given(INSIDES)
def test_clean_attributes_are_those_of_shortcode_parse_atts(inside: str) -> None:
    assert parse_attributes(inside) == wordpress_atts(inside)


# ---------------------------------------------------------------------------------------------------------
# Damage to quotes.
WORDS = st.text("abcdefgh0123456789", min_size=1, max_size=6)
VALUES = st.lists(WORDS, max_size=3).map(" ".join)
NAMED = st.dictionaries(
    st.sampled_from(["class", "data-x", "params", "title", "post_id"]), VALUES, min_size=1
)
IDENTIFIERS = st.integers(0, 10**9).map(str)
LOCALES = st.sampled_from(locales())


def single_spaced(attributes: dict[str, str]) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in attributes.items()}


@given(NAMED, IDENTIFIERS, LOCALES, st.booleans(), st.booleans(), st.sampled_from("\"'"))
def test_no_locale_changes_the_attributes(
    named: dict[str, str], identifier: str, locale: str, html: bool, spaced: bool, quote: str
) -> None:
    assume(quote == '"' or all(named.values()))  # to WordPress two single quotes are one double quote
    equals = " = " if spaced else "="
    attributes = {"id": identifier, **named}
    inside = "".join(f" {name}{equals}{quote}{value}{quote}" for name, value in attributes.items())
    text = texturize(f"[expert_review_poll{inside}]", locale, html=html)
    (found,) = iter_shortcodes(text, tags=TAGS)
    assert single_spaced(found.attrs) == attributes  # nn_NO doubles every space, in values too


def as_entity(glyph: str, form: int) -> str:
    names = [
        f"&#{ord(glyph)};",
        f"&#x{ord(glyph):x};",
        f"&{codepoint2name.get(ord(glyph), f'#{ord(glyph)}')};",
    ]
    return (glyph, *names, names[0].replace("&", "&amp;"))[form]


GLYPHS = st.builds(as_entity, st.sampled_from(QUOTES), st.integers(0, 4)) | st.sampled_from(
    [">>", "<<", "''", "``", "\u2032\u2032", '""', '\\"', "\ufffd", "\\u201d", "\\x22"]
)
PADDING = st.sampled_from(["", "", " ", "\xa0", "\u202f", "\u200b", "\u3000"])


@given(st.data(), IDENTIFIERS, VALUES.filter(bool))
def test_any_quote_glyph_may_stand_at_either_end(data: st.DataObject, identifier: str, value: str) -> None:
    ends = [data.draw(GLYPHS) for _ in range(4)]
    pads = [data.draw(PADDING) for _ in range(4)]
    inside = (
        f" id={pads[0]}{ends[0]}{identifier}{pads[1]}{ends[1]}"
        f" title={pads[2]}{ends[2]}{value}{pads[3]}{ends[3]}"
    )
    named, positional = parse_attributes(inside)
    # Where both quotes are straight, this is clean text, whose values keep their spaces as in WordPress.
    assert {name: each.strip(SPACES) for name, each in named.items()} == {"id": identifier, "title": value}
    assert positional == ()


QUOTE_RESIDUES = (
    *("&#8221;", "#8221;", "8221;", "&#82 21;", "&amp;#8221;", "&# 8221 ;", "&rdquo;", "rdquo;"),
    *(
        "\\u201d",
        "u201d",
        "\\x22",
        "%E2%80%9D",
        "â€",
        "â\x80\x9d",
        "вЂќ",
        "ΓÇ¥",
        "?",
        "???",
        "\ufffd",
        ",",
        "&",
        "…",
    ),
)
NOISE = st.lists(st.sampled_from((*QUOTE_RESIDUES, *QUOTES, *SPACES, *INVISIBLE)), max_size=3).map("".join)


@given(IDENTIFIERS, NOISE, NOISE)
def test_an_id_is_right_or_absent_whatever_is_left_of_its_quotes(
    identifier: str, before: str, after: str
) -> None:
    inside = f" id={before}{identifier}{after} params=X"
    assert parse_attributes(inside)[0].get("id") in (None, identifier)


# ---------------------------------------------------------------------------------------------------------
# Any text.
PIECES = st.sampled_from(
    [
        *("[", "]", "[[", "]]", "&#91;", "&#93;", "\uff3b", "\uff3d", "\\[", "\\]", "/", "\\", "[/", " /]"),
        *(
            "expert_review_poll",
            "EXPERT_REVIEW",
            "expert\\_review\\_poll",
            "expert_\xadreview_faq",
            "é",
            "<b>",
        ),
        *(" ", "\n", "\n\n", "\t", "\xa0", "\u200b", "</p>", "<br />", "<wbr>", "&nbsp;"),
        *("id=", " id = ", 'id="244"', "id=»244″", " params=", "x"),
        *("7", "=", "==", "&quot;", "&#8221;", "&"),
        *QUOTES[:12],
        *("…", "\ufffd", "?", ">>", ",,", ",", "<<", "''", "\x00", "\ud800"),
    ]
)
NASTY = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=30)


@given(NASTY)
def test_spans_stand_in_order_and_begin_with_a_bracket(text: str) -> None:
    end = 0
    for found in iter_shortcodes(text, tags=TAGS):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start :].startswith(("[", "&", "\uff3b"))
        assert found.tag in TAGS
        end = found.end


@given(st.binary(max_size=60) | NASTY.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_raise(raw: bytes) -> None:
    for found in iter_shortcodes(raw, tags=TAGS):
        assert raw[found.start : found.start + 1] in (b"[", b"&", b"\xef")


@given(NASTY)
def test_no_text_makes_attributes_raise(text: str) -> None:
    named, positional = parse_attributes(text)
    assert all(name == name.lower() for name in named)
    assert all(isinstance(value, str) for value in (*named.values(), *positional))


@given(NASTY.filter(lambda text: ("\ud800" not in text and text.isprintable()) or text.isascii()))
def test_bytes_and_text_agree(text: str) -> None:
    def in_bytes(found: Shortcode) -> Shortcode:
        start, end = (len(text[:place].encode()) for place in (found.start, found.end))
        return Shortcode(
            found.tag,
            found.attrs,
            found.positional,
            found.content,
            found.self_closing,
            found.escaped,
            start,
            end,
        )

    expected = [in_bytes(found) for found in iter_shortcodes(text, tags=TAGS)]
    assert list(iter_shortcodes(text.encode(), tags=TAGS)) == expected


@given(polls(), st.sampled_from(["php", "js"]), st.text("ab \n.é", max_size=20))
def test_a_poll_written_is_the_shortcode_read(poll: Poll, dialect: str, around: str) -> None:
    (found,) = iter_shortcodes(around + format_shortcode(poll, dialect=dialect) + around, tags=TAGS)
    assert found.attrs.get("id") == (None if poll.id is None else str(poll.id))
    assert decode_payload(found.attrs["params"]) == poll.to_params(dialect=dialect)
    assert (found.start, found.positional, found.content) == (len(around), (), None)


# ---------------------------------------------------------------------------------------------------------
# Time.
TAG = "[expert_review_poll "
ADVERSARIES = [
    *(
        "[",
        "[[",
        "]",
        "&#91;",
        "&",
        "\\",
        '"',
        "“",
        "=",
        " ",
        "\n",
        "\u200b",
        "<",
        "<br />",
        "a",
        "a-",
        "?",
        "\ufffd",
    ),
    *(
        TAG,
        TAG + "[expert_review_poll]",
        "[expert_review_poll]",
        "[/expert_review_poll]",
        "[e\u200b",
        "&#91;" + TAG[1:],
    ),
    *(
        TAG + 'id="',
        TAG + "id='",
        TAG + "id=“",
        TAG + 'id="1"',
        TAG + 'a="x] b="y',
        TAG + 'a=1 b="\n',
        TAG + "a=1</p>",
    ),
    *(
        f'{TAG}a="{TAG}" x b="{TAG}" x ',
        TAG + "id=&#8221;",
        "[ expert_review_poll ",
        TAG + "\n",
        TAG + 'a="1" b=“',
    ),
    *(
        'a="',
        'a=" ',
        "a=“ ",
        "a=»x ",
        " a=b",
        " id=“1",
        'id="1"<br>',
        "x =",
        "x= y= ",
        "= ",
        '=""',
        '=\\"',
        "a = ",
    ),
    *(
        "&#8221;",
        "&amp;",
        "&amp;quot;",
        "&quot;",
        "&#",
        "&#82 44;",
        "#1 ",
        "\\u0022",
        "u201d",
        "%E2%80%9D",
        "244 ",
    ),
]


def seconds(function: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.parametrize("unit", ADVERSARIES, ids=repr)
@pytest.mark.parametrize("head", ["", TAG, TAG + 'id="'], ids=repr)
def test_time_is_linear(head: str, unit: str) -> None:
    def cost(size: int) -> float:
        text = head + unit * (size // len(unit))
        raw = text.encode()
        return seconds(
            lambda: (
                list(iter_shortcodes(text, tags=TAGS)),
                list(iter_shortcodes(raw, tags=TAGS)),
                parse_attributes(text),
            )
        )

    assert cost(80_000) <= 4 * cost(20_000) * 1.6 + 0.05
