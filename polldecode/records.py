"""The JSON of a found poll, the same everywhere: ``show --json``, ``scan``, ``decode``; read back by
``encode``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from polldecode.errors import DecodeError
from polldecode.extraction import Extraction
from polldecode.models import Answer, Params, Poll, count_of, flag_of, id_of, text_of

Record = dict[str, Any]


@dataclass(slots=True)  # frozen, making one would cost five times as much
class Place:
    """Where a poll was found. ``path``: the file ("-" for stdin). ``record``: line, row or WARC record id
    inside of it. ``line`` and ``column`` (both from 1, columns in characters of the text) and ``start``,
    ``end`` (offsets in the text that was searched, in its units). None is what does not apply."""

    path: str | None = None
    record: str | int | None = None
    url: str | None = None
    line: int | None = None
    column: int | None = None
    start: int | None = None
    end: int | None = None


PLACE_FIELDS = tuple(field.name for field in fields(Place))


def to_record(found: Extraction, place: Place) -> Record:
    """One extraction as a JSON object: the fields of Poll, then how and where it was found.

    Where no poll could be read, ``id`` is the shortcode's and the other fields of Poll are null.
    """
    poll = found.poll
    fields = poll_fields(poll) if poll is not None else dict.fromkeys(POLL_FIELDS)
    if poll is None:
        fields["id"] = id_of(found.attrs.get("id"))
    return fields | {
        "kind": "poll",
        "form": found.form,
        "complete": found.complete,
        "dialect": found.dialect,
        "repairs": list(found.repairs),
        "error": error_fields(found.error),
        "place": {name: getattr(place, name) for name in PLACE_FIELDS},
    }


def poll_fields(poll: Poll) -> Record:
    """The fields of a Poll, answers as objects, in the order of the class."""
    return {name: getattr(poll, name) for name in POLL_FIELDS} | {
        "answers": [
            {"id": a.id, "text": a.text, "votes": a.votes, "extra": dict(a.extra)} for a in poll.answers
        ],
        "extra": dict(poll.extra),
    }


def poll_of(record: object) -> Poll:
    """The Poll of a record, or of the fields of a Poll alone. Raises DecodeError (stage "schema")."""
    if not isinstance(record, dict):
        raise DecodeError("schema", "not a JSON object", None, repr(record))
    answers = record.get("answers")
    if answers is None:
        answers = []
    if not isinstance(answers, list):
        raise DecodeError("schema", "answers are not a list", None, repr(answers))
    fields: Record = {
        "id": id_of(record.get("id")) if isinstance(record.get("id"), (int, str)) else None,
        "question": text_of(record.get("question"), "question"),
        "answers": tuple(answer_of(answer, n) for n, answer in enumerate(answers)),
        "total_votes": count_of(record.get("total_votes")),
        "extra": extra_of(record),
    }
    for name in ("multiple", "show_title", "show_count", "show_results_button", "can_vote"):
        if record.get(name) is not None:
            fields[name] = flag_of(record[name], name)
    for name in ("style", "color"):
        if record.get(name) is not None:
            fields[name] = text_of(record[name], name)
    return Poll(**fields)


def answer_of(record: object, position: int) -> Answer:
    answer = Answer.from_params(record, position=position)
    nested = extra_of(record)
    rest = {key: value for key, value in answer.extra.items() if key != "extra"}
    return Answer(answer.id, answer.text, answer.votes, rest | nested)


def extra_of(record: object) -> Params:
    extra = record.get("extra") if isinstance(record, dict) else None
    if extra is None:
        return {}
    if not isinstance(extra, dict):
        raise DecodeError("schema", "extra is not an object", None, repr(extra))
    return dict(extra)


def error_fields(error: DecodeError | None) -> Record | None:
    return (
        None if error is None else {"stage": error.stage, "reason": error.reason, "position": error.position}
    )


POLL_FIELDS = (
    "id",
    "question",
    "answers",
    "multiple",
    "show_title",
    "show_count",
    "show_results_button",
    "style",
    "color",
    "total_votes",
    "can_vote",
    "extra",
)
