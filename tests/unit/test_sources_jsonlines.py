"""JSON lines are searched in ranges; a record is the line's number in the file, whatever the ranges."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from crawl import search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polldecode.samples import planted
from polldecode.sources import Input, Reading, jsonlines


def code(rng: random.Random) -> str:
    return planted(rng).shortcode


def crawl(seed: int, *, lines: int, longest: int) -> tuple[bytes, list[int]]:
    """Lines, most of them without a poll, and the numbers of those with one."""
    rng = random.Random(seed)
    written, numbers = [], []
    for number in range(1, lines + 1):
        text = "x" * rng.choice((0, 20, 300, longest))
        if rng.random() < 0.1:
            numbers.append(number)
            text += code(rng)
        written.append(json.dumps({"id": number, "text": text}))
    return "\n".join(written).encode() + b"\n" * rng.randrange(2), numbers


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 10**6), max_size=5), data=st.data())
def test_records_of_ranges_of_any_size_are_the_numbers_of_the_lines(
    seed: int, cuts: list[int], data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, numbers = crawl(seed, lines=60, longest=data.draw(st.sampled_from([700, 60_000])))
    monkeypatch.setattr(jsonlines, "BLOCK", data.draw(st.sampled_from([512, 5_000, 1 << 19])))
    # Lines longer than this are searched as text, in pieces.
    monkeypatch.setattr(jsonlines, "LINE", data.draw(st.sampled_from([4_000, 30_000, 1 << 24])))
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(content)
    # Line ends are where a range is most likely to be wrong.
    ends = [index + 1 for index, byte in enumerate(content) if byte == ord("\n")]
    edges = {cut % len(content) for cut in cuts} | set(data.draw(st.lists(st.sampled_from(ends), max_size=2)))
    found, before = [], 0
    for start, stop in pairwise(sorted({0, len(content)} | edges)):
        readings: list[Reading] = []
        finds = search(Input(str(path)), start=start, stop=stop, opened=readings.append)
        found += [before + int(find.place.record or 0) for find in finds]
        before += readings[-1].lines
    assert found == numbers


def test_a_line_that_is_searched_in_pieces_belongs_to_the_range_in_which_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonlines, "BLOCK", 1 << 10)
    monkeypatch.setattr(jsonlines, "LINE", 1 << 14)
    rng = random.Random(1)
    pieces = ["x" * 100_000 + code(rng) for _ in range(3)] + [code(rng)] * 30  # one of which lies on an edge
    lines = ["{}", json.dumps({"text": "".join(pieces)}), json.dumps(code(rng))]
    path = tmp_path / "crawl.jsonl"
    path.write_text("\n".join(lines))
    problems: list[str] = []
    found = search(Input(str(path)), start=0, stop=50_000, report=problems.append)
    assert [(find.place.record, find.extraction.complete) for find in found] == [(2, True)] * 33
    assert problems == ["line 2: longer than 16384 bytes; searched as text"]
    found = search(Input(str(path)), start=50_000, stop=path.stat().st_size)
    assert [find.place.record for find in found] == [1]


def test_a_control_character_in_a_string_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "crawl.jsonl"
    line = json.dumps({"url": "https://e/1", "text": "A\t" + planted(random.Random(1)).shortcode})
    path.write_text(line.replace("\\t", "\t"))
    problems: list[str] = []
    (found,) = search(Input(str(path)), report=problems.append)
    assert (found.place.record, found.place.url, problems) == (1, "https://e/1", [])
