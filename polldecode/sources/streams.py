"""One input as a stream of bytes: file, stdin or URL."""

from __future__ import annotations

from typing import Any

from polldecode.sources.problems import Unreadable

CHUNK = 1 << 20


class Stream:
    """``read(n)`` gives up to n bytes, b"" only at the end. Raises Unreadable where the data are damaged.

    ``consumed`` counts the bytes that it was read from. ``codec`` is the compression, None
    for none."""

    codec: str | None = None
    error: Unreadable | None = None  # to be raised when what stands before the damage has been read

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.consumed = 0
        self.head = b""
        self.block = bytearray()

    def peek(self, size: int) -> bytes:
        """The first bytes of the input as it stands, without taking them."""
        while len(self.head) < size:
            more = self.raw.read(size - len(self.head))
            if not more:
                break
            self.head += more
        return self.head[:size]

    def look(self, size: int) -> bytes:
        """The first bytes of the text, decompressed, without taking them; fewer where they end or are
        damaged."""
        try:
            return self.peek(size)
        except (OSError, EOFError):
            return self.head  # the next one who reads is told

    def read(self, size: int = CHUNK) -> bytes:
        return self.take(size)

    def read_onto(self, window: bytearray, size: int) -> int:
        """The same, appended to a window. Half the time of ``read`` in large blocks: no memory is asked
        for."""
        if self.head or not hasattr(self.raw, "readinto"):
            data = self.read(size)
            window += data
            return len(data)
        if len(self.block) < size:
            self.block = bytearray(size)
        try:
            with memoryview(self.block)[:size] as view:
                length = self.raw.readinto(view) or 0
                window += view[:length]
        except (OSError, EOFError) as error:
            raise Unreadable(reason_of(error)) from error
        self.consumed += length
        return length

    def refill(self, window: bytearray, gone: int, size: int) -> int:
        """The same, after the first bytes of the window are taken out. Where as many come as go, they are
        read to where they belong, and nothing is copied twice."""
        if gone != size or self.head or not hasattr(self.raw, "readinto"):
            del window[:gone]
            return self.read_onto(window, size)
        keep, length = len(window) - gone, 0
        window[:keep] = window[gone:]
        try:
            with memoryview(window)[keep:] as view:
                length = self.raw.readinto(view) or 0
        except (OSError, EOFError) as error:
            raise Unreadable(reason_of(error)) from error
        finally:
            del window[keep + length :]
        self.consumed += length
        return length

    def take(self, size: int) -> bytes:
        if self.head:
            data, self.head = self.head[:size], self.head[size:]
        else:
            try:
                data = self.raw.read(size) or b""
            except (OSError, EOFError) as error:
                raise Unreadable(reason_of(error)) from error
        self.consumed += len(data)
        return data

    @property
    def taken(self) -> int:
        """The bytes read of the input as it stands on the disk."""
        return self.consumed

    @property
    def rewindable(self) -> bool:
        try:
            return bool(self.raw.seekable())
        except OSError:
            return False

    def rewind(self) -> None:
        """Back to the beginning, of a seekable input."""
        self.seek(0)
        self.consumed = 0

    def seek(self, offset: int) -> None:
        self.raw.seek(offset)
        self.head = b""

    def resume(self) -> bool:
        """Whether there is something to read behind the damage that was raised."""
        return False

    def close(self) -> None:
        self.raw.close()


def reason_of(error: BaseException) -> str:
    """What an exception says, for a report: an OSError's own words without the path, which stands beside
    it."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
