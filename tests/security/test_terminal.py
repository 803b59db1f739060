"""Nothing from a document changes the display."""

from __future__ import annotations

import io
import json
import re
import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.cli.terminal import COMBINING, UNSAFE_CATEGORIES, json_line, safe

EVERY_UNSAFE = [chr(c) for c in range(sys.maxunicode + 1) if category(chr(c)) in UNSAFE_CATEGORIES]
JOINERS = "\u200c\u200d"
unsafe_texts = st.text(
    st.one_of(
        st.characters(categories=sorted(UNSAFE_CATEGORIES)),
        st.characters(categories=["Mn", "Me", "Mc", "So", "Lo", "Ll"]),
        st.sampled_from("\x1b[\x9b]07;\u200c\u200d\ufe0f\u0301\u094d"),
    )
)


def remaining(text: str) -> set[str]:
    return {char for char in text if category(char) in UNSAFE_CATEGORIES}


def test_every_control_and_format_character_alone_becomes_a_visible_ascii_escape():
    assert len(EVERY_UNSAFE) > 139_000  # 137,468 private, 2,048 surrogates, controls and format characters
    for char in EVERY_UNSAFE:
        shown = safe(char)
        assert shown.isascii()
        assert shown.isprintable()
        assert shown.startswith("\\")


def test_every_control_and_format_character_between_letters_is_shown_as_an_escape():
    for char in EVERY_UNSAFE:
        shown = safe(f"a{char}b")
        assert shown.startswith("a\\")
        assert shown.endswith("b")
        assert shown.isascii()


@given(unsafe_texts)
def test_no_mixture_of_texts_lets_a_control_through(text):
    assert remaining(safe(text)) <= set(JOINERS)


@given(unsafe_texts)
def test_what_was_made_safe_is_one_line_and_can_be_encoded(text):
    shown = safe(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()


@given(unsafe_texts)
def test_what_was_made_safe_stays_as_it_is(text):
    assert safe(safe(text)) == safe(text)


@given(
    st.text(st.characters(categories=["Mn", "Me"]), max_size=200),
    st.sampled_from(["", "a", "a\u200d", "\u05d0"]),
)
def test_a_flood_of_combining_marks_is_bounded(marks, base):
    shown = safe(base + marks + "z")
    assert sum(category(char) in ("Mn", "Me") for char in shown) <= COMBINING


def test_joiners_do_not_restart_the_count_of_combining_marks():
    shown = safe("\u0915" + ("\u0301" * COMBINING + "\u200d") * 50)
    assert shown.count("\u0301") <= COMBINING


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_texts_without_controls_are_left_alone(text):
    assert safe(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 famille",
        "👩🏽‍🚀",
        "❤️‍🔥",
        "می‌خواهم",
        "क्‍ष",
        "ര്‍",
        "র‍্য",
        "שָׁלוֹם",
        "ไม่รู้",
        "日本語　空白",
    ],
)
def test_what_people_write_is_shown_as_they_wrote_it(text):
    assert safe(text) == text


def test_joiners_that_join_nothing_are_shown():
    assert safe("a\u200db \u200d") == r"a\u200db \u200d"


def test_an_escape_sequence_is_shown_and_not_obeyed():
    assert safe("\x1b]0;owned\x07\x1b[2J\x9b31m") == r"\x1b]0;owned\x07\x1b[2J\x9b31m"


def test_a_hidden_message_in_tag_characters_is_shown():
    assert safe("a" + "".join(chr(0xE0000 + ord(c)) for c in "hi")) == r"a\U000e0068\U000e0069"


# Two surrogates that make a pair are one character in JSON; Python alone can tell them apart.
json_texts = unsafe_texts.filter(lambda text: not re.search("[\ud800-\udbff][\udc00-\udfff]", text))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | json_texts | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(json_texts, inner, max_size=3),
    max_leaves=8,
)


def written(value: object, encoding: str) -> str:
    before = sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    try:
        return json_line(value)
    finally:
        sys.stdout = before


@given(json_values, st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_json_is_printed_safely_in_one_line_and_loses_nothing(value, encoding):
    line = written(value, encoding)
    assert not remaining(line)
    assert len(line.splitlines()) <= 1
    line.encode(encoding)
    assert json.loads(line) == value
