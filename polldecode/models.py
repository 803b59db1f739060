"""Poll and Answer: what a payload means.

``from_params`` reads every value shape that versions of the plugin have written ("1", 1, true …);
``to_params`` writes the canonical shape of one of its two encoders. Keys that the model does not know are
kept in ``extra`` and written back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from polldecode.errors import DecodeError, shorten
from polldecode.limits import DEFAULT_LIMITS, Limits
from polldecode.plaintext import plain_text

Dialect = Literal["php", "js"]
DIALECTS: tuple[Dialect, ...] = ("php", "js")
Params = dict[str, Any]

# What the plugin offers; a poll may hold any other text.
COLORS = ("purple-1", "blue-1", "blue-2", "pink-1", "red-1", "orange-1", "green-2", "gray-1", "gray-2",
          "black-1")  # fmt: skip

ID_DIGITS = 20  # a MySQL BIGINT UNSIGNED, which post ids are, has at most that many
JS_DIGITS = 15  # what a JavaScript number holds exactly
FALSE_WORDS = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``text`` is as carried, HTML and all; ``votes`` is None where the payload has none."""

    id: str
    text: str
    votes: int | None = None
    extra: Params = field(default_factory=dict, hash=False)

    @classmethod
    def from_params(cls, params: object, *, position: int = 0) -> Answer:
        """Read an answer's JSON object; its place, from 0, stands in for a missing id. Raises DecodeError."""
        if not isinstance(params, dict):
            raise DecodeError("schema", f"answer {position + 1} is not an object", None, repr(params))
        extra = {key: value for key, value in params.items() if key not in ANSWER_KEYS}
        votes = count_of(params.get("votes"))
        if votes is None and params.get("votes") is not None:
            extra["votes"] = params["votes"]
        return cls(
            id=text_of(params.get("id", str(position + 1)), f"id of answer {position + 1}"),
            text=text_of(params.get("text", ""), f"text of answer {position + 1}"),
            votes=votes,
            extra=extra,
        )

    def to_params(self, *, dialect: Dialect = "php") -> Params:
        """The answer as that encoder writes it: ids are strings in PHP, integers in JS."""
        number = dialect == "js" and canonical_number(self.id)
        params: Params = {"id": int(self.id) if number else self.id, "text": self.text}
        if self.votes is not None:
            params["votes"] = self.votes
        return params | self.extra

    def plain_text(self) -> str:
        """The text for people: no tags, entities decoded, white space collapsed."""
        return plain_text(self.text)


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll. ``question`` and the answers' texts are as carried, HTML and all.

    ``id`` is the WordPress post id, or None where it was lost or is no number. ``total_votes`` and
    ``can_vote`` are known only where the plugin rendered or exported the poll. ``extra`` holds what the model
    does not know; it is compared, but no part of the hash.
    """

    id: int | None = None
    question: str = ""
    answers: tuple[Answer, ...] = ()
    multiple: bool = False
    show_title: bool = True
    show_count: bool = True
    show_results_button: bool = False
    style: str = "light-2"
    color: str = "blue-1"
    total_votes: int | None = None
    can_vote: bool | None = None
    extra: Params = field(default_factory=dict, hash=False)

    @classmethod
    def from_params(
        cls, params: object, *, id: int | str | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> Poll:
        """Read a payload's JSON object. Raises DecodeError (stage "schema" or "limit") and nothing else.

        What is missing has the plugin's default: title "", show_title 1, show_count true, style light-2,
        color blue-1, multiple false, answers []. Answers may be a list or, after an edit that left gaps, an
        object.
        """
        if not isinstance(params, dict):
            raise DecodeError("schema", "params are not a JSON object", None, repr(params))
        answers = params.get("answers")
        if isinstance(answers, dict):
            answers = list(answers.values())
        elif answers is None:
            answers = []
        elif not isinstance(answers, list):
            raise DecodeError("schema", "answers are neither a list nor an object", None, repr(answers))
        if len(answers) > limits.answers:
            raise DecodeError("limit", f"{len(answers)} answers, the limit is {limits.answers}")
        return cls(
            id=id_of(id),
            question=text_of(params.get("title", ""), "title"),
            answers=tuple(Answer.from_params(answer, position=n) for n, answer in enumerate(answers)),
            multiple=flag_of(params.get("multiple", False), "multiple"),
            show_title=flag_of(params.get("show_title", True), "show_title"),
            show_count=flag_of(params.get("show_count", True), "show_count"),
            show_results_button=flag_of(params.get("show_results_button", False), "show_results_button"),
            style=text_of(params.get("style", "light-2"), "style"),
            color=text_of(params.get("color", "blue-1"), "color"),
            extra={key: value for key, value in params.items() if key not in POLL_KEYS},
        )

    def to_params(self, *, dialect: Dialect = "php") -> Params:
        """The params as that encoder of the plugin writes them, key order and types included; `extra` stands
        last.

        The JS encoder never writes ``multiple``; it is added only where it is true, so that nothing is lost.
        """
        answers = [answer.to_params(dialect=dialect) for answer in self.answers]
        if dialect == "js":
            params: Params = {
                "color": self.color,
                "title": self.question,
                "show_title": int(self.show_title),
                "style": self.style,
                "show_count": int(self.show_count),
                "show_results_button": int(self.show_results_button),
                "answers": answers,
            }
            if self.multiple:
                params["multiple"] = True
            return params | self.extra
        return {
            "title": self.question,
            "show_title": str(int(self.show_title)),
            "show_count": str(int(self.show_count)),
            "style": self.style,
            "color": self.color,
            "multiple": self.multiple,
            "show_results_button": str(int(self.show_results_button)),
            "answers": answers,
        } | self.extra

    def plain_text(self) -> str:
        """The question for people: no tags, entities decoded, white space collapsed."""
        return plain_text(self.question)


POLL_KEYS = frozenset(
    {"title", "show_title", "show_count", "style", "color", "multiple", "show_results_button", "answers"}
)
FLAG_KEYS = frozenset({"show_title", "show_count", "multiple", "show_results_button"})
ANSWER_KEYS = frozenset({"id", "text", "votes"})


def looks_like_poll(params: Params, *, whole: bool) -> bool:
    """Whether a JSON object without a tag around it is a poll's: it has answers with texts, and ids or
    another key that polls have; or, without any, a title or color and one of the plugin's own flags. Where it
    is whole, it says so of its answers itself: sliders and forms have titles and flags too. A FAQ's or
    review's params (``qa``, ``score``) are not."""
    if "qa" in params or "score" in params:
        return False
    answers = params.get("answers")
    if whole and not isinstance(answers, (dict, list)):
        return False
    if isinstance(answers, dict):
        answers = list(answers.values())
    if isinstance(answers, list) and answers:
        first = answers[0]
        known = isinstance(first, dict) and "text" in first
        return known and ("id" in first or len(POLL_KEYS & params.keys()) > 1)
    return bool(FLAG_KEYS & params.keys()) and bool({"title", "color"} & params.keys())


# Every version writes these. What is left of two keys between which a piece of the payload is lost: how one
# begins, perhaps half of an escaped quotation mark (`%22`), how another ends.
LONGEST_KEY = max(map(len, POLL_KEYS))
EVERY_VERSION = POLL_KEYS - {"multiple", "show_results_button"}
ENDS = frozenset(key[start:] for key in POLL_KEYS | ANSWER_KEYS for start in range(len(key) - 1))


def spliced_key(params: Params) -> str | None:
    """A key that begins as one that is missing and ends as another: something is lost between them."""
    missing = POLL_KEYS - params.keys()
    if not EVERY_VERSION & missing:
        return None
    for key in params.keys() - POLL_KEYS:
        for place in range(2, min(len(key), LONGEST_KEY)):
            if key[place:].lstrip("2") in ENDS and any(known.startswith(key[:place]) for known in missing):
                return key
    return None


def id_of(value: int | str | None) -> int | None:
    """A post id: ASCII digits after trimming, at most 20; anything else is None."""
    if isinstance(value, int):
        value = str(int(value))
    if value is None:
        return None
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= ID_DIGITS else None


def flag_of(value: object, name: str) -> bool:
    """A flag in any shape seen: "1", 1, true, "true", 0, "0", false, "", null."""
    if value is None or isinstance(value, (bool, int, float)):
        return bool(value)
    if isinstance(value, str):
        return value.strip().lower() not in FALSE_WORDS
    raise DecodeError("schema", f"{name} is not a flag", None, repr(value))


def text_of(value: object, name: str) -> str:
    """A text; numbers are written out (ids are integers in one of the encoders), null is empty."""
    if isinstance(value, str):
        return value
    if value is None or value is False:
        return ""
    if isinstance(value, (int, float)):
        return str(int(value) if isinstance(value, bool) else value)
    raise DecodeError("schema", f"{name} is not a text", None, shorten(repr(value), 0))


def count_of(value: object) -> int | None:
    """A number of votes: an integer, or (after an edit in the plugin) a string of digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return id_of(value)
    return None


def canonical_number(text: str) -> bool:
    """Whether JavaScript would write this number the same way again."""
    return text.isascii() and text.isdigit() and len(text) <= JS_DIGITS and str(int(text)) == text
