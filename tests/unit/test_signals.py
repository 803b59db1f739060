"""The signals that end a scan: each once, and none that whoever started it has it ignore."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from polldecode.signals import ENDING, heeded, interrupt


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDING}
    for number in ENDING:  # whoever started the tests may have them ignore some
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("first", ENDING)
def test_a_second_signal_does_not_end_the_tidying_up_behind_the_first(first: int) -> None:
    for number in heeded():
        signal.signal(number, interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        os.kill(os.getpid(), first)
    assert caught.value.args == (first,)
    for number in ENDING:
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_that_is_ignored_stays_so(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    assert number not in heeded()
    assert len(heeded()) == len(ENDING) - 1
