"""How much a document may ask of the reader, in one explicit object."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one payload. The largest payload seen in the wild has 12,300 characters and no list over 20
    answers; the defaults leave two orders of magnitude.

    ``payload``: base64 characters. ``answers``: answers of a poll. ``depth``: nested lists and objects.
    ``digits``: digits of one number.
    """

    payload: int = 1_000_000
    answers: int = 1_000
    depth: int = 64
    digits: int = 64


DEFAULT_LIMITS = Limits()
