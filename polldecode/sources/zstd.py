"""The frames of one zstd input, which may begin with the dictionary of those behind it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from polldecode.sources.problems import Missing, Unreadable

# A frame says how far back it may refer, and that much of what came out is kept. The library's own limit is
# 128 MB; `--long` asks for up to 2 GB, of which only what has come out takes memory.
WINDOW, WIDEST = 1 << 27, 31
KEPT = 1 << 29  # of a wider window
LONGEST_HEADER = 18
# A skippable frame that holds the dictionary of all others, as archives of the web have it in .warc.zst.
DICTIONARY = b"\x5d\x2a\x4d\x18"
LARGEST_DICTIONARY = 1 << 24
FRAME, FORMATTED = b"\x28\xb5\x2f\xfd", b"\x37\xa4\x30\xec"
SINGLE, SIZES = 0x20, (1, 2, 4, 8)


class Frames:
    """What the decoders of one input share: the library and the dictionary."""

    def __init__(self) -> None:
        for name in ("compression.zstd", "backports.zstd"):  # the standard library has it from Python 3.14
            try:
                self.library: Any = import_module(name)
            except ImportError:
                continue
            break
        else:
            raise Missing("zstd", "zst")
        self.options = {self.library.DecompressionParameter.window_log_max: WIDEST}
        self.dictionary: Any = None

    def __call__(self) -> Frame:
        return Frame(self)

    def decoder(self) -> Any:
        return self.library.ZstdDecompressor(self.dictionary, self.options)

    def take_dictionary(self, content: bytes) -> None:
        """It may be compressed itself. What is no dictionary is skipped, as the format asks."""
        try:
            if content.startswith(FRAME):
                content = self.library.ZstdDecompressor().decompress(content, LARGEST_DICTIONARY)
            self.dictionary = self.library.ZstdDict(content, is_raw=not content.startswith(FORMATTED))
        except (ValueError, self.library.ZstdError):
            self.dictionary = None


class Frame:
    """The decoder of one frame, in the shape of the others."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.inner = frames.decoder()
        self.head = b""  # its first bytes
        self.begun = False  # whether these have told what frame it is
        self.content: bytearray | None = None  # of a dictionary
        self.out = 0
        self.rest: bytes | None = None  # what follows a dictionary

    @property
    def eof(self) -> bool:
        return self.rest is not None or bool(self.inner.eof)

    @property
    def unused_data(self) -> bytes:
        unused: bytes = self.inner.unused_data if self.rest is None else self.rest
        return unused

    @property
    def needs_input(self) -> bool:
        return bool(self.inner.needs_input)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if not self.begun:
            data = self.head + data
            self.head = data[:LONGEST_HEADER]
            if len(data) < len(DICTIONARY) and DICTIONARY.startswith(data):
                return b""
            self.begun = True
            if data.startswith(DICTIONARY):
                self.content = bytearray()
        elif len(self.head) < LONGEST_HEADER:
            self.head += data[: LONGEST_HEADER - len(self.head)]
        if self.content is not None:
            self.content += data
            self.take_dictionary(self.content)
            return b""
        if self.out > KEPT and (reach := window(self.head)) > WINDOW:
            raise Unreadable(f"a zstd window of {reach >> 20} MB, of which {KEPT >> 20} MB are kept")
        try:
            block: bytes = self.inner.decompress(data, max_length)
        except self.frames.library.ZstdError as error:
            if needed := self.dictionary_needed():
                raise Unreadable(f"zstd data with a dictionary ({needed}) that is not there") from error
            raise
        self.out += len(block)
        return block

    def take_dictionary(self, content: bytearray) -> None:
        size = int.from_bytes(content[4:8], "little")
        if len(content) >= 8 and size > LARGEST_DICTIONARY:
            raise Unreadable(f"a zstd dictionary of {size >> 20} MB; {LARGEST_DICTIONARY >> 20} MB are read")
        if len(content) >= 8 + size > 7:
            self.frames.take_dictionary(bytes(content[8 : 8 + size]))
            self.rest = bytes(content[8 + size :])

    def dictionary_needed(self) -> int:
        """The number of a dictionary that there is not, 0 for none."""
        if self.out or self.frames.dictionary is not None or not self.head.startswith(FRAME):
            return 0
        return int(self.frames.library.get_frame_info(self.head).dictionary_id or 0)


def window(head: bytes) -> int:
    """How far back a frame may refer, by its header (RFC 8878, 3.1.1.1)."""
    descriptor = head[4]
    if not descriptor & SINGLE:
        base = 1 << (10 + (head[5] >> 3))
        return base + (base >> 3) * (head[5] & 7)
    start = 5 + (0, 1, 2, 4)[descriptor & 3]
    size = int.from_bytes(head[start : start + SIZES[descriptor >> 6]], "little")
    return size + 256 if descriptor >> 6 == 1 else size
