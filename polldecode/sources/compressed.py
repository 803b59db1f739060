"""An input that is compressed, known by its first bytes, of one member or of many.

What stands before damage is handed out before the damage is raised, so that a truncated archive gives all it
holds. Never more than CHUNK bytes are decompressed at a time: a compression bomb costs time, not memory."""

from __future__ import annotations

import re
from io import RawIOBase
from typing import BinaryIO

from polldecode.sources.decoders import LONGEST_MAGIC, MEMBERS, codec_of, decoders_for
from polldecode.sources.problems import Unreadable
from polldecode.sources.streams import CHUNK, Stream, reason_of

FEED = 1 << 18  # compressed bytes handed to a decoder at a time
CRUMB = 16  # the same while looking for the last byte before a damage
SMALL = 1 << 24  # a member may be read a third time for it
TRIAL, TRIALS = 64, 20_000  # bytes that tell whether a member begins, and how often that is asked
MOST_OUT = 1_100  # bytes that come out of one; deflate's most is 1,032
LAYERS = 3  # compressions within each other, as files are that were compressed once more on their way


class Compressed(Stream):
    """A stream whose bytes are decompressed as they are read. ``raw`` may be one itself."""

    def __init__(self, raw: BinaryIO | RawIOBase | Stream, head: bytes, codec: str) -> None:
        super().__init__(raw)
        self.head = head
        self.codec: str = codec
        self.begin()

    def begin(self) -> None:
        self.new_decoder = decoders_for(self.codec)
        self.decoder = self.new_decoder()
        self.pending = b""  # compressed bytes not yet handed to the decoder
        self.member = 0  # where in the input the present member begins, and how much has come out of it
        self.out = 0
        self.ready = b""  # decompressed bytes not yet handed out
        self.error = None
        self.failed = False  # whether it is what the members are read from that is damaged
        self.ended = False
        self.fed = (b"", b"")  # to the decoder, the last but one time and the last time
        self.total = 0  # what has come out of all members
        self.trials = 0

    @property
    def taken(self) -> int:
        return self.raw.taken if isinstance(self.raw, Stream) else self.consumed

    @property
    def rewindable(self) -> bool:
        return self.raw.rewindable if isinstance(self.raw, Stream) else super().rewindable

    def rewind(self) -> None:
        if isinstance(self.raw, Stream):
            self.raw.rewind()
            self.head, self.consumed = b"", 0
        else:
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
            except Unreadable as error:  # a limit, and no damage
                self.error = error
            except Exception as error:  # each library has its own, and all of them mean damage
                self.error = Unreadable(f"corrupt {self.codec} data: {reason_of(error)}")
                self.ready = self.up_to_damage(self.consumed - len(fresh))
            self.out += len(self.ready)
            self.total += len(self.ready)
        data, self.ready = self.ready[:size], self.ready[size:]
        return data

    def take(self, size: int) -> bytes:
        try:
            return super().take(size)
        except Unreadable as error:
            self.error, self.failed = error, True
            raise

    def next_member(self) -> bool:
        """Begin with the member that follows, as gzip, bzip2, xz and zstd files may have several; False at
        the end."""
        rest = self.decoder.unused_data.lstrip(b"\0")  # tapes pad with zeros
        while len(rest) < LONGEST_MAGIC:
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
        self.decoder = self.new_decoder()
        self.pending, self.member, self.out = rest, self.consumed - len(rest), 0
        return True

    def up_to_damage(self, good: int) -> bytes:
        """What the present member still holds before the damage: a decoder that fails keeps what it had
        ready. So the member is read again, the last stretch of it in crumbs, and then the last crumb byte by
        byte. ``good`` is where the bytes begin on which it failed."""
        if isinstance(self.raw, Stream):
            return b""
        try:
            self.raw.seek(self.member)
        except (OSError, ValueError):
            return b""  # a pipe
        rest, failed = self.read_again(good, CRUMB)
        if failed - self.member < SMALL:
            rest, _ = self.read_again(max(self.member, failed - CRUMB), 1)
        self.raw.seek(self.consumed)
        return rest

    def read_again(self, good: int, crumb: int) -> tuple[bytes, int]:
        """What comes out of the member behind what did before, and where in the input it fails."""
        decoder, rest, position = self.new_decoder(), bytearray(), self.member
        self.raw.seek(position)
        skip = self.out
        try:
            while len(rest) < 4 * CHUNK:
                size = min(FEED, good - position) if position < good else crumb
                data = self.raw.read(size) if decoder.needs_input else b""
                if not data and decoder.needs_input:
                    break
                position += len(data or b"")
                out = decoder.decompress(data or b"", CHUNK)
                rest += out[skip:]
                skip = max(0, skip - len(out))
        except Exception:  # noqa: S110 - the damage itself, reached
            pass
        return bytes(rest), position

    def resume(self) -> bool:
        """Go on with the next member, as archives of many records have one for each, and logs one for each
        time they were written to. It is looked for from where the damage may have begun."""
        try:
            return self.resume_in(MEMBERS.get(self.codec))
        except Unreadable:
            return False  # there is no more to be read

    def resume_in(self, pattern: re.Pattern[bytes] | None) -> bool:
        """The same, with what a member begins like; None where it begins like anything."""
        # More than can come out of so many bytes: members within members, read again and again.
        if pattern is None or self.failed or self.total > MOST_OUT * self.consumed:
            return False
        data = b"".join(self.fed)
        start = max(0, self.member + 1 - (self.consumed - len(data)))
        while True:
            match = pattern.search(data, start)
            at = match.start() if match else max(start, len(data) - LONGEST_MAGIC)
            if len(data) - at < TRIAL and (more := self.take(FEED)):
                data, start = data[at:] + more, 0
            elif match is None or self.trials == TRIALS:
                return False
            elif self.begins(data[at : at + TRIAL]):
                break
            else:
                start = at + 1
        self.decoder, self.pending, self.error = self.new_decoder(), data[at:], None
        self.member, self.out, self.fed = self.consumed - len(self.pending), 0, (b"", b"")
        return True

    def begins(self, data: bytes) -> bool:
        """Whether a member begins here, and not only what looks like it. Of a member that is damaged further
        on, too, there may be something to read."""
        self.trials += 1
        try:
            self.new_decoder().decompress(data, CHUNK)
        except Exception:  # each library has its own
            return False
        return True


def stream_of(raw: BinaryIO | RawIOBase) -> Stream:
    """The stream of an input, compressed or not. Raises OSError, and Missing where its decoder is not
    installed."""
    plain = Stream(raw)
    codec = codec_of(plain.peek(LONGEST_MAGIC))
    return plain if codec is None else unpacked(Compressed(raw, plain.head, codec), LAYERS - 1)


def unpacked(stream: Stream, layers: int = LAYERS) -> Stream:
    """A stream without the compressions that its first bytes announce."""
    while layers and (codec := codec_of(stream.look(LONGEST_MAGIC))):
        stream, layers = Compressed(stream, b"", codec), layers - 1
    return stream
