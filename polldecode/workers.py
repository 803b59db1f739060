"""Processes that search units, and their batches in the order of the units.

Processes are spawned or forked, nothing is inherited. What is found ahead of its turn waits in memory and,
beyond a few megabytes, on the disk."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from polldecode.batches import EVERYTHING, Batch, NotStartedError, Wanted, batches, keep_blocks, merged
from polldecode.signals import heeded, held, let_go
from polldecode.tasks import Task
from polldecode.units import Unit, line_ends

if sys.platform == "linux":
    import fcntl

AHEAD = 64  # units that may be searched before their turn, for each process
PARENT_ENDS: set[Connection] = set()
STARTED = b"started"
WAITING = 1 << 24  # bytes of batches that wait in memory for their turn; more of them wait on the disk
# Bytes of records that are sent at once, and room for some of these in a pipe.
MESSAGE, PIPE = 1 << 18, 1 << 20
HELD = 1 << 25  # bytes of batches, for each process, beyond which only those whose turn it is are received


def start_method() -> str:
    """Forking starts in a few ms, spawning in a hundred; forking is safe only where there are no threads."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def search_units(
    units: Iterable[Unit], jobs: int, wanted: Wanted = EVERYTHING, method: str | None = None
) -> Iterator[tuple[Unit, Batch | None]]:
    """The batches of every unit, in order; None behind a unit's last."""
    workers = Workers(jobs, method or start_method(), wanted)
    try:
        yield from workers.run(iter(units))
    finally:
        workers.stop()


class Workers:
    def __init__(self, jobs: int, method: str, wanted: Wanted) -> None:
        if method == "fork":
            # Each process needs it at its first find: imported once, before, its memory is shared as well.
            import_module("polldecode.record_lines")
        self.context: Any = multiprocessing.get_context(method)
        self.jobs = jobs
        self.wanted = wanted
        self.idle: list[Worker] = []
        self.busy: dict[Connection, Worker] = {}
        self.waiting: deque[Task] = deque()  # for their turn
        try:
            for _ in range(jobs):
                self.start()
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        try:
            self.idle.append(Worker(self.context, self.wanted))
        except OSError as error:  # more processes, or files of them, than the system allows
            if error.filename is None:
                error.filename = "the processes of the scan"
            raise

    def run(self, units: Iterator[Unit]) -> Iterator[tuple[Unit, Batch | None]]:
        waiting = self.waiting
        self.give(units)
        while waiting:
            first = waiting[0]
            # Of the others only so much ahead of their turn: who reads the output may be slow.
            if self.busy and (not first.ready or sum(task.held for task in waiting) < HELD * self.jobs):
                for connection in wait(list(self.busy), 0 if first.ready else None):
                    self.receive(self.busy[connection])  # type: ignore[index]
            self.give(units)  # before one is handed on: no process is idle while that is written
            batch = first.next()
            if batch is not None:
                yield first.unit, batch
            elif first.done:
                yield waiting.popleft().unit, None

    def give(self, units: Iterator[Unit]) -> None:
        """Something to do for the processes that are idle."""
        while self.idle and len(self.waiting) < AHEAD * self.jobs:
            unit = next(units, None)
            if unit is None:
                return
            self.waiting.append(Task(unit))
            self.hand(unit, self.waiting[-1])

    def hand(self, unit: Unit, task: Task) -> None:
        worker = self.ready_for(unit)
        worker.task = task
        self.busy[worker.results] = worker

    def ready_for(self, unit: Unit) -> Worker:
        """An idle process that has been sent the unit; a new one where it has died."""
        while True:
            worker = self.idle.pop()
            try:
                worker.tasks.send(unit)
            except OSError:
                worker.process.join(1)
                worker.close()
                self.start()
            else:
                return worker

    def receive(self, worker: Worker) -> None:
        task = worker.task
        try:
            message = worker.results.recv_bytes()
        except (EOFError, OSError):
            del self.busy[worker.results]
            worker.process.join(1)
            worker.close()
            if not worker.started and (worker.process.exitcode or 0) > 0:
                raise NotStartedError(
                    "the processes of a scan do not start; where a script calls scan(), "
                    'it does so under if __name__ == "__main__", or with jobs=1, '
                    "which also takes less memory"
                ) from None
            self.start()
            self.go_on(task, f"the process reading it died (exit code {worker.process.exitcode})")
            return
        if message == STARTED:
            worker.started = True
        elif message:
            task.add(message, in_memory=sum(each.size for each in self.waiting) < WAITING)
        else:
            task.done = True
            del self.busy[worker.results]
            self.idle.append(worker)

    def go_on(self, task: Task, reason: str) -> None:
        """With what comes behind the input whose process died."""
        unit = task.unit
        done = task.inputs_done()
        lines = line_ends(unit)  # for the numbers of those behind it
        problem = (unit.inputs[done].path, reason)
        lost = Batch(problems=[problem], files=int(unit.start == 0), lines=lines, inputs=1)
        task.add(pickle.dumps(lost), in_memory=True)
        if rest := unit.inputs[done + 1 :]:
            self.hand(unit._replace(inputs=rest), task)
        else:
            task.done = True

    def stop(self) -> None:
        for worker in self.busy.values():
            worker.process.terminate()
        for worker in (*self.idle, *self.busy.values()):
            worker.close()  # the end of input for the one at the other end
            worker.process.join()


class Worker:
    """A process, what it is given and what it sends, and what it is doing."""

    def __init__(self, context: Any, wanted: Wanted) -> None:
        given, self.tasks = context.Pipe(duplex=False)
        self.results, sent = context.Pipe(duplex=False)
        widen(sent)
        PARENT_ENDS.update((self.tasks, self.results))
        self.process: BaseProcess = context.Process(target=work, args=(given, sent, wanted), daemon=True)
        try:
            with held():  # the new process has the handlers of this one until it sets its own
                self.process.start()
        except BaseException:
            self.close()
            raise
        finally:
            given.close()
            sent.close()
        self.task: Task
        self.started = False

    def close(self) -> None:
        for connection in (self.tasks, self.results):
            PARENT_ENDS.discard(connection)
            connection.close()


def widen(connection: Connection) -> None:
    """Room for a message or two, so that a process can go on with its search while they wait to be read."""
    if sys.platform == "linux":
        with suppress(OSError):  # more than the system allows
            fcntl.fcntl(connection.fileno(), fcntl.F_SETPIPE_SZ, PIPE)


def leave_with_parent() -> None:
    """A unit may take an hour, and who killed the scan does not want to wait for it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def messages(unit: Unit, wanted: Wanted) -> Iterator[Batch]:
    """The batches of a unit as they are sent: those of a range several in one, as each costs who receives it
    a look at all processes; of other units, which may be pipes or many inputs, each at once."""
    several: list[Batch] = []
    size = 0
    for batch in batches(unit, wanted):
        several.append(batch)
        size += len(batch.records.template) + len(batch.rejects.template)
        if size >= MESSAGE or unit.stop is None:
            yield merged(several)
            several, size = [], 0
    if several:
        yield merged(several)


def work(given: Connection, results: Connection, wanted: Wanted) -> None:
    """What each process does: search the units it is sent until the pipe is closed."""
    import gc

    gc.freeze()  # what the parent has made stays, and is not copied for looking at it
    keep_blocks()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one decides
    for number in {signal.SIGTERM, *heeded()}:
        signal.signal(number, signal.SIG_DFL)
    let_go()
    with suppress(RuntimeError):  # the system allows no more; what is searched now may outlive the parent
        threading.Thread(target=leave_with_parent, daemon=True).start()
    # By forking; while a copy is open here, no process sees the end of its input.
    for inherited in PARENT_ENDS:
        inherited.close()
    try:
        results.send_bytes(STARTED)
        while True:
            unit = given.recv()
            for batch in messages(unit, wanted):
                results.send_bytes(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            results.send_bytes(b"")
    except (EOFError, OSError):
        pass
