"""Peers on a whole archive: from the JSON Lines file to a list of pairs of paragraphs, beside `dedupe check`.

    python benchmarks/peers.py DATA [--paragraphs 100000] [--runs 3] [--folder CACHE] [--only dedupe rensa]

Each peer is installed by pip, from wheels alone, in an environment of its own, and run by its program in
benchmarks/programs/ on an archive of benchmarks/archive.py: word-3 shingles of words between blanks, 128 permutations
in 32 bands of 4 rows, the same as `dedupe check --scope archive`, and its own parallelism where it has some. What takes
longer than --limit seconds is stopped and said. Figures are medians of interleaved runs. `planted` is the share of the
planted copies of a paragraph that are in one family with their source, `pairs` that of all pairs with a Jaccard of .5
or more (counted only for the archives of up to --sample paragraphs), `alike` the share of the listed pairs that really
have one of .5. Results go to benchmarks/results/peers.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from archive import truth_of
from exhaustive import Pairs, alike, families, paragraphs, ties
from lint import measured
from record import append
from scale import archive_of, check

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAMS = Path(__file__).resolve().parent / "programs"
EDGES = 0.5, 0.7


class Peer(NamedTuple):
    """A program to be measured."""

    packages: tuple[str, ...]
    program: str  # in PROGRAMS; "" where its packages are tried, but nothing runs with what they were once
    lacks: str  # what its list leaves out, beside that of `dedupe`
    words: tuple[str, ...] = ()
    flags: bool = False  # whether it lists single paragraphs


ALL = "repeats and sentences inside a story are not told apart, no facts, no copy to keep, no text, no report"
PEERS = {
    "dedupe, pairs alone": Peer((), "with_pairs.py", ALL),
    "datasketch": Peer(("datasketch==2.0.0", "xxhash"), "with_datasketch.py", f"pairs are not verified; {ALL}"),
    "rensa": Peer(("rensa==0.5.0",), "with_rensa.py", f"pairs are not verified; {ALL}"),
    "rensa, flags": Peer(("rensa==0.5.0",), "with_rensa_flags.py", f"no pairs at all; {ALL}", flags=True),
    "rensa, rho flags": Peer(("rensa==0.5.0",), "with_rensa_flags.py", f"no pairs at all; {ALL}", ("rho",), flags=True),
    "gaoya": Peer(("gaoya==0.2.2",), "with_gaoya.py", f"held to estimates of the Jaccard; {ALL}"),
    "daft": Peer(("daft==0.7.26",), "with_daft.py", f"pairs are not verified, the first of each bucket alone; {ALL}"),
    "datatrove": Peer(
        ("datatrove==0.10.1", "xxhash<4", "orjson", "regex", "nltk", "spacy", "tokenizers"),
        "with_datatrove.py",
        f"pairs are not verified, neighbours of each bucket alone; {ALL}",
    ),
    "text-dedup": Peer(("text-dedup==0.4.0",), "", ""),
}


def installed(peer: Peer, folder: Path) -> tuple[Path, str]:
    """The Python of the environment of a peer, and what kept it from being made, in pip's words."""
    if not peer.packages:
        return Path(sys.executable), ""
    home = folder / "-".join("".join(char if char.isalnum() else "_" for char in name) for name in peer.packages)
    python = home / "bin" / "python"
    done = home / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        command = [str(python), "-m", "pip", "install", "--only-binary", ":all:", *peer.packages]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            faults = [line for line in run.stderr.split("\n") if line.startswith("ERROR:") and "Ignored" not in line]
            return python, (faults or ["pip failed"])[0]
        done.touch()
    return python, "" if peer.program else "installed, but without a program"


class Known(NamedTuple):
    """What an archive is known to hold; paragraphs are numbered from 0, through all stories."""

    starts: np.ndarray  # of each story, its first paragraph
    planted: list[tuple[int, int, float]]
    pairs: Pairs | None


def known(archive: Path, sample: int) -> Known:
    """The truth of an archive, and all its pairs if it is small."""
    with archive.open("rb") as lines:
        sizes = [json.loads(line)["text"].count("\n\n") + 1 for line in lines]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    with truth_of(archive).open("rb") as lines:
        links = [link for link in map(json.loads, lines) if link.get("how") not in (None, "sentence")]
    places = [[int(starts[story]) + at for story, at in (link["one"], link["two"])] for link in links]
    planted = [(one, two, link["jaccard"]) for (one, two), link in zip(places, links, strict=True)]
    every = alike(paragraphs(archive, int(starts[-1]))[1]) if starts[-1] <= sample * 1.01 else None
    return Known(starts, planted, every)


def listed(file: Path) -> list[tuple[int, int]]:
    """The pairs that a program wrote."""
    table = np.fromfile(file, dtype=np.int64, sep=" ").reshape(-1, 2)
    return list(zip(*table.T.tolist(), strict=True))


def reported(report: Path, starts: np.ndarray) -> list[tuple[int, int]]:
    """The pairs that a report of `dedupe` ties."""
    return [tuple(int(starts[story]) + at for story, at in ends) for ends in ties(report)]


def shares(hits: Iterable[bool], values: Iterable[float]) -> dict[str, object]:
    """The share of hits of all, and of those that differ, by the edges of the Jaccard."""
    hit, value = np.array(list(hits), dtype=bool), np.array(list(values))
    made: dict[str, object] = {}
    for low in EDGES:
        for name, some in ((f"{low}", value >= low), (f"{low}_differing", (value >= low) & (value < 1))):
            made[name] = round(float(hit[some].mean()), 5) if some.any() else None
    return made


def found(told: list[tuple[int, int]], truth: Known, *, flags: bool) -> dict[str, object]:
    """What a list of pairs holds of what is known."""
    values = [value for _, _, value in truth.planted]
    if flags:
        flagged = {one for one, _ in told}
        wrong = len(flagged - {end for *both, _ in truth.planted for end in both}) / max(1, len(flagged))
        hits = (two in flagged for _, two, _ in truth.planted)
        return {"listed": len(told), "planted": shares(hits, values), "flagged_unplanted": round(wrong, 4)}
    family = families(told)

    def together(one: int, two: int) -> bool:
        return one in family and family[one] == family.get(two)

    made: dict[str, object] = {"listed": len(told)}
    made["planted"] = shares((together(one, two) for one, two, _ in truth.planted), values)
    if truth.pairs is not None:
        ends = list(zip(truth.pairs.left.tolist(), truth.pairs.right.tolist(), strict=True))
        made["pairs"] = shares((together(*both) for both in ends), truth.pairs.jaccard)
        real = set(ends)
        made["alike"] = round(sum(tuple(sorted(both)) in real for both in told) / max(1, len(told)), 5)
    return made


def raced(
    commands: dict[str, tuple[list[str], Path | None]], asked: argparse.Namespace, folder: Path
) -> dict[str, dict]:
    """The medians of each, or what is to be said of it; the runs are interleaved."""
    rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    said: dict[str, dict] = {}
    for _ in range(asked.runs):
        for name, (command, report) in commands.items():
            if name in said:
                continue
            try:
                rows[name].append(measured(command, folder, told=report, limit=asked.limit))
            except TimeoutError as error:
                said[name] = {"left_out": str(error)}
    for name, some in rows.items():
        if name not in said:
            spent, cores, most = map(statistics.median, zip(*some, strict=True))
            said[name] = {"s": round(spent, 2), "cpu_s": round(cores, 2), "mb": round(most)}
    return said


def sized(
    asked: argparse.Namespace, count: int, folder: Path, pythons: dict[str, tuple[Path, str]]
) -> dict[str, object]:
    """The figures of one size."""
    archive, figures = archive_of(asked.data, count, folder)
    commands: dict[str, tuple[list[str], Path | None]] = {}
    outs = {"dedupe": folder / "report-dedupe.jsonl"}
    if "dedupe" in asked.only:
        commands["dedupe"] = [*check(archive, "archive"), *asked.options], outs["dedupe"]
    for name, (python, fault) in pythons.items():
        if not fault:
            outs[name] = folder / f"pairs-{name.replace(', ', '-').replace(' ', '-')}.txt"
            outs[name].unlink(missing_ok=True)
            program = [str(python), str(PROGRAMS / PEERS[name].program), str(archive), str(outs[name])]
            commands[name] = [*program, *PEERS[name].words], None
    rows = raced(commands, asked, folder)
    truth = known(archive, asked.sample)
    for name, row in rows.items():
        if "left_out" in row or not outs[name].exists():
            row.setdefault("left_out", "it wrote no list")
            print(f"{count:>10,} {name:18} {row['left_out']}")
            continue
        told = reported(outs[name], truth.starts) if name == "dedupe" else listed(outs[name])
        row.update(found(told, truth, flags=name in PEERS and PEERS[name].flags), rate=round(count / row["s"]))
        if "dedupe" in rows and "s" in rows["dedupe"]:
            row["times_dedupe"] = round(row["s"] / rows["dedupe"]["s"], 2)
        print(f"{count:>10,} {name:18} {row['s']:8.2f} s {row['rate']:9,} a second {row['mb']:6} MB ", end="")
        print({what: row[what] for what in ("listed", "planted", "pairs", "alike", "flagged_unplanted") if what in row})
    return {**figures, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--paragraphs", type=int, nargs="+", default=[100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1200, help="seconds after which a program is stopped")
    parser.add_argument("--sample", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", default=["dedupe", *PEERS], choices=["dedupe", *PEERS])
    parser.add_argument("--options", type=shlex.split, default=[], help="further options of dedupe, as one word")
    parser.add_argument("--folder", type=Path, help="where the peers are installed and the archives made, and stay")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        pythons = {name: installed(PEERS[name], folder) for name in asked.only if name in PEERS}
        left_out = {name: fault for name, (_, fault) in pythons.items() if fault}
        for name, fault in left_out.items():
            print(f"{name} left out: {fault}")
        sizes = [sized(asked, paragraphs, folder, pythons) for paragraphs in asked.paragraphs]
    lacks = {name: PEERS[name].lacks for name in pythons if name not in left_out}
    told = {"runs": asked.runs, "options": asked.options, "load": round(os.getloadavg()[0], 1)}
    append("peers", {**told, "left_out": left_out, "lacks": lacks, "sizes": sizes})


if __name__ == "__main__":
    main()
