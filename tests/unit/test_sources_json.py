"""What a JSON document says of the page that a poll is from, and that nothing of it is left unread."""

from __future__ import annotations

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
