"""The quick way through the percent layer reads what urllib's way reads."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from polldecode.percent import urldecoded

PIECES = st.lists(
    st.sampled_from(
        ["%", "%4", "%C3%A9", "%c3", "%3D", "=", "=41", "\r", "\n", "+", "%2B", "a", " ", "_", "%%", "é"]
    )
).map(lambda pieces: "".join(pieces).encode())


@given(PIECES | st.binary() | st.text().map(lambda text: quote(text).encode()))
def test_what_is_read_is_what_urllib_reads(raw: bytes) -> None:
    assert urldecoded(raw) == unquote_to_bytes(raw.replace(b"+", b" "))


@given(st.text(min_size=1), st.integers(0, 8))
def test_an_escape_that_was_cut_stays(text: str, cut: int) -> None:
    raw = quote(text, safe="").encode()
    assert urldecoded(raw[: len(raw) - cut]) == unquote_to_bytes(raw[: len(raw) - cut])
