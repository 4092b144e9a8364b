"""The README's tables of figures, made from the last lines of benchmarks/results/.

python benchmarks/table.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def markdown(startup: dict, speed: dict) -> str:
    """The rows, from the last line of each result."""
    rows = [
        ("`dedupe check` of one story, whole process", f"{startup['check_ms']} ms"),
        ("the same beside an empty Typer app that imports numpy and prints a table", f"{startup['ratio']:.2f} times"),
        ("one story of 5,000 paragraphs, beyond start-up", f"{speed['story_5000_s']:.2f} s"),
        ("the same text through datasketch's MinHashLSH, whole process", f"{speed['datasketch_story_5000_s']:.2f} s"),
        ("one file of 100,000 identical paragraphs, beyond start-up", f"{speed['identical_100000_s']:.1f} s"),
        ("20,000 stories of 2 KB in one folder, whole process", f"{speed['files_20000_s']:.1f} s"),
    ]
    lines = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join(lines)


def linter(lint: dict) -> str:
    """The rows of a repository that is checked, from the last line of its result."""
    names = [
        ("cold", "posts_cold"),
        ("again, with nothing changed", "posts_cached"),
        ("cold, `--scope archive`", "posts_archive"),
        ("jscpd, clones of 20 tokens across all files", "posts_jscpd"),
    ]
    lines = [f"| {lint['files']:,} Markdown files | seconds | of all cores | memory |", "|---|---|---|---|"]
    for what, name in names:
        if f"{name}_s" in lint:
            cells = [f"{lint[f'{name}_s']:.1f}", f"{lint[f'{name}_cpu_s']:.1f}", f"{lint[f'{name}_mb']} MB"]
            lines.append("| " + " | ".join([what, *cells]) + " |")
    return "\n".join(lines)


def judgement(quality: dict) -> str:
    """The rows of `dedupe` and its peers on the same cases."""
    kinds = ("all", "exact and near", "reworded", "sentence", "list_item")
    found, alarms = f"found of {quality['cases']}", f"alarms on {quality['files']} pages"
    made = f"of {quality['spliced']} spliced in", f"of {quality['meant']} meant"
    heads = ("", found, "exact, near", "reworded", "sentences", "list items", alarms, *made)
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, one in (("**dedupe**", quality), *quality["peers"].items()):
        shares = [one["recall"][kind] for kind in kinds]
        cells = [name, *map(percent, shares), str(one["alarms"]), percent(one["spliced_recall"])]
        lines.append("| " + " | ".join([*cells, percent(one["meant_flagged"])]) + " |")
    return "\n".join(lines)


def facts(quality: dict) -> str:
    """The rows that have no peer."""
    rows = [
        (f"of {quality['flips']} pairs of sentences that differ in a fact, removed", quality["flips_removed"]),
        (
            f"of the {quality['flips_8_words']} with 8 words or more, called a conflict",
            quality["flips_8_words_conflict"],
        ),
        (f"of {quality['style']} pairs that differ in house style alone, called a conflict", quality["style_conflict"]),
        ("of copies to cut, the one that the person cut", quality["survivor"]),
    ]
    lines = ["| what | share |", "|---|---|", *(f"| {what} | {percent(value)} |" for what, value in rows)]
    return "\n".join(lines)


def archives(scale: dict) -> str:
    """The rows of an archive, the largest of the last line of their result."""
    names = {"article_check": "check", "article_clean": "clean --output"}
    names |= {"archive_check": "check --scope archive", "archive_clean": "clean --output --scope archive"}
    size = scale["sizes"][-1]
    heads = (f"{size['paragraphs']:,} paragraphs, {size['size'] / 1e6:.0f} MB", "seconds", "a second", "memory")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, what in names.items():
        cells = [f"{size[f'{name}_s']:.1f}", f"{size[f'{name}_rate']:,}", f"{size[f'{name}_mb']:,} MB"]
        lines.append("| " + " | ".join([f"`{what}`", *cells]) + " |")
    return "\n".join(lines)


def beside(peers: dict) -> str:
    """The rows of `dedupe` and its peers on one archive, the largest of their result."""
    size = peers["sizes"][-1]
    heads = (f"{size['paragraphs']:,} paragraphs", "seconds", "of `dedupe`'s", "memory", "found of Jaccard .5 or more")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, row in sorted(size["rows"].items(), key=lambda it: ("dedupe" not in it[0], it[1].get("s", math.inf))):
        bold = f"**{name}**" if name == "dedupe" else name
        if "left_out" in row:
            lines.append("| " + " | ".join([bold, row["left_out"], "", "", ""]) + " |")
            continue
        times = f"{row['times_dedupe']:.1f} times" if "times_dedupe" in row else ""
        share = f"{100 * row['planted']['0.5']:.1f} %"
        lines.append("| " + " | ".join([bold, f"{row['s']:.1f}", times, f"{row['mb']:,} MB", share]) + " |")
    return "\n".join(lines)


def desk(figures: dict) -> str:
    """The rows of the page in a browser, from the last line of its result."""
    rows = [
        (f"from a paste to the first finding on screen, {size:,} paragraphs", f"{figures[f'finding_{size}_ms']} ms")
        for size in (40, 2000)
    ]
    rows.append(("from an answer to the cleaned version, 2,000 paragraphs", f"{figures['answer_2000_ms']} ms"))
    lines = [
        "| `dedupe desk`, Chromium, warm | median |",
        "|---|---|",
        *(f"| {what} | {said} |" for what, said in rows),
    ]
    return "\n".join(lines)


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def last(name: str) -> dict:
    """The newest result of a benchmark."""
    return json.loads((RESULTS / f"{name}.jsonl").read_text(encoding="utf-8").rstrip().split("\n")[-1])


if __name__ == "__main__":
    print(markdown(last("startup"), last("speed")))
    print(linter(last("lint")))
    print(judgement(last("quality")))
    print(facts(last("quality")))
    print(archives(last("scale")))
    print(beside(last("peers")))
    print(desk(last("desk")))
