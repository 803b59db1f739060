"""Lines that were broken inside of words, joined again.

A hard wrap tears apart whatever stands at its width: the payload, and the tag, the id or an entity as well.
What stands between the lines of a payload is known for sure, so it is what stands between all lines: a line
break, a prefix (``> ``, ``+ ``, ``// ``, ``JD> ``), a tag, a number that counts.
"""

from __future__ import annotations

import re
from collections import Counter

from polldecode.views import View

# A line of a payload, the joint, another one. The joint ends in no character of a payload. Lazy, but bounded.
WRAPPED = re.compile(
    r"[A-Za-z0-9+]{16}"
    r"(?P<joint>[^A-Za-z0-9+\n]{0,8}(?:<[^<>\n]{1,40}>)?[^A-Za-z0-9+\n]{0,8}\n(?:[^A-Za-z0-9\n]{0,8}\n){0,2}"
    r"(?:[^\n]{0,40}?[^A-Za-z0-9+\n])??)"
    r"(?=[A-Za-z0-9+]{16})"
)
# Line numbers count, and are padded to a width.
VARIABLE = re.compile(r"[0-9]+| +")


def is_wrapped(text: str) -> bool:
    """Whether any line of a payload is joined to another in it."""
    return "\n" in text and WRAPPED.search(text) is not None


def unwrapped(view: View) -> View:
    """The view with its lines joined, where the lines of a payload are joined alike twice or more; else this
    view."""
    if "\n" not in view.text:
        return view
    joints = Counter(VARIABLE.sub(placeholder, match["joint"]) for match in WRAPPED.finditer(view.text))
    joint, times = joints.most_common(1)[0] if joints else ("", 0)
    if times < 2:
        return view
    pattern = re.escape(joint).replace("0", "[0-9]+").replace("\\ ", " +")
    joining = re.compile(pattern)
    if len(joining.findall(view.text)) == len(re.findall(pattern + r"\+", view.text)):
        joining = re.compile(pattern + r"\+")  # a diff: a payload has hardly any `+` of its own
    return view.replace("wraps", joining, lambda _: "")


def placeholder(run: re.Match[str]) -> str:
    return "0" if run[0][0] != " " else " "
