"""What holds of every mangling, whatever the text."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.mangle import MANGLINGS, all_specs, keeps_id, mangle, parse, recoverable
from polldecode.mangle.registry import WORST
from polldecode.samples import sample

SPECS = st.sampled_from(all_specs())


@given(SPECS, st.text(max_size=60), st.integers(0, 99))
def test_no_text_makes_a_mangling_fail(spec: str, text: str, seed: int) -> None:
    assert isinstance(mangle(text, spec, seed=seed), str)


@given(SPECS, st.integers())
def test_the_same_seed_gives_the_same_text(spec: str, seed: int) -> None:
    text = sample(seed).text
    assert mangle(text, spec, seed=seed) == mangle(text, spec, seed=seed)


@given(st.lists(SPECS, max_size=3))
def test_a_spec_parses_to_the_steps_it_was_written_from(specs: list[str]) -> None:
    assert [step.spec for step in parse(",".join(specs))] == specs


@given(st.lists(SPECS, max_size=3))
def test_together_manglings_leave_no_more_than_each_alone(specs: list[str]) -> None:
    assert WORST.index(recoverable(",".join(specs))) >= max(
        map(WORST.index, map(recoverable, specs)), default=0
    )
    assert not keeps_id(",".join(specs)) or all(map(keeps_id, specs))


def test_a_replacement_character_in_a_payload_is_a_loss() -> None:
    assert recoverable("replacement_each") == "full"
    assert recoverable("insert:zwsp,replacement_each") == "partial"
    assert recoverable("insert:space,replacement_each") == "full"


def test_an_invisible_character_in_a_name_that_was_misread_costs_the_id() -> None:
    assert keeps_id("insert_in_names:zwsp")
    assert not keeps_id("insert_in_names:zwsp,mojibake:cp1252")


@pytest.mark.parametrize("spec", [spec for spec in all_specs() if recoverable(spec) == "full"])
def test_a_recoverable_mangling_keeps_the_payload_in_order(spec: str) -> None:
    """Each of its characters stands there; only padding and the + that ~ makes may be written otherwise."""
    made = sample(11, language="fr", manglings=spec)
    rest = iter(made.text)
    kept = made.planted[0].payload.rstrip("=").replace("+", "")
    assert all(character in rest for character in kept)


@cache
def texts() -> list[str]:
    """What authors, WordPress and extractors leave: the texts that damage falls on."""
    befores = (
        "",
        "texturize:fr_FR",
        "texturize_html:ru_RU",
        "in_markup,autop",
        "nbsp_between_attributes",
        "repeated,the_content:en_US",
        "unicode:NFD",
        "wrap:76",
    )
    return [sample(seed, language="fr", manglings=before).text for before in befores for seed in range(80)]


@pytest.mark.parametrize("name", sorted(MANGLINGS))
def test_every_mangling_changes_what_it_is_made_for(name: str) -> None:
    for spec in MANGLINGS[name].specs():
        step = parse(spec)[0]
        assert any(step(text, Random(1)) != text for text in texts()), spec
