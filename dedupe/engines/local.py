"""Batches on the cores of one machine."""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import chain
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    Item = TypeVar("Item")
    Result = TypeVar("Result")

_LOOK = 0.5  # seconds between two looks at whether the parent is there
AHEAD = 3  # batches a worker may be ahead of the reader: bounds the memory


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(function: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """`function` of every item, in order; on `jobs` processes if that is more than one and so are the items."""
    iterator = iter(items)
    first = list(_take(iterator, 2))
    if jobs < 2 or len(first) < 2:  # noqa: PLR2004  one worker would only add a hop
        yield from map(function, first)
        yield from map(function, iterator)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  a single story never needs it

    with ProcessPoolExecutor(jobs, initializer=bound, initargs=(os.getpid(),)) as pool:
        yield from _pooled(pool, function, chain(first, iterator), jobs * AHEAD)


def threaded(function: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """The same on threads, which share the memory: for arrays, whose sorting and counting does not hold the others up.

    Each has only one item waiting.
    """
    if jobs < 2:  # noqa: PLR2004  as above
        yield from map(function, items)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  as above

    with ThreadPoolExecutor(jobs) as pool:
        yield from _pooled(pool, function, items, jobs)


def _pooled(pool: Executor, function: Callable[[Item], Result], items: Iterable[Item], ahead: int) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def bound(parent: int) -> None:
    """End this process when the one that began it is killed: nobody would tell it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _take(iterator: Iterator[Item], count: int) -> Iterator[Item]:
    for _, item in zip(range(count), iterator, strict=False):
        yield item
