"""The commands as somebody runs them: what is printed where, and the exit status."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from polldecode import Answer, Poll, encode_payload, find_polls
from polldecode.cli.app import COMMANDS, app
from polldecode.cli.inputs import Findings
from polldecode.shortcodes import format_shortcode

TEA = Poll(7, "Tea?", (Answer("1", "Yes", 3), Answer("2", "<b>No</b> &amp; never", 1)), color="green-2")
WHOLE = format_shortcode(TEA)
CUT = WHOLE[: len(WHOLE) * 3 // 4]
WITHOUT_BOM = {name: f"{name}-{sys.byteorder[0]}e" for name in ("utf-16", "utf-32")}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run polldecode in an empty folder with these arguments, and perhaps this on stdin."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *arguments, stdin=b"": runner.invoke(app, list(arguments), input=stdin)


def records(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_a_place_in_the_docs(command, run, root):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"polldecode {command} " in result.stdout.partition("Example:")[2]
    assert f"\n## {command}\n" in (root / "docs" / "cli.md").read_text(encoding="utf-8")


def test_version_prints_the_version(run):
    assert run("--version").stdout == "polldecode 0.1.0\n"


def test_wrong_usage_exits_with_2_and_says_so_on_stderr(run):
    for arguments in (["show", "--nonsense"], ["nonsense"], ["check", "--format", "xml"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert not result.stdout
        assert "Usage" in result.stderr


# --- inputs


def test_show_prints_both_polls_of_the_articles_whole(run, articles):
    result = run("show", str(articles))
    assert result.exit_code == 0
    polls = [
        poll for path in sorted(articles.iterdir()) for poll in find_polls(path.read_text(encoding="utf-8"))
    ]
    assert [poll.id for poll in polls] == [244, 334]
    for poll in polls:
        assert poll.question in result.stdout
        assert all(answer.text in result.stdout for answer in poll.answers)
    assert result.stdout.endswith("2 polls in 2 of 5 files\n")


@pytest.mark.parametrize("arguments", [[], ["-"]])
@pytest.mark.parametrize("command", ["show", "explain", "check"])
def test_no_path_and_a_hyphen_are_stdin(command, arguments, run):
    result = run(command, *arguments, stdin=f"a\nb {CUT}".encode())
    assert result.exit_code == 1
    assert "stdin:2:3" in result.stdout


def test_a_missing_path_is_one_clear_line_and_the_others_are_read(run):
    Path("a.txt").write_text(WHOLE, encoding="utf-8")
    for command in ("show", "explain"):
        result = run(command, "nowhere", "a.txt")
        assert result.exit_code == 1
        assert result.stderr == "polldecode: nowhere: no such file or folder\n"
        assert "a.txt:1:1" in result.stdout


def test_a_path_without_a_name_is_named_all_the_same(run):
    for command in ("show", "check", "explain", "scan", "encode"):
        result = run(command, "")
        assert result.exit_code == 1
        assert result.stderr.lower().startswith("polldecode: '': no such file or ")
        assert "polldecode: : " not in result.stderr


def test_large_numbers_are_grouped_wherever_they_stand():
    findings = Findings([])
    findings.files, findings.files_with_polls, findings.polls, findings.damaged = 12000, 11000, 10000, 1000
    assert findings.summary() == "10,000 polls in 11,000 of 12,000 files, 1,000 damaged"


def test_finding_nothing_is_fine(run):
    for command in ("show", "explain", "check"):
        assert run(command, stdin=b"nothing here").exit_code == 0


def test_a_folder_is_read_recursively_without_what_is_hidden_binary_or_elsewhere(run, tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "deep" / "er").mkdir(parents=True)
    (inside / ".git").mkdir()
    outside.mkdir()
    named = {
        inside / "deep" / "er" / "seen.txt": True,
        inside / "seen.html": True,
        inside / ".git" / "config": False,
        inside / ".hidden": False,
        outside / "other.txt": False,
    }
    for path in named:
        path.write_text(WHOLE, encoding="utf-8")
    (inside / "binary.bin").write_bytes(b"\x00\x01" + WHOLE.encode())
    (inside / "wide.txt").write_bytes(WHOLE.encode("utf-16"))
    (inside / "leads-out.txt").symlink_to(outside / "other.txt")
    (inside / "leads-out").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "inside.txt").symlink_to(inside / ".hidden")
    (inside / "dangling.txt").symlink_to(inside / "nothing")
    paths = [record["place"]["path"] for record in records(run("show", "--json", "in"))]
    expected = ["deep/er/seen.txt", "inside.txt", "seen.html", "wide.txt"]
    assert paths == [os.path.join("in", *name.split("/")) for name in expected]


def test_a_hidden_or_binary_file_that_is_named_is_read(run):
    Path(".hidden").write_bytes(b"\x00" + WHOLE.encode())
    assert len(records(run("show", "--json", ".hidden"))) == 1


def test_a_file_that_may_not_be_read_is_reported_and_the_others_are_read(run, monkeypatch):
    for name in ("a.txt", "b.txt"):
        Path(name).write_text(WHOLE, encoding="utf-8")

    def read(path: str) -> bytes:  # root, as whom CI runs, may read everything
        if path.endswith("a.txt"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return Path(path).read_bytes()

    monkeypatch.setattr("polldecode.cli.inputs.read_file", read)
    result = run("show", ".")
    assert result.exit_code == 1
    assert result.stderr == f"polldecode: {os.path.join('.', 'a.txt')}: Permission denied\n"
    assert result.stdout.endswith("1 poll in 1 file, 1 input not read\n")


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1251", "shift_jis"]
)
def test_line_and_column_count_characters_whatever_the_charset(charset, run):
    before = {"cp1251": "Привет", "shift_jis": "abc", "cp1252": "déjà"}.get(charset, "déjà 日本 🌸")
    text = f"one\r\ntwo {before}\n{before}: {WHOLE} and {WHOLE}\n{WHOLE}"
    Path("page.html").write_bytes(text.encode(charset))
    places = [record["place"] for record in records(run("show", "--json", "page.html"))]
    second = len(before) + 3
    assert [(place["line"], place["column"]) for place in places] == [
        (3, second),
        (3, second + len(WHOLE) + 5),
        (4, 1),
    ]
    data = Path("page.html").read_bytes()
    for place in places:
        assert data[place["start"] : place["end"]].decode(WITHOUT_BOM.get(charset, charset)) == WHOLE


# --- show


def test_show_in_a_pipe_prints_plain_whole_lines_with_votes_and_text_without_markup(run):
    long = "word " * 100
    shortcode = format_shortcode(Poll(9, long, (Answer("1", "ok"),), multiple=True))
    result = run("show", stdin=f"{WHOLE}\n{shortcode}".encode())
    assert result.stdout.splitlines() == [
        "stdin:1:1: poll 7, single choice",
        "  Tea?",
        "  1. (3 votes, 75%) Yes",
        "  2. (1 vote, 25%) No & never",
        "",
        "stdin:2:1: poll 9, multiple choice",
        f"  {long.strip()}",
        "  1. ok",
        "",
        "2 polls in 1 file",
    ]


def test_show_shows_what_is_left_of_a_damaged_poll_and_why(run):
    result = run("show", stdin=CUT.encode())
    assert result.exit_code == 1
    assert "poll 7, single choice, damaged" in result.stdout
    assert "Tea?" in result.stdout
    assert "! cut: " in result.stdout
    assert "%" not in result.stdout.replace("75%", "%")  # a share of what is unknown would be made up
    assert result.stdout.endswith("1 poll in 1 file, 1 damaged\n")


def test_show_json_prints_a_record_a_line(run):
    found = records(run("show", "--json", stdin=f"{WHOLE} {CUT}".encode()))
    assert [record["complete"] for record in found] == [True, False]
    whole, cut = found
    assert (whole["question"], whole["id"], whole["dialect"], whole["error"]) == ("Tea?", 7, "php", None)
    assert whole["answers"][1] == {"id": "2", "text": "<b>No</b> &amp; never", "votes": 1, "extra": {}}
    assert whole["place"] == {
        "path": "-", "record": None, "url": None, "line": 1, "column": 1, "start": 0, "end": len(WHOLE),
    }  # fmt: skip
    assert cut["error"]["stage"] == "cut"


def test_show_saves_pictures_that_hold_the_poll_and_fetch_nothing(run):
    result = run("show", "--svg", "a.svg", "--html", "a.html", stdin=WHOLE.encode())
    assert result.exit_code == 0
    for name in ("a.svg", "a.html"):
        page = Path(name).read_text(encoding="utf-8")
        assert "Tea?" in page
        assert "url(http" not in page
        assert "#4ade80" in page  # green-2


def test_a_picture_that_cannot_be_written_is_said_and_exits_with_1(run):
    result = run("show", "--svg", "no/such/folder.svg", stdin=WHOLE.encode())
    assert result.exit_code == 1
    assert result.stderr == "polldecode: no/such/folder.svg: No such file or directory\n"


# --- decode and encode


@pytest.mark.parametrize("dialect", ["php", "js"])
def test_decode_takes_a_payload_a_shortcode_or_a_text(dialect, run):
    params = TEA.to_params(dialect=dialect)
    payload = encode_payload(params, dialect=dialect)
    for text in (payload, f'[expert_review_poll params="{payload}"]', f"before {payload} behind"):
        for result in (
            run("decode", text),
            run("decode", stdin=text.encode()),
            run("decode", "-", stdin=text),
        ):
            assert result.exit_code == 0
            (record,) = records(result)
            assert (record["question"], record["dialect"]) == ("Tea?", dialect)
        assert records(run("decode", "--params", text)) == [params]


def test_decode_says_of_one_word_why_it_is_no_payload(run):
    result = run("decode", "nonsense")
    assert result.exit_code == 1
    assert result.stderr.startswith("polldecode: base64: ")


def test_decode_of_a_text_without_a_poll_is_fine(run):
    result = run("decode", "just some words")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "polldecode: no poll found\n")


@pytest.mark.parametrize("name", ["article.txt", "article"])
def test_decode_of_a_path_says_that_it_takes_the_text_itself_and_how_to_read_a_file(name, run):
    Path(name).write_text(WHOLE, encoding="utf-8")
    result = run("decode", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"polldecode: {name} is a path, and decode takes the text itself; to read what is there: "
        f"polldecode decode - < {name}, or polldecode show {name}\n"
    )
    assert run("decode", ".").stderr.endswith("what is there: polldecode show .\n")
    Path("a b.txt").write_text(WHOLE, encoding="utf-8")
    assert "polldecode show 'a b.txt'\n" in run("decode", "a b.txt").stderr
    assert "takes the text itself" not in run("decode", stdin=name.encode()).stderr


def test_decode_prints_the_params_of_any_payload_but_no_poll_that_is_none(run):
    payload = encode_payload({"a": [1, None]})
    result = run("decode", "--params", payload)
    assert (result.exit_code, result.stdout) == (0, '{"a":[1,null]}\n')
    assert run("decode", payload).exit_code == 1


def test_decode_of_a_damaged_payload_prints_what_is_left_and_exits_with_1(run):
    result = run("decode", CUT)
    assert result.exit_code == 1
    assert records(result)[0]["question"] == "Tea?"
    assert "cut" in result.stderr


@pytest.mark.parametrize("dialect", ["php", "js"])
def test_encode_writes_what_show_printed_byte_for_byte(dialect, run):
    shortcode = format_shortcode(TEA, dialect=dialect)
    printed = run("show", "--json", stdin=f"x {shortcode} y {WHOLE}".encode()).stdout
    assert run("encode", stdin=printed).stdout == f"{shortcode}\n{WHOLE}\n"


def test_encode_writes_params_as_they_stand(run):
    params = {"answers": [], "title": "b/c", "z": 1.5}
    Path("a.json").write_text(json.dumps([params, params]), encoding="utf-8")
    payload = encode_payload(params)
    assert run("encode", "a.json").stdout == f'[expert_review_poll params="{payload}"]\n' * 2
    js = encode_payload(params, dialect="js")
    assert run("encode", "--payload", "--dialect", "js", "a.json").stdout == f"{js}\n" * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[1]", "object 1: schema: neither a poll"),
        (b'{"question": null, "answers": null}', "object 1: schema: neither a poll"),
        (b'{"question": "a", "answers": 3}', "object 1: schema: answers are not a list"),
        (b'{"title": "\\ud800"}', "object 1: PHP cannot write a lone surrogate"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_encode_says_what_it_cannot_write(text, reason, run):
    result = run("encode", stdin=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_encode_of_a_file_that_is_not_there_says_so(run):
    result = run("encode", "nowhere.json")
    assert result.exit_code == 1
    assert result.stderr == "polldecode: nowhere.json: No such file or directory\n"


def test_encode_prints_what_stands_before_a_problem(run):
    result = run("encode", stdin=b'{"title": "Tea?"} [1, {"title": "Tea?"}] {')
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert [line.split(": ")[:3] for line in result.stderr.splitlines()] == [
        ["polldecode", "-", "object 2"],
        ["polldecode", "-", "not JSON"],
    ]


# --- explain and check


def test_explain_follows_a_whole_poll_through_every_stage(run):
    result = run("explain", stdin=WHOLE.replace('"', "”").encode())
    assert result.exit_code == 0
    labels = [line[2:14].strip() for line in result.stdout.splitlines() if line.startswith("  ")]
    assert [label for label in labels if label] == [
        "slice", "attributes", "repair", "base64", "percent", "JSON", "poll",
    ]  # fmt: skip
    assert "id = 7" in result.stdout
    assert "as the plugin's PHP encoder writes it" in result.stdout


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (WHOLE.replace('"]', "]"), 'quotes: nothing → ‘"’'),
        (WHOLE.replace('"]', "″]").replace("JTdC", "JT dC"), 'quotes: ‘″’ → ‘"’'),
        (WHOLE.replace('"]', "']").replace("JTdC", "JT dC"), "quotes: ‘'’ → ‘\"’"),
        (WHOLE.replace('"]', "\xa0”]").replace("JTdC", "JT dC"), 'quotes: ‘\xa0”’ → ‘"’'),
        (WHOLE.replace('params="', "params="), 'quotes: nothing → ‘"’'),
        (WHOLE.replace('"]', "″]").replace('params="', "params=»"), 'quotes: ‘»’ → ‘"’'),
    ],
)
def test_explain_says_which_quote_was_missing(text, line, run):
    result = run("explain", stdin=text.encode())
    assert result.exit_code == 0
    assert '‘"’ → ‘"’' not in result.stdout
    assert line in result.stdout


def test_explain_points_at_the_end_of_a_cut_and_prints_what_could_be_read(run):
    result = run("explain", stdin=CUT.encode())
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    (error,) = [number for number, line in enumerate(lines) if "! cut" in line]
    assert lines[error + 2].index("^") >= len(lines[error + 1])
    assert "still read  Tea?" in result.stdout


def test_explain_points_at_the_place_where_characters_are_lost(run):
    text = f"{WHOLE[:100]}…{WHOLE[160:]}"
    lines = run("explain", stdin=text.encode()).stdout.splitlines()
    (error,) = [number for number, line in enumerate(lines) if "! base64" in line]
    caret = lines[error + 2].index("^")
    payload_before = WHOLE[:100].rpartition('"')[2]
    assert lines[error + 1][:caret].strip() in payload_before
    assert payload_before.endswith(lines[error + 1][:caret].strip())


def test_explain_shows_the_shortcode_of_a_wide_charset_as_text(run):
    result = run("explain", stdin=WHOLE.encode("utf-16"))
    assert result.exit_code == 0
    assert '[expert_review_poll id="7"' in result.stdout


def test_check_prints_a_line_for_each_damaged_thing_alone(run):
    Path("a.txt").write_text(f"{WHOLE}\n\n  {CUT}", encoding="utf-8")
    Path("b.txt").write_text('[expert_review_poll id="5"]', encoding="utf-8")
    result = run("check", "a.txt", "b.txt")
    assert result.exit_code == 1
    cut, empty = result.stdout.splitlines()
    assert cut.startswith("a.txt:3:3: cut: ")
    assert cut.endswith("(poll 7)")
    assert empty.startswith("b.txt:1:1: payload: ")
    assert result.stderr == "polldecode: 3 polls in 2 of 2 files, 2 damaged\n"


def test_check_in_json_prints_the_records_of_the_damaged(run):
    result = run("check", "--format", "json", stdin=f"{WHOLE}\n{CUT}".encode())
    (record,) = records(result)
    assert record["error"]["stage"] == "cut"
    assert (record["place"]["line"], record["place"]["column"]) == (2, 1)


def test_check_is_silent_on_stdout_where_all_is_well(run):
    result = run("check", stdin=WHOLE.encode())
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_module_runs_as_the_command_does(run):
    done = subprocess.run(
        [sys.executable, "-m", "polldecode", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "polldecode 0.1.0\n"


def test_the_shell_completes_commands(run):
    polldecode = Path(sys.executable).parent / "polldecode"
    environment = {"_POLLDECODE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "polldecode ex"}
    done = subprocess.run(
        [polldecode], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert '"explain"' in done.stdout


def test_a_reader_that_goes_away_ends_the_command_without_a_traceback(run):
    Path("many.txt").write_text(f"{WHOLE}\n" * 5000, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "polldecode", "show", "many.txt"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()
