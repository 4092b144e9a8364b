"""The desk in a real browser: from a paste to the first finding on screen, and from an answer to the cleaned version.

    python benchmarks/desk.py [--runs 9]

Stories of 40 and of 2,000 paragraphs, in each of which one stands twice, are pasted into one page of one warm server.
The page's own clock tells the milliseconds from the paste to the frame in which the finding is laid out. Medians and
the slowest run go to benchmarks/results/desk.jsonl.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import sys
from pathlib import Path

from record import append

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from desk_page import CASES, Desk, chromium, served  # noqa: E402  the hands that the tests have

SIZES = 40, 2000
WORD = re.compile(r"\b[a-z]{2,}\b")
# what stands on the page when the next frame has been laid out
AWAITED = """([said, selector]) => new Promise((done) => {
  const began = performance.now();
  const look = () => document.querySelector(selector)?.getBoundingClientRect().height
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
    : requestAnimationFrame(look);
  const box = document.getElementById("box");
  if (said !== null) {
    const carried = new DataTransfer();
    carried.setData("text/plain", said);
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
  }
  look();
})"""
ANSWERED = """() => new Promise((done) => {
  const began = performance.now();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
  const look = () => document.querySelector("#pane .cleaned li")
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
    : requestAnimationFrame(look);
  document.getElementById("tab-cleaned").click();
  look();
})"""


def story(paragraphs: int) -> str:
    """Paragraphs of 45 words of the fixtures, in sentences; one of them stands twice."""
    draw = random.Random(4)
    known = sorted(
        {word for path in CASES.glob("*/story.txt") for word in WORD.findall(path.read_text("utf-8", "replace"))}
    )
    some = [
        " ".join(f"{' '.join(draw.choices(known, k=15)).capitalize()}." for _ in range(3))
        for _ in range(paragraphs - 1)
    ]
    return "\n\n".join([*some[:5], some[2], *some[5:]])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    figures: dict[str, object] = {"runs": options.runs}
    with served() as link, chromium() as browser:
        page = browser.new_page()
        page.goto(link)
        desk = Desk(page, link.partition("/?")[0])
        for size in SIZES:
            found, answered = [], []
            for _ in range(options.runs + 1):  # the first one warms
                desk.open()
                found.append(page.evaluate(AWAITED, [story(size), "#finding"]))
                answered.append(page.evaluate(ANSWERED))
                desk.press("u")
            for name, some in (("finding", found[1:]), ("answer", answered[1:])):
                figures |= {f"{name}_{size}_ms": round(statistics.median(some))}
                figures |= {f"{name}_{size}_slowest_ms": round(max(some))}
                print(f"{size:>5,} paragraphs, {name}: {statistics.median(some):.0f} ms, {max(some):.0f} at most")
    append("desk", figures)


if __name__ == "__main__":
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        sys.exit("needs Chromium")
    main()
