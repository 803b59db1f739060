"""What a scan has found so far, beside its output."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polldecode.sources import Input
from polldecode.spool import AT_ONCE, PIECE, Spool
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


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="a system that cannot be asked")
@pytest.mark.parametrize("replaces", [True, False])
def test_what_replaces_a_file_is_sent_to_the_disk_each_part_once_as_it_grows(
    replaces: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _, start, size, __: asked.append((start, start + size)))
    units = [Unit((Input(f"{number}.txt"),)) for number in range(6)]
    lines = os.urandom(AT_ONCE * 3 // 4)
    for stop in (4, 6):
        spool = Spool(str(tmp_path / "partial"), "", resume=True, replaces=replaces)
        for unit in spool.skip_done(units[:stop], Summary()):
            spool.write(lines, b"")
            spool.commit(unit, Summary())
        spool.close()
    assert (tmp_path / "partial" / "records").read_bytes() == lines * 6
    size = len(lines)
    assert asked == ([(0, 2 * size), (2 * size, 4 * size), (4 * size, 6 * size)] if replaces else [])


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_lines_are_written_whole_in_pieces(size: int, tmp_path: Path) -> None:
    spool = Spool(str(tmp_path / "partial"), "")
    lines = os.urandom(size)
    spool.write(lines, b"digest")
    spool.write(lines, b"", rejects=True)
    spool.close()
    assert (tmp_path / "partial" / "records").read_bytes() == lines
    assert (tmp_path / "partial" / "rejects").read_bytes() == lines
    assert (tmp_path / "partial" / "digests").read_bytes() == b"digest"
