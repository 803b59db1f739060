"""``polldecode check``: a line for each thing that is damaged, for CI and editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from polldecode.cli.arguments import Paths, given
from polldecode.cli.terminal import complain, json_line, out, safe
from polldecode.cli.words import place_name, poll_name


class Format(StrEnum):
    text = "text"
    json = "json"


def check(
    context: typer.Context,
    paths: Paths = None,
    format: Annotated[
        Format, typer.Option(help="file:line:column: reason, or one JSON object a line.")
    ] = Format.text,
) -> None:
    """Name everything that is damaged, one a line, with its place and the reason.

    Example: polldecode check content/ --format json
    """
    from polldecode.cli.inputs import Findings
    from polldecode.records import to_record

    findings = Findings(given(context, paths))
    for extraction, place in findings:
        if extraction.complete:
            continue
        if format is Format.json:
            out(json_line(to_record(extraction, place)))
        else:
            out(f"{place_name(place)}: {safe(str(extraction.error))} ({poll_name(extraction)})")
    complain(findings.summary())
    raise typer.Exit(findings.status)
