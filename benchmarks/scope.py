"""`dedupe check --scope archive` beside `--scope article`: time and memory of all processes together.

    python benchmarks/scope.py POSTS.jsonl.gz [--runs 3]

POSTS holds records with a `text`; each is written out as a Markdown file. Beside them, one JSON Lines file of 100,000
identical records, and of 10,000 for the growth. Medians of interleaved runs go to benchmarks/results/scope.jsonl.
Memory is the proportional set size of the process and its workers, summed, at its highest (Linux).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def measured(command: list[str], cwd: Path) -> tuple[float, float, int]:
    """Seconds on the clock, seconds of all cores, and most memory."""
    before = os.times()
    start = time.perf_counter()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, process_group=0)
    most = 0
    while run.poll() is None:
        most = max(most, megabytes(run.pid))
        time.sleep(LOOK)
    spent = time.perf_counter() - start
    after = os.times()
    cores = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, cores, most


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("posts")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        posts = base / "posts"
        posts.mkdir()
        with gzip.open(options.posts, "rt", encoding="utf-8") as records:
            for count, record in enumerate(records):
                (posts / f"{count:05}.md").write_text(json.loads(record)["text"], encoding="utf-8", newline="")
        for name, size in (("same.jsonl", 100_000), ("tenth.jsonl", 10_000)):
            (base / name).write_text((json.dumps({"text": SAME}) + "\n") * size, encoding="utf-8")
        command = [
            sys.executable,
            "-P",
            "-m",
            "dedupe",
            "check",
            "--no-config",
            "--no-cache",
            "--output-format",
            "json",
        ]
        figures: dict[str, object] = {"files": count + 1}
        for name in ("posts", "tenth.jsonl", "same.jsonl"):
            rows: dict[str, list[tuple[float, float, int]]] = {"article": [], "archive": []}
            for _ in range(options.runs):
                for scope, found in rows.items():
                    found.append(measured([*command, "--scope", scope, name], base))
            for scope, found in rows.items():
                spent, cores, most = (statistics.median(column) for column in zip(*found, strict=True))
                key = f"{name.partition('.')[0]}_{scope}"
                figures |= {f"{key}_s": round(spent, 2), f"{key}_cpu_s": round(cores, 2), f"{key}_mb": round(most)}
                print(f"{name:12} {scope:8} {spent:7.2f} s  {cores:7.2f} s of all cores  {most:6.0f} MB")
    append("scope", {**figures, "runs": options.runs, "load": round(os.getloadavg()[0], 1)})


if __name__ == "__main__":
    main()
