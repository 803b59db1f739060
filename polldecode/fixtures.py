"""Samples written to files: one format a function, by name in FORMATS. Nothing that exists is overwritten."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any

from polldecode.partial import LAST, whole_file, whole_folder
from polldecode.samples import Sample

DATE = "2023-01-10T08:00:00Z"  # of every record: the same samples give the same bytes
COLUMNS = ("text", "expected", "recoverable", "keeps_id", "manglings", "language", "locale")
ROWS = 1000  # of a row group of Parquet


@dataclass(frozen=True, slots=True)
class Format:
    """``write`` puts samples into one stream. ``alone``: a sample's text by itself is such a file, so they
    may also be files of a folder. The first of the suffixes is theirs."""

    suffixes: tuple[str, ...]
    description: str
    write: Callable[[Iterable[Sample], IO[bytes]], None]
    alone: Callable[[Sample], bytes] | None = None


def format_for(target: str | None, name: str | None = None) -> str:
    """The format of an output: the one named, the one of its suffix, or text for stdout (None) and a folder.
    Raises ValueError."""
    if name is not None or target is None or is_folder(target):
        return name or "text"
    suffix = os.path.splitext(target)[1].lower()
    for known, form in FORMATS.items():
        if suffix in form.suffixes:
            return known
    raise ValueError(f"what format is {target!r}? Say it with --format: {', '.join(FORMATS)}")


def write(samples: Iterable[Sample], form: str, target: str | None) -> None:
    """Write ``samples`` in the format named ``form``.

    ``target`` is a file; or, where the format allows it and the name has no suffix, a folder that gets a
    file for each sample and ``expected.jsonl``; None is stdout. A file or folder appears when it is whole.
    Raises FileExistsError rather than overwrite anything, and ImportError where the format's library is
    missing."""
    chosen = FORMATS[form]
    if target is None:
        chosen.write(samples, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif chosen.alone is not None and is_folder(target):
        with whole_folder(target) as folder:
            write_folder(samples, chosen.suffixes[0], chosen.alone, folder)
    else:
        with whole_file(target) as stream:
            chosen.write(samples, stream)


def is_folder(target: str) -> bool:
    """Whether an output names a folder: one that is there, or has no suffix or a slash at its end."""
    return os.path.isdir(target) or target.endswith(("/", os.sep)) or not os.path.splitext(target)[1]


def write_folder(
    samples: Iterable[Sample], suffix: str, alone: Callable[[Sample], bytes], folder: str
) -> None:
    with open(os.path.join(folder, LAST), "xb") as expected:
        for number, sample in enumerate(samples, 1):
            name = f"{number:05}{suffix}"
            with open(os.path.join(folder, name), "xb") as file:
                file.write(alone(sample))
            record = {"path": name} | {
                key: value for key, value in to_record(sample).items() if key != "text"
            }
            expected.write(json_line(record))


def to_record(sample: Sample) -> dict[str, Any]:
    """A sample as a JSON object: the text, and what a reader has to find in it."""
    return {
        "text": sample.text,
        "expected": [{"id": poll.id, "params": poll.params} for poll in sample.planted],
        "recoverable": sample.recoverable,
        "keeps_id": sample.keeps_id,
        "manglings": sample.manglings,
        "language": sample.language,
        "locale": sample.locale,
    }


def json_line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def write_jsonl(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    for sample in samples:
        stream.write(json_line(to_record(sample)))


def write_text(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    between = b""
    for sample in samples:
        stream.write(between + text_of(sample))
        between = b"\n\n"


def text_of(sample: Sample) -> bytes:
    return sample.text.encode("utf-8", "surrogatepass")


def write_html(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    for sample in samples:
        stream.write(html_of(sample))


def html_of(sample: Sample) -> bytes:
    """A page around the text. Texts without markup become paragraphs, as WordPress would make them."""
    from polldecode.mangle.wordpress import autop

    body = sample.text if "</" in sample.text else autop(sample.text)
    return PAGE.format(language=sample.language, body=body).encode("utf-8", "surrogatepass")


def write_wxr(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    """WordPress's export: a post a sample, the text as its content."""
    stream.write(WXR_HEAD.encode())
    for number, sample in enumerate(samples, 1):
        content = sample.text.replace("]]>", "]]]]><![CDATA[>")
        item = WXR_ITEM.format(number=number, content=content, date=DATE.replace("T", " ").rstrip("Z"))
        stream.write(item.encode("utf-8", "surrogatepass"))
    stream.write(b"</channel>\n</rss>\n")


def write_warc(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    """A response a sample, a page as its body."""
    try:
        from fastwarc.warc import WarcRecord, WarcRecordType
    except ImportError as error:
        raise ImportError("WARC needs fastwarc: pip install 'polldecode[warc]'") from error
    from uuid import UUID

    for number, sample in enumerate(samples, 1):
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html_of(sample)
        record = WarcRecord()
        record.init_headers(
            record_type=WarcRecordType.response,
            record_urn=f"uuid:{UUID(int=number)}".encode(),
            content_length=len(body),  # needed before fastwarc 2
        )
        record.headers["WARC-Date"] = DATE
        record.headers["WARC-Target-URI"] = f"https://example.org/{sample.language}/{number}/"
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(body)
        record.write(stream, checksum_data=True)


def write_parquet(samples: Iterable[Sample], stream: IO[bytes]) -> None:
    """A row a sample; ``expected`` as JSON."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ImportError("Parquet needs pyarrow: pip install 'polldecode[parquet]'") from error
    schema = pa.schema(
        [pa.field(name, pa.bool_() if name == "keeps_id" else pa.large_string()) for name in COLUMNS]
    )
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        rows: list[dict[str, Any]] = []
        for sample in samples:
            record = to_record(sample)
            rows.append(record | {"expected": json.dumps(record["expected"], ensure_ascii=False)})
            if len(rows) == ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema))


PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>Article</title>
</head>
<body>
<article class="post">
<div class="entry-content">
{body}</div>
</article>
</body>
</html>
"""
WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>Site</title>
<link>https://example.org</link>
<wp:wxr_version>1.2</wp:wxr_version>
"""
WXR_ITEM = """<item>
<title><![CDATA[Article {number}]]></title>
<link>https://example.org/{number}/</link>
<content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date><![CDATA[{date}]]></wp:post_date>
<wp:status><![CDATA[publish]]></wp:status>
<wp:post_type><![CDATA[post]]></wp:post_type>
</item>
"""

FORMATS: dict[str, Format] = {
    "text": Format((".txt", ".md", ".markdown"), "the text alone", write_text, text_of),
    "html": Format((".html", ".htm"), "a page around the text", write_html, html_of),
    "jsonl": Format(
        (".jsonl", ".ndjson", ".jl"), "an object a line: text, expected, recoverable, manglings", write_jsonl
    ),
    "warc": Format((".warc",), "a response a sample", write_warc),
    "wxr": Format((".xml", ".wxr"), "WordPress's export, a post a sample", write_wxr),
    "parquet": Format((".parquet", ".pq"), "a row a sample", write_parquet),
}
