"""A large input is cut into ranges that are all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import units
from polldecode.sources.inputs import Input


@given(st.integers(0, 40_000), st.integers(64, 4_000))
def test_ranges_follow_each_other_to_the_end_and_the_last_ones_are_short(
    tmp_path_factory: pytest.TempPathFactory, size: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "large.txt"
    path.write_bytes(b"x\n" * (size // 2) + b"x" * (size % 2))
    large = Input(str(path), size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "RANGE", length)
        patch.setattr(units, "GROUP", 2)
        made = list(units.plan([large]))
    ranges = [(unit.start, unit.stop) for unit in made]
    if size < 2 * length:
        assert all(each == (0, None) for each in ranges)
        return
    starts, stops = zip(*ranges, strict=True)
    assert (starts[0], stops[-1]) == (0, size)
    assert starts[1:] == stops[:-1]
    lengths = [stop - start for start, stop in ranges]
    assert all(0 < each <= length * 3 / 2 for each in lengths)
    if size > (units.FEW + 1) * length:
        assert lengths[-1] <= length * 3 / 8 + 4
