"""Two hundred inputs that are corrupt in some way: each is reported, and nothing else is lost."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from crawl import COMPRESSIONS, FORMATS, http_body, pages, search, warc_record

from polldecode.extract import extract
from polldecode.samples import article, planted
from polldecode.scan import Settings, scan
from polldecode.sources import Input, json_document

NEEDS = {"parquet": "pyarrow", "wet": "fastwarc", "warc": "fastwarc"}
AVAILABLE = [name for name in FORMATS if name not in NEEDS or importlib.util.find_spec(NEEDS[name])]
PACKED = [name for name in COMPRESSIONS if name != ".zst" or importlib.util.find_spec("backports")]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 30])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def broken_utf8(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes(rng.choices((0xFF, 0xC3, 0x80, 0xED), k=8)) + data[place:]


def holed(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + b"\0" * 512 + data[start + 512 :]


def doubled(data: bytes, rng: random.Random) -> bytes:
    return data + rng.randbytes(100)


DAMAGE: list[Callable[[bytes, random.Random], bytes]] = [flipped, truncated, broken_utf8, holed, doubled]


@pytest.mark.parametrize("number", range(200))
def test_a_corrupt_input_costs_nothing_but_what_is_corrupt(number: int, tmp_path: Path) -> None:
    rng = random.Random(number)
    name, packing = rng.choice(AVAILABLE), rng.choice(PACKED)
    if name == "parquet":
        packing = ""
    data = DAMAGE[number % len(DAMAGE)](COMPRESSIONS[packing](FORMATS[name]()), rng)
    (tmp_path / f"b.{name}{packing}").write_bytes(data)
    before, behind = planted(rng), planted(rng)
    (tmp_path / "a.txt").write_text(before.shortcode)
    (tmp_path / "c.txt").write_text(behind.shortcode)
    output = tmp_path / "out" / "o.jsonl"
    output.parent.mkdir()
    paths = [str(tmp_path / file) for file in ("a.txt", f"b.{name}{packing}", "c.txt")]
    summary = scan(paths, Settings(output=str(output), jobs=1))
    records = [json.loads(line) for line in output.read_bytes().split(b"\n")[:-1]]
    assert records[0]["question"] == before.poll.question
    assert records[-1]["question"] == behind.poll.question
    assert summary.files == 3
    assert not any("internal error" in reason for _, reason in summary.problems)
    known = {poll.poll.question for _, _, poll in pages()}
    wrong = [r for r in records[1:-1] if r["complete"] and r["question"] not in known]
    assert len(wrong) <= 3, "flipped bits may change a letter, and no more"


@pytest.mark.parametrize("member", range(12))
@pytest.mark.parametrize("cut", ["inside", "header", "trailer"])
def test_a_gzip_file_cut_in_any_member_gives_all_that_stands_before(
    member: int, cut: str, tmp_path: Path
) -> None:
    texts = [text for _, text, _ in pages()]
    members = [gzip.compress(f"{text}\n\n".encode()) for text in texts]
    at = {"inside": len(members[member]) // 2, "header": 5, "trailer": len(members[member]) - 3}[cut]
    path = tmp_path / "crawl.txt.gz"
    path.write_bytes(b"".join(members[:member]) + members[member][:at])
    problems: list[str] = []
    found = [
        f.extraction.poll for f in search(Input(str(path)), report=problems.append) if f.extraction.complete
    ]
    least = [poll.poll for _, _, poll in pages()[: member + (cut == "trailer")]]
    assert found[: len(least)] == least
    assert len(found) <= member + 1
    assert problems == ["truncated gzip data"]


def test_whatever_is_unreadable_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    crawl = tmp_path / "crawl"
    crawl.mkdir()
    good = planted(random.Random(1))
    (crawl / "a.txt").write_text(good.shortcode)
    (crawl / "empty.txt").write_bytes(b"")
    (crawl / "empty.txt.gz").write_bytes(b"")
    (crawl / "empty.parquet").write_bytes(b"")
    (crawl / "folder.txt").mkdir()
    (crawl / "folder.txt" / "z.txt").write_text(good.shortcode)
    (crawl / "no.warc").write_bytes(b"no archive")
    (crawl / "unreadable.txt").write_text(good.shortcode)
    (crawl / "unreadable.txt").chmod(0)
    os.mkfifo(crawl / "pipe")
    summary = scan(
        [str(crawl), str(tmp_path / "missing")], Settings(output=str(tmp_path / "o.jsonl"), jobs=1)
    )
    named = {Path(path).name for path, _ in summary.problems}
    expected = {"empty.txt.gz", "empty.parquet", "no.warc", "missing"}
    readable = os.access(crawl / "unreadable.txt", os.R_OK)  # root reads everything
    assert named == expected | (set() if readable else {"unreadable.txt"})
    assert summary.polls == 2 + readable


# Where a cut leaves a whole input: behind a line, a row or a record.
SEAMS = {
    "jsonl": re.compile(rb"}\n?\Z"),
    "csv": re.compile(rb'\A[^"]*+(?:"[^"]*+"[^"]*+)*\Z'),
    "wet": re.compile(rb"\n\r\n(?:\r\n)?\Z"),
    "warc": re.compile(rb"\n\r\n(?:\r\n)?\Z"),
}


@pytest.mark.parametrize("name", [name for name in AVAILABLE if name not in ("txt", "html")])
def test_an_input_that_is_cut_anywhere_is_reported(name: str, tmp_path: Path) -> None:
    data = FORMATS[name]()
    rng = random.Random(name)
    path = tmp_path / f"cut.{name}"
    for place in rng.sample(range(len(data) // 3, len(data) - 8), 60):
        path.write_bytes(data[:place])
        problems: list[str] = []
        list(search(Input(str(path)), report=problems.append))
        seam = name in SEAMS and SEAMS[name].search(data[:place])
        assert problems or seam, (place, data[place - 60 : place])


def test_a_whole_input_without_a_last_line_end_is_not_reported(tmp_path: Path) -> None:
    for name in ("jsonl", "csv", "sql", "json", "xml"):
        path = tmp_path / f"whole.{name}"
        path.write_bytes(FORMATS[name]().rstrip())
        problems: list[str] = []
        assert list(search(Input(str(path)), report=problems.append))
        assert problems == []


def test_entities_of_xml_are_refused_and_the_polls_still_found(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    code = planted(random.Random(1)).shortcode
    path = tmp_path / "bomb.xml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{lol}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<rss><channel><item><title>&l9;&x;</title><description><![CDATA[{code}]]></description></item></channel></rss>"
    )
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [f.extraction.complete for f in found] == [True]
    assert "it declares the entity" in problems[0]


@pytest.mark.parametrize("damage", ["<", "]]>", "<br>"])
def test_xml_that_breaks_off_being_well_formed_is_searched_as_text_from_there(
    damage: str, tmp_path: Path
) -> None:
    data = FORMATS["xml"]().decode()
    place = data.index("<content:encoded>", len(data) // 2) + len("<content:encoded>")
    path = tmp_path / "crawl.xml"
    path.write_text(data[:place] + damage + data[place:])
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [f.extraction.poll for f in found] == [poll.poll for _, _, poll in pages()]
    assert len(problems) == 1


def test_a_line_that_is_no_json_is_reported_and_searched_as_text(tmp_path: Path) -> None:
    lines = FORMATS["jsonl"]().split(b"\n")
    lines[2] = lines[2][:-1]
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(b"\n".join(lines))
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [f.extraction.poll for f in found] == [poll.poll for _, _, poll in pages()]
    assert [problem.split(":")[0] for problem in problems] == ["line 3"]


def test_json_that_ends_early_gives_the_records_before(tmp_path: Path) -> None:
    data = FORMATS["json"]()
    path = tmp_path / "crawl.json"
    path.write_bytes(data[: data.index(b'"id": 16')])
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert [f.place.url for f in found][:8] == [url for url, _, _ in pages()][:8]
    assert len(problems) == 1


@pytest.mark.parametrize("ending", ["", ",", ",\n  ", "\n"])
@pytest.mark.parametrize("text", ["nothing", planted(random.Random(3)).shortcode])
def test_a_list_of_json_that_is_not_closed_is_cut_whatever_it_holds(
    ending: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "crawl.json"
    records = json.dumps([{"id": 1, "text": text}, {"id": 2, "text": "Ende"}])
    for data, expected in ((records[:-1] + ending, 1), (records + "\n" * 50, 0), ("\ufeff" + records, 0)):
        path.write_text(data, "utf-8")
        problems: list[str] = []
        found = list(search(Input(str(path)), report=problems.append))
        assert len(found) == (text != "nothing")
        assert problems == ["the input ends before its JSON is closed"] * expected


def members_of(format: str, rng: random.Random, more: int = 0) -> list[bytes]:
    """A poll in each, as they are before they are compressed each by itself; with ``more`` that hardly can
    be."""
    texts = [article(rng, "fr", [planted(rng, "fr")]) + rng.randbytes(more).hex(" ", 3) for _ in range(20)]
    if format == "txt":
        return [f"{text}\n".encode() for text in texts]
    if format == "jsonl":
        return [json.dumps({"text": text}).encode() + b"\n" for text in texts]
    bodies = [http_body(text, "", chunked=False, joined=False) for text in texts]
    return [warc_record("response", f"https://example.org/{n}", body, n) for n, body in enumerate(bodies)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damage", ["flipped", "cut"])
@pytest.mark.parametrize("packing", [name for name in PACKED if name])
@pytest.mark.parametrize("format", ["txt", "jsonl", "warc"])
def test_a_damaged_member_costs_no_other_member(
    format: str, packing: str, damage: str, seed: int, tmp_path: Path
) -> None:
    if format == "warc":
        pytest.importorskip("fastwarc")
    rng = random.Random(f"{format} {packing} {damage} {seed}")
    more = (0, 0, 0, 15_000, 15_000, 120_000)[seed]
    members = [bytearray(COMPRESSIONS[packing](part)) for part in members_of(format, rng, more)]
    hurt = members[rng.randrange(1, 19)]
    if damage == "cut":
        del hurt[rng.randrange(20, len(hurt) - 5) :]
    else:
        for _ in range(3):
            hurt[rng.randrange(12, len(hurt) - 12)] ^= rng.randrange(1, 256)
    path = tmp_path / f"crawl.{format}{packing}"
    path.write_bytes(b"".join(members))
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    # The frames of zstd need not have a checksum: what was flipped in them may say that a record is longer.
    unchecked = packing == ".zst" and damage == "flipped"
    assert sum(one.extraction.complete for one in found) >= 19 - unchecked
    assert problems or unchecked


def test_members_that_are_damaged_at_their_ends_lose_nothing(tmp_path: Path) -> None:
    members = [bytearray(gzip.compress(part)) for part in members_of("txt", random.Random(1))]
    for number in (3, 4, 5, 11):
        members[number][-6] ^= 1
    path = tmp_path / "crawl.txt.gz"
    path.write_bytes(b"".join(members))
    problems: list[str] = []
    assert sum(one.extraction.complete for one in search(Input(str(path)), report=problems.append)) == 20
    assert len(problems) == 4


@pytest.mark.parametrize("cut", range(30, 60))
def test_utf_16_goes_on_behind_a_damaged_member(cut: int, tmp_path: Path) -> None:
    parts = [part.decode().encode("utf-16-le") for part in members_of("txt", random.Random(2))]
    members = [gzip.compress(part) for part in (b"\xff\xfe" + parts[0], *parts[1:])]
    members[4] = members[4][: len(members[4]) * cut // 100]
    path = tmp_path / "crawl.txt.gz"
    path.write_bytes(b"".join(members))
    assert sum(one.extraction.complete for one in search(Input(str(path)))) >= 19


def test_members_within_members_are_not_read_again_and_again(tmp_path: Path) -> None:
    """Each head is a member of one stored block that reaches to the tail, over the heads behind it."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    tail = deflate.compress(b"x" * 2_000_000 + planted(random.Random(1)).shortcode.encode()) + deflate.flush()
    heads, count = b"", 300
    for number in range(count):
        skipped = 15 * (count - 1 - number)
        heads += gzip.compress(b"")[:10] + b"\0" + struct.pack("<HH", skipped, skipped ^ 0xFFFF)
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(heads + tail + b"\1" * 8)
    assert len(list(search(Input(str(path))))) < 10


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip", "deflate, chunked", "br", "identity"])
@pytest.mark.parametrize("header", ["Transfer-Encoding", "Content-Encoding"])
def test_bodies_are_unpacked_as_their_headers_say_or_read_as_they_are(
    header: str, coding: str, tmp_path: Path
) -> None:
    pytest.importorskip("fastwarc")
    text = members_of("txt", random.Random(3))[0]
    packed = {"gzip": gzip.compress(text), "deflate": zlib.compress(text), "raw": zlib.compress(text)[2:-4]}
    bodies = [text, packed.get(coding.split(",")[0], text)]
    bodies += [packed["raw"]] if coding.startswith("deflate") else []
    head = f"HTTP/1.1 200 OK\r\n{header}: {coding}\r\n\r\n".encode()
    for body in bodies:
        for sent in (body, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)) if "chunked" in coding else (body,):
            if header == "Content-Encoding" and sent is not body:
                continue
            path = tmp_path / "crawl.warc"
            path.write_bytes(warc_record("response", "https://example.org/", head + sent, 1))
            assert [one.extraction.complete for one in search(Input(str(path)))] == [True]


def test_records_without_an_id_are_read_behind_a_broken_one(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    records = [re.sub(rb"WARC-Record-ID:.*\r\n", b"", one) for one in members_of("warc", random.Random(5))]
    for number in (4, 9, 10):
        records[number] = records[number].replace(b"Content-Length: ", b"\0\0")
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records))
    assert len(list(search(Input(str(path))))) == 17


def test_a_record_in_the_body_of_a_record_is_no_record_of_the_archive(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    records = members_of("warc", random.Random(6))
    records[3] = warc_record("response", "https://example.org/3", b"HTTP/1.1 200 OK\r\n\r\n" + records[3], 3)
    records[5] = records[5].replace(b"Content-Length: ", b"\0\0")
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records))
    assert [one.place.url for one in search(Input(str(path)))] == [
        f"https://example.org/{n}" for n in range(20) if n != 5
    ]


def test_rows_of_sql_behind_a_damaged_member_do_not_get_the_place_of_others(tmp_path: Path) -> None:
    rng = random.Random(7)
    codes = [planted(rng).shortcode for _ in range(30)]
    rows = ",\n".join(f"({n},'https://example.org/{n}','{code}')" for n, code in enumerate(codes))
    dump = f"INSERT INTO `wp_posts` (`ID`,`guid`,`post_content`) VALUES\n{rows};\n".encode()
    members = [gzip.compress(dump[at : at + 3000]) for at in range(0, len(dump), 3000)]
    members[3] = members[3][: len(members[3]) // 2]
    path = tmp_path / "dump.sql.gz"
    path.write_bytes(b"".join(members))
    for one in search(Input(str(path))):
        if one.place.record is not None and one.extraction.complete:
            assert codes[int(str(one.place.record).split(":")[1])] == one.extraction.source.decode()


@pytest.mark.parametrize("number", [0, 7, 19])
def test_a_record_whose_header_is_broken_costs_no_other_record(number: int, tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    records = members_of("warc", random.Random(number))
    records[number] = records[number].replace(b"Content-Length: ", b"\0\0")
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records))
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    urls = [f"https://example.org/{n}" for n in range(20) if n != number]
    assert [one.place.url for one in found if one.place.url != f"https://example.org/{number}"] == urls
    assert [problem.partition(": ")[2] for problem in problems] == [
        "it does not say how long it is",
        "Invalid WARC header",
    ]


def test_an_archive_with_a_body_that_cannot_be_unpacked_goes_on_behind_it(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    data = bytearray(FORMATS["warc"]())
    body = data.index(b"\x1f\x8b")
    data[body + 12 : body + 20] = b"\xff" * 8
    path = tmp_path / "crawl.warc"
    path.write_bytes(bytes(data))
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert len(found) >= len(pages()) - 1
    assert len(problems) == 1
    assert problems[0].startswith("record <urn:uuid:")


@pytest.mark.parametrize(
    "around",
    [
        '{"found": 3, "posts": %s, "meta": {"next": null}}',
        '{"db": [{"meta": [1, 2], "data": {"posts": %s}}]}',
        "%s",
    ],
)
@pytest.mark.parametrize("record", [300, 5_000, 1 << 22])
def test_a_list_within_json_that_is_too_long_is_read_record_by_record(
    around: str, record: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_document, "RECORD", record)
    monkeypatch.setattr(json_document, "BLOCK", 700)
    posts = [{"link": url, "content": {"rendered": text}} for url, text, _ in pages()]
    path = tmp_path / "crawl.json"
    path.write_text(around % json.dumps(posts, ensure_ascii=False, indent=1), "utf-8")
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert problems == []
    assert [f.extraction.poll for f in found] == [poll.poll for _, _, poll in pages()]
    if record == 5_000 or (around == "%s" and record > 300):
        numbers = [number for number, _ in enumerate(posts, 1)]
        assert [f.place.record for f in found] == numbers
        assert [f.place.url for f in found] == [url for url, _, _ in pages()]


def test_json_that_is_broken_in_a_long_document_is_said_to_be_so(tmp_path: Path) -> None:
    posts = json.dumps([{"id": n, "content": "Text " * 400} for n in range(200)])
    code = planted(random.Random(3)).shortcode
    place = posts.index('{"id": 50')
    path = tmp_path / "crawl.json"
    path.write_text(posts[:place] + "oops " + posts[place:] + code)
    problems: list[str] = []
    found = list(search(Input(str(path)), report=problems.append))
    assert len(found) == 1
    assert problems == ["record 51: no JSON (Expecting value); searched as text"]


def test_a_large_list_of_json_is_read_record_by_record(tmp_path: Path) -> None:
    rng = random.Random(3)
    posts = [
        {"link": f"https://example.org/{n}", "text": article(rng, "fr", [planted(rng, "fr")])}
        for n in range(900)
    ]
    path = tmp_path / "crawl.json"
    path.write_text(json.dumps(posts, ensure_ascii=False), "utf-8")
    found = list(search(Input(str(path))))
    assert [f.place.url for f in found] == [post["link"] for post in posts]
    assert [f.place.record for f in found] == list(range(1, 901))
    texts = "\n\n".join(post["text"] for post in posts)
    assert [f.extraction.poll for f in found] == [x.poll for x in extract(texts)]
