"""Compressed inputs: what is known is read whatever it begins with, and what is not read is said to be so."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crawl import search

from polldecode.samples import article, planted
from polldecode.sources import Input, zstd
from polldecode.sources.inputs import open_stream

SKIPPED = b"\x50\x2a\x4d\x18\4\0\0\0\x81\1\0\0"  # what pzstd writes before each frame
TABLE = b"\x5e\x2a\x4d\x18\x11\0\0\0" + b"\0" * 8 + b"\0\0\0\0\0\xb1\xea\x92\x8f"  # of the seekable format
TEXTS = [article(Random(n), "fr", [planted(Random(n), "fr")]).encode() for n in range(6)]


@pytest.fixture
def library() -> Any:
    try:
        return import_module("compression.zstd")
    except ImportError:
        return pytest.importorskip("backports.zstd")


def read(path: Path, data: bytes) -> tuple[int, list[str]]:
    """How many whole polls there are, and what is reported."""
    path.write_bytes(data)
    problems: list[str] = []
    return sum(one.extraction.complete for one in search(Input(str(path)), report=problems.append)), problems


@pytest.mark.parametrize("before", [SKIPPED, TABLE, SKIPPED * 3])
def test_frames_that_are_to_be_skipped_are(library: Any, before: bytes, tmp_path: Path) -> None:
    data = b"".join(before + library.compress(text) for text in TEXTS) + TABLE
    assert read(tmp_path / "crawl.txt.zst", data) == (6, [])


def test_a_feed_behind_a_skippable_frame_is_known_for_what_it_is(library: Any, tmp_path: Path) -> None:
    feed = b'<?xml version="1.0"?><rss><channel><item><link>https://example.org/</link><description>'
    feed += TEXTS[0].replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b"</description></item></channel></rss>"
    path = tmp_path / "feed.zst"
    path.write_bytes(SKIPPED + library.compress(feed))
    assert [one.place.url for one in search(Input(str(path)))] == ["https://example.org/"]


def dictionary_frame(content: bytes) -> bytes:
    return zstd.DICTIONARY + len(content).to_bytes(4, "little") + content


@pytest.mark.parametrize("kind", ["raw", "trained", "packed"])
def test_frames_are_read_with_the_dictionary_that_stands_before_them(
    library: Any, kind: str, tmp_path: Path
) -> None:
    dictionary = library.ZstdDict(b"".join(TEXTS)[:5000], is_raw=True)
    if kind != "raw":
        samples = [article(Random(n), "fr").encode() for n in range(200)]
        dictionary = library.train_dict(samples, 8000)
    content = dictionary.dict_content
    frames = [library.compress(text, zstd_dict=dictionary) for text in TEXTS]
    data = dictionary_frame(library.compress(content) if kind == "packed" else content) + b"".join(frames)
    assert read(tmp_path / "crawl.txt.zst", data) == (6, [])
    assert read(tmp_path / "two.txt.zst", data + data) == (12, [])
    stream = open_stream(Input(str(tmp_path / "crawl.txt.zst")))
    assert b"".join(iter(stream.read, b"")) == b"".join(TEXTS)
    stream.rewind()
    assert b"".join(iter(stream.read, b"")) == b"".join(TEXTS)
    stream.close()


def test_a_frame_behind_a_damaged_one_still_has_the_dictionary(library: Any, tmp_path: Path) -> None:
    dictionary = library.ZstdDict(b"".join(TEXTS)[:5000], is_raw=True)
    frames = [library.compress(text, zstd_dict=dictionary) for text in TEXTS]
    frames[2] = frames[2][: len(frames[2]) // 2]
    data = dictionary_frame(dictionary.dict_content) + b"".join(frames)
    found, problems = read(tmp_path / "crawl.txt.zst", data)
    assert found >= 5
    assert len(problems) == 1


@pytest.mark.parametrize("size", [1, 3, 7, 30])
def test_a_dictionary_may_come_in_crumbs(library: Any, size: int) -> None:
    dictionary = library.ZstdDict(b"".join(TEXTS)[:5000], is_raw=True)
    decoders, data, out = zstd.Frames(), dictionary_frame(dictionary.dict_content), b""
    data += library.compress(TEXTS[0], zstd_dict=dictionary)
    decoder = decoders()
    while data or decoder.unused_data:
        if decoder.eof:
            data, decoder = decoder.unused_data + data, decoders()
        out += decoder.decompress(data[:size])
        data = data[size:]
    assert decoder.eof
    assert out == TEXTS[0]


def test_a_dictionary_that_is_not_there_is_named(library: Any, tmp_path: Path) -> None:
    dictionary = library.train_dict([article(Random(n), "fr").encode() for n in range(200)], 8000)
    data = library.compress(TEXTS[0], zstd_dict=dictionary)
    said = f"zstd data with a dictionary ({dictionary.dict_id}) that is not there"
    assert read(tmp_path / "crawl.txt.zst", data) == (0, [said])


def test_a_dictionary_that_would_fill_the_memory_is_refused(library: Any, tmp_path: Path) -> None:
    data = zstd.DICTIONARY + (1 << 30).to_bytes(4, "little") + bytes(100)
    assert read(tmp_path / "crawl.txt.zst", data) == (0, ["a zstd dictionary of 1024 MB; 16 MB are read"])


def long_frame(library: Any, text: bytes, reach: int, *, sized: bool) -> bytes:
    """As `zstd --long` writes it, from a file or from a pipe."""
    options = {library.CompressionParameter.window_log: reach}
    if sized:
        frame: bytes = library.compress(text, options=options)
        return frame
    compressor = library.ZstdCompressor(options=options)
    first: bytes = compressor.compress(text)
    return first + bytes(compressor.flush())


@pytest.mark.parametrize("reach", [28, 31])
def test_a_window_over_the_limit_of_the_library_is_read(library: Any, reach: int, tmp_path: Path) -> None:
    text = b" \n" * 5000 + b"".join(TEXTS)
    data = long_frame(library, text, reach, sized=False)
    assert zstd.window(data) == 1 << reach
    assert read(tmp_path / "crawl.txt.zst", data + data) == (12, [])


def test_no_more_of_a_window_is_kept_than_is_said(
    library: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zstd, "KEPT", 1 << 20)
    data = long_frame(library, TEXTS[0] + b" \n" * (1 << 21) + TEXTS[1], 31, sized=False)
    said = "a zstd window of 2048 MB, of which 1 MB are kept"
    assert read(tmp_path / "crawl.txt.zst", data) == (1, [said])
    data = long_frame(library, TEXTS[0] + b" \n" * (1 << 21) + TEXTS[1], 27, sized=False)
    assert read(tmp_path / "crawl.txt.zst", data) == (2, [])


@pytest.mark.parametrize("size", [100, 1000, 70_000])
def test_the_window_of_a_frame_of_one_piece_is_its_size(library: Any, size: int) -> None:
    assert zstd.window(long_frame(library, bytes(size), 27, sized=True)) == size


def test_xz_that_asks_for_too_much_memory_is_not_called_corrupt(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 24}]
    data = bytearray(lzma.compress(TEXTS[0], filters=filters, check=lzma.CHECK_NONE))
    data[16] = 36  # of the dictionary: 1 GB; and the header's checksum
    data[20:24] = zlib.crc32(data[12:20]).to_bytes(4, "little")
    said = "xz data that need more than 128 MB of memory"
    assert read(tmp_path / "crawl.txt.xz", bytes(data)) == (0, [said])


def test_lzma_is_read(tmp_path: Path) -> None:
    data = lzma.compress(b"".join(TEXTS), format=lzma.FORMAT_ALONE)
    assert read(tmp_path / "crawl.txt.lzma", data) == (6, [])
    assert read(tmp_path / "cut.txt.lzma", data[:-40])[1] == ["truncated lzma data"]


@pytest.mark.parametrize("inner", [gzip.compress, lzma.compress])
def test_what_was_compressed_twice_is_unpacked_twice(inner: Callable[[bytes], bytes], tmp_path: Path) -> None:
    data = gzip.compress(inner(b"".join(TEXTS)))
    assert read(tmp_path / "crawl.txt.gz", data) == (6, [])
    feed = b"<rss><channel><item><description>" + TEXTS[0].replace(b"<", b"&lt;").replace(b"&", b"&amp;")
    feed += b"</description></item></channel></rss>"  # which is read twice
    assert read(tmp_path / "feed.xml.gz", gzip.compress(inner(feed))) == (1, [])


def test_damage_within_what_was_compressed_twice_is_told_once(tmp_path: Path) -> None:
    inner = gzip.compress(b"".join(TEXTS))
    found, problems = read(tmp_path / "cut.txt.gz", gzip.compress(inner[:-300]))
    assert found >= 4
    assert problems == ["truncated gzip data"]
    found, problems = read(tmp_path / "torn.txt.gz", gzip.compress(inner)[:-300])
    assert found >= 4
    assert problems == ["truncated gzip data"]


def test_what_was_compressed_again_and_again_is_said_to_be_so(tmp_path: Path) -> None:
    data = TEXTS[0]
    for _ in range(9):
        data = gzip.compress(data)
    assert read(tmp_path / "crawl.txt.gz", data) == (0, ["gzip data, which are not read within gzip data"])


def test_an_archive_of_files_is_said_not_to_be_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXTS[0])
    data = (tmp_path / "made").read_bytes()
    assert read(tmp_path / "crawl.zip", data) == (0, ["zip data, which are not read"])
    assert read(tmp_path / "crawl.docx", data) == (0, ["zip data, which are not read"])
    assert read(tmp_path / "crawl.zip.gz", gzip.compress(data))[1] == [
        "zip data, which are not read within gzip data"
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("crawl.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40), "7z data, which are not read"),
        ("crawl.rar", b"Rar!\x1a\x07\1\0" + bytes(40), "rar data, which are not read"),
        ("crawl.warc.lz4", b"\x04\x22\x4d\x18\x64\x40\xa7" + bytes(40), "lz4 data, which are not read"),
        ("crawl.txt.Z", b"\x1f\x9d\x90" + bytes(40), "compress data, which are not read"),
        ("crawl.txt.br", b"\x1b\xff\x07\x40\x1c\x07\xa6\x3b", "brotli data, which are not read"),
        ("blog.dump", b"PGDMP\1\x0e\0" + bytes(40), "PostgreSQL archive data, which are not read"),
        ("crawl.orc", b"ORC\n\3\0\0" + bytes(40), "ORC data, which are not read"),
        ("crawl.arrow", b"ARROW1\0\0" + bytes(40), "Arrow data, which are not read"),
        ("crawl.feather", b"FEA1\0\0\0\0" + bytes(40), "Feather data, which are not read"),
        ("crawl.avro", b"Obj\1\4\x16avro.schema" + bytes(40), "Avro data, which are not read"),
        ("crawl.h5", b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5 data, which are not read"),
        ("crawl.txt.gz", b"\x1b\xff\x07\x40\x1c\x07\xa6\x3b", "no gzip data: they begin otherwise"),
    ],
)
def test_a_compression_that_is_known_and_not_read_is_reported(
    name: str, data: bytes, said: str, tmp_path: Path
) -> None:
    assert read(tmp_path / name, data) == (0, [said])


@pytest.mark.parametrize("name", ["crawl.br", "crawl.zip", "crawl.gz", "crawl.zst"])
def test_a_text_is_read_whatever_compression_its_name_speaks_of(name: str, tmp_path: Path) -> None:
    assert read(tmp_path / name, TEXTS[0]) == (1, [])
    assert read(tmp_path / name, TEXTS[0].decode().encode("utf-16")) == (1, [])


def test_archives_of_files_in_folders_are_left_out_as_all_that_is_binary(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\3\4" + bytes(60))
    problems: list[str] = []
    path = str(tmp_path / "a.zip")
    assert list(search(Input(path, named=False), report=problems.append)) == []
    assert problems == []


@pytest.mark.parametrize("word", [b"BZh, or Breizh: ", b"ORCA: ", b"FEA1: ", b"ARROW1: "])
def test_a_text_that_begins_with_the_letters_of_a_format_is_one(word: bytes, tmp_path: Path) -> None:
    assert read(tmp_path / "words.txt", word + TEXTS[0]) == (1, [])
