"""Payloads as other hands write them, and what their errors say."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from polldecode import DecodeError, EncodeError, Limits, decode_payload, encode_payload

PARAMS: dict[str, Any] = {"title": "a/b ~ ça 🗳️", "answers": [{"id": "1", "text": "\u2028"}]}
PAYLOAD = encode_payload(PARAMS)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def of_json(text: str) -> str:
    return b64(quote(text, safe=""))


@pytest.mark.parametrize(
    "payload",
    [
        PAYLOAD,
        PAYLOAD.encode(),
        PAYLOAD.rstrip("="),
        "\n".join(PAYLOAD),
        f"“{PAYLOAD}”",
        PAYLOAD.replace("+", "-"),
        b64(base64.b64decode(PAYLOAD).decode() + "%7D and more"),
        b64(quote_plus('{"title":"a/b ~ ça 🗳️","answers":[{"id":"1","text":"\u2028"}]}')),
        b64('{"title": "a/b ~ ça 🗳️", "answers": [{"id": "1", "text": "\\u2028"}]}'),
    ],
    ids=[
        "plain",
        "bytes",
        "no padding",
        "wrapped",
        "quotes",
        "url-safe",
        "text behind",
        "form",
        "no percent",
    ],
)
def test_a_payload_is_read_as_leniently_as_the_plugin_reads_it(payload: str | bytes) -> None:
    assert decode_payload(payload) == PARAMS


@pytest.mark.parametrize(
    ("payload", "stage"),
    [
        ("", "payload"),
        ("“ ”", "payload"),
        (base64.b64encode(b"\xff\xfe{}").decode(), "base64"),
        (b64("%7B%22a%22%3A%22%FF%22%7D"), "percent"),
        (of_json('{"a" 1}'), "json"),
        (of_json('{"a":NaN}'), "json"),
        (of_json('{"a":-Infinity}'), "json"),
        (of_json("[1]"), "schema"),
        (of_json('"text"'), "schema"),
        (PAYLOAD[:40], "cut"),
        (of_json('{"a":' + "[" * 70 + "]" * 70 + "}"), "limit"),
        (of_json('{"a":' + "[" * 9999 + "]" * 9999 + "}"), "limit"),
        (of_json('{"a":' + "9" * 65 + "}"), "limit"),
        (of_json('{"a":1e999}'), "limit"),
    ],
)
def test_an_error_names_the_stage_that_failed(payload: str, stage: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_payload(payload)
    assert caught.value.stage == stage


def test_limits_are_what_the_caller_says() -> None:
    assert decode_payload(of_json('{"a":[1]}'), limits=Limits(depth=2)) == {"a": [1]}
    for limits in (Limits(depth=1), Limits(payload=len(PAYLOAD) - 1)):
        with pytest.raises(DecodeError) as caught:
            decode_payload(PAYLOAD, limits=limits)
        assert caught.value.stage == "limit"


@pytest.mark.parametrize(
    ("value", "php", "js"),
    [
        ("/", '"\\/"', '"/"'),
        ("\u2028\u2029", '"\\u2028\\u2029"', '"\u2028\u2029"'),
        ("\x00\x1f\x7f", '"\\u0000\\u001f\x7f"', '"\\u0000\\u001f\x7f"'),
        ("é🗳", '"é🗳"', '"é🗳"'),
        ('"\\\b\f\n\r\t', '"\\"\\\\\\b\\f\\n\\r\\t"', '"\\"\\\\\\b\\f\\n\\r\\t"'),
        (1.5, "1.5", "1.5"),
        (1e21, "1.0e+21", "1e+21"),
        (1e-7, "1.0e-7", "1e-7"),
        (-0.0, "-0.0", "0"),
        ([True, False, None, {}], "[true,false,null,{}]", "[true,false,null,{}]"),
    ],
)
def test_each_encoder_writes_what_its_language_writes(value: object, php: str, js: str) -> None:
    for dialect, written in (("php", php), ("js", js)):
        expected = b64(quote(f'{{"a":{written}}}', safe="-_.!~*'()"))
        assert encode_payload({"a": value}, dialect=dialect) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1: 2}, object(), {1, 2}])
@pytest.mark.parametrize("dialect", ["php", "js"])
def test_what_is_no_json_is_refused(value: object, dialect: Any) -> None:
    with pytest.raises(EncodeError):
        encode_payload({"a": value}, dialect=dialect)


def test_a_lone_surrogate_is_refused_by_php_and_escaped_by_javascript() -> None:
    with pytest.raises(EncodeError):
        encode_payload({"a": "\ud800"})
    assert decode_payload(encode_payload({"a": "\ud800"}, dialect="js")) == {"a": "\ud800"}


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(EncodeError, match="perl"):
        encode_payload({}, dialect="perl")  # type: ignore[arg-type]
