"""Processes that do the work: each one piece at a time, and for so long at most."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from dedupe.desk.answers import Answer, refused
from dedupe.engines.local import bound, cores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

LIMIT = 20.0  # seconds of work
WAIT = 20.0  # seconds until a process is free
LEAST, MOST = 2, 8  # processes
ROOM = 2 << 30  # bytes of memory that a piece of work may take
_START = 60.0  # seconds in which a process must be ready


class Job(NamedTuple):
    """What is asked of a process."""

    name: str
    kind: str  # the content type of the body
    body: bytes


class _Worker(NamedTuple):
    process: SpawnProcess
    pipe: Connection


class Pool:
    """Some processes, begun and warmed before they are asked."""

    def __init__(self, count: int = 0, limit: float = LIMIT) -> None:
        """Without `count` there are as many as cores, but two at least."""
        self._count = count or max(LEAST, min(cores(), MOST))
        self._limit = limit
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._threads = ThreadPoolExecutor(self._count)
        self._open = True

    def start(self) -> None:
        """Begin the processes; each counts once it is ready."""
        if os.name == "posix":
            from multiprocessing import resource_tracker  # noqa: PLC0415  it unblocks signals when it begins

            resource_tracker.ensure_running()
        loop = asyncio.get_running_loop()
        for _ in range(self._count):
            loop.run_in_executor(self._threads, self._begin, loop)

    async def ask(self, job: Job) -> Answer:
        """What a free process answers; a refusal where none gets free, or it takes too long."""
        try:
            worker = await asyncio.wait_for(self._free.get(), WAIT)
        except TimeoutError:
            return refused(429, "the desk is busy with other stories: wait a moment, then ask again")
        loop = asyncio.get_running_loop()
        # whoever asked may go away: the process comes back all the same
        return await asyncio.shield(loop.run_in_executor(self._threads, self._asked, worker, job, loop))

    def close(self) -> None:
        """End the processes, whatever they do."""
        self._open = False
        for worker in list(self._all):
            _end(worker)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _asked(self, worker: _Worker, job: Job, loop: asyncio.AbstractEventLoop) -> Answer:
        try:
            worker.pipe.send(job)
            if worker.pipe.poll(self._limit):
                answer: Answer = worker.pipe.recv()
                self._freed(worker, loop)
                return answer
            said = f"this takes more than {self._limit:g} seconds: check a shorter text"
            answer = refused(408, said)
        except (EOFError, OSError):
            answer = refused(422, "this could not be read within the memory there is: check a shorter text")
        self._all.discard(worker)
        _end(worker)
        with contextlib.suppress(RuntimeError):  # the desk has been closed meanwhile
            self._threads.submit(self._begin, loop)
        return answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin a process, and wait until it is ready."""
        if not self._open:
            return
        context = multiprocessing.get_context("spawn")
        pipe, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, os.getpid()), daemon=True)
        with _deaf():
            process.start()
        theirs.close()
        worker = _Worker(process, pipe)
        self._all.add(worker)
        with contextlib.suppress(EOFError, OSError):
            if pipe.poll(_START) and pipe.recv():
                self._freed(worker, loop)
        if not self._open:
            _end(worker)

    def _freed(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        if self._open:
            loop.call_soon_threadsafe(self._free.put_nowait, worker)


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join(1)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """A process that is begun here hears no Ctrl-C: it is for the one that ends it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, parent: int) -> None:
    """Answer until nobody asks any more."""
    import warnings  # noqa: PLC0415  a process of its own

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # they show a line of what is at work
    logging.disable()  # as others do of what they read
    bound(parent)
    from dedupe.desk.calls import answer, warm  # noqa: PLC0415  numpy and all that compares

    warm()
    _confine()
    with contextlib.suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            job: Job = pipe.recv()
            pipe.send(answer(*job))


def _confine() -> None:
    """Bound the memory of this process, where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  not on Windows

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = used + ROOM
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if most < 0 else min(wanted, most), most))
