"""What a scan says of itself at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROBLEMS = 1_000  # kept in words; all are counted


@dataclass(slots=True)
class Summary:
    """``files`` and ``bytes`` read (as on the disk), ``polls`` found, ``distinct`` by content (None where
    that was not asked for), ``damaged`` by reason, ``unreadable`` inputs that could not be read, or not to
    their end, for ``problem_count`` reasons, the first of them in ``problems``. ``seconds`` of wall time."""

    files: int = 0
    bytes: int = 0
    polls: int = 0
    distinct: int | None = None
    damaged: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    problem_count: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    problem_path: str | None = None  # of the last problem: those of an input come one after the other
    line_ends: int = 0  # in the ranges so far of the input that is being read
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """GB/s."""
        return self.bytes / self.seconds / 1e9 if self.seconds else 0.0

    @property
    def failed(self) -> bool:
        return bool(self.damaged or self.unreadable)

    def note_damage(self, reason: str) -> None:
        self.damaged[reason] = self.damaged.get(reason, 0) + 1

    def note_problem(self, path: str, reason: str) -> None:
        self.unreadable += path != self.problem_path
        self.problem_path = path
        self.problem_count += 1
        if len(self.problems) < PROBLEMS:
            self.problems.append((path, reason))

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what a scan had counted when it was interrupted."""
        for name, value in state.items():
            setattr(self, name, value)
        self.problems = [(path, reason) for path, reason in self.problems]
