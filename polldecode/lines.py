"""Lines that were broken inside of words, joined again.

A hard wrap tears apart whatever stands at its width: the payload, and the tag, the id or an entity as well.
What stands between the lines of a payload is known for sure, so it is what stands between all lines: a line
break, a prefix (``> ``, ``+ ``, ``// ``, ``JD> ``), a tag, a number that counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from polldecode.views import View

# A line of a payload, the joint, another one. The joint ends in no character of a payload. Lazy, but bounded.
# One of the lines may be short, where two tools broke them; words of a text are seldom so long as the other.
SHORT, LONG = 8, 16
WRAPPED = re.compile(
    rf"(?![A-Za-z0-9+])(?<=[A-Za-z0-9+]{{{SHORT}}})"
    r"(?P<joint>[^A-Za-z0-9+\n]{0,8}(?:<[^<>\n]{1,40}>)?[^A-Za-z0-9+\n]{0,8}\n(?:[^A-Za-z0-9\n]{0,8}\n){0,2}"
    r"(?:[^\n]{0,40}?[^A-Za-z0-9+\n])??)"
    rf"(?=(?P<after>[A-Za-z0-9+]{{{SHORT},{LONG}}}))"
)
LONG_BEFORE = re.compile(rf"(?<=[A-Za-z0-9+]{{{LONG}}})")
# Line numbers count, and are padded to a width.
VARIABLE = re.compile(r"[0-9]+| +")


def is_wrapped(text: str) -> bool:
    """Whether any line of a payload is joined to another in it."""
    return "\n" in text and next(joints(text), None) is not None


def joints(text: str) -> Iterator[str]:
    """What stands between two lines of a payload, each time."""
    for match in WRAPPED.finditer(text):
        if len(match["after"]) == LONG or LONG_BEFORE.match(text, match.start()):
            yield match["joint"]


def unwrapped(view: View) -> View:
    """The view with its lines joined, where the lines of a payload are joined alike twice or more; else this
    view."""
    if "\n" not in view.text:
        return view
    common = Counter(VARIABLE.sub(placeholder, joint) for joint in joints(view.text)).most_common(1)
    joint, times = common[0] if common else ("", 0)
    if times < 2:
        return view
    pattern = re.escape(joint).replace("0", "[0-9]+").replace("\\ ", " +")
    joining = re.compile(pattern)
    if len(joining.findall(view.text)) == len(re.findall(pattern + r"\+", view.text)):
        joining = re.compile(pattern + r"\+")  # a diff: a payload has hardly any `+` of its own
    return view.replace("wraps", joining, lambda _: "")


def placeholder(run: re.Match[str]) -> str:
    return "0" if run[0][0] != " " else " "
