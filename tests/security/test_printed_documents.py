"""Whatever a document or its name holds, the commands print text and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from polldecode import Answer, Poll, encode_payload
from polldecode.cli.app import app
from polldecode.cli.terminal import UNSAFE_CATEGORIES
from polldecode.shortcodes import format_shortcode

JOINERS = "\u200c\u200d"
evil_texts = st.text(
    st.one_of(
        st.characters(categories=sorted(UNSAFE_CATEGORIES - {"Cs"})),
        st.characters(categories=["L", "Mn", "So", "P"]),
        st.sampled_from("\x1b[]()\x9b\x07\u202e\u2028/=:red\n\r"),
    ),
    max_size=40,
)


def forbidden(printed: str) -> set[str]:
    return {char for char in printed if category(char) in UNSAFE_CATEGORIES} - {"\n", *JOINERS}


@pytest.mark.parametrize(
    "arguments",
    [["show"], ["show", "--json"], ["explain"], ["check"], ["check", "--format", "json"], ["decode"]],
)
@given(question=evil_texts, answer=evil_texts, colour=evil_texts, keep=st.floats(0.3, 1), ident=evil_texts)
@settings(max_examples=25)
def test_no_command_prints_a_control_that_a_poll_holds(arguments, question, answer, colour, keep, ident):
    poll = Poll(1, question, (Answer("1", answer),), color=colour, style=colour, extra={question: answer})
    text = format_shortcode(poll, dialect="js").replace('id="1"', f'id="{ident}"')
    result = CliRunner().invoke(app, arguments, input=text[: int(len(text) * keep)].encode())
    assert result.exit_code in (0, 1)
    assert not forbidden(result.stdout)
    assert not forbidden(result.stderr)


@given(text=evil_texts)
def test_a_picture_holds_no_control_either(text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    page = format_shortcode(Poll(1, text, (Answer("1", text),)), dialect="js").encode()
    targets = [str(folder / "a.svg"), str(folder / "a.html")]
    result = CliRunner().invoke(app, ["show", "--svg", targets[0], "--html", targets[1]], input=page)
    assert result.exit_code == 0
    for target in targets:
        assert not forbidden(Path(target).read_text(encoding="utf-8"))


def test_markup_of_a_document_does_not_become_elements_of_a_picture(tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;script&gt;alert(2)&lt;/script&gt;"
    page = format_shortcode(Poll(1, evil, (Answer("1", evil),), color=evil)).encode()
    targets = [tmp_path / "a.svg", tmp_path / "a.html"]
    CliRunner().invoke(app, ["show", "--svg", str(targets[0]), "--html", str(targets[1])], input=page)
    for target in targets:
        assert not re.search(r"<(?:script|img)", target.read_text(encoding="utf-8"))


def test_lone_surrogates_are_printed_as_escapes():
    text = format_shortcode(Poll(1, "a\ud800b", (Answer("1", "\udfff"),)), dialect="js")
    for arguments in (["show"], ["show", "--json"], ["explain"], ["decode"]):
        result = CliRunner().invoke(app, arguments, input=text.encode())
        assert result.exit_code == 0
        assert r"a\ud800b" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_no_charset_of_the_surroundings_ends_a_command(encoding):
    text = format_shortcode(Poll(1, "日本 é 🌸 \u202e", (Answer("1", "x"),))).encode()
    for arguments in (["show"], ["show", "--json"], ["explain"], ["check"], ["decode"]):
        done = subprocess.run(
            [sys.executable, "-m", "polldecode", *arguments],
            input=text,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
            check=True,
        )
        assert not forbidden(done.stdout.decode(encoding))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
@given(
    name=evil_texts.filter(
        lambda name: "/" not in name and "\0" not in name and 0 < len(os.fsencode(name)) < 200
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_file_names_are_printed_safely_whether_read_or_not(name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("names") / "x"
    folder.mkdir()
    if name not in (".", ".."):
        (folder / name).write_text(
            f'[expert_review_poll id="1"] {format_shortcode(Poll(1, "Tea?"))}', encoding="utf-8"
        )
    for arguments in (["show"], ["show", "--json"], ["check"], ["explain"]):
        for path in (str(folder), str(folder / name), str(folder / "none" / name), name):
            result = CliRunner().invoke(app, [*arguments, path])
            assert result.exit_code in (0, 1, 2)
            assert not forbidden(result.stdout)
            assert not forbidden(result.stderr)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_a_file_name_that_is_no_text_is_printed(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.txt"
    with open(path, "wb") as file:
        file.write(format_shortcode(Poll(1, "Tea?")).encode())
    for arguments in (["show"], ["show", "--json"], ["explain"]):
        result = CliRunner().invoke(app, [*arguments, str(tmp_path)])
        assert result.exit_code == 0
        assert r"\udcff.txt" in result.stdout


def test_the_text_of_an_error_is_printed_safely():
    payload = encode_payload({"title": ["\x1b[31m\u202e"], "answers": "\x1b]0;x\x07"})
    for arguments in (["show"], ["explain"], ["check"], ["decode"]):
        result = CliRunner().invoke(
            app, arguments, input=f'[expert_review_poll id="1" params="{payload}"]'.encode()
        )
        assert result.exit_code == 1
        assert not forbidden(result.stdout)
        assert not forbidden(result.stderr)
