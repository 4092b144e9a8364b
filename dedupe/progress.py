"""How far a job is: a bar on a terminal, elsewhere a plain line now and then."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from dedupe.job import Totals

EVERY = 30.0  # seconds between two plain lines
SHOWN = 0.2  # and between two states of the bar


class Progress:
    """Told what was done, it says so."""

    def __init__(self, total: int, say: Callable[[str], object], *, before: int = 0, quiet: bool) -> None:
        """`total` are the bytes that there are, `before` the paragraphs that an earlier run has done."""
        self._total, self._say, self._quiet = total, say, quiet
        self._start = self._last = time.monotonic()
        self._before = before
        self._first = -1 if before else 0  # the bytes from which on it is this run that reads them
        self._bar: object = None
        self._task: object = None

    def __enter__(self) -> Self:
        """Begin."""
        if not self._quiet and sys.stderr.isatty():
            self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, however the job did."""
        if self._bar is not None:
            self._bar.stop()  # type: ignore[attr-defined]  # rich is imported only where it is used

    def _begin(self) -> None:
        from rich.console import Console  # noqa: PLC0415  only a terminal shows it
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task("", total=self._total or None)

    def seen(self, totals: Totals, size: int) -> None:
        """A batch is done; `size` are the bytes so far."""
        now = time.monotonic()
        if self._first < 0:
            self._first = size
        if self._quiet or now - self._last < (SHOWN if self._bar is not None else EVERY):
            return
        self._last = now
        rate = (totals.paragraphs - self._before) / max(now - self._start, 0.001)
        said = f"{totals.articles:,} stories, {totals.paragraphs:,} paragraphs, {rate:,.0f} a second"
        if self._bar is not None:
            self._bar.update(self._task, completed=size, description=said)  # type: ignore[attr-defined]  # as above
        else:
            read = size - self._first
            left = (self._total - size) * (now - self._start) / read if read else 0
            more = f", about {left:,.0f} s left" if left > 0 else ""
            self._say(f"{said}, {totals.found():,} findings{more}")
