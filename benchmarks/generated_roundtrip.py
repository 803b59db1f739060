"""Does everything generated with a recoverable mangling decode to the poll it was made from?

    python benchmarks/generated_roundtrip.py --count 100000 [--seed N] [--processes 2] [--only wrap:76]

Samples over all languages and manglings, one to ``--most`` of them a text, in the order of the stages. Each
mangling with each of its values (all locales of texturize among them) comes first by itself, then by chance
with others. Prints the seed, the failures by mangling with the smallest spec that still fails, and exits 1
if there are any."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from multiprocessing import Pool

from polldecode import extract
from polldecode.mangle import all_specs, in_world_order, recoverable, step_of
from polldecode.mangle.chance import between, some
from polldecode.samples import Sample, languages, sample

Case = tuple[str, str, str]  # seed, language, spec


def judge(made: Sample) -> str:
    """What is wrong with the reading of a sample; "" when nothing is. Repeats of a poll count once."""
    found = [one for one in extract(made.text) if one.params is not None]
    if made.recoverable != "full":
        return invented(made, found)
    distinct: dict[str, set[str]] = {}
    for one in found:
        distinct.setdefault(json.dumps(one.params), set()).add(one.attrs.get("id", "").strip())
    wanted = {json.dumps(poll.params): poll.id for poll in made.planted}
    if list(distinct) != list(wanted):
        return f"{len(distinct)} of {len(wanted)} found" if len(distinct) != len(wanted) else "params differ"
    if made.keeps_id:
        for params, ident in wanted.items():
            if distinct[params] != {ident}:
                return "id differs"
    return ""


def invented(made: Sample, found: Iterable[object]) -> str:
    """Of a damaged poll nothing may be called whole that was never written."""
    whole = {json.dumps(poll.params) for poll in made.planted}
    for one in found:
        if getattr(one, "complete", False) and json.dumps(getattr(one, "params", None)) not in whole:
            return "called complete"
    return ""


def run(case: Case) -> tuple[Case, str]:
    seed, language, spec = case
    made = sample(seed, language=language, manglings=spec)
    try:
        return case, judge(made)
    except Exception as error:
        return case, f"raised {type(error).__name__}: {error}"


def cases(count: int, seed: int, most: int, only: tuple[str, ...]) -> Iterator[Case]:
    codes = tuple(languages())
    # Damage of a payload that its own text cannot betray is no test of a reader.
    specs = only or tuple(spec for spec in all_specs() if step_of(spec).mangling.name not in UNDETECTABLE)
    rng = random.Random(seed)
    full = tuple(spec for spec in specs if recoverable(spec) == "full")
    for number in range(count):
        code = codes[number % len(codes)]
        if number < len(specs):
            yield f"{seed}/{number}", code, specs[number]
            continue
        chosen = some(rng, full, between(rng, 1, most))
        yield f"{seed}/{number}", code, ",".join(step.spec for step in in_world_order(map(step_of, chosen)))


UNDETECTABLE = frozenset({"typo", "gap_unmarked", "digits_dropped"})


def smallest(case: Case) -> str:
    """The spec without the steps that do not matter."""
    seed, language, spec = case
    steps = spec.split(",")
    for step in list(steps):
        rest = [other for other in steps if other != step]
        if rest and run((seed, language, ",".join(rest)))[1]:
            steps = rest
    return ",".join(steps)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--most", type=int, default=3)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, default=40)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.count} samples")
    start = time.perf_counter()
    failed: list[tuple[Case, str]] = []
    with Pool(options.processes) as pool:
        todo = cases(options.count, options.seed, options.most, tuple(options.only))
        failed.extend((case, why) for case, why in pool.imap_unordered(run, todo, 200) if why)
    print(f"{len(failed)} failed, {time.perf_counter() - start:.0f} s")
    kinds: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], Case] = {}
    for case, why in failed[:3000]:
        key = (smallest(case), why)
        kinds[key] += 1
        example.setdefault(key, case)
    for (spec, why), number in kinds.most_common(options.show):
        seed, language, _ = example[spec, why]
        print(f"{number:5}  {why:18}  {spec}   sample({seed!r}, language={language!r}, manglings={spec!r})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
