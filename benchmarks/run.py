"""polldecode and its peers side by side: ``python benchmarks/run.py [FOLDER] [--scale 1.0] [--runs 5]``.

Whole processes, start-up included, medians of RUNS, on files that are in the page cache. Each round runs
every command once, so that what else the machine does falls on all of them. Writes the table of the README
to stdout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from corpus import make

HERE = Path(__file__).parent
# pip compiles what it installs: a checkout is not to be compiled again at each start.
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DUCKDB = """
import duckdb, sys
query = "SELECT count(*) FROM read_parquet(?) WHERE contains(text, 'expert_review')"
print(duckdb.execute(query, sys.argv[1:]).fetchall())
"""


class Command(NamedTuple):
    """``arguments`` of a process; ``needs`` what is installed for it."""

    name: str
    arguments: list[str]
    needs: str | None = None


class Goal(NamedTuple):
    """``ours`` takes at most ``factor`` times ``peer``."""

    work: str
    ours: str
    peer: str
    factor: float


GOALS = [
    Goal("dense clean → JSONL", "dense", "dense PHP", 0.9),
    Goal("dense clean → JSONL", "dense", "dense Node", 0.6),
    Goal("dense clean → JSONL", "dense", "dense naive Python", 0.25),
    Goal("dense texturized → JSONL", "dense texturized", "dense", 1.2),
    Goal("sparse → JSONL", "sparse", "sparse ripgrep", 5),
    Goal("sparse → JSONL", "sparse", "sparse naive Python", 0.25),
    Goal("sparse .gz", "sparse gz", "sparse gz ripgrep -z", 0.6),
    Goal("sparse JSONL", "sparse jsonl", "sparse jsonl ripgrep", 6),
    Goal("sparse Parquet", "sparse parquet", "sparse parquet DuckDB", 2),
    Goal("twice the input", "dense twice", "dense", 2.1),
]


def commands(folder: Path, out: Path) -> list[Command]:
    def scan(name: str, *files: str) -> Command:
        paths = [str(folder / file) for file in files]
        return Command(
            name, [sys.executable, "-m", "polldecode", "scan", *paths, "-q", "-o", str(out / "polls.jsonl")]
        )

    def naive(work: str, file: str) -> list[Command]:
        target = [str(folder / file), str(out / "naive.jsonl")]
        return [
            Command(f"{work} PHP", ["php", str(HERE / "naive.php"), *target], "php"),
            Command(f"{work} Node", ["node", str(HERE / "naive.js"), *target], "node"),
            Command(f"{work} naive Python", [sys.executable, str(HERE / "naive.py"), *target]),
        ]

    def ripgrep(name: str, file: str, *options: str) -> Command:
        return Command(name, ["rg", "-c", *options, "expert_review", str(folder / file)], "rg")

    duckdb = [sys.executable, "-c", DUCKDB, str(folder / "sparse.parquet")]
    return [
        scan("dense", "dense.txt"),
        *naive("dense", "dense.txt"),
        scan("dense texturized", "dense-fr.txt"),
        scan("dense twice", "dense.txt", "dense.txt"),
        scan("sparse", "sparse.txt"),
        ripgrep("sparse ripgrep", "sparse.txt"),
        naive("sparse", "sparse.txt")[2],
        scan("sparse gz", "sparse.txt.gz"),
        ripgrep("sparse gz ripgrep -z", "sparse.txt.gz", "-z"),
        scan("sparse jsonl", "sparse.jsonl"),
        ripgrep("sparse jsonl ripgrep", "sparse.jsonl"),
        scan("sparse parquet", "sparse.parquet"),
        Command("sparse parquet DuckDB", duckdb, "duckdb"),
        scan("sparse wet", "sparse.wet"),
    ]


def missing(command: Command) -> bool:
    if command.needs is None:
        return False
    if command.needs == "duckdb":
        return (
            subprocess.run(
                [sys.executable, "-c", "import duckdb"], capture_output=True, check=False
            ).returncode
            != 0
        )
    return shutil.which(command.needs) is None


def seconds(command: Command) -> float:
    begin = time.perf_counter()
    subprocess.run(command.arguments, stdout=subprocess.DEVNULL, check=True, env=INSTALLED)
    return time.perf_counter() - begin


PEAK = """
from polldecode.cli.app import app
try:
    app()
finally:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def peak_memory(path: Path, out: Path) -> float:
    """MB of one process with one job. Read from /proc: what wait4 says begins with the memory of the
    process that forked."""
    target = str(out / "polls.jsonl")
    command = [sys.executable, "-c", PEAK, "scan", str(path), "-q", "-j", "1", "-o", target]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=HERE / "corpus")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.scale)
    out = arguments.folder / "out"
    out.mkdir(exist_ok=True)
    chosen = commands(arguments.folder, out)
    absent = [command.name for command in chosen if missing(command)]
    times: dict[str, list[float]] = {command.name: [] for command in chosen if command.name not in absent}
    for number in range(arguments.runs + 1):
        for command in chosen:
            if command.name in times:
                taken = seconds(command)
                if number:  # the first round fills the page cache
                    times[command.name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(table(medians, absent))
    for name in ("dense.txt", "sparse.txt", "sparse.txt.gz", "sparse.jsonl", "sparse.wet"):
        print(f"| peak memory, {name} | {peak_memory(arguments.folder / name, out):.0f} MB | | | 100 MB |")


def table(medians: dict[str, float], absent: list[str]) -> str:
    rows = ["| work | polldecode | peer | ratio | at most |", "| --- | --- | --- | --- | --- |"]
    for goal in GOALS:
        ours = medians[goal.ours]
        peer = "clean, once" if goal.peer == "dense" else goal.peer.removeprefix(goal.ours).strip()
        if goal.peer in absent:
            rows.append(f"| {goal.work} | {ours:.2f} s | {peer}: not installed | | {goal.factor} |")
            continue
        other = medians[goal.peer]
        rows.append(
            f"| {goal.work} | {ours:.2f} s | {peer} {other:.2f} s | {ours / other:.2f} | {goal.factor} |"
        )
    rows.append(f"| sparse WET | {medians['sparse wet']:.2f} s | | | |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
