"""texturize against what WordPress 6.1.1 itself wrote (fixtures/texturize), and corners of the algorithm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polldecode.mangle import locales, texturize

FIXTURES = Path(__file__).parents[2] / "fixtures" / "texturize"
EXAMPLES = json.loads((FIXTURES / "examples.json").read_text("utf-8"))
CASES = [json.loads(line) for line in (FIXTURES / "wordpress.jsonl").read_text("utf-8").splitlines()]

SHORTCODES = {
    "double_quotes": '[expert_review_poll id="244" params="PAYLOAD"]',
    "params_first": '[expert_review_poll params="PAYLOAD" id="244"]',
    "single_quotes": "[expert_review_poll id='244' params='PAYLOAD']",
    "spaces_around_equals": '[expert_review_poll id = "244" params = "PAYLOAD"]',
    "value_ends_in_digit": '[expert_review_poll id="244" params="PAYLOAD8"]',
}


@pytest.mark.parametrize("locale", EXAMPLES)
def test_every_locale_writes_the_shortcode_as_wordpress_does(locale: str) -> None:
    written = {form: texturize(text, locale) for form, text in SHORTCODES.items()}
    written["html"] = texturize(SHORTCODES["double_quotes"], locale, html=True)
    assert written == EXAMPLES[locale]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['locale']}-{case['form']}")
def test_each_form_of_a_shortcode_becomes_what_wordpress_made_of_it(case: dict[str, str]) -> None:
    assert texturize(case["input"], case["locale"], html=True) == case["html"]
    assert texturize(case["input"], case["locale"]) == case["text"]


def test_the_table_holds_the_46_locales_and_their_older_quotes() -> None:
    assert len([name for name in locales() if "@" not in name]) == 46
    assert set(EXAMPLES) < set(locales())
    assert texturize('[x a="b"]', "el@4.9") == "[x a=»b»]"


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(ValueError, match="xx_XX"):
        texturize("text", "xx_XX")


# From WordPress's own tests of wptexturize: what the prose around a shortcode becomes.
@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Hey -- boo?", "Hey &#8212; boo?"),
        ('<a href="http://xx--xx">Hey -- boo?</a>', '<a href="http://xx--xx">Hey &#8212; boo?</a>'),
        ("2004-07", "2004-07"),
        ("xn--example", "xn--example"),
        ("a---b", "a&#8212;b"),
        ("<pre><code></code>--&</pre>", "<pre><code></code>--&</pre>"),
        ("<code>a</code> isn't", "<code>a</code> isn&#8217;t"),
        ('<pre>"a"</code>"b"</pre>"c"', '<pre>"a"</code>"b"</pre>&#8220;c&#8221;'),
        ("'tis 'em", "&#8217;tis &#8217;em"),
        ("the '99's", "the &#8217;99&#8217;s"),
        ("'I was born in '99'", "&#8216;I was born in &#8217;99&#8217;"),
        ("'0.42'", "&#8216;0.42&#8217;"),
        ("6' x 9' and 12\"", "6&#8242; x 9&#8242; and 12&#8243;"),
        ('"She was 5\' 7""', "&#8220;She was 5&#8242; 7&#8243;&#8221;"),
        ("``a''", "&#8220;a&#8221;"),
        ("brand (tm)...", "brand &#8482;&#8230;"),
        ("4x4 and 0x99, 1.5x2,5 and 0.5x3", "4&#215;4 and 0x99, 1.5&#215;2,5 and 0.5&#215;3"),
        ("1x2x3 0x2x3 a1x2 1x2px", "1x2x3 0x2x3 a1x2 1x2px"),
        ("a & b &amp; c &#38;", "a &#038; b &amp; c &#38;"),
        ('<a href="?a&b">x</a>', '<a href="?a&#038;b">x</a>'),
        ('[caption id="a"]"b"[/caption]', '[caption id="a"]&#8220;b&#8221;[/caption]'),
        ('[[gallery ids="1"]]', '[[gallery ids="1"]]'),
        ('[galleryx ids="1"]', "[galleryx ids=&#8221;1&#8243;]"),
        ('<!-- "a" -->"b"', '<!-- "a" -->&#8220;b&#8221;'),
        ('<!-->"b"', "<!-->&#8220;b&#8221;"),
        ('<!-- "b"', '<!-- "b"'),
        ('<b "b"', '<b "b"'),
    ],
)
def test_the_prose_around_follows_the_rules_of_wordpress(text: str, page: str) -> None:
    assert texturize(text, "en_US", html=True) == page
