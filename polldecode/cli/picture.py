"""Polls as Rich panels: on the screen, and saved as SVG or HTML. Texts go in as Text, never as markup."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.bar import Bar
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from polldecode.cli.terminal import complain_of, safe
from polldecode.cli.words import choice, place_name, poll_name, question, share_words
from polldecode.votes import Share, shares

if TYPE_CHECKING:
    from polldecode.cli.inputs import Finding
    from polldecode.models import Poll

WIDEST = 100  # longer lines are hard to read
PICTURE_WIDTH = 88
BAR_WIDTH = 16
FRAME = 6  # columns of a panel that its frame and padding take
BAR_NEEDS = 72  # columns from which a bar leaves the answers room
# The plugin's names. Black would not be seen on a black screen: it takes the terminal's own colour.
COLOURS = {
    "purple-1": "#a78bfa",
    "blue-1": "#5b9df9",
    "blue-2": "#38c6e8",
    "pink-1": "#f472b6",
    "red-1": "#f87171",
    "orange-1": "#fb9a4b",
    "green-2": "#4ade80",
    "gray-1": "#aab2bf",
    "gray-2": "#7d8590",
}
DAMAGE = "bold red"


def panel(finding: Finding, console: Console) -> Panel:
    """One poll, or what is left of one, in its own colour."""
    extraction, place = finding
    poll = extraction.poll
    colour = "default" if poll is None else COLOURS.get(poll.color, "default")
    width = min(console.width, WIDEST)
    bars = width >= BAR_NEEDS and console.encoding.startswith("utf")
    parts: list[RenderableType] = []
    if poll is not None:
        known = shares(
            [answer.votes for answer in poll.answers], poll.total_votes, complete=extraction.complete
        )
        parts += [
            Text(question(poll), style="bold"),
            "",
            answers(poll, known, colour, width - FRAME, bars=bars),
            "",
        ]
    if extraction.error is not None:
        parts += [Text(f"! {safe(str(extraction.error))}", style=DAMAGE), ""]
    if poll is not None:
        facts = (choice(poll), safe(poll.style), safe(poll.color))
        parts.append(Text(" · ".join(facts), style="dim", overflow="fold"))
    parts.append(Text(place_name(place), style="dim", overflow="fold"))
    title = Text(poll_name(extraction).capitalize(), style=f"bold {colour}")
    if not extraction.complete:
        title.append(", damaged", style=DAMAGE)
    return Panel(
        Group(*parts), title=title, title_align="left", border_style=colour, padding=(1, 2, 0, 2), width=width
    )


def answers(poll: Poll, known: list[Share | None], colour: str, room: int, *, bars: bool) -> RenderableType:
    """The answers, numbered, with their votes where there are any. The text stands last: behind right-to-left
    letters, a terminal that knows them would draw numbers and bars in reverse. Votes that would leave it less
    than two thirds of the room stand on a line below it."""
    if not poll.answers:
        return Text("(no answers)", style="dim")
    votes = ["" if share is None else share_words(share) for share in known]
    widest = max(map(len, votes))
    beside = 0 < widest <= room // 3
    bars = bars and any(share is not None and share.fraction is not None for share in known)
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", style=f"bold {colour}", no_wrap=True)
    if bars:
        table.add_column(width=BAR_WIDTH)
    if beside:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for number, (answer, share, counted) in enumerate(zip(poll.answers, known, votes, strict=True), 1):
        row: list[RenderableType] = [str(number)]
        if bars:
            fraction = 0.0 if share is None else share.fraction or 0.0
            row.append(Bar(1, 0, fraction, width=BAR_WIDTH, color=colour))
        text = Text(safe(answer.plain_text()) or "(no text)")
        if beside:
            row.append(Text(counted))
        elif counted:
            text.append(f"\n{counted}", style="dim")
        table.add_row(*row, text)
    return table


def save(findings: Iterable[Finding], summary: str, *, svg: str | None, html: str | None) -> bool:
    """Write the picture of all panels to the files named; whether that went well."""
    console = Console(
        record=True,
        file=io.StringIO(),
        width=PICTURE_WIDTH,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        no_color=False,
        legacy_windows=False,
    )
    for finding in findings:
        console.print(panel(finding, console))
    console.print(Text(summary))
    picture = mended(console.export_svg(title="polldecode show"))
    for path, page in ((svg, picture), (html, PAGE.format(picture))):
        if path is None:
            continue
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(page)
        except OSError as error:
            complain_of(path, error.strerror or str(error))
            return False
    return True


# The page holds the SVG: in HTML the browser's widths of CJK letters and its reordering break frames.
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>polldecode show</title>
<style>body {{ margin: 1rem auto; max-width: 70rem }}</style>
{}
</html>
"""


def mended(svg: str) -> str:
    """Rich's SVG without the fonts that it would fetch from a server of others, and with room for wide
    characters, which Rich gives the length of narrow ones."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r'(?<=textLength=")([0-9.]+)("[^>]*>)([^<]*)', widened, svg)


def widened(match: re.Match[str]) -> str:
    from html import unescape

    text = unescape(match[3])
    if cell_len(text) == len(text):
        return match[0]
    return f"{float(match[1]) / len(text) * cell_len(text):g}{match[2]}{match[3]}"
