"""Peers on the cases of benchmarks/quality.py: each reads one file and gives the pairs of texts that it finds alike.

datasketch's MinHashLSH is run itself; text-dedup and datatrove, which want frameworks for whole data sets, are their
published default parameters in the same MinHash pipeline (words or normalised words, permutations, bands and rows).
jscpd is run itself, where npm can install it. All compare only texts of one file. Pairs become groups, as
all of them do with their pairs, and a group of N texts is N-1 findings, as it is for `dedupe`.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import tempfile
import unicodedata
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from datasketch import MinHash, MinHashLSH

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring import Removed

BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
LINE = re.compile(r"[^\n]*\S[^\n]*")
SENTENCE_END = re.compile(r"(?<=[.!?:])[ \n]+(?=\W*[A-Z\d])")
MIXED = np.random.default_rng(4).integers(1, 2**63, 256, dtype=np.uint64)
WORD = re.compile(r"\w+")
Span = tuple[int, int]
Peer = "Callable[[str], list[tuple[Span, Span]]]"


class Setting(NamedTuple):
    """What a MinHash pipeline is told."""

    unit: str = "block"
    words: str = "split"
    size: int = 1
    threshold: float = 0.9
    permutations: int = 128
    bands: tuple[int, int] | None = None
    least: int = 1

    def __str__(self) -> str:
        """For a table."""
        banded = f"{self.bands[0]}x{self.bands[1]} bands" if self.bands else f"threshold {self.threshold}"
        return f"{banded}, word-{self.size}, {self.permutations} permutations, {self.unit}s of {self.least}+ words"


# datasketch: MinHashLSH() and the words of its README. text-dedup: its command's defaults. datatrove: MinhashConfig().
DATASKETCH = Setting()
TEXT_DEDUP = Setting(words="alphanumeric", size=5, threshold=0.7, permutations=256, least=5)
DATATROVE = Setting(words="simplified", size=5, permutations=112, bands=(14, 8), least=5)
GRID = [
    Setting(unit, "alphanumeric", size, threshold / 10, 128, None, least)
    for unit in ("block", "line", "sentence")
    for size in (1, 2, 3, 5)
    for least in (5, 8, 15, 25)
    for threshold in range(3, 10)
]


def trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


@functools.cache
def spans(text: str, unit: str) -> tuple[Span, ...]:
    """Blank-line blocks, lines, or the sentences of blocks."""
    if unit != "sentence":
        found = (BLOCK if unit == "block" else LINE).finditer(text)
        return tuple(trimmed(text, *match.span()) for match in found)
    made = []
    for start, end in spans(text, "block"):
        cuts = [start, *(match.end() for match in SENTENCE_END.finditer(text, start, end)), end]
        made += [trimmed(text, *cut) for cut in pairwise(cuts)]
    return tuple(made)


def simplified(text: str) -> list[str]:
    """As datatrove compares texts: no case, no marks, no accents, every number one number."""
    plain = unicodedata.normalize("NFD", re.sub(r"[^\w\s]|_", "", text.lower()))
    return re.sub(r"\d+", "0", "".join(char for char in plain if unicodedata.category(char) != "Mn")).split()


WORDS = {"split": str.split, "alphanumeric": lambda text: WORD.findall(text.lower()), "simplified": simplified}


def shingles(words: list[str], size: int) -> set[str]:
    return {" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1))}


@functools.cache
def sketches(text: str, unit: str, words: str, size: int, permutations: int) -> list[tuple[Span, int, MinHash]]:
    """Each text of a file with the number of its words and its MinHash."""
    parts = [(span, WORDS[words](text[slice(*span)])) for span in spans(text, unit)]
    bulk = MinHash.bulk([[one.encode() for one in shingles(some, size)] for _, some in parts], num_perm=permutations)
    return [(span, len(some), sketch) for (span, some), sketch in zip(parts, bulk, strict=True)]


def minhash(setting: Setting, text: str) -> list[tuple[Span, Span]]:
    """The pairs of one file that datasketch's index finds with a setting."""
    index = MinHashLSH(setting.threshold, setting.permutations, params=setting.bands)
    seen: list[Span] = []
    pairs = []
    for span, count, sketch in sketches(text, setting.unit, setting.words, setting.size, setting.permutations):
        if count >= setting.least:
            pairs += [(seen[number], span) for number in index.query(sketch)]
            index.insert(len(seen), sketch)
            seen.append(span)
    return pairs


def linked(setting: Setting, text: str) -> list[tuple[Span, Span]]:
    """Pairs that connect the same texts as those of `minhash`, by the same bands of the same sketches, for the grid."""
    some = sketches(text, setting.unit, setting.words, setting.size, setting.permutations)
    some = [one for one in some if one[1] >= setting.least]
    if len(some) < 2:
        return []
    bands, rows = parameters(setting.threshold, setting.permutations)
    table = np.array([sketch.hashvalues[: bands * rows] for _, _, sketch in some], dtype=np.uint64)
    mixed = (table.reshape(len(some), bands, rows) * MIXED[:rows]).sum(axis=2)
    pairs = []
    for band in mixed.T.tolist():
        first: dict[int, int] = {}
        for number, key in enumerate(band):
            if first.setdefault(key, number) != number:
                pairs.append((some[first[key]][0], some[number][0]))
    return pairs


@functools.cache
def parameters(threshold: float, permutations: int) -> tuple[int, int]:
    """The bands and rows that datasketch chooses."""
    index = MinHashLSH(threshold, permutations)
    return index.b, index.r


def plain(threshold: float, text: str) -> list[tuple[Span, Span]]:
    """Every two blank-line blocks of 8 words or more whose word-3 shingles have a Jaccard of at least the threshold."""
    blocks = [(span, WORD.findall(text[slice(*span)].lower())) for span in spans(text, "block")]
    sets = [(span, shingles(words, 3)) for span, words in blocks if len(words) >= 8]
    return [
        (one, two)
        for (one, some), (two, others) in combinations(sets, 2)
        if len(some & others) >= threshold * len(some | others)
    ]


def jscpd(program: Path, options: tuple[str, ...], text: str) -> list[tuple[Span, Span]]:
    """The clones that the program finds in one file; it counts bytes."""
    data = text.encode()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.md").write_bytes(data)
        command = [str(program), "--silent", "--reporters", "json", *options, "--output", folder, "a.md"]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        report = Path(folder, "jscpd-report.json")
        clones = json.loads(report.read_bytes())["duplicates"] if report.exists() else []

    def place(side: dict) -> Span:
        start, end = (len(data[: side[at]["position"]].decode(errors="ignore")) for at in ("startLoc", "endLoc"))
        return trimmed(text, start, end)

    return [(place(clone["firstFile"]), place(clone["secondFile"])) for clone in clones]


def npm(folder: Path) -> Path | str:
    """Install jscpd into a folder: its program, or what kept it from running."""
    install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    key = "process.stdout.write(require('jscpd/platform-map').getPlatformKey() || '')"
    try:
        subprocess.run([*install, "jscpd"], capture_output=True, check=True)
        platform = subprocess.run(["node", "-e", key], cwd=folder, capture_output=True, text=True, check=True).stdout
        if not (folder / "node_modules" / f"jscpd-{platform}").exists():  # npm passes over what a mirror lacks
            subprocess.run([*install, f"jscpd-{platform}"], capture_output=True, check=True)
        program = folder / "node_modules" / f"jscpd-{platform}" / "bin" / "jscpd"
        subprocess.run([str(program), "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return str(error)
    return program


def grouped(pairs: list[tuple[Span, Span]]) -> list[list[Span]]:
    """Texts that pairs connect, each group in the order of the file."""
    of: dict[Span, list[Span]] = {}
    for one, two in pairs:
        first, second = of.setdefault(one, [one]), of.setdefault(two, [two])
        if first is not second:
            first += second
            of.update(dict.fromkeys(second, first))
    return sorted(sorted(group) for group in {id(group): group for group in of.values()}.values())


def findings(text: str, pairs: list[tuple[Span, Span]]) -> list[dict]:
    """The form in which `dedupe` reports: the first text of a group is kept, every other one is a finding."""

    def placed(span: Span) -> dict:
        start, end = (len(text[:at].encode()) for at in span)
        return {"path": "", "start": start, "end": end}

    def several(span: Span) -> int:
        return len(BLOCK.findall(text[slice(*span)]))

    return [
        {
            "severity": "error",
            "action": "remove",
            "why": "either can go",
            "group": number,
            "blocks": max(several(first), several(span)),
            "kept": placed(first),
            "dropped": placed(span),
        }
        for number, (first, *others) in enumerate(grouped(pairs))
        for span in others
    ]


def run(peer: Peer, files: dict[str, str]) -> dict[str, list[dict]]:
    return {name: findings(text, peer(text)) for name, text in files.items()}


def score(peer: Peer, removed: Removed) -> dict[str, object]:
    """A peer's figures on the removed duplicates; its pairs are counted beside its findings."""
    once = functools.cache(peer)
    figures = removed.score(run(once, removed.before), run(once, removed.after))
    return {**figures, "f": f_score(figures), "alarm_pairs": sum(len(once(text)) for text in removed.after.values())}


def f_score(figures: dict) -> float:
    """Of recall, and of the share of what was found among that and the alarms on the files that people cleaned."""
    found = figures["recall"]["all"] * figures["cases"]
    return round(2 * found / (figures["cases"] + found + figures["alarms"]), 3)


def best(removed: Removed, alarms: int) -> dict[str, Setting]:
    """Datasketch's settings of a grid with the best F-score, and with the best recall at about our number of alarms."""

    def of(setting: Setting) -> dict:
        return score(functools.partial(linked, setting), removed)

    def most(scored: list[tuple[Setting, dict]], key: Callable[[dict], tuple]) -> Setting:
        return max(scored, key=lambda one: key(one[1]))[0]

    def few(one: dict) -> tuple:
        return (1, one["recall"]["all"]) if one["alarms"] <= 1.1 * alarms else (0, -one["alarms"])

    scored = [(setting, of(setting)) for setting in GRID]
    chosen = {}
    for name, key in (("best F-score", lambda one: (one["f"],)), ("best recall with alarms as few", few)):
        finer = [most(scored, key)._replace(permutations=count) for count in (64, 128, 256)]
        chosen[name] = most([(setting, of(setting)) for setting in finer], key)
    return chosen
