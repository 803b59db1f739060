"""The decompressors, all in the shape that bz2, lzma, zstd and isal share, and the first bytes that call for
each."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from polldecode.sources.problems import Missing

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


class Inflate:
    """zlib's decompressor in the shape of the others: for deflate, and for gzip where isal is not
    installed."""

    def __init__(self, wbits: int = 31) -> None:
        self.inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self.inner.eof

    @property
    def unused_data(self) -> bytes:
        return self.inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self.inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self.inner.decompress(self.inner.unconsumed_tail + data, max(0, max_length))


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


def xz_decoder() -> Decoder:
    from lzma import LZMADecompressor

    return LZMADecompressor(memlimit=XZ_MEMORY)


def zstd_decoder() -> Decoder:
    for name in ("compression.zstd", "backports.zstd"):  # the standard library has it from Python 3.14
        try:
            decoder: Decoder = import_module(name).ZstdDecompressor()
        except ImportError:
            continue
        return decoder
    raise Missing("zstd", "zst")


MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}
# The same with what must follow, where it is looked for in what may be anything.
MEMBERS = {
    "gzip": re.compile(rb"\x1f\x8b\x08[\0-\x1f]"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "bzip2": re.compile(rb"BZh[1-9]1AY&SY"),
    "xz": re.compile(rb"\xfd7zXZ\0\0[\0\1\4\n]"),
}
DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": gzip_decoder,
    "zstd": zstd_decoder,
    "bzip2": bzip2_decoder,
    "xz": xz_decoder,
    "brotli": Brotli,  # this and deflate have no first bytes of their own; HTTP says what a body is in
    "deflate": lambda: Inflate(zlib.MAX_WBITS),
    "raw deflate": lambda: Inflate(-zlib.MAX_WBITS),
}


def codec_of(head: bytes) -> str | None:
    """The name of the compression that these first bytes announce."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


def decoder_for(codec: str) -> Decoder:
    return DECODERS[codec]()
