"""A scan where something is scarce: room on the disk, files, processes, memory, a library that loads."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polldecode import workers
from polldecode.cli.app import app
from polldecode.samples import article, planted
from polldecode.scan import Settings, scan
from polldecode.sinks import sqlite

resource = pytest.importorskip("resource", reason="limits are those of Unix")

SCAN = [sys.executable, "-m", "polldecode", "scan"]
GOES_ON = "; --resume goes on from here\n"


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """300 polls in 300 files, and beside them the place to write to."""
    rng = random.Random(3)
    (tmp_path / "crawl").mkdir()
    for n in range(300):
        (tmp_path / "crawl" / f"{n:03}.txt").write_text(article(rng, "fr", [planted(rng, "fr")]), "utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "crawl"


def limited(kind: int, limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (limit, limit))


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCAN, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )


@pytest.mark.parametrize(
    ("name", "room", "where"),
    [
        ("x.jsonl", 50_000, "x.jsonl.partial: "),
        ("x.csv", 50_000, "x.csv.partial: "),
        ("x.csv", 300_000, "x.csv.partial/output: "),
        ("x.sqlite", 50_000, "x.sqlite.partial: "),
    ],
)
def test_a_full_disk_is_said_with_its_place_and_the_scan_goes_on_when_there_is_room(
    name: str, room: int, where: str, crawl: Path
) -> None:
    full = command(crawl, "-o", name, "-q", preexec_fn=limited(resource.RLIMIT_FSIZE, room))
    assert full.returncode == 1
    assert full.stderr.startswith(f"polldecode: {where}")
    assert full.stderr.endswith(GOES_ON)
    assert full.stderr.count("\n") == 1
    assert not Path(name).exists()
    assert command(crawl, "-o", name, "-q", "--resume").returncode == 0
    assert command(crawl, "-o", f"whole-{name}", "-q").returncode == 0
    assert Path(name).read_bytes() == Path(f"whole-{name}").read_bytes()


def test_a_database_for_which_there_is_no_room_is_said_with_its_place(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    text = "".join(article(rng, "fr", [planted(rng, "fr")]) for rng in map(random.Random, range(300)))
    (tmp_path / "crawl.txt").write_text(text, "utf-8")
    scan([str(tmp_path / "crawl.txt")], Settings(output=str(lines), jobs=1))
    script = (
        "import sys; from polldecode.sinks import Layout, write_file\n"
        "lines = (line.rstrip(b'\\n') for line in open(sys.argv[1], 'rb'))\n"
        "try: write_file('sqlite', lines, 'x.db', Layout(), 'x.db.partial')\n"
        "except OSError as error: print(error.filename)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, lines],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        preexec_fn=limited(resource.RLIMIT_FSIZE, 50_000),
        check=True,
    )
    assert done.stdout == "x.db.partial\n"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("x.db")]


def test_a_database_in_a_file_needs_no_folder_for_temporary_files(
    crawl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("piped.db", "wb") as piped:
        assert subprocess.run([*SCAN, crawl, "-q", "--format", "sqlite"], stdout=piped, check=True)

    def refuse(**_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(sqlite, "TemporaryDirectory", refuse)
    Path("a b?c=%20#d").mkdir()
    for name in ("x.db", "a b?c=%20#d/?x#.db", os.fsdecode(b"\xff.db")):
        scan([str(crawl)], Settings(output=name, jobs=1))
        assert Path(name).read_bytes() == Path("piped.db").read_bytes()


def test_a_database_goes_to_whatever_can_be_written_to(crawl: Path) -> None:
    class Writer:
        """Not more than it must be."""

        name = "x.db"  # of a file that is another

        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes) -> int:
            self.data += data
            return len(data)

        def flush(self) -> None:
            pass

    scan([str(crawl)], Settings(output="x.db", jobs=1))
    there = Path("x.db").read_bytes()
    writer = Writer()
    scan([str(crawl)], Settings(format="sqlite", jobs=1), stdout=writer)  # type: ignore[arg-type]
    assert writer.data == there == Path("x.db").read_bytes()


def test_processes_that_the_system_does_not_allow_are_said_and_not_blamed_on_the_output(crawl: Path) -> None:
    (crawl / "large.txt").write_bytes(b"\n" * (1 << 25))
    done = command(crawl, "-o", "x.jsonl", "-j4", preexec_fn=limited(resource.RLIMIT_NOFILE, 16))
    assert done.returncode == 1
    assert done.stderr == f"polldecode: the processes of the scan: Too many open files{GOES_ON}"


def test_of_processes_that_cannot_all_be_started_none_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    context = multiprocessing.get_context("fork")
    started: list[object] = []

    class Scarce(context.Process):  # type: ignore[name-defined,misc]
        def start(self) -> None:
            if len(started) == 2:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            started.append(self)
            super().start()

    monkeypatch.setattr(context, "Process", Scarce)
    ends = set(workers.PARENT_ENDS)
    with pytest.raises(BlockingIOError) as caught:
        workers.Workers(3, "fork", workers.EVERYTHING)
    assert caught.value.filename == "the processes of the scan"
    assert not multiprocessing.active_children()
    assert ends == workers.PARENT_ENDS


def test_a_library_that_cannot_be_loaded_costs_nothing_of_what_was_found(crawl: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "broken" / "pyarrow").mkdir(parents=True)
    (tmp_path / "broken" / "pyarrow" / "__init__.py").write_text("raise ImportError('libarrow.so: gone')")
    for name in ("x.parquet", "x.arrow"):
        broken = command(crawl, "-q", "-o", name, env=os.environ | {"PYTHONPATH": str(tmp_path / "broken")})
        assert broken.returncode == 1
        assert broken.stderr.endswith(f": libarrow.so: gone{GOES_ON}")
        assert broken.stderr.count("\n") == 1
        assert command(crawl, "-q", "-o", name, "--resume").returncode == 0
        assert Path(name).stat().st_size


def test_a_scan_that_runs_out_of_memory_says_so(crawl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scarce(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("polldecode.sinks.csv.write", scarce)
    done = CliRunner().invoke(app, ["scan", str(crawl), "-o", "x.csv", "-j1"])
    assert (done.exit_code, done.stderr) == (1, f"polldecode: out of memory{GOES_ON}")
    assert command(crawl, "-q", "-o", "x.csv", "--resume").returncode == 0


def test_what_came_through_stdin_is_said_to_be_resumed_by_nobody(crawl: Path) -> None:
    text = "".join(path.read_text("utf-8") for path in sorted(crawl.iterdir()))
    done = command("-", "-o", "x.csv", input=text, preexec_fn=limited(resource.RLIMIT_FSIZE, 50_000))
    assert (done.returncode, done.stderr) == (1, "polldecode: x.csv.partial: File too large\n")
