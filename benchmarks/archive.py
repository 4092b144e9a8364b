"""An archive of any size with known repeats, for benchmarks/scale.py and benchmarks/peers.py: one seed, the same bytes.

    python benchmarks/archive.py DATA ARCHIVE.jsonl --paragraphs 1200000

DATA is the folder of cc0_posts.jsonl.gz and cc0_rewordings.jsonl.gz. A paragraph is a real one, each at most once, or
real sentences cut into runs of 6-13 words and put together anew, with drawn names and numbers: hardly two of those are
alike by chance (benchmarks/scale.py counts how many). Beside the archive, ARCHIVE.truth.jsonl has a line a planted
repeat: its kind, how it was made, the two places as [story, paragraph], counted from 0, and the Jaccard of their word-3
shingles. Within stories far more is planted than stands in wire copy, so that every figure rests on thousands: a repeat
in 3 % of them. Across, about as much as across 19,043 Reuters stories (5,666 exact and 2,644 near pairs): copies of
some 5 % of the paragraphs, two of three exact, and beside those boilerplate in a quarter of the stories and
updates of 2 % of them. The edits drop and change words blindly, so that they change facts, too.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import zlib
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generated import MEANT, is_prose, jaccard, rewordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WITHIN, ACROSS, AGAIN, UPDATES, REAL, REWORDED = 0.03, 0.05, 0.25, 0.02, 0.05, 0.05
EXACT = 2 / 3  # of the copies
SIZES = 12, 28  # paragraphs of a story
RUNS = 6, 13  # words
POOL, OPEN, BOILERPLATE = 20_000, 200, 30  # paragraphs and stories that can be copied; passages of boilerplate
BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
SENTENCE = re.compile(r"(?<![^ ])[A-Z][\w ,;’'–%$.&-]*?[a-z0-9]{2}[.?!](?= [A-Z]|$)")
WORD = re.compile(r"\w+")
SAID = (
    "{person} of {company} said on {weekday}",
    "according to {number} reports from {town}",
    "said {person}, who leads {company}",
    "the {town} office told {person} in {month}",
    "about {number} people in {country} were asked",
)
Place = tuple[int, int]


class Stock(NamedTuple):
    """What paragraphs are made of."""

    whole: list[str]  # real paragraphs, none akin to another
    reworded: list[tuple[str, str]]  # one real paragraph, before and after
    heads: list[str]  # how sentences begin, go on and end
    middles: list[str]
    tails: list[str]
    fields: dict[str, list[str]]  # names


class Made(NamedTuple):
    """What was written."""

    stories: int
    paragraphs: int
    size: int  # bytes
    sha256: str


class Link(NamedTuple):
    """A planted repeat, as a line of the truth."""

    kind: str  # within, across, boilerplate
    how: str  # exact, near, reworded, sentence, version
    one: Place
    two: Place
    jaccard: float


class Story(NamedTuple):
    """A story that can be updated."""

    number: int
    updates: int
    headline: str
    paragraphs: list[str]


def records(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def new_to(seen: set[int], text: str) -> bool:
    """Whether at most a fifth of the word-3 shingles of a text stand in those seen before; they are seen now."""
    words = WORD.findall(text.lower())
    some = {zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)}
    fresh = len(some - seen) >= 0.8 * len(some)
    seen |= some
    return fresh


def runs(sentence: str) -> Iterator[str]:
    """A sentence cut into runs of words, behind a comma where there is one."""
    words = sentence.split()
    least, most = RUNS
    while len(words) > most:
        ends = [at for at in range(least, len(words) - least + 1) if at <= most]
        end = next((at for at in ends if words[at - 1].endswith(",")), ends[-1] if ends else len(words))
        yield " ".join(words[:end])
        words = words[end:]
    yield " ".join(words)


def stocked(posts: Iterable[dict], reworded: Iterable[dict], draw: random.Random) -> Stock:
    """The stock, in an order that is drawn."""
    seen: set[int] = set()
    both = [(old, new) for _, old, new in rewordings(list(reworded)) if new_to(seen, old) and jaccard(old, new) >= 0.5]
    whole: list[str] = []
    parts: tuple[dict[str, None], ...] = ({}, {}, {})
    for post in posts:
        for block in post["text"].replace("\r\n", "\n").split("\n\n"):
            text = " ".join(block.split())
            if not is_prose(text) or "[" in text or "<" in text or "{" in text:
                continue
            for sentence in SENTENCE.findall(text):
                cut = list(runs(sentence))
                if len(cut) > 1:
                    parts[0][cut[0]] = parts[2][cut[-1]] = None
                    parts[1].update(dict.fromkeys(cut[1:-1]))
            if len(text.split()) >= 15 and new_to(seen, text):
                whole.append(text)
    fields = json.loads((MEANT / "fields.json").read_text(encoding="utf-8"))
    stock = Stock(whole, both, *map(list, parts), fields)
    for some in stock[:5]:
        draw.shuffle(some)
    return stock


class Wire:
    """The stories one after the other; what was said before is kept in pools that do not grow."""

    def __init__(self, stock: Stock, stories: int, draw: random.Random) -> None:
        """Nothing is told yet."""
        self.stock, self.draw = stock, draw
        count = max(1, min(BOILERPLATE, int(stories * AGAIN) // 200, len(stock.whole) // 2))
        self.boilerplate = stock.whole[:count]
        self.whole, self.reworded = iter(stock.whole[count:]), iter(stock.reworded)
        self.begun: dict[int, Place] = {}  # where each passage of boilerplate stood first
        self.waiting: list[tuple[tuple[str, str], Place]] = []  # told in the old wording, and where
        self.pool: list[tuple[str, Place]] = []
        self.open: list[Story] = []

    def of(self, some: list) -> object:
        """One of some."""
        return some[int(self.draw.random() * len(some))]

    def between(self, low: int, high: int) -> int:
        """A number, both ends included."""
        return low + int(self.draw.random() * (high - low + 1))

    def kept(self, some: list, one: object, most: int) -> None:
        """Put into a pool; a full one loses another for it."""
        if len(some) < most:
            some.append(one)
        else:
            some[int(self.draw.random() * most)] = one

    def said(self) -> str:
        """A drawn clause with names and a number."""
        form = self.of(SAID)
        names = {name: self.of(self.stock.fields[name]) for name in ("person", "company", "weekday", "town", "country")}
        return form.format(**names, month=self.of(self.stock.fields["month"]), number=self.between(2, 999))

    def sentence(self, least: int = 0) -> str:
        """A sentence put together, with so many runs between its head and its tail."""
        parts = [self.of(self.stock.heads)]
        parts += [self.of(self.stock.middles) for _ in range(max(least, self.between(0, 1)))]
        if self.draw.random() < 0.3:
            parts.append(f"{self.said()},")
        return " ".join([*parts, self.of(self.stock.tails)])

    def fresh(self) -> str:
        """A paragraph that was not told before."""
        if self.draw.random() < REAL and (real := next(self.whole, None)):
            return real
        lot = self.draw.random()
        if lot < 0.55:  # one run more, lest two of them have most of their words in common by chance
            return self.sentence(least=1)
        return " ".join(self.sentence() for _ in range(2 if lot < 0.9 else 3))

    def near(self, text: str) -> tuple[str, float]:
        """The text with words dropped and changed, and how alike the two are: .5 to .95, mostly."""
        words, kept = text.split(), text
        goal = 0.5 + 0.45 * self.draw.random()
        edits = max(1, round((len(words) - 2) * (1 - goal) / (3 * (1 + goal))))
        for count in range(edits, 0, -1):
            made = words.copy()
            for _ in range(count):
                at = self.between(1, len(made) - 2)
                made[at : at + 1] = [] if self.draw.random() < 0.4 else [self.of(self.of(self.stock.middles).split())]
            kept = " ".join(made)
            alike = jaccard(text, kept)
            if alike >= 0.5:
                return kept, alike
        return kept, alike

    def copied(self, text: str) -> tuple[str, str, float]:
        """A copy: how it was made, and how alike it is."""
        if self.draw.random() < EXACT:
            return text, "exact", 1.0
        made, alike = self.near(text)
        return made, "near", alike

    def across(self, number: int, at: int) -> tuple[str, Link | None]:
        """A paragraph that was told in an earlier story, or one whose new wording comes in a later one."""
        if self.draw.random() < REWORDED:
            if self.waiting and self.waiting[0][1][0] < number - 3:
                (old, new), place = self.waiting.pop(0)
                return new, Link("across", "reworded", place, (number, at), jaccard(old, new))
            if both := next(self.reworded, None):
                self.waiting.append((both, (number, at)))
                return both[0], None
        text, place = self.of(self.pool)
        made, how, alike = self.copied(text)
        return made, Link("across", how, place, (number, at), alike)

    def repeated(self, number: int, told: list[str]) -> tuple[str, Link]:
        """A paragraph that repeats one of its own story, or one sentence of it."""
        source = self.between(0, len(told) - 1)
        place, here = (number, source), (number, len(told))
        long = [one for one in SENTENCE.findall(told[source]) if len(one.split()) >= 10]
        if long and self.draw.random() < 0.25 and long[0] != told[source]:
            return f"{self.sentence()} {self.of(long)}", Link("within", "sentence", place, here, 0.0)
        made, how, alike = self.copied(told[source])
        return made, Link("within", how, place, here, alike)

    def again(self, number: int, at: int) -> tuple[str, Link | None]:
        """A passage that ends many stories."""
        which = self.between(0, len(self.boilerplate) - 1)
        first = self.begun.setdefault(which, (number, at))
        link = Link("boilerplate", "exact", first, (number, at), 1.0) if first != (number, at) else None
        return self.boilerplate[which], link

    def told(self, number: int) -> tuple[Story, list[Link]]:
        """A story of its own."""
        size = self.between(*SIZES)
        repeat = self.between(1, size - 1) if self.draw.random() < WITHIN else 0
        paragraphs: list[str] = []
        links: list[Link | None] = []
        spoken: list[tuple[str, Place]] = []
        for at in range(size):
            if repeat and at == repeat:
                text, link = self.repeated(number, paragraphs)
            elif len(self.pool) > POOL // 100 and self.draw.random() < ACROSS:
                text, link = self.across(number, at)
            else:
                text, link = self.fresh(), None
                spoken.append((text, (number, at)))
            paragraphs.append(text)
            links.append(link)
        if self.draw.random() < AGAIN:
            text, link = self.again(number, size)
            paragraphs.append(text)
            links.append(link)
        for one in spoken:
            self.kept(self.pool, one, POOL)
        headline = " ".join(self.of(self.stock.heads).split()[:8]).rstrip(",")
        return Story(number, 0, headline, paragraphs), [link for link in links if link]

    def updated(self, number: int) -> tuple[Story, list[Link], int]:
        """A new version of a story: paragraphs kept, reworded, dropped and new; and the number of the old one."""
        which = int(self.draw.random() * len(self.open))
        old = self.open[which]
        paragraphs: list[str] = []
        links = []
        for at, text in enumerate(old.paragraphs):
            lot = self.draw.random()
            if lot < 0.06:
                continue
            if lot < 0.12:
                paragraphs.append(self.fresh())
            made, alike = self.near(text) if lot > 0.9 else (text, 1.0)
            links.append(Link("across", "version", (old.number, at), (number, len(paragraphs)), alike))
            paragraphs.append(made)
        headline = old.headline.split(" - ")[-1]
        self.open[which] = Story(number, old.updates + 1, f"UPDATE {old.updates + 1} - {headline}", paragraphs)
        return self.open[which], links, old.number

    def next(self, number: int) -> tuple[Story, list[Link], int | None]:
        """The next story, what it repeats, and the number of the story of which it is a version."""
        if self.open and self.draw.random() < UPDATES:
            return self.updated(number)
        story, links = self.told(number)
        self.kept(self.open, story, OPEN)
        return story, links, None


def truth_of(archive: Path) -> Path:
    return archive.with_suffix(".truth.jsonl")


def written(stock: Stock, paragraphs: int, archive: Path, seed: int = 6) -> Made:
    """Write the archive, and its truth beside it, story by story."""
    wire = Wire(stock, paragraphs // 20, random.Random(seed))
    digest = hashlib.sha256()
    count = number = size = 0
    with ExitStack() as files:
        stories = files.enter_context(archive.open("wb"))
        truth = files.enter_context(truth_of(archive).open("w", encoding="utf-8"))
        while count < paragraphs:
            story, links, version = wire.next(number)
            date = (BEGIN + timedelta(minutes=5 * number)).isoformat()
            record = {"id": f"{number:08}", "headline": story.headline, "date": date}
            line = json.dumps({**record, "text": "\n\n".join(story.paragraphs)}, ensure_ascii=False).encode() + b"\n"
            stories.write(line)
            digest.update(line)
            for link in links:
                truth.write(json.dumps({**link._asdict(), "jaccard": round(link.jaccard, 3)}) + "\n")
            if version is not None:
                truth.write(json.dumps({"kind": "version", "one": version, "two": number}) + "\n")
            count += len(story.paragraphs)
            number += 1
            size += len(line)
    return Made(number, count, size, digest.hexdigest())


def made(data: Path, paragraphs: int, archive: Path, seed: int = 6) -> Made:
    """An archive of the texts of a folder."""
    draw = random.Random(seed)
    stock = stocked(records(data / "cc0_posts.jsonl.gz"), records(data / "cc0_rewordings.jsonl.gz"), draw)
    return written(stock, paragraphs, archive, seed)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--paragraphs", type=int, default=1_200_000)
    parser.add_argument("--seed", type=int, default=6)
    asked = parser.parse_args()
    print(json.dumps(made(asked.data, asked.paragraphs, asked.archive, asked.seed)._asdict()))


if __name__ == "__main__":
    main()
