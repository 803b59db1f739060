"""What is wholly there in the JSON of a payload that was cut or damaged.

The text may end anywhere, begin anywhere, and hold DAMAGE where something was lost. Kept are scalar values
whose token is closed, answers whose object is closed, and an unfinished answer whose text is whole. Nothing
is made up.
"""

from __future__ import annotations

import re
from typing import Any

from polldecode.models import POLL_KEYS, Params
from polldecode.payload import JSON

DAMAGE = "\0"  # no JSON text holds it: inside of strings it would be escaped

# Possessive quantifiers keep each token linear. A string ends at its quotation mark; DAMAGE inside breaks it.
STRING = re.compile(r'"(?>(?:[^"\\\0]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
SPACE = re.compile(r"[ \t\r\n]*+")
# A number is whole only where something stands behind it: 12 may have been 123. Python converts no integer of
# some thousand digits, and what has three in its exponent may be infinite.
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,63}+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]{1,2}+)?(?=[ \t\r\n,}\]])")
WORDS = {"true": True, "false": False, "null": None}
WORD = re.compile("true|false|null")
# What stands behind a value that is whole: what JSON wants there, a string where a comma is lost, damage, or
# the end of the text with a byte or two of what followed it. Anything else shows that something is lost
# inside of the value: its quotation mark is the one that opens another.
BEHIND = re.compile(r'[ \t\r\n]*+(?:[,}"]|.{0,8}(?:\Z|\0))', re.DOTALL)
# Where reading goes on after damage: quotation marks inside of a JSON string are escaped, so neither of these
# can stand in a text of the poll.
RESUME = re.compile(
    rf'(?<!\\)"(?P<key>{"|".join(sorted(POLL_KEYS | {"name"}))})"[ \t\r\n]*+:|(?P<object>\{{)[ \t\r\n]*+"'
)
OBJECT_KEY = re.compile(r'"([^"\\\0]{1,20})"[ \t\r\n]*:[ \t\r\n]*\Z')
DEPTH = 64


class Broken(Exception):  # noqa: N818
    """The text breaks at ``position``; ``value`` is what of the value was whole (None: nothing)."""

    def __init__(self, position: int, value: Any = None) -> None:
        self.position = position
        self.value = value


def salvage(text: str) -> Params | None:
    """The params that are wholly there, or None where nothing is. Linear: each resumption starts behind the
    last."""
    params: Params = {}
    position = skip(text, 0)
    if text.startswith("{", position):
        try:
            params, position = read_object(text, position, DEPTH)
        except Broken as broken:
            params, position = broken.value, broken.position
    answers = params.get("answers")
    while found := RESUME.search(text, position):
        key = found["key"]
        start = skip(text, found.end()) if key else found.start()
        try:
            value, position = read_value(text, start, DEPTH)
        except Broken as broken:
            value, position = broken.value, max(found.end(), broken.position)
            if key and key != "answers":
                continue
        if key == "answers":
            answers = answers or value
        elif key:
            if not isinstance(value, (dict, list)) and BEHIND.match(text, position):
                params.setdefault(key, value)
        elif isinstance(value, dict) and isinstance(value.get("text"), str):
            answers = with_answer(answers, value, OBJECT_KEY.search(text, max(0, start - 40), start))
    if answers is not None:
        params["answers"] = answers
    return params or None


def with_answer(answers: Any, answer: Params, key: re.Match[str] | None) -> Any:
    """``answers`` and one more, as a list, or (after an edit that left gaps) under its key in an object."""
    if isinstance(answers, dict):
        if key:
            answers.setdefault(key[1], answer)
        return answers
    if not isinstance(answers, list):
        return [answer]
    answers.append(answer)
    return answers


def read_value(text: str, position: int, depth: int) -> tuple[Any, int]:
    """The JSON value at ``position`` and where it ends. Raises Broken, with what was whole of a list or
    object."""
    if text.startswith("{", position):
        return read_object(text, position, depth)
    if text.startswith("[", position):
        return read_list(text, position, depth)
    for pattern in (STRING, NUMBER, WORD):
        if token := pattern.match(text, position):
            return scalar(token[0]), token.end()
    raise Broken(position)


def scalar(token: str) -> Any:
    return WORDS[token] if token in WORDS else JSON.decode(token)


def read_object(text: str, position: int, depth: int) -> tuple[Params, int]:
    if not depth:
        raise Broken(position + 1, {})
    members: Params = {}
    position = skip(text, position + 1)
    if text.startswith("}", position):
        return members, position + 1
    while True:
        key = STRING.match(text, position)
        if not key:
            raise Broken(position, members)
        colon = skip(text, key.end())
        if not text.startswith(":", colon):
            raise Broken(colon, members)
        name = scalar(key[0])
        try:
            members[name], position = read_value(text, skip(text, colon + 1), depth - 1)
        except Broken as broken:
            if broken.value and name == "answers":
                members[name] = broken.value
            raise Broken(broken.position, members) from None
        position = skip(text, position)
        if text.startswith("}", position):
            return members, position + 1
        if not text.startswith(",", position):
            if not isinstance(members[name], (dict, list)) and not BEHIND.match(text, position):
                del members[name]
            raise Broken(position, members)
        position = skip(text, position + 1)


def read_list(text: str, position: int, depth: int) -> tuple[list[Any], int]:
    if not depth:
        raise Broken(position + 1, [])
    items: list[Any] = []
    position = skip(text, position + 1)
    if text.startswith("]", position):
        return items, position + 1
    while True:
        try:
            item, position = read_value(text, position, depth - 1)
        except Broken as broken:
            if isinstance(broken.value, dict) and isinstance(broken.value.get("text"), str):
                items.append(broken.value)
            raise Broken(broken.position, items) from None
        items.append(item)
        position = skip(text, position)
        if text.startswith("]", position):
            return items, position + 1
        if not text.startswith(",", position):
            raise Broken(position, items)
        position = skip(text, position + 1)


def skip(text: str, position: int) -> int:
    return SPACE.match(text, position).end()  # type: ignore[union-attr]
