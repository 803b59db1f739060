"""Each container and charset undone, and left alone where there is no evidence of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from quopri import encodestring
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode import Poll, extract, format_shortcode, repairs
from polldecode.lines import unwrapped
from polldecode.mojibake import CHARSETS, DOUBLE_BYTE, MISREAD, mojibake, reread
from polldecode.repairs import undo_all
from polldecode.views import View


@pytest.mark.parametrize(
    ("function", "before", "after"),
    [
        (repairs.entities, "&#8221;&quot;&amp;quot;&#x22;&# 8221 ;", '”"&quot;"”'),
        (repairs.entities, "AT&T & &;", "AT&T & &;"),
        (repairs.backslashes, '\\"\\u201d\\xbb\\_\\/', '"”»_/'),
        (repairs.backslashes, "\\u{1f5f3}\\U0001F5F3", "🗳🗳"),
        (repairs.backslashes, r"\'94244\u8243? \'bb", "”244″ »"),
        (repairs.entities, "&#8221244&#8243;", "”244″"),
        (repairs.entities, "&#8231428", "\ufffd"),  # no quote's number and 428
        (repairs.backslashes, r"\u8221\'94244\u8243\'3f", "”244″"),
        (repairs.backslashes, r"id=\'94\' params=\'", "id='94' params='"),
        (
            repairs.backslashes,
            r"\rdblquote 244\rdblquote  \og 7 \fg{}, \textquotedblright{}8''",
            "”244” «7 », ”8''",
        ),
        (repairs.backslashes, r"\[rq]244\[sd] \(Fc7\(fm [a]", "”244″ »7′ [a]"),
        (repairs.backslashes, r"id=\_\xBB244 a\_b", "id=\xa0»244 a_b"),
        (repairs.percent, "%5Bexpert%20%E2%80%9D%u201D", "[expert ””"),
        (repairs.percent, "100 % of 5%", "100 % of 5%"),
        (repairs.quoted_printable, "id=3D=E2=80=9D244", "id=”244"),
        (repairs.quoted_printable, "id=24", "id=24"),
        (repairs.terminal_escapes, "\x1b[31mred\x1b[0m", "red"),
        (mojibake, "â€\x9d", "”"),
        (mojibake, "id=â€\x9d244â€3 ", "id=”244″ "),
        (mojibake, "id=244â€3", "id=244â€3"),
        (mojibake, "déjà vu »", "déjà vu »"),
    ],
)
def test_a_layer_is_undone_where_there_is_evidence(function, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    assert function(View(before)).text == after


@pytest.mark.parametrize("around", ["Привет", "«»", ""])
@pytest.mark.parametrize("escape", [quote, quote_plus, lambda text: encodestring(text.encode()).decode()])
def test_escapes_beside_a_shortcode_are_no_part_of_it(around: str, escape: Callable[[str], str]) -> None:
    shortcode = format_shortcode(Poll(7, "Tea?"))
    found = list(extract(text := escape(around + shortcode + shortcode + around)))
    assert [each.source for each in found] == [text[each.start : each.end] for each in found]
    assert [undo_all(View(each.source)).text for each in found] == [shortcode] * 2


@given(st.text("ABCJTdIyxz0189+=\n", max_size=40).filter(lambda text: "=3" not in text))
def test_nothing_is_undone_in_the_characters_of_a_payload(payload: str) -> None:
    assert undo_all(View(payload)).text.replace("=", "").replace("\n", "") == payload.replace(
        "=", ""
    ).replace("\n", "")


@given(st.text(max_size=40))
def test_no_text_makes_a_repair_raise(text: str) -> None:
    assert isinstance(undo_all(View(text)).text, str)
    assert isinstance(unwrapped(View(text)).text, str)


MISREADABLE = st.text("”“»«’ \xa02J]é票дñ…", min_size=1, max_size=5)


class Every:
    """All characters."""

    def __contains__(self, _: object) -> bool:
        return True


@given(MISREADABLE, st.sampled_from((*CHARSETS, *DOUBLE_BYTE)), st.text(max_size=1))
def test_what_was_misread_is_reread_whatever_its_first_characters_tell(
    text: str, charset: str, behind: str
) -> None:
    """Each charset is tried here, and not only those that the first two characters allow."""
    module = sys.modules[reread.__module__]
    for run in MISREAD.findall(text.encode().decode(charset, "ignore") + behind):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "beginnings", lambda: [(name, Every(), Every()) for name in CHARSETS])
            patch.setattr(module, "LONGEST_DOUBLE", len(run))
            expected = reread(run)
        assert reread(run) == expected
