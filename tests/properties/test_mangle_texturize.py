"""What holds of texturize for any text and locale."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polldecode.mangle import locales, texturize
from polldecode.mangle.wptexturize import multiplied

TEXTS = st.text(alphabet="ab0 19'\"-.,`x[]()<>/=&;!\n\xa0é…", max_size=40)
LOCALES = st.sampled_from(locales())

# The pattern of WordPress itself, PCRE's conditional spelled as two alternatives. It is quadratic.
TIMES = re.compile(r"\b(\d(?:(?<=0)[\d.,]+|(?<!0)[\d.,]*))x(\d[\d.,]*)\b", re.ASCII)


@given(TEXTS, LOCALES)
def test_the_text_is_the_page_with_its_entities_decoded(text: str, locale: str) -> None:
    assert texturize(text, locale) == unescape(texturize(text, locale, html=True))


@given(TEXTS, LOCALES)
def test_no_working_flag_is_left_behind(text: str, locale: str) -> None:
    assert "<!--" not in texturize(text, locale, html=True) or "<!--" in text


@given(st.text(alphabet="019.,xa -", max_size=30))
def test_multiplication_signs_stand_where_the_pattern_of_wordpress_puts_them(text: str) -> None:
    text += " 2x2"  # WordPress looks for products only where there is a plain one
    assert multiplied(text) == TIMES.sub(r"\1&#215;\2", text)


@given(st.text(alphabet="abc déж中\n", max_size=40), LOCALES.filter(lambda name: not name.startswith("nn")))
def test_plain_words_stay_as_they_are(text: str, locale: str) -> None:
    assert texturize(text, locale, html=True) == text


@given(st.text(alphabet=st.characters(exclude_characters="<>\0"), max_size=30), LOCALES)
def test_code_is_never_touched(text: str, locale: str) -> None:
    assert texturize(f"<code>{text}</code>", locale, html=True) == f"<code>{text}</code>"


@pytest.mark.parametrize(
    "piece",
    ["'", '"', '9"', "'9", "-", "--", "<", "<!--", "[gallery ", "[gallery <", "&", "1.", "1x", "1.1x", "...",
     "[[", "\"a\" '", "0x1", "<pre>"],
)  # fmt: skip
def test_time_is_linear_on_any_repetition(piece: str) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            texturize(text, "fr_FR")
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(40_000) < 10 * seconds(10_000) + 0.05
