"""What a user may choose of a sink's output."""

from __future__ import annotations

from typing import NamedTuple

ROWS = ("answer", "poll")


class Layout(NamedTuple):
    """``rows``: in CSV, "answer" for a row an answer, "poll" for a row a poll. ``formulas``: let texts in CSV
    stand as they are, even where a spreadsheet would run them."""

    rows: str = "answer"
    formulas: bool = False
