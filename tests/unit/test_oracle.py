"""The oracle: what a payload may decode to, and how far."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from polldecode import strategies
from polldecode.oracle import characters_of, conforming, json_text, raw_bytes


@given(strategies.payloads(), st.data())
def test_every_beginning_of_a_payload_conforms(payload: str, data: st.DataObject) -> None:
    characters = payload.rstrip("=")[: data.draw(st.integers(0, len(payload)))]
    assert conforming(characters) == len(characters)


@given(strategies.payloads())
def test_the_json_of_a_payload_is_carried_by_all_of_its_characters(payload: str) -> None:
    characters = payload.rstrip("=")
    raw = raw_bytes(characters)
    assert characters_of(raw, json_text(raw)) == len(characters)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", max_size=40))
def test_what_conforms_never_exceeds_what_there_is(characters: str) -> None:
    good = conforming(characters)
    assert 0 <= good <= len(characters)
    assert conforming(characters[:good]) == good


def test_words_do_not_conform() -> None:
    assert conforming("Whatever may be written in prose".replace(" ", "")) < 12
