"""How things are called in what people read. Whatever comes from a document is made safe here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polldecode.cli.terminal import safe

if TYPE_CHECKING:
    from polldecode.extraction import Extraction
    from polldecode.models import Poll
    from polldecode.records import Place
    from polldecode.votes import Share

STDIN = "-"
LONGEST_ID = 40  # an id has twenty digits at most; what stands there in mangled text may be anything


def place_name(place: Place) -> str:
    """``file:line:column``, as compilers write it."""
    path = "stdin" if place.path in (STDIN, None) else place.path
    return safe(f"{path}:{place.line}:{place.column}")


def poll_name(extraction: Extraction) -> str:
    """``poll 244``, by what the shortcode says, number or not."""
    identifier = extraction.attrs.get("id", "").strip()
    if len(identifier) > LONGEST_ID:
        identifier = identifier[: LONGEST_ID - 1] + "…"
    return f"poll {safe(identifier)}" if identifier else "poll without id"


def choice(poll: Poll) -> str:
    return "multiple choice" if poll.multiple else "single choice"


def question(poll: Poll) -> str:
    return safe(poll.plain_text()) or "(no question)"


def share_words(share: Share) -> str:
    """``3 votes, 75%``, and of an unknown whole the votes alone."""
    votes = count(share.votes, "vote")
    return votes if share.fraction is None else f"{votes}, {share.fraction:.0%}"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
