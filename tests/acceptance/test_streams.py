"""Streams that nobody reads, that are closed or full: results are not lost for the sake of a message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("redirections are those of Unix", allow_module_level=True)

needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="it has no such device")
PRINTING = [
    "show ARTICLES",
    "show --json ARTICLES",
    "scan -q ARTICLES",
    "scan -q --format csv ARTICLES",
    'encode <(yes \'{"title": "Tea?"}\' | head -n 9999)',
    'encode <(echo \'{"title": "Tea?"}\')',
]


def bash(script: str, articles: Path, folder: Path) -> tuple[str, str]:
    """What a script prints on stdout and stderr. ``ARTICLES`` in it are two polls."""
    script = script.replace("polldecode", f"{sys.executable} -m polldecode")
    done = subprocess.run(
        ["bash", "-c", script.replace("ARTICLES", str(articles))],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize("command", PRINTING)
def test_results_that_nobody_reads_end_a_command_silently_with_status_1(command, articles, tmp_path):
    script = f"polldecode {command} | true; echo ${{PIPESTATUS[0]}}"
    assert bash(script, articles, tmp_path) == ("1\n", "")
    assert bash(f"polldecode {command} >&-; echo $?", articles, tmp_path) == ("1\n", "")


@needs_full
@pytest.mark.parametrize("command", PRINTING)
def test_results_that_find_no_space_are_said_with_status_1(command, articles, tmp_path):
    out, err = bash(f"polldecode {command} >/dev/full; echo $?", articles, tmp_path)
    assert (out, err) == ("1\n", "polldecode: the output: No space left on device\n")


@pytest.mark.parametrize(
    "redirected",
    [
        "2>&1 | true; echo ${PIPESTATUS[0]}",
        "2>&-; echo $?",
        ">&- 2>&-; true",
        pytest.param("2>/dev/full; echo $?", marks=needs_full),
    ],
)
@pytest.mark.parametrize("more", ["", "--stats json", "--jobs 2 --unique"])
def test_messages_that_cannot_be_written_never_stop_a_scan(redirected, more, articles, tmp_path):
    out, err = bash(
        f"polldecode scan missing.txt ARTICLES -o x.jsonl {more} {redirected}", articles, tmp_path
    )
    assert out in ("1\n", "")
    assert err == ""
    assert len((tmp_path / "x.jsonl").read_text("utf-8").splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


@pytest.mark.parametrize("command", ["show missing.txt ARTICLES", "check missing.txt ARTICLES"])
def test_messages_that_cannot_be_written_take_nothing_from_the_results(command, articles, tmp_path):
    whole, _ = bash(f"polldecode {command}; echo $?", articles, tmp_path)
    for redirected in ("2>&-", "2> >(true)"):
        assert bash(f"polldecode {command} {redirected}; echo $?", articles, tmp_path) == (whole, "")


def test_a_closed_stdout_is_no_matter_where_the_output_is_a_file(articles, tmp_path):
    out, err = bash("polldecode scan -q ARTICLES -o x.csv >&-; echo $?", articles, tmp_path)
    assert (out, err) == ("0\n", "")
    assert (tmp_path / "x.csv").exists()


READING = ["show", "show -", "check", "explain -", "decode", "encode", "scan", "scan - -o x.jsonl -j1"]


@pytest.mark.parametrize("command", READING)
def test_a_stdin_that_is_closed_is_an_input_that_cannot_be_read(command, articles, tmp_path):
    out, err = bash(f"polldecode {command} <&-; echo $?", articles, tmp_path)
    assert out.endswith("1\n")
    assert "Bad file descriptor" in err
    assert "Traceback" not in err


def test_a_closed_stdin_is_no_file_that_is_opened_later(articles, tmp_path):
    # Without care it is the pipe through which a process is told what to do.
    out, err = bash("timeout 20 polldecode scan ARTICLES - -q -j2 <&-; echo $?", articles, tmp_path)
    assert err == "polldecode: -: Bad file descriptor\n"
    assert [line[:1] for line in out.splitlines()] == ["{", "{", "1"]
