"""Files and folders that appear when they are whole: until then ``.partial`` stands behind their names.

Nothing that exists is overwritten, but for what a killed run left under such a name.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

SUFFIX = ".partial"
LAST = "expected.jsonl"  # of a folder: says what the other files are, so it comes when they are there
OURS = re.compile(rf"\d{{5,}}\.\w+|{re.escape(LAST)}")


@contextmanager
def whole_file(path: str) -> Iterator[IO[bytes]]:
    """A file to write, renamed to ``path`` at the end and removed after an error. Raises FileExistsError."""
    refuse(path)
    partial = path + SUFFIX
    if os.path.lexists(partial) and not os.path.isdir(partial):
        os.remove(partial)
    with open(partial, "xb") as file:
        try:
            yield file
        except BaseException:
            file.close()
            os.remove(partial)
            raise
        mine = os.fstat(file.fileno())
    # Another run with the same output would have put its own half file there.
    if not os.path.samestat(mine, os.stat(partial)):
        refuse(partial)
    try:
        refuse(path)
        os.rename(partial, path)
    except OSError:
        os.remove(partial)
        raise


@contextmanager
def whole_folder(path: str) -> Iterator[str]:
    """A folder to write to, renamed to ``path`` at the end and removed after an error. Where ``path`` is a
    folder already, the files are moved into it. Raises FileExistsError."""
    new = not os.path.isdir(path)
    if new:
        refuse(path)
    refuse(os.path.join(path, LAST))
    partial = path.rstrip("/" + os.sep) + SUFFIX if new else os.path.join(path, SUFFIX)
    discard(partial)
    os.makedirs(partial)
    try:
        yield partial
        if new:
            os.rename(partial, path)
        else:
            move(partial, path)
    except BaseException:
        discard(partial)
        raise


def move(source: str, target: str) -> None:
    names = sorted(os.listdir(source), key=lambda name: (name == LAST, name))
    for name in names:
        refuse(os.path.join(target, name))
    for name in names:
        os.rename(os.path.join(source, name), os.path.join(target, name))
    os.rmdir(source)


def refuse(path: str) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)


def discard(folder: str) -> None:
    """Remove a partial folder. One in which there is anything else is not ours: raises FileExistsError."""
    if not os.path.lexists(folder):
        return
    if not os.path.isdir(folder) or any(not OURS.fullmatch(name) for name in os.listdir(folder)):
        refuse(folder)
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    os.rmdir(folder)
