"""Another implementation of the same format: the functions of PHP by which the plugin reads a payload."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
import subprocess
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from polldecode import DecodeError, decode_payload, encode_payload
from polldecode.samples import poll_params

PHP = shutil.which("php")
pytestmark = pytest.mark.skipif(PHP is None, reason="php is not installed (apt-get install php-cli)")

# A line of hexadecimal digits for each payload, so that no payload can break the protocol; a line of JSON
# back, in ASCII and with key order kept, or "-" where the plugin would have nothing.
PROGRAM = """
while (($line = fgets(STDIN)) !== false) {
    $params = json_decode(urldecode(base64_decode(hex2bin(trim($line)))), false, 64);
    echo is_object($params) ? json_encode($params, JSON_PRESERVE_ZERO_FRACTION) : '-', "\\n";
}
"""


def read_by_php(payloads: list[str]) -> list[Any]:
    """What each payload is to PHP; None where it reads no object."""
    lines = "".join(payload.encode().hex() + "\n" for payload in payloads)
    ran = subprocess.run([str(PHP), "-r", PROGRAM], input=lines, capture_output=True, text=True, check=True)
    answers = ran.stdout.splitlines()
    assert len(answers) == len(payloads), ran.stderr
    return [None if answer == "-" else json.loads(answer) for answer in answers]


def lower_hex(text: str) -> str:
    return re.sub("%..", lambda escape: escape[0].lower(), text)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sprinkled(payload: str, chance: random.Random) -> str:
    """Characters outside of the alphabet, anywhere: base64_decode skips them."""
    characters = list(payload)
    for _ in range(chance.randint(1, 8)):
        characters.insert(
            chance.randint(0, len(characters)), chance.choice(" \n\t\r.,;:!<>\"'()[]{}&#%\\\0é”″»\u200b")
        )
    return "".join(characters)


def made(count: int, seed: int) -> list[str]:
    """Payloads as both encoders write them, and as other hands do."""
    chance = random.Random(seed)
    payloads = []
    for number in range(count):
        params, dialect = poll_params(chance, chance.choice(["fr", "en", "ja", "ru"]), votes=number % 3 == 0)
        payload = encode_payload(params, dialect=dialect)
        text = json.dumps(params, ensure_ascii=number % 2 == 0, indent=chance.choice([None, 1]))
        payloads += [
            payload,
            payload.rstrip("="),
            sprinkled(payload, chance),
            b64(quote(text)),
            b64(quote(text, safe="")),
            b64(quote(text, safe="{}[]:, ")),
            b64(quote_plus(text)),
            b64(lower_hex(quote(text, safe=""))),
            b64(" " + quote(text, safe="") + "%20%0A"),
            b64(quote(text, safe="") + chance.choice(["%20", "+", "%09"])),
        ]
    return payloads


def test_php_and_this_read_the_same_params_out_of_the_same_payloads() -> None:
    payloads = made(60, seed=1)
    answers = read_by_php(payloads)
    assert all(answer is not None for answer in answers), "each of these is readable to the plugin"
    for payload, answer in zip(payloads, answers, strict=True):
        assert json.dumps(decode_payload(payload)) == json.dumps(answer), payload


def test_what_damage_leaves_readable_to_php_is_read_the_same() -> None:
    """Flipped, dropped and doubled characters. `-` and `_` are left out: PHP skips them, while here they are
    the URL-safe alphabet."""
    chance = random.Random(2)
    payloads = []
    for payload in made(40, seed=3):
        for _ in range(4):
            place, gone = chance.randrange(len(payload)), chance.choice([0, 0, 1, 1, 4, 8])
            put = "".join(chance.choices("ABCXYZabcxyz0189+/= \n&;", k=chance.choice([0, 1, 1, 4])))
            payloads.append(payload[:place] + put + payload[place + gone :])
    answers = read_by_php(payloads)
    assert sum(answer is not None for answer in answers) > 200
    for payload, answer in zip(payloads, answers, strict=True):
        if answer is not None:
            assert json.dumps(decode_payload(payload)) == json.dumps(answer), payload


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.0,"b":-0.5,"c":1e3}',
        '{"a":"\\u0041\\/\\n\\ud83d\\ude00"}',
        '{"":"","é":"票"}',
        '{"a":{},"b":[],"c":[{}]}',
        '{"a":1,"a":2}',
        '{"a":"100%25 %zz %4"}',
        '{"a":"+"}',
        ' \t\r\n{"a":null,"b":true,"c":false} \n',
    ],
)
def test_json_that_nobody_expects_is_read_as_php_reads_it(text: str) -> None:
    for payload in (b64(text), b64(quote(text)), b64(quote_plus(text))):
        (answer,) = read_by_php([payload])
        try:
            params: object = decode_payload(payload)
        except DecodeError:
            params = None
        assert json.dumps(params) == json.dumps(answer)


def test_what_this_writes_is_what_json_encode_writes() -> None:
    """With the flags of the plugin: JSON_UNESCAPED_UNICODE alone, then rawurlencode but for what
    encodeURIComponent leaves."""
    chance = random.Random(4)
    program = """
    while (($line = fgets(STDIN)) !== false) {
        $json = json_encode(json_decode(hex2bin(trim($line))), JSON_UNESCAPED_UNICODE);
        $kept = ['%21' => '!', '%2A' => '*', '%27' => "'", '%28' => '(', '%29' => ')'];
        echo base64_encode(strtr(rawurlencode($json), $kept)), "\\n";
    }
    """
    polls = [poll_params(chance, "fr")[0] for _ in range(200)]
    lines = "".join(json.dumps(params).encode().hex() + "\n" for params in polls)
    ran = subprocess.run([str(PHP), "-r", program], input=lines, capture_output=True, text=True, check=True)
    assert [encode_payload(params, dialect="php") for params in polls] == ran.stdout.splitlines()
