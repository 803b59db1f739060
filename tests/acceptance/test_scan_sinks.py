"""Every sink holds the polls that the records hold, and nothing a document holds gets the better of it."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from crawl import as_jsonl, pages
from hypothesis import given
from hypothesis import strategies as st

from polldecode import Poll, encode_payload
from polldecode.models import COLORS, Answer
from polldecode.scan import Settings, scan
from polldecode.shortcodes import format_shortcode
from polldecode.sinks import FORMATS, Layout, arrow, format_for
from polldecode.sinks.csv import RUN, SEPARATORS, cell
from polldecode.sinks.markdown import escape
from polldecode.visible import UNSAFE_CATEGORIES, safe

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    '=HYPERLINK("http://evil.example","x")',
    'a,b;"c"\n\r\td',
    "\u2028line\u2029separators",
    "-->]]><!--",
    "\u202egnp.exe",
    "* _x_ [a](javascript:alert(1)) `b`\n# c",
    "é 漢字 🙂 \x00 end",
]


def shortcode(question: str, *answers: str, id: int = 1, **fields: Any) -> str:
    options = tuple(Answer(str(n), text) for n, text in enumerate(answers, 1))
    return format_shortcode(Poll(id=id, question=question, answers=options, **fields))


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    folder = tmp_path / "crawl"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(as_jsonl())
    hostile = [shortcode(text, text, "plain", id=n) for n, text in enumerate(HOSTILE, 500)]
    lines = [json.dumps({"url": f"javascript:alert({n})", "text": code}) for n, code in enumerate(hostile)]
    (folder / "b.jsonl").write_text("\n".join(lines))
    (folder / "c.txt").write_text('[expert_review_poll id="9" params="JTdCJTIydGl0bGUlMjIlM0El')
    return folder


def records_of(crawl: Path, tmp_path: Path) -> list[dict[str, Any]]:
    scan([str(crawl)], Settings(output=str(tmp_path / "all.jsonl"), jobs=1))
    return [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]


def write(crawl: Path, path: Path, **settings: Any) -> Path:
    scan([str(crawl)], Settings(output=str(path), jobs=1, **settings))
    return path


def test_a_suffix_says_the_format_and_an_unknown_one_is_refused() -> None:
    for name, suffixes in FORMATS.items():
        for suffix in suffixes:
            assert format_for(f"out{suffix.upper()}", None) == name
    assert format_for("-", None) == "jsonl"
    with pytest.raises(ValueError, match="--format"):
        format_for("out.xyz", None)


@pytest.mark.parametrize("name", FORMATS)
def test_half_a_character_costs_nobody_a_poll(name: str, tmp_path: Path) -> None:
    if name in ("parquet", "arrow"):
        pytest.importorskip("pyarrow")
    payload = encode_payload({"title": "a\ud800b", "answers": []}, dialect="js")
    page = tmp_path / os.fsdecode(b"caf\xe9.txt")
    page.write_text(f'[expert_review_poll id="7" params="{payload}"]\n{shortcode("Tea?", "Yes")}')
    output = tmp_path / f"out.{name}"
    summary = scan([str(page)], Settings(output=str(output), format=name, jobs=1))
    assert (summary.polls, summary.problems) == (2, [])
    assert output.stat().st_size
    if name == "jsonl":
        first, second = map(json.loads, output.read_bytes().splitlines())
        assert (first["question"], second["question"]) == ("a\ud800b", "Tea?")
        assert first["place"]["path"] == str(page)


def test_json_is_a_list_of_the_records(crawl: Path, tmp_path: Path) -> None:
    assert json.loads(write(crawl, tmp_path / "x.json").read_text()) == records_of(crawl, tmp_path)
    (tmp_path / "none").mkdir()
    assert json.loads(write(tmp_path / "none", tmp_path / "y.json").read_text()) == []


def test_csv_has_a_row_an_answer_with_every_text(crawl: Path, tmp_path: Path) -> None:
    path = write(crawl, tmp_path / "x.csv", layout=Layout(formulas=True))
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    expected = [
        (record["question"] or "", answer["text"])
        for record in records_of(crawl, tmp_path)
        for answer in record["answers"] or [{"text": ""}]
    ]
    assert [(row["question"], row["answer_text"]) for row in rows] == [
        (question.replace("\0", "\ufffd"), text.replace("\0", "\ufffd")) for question, text in expected
    ]


def test_csv_has_a_row_a_poll_when_asked(crawl: Path, tmp_path: Path) -> None:
    path = write(crawl, tmp_path / "x.csv", layout=Layout(rows="poll"))
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    records = records_of(crawl, tmp_path)
    assert len(rows) == len(records)
    assert json.loads(rows[0]["answers"]) == [answer["text"] for answer in records[0]["answers"]]


PIECES = [*RUN, *"=+-@", ";", '"', ",", " ", "\xa0", "\u3000", "\u200b", "a", "=cmd|' /C calc'!A0", "'"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
def test_no_cell_of_csv_begins_like_a_formula_whatever_separator_a_spreadsheet_expects(text: str) -> None:
    guarded = cell(text, formulas=False)
    carried = text.replace("\0", "\ufffd")
    assert guarded.replace("'", "") == carried.replace("'", "")
    if SEPARATORS.isdisjoint(text):
        assert guarded in (carried, "'" + carried)
    assert not begins_like_a_formula(guarded, also="\t\r\n")
    out = io.StringIO(newline="")
    csv.writer(out).writerow([7, guarded, guarded])
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator):
            assert not any(map(begins_like_a_formula, row)), (separator, row)


def begins_like_a_formula(text: str, also: str = "") -> bool:
    kept = (c for c in text if c in also or not (c.isspace() or category(c) in UNSAFE_CATEGORIES))
    return next(kept, " ") in {*RUN, *also} - ({*"\t\r\n"} - {*also})


def test_a_formula_behind_another_separator_is_broken_unless_formulas_are_wanted(tmp_path: Path) -> None:
    question, answer = "Thé ?;=cmd|' /C calc'!A0;x", "a\n=1+1;b\t\xa0@SUM(1) c-d; e=f ;-"
    (tmp_path / "a.txt").write_text(shortcode(question, answer))
    rows = write(tmp_path / "a.txt", tmp_path / "x.csv").read_bytes().decode()
    (row,) = csv.DictReader(io.StringIO(rows, newline=""))
    assert row["question"] == "Thé ?;'=cmd|' /C calc'!A0;x"
    assert row["answer_text"] == "a\n'=1+1;b\t\xa0'@SUM(1) c-d; e=f ;'-"
    rows = write(tmp_path / "a.txt", tmp_path / "y.csv", layout=Layout(formulas=True)).read_bytes().decode()
    (row,) = csv.DictReader(io.StringIO(rows, newline=""))
    assert (row["question"], row["answer_text"]) == (question, answer)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_tables_hold_the_records_with_nested_answers(name: str, crawl: Path, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    path = write(crawl, tmp_path / f"x.{name}")
    if name == "parquet":
        rows = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    else:
        rows = pa.ipc.open_file(path).read_all().to_pylist()
    for row, record in zip(rows, records_of(crawl, tmp_path), strict=True):
        for key in ("id", "question", "style", "complete", "repairs", "error", "dialect"):
            assert row[key] == record[key]
        texts = [answer["text"] for answer in record["answers"]] if record["answers"] is not None else None
        assert (None if row["answers"] is None else [answer["text"] for answer in row["answers"]]) == texts
        assert row["place"]["url"] == record["place"]["url"]
        assert row["place"]["record"] == (
            None if record["place"]["record"] is None else str(record["place"]["record"])
        )


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_numbers_that_a_column_of_a_table_cannot_hold_are_null_there(name: str, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    source = tmp_path / "a.txt"
    codes = []
    for number in ((1 << 64) - 1, 1 << 64):
        answers = [{"id": "1", "text": "a", "votes": number // 2}]
        payload = encode_payload({"title": "Q", "answers": answers})
        codes.append(f'[expert_review_poll id="{number}" params="{payload}"]')
    source.write_text("\n".join(codes))
    path = write(source, tmp_path / f"x.{name}")
    table = pytest.importorskip("pyarrow.parquet").read_table(path) if name == "parquet" else None
    rows = (table or pa.ipc.open_file(path).read_all()).to_pylist()
    held = [(row["id"], row["answers"][0]["votes"]) for row in rows]
    assert held == [((1 << 64) - 1, (1 << 63) - 1), (None, None)]
    lost = records_of(source, tmp_path)[1]
    assert (lost["id"], lost["answers"][0]["votes"]) == (1 << 64, 1 << 63)


def test_sqlite_has_each_poll_once_and_every_place(crawl: Path, tmp_path: Path) -> None:
    (crawl / "d.jsonl").write_bytes(as_jsonl())
    path = write(crawl, tmp_path / "x.sqlite")
    records = records_of(crawl, tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        polls = database.execute("SELECT * FROM polls").fetchall()
        assert database.execute("SELECT count(*) FROM occurrences").fetchone()[0] == len(records)
        assert len(polls) == len(records) - len(pages())
        twice = [poll["question"] for poll in polls if poll["occurrences"] == 2]
        assert twice == [poll.poll.question for _, _, poll in pages()]
        for poll in polls[: len(pages())]:
            texts = database.execute(
                "SELECT text FROM answers WHERE poll = ? ORDER BY position", (poll["poll"],)
            )
            expected = [
                [a["text"] for a in r["answers"] or ()] for r in records if r["question"] == poll["question"]
            ]
            assert [row["text"] for row in texts] in expected
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_sqlite_holds_all_digits_of_a_number(tmp_path: Path) -> None:
    votes = 18446744073709551621
    page = tmp_path / "page.txt"
    page.write_text(format_shortcode(Poll(1, "Q", (Answer("1", "A", votes), Answer("2", "B", 7)))), "utf-8")
    scan([str(page)], Settings(output=str(tmp_path / "o.sqlite")))
    with closing(sqlite3.connect(tmp_path / "o.sqlite")) as database:
        rows = database.execute("SELECT votes FROM answers ORDER BY position").fetchall()
        assert rows == [(str(votes),), (7,)]


def test_long_polls_make_small_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(arrow, "SIZE", 20_000)
    page = tmp_path / "page.txt"
    polls = [Poll(number, "long " * 1_000, ()) for number in range(20)]
    page.write_text("\n\n".join(map(format_shortcode, polls)), "utf-8")
    scan([str(page)], Settings(output=str(tmp_path / "o.parquet")))
    with parquet.ParquetFile(tmp_path / "o.parquet") as file:
        assert file.metadata.num_row_groups == 5
        assert file.read(["id"]).column("id").to_pylist() == list(range(20))


def test_nothing_in_markdown_is_markup(crawl: Path, tmp_path: Path) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    text = write(crawl, tmp_path / "x.md").read_text("utf-8")
    rendered = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    assert set(re.findall(r"<([a-z0-9]+)", rendered)) <= {"h2", "ul", "li", "p"}
    assert rendered.count("<h2>") == len(records_of(crawl, tmp_path))


@given(st.text(max_size=40))
def test_markdown_shows_a_text_as_it_is_and_its_controls_as_escapes(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    rendered = markdown_it.MarkdownIt("commonmark").render("## " + escape(text))
    shown = html.unescape(re.sub(r"</?h2>\n?", "", rendered))
    assert shown == safe(" ".join(text.split()))


def test_no_control_of_a_document_reaches_markdown(crawl: Path, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07 \u202egnp.exe\u2066 \x9b31m \U000e0041"
    (crawl / "d.txt").write_text(shortcode(evil, evil), "utf-8")
    text = write(crawl / "d.txt", tmp_path / "x.md").read_text("utf-8")
    assert {char for char in text if category(char) in UNSAFE_CATEGORIES} == {"\n"}
    assert r"\\u202egnp\.exe\\u2066" in text


BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)


def dom(path: Path, tmp_path: Path) -> str:
    if BROWSER is None:
        pytest.skip("no Chromium is installed")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", "--virtual-time-budget=3000", path.as_uri()],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return done.stdout.decode()


def test_the_page_shows_every_poll_and_runs_nothing_of_theirs(crawl: Path, tmp_path: Path) -> None:
    page = write(crawl, tmp_path / "x.html")
    shown = dom(page, tmp_path)
    assert "<title>Polls</title>" in shown
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert main.count("<article>") == len(records_of(crawl, tmp_path))
    assert "<script" not in main
    assert "<img" not in main
    assert "javascript:" not in re.findall(r'href="([^"]*)"', main)
    for _, _, poll in pages():
        assert html.escape(poll.poll.plain_text(), quote=False).replace("\xa0", "&nbsp;") in main
    assert "Damaged: " in main


def test_the_page_searches_and_filters(crawl: Path, tmp_path: Path) -> None:
    page = write(crawl, tmp_path / "x.html")
    act = (
        "<script>document.getElementById('text').value='HYPERLINK evil';"
        "document.getElementById('filters').dispatchEvent(new Event('input'));</script></body>"
    )
    page.write_text(page.read_text("utf-8").replace("</body>", act), "utf-8")
    shown = dom(page, tmp_path)
    assert shown.count("<article>") == 1
    assert re.search(r'role="status">1 of \d+ polls<', shown)


def test_the_page_draws_votes_as_bars(tmp_path: Path) -> None:
    params = {
        "title": "Q",
        "answers": [{"id": "1", "text": "a", "votes": 3}, {"id": "2", "text": "b", "votes": 1}],
    }
    source = tmp_path / "a.txt"
    source.write_text(f'[expert_review_poll id="1" params="{encode_payload(params)}"]')
    shown = dom(write(source, tmp_path / "x.html"), tmp_path)
    assert "--share: 75%" in shown
    assert "3 · 75 %" in shown


def cut_behind_yes(tmp_path: Path) -> Path:
    """A poll of 100 votes, cut behind the 10 of its first answer."""
    payload = encode_payload(
        {"title": "Q", "answers": [{"id": 1, "text": "yes", "votes": 10}, {"text": "no", "votes": 90}]}
    )
    source = tmp_path / "cut.txt"
    source.write_text(f'[expert_review_poll id="1" params="{payload[:-40]}')
    (record,) = records_of(source, tmp_path)
    assert not record["complete"]
    assert [answer["votes"] for answer in record["answers"]][:1] == [10]
    return source


def test_markdown_and_the_page_know_no_shares_of_an_incomplete_poll(tmp_path: Path) -> None:
    source = cut_behind_yes(tmp_path)
    text = write(source, tmp_path / "x.md").read_text("utf-8")
    assert "- yes — 10\n" in text
    assert "%" not in text
    ((_, votes, share), *_) = cards(write(source, tmp_path / "x.html"))[0]["a"]
    assert (votes, share) == ("10", None)


def test_the_page_draws_no_bar_where_the_whole_is_not_known(tmp_path: Path) -> None:
    shown = dom(write(cut_behind_yes(tmp_path), tmp_path / "x.html"), tmp_path)
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert '<span class="votes">10</span>' in main
    assert "--share" not in main
    assert "counted" not in main


def test_votes_beyond_what_javascript_counts_are_shown_with_all_digits(tmp_path: Path) -> None:
    votes = 2**53 + 1
    source = tmp_path / "a.txt"
    source.write_text(format_shortcode(Poll(1, "Q", (Answer("1", "a", votes), Answer("2", "b", votes)))))
    page = write(source, tmp_path / "x.html")
    assert cards(page)[0]["a"][0] == ["a", str(votes), 50]
    assert f"{votes} · 50 %" in dom(page, tmp_path)


def cards(page: Path) -> list[dict[str, Any]]:
    """What the page holds of the polls."""
    data = page.read_text("utf-8").partition("const polls = ")[2].partition("];\n")[0]
    found: list[dict[str, Any]] = json.loads(data + "]")
    return found


def test_the_page_lists_the_colours_of_the_plugin_and_no_other(tmp_path: Path) -> None:
    colours = ["green-2", "x" * 100_000, "\u202eevil\x1b", "Other", "", *map(str, range(50))]
    source = tmp_path / "a.txt"
    source.write_text("\n".join(shortcode("Q", "A", id=n, color=c) for n, c in enumerate(colours)))
    page = write(source, tmp_path / "x.html")
    assert [card["color"] for card in cards(page)] == ["green-2", *["other"] * 3, "", *["other"] * 50]
    assert page.stat().st_size < 100_000
    for name in COLORS:
        assert cards(write_one(tmp_path, shortcode("Q", color=name)))[0]["color"] == name


def write_one(tmp_path: Path, text: str) -> Path:
    (tmp_path / "one.txt").write_text(text, "utf-8")
    return write(tmp_path / "one.txt", tmp_path / "one.html")


def test_no_control_of_a_document_reaches_the_page(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07 \u202egnp.exe\u2066 \x9b31m \U000e0041"
    url = f"https://{evil[-8:]}.example/{evil}"
    folder = tmp_path / f"a{evil}"
    folder.mkdir()
    broken = encode_payload({"title": [evil], "answers": evil})
    texts = [shortcode(evil, evil, color=evil), f'[expert_review_poll id="1" params="{broken}"]']
    lines = [json.dumps({"url": url, "text": text}) for text in texts]
    (folder / "a.jsonl").write_text("\n".join(lines))
    page = write(folder, tmp_path / "x.html").read_text("utf-8")
    assert {char for char in page if category(char) in UNSAFE_CATEGORIES} == {"\n"}
    shown = [text for card in cards(tmp_path / "x.html") for text in strings(card)]
    assert {char for text in shown for char in text if category(char) in UNSAFE_CATEGORIES} == set()
    assert cards(tmp_path / "x.html")[0]["q"] == safe(" ".join(evil.split()))


def strings(value: Any) -> list[str]:
    if isinstance(value, (list, dict)):
        return [
            text for item in (value.values() if isinstance(value, dict) else value) for text in strings(item)
        ]
    return [value] if isinstance(value, str) else []


def test_the_page_loads_nothing_from_elsewhere(crawl: Path, tmp_path: Path) -> None:
    text = write(crawl, tmp_path / "x.html").read_text("utf-8")
    before_data = text[: text.index("const polls")]
    assert not re.search(r"(?:src|href)\s*=|@import|url\(", before_data)
    assert "default-src 'none'" in before_data


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "sqlite", "md", "html", "parquet"])
def test_an_output_that_fails_leaves_what_was_there(
    suffix: str, crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / "out" / f"x.{suffix}"
    path.parent.mkdir()
    path.write_text("before")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write(crawl, path)
    assert path.read_text() == "before"
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, f"{path.name}.partial"}
