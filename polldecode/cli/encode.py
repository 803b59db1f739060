"""``polldecode encode``: the JSON of polls, or of params, → shortcodes or payloads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polldecode.cli.arguments import given
from polldecode.cli.terminal import complain_of, out, safe

if TYPE_CHECKING:
    from polldecode.models import Dialect

WHITE_SPACE = " \t\r\n"


class DialectName(StrEnum):
    php = "php"
    js = "js"


def encode(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="JSON of polls or params; - is stdin, and so is nothing."),
    ] = None,
    dialect: Annotated[
        DialectName | None,
        typer.Option(
            help="The plugin's encoder to write as: php (published posts) or js (drafts).",
            show_default="the object's own, else php",
        ),
    ] = None,
    payload: Annotated[
        bool, typer.Option("--payload", help="Print the payload without a shortcode.")
    ] = False,
) -> None:
    """Encode the JSON of polls (as decode and show --json print it) or of params, one shortcode a line.

    Example: polldecode decode - < post.html | polldecode encode -
    """
    (source,) = given(context, [file] if file is not None else None)
    failed = False
    for line, problem in results(source, None if dialect is None else dialect.value, bare=payload):
        if problem is None:
            out(safe(line))
        else:
            complain_of(source, problem)
            failed = True
    raise typer.Exit(1 if failed else 0)


def results(source: str, dialect: str | None, *, bare: bool) -> Iterator[tuple[str, str | None]]:
    """A line for each object, and why there is none. They are written by who asks for them, so that what
    cannot be written is not taken for what cannot be read."""
    from polldecode.errors import DecodeError, EncodeError

    try:
        for number, value in enumerate(objects(read(source)), 1):
            try:
                yield encoded(value, dialect, bare=bare), None
            except (DecodeError, EncodeError) as error:
                yield "", f"object {number}: {error}"
    except OSError as error:
        yield "", error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        yield "", f"not JSON: {error}"


def read(source: str) -> str:
    from polldecode.cli.inputs import read_file

    return read_file(source).decode("utf-8-sig")


def objects(text: str) -> Iterator[Any]:
    """The objects in a JSON text: one, a list, or one after another (JSON lines). Raises ValueError."""
    decoder = json.JSONDecoder()
    position = skip_space(text, 0)
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield from value if isinstance(value, list) else [value]
        position = skip_space(text, position)


def skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in WHITE_SPACE:
        position += 1
    return position


def encoded(value: Any, dialect: str | None, *, bare: bool) -> str:
    """One object as shortcode or payload. Params have a ``title``, or answers and no ``question``; they are
    written as they stand, a poll in the canonical form. Raises DecodeError, EncodeError."""
    from polldecode.encoders import encode_payload
    from polldecode.errors import DecodeError
    from polldecode.grammar import POLL_TAG
    from polldecode.records import poll_of
    from polldecode.shortcodes import format_shortcode

    if isinstance(value, dict) and "question" not in value and ("title" in value or "answers" in value):
        text = encode_payload(value, dialect="js" if dialect == "js" else "php")
        return text if bare else f'[{POLL_TAG} params="{text}"]'
    if not isinstance(value, dict) or value.get("question") is None:
        raise DecodeError("schema", "neither a poll (it has a question) nor params (they have a title)")
    chosen: Dialect = "js" if (dialect or value.get("dialect")) == "js" else "php"
    poll = poll_of(value)
    if bare:
        return encode_payload(poll.to_params(dialect=chosen), dialect=chosen)
    return format_shortcode(poll, dialect=chosen)
