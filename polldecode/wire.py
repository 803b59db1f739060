"""JSON into params and typed polls with msgspec, on the road where everything is as the plugin writes it.

Whatever does not fit (unknown keys, other value shapes, lone surrogates, damage) answers None, and the general reading in
payload.py and models.py decides.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

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
    answers: tuple[WireAnswer, ...] = ()


class Wire:
    """The decoders, made once."""

    decode_object = msgspec.json.Decoder(dict[str, Any]).decode
    # strict=False reads the flags "1", "0", "true", 1, 0 as booleans, and leaves strings strings.
    decode_poll = msgspec.json.Decoder(WirePoll, strict=False).decode

    @classmethod
    def object_of(cls, json_bytes: bytes) -> dict[str, Any] | None:
        try:
            return cls.decode_object(json_bytes)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    @classmethod
    def poll_of(cls, json_bytes: bytes, id: int | None) -> Poll | None:
        """The typed poll; None where a key or a value shape needs the general reading."""
        try:
            wire = cls.decode_poll(json_bytes)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        # A frozen dataclass's __init__ looks every field up by name again; writing to the slots takes half of that.
        poll = new(Poll)
        set_id(poll, id)
        set_question(poll, wire.question)
        set_answers(poll, tuple([answer_of(answer) for answer in wire.answers]))
        set_multiple(poll, wire.multiple)
        set_show_title(poll, wire.show_title)
        set_show_count(poll, wire.show_count)
        set_show_results_button(poll, wire.show_results_button)
        set_style(poll, wire.style)
        set_color(poll, wire.color)
        set_total_votes(poll, None)
        set_can_vote(poll, None)
        set_extra(poll, {})
        return poll


def answer_of(wire: WireAnswer) -> Answer:
    answer = new(Answer)
    set_answer_id(answer, str(wire.id))
    set_answer_text(answer, wire.text)
    set_answer_votes(answer, wire.votes)
    set_answer_extra(answer, {})
    return answer


new = object.__new__
(
    set_id,
    set_question,
    set_answers,
    set_multiple,
    set_show_title,
    set_show_count,
    set_show_results_button,
    set_style,
    set_color,
    set_total_votes,
    set_can_vote,
    set_extra,
) = (getattr(Poll, field.name).__set__ for field in fields(Poll))
set_answer_id, set_answer_text, set_answer_votes, set_answer_extra = (
    getattr(Answer, field.name).__set__ for field in fields(Answer)
)
