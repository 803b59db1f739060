"""``polldecode decode``: a payload, a shortcode or a text → JSON."""

from __future__ import annotations

import os
import re
from typing import Annotated

import typer

from polldecode.cli.arguments import given
from polldecode.cli.terminal import complain, json_line, out
from polldecode.cli.words import STDIN, place_name, poll_name

# One word of base64: meant as a payload, so that a reason is due where it is none. Anything else is a text.
ONE_WORD = r"\s*[A-Za-z0-9+/_-]+=*\s*"


def decode(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT]", help="A payload, a shortcode or a text; - is stdin, and so is nothing."
        ),
    ] = None,
    params: Annotated[bool, typer.Option("--params", help="Print the params as carried instead.")] = False,
) -> None:
    r"""Decode what is given into JSON, one object a line.

    Example: polldecode decode '\[expert_review_poll id="7"
    params="JTdCJTIydGl0bGUlMjIlM0ElMjJUZWElM0YlMjIlN0Q="]'
    """
    (source,) = given(context, [text] if text is not None else None)
    from polldecode.cli.inputs import located, read_file

    document = read_file(source) if source == STDIN else source
    path = STDIN if source == STDIN else None
    from polldecode.extract import extract
    from polldecode.records import to_record

    found, failed = False, False
    for extraction, place in located(extract(document), document, path):
        found = True
        if extraction.error is not None:
            failed = True
            where = f"{place_name(place)}: " if path else ""
            complain(f"{where}{poll_name(extraction)}: {extraction.error}")
        if not params:
            out(json_line(to_record(extraction, place)))
        elif extraction.params is not None:
            out(json_line(extraction.params))
    if not found:
        if isinstance(document, str) and os.path.exists(document):
            refuse_path(document)
        failed = not decode_other(document, params=params)
    raise typer.Exit(1 if failed else 0)


def refuse_path(path: str) -> None:
    """Other commands take paths, and finding no poll in the name of a file would pass for having read it."""
    from shlex import quote

    name = quote(path)
    ways = f"polldecode show {name}"
    if not os.path.isdir(path):
        ways = f"polldecode decode - < {name}, or {ways}"
    complain(f"{name} is a path, and decode takes the text itself; to read what is there: {ways}")
    raise typer.Exit(2)


def decode_other(document: str | bytes, *, params: bool) -> bool:
    """Where no poll was found: a payload of something else, a text that is no payload, or just none. Whether
    that is as it should be."""
    from polldecode.errors import DecodeError
    from polldecode.payload import decode_payload

    text = document if isinstance(document, str) else document.decode("utf-8", "replace")
    if not re.fullmatch(ONE_WORD, text):
        complain("no poll found")
        return True
    try:
        decoded = decode_payload(text.strip())
    except DecodeError as error:
        complain(str(error))
        return False
    if params:
        out(json_line(decoded))
    else:
        complain("a payload, but of no poll; --params prints what it holds")
    return params
