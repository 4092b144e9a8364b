"""What every peer's program does alike: the paragraphs of the archive, their word-3 shingles, the list of pairs."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BANDS, ROWS = 32, 4  # those of `dedupe check --scope archive`; 128 permutations
THRESHOLD = 0.5  # where a peer holds its pairs to one


def paragraphs(archive: str) -> "Iterator[str]":
    with open(archive, "rb") as lines:
        for line in lines:
            yield from json.loads(line)["text"].split("\n\n")


def shingles(text: str) -> list[str]:
    words = text.lower().split()
    return [f"{one} {two} {three}" for one, two, three in zip(words, words[1:], words[2:], strict=False)]


def write(path: str, pairs: "Iterable[tuple[int, int]]") -> None:
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{one} {two}\n" for one, two in pairs)
