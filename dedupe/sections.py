"""Under which headings the paragraphs of a story stand: in one section, one pasted twice, or two about other things."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from dedupe.model import Role
from dedupe.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe.model import Paragraph

USUAL = 3  # sections under one heading; it tells what kind of text follows, not what about ("Parameters", "Example")

_HEADING = (Role.HEADING, Role.HEADLINE)

Between = Literal["one", "pasted", "others"]


class Sections:
    """The headings of a story."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        """Read once; the paragraphs of a story do not change."""
        self.said: dict[int, tuple[str, ...]] = {
            at: tuple(words(paragraph.text)) for at, paragraph in enumerate(paragraphs) if paragraph.role in _HEADING
        }
        often = Counter(self.said.values())
        self.usual = {said for said, count in often.items() if count >= USUAL}
        self.nearest: list[int] = []  # of each paragraph, the heading above it; -1 where there is none
        self.topic: list[int] = []  # the nearest one that is not usual on the page
        near = topic = -1
        for at in range(len(paragraphs)):
            if at in self.said:
                near = at
                topic = topic if self.said[at] in self.usual else at
            self.nearest.append(near)
            self.topic.append(topic)

    def about(self, paragraph: int) -> frozenset[str]:
        """The words of the heading that says what a paragraph is about."""
        return frozenset(self.said.get(self.topic[paragraph], ()))

    def between(self, one: int, two: int) -> Between:
        """How the sections of two paragraphs stand to each other."""
        near, topic = (self.nearest[one], self.nearest[two]), (self.topic[one], self.topic[two])
        if near[0] == near[1]:
            return "one"
        said = [self.said.get(at) for at in near]
        if None in said or said[0] != said[1]:
            return "others"
        if said[0] not in self.usual or self.said.get(topic[0]) == self.said.get(topic[1]):
            return "pasted"
        return "others"

    def parallel(self, one: int, two: int) -> bool:
        """Whether two paragraphs stand in parts of one kind ("Remarks") of sections about other things."""
        near = self.said.get(self.nearest[one])
        return near in self.usual and near == self.said.get(self.nearest[two]) and self.topic[one] != self.topic[two]
