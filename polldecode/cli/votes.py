"""Votes as shares of a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from polldecode.cli.words import count

if TYPE_CHECKING:
    from polldecode.models import Poll


class Share(NamedTuple):
    """``total`` is None where the whole is not known, as in a poll that was cut."""

    votes: int
    total: int | None

    @property
    def fraction(self) -> float | None:
        if self.total is None:
            return None
        return min(max(self.votes / self.total, 0.0), 1.0) if self.total > 0 else 0.0

    @property
    def words(self) -> str:
        votes = count(self.votes, "vote")
        return votes if self.fraction is None else f"{votes}, {self.fraction:.0%}"


def shares(poll: Poll, *, complete: bool) -> list[Share | None]:
    """Each answer's share of all votes, None where its own are unknown. The whole is the plugin's total where
    the poll carries it (a voter may give several answers), else the sum, if the poll is complete."""
    known = [answer.votes for answer in poll.answers if answer.votes is not None]
    total = sum(known) if complete and poll.total_votes is None else poll.total_votes
    return [None if answer.votes is None else Share(answer.votes, total) for answer in poll.answers]
