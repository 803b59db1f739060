"""How a table is written: what parts its cells and its rows, and what its quotation marks mean.

A mark opens a cell only where the cell begins; elsewhere it is a character like others. ``doubled`` is the
rule of RFC 4180. ``escaped`` is what MySQL's INTO OUTFILE and Spark write: a mark within a cell stands behind
a backslash. ``none`` is what mysql -B and PostgreSQL's COPY write: marks mean nothing, each line is a row."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Any, Literal

LIMIT = 1 << 25  # of a cell, for the csv module; rows that long are not given to it
ESCAPE = re.compile(rb'\\["\\]')
ESCAPED = re.compile(r'\\(["\\\n])')
# What would part cells or rows for the csv module, and does not here, passes it as these characters.
SHIELDS = {"\n": "\ue00a", "\r": "\ue00d", '"': "\ue022", "\\": "\ue05c"}


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: bytes = b","
    line_end: bytes = b"\n"  # or "\r"
    quoting: Literal["doubled", "escaped", "none"] = "doubled"

    def masked(self, piece: bytes, *, behind_backslash: bool = False) -> bytes:
        """A piece of the same length in the plainest dialect: every line end that may part rows is ``\\n``,
        and marks that mean nothing are gone."""
        if self.line_end == b"\r":
            piece = piece.replace(b"\n", b"_").replace(b"\r", b"\n")
        if self.quoting == "none":
            return piece.replace(b'"', b"_")
        if self.quoting == "escaped":
            if behind_backslash and piece.startswith((b'"', b"\\")):
                piece = b"_" + piece[1:]
            return ESCAPE.sub(b"__", piece)
        return piece

    def cells(self, row: bytes) -> list[bytes]:
        """The values of one row. Its charset does not matter: it goes through Latin-1 and back."""
        text = row.removesuffix(self.line_end).removesuffix(b"\r").decode("latin-1")
        if self.quoting == "escaped":
            text = ESCAPED.sub(lambda m: SHIELDS[m[1]], text)
        try:
            values = self.parsed(text)
        except csv.Error:  # a line end outside of the quoted cells that does not part rows
            values = self.parsed(text.replace("\n", SHIELDS["\n"]).replace("\r", SHIELDS["\r"]))
        return [unshielded(value).encode("latin-1") for value in values]

    def parsed(self, text: str) -> list[str]:
        csv.field_size_limit(LIMIT)
        quoting: Any = csv.QUOTE_NONE if self.quoting == "none" else csv.QUOTE_MINIMAL
        return next(csv.reader([text], delimiter=self.delimiter.decode("latin-1"), quoting=quoting), [])


def unshielded(value: str) -> str:
    if not value.isascii():  # the shields are not
        for character, shield in SHIELDS.items():
            value = value.replace(shield, character)
    return value
