"""JSON into params and typed polls with msgspec, on the road where everything is as the plugin writes it.

Whatever does not fit (unknown keys, other value shapes, lone surrogates, damage) answers None, and the
general reading in payload.py and models.py decides.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

import msgspec

from polldecode.models import Answer, Poll

Votes = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class WireAnswer(msgspec.Struct, forbid_unknown_fields=True):
    id: str | int
    text: str
    votes: Votes | None = None


class WirePoll(msgspec.Struct, forbid_unknown_fields=True, rename={"question": "title"}):
    question: str = ""
    show_title: bool = True
    show_count: bool = True
    style: str = "light-2"
    color: str = "blue-1"
    multiple: bool = False
    show_results_button: bool = False
    answers: list[WireAnswer] = []


decode_object = msgspec.json.Decoder(dict[str, Any]).decode
# strict=False reads the flags "1", "0", "true", 1, 0 as booleans, and leaves strings strings.
decode_poll = msgspec.json.Decoder(WirePoll, strict=False).decode


class Wire:
    """The road as a namespace."""

    @staticmethod
    def object_of(json_bytes: bytes) -> dict[str, Any] | None:
        try:
            return decode_object(json_bytes)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    @staticmethod
    def poll_of(json_bytes: bytes, id: int | None, most_answers: int) -> Poll | None:
        """The typed poll; None where a key, a value or the number of answers needs the general reading."""
        try:
            wire = decode_poll(json_bytes)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        return draft_poll(id, wire) if len(wire.answers) <= most_answers else None


class PollDraft:
    """A Poll before it is frozen. Setting the fields of a frozen dataclass costs more than parsing its JSON;
    an object of a class with the same slots has them set directly, and then becomes a Poll."""

    __slots__ = Poll.__slots__


class AnswerDraft:
    __slots__ = Answer.__slots__


def draft_poll(id: int | None, wire: WirePoll) -> Poll:
    answers = []
    for each in wire.answers:
        answer: Any = AnswerDraft()
        answer.id = each.id if type(each.id) is str else str(each.id)
        answer.text = each.text
        answer.votes = each.votes
        answer.extra = {}
        answer.__class__ = Answer
        answers.append(answer)
    poll: Any = PollDraft()
    poll.id = id
    poll.question = wire.question
    poll.answers = tuple(answers)
    poll.multiple = wire.multiple
    poll.show_title = wire.show_title
    poll.show_count = wire.show_count
    poll.show_results_button = wire.show_results_button
    poll.style = wire.style
    poll.color = wire.color
    poll.total_votes = None
    poll.can_vote = None
    poll.extra = {}
    poll.__class__ = Poll
    return cast(Poll, poll)
