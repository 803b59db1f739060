"""The commands on a real pseudo-terminal, read back through an emulator: what a person sees."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from polldecode import Answer, Poll
from polldecode.shortcodes import format_shortcode

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals need Unix")
pyte = pytest.importorskip("pyte")
if not hasattr(pexpect, "spawn"):
    pytest.skip("pseudo-terminals need Unix", allow_module_level=True)

POLLDECODE = str(Path(sys.executable).parent / "polldecode")
COLOUR = re.compile(r"\x1b\[[0-9;]*[34]8;[25];|\x1b\[(?:[0-9]+;)*(?:3[0-7]|9[0-7])(?:;[0-9]+)*m")


def session(*arguments: str, columns: int = 80, **environment: str) -> tuple[str, list[str], int]:
    """The bytes sent to the terminal, the lines that it then shows, and the exit status."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")
    }
    child = pexpect.spawn(
        POLLDECODE,
        list(arguments),
        dimensions=(24, columns),
        encoding="utf-8",
        env={**kept, "TERM": "xterm-256color", "PYTHONUTF8": "1", **environment},
        timeout=30,
    )
    child.expect(pexpect.EOF)
    child.close()
    screen = pyte.Screen(columns, 500)
    pyte.Stream(screen).feed(child.before)
    return child.before, [line.rstrip() for line in screen.display], child.exitstatus


def shown(lines: list[str]) -> str:
    """The text within the frames, wraps undone."""
    return " ".join(" ".join(line.strip("│╭╮╰╯─ ") for line in lines).split())


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_show_draws_both_polls_whole_at_any_width(columns, articles):
    sent, lines, status = session("show", str(articles), columns=columns)
    assert status == 0
    text = shown(lines)
    assert "Poll 244" in text
    assert (
        "Selon vous, quel est le facteur le plus important dans la fourniture d’un soutien militaire" in text
    )
    assert (
        "2 Maintenir le contrôle sur la manière dont les armes sont utilisées pour empêcher l’escalade."
        in text
    )
    assert "1 Oui, cela pourrait créer l’effet de levier nécessaire à l’Ukraine dans les discussions." in text
    assert "single choice · light-1 · pink-1" in text
    assert "2 polls in 2 of 5 files" in text
    frames = [line for line in lines if line.startswith(("╭", "│", "╰"))]
    assert {len(line) for line in frames} == {min(columns, 100)}
    assert all(line.endswith(("╮", "│", "╯")) for line in frames)
    assert COLOUR.search(sent)


@pytest.mark.parametrize("columns", [24, 30, 38, 60, 80])
@pytest.mark.parametrize("votes", [1234, 10**20 - 1, 10**63])
def test_votes_give_way_to_the_text_of_an_answer(votes, columns, tmp_path):
    answers = (Answer("1", "Indubitablement", votes), Answer("2", "Peut-être", 7), Answer("3", "Non"))
    page = tmp_path / "p.txt"
    page.write_text(format_shortcode(Poll(1, "Thé ?", answers)), encoding="utf-8")
    _, lines, status = session("show", str(page), columns=columns)
    assert status == 0
    text = "".join(line.strip("│╭╮╰╯─ ") for line in lines).replace(" ", "")
    for word in ("Indubitablement", "Peut-être", "Non", "%"):
        assert word in text
    digits = "".join(re.findall(r"[0-9]", text))
    assert str(votes) in digits
    assert {len(line) for line in lines if line.startswith(("╭", "│", "╰"))} == {columns}


def test_no_color_leaves_the_frames_and_takes_the_colours(articles):
    sent, lines, _ = session("show", str(articles), NO_COLOR="1")
    assert not COLOUR.search(sent)
    assert "╭─ Poll 244 ─" in lines[0]


def test_frames_stay_straight_around_wide_and_right_to_left_text(tmp_path):
    answers = (
        Answer("1", "夏の夜の花火大会と浴衣、そして冷たいかき氷を食べながら歩く川沿いの道"),
        Answer("2", "נגד, כי זה יקר מדי 🌸"),
    )
    page = tmp_path / "page.txt"
    page.write_text(
        format_shortcode(Poll(1, "日本で一番好きな季節はいつですか？🌸", answers)), encoding="utf-8"
    )
    for columns in (60, 80):
        _, lines, _ = session("show", str(page), columns=columns)
        # The emulator leaves the second cell of a wide character empty: count cells, not characters.
        cells = {
            sum(0 if c == "" else 1 for c in line) + wide(line)
            for line in lines
            if line.startswith(("│", "╭"))
        }
        assert cells == {columns}


def wide(line: str) -> int:
    from unicodedata import east_asian_width

    return sum(east_asian_width(char) in "WF" for char in line)


def test_what_a_document_holds_does_not_reach_the_terminal_as_commands(tmp_path):
    evil = "\x1b]0;owned\x07\x1b[2J\u202e[bold]x[/bold]\u2028\x9b31m[/]"
    page = tmp_path / "evil\x1b[31m[red].txt"
    page.write_text(
        format_shortcode(Poll(1, evil, (Answer("1", evil),), color=evil, style=evil)), encoding="utf-8"
    )
    for command in ("show", "explain"):
        sent, lines, status = session(command, str(page))
        assert status == 0
        for forbidden in ("\x1b]", "\x1b[2J", "\u202e", "\u2028", "\x9b", "\x07"):
            assert forbidden not in sent
        assert r"evil\x1b[31m[red].txt" in shown(lines).replace(" ", "")  # wrapped somewhere
    _, lines, _ = session("show", str(page), columns=200)
    assert r"\x1b]0;owned\x07\x1b[2J\u202e[bold]x[/bold]" in shown(lines)


def test_without_a_path_a_terminal_gets_the_help():
    for command in ("show", "check", "explain", "decode", "encode"):
        _, lines, status = session(command)
        assert status == 2
        assert f"polldecode {command}" in shown(lines)


def test_explain_draws_the_stages(articles):
    _, lines, status = session("explain", str(articles / "aide-militaire.txt"))
    assert status == 0
    assert [line.split()[0] for line in lines if line and line[0] != " "] == [
        "Poll", "slice", "attributes", "repair", "base64", "percent", "JSON", "poll", "1",
    ]  # fmt: skip


def test_scan_draws_its_progress_and_leaves_the_summary(articles, tmp_path):
    output = tmp_path / "polls.jsonl"
    sent, lines, status = session("scan", str(articles), "-o", str(output))
    assert status == 0
    assert "━" in sent
    assert re.search(r"[0-9.]+/[0-9.]+ [kM]B", sent)
    (summary,) = filter(None, lines)
    assert summary.startswith("polldecode: 2 polls (2 distinct) in 5 files, ")
    assert len(output.read_bytes().splitlines()) == 2
    sent, _, status = session("scan", str(articles), "-o", str(output), "-q")
    assert (sent, status) == ("", 0)


def test_records_on_a_terminal_are_lines_of_json_that_command_nothing(tmp_path):
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\u2028\x9b31m"
    page = tmp_path / "evil\x1b[31m.txt"
    page.write_text(format_shortcode(Poll(1, evil, (Answer("1", "été"),))), encoding="utf-8")
    sent, _, status = session("scan", str(page))
    assert status == 0
    for forbidden in ("\x1b", "\u202e", "\u2028", "\x9b", "\x07"):
        assert forbidden not in sent
    in_markdown, _, _ = session("scan", str(page), "--format", "markdown")
    assert not any(char in in_markdown for char in ("\x1b", "\u202e", "\u2028", "\x9b", "\x07"))
    record = json.loads(sent.splitlines()[0])
    assert record["question"] == evil
    assert record["answers"][0]["text"] == "été"


def test_a_table_of_text_is_shown_on_a_terminal_and_a_binary_one_is_not(articles):
    _, lines, status = session("scan", str(articles), "--format", "csv", "--csv-rows", "poll", columns=2000)
    assert status == 0
    assert lines[0].startswith("id,question,multiple")
    assert lines[1].startswith("244,")
    for name in ("parquet", "arrow", "sqlite"):
        _, lines, status = session("scan", str(articles), "--format", name)
        assert status == 2
        assert lines[0] == f"polldecode: {name} is not for the screen; name a file with -o"


def test_a_scan_that_is_ended_gives_the_cursor_back(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    child = pexpect.spawn(
        POLLDECODE,
        ["scan", str(fifo), str(fifo), "-o", str(tmp_path / "o.jsonl")],
        dimensions=(24, 80),
        env=os.environ | {"TERM": "xterm-256color"},
        timeout=30,
    )
    child.expect_exact("\x1b[?25l")
    child.kill(signal.SIGTERM)
    child.expect_exact("\x1b[?25h")
    child.expect_exact("interrupted")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 128 + signal.SIGTERM
