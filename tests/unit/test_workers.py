"""What a process finds reaches the scan in order and whole, however it is sent and wherever it waits."""

from __future__ import annotations

import pickle
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import workers
from polldecode.batches import EVERYTHING, Batch, Wanted, batches
from polldecode.samples import planted
from polldecode.sources import Input
from polldecode.tasks import Task
from polldecode.templates import Records
from polldecode.units import Unit

UNIT = Unit((Input("page.txt"),))


@given(
    sizes=st.lists(st.lists(st.integers(0, 500), min_size=1, max_size=4), max_size=12),
    in_memory=st.lists(st.booleans(), min_size=12, max_size=12),
    takes=st.lists(st.booleans(), max_size=40),
)
def test_batches_have_their_turn_in_the_order_in_which_they_came(
    sizes: list[list[int]], in_memory: list[bool], takes: list[bool]
) -> None:
    task = Task(UNIT)
    numbers = iter(range(1_000))
    messages = [
        [Batch(records=Records(b"x" * size, (next(numbers),)), inputs=1) for size in several]
        for several in sizes
    ]
    coming = iter(messages)
    came, handed = 0, []
    for take in [*takes, *[False] * len(sizes)]:
        if not take and (several := next(coming, None)) is not None:
            task.add(pickle.dumps(several), in_memory=in_memory.pop())
            came += len(several)
        elif take and (batch := task.next()) is not None:
            handed.append(batch)
        assert task.inputs_done() == came
        assert task.ready == (len(handed) < came)
    while (batch := task.next()) is not None:
        handed.append(batch)
    assert handed == [batch for several in messages for batch in several]
    assert task.held == 0


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Input:
    rng = Random(3)
    path: Path = tmp_path_factory.mktemp("crawl") / "page.txt"
    path.write_text("\n\n".join(planted(rng).shortcode for _ in range(900)))
    return Input(str(path), path.stat().st_size)


def test_the_batches_of_a_range_are_sent_several_at_a_time(crawl: Input) -> None:
    unit = Unit((crawl,), 0, crawl.size)
    sent = list(workers.messages(unit, EVERYTHING))
    assert [batch for several in sent for batch in several] == list(batches(unit))
    sizes = [sum(len(batch.records.template) for batch in several) for several in sent]
    assert len(sizes) > 1
    assert all(workers.MESSAGE <= size < 2 * workers.MESSAGE for size in sizes[:-1])


def test_damaged_records_that_go_apart_count_for_a_message(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("\n\n".join(planted(Random(n)).shortcode[:400] for n in range(900)))
    source = Input(str(path), path.stat().st_size)
    sent = list(workers.messages(Unit((source,), 0, source.size), Wanted(apart=True)))
    sizes = [sum(len(batch.rejects.template) for batch in several) for several in sent]
    assert len(sizes) > 1
    assert all(size < 2 * workers.MESSAGE for size in sizes)


def test_the_batches_of_what_may_be_a_pipe_are_sent_at_once(crawl: Input) -> None:
    sent = list(workers.messages(Unit((crawl,)), EVERYTHING))
    assert len(sent) > 2
    assert all(len(several) == 1 for several in sent)
