"""Start-up: `dedupe check STORY` beside an empty two-command Typer app that imports numpy and prints one rich table.

    python benchmarks/startup.py [STORY] [--runs 41]

Both run interleaved, in the same environment; medians and their ratio are printed and appended to
benchmarks/results/startup.jsonl.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import append

HERE = Path(__file__).resolve().parent
EMPTY = """
import numpy
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()

@app.command()
def check(path: str) -> None:
    table = Table("line", "text")
    table.add_row("11", "stands twice")
    Console().print(table)

@app.command()
def clean(path: str) -> None:
    pass

app()
"""


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("story", nargs="?", default=str(HERE.parent / "fixtures/cases/seed-exasperation/story.txt"))
    parser.add_argument("--runs", type=int, default=41)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        ours = [sys.executable, "-P", "-m", "dedupe", "check", "--no-config", options.story]
        theirs = [sys.executable, "-P", str(empty), "check", options.story]
        for command in (ours, theirs):
            seconds(command)
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(options.runs)]
    mine, base = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two in pairs)
    print(f"dedupe check  {mine:6.0f} ms")
    print(f"empty app     {base:6.0f} ms")
    print(f"ratio         {ratio:6.2f}   (median of {options.runs} interleaved pairs)")
    append(
        "startup", {"check_ms": round(mine), "empty_ms": round(base), "ratio": round(ratio, 3), "runs": options.runs}
    )


if __name__ == "__main__":
    main()
