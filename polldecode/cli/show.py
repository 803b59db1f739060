"""``polldecode show``: polls for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from polldecode.cli.arguments import Paths, given
from polldecode.cli.terminal import is_screen, json_line, out, safe, screen
from polldecode.cli.words import choice, place_name, poll_name, question, share_words
from polldecode.votes import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from polldecode.cli.inputs import Finding


def show(
    context: typer.Context,
    paths: Paths = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead.")] = False,
    svg: Annotated[str | None, typer.Option(metavar="FILE", help="Save the picture as SVG, too.")] = None,
    html: Annotated[str | None, typer.Option(metavar="FILE", help="Save the picture as HTML, too.")] = None,
) -> None:
    """Show the polls in files and folders: question, answers, votes, and where they stand.

    Example: polldecode show articles/ --svg polls.svg
    """
    from polldecode.cli.inputs import Findings

    findings = Findings(given(context, paths))
    keep = svg is not None or html is not None
    kept: list[Finding] = []
    print_finding = printer(json=json)
    for finding in findings:
        if keep:
            kept.append(finding)
        print_finding(finding)
    if not json:
        out(findings.summary())
    saved = True
    if keep:
        from polldecode.cli.picture import save

        saved = save(kept, findings.summary(), svg=svg, html=html)
    raise typer.Exit(findings.status if saved else 1)


def printer(*, json: bool) -> Callable[[Finding], None]:
    if json:
        from polldecode.records import to_record

        return lambda finding: out(json_line(to_record(finding.extraction, finding.place)))
    if not is_screen():
        return print_plain
    from polldecode.cli.picture import panel

    console = screen()
    return lambda finding: console.print(panel(finding, console))


def print_plain(finding: Finding) -> None:
    for line in plain(finding):
        out(line)
    out()


def plain(finding: Finding) -> Iterator[str]:
    """A poll as whole lines without colour, for pipes: place and kind, the question, the answers."""
    extraction, place = finding
    poll = extraction.poll
    kind = "" if poll is None else f", {choice(poll)}"
    yield f"{place_name(place)}: {poll_name(extraction)}{kind}{'' if extraction.complete else ', damaged'}"
    if poll is not None:
        known = shares(
            [answer.votes for answer in poll.answers], poll.total_votes, complete=extraction.complete
        )
        yield f"  {question(poll)}"
        for number, (answer, share) in enumerate(zip(poll.answers, known, strict=True), 1):
            votes = "" if share is None else f"({share_words(share)}) "
            yield f"  {number}. {votes}{safe(answer.plain_text()) or '(no text)'}"
        if not poll.answers:
            yield "  (no answers)"
    if extraction.error is not None:
        yield f"  ! {safe(str(extraction.error))}"
