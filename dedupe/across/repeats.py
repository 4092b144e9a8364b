"""Blocks as they can be told without the archive: where both copies stand, how alike they are, in how many stories."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe.across.tell import NAMED, Spot, why
from dedupe.dateline import opening
from dedupe.facts import compare
from dedupe.judge import place
from dedupe.marks import held
from dedupe.model import Finding, Review
from dedupe.story import Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dedupe.across.blocks import Archive, Block
    from dedupe.model import Accepted, Change, Code, Mark, Place
    from dedupe.settings import Settings
    from dedupe.story import Story

    Changes = Mapping[tuple[str, str], tuple[Change, ...]]


DIGEST = 32  # bytes


class Stretch(NamedTuple):
    """Some paragraphs of a story, from the first to the last of them."""

    story: int
    first: int
    last: int
    paragraphs: tuple[int, ...]  # those of copy


class Repeat(NamedTuple):
    """What repeats an earlier story."""

    here: Stretch
    there: Stretch
    others: tuple[Stretch, ...]  # the first other places, in order
    places: int  # stories in which it stands
    group: int
    copies: int
    jaccard: float
    containment: float
    same: bool  # to the word
    stays: bool  # the earlier copy repeats nothing earlier itself
    digest: str  # of what all its copies say
    ordinal: int  # of this copy in its story


class Groups(NamedTuple):
    """The blocks that repeat one stretch of one story, numbered as they come."""

    start: int  # the last number before theirs
    of: NDArray[np.int32]  # the group of each block, from 0
    sizes: NDArray[np.int64]  # blocks
    stories: NDArray[np.int32]  # in how many each stands
    some: NDArray[np.int32]  # [groups, NAMED + 1] its first paragraph in the first few of these; -1 where there is none
    digests: bytes  # 32 a group, of what all its copies say


def repeats(archive: Archive, blocks: Sequence[Block], groups: Groups) -> Iterator[Repeat]:
    """What is to be told of each block, in order."""
    earlier = _earlier(archive, blocks)
    ordinals: Counter[tuple[int, int]] = Counter()
    for block, group in zip(blocks, groups.of.tolist(), strict=True):
        here = _stretch(archive, block.dropped, block.size)
        ordinal = ordinals[group, here.story]
        ordinals[group, here.story] += 1
        some = (_stretch(archive, first, block.size) for first in groups.some[group].tolist() if first >= 0)
        runs = [archive.text[first : first + block.size] for first in (block.dropped, block.kept)]
        yield Repeat(
            here,
            _stretch(archive, block.kept, block.size),
            tuple(one for one in some if one.story != here.story),
            int(groups.stories[group]),
            groups.start + group + 1,
            int(groups.sizes[group]) + 1,
            *_scores(archive, block),
            same=runs[0] == runs[1],
            stays=not earlier[block.kept : block.kept + block.size].any(),
            digest=groups.digests[DIGEST * group : DIGEST * (group + 1)].hex(),
            ordinal=ordinal,
        )


def _earlier(archive: Archive, blocks: Sequence[Block]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Of each paragraph, whether it repeats an earlier one."""
    found = np.zeros(len(archive.story), dtype=np.bool_)
    for block in blocks:
        found[block.dropped : block.dropped + block.size] = True
    return found


def groups_of(archive: Archive, blocks: Sequence[Block], start: int) -> Groups:
    """The blocks that repeat the same, numbered as they come. `start` is the last number that is taken."""
    numbers: dict[tuple[int, int], int] = {}
    of = np.array([numbers.setdefault((block.kept, block.size), len(numbers)) for block in blocks], dtype=np.int32)
    sizes = np.bincount(of, minlength=len(numbers))
    order = np.argsort(of, kind="stable").tolist()
    stories = np.zeros(len(numbers), dtype=np.int32)
    firsts = np.full((len(numbers), NAMED + 1), -1, dtype=np.int32)
    digests = bytearray()
    high = 0
    for number, (kept, size) in enumerate(numbers):
        low, high = high, high + int(sizes[number])
        mine = [blocks[at] for at in order[low:high]]
        runs = {tuple(archive.text[first : first + size]) for first in (kept, *(block.dropped for block in mine))}
        contents = sorted(archive.texts.content[list(run)].tobytes().hex() for run in runs)
        digests += hashlib.sha256("\0".join(contents).encode()).digest()
        stories[number], some = archive.where(mine[0], NAMED + 1)
        firsts[number, : len(some)] = some
    return Groups(start, of, sizes, stories, firsts, bytes(digests))


def needed(archive: Archive, blocks: Sequence[Block], groups: Groups) -> set[int]:
    """The stories whose text it takes to tell of all of them."""
    firsts = [np.array([block[side] for block in blocks], dtype=np.int32) for side in (0, 1)]
    firsts.append(groups.some[groups.some >= 0])
    return set(np.unique(archive.texts.story[np.concatenate(firsts)]).tolist())


def _stretch(archive: Archive, first: int, size: int) -> Stretch:
    numbers = tuple(archive.texts.paragraph[first : first + size].tolist())
    return Stretch(archive.story[first], numbers[0], numbers[-1], numbers)


def _scores(archive: Archive, block: Block) -> tuple[float, float]:
    """Jaccard and containment of all shingles of the copies, exact."""
    runs = [archive.text[first : first + block.size] for first in (block.dropped, block.kept)]
    if runs[0] == runs[1]:
        return 1.0, 1.0
    if block.size == 1:
        one, two = sorted((runs[0][0], runs[1][0]))
        return archive.score(one, two) or (0.0, 0.0)
    left, right = ({it for text in run for it in archive.texts.shingles(text).tolist()} for run in runs)
    both = len(left & right)
    return both / len(left | right), both / min(len(left), len(right))


def texts_of(repeat: Repeat, story: Callable[[int], Story | None]) -> Iterator[tuple[str, str]]:
    """The texts of its paragraphs behind their datelines, the kept one first, where they are not the same."""
    here, there = story(repeat.here.story), story(repeat.there.story)
    if here is None or there is None:
        return
    for one, two in zip(repeat.there.paragraphs, repeat.here.paragraphs, strict=True):
        kept, dropped = there.paragraphs[one].text, here.paragraphs[two].text
        kept, dropped = kept[opening(kept) :], dropped[opening(dropped) :]
        if kept != dropped:
            yield kept, dropped


def finding(
    repeat: Repeat,
    story: Callable[[int], Story | None],
    spot: Callable[[Stretch], Spot | None],
    settings: Settings,
    changes: Changes,
) -> Finding | None:
    """What is said of it; None where a story can no longer be read as it was.

    `spot` tells where other copies stand; `changes` are the differences of texts that are known already.
    """
    here, there = spot_of(repeat.here, story), spot_of(repeat.there, story)
    others = [found for one in repeat.others if (found := spot(one)) is not None]
    own, twin = story(repeat.here.story), story(repeat.there.story)
    if here is None or there is None or own is None or twin is None or not others:
        return None
    differ = tuple(
        change for pair in texts_of(repeat, story) for change in (changes[pair] if pair in changes else compare(*pair))
    )
    code: Code = "boilerplate" if repeat.places >= settings.boilerplate_after else "republished"
    size = len(repeat.here.paragraphs)
    said = "\0".join(
        [own.source.known or here.place.path, here.place.article or "", repeat.digest, str(repeat.ordinal)]
    )
    return Finding(
        code=code,
        severity="note",
        action="none",
        group=repeat.group,
        copies=repeat.copies,
        kept=there.place,
        dropped=here.place,
        blocks=size,
        jaccard=repeat.jaccard,
        containment=repeat.containment,
        changes=differ,
        lost=(),
        why=why(here, _from(there, others), repeat.places, size, differ),
        fingerprint=hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        places=repeat.places,
        there=Review(twin.source, twin.article, ()),
    )


def spot_of(stretch: Stretch, story: Callable[[int], Story | None]) -> Spot | None:
    """Where some paragraphs stand."""
    found = story(stretch.story)
    if found is None:
        return None
    end = len(found.paragraphs[stretch.last].text)
    where: Place = place(found, Copy(stretch.first, stretch.last, 0, end, whole=True))
    return Spot(where, found.article.format != "docx")


def _from(first: Spot, others: Sequence[Spot]) -> list[Spot]:
    """The places, that of the copy it is held against in front."""
    home = first.place.path, first.place.article
    return [first, *(spot for spot in others if (spot.place.path, spot.place.article) != home)]


def alone(findings: Sequence[Finding], said: Sequence[Mark]) -> tuple[list[Finding], list[Accepted]]:
    """The findings that are left, and those that a comment beside their own copy accepts."""
    if not said:
        return list(findings), []
    # a comment of this file says nothing of a place in another
    alone = [replace(it, group=at, kept=it.kept._replace(start=-1, end=-1)) for at, it in enumerate(findings)]
    live, accepted = held(alone, said)
    return [findings[it.group] for it in live], [it._replace(finding=findings[it.finding.group]) for it in accepted]
