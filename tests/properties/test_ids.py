"""An id is right or absent: of whatever the frame of a payload went through, no other number comes out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polldecode import Answer, Poll, extract, format_shortcode
from polldecode.frame import PLACEHOLDER, attributes_of

QUOTES = st.sampled_from(
    ("", '"', "'", "“", "”", "»", "«", "″", "?", "&#8221;", "&quot;", '\\"', "%22", "''", '""', "\ufffd", "`",
     "\xa0»", "«\xa0", "&amp;#8243;", "\\u201d", "\\u0022")
)  # fmt: skip
BETWEEN = st.sampled_from(
    ("\n", " ", "  ", "\xa0", "?", "\n> ", "\n- ", "\n+", "\nfile.txt:12:", "\n12: ", "\n| ", "<br />\n",
     "\t", "\n\n", "&nbsp;", ", ")
)  # fmt: skip
TORN = st.sampled_from(
    ("\n", "\r\n", "\n> ", "\n+", "?", "\ufffd", "\xad", "\u200b", " ", '" "', '"+"', "' + '", "-\n", "=\n",
     "<wbr>", "&shy;", "…", "\n12: ", "\nf.py:3:", "\xa0", "|", "“")
)  # fmt: skip


@settings(max_examples=500)
@given(
    st.integers(10, 99_999).map(str),
    st.integers(1, 4),
    st.none() | TORN,
    st.tuples(QUOTES, QUOTES, QUOTES, QUOTES),
    st.tuples(BETWEEN, BETWEEN),
    st.sampled_from(("=", " = ", "= ", "\xa0=\xa0")),
    st.booleans(),
)
def test_a_number_that_is_not_the_id_never_comes_out(
    ident: str,
    place: int,
    torn: str | None,
    quotes: tuple[str, ...],
    between: tuple[str, ...],
    equals: str,
    last: bool,
) -> None:
    written = ident if torn is None else ident[:place] + torn + ident[place:]
    parts = [
        f"id{equals}{quotes[0]}{written}{quotes[1]}",
        f"params{equals}{quotes[2]}{PLACEHOLDER}{quotes[3]}",
    ]
    found = attributes_of(between[0] + between[1].join(parts[::-1] if last else parts)).get("id", "")
    assert found == ident or not found.isdigit()


PAYLOAD = format_shortcode(Poll(7, "Tea or coffee, or nothing at all?", (Answer("1", "Tea"),))).split('"')[3]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('id="24"+"4"', None),
        ("id='24'.'4'", None),
        ('id="24""4"', None),
        ('id="24" + "4"', None),
        ('id="24\n> 4"', None),
        ('id="24 id=4"', None),
        ('id="5"\nxml:id="77"', 5),
        ('id="5" -id="77"', 5),
        ("id=24\n4", None),
        ('id="748"?', 748),
        ('\n- id="244"\n- ', 244),
        ('\npost.html:12:id="244"\npost.html:13:', 244),
    ],
)
def test_half_an_id_and_the_id_of_something_else_are_none(attributes: str, expected: int | None) -> None:
    (found,) = extract(f'[expert_review_poll {attributes} params="{PAYLOAD}"]')
    assert found.poll is not None
    assert found.poll.id == expected


@pytest.mark.parametrize("joint", ["\n", "\r\n", "\n> ", "\n  "])
def test_the_number_that_begins_the_next_line_is_no_part_of_the_id(joint: str) -> None:
    payload = joint.join(PAYLOAD[at : at + 60] for at in range(0, len(PAYLOAD), 60))
    (found,) = extract(f'[expert_review_poll params="{payload}" id=24{joint}2023 was a year of tea')
    assert found.complete
    assert found.attrs.get("id") in (None, "24")
    (found,) = extract(f'[expert_review_poll id="24{joint}4" params="{payload}"]')
    assert found.attrs["id"] == "244"
