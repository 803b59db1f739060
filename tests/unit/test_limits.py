"""Limits: one explicit object."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from urllib.parse import quote

import pytest

from polldecode import DecodeError, Limits, decode_payload, encode_payload, extract


def test_limits_cannot_be_changed_behind_anybodys_back() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().payload = 1  # type: ignore[misc]


@pytest.mark.parametrize("wrap", ["", "\n"])
def test_the_payload_limit_is_exact_however_the_payload_is_written(wrap: str) -> None:
    params = {"title": "Q" * 300, "answers": [{"id": "1", "text": "a"}]}
    payload = encode_payload(params)
    text = f'[expert_review_poll id="1" params="{payload[:50]}{wrap}{payload[50:]}"]'
    (found,) = extract(text, limits=Limits(payload=len(payload)))
    assert found.complete
    (found,) = extract(text, limits=Limits(payload=len(payload.rstrip("=")) - 1))
    assert found.error is not None
    assert found.error.stage == "limit"


@pytest.mark.parametrize(
    ("value", "stage"),
    [("9" * 70, "limit"), ("9" * 5000, "limit"), ("1e999", "limit"), ("NaN", "json"), ("-Infinity", "json")]
    + [("[" * depth + "]" * depth, "limit") for depth in (70, 2_000, 20_000)],
)
@pytest.mark.parametrize("wrap", ["", "\n"])
def test_what_is_too_much_is_said_in_our_words(value: str, stage: str, wrap: str) -> None:
    payload = b64encode(quote(f'{{"title":"Q","answers":[],"n":{value}}}').encode()).decode()
    text = f'[expert_review_poll id="1" params="{payload[:40]}{wrap}{payload[40:]}"]'
    with pytest.raises(DecodeError) as raised:
        decode_payload(payload)
    (found,) = extract(text)
    assert found.error is not None
    for error in (raised.value, found.error):
        assert error.stage == stage
        assert ("deeper than 64 or a number over 64 digits" in error.reason) == (stage == "limit")
