"""What a scan has found so far, beside its output."""

from __future__ import annotations

from pathlib import Path

from polldecode.sources import Input
from polldecode.spool import Spool
from polldecode.summary import Summary
from polldecode.units import Unit


def test_problems_are_journalled_once_and_all_there_when_a_scan_goes_on(tmp_path: Path) -> None:
    folder = str(tmp_path / "o.jsonl.partial")
    units = [Unit((Input(f"{number}.txt"),)) for number in range(6)]
    expected = [(f"{number}.txt", f"reason {number}") for number in range(6)]
    for stop in (2, 4, 6):  # killed behind each
        spool = Spool(folder, "", resume=True)
        summary = Summary()
        todo = spool.skip_done(units, summary)
        assert summary.problems == expected[: stop - 2]
        for unit in todo:
            path = unit.inputs[0].path
            summary.note_problem(path, f"reason {path[0]}")
            spool.commit(unit, summary)
            if path == f"{stop - 1}.txt":
                break
        spool.close()
    assert summary.problems == expected
    journal = (tmp_path / "o.jsonl.partial" / "journal").read_text()
    assert [journal.count(reason) for _, reason in expected] == [1] * 6
