"""A stream of UTF-16 or UTF-32 as one of UTF-8."""

from __future__ import annotations

import codecs

from polldecode.sources.charsets import SNIFF, mark_of
from polldecode.sources.problems import Unreadable
from polldecode.sources.streams import CHUNK, Stream


class Recoded(Stream):
    def __init__(self, stream: Stream, charset: str) -> None:
        super().__init__(Recoder(stream, charset))
        self.stream = stream

    def look(self, size: int) -> bytes:
        try:
            return super().look(size)
        except Unreadable as error:
            self.raw.error = error
            return self.head

    @property
    def taken(self) -> int:
        return self.stream.taken

    @property
    def rewindable(self) -> bool:
        return self.stream.rewindable

    def rewind(self) -> None:
        self.stream.rewind()
        self.raw.begin()
        self.head = b""


class Recoder:
    """What reads of the one and gives the other. ``error`` is damage that was come upon in looking ahead."""

    def __init__(self, stream: Stream, charset: str) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder(charset)("replace")
        self.begin()

    def begin(self) -> None:
        self.error: Unreadable | None = None
        self.decoder.reset()
        self.stream.read(len(mark_of(self.stream.look(SNIFF))))

    def read(self, size: int = CHUNK) -> bytes:
        """About ``size`` bytes of the stream, recoded; b"" only at the end."""
        error, self.error = self.error, None
        if error is not None:
            raise error
        while block := self.stream.read(size):
            if text := self.decoder.decode(block):
                return text.encode("utf-8", "replace")
        return self.decoder.decode(b"", final=True).encode("utf-8", "replace")
