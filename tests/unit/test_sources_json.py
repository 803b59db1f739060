"""What a JSON document says of the page that a poll is from, and that nothing of it is left unread."""

from __future__ import annotations

import codecs
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from crawl import search

from polldecode.samples import planted
from polldecode.sources import Document, Found, Input, json_document

CODE = planted(random.Random(1)).shortcode
OTHER = planted(random.Random(2)).shortcode
URL = "https://e/1"


def found_in(path: Path, content: str | bytes, problems: list[str] | None = None) -> list[Found]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said: list[str] = []
    found = list(search(Input(str(path)), report=said.append))
    assert problems is not None or not said
    if problems is not None:
        problems += said
    return found


def known(tmp_path: Path, value: Any, name: str = "page.jsonl") -> Document:
    (found,) = found_in(tmp_path / name, json.dumps(value))
    assert found.document is not None
    return found.document


@pytest.mark.parametrize("name", ["page.json", "page.jsonl"])
def test_a_poll_in_a_key_is_found_and_told_by_what_it_is_a_key_of(tmp_path: Path, name: str) -> None:
    document = known(tmp_path, {"url": URL, "seen": {CODE: 1}}, name)
    assert (document.url, document.field) == (URL, "seen")


@pytest.mark.parametrize("name", ["page.json", "page.jsonl"])
@pytest.mark.parametrize("last", ['"x"', "1", json.dumps(OTHER)])
def test_a_poll_under_a_key_that_is_given_twice_is_found(tmp_path: Path, name: str, last: str) -> None:
    found = found_in(tmp_path / name, f'{{"url": "{URL}", "a": {json.dumps(CODE)}, "a": {last}}}')
    codes = [CODE, OTHER] if OTHER[1:19] in last else [CODE]
    assert [find.extraction.source for find in found] == codes
    assert {(find.place.url, find.document and find.document.field) for find in found} == {(URL, "a")}


def test_an_object_under_a_key_that_is_given_twice_says_what_page_it_is_of(tmp_path: Path) -> None:
    lines = f'{{"a": {{"url": "{URL}", "t": {json.dumps(CODE)}}}, "a": {{"url": "https://e/2"}}}}'
    (found,) = found_in(tmp_path / "page.jsonl", lines)
    assert (found.place.url, found.document and found.document.field) == (URL, "a.t")


def test_a_key_of_any_length_costs_a_name_of_some(tmp_path: Path) -> None:
    field = known(tmp_path, {"k" * 10_000: CODE}).field
    assert field is not None
    assert len(field) < 300


def test_a_poll_in_a_key_of_an_object_too_long_to_be_parsed_as_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_document, "RECORD", 1 << 12)
    monkeypatch.setattr(json_document, "BLOCK", 1 << 10)
    pages = {"x": ["y" * 8_000] * 9, CODE: [1], "z": {"url": URL, "text": OTHER}}
    found = found_in(tmp_path / "page.json", json.dumps(pages))
    assert [(find.extraction.source, find.place.url) for find in found] == [(CODE, None), (OTHER, URL)]


@pytest.mark.parametrize("name", ["page.jsonl", "page.json"])
@pytest.mark.parametrize(
    "written",
    [
        lambda rows: "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n",
        lambda rows: "[" + "\n,".join(map(json.dumps, rows)) + "]",
        lambda rows: "\n".join(json.dumps(row, indent=2) for row in rows),
        lambda rows: json.dumps(rows, indent=2),
    ],
)
def test_a_list_or_objects_over_several_lines_are_no_json_lines_whatever_the_name(
    tmp_path: Path, name: str, written: Any
) -> None:
    rows = [{"url": f"https://e/{n}", "text": f"{n} {CODE}" + "x" * 5_000} for n in range(4)]
    found = found_in(tmp_path / name, written(rows))
    assert [(find.place.record, find.place.url) for find in found] == [
        (n + 1, f"https://e/{n}") for n in range(4)
    ]


@pytest.mark.parametrize(
    "first",
    ['["a", 1]', '{"a": {"b": []}}', '{"a": "cut', '{"a": 1,', '{"a":', '{"a": "' + "x" * 20_000 + '"}'],
)
def test_lines_stay_lines_whatever_is_torn_of_the_first(tmp_path: Path, first: str) -> None:
    rows = [first, json.dumps(["x", {"url": URL, "text": CODE}]), json.dumps([CODE])]
    found = found_in(tmp_path / "page.jsonl", "\n".join(rows))
    assert [(find.place.record, find.place.url) for find in found] == [(2, URL), (3, None)]


@pytest.mark.parametrize(
    "page",
    [
        {"text": CODE, "meta": {"url": URL}},
        {"text": CODE, "metadata": {"url": URL, "date": "2024"}},
        {"text": CODE, "meta": json.dumps({"url": URL, "date": "2024"})},
        {"content": CODE, "warc_headers": {"warc-target-uri": URL, "warc-date": "2024"}},
        {"log": {"entries": [{"request": {"url": URL}, "response": {"content": {"text": CODE}}}]}},
        {"URL": URL, "Title": "T", "html": CODE},
        {"text": CODE, "link": "no address", "url": URL},
    ],
)
def test_the_url_of_a_page_is_known_wherever_it_is_kept(tmp_path: Path, page: dict[str, Any]) -> None:
    for name in ("page.json", "page.jsonl"):
        (found,) = found_in(tmp_path / name, json.dumps(page))
        assert found.place.url == URL


def test_what_stands_beside_a_text_says_its_title_and_date_too(tmp_path: Path) -> None:
    page = {"id": "7", "text": CODE, "meta": {"url": URL, "title": "T", "date": "2024", "id": "8"}}
    assert known(tmp_path, page) == Document(URL, "text", "7", "T", "2024")


@pytest.mark.parametrize(
    ("page", "ident"),
    [
        ({"id": "doc-7", "text": CODE}, "doc-7"),
        ({"data": {"id": "doc-7", "text": CODE}}, "doc-7"),
        ({"id": "doc-7", "blocks": [{"id": "b", "text": CODE}]}, "doc-7"),
        ({"title": "T", "id": "doc-7", "comments": [{"id": 5, "text": CODE}]}, "doc-7"),
        ({"url": URL, "comments": [{"id": 5, "text": CODE}]}, None),
    ],
)
def test_an_id_alone_says_which_document_it_is_but_not_within_another(
    tmp_path: Path, page: dict[str, Any], ident: str | None
) -> None:
    assert known(tmp_path, page).id == ident


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("title", value) for value in ("T", {"rendered": "T"}, {"raw": "T"}, {"raw": "T", "rendered": ""})),
        *(("date", key) for key in ("post_date", "post_date_gmt", "datePublished", "date_download")),
    ],
)
def test_titles_and_dates_are_known_by_all_their_names(tmp_path: Path, key: str, value: Any) -> None:
    if key == "title":
        assert known(tmp_path, {"url": URL, "title": value, "text": CODE}).title == "T"
    else:
        assert known(tmp_path, {"url": URL, value: "2024-01-02", "text": CODE}).date == "2024-01-02"


def test_a_draft_has_no_date_of_zeros(tmp_path: Path) -> None:
    page = {"post_date_gmt": "0000-00-00 00:00:00", "post_date": "2024-01-02 03:04:05", "post_content": CODE}
    assert known(tmp_path, page).date == "2024-01-02 03:04:05"


def as_json(row: dict[str, str]) -> tuple[str, str]:
    return "page.json", json.dumps(row)


def as_csv(row: dict[str, str]) -> tuple[str, str]:
    cells = [list(row), list(row.values())]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells]
    return "page.csv", "\n".join(lines) + "\n"


def as_sql(row: dict[str, str]) -> tuple[str, str]:
    values = ", ".join("'" + value.replace("'", "''").replace("\n", "\\n") + "'" for value in row.values())
    return "page.sql", f"INSERT INTO pages ({', '.join(row)}) VALUES ({values});\n"


def as_xml(row: dict[str, str]) -> tuple[str, str]:
    fields = "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items())
    return "page.xml", f"<rows><row>{fields}</row></rows>"


FORMATS = (as_json, as_csv, as_sql, as_xml)


@pytest.mark.parametrize("written", FORMATS)
def test_a_page_is_known_in_every_format_by_the_same_names(tmp_path: Path, written: Any) -> None:
    row = {"Id": "7", "URL": URL, "Post_Title": "T", "post_date": "2024-01-02", "html": CODE}
    name, content = written(row)
    (found,) = found_in(tmp_path / name, content)
    document = found.document
    assert document is not None
    assert (document.url, document.id, document.title, document.date) == (URL, "7", "T", "2024-01-02")


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize(
    "row",
    [
        {"id": CODE, "n": "1"},
        {"n": "1", "url": CODE},
        {"n": "1", "title": f"Vote: {CODE}"},
        {"n": "1", "url": "https://e/ with a space", "text": CODE},
        {"n": "1", "url": "https://e/\nother", "text": CODE},
        {"n": "1", "url": "https://e/" + "x" * 3_000, "text": CODE},
        {"id": "x" * 3_000, "text": CODE},
        {"id": "7\n8", "text": CODE},
    ],
)
def test_a_text_in_the_wrong_place_says_nothing_of_the_page(
    tmp_path: Path, written: Any, row: dict[str, str]
) -> None:
    name, content = written(row)
    (found,) = found_in(tmp_path / name, content)
    document = found.document
    assert document is not None
    assert (document.url, document.title) == (None, None)
    assert document.id in (None, "1")
    assert found.place.record in (1, 2, "pages", "pages:1")


def test_a_title_that_only_speaks_of_the_shortcode_is_one(tmp_path: Path) -> None:
    page = {"url": "https://e/expert_review_poll-help", "title": "expert_review_poll", "text": CODE}
    (found,) = (
        find for find in found_in(tmp_path / "page.json", json.dumps(page)) if find.extraction.complete
    )
    assert found.document is not None
    assert (found.place.url, found.document.title) == (page["url"], page["title"])


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("name", ["page.json", "page.jsonl", "page.sql", "page"])
def test_wide_characters_cost_no_record_and_no_url(tmp_path: Path, charset: str, name: str) -> None:
    row = {"id": "7", "url": URL, "title": "Чай", "text": f"é {CODE}"}
    content = as_sql(row)[1] if name.endswith("sql") else json.dumps(row, ensure_ascii=False) + "\n"
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(
        charset, codecs.BOM_UTF32_LE
    )
    (found,) = found_in(tmp_path / name, mark + content.encode(charset))
    assert found.place.record == ("pages:7" if name.endswith("sql") else 1)
    assert found.document is not None
    assert (found.place.url, found.document.title, found.extraction.complete) == (URL, "Чай", True)


@pytest.mark.parametrize("name", ["page.json.gz", "page.jsonl.gz"])
def test_wide_characters_that_were_cut_are_reported_and_read_so_far(tmp_path: Path, name: str) -> None:
    rng = random.Random(3)
    rows = [{"url": f"https://e/{n}", "text": CODE + rng.randbytes(50_000).hex()} for n in range(9)]
    content = gzip.compress("\n".join(map(json.dumps, rows)).encode("utf-16"))
    problems: list[str] = []
    found = found_in(tmp_path / name, content[: len(content) // 2], problems)
    assert [find.place.url for find in found[:4]] == [f"https://e/{n}" for n in range(4)]
    assert problems[0] == "truncated gzip data"
    assert len(set(problems)) == len(problems)
    (tmp_path / name).unlink()
    assert len(found_in(tmp_path / name, content)) == 9


@pytest.mark.parametrize("name", ["page.json", "page.jsonl"])
def test_wide_text_under_a_name_of_json_is_text(tmp_path: Path, name: str) -> None:
    (found,) = found_in(tmp_path / name, f"Vote: {CODE}".encode("utf-16"))
    assert (found.place.start, found.place.record) == (2 + 2 * 6, None)


@pytest.mark.parametrize("name", ["page", "page.data"])
@pytest.mark.parametrize(
    "head",
    [
        "",
        "[gallery ids=1]\n",
        "[",
        "[ ] to do\n",
        "[1] A note\n",
        "{% if x %}\n",
        "{{ x }}\n",
        "[[x]]\n",
        "[-1]",
    ],
)
def test_a_text_that_begins_with_a_bracket_is_no_json(tmp_path: Path, name: str, head: str) -> None:
    (found,) = found_in(tmp_path / name, head + CODE + " said.\n")
    assert (found.place.start, found.place.record) == (len(head), None)


@pytest.mark.parametrize(
    "wrapped", ["[%s]", "{%s}", "[\n  %s]", "[[%s]]", "[1, %s]", "[null , %s]", "[{%s}]", "\n [ {\n%s}]"]
)
def test_json_is_known_without_its_name(tmp_path: Path, wrapped: str) -> None:
    value = json.dumps(CODE)
    (found,) = found_in(tmp_path / "page", wrapped % (f'"a": {value}' if "{" in wrapped else value))
    assert found.extraction.source == CODE
    assert found.place.record == (2 if "," in wrapped else 1)
