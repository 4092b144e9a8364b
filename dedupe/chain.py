"""Matches of one article become groups of copies: blocks of paragraphs or sentences, each with all its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.beside import beside
from dedupe.model import COPY, Role
from dedupe.sign import SHINGLE
from dedupe.story import Copy, Group, placed, sentence_places, whole_paragraph

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from dedupe.match import Match
    from dedupe.model import Article, Paragraph
    from dedupe.story import Gram, Story

    Range = tuple[int, int]  # positions on a track, both inclusive

KIN = 0.6  # the bar for a neighbour of an anchor: its smaller set of shingles, or of words, stands in the other
HELD = 0.8  # how much of a part must stand in the paragraph it was merged into
FILLS = 1.25  # parts that have more words than this share of the whole were not merged into it
SHORT = 8  # words; a shorter paragraph has too few shingles to be judged by them
NEAR = 3  # paragraphs between a quotation set apart and copy beside it
SECTIONS = 2  # headings that make a page of a text
LINE = 6  # words of a line that stands twice, not next to its twin
CROWD = 64  # places of one text that are compared; those behind share what is found for them


class _Track:
    """Places in document order along which blocks run: the body paragraphs, or the sentences of some paragraphs."""

    def __init__(self, story: Story, places: Sequence[Copy], *, inner: bool = False) -> None:
        self.story, self.places, self.inner = story, places, inner
        self.at = {place: at for at, place in enumerate(places)}
        self._words: list[Gram | None] = [None] * len(places)
        self._kin: dict[tuple[int, int], bool] = {}

    def words(self, at: int) -> Gram:
        known = self._words[at]
        if known is None:
            known = self._words[at] = self.story.run(self.places[at])
        return known

    def shingles(self, at: int) -> frozenset[Gram]:
        return self.story.shingles(self.words(at))

    def neighbour(self, at: int, step: int) -> int | None:
        """The next place that a block may run on to; sentences stay inside their paragraph."""
        to = at + step
        if not 0 <= to < len(self.places) or (self.inner and self.places[at].first != self.places[to].first):
            return None
        return to

    def goes_on(self, last: tuple[int, int], following: tuple[int, int]) -> bool:
        """Whether a block may run on from its last places: over no heading, or over two of the same words."""
        sections = self.story.sections
        ends, starts = ([self.places[at].first for at in pair] for pair in (last, following))
        crossed = [sections.nearest[end] != sections.nearest[start] for end, start in zip(ends, starts, strict=True)]
        if not any(crossed):
            return True
        # backward, the heading that is crossed is that of the block so far
        under = [starts, ends] if ends > starts else [starts]
        said = [[sections.said.get(sections.nearest[at]) for at in pair] for pair in under]
        return all(crossed) and all(one == two for one, two in said)

    def kin(self, one: int, two: int) -> bool:
        """Whether two neighbours of an anchor belong to its block: a lower bar than its own, exact all the same."""
        short, long = sorted((self.words(one), self.words(two)), key=len)
        if short == long[: len(short)]:
            return len(short) >= SHINGLE or len(short) == len(long) > 0
        if len(short) < SHORT:
            return 2 * len(set(short) & set(long)) > len(long)
        some, more = sorted((self.shingles(one), self.shingles(two)), key=len)
        return len(some & more) >= KIN * len(some)

    def alike(self, one: int, two: int) -> bool:
        """The same of two places side by side, which are asked for again with each twin of the second."""
        known = self._kin.get((one, two))
        if known is None:
            known = self._kin[one, two] = self.kin(one, two)
        return known

    def copy(self, run: Range) -> Copy:
        first, last = self.places[run[0]], self.places[run[1]]
        return Copy(first.first, last.last, first.start, last.end, first.whole)


def chain(story: Story, texts: Sequence[int], matches: Sequence[Match]) -> tuple[list[Group], list[Group]]:
    """The groups of copies, and those pairs in which a copy is furniture.

    `texts` gives the paragraph of each text that was matched.
    """
    body = set(story.body)
    pairs: list[tuple[int, int]] = []
    meant: list[Group] = []
    parts: list[tuple[int, int, Match]] = []
    weak: list[tuple[int, int, Match]] = []
    for match in matches:
        left, right = texts[match.left.text], texts[match.right.text]
        whole = match.left.whole and match.right.whole
        copy = left in body and right in body
        row = Role.ROW in (story.paragraphs[left].role, story.paragraphs[right].role)
        if (match.beside and not (copy and whole and match.jaccard == 1)) or row:
            weak += [(left, right, match)] * (not whole or _near(story, left, right))
        elif match.beside and not _near(story, left, right):
            continue
        elif copy and whole:
            pairs.append((left, right))
        elif copy or _quoted_beside(story, left, right):
            parts.append((left, right, match))
        elif whole:
            meant.append(Group((whole_paragraph(story, left), whole_paragraph(story, right))))
    track = _Track(story, [whole_paragraph(story, at) for at in story.body])
    blocks = _Blocks(track)
    blocks.add_all(
        _runs(track, [(track.at[whole_paragraph(story, a)], track.at[whole_paragraph(story, b)]) for a, b in pairs])
    )
    groups = [*blocks.groups(), *_sentence_groups(story, blocks, set(pairs), parts)]
    return _filled(story, [*groups, *beside(story, weak, groups)]), meant


def _near(story: Story, left: int, right: int) -> bool:
    """Whether two lines of a few words stand side by side, or in one list."""
    if right - left == 1:
        return True
    if len(story.words(story.paragraphs[left].text)) < LINE:
        return False
    # on the wire such a line may stand again behind a table, or behind other copy
    running = len(story.sections.said) < SECTIONS
    if running and story.article.format in ("text", "agency"):
        return False
    rows = {paragraph.role for paragraph in story.paragraphs[left : right + 1]} <= {Role.ROW, Role.ITEM, Role.CODE}
    return rows or _together(story, left, right) or (right - left <= NEAR and not running)


def _together(story: Story, left: int, right: int) -> bool:
    """Whether no copy stands between two paragraphs."""
    return story.body_before[right] - story.body_before[left] <= 1


def _quoted_beside(story: Story, left: int, right: int) -> bool:
    """Whether one of two paragraphs is a quotation set apart, and the other copy beside it, or the same one."""
    roles = {story.paragraphs[at].role for at in (left, right)}
    near = _together(story, left, right) and right - left <= NEAR
    return Role.QUOTE in roles and roles <= {*COPY, Role.QUOTE} and near


def compared(article: Article, roles: Collection[Role]) -> list[int]:
    """The paragraphs of some roles that are compared: of copy that stands again and again only the first `CROWD`."""
    paragraphs = article.paragraphs
    some = [at for at, paragraph in enumerate(paragraphs) if paragraph.role in roles]
    if len(some) <= CROWD:
        return some
    crowds = _crowds(paragraphs, some)
    behind = {at for places in crowds.values() for at in places[CROWD:] if paragraphs[at].role in COPY}
    return [at for at in some if at not in behind]


def _crowds(paragraphs: Sequence[Paragraph], some: Iterable[int]) -> dict[str, list[int]]:
    """The places of each text that stands in more than `CROWD` of some paragraphs."""
    places: dict[str, list[int]] = {}
    for at in some:
        places.setdefault(paragraphs[at].text, []).append(at)
    return {text: found for text, found in places.items() if len(found) > CROWD}


def _filled(story: Story, groups: list[Group]) -> list[Group]:
    """The groups with the copies that were not compared, because their text stands in so many places."""
    crowds = _crowds(story.paragraphs, story.body) if len(story.body) > CROWD else {}
    if not crowds:
        return groups
    taken = {at for group in groups for copy in group.copies for at in story.members(copy)}
    found = list(groups)
    # longer blocks first: what they take is no copy of a part of them
    for number in sorted(range(len(groups)), key=lambda at: -len(story.members(groups[at].copies[0]))):
        copies, fixed = groups[number]
        wordings = {tuple(story.paragraphs[at].text for at in story.members(copy)) for copy in copies if copy.whole}
        more = []
        for wording in sorted(wordings):
            for first in crowds.get(wording[0], ()):
                run = _standing(story, first, wording)
                if run and taken.isdisjoint(run):
                    taken.update(run)
                    more.append(Copy(run[0], run[-1], 0, len(story.paragraphs[run[-1]].text), whole=True))
        found[number] = Group(tuple(sorted((*copies, *more))), fixed)
    return found


def _standing(story: Story, first: int, wording: Sequence[str]) -> list[int]:
    """The body paragraphs from `first` on, if they read as `wording` does."""
    at = story.body_before[first]
    run = story.body[at : at + len(wording)]
    return run if [story.paragraphs[place].text for place in run] == list(wording) else []


def _span(run: Range) -> range:
    return range(run[0], run[1] + 1)


def _runs(track: _Track, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[Range, Range]]:
    """Pairs of runs: along one diagonal, or several places against the one they were merged into."""
    anchors = sorted(set(pairs), key=lambda pair: (pair[1] - pair[0], pair))
    used: set[tuple[int, int]] = set()
    for parts, whole in _merged(track, anchors):
        used.update((min(part, whole), max(part, whole)) for part in _span(parts))
        yield (parts, (whole, whole)) if parts[0] < whole else ((whole, whole), parts)
    for left, right in anchors:
        if (left, right) in used:
            continue
        low = _reach(track, left, right, -1, used)
        high = _reach(track, left, right, +1, used, low)
        used.update((left + step, right + step) for step in range(-low, high + 1))
        yield (left - low, left + high), (right - low, right + high)


def _reach(track: _Track, left: int, right: int, step: int, used: set[tuple[int, int]], taken: int = 0) -> int:
    """How many neighbours on one side of an anchor belong to its block; its runs never touch or repeat a member."""
    count, members = 0, {track.words(left)}
    while right - left > taken + count + 1:
        one, two = (track.neighbour(at + step * count, step) for at in (left, right))
        if one is None or two is None or (one, two) in used:
            break
        # a series of paragraphs that are alike among themselves is no block
        if track.words(one) in members or (not count and track.alike(one, left)):
            break
        if not track.kin(one, two) or (count and track.kin(one, left)):
            break
        if not track.goes_on((left + step * count, right + step * count), (one, two)):
            break
        members.add(track.words(one))
        count += 1
    return count


def _merged(track: _Track, anchors: Sequence[tuple[int, int]]) -> list[tuple[Range, int]]:
    """(parts, whole): consecutive places that stand, one after the other, inside a single other one."""
    inside: dict[int, set[int]] = {}
    for pair in anchors:
        left, right = (len(track.words(at)) for at in pair)
        if abs(left - right) > SHINGLE:
            small, large = pair if left < right else (pair[1], pair[0])
            inside.setdefault(large, set()).add(small)
    found: dict[tuple[Range, int], None] = {}
    for large, smalls in sorted(inside.items()):
        for small in sorted(smalls):
            ends = [small, small]
            for side, step in ((0, -1), (1, +1)):
                to = track.neighbour(small, step)
                while to is not None and to != large and _held(track, to, large):
                    ends[side] = to
                    to = track.neighbour(to, step)
            if ends[1] > ends[0] and _in_order(track, (ends[0], ends[1]), large):
                found[(ends[0], ends[1]), large] = None
    return list(found)


def _held(track: _Track, part: int, whole: int) -> bool:
    """Whether nearly all of one place stands in another."""
    mine = track.shingles(part)
    return len(track.words(part)) >= SHINGLE and len(mine & track.shingles(whole)) >= HELD * len(mine)


def _in_order(track: _Track, parts: Range, whole: int) -> bool:
    """Whether the parts follow one another in the whole, each once."""
    text, at = track.words(whole), 0
    if sum(len(track.words(part)) for part in _span(parts)) > FILLS * len(text):
        return False
    for part in _span(parts):
        held = track.shingles(part)
        while at < len(text) and text[at : at + SHINGLE] not in held:
            at += 1
        if at == len(text):
            return False
        while at < len(text) and text[at : at + SHINGLE] in held:
            at += 1
    return True


class _Blocks:
    """Runs on one track joined into groups; no place is in two runs."""

    def __init__(self, track: _Track) -> None:
        self.track = track
        self.run_of: dict[int, Range] = {}
        self.parent: dict[Range, Range] = {}
        self.side: dict[Range, Range] = {}  # a lone run -> the part of a grouped run that it repeats

    def add_all(self, runs: Iterator[tuple[Range, Range]]) -> None:
        """The larger first, then in document order: a smaller one inside a larger one adds nothing."""
        words = self.track.words
        sizes = {run: sum(len(words(at)) for first, last in run for at in range(first, last + 1)) for run in runs}
        for run in sorted(sizes, key=lambda run: (-sizes[run], run)):
            self._add(*run)

    def _add(self, left: Range, right: Range) -> None:
        states = (self._state(left), self._state(right))
        if set(states) <= {"free", "same"}:
            for run in (left, right):
                self.parent.setdefault(run, run)
                self.run_of.update(dict.fromkeys(_span(run), run))
            one, two = sorted((self._root(left), self._root(right)))
            self.parent[two] = one
        elif set(states) == {"free", "inside"}:
            free, inside = (left, right) if states[0] == "free" else (right, left)
            self.run_of.update(dict.fromkeys(_span(free), free))
            self.side[free] = inside
        elif "mixed" in states and 0 < left[1] - left[0] == right[1] - right[0]:
            for first, second in zip(_span(left), _span(right), strict=True):
                self._add((first, first), (second, second))

    def _state(self, run: Range) -> str:
        held = {self.run_of.get(at) for at in _span(run)}
        if held == {None}:
            return "free"
        if len(held) > 1:
            return "mixed"
        return "same" if held == {run} and run in self.parent else "inside"

    def _root(self, run: Range) -> Range:
        while self.parent[run] != run:
            self.parent[run] = self.parent[self.parent[run]]
            run = self.parent[run]
        return run

    def together(self, one: Copy, two: Copy) -> bool:
        """Whether two places stand in copies of one group."""
        left, right = (self._family(self.track.at.get(place)) for place in (one, two))
        return left is not None and left == right

    def _family(self, at: int | None) -> Range | None:
        """The group that a place belongs to, or that its run repeats a part of."""
        run = None if at is None else self.run_of.get(at)
        while run in self.side:
            run = self.run_of[self.side[run][0]]
        return None if run is None else self._root(run)

    def groups(self) -> list[Group]:
        """All groups of two copies or more, in document order; behind them the lone runs, in the order they came."""
        members: dict[Range, list[Range]] = {}
        for run in self.parent:
            members.setdefault(self._root(run), []).append(run)
        found = sorted(Group(tuple(map(self.track.copy, sorted(runs)))) for runs in members.values() if len(runs) > 1)
        lone: dict[Copy, list[Copy]] = {}
        for free, inside in self.side.items():
            lone.setdefault(self.track.copy(inside), []).append(self.track.copy(free))
        return found + [Group(tuple(sorted((fixed, *free))), (fixed,)) for fixed, free in lone.items()]


def _sentence_groups(
    story: Story, blocks: _Blocks, pairs: set[tuple[int, int]], parts: Sequence[tuple[int, int, Match]]
) -> list[Group]:
    """Sentences that stand again elsewhere; what lies inside a repeat of whole paragraphs is absorbed by it."""
    free = [
        (left, right, match)
        for left, right, match in parts
        if (left, right) not in pairs
        and not (left != right and blocks.together(whole_paragraph(story, left), whole_paragraph(story, right)))
    ]
    places = {at: sentence_places(story, at) for at in sorted({at for left, right, _ in free for at in (left, right)})}
    track = _Track(story, [place for found in places.values() for place in found], inner=True)
    starts: dict[int, dict[int, Copy]] = {}
    anchors, lone = [], []
    for left, right, match in free:
        one, two = (
            placed(story, places[at], unit, starts.setdefault(at, {}))
            for at, unit in ((left, match.left), (right, match.right))
        )
        if one in track.at and two in track.at:
            anchors.append((track.at[one], track.at[two]))
        else:
            lone.append((one, two) if match.left.whole else (two, one))
    runs = _Blocks(track)
    runs.add_all(_runs(track, anchors))
    groups = runs.groups()
    seen: dict[int, list[Copy]] = {}
    for copy in (copy for group in groups for copy in group.copies):
        seen.setdefault(copy.first, []).append(copy)
    for fixed, part in lone:
        # in pieces the words of a sentence may say something else: only an unbroken run is a repeat
        held = f" {' '.join(story.run(part))} " in f" {' '.join(story.run(fixed))} "
        here = seen.setdefault(part.first, [])
        if held and part in track.at and not any(it.start <= part.start and part.end <= it.end for it in here):
            here.append(part)
            groups.append(Group(tuple(sorted((fixed, part))), (fixed,)))
    return groups
