"""What a process finds reaches the scan in order and whole, however it is sent and wherever it waits."""

from __future__ import annotations

import pickle
from dataclasses import fields
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import workers
from polldecode.batches import EVERYTHING, Batch, Wanted, batches, merged
from polldecode.samples import planted
from polldecode.sources import Input
from polldecode.tasks import Task
from polldecode.templates import Records
from polldecode.units import Unit

UNIT = Unit((Input("page.txt"),))


@given(
    sizes=st.lists(st.integers(0, 500), max_size=12),
    in_memory=st.lists(st.booleans(), min_size=12, max_size=12),
    takes=st.lists(st.booleans(), max_size=40),
)
def test_batches_have_their_turn_in_the_order_in_which_they_came(
    sizes: list[int], in_memory: list[bool], takes: list[bool]
) -> None:
    task = Task(UNIT)
    expected = [Batch(records=Records(b"x" * size, (n,)), inputs=1) for n, size in enumerate(sizes)]
    coming = iter(expected)
    came, handed = 0, []
    for take in [*takes, *[False] * len(sizes)]:
        if not take and (message := next(coming, None)) is not None:
            task.add(pickle.dumps(message), in_memory=in_memory.pop())
            came += 1
        elif take and (batch := task.next()) is not None:
            handed.append(batch)
        assert task.inputs_done() == came
        assert task.ready == (len(handed) < came)
    while (batch := task.next()) is not None:
        handed.append(batch)
    assert handed == expected
    assert task.held == 0


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Input:
    rng = Random(3)
    path: Path = tmp_path_factory.mktemp("crawl") / "page.txt"
    path.write_text("\n\n".join(planted(rng).shortcode for _ in range(900)))
    return Input(str(path), path.stat().st_size)


def test_the_batches_of_a_range_are_sent_several_in_one(crawl: Input) -> None:
    unit = Unit((crawl,), 0, crawl.size)
    sent = list(workers.messages(unit, EVERYTHING))
    alone = list(batches(unit))
    assert len(sent) < len(alone)
    assert merged(sent) == merged(alone)
    sizes = [len(batch.records.template) for batch in sent]
    assert len(sizes) > 1
    assert all(workers.MESSAGE <= size < 2 * workers.MESSAGE for size in sizes[:-1])


def test_damaged_records_that_go_apart_count_for_a_message(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("\n\n".join(planted(Random(n)).shortcode[:400] for n in range(900)))
    source = Input(str(path), path.stat().st_size)
    sent = list(workers.messages(Unit((source,), 0, source.size), Wanted(apart=True)))
    sizes = [len(batch.rejects.template) for batch in sent]
    assert len(sizes) > 1
    assert all(size < 2 * workers.MESSAGE for size in sizes)


def test_the_batches_of_what_may_be_a_pipe_are_sent_at_once(crawl: Input) -> None:
    unit = Unit((crawl,))
    sent = list(workers.messages(unit, EVERYTHING))
    assert len(sent) > 2
    assert sent == list(batches(unit))


def test_what_is_merged_has_all_that_was_in_each() -> None:
    several = [
        Batch(True, Records(b"a", (1,), b"d"), Records(b"r", (2,), b"e"), ["x"], [("p", "q")], 3, 4, 5, 6),
        Batch(True, Records(), Records(b"s", (7,), b"f"), [], [], 10, 20, 30, 40),
        Batch(True, Records(b"b", (8, 9), b"g"), Records(), ["y", "z"], [("r", "s")], 100, 200, 300, 400),
    ]
    assert merged(several) == Batch(
        True,
        Records(b"ab", (1, 8, 9), b"dg"),
        Records(b"rs", (2, 7), b"ef"),
        ["x", "y", "z"],
        [("p", "q"), ("r", "s")],
        113,
        224,
        335,
        446,
    )
    assert len(fields(Batch)) == 9, "a field that merging knows nothing of"
