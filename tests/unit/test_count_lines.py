"""Line ends are counted right whichever way is taken: long lines, short lines, the edge of a stretch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.sources.found import SAMPLE, SHORT_LINES, STRETCH, count_lines

LINES = st.lists(st.integers(0, 2 * SAMPLE), max_size=8)


@given(LINES, st.integers(1, 30), st.integers(0, 500), st.integers(0, 500))
def test_line_ends_are_counted_as_bytes_count_does(
    lengths: list[int], times: int, start: int, behind: int
) -> None:
    text = b"".join(b"x" * length + b"\n" for length in lengths) * times
    end = len(text) - behind
    assert count_lines(bytearray(text), start, end) == text.count(b"\n", start, max(start, end))
    assert count_lines(text, start, end) == text.count(b"\n", start, max(start, end))


@pytest.mark.parametrize("length", [0, 1, SAMPLE // SHORT_LINES - 1, SAMPLE // SHORT_LINES, 200, STRETCH])
@pytest.mark.parametrize("size", [STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH + 7])
def test_line_ends_are_counted_in_texts_longer_than_a_stretch(length: int, size: int) -> None:
    text = ((b"x" * length + b"\n") * (size // (length + 1) + 1))[:size]
    assert count_lines(text, 0, size) == text.count(b"\n")
    assert count_lines(bytearray(text), 5, size) == text.count(b"\n", 5)
