"""Corpora of a size: many documents of prose, a poll in few of them, streamed in flat memory.

Paragraphs are made once and put together again and again: what is wanted is bytes of the right languages at
the speed of a disk, not news. The documents with polls are those of :mod:`polldecode.samples` amid such
prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random

from polldecode.mangle import parse
from polldecode.mangle.chance import between, pick
from polldecode.samples import Sample, language_of, languages, paragraph, sample

PARAGRAPHS = 200  # made for each language
DENSITY = Fraction(1, 400)
UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


def documents(
    size: int,
    *,
    seed: int | str = 0,
    languages: Sequence[str] = (),
    manglings: Sequence[str] = ("",),
    density: Fraction = DENSITY,
) -> Iterator[Sample]:
    """Documents of ``size`` bytes of UTF-8 in all, the last one going over it; ``density`` of them hold a
    poll.

    ``languages`` and ``manglings`` take turns. Raises ValueError for an unknown one, and for a density
    outside 0 to 1."""
    if not 0 <= density <= 1:
        raise ValueError("a density is between 0 and 1")
    codes = tuple(languages) or known_languages()
    steps = [parse(spec) for spec in manglings]
    rng = Random(seed)  # noqa: S311 (chosen for being repeatable)
    plain = {code: Sample("", (), code, language_of(code).locale, "", "full", True) for code in codes}
    written = polls = number = 0
    while written < size:
        code = codes[number % len(codes)]
        number += 1
        text = prose(rng, code)
        if int(number * density) > polls:
            made = sample(f"{seed}/{polls}", language=code, manglings=steps[polls % len(steps)])
            polls += 1
            document = replace(made, text=f"{text}\n\n{made.text}\n\n{prose(rng, code)}")
        else:
            document = replace(plain[code], text=text)
        written += len(document.text.encode("utf-8", "surrogatepass"))
        yield document


def prose(rng: Random, language: str) -> str:
    """The text of a page: 3 to 25 paragraphs."""
    pool = paragraphs(language)
    return "\n\n".join([pick(rng, pool) for _ in range(between(rng, 3, 25))])


@cache
def paragraphs(language: str) -> tuple[str, ...]:
    rng = Random(language)  # noqa: S311 (chosen for being repeatable)
    return tuple(f"{paragraph(rng, language)} {paragraph(rng, language)}" for _ in range(PARAGRAPHS))


def known_languages() -> tuple[str, ...]:
    return tuple(languages())


def size_of(text: str) -> int:
    """ "400MB" → 400,000,000; also kB, GB, MiB, or bytes alone. Raises ValueError."""
    found = SIZE.fullmatch(text.strip())
    if found is None or found[2].upper() not in UNITS:
        raise ValueError(f"{text!r} is no size such as 400MB")
    return int(float(found[1]) * UNITS[found[2].upper()])
