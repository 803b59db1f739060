"""polldecode generate -o: the format of a name, whole files or none, and nothing overwritten."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from polldecode import extract
from polldecode.cli.generate import generate
from polldecode.fixtures import write
from polldecode.samples import Sample, samples

app = typer.Typer()
app.command()(generate)


def run(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("output", ["a.jsonl", "folder"])
def test_nothing_is_overwritten(tmp_path: Path, output: str) -> None:
    form = "jsonl" if output.endswith("jsonl") else "text"
    assert run("-n", 2, "--format", form, "-o", tmp_path / output).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = run("-n", 3, "--seed", 9, "--format", form, "-o", tmp_path / output)
    assert again.exit_code == 1
    assert "overwritten" in again.stderr
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


FIRST_BYTES = {
    "a.txt": b"",
    "a.md": b"",
    "a.html": b"<!DOCTYPE html>",
    "A.HTM": b"<!DOCTYPE html>",
    "a.jsonl": b'{"text": ',
    "a.ndjson": b'{"text": ',
    "a.xml": b"<?xml ",
    "a.warc": b"WARC/1.",
    "a.parquet": b"PAR1",
}


@pytest.mark.parametrize("name", FIRST_BYTES)
def test_the_format_is_that_of_the_suffix(tmp_path: Path, name: str) -> None:
    for module in {"a.warc": ["fastwarc"], "a.parquet": ["pyarrow"]}.get(name, []):
        pytest.importorskip(module)
    assert run("-n", 1, "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(FIRST_BYTES[name])
    assert [path.name for path in tmp_path.iterdir()] == [name]
    if name in ("a.txt", "a.md"):
        assert (tmp_path / name).read_text("utf-8") == next(samples(1, seed=0)).text


def test_a_format_that_is_named_is_stronger_than_the_suffix(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    assert run("-n", 2, "--format", "jsonl", "-o", target).exit_code == 0
    assert len([json.loads(line) for line in target.read_text("utf-8").splitlines()]) == 2


def test_a_suffix_of_no_format_is_a_question(tmp_path: Path) -> None:
    result = run("-n", 2, "-o", tmp_path / "a.doc")
    assert result.exit_code == 2
    assert "what format is" in result.stderr
    assert not list(tmp_path.iterdir())
    assert run("-n", 2, "--format", "text", "-o", tmp_path / "a.doc").exit_code == 0


@pytest.mark.parametrize("form", ["text", "jsonl", "wxr"])
def test_a_hyphen_is_stdout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("-n", 3, "--format", form, "-o", "-")
    assert result.exit_code == 0
    assert len(list(extract(result.stdout_bytes))) == 3
    assert result.stdout_bytes == run("-n", 3, "--format", form).stdout_bytes
    assert not result.stderr
    assert not list(tmp_path.iterdir())


def test_pages_are_no_stream_but_one_page_is() -> None:
    result = run("-n", 2, "--format", "html", "-o", "-")
    assert result.exit_code == 2
    assert "give a folder" in " ".join(result.stderr.split())
    assert run("-n", 1, "--format", "html", "-o", "-").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("output", ["a.jsonl", "a.txt", "folder", "there"])
def test_an_interrupted_run_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    (tmp_path / "there").mkdir()

    def interrupted(*_arguments: object, **_settings: object) -> Iterator[Sample]:
        yield from samples(3)
        assert list(tmp_path.rglob("*.partial")), "written elsewhere than under its name"
        raise KeyboardInterrupt

    monkeypatch.setattr("polldecode.samples.samples", interrupted)
    result = run("-o", tmp_path / output)
    assert result.exit_code == 130
    assert "interrupted" in result.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
@pytest.mark.parametrize("output", ["a.jsonl", "folder"])
def test_a_killed_run_leaves_no_output_and_the_next_one_is_not_in_its_way(
    tmp_path: Path, output: str
) -> None:
    command = [sys.executable, "-m", "polldecode", "generate", "-n", "1000000", "-o", output]
    partial = tmp_path / f"{output}.partial"
    with subprocess.Popen(command, cwd=tmp_path) as running:
        while running.poll() is None and not partial.exists():
            time.sleep(0.02)
        running.kill()
    assert [path.name for path in tmp_path.iterdir()] == [partial.name]
    assert run("-n", 2, "-o", tmp_path / output).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == [output]


def test_files_are_added_to_a_folder_that_has_others(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert run("-n", 2, "-o", tmp_path).exit_code == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"notes.txt", "00001.txt", "00002.txt", "expected.jsonl"}


def test_no_file_of_a_folder_is_overwritten_and_none_is_added_then(tmp_path: Path) -> None:
    (tmp_path / "00002.txt").write_text("mine")
    assert run("-n", 2, "-o", tmp_path).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["00002.txt"]
    assert (tmp_path / "00002.txt").read_text() == "mine"


def test_a_folder_called_partial_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "new.partial").mkdir()
    (tmp_path / "new.partial" / "notes.txt").write_text("mine")
    assert run("-n", 2, "-o", tmp_path / "new").exit_code == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["new.partial", "notes.txt"]


def test_a_file_that_came_while_another_was_written_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def late() -> Iterator[Sample]:
        yield from samples(1)
        target.write_text("mine")

    with pytest.raises(FileExistsError):
        write(late(), "text", str(target))
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_of_two_runs_at_once_none_gives_its_name_to_the_half_file_of_the_other(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def overtaken() -> Iterator[Sample]:
        yield from samples(1)
        (tmp_path / "a.txt.partial").unlink()
        (tmp_path / "a.txt.partial").write_text("half")

    with pytest.raises(FileExistsError):
        write(overtaken(), "text", str(target))
    assert not target.exists()
