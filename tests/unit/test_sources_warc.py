"""Archives as crawlers really write them: no body is lost for how its headers are written."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from crawl import search

from polldecode.samples import article, planted
from polldecode.sources import Found, Input

pytest.importorskip("fastwarc")

TEXTS = [article(Random(n), "fr", [planted(Random(n), "fr")]).encode() for n in range(4)]
BODY, NEXT = TEXTS[0], TEXTS[1]
OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def record(
    block: bytes, *, url: str = "https://example.org/", kind: str = "response", number: int = 1
) -> bytes:
    http = kind == "response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: {'application/http; msgtype=response' if http else 'text/html'}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


AFTER = record(OK + HTML + b"\r\n" + NEXT, url="https://example.org/after", number=2)


def read(tmp_path: Path, data: bytes) -> tuple[list[Found], list[str]]:
    path = tmp_path / "crawl.warc"
    path.write_bytes(data)
    problems: list[str] = []
    found = [one for one in search(Input(str(path)), report=problems.append) if one.extraction.complete]
    return found, problems


def records_found(tmp_path: Path, *records: bytes) -> list[str | int | None]:
    """The records of the whole polls, where nothing is reported."""
    found, problems = read(tmp_path, b"".join(records))
    assert problems == []
    return [one.place.record for one in found]


BOTH = ["<urn:uuid:1>", "<urn:uuid:2>"]


def test_the_url_is_without_the_angle_brackets_that_wget_writes(tmp_path: Path) -> None:
    found, _ = read(tmp_path, record(OK + b"\r\n" + BODY, url="<https://example.org/a>"))
    assert [one.place.url for one in found] == ["https://example.org/a"]
    assert [one.document.url for one in found if one.document] == ["https://example.org/a"]
    assert [one.place.record for one in found] == ["<urn:uuid:1>"]


@pytest.mark.parametrize(
    "header",
    [
        b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Type: text/html\r\n\n",
        b"HTTP/1.1 200 OK\n\n",
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/2 200\r\nx-folded: a\r\n\tb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-\xe9: \xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"Set-Cookie: a=b\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=JTdCJTIydGl0bGUlMjI\r\n\r\n",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_header_of_http_ends_where_its_first_empty_line_is(
    header: bytes, packed: bool, tmp_path: Path
) -> None:
    if packed:
        coded = re.sub(rb"(\r?\n)(\r?\n)\Z", rb"\1Content-Encoding: gzip\1\2", header)
        block = coded + gzip.compress(BODY)
    else:
        block = header + BODY
    found, problems = read(tmp_path, record(block) + AFTER)
    assert [one.place.record for one in found] == BOTH
    assert problems == []
    assert found[0].place.start == BODY.index(b"[expert_review_poll")


@pytest.mark.parametrize(
    "block",
    [
        b"<!doctype html><p>" + BODY,
        b"<!doctype html>\r\n\r\n<p>" + BODY,
        b"Content-Type: text/html\r\n\r\n" + BODY,
        b"\r\n\r\n" + BODY,
        OK + b"<p>" + BODY.replace(b"\n", b" "),
        OK + b"  <p>" + BODY.replace(b"\n", b" ") + b"\n\n<p>the end",
        OK + b"<p>" + BODY.replace(b"\n", b" ") + b"\r\n\r\n<p>the end",
    ],
)
def test_a_block_without_a_header_of_http_is_searched_as_it_is(block: bytes, tmp_path: Path) -> None:
    assert records_found(tmp_path, record(block), AFTER) == BOTH


def test_a_header_of_http_without_an_end_is_reported_and_searched(tmp_path: Path) -> None:
    found, problems = read(tmp_path, record(OK + b"X: y\r\n" * 200_000 + BODY.replace(b"\n\n", b" ")) + AFTER)
    assert [one.place.record for one in found] == BOTH
    assert problems == ["record <urn:uuid:1>: the header of HTTP does not end; searched with it"]


@pytest.mark.parametrize(
    "encoding",
    [
        b"",
        b"Content-Encoding: br\r\n",
        b"Content-Encoding: deflate\r\n",
        b"Content-Encoding: identity\r\n",
        b'Content-Encoding: "gzip"\r\n',
        b"content-encoding:GZIP\r\n",
        b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n",
        b"Content-Type: application/gzip\r\n",
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_body_that_announces_its_compression_is_unpacked_whatever_its_header_says(
    encoding: bytes, times: int, tmp_path: Path
) -> None:
    if b"br" in encoding and not importlib.util.find_spec("brotli"):
        pytest.skip("without brotli")
    body = gzip.compress(BODY) if times == 1 else gzip.compress(gzip.compress(BODY))
    assert records_found(tmp_path, record(OK + HTML + encoding + b"\r\n" + body), AFTER) == BOTH
    resource = record(body, kind="resource")
    assert records_found(tmp_path, resource, AFTER) == BOTH


def test_a_body_of_brotli_that_begins_as_gzip_does_is_of_brotli(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    head = b"\x1f\x8b"  # a block that is not the last, with some length
    for filler in range(1, 4000):
        body = brotli.compress(bytes(filler % 256 for _ in range(filler)) + BODY, lgwin=24)
        if body.startswith(head):
            break
    else:
        pytest.skip("this brotli never begins so")
    block = OK + b"Content-Encoding: br\r\n\r\n" + body
    assert records_found(tmp_path, record(block), AFTER) == BOTH


@pytest.mark.parametrize(
    "names",
    [rb"WARC-Type", rb"Content-Length", rb"WARC-[A-Za-z-]+", rb"Content-Type", rb"[A-Z][A-Za-z-]+(?=: )"],
)
@pytest.mark.parametrize("change", [bytes.lower, bytes.upper])
def test_the_names_of_headers_may_be_in_any_letters(
    names: bytes, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    def changed(one: bytes) -> bytes:
        head, end, block = one.partition(b"\r\n\r\n")
        return re.sub(b"(?m)^" + names, lambda match: change(match[0]), head) + end + block

    info = record(b"software: a crawler\r\n", kind="warcinfo", number=0)
    request = record(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n" + BODY, kind="request", number=0)
    wide = record(OK + b"\r\n" + b"x\n" * 100_000 + BODY)
    records = [changed(one) for one in (info, request, wide, info, AFTER)]
    found, problems = read(tmp_path, b"".join(records))
    assert [one.place.record for one in found] == BOTH
    assert [one.place.url for one in found] == ["https://example.org/", "https://example.org/after"]
    assert problems == []
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    assert len(list(search(Input(str(tmp_path / "crawl.warc.gz")), report=problems.append))) == 2
    assert problems == []


def test_many_records_in_small_letters_are_read_one_by_one(tmp_path: Path) -> None:
    small = [record(OK + b"\r\n" + TEXTS[n % 4], number=n) for n in range(300)]
    small = [one.replace(b"Content-Length", b"content-length", 1) for one in small]
    assert records_found(tmp_path, *small) == [f"<urn:uuid:{n}>" for n in range(300)]


def test_a_length_that_is_no_number_is_reported(tmp_path: Path) -> None:
    for length in (b"many", b"-5", b"9" * 40):
        broken = re.sub(rb"Content-Length: [0-9]+", b"content-length: " + length, record(OK + b"\r\n" + BODY))
        found, problems = read(tmp_path, broken + AFTER)
        assert [one.place.record for one in found] == ["<urn:uuid:2>"]
        assert problems == ["WARC: Invalid WARC header"]


def test_a_segment_of_a_divided_record_is_searched(tmp_path: Path) -> None:
    first = record(OK + b"\r\n" + BODY)
    rest = record(TEXTS[2], kind="continuation", number=3)
    assert records_found(tmp_path, first, rest, AFTER) == ["<urn:uuid:1>", "<urn:uuid:3>", "<urn:uuid:2>"]


def test_metadata_is_searched_as_in_wat_all_is(tmp_path: Path) -> None:
    metadata = record(b'{"Metas": [{"content": "' + TEXTS[2] + b'"}]}', kind="metadata", number=3)
    assert records_found(tmp_path, metadata, AFTER) == ["<urn:uuid:3>", "<urn:uuid:2>"]


def test_an_archive_that_is_not_packed_is_read_whatever_its_name(tmp_path: Path) -> None:
    data = record(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)) + AFTER
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    problems: list[str] = []
    found = list(search(Input(str(tmp_path / "crawl.warc.gz")), report=problems.append))
    assert (len(found), problems) == (2, [])


def test_a_record_that_does_not_say_what_it_is_is_searched(tmp_path: Path) -> None:
    untold = record(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY))
    untold = untold.replace(b"WARC-Type: response\r\n", b"")
    other = record(BODY, kind="screenshot", number=3)
    assert records_found(tmp_path, untold, other, AFTER) == BOTH


def test_a_record_whose_length_is_too_large_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    first = record(OK + b"\r\n" + BODY)
    long = first.replace(b"Content-Length: ", b"Content-Length: 1")
    for more in (AFTER, AFTER * 40):
        _, problems = read(tmp_path, long + more)
        assert len(problems) == 1


def test_a_body_that_is_cut_is_reported_whether_or_not_it_holds_a_poll(tmp_path: Path) -> None:
    whole = record(OK + b"\r\n" + b"no poll here, " * 500)
    for kept in (200, 1000, 3000):
        _, problems = read(tmp_path, AFTER + whole[: len(whole) - 6 - kept])
        assert problems == ["record <urn:uuid:1>: the archive ends inside of it"]


@pytest.mark.parametrize("encoding", [b"", b"gzip", b"deflate"])
def test_chunks_that_break_off_cost_nothing_that_stands_before(encoding: bytes, tmp_path: Path) -> None:
    body = {b"": BODY, b"gzip": gzip.compress(BODY), b"deflate": zlib.compress(BODY)}[encoding]
    header = OK + b"Transfer-Encoding: chunked\r\nContent-Encoding: " + encoding + b"\r\n\r\n"
    pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    for end in (b"", b"0", b"no chunk\r\n"):
        found, problems = read(tmp_path, record(header + chunks + end) + AFTER)
        assert [one.place.record for one in found] == BOTH
        assert len(problems) == 1


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_a_first_record_that_is_damaged_costs_no_other(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    first = bytearray(pack(record(OK + b"\r\n" + BODY)))
    first[10:60] = bytes(50)
    if pack is bytes:
        first[:10] = b"ARC/1.0\r\n "
    path = tmp_path / "crawl.warc"
    path.write_bytes(first + pack(AFTER))
    problems: list[str] = []
    found = [one for one in search(Input(str(path)), report=problems.append) if one.extraction.complete]
    assert [one.place.record for one in found] == ["<urn:uuid:2>"]
    assert len(problems) == 1


def test_an_archive_without_records_is_reported(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == ([], ["an empty file, no WARC"])
    assert read(tmp_path, b"no archive") == ([], ["WARC: Invalid WARC header"])


def test_what_a_torn_header_has_taken_in_is_searched(tmp_path: Path) -> None:
    whole = record(OK + b"\r\n" + BODY)
    torn = whole[: whole.index(b"Content-Length") + 3] + whole[whole.index(BODY) :]
    found, problems = read(tmp_path, torn + AFTER)
    assert [one.place.record for one in found] == BOTH
    assert [one.place.url for one in found] == ["https://example.org/", "https://example.org/after"]
    assert problems == ["record <urn:uuid:1>: it does not say how long it is"]


def test_a_record_without_a_length_is_reported_once(tmp_path: Path) -> None:
    first = re.sub(rb"Content-Length.*\r\n", b"", record(BODY, kind="resource"))
    found, problems = read(tmp_path, first + AFTER)
    assert [one.place.record for one in found] == BOTH[1:]
    assert problems == [
        "record <urn:uuid:1>: it does not say how long it is",
        "WARC: Invalid WARC header",
    ]


def test_a_url_that_is_torn_is_none(tmp_path: Path) -> None:
    found, _ = read(tmp_path, record(OK + b"\r\n" + BODY, url="https://example.org/a b\tc"))
    assert [one.place.url for one in found] == [None]
