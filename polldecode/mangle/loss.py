"""What goes missing: quotes, brackets, padding, ids, tags, and everything behind a cut."""

from __future__ import annotations

import re
from random import Random

from polldecode.mangle.chance import between
from polldecode.mangle.places import PAYLOAD, SHORTCODE, in_attributes, in_payloads, in_shortcodes, in_tags
from polldecode.mangle.registry import always, choice, mangling

ENDS = {"ellipsis": "…", "dots": "...", "bracketed": " […]", "entity": "&hellip;",
        "wordpress": " [&hellip;]", "more": "… Lire la suite »", "nothing": ""}  # fmt: skip
END = choice("end", ENDS)
BRACKETS = {"round": "()", "curly": "{}", "angle": "<>", "lenticular": "【】", "full-width": "［］",
            "round-full-width": "（）", "white": "⟦⟧", "bars": "||", "boxes": "□□",
            "replacement": "\ufffd\ufffd"}  # fmt: skip


@mangling("loss", "padding of the payload lost", parameter=choice("how", ("all", "one")))
def padding_lost(text: str, _rng: Random, how: str) -> str:
    return in_payloads(text, lambda p: p.rstrip("=") if how == "all" else p.removesuffix("="))


@mangling("loss", "padding percent-encoded")
@always
def padding_percent(text: str) -> str:
    return in_payloads(text, lambda p: p.replace("=", "%3D"))


@mangling("loss", "the URL-safe alphabet: - for +")
@always
def url_safe(text: str) -> str:
    return in_payloads(text, lambda p: p.replace("+", "-").replace("/", "_"))


@mangling("loss", "closing bracket lost")
@always
def closing_bracket_lost(text: str) -> str:
    return in_tags(text, lambda tag: tag[:-1])


@mangling("loss", "opening bracket lost")
@always
def opening_bracket_lost(text: str) -> str:
    return in_tags(text, lambda tag: tag[1:])


@mangling("loss", "both brackets lost")
@always
def brackets_lost(text: str) -> str:
    return in_tags(text, lambda tag: tag[1:-1])


@mangling("loss", "brackets replaced by another pair", parameter=choice("pair", BRACKETS))
def brackets_replaced(text: str, _rng: Random, pair: str) -> str:
    opening, closing = tuple(BRACKETS[pair])
    return in_tags(text, lambda tag: opening + tag[1:-1] + closing)


@mangling("loss", "closing quote and bracket lost")
@always
def closing_quote_bracket_lost(text: str) -> str:
    return in_tags(text, lambda tag: re.sub(r'["\'”“»″’\s]*\]$', "", tag))


@mangling("loss", "quotes around the values lost")
@always
def quotes_lost(text: str) -> str:
    return in_tags(
        text,
        lambda tag: re.sub(
            "[\"'“”„«»‹›‘’‚′″\xa0]|&(?:#0*(?:34|39|822[0-3]|824[23]|171|187)|[rl]aquo|quot);", "", tag
        ),
    )


@mangling("loss", "the name params lost: id and payload remain")
@always
def params_name_lost(text: str) -> str:
    return in_shortcodes(text, lambda m: f"[{m['tag']}{m['attrs'].replace('params=', '')}]")


@mangling("loss", "the tag lost, payload and names remain", keeps_id=False)
@always
def tag_lost(text: str) -> str:
    return in_shortcodes(text, lambda m: m["attrs"].strip())


@mangling("loss", "all but the payload lost", keeps_id=False)
@always
def bare_payload(text: str) -> str:
    def bare(found: re.Match[str]) -> str:
        # The payload may be broken, or full of other characters: it is all between the name and the end.
        _, name, value = found["attrs"].partition("params=")
        return re.split(r"\sid=", value)[0].strip("\"'“”„«»‘’″\xa0 /") if name else found[0]

    return in_shortcodes(text, bare)


@mangling("loss", "the id lost, name and all", keeps_id=False)
@always
def id_lost(text: str) -> str:
    return in_attributes(text, lambda m: "" if m["name"].lower() == "id" else m[0])


@mangling(
    "loss", "cut in a payload, and what stands there for the rest", recoverable="partial", parameter=END
)
def cut(text: str, rng: Random, end: str) -> str:
    found = PAYLOAD.search(text)
    if found is None:
        return text + ENDS[end]
    first = found.start() + min(40, len(found[0]) // 2)
    return text[: between(rng, first, max(found.end() - 8, first))] + ENDS[end]


@mangling("loss", "cut before the payload", recoverable="none", parameter=END)
def cut_before_payload(text: str, _rng: Random, end: str) -> str:
    found = PAYLOAD.search(text)
    return text[: found.start() if found else len(text)] + ENDS[end]


@mangling("loss", "cut after a number of words (wp_trim_words)", recoverable="none")
@always
def trim_words(text: str) -> str:
    found = SHORTCODE.search(text)
    words = text[: found.start() if found else len(text)].split()
    return " ".join(words[:55]) + " [&hellip;]"


@mangling("loss", "the head missing: the text starts in the payload", recoverable="partial", keeps_id=False)
def head_missing(text: str, rng: Random, _value: object) -> str:
    found = PAYLOAD.search(text)
    if found is None:
        return text
    return text[between(rng, found.start() + 5, max(found.end() - 80, found.start() + 5)) :]


MARKS = {"ellipsis": "…", "replacement": "\ufffd"}


@mangling(
    "loss",
    "some characters in the middle of the payload lost, and a mark in their place",
    recoverable="partial",
    parameter=choice("mark", MARKS),
)
def gap(text: str, rng: Random, mark: str) -> str:
    return in_payloads(text, lambda payload: torn(payload, rng, MARKS[mark]))


# What is left may be valid at every layer, and say something else: `show_title` less four characters of its
# payload is `show_te`.
@mangling("loss", "some characters in the middle of the payload lost without a trace", recoverable="none")
def gap_unmarked(text: str, rng: Random, _value: object) -> str:
    return in_payloads(text, lambda payload: torn(payload, rng, ""))


def torn(payload: str, rng: Random, filler: str) -> str:
    place = between(rng, len(payload) // 4, 3 * len(payload) // 4)
    return payload[:place] + filler + payload[place + between(rng, 1, 30) :]


@mangling("loss", "one character of the payload replaced", recoverable="none")
def typo(text: str, rng: Random, _value: object) -> str:
    def swap(payload: str) -> str:
        place = between(rng, len(payload) // 3, len(payload) - 8)
        return payload[:place] + ("x" if payload[place] != "x" else "y") + payload[place + 1 :]

    return in_payloads(text, swap)


@mangling("loss", "everything in lower case", recoverable="none")
@always
def lower_case(text: str) -> str:
    return text.lower()


@mangling("loss", "everything in capitals", recoverable="none")
@always
def upper_case(text: str) -> str:
    return text.upper()


@mangling("loss", "the payload lost", recoverable="none")
@always
def payload_lost(text: str) -> str:
    return in_payloads(text, lambda _p: "")


@mangling("loss", "letters stripped of digits, as a language filter does", recoverable="none", keeps_id=False)
@always
def digits_dropped(text: str) -> str:
    return re.sub(r"\d", "", text)
