"""An input that is compressed, known by its first bytes, of one member or of many.

What stands before damage is handed out before the damage is raised, so that a truncated archive gives all it
holds. Never more than CHUNK bytes are decompressed at a time: a compression bomb costs time, not memory."""

from __future__ import annotations

from io import RawIOBase
from typing import BinaryIO

from polldecode.sources.decoders import MEMBERS, codec_of, decoder_for
from polldecode.sources.problems import Unreadable
from polldecode.sources.streams import CHUNK, Stream, reason_of

FEED = 1 << 18  # compressed bytes handed to a decoder at a time
CRUMB = 16  # the same while looking for the last byte before a damage
TRIAL, TRIALS = 1 << 12, 10_000  # bytes that tell whether a member begins, and how often it is tried


class Compressed(Stream):
    """A stream whose bytes are decompressed as they are read."""

    def __init__(self, raw: BinaryIO | RawIOBase, head: bytes, codec: str) -> None:
        super().__init__(raw)
        self.head = head
        self.codec: str = codec
        self.begin()

    def begin(self) -> None:
        self.decoder = decoder_for(self.codec)
        self.pending = b""  # compressed bytes not yet handed to the decoder
        self.member = 0  # where in the input the present member begins, and how much has come out of it
        self.out = 0
        self.ready = b""  # decompressed bytes not yet handed out
        self.error = None
        self.ended = False
        self.fed = (b"", b"")  # to the decoder, the last but one time and the last time

    def rewind(self) -> None:
        super().rewind()
        self.begin()

    def look(self, size: int) -> bytes:
        seen = b""
        try:
            while len(seen) < size and (more := self.read(CHUNK)):
                seen += more
        except Unreadable:
            pass  # it is raised when what came before has been read
        self.ready = seen + self.ready
        return seen[:size]

    def read_onto(self, window: bytearray, size: int) -> int:
        data = self.read(size)
        window += data
        return len(data)

    def refill(self, window: bytearray, gone: int, size: int) -> int:
        del window[:gone]
        return self.read_onto(window, size)

    def read(self, size: int = CHUNK) -> bytes:
        while not self.ready:
            if self.error is not None:
                raise self.error
            if self.ended or (self.decoder.eof and not self.next_member()):
                return b""
            fresh = b""
            if self.decoder.needs_input:
                fresh = self.pending or self.take(FEED)
                self.pending = b""
                if not fresh:
                    self.error = Unreadable(f"truncated {self.codec} data")
                    continue
                self.fed = self.fed[1], fresh
            try:
                self.ready = self.decoder.decompress(fresh, min(size, CHUNK))
            except Exception as error:  # each library has its own, and all of them mean damage
                self.error = Unreadable(f"corrupt {self.codec} data: {reason_of(error)}")
                self.ready = self.up_to_damage(self.consumed - len(fresh))
            self.out += len(self.ready)
        data, self.ready = self.ready[:size], self.ready[size:]
        return data

    def next_member(self) -> bool:
        """Begin with the member that follows, as gzip, bzip2, xz and zstd files may have several; False at
        the end."""
        rest = self.decoder.unused_data.lstrip(b"\0")  # tapes pad with zeros
        while len(rest) < 6:
            more = self.take(FEED)
            if not more:
                break
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            self.ended = True
            return False
        if codec_of(rest) != self.codec:
            self.error = Unreadable(f"something else follows the {self.codec} data")
            raise self.error
        self.decoder = decoder_for(self.codec)
        self.pending, self.member, self.out = rest, self.consumed - len(rest), 0
        return True

    def up_to_damage(self, good: int) -> bytes:
        """What the present member still holds before the damage: a decoder that fails keeps what it had
        ready.

        So the member is read again, and the last stretch of it in crumbs.
        """
        decoder, rest, position = decoder_for(self.codec), bytearray(), self.member
        try:
            self.raw.seek(position)
        except (OSError, ValueError):
            return b""  # a pipe
        skip = self.out
        try:
            while len(rest) < 4 * CHUNK:
                size = min(FEED, good - position) if position < good else CRUMB
                data = self.raw.read(size) if decoder.needs_input else b""
                if not data and decoder.needs_input:
                    break
                position += len(data or b"")
                out = decoder.decompress(data or b"", CHUNK)
                rest += out[skip:]
                skip = max(0, skip - len(out))
        except Exception:  # noqa: S110 - the damage itself, reached
            pass
        self.raw.seek(self.consumed)
        return bytes(rest)

    def resume(self) -> bool:
        """Go on with the next member, as archives of many records have one for each, and logs one for each
        time they were written to. It is looked for from where the damage may have begun."""
        data = b"".join(self.fed)
        at = max(0, self.member + 1 - (self.consumed - len(data)))
        magic = MEMBERS.get(self.codec, b"")
        for _ in range(TRIALS if magic else 0):
            while (at := data.find(magic, at)) < 0 or len(data) - at < TRIAL:
                more = self.take(FEED)
                if not more:
                    break
                data, at = data[at if at >= 0 else 1 - len(magic) :] + more, 0
            if at < 0:
                return False
            if self.begins(data[at : at + TRIAL]):
                self.decoder, self.pending, self.error = decoder_for(self.codec), data[at:], None
                self.member, self.out, self.fed = self.consumed - len(self.pending), 0, (b"", b"")
                return True
            at += 1
        return False

    def begins(self, data: bytes) -> bool:
        """Whether a member begins here, and not only what looks like it."""
        decoder = decoder_for(self.codec)
        try:
            return bool(decoder.decompress(data, TRIAL)) or decoder.eof
        except Exception:  # each library has its own
            return False


def stream_of(raw: BinaryIO | RawIOBase) -> Stream:
    """The stream of an input, compressed or not. Raises OSError, and Missing where its decoder is not
    installed."""
    plain = Stream(raw)
    codec = codec_of(plain.peek(6))
    return plain if codec is None else Compressed(raw, plain.head, codec)
