"""Stories with known repeats, for benchmarks/quality.py: made from a seed, so that every run has the same.

`splices` puts old wordings of real paragraphs (cc0_rewordings) beside their new ones into clean pages (cc0_posts), as
blocks of 1-4 paragraphs, three of four back to back: every one is a defect to be found. `meant` fills the templates of
benchmarks/meant/ with drawn names and numbers: in none of them is anything to be found. In a template, `{list.key}` is
a word of a list in fields.json (`:upper`, `:lower`, `:last` and `:first` change it), `{LO-HI.key}` a number, both the
same wherever the key is; `%repeat LO HI` ... `%end` stands that many times, `#` in its keys being the number of the
round; `%pick a | b` is one of its parts, another one every time.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

MEANT = Path(__file__).resolve().parent / "meant"
BANDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
SIZES, SIZE_WEIGHTS = (1, 2, 3, 4), (4, 3, 2, 1)

FIELD = re.compile(r"\{(?:([a-z]+)|(\d+)-(\d+))\.([#a-z]+)(?::(\w+))?\}")
KEY, PLACE = re.compile(r"\.#"), re.compile(r"\.\w+")
REPEAT = re.compile(r"^%repeat (\d+) (\d+)\n(.*?)^%end\n", re.MULTILINE | re.DOTALL)
PICK = re.compile(r"^%pick (.*)$", re.MULTILINE)
FORMS = {
    None: str,
    "upper": str.upper,
    "lower": lambda value: value[:1].lower() + value[1:],
    "last": lambda value: value.split()[-1],
    "first": lambda value: value.split()[0],
}
MARKUP = re.compile(r"^(?:```|~~~|<|    )|\{%", re.MULTILINE)
PROSE = re.compile(r"[A-Z“\"‘'][^\n]*[.?!:”\"’']")
Span = tuple[int, int]


class Splice(NamedTuple):
    """A story with a block of paragraphs that stands again in other words; places are bytes."""

    text: str
    members: list[tuple[Span, Span, float]]  # one copy, the other copy, the Jaccard of their word-3 shingles
    blocks: tuple[Span, Span]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def jaccard(one: str, two: str) -> float:
    some, others = shingles(one), shingles(two)
    return len(some & others) / len(some | others)


def band(value: float) -> str:
    """The name of the band in which a Jaccard lies."""
    low, high = next(both for both in pairwise(BANDS) if both[0] <= value < both[1])
    return f"{low:g}-{min(high, 1):g}"


def is_prose(block: str) -> bool:
    """One paragraph of running text on one line, as the rewordings are."""
    return len(block.split()) >= 8 and PROSE.fullmatch(block) is not None


def rewordings(rows: list[dict]) -> list[tuple[str, str, str]]:
    """(page, old, new) of running text with a Jaccard of .3 or more, paragraphs of one page in a row."""
    made = []
    for row in rows:
        old, new = row["old"].strip(), row["new"].strip()
        if old != new and is_prose(old) and is_prose(new) and jaccard(old, new) >= BANDS[0]:
            made.append((row["path"].rsplit("/", 1)[-1], old, new))
    return sorted(made, key=lambda one: one[0])


def joints(blocks: list[str]) -> list[int]:
    """The numbers of the blocks of running text that follow another."""
    return [at for at in range(1, len(blocks)) if is_prose(blocks[at - 1]) and is_prose(blocks[at])]


def pages(posts: list[dict]) -> dict[str, str]:
    """Pages in which running text follows running text five times or more, by file name; no code, no markup."""
    made = {}
    for post in posts:
        text = post["text"].replace("\r\n", "\n")
        if len(joints(text.split("\n\n"))) >= 5 and not MARKUP.search(text):
            made[post["path"].rsplit("/", 1)[-1]] = text
    return made


def splice(page: str, parts: list[tuple[str, str]], draw: random.Random) -> Splice:
    """One story: a block and its other wording, between two paragraphs of running text or a few paragraphs apart."""
    blocks = page.split("\n\n")
    places = joints(blocks)
    first = draw.choice(places)
    later = [at for at in places if first < at <= first + 6]
    second = draw.choice(later) if later and draw.random() < 0.25 else first
    sides = list(zip(*parts, strict=True))
    draw.shuffle(sides)
    made = [*blocks[:first], *sides[0], *blocks[first:second], *sides[1], *blocks[second:]]
    starts = [0]
    for block in made:
        starts.append(starts[-1] + len(block.encode()) + 2)
    size = len(parts)
    copies = [[(starts[at], starts[at + 1] - 2) for at in range(one, one + size)] for one in (first, second + size)]
    members = [(*pair, jaccard(*part)) for pair, part in zip(zip(*copies, strict=True), parts, strict=True)]
    return Splice("\n\n".join(made), members, tuple((copy[0][0], copy[-1][1]) for copy in copies))


def akin(one: str, two: str) -> bool:
    """Whether a fifth of the shorter text stands in the other: two rewordings of one paragraph, mostly."""
    some, others = shingles(one), shingles(two)
    return len(some & others) >= 0.2 * min(len(some), len(others))


def block(left: list[tuple[str, str, str]], size: int) -> list[tuple[str, str, str]]:
    """The next rewordings, no two of them akin, so that a paragraph has one twin."""
    taken: list[tuple[str, str, str]] = []
    for page, old, new in left[: size + 12]:
        if len(taken) < size and not any(
            akin(text, known) for text in (old, new) for _, *both in taken for known in both
        ):
            taken.append((page, old, new))
    return taken


def splices(rows: list[dict], clean: dict[str, str], seed: int = 4) -> dict[str, Splice]:
    """Every rewording once, each block in a clean page of another name; another set of pages changes few stories."""
    left, names = rewordings(rows), set(clean)
    made: dict[str, Splice] = {}
    while left:
        draw = random.Random(f"{seed} {len(made)}")
        taken = block(left, draw.choices(SIZES, SIZE_WEIGHTS)[0])
        left = [one for one in left if one not in taken]
        texts = [text for _, *both in taken for text in both]
        start = zlib.crc32(f"{seed} {len(made)} ".encode())
        for name in sorted(names - {page for page, _, _ in taken}, key=lambda name: zlib.crc32(name.encode(), start)):
            if not any(akin(clean[name], text) for text in texts):
                names.remove(name)
                made[f"{len(made):04}.md"] = splice(clean[name], [(old, new) for _, old, new in taken], draw)
                break
    return made


class Filling:
    """The names and numbers of one story: a key has one value, and no two keys share a name while others are left."""

    def __init__(self, draw: random.Random, lists: dict[str, list[str]]) -> None:
        """Nothing is drawn yet."""
        self.draw, self.lists = draw, lists
        self.left: dict[str, list[str]] = {}
        self.known: dict[tuple[str, str], str] = {}

    def word(self, name: str) -> str:
        """One that has not been drawn."""
        if not self.left.get(name):
            self.left[name] = self.draw.sample(self.lists[name], len(self.lists[name]))
        return self.left[name].pop()

    def field(self, match: re.Match[str]) -> str:
        """What stands for a field."""
        name, low, high, key, form = match.groups()
        known = (name or f"{low}-{high}", key)
        if known not in self.known:
            self.known[known] = self.word(name) if name else str(self.draw.randint(int(low), int(high)))
        return FORMS[form](self.known[known])

    def rounds(self, match: re.Match[str]) -> str:
        """A repeated part as often as is drawn; the number of a round is a run of letters, as keys are."""
        count = self.draw.randint(int(match[1]), int(match[2]))
        return "".join(KEY.sub("." + "q" * (number + 1), match[3]) for number in range(count))

    def pick(self, match: re.Match[str]) -> str:
        """One part of a line, another one each time while others are left."""
        parts = match[1].split(" | ")
        line = PLACE.sub("", match[1])
        self.lists[line] = [str(number) for number in range(len(parts))]
        return parts[int(self.word(line))]

    def story(self, template: str) -> str:
        """The template with everything drawn."""
        return FIELD.sub(self.field, PICK.sub(self.pick, REPEAT.sub(self.rounds, template)))


def meant(each: int, seed: int = 4) -> dict[str, str]:
    """Stories of every template; the name of the file begins with their kind."""
    lists = json.loads((MEANT / "fields.json").read_text(encoding="utf-8"))
    made = {}
    for path in sorted(MEANT.glob("*-*")):
        template = path.read_text(encoding="utf-8")
        for number in range(each):
            draw = random.Random(f"{seed} {path.name} {number}")
            made[f"{path.stem}-{number:03}{path.suffix}"] = Filling(draw, dict(lists)).story(template)
    return made
