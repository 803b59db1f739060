"""Parse, write again, compare, on damaged texts without end: only declared errors may come out.

    python fuzz/fuzz.py [--seconds N] [--seed N]

Prints its seed, each case that breaks a promise (its number repeats it: ``--seed SEED/NUMBER``), and a count.
Exit status 1 if there was any.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sys
import time
import traceback
from contextlib import suppress

from polldecode import DecodeError, Poll, decode_payload, encode_payload, extract, find_polls
from polldecode.mangle import all_specs, in_world_order, parse
from polldecode.records import Place, poll_of, to_record
from polldecode.samples import Sample, sample

SPECS = all_specs()
SCRAPS = (
    *(
        "",
        "…",
        "[…]",
        "\ufffd",
        "<br>",
        "&#8203;",
        "\\n",
        "\n> ",
        '"',
        "]",
        "[",
        "JTIy",
        "JTdCJTIy",
        "=3D",
        "%22",
    ),
    *("expert_review_poll", "\0", "\u200b", "Ã¢â‚¬", "\\", "&", "A", "+", "é"),
)
SLOW = 2.0  # seconds for one text of some kilobytes: nothing may take so long


def damaged(text: str, chance: random.Random) -> str:
    """Deletions, insertions, flips, doublings and cuts, anywhere."""
    for _ in range(chance.choice((0, 1, 1, 2, 3, 8))):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 1, 2, 4, 7, 40, 400)))
        put = chance.choice((*SCRAPS, text[start:end] * 2, chr(chance.randrange(0xD800))))
        text = text[:start] + put + text[end:]
    return text[: chance.randint(0, len(text))] if chance.random() < 0.1 else text


def check(made: Sample, text: str, untouched: bool) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for whole in (text, raw):
        end, polls = 0, []
        for found in extract(whole):
            assert whole[found.start : found.end] == found.source, "span"
            assert end <= found.start < found.end, "order"
            end = found.end
            record = json.loads(json.dumps(to_record(found, Place())))
            if found.poll is not None:
                assert poll_of(record) == found.poll, "record"
            if found.complete:
                assert found.poll is not None, "complete without a poll"
                assert found.params is not None, "complete without params"
                assert json.dumps(decode_payload(found.payload)) == json.dumps(found.params), "payload"
                if found.dialect:
                    assert encode_payload(found.params, dialect=found.dialect) == found.payload, "encoding"
                again = Poll.from_params(found.poll.to_params(), id=found.poll.id)
                assert again == found.poll, "params of the poll"
                assert not untouched or found.params in [one.params for one in made.planted], "made up"
                assert not untouched or found.poll.id in (None, *(one.poll.id for one in made.planted)), (
                    "wrong id"
                )
                polls.append(found.poll)
        assert find_polls(whole) == polls, "find_polls"
        if untouched:
            assert all(one.params in [x.params for x in extract(whole)] for one in made.planted), "lost"
    with suppress(DecodeError):
        assert isinstance(decode_payload(text), dict)


def main() -> int:
    parser = argparse.ArgumentParser(description="Read damaged texts without end.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", default=str(secrets.randbelow(10**9)))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    start, number, broken = time.monotonic(), 0, 0
    while number == 0 or ("/" not in given.seed and time.monotonic() - start < given.seconds):
        case = given.seed if "/" in given.seed else f"{given.seed}/{number}"
        chance = random.Random(case)
        steps = in_world_order(parse(",".join(chance.sample(SPECS, chance.choice((0, 1, 1, 2, 3))))))
        made = sample(case, manglings=steps, polls=chance.choice((1, 1, 2)), votes=chance.random() < 0.2)
        text = damaged(made.text, chance)
        began = time.process_time()
        try:
            check(made, text, untouched=text == made.text and made.recoverable == "full")
            assert time.process_time() - began < SLOW, "slow"
        except Exception:
            broken += 1
            print(
                f"{case}: {made.manglings or 'plain'}: {len(text)} characters\n{traceback.format_exc()}",
                flush=True,
            )
        number += 1
    print(f"{number} texts, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
