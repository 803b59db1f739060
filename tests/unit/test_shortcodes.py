"""Shortcodes as WordPress reads them, and as they stand in the wild."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polldecode.attributes import parse_attributes
from polldecode.grammar import TAGS
from polldecode.models import Poll
from polldecode.shortcodes import Shortcode, format_shortcode, iter_shortcodes

FIXTURES = Path(__file__).parents[2] / "fixtures" / "shortcodes"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FIXTURES / name).read_text("utf-8").splitlines()]


def first(text: str | bytes) -> Shortcode:
    return next(iter_shortcodes(text, tags=TAGS))


@pytest.mark.parametrize("case", rows("wordpress.jsonl"), ids=lambda case: case["text"])
@pytest.mark.parametrize("binary", [False, True], ids=["text", "bytes"])
def test_clean_text_is_read_as_wordpress_reads_it(case: dict[str, Any], binary: bool) -> None:
    text = case["text"].encode() if binary else case["text"]
    read = [
        {
            "tag": found.tag,
            "named": found.attrs,
            "positional": list(found.positional),
            "content": found.content or "",
            "self_closing": found.self_closing,
            "escaped": found.escaped,
        }
        for found in iter_shortcodes(text, tags=case["tags"])
    ]
    assert read == case["shortcodes"]


@pytest.mark.parametrize("case", rows("mangled.jsonl"), ids=lambda case: case["damage"])
def test_attributes_come_out_of_damage(case: dict[str, Any]) -> None:
    assert parse_attributes(case["inside"]) == (case["named"], tuple(case["positional"]))


@pytest.mark.parametrize(
    "tag",
    [
        r"\[expert\_review\_poll",
        "[EXPERT_REVIEW_POLL",
        "[expert_\ufeffreview_\u200bpo\xadll",
        "[expert_&shy;review_<wbr>poll",
        "&#91;expert_review_poll",
        "&lbrack;expert&#95;review&lowbar;poll",
        "\uff3bexpert_review_poll",
        "[ expert_review_poll",
        "[<b>expert_review_poll</b>",
    ],
)
@pytest.mark.parametrize("binary", [False, True], ids=["text", "bytes"])
def test_a_damaged_tag_is_the_tag(tag: str, binary: bool) -> None:
    text = f'Before {tag} id="7"] after'
    found = first(text.encode() if binary else text)
    assert (found.tag, found.attrs) == ("expert_review_poll", {"id": "7"})


@pytest.mark.parametrize(
    "text",
    [
        "[expert_review_polls id=1]",
        "[expert_review_poll-2 id=1]",
        "[ expert_review_poll ]",
        "the tag [expert_review_poll in a sentence",
        "[/expert_review_poll]",
        "expert_review_poll id=1]",
    ],
)
def test_what_is_no_shortcode_is_not_found(text: str) -> None:
    assert list(iter_shortcodes(text, tags=TAGS)) == []


def test_the_longer_tag_is_not_read_as_the_shorter_one() -> None:
    assert list(iter_shortcodes("[expert_review_poll id=1]", tags=["expert_review"])) == []


@pytest.mark.parametrize(
    "behind",
    ["", " and prose", "\n\nA paragraph.", "</p>\n<p>Another.", " [gallery]", " [expert_review_poll id=9]"],
)
@pytest.mark.parametrize("quote", ['"', "'", "”", "»", "&#8221;"])
def test_a_missing_bracket_ends_the_tag_behind_its_last_attribute(behind: str, quote: str) -> None:
    shortcode = f"[expert_review_poll id={quote}244{quote} params={quote}X={quote}"
    found = first(shortcode + behind)
    assert (found.attrs, found.positional) == ({"id": "244", "params": "X="}, ())
    assert (shortcode + behind)[found.start : found.end] == shortcode


def test_an_id_cut_off_with_its_text_is_not_an_id() -> None:
    assert list(iter_shortcodes('[expert_review_poll id="24', tags=TAGS)) == []


def test_the_next_shortcode_is_found_behind_one_without_bracket() -> None:
    found = iter_shortcodes("[expert_review_poll id=1 [expert_review_poll id=2]", tags=TAGS)
    assert [each.attrs["id"] for each in found] == ["1", "2"]


def test_a_bracket_inside_a_quoted_value_closes_nothing() -> None:
    found = first('[expert_review_faq title="see [1] and a]b" id="2"]')
    assert found.attrs == {"title": "see [1] and a]b", "id": "2"}


def test_a_quote_that_nothing_closes_does_not_hide_the_bracket() -> None:
    assert first('[expert_review_poll id="244] He said "yes" ]').end == len('[expert_review_poll id="244]')


def test_content_is_none_unless_the_shortcode_encloses() -> None:
    assert first("[expert_review_poll id=1]").content is None
    assert first("[expert_review_poll id=1][/expert_review_poll]").content == ""
    assert first(r"[expert_review_poll id=1]x\[/expert\_review\_poll\]").content == "x"


def test_the_span_of_an_escaped_shortcode_takes_in_the_outer_brackets_and_no_other_span_does() -> None:
    assert (first("[[expert_review_poll]]").start, first("[[expert_review_poll]]").end) == (0, 22)
    assert (first("[[expert_review_poll]").start, first("[[expert_review_poll]").end) == (1, 21)


def test_bytes_that_are_no_utf8_are_replaced_in_values_and_leave_the_offsets_true() -> None:
    found = first(b"\xff\xe9 [expert_review_likes name='caf\xe9' id='1']")
    assert (found.attrs, found.start, found.end) == ({"name": "caf\ufffd", "id": "1"}, 3, 43)


@pytest.mark.parametrize(
    ("written", "value"), [(r"a\"b", 'a"b'), (r"a\\b", r"a\b"), (r"\x41\101\n", "AA\n"), (r"it\s", "its")]
)
def test_backslashes_in_clean_values_are_c_escapes_as_in_wordpress(written: str, value: str) -> None:
    assert parse_attributes(f"x='{written}'") == ({"x": value}, ())


def test_a_poll_without_id_is_written_without_the_attribute() -> None:
    assert format_shortcode(Poll(id=None, question="Q", answers=())).startswith(
        '[expert_review_poll params="JTdC'
    )
    assert format_shortcode(Poll(id=7, question="Q", answers=())).startswith(
        '[expert_review_poll id="7" params="JTdC'
    )
