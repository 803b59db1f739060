"""How much faster than the three lines that everybody writes first?

    python benchmarks/decode.py [--count 10000] [--rounds 7]

Times ``json.loads(unquote(b64decode(payload)))`` and this library on the same distinct payloads, in turn, by
the processor's clock, and prints medians and ratios; then how fast text without a shortcode is searched."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from random import Random
from urllib.parse import unquote

import polldecode
from polldecode.samples import languages, planted

NAIVE = "json.loads(unquote(b64decode()))"
PROSE = "Le conseil a repoussé sa décision au printemps ; les commerçants du quai attendent depuis un an.\n"


def seconds(work: Callable[[str], object], inputs: Sequence[str]) -> float:
    start = time.process_time()
    for each in inputs:
        work(each)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    rng = Random(1)
    polls = [planted(rng, rng.choice(sorted(languages()))) for _ in range(options.count)]
    payloads = [poll.payload for poll in polls]
    texts = [f'[expert_review_poll id="{poll.id}" params="{poll.payload}"]' for poll in polls]
    works: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
        NAIVE: (lambda payload: json.loads(unquote(b64decode(payload))), payloads),
        "decode_payload": (polldecode.decode_payload, payloads),
        "find_polls": (polldecode.find_polls, texts),
        "extract": (lambda text: list(polldecode.extract(text)), texts),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(options.rounds):
        for name, (work, inputs) in works.items():
            times[name].append(seconds(work, inputs))
    naive = statistics.median(times[NAIVE])
    average = sum(map(len, payloads)) // len(payloads)
    print(
        f"{len(set(payloads))} distinct payloads of {average} characters, median of {options.rounds} rounds"
    )
    for name, measured in times.items():
        middle = statistics.median(measured)
        print(f"{name:34} {middle / options.count * 1e6:6.2f} µs  {naive / middle:5.2f} x")
    page = (PROSE * 250_000).encode()
    speeds = [len(page) / seconds(lambda _: polldecode.find_polls(page), [""]) / 1e9 for _ in range(5)]
    print(f"{'text without a shortcode':34} {statistics.median(speeds):6.2f} GB/s")


if __name__ == "__main__":
    main()
