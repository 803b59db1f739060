"""Which manglings to draw from: by name, and by what they leave of a poll."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from polldecode.mangle.registry import MANGLINGS, Recoverable, Step, all_specs, parse, step_of


def selection(
    names: str | Sequence[str] | None, recoverable: Recoverable | None, keeps_id: bool | None
) -> tuple[tuple[Step, ...], ...]:
    """The steps to draw from, those of a name together: of names or specs, or of all (None). Raises
    ValueError for an unknown one, and where none is left."""
    if recoverable is not None and recoverable not in get_args(Recoverable):
        known = ", ".join(map(repr, get_args(Recoverable)))
        raise ValueError(f"recoverable is {known} or None, not {recoverable!r}")
    by_name = groups_of(names)
    found = tuple(
        kept for one in by_name if (kept := tuple(step for step in one if fits(step, recoverable, keeps_id)))
    )
    if found:
        return found
    conditions = [] if recoverable is None else [f"leaves {WORDS[recoverable]} of a poll"]
    if keeps_id is not None:
        conditions.append("keeps the id" if keeps_id else "loses the id")
        # The reason is one condition alone, where the other is met.
        if any(fits(step, recoverable, None) for one in by_name for step in one):
            conditions = conditions[-1:]
        elif any(fits(step, None, keeps_id) for one in by_name for step in one):
            conditions = conditions[:-1]
    given = "all manglings" if names is None else ", ".join(split(names))
    raise ValueError(f"none of {given} {' and '.join(conditions)}")


WORDS: dict[Recoverable, str] = {"full": "all", "partial": "a part", "none": "nothing"}


def fits(step: Step, recoverable: Recoverable | None, keeps_id: bool | None) -> bool:
    return recoverable in (None, step.mangling.recoverable) and keeps_id in (None, step.mangling.keeps_id)


def groups_of(names: str | Sequence[str] | None) -> tuple[tuple[Step, ...], ...]:
    """A name → it with each example value; a spec stays as it is. A name is as likely to be drawn as another,
    however many values it has: texturize has those of forty-six locales."""
    if names is None:
        return (tuple(map(step_of, all_specs())),)
    found = split(names)
    if not found:
        raise ValueError(f"no mangling is named in {names!r}")
    return tuple(
        tuple(map(step_of, MANGLINGS[name].specs())) if name in MANGLINGS else parse(name) for name in found
    )


def split(names: str | Sequence[str]) -> tuple[str, ...]:
    """Names and specs, also those with commas between, as ``generate`` takes them."""
    given = [names] if isinstance(names, str) else names
    return tuple(part.strip() for text in given for part in text.split(",") if part.strip())
