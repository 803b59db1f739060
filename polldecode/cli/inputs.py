"""The inputs of a command: paths → documents → what is found in them, with its place."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from polldecode.cli.terminal import complain_of
from polldecode.cli.words import STDIN, count
from polldecode.extraction import Extraction
from polldecode.records import Place

# Longest first: the BOM of UTF-32 begins with that of UTF-16.
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Finding(NamedTuple):
    extraction: Extraction
    place: Place


class Findings:
    """Everything found in the documents that ``paths`` name, in order, lazily; and the count of it.

    An input that cannot be read is one line on stderr, and the others are read.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.files = 0
        self.files_with_polls = 0
        self.polls = 0
        self.damaged = 0
        self.unreadable = 0

    def __iter__(self) -> Iterator[Finding]:
        from polldecode.extract import extract

        for path in self.documents():
            try:
                data = read_file(path)
            except FileNotFoundError:
                self.fail(path, "no such file or folder")
                continue
            except OSError as error:
                self.fail(path, error.strerror or str(error))
                continue
            self.files += 1
            before = self.polls
            for finding in located(extract(data), data, path):
                self.polls += 1
                self.damaged += not finding.extraction.complete
                yield finding
            self.files_with_polls += self.polls > before

    def documents(self) -> Iterator[str]:
        for path in self.paths:
            if path != STDIN and os.path.isdir(path):
                yield from self.files_in(path)
            else:
                yield path

    def files_in(self, folder: str) -> Iterator[str]:
        from polldecode.sources import expand  # costs start-up time that a single file need not pay

        for source in expand([folder]):
            if source.error is not None:
                self.fail(source.path, source.error)
            elif is_text(source.path):
                yield source.path

    def fail(self, path: str, reason: str) -> None:
        self.unreadable += 1
        complain_of(path, reason)

    @property
    def status(self) -> int:
        """The exit status: 1 where something is damaged or an input could not be read."""
        return 1 if self.damaged or self.unreadable else 0

    def summary(self) -> str:
        """One line: ``3 polls in 2 of 5 files, 1 damaged``."""
        polls = count(self.polls, "poll") if self.polls else "no polls"
        files = count(self.files, "file")
        if self.polls and self.files > 1:
            files = f"{self.files_with_polls:,} of {files}"
        damaged = f", {self.damaged:,} damaged" if self.damaged else ""
        unreadable = f", {count(self.unreadable, 'input')} not read" if self.unreadable else ""
        return f"{polls} in {files}{damaged}{unreadable}"


def located(found: Iterator[Extraction], text: str | bytes, path: str | None) -> Iterator[Finding]:
    """Each extraction with its place. Lines and columns are counted on from the one before: linear in all."""
    codec, position = codec_of(text)
    line, column = 1, 1
    for extraction in found:
        piece = text[position : extraction.start]
        between = piece if isinstance(piece, str) else piece.decode(codec, "replace")
        breaks = between.count("\n")
        line += breaks
        column = len(between) - between.rfind("\n") if breaks else column + len(between)
        position = extraction.start
        place = Place(path=path, line=line, column=column, start=extraction.start, end=extraction.end)
        yield Finding(extraction, place)


def codec_of(text: str | bytes) -> tuple[str, int]:
    """The codec that a BOM announces, UTF-8 without one, and where the text begins behind it."""
    if isinstance(text, bytes):
        for bom, codec in BOMS:
            if text.startswith(bom):
                return codec, len(bom)
    return "utf-8", 0


def read_file(path: str) -> bytes:
    if path != STDIN:
        with open(path, "rb") as file:
            return file.read()
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        error.filename = "stdin"
        raise


def is_text(path: str) -> bool:
    """Whether a file met in a folder is text by its first bytes. What cannot be opened is, so that it is
    reported."""
    from polldecode.sources.charsets import SNIFF
    from polldecode.sources.inputs import is_binary

    try:
        with open(path, "rb") as file:
            return not is_binary(file.read(SNIFF))
    except OSError:
        return True
