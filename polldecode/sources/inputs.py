"""What the command line names, as a list of inputs: files, folders, globs, "-" for stdin, URLs that fsspec
knows."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from io import FileIO
from typing import Any, NamedTuple

from polldecode.sources.charsets import charset_of
from polldecode.sources.compressed import stream_of
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.streams import Stream, reason_of

STDIN = "-"


class Input(NamedTuple):
    """One thing to read. ``size`` in bytes and ``mtime`` in ns, 0 where unknown. ``error``: why it cannot be
    read. ``named``: by the user, and not come upon in a folder, where binary files are left out."""

    path: str
    size: int = 0
    mtime: int = 0
    named: bool = True
    error: str | None = None


def expand(paths: Iterable[str]) -> Iterator[Input]:
    """The inputs that these paths stand for, in their order; what is in a folder in the order of its names.

    Folders are read as ripgrep reads them: hidden files are left out, and links that lead out of the folder.
    """
    for path in paths:
        if path == STDIN:
            yield Input(path)
        elif "://" in path:
            yield from remote(path)
        elif os.path.isdir(path):
            yield from folder(path, os.path.realpath(path))
        elif not os.path.lexists(path) and has_magic(path):
            matches = sorted(glob(path, recursive=True))
            if not matches:
                yield Input(path, error="no file matches")
            for match in matches:
                if os.path.isfile(match):
                    yield described(match, named=True)
                elif os.path.isdir(match) and "**" not in path:  # which matches what is in it as well
                    yield from folder(match, os.path.realpath(match))
        else:
            yield described(path, named=True)


def folder(path: str, root: str, seen: set[str] | None = None) -> Iterator[Input]:
    """What is in a folder and below it, once, however many links lead to it."""
    seen = {root} if seen is None else seen
    try:
        with os.scandir(path) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Input(path, error=reason_of(error))
        return
    for entry in ordered:
        if entry.name.startswith("."):
            continue
        linked = entry.is_symlink()
        real = os.path.realpath(entry.path) if linked else entry.path
        if linked and not inside(real, root):
            continue
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError as error:  # a link that leads to itself, or to where one may not look
            yield Input(entry.path, named=False, error=reason_of(error))
            continue
        if is_folder:
            real = os.path.realpath(real)
            if real not in seen:
                seen.add(real)
                yield from folder(entry.path, root, seen)
        elif is_file and (not linked or first_way(real, root, seen)):
            yield described(entry.path, named=False)


def first_way(real: str, root: str, seen: set[str]) -> bool:
    """Whether what a link leads to is not read without it: it, or a folder around it, is hidden."""
    hidden = any(part.startswith(".") for part in os.path.relpath(real, root).split(os.sep))
    first = hidden and real not in seen
    seen.add(real)
    return first


def inside(path: str, root: str) -> bool:
    return path.startswith(os.path.join(root, ""))


def described(path: str, *, named: bool) -> Input:
    try:
        status = os.stat(path)
    except OSError as error:
        return Input(path, named=named, error=reason_of(error))
    size = status.st_size if stat.S_ISREG(status.st_mode) else 0
    return Input(path, size, status.st_mtime_ns, named)


def remote(url: str) -> Iterator[Input]:
    try:
        system, path = fsspec().core.url_to_fs(url)
        if has_magic(path):
            found = sorted(system.glob(path))
        elif system.isdir(path):
            found = sorted(system.find(path))
        else:
            yield Input(url, int(system.info(path).get("size") or 0))
            return
        for name in found:
            yield Input(system.unstrip_protocol(name), int(system.info(name).get("size") or 0), named=False)
    except Unreadable as error:
        yield Input(url, error=str(error))
    except Exception as error:  # every scheme has its own kinds
        yield Input(url, error=reason_of(error))


def open_stream(source: Input) -> Stream:
    """The bytes of an input. Raises Unreadable."""
    if source.error is not None:
        raise Unreadable(source.error)
    try:
        if source.path == STDIN:
            return stream_of(FileIO(0, closefd=False))
        if "://" in source.path:
            return stream_of(fsspec().open(source.path, "rb").open())
        return stream_of(FileIO(source.path))
    except Unreadable:
        raise
    except Exception as error:  # fsspec's schemes have their own kinds beside OSError
        raise Unreadable(reason_of(error)) from error


def fsspec() -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise Missing("URLs", "remote") from error
    return fsspec


def is_binary(head: bytes) -> bool:
    """Whether a file that begins like this holds no text: zero bytes, and they are not those of UTF-16 or
    UTF-32."""
    return 0 in head and charset_of(head) is None
