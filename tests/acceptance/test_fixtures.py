"""The fixtures: each text beside what has to be found in it. Adding a pair of files adds a test.

``valid/`` holds texts as authors leave them, ``mangled/CLASS/`` what became of them on the way, and
``invalid/STAGE-reason`` what cannot be read, or not wholly. ``NAME.txt`` is read as bytes and as UTF-8;
``NAME.json`` lists what is found: id, params, complete, and the stage of the error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from polldecode import extract
from polldecode.errors import Stage

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXTS = sorted(path for name in ("valid", "mangled", "invalid") for path in (FIXTURES / name).rglob("*.txt"))
CLASSES = {
    "texturized", "extractors", "normalised", "charsets", "containers", "wraps", "lost", "cut", "forms",
}  # fmt: skip


def found_in(text: str | bytes) -> list[dict[str, Any]]:
    return [
        {
            "id": found.attrs.get("id"),
            "params": found.params,
            "complete": found.complete,
            "stage": found.error.stage if found.error else None,
        }
        for found in extract(text)
    ]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(FIXTURES).with_suffix("")))
def test_a_fixture_gives_what_stands_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    raw = path.read_bytes()
    assert json.dumps(found_in(raw)) == json.dumps(expected)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    assert json.dumps(found_in(text)) == json.dumps(expected)


def test_every_class_of_damage_has_a_fixture() -> None:
    assert {path.parent.name for path in TEXTS if path.parent.parent.name == "mangled"} >= CLASSES


def test_every_fixture_has_both_of_its_files() -> None:
    expectations = {
        path for name in ("valid", "mangled", "invalid") for path in (FIXTURES / name).rglob("*.json")
    }
    assert {path.with_suffix(".json") for path in TEXTS} == expectations


def test_invalid_fixtures_are_named_for_the_stage_that_fails() -> None:
    """And where nothing may be found at all: none-reason."""
    paths = [path for path in TEXTS if "invalid" in path.parts]
    assert {path.stem.split("-")[0] for path in paths} <= {"none", *get_args(Stage)}
    for path in paths:
        stage = path.stem.split("-")[0]
        stages = [found["stage"] for found in json.loads(path.with_suffix(".json").read_text("utf-8"))]
        assert stages == ([] if stage == "none" else [stage])
