"""Tables: which row and column hold a poll, whoever wrote the table and whatever stands in its cells."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from crawl import search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polldecode.samples import planted
from polldecode.sources import Document, Found, Input, rows, table
from polldecode.sources.dialect import Dialect
from polldecode.sources.rows import Rows

HEADER = ["id", "title", "url", "content"]
CODES = [planted(random.Random(n)).shortcode for n in range(6)]
Table = list[list[str]]


def pages(titles: list[str], every: int = 2) -> Table:
    """A row a title; every second has a poll in the midst of HTML."""
    return [
        [
            str(n),
            title,
            f"https://example.org/{n}",
            f'<p class="a">\n{CODES[n % 6]}\n</p>' if n % every == 0 else "",
        ]
        for n, title in enumerate(titles)
    ]


def written(content: Table, *, delimiter: str = ",", line_end: str = "\r\n", quoting: int = 0) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(content)  # type: ignore[arg-type]
    return out.getvalue()


def found_in(path: Path, data: str | bytes, column: str | None = None) -> tuple[list[Found], list[str]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    problems: list[str] = []
    return list(search(Input(str(path)), column=column, report=problems.append)), problems


def places(found: list[Found]) -> list[tuple[object, ...]]:
    return [
        (f.place.record, f.place.url, f.document and f.document.title, f.document and f.document.field)
        for f in found
    ]


def expected(content: Table, before: int = 1) -> list[tuple[object, ...]]:
    return [
        (n + before + 1, url, title or None, "content")
        for n, (_, title, url, text) in enumerate(content)
        if "[expert" in text
    ]


def unquoted(content: Table) -> str:
    """As mysql -B and COPY write it."""
    escaped = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t"})
    return "".join("\t".join(cell.translate(escaped) for cell in row) + "\n" for row in content)


def enclosed(content: Table) -> str:
    """As INTO OUTFILE writes it with ENCLOSED BY '"'."""
    escaped = str.maketrans({"\\": "\\\\", "\n": "\\\n", '"': '\\"'})
    return "".join(",".join(f'"{cell.translate(escaped)}"' for cell in row) + "\n" for row in content)


WRITERS: dict[str, Callable[[Table], str | bytes]] = {
    "csv": written,
    "all quoted": lambda content: written(content, quoting=csv.QUOTE_ALL),
    "semicolons": lambda content: written(content, delimiter=";", line_end="\n"),
    "bars": lambda content: written(content, delimiter="|"),
    "excel-tab": lambda content: written(content, delimiter="\t"),
    "line ends of old Macs": lambda content: written(content, line_end="\r"),
    "sep": lambda content: "sep=;\r\n" + written(content, delimiter=";"),
    "utf-8-sig": lambda content: written(content, quoting=csv.QUOTE_ALL).encode("utf-8-sig"),
    "utf-16": lambda content: written(content, delimiter="\t").encode("utf-16"),
    "utf-16-be": lambda content: b"\xfe\xff" + written(content).encode("utf-16-be"),
    "mysql -B": unquoted,
    "INTO OUTFILE": enclosed,
}
# NEL and the separators of ASCII part lines for str.splitlines, and 0x85 is a byte of many letters.
TITLES = ["Åland", "Хорошо", "plain", "", "form\x0cfeed", "a\x1cb\x1db\x1ec\x0bd\x85e\u2028f", "a, b; c|d"]


@pytest.mark.parametrize("block", [67, 1 << 12, 1 << 19])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_poll_has_its_row_and_column_whoever_wrote_the_table(
    writer: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = pages([TITLES[n % 7] + ' 5" pipe' * (n % 5 == 1) for n in range(60)])
    monkeypatch.setattr(table, "BLOCK", block)
    monkeypatch.setattr(rows, "STRETCH", block)
    found, problems = found_in(tmp_path / "crawl.csv", WRITERS[writer]([HEADER, *content]))
    assert problems == []
    assert all(f.extraction.complete for f in found)
    assert places(found) == expected(content)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_marks_within_unquoted_cells_are_characters(delimiter: str, line_end: str, tmp_path: Path) -> None:
    content = pages(["one", "two", "three"])
    text = written([HEADER, *content], delimiter=delimiter, line_end=line_end)
    for name, stray in (("two", '5" pipe'), ("two", '"so" he said'), ("https://example.org/1", 'a"b"c')):
        found, problems = found_in(tmp_path / "crawl.csv", text.replace(name, stray))
        assert problems == []
        assert places(found) == expected(content)


def test_of_a_tsv_without_quoting_each_line_is_a_row(tmp_path: Path) -> None:
    content = pages(["one", '"two', "three", 'four"', '"five"', '"', "seven"])
    found, problems = found_in(tmp_path / "crawl.tsv", unquoted([HEADER, *content]))
    assert problems == []
    assert places(found) == expected(content)


def test_a_tsv_whose_only_mark_is_never_closed_has_no_quoting(tmp_path: Path) -> None:
    poll = CODES[0].replace('"', "&quot;")
    text = f'id\ttitle\tcontent\n1\t"Weird\tnone\n2\tother\t{poll}\n'
    (found,), problems = found_in(tmp_path / "crawl.tsv", text)
    assert (found.place.record, found.document and found.document.title) == (3, "other")
    assert problems == []


CELL = st.text(st.sampled_from('ab",;\t\n\r\\é\x85'), max_size=8)


def automaton(data: bytes, sizes: list[int], dialect: Dialect) -> tuple[list[int], int]:
    """The ends of all rows, and how many they are when they are counted in pieces of these sizes."""
    ends, moving, position = [], Rows(dialect, settled=True), 0
    while (end := moving.end(data, position)) >= 0:
        ends.append(end)
        position = end
    counting, number, position, last = Rows(dialect, settled=True), 0, 0, 0
    while position < len(data):
        end = min(len(data), position + sizes[number % len(sizes)])
        rows_ended, index = counting.count(data, position, end)
        number, position, last = number + rows_ended, end, index if rows_ended else last
    assert last == (ends[-1] if ends else 0)
    return ends, number


def by_hand(data: bytes, delimiter: bytes) -> list[int]:
    """The ends of all rows, byte by byte."""
    ends, quoted, closed, start = [], False, False, True
    for index in range(len(data)):
        byte = data[index : index + 1]
        if byte == b'"' and (quoted or closed or start):
            quoted, closed = not quoted, quoted
            start = False
        elif not quoted:
            closed, start = False, byte in (delimiter, b"\n", b"\r")
            if byte == b"\n":
                ends.append(index + 1)
    return ends


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(CELL, max_size=30).map(lambda cells: ",".join(cells).encode()),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    stretch=st.integers(1, 12),
)
def test_rows_end_where_they_do_byte_by_byte_in_pieces_of_any_size(
    data: bytes, sizes: list[int], stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "STRETCH", stretch)
    monkeypatch.setattr(rows, "LIKELY", stretch)
    right = by_hand(data, b",")
    assert automaton(data, sizes, Dialect()) == (right, len(right))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=30),
    block=st.integers(20, 900),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_whatever_stands_in_cells_of_csv_polls_have_their_row(
    cells: Table, block: int, quoting: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "BLOCK", block)
    monkeypatch.setattr(rows, "STRETCH", block // 7 + 1)
    content = [[a, b, c, d + CODES[0]] if len(a) % 3 == 1 else [a, b, c, d] for a, b, c, d in cells]
    found, problems = found_in(tmp_path / "crawl.csv", written([HEADER, *content], quoting=quoting))
    assert problems == []
    titles = [row[1] for row in content if CODES[0] in row[3]]
    assert [(f.document and f.document.title) or "" for f in found] == titles
    assert [f.place.record for f in found] == [n for n, row in enumerate(content, 2) if CODES[0] in row[3]]


@pytest.mark.parametrize("where", ["before", "in front", "behind", "none"])
def test_a_row_that_is_too_long_costs_no_other_row_its_place(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "ROW", 1 << 18)
    monkeypatch.setattr(table, "BLOCK", 1 << 14)
    content = pages(["zero", "one", "two", "three", "four"])
    filler = 'w, "x",\n' * 80_000
    poll = content[2][3]
    content[2][3] = {
        "before": poll + filler,
        "in front": filler + poll,
        "behind": filler + poll + filler,
        "none": filler,
    }[where]
    found, problems = found_in(tmp_path / "crawl.csv", written([HEADER, *content]))
    others = [place for place in expected(content) if place[0] != 4]
    assert [place for place in places(found) if place[0] != 4] == others
    long = [f for f in found if f.place.record == 4]
    assert [f.extraction.complete for f in long] == [True] * (where != "none")
    assert problems == (["row 4: more than 0 MB; searched as text"] if long else [])
    for f in long:
        row = written([content[2]]).encode()
        start = f.place.start or 0
        line_start = row.rfind(b"\n", 0, start) + 1
        assert row[start:].startswith(b"[expert_review_poll")
        assert (f.place.line, f.place.column) == (row.count(b"\n", 0, start) + 1, start - line_start + 1)


def test_names_that_hold_the_delimiter_of_another_dialect_do_not_mislead(tmp_path: Path) -> None:
    content = pages(["one", "two", "three"])
    for delimiter, other in ((";", ", "), (",", ";"), ("\t", ","), ("|", ", ")):
        header = ["id", other.join(["in short", "or", "not", "at", "all"]), "url", "content"]
        found, _ = found_in(tmp_path / "crawl.csv", written([header, *content], delimiter=delimiter))
        assert [(f.place.record, f.place.url) for f in found] == [place[:2] for place in expected(content)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_table_of_one_column_has_rows(line_end: str, tmp_path: Path) -> None:
    found, problems = found_in(tmp_path / "crawl.csv", line_end.join(["content", "", f"'{CODES[0]}'", "x"]))
    assert [(f.place.record, f.document and f.document.field) for f in found] == [(3, "content")]
    assert problems == []


def test_columns_of_a_table_without_a_header_have_numbers(tmp_path: Path) -> None:
    content = pages(["one", "two", "three"])
    found, problems = found_in(tmp_path / "crawl.csv", written(content))
    assert problems == []
    assert [(record, field) for record, _, _, field in places(found)] == [(1, "[4]"), (3, "[4]")]
    assert found_in(tmp_path / "crawl.csv", written(content), "[4]")[0]
    found, problems = found_in(tmp_path / "crawl.csv", written(content), "content")
    assert found == []
    assert problems == ["there is no column 'content'; there are [1], [2], [3], [4]"]


@pytest.mark.parametrize(
    "first", ["text,2019", "1,2", "2024-01-02,x", ",", 'x,"a\nb"', "https://a.example/,x"]
)
def test_the_name_of_a_column_is_never_a_value(first: str, tmp_path: Path) -> None:
    code = CODES[0].replace('"', '""')
    (found,), _ = found_in(tmp_path / "crawl.csv", f'{first}\n1,"{code}"\n')
    assert found.document is not None
    assert found.document.field == "[2]"


def test_only_the_column_that_is_asked_for_is_searched(tmp_path: Path) -> None:
    content = [["1", CODES[0], "https://example.org/1", CODES[1]]]
    for column, text in (("title", 0), ("content", 1)):
        for writer in ("csv", "mysql -B", "INTO OUTFILE", "utf-16"):
            (found,), problems = found_in(tmp_path / "crawl.csv", WRITERS[writer]([HEADER, *content]), column)
            assert problems == []
            assert found.document is not None
            assert found.document.field == column
            assert found.extraction.source == CODES[text]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_poll_stands_in_its_cell_where_it_is_said_to(charset: str, tmp_path: Path) -> None:
    poll = planted(random.Random(1)).shortcode.replace('"', "'")
    content = f"url,content\nhttps://example.org,Привет 🙂 {poll}\n"
    (found,), _ = found_in(tmp_path / "crawl.csv", content.encode(charset))
    assert (found.place.start, found.place.column) == (9, 10)
    assert found.extraction.source == poll


def test_what_is_null_says_nothing_of_the_page(tmp_path: Path) -> None:
    text = f"id\turl\tlink\tcontent\n7\t\\N\thttps://example.org/\t{CODES[0]}\n"
    (found,), _ = found_in(tmp_path / "crawl.tsv", text)
    assert found.place.url == "https://example.org/"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("within", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("count", [2, 5, 40])
@pytest.mark.parametrize("quoting", ["doubled", "escaped"])
def test_line_ends_of_posts_are_none_of_rows_however_many_there_are(
    quoting: str, count: int, within: str, line_end: str, tmp_path: Path
) -> None:
    content = [
        [row[0], row[1], row[2], within.join(["<p>a; b; c</p>", row[3], 'a "word"; and more', "", "end"])]
        for row in pages([f"Title {n}" for n in range(count)], every=1)
    ]
    rows = [HEADER, *content]
    data = written(rows, line_end=line_end, quoting=csv.QUOTE_ALL)
    if quoting == "escaped":
        cells = [[cell.replace('"', '\\"') for cell in row] for row in rows]
        data = "".join(",".join(f'"{cell}"' for cell in row) + line_end for row in cells)
    found, problems = found_in(tmp_path / "posts.csv", data)
    assert problems == []
    assert places(found) == expected(content)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_delimiter_is_none_that_parts_what_is_in_quotes(count: int, delimiter: str, tmp_path: Path) -> None:
    rows = [[str(n), f'a, "b", c\nd, e, {n} | f; g\t,\n{CODES[0]}', "x"] for n in range(count)]
    found, problems = found_in(tmp_path / "pages.csv", written(rows, delimiter=delimiter))
    assert problems == []
    assert [(f.place.record, f.document and f.document.field) for f in found] == [
        (n + 1, "[2]") for n in range(count)
    ]


def test_a_row_may_say_what_page_it_is_in_a_cell_of_json(tmp_path: Path) -> None:
    meta = json.dumps({"url": "https://e/1", "date": "2024", "title": "U"})
    found, problems = found_in(
        tmp_path / "pages.csv", written([["title", "text", "Meta"], ["T", CODES[0], meta]])
    )
    assert problems == []
    assert [f.document for f in found] == [Document("https://e/1", "text", None, "T", "2024")]
