"""Windows that were rewritten still know where each character stood."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.repairs import undo_all
from polldecode.views import SAME_EVERYWHERE, View, from_bytes

TEXTS = st.lists(
    st.sampled_from(["&amp;", "&#8221;", "\\n", "\\u201d", "%22", "=3D", "Ã©", "a", "b", " ", "=", "票"]),
    max_size=15,
).map("".join)


@given(TEXTS, st.integers(0, 9))
def test_what_no_repair_touched_stands_where_its_place_says(text: str, base: int) -> None:
    view = View(text, base).replace("x", re.compile("&amp;|a"), lambda match: "<>" if match[0] == "a" else "")
    for index, character in enumerate(view.text):
        if character not in "<>":
            start, end = view.source_start(index), view.source_end(index + 1)
            assert text[start - base : end - base] == character


@given(TEXTS)
def test_places_never_run_backwards_and_stay_inside(text: str) -> None:
    view = undo_all(View(text, 5))
    starts = [view.source_start(index) for index in range(len(view.text) + 1)]
    assert starts == sorted(starts)
    assert all(5 <= place <= 5 + len(text) for place in starts)
    for index in range(len(view.text)):
        assert view.source_start(index) < view.source_end(index + 1)


@given(st.binary(max_size=20), st.integers(0, 9))
def test_bytes_are_read_as_utf_8_at_the_places_of_the_bytes(raw: bytes, base: int) -> None:
    view = from_bytes(raw, base)
    # A no-break space and a soft hyphen of any 8-bit charset are read as such.
    either = dict.fromkeys(map(ord, SAME_EVERYWHERE), "\ufffd")
    assert view.text.translate(either) == raw.decode(errors="replace").translate(either)
    assert view.source_end(len(view.text)) == base + len(raw)


def test_where_nothing_changes_the_view_stays_the_same_object() -> None:
    view = View("plain")
    assert view.replace("x", re.compile("p"), lambda match: match[0]) is view
    assert undo_all(view) is view


@pytest.mark.parametrize("byte", [b"\xa0", b"\xad"])
def test_what_means_the_same_in_every_8_bit_charset_is_no_loss(byte: bytes) -> None:
    assert from_bytes(b"a" + byte + b"b\xe9", 0).text == f"a{byte.decode('latin-1')}b\ufffd"
