"""`dedupe` on archives: speed, memory, growth, and what it finds of what is known to repeat.

    python benchmarks/scale.py DATA [--paragraphs 10000 100000 1200000] [--scope article archive] [--runs 3] [--same]

DATA is the folder of the CC0 texts from which benchmarks/archive.py makes the archives, which stay in --folder if one
is given. Every command is run as a process of its own, interleaved with the others; figures are medians. Memory is the
proportional set size of all its processes, summed, at its highest (Linux). `found` is the share of the planted repeats
that the report ties; `pairs` the share, among the first --sample paragraphs, of all pairs of paragraphs of different
stories with a Jaccard of .5 or more, which benchmarks/exhaustive.py counts, that stand in one family. --same adds a
million identical paragraphs, in a record each and in ten stories. --ulimit caps the address space of each process.
Results go to benchmarks/results/scale.jsonl.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shlex
import statistics
import sys
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from archive import made, truth_of
from exhaustive import edges, families, judged, tied
from lint import SAME, measured
from record import append

DEDUPE = [sys.executable, "-P", "-m", "dedupe"]
OPTIONS = ["--no-config", "--no-cache"]
LOOK = 0.25  # seconds between two looks at the memory
JACCARDS = 0.5, 0.6, 0.7, 0.8, 0.9, 1.0


def check(archive: Path, scope: str) -> list[str]:
    return [*DEDUPE, "check", *OPTIONS, "--scope", scope, "--output-format", "jsonl", str(archive)]


def clean(archive: Path, scope: str, output: Path) -> list[str]:
    return [*DEDUPE, "clean", *OPTIONS, "--scope", scope, "--output", str(output), str(archive)]


class Job(NamedTuple):
    """A command that is measured."""

    name: str  # of its figures
    command: list[str]
    report: Path | None  # where what it prints goes


def capped(command: list[str], megabytes: int | None) -> list[str]:
    """The command under a limit of its address space."""
    return command if megabytes is None else ["sh", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "sh", *command]


def interleaved(jobs: list[Job], cwd: Path, runs: int, outputs: Path) -> dict[str, tuple[float, float, float]]:
    """The medians of each: seconds, seconds of all cores, megabytes."""
    rows: dict[str, list[tuple[float, float, float]]] = {job.name: [] for job in jobs}
    for _ in range(runs):
        for job in jobs:
            for stale in outputs.glob("cleaned*"):
                stale.unlink()
            rows[job.name].append(measured(job.command, cwd, told=job.report, look=LOOK))
    return {name: tuple(map(statistics.median, zip(*some, strict=True))) for name, some in rows.items()}


def band(jaccard: float) -> str:
    """The name of the band of a copy that is not exact."""
    low = max((value for value in JACCARDS if value <= jaccard), default=0)
    return f"{low:g}+"


def found(truth: Path, report: Path, *, across: bool) -> dict[str, list[float]]:
    """Of each kind of planted repeat, how many there are and which share the report ties."""
    told = list(edges(report))
    family = families(ends for code, ends in told if code != "version")
    versions = {(ends[0][0], ends[1][0]) for code, ends in told if code == "version"}
    hits: dict[str, Counter[bool]] = {}
    with truth.open("rb") as lines:
        for line in lines:
            link = json.loads(line)
            one, two = link["one"], link["two"]
            if link["kind"] == "version":
                name, hit = "version of a story", (one, two) in versions or (two, one) in versions
            else:
                alike = "" if link["how"] in ("exact", "sentence") else f", {band(link['jaccard'])}"
                name, hit = f"{link['kind']}, {link['how']}{alike}", tied(family, tuple(one), tuple(two))
            if across or link["kind"] == "within":
                hits.setdefault(name, Counter())[hit] += 1
    return {name: [some.total(), round(some[True] / some.total(), 4)] for name, some in sorted(hits.items())}


def archive_of(data: Path, paragraphs: int, folder: Path) -> tuple[Path, dict[str, object]]:
    """An archive, written if the folder does not have it, and what is known of it."""
    path = folder / f"archive-{paragraphs}.jsonl"
    known = path.with_suffix(".made.json")
    if not known.exists():
        known.write_text(json.dumps(made(data, paragraphs, path)._asdict()), encoding="utf-8")
    return path, json.loads(known.read_text(encoding="utf-8"))


def sized(asked: argparse.Namespace, paragraphs: int, folder: Path) -> dict[str, object]:
    """The figures of one size."""
    path, figures = archive_of(asked.data, paragraphs, folder)
    jobs = []
    for scope in asked.scope:
        report = folder / f"report-{scope}.jsonl"
        jobs.append(Job(f"{scope}_check", [*check(path, scope), *asked.options], report))
        cleaned = folder / f"cleaned-{scope}.jsonl"
        jobs.append(Job(f"{scope}_clean", [*clean(path, scope, cleaned), *asked.options], None))
    jobs = [job._replace(command=capped(job.command, asked.ulimit)) for job in jobs if job.name not in asked.skip]
    for name, (spent, cores, most) in interleaved(jobs, folder, asked.runs, folder).items():
        rate = figures["paragraphs"] / spent
        figures |= {f"{name}_s": round(spent, 2), f"{name}_cpu_s": round(cores, 2)}
        figures |= {f"{name}_rate": round(rate), f"{name}_mb": round(most)}
        print(f"{paragraphs:>10,} {name:14} {spent:8.2f} s  {rate:9,.0f} a second  {most:6.0f} MB", flush=True)
    for job in jobs:
        if job.report:
            across = job.name.startswith("archive")
            figures[f"{job.name}_found"] = some = found(truth_of(path), job.report, across=across)
            for name, (count, share) in some.items():
                print(f"{'':10} {job.name:14} {share:8.4f} of {count:,} {name}")
            if across and asked.sample:
                some = judged(path, truth_of(path), job.report, asked.sample)
                figures |= some
                print({name: value for name, value in some.items() if name != "missed"})
    return figures


def growth(sizes: list[dict[str, object]], name: str) -> dict[str, float]:
    """How many times longer ten times the paragraphs take, from each size to the next."""
    made = {}
    for small, large in pairwise(sizes):
        if f"{name}_s" in small:
            power = math.log(large[f"{name}_s"] / small[f"{name}_s"]) / math.log(
                large["paragraphs"] / small["paragraphs"]
            )
            made[f"{small['paragraphs']}-{large['paragraphs']}"] = round(10**power, 2)
    return made


def identical(asked: argparse.Namespace, folder: Path) -> dict[str, object]:
    """A million times one paragraph, in a record each and in ten stories."""
    count = asked.same_paragraphs
    each, few = folder / "each.jsonl", folder / "few.jsonl"
    with each.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": str(number), "text": SAME}) + "\n" for number in range(count))
    story = "\n\n".join([SAME] * (count // 10))
    with few.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": str(number), "text": story}) + "\n" for number in range(10))
    jobs = []
    for path in (each, few):
        for scope in asked.scope:
            command = capped([*check(path, scope), *asked.options], asked.ulimit)
            jobs.append(Job(f"same_{path.stem}_{scope}", command, folder / "report-same.jsonl"))
    figures: dict[str, object] = {"same_paragraphs": count}
    for name, (spent, _, most) in interleaved(jobs, folder, asked.runs, folder).items():
        figures |= {f"{name}_s": round(spent, 2), f"{name}_mb": round(most)}
        print(f"{count:>10,} {name:20} {spent:8.2f} s  {most:6.0f} MB", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--paragraphs", type=int, nargs="+", default=[10_000, 100_000, 1_200_000])
    parser.add_argument("--scope", nargs="+", default=["article", "archive"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip", nargs="+", default=[], help="commands that are not run, such as archive_clean")
    parser.add_argument("--sample", type=int, default=100_000, help="paragraphs that are compared exhaustively, or 0")
    parser.add_argument("--options", type=shlex.split, default=[], help="further options of dedupe, as one word")
    parser.add_argument("--same", action="store_true", help="also a million identical paragraphs")
    parser.add_argument("--same-paragraphs", type=int, default=1_000_000)
    parser.add_argument("--ulimit", type=int, help="megabytes of address space of each process")
    parser.add_argument("--folder", type=Path, help="where the archives are made, and stay")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as temporary:
        folder = (asked.folder or Path(temporary)).resolve()
        sizes = [sized(asked, paragraphs, folder) for paragraphs in sorted(asked.paragraphs)]
        figures: dict[str, object] = {"runs": asked.runs, "options": asked.options, "ulimit_mb": asked.ulimit}
        if asked.same:
            figures |= identical(asked, folder)
    names = [f"{scope}_{what}" for scope in asked.scope for what in ("check", "clean")]
    ten = {name: times for name in names if (times := growth(sizes, name))}
    print("ten times the paragraphs take", ten)
    append("scale", {**figures, "load": round(os.getloadavg()[0], 1), "ten_times": ten, "sizes": sizes})


if __name__ == "__main__":
    main()
