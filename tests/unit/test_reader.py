"""Reading a payload out of whatever stands between its characters."""

from __future__ import annotations

import pytest

from polldecode import encode_payload
from polldecode.limits import Limits
from polldecode.reader import read

PARAMS = {"title": "Which of them?", "answers": [{"id": "1", "text": "This one, of course"}]}
PAYLOAD = encode_payload(PARAMS)
TOKENS = [
    "\n",
    " ",
    "\r\n",
    "\n> ",
    "<br>",
    "<br />",
    "<wbr>",
    "\u200b",
    "\xad",
    "-\n",
    "\0",
    "</p>\n<p>",
    "<!-- x -->",
]


@pytest.mark.parametrize("token", TOKENS, ids=repr)
@pytest.mark.parametrize("every", [4, 7, 64])
def test_what_stands_between_the_characters_is_skipped(token: str, every: int) -> None:
    text = token.join(PAYLOAD[at : at + every] for at in range(0, len(PAYLOAD), every))
    reading = read(f"{text} behind", 0, Limits())
    assert (reading.params, reading.error, reading.payload) == (PARAMS, None, PAYLOAD)
    assert (reading.start, reading.end) == (0, len(text))
    assert len(reading.repairs) >= 1


def test_a_prefix_of_two_parts_is_skipped_where_some_lines_have_only_one() -> None:
    """A diff of a file of comments that was wrapped once more."""
    lines = [PAYLOAD[at : at + 40] for at in range(0, len(PAYLOAD), 40)]
    text = lines[0] + "".join(f"\n- {line[:2]}\n- % {line[2:]}" for line in lines[1:])
    reading = read(text, 0, Limits())
    assert (reading.params, reading.error, reading.payload) == (PARAMS, None, PAYLOAD)


@pytest.mark.parametrize("token", ["<br>", "<wbr>"])
def test_a_tag_where_characters_are_lost_adds_none_and_doubles_none(token: str) -> None:
    for place in range(10, len(PAYLOAD) - 10):
        for gone in (1, 2, 3):
            reading = read(PAYLOAD[:place] + token + PAYLOAD[place + gone :], 0, Limits())
            letters = "".join(filter(str.isalpha, token))
            kept = (
                PAYLOAD[:place] + PAYLOAD[place + gone :],
                PAYLOAD[:place] + letters + PAYLOAD[place + gone :],
            )
            assert reading.error or reading.payload in kept


@pytest.mark.parametrize("mark", ["…", "...", "[…]", "\ufffd"])
def test_a_mark_of_loss_ends_a_piece(mark: str) -> None:
    reading = read(PAYLOAD[:60] + mark + PAYLOAD[62:], 0, Limits())
    assert reading.error is not None
    assert reading.error.stage in ("base64", "cut")
    assert reading.pieces[0] == PAYLOAD[:60]


@pytest.mark.parametrize("tail", ["", " and so on", "\n\nThe article goes on.", "</p>", '"]', "…"])
def test_what_follows_a_cut_takes_nothing_away(tail: str) -> None:
    """Prose is of the alphabet, too."""
    for place in range(40, len(PAYLOAD) - 4):
        reading = read(PAYLOAD[:place] + tail, 0, Limits())
        assert reading.error is not None
        assert reading.params == read(PAYLOAD[:place], 0, Limits()).params
