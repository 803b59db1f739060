"""Manglings: named damage, with what it leaves of a poll, and how they compose.

A mangling is a function ``(text, rng, value) -> text``. ``rng`` makes the choices that chance makes in the
world, by the functions of :mod:`polldecode.mangle.chance`. ``value`` is what stands behind the colon in
``wrap:76``, read and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from random import Random
from typing import Any, Literal

Recoverable = Literal["full", "partial", "none"]
Stage = Literal[
    "author", "wordpress", "extraction", "normalisation", "insertion", "container", "charset", "loss"
]
Function = Callable[[str, Random, Any], str]

# The order in which a text meets them on its way from an editor to a crawl.
STAGES: tuple[Stage, ...] = (
    "author",
    "wordpress",
    "extraction",
    "normalisation",
    "insertion",
    "container",
    "charset",
    "loss",
)
TAG = "expert_review_poll"
PROBE = "JTdCJTIy" * 40  # a payload's characters
WORST: tuple[Recoverable, ...] = ("full", "partial", "none")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may stand behind a mangling's name: ``read`` turns it into the value or raises ValueError.
    ``examples`` are values worth trying; the first is used where none is given."""

    name: str
    examples: tuple[str, ...]
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Mangling:
    """One kind of damage. ``recoverable``: whether the poll can still be read wholly ("full"), in part, or
    not at all. ``keeps_id``: whether its id can. A "full" one keeps every character of the payload, in
    order."""

    name: str
    stage: Stage
    description: str
    function: Function
    recoverable: Recoverable = "full"
    keeps_id: bool = True
    parameter: Parameter | None = None
    replaces: bool = False

    def specs(self) -> tuple[str, ...]:
        """How to write it, once for each example of its parameter."""
        return (
            tuple(f"{self.name}:{value}" for value in self.parameter.examples)
            if self.parameter
            else (self.name,)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A mangling with its value, as parsed from ``name`` or ``name:value``."""

    mangling: Mangling
    spec: str
    value: Any

    def __call__(self, text: str, rng: Random) -> str:
        return self.mangling.function(text, rng, self.value)


MANGLINGS: dict[str, Mangling] = {}


def mangling(
    stage: Stage,
    description: str,
    *,
    name: str = "",
    recoverable: Recoverable = "full",
    keeps_id: bool = True,
    parameter: Parameter | None = None,
    replaces: bool = False,
) -> Callable[[Function], Function]:
    """Register the function below under its own name, or ``name``."""

    def register(function: Function) -> Function:
        key = name or function.__name__
        if key in MANGLINGS:
            raise ValueError(f"two manglings named {key!r}")
        MANGLINGS[key] = Mangling(
            key, stage, description, function, recoverable, keeps_id, parameter, replaces
        )
        return function

    return register


def always(function: Callable[[str], str]) -> Function:
    """A mangling of a function that leaves nothing to chance and takes no value."""

    @wraps(function)
    def mangled(text: str, _rng: Random, _value: object) -> str:
        return function(text)

    return mangled


def choice(name: str, values: Iterable[str]) -> Parameter:
    """A parameter that is one of ``values``: words, so that a spec needs no quoting in a shell."""
    known = tuple(values)

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"{name} is one of {', '.join(known)}")
        return value

    return Parameter(name, known, read)


def number(name: str, *examples: int, least: int = 1) -> Parameter:
    """A parameter that is an integer, ``least`` or more."""

    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit()) or int(value) < least:
            raise ValueError(f"{name} is an integer from {least}")
        return int(value)

    return Parameter(name, tuple(map(str, examples)), read)


def parse(spec: str) -> tuple[Step, ...]:
    """``"texturize:fr_FR,wrap:76"`` → its steps, in the order written. Raises ValueError for an unknown
    name or value."""
    return tuple(step_of(part.strip()) for part in spec.split(",") if part.strip())


def step_of(spec: str) -> Step:
    name, colon, value = spec.partition(":")
    found = MANGLINGS.get(name)
    if found is None:
        from difflib import get_close_matches

        close = get_close_matches(name, MANGLINGS, 3)
        raise ValueError(f"no mangling {name!r}" + (f"; close to it: {', '.join(close)}" if close else ""))
    if found.parameter is None:
        if colon:
            raise ValueError(f"{name} takes no value")
        return Step(found, name, None)
    value = value if colon else found.parameter.examples[0]
    try:
        return Step(found, f"{name}:{value}", found.parameter.read(value))
    except ValueError as error:
        raise ValueError(f"{name}:{value}: {error}") from None


def mangle(text: str, spec: str | Iterable[Step], *, seed: int | str = 0) -> str:
    """``text`` after the manglings of ``spec``, one after the other. The same seed gives the same text
    everywhere.

    Raises ValueError for a spec that does not parse.
    """
    rng = Random(seed)  # noqa: S311 (chosen for being repeatable)
    for step in parse(spec) if isinstance(spec, str) else spec:
        text = step(text, rng)
    return text


def recoverable(spec: str | Iterable[Step]) -> Recoverable:
    """What is left of a poll after the manglings of ``spec``: the worst of them decides.

    A replacement character in a payload is a mark of loss. So what turns characters outside of ASCII into
    those leaves a payload in part, when something before has put such characters into it. And with something
    between all of its characters nothing of a payload is left to search for but the tag in front of it."""
    steps = parse(spec) if isinstance(spec, str) else tuple(spec)
    leaves: list[Recoverable] = ["full", *(step.mangling.recoverable for step in steps)]
    worst = max(leaves, key=WORST.index)
    payload = PROBE
    for step in steps if worst == "full" else ():
        if step.mangling.replaces and not payload.isascii():
            return "partial"
        payload = step(payload, Random(0))  # noqa: S311 (chosen for being repeatable)
    if worst == "full" and PROBE[:8] not in payload and not all(TAG in text for text in marked(steps)):
        return "none"
    return worst


def marked(steps: Iterable[Step]) -> Iterator[str]:
    """A shortcode after the steps, behind more and more text: where lines are broken, its place decides."""
    for before in range(0, 120, len(TAG) - 4):
        text = f'{"w" * before} [{TAG} id="7" params="{PROBE}"]'
        for step in steps:
            text = step(text, Random(0))  # noqa: S311
        yield text


def keeps_id(spec: str | Iterable[Step]) -> bool:
    """Whether the id is still there after the manglings of ``spec``. A name with an invisible character in
    it is a name no more once that character was misread."""
    steps = parse(spec) if isinstance(spec, str) else tuple(spec)
    names_broken = False
    for step in steps:
        if not step.mangling.keeps_id or (names_broken and step.mangling.stage == "charset"):
            return False
        names_broken = names_broken or step.mangling.name == "insert_in_names"
    return True


def in_world_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order in which a text meets them. WordPress shows a post once, what is inserted into a
    payload stays whole, and more than two wrong charsets are not met: the first step of those stages is kept.
    """
    once: set[Stage] = set()
    kept = []
    for step in steps:
        stage = step.mangling.stage
        if stage not in once:
            kept.append(step)
        if stage in ("wordpress", "insertion", "charset"):
            once.add(stage)
    return tuple(sorted(kept, key=lambda step: STAGES.index(step.mangling.stage)))


def all_specs() -> tuple[str, ...]:
    """Every mangling with every example value, in the order of the stages."""
    ordered = sorted(MANGLINGS.values(), key=lambda found: STAGES.index(found.stage))
    return tuple(spec for found in ordered for spec in found.specs())
