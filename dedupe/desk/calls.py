"""What each call is answered with: a body in, an answer out. All of it is done in a process of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dedupe.desk import asked, machine, told
from dedupe.desk.answers import Answer, as_json, refused
from dedupe.desk.asked import RequestError
from dedupe.desk.plain import plain
from dedupe.model import DedupeError
from dedupe.pipeline import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

DECISIONS = 10_000  # that can be made in a story
_OPTION = re.compile(r"--(encoding|format|threshold|min-words)\b")
DECISION = {
    "id": asked.whole(0, 10**9, needed=True),
    "place": asked.one_of("first", "second", "both", needed=True),
    "wording": asked.one_of("first", "second", "own", needed=True),
    "text": asked.text(),
}
OPEN = {"document": asked.story()}
DECIDE = {**OPEN, "decisions": asked.a_list(DECISION, DECISIONS)}
DOWNLOAD = {**DECIDE, "tracked": asked.flag()}
COMPARE = {"old": asked.story(), "new": asked.story()}


def answer(name: str, kind: str, body: bytes) -> Answer:
    """What a call is answered with. Nothing is raised, and no error holds a word of a story."""
    try:
        return CALLS[name](kind, body)
    except RequestError as error:
        return refused(error.status, error.message)
    except DedupeError as error:
        said = plain(error.message) if name.startswith("desk/") else error.message
        return refused(422, _OPTION.sub(r"\1", said))
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
    value = asked.members(asked.parsed(kind, body), OPEN)
    return as_json(told.opened(_story(value)))


def _decisions(value: dict[str, Any]) -> list[told.Decision]:
    rows = [asked.members(one, DECISION, "decisions") for one in value["decisions"]]
    found = [told.Decision(int(row["id"]), row["place"], row["wording"], row.get("text")) for row in rows]
    for one in found:
        if (one.wording == "own") != (one.text is not None):
            raise RequestError(422, "decisions: text goes with the wording own, and only with it")
    if len({one.id for one in found}) < len(found):
        raise RequestError(422, "decisions: two are about one finding")
    return found


def _decide(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), DECIDE)
    return as_json(told.decided(_story(value), _decisions(value)))


def _download(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), DOWNLOAD)
    story = _story(value)
    made = told.edited(story, _decisions(value), tracked=value.get("tracked", False))
    return Answer(200, "application/octet-stream", made.decided.data, told.cleaned_name(story.name))


def _compare(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), COMPARE)
    return as_json(told.compared(_story(value, "old"), _story(value, "new")))


def _report(kind: str, body: bytes) -> Answer:
    value = asked.members(asked.parsed(kind, body), OPEN)
    page = told.report(_story(value))
    return Answer(200, "text/html; charset=utf-8", page.encode("utf-8", "backslashreplace"), "report.html")


CALLS: dict[str, Callable[[str, bytes], Answer]] = {
    "desk/open": _open,
    "desk/decide": _decide,
    "desk/download": _download,
    "desk/compare": _compare,
    "desk/report": _report,
    **machine.CALLS,
}
