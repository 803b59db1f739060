"""The texts inside of JSON: each once, in order, with the names that lead to it."""

from __future__ import annotations

import random
import tracemalloc
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from polldecode.samples import planted
from polldecode.sources.provenance import texts

CODE = planted(random.Random(1)).shortcode
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "text", CODE]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "c", CODE]), inner, max_size=3)
    ),
    max_leaves=20,
)


def by_hand(value: Any, field: str = "") -> list[str | None]:
    if isinstance(value, str):
        return [field or None] if value == CODE else []
    if isinstance(value, dict):
        inside = []
        for key, child in value.items():
            name = f"{key[:200]}…" if key == CODE else key
            inside += [[field or None] * (key == CODE), by_hand(child, f"{field}.{name}" if field else name)]
    elif isinstance(value, list):
        inside = [by_hand(child, f"{field}[{n}]") for n, child in enumerate(value)]
    else:
        inside = []
    return [each for every in inside for each in every]


@given(VALUES)
def test_every_text_is_found_once_in_its_order_by_its_name(value: Any) -> None:
    assert [document.field for _, document in texts(value)] == by_hand(value)


def test_what_an_object_says_holds_for_what_is_in_it_and_for_nothing_beside() -> None:
    posts = [{"url": "https://e/1", "blocks": [{"text": CODE}]}, {"url": "https://e/2", "text": CODE}, CODE]
    assert [document.url for _, document in texts({"posts": posts})] == ["https://e/1", "https://e/2", None]


def test_a_long_list_of_numbers_beside_a_text_takes_no_memory() -> None:
    value = {"embedding": [0.5] * 1_000_000, "text": CODE}
    tracemalloc.start()
    try:
        assert len(list(texts(value))) == 1
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
