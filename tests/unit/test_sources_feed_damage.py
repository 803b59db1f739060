"""XML as it is found in the wild: in any charset, and with what a parser refuses in it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from crawl import search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polldecode.samples import planted
from polldecode.sources import Found, Input, feed
from polldecode.sources.xml_intake import SEVERAL, Intake

COUNT = 17
POLLS = [planted(random.Random(n)) for n in range(COUNT)]
PLACED = [(n + 1, f"https://example.org/{n}") for n in range(COUNT)]


def rss(title: str = "T", *, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n', first: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://example.org/{n}</link>\n"
        f"<description>{'' if n else first}<![CDATA[{poll.shortcode}]]></description></item>\n"
        for n, poll in enumerate(POLLS)
    )
    return f'{head}<rss version="2.0"><channel><title>A site</title>{items}</channel></rss>'


def declared(charset: str) -> str:
    return f'<?xml version="1.0" encoding="{charset}"?>\n'


def found_in(path: Path, data: bytes) -> tuple[list[Found], list[str]]:
    path.write_bytes(data)
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [one.extraction.poll for one in found] == [poll.poll for poll in POLLS]
    return found, problems


def placed(found: list[Found]) -> list[tuple[object, str | None]]:
    return [(one.place.record, one.place.url) for one in found]


def titles(found: list[Found]) -> set[str | None]:
    return {one.document.title for one in found if one.document is not None}


WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("charset", WIDE)
@pytest.mark.parametrize("said", ["UTF-8", "UTF-16", "ISO-8859-1", "gb2312"])
def test_a_byte_order_mark_outranks_what_the_document_declares(
    charset: str, said: str, tmp_path: Path
) -> None:
    data = ("\ufeff" + rss("Sélection", head=declared(said))).encode(charset)
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert (placed(found), problems) == (PLACED, [])
    assert titles(found) == {"Sélection"}


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_a_mark_too(charset: str, tmp_path: Path) -> None:
    found, problems = found_in(tmp_path / "feed.xml", rss().encode(charset))
    assert (placed(found), problems) == (PLACED, [])


@pytest.mark.parametrize("charset", WIDE)
@pytest.mark.parametrize("size", [1 << 19, 3_001])
def test_wide_xml_that_breaks_off_is_searched_as_text_with_the_places_of_a_text(
    charset: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BLOCK", size)
    text = "\ufeff" + rss("Sélection 😀", first="<br>").replace("</link>\n", "</link>")
    data = text.encode(charset)
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert len(problems) == 1
    assert problems[0].endswith("the rest is searched as text")
    expected, _ = found_in(tmp_path / "feed.txt", data)
    assert [one.place.record for one in found] == [None] * COUNT
    for one, other in zip(found, expected, strict=True):
        assert one.place == replace(other.place, path=one.place.path)


@pytest.mark.parametrize("charset", WIDE)
@pytest.mark.parametrize("cut", [1, 3, 9, 60])
def test_wide_xml_that_is_cut_keeps_its_last_poll(charset: str, cut: int, tmp_path: Path) -> None:
    data = ("\ufeff" + rss()).encode(charset)[:-cut]
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert placed(found)[:-1] == PLACED[:-1]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("said", "charset", "title"),
    [
        ("GB2312", "gb18030", "最佳选择"),
        ("gbk", "gbk", "最佳选择"),
        ("Big5", "big5", "最佳選擇"),
        ("Shift_JIS", "cp932", "最高①ソ表"),
        ("windows-31j", "cp932", "最高①ソ表"),
        ("x-sjis", "cp932", "最高①ソ表"),
        ("EUC-JP", "euc_jp", "最高の選択"),
        ("ISO-2022-JP", "iso2022_jp", "最高の選択"),
        ("EUC-KR", "cp949", "최고의 선택"),
        ("windows-1251", "cp1251", "Лучший выбор"),
        ("ISO-8859-1", "latin-1", "Sélection"),
        ("utf8", "utf-8", "Sélection"),
        ("utf-16", "utf-8", "Sélection"),
        ("us-ascii", "utf-8", "Sélection"),
        ("no-such-charset", "utf-8", "Sélection"),
        ("punycode", "utf-8", "Sélection"),
        ("rot13", "utf-8", "Sélection"),
    ],
)
@pytest.mark.parametrize("size", [1 << 19, 101])
def test_charsets_that_expat_does_not_know_are_read(
    said: str, charset: str, title: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BLOCK", size)
    data = rss(title, head=declared(said)).encode(charset)
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert (placed(found), problems) == (PLACED, [])
    assert titles(found) == {title}


def test_a_byte_that_is_no_utf_8_costs_no_more_than_its_character(tmp_path: Path) -> None:
    found, problems = found_in(tmp_path / "feed.xml", rss("S\xe9lection").encode("latin-1"))
    assert (placed(found), problems) == (PLACED, [])
    assert titles(found) == {"S\ufffdlection"}


@pytest.mark.parametrize("blank", ["\n", "\r\n \r\n", "\ufeff\n\t", "\n\ufeff", "\n" * 1_000])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb2312"])
def test_white_space_before_the_declaration_is_no_part_of_the_document(
    blank: str, charset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BLOCK", 333)
    data = (blank + rss(head=declared(charset))).encode(charset, "ignore")
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert (placed(found), problems) == (PLACED, [])
    broken = (blank + rss(head=declared(charset), first="<br>")).encode(charset, "ignore")
    found, problems = found_in(tmp_path / "feed.xml", broken)
    assert len(problems) == 1
    expected, _ = found_in(tmp_path / "feed.txt", broken)
    assert [(one.place.line, one.place.start) for one in found] == [
        (one.place.line, one.place.start) for one in expected
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b" " * 2_000, b"\xef\xbb\xbf"])
def test_a_document_that_ends_as_it_begins_is_reported(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(b"\n\n<" + data)
    problems: list[str] = []
    assert list(search(Input(str(path)), report=problems.append)) == []
    assert len(problems) == 1


@pytest.mark.parametrize("odd", ["\x0b", "\x08", "\0", "\x1b[0m", "&nbsp;", "&foo;", "&nbsp;" * 100])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251", "gb18030"])
@pytest.mark.parametrize("size", [1 << 19, 101])
def test_control_characters_and_undeclared_entities_cost_no_provenance(
    odd: str, charset: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BLOCK", size)
    data = rss(f"T{odd}", head=declared(charset), first=odd).encode(charset)
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert (placed(found), problems) == (PLACED, [])


DECLARES = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY hellip "..."><!ENTITY copy "(c)">]>'


@pytest.mark.parametrize("doctype", ["", DECLARES, '<!DOCTYPE rss SYSTEM "x.dtd">'])
def test_entities_are_read_as_the_document_declares_them_or_as_html_does(
    doctype: str, tmp_path: Path
) -> None:
    data = rss("A&nbsp;&lt;b&hellip;&copy;&eacute;&foo;", head=declared("UTF-8") + doctype).encode()
    found, problems = found_in(tmp_path / "feed.xml", data)
    assert (placed(found), problems) == (PLACED, [])
    hellip, sign = ("...", "(c)") if doctype == DECLARES else ("…", "©")
    assert titles(found) == {f"A\xa0<b{hellip}{sign}é&foo;"}


def test_the_quotes_of_a_shortcode_may_be_entities_of_html(tmp_path: Path) -> None:
    items = "".join(
        "<item><title>T</title><description>"
        + poll.shortcode.replace("&", "&amp;").replace('"', "&Prime;").replace("<", "&lt;")
        + "</description></item>"
        for poll in POLLS
    )
    found, problems = found_in(tmp_path / "feed.xml", f"<rss><channel>{items}</channel></rss>".encode())
    assert problems == []
    assert [one.place.record for one in found] == [n + 1 for n in range(COUNT)]


HARMFUL = {
    "that expand each other": '<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">',
    "that expand themselves": '<!ENTITY a "&a;">',
    "longer than their reference": '<!ENTITY a "aaaa">',
    "of other files": '<!ENTITY a SYSTEM "file:///etc/passwd">',
    "of declarations": "<!ENTITY % a '<!ENTITY b \"c\">'> %a;",
    "without end": "".join(f'<!ENTITY a{n} "a">' for n in range(10_000)),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_entities_are_refused_that_do_harm(name: str, tmp_path: Path) -> None:
    head = f"{declared('UTF-8')}<!DOCTYPE rss [{HARMFUL[name]}]>"
    found, problems = found_in(tmp_path / "feed.xml", rss("&a;&b;", head=head).encode())
    assert len(problems) == 1
    assert "it declares the entity" in problems[0]
    assert {one.document for one in found} == {None}


@pytest.mark.parametrize("where", ["<title>{}</title>", '<enclosure note="{}"/>'])
@pytest.mark.parametrize("doctype", ["", '<!DOCTYPE rss [<!ENTITY a "aaa">]>'])
def test_a_flood_of_entities_takes_no_more_than_its_own_size(
    where: str, doctype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ITEM", 1 << 20)
    flood = where.format("&a;" * 200_000)
    found, problems = found_in(tmp_path / "feed.xml", rss(head=doctype, first=flood).encode())
    assert len(found) == COUNT
    assert len(problems) == ("title" in where)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    charset=st.sampled_from([*WIDE, *sorted(set(SEVERAL.values())), "utf-8"]),
    text=st.text(st.sampled_from("aé\n ソ表选択최①"), max_size=40),
    torn=st.binary(max_size=6),
    size=st.integers(1, 30),
    part=st.floats(0, 1),
)
def test_the_rest_of_an_intake_is_what_stands_in_the_input(
    charset: str, text: str, torn: bytes, size: int, part: float
) -> None:
    data = f"<{text}".encode(charset, "replace") + torn + text.encode(charset, "replace")
    intake = Intake(charset)
    fed = b"".join(intake.take(data[at : at + size]) for at in range(0, len(data) + 1, size))
    begin = next(at for at in range(int(part * len(fed)), -1, -1) if (fed + b"<")[at] & 0xC0 != 0x80)
    rest, offset, lines, *_ = intake.rest(begin)
    assert data.endswith(rest)
    assert offset == len(data) - len(rest)
    assert lines == fed.count(b"\n", 0, begin)
    if charset in {*WIDE, "utf-8"} and not torn:
        assert rest.decode(charset) == fed[begin:].decode()


BROKEN = [
    "Q & A", "AT&T", "a &nbsp b", "&", "&;", "&&", "x&#1;y", "&#x1f;", "&#55357;&#56832;", "&#xFFFF;",
    "&#9999999;", "&#xD83D;", "&#X41;", "&#00;",
]  # fmt: skip


@pytest.mark.parametrize("size", [feed.BLOCK, 1, 7, 64])
@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_reference_is_a_text(
    broken: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BLOCK", size)
    found, problems = found_in(tmp_path / "feed.xml", rss(broken, first=broken).encode())
    assert placed(found) == PLACED
    assert titles(found) == {broken}
    assert problems == []


@pytest.mark.parametrize("charset", WIDE)
def test_an_address_has_its_ampersands(charset: str, tmp_path: Path) -> None:
    text = rss(head=declared("UTF-16")).replace("https://example.org/", "https://example.org/?a=1&b=")
    found, problems = found_in(tmp_path / "feed.xml", ("\ufeff" + text).encode(charset))
    assert [url for _, url in placed(found)] == [f"https://example.org/?a=1&b={n}" for n in range(COUNT)]
    assert problems == []


@pytest.mark.parametrize(
    "number", ["9", "10", "13", "32", "038", "8217", "55295", "57344", "65533", "1114111"]
)
def test_what_is_a_reference_is_a_character(number: str, tmp_path: Path) -> None:
    title = f"a&#{number};b&#x{int(number):x};c"
    found, problems = found_in(tmp_path / "feed.xml", rss(title).encode())
    character = chr(int(number))
    assert titles(found) == {f"a{character}b{character}c"}
    assert problems == []
