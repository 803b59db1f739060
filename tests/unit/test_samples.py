"""Samples: the same seed gives the same bytes, and what they hold is what the world holds."""

from __future__ import annotations

import hashlib
import json
import statistics
import unicodedata
from pathlib import Path

import pytest

from polldecode.mangle import MANGLINGS, all_specs, mangle
from polldecode.payload import decode_payload
from polldecode.samples import languages, sample, samples

GOLDEN = Path(__file__).parents[2] / "fixtures" / "samples" / "golden.json"


def digests() -> dict[str, str]:
    """A digest of one sample in each language and one after each mangling: what golden.json holds."""
    found = {f"language:{code}": sample(7, language=code, votes=True).text for code in languages()}
    for spec in all_specs():
        if spec != "lower_case" and not spec.startswith(
            ("unicode:", "title_case")
        ):  # these follow Unicode's versions
            found[spec] = sample(7, language="fr", manglings=spec).text
    return {
        name: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        for name, text in found.items()
    }


def test_the_same_seed_gives_the_same_bytes_everywhere() -> None:
    """Written by ``python tests/unit/test_samples.py``; a difference is a change to everybody's fixtures."""
    assert digests() == json.loads(GOLDEN.read_text("utf-8"))


def test_another_seed_gives_another_text() -> None:
    assert len({sample(seed).text for seed in range(50)}) == 50


def test_there_are_a_dozen_languages_and_five_scripts() -> None:
    assert len(languages()) >= 12
    assert len({language.script for language in languages().values()}) >= 5


@pytest.mark.parametrize("code", languages())
def test_every_language_is_written_in_composed_characters(code: str) -> None:
    language = languages()[code]
    for text in (*language.questions, *language.answers, *language.sentences):
        assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("code", languages())
def test_a_sample_holds_the_payload_of_what_was_planted(code: str) -> None:
    made = sample(3, language=code, polls=2)
    assert [made.text.count(poll.shortcode) for poll in made.planted] == [1, 1]
    assert [decode_payload(poll.payload) for poll in made.planted] == [poll.params for poll in made.planted]
    assert made.text.index(made.planted[0].shortcode) < made.text.index(made.planted[1].shortcode)


def test_payloads_are_as_long_as_those_seen_in_the_wild() -> None:
    lengths = sorted(len(made.planted[0].payload) for made in samples(1000, seed=1))
    assert 850 < statistics.median(lengths) < 1150
    assert 1400 < lengths[900] < 2300


def test_both_encoders_and_the_value_shapes_of_older_versions_occur() -> None:
    made = [made.planted[0] for made in samples(1000, seed=2, votes=True)]
    assert {poll.dialect for poll in made} == {"php", "js"}
    shapes = {repr(poll.params["show_title"]) for poll in made}
    assert {"'1'", "1", "True", "'0'", "0", "False"} == shapes
    assert any("show_results_button" not in poll.params for poll in made)
    assert any("+" in poll.payload for poll in made)
    assert any(isinstance(answer["votes"], str) for poll in made for answer in poll.params["answers"])


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        sample(1, language="xx")


def test_an_unknown_mangling_is_refused_with_what_is_close_to_it() -> None:
    with pytest.raises(ValueError, match="texturize"):
        mangle("text", "texturise:fr_FR")


@pytest.mark.parametrize("spec", ["texturize:xx", "wrap:0", "wrap:x", "strip_tags:1"])
def test_a_value_a_mangling_cannot_take_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=spec.split(":")[0]):
        mangle("text", spec)


def test_there_are_sixty_kinds_of_damage_and_each_is_described() -> None:
    assert len(MANGLINGS) >= 60
    assert all(found.description for found in MANGLINGS.values())


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(digests(), indent=1, ensure_ascii=False) + "\n", "utf-8")
