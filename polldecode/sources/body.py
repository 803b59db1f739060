"""The body of a record of WARC, without what HTTP has put before it and around it."""

from __future__ import annotations

import re
from typing import Any

from polldecode.search import next_hit
from polldecode.sources.charsets import SNIFF, charset_of
from polldecode.sources.chunked import Chunked
from polldecode.sources.compressed import LAYERS, Compressed, unpacked
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
LONGEST_HEADER = 1 << 20
BEGINNINGS = (b"HTTP/", b"http/", b"\r", b"\n")
# What only announces another answer, or comes from a proxy on the way, has no body.
STATUS = re.compile(
    rb"(?i)[\r\n]*+HTTP/[0-9.]++(?:[ \t]++(1[0-9][0-9](?![0-9])|200 connection established))?[^\n]*+\n"
)
FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++[ \t]*+:")
# Some end lines by LF alone, or some lines.
END = re.compile(rb"\n\r?\n")
ENCODING = re.compile(rb"\n(transfer|content)-encoding[ \t]*+:([^\n]*+)")


class Block:
    """What a record holds. What was looked at is read once more, from where the body begins."""

    def __init__(self, reader: Any, length: int, *, http: bool) -> None:
        self.reader = reader
        self.length = length  # that the record has, as it says
        self.ahead = b""  # its first bytes
        self.total = 0  # bytes read of it
        self.at = 0  # where in its first bytes the next one to be read is
        self.endless = False  # whether HTTP's header goes on without an end
        self.transfer: list[str] = []  # what HTTP says of the encodings
        self.content: list[str] = []
        start = self.look(SHORT)
        if http and start.startswith(BEGINNINGS):
            self.at = end_of_header(self)
            header = self.ahead[: self.at].lower()
            if b"-encoding" in header:
                for kind, names in ENCODING.findall(header):
                    (self.transfer if kind == b"transfer" else self.content).extend(codings(names))

    def look(self, size: int) -> bytes:
        """Its first bytes, before anything was read; fewer where it ends."""
        size = min(size, self.length)
        while self.total < size and (more := self.reader.read(size - self.total)):
            self.ahead += more
            self.total += len(more)
        return self.ahead

    def passed_over(self) -> bool:
        """Whether it is short, in no encoding, and without evidence of a poll. Nearly all are, and a search
        over blocks would cost three times as much."""
        data, at = self.ahead, self.at
        return (
            self.total < SHORT
            and not self.content
            and not self.transfer
            and next_hit(data, at) < 0
            and not codec_of(data, at)
            and charset_of(data[at : at + SNIFF]) is None
        )

    def read(self, size: int) -> bytes:
        start = self.at
        if start < len(self.ahead):
            self.at = min(start + size, len(self.ahead))
            return self.ahead[start : self.at]
        data: bytes = self.reader.read(size)
        self.total += len(data)
        return data

    def readline(self, size: int) -> bytes:
        line = b""
        if self.at < len(self.ahead):
            end = self.ahead.find(b"\n", self.at, self.at + size) + 1
            line = self.read((end or min(self.at + size, len(self.ahead))) - self.at)
            if end or len(line) == size:
                return line
        rest: bytes = self.reader.readline(size - len(line))
        self.total += len(rest)
        return line + rest

    def seek(self, _: int) -> int:
        raise OSError("a record is read from end to end")


def body_of(block: Block) -> Stream:
    """The body without its encodings. Many crawlers unpack it and leave the headers standing, and some pack
    what has none: the first bytes of the body are believed first."""
    raw: Any = Chunked(block, block.length - block.at) if "chunked" in block.transfer else block
    body, layers = Stream(raw), LAYERS
    for coding in reversed(block.content + block.transfer):
        names = CODINGS.get(coding)
        if layers and names and (codec := codec_among(names, beginning(body)[:HEAD])):
            body, layers = Compressed(body, b"", codec), layers - 1
    return unpacked(body, layers)


def beginning(body: Stream) -> bytes:
    """The first bytes of a body, of most all, so that what unpacks it is given them at once. Damage is raised
    again when what stands before it has been read."""
    try:
        return body.look(SHORT)
    except OSError:
        return body.head


def passed_over(body: Stream) -> bool:
    """The same of a body that is unpacked; it is read then."""
    try:
        start = body.look(SHORT)
    except OSError:
        return False  # what stands before that is searched
    if len(start) == SHORT or body.error is not None or next_hit(start) >= 0 or charset_of(start[:SNIFF]):
        return False
    body.read(SHORT)
    return True


def end_of_header(block: Block) -> int:
    """Where in a block the header of HTTP ends; 0 where it has none."""
    size, end = SHORT, 0
    while match := STATUS.match(block.ahead, end):
        while (found := END.search(block.ahead, match.end() - 1)) is None:
            if block.total < size or size >= LONGEST_HEADER:
                block.endless = block.total >= LONGEST_HEADER
                return 0
            size *= 2
            block.look(size)
        end = found.end()
        if match[1] is None:
            break
    # A text that follows without an empty line is no header; a cookie may hold what looks like a poll.
    hit = next_hit(block.ahead[:end])
    return end if hit < 0 or FIELD.match(block.ahead, block.ahead.rfind(b"\n", 0, hit) + 1) else 0


def codec_among(names: tuple[str, ...], head: bytes) -> str | None:
    """Which compression the body is in that begins so, and that should be in one of these; None for text."""
    announced = codec_of(head)
    unmarked = [name for name in names if name not in MAGIC.groupindex]
    if announced in names or not unmarked or (announced is None and head == head.translate(None, CONTROLS)):
        return announced
    # The first bytes of these may be anything, and those of another compression.
    tried = [announced, *unmarked] if announced else unmarked
    for name in tried:
        decoder = decoders_for(name)()
        try:
            decoder.decompress(head, SHORT)
        except Exception:  # noqa: S112 - each library has its own
            continue
        return name
    return tried[0]


def codings(header: bytes) -> list[str]:
    """In the order in which they were done."""
    return [name.strip(" \t\r\"'") for name in header.decode("latin-1").split(",")]
