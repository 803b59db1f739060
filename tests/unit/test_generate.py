"""polldecode generate: what it writes reads back and is the same for the same seed."""

from __future__ import annotations

import io
import json
import sys
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from polldecode import extract
from polldecode.cli import listing
from polldecode.cli.generate import generate
from polldecode.corpus import documents, size_of
from polldecode.fixtures import FORMATS, to_record, write
from polldecode.mangle import MANGLINGS, locales
from polldecode.samples import languages, samples

app = typer.Typer()
app.command()(generate)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def found_ids(text: str | bytes) -> list[str | None]:
    return [found.attrs.get("id") for found in extract(text) if found.complete]


def test_a_folder_gets_a_file_for_each_text_and_what_to_expect(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = run(
        "-n", 4, "--seed", 7, "--lang", "fr", "--mangle", "texturize:fr_FR", "--format", "html", "-o", folder
    )
    assert result.exit_code == 0
    rows = [json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()]
    assert [row["path"] for row in rows] == sorted(path.name for path in folder.glob("*.html"))
    for row in rows:
        page = (folder / row["path"]).read_bytes()
        assert found_ids(page) == [poll["id"] for poll in row["expected"]]
        assert row["manglings"] == "texturize:fr_FR"


@pytest.mark.parametrize("form", ["text", "html", "jsonl", "warc", "wxr", "parquet"])
def test_the_same_seed_gives_the_same_file(tmp_path: Path, form: str) -> None:
    for module in {"warc": ["fastwarc"], "parquet": ["pyarrow"]}.get(form, []):
        pytest.importorskip(module)
    written = []
    for name in ("a.file", "b.file"):
        write(samples(5, seed=3), form, str(tmp_path / name))
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert written[0]


def test_each_line_of_jsonl_says_what_a_reader_has_to_find(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    run("-n", 6, "--format", "jsonl", "--mangle", "wrap:76", "--mangle", "cut:ellipsis", "-o", target)
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["recoverable"] for row in rows] == ["full", "partial"] * 3
    for row in rows[::2]:
        assert [found.params for found in extract(row["text"])] == [
            poll["params"] for poll in row["expected"]
        ]


def test_an_export_is_well_formed_and_holds_the_texts() -> None:
    made = list(samples(5, seed=1, languages=["en", "ar"]))
    stream = io.BytesIO()
    FORMATS["wxr"].write(made, stream)
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    items = ET.fromstring(stream.getvalue()).findall("channel/item")
    assert [item.findtext(content) for item in items] == [one.text for one in made]


def test_an_archive_holds_a_response_for_each_text() -> None:
    warc = pytest.importorskip("fastwarc.warc")
    made = list(samples(5, seed=1))
    stream = io.BytesIO()
    FORMATS["warc"].write(made, stream)
    stream.seek(0)
    records = list(warc.ArchiveIterator(stream))
    assert len({record.record_id for record in records}) == 5
    stream.seek(0)
    bodies = [record.reader.read() for record in warc.ArchiveIterator(stream, parse_http=True)]
    assert [found_ids(body) for body in bodies] == [[one.planted[0].id] for one in made]


def test_a_parquet_file_has_a_row_for_each_text() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    made = list(samples(5, seed=1))
    stream = io.BytesIO()
    FORMATS["parquet"].write(made, stream)
    rows = parquet.read_table(io.BytesIO(stream.getvalue())).to_pylist()
    assert [row["text"] for row in rows] == [one.text for one in made]
    assert [json.loads(row["expected"]) for row in rows] == [to_record(one)["expected"] for one in made]


@pytest.mark.parametrize(("form", "module"), [("warc", "fastwarc.warc"), ("parquet", "pyarrow")])
def test_a_missing_library_is_named_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = run("--format", form, "-o", tmp_path / "a.file")
    assert result.exit_code == 1
    assert f"polldecode[{form}]" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_corpus_has_its_size_and_density() -> None:
    made = list(documents(5_000_000, seed=1, density=Fraction(1, 20)))
    written = sum(len(one.text.encode()) for one in made)
    assert 5_000_000 <= written < 5_200_000
    assert sum(len(one.planted) for one in made) == len(made) // 20
    assert all(found_ids(one.text) == [poll.id for poll in one.planted] for one in made)


@pytest.mark.parametrize(
    ("text", "size"),
    [("400MB", 400_000_000), ("1.5 kB", 1500), ("2GiB", 2 * 2**30), ("77", 77), ("1gb", 10**9)],
)
def test_a_size_is_read_with_its_unit(text: str, size: int) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "xx"),
        ("--mangle", "nope"),
        ("--mangle", "wrap:zero"),
        ("--corpus", "much"),
        ("--corpus", "1MB", "--density", "2"),
        ("--corpus", "1MB", "-n", "3"),
        ("-n", "0"),
        ("--density", "1/400"),
        ("-n", "3", "--density", "0.5"),
        ("--mangle", ""),
        ("--mangle", ","),
        ("--corpus", "1MB", "--mangle", " , "),
    ],
)
def test_wrong_usage_is_status_2_and_writes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "-o", tmp_path / "a.txt")
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("spec", ["", ","])
def test_a_spec_without_a_mangling_is_said_to_name_none(spec: str) -> None:
    assert "no mangling is named" in " ".join(run("--mangle", spec).stderr.split())


def test_on_a_terminal_of_80_columns_the_list_has_room_for_what_a_mangling_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listing.print_tables()
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 400
    words = {word for line in lines for word in line.split()}
    assert {*languages(), *locales(), *MANGLINGS} <= words
    assert "values: 49 locales, as fr_FR" in "\n".join(lines)


def test_through_a_pipe_the_list_says_everything() -> None:
    rows = {line.split("\t")[0]: line.split("\t") for line in run("--list").stdout.splitlines()}
    for found in MANGLINGS.values():
        _, values, stage, left, description = rows[found.name]
        assert tuple(values.split()) == (found.parameter.examples if found.parameter else ())
        assert (stage, description) == (found.stage, found.description)
        assert left.startswith(found.recoverable)


def test_the_list_names_every_language_locale_and_mangling() -> None:
    result = run("--list")
    names = {line.split("\t")[0] for line in result.stdout.splitlines()}
    assert names == {*languages(), *locales(), *MANGLINGS}
