"""XML: whatever the elements are called, a poll is found once, and with the item it stands in."""

from __future__ import annotations

import random
from html import escape
from pathlib import Path

import pytest
from crawl import search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polldecode.samples import paragraph, planted
from polldecode.sources import Document, Found, Input, feed

POLLS = [planted(random.Random(n)) for n in range(40)]
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
RSS = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {SPACES}><channel>'


def code(n: int) -> str:
    return escape(POLLS[n].shortcode)


def found_in(path: Path, text: str) -> tuple[list[Found], list[str]]:
    path.write_text(text)
    problems: list[str] = []
    return list(search(Input(str(path)), report=problems.append)), problems


def placed(found: list[Found]) -> list[tuple[object, str | None]]:
    return [(one.place.record, one.place.url) for one in found]


def numbers(found: list[Found]) -> list[int]:
    """Which of the polls these are; each must be whole."""
    assert all(one.extraction.complete for one in found)
    return [[poll.poll for poll in POLLS].index(one.extraction.poll) for one in found]


def document(found: Found) -> Document:
    assert found.document is not None
    return found.document


def post(n: int, *, names: tuple[str, str, str] = ("id", "url", "content")) -> str:
    ident, url, content = names
    return (
        f"<{ident}>{n}</{ident}><title>T{n}</title><tags><tag>a</tag><tag>b</tag></tags>"
        f"<{content}>{escape(paragraph(random.Random(n)))} {code(n)}</{content}>"
        f"<meta><key>k</key><value>1</value></meta><meta><key>l</key><value>2</value></meta>"
        f"<{url}>https://example.org/{n}</{url}>"
    )


def test_what_stands_beside_the_items_of_a_channel_is_of_none_of_them(tmp_path: Path) -> None:
    text = (
        f"{RSS}<title>A site</title><description>{code(0)}</description><link>https://example.org</link>"
        f"<wp:category><wp:category_description>{code(1)}</wp:category_description></wp:category>"
        f"<item><title>T</title><link>https://example.org/p</link><description>{code(2)}</description></item>"
        f"<copyright>{code(3)}</copyright><item><title>U</title><description>{code(4)}</description></item>"
        "</channel></rss>"
    )
    found, problems = found_in(tmp_path / "feed.xml", text)
    assert problems == []
    assert numbers(found) == [0, 1, 2, 3, 4]
    site = (None, "https://example.org")
    assert placed(found) == [site, site, (1, "https://example.org/p"), site, (2, None)]
    assert [document(one).title for one in found] == ["A site", "A site", "T", "A site", "U"]
    assert document(found[1]).field == "wp:category_description"


SHAPES = {
    "posts in the root": ("<posts>", "<post>{}</post>", "</posts>"),
    "posts in a list": ("<data><posts>", "<post>{}</post>", "</posts></data>"),
    "posts behind what the export is of": (
        "<export><site><name>A</name><url>https://example.org</url></site><version>1</version><posts>",
        "<post>{}</post>",
        "</posts></export>",
    ),
    "posts in their site": (
        "<export><site><name>A</name><url>https://example.org</url><posts>",
        "<post>{}</post>",
        "</posts></site></export>",
    ),
    "posts behind authors": (
        "<export><authors><author><name>A</name></author><author><name>B</name></author></authors><posts>",
        "<post>{}</post>",
        "</posts></export>",
    ),
    "posts in parts": ("<data>", "<part><post>{}</post><post><id>x</id></post></part>", "</data>"),
    "a sitemap": ("<urlset>", "<url>{}</url>", "</urlset>"),
    "a wiki": ("<mediawiki><siteinfo><sitename>A</sitename></siteinfo>", "<page>{}</page>", "</mediawiki>"),
    "RDF": (
        '<rdf:RDF xmlns:rdf="r"><channel><items><rdf:Seq><rdf:li/><rdf:li/></rdf:Seq></items></channel>',
        "<item>{}</item>",
        "</rdf:RDF>",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_item_is_what_repeats(name: str, tmp_path: Path) -> None:
    head, item, tail = SHAPES[name]
    text = head + "".join(item.format(post(n)) for n in range(6)) + tail
    found, problems = found_in(tmp_path / "export.xml", text)
    assert problems == []
    assert numbers(found) == list(range(6))
    step = 2 if name == "posts in parts" else 1
    assert placed(found) == [(1 + step * n, f"https://example.org/{n}") for n in range(6)]
    expected = [(str(n), f"T{n}", "content") for n in range(6)]
    assert [(document(x).id, document(x).title, document(x).field) for x in found] == expected


@pytest.mark.parametrize("head", ["<post>", "<data><post>", "<data><posts><post>"])
def test_a_document_of_one_item_says_what_page_it_is(head: str, tmp_path: Path) -> None:
    tail = "".join(f"</{name.rstrip('>')}>" for name in reversed(head.split("<")[1:]))
    single = f"<id>0</id><title>T0</title><content>{code(0)}</content><url>https://example.org/0</url>"
    found, problems = found_in(tmp_path / "export.xml", head + single + tail)
    assert problems == []
    assert placed(found) == [(1, "https://example.org/0")]


def test_names_of_elements_are_read_in_any_case(tmp_path: Path) -> None:
    items = "".join(f"<post>{post(n, names=('ID', 'Permalink', 'Content'))}</post>" for n in range(3))
    found, _ = found_in(tmp_path / "export.xml", f"<data>{items}</data>")
    assert placed(found) == [(n + 1, f"https://example.org/{n}") for n in range(3)]
    assert [document(one).id for one in found] == ["0", "1", "2"]


ATOM = (
    '<{0}feed xmlns{1}="http://www.w3.org/2005/Atom" xmlns:media="m" xmlns:dc="d" xmlns:content="c">'
    "<{0}title>A site</{0}title>{2}</{0}feed>"
)
ENTRY = (
    "<{0}entry><media:title>none</media:title><{0}title>T{1}</{0}title><{0}id>tag:{1}</{0}id>"
    '<{0}link rel="self" href="https://example.org/feed"/><{0}link href="https://example.org/{1}"/>{3}'
    "<{0}{4}>{2}</{0}{4}></{0}entry>"
)


@pytest.mark.parametrize("prefix", ["", "a:", "ns0:", "atom:"])
@pytest.mark.parametrize("date", ["<{0}updated>2023</{0}updated>", "<dc:date>2023</dc:date>"])
def test_an_atom_feed_is_read_under_any_prefix(prefix: str, date: str, tmp_path: Path) -> None:
    entries = "".join(ENTRY.format(prefix, n, code(n), date.format(prefix), "content") for n in range(3))
    space = f":{prefix[:-1]}" if prefix else ""
    found, problems = found_in(tmp_path / "feed.xml", ATOM.format(prefix, space, entries))
    assert (numbers(found), problems) == ([0, 1, 2], [])
    assert placed(found) == [(n + 1, f"https://example.org/{n}") for n in range(3)]
    expected = [
        Document(f"https://example.org/{n}", "content", f"tag:{n}", f"T{n}", "2023") for n in range(3)
    ]
    assert [document(one) for one in found] == expected


def test_the_prefix_of_any_root_is_its_own_vocabulary(tmp_path: Path) -> None:
    posts = "".join(
        f"<x:post>{post(n, names=('x:id', 'x:url', 'content:encoded'))}</x:post>" for n in range(3)
    )
    text = f'<x:export xmlns:x="x" xmlns:content="c">{posts}</x:export>'
    found, _ = found_in(tmp_path / "export.xml", text)
    assert placed(found) == [(n + 1, f"https://example.org/{n}") for n in range(3)]
    assert [document(one).field for one in found] == ["content:encoded"] * 3


DUMPS = {
    "mysqldump": (
        """<mysqldump><database name="wp"><table_structure name="wp_posts"><field Field="ID"/><key/>
        </table_structure><table_data name="wp_options"><row><field name="ID">1</field></row></table_data>
        <table_data name="wp_posts">""",
        "row",
        "field",
        "</table_data></database></mysqldump>",
        2,
    ),
    "mysql": ('<resultset statement="select">', "row", "field", "</resultset>", 1),
    "phpmyadmin": (
        '<pma_xml_export><database name="wp">',
        'table name="wp_posts"',
        "column",
        "</database></pma_xml_export>",
        1,
    ),
}


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("name", DUMPS)
def test_rows_of_a_dump_are_items_and_their_columns_have_names(name: str, count: int, tmp_path: Path) -> None:
    head, row, column, tail, first = DUMPS[name]
    rows = "".join(
        f"<{row}>"
        + "".join(
            f'<{column} name="{key}">{value}</{column}>\n'
            for key, value in (
                ("ID", n),
                ("post_date_gmt", "2023-01-05 09:00:00"),
                ("post_content", code(n)),
                ("post_title", f"T{n}"),
                ("guid", f"https://example.org/?p={n}"),
            )
        )
        + f"</{row.split()[0]}>\n"
        for n in range(count)
    )
    found, problems = found_in(tmp_path / "dump.xml", head + rows + tail)
    assert problems == []
    assert numbers(found) == list(range(count))
    assert placed(found) == [(n + first, f"https://example.org/?p={n}") for n in range(count)]
    expected = Document("https://example.org/?p=0", "post_content", "0", "T0", "2023-01-05 09:00:00")
    assert document(found[0]) == expected


def test_an_export_of_any_size_is_read_item_by_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "ITEM", 1 << 16)
    monkeypatch.setattr(feed, "HELD", 1 << 14)
    monkeypatch.setattr(feed, "BLOCK", 1 << 10)
    monkeypatch.setattr(feed, "SAMPLE", 1 << 13)
    authors = "".join(f"<author><name>{n}</name></author>" for n in range(400))
    posts = "".join(f"<post>{post(n)}</post>" for n in range(40))
    found, problems = found_in(
        tmp_path / "export.xml", f"<data><authors>{authors}</authors><posts>{posts}</posts></data>"
    )
    assert problems == []
    assert numbers(found) == list(range(40))
    assert [one.place.url for one in found] == [f"https://example.org/{n}" for n in range(40)]


def test_categories_without_end_before_the_first_item_are_no_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ITEM", 1 << 14)
    monkeypatch.setattr(feed, "HELD", 1 << 12)
    tags = "".join(f"<wp:tag><wp:tag_slug>{n}</wp:tag_slug></wp:tag>" for n in range(2_000))
    item = f"<item><link>https://example.org/p</link><description>{code(1)}</description></item>"
    text = f"{RSS}<link>https://example.org</link>{tags}<wp:tag>{code(0)}</wp:tag>{item}</channel></rss>"
    found, problems = found_in(tmp_path / "feed.xml", text)
    assert problems == []
    assert placed(found) == [(None, "https://example.org"), (1, "https://example.org/p")]


def marked_up(n: int, way: str) -> str:
    whole = POLLS[n].shortcode
    begin = whole.index("JTdC")
    middle, end = begin + 60, whole.index('"', begin)
    if way == "its payload in an element":
        return f"{whole[:begin]}<span>{whole[begin:end]}</span>{whole[end:]}"
    if way == "empty elements in it":
        return f"{whole[:middle]}<br />\n{whole[middle : middle + 40]}<wbr/>{whole[middle + 40 :]}"
    return f"{whole[:middle]}</p>\n<p>{whole[middle:]}"


WAYS = ["its payload in an element", "empty elements in it"]


@pytest.mark.parametrize(
    ("form", "way"),
    [("atom", "two paragraphs"), *((form, way) for form in ("atom", "plain") for way in WAYS)],
)
def test_a_shortcode_with_markup_in_it_is_one(form: str, way: str, tmp_path: Path) -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">' if form == "atom" else "<div>"
    entries = "".join(
        f'<entry><title type="xhtml"><div>T <em>{n}</em></div></title><link href="https://example.org/{n}"/>'
        f'<content type="xhtml">{div}<p>An <i>old</i>:</p><p>{marked_up(n, way)}</p></div></content></entry>'
        for n in range(3)
    )
    if form == "plain":
        entries = entries.replace(' type="xhtml"', "")
    found, problems = found_in(
        tmp_path / "feed.xml", f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    )
    assert problems == []
    assert numbers(found) == [0, 1, 2]
    assert placed(found) == [(n + 1, f"https://example.org/{n}") for n in range(3)]
    if form == "atom":
        assert [(document(one).title, document(one).field) for one in found] == [
            (f"T {n}", "content") for n in range(3)
        ]


def test_fields_with_polls_of_their_own_stay_apart(tmp_path: Path) -> None:
    cut = code(0)[:200]
    item = f"<item>\n<description>{cut}</description>\n<content:encoded>{code(1)}</content:encoded>\n</item>"
    found, _ = found_in(tmp_path / "feed.xml", f"{RSS}{item}</channel></rss>")
    assert [(document(one).field, one.extraction.complete) for one in found] == [
        ("description", False),
        ("content:encoded", True),
    ]


def test_comments_attributes_and_stray_text_are_searched(tmp_path: Path) -> None:
    shortcode = [poll.shortcode for poll in POLLS]
    text = (
        f"{RSS}<!-- {shortcode[0]} --><link>https://example.org</link>"
        f"<item><link>https://example.org/p</link><description>none<!-- {shortcode[1]} --></description>"
        f"{code(2)}<enclosure note='{code(3).replace(chr(39), '&#39;')}'/></item>{code(4)}<item/>"
        f"</channel></rss><!-- {shortcode[5]} -->"
    )
    found, problems = found_in(tmp_path / "feed.xml", text)
    assert problems == []
    assert numbers(found) == [0, 1, 2, 3, 4, 5]
    site, page = (None, "https://example.org"), (1, "https://example.org/p")
    assert placed(found) == [site, page, page, page, site, (None, None)]
    assert [document(one).field for one in found] == [
        *("channel", "description", "item", "enclosure@note", "channel", None)
    ]


WHOLE = [
    f"{RSS}<item><title>T</title></item></channel></rss>",
    f"{RSS}<item/></channel></rss>\n<!-- {'cached ' * 1_000} -->\n",
    "<!-- <old> -->\n<data/>",
    "<data><post/></data >",
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_document_without_a_poll_is_not_reported(text: str, tmp_path: Path) -> None:
    assert found_in(tmp_path / "feed.xml", text) == ([], [])


@pytest.mark.parametrize("cut", [10, 20, 40])
def test_a_document_that_is_cut_is_reported_without_a_poll_too(cut: int, tmp_path: Path) -> None:
    found, problems = found_in(tmp_path / "feed.xml", WHOLE[0][:-cut])
    assert found == []
    assert len(problems) == 1
    assert problems[0].startswith("XML: ")


def grown(rng: random.Random, polls: list[int], depth: int = 0) -> str:
    """An element with others in it, and the polls in texts, attributes, comments of these."""
    name = rng.choice(["a", "b", "c", "item", "page", "title", "url", "channel"])
    inside, attribute = [], ""
    for _ in range(rng.randrange(1, 5)):
        kind = rng.randrange(8)
        if kind < 4 and depth < 6:
            inside.append(grown(rng, polls, depth + 1))
        elif kind == 4:
            inside.append(f"\n{escape(paragraph(rng))}\n")
        elif polls:
            text = POLLS[polls.pop()].shortcode
            if kind == 5:
                inside.append(f"<!-- {text} -->")
            elif kind == 6 and not attribute:
                attribute = f' note="{escape(text)}"'
            else:
                inside.append(f" {escape(text)} ")
    return f"<{name}{attribute}>{rng.choice(['', chr(10)]).join(inside)}</{name}>"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), data=st.data())
def test_a_poll_is_found_once_wherever_it_stands(
    seed: int, data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    waiting = list(range(len(POLLS)))
    root = rng.choice(["rss", "data", "feed", "item"])
    text = f"<{root}>" + "".join(grown(rng, waiting) for _ in range(rng.randrange(1, 9))) + f"</{root}>"
    monkeypatch.setattr(feed, "BLOCK", data.draw(st.sampled_from([50, 1_000, 1 << 19])))
    monkeypatch.setattr(feed, "HELD", data.draw(st.sampled_from([500, 5_000, 1 << 20])))
    monkeypatch.setattr(feed, "SAMPLE", data.draw(st.sampled_from([100, 2_000, 1 << 18])))
    found, problems = found_in(tmp_path / "some.xml", text)
    assert problems == []
    planted_here = sorted(set(range(len(POLLS))) - set(waiting))
    assert sorted(numbers(found)) == planted_here


@pytest.mark.parametrize("long", ["<!--{}-->", "<a {}/>", '<a href="{}"/>', "<?php {}?>", "<{}/>"])
def test_a_tag_or_comment_without_an_end_is_not_kept(
    long: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "TOKEN", 50_000)
    monkeypatch.setattr(feed, "BLOCK", 10_000)
    inside = " ".join(f'a{n}="1"' for n in range(20_000)) if long.startswith("<a {") else "x" * 200_000
    found, problems = found_in(
        tmp_path / "feed.xml", f"<rss>{long.format(inside)}<p>{escape(code(1))}</p></rss>"
    )
    assert problems == ["XML: a tag or comment of more than 50000 bytes; the rest is searched as text"]
    assert numbers(found) == [1]
    found, problems = found_in(
        tmp_path / "feed.xml", f"<rss><p>{'x' * 200_000}</p><p>{escape(code(1))}</p></rss>"
    )
    assert (numbers(found), problems) == ([1], [])


def test_a_row_may_have_its_fields_in_attributes(tmp_path: Path) -> None:
    rows = "".join(
        f'<row Id="{n}" Title="T{n}" url="https://e/{n}?a=1&amp;b" Date="2024-01-0{n}" Body="{code(n)}"/>'
        for n in (1, 2, 3)
    )
    found, problems = found_in(tmp_path / "posts.xml", f"<posts>{rows}</posts>")
    assert problems == []
    assert [(find.place.record, find.document) for find in found] == [
        (n, Document(f"https://e/{n}?a=1&b", "row@Body", str(n), f"T{n}", f"2024-01-0{n}")) for n in (1, 2, 3)
    ]


def test_what_an_item_holds_says_more_than_its_attributes(tmp_path: Path) -> None:
    held = f'<link>https://e/1</link><p title="U" lang="fr">{code(1)}</p>'
    found, _ = found_in(
        tmp_path / "feed.xml", f'{RSS}<item url="https://e/2" id="i">{held}</item></channel></rss>'
    )
    assert [find.document for find in found] == [Document("https://e/1", "p", "i")]
