"""Reading a payload out of whatever stands between its characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from polldecode import cursor, encode_payload, extract
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


INTERRUPTIONS = [
    "\n\nAdvertisement\n\n",
    "\nADVERTISEMENT\n",
    "\n\nLire aussi : notre dossier\n\n",
    "\n\n12\n\n",
    "\n+\n+Lire aussi : notre dossier\n+",
    "\n\n3/5 https://example.org/a 02.01.2024\n\f",
    "<script>window.ads = 1;</script>",
    "<style>.ad { color: red }</style>",
    "<div>Publicité</div>",
    f"<!-- {'banner ' * 70}-->",
]


@pytest.mark.parametrize("what", INTERRUPTIONS, ids=range(len(INTERRUPTIONS)))
def test_what_a_page_puts_into_a_payload_is_skipped_wherever_it_stands(what: str) -> None:
    for place in range(40, len(PAYLOAD) - 24):
        text = PAYLOAD[:place] + what + PAYLOAD[place:]
        reading = read(f"{text} behind", 0, Limits())
        assert (reading.params, reading.error, reading.end) == (PARAMS, None, len(text))


@pytest.mark.parametrize("columns", [4, 8, 16, 24, 32, 64])
@pytest.mark.parametrize("wrong", ["#", ""], ids=["replaced", "lost"])
def test_a_line_with_something_wrong_in_it_is_no_interruption(columns: int, wrong: str) -> None:
    lines = [PAYLOAD[at : at + columns] for at in range(0, len(PAYLOAD), columns)]
    for number in range(1, len(lines) - 1):
        broken = lines[number][: columns // 2] + wrong + lines[number][columns // 2 + 1 :]
        reading = read("\n".join((*lines[:number], broken, *lines[number + 1 :])), 0, Limits())
        assert reading.error or reading.params == PARAMS


@pytest.mark.parametrize("garbled", [str.lower, str.upper, str.swapcase, lambda line: line[::-1]])
@pytest.mark.parametrize("every", [5, 7, 64])
@pytest.mark.parametrize("columns", [24, 28, 32])
def test_a_garbled_line_is_no_interruption_though_nothing_of_it_decodes(
    columns: int, every: int, garbled: Callable[[str], str]
) -> None:
    lines = [PAYLOAD[at : at + columns] for at in range(0, len(PAYLOAD), columns)]
    for number in range(1, len(lines) - 1):
        broken = " ".join(garbled(lines[number][at : at + every]) for at in range(0, columns, every))
        reading = read("\n".join((*lines[:number], broken, *lines[number + 1 :])), 0, Limits())
        assert reading.error


@pytest.mark.parametrize("what", ["Read more", "null", "None", "Skip page"])
def test_a_few_words_between_lines_of_one_length_are_no_line(what: str) -> None:
    """Though they have as many letters as groups of four."""
    lines = [PAYLOAD[at : at + 40] for at in range(0, len(PAYLOAD), 40)]
    for number in range(1, len(lines) - 2):
        reading = read("\n".join((*lines[:number], what, *lines[number:])), 0, Limits())
        assert (reading.params, reading.error) == (PARAMS, None)


OMISSIONS = [
    "[snip]",
    "-----8<-----",
    "[12 lines omitted]",
    "(3 lines hidden)",
    "@@ -10,7 +12,9 @@",
    "[truncated]",
]


@pytest.mark.parametrize("mark", OMISSIONS)
@pytest.mark.parametrize("columns", [24, 32, 40, 64])
def test_lines_of_which_a_mark_says_that_they_were_left_out_are_lost(columns: int, mark: str) -> None:
    lines = [PAYLOAD[at : at + columns] for at in range(0, len(PAYLOAD), columns)]
    for number in range(1, len(lines) - 1):
        text = "\n".join((*lines[:number], mark, *lines[number + 1 :]))
        assert read(text, 0, Limits()).error
        assert not any(found.complete for found in extract(f'[expert_review_poll id="5" params="{text}"]'))


@pytest.mark.parametrize("what", ["12", "Advertisement", "Lire aussi : nos 12 conseils"])
def test_a_reading_never_goes_back_to_an_interruption_that_it_has_left(what: str) -> None:
    """Lines are lost in front of it, so that it seems to begin there."""
    for columns in (28, 40, 61, 62):
        lines = [PAYLOAD[at : at + columns] for at in range(0, len(PAYLOAD), columns)]
        for first in range(1, len(lines) - 1):
            for last in range(first + 1, len(lines)):
                for gone in range(1, last):
                    rest = lines[first:gone] + lines[gone + 1 : last]
                    reading = read("\n".join((*lines[:first], *rest, what, *lines[last:], what)), 0, Limits())
                    assert reading.stops < 100


def test_another_payload_behind_a_cut_one_is_no_part_of_it() -> None:
    for cut in range(40, len(PAYLOAD) - 8):
        reading = read(f"{PAYLOAD[:cut]}\n\nLire aussi :\n\n{PAYLOAD}\n", 0, Limits())
        assert reading.error
        assert reading.end < len(PAYLOAD)


def test_of_several_gaps_the_one_that_ends_a_line_was_skipped_wrongly() -> None:
    """A listing of lines that hold invisible characters: the number goes on with the payload for a while."""
    apart = "\u200b".join(PAYLOAD[at : at + 10] for at in range(0, len(PAYLOAD), 10))
    lines = [apart[at : at + 47] for at in range(0, len(apart), 47)]
    text = lines[0] + "".join(f"\n    {number}  {line}" for number, line in enumerate(lines[1:], 1))
    assert read(text, 0, Limits()).params == PARAMS


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


def test_a_long_payload_is_not_parsed_again_at_each_place_that_is_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [{"id": str(n), "text": f"answer number {n} of them"} for n in range(1500)]
    payload = encode_payload({"title": "Which?", "answers": answers})
    lines = [payload[at : at + 48] for at in range(0, len(payload), 48)]
    text = "\nRead more about it here and now\n".join(lines)
    asked = []
    closes = cursor.json_closes
    monkeypatch.setattr(cursor, "json_closes", lambda piece: asked.append(len(piece)) or closes(piece))
    reading = read(text, 0, Limits())
    assert reading.params is not None
    assert reading.params["answers"] == answers
    assert asked
    assert sum(asked) < 20 * len(text)
