"""Speed of `dedupe check` as a whole process, beyond start-up, on generated stories.

    python benchmarks/speed.py [--runs 5] [--small]

Sizes: one story of 5,000 paragraphs; 100,000 identical paragraphs in one file (and 10,000, for the growth); 20,000
files of 2 KB in one folder. Beside it, on the same story, datasketch's own MinHash and MinHashLSH (threshold .5, 128
permutations, word-3 shingles), file to list of pairs. Medians go to benchmarks/results/speed.jsonl.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import append, peak_megabytes

PEER = """
import sys
from datasketch import MinHash, MinHashLSH
lsh, pairs = MinHashLSH(threshold=0.5, num_perm=128), 0
with open(sys.argv[1], encoding="utf-8") as file:
    for number, text in enumerate(file.read().split("\\n\\n")):
        words = text.lower().split()
        sketch = MinHash(128)
        sketch.update_batch([" ".join(words[at:at + 3]).encode() for at in range(max(1, len(words) - 2))])
        pairs += len(lsh.query(sketch))
        lsh.insert(number, sketch)
print(pairs)
"""
SYLLABLES = [
    "ba",
    "con",
    "der",
    "el",
    "fi",
    "gar",
    "ho",
    "in",
    "jo",
    "ka",
    "lo",
    "men",
    "na",
    "or",
    "pe",
    "qui",
    "ra",
    "son",
    "ter",
    "um",
    "va",
    "wes",
    "yo",
    "zan",
]


def vocabulary(draw: random.Random, size: int) -> list[str]:
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(size)]


def paragraph(draw: random.Random, words: list[str]) -> str:
    sentences = []
    for _ in range(draw.randint(1, 3)):
        run = draw.choices(words, k=draw.randint(8, 20))
        sentences.append(" ".join(run).capitalize() + ".")
    return " ".join(sentences)


def story(draw: random.Random, words: list[str], count: int, repeats: float = 0.02) -> str:
    made: list[str] = []
    for _ in range(count):
        again = made and draw.random() < repeats
        made.append(draw.choice(made) if again else paragraph(draw, words))
    return "\n\n".join(made) + "\n"


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def median(command: list[str], runs: int) -> float:
    seconds(command)
    return statistics.median(seconds(command) for _ in range(runs))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="a tenth of the sizes")
    options = parser.parse_args()
    scale = 10 if options.small else 1
    draw = random.Random(3)
    words = vocabulary(draw, 20_000)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "tiny.txt").write_text("One paragraph.\n")
        (base / "long.txt").write_text(story(draw, words, 5_000 // scale))
        same = paragraph(draw, words)
        (base / "same.txt").write_text((same + "\n\n") * (100_000 // scale))
        (base / "tenth.txt").write_text((same + "\n\n") * (10_000 // scale))
        many = base / "many"
        many.mkdir()
        for number in range(20_000 // scale):
            text = ""
            while len(text) < 2_000:
                text += paragraph(draw, words) + "\n\n"
            (many / f"{number:05}.txt").write_text(text)
        peer = base / "peer.py"
        peer.write_text(PEER)
        check = [sys.executable, "-P", "-m", "dedupe", "check", "--no-config"]
        start = median([*check, str(base / "tiny.txt")], options.runs)
        figures = {
            "startup_s": start,
            "story_5000_s": median([*check, str(base / "long.txt")], options.runs) - start,
            "identical_10000_s": median([*check, str(base / "tenth.txt")], options.runs) - start,
            "identical_100000_s": median([*check, str(base / "same.txt")], options.runs) - start,
            "files_20000_s": median([*check, str(many)], max(1, options.runs // 2)),
        }
        memory = peak_megabytes()
        figures["datasketch_story_5000_s"] = median([sys.executable, str(peer), str(base / "long.txt")], options.runs)
    for name, value in figures.items():
        print(f"{name:26} {value:8.2f} s")
    print(f"{'peak memory':26} {memory:8} MB")
    append("speed", {**{name: round(value, 3) for name, value in figures.items()}, "peak_mb": memory, "scale": scale})


if __name__ == "__main__":
    main()
