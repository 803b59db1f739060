"""JSON into params and typed polls with msgspec, on the road where everything is as the plugin writes it.

Whatever does not fit (unknown keys, other value shapes, lone surrogates, damage) answers None, and the
general reading in payload.py and models.py decides.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from polldecode.limits import Limits
from polldecode.models import Answer, Poll

# Longer numbers are for the general reading, which knows the limit of their digits.
Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Flag = Literal["0", "1", "true", "false", "", 0, 1] | bool
FLAGS: dict[Flag | UnsetType, bool] = {
    "1": True,
    "true": True,
    1: True,  # and True, which equals it
    "0": False,
    "false": False,
    "": False,
    0: False,
    UNSET: False,
}


class NoExtra(msgspec.Struct, frozen=True):
    """Written as ``{}``."""


# No value is one of these, so that the key ``extra`` is as unknown as any other.
Never = Annotated[int, msgspec.Meta(gt=1, lt=0)]
NO_EXTRA: Any = NoExtra()


class WireAnswer(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An answer as carried. It has the fields of a record's answer, in their order, as only then an object
    can change from this class into that one (see ``RecordLines.whole_lines``)."""

    id: str | Number
    text: str
    votes: Number | None = None
    extra: Never = NO_EXTRA


class PhpParams(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The params with values as carried and keys in the order of PHP: encoded again, they show whether PHP
    wrote them. A key that is not there has the plugin's default."""

    title: str = ""
    show_title: Flag = True
    show_count: Flag = True
    style: str = "light-2"
    color: str = "blue-1"
    multiple: Flag = False
    show_results_button: Flag | UnsetType = UNSET
    answers: list[WireAnswer] = []
    name: str | UnsetType = UNSET


class JsParams(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The same in the order of the editor's JavaScript, which writes no ``multiple``."""

    color: str = "blue-1"
    title: str = ""
    show_title: Flag = True
    style: str = "light-2"
    show_count: Flag = True
    show_results_button: Flag | UnsetType = UNSET
    answers: list[WireAnswer] = []
    multiple: Flag | UnsetType = UNSET
    name: str | UnsetType = UNSET


WireParams = PhpParams | JsParams
# What a payload carries: the percent-encoded text, and the params where they have only keys and values that
# the typed decoder knows.
Carried = tuple[bytes, WireParams | None]

# What the typed decoders take at most: an object, a list and the answers in it; numbers up to 2**53.
TYPED_DEPTH, TYPED_DIGITS = 3, 16

decode_object = msgspec.json.Decoder(dict[str, Any]).decode
decode_php = msgspec.json.Decoder(PhpParams).decode_lines
decode_js = msgspec.json.Decoder(JsParams).decode_lines


def object_of(json_bytes: bytes) -> dict[str, Any] | None:
    try:
        return decode_object(json_bytes)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def wire_params(lines: bytes, limits: Limits, js: bool) -> list[Any] | None:
    """The params in lines of JSON, as carried; None where a key, a value, the number of answers or a limit
    needs the general reading of any of them."""
    if limits.depth < TYPED_DEPTH or limits.digits < TYPED_DIGITS:
        return None
    try:
        wires: list[Any] = decode_js(lines) if js else decode_php(lines)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    most = limits.answers
    for wire in wires:
        if len(wire.answers) > most:
            return None
    return wires


class PollDraft:
    """A Poll before it is frozen. Setting the fields of a frozen dataclass costs more than parsing its JSON;
    an object of a class with the same slots has them set directly, and then becomes a Poll."""

    __slots__ = Poll.__slots__


class AnswerDraft:
    __slots__ = Answer.__slots__


def poll_of(wire: WireParams, id: int | None) -> Poll:
    """The typed poll."""
    answers = []
    name = wire.name
    for each in wire.answers:
        answer: Any = AnswerDraft()
        ident = each.id
        answer.id = ident if type(ident) is str else str(ident)
        answer.text = each.text
        answer.votes = each.votes
        answer.extra = {}
        answer.__class__ = Answer
        answers.append(answer)
    poll: Any = PollDraft()
    poll.id = id
    poll.question = wire.title
    poll.answers = tuple(answers)
    poll.multiple = FLAGS[wire.multiple]
    poll.show_title = FLAGS[wire.show_title]
    poll.show_count = FLAGS[wire.show_count]
    poll.show_results_button = FLAGS[wire.show_results_button]
    poll.style = wire.style
    poll.color = wire.color
    poll.total_votes = None
    poll.can_vote = None
    poll.extra = {} if name is UNSET else {"name": name}  # of all keys met, what the model does not know
    poll.__class__ = Poll
    frozen: Poll = poll
    return frozen
