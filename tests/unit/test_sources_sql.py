"""What stands around a poll in a dump of SQL: the row, whoever wrote the dump, and however long it is."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from crawl import search

from polldecode.samples import planted
from polldecode.sources import Found, Input, sql, window
from polldecode.sources.formats import format_of
from polldecode.sources.sql_tables import Tables

CODE = planted(random.Random(1)).shortcode
MYSQL = "-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\n"
POSTGRES = "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n"
SQLITE = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"


def scan(path: Path, dump: str) -> tuple[list[Found], list[str]]:
    path.write_bytes(dump.encode())
    problems: list[str] = []
    return list(search(Input(str(path)), report=problems.append)), problems


def records(tmp_path: Path, dump: str) -> list[str | int | None]:
    found, problems = scan(tmp_path / "dump.sql", dump)
    assert problems == []
    assert all(one.extraction.complete for one in found)
    return [one.place.record for one in found]


def escaped(text: str) -> str:
    for char, code in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(char, code)
    return f"'{text}'"


def doubled(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("head", [MYSQL, POSTGRES, SQLITE, ""])
@pytest.mark.parametrize("ending", [" :)", ", a", " (", "'", "\\"])
def test_a_backslash_that_escapes_nothing_does_not_move_a_poll_to_another_row(
    head: str, ending: str, tmp_path: Path
) -> None:
    rows = ",\n".join(
        f"({n},{doubled(f'C:{chr(92)}')},{doubled('none' if n % 2 else CODE + ending)})" for n in range(1, 9)
    )
    assert records(tmp_path, f"{head}INSERT INTO wp_poll VALUES {rows};\n") == [
        f"wp_poll:{n}" for n in (2, 4, 6, 8)
    ]


@pytest.mark.parametrize("head", [MYSQL, POSTGRES, SQLITE, ""])
def test_a_backslash_that_escapes_does_not_either(head: str, tmp_path: Path) -> None:
    texts = ["it's \"(\" a\\b', (", CODE + "'), ('", "C:\\", CODE + " :) it's"]
    rows = ",".join(f"({n},{escaped(text)})" for n, text in enumerate(texts))
    assert records(tmp_path, f"{head}INSERT INTO `wp_poll` VALUES {rows};\n") == ["wp_poll:1", "wp_poll:3"]


def test_a_line_of_a_text_that_looks_like_a_statement_is_part_of_the_text(tmp_path: Path) -> None:
    text = f"First\nINSERT INTO wp_posts VALUES (1,'a');\nINSERT INTO wp_posts VALUES (2,'b');\n{CODE}"
    dump = f"{POSTGRES}INSERT INTO public.wp_poll VALUES (7, {doubled(text)});\n"
    assert records(tmp_path, dump) == ["wp_poll:7"]


@pytest.mark.parametrize(
    "verb",
    [
        "INSERT LOW_PRIORITY INTO",
        "INSERT DELAYED IGNORE INTO",
        "INSERT HIGH_PRIORITY INTO",
        "INSERT OR REPLACE INTO",
        "INSERT OR IGNORE INTO",
        "REPLACE INTO",
        "REPLACE DELAYED INTO",
        "insert into",
        "INSERT",
    ],
)
def test_every_way_to_write_an_insert_is_known(verb: str, tmp_path: Path) -> None:
    assert records(tmp_path, f"{verb} `wp_poll` VALUES (1,'{CODE}'),(2,'{CODE}');\n") == [
        "wp_poll:1",
        "wp_poll:2",
    ]


def test_what_sqlite_dumps_of_texts_with_lines_is_read(tmp_path: Path) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE wp_posts (ID integer, post_title text, post_content text, guid text)")
    for n in range(3):
        base.execute("INSERT INTO wp_posts VALUES (?,?,?,?)", (n, f"T {n}", f"a\n{CODE}\\", f"https://e/{n}"))
    dump = "\n".join(base.iterdump())
    base.close()
    assert records(tmp_path, dump) == ["wp_posts:0", "wp_posts:1", "wp_posts:2"]


def test_lines_that_the_shell_of_sqlite_puts_in_calls_are_read(tmp_path: Path) -> None:
    call = "replace(replace('{}','\\r',char(13)),'\\n',char(10))"
    text = call.format("a\\r\\n" + CODE)
    rows = "".join(
        f"INSERT INTO wp_poll (ID,title,text,url) VALUES({n},{title},{text},'https://e/{n}');\n"
        for n, title in enumerate((call.format("it''s\\r\\nso"), "unistr('it''s\\u000aso')"))
    )
    found, problems = scan(tmp_path / "dump.sql", f"{SQLITE}{rows}COMMIT;\n")
    assert problems == []
    assert [(one.place.record, one.place.url) for one in found] == [
        ("wp_poll:0", "https://e/0"),
        ("wp_poll:1", "https://e/1"),
    ]
    assert [one.document.title for one in found if one.document] == ["it's\r\nso", "it's\nso"]
    assert [one.document.field for one in found if one.document] == ["wp_poll.text"] * 2


@pytest.mark.parametrize(
    ("string", "said"),
    [
        ("E'it\\'s'", "it's"),
        ("N'it''s'", "it's"),
        ("_binary 'it\\'s'", "it's"),
        ("'it''s'::text", "it's"),
        ("CAST(N'it''s' AS nvarchar)", "it's"),
        ("x'6974'", "it"),
        ("0x6974", "it"),
        ('"it\'s"', "it's"),
        ("NULL", None),
    ],
)
def test_a_title_is_without_what_marks_its_string(string: str, said: str | None, tmp_path: Path) -> None:
    dump = f"INSERT INTO wp_poll (id, text, title) VALUES (1,'{CODE}',{string});\n"
    (found,), problems = scan(tmp_path / "dump.sql", dump)
    assert problems == []
    assert found.place.record == "wp_poll:1"
    assert found.document is not None
    assert found.document.title == said


def test_a_row_whose_first_value_is_a_long_text_is_named_by_its_table(tmp_path: Path) -> None:
    text = escaped(f"{CODE} " + "text " * 1_000)
    assert records(tmp_path, f"INSERT INTO wp_poll VALUES ({text},1),(NULL,'{CODE}');\n") == ["wp_poll"] * 2


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_rows_of_copy_are_rows(ends: str, tmp_path: Path) -> None:
    lines = [
        *POSTGRES.splitlines(),
        "COPY public.wp_posts (id, post_title, post_content, guid, post_date) FROM stdin;",
        f"3\tit's\\ta\\\\b\tone\\n{CODE}\thttps://e/3\t2024-01-01 10:00:00",
        "4\t\\N\tnone\thttps://e/4\t\\N",
        f"5\t\\N\t{CODE}\t\\N\t\\N",
        "\\.",
        "",
        f"-- {CODE}",
        "COPY public.empty (id) FROM stdin;",
        "\\.",
        f"-- {CODE}",
        f"INSERT INTO public.a VALUES (1, '{CODE}');",
        "",
    ]
    found, problems = scan(tmp_path / "dump.sql", ends.join(lines))
    assert problems == []
    assert [(one.place.record, one.place.url) for one in found] == [
        ("wp_posts:3", "https://e/3"),
        ("wp_posts:5", None),
        (None, None),
        (None, None),
        ("a:1", None),
    ]
    first, second = found[0].document, found[1].document
    assert first is not None
    assert (first.field, first.title, first.date) == (
        "wp_posts.post_content",
        "it's\ta\\b",
        "2024-01-01 10:00:00",
    )
    assert second is not None
    assert (second.id, second.title, second.date) == ("5", None, None)


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less is kept of a dump, and less dropped at a time."""
    monkeypatch.setattr(sql, "KEEP", 1 << 19)
    monkeypatch.setattr(sql, "STEP", 1 << 18)


@pytest.mark.parametrize("dialect", ["insert", "doubled", "copy"])
def test_rows_are_known_however_far_they_stand_in_a_statement(
    dialect: str, tmp_path: Path, short_memory: None
) -> None:
    filler = "it's \\ \" (so) " * 500
    texts = [filler + (f"{CODE} " if n % 97 == 5 else "") + filler for n in range(400)]
    if dialect == "copy":
        lines = (text.replace("\\", "\\\\") for text in texts)
        rows = "".join(f"{n}\t{line}\thttps://e/{n}\n" for n, line in enumerate(lines))
        dump = f"{POSTGRES}COPY public.wp_poll (id, text, url) FROM stdin;\n{rows}\\.\n\n"
    else:
        quoted = escaped if dialect == "insert" else doubled
        rows = ",\n".join(f"({n},{quoted(text)},'https://e/{n}')" for n, text in enumerate(texts))
        dump = f"INSERT INTO wp_poll (id, text, url) VALUES\n{rows};\n"
    found, problems = scan(tmp_path / "dump.sql", dump)
    assert problems == []
    assert [(one.place.record, one.place.url) for one in found] == [
        (f"wp_poll:{n}", f"https://e/{n}") for n in range(400) if n % 97 == 5
    ]
    assert all(
        one.place.line == (n * 97 + 5) + (7 if dialect == "copy" else 2) for n, one in enumerate(found)
    )


def test_what_stands_behind_a_long_text_is_known_of_it(tmp_path: Path) -> None:
    for size in (400_000, 900_000):
        text = f"{CODE} " + "l'été " * (size // 7)
        rows = ",".join(f"({n},{escaped(text)},'T {n}','https://e/{n}')" for n in range(3))
        found, problems = scan(
            tmp_path / "dump.sql", f"INSERT INTO wp_poll (id, text, title, url) VALUES {rows};\n"
        )
        assert problems == []
        assert [(one.place.url, one.document.title) for one in found if one.document] == [
            (f"https://e/{n}", f"T {n}") for n in range(3)
        ]


@pytest.mark.parametrize(
    "tail",
    [
        "INSERT INTO `t` VALUES (1,'a'),(2,'b'),",
        "INSERT INTO `t` VALUES (1,'a'),(2,'b')",
        "INSERT INTO `t` VALUES (1,'a'),(2,'b",
        "INSERT INTO `t` VALUES (1,'a'),(2,'b; \\",
        "INSERT INTO `t` VALUES (1,'a'),(2",
        "INSERT INTO `t` VALUES",
        "INSERT INTO `t` (`a`, `b",
        "INSERT INTO `t` VALUES (1,'a');\n/*!40000 ALTER TABLE",
        "INSERT INTO `t` VALUES (1,'a');\nCREATE TABLE `u` (\n  `id` int,",
        "COPY public.t (a) FROM stdin;\n1\n2",
    ],
)
def test_a_dump_that_is_cut_is_reported(tail: str, tmp_path: Path) -> None:
    head = f"{MYSQL}INSERT INTO `wp_poll` VALUES (1,'{CODE}');\n"
    found, problems = scan(tmp_path / "dump.sql", head + tail)
    assert len(found) == 1
    assert len(problems) == 1
    assert "the dump ends inside of a" in problems[0]


@pytest.mark.parametrize(
    "tail",
    [
        "INSERT INTO `t` VALUES (1,'a'),(2,'b');",
        "INSERT INTO `t` VALUES (1,'C:\\');\n",
        "INSERT INTO `t` VALUES (1,'C:\\') ON CONFLICT DO NOTHING;\n-- it's done\n",
        "INSERT INTO `t` VALUES (1,'a');\n/*!40000 ALTER TABLE `t` ENABLE KEYS */;\n-- Dump completed\n",
        "INSERT INTO `t` VALUES (1,'a; b');\nGO\n",
        "COPY t (a) FROM stdin;\n1\n\\.\n\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict\n",
        "COPY public.t (a) FROM stdin;\n\\.",
        "SELECT 1",
    ],
)
def test_a_dump_that_is_whole_is_not_reported(tail: str, tmp_path: Path) -> None:
    assert scan(tmp_path / "dump.sql", tail) == ([], [])


@pytest.mark.parametrize(
    ("head", "format"),
    [
        ("/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n", "sql"),
        ("/*!40101 SET NAMES utf8mb4 */;\n", "sql"),
        ("--\n-- PostgreSQL database dump\n--\n\n\\restrict a1\n", "sql"),
        ("# WordPress MySQL database backup\n#\n\nDROP TABLE IF EXISTS `wp_posts`;\n", "sql"),
        ("-- Adminer 4.8.1 MySQL dump\n\nSET NAMES utf8;\n", "sql"),
        ("INSERT OR IGNORE INTO t VALUES (1);\n", "sql"),
        ("/*! jQuery v3.7.1 */\n!function(e,t){", "text"),
        ("# Poll\n\nInsert into the page what follows.\n", "text"),
        ("---\ntitle: a poll\n---\n", "text"),
    ],
)
def test_a_dump_is_known_by_how_it_begins(head: str, format: str) -> None:
    assert format_of("crawl", head.encode()) == format


def test_a_line_of_a_text_that_looks_like_a_block_of_copy_is_part_of_the_text(tmp_path: Path) -> None:
    text = f"Restore it:\nCOPY posts (id, title) FROM stdin;\nand so on {CODE}"
    rows = "".join(f"INSERT INTO public.wp_poll VALUES ({n}, {doubled(CODE)});\n" for n in (8, 9))
    dump = f"{POSTGRES}INSERT INTO public.wp_poll VALUES (7, {doubled(text)});\n{rows}--\n"
    assert records(tmp_path, dump) == ["wp_poll:7", "wp_poll:8", "wp_poll:9"]


@pytest.mark.parametrize(
    "line", ["INSERT INTO wp_posts VALUES (1,'a');", "COPY posts (id, title) FROM stdin;"]
)
def test_a_row_that_waits_keeps_its_statement_when_what_is_before_it_is_dropped(
    line: str, tmp_path: Path, short_memory: None
) -> None:
    words = "word " * 20_000
    # The window's second block ends in the row with the poll, behind the line that looks like a statement.
    texts = [words] * 9 + [f"{CODE}\n{words}\n{line}\n{words}{words}", CODE]
    rows = ",\n".join(f"({n}, {doubled(text)})" for n, text in enumerate(texts))
    dump = f"{POSTGRES}INSERT INTO public.wp_poll VALUES\n{rows};\n"
    assert records(tmp_path, dump) == ["wp_poll:9", "wp_poll:10"]


CREATED = {
    "mysqldump": MYSQL
    + """CREATE TABLE `pages` (
  `id` int NOT NULL COMMENT 'no, (not) a `name`',
  `url` varchar(99) DEFAULT 'a''b\\'c',
  `price` decimal(10,2),
  `html` text,
  PRIMARY KEY (`id`),
  KEY `k` (`url`(20),`html`)
) ENGINE=InnoDB;
INSERT INTO `pages` VALUES """,
    "sqlite": SQLITE
    + """CREATE TABLE IF NOT EXISTS "pages" (id INTEGER PRIMARY KEY, url TEXT, [price] REAL, html TEXT);
INSERT INTO pages VALUES""",
    "pg_dump": POSTGRES
    + """CREATE TABLE public.pages (
    id integer,
    url text,
    price numeric(10,2),
    html text,
    CONSTRAINT c CHECK ((id > 0))
);

INSERT INTO public.pages VALUES """,
    "lower case": """-- of pages
create table pages(
-- the id, of course
id int,url text,price float,html text);
insert into pages values """,
}


@pytest.mark.parametrize("maker", CREATED)
@pytest.mark.parametrize("block", [67, 1 << 19])
def test_columns_are_known_from_what_makes_the_table(
    maker: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "BLOCK", block)
    text = doubled("a text\nCREATE TABLE pages (a int, b int, c int, d int);\n" + CODE)
    dump = (
        CREATED[maker] + f"(1,'https://example.org/1',1.5,{text}),(2,'https://example.org/2',NULL,{text});\n"
    )
    found, problems = scan(tmp_path / "dump.sql", dump)
    assert problems == []
    assert [one.place.url for one in found] == ["https://example.org/1", "https://example.org/2"]
    assert {one.document.field for one in found if one.document} == {"pages.html"}


def test_a_table_with_more_columns_than_a_row_has_values_names_none(tmp_path: Path) -> None:
    dump = (
        f"CREATE TABLE pages (id int, url text, html text);\nINSERT INTO pages VALUES (1,{doubled(CODE)});\n"
    )
    (found,), _ = scan(tmp_path / "dump.sql", dump)
    assert found.document is not None
    assert (found.document.field, found.document.url) == ("pages.[2]", None)


def test_tables_that_do_not_end_cost_no_more_than_their_length() -> None:
    body = b"\nCREATE TABLE a (" * 100_000
    tables = Tables()
    reads: list[int] = []
    read = tables.read
    tables.read = lambda table, text: reads.append(len(text)) or read(table, text)  # type: ignore[method-assign]
    tables.look(bytearray(body), 0, ended=True)
    assert sum(reads) < 3 * len(body)


@pytest.mark.parametrize("head", [MYSQL, POSTGRES, SQLITE])
def test_lines_of_a_text_that_look_like_statements_begin_none(head: str, tmp_path: Path) -> None:
    lines = (
        "copy it:\nCOPY t (a) FROM stdin;\nor\nINSERT INTO t VALUES (1);\n# or\nCOPY u (b) FROM stdin;\n" * 3
    )
    rows = "".join(f"INSERT INTO wp_poll VALUES ({n},{doubled(lines + CODE)});\n" for n in range(1, 4))
    assert records(tmp_path, head + rows) == ["wp_poll:1", "wp_poll:2", "wp_poll:3"]


def test_statements_that_follow_no_end_of_one_are_statements(tmp_path: Path) -> None:
    rows = "".join(f"INSERT INTO wp_poll VALUES ({n},{doubled(CODE)})\nGO\n" for n in range(1, 4))
    assert records(tmp_path, rows) == ["wp_poll:1", "wp_poll:2", "wp_poll:3"]


def test_a_backslash_in_what_python_dumps_of_sqlite_is_one(tmp_path: Path) -> None:
    base = sqlite3.connect(":memory:")
    base.execute("create table pages (id integer primary key, title text, body text)")
    base.execute("insert into pages values (1, ?, ?)", ("C:\\d", CODE))
    dump = "\n".join(base.iterdump())
    base.close()
    found, problems = scan(tmp_path / "dump.sql", dump)
    assert problems == []
    assert [one.document.title for one in found if one.document] == ["C:\\d"]


def test_a_backslash_in_what_is_scripted_of_sql_server_is_one(tmp_path: Path) -> None:
    head = "USE [wp]\nGO\nSET IDENTITY_INSERT [dbo].[pages] ON\nGO\n"
    rows = "".join(
        f"INSERT [dbo].[pages] ([id], [title], [body]) VALUES ({n}, N'C:\\', N{doubled(text + CODE)})\nGO\n"
        for n, text in enumerate(("\\'", "it's\nCOPY t (a) FROM stdin;\n", "\\"))
    )
    assert records(tmp_path, head + rows) == ["pages:0", "pages:1", "pages:2"]


@pytest.mark.parametrize("text", ["alert(\\'x\\');\\nf(", "\\'),(2,\\'b\\'),(", "\\') or (\\'"])
def test_a_row_that_is_torn_is_read_as_those_before_it(text: str, tmp_path: Path) -> None:
    dump = f"{MYSQL}INSERT INTO wp_poll VALUES (1,{escaped(CODE)},'b'),(2,{escaped(CODE)[:-1]} {text} and so"
    found, problems = scan(tmp_path / "dump.sql", dump)
    assert problems == ["the dump ends inside of a row"]
    assert [one.place.record for one in found] == ["wp_poll:1", "wp_poll:2"]
