"""The words of a story found again, and taken out of whatever quotes them."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ERASED = "[erased]"
RUN = 8  # words in a row that only the story says; fewer may be anybody's
OPENING = 8  # words of a passage that a report quotes to tell which it is, at most
NAME = 4  # characters of a name that is looked for in other texts
SHORT = 3  # words of a passage that is found as a whole
_TOKEN = re.compile(r"<[^<>]*>|&#?\w{1,10};|(\w+)")
_QUOTED = re.compile(r"“[^”]*”|'.*'", re.DOTALL)  # to the last one: a quotation may hold apostrophes
_TAG = re.compile(r"<[^<>]*>")


class Story(NamedTuple):
    """A story as it was named: by its path, its key, or PATH#KEY."""

    said: str

    def is_at(self, path: str, key: str, folder: str = "") -> bool:
        """Whether it is the one of this path, seen from `folder`, and this key."""
        if key and self.said == key:
            return True
        if key and self.said.endswith("#" + key):
            return _same(self.said[: -len(key) - 1], path, folder)
        return bool(path) and _same(self.said, path, folder)


@lru_cache(maxsize=4096)
def _same(said: str, path: str, folder: str) -> bool:
    if said == path:
        return True
    return path != ERASED and os.path.abspath(said) == os.path.abspath(os.path.join(folder, path))


class Words:
    """What a story says, as far as the evidence knows it."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._names: set[str] = set()
        self._firsts: set[str] = set()  # words that a passage known begins with: hashing all others would be slow
        self._runs: set[int] = set()
        self._openings: set[int] = set()  # hashes of the first words of passages
        self._short: dict[int, set[int]] = {}  # hashes of whole passages, by how many words they have

    def call(self, name: str) -> None:
        """What the story is called where others name it. Short names and numbers may mean anything."""
        if len(name) >= NAME and not name.isdecimal():
            self._names.add(name)

    def learn(self, text: str) -> None:
        """A passage of the story."""
        words = [word for word, _, _ in _words(text)]
        if SHORT <= len(words) < RUN:
            self._short.setdefault(len(words), set()).add(hash(tuple(words)))
            self._firsts.add(words[0])
        self._openings |= {hash(tuple(words[:size])) for size in range(2, min(OPENING, len(words)) + 1)}
        starts = range(len(words) - RUN + 1)
        self._runs |= {hash(tuple(words[at : at + RUN])) for at in starts}
        self._firsts |= {words[at] for at in starts}

    def without(self, text: str) -> str:
        """A text without what the story says and is called; markup within stays."""
        for name in self._names:
            if name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", ERASED, text)
        words = list(_words(text))
        said = self._said([word for word, _, _ in words])
        self._quoted(text, words, said)
        if not any(said):
            return text
        parts: list[str] = []
        at = 0
        for index, (_, start, end) in enumerate(words):
            if not said[index]:
                continue
            between = text[at:start]
            goes_on = index > 0 and said[index - 1]
            parts.append("".join(_TAG.findall(between)) if goes_on else between + ERASED)
            at = end
        return "".join([*parts, text[at:]])

    def _quoted(self, text: str, words: list[tuple[str, int, int]], said: list[bool]) -> None:
        """Mark what a report quotes of the beginning of a passage: 'The first words...'."""
        for end, (_, _, stop) in enumerate(words, 1):
            if text.startswith("...", stop):
                for at in range(max(0, end - OPENING), end - 1):
                    if hash(tuple(word for word, _, _ in words[at:end])) in self._openings:
                        said[at:end] = [True] * (end - at)
                        break

    def holds(self, text: str) -> bool:
        """Whether a text says what the story says."""
        return any(self._said([word for word, _, _ in _words(text)]))

    def _said(self, words: list[str]) -> list[bool]:
        said = [False] * len(words)
        for size, known in [(RUN, self._runs), *self._short.items()]:
            for at in range(len(words) - size + 1 if known else 0):
                if words[at] in self._firsts and hash(tuple(words[at : at + size])) in known:
                    said[at : at + size] = [True] * size
        return said


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(text):
        if match[1]:
            yield match[1].casefold(), match.start(), match.end()


def texts(data: bytes) -> Iterator[str]:
    """What some bytes of a story say: of JSON, whole or a stretch of a string in it, or of anything else."""
    text = data.decode("utf-8", "replace")
    for attempt in (text, f'"{text}"'):
        try:
            found = list(strings(json.loads(attempt, strict=False)))
        except (ValueError, RecursionError):
            continue
        if found:
            yield from found
            return
    yield text


def strings(value: object) -> Iterator[str]:
    """All strings in a value of JSON that are no names of its members."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, (list, dict)):
            pending.extend(one if isinstance(one, list) else one.values())


def is_about(value: dict[str, Any], story: Story, folder: str = "") -> bool:
    """Whether an object of JSON is about a story: an article, a place, an entry of a baseline."""
    path, key = value.get("path"), value.get("article", value.get("key"))
    path, key = (path if isinstance(path, str) else ""), (key if isinstance(key, str) else "")
    return story.is_at(path, key, folder)


def passages(value: object, told: Callable[[dict[str, Any]], bool]) -> Iterator[str]:
    """The texts of all objects in a value of JSON that are about a story, as `told` knows."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            if told(one) and isinstance(one.get("text"), str):
                yield one["text"]
            if told(one) and isinstance(one.get("findings"), list):
                yield from (text for it in one["findings"] for text in _own(it))
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)


def _own(finding: object) -> Iterator[str]:
    """What a finding of a story quotes of it: the copy that is dropped, and the words that are lost."""
    if isinstance(finding, dict):
        place = finding.get("dropped")
        if isinstance(place, dict) and isinstance(place.get("text"), str):
            yield place["text"]
        yield from strings(finding.get("lost"))


def scrubbed(value: Any, told: Callable[[dict[str, Any]], bool], words: Words) -> Any:  # noqa: ANN401  JSON
    """A value of JSON about other stories, without what it says of and quotes from the one that is `told`."""
    if isinstance(value, str):
        return words.without(value)
    if isinstance(value, list):
        return [scrubbed(it, told, words) for it in value if not (isinstance(it, dict) and told(it))]
    if not isinstance(value, dict):
        return value
    if told(value):
        return emptied(value)
    return _with_twin(value, told, words)


def scrubbed_cuts(cuts: list[Any], told: Callable[[dict[str, Any]], bool], words: Words) -> list[Any]:
    """The cuts of another story; each stays, whichever twin it names."""
    return [_with_twin(cut, told, words) if isinstance(cut, dict) else cut for cut in cuts]


def _with_twin(value: dict[str, Any], told: Callable[[dict[str, Any]], bool], words: Words) -> dict[str, Any]:
    kept = value.get("kept")
    linked = isinstance(kept, dict) and told(kept)
    return {name: _member(name, it, told, words, linked=linked) for name, it in value.items()}


def _member(name: str, value: Any, told: Callable[[dict[str, Any]], bool], words: Words, *, linked: bool) -> Any:  # noqa: ANN401
    if name == "removed":
        return value  # bytes of another story, which is rebuilt with them
    if linked and name == "why" and isinstance(value, str):
        return words.without(unquoted(value))
    if linked and name == "changes":
        return emptied(value, but=("kind",))
    return scrubbed(value, told, words)


def unquoted(why: str) -> str:
    """A sentence with nothing in its quotation marks."""
    return _QUOTED.sub(lambda found: found[0][0] + ERASED + found[0][-1], why)


def emptied(value: Any, but: Iterable[str] = ("sha256", "fingerprint")) -> Any:  # noqa: ANN401  JSON
    """A value of JSON whose numbers stay and whose strings go."""
    if isinstance(value, str):
        return ERASED
    if isinstance(value, list):
        return [emptied(it, but) for it in value]
    if isinstance(value, dict):
        return {name: it if name in but else emptied(it, but) for name, it in value.items()}
    return value
