"""The same polls in every format a crawl comes in."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from polldecode import sources
from polldecode.samples import Planted, article, planted

COUNT = 12


def search(source: sources.Input, **wanted: Any) -> Iterator[sources.Found]:
    """What stands in an input, each poll by itself."""
    return sources.each(sources.search(source, **wanted))


def pages(count: int = COUNT, seed: int = 7) -> list[tuple[str, str, Planted]]:
    """URL, text and poll of each page; a page in three has none of its own, and those are left out of the
    polls."""
    rng = random.Random(seed)
    return [
        (f"https://example.org/{n}/", article(rng, "fr", [poll]), poll)
        for n, poll in enumerate(planted(rng, "fr") for _ in range(count))
    ]


def empty_pages(count: int, seed: int = 8) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    return [(f"https://example.org/empty/{n}/", article(rng, "en")) for n in range(count)]


def all_pages() -> list[tuple[str, str]]:
    """With and without polls, in turn."""
    mixed = []
    for (url, text, _), other in zip(pages(), empty_pages(COUNT), strict=True):
        mixed += [(url, text), other]
    return mixed


def as_text() -> bytes:
    return "\n\n".join(text for _, text in all_pages()).encode()


def as_html() -> bytes:
    body = "".join(f"<article>{escape(text)}</article>" for _, text in all_pages())
    return f"<!doctype html><html><body>{body}</body></html>".encode()


def as_jsonl() -> bytes:
    lines = [json.dumps({"url": url, "title": "a page", "text": text}) for url, text in all_pages()]
    return "\n".join(lines).encode()


def as_json() -> bytes:
    posts = [
        {
            "id": n,
            "date": "2023-01-05T10:00:00",
            "link": url,
            "title": {"rendered": "a page"},
            "content": {"rendered": text},
        }
        for n, (url, text) in enumerate(all_pages())
    ]
    return json.dumps(posts, ensure_ascii=False, indent=1).encode()


def as_feed() -> bytes:
    items = "".join(
        f"<item><title>a page</title><link>{url}</link><guid>{url}?p={n}</guid>"
        f"<content:encoded><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></content:encoded>"
        f"<wp:post_id>{n}</wp:post_id></item>"
        for n, (url, text) in enumerate(all_pages())
    )
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {spaces}><channel><title>t</title>'
    return (head + items + "</channel></rss>").encode()


def sql_string(text: str) -> str:
    for char, escaped in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(char, escaped)
    return f"'{text}'"


def as_sql() -> bytes:
    rows = ",".join(
        f"({n},1,'2023-01-05 10:00:00','2023-01-05 09:00:00',{sql_string(text)},'a page','',"
        f"'publish','open','open','','a-page','','','2023-01-05 10:00:00','2023-01-05 09:00:00','',0,"
        f"'{url}',0,'post','',0)"
        for n, (url, text) in enumerate(all_pages())
    )
    return f"-- MySQL dump 10.13\n\nINSERT INTO `wp_posts` VALUES {rows};\n".encode()


def as_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["url", "title", "body"])
    writer.writerows((url, "a page", text) for url, text in all_pages())
    return out.getvalue().encode()


def as_parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"url": [url for url, _ in all_pages()], "body": [text for _, text in all_pages()]})
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=5)
    return out.getvalue()


def warc_record(kind: str, url: str, body: bytes, number: int) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-01-05T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
        f"Content-Type: {'application/http; msgtype=response' if kind == 'response' else 'text/plain'}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def as_wet() -> bytes:
    return b"".join(
        warc_record("conversion", url, text.encode(), n) for n, (url, text) in enumerate(all_pages())
    )


def http_body(text: str, coding: str, *, chunked: bool, joined: bool) -> bytes:
    """``joined``: the crawler has joined the chunks, and left the header standing."""
    body = text.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    if coding == "gzip":
        body, head = gzip.compress(body), head + b"Content-Encoding: gzip\r\n"
    if coding == "br":
        import brotli

        body, head = brotli.compress(body), head + b"Content-Encoding: br\r\n"
    if chunked or joined:
        head += b"Transfer-Encoding: chunked\r\n"
    if chunked:
        pieces = [body[i : i + 700] for i in range(0, len(body), 700)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return head + b"\r\n" + body


def as_warc() -> bytes:
    codings = ("", "gzip", "br")
    return b"".join(
        warc_record(
            "response", url, http_body(text, codings[n % 3], chunked=n % 2 == 0, joined=n % 4 == 1), n
        )
        for n, (url, text) in enumerate(all_pages())
    )


FORMATS: dict[str, Callable[[], bytes]] = {
    "txt": as_text,
    "html": as_html,
    "jsonl": as_jsonl,
    "json": as_json,
    "xml": as_feed,
    "sql": as_sql,
    "csv": as_csv,
    "parquet": as_parquet,
    "wet": as_wet,
    "warc": as_warc,
}


def zstd(data: bytes) -> bytes:
    from importlib import import_module

    try:
        module = import_module("compression.zstd")
    except ImportError:
        module = import_module("backports.zstd")
    compressed: bytes = module.compress(data)
    return compressed


COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".zst": zstd,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
