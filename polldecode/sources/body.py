"""The body of a record of WARC, without what HTTP has put around it."""

from __future__ import annotations

from typing import Any

from polldecode.sources.chunked import Chunked
from polldecode.sources.compressed import Compressed
from polldecode.sources.decoders import CONTROLS, MAGIC, codec_of, decoders_for
from polldecode.sources.streams import Stream

CODINGS = {
    "gzip": ("gzip",),
    "x-gzip": ("gzip",),
    "zstd": ("zstd",),
    "br": ("brotli",),
    "deflate": ("deflate", "raw deflate"),  # zlib's format, and what servers took the name for
}
HEAD = 512  # bytes of a body by which its encoding is believed
SHORT = 1 << 17


def body_of(record: Any) -> Stream:
    """The body without its encodings. Many crawlers unpack it and leave the headers standing."""
    headers = record.http_headers or {}
    transfer, content = (codings(headers.get(f"{name}-Encoding")) for name in ("Transfer", "Content"))
    chunked = "chunked" in transfer
    raw: Any = Chunked(record.reader, record.content_length) if chunked else record.reader
    body = Stream(raw)
    for coding in reversed(content + transfer):
        if names := CODINGS.get(coding):
            raw = body if isinstance(body, Compressed) else body.raw
            body = body if raw is body.raw else Stream(raw)
            if codec := codec_among(names, body.peek(HEAD)):
                body = Compressed(raw, body.head, codec)
    return body


def codec_among(names: tuple[str, ...], head: bytes) -> str | None:
    """Which of these the body is in that begins so, as far as that can be told; None for text."""
    if names[0] in MAGIC:
        return names[0] if codec_of(head) == names[0] else None
    if codec_of(head) is not None or head == head.translate(None, CONTROLS):
        return None
    for name in names:
        decoder = decoders_for(name)()
        try:
            decoder.decompress(head, SHORT)
        except Exception:  # noqa: S112 - each library has its own
            continue
        return name
    return names[0]


def codings(header: str | None) -> list[str]:
    """In the order in which they were done."""
    return [name.strip().lower() for name in header.split(",")] if header else []
