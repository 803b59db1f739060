"""Processes that search units, and their batches in the order of the units.

Processes are spawned or forked, nothing is inherited. What is found ahead of its turn waits in memory and,
beyond a few megabytes, on the disk."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import IO, Any

from polldecode.batches import Batch, batches
from polldecode.units import Unit

AHEAD = 64  # units that may be searched before their turn, for each process
PARENT_ENDS: set[Connection] = set()
WAITING = 1 << 20  # bytes of a unit's batches kept in memory until its turn


def start_method() -> str:
    """Forking starts in a few ms, spawning in a hundred; forking is safe only where there are no threads."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def search_units(
    units: Iterable[Unit],
    jobs: int,
    column: str | None = None,
    method: str | None = None,
    *,
    apart: bool = False,
) -> Iterator[tuple[Unit, Batch | None]]:
    """The batches of every unit, in order; None behind a unit's last."""
    workers = Workers(jobs, method or start_method(), (column, apart))
    try:
        yield from workers.run(iter(units))
    finally:
        workers.stop()


class Workers:
    def __init__(self, jobs: int, method: str, options: tuple[str | None, bool]) -> None:
        self.context: Any = multiprocessing.get_context(method)
        self.jobs = jobs
        self.options = options  # of each search
        self.idle: list[Connection] = []
        self.busy: dict[Connection, Task] = {}
        self.processes: dict[Connection, BaseProcess] = {}
        for _ in range(jobs):
            self.start()

    def start(self) -> None:
        here, there = self.context.Pipe()
        PARENT_ENDS.add(here)
        process = self.context.Process(target=work, args=(there, *self.options), daemon=True)
        process.start()
        there.close()
        self.idle.append(here)
        self.processes[here] = process

    def run(self, units: Iterator[Unit]) -> Iterator[tuple[Unit, Batch | None]]:
        waiting: deque[Task] = deque()
        more = True
        while more or waiting:
            while more and self.idle and len(waiting) < AHEAD * self.jobs:
                unit = next(units, None)
                if unit is None:
                    more = False
                    break
                self.give(Task(unit), waiting)
            if not waiting:
                return
            for connection in wait(list(self.busy)) if self.busy else []:
                self.receive(connection)  # type: ignore[arg-type]
            while waiting:
                for batch in waiting[0].take():
                    yield waiting[0].unit, batch
                if not waiting[0].done:
                    break
                yield waiting.popleft().unit, None

    def give(self, task: Task, waiting: deque[Task]) -> None:
        connection = self.idle.pop()
        connection.send(task.unit)
        self.busy[connection] = task
        waiting.append(task)

    def receive(self, connection: Connection) -> None:
        task = self.busy[connection]
        try:
            message = connection.recv_bytes()
        except (EOFError, OSError):
            process = self.processes.pop(connection)
            process.join(1)
            reason = f"the process reading it died (exit code {process.exitcode})"
            problems = [(source.path, reason) for source in task.unit.inputs]
            task.add(pickle.dumps(Batch(problems=problems, files=len(task.unit.inputs))))
            task.done = True
            del self.busy[connection]
            self.discard(connection)
            self.start()
            return
        if message:
            task.add(message)
        else:
            task.done = True
            del self.busy[connection]
            self.idle.append(connection)

    def discard(self, connection: Connection) -> None:
        PARENT_ENDS.discard(connection)
        connection.close()

    def stop(self) -> None:
        for connection, process in self.processes.items():
            self.discard(connection)  # the end of input for the one at the other end
            if connection in self.busy:
                process.terminate()
        for process in self.processes.values():
            process.join()


class Task:
    """A unit, and its batches that have not had their turn: the first of them in memory, the rest on the
    disk."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.done = False
        self.messages: list[bytes] = []
        self.size = 0
        self.store: IO[bytes] | None = None

    def add(self, message: bytes) -> None:
        if self.store is None and self.size < WAITING:
            self.messages.append(message)
            self.size += len(message)
            return
        if self.store is None:
            from tempfile import TemporaryFile  # start-up: few scans come here

            self.store = TemporaryFile()  # noqa: SIM115
        self.store.write(message)

    def take(self) -> Iterator[Batch]:
        messages, self.messages, self.size = self.messages, [], 0
        for message in messages:
            yield pickle.loads(message)  # noqa: S301 - our own process wrote it
        store, self.store = self.store, None
        if store is None:
            return
        end = store.tell()
        store.seek(0)
        while store.tell() < end:
            yield pickle.load(store)  # noqa: S301
        store.close()


def work(connection: Connection, column: str | None, apart: bool) -> None:
    """What each process does: search the units it is sent until the pipe is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one decides
    for (
        inherited
    ) in PARENT_ENDS:  # by forking; while a copy is open here, no process sees the end of its input
        inherited.close()
    try:
        while True:
            unit = connection.recv()
            for batch in batches(unit, column, apart=apart):
                connection.send_bytes(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            connection.send_bytes(b"")
    except (EOFError, OSError):
        pass
