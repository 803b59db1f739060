"""What is wholly there in broken JSON."""

from __future__ import annotations

from typing import Any

import pytest

from polldecode.salvage import DAMAGE, salvage


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("", None),
        ("{", None),
        ('{"title":"Q', None),
        ('{"title":"Q"', {"title": "Q"}),
        ('{"title":"Q\\', None),
        ('{"a":12', None),
        ('{"a":12,', {"a": 12}),
        ('{"a":tru', None),
        ('{"a":true', {"a": True}),
        ('{"title":"a\tb\n","style":"x"', {"title": "a\tb\n", "style": "x"}),
        ('{"answers":[', None),
        ('{"answers":[]', {"answers": []}),
        ('{"answers":[{"id":"1","te', None),
        ('{"answers":[{"id":"1","text":"a"', {"answers": [{"id": "1", "text": "a"}]}),
        ('{"answers":[{"id":"1","text":"a"},{"id":"2"', {"answers": [{"id": "1", "text": "a"}]}),
        (f'{{"title":"Q{DAMAGE}","style":"light-1"}}', {"style": "light-1"}),
        (f'le":"Q{DAMAGE}{{"id":"2","text":"b"}}]}}', {"answers": [{"id": "2", "text": "b"}]}),
        (
            f'{{"title":"Q","answers":[{{"id":"1","te{DAMAGE}t":"x"}},{{"id":"2","text":"b"}}]}}',
            {"title": "Q", "answers": [{"id": "2", "text": "b"}]},
        ),
    ],
)
def test_what_is_whole_is_given_and_nothing_else(text: str, params: Any) -> None:
    assert salvage(text) == params


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ('{"title":"Tea?","style":"solid-22:false,"show_results_button":"0","color":"red-1"}',
         {"title": "Tea?", "color": "red-1"}),
        (f'{DAMAGE},"style":"solid-22:false,"show_results_button":"0","color":"red-1"}}', {"color": "red-1"}),
        ('{"title":"Tea?","answers":[{"id":"1","text":"By the po2","text":"Not at all"}]}',
         {"title": "Tea?", "answers": [{"id": "1", "text": "Not at all"}]}),
        ('{"answers":[{"id":"1","text":"By the po:"2","text":"Not at all"}]}', None),
        ('{"title":"Tea?"%2', {"title": "Tea?"}),
        (f'{{"title":"Tea?"%{DAMAGE}"style":"light-1"}}', {"title": "Tea?", "style": "light-1"}),
        ('{"title":"Tea?" "style":"light-1"}', {"title": "Tea?", "style": "light-1"}),
    ],
)  # fmt: skip
def test_a_value_that_ends_where_another_begins_is_none(text: str, params: Any) -> None:
    assert salvage(text) == params


def test_a_quoted_key_inside_of_a_text_is_no_key() -> None:
    assert salvage(f'{DAMAGE}x \\"title\\":\\"no\\" y","style":"a"') == {"style": "a"}


@pytest.mark.parametrize("number", ["1" * 5_000, "1e999", "-1E400"])
def test_a_number_that_python_does_not_hold_is_not_whole(number: str) -> None:
    assert salvage(f'{{"title":"Q","n":{number},"style":"a"') == {"title": "Q", "style": "a"}


def test_nesting_without_end_is_no_recursion_error() -> None:
    assert salvage('{"title":"Q","answers":' + "[" * 100_000) == {"title": "Q"}
