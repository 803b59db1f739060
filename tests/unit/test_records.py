"""Records: the JSON of a found poll, the same everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from polldecode import Answer, DecodeError, Poll, extract, format_shortcode
from polldecode.records import POLL_FIELDS, Place, poll_of, to_record

POLL = Poll(7, "Q", (Answer("1", "a", 3, {"x": 1}),), extra={"name": "n"})


def test_a_record_has_the_fields_of_a_poll_then_how_and_where_it_was_found() -> None:
    (found,) = extract(format_shortcode(POLL))
    record = json.loads(json.dumps(to_record(found, Place("a.txt", start=0, end=found.end))))
    assert list(record) == [*POLL_FIELDS, "kind", "form", "complete", "dialect", "repairs", "error", "place"]
    assert (record["kind"], record["form"], record["complete"], record["error"]) == (
        "poll",
        "shortcode",
        True,
        None,
    )
    assert record["place"] == {
        **dict.fromkeys(("record", "url", "line", "column")),
        "path": "a.txt",
        "start": 0,
        "end": found.end,
    }
    assert poll_of(record) == POLL


def test_a_shortcode_without_a_payload_keeps_its_id_and_says_what_is_wrong() -> None:
    (found,) = extract('[expert_review_poll id="12"]')
    record = to_record(found, Place())
    assert (record["id"], record["question"], record["complete"]) == (12, None, False)
    assert record["error"]["stage"] == "payload"
    assert poll_of(record) == Poll(12)


@pytest.mark.parametrize(
    "record",
    [None, [], "x", {"answers": 1}, {"answers": [1]}, {"extra": 1}, {"question": []}, {"multiple": []},
     {"answers": [{"extra": 1}]}],
)  # fmt: skip
def test_what_is_no_record_is_refused_as_schema(record: Any) -> None:
    with pytest.raises(DecodeError) as caught:
        poll_of(record)
    assert caught.value.stage == "schema"
