"""Bodies as HTTP/1.1 sends them in chunks (RFC 9112, 7.1), which archives keep that way."""

from __future__ import annotations

import re
from typing import Any

SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
LONGEST_LINE = 1 << 13
TRAILERS = 200  # bytes that may stand behind the chunk that ends a body


class Chunked:
    """A body, chunk by chunk. Many crawlers join the chunks and leave the header standing: what does not
    begin with the size of a chunk is read as it is."""

    def __init__(self, raw: Any, length: int) -> None:
        self.raw = raw
        first: bytes = raw.readline(LONGEST_LINE)
        match = SIZE.fullmatch(first)
        size = int(match[1], 16) if match else 0
        # The first line of a text may be a number, too: then it is larger than the text, or 0 before more.
        behind = length - len(first)
        chunked = match is not None and (0 < size < behind or (size == 0 and behind <= TRAILERS))
        self.head = b"" if chunked else first
        # Of the present chunk; None where there are no chunks, 0 where the next is to be begun.
        self.left = size if chunked else None
        self.ended = self.left == 0
        self.error: OSError | None = None

    def read(self, size: int) -> bytes:
        """Raises OSError where a chunk should be and is none."""
        if self.error is not None:
            raise self.error
        try:
            return self.some(size)
        except OSError as error:
            self.error = error
            raise

    def some(self, size: int) -> bytes:
        block: bytes
        if self.head:
            block, self.head = self.head[:size], self.head[size:]
            return block
        if self.left is None:
            block = self.raw.read(size)
            return block
        if self.left == 0 and not self.ended:
            self.left = self.next_size()
            self.ended = self.left == 0
        if self.ended:
            return b""
        block = self.raw.read(min(size, self.left))
        if not block:
            raise OSError("the body ends inside of a chunk")
        self.left -= len(block)
        return block

    def next_size(self) -> int:
        end = self.raw.readline(LONGEST_LINE)
        line = self.raw.readline(LONGEST_LINE)
        if not line:
            raise OSError("the body ends before its last chunk")
        match = SIZE.fullmatch(line)
        if end.strip() or not match:
            raise OSError(f"no size of a chunk: {(end.strip() or line)[:20]!r}")
        return int(match[1], 16)
