"""Limits: one explicit object."""

from __future__ import annotations

import dataclasses

import pytest

from polldecode import Limits, encode_payload, extract


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
