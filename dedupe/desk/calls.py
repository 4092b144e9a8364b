"""What each call is answered with: a body in, an answer out. All of it is done in a process of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dedupe.desk import asked, told
from dedupe.desk.answers import Answer, as_json, refused
from dedupe.desk.asked import RequestError
from dedupe.model import DedupeError
from dedupe.pipeline import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

DECISIONS = 10_000  # that can be made in a story
_OPTION = re.compile(r"--(encoding|format|threshold|min-words)\b")
_STORY = {"document": asked.an_object()}
_DECIDED = {**_STORY, "decisions": asked.a_list(DECISIONS)}
_DECISION = {
    "id": asked.number(0, 10**9, whole=True, needed=True),
    "place": asked.one_of("first", "second", "both", needed=True),
    "wording": asked.one_of("first", "second", "own", needed=True),
    "text": asked.text(),
}


def answer(name: str, kind: str, body: bytes) -> Answer:
    """What a call is answered with. Nothing is raised, and no error holds a word of a story."""
    try:
        return CALLS[name](kind, body)
    except RequestError as error:
        return refused(error.status, error.message)
    except DedupeError as error:
        return refused(422, _OPTION.sub(r"\1", error.message))
    except (MemoryError, RecursionError):
        return refused(422, "this is too large or too deep to be read here: check a shorter text")
    except Exception:  # noqa: BLE001  what it says could hold copy
        return refused(500, "a defect in dedupe: nothing was done; please report it, with what you did")


def warm() -> None:
    """Have everything at hand that a story needs, so that the first is read as quickly as the next."""
    passage = b"The mayor said on Tuesday that the bridge over the river would stay closed until the end of March."
    story = asked.Document("story.txt", b"\n\n".join([b"Bridge closed", passage, passage]), Reading())
    told.opened(story)
    told.compared(story, story)


def _story(value: dict[str, Any], name: str = "document") -> asked.Document:
    return asked.document(asked.members(value[name], asked.STORY, name), name)


def _open(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), _STORY)
    return as_json(told.opened(_story(value)))


def _compare(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), {"old": asked.an_object(), "new": asked.an_object()})
    return as_json(told.compared(_story(value, "old"), _story(value, "new")))


def _report(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), _STORY)
    page = told.report(_story(value))
    return Answer(200, "text/html; charset=utf-8", page.encode("utf-8", "backslashreplace"), "report.html")


CALLS: dict[str, Callable[[str, bytes], Answer]] = {
    "desk/open": _open,
    "desk/compare": _compare,
    "desk/report": _report,
}
