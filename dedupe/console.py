"""What is printed: reports to standard output, and one plain line at a time to standard error."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from dedupe.choices import Output
from dedupe.model import DedupeError
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.accept import Gate
    from dedupe.cleaning import Done
    from dedupe.options import Options
    from dedupe.pipeline import Outcome
    from dedupe.reports.look import Look
    from dedupe.restoring import Restored

SHOWN = 3  # paths that are named again in what to type next


def look(command: str, options: Options | None = None, gate: Gate | None = None, *, unsafe: bool = False) -> Look:
    """How a report looks where standard output goes."""
    from shlex import join  # noqa: PLC0415  starting must be quick

    from dedupe.reports.look import Look  # noqa: PLC0415  the same

    terminal = sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 80
    look = Look(max(40, min(width, 120)), color, command, unsafe=unsafe)
    if options is None or gate is None:
        return look
    typed = join(options.paths[:SHOWN]) + (" ..." if len(options.paths) > SHOWN else "")
    return look._replace(quiet=options.value("quiet"), typed=typed, gate=gate)


def report(outcomes: Sequence[Outcome], output: str, files: Sequence[str], look: Look) -> None:
    """Print a report, and write those that go to files. Raises DedupeError."""
    from dedupe.reports import REPORTS  # noqa: PLC0415  starting must be quick

    wanted = [named(name) for name in files]
    put(REPORTS[output](outcomes, look))
    for name, path in wanted:
        from dedupe import source  # noqa: PLC0415  a report to a file is rare

        text = "".join(REPORTS[name](outcomes, look._replace(color=False, width=80)))
        source.write_new(path, text.encode("utf-8", "backslashreplace"), replace=True)


def named(wanted: str) -> tuple[str, str]:
    """The format and path of an --output-file."""
    name, _, path = wanted.partition("=")
    if name not in {output.value for output in Output} or not path:
        known = "|".join(Output)
        raise DedupeError(f"--output-file {wanted}: write it as FORMAT=PATH, with FORMAT one of {known}")
    return name, path


def put(pieces: Iterable[str]) -> None:
    """Write a report to standard output as UTF-8, or as the terminal wants it."""
    for piece in pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()


def say(line: str) -> None:
    """One plain line on standard error."""
    from dedupe.reports.look import one_line, unled  # noqa: PLC0415  starting must be quick

    sys.stderr.write(unled(one_line(line)) + "\n")


def say_done(done: Done, *, quiet: bool) -> None:
    """What a run has written, and what it could not."""
    if done.stdout:
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.flush()
    for failure in done.failures:
        say(f"error: {failure.message}")
    if not quiet:
        for line in done.said:
            say(line)


def say_restored(results: Iterable[Restored], *, quiet: bool | None, proving: bool = False) -> int:
    """What became of each file, as it is done; the exit code: 1 where a proof lacks only what was erased."""
    status = 0
    for result in results:
        lacking = 1 if proving and result.status == "erased" else 0
        status = max(status, 2 if result.failed else lacking)
        if result.failed or lacking or not quiet:
            say(f"{result.path}: {result.message}")
    return status


def say_left(outcomes: Sequence[Outcome]) -> None:
    """What could not be cut: the findings that a person has to look at."""
    left: Counter[str] = Counter(
        finding.severity
        for outcome in outcomes
        for review in outcome.reviews
        for finding in review.findings
        if finding.severity != "note"
    )
    if left:
        said = " and ".join(
            f"{left[severity]:,} {severity}{'s' if left[severity] > 1 else ''}"
            for severity in ("error", "warning")
            if left[severity]
        )
        say(f"Not cut, for a person to look at: {said}; see them with `dedupe check`")


def plain_error(error: Exception) -> str:
    """What went wrong, in one line; what nobody foresaw is called a defect, with its place."""
    if isinstance(error, DedupeError):
        return error.message
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return f"{usage().rstrip('.').replace(': Value error,', ':')}; see --help"
    if isinstance(error, MemoryError):
        return "out of memory; check fewer or smaller files at a time"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'output'}: {error.strerror}"
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "unknown place"
    said = " ".join(str(error).split())[:200]
    what = f"{type(error).__name__} at {where}: {said}"
    return f"a defect in dedupe {VERSION} ({what}); nothing more was done, please report it"
