"""Bytes of one charset read as another. The payload is ASCII and survives; quotes and names around it do
not."""

from __future__ import annotations

from random import Random

from polldecode.mangle.registry import always, choice, mangling

CHARSETS = choice(
    "charset",
    ("cp1252", "latin-1", "cp1251", "mac_roman", "iso8859_15", "cp1250", "cp1253", "cp1254", "koi8_r",
     "cp437", "cp850", "iso8859_2"),
)  # fmt: skip


@mangling("charset", "UTF-8 read as another charset", parameter=CHARSETS)
def mojibake(text: str, _rng: Random, charset: str) -> str:
    return misread(text, charset)


@mangling("charset", "UTF-8 read as another charset, twice", parameter=CHARSETS)
def mojibake_twice(text: str, _rng: Random, charset: str) -> str:
    return misread(misread(text, charset), charset)


def misread(text: str, charset: str) -> str:
    """Bytes the charset does not have become the C1 controls they are numbered as: what browsers and ftfy
    do."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return "".join(data[n : n + 1].decode(charset, "ignore") or chr(data[n]) for n in range(len(data)))


@mangling("charset", "UTF-8 read as ASCII: replacement characters", replaces=True)
@always
def replacement_characters(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("ascii", "replace")


@mangling("charset", "one replacement character for each character outside of ASCII", replaces=True)
@always
def replacement_each(text: str) -> str:
    return "".join(character if character.isascii() else "\ufffd" for character in text)


@mangling("charset", "a question mark for each character outside of ASCII")
@always
def question_marks(text: str) -> str:
    return text.encode("ascii", "replace").decode()


@mangling(
    "charset",
    "written in a small charset and read as UTF-8",
    replaces=True,
    parameter=choice("charset", ("cp1252", "latin-1", "cp1251")),
)
def read_as_utf8(text: str, _rng: Random, charset: str) -> str:
    return text.encode(charset, "replace").decode("utf-8", "replace")


@mangling("charset", "UTF-16 read as latin-1: a NUL beside each character")
@always
def utf16_as_latin1(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("latin-1")


@mangling("charset", "a byte order mark in front")
@always
def byte_order_mark(text: str) -> str:
    return "\ufeff" + text
