"""Seeded corpora to measure on: ``python benchmarks/corpus.py FOLDER [--scale 1.0]``.

dense.txt: 60,000 distinct polls in articles, about 100 MB. dense-fr.txt: the same as WordPress texturizes
it in French. sparse.txt: 400 MB of prose in 23 languages with a poll every 400 documents; the same as
.txt.gz, .jsonl, .parquet and .wet. The same seed and scale give the same bytes (of compressed ones: the
same text).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from polldecode.mangle import texturize
from polldecode.samples import article, languages, paragraph, planted

DENSE_POLLS = 60_000
SPARSE_BYTES = 400_000_000
EVERY = 400  # documents to a poll
PARAGRAPHS = 4_000  # made of each language; documents are drawn from these
WORDS = 6


def dense(folder: Path, scale: float) -> None:
    clean, french = folder / "dense.txt", folder / "dense-fr.txt"
    if clean.exists() and french.exists():
        return
    rng = Random(1)
    with part(clean).open("w", encoding="utf-8") as one, part(french).open("w", encoding="utf-8") as other:
        for number in range(int(DENSE_POLLS * scale)):
            text = f"Article {number}\n\n" + article(rng, "fr", [planted(rng, "fr")]) + "\n"
            one.write(text)
            other.write(texturize(text, "fr_FR"))
    part(clean).rename(clean)
    part(french).rename(french)


def documents(scale: float) -> Iterator[tuple[str, str]]:
    """URL and text. The paragraphs come from a store of some, but their words are shuffled: compressors and
    caches meet text that varies."""
    rng = Random(2)
    codes = tuple(languages())
    store = {code: [paragraph(rng, code) for _ in range(PARAGRAPHS // len(codes))] for code in codes}
    size, number = 0, 0
    while size < SPARSE_BYTES * scale:
        code = codes[number % len(codes)]
        paragraphs = rng.choices(store[code], k=rng.randrange(4, 16))
        for position, text in enumerate(paragraphs):
            words = text.split(" ")
            cut = rng.randrange(len(words))
            paragraphs[position] = " ".join([*words[cut:], str(rng.randrange(10**WORDS)), *words[:cut]])
        if number % EVERY == EVERY // 2:
            paragraphs.insert(rng.randrange(len(paragraphs)), planted(rng, code).shortcode)
        text = "\n\n".join(paragraphs)
        size += len(text.encode()) + 2
        yield f"https://example.org/{code}/{number}", text
        number += 1


def sparse(folder: Path, scale: float) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [folder / f"sparse.{suffix}" for suffix in ("txt", "jsonl", "wet", "parquet", "txt.gz")]
    if all(name.exists() for name in names):
        return
    text, jsonl, wet, parquet, zipped = (part(name) for name in names)
    schema = pa.schema([("url", pa.string()), ("text", pa.string())])
    with (
        text.open("wb") as as_text,
        jsonl.open("wb") as as_jsonl,
        wet.open("wb") as as_wet,
        pq.ParquetWriter(parquet, schema, compression="snappy") as as_parquet,
        gzip.open(zipped, "wb", compresslevel=6) as as_gzip,
    ):
        rows: list[tuple[str, str]] = []
        for number, (url, body) in enumerate(documents(scale)):
            data = body.encode()
            as_text.write(data + b"\n\n")
            as_gzip.write(data + b"\n\n")
            as_jsonl.write(json.dumps({"url": url, "text": body}, ensure_ascii=False).encode() + b"\n")
            as_wet.write(wet_record(url, data, number))
            rows.append((url, body))
            if len(rows) == 20_000:
                write_rows(as_parquet, rows, schema)
        write_rows(as_parquet, rows, schema)
    for name in names:
        part(name).rename(name)


def write_rows(writer: object, rows: list[tuple[str, str]], schema: object) -> None:
    import pyarrow as pa

    if rows:
        writer.write_table(pa.table(list(zip(*rows, strict=True)), schema=schema))  # type: ignore[attr-defined]
        rows.clear()


def wet_record(url: str, body: bytes, number: int) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-01-05T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def make(folder: Path, scale: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    dense(folder, scale)
    sparse(folder, scale)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.scale)
