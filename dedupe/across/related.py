"""Whether two stories that share paragraphs are versions of one story, or others with the same background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.across.moments import days_apart

if TYPE_CHECKING:
    from dedupe.across.heads import Head
    from dedupe.across.links import Link

WHOLE = 0.9  # of the copy: as good as all
MOST = 0.6  # of the shorter story, that stands in the other
SOME = 0.25  # of it, where the stories are called versions of one another
PART = 1 / 3  # of the longer story: a round-up of many short ones is no version of each
HALF = 0.5
FEW = 3  # paragraphs that say nothing of two stories whose names are not alike
NEAR = 0.75  # days within which one story is updated
FAR = 1.5  # days behind which a story of the same name is another one
NAMED = 3  # words of a headline that make it the same


def related(link: Link, one: Head, two: Head) -> bool:
    """Whether two stories are versions of one."""
    least, most = sorted((one.paragraphs, two.paragraphs))
    if not least or not link.shared or _parts(one, two):
        return False
    if one.said == two.said:
        return True
    apart = days_apart(one.date, two.date)
    named = alike(one, two)
    fixed = named and any(it.marks.corrected or it.marks.repeat for it in (one, two))
    if not link.early:
        return False
    if apart is not None and apart > FAR and not fixed:  # a series: each says the same of another day
        return link.same >= WHOLE * most
    if named and (apart is None or apart <= NEAR) and _called(one, two, fixed=fixed) and link.shared >= SOME * least:
        return True
    return _mostly(link, least, most, named=named, wraps=one.marks.series != two.marks.series)


def _mostly(link: Link, least: int, most: int, *, named: bool, wraps: bool) -> bool:
    """Whether most of the shorter story stands in the other, to the word where it counts."""
    own = link.shared if named or link.shared >= WHOLE * most else link.shared - link.common
    if own < MOST * least or (wraps and own < HALF * most):
        return False
    if 2 * link.same < link.shared:
        return False
    return named or (own >= FEW and own >= PART * most and 2 * link.turned < own)


def _parts(one: Head, two: Head) -> bool:
    """Whether two stories are parts of one: TAKE 1 and TAKE 2."""
    return "take" in (one.marks.series, two.marks.series) and one.marks.number != two.marks.number


def _called(one: Head, two: Head, *, fixed: bool) -> bool:
    """Whether one of two stories is called a version of the other; two of the same number are of two stories."""
    if one.marks.series != two.marks.series:
        return False
    marked = one.marks.rank != two.marks.rank or one.version != two.version
    return fixed or (marked and (one.marks.updated or two.marks.updated or min(one.version, two.version) > 0))


def alike(one: Head, two: Head) -> bool:
    """Whether two stories have one name: much the same headline, the same slug, or two versions of one record."""
    if one.key is not None and one.key == two.key and one.version != two.version and min(one.version, two.version) > 0:
        return True
    if one.slug and one.slug == two.slug:
        return True
    both = len(one.headline & two.headline)
    least = min(len(one.headline), len(two.headline))
    return both > 0 and (both >= HALF * len(one.headline | two.headline) or (both >= NAMED and both >= MOST * least))
