"""Seeded polls, articles and samples: test data that looks like the world.

The same seed gives the same text on every machine and in every version of Python. What varies is what
FORMAT varies in the wild: languages and scripts, lengths, the plugin's two encoders and the value shapes of
its versions, HTML, emoji, quotes, slashes, text from right to left, votes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random

from polldecode.encoders import encode_payload
from polldecode.mangle import Step, keeps_id, parse, recoverable
from polldecode.mangle.chance import between, happens, pick, some
from polldecode.mangle.registry import Recoverable
from polldecode.models import COLORS, Dialect, Params, Poll

STYLES = ("light-1", "light-2", "solid-1", "simple-1")
EMOJI = ("🙂", "👍", "🗳️", "❤️", "👨‍👩‍👧", "🇫🇷", "⭐️⭐️", "🤷🏽‍♀️")
# What editors put around and behind a text. ~ is where a + comes from, ] and [ where a careless reader stops,
# and U+2028 what one encoder escapes and the other does not.
AROUND = ("<b>{}</b>", "<em>{}</em>", '<a href="https://example.org/a/?b=1&c=2">{}</a>', "«{}»", '"{}"',
          "{} / —", "[x] {}", "{} ]]", "{} ~~~", "{}\\n", "{}\n", "{} 100 %", "{} %20", "\u200f{}",
          "{}\u2028", "{} &amp; <3", "{} (24\"/7', km/h)", "{}\t!", "{}<br>", "{} ${{x}}", "{} 𝒳",
          "e\u0301 {}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the data: a WordPress locale that goes with it, and texts."""

    locale: str
    script: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planted:
    """A poll as it was put into a text: the id, the params as encoded, and the payload they became."""

    id: str
    params: Params
    payload: str
    dialect: Dialect

    @property
    def poll(self) -> Poll:
        return Poll.from_params(self.params, id=self.id)

    @property
    def shortcode(self) -> str:
        """The shortcode as the plugin writes it."""
        return f'[expert_review_poll id="{self.id}" params="{self.payload}"]'


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, what was planted in it, and what happened to it. ``recoverable`` and ``keeps_id`` say what a
    reader can find: "full" every poll, "partial" what is wholly there, "none" nothing to be trusted."""

    text: str
    planted: tuple[Planted, ...]
    language: str
    locale: str
    manglings: str
    recoverable: Recoverable
    keeps_id: bool


@cache
def languages() -> dict[str, Language]:
    """The languages there are texts in, by their code."""
    raw = json.loads(resources.files("polldecode").joinpath("data/languages.json").read_text("utf-8"))
    return {
        code: Language(
            data["locale"],
            data["script"],
            tuple(data["questions"]),
            tuple(data["answers"]),
            tuple(data["sentences"]),
        )
        for code, data in raw.items()
    }


def language_of(code: str) -> Language:
    if code not in languages():
        raise ValueError(f"no texts in {code!r}; there are {', '.join(languages())}")
    return languages()[code]


def poll_params(rng: Random, language: str = "en", *, votes: bool = False) -> tuple[Params, Dialect]:
    """Params in the value shapes of one of the plugin's encoders and versions, and which encoder that is."""
    texts = language_of(language)
    dialect: Dialect = "js" if happens(rng, 0.3) else "php"
    count = between(rng, 2, 6) if happens(rng, 0.95) else between(rng, 7, 20)
    answers = []
    number = 0
    for text in some(rng, texts.answers, count):
        number += 1 if happens(rng, 0.95) else between(rng, 2, 9)  # ids have gaps once an answer was deleted
        answer: Params = {"id": number if dialect == "js" else str(number), "text": embellished(rng, text)}
        if votes:
            answer["votes"] = between(rng, 0, 5000) if happens(rng, 0.8) else str(between(rng, 0, 99))
        answers.append(answer)
    title = embellished(rng, pick(rng, texts.questions))
    flags: tuple[object, ...] = (1, 0) if dialect == "js" else ("1", "0")
    params: Params = {
        "title": "" if happens(rng, 0.02) else title,
        "show_title": pick(rng, flags),
        "show_count": pick(rng, flags),
        "style": pick(rng, STYLES),
        "color": pick(rng, COLORS),
        "show_results_button": pick(rng, flags),
        "answers": [] if happens(rng, 0.01) else answers,
    }
    return in_key_order(aged(rng, params), dialect), dialect


def aged(rng: Random, params: Params) -> Params:
    """Now and then the value shapes of other versions of the plugin."""
    if happens(rng, 0.1):
        params["show_title"] = pick(rng, (1, "1", True, 0, "0", False))
    if happens(rng, 0.1):
        params["show_count"] = True
    if happens(rng, 0.1):
        del params["show_results_button"]  # before 1.5.0
    if happens(rng, 0.05):
        params["color"] = pick(rng, ("", "custom"))
    if happens(rng, 0.05):
        params["name"] = params["title"]
    return params


def in_key_order(params: Params, dialect: Dialect) -> Params:
    """The keys in the order of that encoder; it is PHP that also writes ``multiple``."""
    if dialect == "php":
        params["multiple"] = False
    return {key: params[key] for key in (*Poll().to_params(dialect=dialect), *params) if key in params}


def embellished(rng: Random, text: str) -> str:
    """``text`` with HTML, emoji, quotes or odd characters, one time in six."""
    if happens(rng, 0.06):
        text = f"{text} {pick(rng, EMOJI)}"
    return pick(rng, AROUND).format(text) if happens(rng, 0.12) else text


def planted(rng: Random, language: str = "en", *, votes: bool = False) -> Planted:
    """A poll with an id and its payload."""
    params, dialect = poll_params(rng, language, votes=votes)
    ident = str(between(rng, 1, 10 ** between(rng, 1, 7)))
    return Planted(ident, params, encode_payload(params, dialect=dialect), dialect)


def paragraph(rng: Random, language: str = "en") -> str:
    """Two to five sentences of prose."""
    return " ".join(some(rng, language_of(language).sentences, between(rng, 2, 5)))


def article(rng: Random, language: str = "en", polls: Sequence[Planted] = ()) -> str:
    """A post as an author leaves it: paragraphs with blank lines between, the shortcodes among them."""
    blocks = [paragraph(rng, language) for _ in range(between(rng, 1, 5) if polls else between(rng, 2, 6))]
    for poll in polls:
        place = between(rng, 0, len(blocks))
        if place < len(blocks) and happens(rng, 0.15):
            blocks[place] = f"{blocks[place]} {poll.shortcode} {paragraph(rng, language)}"
        else:
            blocks.insert(place, poll.shortcode)
    return "\n\n".join(blocks) + "\n"


def sample(
    seed: int | str,
    *,
    language: str = "",
    manglings: str | Sequence[Step] = (),
    polls: int = 1,
    votes: bool = False,
) -> Sample:
    """The sample of ``seed``: an article with ``polls`` polls in ``language`` (of all, when empty) after
    ``manglings``.

    Raises ValueError for an unknown language or mangling.
    """
    rng = Random(seed)  # noqa: S311 (chosen for being repeatable)
    code = language or pick(rng, tuple(languages()))
    steps = parse(manglings) if isinstance(manglings, str) else tuple(manglings)
    roots = [planted(rng, code, votes=votes) for _ in range(polls)]
    text = article(rng, code, roots)
    order = tuple(sorted(roots, key=lambda poll: text.index(poll.shortcode)))
    for step in steps:
        text = step(text, rng)
    kept = recoverable(steps)
    return Sample(
        text=text,
        planted=order,
        language=code,
        locale=language_of(code).locale,
        manglings=",".join(step.spec for step in steps),
        recoverable=kept if kept != "full" or all(carries(text, poll.payload) for poll in order) else "none",
        keeps_id=keeps_id(steps),
    )


def carries(text: str, payload: str) -> bool:
    """Whether the characters of a payload stand in ``text`` in order: not when it stood in a comment, and
    comments were dropped. Padding and the + that ~ makes may be written otherwise."""
    rest = iter(text)
    return all(character in rest for character in payload.rstrip("=").replace("+", ""))


def samples(
    count: int,
    *,
    seed: int | str = 0,
    languages: Sequence[str] = ("",),
    manglings: Sequence[str] = ("",),
    votes: bool = False,
) -> Iterator[Sample]:
    """``count`` samples; languages and manglings (specs, one after the other) take turns."""
    steps = [parse(spec) for spec in manglings]
    for number in range(count):
        yield sample(
            f"{seed}/{number}",
            language=languages[number % len(languages)],
            manglings=steps[number % len(steps)],
            votes=votes,
        )
