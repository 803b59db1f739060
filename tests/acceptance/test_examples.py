"""Every example of the README and the docs is run: ```console by a shell, ```pycon by doctest."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from polldecode import Answer, Poll
from polldecode.cli.app import COMMANDS, app
from polldecode.shortcodes import format_shortcode

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ", re.MULTILINE)


def examples() -> list[object]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            found.append(pytest.param(block[1], block[2], id=f"{page.name}:{line}"))
    return found


def shell(command: str, folder: Path) -> str:
    """What the command prints on both streams. ``polldecode`` is the one installed beside this Python."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place where the examples can leave files, with the fixtures in it."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    return tmp_path


@pytest.mark.parametrize(("kind", "block"), examples())
def test_an_example_prints_what_the_page_says(kind, block, folder, monkeypatch):
    if kind == "pycon":
        monkeypatch.chdir(folder)
        test = doctest.DocTestParser().get_doctest(block, {}, "example", None, 0)
        report: list[str] = []
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
        assert not report, "".join(report)
        return
    for example in COMMAND.split(block)[1:]:
        command, _, expected = example.partition("\n")
        assert shell(command, folder) == expected, command


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_can_be_copied_and_does_what_it_shows(command, tmp_path, monkeypatch):
    if command == "scan":
        pytest.importorskip("pyarrow")
    for path in ("post.html", "articles/a.txt", "content/a.txt", "crawl/a.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(format_shortcode(Poll(7, "Tea?", (Answer("1", "Yes"),))))
    monkeypatch.setenv("COLUMNS", "80")
    help_text = CliRunner().invoke(app, [command, "--help"]).stdout
    example = re.search(r"Example: (.*?)\n\s*\n", help_text, re.DOTALL)
    printed = shell(f"{example[1]}\necho status $?", tmp_path)  # with its line breaks, as a mouse takes it
    assert printed.endswith("status 0\n"), printed
    if command == "decode":
        assert '"id":7,"question":"Tea?"' in printed


def test_the_readme_has_examples_of_both_kinds():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {match[1] for match in BLOCK.finditer(readme)} == {"console", "pycon"}


@pytest.mark.parametrize(
    "command", ["pip install -e . && polldecode show fixtures/articles", 'pip install -e ".[dev]" && pytest']
)
def test_the_readme_has_the_setup_commands_each_on_a_line_of_its_own(command):
    assert command in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_picture_in_the_readme_is_what_show_draws_today(folder):
    shell("polldecode show fixtures/articles --svg show.svg", folder)
    assert words_of(folder / "show.svg") == words_of(ROOT / "docs" / "show.svg")


def words_of(picture: Path) -> list[str]:
    """What can be read in an SVG. How it is cut into elements is the matter of Rich's version."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", "", picture.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(text).split()


def test_links_in_the_pages_lead_to_files():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
