"""Votes as shares of a whole, the same on the screen, in Markdown and on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Share(NamedTuple):
    """``total`` is None where the whole is not known, as in a poll that was cut."""

    votes: int
    total: int | None

    @property
    def fraction(self) -> float | None:
        if self.total is None:
            return None
        return min(max(self.votes / self.total, 0.0), 1.0) if self.total > 0 else 0.0


def shares(votes: Sequence[int | None], total_votes: int | None, *, complete: bool) -> list[Share | None]:
    """Each answer's share of all votes, None where its own are unknown. The whole is the plugin's total where
    the poll carries it (a voter may give several answers), else the sum, if the poll is complete."""
    known = [number for number in votes if number is not None]
    total = sum(known) if complete and total_votes is None else total_votes
    return [None if number is None else Share(number, total) for number in votes]
