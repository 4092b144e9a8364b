"""The command run in this process: the same `main`, without the time that a new interpreter takes."""

import contextlib
import io
import sys
from typing import NamedTuple

from dedupe.cli import main


class Run(NamedTuple):
    status: int
    out: str
    err: str


def dedupe(*arguments, cwd):
    """What `dedupe` prints and ends with in a folder."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2)]
    before, status = sys.argv, None
    with contextlib.chdir(cwd), contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        sys.argv = ["dedupe", *map(str, arguments)]
        try:
            main()
        except SystemExit as end:
            status = end.code
        finally:
            sys.argv = before
    said = [stream.buffer.getvalue().decode() for stream in streams]
    assert "Traceback" not in said[1]
    return Run(status or 0, *said)
