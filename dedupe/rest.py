"""What a cut would take from a story, held against what remains of it beside the other cuts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedupe.facts import known, lost
from dedupe.survivor import slips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.judge import Verdict
    from dedupe.story import Copy, Story


def without_loss(story: Story, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Turn every cut that would take something from the article into a question.

    A cut is held against what remains beside the other cuts; what only a person may cut, against what remains beside
    all that might go.
    """
    maybe = [verdict.dropped for verdict in verdicts if verdict.code not in ("echo", "conflict")]
    sure = [verdict.dropped for verdict in verdicts if verdict.action == "remove"]
    rests: dict[bool, _Rest] = {}
    found = []
    for verdict in verdicts:
        if verdict.code not in ("echo", "conflict"):
            safe = verdict.action == "remove" or len(sure) == len(maybe)
            if safe not in rests:
                rests[safe] = _Rest(story, sure if safe else maybe)
            gone = rests[safe].lost(verdict)
            if gone:
                verdict = verdict._replace(code="loses", severity="warning", action="review", lost=gone)  # noqa: PLW2901
        found.append(verdict)
    return found


class _Rest:
    """What remains of a story without some cuts."""

    def __init__(self, story: Story, cuts: Sequence[Copy]) -> None:
        self.story, self.known = story, known(story.remaining(cuts))
        self.linked = Counter(link.target for paragraph in story.paragraphs for link in paragraph.links)
        self.linked.subtract(target for cut in cuts for target in story.links(cut))
        self.memo: dict[str, tuple[str, ...]] = {}

    def lost(self, verdict: Verdict) -> tuple[str, ...]:
        """What would stand nowhere any more."""
        text = self.story.text(verdict.dropped)
        if text not in self.memo:
            self.memo[text] = lost(_spelt(self.story, verdict, text), self.known)
        links = dict.fromkeys(it for it in self.story.links(verdict.dropped) if self.linked[it] <= 0)
        return self.memo[text] + tuple(links)


def _spelt(story: Story, verdict: Verdict, text: str) -> str:
    """The text of a copy with its slips in names mended: a slip is nothing to lose."""
    for wrong, right in slips(story, verdict.dropped, (verdict.kept, verdict.dropped)).items():
        text = text.replace(wrong, right)
    return text
