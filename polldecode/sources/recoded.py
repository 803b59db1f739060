"""A stream of UTF-16 or UTF-32 as one of UTF-8."""

from __future__ import annotations

import codecs

from polldecode.sources.streams import CHUNK, Stream


class Recoded:
    def __init__(self, stream: Stream, charset: str) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder(charset)("replace")

    def read(self, size: int = CHUNK) -> bytes:
        """Up to ``size`` bytes of the stream, recoded; b"" only at the end."""
        while block := self.stream.read(size):
            if text := self.decoder.decode(block):
                return text.encode()
        return self.decoder.decode(b"", final=True).encode()
