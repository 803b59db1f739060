"""Parquet: every column that holds text is searched, whatever its type, and what else a row says costs no
poll."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from crawl import search

from polldecode.samples import article, paragraph, planted
from polldecode.sources import Document, Found, Input

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 20
POLLS = {n: planted(random.Random(n)) for n in range(2, ROWS, 3)}
TEXTS: list[str | None] = [
    None if n % 5 == 0 else article(random.Random(n), "en", [POLLS[n]] if n in POLLS else [])
    for n in range(ROWS)
]
EXPECTED = [(n + 1, poll.poll) for n, poll in POLLS.items() if n % 5]


def found_in(path: Path, columns: dict[str, Any], **options: Any) -> tuple[list[Found], list[str]]:
    pq.write_table(pa.table(columns), path, **options)
    problems: list[str] = []
    return list(search(Input(str(path)), report=problems.append)), problems


def shaped(kind: Any, wrap: Any) -> Any:
    return pa.array([None if text is None else wrap(text) for text in TEXTS], kind)


TEXT = pa.string()
NESTED = pa.struct([("n", pa.int64()), ("m", pa.list_(pa.map_(TEXT, pa.list_(TEXT))))])
COLUMNS: dict[str, tuple[Any, Any]] = {
    "string": (TEXT, str),
    "large_binary": (pa.large_binary(), str.encode),
    "string_view": (pa.string_view(), str),
    "binary_view": (pa.binary_view(), str.encode),
    "list": (pa.list_(TEXT), lambda text: ["", text, None]),
    "large_list": (pa.large_list(TEXT), lambda text: ["", text]),
    "fixed_size_list": (pa.list_(TEXT, 2), lambda text: ["", text]),
    "list_view": (pa.list_view(TEXT), lambda text: ["", text]),
    "map": (pa.map_(TEXT, TEXT), lambda text: [("en", ""), ("fr", text)]),
    "map of keys": (pa.map_(TEXT, pa.int8()), lambda text: [(text, 1)]),
    "struct of a list of maps": (NESTED, lambda text: {"n": 1, "m": [[], [("en", []), ("fr", ["", text])]]}),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_searched_whatever_its_type(name: str, tmp_path: Path) -> None:
    try:
        column = shaped(*COLUMNS[name])
        pq.write_table(pa.table({"body": column}), tmp_path / "probe.parquet")
    except pa.ArrowNotImplementedError:
        pytest.skip("this version of pyarrow does not write it")
    found, problems = found_in(
        tmp_path / "crawl.parquet", {"n": range(ROWS), "body": column}, row_group_size=7
    )
    assert problems == []
    assert [(one.place.record, one.extraction.poll) for one in found] == EXPECTED
    assert {one.document.field for one in found if one.document} == {"body"}


def test_json_in_a_column_of_its_own_type_is_searched(tmp_path: Path) -> None:
    if not hasattr(pa, "json_"):
        pytest.skip("this version of pyarrow has no such type")
    polls = pa.array(
        [poll.shortcode if (poll := POLLS.get(n)) and TEXTS[n] else None for n in range(ROWS)], TEXT
    )
    column = pa.ExtensionArray.from_storage(pa.json_(), polls)
    found, problems = found_in(tmp_path / "crawl.parquet", {"body": column})
    assert problems == []
    assert [(one.place.record, one.extraction.poll) for one in found] == EXPECTED


def test_a_type_that_cannot_be_searched_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(column: Any) -> Any:
        raise pa.ArrowNotImplementedError(f"no cast from {column.type}")

    monkeypatch.setattr("polldecode.sources.columns.hits_between", refuse)
    found, problems = found_in(tmp_path / "crawl.parquet", {"body": TEXTS})
    assert found == []
    assert problems == ["row group 1, column 'body': no cast from string"]


def test_polls_of_a_list_of_structs_come_in_its_order(tmp_path: Path) -> None:
    one, two, three, four = (planted(random.Random(n)) for n in range(4))
    pairs = [
        {"x": one.shortcode, "y": two.shortcode},
        {"x": None, "y": None},
        {"x": three.shortcode, "y": four.shortcode},
    ]
    found, _ = found_in(tmp_path / "crawl.parquet", {"a": [[], pairs]})
    assert [each.extraction.poll for each in found] == [each.poll for each in (one, two, three, four)]


def test_what_one_column_does_not_say_of_a_row_another_may(tmp_path: Path) -> None:
    polls = [planted(random.Random(n)).shortcode for n in range(3)]
    columns = {
        "link": ["a", "b", None],
        "url": ["c", None, ""],
        "date": ["1", "2", "3"],
        "date_gmt": ["", None, "4"],
    }
    found, _ = found_in(tmp_path / "crawl.parquet", {**columns, "html": polls})
    assert [each.place.url for each in found] == ["c", "b", None]
    assert [each.document.date for each in found if each.document] == ["1", "2", "4"]


def test_the_metadata_beside_a_dataset_are_no_pages(tmp_path: Path) -> None:
    table, metadata = pa.table({"body": TEXTS}), []
    pq.write_to_dataset(table, tmp_path / "set", metadata_collector=metadata)
    pq.write_metadata(table.schema, tmp_path / "set" / "_metadata", metadata_collector=metadata)
    pq.write_metadata(table.schema, tmp_path / "set" / "_common_metadata")
    found, problems = [], []
    for path in sorted((tmp_path / "set").iterdir()):
        found += search(Input(str(path)), report=problems.append)
    assert problems == []
    assert len(found) == len(EXPECTED)


def test_numbers_and_hashes_are_not_searched(tmp_path: Path) -> None:
    columns = {
        "n": pa.array([1]),
        "price": pa.array([1], pa.decimal128(5)),
        "hash": pa.array([b"J" * 64], pa.binary(64)),
        "counts": pa.array([[(b"a" * 16, 1)]], pa.map_(pa.binary(16), pa.int64())),
    }
    pq.write_table(pa.table(columns), tmp_path / "crawl.parquet")
    problems: list[str] = []
    source = Input(str(tmp_path / "crawl.parquet"))
    assert list(search(source, column="hash", report=problems.append)) == []
    assert problems == ["column 'hash' holds no text"]


def test_what_is_damaged_in_one_column_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "crawl.parquet"
    filler = [paragraph(random.Random(n)) for n in range(ROWS)]
    columns = {"lead": filler, "body": TEXTS, "url": [f"https://example.org/{n}" for n in range(ROWS)]}
    pq.write_table(pa.table(columns), path, compression="none", use_dictionary=False)
    place = pq.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[place : place + 40] = b"\xff" * 40
    path.write_bytes(data)
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [(one.place.record, one.extraction.poll) for one in found] == EXPECTED
    assert [one.place.url for one in found] == [f"https://example.org/{n - 1}" for n, _ in EXPECTED]
    assert [problem.split(":")[0] for problem in problems] == ["row group 1, column 'lead'"]


NANOSECONDS = 1_700_000_000_123_456_789
DATES = {
    "with nanoseconds": (pa.timestamp("ns"), NANOSECONDS, "2023-11-14 22:13:20.123456789"),
    "with nanoseconds and a zone": (
        pa.timestamp("ns", "UTC"),
        NANOSECONDS,
        "2023-11-14 22:13:20.123456789+00:00",
    ),
    "to the microsecond": (pa.timestamp("us"), 1_700_000_000_000_000, "2023-11-14 22:13:20"),
    "behind the year 9999": (pa.timestamp("us"), 10**18, None),
    "before the year 1": (pa.timestamp("s"), -(10**11), "-1199-02-15 14:13:20"),
    "in a zone of no name": (pa.timestamp("s", "Foo/Bar"), 1_700_000_000, "2023-11-14 22:13:20+00:00"),
}


@pytest.mark.parametrize("name", DATES)
def test_a_date_that_python_cannot_have_costs_no_poll(name: str, tmp_path: Path) -> None:
    kind, value, expected = DATES[name]
    dates = pa.array([value] * ROWS, pa.int64()).cast(kind)
    found, problems = found_in(tmp_path / "crawl.parquet", {"date": dates, "body": TEXTS})
    assert problems == []
    assert [(one.place.record, one.extraction.poll) for one in found] == EXPECTED
    assert {one.document.date for one in found if one.document} == {expected}


def test_what_is_said_of_a_page_in_bytes_is_text(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(TEXT, ROWS, pa.array([b"caf\xe9"] * ROWS).buffers())
    columns = {
        "url": pa.array([f"https://example.org/{n}".encode() for n in range(ROWS)]),
        "title": broken,
        "id": pa.array([f"p{n}" for n in range(ROWS)]).dictionary_encode(),
        "body": TEXTS,
    }
    found, problems = found_in(tmp_path / "crawl.parquet", columns)
    assert problems == []
    assert [one.place.record for one in found] == [n for n, _ in EXPECTED]
    for one in found:
        assert isinstance(one.place.record, int)
        assert one.document is not None
        assert one.place.url == f"https://example.org/{one.place.record - 1}"
        assert (one.document.title, one.document.id) == ("caf�", f"p{one.place.record - 1}")


def test_of_columns_with_one_name_the_first_says_what_a_page_is(tmp_path: Path) -> None:
    table = pa.Table.from_arrays(
        [pa.array(["a"]), pa.array(["b"]), pa.array([TEXTS[2]])], ["url", "url", "body"]
    )
    pq.write_table(table, tmp_path / "crawl.parquet")
    problems: list[str] = []
    (found,) = search(Input(str(tmp_path / "crawl.parquet")), report=problems.append)
    assert (found.place.url, problems) == ("a", [])


def test_a_name_of_a_column_that_is_damaged_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "crawl.parquet"
    found_in(path, {"timestamp": TEXTS})
    path.write_bytes(path.read_bytes().replace(b"timestamp", b"\xedimestamp"))
    problems: list[str] = []
    assert list(search(Input(str(path)), report=problems.append)) == []
    assert [problem.partition(":")[0] for problem in problems] == [
        "'utf-8' codec can't decode byte 0xed in position 0"
    ]


@pytest.mark.skipif(os.name == "nt", reason="redirections are those of Unix")
@pytest.mark.parametrize("script", ["{0} < {1}", "cat {1} | {0}"])
def test_a_file_that_comes_through_stdin_is_read(script: str, tmp_path: Path) -> None:
    found_in(tmp_path / "crawl.parquet", {"body": TEXTS})
    command = f"{sys.executable} -m polldecode scan --quiet -"
    done = subprocess.run(
        ["sh", "-c", script.format(command, "crawl.parquet")], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stdout.count(b"\n") == len(EXPECTED)


TOLD = {"url": "https://e/1", "date": "2024-05-06", "language": "fr"}
ASIDES = {
    "meta as a struct": ("meta", pa.array([TOLD])),
    "meta as JSON": ("meta", pa.array([json.dumps(TOLD)])),
    "metadata as a map": ("Metadata", pa.array([list(TOLD.items())], pa.map_(TEXT, TEXT))),
    "the headers of WARC": (
        "warc_headers",
        pa.array([{"warc-target-uri": TOLD["url"], "warc-date": TOLD["date"], "content-length": 7}]),
    ),
}


@pytest.mark.parametrize("name", ASIDES)
def test_what_is_kept_aside_says_what_page_it_is(name: str, tmp_path: Path) -> None:
    called, column = ASIDES[name]
    columns = {"text": pa.array([planted(random.Random(1)).shortcode]), called: column, "id": pa.array([7])}
    ((found,), problems) = found_in(tmp_path / "x.parquet", columns)
    assert found.document == Document(TOLD["url"], "text", "7", None, TOLD["date"])
    assert problems == []


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["{'url': 'https://e/1'}"]),
        pa.array(['{"url"']),
        pa.array(["{" * 70_000]),
        pa.array(['{"a":' * 5_000]),
        pa.array([[1, 2]]),
        pa.array([None], TEXT),
        pa.array([[(1, "url")]], pa.map_(pa.int8(), TEXT)),
        pa.array([{"url": None, "date": {"b": 1}}]),
    ],
)
def test_what_is_kept_aside_and_says_nothing_costs_no_poll(column: Any, tmp_path: Path) -> None:
    columns = {"text": pa.array([planted(random.Random(1)).shortcode]), "meta": column}
    ((found,), problems) = found_in(tmp_path / "x.parquet", columns)
    assert found.document == Document(None, "text")
    assert problems == []
