"""Every source, plain and in every compression, gives the same polls."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random

import pytest
from crawl import COMPRESSIONS, FORMATS, all_pages, pages, search

from polldecode.samples import planted
from polldecode.sources import Found, Input

NEEDS = {"parquet": ("pyarrow",), "wet": ("fastwarc",), "warc": ("fastwarc", "brotli")}
URLS = {"json", "jsonl", "xml", "sql", "csv", "parquet", "wet", "warc"}


def need(*modules: str) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")


def found_in(path: Path) -> tuple[list[Found], list[str]]:
    problems: list[str] = []
    return list(search(Input(str(path)), report=problems.append)), problems


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("format", FORMATS)
def test_the_same_polls_come_out_of_every_format_and_compression(
    format: str, compression: str, tmp_path: Path
) -> None:
    need(*NEEDS.get(format, ()))
    if compression == ".zst" and importlib.util.find_spec("compression") is None:
        need("backports")
    path = tmp_path / f"crawl.{format}{compression}"
    path.write_bytes(COMPRESSIONS[compression](FORMATS[format]()))
    found, problems = found_in(path)
    assert problems == []
    assert [f.extraction.poll for f in found] == [poll.poll for _, _, poll in pages()]
    assert all(f.extraction.complete for f in found)
    if format in URLS:
        assert [f.place.url for f in found] == [url for url, _, _ in pages()]
        records = [f.place.record for f in found]
        assert len(set(records)) == len(records)


@pytest.mark.parametrize("format", sorted({*FORMATS} - {"html", "txt", "csv"}))
def test_a_format_is_known_by_its_first_bytes_where_the_name_says_nothing(
    format: str, tmp_path: Path
) -> None:
    need(*NEEDS.get(format, ()))
    path = tmp_path / "crawl"
    path.write_bytes(FORMATS[format]())
    found, problems = found_in(path)
    assert problems == []
    assert [f.place.url for f in found] == [url for url, _, _ in pages()]


@pytest.mark.parametrize("head", ["", "DROP TABLE IF EXISTS `wp_posts`;\n", "PRAGMA foreign_keys=OFF;\n"])
def test_a_dump_without_a_name_or_a_header_is_known(head: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text(f"{head}INSERT INTO wp_posts VALUES (7,'{planted(Random(1)).shortcode}');\n")
    (found,), problems = found_in(path)
    assert problems == []
    assert found.place.record == "wp_posts:7"


def test_an_entry_of_atom_is_numbered_among_the_entries(tmp_path: Path) -> None:
    entries = "".join(f"<entry><content>{planted(Random(n)).shortcode}</content></entry>" for n in range(3))
    path = tmp_path / "feed.xml"
    path.write_text(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>b</id>{entries}</feed>')
    found, problems = found_in(path)
    assert problems == []
    assert [f.place.record for f in found] == [1, 2, 3]


def test_columns_of_sql_are_named_only_where_they_are_known(tmp_path: Path) -> None:
    poll = planted(Random(1)).shortcode
    path = tmp_path / "dump.sql"
    path.write_text(f"INSERT INTO `forum_posts` VALUES (7,'2020-01-01','T','{poll}');\n")
    (found,), problems = found_in(path)
    assert problems == []
    assert found.place.record == "forum_posts:7"
    assert found.document is not None
    assert (found.document.field, found.document.date, found.document.title) == (
        "forum_posts.[4]",
        None,
        None,
    )


def test_offsets_and_lines_lead_back_to_the_text(tmp_path: Path) -> None:
    path = tmp_path / "crawl.txt"
    path.write_bytes(FORMATS["txt"]())
    text = path.read_bytes()
    lines = text.decode().split("\n")
    for found in found_in(path)[0]:
        place = found.place
        assert text[place.start : place.end] == found.extraction.source
        assert place.line is not None
        assert place.column is not None
        assert lines[place.line - 1][place.column - 1 :].startswith("[expert_review_poll")


def test_records_of_json_lines_are_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(FORMATS["jsonl"]())
    urls = [url for url, _ in all_pages()]
    for found in found_in(path)[0]:
        assert isinstance(found.place.record, int)
        assert urls[found.place.record - 1] == found.place.url
        assert found.document is not None
        assert (found.document.field, found.document.title) == ("text", "a page")
