"""The inputs of a command: paths → documents → what is found in them, with its place."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from polldecode.cli.terminal import complain
from polldecode.cli.words import STDIN, count
from polldecode.extraction import Extraction
from polldecode.records import Place

SNIFF = 8192  # ripgrep, too, calls a file binary by a NUL near its beginning
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
                data = sys.stdin.buffer.read() if path == STDIN else read_file(path)
            except OSError as error:
                self.fail(path, error)
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
                yield from self.walk(path)
            else:
                yield path

    def walk(self, folder: str) -> Iterator[str]:
        """The files below ``folder``, sorted; hidden and binary ones and links that lead out of it left out.

        A folder is entered once, however many links lead to it.
        """
        root = os.path.realpath(folder)
        seen = {root}
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            if not os.path.isdir(path):
                if is_text(path):
                    yield path
                continue
            try:
                names = sorted(os.listdir(path), reverse=True)
            except OSError as error:
                self.fail(path, error)
                continue
            for name in names:
                below = os.path.join(path, name)
                if name.startswith(".") or not leads_into(below, root, seen):
                    continue
                waiting.append(below)

    def fail(self, path: str, error: OSError) -> None:
        self.unreadable += 1
        missing = isinstance(error, FileNotFoundError)
        complain(f"{path}: {'no such file or folder' if missing else error.strerror or error}")

    @property
    def status(self) -> int:
        """The exit status: 1 where something is damaged or an input could not be read."""
        return 1 if self.damaged or self.unreadable else 0

    def summary(self) -> str:
        """One line: ``3 polls in 2 of 5 files, 1 damaged``."""
        polls = count(self.polls, "poll") if self.polls else "no polls"
        files = count(self.files, "file")
        if self.polls and self.files > 1:
            files = f"{self.files_with_polls} of {files}"
        damaged = f", {self.damaged} damaged" if self.damaged else ""
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
    with open(path, "rb") as file:
        return file.read()


def is_text(path: str) -> bool:
    """Whether a file met in a folder is worth reading: regular, and text by its first bytes. What cannot be
    opened is, so that it is reported."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(SNIFF)
    except OSError:
        return True
    return b"\0" not in head or head.startswith(tuple(bom for bom, _ in BOMS))


def leads_into(path: str, root: str, seen: set[str]) -> bool:
    """Whether ``path``, links followed, is inside of ``root``, and no folder that was entered before."""
    real = os.path.realpath(path)
    if not real.startswith(os.path.join(root, "")):
        return False
    if os.path.isdir(real):
        if real in seen:
            return False
        seen.add(real)
    return True
