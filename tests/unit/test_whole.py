"""Shortcodes that stand whole are read several at a time, and each as if it stood alone."""

from __future__ import annotations

import base64
import sys
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from polldecode import Extraction, extract, find_polls, whole
from polldecode.extract import finds
from polldecode.limits import DEFAULT_LIMITS, Limits
from polldecode.samples import planted
from polldecode.whole import extraction_of

ANSWERS = '"answers":[{"id":"1","text":"Ja"}'
LINES = '{"title":"a"}\n{"title":"b"}'
CUT, REST, TWO = '{"answers":[{"id":"1","text":"x"}', ',{"id":"2","text":"y"}]}', '{"title":"a"}{"title":"b"}'
FULL_JS = (
    '{"color":"a","title":"%s","show_title":1,"style":"b","show_count":0,"show_results_button":1,'
    '"answers":[{"id":1,"text":"c"}]}'
)
# JSON texts of which each is one object, and such that only several of them together are some.
JSON = [
    '{"title":"?",' + ANSWERS + "]}",
    '{"color":"red-1","title":"/\u2028","answers":[{"id":1,"text":"a/b"},{"id":2,"text":"c"}]}',
    FULL_JS % "\u2028",
    FULL_JS % "/",
    FULL_JS % "=",
    '{"title":"a\\/b\\u2028",' + ANSWERS + ',{"id":"2","text":"50 % = \\"x\\"","votes":7}],"name":"n"}',
    '{"style":"x","title":"order",' + ANSWERS + "]}",
    '{"title": "spaces",\n' + ANSWERS + "]}",
    '{"title":"more","unknown":[1]}',
    '{"title":"extra","answers":[{"id":"1","text":"x","extra":3}]}',
    '{"title":"many","answers":[' + ",".join(['{"id":"1","text":"x"}'] * 5) + "]}",
    '{"title":1e5}',
    '{"a":1},{"title":"x}',
    '{"}',
    CUT,
    REST,
    '{"id":"2","text":"y"}]}',
    LINES,
    '{"title":"a"}\n \n{"title":"b"}',
    '\n{"title":"a"}',
    '{"title":"a"}\n',
    "\n",
    TWO,
    '{"title":"a',
    '{"title":"line\nend"}',
    "{}",
    "[{}]",
    '"{}"',
    "",
]
TWISTS = [
    lambda raw: raw,
    lambda raw: raw.replace("%7B", "%7b"),
    lambda raw: raw.replace("%22", '"'),
    lambda raw: raw.replace("t", "%74"),
    lambda raw: raw.replace("%3D", "="),
    lambda raw: raw.replace("%3F", "%zz"),
    lambda raw: raw.replace("%3F", "%%"),
    lambda raw: raw.replace("%20", "+"),
    lambda raw: raw + "%",
    lambda raw: raw + "%0A",
]


def payload_of(json_text: str, twist: int = 0) -> str:
    return base64.b64encode(TWISTS[twist](quote(json_text, safe="~()*!'")).encode()).decode()


def shortcodes_of(*texts: str) -> str:
    return "".join(f'[expert_review_poll id="1" params="{payload_of(text)}"]' for text in texts)


PAYLOADS = st.one_of(
    st.builds(payload_of, st.sampled_from(JSON), st.sampled_from([0] * 4 + list(range(len(TWISTS))))),
    st.integers(0, 10**6).map(lambda seed: planted(Random(seed)).payload),
    # Bits in the last digit that no byte needs: base64, but none that the plugin writes.
    st.integers(0, 10**6).map(
        lambda seed: planted(Random(seed)).payload.replace("Q=", "R=").replace("A==", "B==")
    ),
)
MARKS = st.sampled_from(['""', "''", "»»", "“”", ("«\xa0", "\xa0»"), ("&#8220;", "&#8221;")])
BETWEEN = st.sampled_from(
    [
        *(
            "",
            " ",
            "\n\n",
            "Es war ein Jahr_",
            " JTIy ",
            "expert_review_poll",
            "[",
            "]",
            "[/expert_review_poll]",
        ),
        f" {payload_of(JSON[2])} ",
    ]
)


@st.composite
def several(draw: st.DrawFn) -> str:
    text = draw(BETWEEN)
    for payload in draw(st.lists(PAYLOADS, min_size=1, max_size=7)):
        before_id, behind_id = draw(MARKS)
        before, behind = draw(st.one_of(st.just((before_id, behind_id)), MARKS))
        number = draw(st.integers(0, 999))
        text += f"[expert_review_poll id={before_id}{number}{behind_id} params={before}{payload}{behind}]"
        text += draw(BETWEEN)
    return text


def told(found: Extraction) -> tuple[Any, ...]:
    parts = (found.start, found.end, found.params, found.poll, found.dialect, found.repairs, found.source)
    return (*parts, str(found.error))


def all_told(text: str | bytes, limits: Limits) -> tuple[Any, ...]:
    """Everything that each of the three ways of reading says."""
    parts: list[tuple[Any, ...]] = []
    for found in finds(text):
        if isinstance(found, Extraction):
            parts.append((*told(found), None))
        else:
            parts += [(*told(extraction_of(each, DEFAULT_LIMITS)), each[2]) for each in found]  # type: ignore[arg-type]
    assert [part[:-1] for part in parts] == [told(found) for found in extract(text)]
    return [told(found) for found in extract(text, limits=limits)], find_polls(text), parts


@given(several(), st.sampled_from([DEFAULT_LIMITS, Limits(answers=4), Limits(depth=2), Limits(payload=200)]))
@example(f'[expert_review_poll id="1" params="{payload_of(JSON[0], 5)}"]', DEFAULT_LIMITS)
@example(shortcodes_of(CUT, REST, TWO), DEFAULT_LIMITS)
@example(shortcodes_of("\n", LINES), DEFAULT_LIMITS)
@example(shortcodes_of(LINES, "\n"), DEFAULT_LIMITS)
@example(shortcodes_of(LINES, CUT, REST), DEFAULT_LIMITS)
@example(shortcodes_of(LINES[:-1], "}"), DEFAULT_LIMITS)
@example(shortcodes_of(FULL_JS % "\u2028", FULL_JS % "x"), DEFAULT_LIMITS)
def test_each_of_several_is_read_as_if_it_stood_alone(text: str, limits: Limits) -> None:
    for form in (text, text.encode()):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys.modules["polldecode.extract"], "TOGETHER", 1)
            alone = all_told(form, limits)
        assert all_told(form, limits) == alone
        for found in alone[2]:
            assert found[-1] in (None, found[4]), "the dialect told of several is that of each"


@pytest.mark.parametrize(
    ("marks", "repairs"),
    [
        (('"', '"', '"', '"'), []),
        (("'", '"', '"', "'"), []),
        (('"', '"', "«", "»"), [("quotes", "«")]),
        (('"', "”", "«", "»"), [("quotes", "”")]),
        (("«", "&#8221;", "'", "'"), [("entities", "&#8221;"), ("quotes", "«")]),
        (('"', '"', '"', "″"), [("quotes", "″")]),
        (('"', '"', '"', "&#8243;"), [("entities", "&#8243;"), ("quotes", "″")]),
    ],
)
def test_each_quote_is_known_for_what_it_is(marks: tuple[str, ...], repairs: list[tuple[str, str]]) -> None:
    first, second, third, last = marks
    code = f"[expert_review_poll id={first}7{second} params={third}{payload_of(JSON[0])}{last}]"
    for form in (code, code.encode()):
        (found,) = extract(form)
        assert found.poll is not None
        assert found.poll.id == 7
        assert [(str(repair), repair.before) for repair in found.repairs] == repairs


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many were looked at each time, to be read together."""
    sizes = []
    standing = whole.standing

    def counted(*arguments: Any) -> Any:
        found = standing(*arguments)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(whole, "standing", counted)
    return sizes


def test_those_that_follow_each_other_are_read_together(sizes: list[int]) -> None:
    text = "\n".join(planted(Random(seed)).shortcode for seed in range(200))
    assert len(find_polls(text)) == 200
    assert max(sizes) == 64
    assert sum(sizes) == 200


@pytest.mark.parametrize("every", [1, 2, 3, 10, 100])
def test_those_that_cannot_be_read_together_are_not_looked_at_over_and_over(
    every: int, sizes: list[int]
) -> None:
    other = payload_of('{"title":"a key that nobody knows","since":3}')
    texts = [
        f'[expert_review_poll id="1" params="{other}"]' if n % every == 0 else planted(Random(n)).shortcode
        for n in range(300)
    ]
    assert len(find_polls("\n".join(texts))) == 300
    assert sum(sizes) < (2 if every < 100 else 3) * 300


def test_large_ones_are_not_read_together(sizes: list[int]) -> None:
    answers = ",".join(f'{{"id":"{n}","text":"{"x" * 20}"}}' for n in range(500))
    payload = payload_of('{"title":"?","answers":[' + answers + "]}")
    text = f'[expert_review_poll id="1" params="{payload}"]\n' * 40
    assert len(find_polls(text)) == 40
    assert len(payload) > 40_000
    assert max(sizes) == 3
    assert sum(sizes) == 40
