"""DecodeError: stage, reason, position, and evidence of a harmless length."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from polldecode import DecodeError
from polldecode.errors import EVIDENCE


def test_an_error_reads_as_stage_reason_and_place() -> None:
    assert str(DecodeError("json", "no comma", 12)) == "json: no comma at 12"
    assert str(DecodeError("schema", "no poll")) == "schema: no poll"
    assert isinstance(DecodeError("json", "x"), ValueError)


@given(st.text(max_size=300), st.none() | st.integers(0, 400))
def test_evidence_is_a_short_piece_around_the_place(text: str, position: int | None) -> None:
    error = DecodeError("json", "x", position, text)
    assert error.evidence in text
    assert len(error.evidence) == min(len(text), EVIDENCE)
    if position is not None and position < len(text):
        assert text[position] in error.evidence


def test_errors_are_compared_by_what_they_say_and_survive_a_process() -> None:
    error = DecodeError("cut", "ends", 3, "abc")
    assert pickle.loads(pickle.dumps(error)) == error
    assert hash(error) == hash(DecodeError("cut", "ends", 3, "abc"))
    assert error != DecodeError("cut", "ends", 4, "abc")
