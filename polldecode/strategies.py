"""Hypothesis strategies for polls, payloads, shortcodes, articles and what damage makes of them.

Needs Hypothesis: ``pip install polldecode[hypothesis]``. It is also the entry point by which Hypothesis
learns of :class:`Poll` and :class:`Answer`, so that ``st.from_type(Poll)`` works without importing this
module. Everything shrinks to what fits on a screen: empty texts, one poll, no damage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError(
        'polldecode.strategies needs Hypothesis: pip install "polldecode[hypothesis]"'
    ) from error

from polldecode.encoders import encode_payload
from polldecode.mangle import in_world_order
from polldecode.mangle import keeps_id as spec_keeps_id
from polldecode.mangle import recoverable as spec_recoverable
from polldecode.mangle.registry import Recoverable, Step
from polldecode.mangle.selection import selection
from polldecode.models import COLORS, Answer, Dialect, Params, Poll
from polldecode.samples import STYLES, Planted, Sample, carries, language_of, languages

DIALECTS: tuple[Dialect, ...] = ("php", "js")
# Flags in every shape that versions of the plugin have written.
FLAGS = st.sampled_from(("1", "0", 1, 0, True, False, "true", "false"))
MOST_VOTES = 10**6
MOST_ID = 10**7


@cache
def texts(*, max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts an editor may type: questions and answers of the samples, and any characters but lone
    surrogates, which PHP's encoder cannot write."""
    known = tuple(
        text
        for code in languages()
        for text in (*language_of(code).questions, *language_of(code).answers)
        if len(text) <= max_size
    )
    return st.text(max_size=max_size) | (st.sampled_from(known) if known else st.nothing())


def answers(
    *, text: st.SearchStrategy[str] | None = None, votes: st.SearchStrategy[int | None] | None = None
) -> st.SearchStrategy[Answer]:
    """Answers, with or without votes, ids from 1 to 99. ``text`` and ``votes`` narrow those."""
    return st.builds(
        Answer,
        id=st.integers(1, 99).map(str),
        text=texts() if text is None else text,
        votes=st.none() | st.integers(0, MOST_VOTES) if votes is None else votes,
    )


def polls(
    *,
    id: st.SearchStrategy[int | None] | None = None,
    text: st.SearchStrategy[str] | None = None,
    votes: st.SearchStrategy[int | None] | None = None,
    max_answers: int = 6,
) -> st.SearchStrategy[Poll]:
    """Polls as the models hold them. ``text`` narrows the question and the answers, ``votes`` those of the
    answers."""
    words = texts() if text is None else text
    return st.builds(
        Poll,
        id=st.integers(1, MOST_ID) | st.none() if id is None else id,
        question=words,
        answers=st.lists(answers(text=words, votes=votes), max_size=max_answers).map(tuple),
        multiple=st.booleans(),
        show_title=st.booleans(),
        show_count=st.booleans(),
        show_results_button=st.booleans(),
        style=st.sampled_from(STYLES),
        color=st.sampled_from((*COLORS, "custom", "")),
    )


@cache
def params(
    *, text: st.SearchStrategy[str] | None = None, max_answers: int = 4, dialect: Dialect | None = None
) -> st.SearchStrategy[Params]:
    """Params as payloads carry them: the keys, key order and value shapes of all versions of the plugin."""
    words = texts() if text is None else text
    number = st.integers(1, 99)
    ids: st.SearchStrategy[Any] = {"php": number.map(str), "js": number, None: number | number.map(str)}[
        dialect
    ]
    answer = st.fixed_dictionaries(
        {"id": ids, "text": words},
        optional={"votes": st.integers(0, MOST_VOTES) | st.integers(0, 99).map(str)},
    )
    values: dict[str, st.SearchStrategy[Any]] = {
        "title": words,
        "show_title": FLAGS,
        "show_count": FLAGS,
        "style": st.sampled_from(STYLES),
        "color": st.sampled_from((*COLORS, "custom", "")),
        "multiple": st.booleans(),
        "show_results_button": FLAGS,
        "answers": st.lists(answer, max_size=max_answers),
    }
    optional = ("show_count", "show_results_button", "multiple")

    def in_order(of: Dialect) -> st.SearchStrategy[Params]:
        keys = tuple(Poll().to_params(dialect=of))
        return st.fixed_dictionaries(
            {key: values[key] for key in keys if key not in optional},
            optional={key: values[key] for key in keys if key in optional},
        ).map(lambda made: {key: made[key] for key in keys if key in made})

    return in_order(dialect) if dialect else st.one_of(*map(in_order, DIALECTS))


def payloads(
    *, text: st.SearchStrategy[str] | None = None, dialect: Dialect | None = None
) -> st.SearchStrategy[str]:
    """Payloads as the plugin's encoders write them: base64 of percent-encoded JSON."""
    return planted(text=text, dialect=dialect).map(lambda poll: poll.payload)


def shortcodes(
    *,
    id: st.SearchStrategy[str] | None = None,
    text: st.SearchStrategy[str] | None = None,
    dialect: Dialect | None = None,
) -> st.SearchStrategy[str]:
    """Shortcodes as the plugin writes them into a post."""
    return planted(id=id, text=text, dialect=dialect).map(lambda poll: poll.shortcode)


@cache
def planted(
    *,
    id: st.SearchStrategy[str] | None = None,
    text: st.SearchStrategy[str] | None = None,
    dialect: Dialect | None = None,
) -> st.SearchStrategy[Planted]:
    """Polls with the payload they are encoded in: what the texts below hold, and are to be compared with."""

    def of(writer: Dialect) -> st.SearchStrategy[Planted]:
        def encoded(ident: str, made: Params) -> Planted:
            return Planted(ident, made, encode_payload(made, dialect=writer), writer)

        idents = st.integers(1, MOST_ID).map(str) if id is None else id
        return st.builds(encoded, idents, params(text=text, dialect=writer))

    return of(dialect) if dialect else st.one_of(*map(of, DIALECTS))


@cache
def sentences_of(language: str) -> st.SearchStrategy[str]:
    return st.sampled_from(language_of(language).sentences)


@st.composite
def articles(
    draw: st.DrawFn,
    *,
    language: str | None = None,
    text: st.SearchStrategy[str] | None = None,
    min_polls: int = 0,
    max_polls: int = 2,
) -> Sample:
    """Posts as their authors leave them: paragraphs of one language, and polls. ``text`` narrows what the
    polls say."""
    code = draw(st.sampled_from(tuple(languages()))) if language is None else language
    sentences = sentences_of(code)
    roots: list[Planted] = draw(st.lists(planted(text=text), min_size=min_polls, max_size=max_polls))
    alone: bool = draw(st.booleans()) and bool(roots)
    blocks = [] if alone else [draw(sentences)]
    for number, poll in enumerate(roots, 1):
        blocks.append(poll.shortcode)
        if not alone or number < len(roots):
            blocks.append(draw(sentences))
    return Sample(
        text="\n\n".join(blocks),
        planted=tuple(roots),
        language=code,
        locale=language_of(code).locale,
        manglings="",
        recoverable="full",
        keeps_id=True,
    )


def mangled_texts(
    *,
    manglings: str | Sequence[str] | None = None,
    recoverable: Recoverable | None = "full",
    keeps_id: bool | None = None,
    most: int = 3,
    language: str | None = None,
    text: st.SearchStrategy[str] | None = None,
    min_polls: int = 1,
    max_polls: int = 1,
) -> st.SearchStrategy[Sample]:
    """Articles after up to ``most`` manglings, in the order in which a text meets them on its way.

    ``manglings`` are names ("wrap") or specs ("wrap:76") to choose from instead of all. ``recoverable`` is
    what they leave ("full": every poll can be found again; None: anything), ``keeps_id`` whether the ids
    can be read too. Raises ValueError for an unknown mangling, and where those leave none to choose from."""
    step = st.one_of(list(map(st.sampled_from, selection(manglings, recoverable, keeps_id))))
    made = articles(language=language, text=text, min_polls=min_polls, max_polls=max_polls)
    return mangled(st.lists(step, max_size=most), made, recoverable)


@st.composite
def mangled(
    draw: st.DrawFn,
    drawn_steps: st.SearchStrategy[list[Step]],
    drawn_article: st.SearchStrategy[Sample],
    recoverable: Recoverable | None,
) -> Sample:
    steps = in_world_order(draw(drawn_steps))
    made = draw(drawn_article)
    rng = Random(draw(st.integers(0, 999)))  # noqa: S311 (chosen for being repeatable)
    text_now = made.text
    taken: list[Step] = []
    for step in steps:
        text_then = step(text_now, rng)
        # Two that are harmless alone may not be together, as an HTML comment and the dropping of comments.
        if recoverable == "full" and not harmless((*taken, step), text_then, made.planted):
            continue
        text_now = text_then
        taken.append(step)
    return replace(
        made,
        text=text_now,
        manglings=",".join(step.spec for step in taken),
        recoverable=spec_recoverable(taken),
        keeps_id=spec_keeps_id(taken),
    )


def harmless(steps: Sequence[Step], text: str, polls: Sequence[Planted]) -> bool:
    return spec_recoverable(steps) == "full" and all(carries(text, poll.payload) for poll in polls)
