"""`dedupe check` as a linter of a repository: cold, cached, across files; and jscpd on the same files beside it.

    python benchmarks/lint.py POSTS.jsonl.gz [--runs 3] [--npm]

POSTS holds records with a `text`; each is written out as a Markdown file. Beside them, one JSON Lines file of 100,000
identical records, and of 10,000 for the growth. Medians of interleaved runs go to benchmarks/results/lint.jsonl.
Memory is the proportional set size of the process and its workers, summed, at its highest (Linux). jscpd, which --npm
installs, is told to look at clones of 20 tokens, across all files, the nearest that it has to `--scope archive`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rivals
from record import append

LOOK = 0.05  # seconds between two looks at the memory
SAME = "The ferry to the islands will not sail on Monday because of the storm, and 12 sailings are off until Friday."


def megabytes(group: int) -> int:
    """What all processes of a group take together."""
    total = 0
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                if os.getpgid(int(name)) == group:
                    lines = Path(f"/proc/{name}/smaps_rollup").read_text(encoding="ascii").split("\n")
                    total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except OSError:
                continue
    return total // 1024


def measured(
    command: list[str], cwd: Path, *, told: Path | None = None, look: float = LOOK, limit: float = math.inf
) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of all cores, and most memory; what it prints goes to a file, if one is given."""
    before = os.times()
    start = time.perf_counter()
    with (told or Path(os.devnull)).open("wb") as out:
        run = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=cwd, process_group=0)
    most, seen = 0, start
    while run.poll() is None:
        if (now := time.perf_counter()) - seen >= look:
            most, seen = max(most, megabytes(run.pid)), now
        if now - start > limit:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            raise TimeoutError(f"stopped after {limit:.0f} s")
        time.sleep(min(look, LOOK))
    spent = time.perf_counter() - start
    after = os.times()
    cores = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, cores, most


def written(source: str, base: Path) -> int:
    """The files to look at; how many posts there are."""
    posts = base / "posts"
    posts.mkdir()
    with gzip.open(source, "rt", encoding="utf-8") as records:
        for count, record in enumerate(records):
            (posts / f"{count:05}.md").write_text(json.loads(record)["text"], encoding="utf-8", newline="")
    for name, size in (("same.jsonl", 100_000), ("tenth.jsonl", 10_000)):
        (base / name).write_text((json.dumps({"text": SAME}) + "\n") * size, encoding="utf-8")
    return count + 1


def commands(base: Path, *, npm: bool) -> dict[str, list[str]]:
    """What is run, by the name of its figures."""
    ours = [sys.executable, "-P", "-m", "dedupe", "check", "--no-config", "--output-format", "json"]
    made = {
        "posts_cold": [*ours, "--no-cache", "posts"],
        "posts_cached": [*ours, "posts"],
        "posts_archive": [*ours, "--no-cache", "--scope", "archive", "posts"],
    }
    for name in ("tenth", "same"):
        made[f"{name}_article"] = [*ours, "--no-cache", f"{name}.jsonl"]
        made[f"{name}_archive"] = [*ours, "--no-cache", "--scope", "archive", f"{name}.jsonl"]
    program = rivals.npm(base / "npm") if npm else "--npm was not given"
    if isinstance(program, str):
        print(f"jscpd left out: {program}")
    else:
        told = ["--silent", "--reporters", "json", "--min-tokens", "20", "--min-lines", "1", "--output", "report"]
        made["posts_jscpd"] = [str(program), *told, "posts"]
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("posts")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--npm", action="store_true", help="install jscpd into a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "tree")
        base.mkdir()
        figures: dict[str, object] = {"files": written(options.posts, base)}
        made = commands(base, npm=options.npm)
        os.environ["XDG_CACHE_HOME"] = str(Path(folder, "cache"))  # one in the tree would not be used
        measured(made["posts_cached"], base)  # what the cached runs find
        rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in made}
        for _ in range(options.runs):
            for name, command in made.items():
                rows[name].append(measured(command, base))
        for name, found in rows.items():
            spent, cores, most = (statistics.median(column) for column in zip(*found, strict=True))
            figures |= {f"{name}_s": round(spent, 2), f"{name}_cpu_s": round(cores, 2), f"{name}_mb": round(most)}
            print(f"{name:16} {spent:7.2f} s  {cores:7.2f} s of all cores  {most:6.0f} MB")
    append("lint", {**figures, "runs": options.runs, "load": round(os.getloadavg()[0], 1)})


if __name__ == "__main__":
    main()
