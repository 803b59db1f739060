"""A chunked body is read as what was sent, whatever its chunks, and one that is not chunked as it is."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.sources.chunked import Chunked

PIECES = st.lists(st.binary(min_size=1, max_size=40), max_size=6)
ENDS = st.sampled_from((b"\r\n", b"; name=value\r\n", b" \r\n"))


def in_chunks(pieces: list[bytes], end: bytes = b"\r\n") -> bytes:
    return b"".join(b"%x%b%b\r\n" % (len(piece), end, piece) for piece in [*pieces, b""])


def read_all(raw: bytes, size: int, length: int | None = None) -> tuple[bytes, str | None]:
    """What was read, and what is wrong with the rest."""
    body, got = Chunked(BytesIO(raw), len(raw) if length is None else length), b""
    try:
        while block := body.read(size):
            got += block
    except OSError as error:
        return got, str(error)
    return got, None


@given(PIECES, ENDS, st.integers(1, 50))
def test_the_chunks_are_joined(pieces: list[bytes], end: bytes, size: int) -> None:
    assert read_all(in_chunks(pieces, end), size) == (b"".join(pieces), None)


@given(PIECES.filter(len), st.data(), st.integers(1, 50))
def test_a_body_that_is_cut_gives_what_stands_before_the_cut_and_says_so(
    pieces: list[bytes], data: st.DataObject, size: int
) -> None:
    raw = in_chunks(pieces)
    first = raw.index(b"\n") + 1
    got, problem = read_all(raw[: data.draw(st.integers(first, len(raw) - 6))], size, len(raw))
    assert b"".join(pieces).startswith(got)
    assert problem is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<p>hello",
        b"<p>\r\n5\r\nhello\r\n0\r\n\r\n",
        b"x" * 20_000,
        b"2026\nwas a year",
        b"2026\r\nwas a year",
        b"0\r\n" + b"x" * 500,
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_body_whose_chunks_were_joined_before_is_read_as_it_is(body: bytes, size: int) -> None:
    assert read_all(body, size) == (body, None)


def test_what_stands_where_a_chunk_should_begin_is_named() -> None:
    assert read_all(b"3\r\nabc\r\nhello\r\n", 9) == (b"abc", "no size of a chunk: b'hello\\r\\n'")
