"""Findings become cuts of bytes; the proof that a cut takes only what it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.model import COPY, Article, Cut, DedupeError, Finding, Paragraph, Source
from dedupe.roles import dateline
from dedupe.words import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def applicable(findings: Iterable[Finding], *, unsafe: bool = False) -> list[Finding]:
    """The findings that cleaning applies: the safe ones and, if wanted, those that lose words; never a conflict."""
    return [
        finding
        for finding in findings
        if finding.safe or (unsafe and finding.action == "review" and finding.code != "conflict")
    ]


def cuts(source: Source, article: Article, findings: Iterable[Finding]) -> list[Cut]:
    """The runs of bytes to take out of one article, sorted and disjoint.

    A paragraph goes from its start to the start of the next one, or, where none follows in the article, from the end
    of the one before. A sentence goes with the space that parts it from the next, or from the one before.
    """
    whole: dict[int, Finding] = {}
    parts: dict[int, list[Finding]] = {}
    for finding in findings:
        first, last = _range(article.paragraphs, finding)
        if first > last:
            parts.setdefault(last, []).append(finding)
        whole.update(
            (at, finding) for at in range(first, last + 1) if article.paragraphs[at].role in COPY and at not in whole
        )
    spans = [(paragraph.start, paragraph.end) for paragraph in article.paragraphs]
    found = _run_cuts(spans, whole)
    for at, some in parts.items():
        if at not in whole:
            found += _sentence_cuts(source, article.paragraphs[at], some)
    return _joined(sorted(found, key=lambda cut: cut.start))


def _range(paragraphs: Sequence[Paragraph], finding: Finding) -> tuple[int, int]:
    """The paragraphs that a finding drops, first and last; where it drops a part of one, that one + 1 and that one."""
    start, end = finding.dropped.start, finding.dropped.end
    first = finding.dropped.paragraph - 1
    if start > paragraphs[first].start or end < paragraphs[first].end:
        return first + 1, first
    last = first
    while last + 1 < len(paragraphs) and paragraphs[last + 1].end <= end:
        last += 1
    return first, last


def _run_cuts(spans: Sequence[tuple[int, int]], dropped: dict[int, Finding]) -> list[Cut]:
    """Cuts of some of the items of a sequence, each with the gap behind it; at the end with the gap before it."""
    found, tail = [], len(spans)
    while tail - 1 in dropped:
        tail -= 1
    for at in sorted(dropped):
        if at < tail:
            found.append(Cut(spans[at][0], spans[at + 1][0], dropped[at]))
        else:
            found.append(Cut(spans[at - 1][1] if at else spans[at][0], spans[at][1], dropped[at]))
    return found


def _sentence_cuts(source: Source, paragraph: Paragraph, findings: Iterable[Finding]) -> list[Cut]:
    skip = dateline(paragraph.text)
    edges = [(skip + start, skip + end) for start, end in sentences(paragraph.text[skip:])]
    starts = _offsets(source, paragraph, [start for start, _ in edges])
    spans = list(zip(starts, _offsets(source, paragraph, [end for _, end in edges]), strict=True))
    dropped = {
        at: finding
        for finding in findings
        for at, (start, end) in enumerate(spans)
        if finding.dropped.start <= start and end <= finding.dropped.end
    }
    return _run_cuts(spans, dropped)


def _offsets(source: Source, paragraph: Paragraph, characters: Sequence[int]) -> list[int]:
    """Byte offsets in the source of ascending character offsets in a paragraph."""
    found, at, done = [], paragraph.start, 0
    for character in characters:
        at += len(paragraph.text[done:character].encode(source.encoding))
        done = character
        found.append(at)
    return found


def _joined(cuts: Iterable[Cut]) -> list[Cut]:
    """Neighbouring cuts of one finding as one."""
    found: list[Cut] = []
    for cut in cuts:
        if found and found[-1].end == cut.start and found[-1].finding is cut.finding:
            found[-1] = found[-1]._replace(end=cut.end)
        else:
            found.append(cut)
    return found


def apply(data: bytes, cuts: Iterable[Cut]) -> bytes:
    """The bytes without the cuts, which are sorted and disjoint."""
    kept, at = [], 0
    for cut in cuts:
        kept.append(data[at : cut.start])
        at = cut.end
    kept.append(data[at:])
    return b"".join(kept)


def prove(
    source: Source, cuts: Sequence[Cut], before: Iterable[Article], after: Iterable[Article], data: bytes
) -> None:
    """Refuse a result that is not exactly the kept paragraphs: `after` are the articles that `data` splits into.

    Raises DedupeError.
    """
    at = 0
    for cut in cuts:
        if not at <= cut.start < cut.end <= len(source.data) or cut.start < source.bom:
            raise _refusal(source.path, "two cuts overlap")
        at = cut.end
    if apply(source.data, cuts) != data:
        raise _refusal(source.path, "other bytes than those of the cuts would change")
    stories = list(before)
    spans = [(paragraph.start, paragraph.end) for article in stories for paragraph in article.paragraphs]
    if not all(_whole(source, cut, spans) for cut in cuts):
        raise _refusal(source.path, "a cut would take more or less than a paragraph or a sentence")
    wanted = [text for article in stories for text in _kept_texts(source, article, cuts)]
    if wanted != [paragraph.text for article in after for paragraph in article.paragraphs]:
        raise _refusal(source.path, "the rest would no longer read as the same paragraphs")


def _whole(source: Source, cut: Cut, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a cut takes whole paragraphs of what its finding drops, or exactly the sentences it drops, and space."""
    text = source.data[cut.start : cut.end].decode(source.encoding)
    start = cut.start + len(text[: len(text) - len(text.lstrip())].encode(source.encoding))
    end = cut.end - len(text[len(text.rstrip()) :].encode(source.encoding))
    dropped = (cut.finding.dropped.start, cut.finding.dropped.end)
    if not dropped[0] <= start < end <= dropped[1]:
        return False
    touched = [span for span in spans if span[0] < end and start < span[1]]
    return (start, end) == dropped or all(start <= first and last <= end for first, last in touched)


def _kept_texts(source: Source, article: Article, cuts: Sequence[Cut]) -> list[str]:
    """What should remain of each paragraph, trimmed; paragraphs of which nothing remains are left out."""
    found, low = [], 0
    for paragraph in article.paragraphs:
        while low < len(cuts) and cuts[low].end <= paragraph.start:
            low += 1
        at = low
        if at == len(cuts) or cuts[at].start >= paragraph.end:
            found.append(paragraph.text)
            continue
        pieces, start = [], paragraph.start
        while at < len(cuts) and cuts[at].start < paragraph.end:
            pieces.append(source.data[start : max(start, cuts[at].start)])
            start = min(cuts[at].end, paragraph.end)
            at += 1
        pieces.append(source.data[start : paragraph.end])
        text = b"".join(pieces).decode(source.encoding).strip()
        if text:
            found.append(text)
    return found


def _refusal(path: str, why: str) -> DedupeError:
    return DedupeError(
        f"{path}: not cleaned: {why}; the file is as it was. Cut by hand what `dedupe check` shows", path=path
    )
