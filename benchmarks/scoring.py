"""The rule by which findings are counted: the same for `dedupe` and for its peers, and the same as the project's score.

A finding counts when it is an error or a warning and its two spans overlap the removed text and its twin. Findings are
what `dedupe check --output-format json` writes; a peer's pairs are put into the same form.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

REAL = ("error", "warning")
WHAT = ("all", "exact and near", "reworded", "sentence", "list_item", "paragraph", "section", "errors alone")


class Hit(NamedTuple):
    """How a labelled pair was found: which copy would go, whether it is an error, whether a reason is stated."""

    side: str
    error: bool
    reason: bool


def check(command: list[str], files: dict[str, str]) -> dict[str, list[dict]]:
    """The findings of each file, through the command line."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        run = subprocess.run(
            [*command, "check", "--output-format", "json", "--no-cache", "--no-config", "."],
            cwd=folder,
            capture_output=True,
            check=False,
        )
    if not run.stdout.strip():
        raise SystemExit(f"dedupe check failed ({run.returncode}): {run.stderr.decode()[-400:]}")
    report = json.loads(run.stdout)
    if report["failed"]:
        print(f"not read: {len(report['failed'])} files, such as {report['failed'][0]}")
    found = defaultdict(list)
    for article in report["articles"]:
        name = os.path.normpath(article["path"])
        found[name] += [{**finding, "article": article["article"]} for finding in article["findings"]]
    return found


def real(findings: list[dict]) -> list[dict]:
    return [finding for finding in findings if finding["severity"] in REAL]


def byte_span(text: str, span: dict) -> tuple[int, int]:
    """Where a labelled text stands, in bytes; by its lines where its characters are not known."""
    start, end = span.get("char_start"), span.get("char_end")
    if start is not None and end is not None and text[start:end].strip() == span["text"].strip():
        return len(text[:start].encode()), len(text[:end].encode())
    lines = text.encode().split(b"\n")
    before = sum(len(line) + 1 for line in lines[: span["start_line"] - 1])
    return before, sum(len(line) + 1 for line in lines[: span["end_line"]]) - 1


def overlap(found: dict, label: tuple[int, int]) -> bool:
    """The finding's span meets the labelled one and is not much larger: thrice (a block, 12 times), or 200 bytes."""
    both = min(found["end"], label[1]) - max(found["start"], label[0])
    size, wanted = found["end"] - found["start"], label[1] - label[0]
    return both > 0.3 * min(size, wanted) and size <= max((12 if found["blocks"] > 1 else 3) * wanted, 200 + wanted)


def groups(findings: list[dict]) -> Iterable[dict]:
    """Findings of one group together; overlapping spans are no finding."""
    made: dict[tuple, dict] = {}
    for number, finding in enumerate(real(findings)):
        kept, dropped = ({**finding[side], "blocks": finding.get("blocks", 1)} for side in ("kept", "dropped"))
        if kept["path"] == dropped["path"] and kept["start"] < dropped["end"] and dropped["start"] < kept["end"]:
            continue
        key = finding.get("article"), finding.get("group", f"alone {number}")
        group = made.setdefault(key, {"error": False, "reason": True, "kept": [], "dropped": []})
        group["error"] |= finding["severity"] == "error"
        # where two copies disagree, neither is said to be the one to go
        group["reason"] &= "can go" not in finding["why"] and finding.get("code") != "conflict"
        if kept not in group["kept"]:
            group["kept"].append(kept)
        group["dropped"].append(dropped)
    return made.values()


def hit(findings: list[dict], removed: tuple[int, int], twin: tuple[int, int]) -> Hit | None:
    """Whether findings hold a labelled pair; a side that is known goes before one that is not."""
    best, error = None, False
    for group in groups(findings):
        sides = [
            [span for span in group[role] if overlap(span, label)]
            for role in ("dropped", "kept")
            for label in (removed, twin)
        ]
        dropped_one, dropped_two, kept_one, kept_two = sides
        if not any(one is not two for one in dropped_one + kept_one for two in dropped_two + kept_two):
            continue
        error |= group["error"]
        side = "either"
        if dropped_one and kept_two and not kept_one:
            side = "same"
        elif dropped_two and kept_one and not kept_two:
            side = "other"
        if best is None or best.side == "either":
            best = Hit(side, error, group["reason"])
    return best and best._replace(error=error)


class Removed:
    """Files before and after a person removed a duplicate (dupfix), and how findings on them are scored."""

    def __init__(self, rows: list[dict]) -> None:
        """Files by name, each page that was cleaned once; the labels are places in bytes."""
        self.rows = rows
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        pages = set()
        for row in rows:
            name = f"{row['id']}.{row['path'].rsplit('.', 1)[-1].lower()}"
            self.before[name] = row["old_text"]
            page = row["repo"], row["path"], row["commit"]
            if page not in pages:
                pages.add(page)
                self.after[name] = row["new_text"]
        self.labels = [[byte_span(row["old_text"], row[side]) for side in ("removed", "twin")] for row in rows]

    def hits(self, found: dict[str, list[dict]]) -> list[Hit | None]:
        """For each case, whether and how it was found."""
        names = list(self.before)
        return [hit(found.get(name, []), *label) for name, label in zip(names, self.labels, strict=True)]

    def score(self, found: dict[str, list[dict]], after: dict[str, list[dict]]) -> dict[str, object]:
        """Recall by kind, survivors, and what is said about the files that a person has cleaned."""
        hits = self.hits(found)
        alarms = [real(after.get(name, [])) for name in self.after]
        each = [finding for some in alarms for finding in some]
        return {
            "cases": len(hits),
            "recall": {what: self.recall(hits, what) for what in WHAT},
            "files": len(alarms),
            "alarms": len(each),
            "alarm_errors": sum(finding["severity"] == "error" for finding in each),
            "alarm_removals": sum(finding["action"] == "remove" for finding in each),
            "alarm_files": sum(map(bool, alarms)),
            "alarm_median": sorted(map(len, alarms))[len(alarms) // 2],
            **self.survivors(hits),
        }

    def recall(self, hits: list[Hit | None], what: str) -> float:
        """The share of the cases of a kind that were found."""
        of = [one for row, one in zip(self.rows, hits, strict=True) if is_a(row, what)]
        got = sum(one is not None and (what != "errors alone" or one.error) for one in of)
        return share(got, len(of))

    def survivors(self, hits: list[Hit | None]) -> dict[str, object]:
        """How often the copy that would go is the one the person removed, where either can be told from the other."""
        told = [
            one
            for row, one in zip(self.rows, hits, strict=True)
            if one and one.side != "either" and not row["order_ambiguous"]
        ]
        reasoned = [one for one in told if one.reason]
        return {
            "survivor": share(sum(one.side == "same" for one in told), len(told)),
            "survivors": len(told),
            "survivor_reason": share(sum(one.side == "same" for one in reasoned), len(reasoned)),
            "survivors_reason": len(reasoned),
        }


def is_a(row: dict, what: str) -> bool:
    """Whether a case is of a kind; of "all" and "errors alone", each is."""
    if what == "exact and near":
        return row["wording"] in ("exact", "near")
    return what in ("all", "errors alone", row["wording"], row["unit"])


def share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
