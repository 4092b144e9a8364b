"""dedupe without its judgement: the rooms that find what stands in several stories, up to the list of pairs.

Each pair is verified; texts that are identical are tied to the first of them. Two processes, as `dedupe check` has.
"""

import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from told import write

from dedupe.across import prints
from dedupe.across.pairs import alike, gathered
from dedupe.across.stored import packed, stored
from dedupe.model import Article, Paragraph, Role
from dedupe.settings import Settings

BATCH = 1 << 20


def batches(archive: str):
    with open(archive, "rb") as file:
        rest = b""
        while block := file.read(BATCH):
            whole, _, rest = (rest + block).rpartition(b"\n")
            yield whole
        if rest:
            yield rest


def printed(block: bytes) -> bytes:
    stories = [
        Article("", "text", tuple(Paragraph(0, 0, 0, 0, Role.BODY, said) for said in text.split("\n\n")))
        for text in (json.loads(line)["text"] for line in block.split(b"\n") if line)
    ]
    (made,) = prints([("0" * 64, stories)], Settings().min_words)
    return packed(made)[0]


def main() -> None:
    archive, out = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prints.bin"
        with ProcessPoolExecutor(2) as pool, path.open("wb") as file:
            for data in pool.map(printed, batches(archive)):
                file.write(data)
        texts, _ = gathered(list(stored(str(path))))
        found = alike(texts, Settings())
    first = texts.first[texts.text]
    again = np.flatnonzero(first != np.arange(len(first)))
    same = zip(first[again].tolist(), again.tolist(), strict=True)
    near = zip(texts.first[found.left].tolist(), texts.first[found.right].tolist(), strict=True)
    write(out, [*same, *near])


if __name__ == "__main__":
    main()
