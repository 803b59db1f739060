"""Choices by chance that are the same in every version of Python.

Of ``random.Random`` only ``random()`` is promised to keep its sequence; ``choice`` and ``randint`` have
changed before.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def pick(rng: Random, values: Sequence[T]) -> T:
    """One of ``values``."""
    return values[int(rng.random() * len(values))]


def between(rng: Random, low: int, high: int) -> int:
    """An integer from ``low`` to ``high``, both included."""
    return low + int(rng.random() * (high - low + 1))


def happens(rng: Random, share: float) -> bool:
    """True in that share of calls."""
    return rng.random() < share


def some(rng: Random, values: Sequence[T], count: int) -> list[T]:
    """``count`` of ``values`` in random order, each once as long as there are enough of them."""
    pool: list[T] = []
    chosen: list[T] = []
    for _ in range(count):
        pool = pool or list(values)
        chosen.append(pool.pop(int(rng.random() * len(pool))))
    return chosen
