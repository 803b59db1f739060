"""Where a scan writes to: what it refuses before it reads, what it never loses, what it says."""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from polldecode.samples import planted
from polldecode.scan import Settings, scan
from polldecode.sinks import FORMATS, Layout, NotInstalled

SCAN = [sys.executable, "-m", "polldecode", "scan"]
GOOD = planted(random.Random(5)).shortcode
PARAMS = '{"id":1,"title":"as somebody decoded it","show_results_button":"1","answers":[]}'
BROKEN = base64.b64encode(b"%7B%22title%22%3A%22%C3%22%7D").decode()  # half a character
unix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good poll and a damaged one, and beside it the place to write to."""
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "good.txt").write_text(GOOD, "utf-8")
    (tmp_path / "crawl" / "cut.txt").write_text(GOOD[:300], "utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "crawl"


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCAN, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options
    )


def refusal(*arguments: object) -> str:
    """The one line that a scan says that refuses, before it has read or written anything."""
    before = sorted(Path().iterdir())
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sorted(Path().iterdir()) == before
    (line,) = done.stderr.splitlines()
    return line


# --- two files that are one


def test_rejects_in_the_file_of_the_output_are_refused(crawl: Path) -> None:
    assert "are the same file" in refusal(crawl, "-o", "x.csv", "--rejects", "x.csv")
    assert "are the same file" in refusal(crawl, "-o", "x.csv", "--rejects", "./x.csv")
    assert "are the same file" in refusal(crawl, "-o", "x.csv", "--rejects", Path("x.csv").resolve())


@unix
def test_rejects_in_a_link_to_the_output_are_refused_whether_it_is_there_or_not(crawl: Path) -> None:
    Path("link.csv").symlink_to("x.csv")
    assert "are the same file" in refusal(crawl, "-o", "x.csv", "--rejects", "link.csv")
    Path("x.csv").write_text("before")
    assert "are the same file" in refusal(crawl, "-o", "link.csv", "--rejects", "x.csv")


def test_rejects_need_a_file_with_a_name(crawl: Path) -> None:
    assert "the rejects need a file" in refusal(crawl, "-o", "x.csv", "--rejects", "-")
    assert "the rejects need a file" in refusal(crawl, "--rejects", "-")
    assert "needs a name" in refusal(crawl, "--rejects", "")


def test_rejects_without_a_known_suffix_are_in_the_format_that_was_named(crawl: Path) -> None:
    done = command(crawl, "-o", "good", "--rejects", "new/damaged", "--format", "csv")
    assert done.returncode == 1, done.stderr
    assert "good.txt" in Path("good").read_text("utf-8")
    assert Path("new/damaged").read_text("utf-8").startswith("id,question,")
    assert command(crawl, "-o", "good", "--rejects", "bad.json", "--format", "csv").returncode == 1
    assert len(json.loads(Path("bad.json").read_text("utf-8"))) == 1
    assert "--format" in refusal(crawl, "-o", "x.csv", "--rejects", "damaged")


def test_rejects_that_cannot_be_written_cost_nothing_of_what_was_found(crawl: Path) -> None:
    Path("file").write_text("")
    assert command(crawl, "-o", "x.jsonl", "--rejects", "file/r.csv").returncode == 1
    assert not Path("x.jsonl").exists()
    assert command(crawl, "-o", "x.jsonl", "--rejects", "r.csv", "--resume").returncode == 1
    assert len(Path("x.jsonl").read_text("utf-8").splitlines()) == 1
    assert "cut.txt" in Path("r.csv").read_text("utf-8")


# --- outputs that are no regular file


@pytest.mark.parametrize("option", [("--csv-rows", "poll"), ("--csv-formulas",)])
def test_options_of_csv_are_refused_where_nothing_is_csv(option: tuple[str, ...], crawl: Path) -> None:
    wrong = "--csv-rows and --csv-formulas are for CSV; the output is jsonl"
    assert refusal(crawl, "-o", "x.jsonl", *option) == f"polldecode: {wrong}"
    assert command(crawl, "-o", "x.jsonl", "--rejects", "rejects.csv", *option).returncode == 1


def test_a_folder_as_output_is_refused(crawl: Path) -> None:
    Path("folder.csv").mkdir()
    assert refusal(crawl, "-o", "folder.csv") == "polldecode: folder.csv is a folder; name a file in it"
    assert "is a folder" in refusal(crawl, "-o", "none/")
    assert "is a folder" in refusal(crawl, "-o", "x.csv", "--rejects", ".")


@unix
@pytest.mark.parametrize("arguments", [[], ["--unique"]])
def test_the_target_of_a_link_is_replaced_and_the_link_stays(arguments: list[str], crawl: Path) -> None:
    Path("data").mkdir()
    Path("link.jsonl").symlink_to("data/x.jsonl")
    for _ in range(2):  # a dangling link, too
        assert command(crawl, "-o", "link.jsonl", *arguments).returncode == 1
        assert Path("link.jsonl").is_symlink()
        assert len(Path("data/x.jsonl").read_text("utf-8").splitlines()) == 2
        Path("data/x.jsonl").write_text("before")
    assert [path.name for path in Path("data").iterdir()] == ["x.jsonl"]


@unix
@pytest.mark.parametrize("format", ["jsonl", "csv", "sqlite", "parquet", "markdown"])
def test_a_named_pipe_is_written_into(format: str, crawl: Path) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()), daemon=True)
    reader.start()
    done = command(crawl, "-o", "pipe", "--format", format)
    reader.join(10)
    assert done.returncode == 1, done.stderr
    assert Path("pipe").is_fifo()
    assert b"good.txt" in read[0] or format in ("sqlite", "parquet", "markdown")
    assert len(read[0]) > 300
    assert "cannot be resumed" in refusal(crawl, "-o", "pipe", "--format", format, "--resume")


@unix
def test_a_device_is_written_into(crawl: Path) -> None:
    done = command(crawl, "-o", "/dev/null", "--format", "csv", "--rejects", "r.csv")
    assert done.returncode == 1, done.stderr
    assert Path("/dev/null").is_char_device()
    assert Path("r.csv").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="it has no such device")
@pytest.mark.parametrize("format", ["jsonl", "csv", "sqlite"])
def test_a_full_disk_is_said_with_status_1(format: str, crawl: Path) -> None:
    done = command(crawl / "good.txt", "-o", "/dev/full", "--format", format)
    assert (done.returncode, done.stderr) == (1, "polldecode: /dev/full: No space left on device\n")


# --- an output that is an input, and what cannot be asked for


def test_an_input_is_not_replaced_as_an_output(crawl: Path) -> None:
    page = crawl / "good.txt"
    for more in (["-o", page, "--format", "jsonl"], ["-o", "x.jsonl", "--rejects", page, "--format", "csv"]):
        assert refusal(page, *more) == f"polldecode: {page} is an input, and would be replaced as an output"
    assert page.read_text("utf-8") == GOOD


@pytest.mark.parametrize("named", ["../crawl", "../crawl/", "../craw?", "../cra*"])
@pytest.mark.parametrize("content", ['{"url": "https://example.org", "html": "a page"}\n', PARAMS + "\n"])
def test_what_stands_in_a_folder_is_not_replaced_unless_a_scan_has_written_it(
    named: str, content: str, crawl: Path
) -> None:
    data = crawl / "data.jsonl"
    data.write_text(content, "utf-8")
    for more in (["-o", data], ["-o", "x.jsonl", "--rejects", data]):
        assert "no scan has written it, and it would be replaced as an output" in refusal(named, *more)
    assert data.read_text("utf-8") == content


@pytest.mark.parametrize("suffix", [suffix for suffixes in FORMATS.values() for suffix in suffixes])
@pytest.mark.parametrize("content", [GOOD, "no poll"])
def test_what_a_scan_has_written_into_a_folder_it_replaces(suffix: str, content: str, crawl: Path) -> None:
    pytest.importorskip("pyarrow")
    for path in crawl.iterdir():
        path.unlink()
    (crawl / "page.txt").write_text(content, "utf-8")
    output = crawl / f"polls{suffix}"
    for _ in range(2):
        done = command(crawl, "-o", output, "-q")
        assert (done.returncode, done.stderr) == (0, "")


def test_an_input_that_a_glob_matches_is_not_replaced(crawl: Path) -> None:
    page = crawl / "good.txt"
    said = refusal("../craw?/*.txt", "-o", page, "--format", "jsonl")
    assert said == "polldecode: ../crawl/good.txt is an input, and would be replaced as an output"
    assert page.read_text("utf-8") == GOOD


@pytest.mark.parametrize("name", ["polls.jsonl", "polls.csv"])
def test_a_mistyped_input_leaves_an_output_as_it_was(name: str, crawl: Path) -> None:
    assert command(crawl / "good.txt", "-o", name, "-q").returncode == 0
    written = Path(name).read_bytes()
    done = command("no-such-folder", "-o", name, "-q")
    assert done.returncode == 1
    assert f"polldecode: {name}: left as it is, as no input could be read\n" in done.stderr
    assert Path(name).read_bytes() == written
    assert not Path(f"{name}.partial").exists()


def test_an_output_is_no_url(crawl: Path) -> None:
    assert "s3://bucket/polls.jsonl is a URL; an output is a file" in refusal(
        crawl, "-o", "s3://bucket/polls.jsonl"
    )


def test_stdin_is_not_resumed(crawl: Path) -> None:
    assert "stdin cannot be resumed" in refusal(crawl, "-", "-o", "x.jsonl", "--resume")


def test_a_single_path_and_an_unknown_row_are_errors_of_the_caller(crawl: Path) -> None:
    with pytest.raises(TypeError, match="paths are several"):
        scan(str(crawl), Settings(output="x.jsonl"))
    with pytest.raises(ValueError, match="one of answer, poll, not 'polls'"):
        scan([str(crawl)], Settings(output="x.csv", layout=Layout(rows="polls")))
    assert list(Path().iterdir()) == []


def test_the_name_of_a_charset_stays_in_the_reason_of_a_damage(crawl: Path) -> None:
    (crawl / "bad.txt").write_text(f'[expert_review_poll id="1" params="{BROKEN}"]')
    done = command(crawl / "bad.txt", "--stats", "json")
    assert json.loads(done.stderr)["damaged"] == {"percent: the escapes are no UTF-8": 1}


@unix
@pytest.mark.parametrize("name", ["x.csv", "x.sqlite", "x.html"])
def test_a_scan_that_is_killed_while_it_writes_leaves_only_what_it_can_resume(name: str, crawl: Path) -> None:
    killed = "import os, polldecode.sinks as sinks; sinks.write_stream = lambda *_: os._exit(9)\n"
    run = f"{killed}from polldecode.cli.app import app; app()"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", run, "scan", str(crawl), "-o", name, "--resume"], check=False)
        assert [path.name for path in Path().iterdir()] == [f"{name}.partial"]
    assert command(crawl, "-o", name, "--resume").returncode == 1
    assert [path.name for path in Path().iterdir()] == [name]


# --- two scans at a time


def test_a_second_scan_of_the_same_process_is_refused_too(crawl: Path) -> None:
    def meanwhile(_path: str, _reason: str) -> None:
        with pytest.raises(ValueError, match="another scan is writing this output"):
            scan([str(crawl)], Settings(output="x.jsonl"))
        refused.append(True)

    refused: list[bool] = []
    scan([str(crawl), "missing"], Settings(output="x.jsonl"), problem=meanwhile)
    assert refused == [True]
    assert scan([str(crawl)], Settings(output="x.jsonl")).polls == 2


@unix
@pytest.mark.parametrize("ending", ["by itself", "killed"])
def test_a_second_scan_into_the_same_output_is_refused_while_the_first_runs(ending: str, crawl: Path) -> None:
    first = subprocess.Popen([*SCAN, "-", "-o", "x.jsonl", "-q"], stdin=subprocess.PIPE)
    assert first.stdin is not None
    try:
        wait_for(Path("x.jsonl.partial/records"))
        for more in ([], ["--resume"]):
            assert "another scan is writing this output" in refusal(crawl, "-o", "x.jsonl", *more)
        if ending == "killed":
            first.send_signal(signal.SIGKILL)
            first.wait(10)
            assert command(crawl, "-o", "x.jsonl", "--resume").returncode == 1
            assert len(Path("x.jsonl").read_text("utf-8").splitlines()) == 2
        else:
            first.communicate(GOOD.encode(), timeout=30)
            assert len(Path("x.jsonl").read_text("utf-8").splitlines()) == 1
            assert command(crawl, "-o", "x.jsonl").returncode == 1
        assert [path.name for path in Path().iterdir()] == ["x.jsonl"]
    finally:
        first.kill()
        first.communicate()


def wait_for(path: Path) -> None:
    until = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)


# --- what is not installed


@pytest.mark.parametrize("name", ["output", "rejects"])
def test_a_table_without_pyarrow_is_refused_before_anything_is_read(
    name: str, crawl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotInstalled, match=r"writing .* pip install 'polldecode\[parquet\]'"):
        scan([str(crawl)], Settings(**{name: "x.parquet"}))
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("url", "module", "install"),
    [
        ("https://127.0.0.1:1/x", "aiohttp", "fsspec[http]"),
        ("http://127.0.0.1:1/x", "aiohttp", "fsspec[http]"),
        ("s3://bucket/x", "s3fs", "fsspec[s3]"),
    ],
)
def test_a_url_whose_backend_is_missing_says_what_to_install(
    url: str, module: str, install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setitem(sys.modules, module, None)
    summary = scan([url], Settings(output=os.devnull, format="jsonl", jobs=1))
    ((_, reason),) = summary.problems
    assert f'pip install "{install}"' in reason


# --- the summary


def test_what_is_not_there_is_no_file_that_was_read(crawl: Path) -> None:
    done = command(crawl, "missing.txt", "-o", "x.jsonl", "--stats", "json")
    stats = json.loads(done.stderr)
    assert (stats["files"], stats["unreadable"], stats["problem_count"]) == (2, 1, 1)


def test_unreadable_counts_files_and_problem_count_their_problems(crawl: Path) -> None:
    (crawl / "a.jsonl").write_text('{"text": [expert_review_poll\n{"text": [expert_review_poll\n')
    (crawl / "b.txt.gz").write_bytes(b"\x1f\x8b\x08\x00torn")
    done = command(crawl, "-o", "x.jsonl", "--stats", "json")
    stats = json.loads(done.stderr)
    assert stats["problem_count"] == len(stats["problems"]) == 3
    assert stats["unreadable"] == 2
    assert command(crawl, "-o", "x.jsonl").stderr.endswith("  3 problems reading 2 inputs\n")


def test_the_rate_is_in_the_unit_that_fits(crawl: Path) -> None:
    done = command(crawl / "good.txt", "-o", "x.jsonl")
    rate = done.stderr.rpartition("(")[2]
    assert rate.split()[1] in ("kB/s)", "MB/s)")
    assert not rate.startswith("0.0")


def test_a_scan_of_the_folder_it_writes_to_does_not_read_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(GOOD, "utf-8")
    for jobs in (1, 2):
        settings = Settings(
            output=str(tmp_path / "polls.jsonl"), rejects=str(tmp_path / "bad.jsonl"), jobs=jobs
        )
        summary = scan([str(tmp_path)], settings)
        assert (summary.files, summary.polls) == (1, 1)
