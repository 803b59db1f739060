"""What the parser of XML is given: the document as UTF-8, from whatever charset, and where that stands in the
input.

expat knows a few charsets by itself, and those of one byte a character by asking Python; all others are
decoded here. So is UTF-8: bytes that are none in it, as of a name in Latin-1, would end the parsing."""

from __future__ import annotations

import codecs
import re
import sys
from collections import deque
from typing import NamedTuple

from polldecode import simd
from polldecode.sources.charsets import BLANK, MARKS, SNIFF, charset_of
from polldecode.sources.found import characters

DECLARED = re.compile(rb"""<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""")
# Python's names of the charsets with several bytes a character, and what the web writes under them: that
# has more characters than the standard of the name. Other codecs are none that a document may call for.
SEVERAL = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "cp932"), "cp932"),
    **dict.fromkeys(("euc_kr", "cp949"), "cp949"),
    **{
        name: name
        for name in (
            *("big5", "big5hkscs", "cp950", "hz", "johab", "iso2022_kr", "euc_jp", "euc_jis_2004"),
            *("euc_jisx0213", "shift_jis_2004", "shift_jisx0213", "iso2022_jp", "iso2022_jp_1"),
            *("iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext"),
        )
    },
}
CALLED = {"windows-31j": "cp932", "windows-949": "cp949"}  # which Python does not know by these names


def charset_of_xml(beginning: bytes) -> str | None:
    """The charset that a document is to be decoded from; None where expat reads it as it is."""
    wide = charset_of(beginning[:SNIFF])
    declared = DECLARED.match(beginning[:SNIFF].lstrip(BLANK))
    if wide is not None or declared is None or beginning.startswith(codecs.BOM_UTF8):
        return wide or "utf-8"
    name = declared[1].decode("ascii", "replace").lower().removeprefix("x-")
    try:
        known = codecs.lookup(CALLED.get(name, name)).name
        if known in SEVERAL:
            return SEVERAL[known]
        if not known.startswith(("utf", "ascii")) and len(bytes(range(256)).decode(known, "replace")) == 256:
            return None
    except (LookupError, ValueError):
        pass
    return "utf-8"  # as what calls itself UTF-16 and is not


# Control characters are none that XML may have, and in exports of old posts they are common. So are an ``&``
# that begins no reference, and references to what is no character: for their ``&`` stands DEL, which XML may
# have, until the parser has told the text.
PRINTED = bytes(byte if 0x20 <= byte != 0x7F or byte in b"\t\n\r" else 0x20 for byte in range(256))
BARE = re.compile(rb"&(?!(?:#(?:[0-9]{1,16}|x[0-9A-Fa-f]{1,16})|[A-Za-z_:][\w.:-]{0,63});)")
REFERENCE = 66  # bytes of the longest
# Of the references those that may be to no character: to controls, surrogates, or beyond the last.
NUMBERED = re.compile(rb"&#(?:x([0-9A-Fa-f]+)|(0[0-9]*|[12]?[0-9]|3[01]|[5-9][0-9]{4}|[0-9]{6,}));")
AMPERSAND, DEL = ord("&"), "\x7f"


def mended(given: bytes) -> bytes:
    """The same, with no ``&`` at which the parser would stop."""
    return NUMBERED.sub(to_character, BARE.sub(DEL.encode(), given)) if AMPERSAND in given else given


def to_character(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    known = 0x20 <= number <= sys.maxunicode or number in (9, 10, 13)
    if not known or 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF):
        return DEL.encode() + reference[0][1:]
    return reference[0]


def as_written(text: str) -> str:
    """What the parser tells, as it stands in the document."""
    return text.replace(DEL, "&") if DEL in text else text


class Block(NamedTuple):
    start: int  # in what the parser was given
    given: bytes
    offset: int  # in the input
    raw: bytes
    state: int  # of the decoder before it


class Intake:
    """``blocks`` are those since the present item began."""

    def __init__(self, charset: str | None) -> None:
        self.charset = charset
        self.decoder = codecs.getincrementaldecoder(charset)("replace") if charset else None
        self.blocks: deque[Block] = deque()
        self.begun = False  # white space before it, as PHP leaves it behind, is no part of a document
        self.waiting = b""  # the first bytes of a character
        self.held = b""  # what may be the first bytes of a reference
        self.length = 0  # of what the parser was given
        self.offset = 0
        self.lines = 0  # line ends before the blocks
        self.column = 0  # characters behind the last of them

    @property
    def encoding(self) -> str | None:
        """What the parser is to be told, whatever the document declares."""
        return "utf-8" if self.charset else None

    @property
    def wide(self) -> str | None:
        """The charset, where nothing in ASCII is found in its bytes."""
        return self.charset if self.charset in MARKS.values() else None

    def take(self, block: bytes) -> bytes:
        """The next bytes of the input, none at its end, as the parser is to read them."""
        final = not block
        block, self.held = self.held + block, b""
        if not final and (at := block.rfind(b"&", -REFERENCE)) >= 0 and b";" not in block[at:]:
            block, self.held = block[:at], block[at:]
        raw, given, state = self.waiting + block, block, 0
        if self.decoder is not None:
            state = self.decoder.getstate()[1]
            given = self.decoder.decode(block, final).encode()
            self.waiting = self.decoder.getstate()[0]
            raw = raw[: len(raw) - len(self.waiting)]
        given = mended(simd.translate(given, PRINTED))
        if given == raw:
            given = raw  # and kept once
        told = given if self.begun else given.lstrip(BLANK)
        self.begun = self.begun or bool(told)
        self.blocks.append(Block(self.length + len(told) - len(given), given, self.offset, raw, state))
        self.length += len(told)
        self.offset += len(raw)
        return told

    def forget(self, begin: int) -> None:
        """What stands before this byte of what the parser was given is not asked for again."""
        while len(self.blocks) > 1 and self.blocks[1].start <= begin:
            self.count(self.blocks.popleft().given)

    def count(self, given: bytes) -> None:
        self.lines += given.count(b"\n")
        line_start = given.rfind(b"\n") + 1
        self.column = characters(given[line_start:]) + (0 if line_start else self.column)

    def rest(self, begin: int) -> tuple[bytes, int, int, int]:
        """What was taken from there on, as it stands in the input; its offset there, the lines before it, and
        the characters before it in its own."""
        self.forget(begin)
        block = self.blocks[0]
        length = min(max(0, begin - block.start), len(block.given))
        skipped = self.bytes_of(block, length)
        raw = b"".join([each.raw for each in self.blocks])[skipped:] + self.waiting + self.held
        self.count(block.given[:length])
        return raw, block.offset + skipped, self.lines, self.column

    def bytes_of(self, block: Block, length: int) -> int:
        """How many bytes of the input so many at the beginning of a block were."""
        if self.charset is None or block.given is block.raw:
            return length
        decoder = codecs.getincrementaldecoder(self.charset)("replace")
        decoder.setstate((b"", block.state))
        at, step = 0, 1 << len(block.raw).bit_length()
        while length and step:
            state = decoder.getstate()
            size = len(decoder.decode(block.raw[at : at + step]).encode())
            if size <= length:
                at, length = min(at + step, len(block.raw)), length - size
            else:
                decoder.setstate(state)
            step //= 2
        return at - len(decoder.getstate()[0])
