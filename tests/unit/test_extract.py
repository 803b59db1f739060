"""What extract says of texts in which there is one thing to see."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import (
    Answer,
    Limits,
    Poll,
    decode_payload,
    encode_payload,
    extract,
    find_polls,
    format_shortcode,
)
from polldecode.models import Dialect
from polldecode.samples import planted

POLL = Poll(7, "Which of them?", (Answer("1", "This one"), Answer("2", "That one!")))
PAYLOAD = encode_payload(POLL.to_params())
TEXT = format_shortcode(POLL)


def test_extract_is_lazy() -> None:
    found = next(extract(f"{TEXT} {TEXT}"))
    assert (found.start, found.end) == (0, len(TEXT))


@pytest.mark.parametrize(
    "text", ["", b"", "no poll", "[expert_review_poll]", "[gallery id=1]", "\ufeff", b"\xff\xfe"]
)
def test_nothing_is_found_where_nothing_is(text: str | bytes) -> None:
    assert list(extract(text)) == []
    assert find_polls(text) == []


@pytest.mark.parametrize("text", [None, 1, bytearray(b"a"), ["a"]])
def test_what_is_no_text_is_a_type_error(text: Any) -> None:
    with pytest.raises(TypeError):
        next(extract(text))


def test_an_unknown_kind_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="polls"):
        next(extract("", kinds="polls"))


@pytest.mark.parametrize(
    ("text", "attrs"),
    [
        (TEXT, {"id": "7"}),
        (TEXT.replace('id="7"', 'id=""'), {"id": ""}),
        (TEXT.replace('id="7" ', ""), {}),
        (TEXT.replace('id="7"', "id=»7″"), {"id": "7"}),
        (TEXT.replace('id="7"', "id=&#8221;7&#8243;"), {"id": "7"}),
        (TEXT.replace("]", ' class="x"]'), {"id": "7", "class": "x"}),
    ],
)
def test_attributes_are_as_they_stand_and_an_empty_id_is_not_a_missing_one(text: str, attrs: Any) -> None:
    (found,) = extract(text)
    assert found.attrs == attrs
    assert found.complete
    assert found.source == text


def test_a_bare_payload_has_no_tag() -> None:
    (found,) = extract(f"see {PAYLOAD} there")
    assert (found.tag, found.form, found.attrs, found.complete) == (None, "payload", {}, True)
    assert found.poll == Poll(None, POLL.question, POLL.answers)
    assert found.source == PAYLOAD


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (TEXT.replace('"', "”"), "quotes"),
        (TEXT.replace('"', "&quot;"), "entities"),
        (TEXT.replace('"', '\\"'), "backslashes"),
        (TEXT.replace("_", "\\_"), "backslashes"),
        (TEXT.replace("=", "=3D"), "quoted-printable"),
        (TEXT.replace("[", "{").replace("]", "}"), "brackets"),
        (TEXT.replace("JTIy", "JTIy\u200b"), "invisible"),
        (TEXT.replace("JTIy", "JT<br>Iy"), "tags"),
        (TEXT.replace("expert_review_poll", "EXPERT_REVIEW_POLL"), "tag"),
        (TEXT.replace(PAYLOAD, PAYLOAD.rstrip("=")), "padding"),
    ],
)
def test_what_had_to_be_undone_is_named(text: str, repair: str) -> None:
    (found,) = extract(text)
    assert found.poll == POLL
    assert found.complete
    assert repair in found.repairs


def test_a_clean_shortcode_needs_no_repair() -> None:
    assert next(extract(TEXT)).repairs == ()


@pytest.mark.parametrize("limits", [Limits(payload=50), Limits(answers=1), Limits(depth=1)])
@pytest.mark.parametrize("text", [TEXT, TEXT.replace('"', "”&nbsp;")])
def test_a_poll_over_a_limit_is_reported_as_that(text: str, limits: Limits) -> None:
    (found,) = extract(text, limits=limits)
    assert found.error is not None
    assert found.error.stage == "limit"
    assert not found.complete


SHAPES = st.sampled_from(["0", "1", "", "true", "false", "no", "yes", 0, 1, 2, True, False, None, 1.0, "2"])
KEYS = ("show_title", "show_count", "multiple", "show_results_button")


@given(
    st.dictionaries(st.sampled_from(KEYS), SHAPES),
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(st.characters(codec="utf-8"), max_size=5)},
            optional={
                "id": st.sampled_from(["1", 1, "", None, 2.5, "a"]),
                "votes": st.sampled_from([0, 5, "7", None, "x"]),
            },
        ),
        max_size=3,
    ),
    st.dictionaries(
        st.sampled_from(["title", "style", "color", "name", "other"]), st.sampled_from(["", "a", "é"])
    ),
    st.sampled_from(["php", "js"]),
)
def test_the_short_road_reads_every_shape_of_a_value_as_the_model_does(
    flags: dict[str, object], answers: list[object], texts: dict[str, object], dialect: Dialect
) -> None:
    params = texts | flags | {"answers": answers}
    payload = encode_payload(params, dialect=dialect)
    text = f'[expert_review_poll id="7" params="{payload}"]'
    (found,) = extract(text)
    assert found.poll == Poll.from_params(params, id=7)
    assert find_polls(text) == [found.poll]
    assert found.params == params
    assert found.dialect in ("php", "js")
    assert encode_payload(found.params or {}, dialect=found.dialect or "php") == payload


def test_a_number_beyond_the_limit_is_refused_on_every_road() -> None:
    payload = encode_payload({"title": "Tea?", "answers": [{"id": 10**100, "text": "Yes"}]})
    (found,) = extract(f'[expert_review_poll id="7" params="{payload}"]')
    assert found.error is not None
    assert found.error.stage == "limit"
    assert find_polls(f'[expert_review_poll id="7" params="{payload}"]') == []


@pytest.mark.parametrize("between", ["\n\n", " ", ""])
@pytest.mark.parametrize("seed", range(40))
def test_the_rest_of_a_payload_takes_no_poll_behind_it_for_more_of_itself(seed: int, between: str) -> None:
    torn, *others = (planted(Random(seed + n)) for n in (0, 10_000, 20_000))
    start = torn.shortcode.index(torn.payload)
    rest = torn.shortcode[torn.shortcode.find("JTdCJTIyaWQl", start + 20) :]  # from one of its answers on
    whole = between.join(other.shortcode for other in others)
    assert [poll.id for poll in find_polls(rest + between + whole)] == [int(other.id) for other in others]


@given(
    seed=st.integers(0, 1000),
    kept=st.floats(0, 1),
    between=st.sampled_from(["", " ", "\n", "\r\n", "\n\n", "<br>", ",", '","']),
)
def test_a_payload_that_is_cut_takes_nothing_of_the_one_behind_it(
    seed: int, kept: float, between: str
) -> None:
    rng = Random(seed)
    cut, *whole = (planted(rng).payload for _ in range(3))
    text = between.join([cut[: int(kept * len(cut))], *whole])
    alone = [(found.params, found.start) for found in extract(cut[: int(kept * len(cut))])]
    behind = [(decode_payload(payload), text.index(payload)) for payload in whole]
    assert [(found.params, found.start) for found in extract(text)] == alone + behind


def test_a_damaged_poll_gives_way_to_none_that_stands_behind_it() -> None:
    payload = encode_payload({"title": "Which of them?", "answers": [{"id": "1", "text": "This one"}]})
    lines = [payload[at : at + 24] for at in range(0, len(payload), 24)]
    broken = "\n".join((*lines[:3], "The council wants it", *lines[5:]))
    polls = (("343", broken), ("4892790", payload))
    tag = '[expert_\u2060review_\u2060poll id="{}" par\u2060ams="{}"]'
    found = list(extract("\n\n".join(tag.format(*poll) for poll in polls)))
    assert [(each.attrs["id"], each.complete) for each in found] == [("343", False), ("4892790", True)]
