"""The judgement: what `dedupe check` finds, calls an alarm, would cut, and takes for a conflict; peers beside it.

    python benchmarks/quality.py DATA [--dedupe PATH] [--npm] [--no-peers] [--misses FOLDER]

DATA is a folder with `dupfix_*.jsonl.gz` (files before and after a commit that removes a duplicate) and, each as
`.jsonl.gz`, `cc0_fixed`, `cc0_rewordings`, `cc0_posts` and `nws_products`; the labelled facts are fixtures/facts.jsonl.
Measured through the command line, the rule is that of benchmarks/scoring.py:

- removed duplicates: recall by kind, alarms and proposed removals on the files that people cleaned, and how often the
  copy that would go is the one that the person removed
- pages with known pairs found; weather products with an error or a warning
- pairs of sentences that differ in a fact: removed, or called a conflict; pairs that differ in house style alone
- generated stories (benchmarks/generated.py): recall by Jaccard, spans, and repeats that are meant

Peers (benchmarks/rivals.py) run on the same files. The settings called "best" are the best of a grid on these very
cases, which favours them. With --npm, jscpd is installed into a temporary folder. What was missed and what was an alarm
goes to two files in the folder of --misses. Figures go to benchmarks/results/quality.jsonl, but not with --no-peers.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import generated
import rivals
from record import append
from scoring import REAL, Removed, check, hit, real, share

FACTS = Path(__file__).resolve().parent.parent / "fixtures" / "facts.jsonl"
LEAD = """A small exhibition about the history of bookbinding opened this week in the reading room of the library.

Visitors may handle the presses and take home a sheet of marbled paper that they have made themselves.
"""
TAIL = """Opening hours are posted on the door, and groups are asked to telephone a few days beforehand.

A catalogue with forty colour plates has been printed and may be had at the desk.
"""
ROWS = (
    ("recall, all", "all"),
    ("exact and near", "exact and near"),
    ("reworded", "reworded"),
    ("sentences", "sentence"),
    ("list items", "list_item"),
)


def rows(data: Path, name: str) -> list[dict]:
    """The rows of the one file whose name begins so."""
    (path,) = sorted(data.glob(f"{name}*.jsonl.gz"))
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def known_pairs(command: list[str], some: list[dict]) -> dict[str, object]:
    """Of pages from which an editor removed a duplicate: the pairs that an error or a warning speaks of."""

    def words(text: str) -> set[str]:
        return set(re.findall(r"\w+", text.lower()))

    found = check(command, {f"{number}.md": row["before"] for number, row in enumerate(some)})
    wanted = [(f"{number}.md", words(pair["removed"])) for number, row in enumerate(some) for pair in row["pairs"][:10]]
    got = sum(
        any(
            len(pair & words(finding[side]["text"])) >= 0.8 * len(pair)
            for finding in real(found.get(name, []))
            for side in ("kept", "dropped")
        )
        for name, pair in wanted
    )
    return {"pairs_found": got, "pairs": len(wanted)}


def weather(command: list[str], some: list[dict]) -> dict[str, object]:
    """Wire products of a weather service, whose templates repeat on purpose."""
    found = check(command, {f"{number}.txt": row["text"] for number, row in enumerate(some)})
    return {"weather": len(some), "weather_flagged": sum(bool(real(findings)) for findings in found.values())}


def facts(command: list[str]) -> dict[str, object]:
    """Labelled pairs side by side in a story, in both orders."""
    pairs = [json.loads(line) for line in FACTS.read_text(encoding="utf-8").splitlines()]
    files = {}
    for pair in pairs:
        for order, two in enumerate(((pair["kept"], pair["dropped"]), (pair["dropped"], pair["kept"]))):
            files[f"{pair['id']}-{order}.txt"] = "\n".join([LEAD, *(text + "\n" for text in two), TAIL])
    found = check(command, files)

    def of(chosen: list[dict], *, long: bool = False) -> list[list[dict]]:
        return [
            found.get(f"{pair['id']}-{order}.txt", [])
            for pair in chosen
            for order in (0, 1)
            if not long or min(len(pair[side].split()) for side in ("kept", "dropped")) >= 8
        ]

    def part(cases: list[list[dict]], key: str, value: str) -> float:
        return share(sum(any(finding[key] == value for finding in case) for case in cases), len(cases))

    flips, style = [pair for pair in pairs if pair["expect"]], [pair for pair in pairs if pair.get("harmless")]
    long = of(flips, long=True)
    return {
        "flips": len(flips),
        "flips_removed": part(of(flips), "action", "remove"),
        "flips_removed_count": sum(any(one["action"] == "remove" for one in case) for case in of(flips)),
        "flips_8_words": len(long) // 2,
        "flips_8_words_found": share(sum(map(bool, long)), len(long)),
        "flips_8_words_conflict": part(long, "code", "conflict"),
        "flips_conflict": part(of(flips), "code", "conflict"),
        "style": len(style),
        "style_conflict": part(of(style), "code", "conflict"),
    }


def clean_pages(command: list[str], posts: list[dict]) -> dict[str, str]:
    """Pages of running text about which nothing is said, not even a note."""
    pages = generated.pages(posts)
    names = {f"{number:05}.md": name for number, name in enumerate(sorted(pages))}
    found = check(command, {short: pages[name] for short, name in names.items()})
    return {name: pages[name] for short, name in names.items() if not found.get(short)}


def bands(stories: dict[str, generated.Splice], found: dict[str, list[dict]]) -> dict[str, object]:
    """Recall by Jaccard, one paragraph with its other wording being a case."""
    of: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for name, story in stories.items():
        for one, two, jaccard in story.members:
            of[generated.band(jaccard)] += 1
            got[generated.band(jaccard)] += hit(found.get(name, []), one, two) is not None
    return {
        "spliced": of.total(),
        "spliced_recall": share(got.total(), of.total()),
        "spliced_bands": {key: [got[key], of[key], share(got[key], of[key])] for key in sorted(of)},
    }


def places(stories: dict[str, generated.Splice], found: dict[str, list[dict]]) -> dict[str, object]:
    """Of the stories in which something was found: whether its two spans are the two blocks, or lie within them."""
    exact = within = told = elsewhere = 0
    for name, story in stories.items():
        each = real(found.get(name, []))
        spans = [sorted((one[side]["start"], one[side]["end"]) for side in ("kept", "dropped")) for one in each]
        inside = [
            pair for pair in spans if all(any(a <= start and end <= b for a, b in story.blocks) for start, end in pair)
        ]
        told += bool(each)
        exact += spans == [sorted(story.blocks)]
        within += bool(each) and inside == spans
        elsewhere += len(spans) - len(inside)
    return {
        "stories": len(stories),
        "stories_found": told,
        "spans_exact": share(exact, told),
        "spans_within": share(within, told),
        "findings_beyond": elsewhere,
    }


def alarmed(stories: dict[str, str], found: dict[str, list[dict]]) -> dict[str, object]:
    """Stories whose repeats are meant, and yet have an error or a warning, by kind; how many have a removal."""
    kinds = Counter(name.split("-")[0] for name in stories)
    wrong = {name for name in stories if real(found.get(name, []))}
    removed = sum(any(one["action"] == "remove" for one in found.get(name, [])) for name in stories)
    by = Counter(name.split("-")[0] for name in wrong)
    return {
        "meant": len(stories),
        "meant_flagged": share(len(wrong), len(stories)),
        "meant_removed": share(removed, len(stories)),
        "meant_kinds": {kind: share(by[kind], kinds[kind]) for kind in sorted(kinds)},
    }


class Made:
    """The generated stories, and figures on them."""

    def __init__(self, command: list[str], data: Path) -> None:
        """Pages are clean by what the command says of them."""
        pages = clean_pages(command, rows(data, "cc0_posts"))
        self.spliced = generated.splices(rows(data, "cc0_rewordings"), pages)
        self.texts = {name: story.text for name, story in self.spliced.items()}
        self.meant = generated.meant(20)

    def score(self, spliced: dict[str, list[dict]], meant: dict[str, list[dict]]) -> dict[str, object]:
        """Of findings on both sets."""
        return {**bands(self.spliced, spliced), **places(self.spliced, spliced), **alarmed(self.meant, meant)}


def peer_list(removed: Removed, alarms: int, program: Path | None) -> list[tuple[str, str, rivals.Peer]]:
    """Every peer with its name and setting."""
    settings = {
        "datasketch MinHashLSH, defaults": rivals.DATASKETCH,
        **{f"datasketch, {name}": setting for name, setting in rivals.best(removed, alarms).items()},
        "text-dedup's defaults": rivals.TEXT_DEDUP,
        "datatrove's defaults": rivals.DATATROVE,
    }
    made = [("blank-line blocks, Jaccard .7", "word-3, blocks of 8+ words", functools.partial(rivals.plain, 0.7))]
    made += [(name, str(setting), functools.partial(rivals.minhash, setting)) for name, setting in settings.items()]
    for tokens in (50, 30, 20) if program else ():
        told = () if tokens == 50 else ("--min-tokens", str(tokens), "--min-lines", "1")
        name = f"jscpd, {tokens} tokens, 1 line" if told else "jscpd, defaults"
        made.append((name, " ".join(told), functools.partial(rivals.jscpd, program, told)))
    return made


def measured(removed: Removed, made: Made, alarms: int, program: Path | None) -> dict[str, dict]:
    """The figures of every peer."""
    figures = {}
    for name, setting, peer in peer_list(removed, alarms, program):
        figures[name] = {
            "setting": setting,
            **rivals.score(peer, removed),
            **made.score(rivals.run(peer, made.texts), rivals.run(peer, made.meant)),
        }
        print_row(f"{name} ({setting})" if setting else name, figures[name])
    return figures


def print_row(name: str, one: dict) -> None:
    shown = " ".join(f"{one['recall'][key]:14.3f}" for _, key in ROWS)
    print(f"{shown} {one['alarms']:6} {one['spliced_recall']:8.3f} {one['meant_flagged']:6.3f}  {name}")


def print_ours(ours: dict) -> None:
    """Everything that has no peer."""
    for name, value in ours.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                print(f"{name + ' ' + key:44} {inner}")
        else:
            print(f"{name:44} {value}")


def write_misses(folder: Path, removed: Removed, before: dict, after: dict) -> None:
    """What to read: the cases that were not found, and the alarms on the files that people cleaned."""
    missed = [row for row, one in zip(removed.rows, removed.hits(before), strict=True) if one is None]
    alarms = [{"file": name, **one} for name in removed.after for one in after.get(name, []) if one["severity"] in REAL]
    for name, some in (("missed", missed), ("alarms", alarms)):
        lines = [json.dumps({key: row[key] for key in row if key not in ("old_text", "new_text")}) for row in some]
        (folder / f"quality-{name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--dedupe", help="the program; without it, this Python's module")
    parser.add_argument("--npm", action="store_true", help="install jscpd into a temporary folder")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="ours alone, and nothing is recorded")
    parser.add_argument("--misses", type=Path, help="a folder for what was missed and what was an alarm")
    return parser.parse_args()


def jscpd(folder: str, *, wanted: bool) -> Path | None:
    """The program, or a line that says why it is left out."""
    program = rivals.npm(Path(folder)) if wanted else "--npm was not given"
    if isinstance(program, str):
        print(f"jscpd left out: {program}")
        return None
    return program


def main() -> None:
    asked = options()
    command = [asked.dedupe] if asked.dedupe else [sys.executable, "-P", "-m", "dedupe"]
    removed = Removed(rows(asked.data, "dupfix_"))
    before, after = check(command, removed.before), check(command, removed.after)
    made = Made(command, asked.data)
    ours = {
        **removed.score(before, after),
        **known_pairs(command, rows(asked.data, "cc0_fixed")),
        **weather(command, rows(asked.data, "nws_products")),
        **facts(command),
        **made.score(check(command, made.texts), check(command, made.meant)),
    }
    print_ours(ours)
    if asked.misses:
        write_misses(asked.misses, removed, before, after)
    print("\n" + " ".join(f"{name:>14}" for name, _ in ROWS) + " alarms  spliced  meant")
    print_row("dedupe", ours)
    if asked.peers:
        with tempfile.TemporaryDirectory() as folder:
            beside = measured(removed, made, ours["alarms"], jscpd(folder, wanted=asked.npm))
        append("quality", {**ours, "f": rivals.f_score(ours), "peers": beside})


if __name__ == "__main__":
    main()
