"""Poll and Answer: the value shapes of all versions, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from polldecode import Answer, DecodeError, Limits, Poll
from polldecode.models import looks_like_poll, spliced_key


@pytest.mark.parametrize("value", ["1", 1, True, "true", "yes", " On "])
def test_a_flag_is_read_in_every_shape_for_true(value: object) -> None:
    assert Poll.from_params({"multiple": value}).multiple


@pytest.mark.parametrize("value", ["0", 0, False, "false", "", None, "no", " OFF "])
def test_a_flag_is_read_in_every_shape_for_false(value: object) -> None:
    assert not Poll.from_params({"show_title": value}).show_title


def test_what_is_missing_has_the_defaults_of_the_plugin() -> None:
    assert Poll.from_params({}) == Poll(
        None, "", (), False, True, True, False, style="light-2", color="blue-1"
    )


def test_answers_as_an_object_are_read_as_its_values() -> None:
    poll = Poll.from_params({"answers": {"1": {"id": 1, "text": "a"}, "5": {"text": "b"}}})
    assert poll.answers == (Answer("1", "a"), Answer("2", "b"))


@pytest.mark.parametrize(
    ("votes", "count"), [(3, 3), ("12", 12), (None, None), ("many", None), (True, None), (1.5, None)]
)
def test_votes_are_integers_or_digits_and_anything_else_is_kept_as_extra(votes: Any, count: Any) -> None:
    answer = Answer.from_params({"id": "1", "text": "a", "votes": votes})
    assert answer.votes == count
    assert answer.to_params().get("votes") == (votes if count is None else count)


@pytest.mark.parametrize(
    ("ident", "number"),
    [("244", 244), (" 7\n", 7), (5, 5), ("", None), ("٣", None), ("-1", None), ("1" * 20, int("1" * 20)),
     ("1" * 21, None), ("2a", None), (None, None)],
)  # fmt: skip
def test_an_id_is_ascii_digits_or_none(ident: Any, number: int | None) -> None:
    assert Poll.from_params({}, id=ident).id == number


@pytest.mark.parametrize(
    "params",
    [None, [], "text", 1, {"answers": 7}, {"answers": "a"}, {"answers": [1]}, {"title": []}, {"multiple": {}},
     {"answers": [{"text": {}}]}, {"answers": [{"id": []}]}, {"color": {}}],
)  # fmt: skip
def test_what_is_no_poll_is_refused_as_schema(params: object) -> None:
    with pytest.raises(DecodeError) as caught:
        Poll.from_params(params)
    assert caught.value.stage == "schema"


def test_more_answers_than_the_limit_are_refused() -> None:
    params = {"answers": [{"text": "a"}, {"text": "b"}]}
    assert len(Poll.from_params(params, limits=Limits(answers=2)).answers) == 2
    with pytest.raises(DecodeError) as caught:
        Poll.from_params(params, limits=Limits(answers=1))
    assert caught.value.stage == "limit"


def test_each_dialect_has_its_key_order_and_types() -> None:
    poll = Poll(1, "Q", (Answer("1", "a"), Answer("x", "b")), extra={"name": "n"})
    php, js = poll.to_params(), poll.to_params(dialect="js")
    assert list(php) == [
        *("title", "show_title", "show_count", "style", "color", "multiple", "show_results_button"),
        *("answers", "name"),
    ]
    assert list(js) == [
        *("color", "title", "show_title", "style", "show_count", "show_results_button", "answers", "name"),
    ]
    assert (php["show_title"], php["multiple"], js["show_title"]) == ("1", False, 1)
    assert [answer["id"] for answer in php["answers"]] == ["1", "x"]
    assert [answer["id"] for answer in js["answers"]] == [1, "x"]


def test_plain_text_is_for_people() -> None:
    assert Poll(question="<b>A&amp;B</b>\n <i>c</i>").plain_text() == "A&B c"
    assert Answer("1", '<a href="/x">y</a>').plain_text() == "y"


@pytest.mark.parametrize(
    ("params", "whole", "cut"),
    [
        ({"title": "Q", "show_title": "1"}, False, True),
        ({"title": "Q", "show_title": "1", "slides": [1, 2]}, False, True),
        ({"title": "Q", "show_count": 1, "answers": "none"}, False, True),
        ({"title": "Q", "show_title": "1", "answers": []}, True, True),
        ({"answers": [{"id": 1, "text": "a"}]}, True, True),
        ({"answers": {"2": {"id": 1, "text": "a"}}}, True, True),
        ({"title": "Q"}, False, False),
        ({"title": "Q", "style": "light-1", "qa": []}, False, False),
        ({"id": "1", "text": "a"}, False, False),
        ({"answers": [1, 2]}, False, False),
        ({"name": "x", "size": 3}, False, False),
    ],
)
def test_json_without_a_tag_is_a_poll_only_if_it_looks_like_one(params: Any, whole: bool, cut: bool) -> None:
    assert looks_like_poll(params, whole=True) is whole
    assert looks_like_poll(params, whole=False) is cut


@pytest.mark.parametrize(
    ("known", "unknown", "spliced"),
    [
        ("title show_title answers", "show_coucolor", True),
        ("title show_title answers", "show_or", True),
        ("title show_title show_count", "mult22answers", True),
        ("title show_title show_count style color answers", "show_coucolor", False),
        ("title show_title answers", "name", False),
        ("title show_title answers", "status", False),
        ("title answers", "", False),
    ],
)
def test_a_key_is_two_keys_where_one_of_them_is_missing(known: str, unknown: str, spliced: bool) -> None:
    assert bool(spliced_key(dict.fromkeys([*known.split(), unknown], ""))) is spliced
