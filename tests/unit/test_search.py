"""The quick search finds what a plain search for the two literals finds, wherever blocks end and however
often the rare characters stand."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import extract, find_polls, search
from polldecode.samples import planted

PIECES = st.lists(
    st.sampled_from(
        [search.TAG, search.QUOTE, "_", "J", "JTI", "expert_", "a", "é", "\u044a", "\n", "expert_review_"]
    ),
    max_size=40,
).map("".join)


def plain(text: str | bytes, literal: str, start: int, end: int) -> int:
    return (
        text.find(literal, start, end) if isinstance(text, str) else text.find(literal.encode(), start, end)
    )


@pytest.fixture(params=[1, 2, 200], autouse=True)
def misses(request: pytest.FixtureRequest) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MISSES", request.param)
        yield


@given(PIECES, st.booleans(), st.integers(0, 60), st.integers(0, 200))
def test_each_literal_is_found_where_a_plain_search_finds_it(
    characters: str, encoded: bool, start: int, end: int
) -> None:
    text = characters.encode() if encoded else characters
    end = min(end, len(text))
    start = min(start, end)
    tag = plain(text, search.TAG, start, end)
    quote = plain(text, search.QUOTE, start, end)
    assert search.next_tag(text, start, end) == (tag if tag >= 0 else end)
    assert search.next_quote(text, start, end) == quote


@given(PIECES, st.booleans(), st.integers(20, 60))
def test_the_first_evidence_is_found_wherever_blocks_end(characters: str, encoded: bool, block: int) -> None:
    text = characters.encode() if encoded else characters
    found = [
        at
        for at in (plain(text, search.TAG, 0, len(text)), plain(text, search.QUOTE, 0, len(text)))
        if at >= 0
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "BLOCK", block)
        assert search.next_hit(text) == (min(found) if found else -1)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("before", [*range(search.BLOCK - 30, search.BLOCK + 5, 5), search.BLOCK * 2 - 40])
def test_a_poll_on_the_edge_of_a_block_is_found(before: int, encoded: bool) -> None:
    code = planted(Random(before)).shortcode
    page = "a" * (before - 1) + "\n" + code + " " + "b" * search.BLOCK + code.replace("expert", "")
    text = page.encode() if encoded else page
    assert [found.form for found in extract(text)] == ["shortcode", "payload"]
    assert len(find_polls(text)) == 2
