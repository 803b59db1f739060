"""The decompressors, all in the shape that bz2, lzma, zstd and isal share, and the first bytes that call for
each."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.zstd import Frames

XZ_MEMORY = 1 << 27  # `xz -9` asks for 65 MB; a header may ask for 4 GB


class Decoder(Protocol):
    """The interface that bz2, lzma, zstd and isal share."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Wrapper:
    """What is handed on as it is of a decompressor that is not quite in that shape."""

    inner: Any

    @property
    def eof(self) -> bool:
        return bool(self.inner.eof)

    @property
    def unused_data(self) -> bytes:
        unused: bytes = self.inner.unused_data
        return unused

    @property
    def needs_input(self) -> bool:
        return bool(self.inner.needs_input)


class Inflate(Wrapper):
    """zlib's decompressor: for deflate, and for gzip where isal is not installed."""

    def __init__(self, wbits: int = 31) -> None:
        self.inner = zlib.decompressobj(wbits)

    @property
    def needs_input(self) -> bool:
        return not self.inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out: bytes = self.inner.decompress(self.inner.unconsumed_tail + data, max(0, max_length))
        return out


class Brotli:
    """The decompressor of brotli in the shape of the others."""

    unused_data = b""

    def __init__(self) -> None:
        try:
            brotli = import_module("brotli")
        except ImportError as error:
            raise Missing("brotli", "warc") from error
        self.inner = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self.inner.is_finished())

    @property
    def needs_input(self) -> bool:
        return bool(self.inner.can_accept_more_data())

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        decompressed: bytes = self.inner.process(data, output_buffer_limit=max_length)
        return decompressed


class Xz(Wrapper):
    """The standard library's decompressor of xz and lzma. A header that asks for too much memory is not
    damaged."""

    def __init__(self) -> None:
        from lzma import FORMAT_AUTO, LZMADecompressor

        self.inner = LZMADecompressor(FORMAT_AUTO, XZ_MEMORY)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        from lzma import LZMAError

        try:
            out: bytes = self.inner.decompress(data, max_length)
        except LZMAError as error:
            if "limit" not in str(error):
                raise
            raise Unreadable(f"xz data that need more than {XZ_MEMORY >> 20} MB of memory") from error
        return out


def gzip_decoder() -> Decoder:
    try:
        from isal import igzip_lib  # about three times as fast as zlib
    except ImportError:
        return Inflate()
    decoder: Decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return decoder


def bzip2_decoder() -> Decoder:
    from bz2 import BZ2Decompressor

    return BZ2Decompressor()


# The first bytes that announce each. A frame of zstd may be one to skip; a header of lzma, which has no mark,
# holds the size of its dictionary, and none or a size below 1 TB.
MAGIC = re.compile(
    rb"(?P<gzip>\x1f\x8b)|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)|(?P<bzip2>BZh[1-9])"
    rb"|(?P<xz>\xfd7zXZ\0)|(?P<lzma>\x5d\0\0[\0-\xff]{2}(?:\xff{8}|[\0-\xff]{5}\0{3}))"
)
LONGEST_MAGIC = 13
CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1b"})  # in no text, and soon in compressed data
# The same with what must follow, where it is looked for in what may be anything.
MEMBERS = {
    "gzip": re.compile(rb"\x1f\x8b\x08[\0-\x1f]"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "bzip2": re.compile(rb"BZh[1-9]1AY&SY"),
    "xz": re.compile(rb"\xfd7zXZ\0\0[\0\1\4\n]"),
}
DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": gzip_decoder,
    "bzip2": bzip2_decoder,
    "xz": Xz,
    "lzma": Xz,
    "brotli": Brotli,  # this and deflate have no first bytes of their own; HTTP says what a body is in
    "deflate": lambda: Inflate(zlib.MAX_WBITS),
    "raw deflate": lambda: Inflate(-zlib.MAX_WBITS),
}


def codec_of(head: bytes, start: int = 0) -> str | None:
    """The name of the compression that these first bytes announce."""
    match = MAGIC.match(head, start)
    return match.lastgroup if match else None


def decoders_for(codec: str) -> Callable[[], Decoder]:
    """What makes a decoder for each member of one input. Raises Missing."""
    return Frames() if codec == "zstd" else DECODERS[codec]
