"""A scan as a whole: order, processes, resuming, duplicates, damage, the command itself."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from crawl import FORMATS, as_jsonl, as_text, pages

from polldecode import batches, encode_payload, units, workers
from polldecode.extract import extract
from polldecode.samples import article, planted
from polldecode.scan import Settings, scan
from polldecode.sources import expand, inputs
from polldecode.spool import NotResumableError, Spool

FLAGS = ("multiple", "show_title", "show_count", "show_results_button")
CONTENT = ("question", "answers", "style", "color", *FLAGS)
SCAN = [sys.executable, "-m", "polldecode", "scan"]


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCAN, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )


def large_text(path: Path, polls: int, seed: int = 1) -> None:
    rng = random.Random(seed)
    path.write_text("\n\n".join(article(rng, "fr", [planted(rng, "fr")]) for _ in range(polls)), "utf-8")


@pytest.fixture
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many units out of little."""
    monkeypatch.setattr(units, "RANGE", 150_000)
    monkeypatch.setattr(units, "GROUP", 40_000)


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    folder = tmp_path / "crawl"
    (folder / "deep").mkdir(parents=True)
    large_text(folder / "a.txt", 400)
    (folder / "b.jsonl").write_bytes((as_jsonl() + b"\n") * 20)
    (folder / "deep" / "c.html").write_bytes(FORMATS["html"]())
    for n in range(30):
        (folder / "deep" / f"d{n:02}.txt").write_bytes(as_text())
    return folder


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_change_nothing_of_the_output(
    method: str, crawl: Path, tmp_path: Path, small_units: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "start_method", lambda: method)
    scan([str(crawl)], Settings(output=str(tmp_path / "one.jsonl"), jobs=1))
    scan([str(crawl)], Settings(output=str(tmp_path / "many.jsonl"), jobs=3))
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "many.jsonl").read_bytes()
    units.RANGE = 1 << 23
    summary = scan([str(crawl)], Settings(output=str(tmp_path / "whole.jsonl"), jobs=1))
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    places = [
        (record["place"]["path"], record["place"]["record"] or 0)
        for record in lines_of(tmp_path / "one.jsonl")
    ]
    assert places == sorted(places)
    assert summary.polls == len(places)
    assert summary.files == 33


def test_lines_and_records_of_ranges_are_those_of_the_file(
    crawl: Path, tmp_path: Path, small_units: None
) -> None:
    scan([str(crawl / "a.txt"), str(crawl / "b.jsonl")], Settings(output=str(tmp_path / "o.jsonl"), jobs=2))
    text = (crawl / "a.txt").read_text("utf-8").split("\n")
    rows = (crawl / "b.jsonl").read_text("utf-8").split("\n")
    for record in lines_of(tmp_path / "o.jsonl"):
        place = record["place"]
        if place["path"].endswith("a.txt"):
            assert text[place["line"] - 1][place["column"] - 1 :].startswith(
                f'[expert_review_poll id="{record["id"]}"'
            )
        else:
            assert f'[expert_review_poll id=\\"{record["id"]}\\"' in rows[place["record"] - 1]


def test_a_process_that_dies_costs_its_unit_alone(
    crawl: Path, tmp_path: Path, small_units: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = workers.batches

    def fragile(unit: units.Unit, *options: Any, **settings: Any) -> Any:
        if unit.start == 150_000 and unit.inputs[0].path.endswith(("a.txt", "b.jsonl")):
            os._exit(9)
        return real(unit, *options, **settings)

    monkeypatch.setattr(workers, "batches", fragile)
    monkeypatch.setattr(workers, "start_method", lambda: "fork")
    whole = scan([str(crawl)], Settings(output=str(tmp_path / "o.jsonl"), jobs=1))
    hurt = scan([str(crawl)], Settings(output=str(tmp_path / "p.jsonl"), jobs=2))
    assert hurt.unreadable == 2
    assert "exit code 9" in hurt.problems[0][1]
    before, after = ((tmp_path / name).read_bytes().splitlines() for name in ("o.jsonl", "p.jsonl"))
    assert set(after) < set(before)  # with the same numbers of lines
    assert whole.polls - hurt.polls == len(set(before) - set(after)) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_process_that_dies_in_a_group_of_files_costs_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "crawl"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(planted(random.Random(number)).shortcode, "utf-8")
    real = batches.search

    def fragile(source: Any, **settings: Any) -> Any:
        if source.path.endswith(("07.txt", "08.txt", "39.txt")):
            os._exit(9)
        return real(source, **settings)

    monkeypatch.setattr(batches, "search", fragile)
    monkeypatch.setattr(units, "GROUP_FILES", 20)
    monkeypatch.setattr(workers, "start_method", lambda: "fork")
    summary = scan([str(folder)], Settings(output=str(tmp_path / "o.jsonl"), jobs=2))
    found = [Path(record["place"]["path"]).name for record in lines_of(tmp_path / "o.jsonl")]
    assert found == [f"{number:02}.txt" for number in range(40) if number not in (7, 8, 39)]
    assert (summary.unreadable, summary.files, summary.polls) == (3, 40, 37)


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="a system that cannot be asked")
@pytest.mark.parametrize("name", ["new.jsonl", "old.jsonl", "old.csv"])
def test_only_records_that_take_the_place_of_a_file_are_sent_to_the_disk_early(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.txt"
    page.write_text("\n".join(planted(random.Random(number)).shortcode for number in range(3_000)), "utf-8")
    (tmp_path / "old.jsonl").write_text("")
    (tmp_path / "old.csv").write_text("")
    asked = []
    monkeypatch.setattr(os, "posix_fadvise", lambda *told: asked.append(told))
    scan([str(page)], Settings(output=str(tmp_path / name), jobs=1))
    assert bool(asked) == (name == "old.jsonl")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_and_no_file_outlives_a_scan_that_is_killed(number: int, tmp_path: Path) -> None:
    for name in ("a.txt.gz", "b.txt.gz"):  # each takes some seconds
        (tmp_path / name).write_bytes(gzip.compress(b"Ein langer Text. " * 600_000, 1) * 300)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [*SCAN, str(tmp_path / "a.txt.gz"), str(tmp_path / "b.txt.gz"), "--format", "csv", "-j", "2", "-q"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until = time.monotonic() + 20
    while len(started := children.read_text().split()) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(number)
    status = process.wait(10)
    while any(is_running(child) for child in started):
        assert time.monotonic() < until
        time.sleep(0.05)
    if number == signal.SIGTERM:
        assert status == 128 + number
        assert list(temporary.iterdir()) == []


def is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_processes_that_do_not_start_are_an_error_and_no_input_is_blamed(tmp_path: Path) -> None:
    script = tmp_path / "careless.py"  # calls scan() again in each process that is spawned
    script.write_text(
        "from polldecode import units, workers\n"
        "from polldecode.scan import Settings, scan\n"
        "units.GROUP, workers.start_method = 10, lambda: 'spawn'\n"
        f"scan([{str(tmp_path)!r}], Settings(output='o.jsonl', jobs=2))\n"
    )
    (tmp_path / "page.txt").write_text(planted(random.Random(1)).shortcode)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert "NotStartedError: the processes of a scan do not start" in done.stderr
    assert not (tmp_path / "o.jsonl").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_process_that_is_told_to_end_while_it_starts_says_nothing(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(planted(random.Random(number)).shortcode, "utf-8")
    script = (
        "import os, signal, sys\n"
        "from polldecode import units\n"
        "from polldecode.cli import main\n"
        "os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "units.GROUP = 1\n"
        "main()\n"
    )
    arguments = ["scan", str(tmp_path), "-q", "-j", "2"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 3


def test_what_waits_for_a_slow_reader_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    path = tmp_path / "dense.txt"
    path.write_text("\n".join(planted(rng).shortcode for _ in range(15_000)), "utf-8")
    monkeypatch.setattr(workers, "HELD", 1 << 16)
    monkeypatch.setattr(units, "RANGE", 400_000)
    searching = workers.Workers(2, "fork", batches.Wanted())
    most = polls = 0
    try:
        for _, batch in searching.run(units.plan(expand([str(path)]))):
            time.sleep(0.01)
            most = max(most, sum(task.held for task in searching.waiting))
            polls += len(batch.records.numbers) if batch else 0
    finally:
        searching.stop()
    assert polls == 15_000
    assert most < 2_000_000  # of 13,000,000; without a bound about a third of them would wait


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_process_that_died_while_it_was_idle_is_replaced(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text(planted(random.Random(number)).shortcode, "utf-8")
    searching = workers.Workers(1, "fork", batches.Wanted())
    searching.idle[0].process.kill()
    searching.idle[0].process.join()
    todo = [units.Unit((source,)) for source in expand(map(str, paths))]
    try:
        found = [batch for _, batch in searching.run(iter(todo)) if batch]
    finally:
        searching.stop()
    assert [len(batch.records.numbers) for batch in found] == [1, 1, 1]


@pytest.mark.parametrize("seed", range(6))
def test_a_scan_killed_anywhere_goes_on_without_losing_or_doubling_a_poll(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    folder = tmp_path / "crawl"
    folder.mkdir()
    for n in range(6):
        large_text(folder / f"{n}.txt", 200, seed=n)
    output = tmp_path / "o.jsonl"
    run = (
        "from polldecode import units; units.RANGE, units.GROUP = 60_000, 30_000\n"
        "from polldecode.cli.app import app; app()"
    )
    arguments = [
        sys.executable,
        "-c",
        run,
        "scan",
        str(folder),
        "-o",
        str(output),
        "-q",
        "-j",
        str(rng.choice([1, 2])),
    ]
    kills = 0
    for _ in range(4):
        process = subprocess.Popen([*arguments, "--resume"], stderr=subprocess.PIPE)
        time.sleep(rng.uniform(0.05, 0.6))
        if process.poll() is None:
            process.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
            kills += 1
        process.communicate(timeout=60)
        if output.exists():
            break
    if not output.exists() or (tmp_path / "o.jsonl.partial").exists():  # killed behind the rename
        subprocess.run([*arguments, "--resume"], check=True, timeout=120)
    ids = [(record["place"]["path"], record["place"]["start"]) for record in lines_of(output)]
    expected = [
        (str(path), found.start) for path in sorted(folder.iterdir()) for found in extract(path.read_bytes())
    ]
    assert ids == expected
    assert not (tmp_path / "o.jsonl.partial").exists()


def test_a_scan_killed_behind_the_rename_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(FORMATS["txt"]())
    settings = Settings(output=str(tmp_path / "o.jsonl"), jobs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spool, "remove", lambda _self: None)
        scan([str(tmp_path / "page.txt")], settings)
    assert (tmp_path / "o.jsonl.partial").exists()
    first = (tmp_path / "o.jsonl").read_bytes()
    scan([str(tmp_path / "page.txt")], settings._replace(resume=True))
    assert (tmp_path / "o.jsonl").read_bytes() == first
    assert not (tmp_path / "o.jsonl.partial").exists()


@pytest.mark.parametrize("units_done", [0, 1, 3, 7])
@pytest.mark.parametrize("torn", [b"", b'{"units": 99', b"\0\0\0"])
def test_what_was_written_after_the_last_whole_entry_of_the_journal_is_written_again(
    units_done: int,
    torn: bytes,
    crawl: Path,
    tmp_path: Path,
    small_units: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from polldecode import spool

    whole = tmp_path / "whole.jsonl"
    expected = scan([str(crawl)], Settings(output=str(whole), jobs=1))
    output = tmp_path / "o.jsonl"
    commit, count = spool.Spool.commit, iter(range(1000))

    def stop(self: spool.Spool, *arguments: Any) -> None:
        if next(count) == units_done:
            raise KeyboardInterrupt
        commit(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(spool.Spool, "commit", stop)
        with pytest.raises(KeyboardInterrupt):
            scan([str(crawl)], Settings(output=str(output), jobs=1))
    with open(f"{output}.partial/journal", "ab") as journal:
        journal.write(torn)
    assert not output.exists()
    summary = scan([str(crawl)], Settings(output=str(output), jobs=2, resume=True))
    assert output.read_bytes() == whole.read_bytes()
    assert (summary.polls, summary.distinct, summary.files) == (
        expected.polls,
        expected.distinct,
        expected.files,
    )


@pytest.mark.parametrize("counted", [(False, True), (True, False, True), (False, False), (False, True, True)])
@pytest.mark.parametrize("more", [{}, {"unique": True}])
def test_a_scan_that_counts_goes_on_with_one_that_did_not(
    counted: tuple[bool, ...], more: dict[str, Any], crawl: Path, tmp_path: Path, small_units: None
) -> None:
    whole = tmp_path / "whole.jsonl"
    rejects = str(tmp_path / "rejects.jsonl")
    (crawl / "e.txt").write_text(planted(random.Random(5)).shortcode[:400] * 3)
    expected = scan([str(crawl)], Settings(output=str(whole), rejects=rejects, **more))
    output = tmp_path / "o.jsonl"
    settings = Settings(output=str(output), rejects=rejects, jobs=1, resume=True)
    for distinct in counted[:-1]:
        with pytest.raises(KeyboardInterrupt):
            scan([str(crawl)], settings._replace(distinct=distinct), progress=progress_after(12))
    summary = scan([str(crawl)], settings._replace(distinct=counted[-1], **more))
    assert output.read_bytes() == whole.read_bytes()
    assert summary.polls == expected.polls
    assert summary.distinct == (expected.distinct if counted[-1] or more else None)


def test_a_scan_goes_on_with_more_inputs_behind_those_that_it_had(
    crawl: Path, tmp_path: Path, small_units: None
) -> None:
    inputs = [str(crawl / name) for name in ("y.txt", "z.txt")]
    for path in inputs:
        large_text(Path(path), 1_200)
    made = list(units.plan(expand(inputs[:1])))
    assert made[-1].size < units.RANGE / 2, "short ones at the end"
    whole, output = tmp_path / "whole.jsonl", tmp_path / "o.jsonl"
    scan(inputs, Settings(output=str(whole)))
    with pytest.raises(KeyboardInterrupt):
        # One call for the batch of a unit, and one for the unit.
        scan(inputs[:1], Settings(output=str(output), jobs=1), progress=progress_after(2 * len(made) - 2))
    scan(inputs, Settings(output=str(output), resume=True))
    assert output.read_bytes() == whole.read_bytes()


def test_what_could_not_be_read_is_the_same_as_nothing_else(tmp_path: Path, small_units: None) -> None:
    lost = json.dumps({"text": 'x [expert_review_poll id="7" params="JTdC"] y', "rest": "." * 2_000})
    (tmp_path / "a.jsonl").write_text(f"{lost}\n" * 200)
    summary = scan([str(tmp_path / "a.jsonl")], Settings(output=str(tmp_path / "o.jsonl"), unique=True))
    assert [record["place"]["record"] for record in lines_of(tmp_path / "o.jsonl")] == list(range(1, 201))
    assert summary.distinct == 200


def test_a_scan_of_other_inputs_is_not_resumed(crawl: Path, tmp_path: Path, small_units: None) -> None:
    output = tmp_path / "o.jsonl"

    with pytest.raises(KeyboardInterrupt):
        scan([str(crawl)], Settings(output=str(output), jobs=1), progress=progress_after(12))
    large_text(crawl / "a.txt", 399)
    with pytest.raises(NotResumableError):
        scan([str(crawl)], Settings(output=str(output), jobs=1, resume=True))
    assert command(crawl, "-o", output, "--resume").returncode == 2
    assert command(crawl, "-o", output, "-q").returncode == 0


def progress_after(calls: int) -> Any:
    count = iter(range(calls))

    def progress(_: object) -> None:
        if next(count, None) is None:
            raise KeyboardInterrupt

    return progress


def test_unique_does_not_keep_the_damaged_one_of_a_poll_that_stands_whole_elsewhere(tmp_path: Path) -> None:
    params = {"title": "Tea?", "answers": [{"id": "1", "text": "yes"}], "style": "light-2"}
    payload = encode_payload(params)
    answers, _, _ = base64.b64decode(payload).partition(b"%22style")
    cut = base64.b64encode(answers).decode().rstrip("=")
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, text in (("a", cut), ("b", payload), ("c", payload)):
        (pages / name).write_text(f'[expert_review_poll id="1" params="{text}"]')
    summary = scan([str(pages)], Settings(output=str(tmp_path / "o.jsonl"), unique=True))
    damaged, whole = lines_of(tmp_path / "o.jsonl")
    assert damaged["answers"] == whole["answers"]
    assert [damaged["complete"], whole["complete"]] == [False, True]
    assert [damaged["occurrences"], whole["occurrences"]] == [1, 2]
    assert summary.distinct == 2


def test_unique_keeps_the_first_place_and_counts_the_others(crawl: Path, tmp_path: Path) -> None:
    scan([str(crawl)], Settings(output=str(tmp_path / "all.jsonl"), jobs=1))
    summary = scan([str(crawl)], Settings(output=str(tmp_path / "o.jsonl"), jobs=2, unique=True))

    def content(record: dict[str, Any]) -> str:
        return json.dumps(
            [
                record[key]
                for key in (
                    "question",
                    "answers",
                    "style",
                    "color",
                    "multiple",
                    "show_title",
                    "show_count",
                    "show_results_button",
                )
            ]
        )

    everything = lines_of(tmp_path / "all.jsonl")
    counts = Counter(map(content, everything))
    firsts: dict[str, Any] = {}
    for record in everything:
        firsts.setdefault(content(record), record["place"])
    kept = lines_of(tmp_path / "o.jsonl")
    assert [(content(record), record["place"]) for record in kept] == list(firsts.items())
    assert all(record["occurrences"] == counts[content(record)] for record in kept)
    assert summary.distinct == len(kept)
    assert summary.polls == len(everything)


def test_rejects_take_what_is_damaged_and_leave_the_rest(crawl: Path, tmp_path: Path) -> None:
    (crawl / "e.txt").write_text(planted(random.Random(5)).shortcode[:400])
    summary = scan(
        [str(crawl)], Settings(output=str(tmp_path / "o.jsonl"), rejects=str(tmp_path / "r.csv"), jobs=2)
    )
    assert all(record["error"] is None for record in lines_of(tmp_path / "o.jsonl"))
    assert "e.txt" in (tmp_path / "r.csv").read_text()
    assert sum(summary.damaged.values()) == 1
    assert len(lines_of(tmp_path / "o.jsonl")) == summary.polls - 1


def test_stdin_is_read_and_told_by_its_first_bytes() -> None:
    parquet = ("parquet",) if importlib.util.find_spec("pyarrow") else ()
    for name in ("txt", "jsonl", "json", "xml", "csv", "sql", *parquet):
        data = FORMATS[name]()
        done = subprocess.run(
            [*SCAN, "-", "--stats", "json"], input=data, capture_output=True, timeout=60, check=False
        )
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(records) == len(pages()), name
        assert json.loads(done.stderr)["bytes"] == len(data), name
        assert {record["place"]["path"] for record in records} == {"-"}


def test_folders_leave_out_hidden_and_binary_files_and_links_that_lead_out(tmp_path: Path) -> None:
    code = planted(random.Random(5)).shortcode
    crawl, outside = tmp_path / "crawl", tmp_path / "outside"
    (crawl / "sub").mkdir(parents=True)
    outside.mkdir()
    (crawl / "seen.txt").write_text(code)
    (crawl / ".hidden").write_text(code)
    (crawl / "binary").write_bytes(b"\0\1\2" + code.encode())
    (outside / "x.txt").write_text(code)
    (crawl / "out.txt").symlink_to(outside / "x.txt")
    (crawl / "outdir").symlink_to(outside)
    (crawl / "sub" / "loop").symlink_to(crawl)
    found = [source.path for source in inputs.expand([str(crawl)])]
    assert [Path(path).name for path in found] == ["binary", "seen.txt"]
    done = command(crawl)
    assert [json.loads(line)["place"]["path"] for line in done.stdout.splitlines()] == [
        str(crawl / "seen.txt")
    ]


def test_a_link_that_leads_to_itself_costs_nothing_else(tmp_path: Path) -> None:
    code = planted(random.Random(5)).shortcode
    crawl = tmp_path / "crawl"
    crawl.mkdir()
    (crawl / "a.txt").write_text(code)
    (crawl / "circle").symlink_to(crawl / "circle")
    (crawl / "z.txt").write_text(code)
    done = command(crawl, crawl / "z.txt")
    names = [Path(json.loads(line)["place"]["path"]).name for line in done.stdout.splitlines()]
    assert names == ["a.txt", "z.txt", "z.txt"]
    assert f"{crawl / 'circle'}: Too many levels" in done.stderr
    assert done.returncode == 1


def test_a_file_that_is_linked_to_within_a_folder_is_read_once(tmp_path: Path) -> None:
    crawl = tmp_path / "crawl"
    (crawl / "pages").mkdir(parents=True)
    (crawl / ".blobs").mkdir()
    (crawl / "pages" / "seen.txt").write_text("seen")
    (crawl / "again.txt").symlink_to(crawl / "pages" / "seen.txt")
    (crawl / ".blobs" / "0").write_text("hidden")
    (crawl / "first.txt").symlink_to(crawl / ".blobs" / "0")
    (crawl / "second.txt").symlink_to(crawl / ".blobs" / "0")
    found = [source.path for source in inputs.expand([str(crawl)])]
    assert found == [str(crawl / "first.txt"), str(crawl / "pages" / "seen.txt")]


def test_a_glob_reads_the_folders_that_it_matches_as_a_shell_would_give_them(tmp_path: Path) -> None:
    for name in ("a/x.txt", "a/b/y.txt", "c/z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = [Path(source.path).name for source in inputs.expand([str(tmp_path / "[ac]")])]
    assert found == ["y.txt", "x.txt", "z.txt"]
    found = [Path(source.path).name for source in inputs.expand([str(tmp_path / "**")])]
    assert sorted(found) == ["x.txt", "y.txt", "z.txt"]


def test_globs_and_names_are_read_in_the_order_given(crawl: Path) -> None:
    done = command(crawl / "deep" / "d0*.txt", crawl / "a.txt")
    paths = [json.loads(line)["place"]["path"] for line in done.stdout.splitlines()]
    assert list(dict.fromkeys(paths)) == [
        *(str(crawl / "deep" / f"d0{n}.txt") for n in range(10)),
        str(crawl / "a.txt"),
    ]


def test_urls_are_read_where_fsspec_is_installed(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe({"/crawl/a.jsonl": as_jsonl(), "/crawl/b.txt": as_text()})
    summary = scan(["memory://crawl/"], Settings(output=str(tmp_path / "o.jsonl"), jobs=1))
    assert summary.polls == 2 * len(pages())
    paths = {record["place"]["path"] for record in lines_of(tmp_path / "o.jsonl")}
    assert paths == {"memory:///crawl/a.jsonl", "memory:///crawl/b.txt"}


def test_the_exit_status_and_stderr_say_how_it_went(crawl: Path, tmp_path: Path) -> None:
    fine = command(crawl, "-o", tmp_path / "o.jsonl")
    assert fine.returncode == 0
    assert fine.stdout == ""
    assert "polls" in fine.stderr
    assert command(crawl, "-o", tmp_path / "o.jsonl", "--quiet").stderr == ""
    missing = command(crawl, tmp_path / "missing.txt", "-o", tmp_path / "o.jsonl", "--stats", "json")
    assert missing.returncode == 1
    stats = json.loads(missing.stderr)
    assert stats["unreadable"] == 1
    assert stats["problems"][0]["path"].endswith("missing.txt")
    assert stats["polls"] == len(lines_of(tmp_path / "o.jsonl"))
    assert command(crawl, "-o", tmp_path / "o.xyz").returncode == 2
    assert command(crawl, "--resume").returncode == 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_memory_stays_flat_whatever_the_size(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    large_text(path, 2000)
    content = path.read_bytes()
    with path.open("wb") as file:
        for _ in range(60_000_000 // len(content)):
            file.write(content)
    run = (
        "from polldecode.cli.app import app\n"
        "try: app()\n"
        "finally: print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", run, "scan", str(path), "-o", str(tmp_path / "o.jsonl"), "-q", "-j", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout.split()[1]) < 100_000, "kB"


def test_a_compression_bomb_costs_time_and_not_memory(tmp_path: Path) -> None:
    import gzip

    bomb = tmp_path / "bomb.txt.gz"
    with gzip.open(bomb, "wb") as file:
        for _ in range(300):
            file.write(b" " * 1_000_000)
        file.write(planted(random.Random(5)).shortcode.encode())
    assert 300_000_000 / bomb.stat().st_size > 500
    done = command(
        bomb, "-j", 1, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("left", [0, 200_000, 400_000])
def test_a_text_that_becomes_shorter_while_it_is_read_is_reported_once(
    jobs: int, left: int, tmp_path: Path, small_units: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "AHEAD", 1)
    large_text(tmp_path / "a.txt", 400)
    size = (tmp_path / "a.txt").stat().st_size
    assert size > 600_000
    (tmp_path / "b.txt").write_bytes(as_text())
    problems: list[tuple[str, str]] = []
    scan(
        [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")],
        Settings(output=str(tmp_path / "x.jsonl"), jobs=jobs),
        problem=lambda *problem: problems.append(problem),
        progress=lambda _: os.truncate(tmp_path / "a.txt", left),
    )
    assert problems == [(str(tmp_path / "a.txt"), "it has become shorter since the scan began")]
    paths = Counter(line["place"]["path"] for line in lines_of(tmp_path / "x.jsonl"))
    assert set(paths) == {str(tmp_path / "a.txt"), str(tmp_path / "b.txt")}


def test_a_small_text_that_becomes_shorter_is_reported_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(as_text())
    (planned,) = units.plan(expand([str(tmp_path / "a.txt")]))
    os.truncate(tmp_path / "a.txt", 1000)
    (batch,) = batches.batches(planned)
    assert batch.problems == [(str(tmp_path / "a.txt"), "it has become shorter since the scan began")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="it has no named pipes")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_scan_that_was_told_to_ignore_a_signal_does_and_so_do_its_processes(
    number: signal.Signals, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    started = subprocess.Popen(
        [*SCAN, "-", "pipe", "-o", "x.jsonl", "-q", "-j2"],
        cwd=tmp_path,
        start_new_session=True,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(number, signal.SIG_IGN),
    )
    with open(tmp_path / "pipe", "wb") as pipe:  # as soon as a process has opened it
        os.killpg(started.pid, number)
        pipe.write(as_text())
    assert (started.communicate(as_text(), timeout=60)[1], started.returncode) == (b"", 0)
    assert len(lines_of(tmp_path / "x.jsonl")) == 2 * len(pages())
