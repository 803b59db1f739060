"""What can go wrong, and where.

Two exceptions, both ``ValueError`` underneath: :class:`DecodeError` for what cannot be read,
:class:`EncodeError` for what an encoder of the plugin cannot write. A DecodeError keeps the evidence, so that
a report can point at the place.
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["payload", "base64", "percent", "json", "schema", "limit", "cut"]

EVIDENCE = 80  # characters kept of what a stage failed on: enough to recognise it, harmless in a log


class DecodeError(ValueError):
    """A payload, or params, that cannot be read.

    ``stage`` is the layer that failed: "payload" (none there), "base64", "percent", "json", "schema" (JSON,
    but no poll), "limit" (larger than :class:`polldecode.Limits` allows) or "cut" (the text ends inside the
    payload). ``position`` counts in what that stage was given: characters of the payload for "payload",
    "base64" and "cut", characters of the decoded text for "percent" and "json"; None where no place can be
    named.
    ``evidence`` is what it failed on, shortened around the position.
    """

    def __init__(self, stage: Stage, reason: str, position: int | None = None, evidence: str = "") -> None:
        self.stage: Stage = stage
        self.reason = reason
        self.position = position
        self.evidence = shorten(evidence, position or 0)
        super().__init__(stage, reason, position, self.evidence)

    def __str__(self) -> str:
        place = "" if self.position is None else f" at {self.position}"
        return f"{self.stage}: {self.reason}{place}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DecodeError) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


class EncodeError(ValueError):
    """Params that the named encoder of the plugin cannot write, such as a lone surrogate in PHP."""


def shorten(evidence: str, position: int) -> str:
    """At most EVIDENCE characters of ``evidence``, the ones around ``position``."""
    start = max(0, min(position - EVIDENCE // 2, len(evidence) - EVIDENCE))
    return evidence[start : start + EVIDENCE]
