"""What is done by SIMD is what the methods of bytes do, at every length, and in parts of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import simd
from polldecode.sources.found import SHORT, count_lines

# Few different bytes, so that what is looked for is there, and often almost.
TEXTS = st.lists(
    st.sampled_from([b"J", b"T", b"I", b"y", b"JTIy", b"\n", b"\xe2\x80\xa8", b"\xff", b"x" * 70])
).map(b"".join)
NEEDLES = st.sampled_from([b"JTIy", b"\n", b"\xe2\x80\xa8", b"yJ", b"\xff\xff", b"TI" + b"x" * 70])
INDEXES = st.integers(0, 400)


@given(TEXTS, NEEDLES, INDEXES, INDEXES)
def test_a_literal_is_found_where_bytes_find_it(text: bytes, needle: bytes, start: int, end: int) -> None:
    assert simd.find(text, needle) == text.find(needle)
    assert simd.find(text, needle, start, end) == text.find(needle, start, end)
    assert simd.find(bytearray(text), needle, start, end) == text.find(needle, start, end)


@given(TEXTS, NEEDLES)
def test_a_literal_is_replaced_as_bytes_replace_it(text: bytes, needle: bytes) -> None:
    assert simd.replace(text, needle, b"<new>") == text.replace(needle, b"<new>")


@given(TEXTS, NEEDLES, INDEXES, INDEXES)
def test_a_literal_is_counted_as_bytes_count_it(text: bytes, needle: bytes, start: int, end: int) -> None:
    assert simd.count_literal(text, needle) == text.count(needle)
    assert simd.count_literal(bytearray(text), needle, start, end) == text.count(needle, start, end)


@given(TEXTS, st.binary(min_size=256, max_size=256))
def test_a_text_is_translated_as_bytes_translate_it(text: bytes, table: bytes) -> None:
    assert simd.translate(text, table) == text.translate(table)


@given(TEXTS, st.binary(max_size=8), INDEXES, INDEXES)
def test_bytes_are_counted_in_any_part_of_a_text(text: bytes, chosen: bytes, start: int, end: int) -> None:
    table = simd.those(chosen)
    assert simd.count(text, table) == sum(byte in chosen for byte in text)
    end = min(end, len(text))
    assert simd.count(bytearray(text), table, start, end) == sum(byte in chosen for byte in text[start:end])


@given(TEXTS, st.binary(max_size=8))
def test_the_first_byte_that_is_none_of_some_is_found(text: bytes, chosen: bytes) -> None:
    first = next((index for index, byte in enumerate(text) if byte not in chosen), -1)
    assert simd.find_first_not_of(text, chosen) == first


@pytest.mark.parametrize("length", [0, 1, 63, 200, SHORT, 5_000])
@pytest.mark.parametrize(
    "size", [SHORT - 1, SHORT, SHORT + 1, simd.STRETCH - 1, simd.STRETCH, 3 * simd.STRETCH + 7]
)
def test_line_ends_are_counted_in_texts_longer_than_a_stretch(length: int, size: int) -> None:
    text = ((b"x" * length + b"\n") * (size // (length + 1) + 1))[:size]
    assert count_lines(text, 0, size) == text.count(b"\n")
    assert count_lines(bytearray(text), 5, size) == text.count(b"\n", 5)
    assert count_lines(text.decode(), 5, size) == text.count(b"\n", 5)


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_is_counted_and_no_other(byte: int) -> None:
    every = bytes(range(256)) * 3
    assert simd.count(every, simd.those(bytes([byte]))) == 3
