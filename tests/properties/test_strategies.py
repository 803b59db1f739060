"""The Hypothesis strategies: what they promise, and how far they shrink."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from random import Random
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from polldecode import Answer, Poll, decode_payload, extract, registration, strategies
from polldecode.mangle import parse
from polldecode.samples import Sample, carries

SCREEN = 80 * 24
ASCII = st.text("abc ?", max_size=5)


@given(strategies.polls(), st.sampled_from(["php", "js"]))
def test_polls_survive_their_params(poll: Poll, dialect: str) -> None:
    assert Poll.from_params(poll.to_params(dialect=dialect), id=poll.id) == poll


@given(strategies.payloads())
def test_payloads_are_canonical_base64_of_a_poll(payload: str) -> None:
    assert base64.b64encode(base64.b64decode(payload, validate=True)).decode() == payload
    Poll.from_params(decode_payload(payload))


@given(strategies.params(dialect="php"))
def test_params_of_one_dialect_have_its_key_order(params: dict[str, object]) -> None:
    order = list(Poll().to_params(dialect="php"))
    assert list(params) == [key for key in order if key in params]


@given(strategies.shortcodes(text=ASCII))
def test_a_shortcode_is_found_and_decodes(shortcode: str) -> None:
    (found,) = extract(shortcode)
    assert found.complete
    assert found.source == shortcode


@given(strategies.articles(min_polls=1, max_polls=3))
def test_an_article_holds_its_polls_in_order(article: Sample) -> None:
    assert 1 <= len(article.planted) <= 3
    place = 0
    for poll in article.planted:
        place = article.text.index(poll.shortcode, place) + len(poll.shortcode)


@given(strategies.mangled_texts())
def test_a_recoverable_text_still_carries_its_payload(mangled: Sample) -> None:
    assert mangled.recoverable == "full"
    assert all(carries(mangled.text, poll.payload) for poll in mangled.planted)


@given(
    strategies.mangled_texts(
        manglings=["wrap", "json_string", "texturize:fr_FR"], keeps_id=True, language="fr"
    )
)
def test_keyword_arguments_narrow_what_is_made(mangled: Sample) -> None:
    assert {step.mangling.name for step in parse(mangled.manglings)} <= {"wrap", "json_string", "texturize"}
    assert mangled.keeps_id
    assert mangled.language == "fr"


@given(strategies.mangled_texts(recoverable=None, most=1, max_polls=2))
def test_any_damage_may_be_asked_for(mangled: Sample) -> None:
    assert mangled.recoverable in ("full", "partial", "none")
    assert 1 <= len(mangled.planted) <= 2


@pytest.mark.parametrize(
    "condition",
    [
        lambda mangled: "wrap" in mangled.manglings,
        lambda mangled: "»" in mangled.text,
    ],
    ids=["a wrap", "a guillemet"],
)
def test_failures_shrink_to_what_fits_on_a_screen(condition: object) -> None:
    smallest = find(
        strategies.mangled_texts(),
        condition,
        settings=settings(max_examples=2000, database=None),
        random=Random(7),  # how far a failure shrinks depends on where it began
    )
    assert len(smallest.text) < SCREEN
    assert smallest.manglings.count(",") == 0


@given(st.data())
def test_hypothesis_makes_polls_and_answers_of_their_types(data: st.DataObject) -> None:
    registration.register()
    assert isinstance(data.draw(st.from_type(Poll)), Poll)
    assert isinstance(data.draw(st.from_type(Answer)), Answer)


def test_unknown_manglings_are_refused() -> None:
    with pytest.raises((ValueError, InvalidArgument), match="nope"):
        find(strategies.mangled_texts(manglings=["nope"]), lambda _: True)


@given(strategies.mangled_texts(manglings="wrap"), strategies.mangled_texts(manglings="wrap:76, bbcode"))
def test_one_text_is_a_name_or_a_spec_as_generate_takes_it(one: Sample, two: Sample) -> None:
    assert {step.mangling.name for step in parse(one.manglings)} <= {"wrap"}
    assert {step.spec for step in parse(two.manglings)} <= {"wrap:76", "bbcode"}


@pytest.mark.parametrize(
    ("settings_given", "reason"),
    [
        ({"manglings": []}, "no mangling is named in []"),
        ({"manglings": ","}, "no mangling is named in ','"),
        ({"manglings": [""]}, "no mangling is named in ['']"),
        ({"recoverable": "all"}, "recoverable is 'full', 'partial', 'none' or None, not 'all'"),
        ({"recoverable": ["full"]}, "or None, not ['full']"),
        ({"manglings": ["no_id"], "keeps_id": True}, "none of no_id keeps the id"),
        ({"manglings": "wrap,bbcode", "keeps_id": False}, "none of wrap, bbcode loses the id"),
        ({"manglings": ["cut"]}, "none of cut leaves all of a poll"),
        ({"manglings": ["cut"], "keeps_id": True}, "none of cut leaves all of a poll"),
        (
            {"manglings": ["head_missing"], "keeps_id": True},
            "none of head_missing leaves all of a poll and keeps the id",
        ),
    ],
)
def test_arguments_that_leave_no_mangling_are_refused_at_once_with_the_reason(
    settings_given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        strategies.mangled_texts(**settings_given)


def test_without_hypothesis_the_import_says_how_to_install_it() -> None:
    program = "import sys; sys.modules['hypothesis'] = None; import polldecode.strategies"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    message = 'polldecode.strategies needs Hypothesis: pip install "polldecode[hypothesis]"'
    assert done.stderr.splitlines()[-1] == f"ImportError: {message}"


def test_hypothesis_is_imported_by_nothing_but_the_strategies() -> None:
    modules = "polldecode, polldecode.mangle, polldecode.samples"
    program = f"import sys, {modules}; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_hypothesis_finds_the_registration_by_itself_and_imports_no_strategy_for_it() -> None:
    program = (
        "import sys, hypothesis.strategies as st\n"
        "from polldecode import Answer, Poll\n"
        "assert 'polldecode.strategies' not in sys.modules\n"
        "st.from_type(Poll).validate(); st.from_type(Answer).validate()\n"
        "assert 'polldecode.strategies' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
