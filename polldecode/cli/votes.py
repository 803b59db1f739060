"""Votes as shares of a whole."""

from __future__ import annotations

from typing import NamedTuple

from polldecode.models import Poll


class Share(NamedTuple):
    votes: int
    total: int

    @property
    def fraction(self) -> float:
        return min(max(self.votes / self.total, 0.0), 1.0) if self.total > 0 else 0.0

    @property
    def words(self) -> str:
        return f"{self.votes:,} {'vote' if self.votes == 1 else 'votes'}, {self.fraction:.0%}"


def shares(poll: Poll) -> list[Share | None]:
    """Each answer's share of all votes, None where its own are not known. The whole is the plugin's total where
    the poll carries it (a voter may give several answers), else the sum."""
    known = [answer.votes for answer in poll.answers if answer.votes is not None]
    total = sum(known) if poll.total_votes is None else poll.total_votes
    return [None if answer.votes is None else Share(answer.votes, total) for answer in poll.answers]
