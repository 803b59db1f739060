"""Counting what is the same, in memory and on the disk."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import folding

DIGESTS = st.sampled_from([0, 1, 2**63 - 1, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1)
BATCHES = st.lists(st.lists(DIGESTS, max_size=12), max_size=6)


@pytest.mark.parametrize("in_memory", [0, 3, 300_000])
@given(batches=BATCHES)
def test_counts_on_the_disk_are_those_in_memory(in_memory: int, batches: list[list[int]]) -> None:
    expected = Counter(digest for batch in batches for digest in batch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "IN_MEMORY", in_memory)
        counts = folding.Counts()
        for batch in batches:
            counts.add(b"".join(digest.to_bytes(folding.DIGEST, "little") for digest in batch))
        assert counts.distinct() == len(expected)
        for digest, count in expected.items():
            raw = digest.to_bytes(folding.DIGEST, "little")
            assert [counts.take(raw), counts.take(raw)] == [count, None]


def test_a_disk_without_room_for_the_counts_is_an_error_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folding, "IN_MEMORY", 0)
    counts = folding.Counts()
    counts.add(os.urandom(folding.DIGEST))
    assert counts.disk is not None
    counts.disk.execute("PRAGMA max_page_count = 3")
    with pytest.raises(OSError, match="full"):
        counts.add(os.urandom(folding.DIGEST * 10_000))
