"""Time is linear in any text: twice as much of anything hostile costs about twice as much."""

from __future__ import annotations

import base64
import random
import time
from typing import Any
from urllib.parse import quote

import pytest

from polldecode import encode_payload, extract, reader, recover
from polldecode.models import Params
from polldecode.samples import planted

SIZE = 30_000
TAG = "[expert_review_poll "
PAYLOAD = planted(random.Random(1), "fr").payload


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def nested(levels: int) -> str:
    """A payload of nothing but answers within answers."""
    return b64(quote('{"answers":[' * levels + "]}" * levels, safe=""))


# What a reader may be made to look at again and again, each repeated to fill a text.
UNITS = {
    "brackets": "[",
    "doubled brackets": "[[ ",
    "quotes": '"',
    "closing tags": "[/expert_review_poll]",
    "entities": "&",
    "levels of entities": "&amp;",
    "numeric entities": "&#8221;",
    "unfinished entities": "&#",
    "backslashes": "\\",
    "escapes": "\\u201d",
    "percent": "%22",
    "quoted-printable": "=3D",
    "soft breaks": "=\n",
    "mojibake": "Ã¢â‚¬Â\x9d",
    "NULs": "\0",
    "invisible": "\u200b",
    "losses": "[…]",
    "dots": "...",
    "less than": "<",
    "hyphens": "-\n",
    "the first word": "expert_review",
    "tags without brackets": "expert_review_poll id=",
    "tags": TAG + "id=",
    "unclosed ids": TAG + 'id="',
    "unclosed shortcodes": TAG + 'id="1" params="',
    "beginnings of payloads": TAG + 'id="1" params="JTdCJTIy',
    "payloads after params": 'params="JTdC',
    "marks": "JTIy",
    "marks apart": "JTIy ",
    "heads": "JTdC",
    "heads and marks": "JTdCJTIy",
    "heads and marks apart": "JTdCJTIy ",
    "heads and tags": "JTdCJTIy<",
    "heads and entities": "JTdCJTIy&#",
    "heads in strings": '\\"JTdCJTIy\\"',
    "heads letter by letter": "J T d C J T I y ",
    "heads line by line": "J\nT\nd\nC\n",
    "marks and less than": "<JTIy",
    "marks and invisible": "JTIy\u200b",
    "marks and mojibake": "Ã¢â‚¬JTIy",
    "an object that goes on": "JTdCJTIyYSUyMiUzQSUyMmIl",
    "objects in objects": b64("%7B%22a%22%3A"),
    "objects in lists": b64("%7B%22a%22%3A%5B%5B"),
    "objects apart": b64("%7B%22a%22%3A") + " ; ",
    "losses in payloads": "JTdCJTIydGl0bGUl\ufffd",
    "payloads cut short": "JTdCJTIydGl0bGUlMjIlM0ElMjJB… ",
    "base64 of something else": "QUJD",
    "whole shortcodes": f'{TAG}id="1" params="{PAYLOAD}"]',
    "shortcodes without an end": f'{TAG}id="1" params="{PAYLOAD} ',
    "bare payloads": PAYLOAD,
    "bare payloads apart": PAYLOAD + " ",
    "cut payloads": PAYLOAD[:400] + "… ",
    "wrapped payloads": "\n> ".join(PAYLOAD[at : at + 60] for at in range(0, len(PAYLOAD), 60)) + "\n\n",
    "nesting at the limit": f'{TAG}id="1" params="{nested(30)}"]\n\n',
    "nesting beyond the limit": f'{TAG}id="1" params="{nested(90)}"]\n\n',
    "bare nesting beyond the limit": nested(90) + "\n\n",
}


def seconds(text: str | bytes) -> float:
    start = time.process_time()
    for _found in extract(text):
        pass
    return time.process_time() - start


def assert_linear(text: str) -> None:
    """Half of the text against the whole. A machine that others share may have to be asked again."""
    half = text[: len(text) // 2]
    for one, two in ((half, text), (half.encode(), text.encode())):
        assert any(seconds(two) <= 3 * seconds(one) + 0.05 for _ in range(4))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_twice_as_much_of_the_same_takes_about_twice_as_long(unit: str) -> None:
    assert_linear(unit * (2 * SIZE // len(unit) + 1))


@pytest.mark.parametrize("seed", range(4))
def test_twice_as_much_of_everything_takes_about_twice_as_long(seed: int) -> None:
    chance = random.Random(seed)
    units = [unit for unit in UNITS.values() if len(unit) < 60]
    assert_linear("".join(chance.choices(units, k=SIZE // 4)))


def test_a_payload_with_something_else_at_every_gap_is_read_in_linear_time() -> None:
    answers = [{"id": str(number), "text": "neither this nor that"} for number in range(700)]
    payload = encode_payload({"title": "?", "answers": answers})
    pieces = (f"{payload[at : at + 60]}{{#{at}}}" for at in range(0, len(payload), 60))
    assert_linear(f'{TAG}id="1" params="{"".join(pieces)}"]')


@pytest.mark.parametrize(
    "what", ["Ad", "A\n" * 60, "JTdCJTIydGl0bGUlMjIlM0El"], ids=["word", "list", "heads"]
)
def test_a_payload_that_is_interrupted_at_every_line_is_read_in_linear_time(what: str) -> None:
    answers = [{"id": str(number), "text": "neither this nor that"} for number in range(900)]
    payload = encode_payload({"title": "?", "answers": answers})
    lines = (payload[at : at + 76] for at in range(0, min(len(payload), 76 * 800), 76))
    assert_linear(f'{TAG}id="1" params="' + f"\n{what}\n".join(lines))


@pytest.mark.parametrize("head", [f'{TAG}id="1" params="', "JTdCJTIy"], ids=["shortcode", "payload"])
@pytest.mark.parametrize(
    "unit", ["a", "JTIw", "JTIw ", "JTIw\n", "%", "JTVC", b64("%5B%7B"), "…JTIwYWJj", "&#8203;JTIw"]
)
def test_one_payload_that_never_ends_is_read_in_linear_time(head: str, unit: str) -> None:
    assert_linear(head + unit * (2 * SIZE // len(unit)))


def cut(json_text: str) -> str:
    """The payload of a JSON text, without padding, as it stands before another one."""
    return b64(quote(json_text)).rstrip("=")


DEEP = {
    "lists": cut('{"answers":' + "[" * 300),
    "lists that stand apart": cut('{"answers":' + "[" * 300) + " ; ",
    "objects": cut('{"answers":' + '{"a":' * 30),
    "lists of objects": cut('{"title":' + '[{"a":' * 100) + "\n",
    "answers": cut('{"answers":[{"text":' * 40),
    "strings": cut('{"' + '"' * 300),
    "escapes": cut('{"a":"' + "\\u00" * 100),
    "half escapes": "JTdCJTIy" + b64("%" * 99) + " ",
    "commas": cut('{"answers":[' + "," * 300) + "… ",
    "letter by letter": " + ".join(cut('{"title":' + "[" * 60)),
    "everything": "".join(cut('{"' + part * 50) + "= " for part in ("[", '{"', '"', ":", "\\", "1,", "]")),
}


@pytest.mark.parametrize("before", ["", TAG, f'{TAG}id="1" params="', f'{TAG}id="1" params="{PAYLOAD[:400]}'])
@pytest.mark.parametrize("unit", DEEP.values(), ids=DEEP.keys())
def test_text_that_holds_nothing_is_not_read_over_and_over(
    unit: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted and not timed, so that a busy machine changes nothing."""
    passed: list[int] = []
    salvaged: list[int] = []
    read, salvage = recover.read, reader.salvage

    def counting_read(*args: Any, **options: Any) -> reader.Reading:
        reading = read(*args, **options)
        passed.append(reading.end - reading.start)
        return reading

    def counting_salvage(text: str) -> Params | None:
        salvaged.append(len(text))
        return salvage(text)

    monkeypatch.setattr(recover, "read", counting_read)
    monkeypatch.setattr(reader, "salvage", counting_salvage)
    text = before + unit * (2 * SIZE // len(unit))
    for _found in extract(text):
        pass
    assert sum(passed) <= 10 * len(text)
    assert sum(salvaged) <= 4 * len(text)


@pytest.mark.parametrize("unit", DEEP.values(), ids=DEEP.keys())
def test_twice_as_much_of_what_is_nested_takes_about_twice_as_long(unit: str) -> None:
    assert_linear(unit * (2 * SIZE // len(unit) + 1))


@pytest.mark.parametrize("unit", DEEP.values(), ids=DEEP.keys())
def test_a_shortcode_behind_a_flood_is_found(unit: str) -> None:
    poll = planted(random.Random(2), "de")
    *_, found = extract(unit * (SIZE // len(unit)) + "\n\n" + poll.shortcode)
    assert found.params == poll.params
    assert found.complete
