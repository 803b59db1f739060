"""What damage may do: nothing raises but what is declared, nothing is called whole that was not written."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polldecode import (
    DecodeError,
    Limits,
    Poll,
    decode_payload,
    encode_payload,
    extract,
    find_polls,
    strategies,
)
from polldecode.errors import Stage
from polldecode.records import Place, poll_of, to_record
from polldecode.salvage import DAMAGE, salvage
from polldecode.samples import Planted, Sample, planted

LOSS = ("…", "...", "[…]", "\ufffd")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"
WORDS = st.text("abc é/~?\n\"'{}票", max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("title", "show_title", "style", "multiple", "answers", "id", "text", "votes", "extra", "question")
POLL_LIKE = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner | st.lists(inner, max_size=3), max_size=6),
    max_leaves=10,
)


# ---------------------------------------------------------------------------------------------------------
# Nothing but the declared errors.


def result_of(function: Callable[..., Any], *given: Any, **named: Any) -> tuple[Any, DecodeError | None]:
    try:
        return function(*given, **named), None
    except DecodeError as error:
        return None, error


def read_everything(text: str | bytes) -> None:
    """Everything that a caller may ask of what was found."""
    find_polls(text)
    for found in extract(text):
        assert text[found.start : found.end] == found.source
        to_record(found, Place())
        repr(found)
        str(found.error)


TORN = st.lists(
    st.sampled_from(
        (
            *(
                "[expert_review_poll ",
                'id="1" ',
                'params="',
                '"]',
                "JTdCJTIy",
                "JTdC",
                "JTIy",
                "JTdE",
                "N0Q=",
            ),
            *("eyJ0", "&#8221;", "&amp;", "&#", "\\u201d", "\\", "\\x", "%", "%2", "%u20", "=3D", "=\n", "="),
            *(
                "\0",
                "\x1b[31m",
                "Ã¢â‚¬Â\x9d",
                "\ufffd",
                "…",
                "...",
                "<br",
                "<!--",
                ">",
                "\n> ",
                "-\n",
                "\u200b",
            ),
            *("\ud800", "\udc80", "+", "J\0T\0I\0y\0", "JTdCJTIydGl0bGUlMjIlM0ElMjJBJTIyJTJD", "[[", "]]"),
        )
    )
    | st.text(max_size=4),
    max_size=30,
).map("".join)


@given(TORN | st.text())
def test_no_text_makes_extract_raise(text: str) -> None:
    read_everything(text)
    read_everything(text.encode("utf-8", "surrogatepass"))


@given(st.binary() | st.tuples(st.binary(max_size=4), strategies.shortcodes(), st.binary()).map(
    lambda parts: parts[0] + parts[1].encode() + parts[2]
))  # fmt: skip
def test_no_bytes_make_extract_raise(raw: bytes) -> None:
    read_everything(raw)


@given(
    strategies.shortcodes(text=WORDS),
    st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
    st.data(),
)
def test_wide_charsets_that_are_cut_or_broken_do_not_raise(
    text: str, charset: str, data: st.DataObject
) -> None:
    raw = bytearray(("\ufeff" + text).encode(charset))
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_everything(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@given(st.text() | st.binary() | st.text(ALPHABET) | JSON.map(repr))
def test_decode_payload_raises_decode_errors_only(payload: str | bytes) -> None:
    params, error = result_of(decode_payload, payload)
    if error is None:
        assert isinstance(params, dict)
    else:
        assert error.stage in get_args(Stage)
        assert error.position is None or error.position >= 0


@given(POLL_LIKE, st.none() | st.integers() | st.text(max_size=5))
def test_from_params_raises_decode_errors_only(params: object, ident: Any) -> None:
    poll, error = result_of(Poll.from_params, params, id=ident)
    if error is None:
        assert all(isinstance(answer.text, str) for answer in poll.answers)
        hash(poll)
    else:
        assert error.stage in ("schema", "limit")


@given(POLL_LIKE)
def test_poll_of_raises_decode_errors_only(record: object) -> None:
    _, error = result_of(poll_of, record)
    assert error is None or error.stage == "schema"


@example('{"a":"\t"').via("a control character inside of a string")
@given(st.text('{}[]:,"\\0-9.eE truefalsnu\0\t\n\x01', max_size=60) | st.text(max_size=20))
def test_salvage_takes_any_text(text: str) -> None:
    assert salvage(text) is None or isinstance(salvage(text), dict)


@given(
    st.dictionaries(st.sampled_from(["title", "answers", "style"]), JSON, min_size=1),
    st.sampled_from([0, 0, 0, 1, 40]),
)
def test_a_payload_of_any_shape_is_reported_and_never_raised(params: dict[str, Any], depth: int) -> None:
    for _ in range(depth):
        params = {"answers": [params]}
    try:
        payload = encode_payload(params, dialect="js")
    except ValueError:
        return
    read_everything(f'[expert_review_poll id="1" params="{payload}"]')
    read_everything(payload)


@given(strategies.shortcodes(), st.integers(0, 300), st.integers(0, 4), st.integers(0, 3), st.integers(0, 12))
def test_limits_are_reported_and_never_raised(
    text: str, payload: int, answers: int, depth: int, digits: int
) -> None:
    limits = Limits(payload=payload, answers=answers, depth=depth, digits=digits)
    for found in extract(text, limits=limits):
        if found.complete:
            assert found.poll is not None
            assert len(found.poll.answers) <= answers
            assert len(found.payload) <= payload
        else:
            assert found.error is not None


# ---------------------------------------------------------------------------------------------------------
# Damage at one place of a payload.


def readings(payload: str, start: int, end: int, put: str) -> list[dict[str, Any] | None]:
    """What a payload may say in which ``put`` stands instead of ``payload[start:end]``.

    Nobody can see that characters of the alphabet are others than were written, or fewer: what is valid JSON
    of these characters may be believed. If all of ``put`` is letters and digits, it is a part of the payload.
    Otherwise it may be a token of which any part is no payload. But nothing beside it may be left out, read
    twice or made up; and what was only put between is left out best."""
    kept = [character for character in put if character in ALPHABET]
    if put.isalnum() and put.isascii():
        return [result_of(decode_payload, payload[:start] + put + payload[end:])[0]]
    return [
        result_of(decode_payload, payload[:start] + "".join(some) + payload[end:])[0]
        for count in range(len(kept) + 1)
        for some in combinations(kept, count)
    ]


PUT = (
    st.just("")
    | st.text(ALPHABET, max_size=6)
    | st.sampled_from(
        ["<br>", "<br />", "<wbr>", "&#8203;", "\\n", "\u200b", "\n> ", "…", "...", "[…]", "\ufffd", " "]
    )
    | st.text(ALPHABET[:8] + "br<>&#;…\n \"'\\[]%é\u200b", max_size=6)
)


def planted_of(seed: int) -> Planted:
    """A poll as long as those of the world: damage needs room."""
    return planted(Random(seed), "fr")


POLLS = st.integers(0, 10**6).map(planted_of)


@st.composite
def damages(draw: st.DrawFn) -> tuple[Planted, int, int, str]:
    """A poll, which part of its payload is gone, and what stands there instead."""
    poll = draw(POLLS)
    length = len(poll.payload.rstrip("="))
    start = draw(st.integers(0, length) | st.integers(0, 16) | st.integers(max(0, length - 16), length))
    gone = draw(st.sampled_from([0, 0, 1, 2, 3, 4, 8, 40, 400]) | st.integers(0, 30))
    return poll, start, min(length, start + gone), draw(PUT)


def texts_of(poll: Planted, payload: str) -> tuple[str, str]:
    return (
        f'Prose.\n\n[expert_review_poll id="{poll.id}" params="{payload}"]\n\nMore.',
        f"Prose.\n\n{payload}\n\nMore.",
    )


NESTED = planted_of(3)


@settings(max_examples=400)
@given(damages())
@example((NESTED, 2, 402, "")).via("the head is gone, and the object of an answer closes by itself")
@example((NESTED, 72, 74, "<br>")).via("a tag stands where two characters were")
def test_what_is_called_complete_is_what_the_characters_say(damage: tuple[Planted, int, int, str]) -> None:
    poll, start, end, put = damage
    payload = poll.payload[:start] + put + poll.payload[end:]
    allowed = [poll.params, *readings(poll.payload, start, end, put)]
    for text in texts_of(poll, payload):
        for found in extract(text):
            assert found.attrs.get("id") in (None, poll.id)
            if found.complete:
                assert found.params in allowed
                assert found.params == decode_payload(found.payload)


@given(POLLS, st.data(), st.sampled_from(LOSS))
def test_a_poll_with_a_mark_of_loss_inside_is_never_complete(
    poll: Planted, data: st.DataObject, mark: str
) -> None:
    length = len(poll.payload.rstrip("="))
    start = data.draw(st.integers(1, length - 1))
    end = data.draw(st.integers(start, length))
    for text in texts_of(poll, poll.payload[:start] + mark + poll.payload[end:]):
        assert not [found.params for found in extract(text) if found.complete]


@given(POLLS, st.data())
def test_repeated_damage_never_makes_up_answers(poll: Planted, data: st.DataObject) -> None:
    """A few places, each overwritten by something that is no payload: nothing of it is complete, and each
    answer that comes back as whole was written."""
    payload = poll.payload
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(payload) - 8))
        size = data.draw(st.integers(1, 60))
        payload = (
            payload[:start]
            + data.draw(st.sampled_from(["…", "[…]", "\ufffd", "\ufffd\ufffd"]))
            + payload[start + size :]
        )
    texts = {answer["text"] for answer in poll.params["answers"]}
    for text in texts_of(poll, payload):
        for found in extract(text):
            if found.poll is not None and not found.complete:
                assert {answer.text for answer in found.poll.answers} <= texts
                assert found.poll.question in ("", poll.params["title"])


# ---------------------------------------------------------------------------------------------------------
# Cuts.


def is_part_of(given: dict[str, Any], written: dict[str, Any]) -> bool:
    """Scalars as written, answers from the first on, the last of them perhaps unfinished."""
    answers = given.get("answers", [])
    return (
        all(given[key] == written[key] for key in given if key != "answers")
        and len(answers) <= len(written["answers"])
        and all(one.items() <= other.items() for one, other in zip(answers, written["answers"], strict=False))
        and all(one == other for one, other in zip(answers[:-1], written["answers"], strict=False))
        and ("answers" not in given or bool(answers) or written["answers"] == [])
    )


@pytest.mark.parametrize(
    "tail", ["", "…", " […]", "...", "&hellip;", "</p>", '"]', "\n\nThe article goes on."], ids=repr
)
@pytest.mark.parametrize("head", ['[expert_review_poll id="7" params="', ""], ids=["shortcode", "bare"])
def test_a_payload_cut_anywhere_gives_a_part_of_what_was_written(head: str, tail: str) -> None:
    poll = planted_of(5 + len(tail))
    length = len(poll.payload.rstrip("="))
    before = 0
    for place in range(length):
        given = list(extract(f"Before.\n\n{head}{poll.payload[:place]}{tail}"))
        assert len(given) <= 1
        now = 0
        for found in given:
            assert not found.complete
            assert found.error is not None
            assert found.attrs.get("id") == ("7" if head else None)
            if found.params is not None:
                assert is_part_of(found.params, poll.params)
                now = len(found.params) + len(found.params.get("answers", ()))
        assert now >= before, "a longer piece never says less"
        before = now
    assert before > 6


@given(strategies.planted(), st.data())
def test_a_cut_shortcode_of_any_poll_gives_a_part_of_it(poll: Planted, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(poll.shortcode) - len('"]') - poll.payload.count("=") - 1))
    for found in extract(poll.shortcode[:place]):
        assert not found.complete
        assert found.params is None or is_part_of(found.params, poll.params)


@given(POLLS, st.data())
def test_a_text_that_begins_inside_of_a_payload_gives_what_is_left(
    poll: Planted, data: st.DataObject
) -> None:
    """At whichever of the four alignments of base64 it begins."""
    place = data.draw(st.integers(1, len(poll.payload) - 1))
    for found in extract(f'{poll.payload[place:]}"]\n\nMore.'):
        assert not found.complete
        params = found.params or {}
        assert all(params[key] == poll.params[key] for key in params if key != "answers")
        written = poll.params["answers"]
        answers = params.get("answers", [])
        assert answers == (written[-len(answers) :] if answers else [])


@given(strategies.mangled_texts(recoverable="partial", max_polls=1))
def test_partial_manglings_never_make_anything_up(mangled: Sample) -> None:
    (poll,) = mangled.planted
    texts = {answer["text"] for answer in poll.params["answers"]}
    for found in extract(mangled.text):
        if found.complete:
            assert found.params == poll.params
        elif found.poll is not None:
            assert {answer.text for answer in found.poll.answers} <= texts
            assert found.poll.question in ("", poll.params["title"])


@given(POLLS, st.data())
def test_salvage_of_json_cut_anywhere_is_a_part_of_it(poll: Planted, data: st.DataObject) -> None:
    text = json.dumps(
        poll.params, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.none() | st.just(1))
    )
    place = data.draw(st.integers(0, len(text) - 1))
    for rest in ("", DAMAGE):
        assert is_part_of(salvage(text[:place] + rest) or {}, poll.params)
