"""A unit that a process searches, and what it has sent of it, until its turn comes."""

from __future__ import annotations

import os
import pickle
from collections import deque
from typing import IO

from polldecode.batches import Batch
from polldecode.units import Unit


class Task:
    """A unit, and its batches that have not had their turn, as messages: the first of them in memory, the
    rest on the disk."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.done = False
        self.messages: deque[bytes] = deque()
        self.size = 0  # of the messages
        self.store: IO[bytes] | None = None
        self.read = 0  # of the store
        self.held = 0  # bytes of messages in both
        self.handed = 0  # inputs whose last batch has had its turn

    @property
    def ready(self) -> bool:
        return bool(self.messages or self.store or self.done)

    def add(self, message: bytes, *, in_memory: bool) -> None:
        """Keep a message until its turn, in memory or on the disk; there, too, if one before it is there."""
        self.held += len(message)
        if self.store is None and in_memory:
            self.messages.append(message)
            self.size += len(message)
            return
        if self.store is None:
            from tempfile import TemporaryFile  # start-up: few scans come here

            self.store, self.read = TemporaryFile(), 0  # noqa: SIM115
        try:
            self.store.seek(0, os.SEEK_END)
            self.store.write(message)
        except OSError as error:
            from tempfile import gettempdir

            raise OSError(error.errno, error.strerror, gettempdir()) from error

    def next(self) -> Batch | None:
        """The next of those that are here; None where there is none."""
        batch: Batch
        if self.messages:
            message = self.messages.popleft()
            self.size -= len(message)
            self.held -= len(message)
            batch = pickle.loads(message)  # noqa: S301 - our own process wrote it
        elif self.store is not None:
            self.store.seek(self.read)
            batch = pickle.load(self.store)  # noqa: S301
            self.held -= self.store.tell() - self.read
            self.read = self.store.tell()
            if self.read == self.store.seek(0, os.SEEK_END):
                self.store.close()
                self.store = None
        else:
            return None
        self.handed += batch.inputs
        return batch

    def inputs_done(self) -> int:
        """How many of the inputs have been searched to their end."""
        done: int = self.handed + sum(pickle.loads(message).inputs for message in self.messages)  # noqa: S301
        if self.store is not None:
            end = self.store.seek(0, os.SEEK_END)
            self.store.seek(self.read)
            while self.store.tell() < end:
                done += pickle.load(self.store).inputs  # noqa: S301
        return done
