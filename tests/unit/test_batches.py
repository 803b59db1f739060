"""The lines that a scan writes are the records that ``to_record`` makes, one object a line."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from crawl import search

from polldecode import encode_payload, sources
from polldecode.batches import TOGETHER, TOGETHER_SIZE, Wanted, batches, together
from polldecode.folding import DIGEST
from polldecode.records import to_record
from polldecode.samples import planted, sample
from polldecode.sources import Input, Reading
from polldecode.sources.found import find_in
from polldecode.sources.streams import Stream
from polldecode.units import Unit


def text_of(seed: int) -> str:
    rng = Random(seed)
    text = "\n".join(sample(seed * 100 + n).text for n in range(10))
    code = planted(rng).shortcode
    escaped = base64.b64encode(quote('{"title":"an escape too many!","answers":[]}').encode()).decode()
    odd = f'[expert_review_poll id="1" params="{escaped}"]'
    damaged = (text, code[:300], code.replace('"', "»"), code[60:], "[expert_review_poll id='7']", "\u2028")
    return "\n".join((*damaged, code, odd, code))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("ranged", [False, True])
def test_a_line_is_the_record_of_its_find(seed: int, ranged: bool, tmp_path: Path) -> None:
    path = tmp_path / "page\u2028.txt"
    path.write_text(text_of(seed), "utf-8")
    source = Input(str(path), path.stat().st_size)
    unit = Unit((source,), 0, source.size if ranged else None)
    lines = b"".join(batch.records.lines(0) for batch in batches(unit)).splitlines(keepends=True)
    expected = [to_record(found.extraction, found.place) for found in search(source)]
    assert [json.loads(line) for line in lines] == [json.loads(json.dumps(record)) for record in expected]
    assert [list(json.loads(line)) for line in lines] == [list(record) for record in expected]
    assert len(b"".join(lines).decode().splitlines()) == len(lines)


def test_a_line_says_what_is_known_of_the_document(tmp_path: Path) -> None:
    pages = [
        {"url": f"https://example.org/{n}", "id": n, "title": f"é {n}", "date": "2026-11-22", "text": text}
        for n, text in enumerate(text_of(seed) for seed in range(3))
    ]
    path = tmp_path / "crawl.jsonl"
    path.write_text("\n".join(map(json.dumps, pages)), "utf-8")
    source = Input(str(path), path.stat().st_size)
    (batch,) = batches(Unit((source,)))
    lines = [json.loads(line) for line in batch.records.lines(0).splitlines()]
    assert len(lines) > 2 * len(pages)
    for line, found in zip(lines, search(source), strict=True):
        page = pages[line["place"]["record"] - 1]
        assert line["place"]["url"] == page["url"]
        about = {"field": "text", "id": str(page["id"]), "title": page["title"], "date": page["date"]}
        assert line == json.loads(json.dumps(to_record(found.extraction, found.place))) | {"document": about}


@pytest.mark.parametrize("dialect", ["php", "js"])
def test_ids_of_answers_are_texts_whatever_they_were(dialect: str, tmp_path: Path) -> None:
    idents: list[object] = [0, 1, 99, 100, 101, -1, 2**53, -(2**53), "", "7", "x"]
    answers = [{"id": ident, "text": "a"} for ident in idents]
    params = (
        {"title": "t", "answers": answers} if dialect == "php" else {"color": "red-1", "answers": answers}
    )
    payload = encode_payload(params, dialect=dialect)
    path = tmp_path / "page.txt"
    path.write_text(f'[expert_review_poll id="1" params="{payload}"]\n' * 2)
    (batch,) = batches(Unit((Input(str(path)),)))
    for line in batch.records.lines(0).splitlines():
        assert [answer["id"] for answer in json.loads(line)["answers"]] == list(map(str, idents))


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("damaged", [False, True])
def test_what_many_finds_gave_waits_for_no_other(
    apart: bool, damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who feeds a pipe may wait for it, and send no more until then."""
    code = planted(Random(1)).shortcode
    path = tmp_path / "page.txt"
    path.write_text(f"{code[:300] if damaged else code}\n\n")
    (one,) = sources.search(Input(str(path)))
    searched = []

    def slowly(*_: object, opened: Callable[[object], object], **__: object) -> Iterator[sources.Finds]:
        opened(Reading("-", Stream(io.BytesIO())))
        for number in range(3 * TOGETHER):
            searched.append(number)
            yield one

    monkeypatch.setattr("polldecode.batches.search", slowly)
    found = 0
    for batch in batches(Unit((Input("-"),)), Wanted(apart=apart)):
        found += len(batch.records.numbers) + len(batch.rejects.numbers)
        assert len(searched) == found
    assert found == 3 * TOGETHER


def test_no_more_texts_are_kept_than_their_size_allows(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    finds = []
    for number in range(20):
        path.write_text(planted(Random(number)).shortcode + "x" * (TOGETHER_SIZE // 3))
        finds += list(find_in(path.read_text(), "page.txt", number, None))
    assert [len(several) for several in together(iter(finds))] == [3] * 6 + [2]


def test_digests_are_the_same_for_the_same_poll_wherever_it_stands(tmp_path: Path) -> None:
    one, other = planted(Random(1)), planted(Random(2))
    path = tmp_path / "page.txt"
    again = one.shortcode.replace('"', "»").replace(f"»{one.id}»", "»»")
    path.write_text(
        "\n\n".join((one.shortcode, other.shortcode, again, "[expert_review_poll id='7']" * 2)), "utf-8"
    )
    (batch,) = batches(Unit((Input(str(path)),)))
    digests = batch.records.digests
    each = [digests[n : n + DIGEST] for n in range(0, len(digests), DIGEST)]
    assert each[0] == each[2]
    assert len(set(each)) == len(each) - 1
    assert len(batch.damage) == 2
    (batch,) = batches(Unit((Input(str(path)),)), Wanted(apart=True))
    assert batch.records.digests == digests[: 3 * DIGEST]
    assert len(batch.rejects.digests) == 2 * DIGEST


@pytest.mark.parametrize("name", [b"page.txt", b"page\xff.txt"])
@pytest.mark.parametrize("times", [0, 2])
def test_half_characters_are_escaped_and_nothing_else_is(name: bytes, times: int, tmp_path: Path) -> None:
    half = '{"title":"é \\ud83d","answers":[{"id":"1","text":"ü"}]}'
    half = base64.b64encode(quote(half).encode()).decode()
    polls = [planted(Random(seed), "fr") for seed in range(5)]
    texts = [*(poll.shortcode for poll in polls), *[f'[expert_review_poll id="8" params="{half}"]'] * times]
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    Path(path).write_text("\n".join(texts), "utf-8")
    (batch,) = batches(Unit((Input(path),)))
    lines = [json.loads(line) for line in batch.records.lines(0).splitlines()]
    assert [line["question"] for line in lines[:5]] == [poll.params["title"] for poll in polls]
    assert [line["question"] for line in lines[5:]] == ["é \ud83d"] * times
    assert {line["place"]["path"] for line in lines} == {path}
    digests = [batch.records.digests[n * DIGEST : (n + 1) * DIGEST] for n in range(5 + times)]
    Path(tmp_path, "alone.txt").write_text("\n".join(texts[:5]), "utf-8")
    (alone,) = batches(Unit((Input(str(tmp_path / "alone.txt")),)))
    assert b"".join(digests[:5]) == alone.records.digests, "the same polls, wherever they stand"
    assert len({*digests}) == len({*texts})
