"""What stands around a payload is its shortcode, whatever stands between the parts of it."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from polldecode import Answer, Poll, encode_payload, extract, find_polls
from polldecode.extraction import Extraction

POLL = Poll(244, "Which of them?", (Answer("1", "This one"), Answer("2", "That one!")))
PAYLOAD = encode_payload(POLL.to_params())
STYLE = "position:absolute;" * 20


def only(attributes: str) -> Extraction:
    """The one find of a shortcode with these attributes, in which PP is the payload."""
    text = f"[expert_review_poll{attributes.replace('PP', PAYLOAD)}]"
    (found,) = extract(text)
    (in_bytes,) = extract(text.encode())
    assert found.complete
    assert found.tag == "expert_review_poll"
    assert text.startswith(found.source, found.start)
    assert (in_bytes.attrs, in_bytes.poll) == (found.attrs, found.poll)
    return found


@pytest.mark.parametrize(
    "attributes",
    [
        ' id="244" </p><p id="77">params="PP"',
        " id=”244″</span> <span class='ocr_line' id='line_1_5'>params=”PP”",
        " id=”244″</h3>\n<p>params=”PP”",
        " id=”244″</li>\n<li>params=”PP”",
        " id=”244″</td><td class='x'>params=”PP”",
        " id=”<strong>244</strong>″ params=”PP”",
        ' id="<strong>244</strong>" params="PP"',
        ' id="<span class="hljs-number">244</span>" params="PP"',
        ' id=”<a href="tel:244">244</a>″ params=”PP”',
        ' id=”</w:t></w:r><w:r w:rsidR="00A1"><w:t>244</w:t></w:r><w:r><w:t>″ params=”PP”',
        ' <span class="na">id</span><span class="o">=</span>”244″ <span class="na">params</span>=”PP”',
        f' id=”244″ params=<span style="{STYLE}">”PP”',
        f' id=”244″ <p class="MsoNormal" style="{STYLE}"><span id="9">params=”<span style="{STYLE}">PP”',
        '</td></tr>\n<tr><td id="L9" data-line-number="9"></td><td id="LC9">id=”244″ params=”PP”',
        " id=”244″ params=”<!-- more -->PP”",
        ' id="244" para</td></tr>\n<tr><td id="L2"></td><td>ms="PP</td></tr>\n<tr><td id="L3"></td><td>"',
    ],
)
def test_tags_of_the_layout_are_no_part_of_a_shortcode(attributes: str) -> None:
    found = only(attributes)
    assert found.attrs == {"id": "244"}
    assert "layout" in found.repairs


def test_an_id_of_the_layout_is_no_id_of_the_poll() -> None:
    assert only(' <p id="77">params="PP"').attrs == {}
    assert only(' <a name="x" id=77></a> params=”PP”').attrs == {}
    assert only(' label="<b id="5">x</b>" params="PP"').attrs == {"label": '<b id="5">x</b>'}


@pytest.mark.parametrize("quotes", ['""', "””", "»»"])
def test_a_quoted_value_may_be_html(quotes: str) -> None:
    left, right = quotes
    found = only(f" label={left}<b>Tea</b>{right} id={left}244{right} params={left}PP{right}")
    assert found.attrs == {"label": "<b>Tea</b>", "id": "244"}


def test_guillemets_in_ascii_are_no_tags() -> None:
    assert only(" label=<<tea>> id=<<244>> params=<<PP>>").attrs == {"label": "tea", "id": "244"}


@pytest.mark.parametrize(
    "params",
    [
        {"title": "Nos vidéos", "show_title": "1", "slides": [1, 2]},
        {"title": "t", "show_count": 1},
        {"title": "t", "show_count": 1, "color": "red", "multiple": False, "answers": "none"},
    ],
)
def test_json_of_another_plugin_is_no_poll_and_without_answers_one_by_its_tag_only(
    params: dict[str, object],
) -> None:
    payload = encode_payload(params)
    for text in (payload, f'[slider params="{payload}"]', f'[expert_review params="{payload}"]'):
        assert list(extract(text)) == []
    (found,) = extract(f"[expert_review_poll id=”244″ params=”{payload}”]")
    assert found.params == params


@pytest.mark.parametrize("quotes", ['""', "''", "””", "”″", "»″"])
@pytest.mark.parametrize(
    "broken", ["2\u200b44", "2&#8203;44", "2\n44", "2\r\n44", "24\xa04", "2<wbr>44", "24</td><td>4"]
)
def test_a_number_in_its_quotes_is_one_number_whatever_blank_or_break_is_inside(
    broken: str, quotes: str
) -> None:
    left, right = quotes
    assert only(f" id={left}{broken}{right} params={left}PP{left}").attrs == {"id": "244"}
    assert only(f" params={left}PP{left} id={left}{broken}{right}").attrs == {"id": "244"}


@pytest.mark.parametrize(
    "attributes",
    [" id=2\n44 params=PP", ' id="2 44" params="PP"', " id=»2 44″ params=»PP»",
     " id=”2\n44 params=”PP”", " id=2 44″ params=”PP”", " id=”2\n12 44″ params=”PP”",
     " id=”2\n> 44″ params=”PP”", ' id="2" "44" params="PP"', " id=”24\n12 ″ params=”PP”",
     ' id="2, 44" params="PP"'],
)  # fmt: skip
def test_two_numbers_are_no_id(attributes: str) -> None:
    found = only(attributes)
    assert found.poll is not None
    assert found.poll.id is None


@pytest.mark.parametrize(
    "attributes",
    [
        r" id=\'94244\u8243? params=\'94PP\'94",
        r" id=\u8221\'94244\u8243\'b2 params=\u8221\'94PP\u8221\'94",
        r" id=\rdblquote 244\rdblquote  params=\rdblquote PP\rdblquote ",
        r" id=\guillemotright{}244'' params=\guillemotright{}PP\guillemotright{}",
        r" id=\frqq{}244\grqq{} params=\frqq{}PP\grqq{}",
        r" id=\og 244 \fg{} params=\og PP \fg{}",
        r" id=\'244\' params=\'PP\'",
    ],
)
def test_quotes_of_rtf_and_latex_are_no_digits_of_the_id(attributes: str) -> None:
    assert only(attributes).attrs == {"id": "244"}


def test_a_number_in_escaped_quotes_is_no_byte_of_rtf() -> None:
    assert only(r" id=\'94\' params=\'PP\'").attrs == {"id": "94"}


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize("other", ["poll", ""])
def test_a_shortcode_in_full_width_is_that_shortcode(other: str) -> None:
    text = full_width(f'[expert_review_poll id="244" params="{PAYLOAD}"]')
    text = text.replace(full_width(PAYLOAD), PAYLOAD).replace(full_width(other), other)
    (found,) = extract(f"投票：{text}。")
    assert (found.tag, found.attrs, found.complete) == ("expert_review_poll", {"id": "244"}, True)
    assert found.source == text


def test_digits_in_full_width_are_an_id_and_signs_of_prose_stay_as_they_are() -> None:
    assert only(' id="２４４" params="PP"').attrs == {"id": "244"}
    assert only(" id=”２４４″ label=”何？！” params=”PP”").attrs == {"id": "244", "label": "何？！"}


@pytest.mark.parametrize("quotes", ['""', "””", "??"])
def test_a_poll_with_two_keys_run_into_one_is_not_complete(quotes: str) -> None:
    params = {"title": "Tea?", "show_title": "1", "show_coucolor": "red-1", "answers": []}
    left, right = quotes
    text = f"[expert_review_poll id={left}244{right} params={left}{encode_payload(params)}{right}]"
    (found,) = extract(text)
    assert found.error is not None
    assert (found.complete, found.error.stage, found.params) == (False, "schema", params)
    assert find_polls(text) == []


def test_a_prime_that_was_misread_and_normalised_is_no_digit_of_the_id() -> None:
    damaged = normalize("NFKC", " id=”244″ params=”PP”".encode().decode("cp1252", "replace"))
    assert only(damaged).attrs == {"id": "244"}
    damaged = normalize("NFKC", " id=’244′ params=’PP’".encode().decode("latin-1"))
    assert only(damaged).attrs == {"id": "244"}


@pytest.mark.parametrize("joint", ['"+"', "' + '", '" +\n"', '" +\n        "'])
def test_a_payload_is_one_where_a_script_joins_it_of_strings(joint: str) -> None:
    for place in (*range(1, 20), len(PAYLOAD) // 2):
        joined = PAYLOAD[:place] + joint + PAYLOAD[place:]
        assert only(f" id=”244″ params=”{joined}”").attrs == {"id": "244"}


@pytest.mark.parametrize(
    "text",
    [
        '[</span><span class="nx">expert_review_poll</span> id="244" params="PP"<span class="p">]',
        '<i class="p">[</i><i class="nx">expert_review_poll</i> <i>id</i>=<i>"244"</i> <i>params</i>="PP"]',
        "{[}expert\\_review\\_poll id=''244″ params=''PP''{]}",
        "[', 'expert_review_poll', 'id', '=', '”', '244', '″', 'params', '=', '”', 'PP', '”', ']",
        "[expert_review_poll', 'id', '=”244″ ', 'params', '=”PP', '”]",
        '[expert_review_poll"},{"t":"Space"},{"t":"Str","c":"id=”244″"},{"t":"Space"},{"t":"Str","c":"params=”PP”]',
        "[expert_review_poll id=&#8221244&#8243 params=&#8221PP&#8221]",
        "[expert_review_poll |id|=”244″ |params|=”PP|”]",
        r"[expert_review_poll id=\[rq]244\[sd] params=\[rq]PP\[rq]]",
        "[expert_review_poll\\\n  \\ id=\\_\\xBB244\\u2033\\\n  \\ params=\\_\\xBBPP\\_\\xBB]",
    ],
)
def test_a_shortcode_in_pieces_reaches_from_bracket_to_bracket(text: str) -> None:
    text = text.replace("PP", PAYLOAD)
    for source in (text, text.encode()):
        around = (b"x <b>", b"</b> [1]") if isinstance(source, bytes) else ("x <b>", "</b> [1]")
        (found,) = extract(around[0] + source + around[1])  # type: ignore[operator]
        assert (found.poll, found.attrs) == (POLL, {"id": "244"})
        assert found.source == source[-len(found.source) :]
        assert len(source) - len(found.source) == text.find("[") * (text[:2] == "<i")


@pytest.mark.parametrize(
    "text",
    [
        '{"shortcode":"expert_review_poll","id":"244","params":"PP"}',
        "array('expert_review_poll', array('id' => '244', 'params' => 'PP'))",
        "tag: expert_review_poll\nid: 244\nparams: PP\n",
    ],
)
def test_attributes_may_be_pairs_of_another_syntax(text: str) -> None:
    (found,) = extract(text.replace("PP", PAYLOAD))
    assert (found.poll, found.attrs) == (POLL, {"id": "244"})


@pytest.mark.parametrize("before", ['id="244" ', "id=”244″ ", ""])
def test_what_a_title_says_of_an_id_is_no_attribute(before: str) -> None:
    found = only(f' {before}title="poll id: 5" params="PP"')
    assert found.attrs.get("id") == ("244" if before else None)


def test_a_list_in_another_attribute_stays_as_it_is() -> None:
    found = only(""" data='"a","b"' id="244" params="PP" """)
    broken = f"""[expert_review_poll data='"a","b"' id="244" params="{PAYLOAD[:40]}\n{PAYLOAD[40:]}"]"""
    assert found.attrs == next(extract(broken)).attrs == {"data": '"a","b"', "id": "244"}


@pytest.mark.parametrize("gap", ["\xad", "\xa0"])
def test_a_soft_hyphen_or_a_no_break_space_in_bytes_of_another_charset_is_no_loss(gap: str) -> None:
    text = f'é [expert_review_poll id="244" params="{PAYLOAD[:40]}{gap}{PAYLOAD[40:]}"]'
    (found,) = extract(text.encode("cp1252"))
    assert (found.poll, found.complete) == (POLL, True)
