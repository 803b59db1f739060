"""The quick way to tell a payload's encoder says what encoding the params again says."""

from __future__ import annotations

import base64
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import encode_payload, extract
from polldecode.dialects import dialect_of, dialect_of_slowly
from polldecode.extract import finds
from polldecode.samples import planted

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
SEPARATED = st.text(st.sampled_from('/\u2028\u2029aé\\"%fF\x01\x7f'), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | TEXTS
    | SEPARATED
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | SEPARATED, inner, max_size=3),
    max_leaves=8,
)
PARAMS = st.dictionaries(TEXTS | SEPARATED, VALUES, max_size=5)


@given(PARAMS, st.sampled_from(["php", "js"]))
def test_what_an_encoder_wrote_is_told_as_by_encoding_it_again(
    params: dict[str, object], dialect: str
) -> None:
    payload = encode_payload(params, dialect=dialect)
    assert dialect_of(payload) == dialect_of_slowly(payload)


@given(st.integers(0, 10**6), st.data())
def test_what_neither_wrote_is_told_from_what_they_write(seed: int, data: st.DataObject) -> None:
    percent = base64.b64decode(planted(Random(seed)).payload)
    place = data.draw(st.integers(0, len(percent) - 1))
    change = data.draw(st.sampled_from([b"%41", b"%2f", b"%c3%a9", b" ", b"/", b"%20", b"a", b"%5C%2F", b""]))
    payload = base64.b64encode(percent[:place] + change + percent[place:]).decode()
    assert dialect_of(payload) == dialect_of_slowly(payload)


@pytest.mark.parametrize("seed", range(50))
def test_samples_have_the_dialect_they_were_made_in_or_one_that_writes_the_same(seed: int) -> None:
    sample = planted(Random(seed))
    found = dialect_of(sample.payload)
    assert found == sample.dialect or encode_payload(sample.params, dialect="php") == sample.payload


def test_lower_case_escapes_are_nobodys() -> None:
    payload = encode_payload({"title": "é", "answers": []})
    lower = base64.b64encode(base64.b64decode(payload).replace(b"%C3%A9", b"%c3%a9")).decode()
    assert dialect_of(payload) == "php"
    assert dialect_of(lower) is None


@pytest.mark.parametrize("literal", [b" ", b"/", b'"', b"\x7f"])
def test_an_escape_too_few_is_not_made_up_for_by_one_too_many(literal: bytes) -> None:
    percent = base64.b64decode(encode_payload({"title": 'to "/\x7f to', "answers": []}))
    escaped = b"%" + literal.hex().upper().encode()
    assert escaped in percent
    # As many escapes as there is to be escaped, and all digits in upper case.
    swapped = percent.replace(escaped, literal, 1).replace(b"o", b"%6F", 1)
    payload = base64.b64encode(swapped).decode()
    assert dialect_of(payload) is None
    text = "\n".join(f'[expert_review_poll id="{n}" params="{payload}"]' for n in range(3))
    assert [found.dialect for found in extract(text)] == [None] * 3
    assert [each[2] for found in finds(text) if isinstance(found, list) for each in found] in ([None] * 3, [])
