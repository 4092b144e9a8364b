"""Containers inside a container, and which members are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dedupe.archive import kinds
from dedupe.archive.piece import Desk, Left, Piece
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from dedupe.archive.packing import Stream

Inner = Callable[["Stream", str, Desk], Iterator[Piece | Left | bytes]]  # the walk of a container of some kind

_WHOLE = {"json": "ninjs", "jsonl": "jsonl"}  # containers that can be read as one file, too


class Meant(NamedTuple):
    """How a member is read: as a story, or as a container."""

    kind: str = ""
    container: str = ""
    fault: str = ""


def meant(name: str, desk: Desk) -> Meant:
    """How the member of that name is read, if at all."""
    last = name[name.rfind("/") + 1 :]
    if not last or name.startswith("__MACOSX/"):
        return Meant()
    container = kinds.kind_of(name)
    if not container:
        kind = desk.asked.suffixes.get(kinds.suffix(name), "")
        return Meant(desk.asked.format or kind if kind else "")
    if container.startswith("one.") and kinds.suffix(kinds.story(last)) not in desk.asked.suffixes:
        return Meant()
    if not desk.inside:
        return Meant(container=container)
    if container in _WHOLE:
        return Meant(_WHOLE[container])
    return Meant(fault="a container inside a container that is itself inside one; it stays as it is, take it out first")


def walk(stream: Stream, name: str, kind: str, desk: Desk, inner: Inner) -> Iterator[Piece | Left | bytes]:
    """The walk of a member that is a container. Never raises for what that is."""
    desk.inside = name
    try:
        yield from inner(stream, kind, desk)
    except DedupeError as error:
        yield desk.end(error.message)
    finally:
        desk.inside = ""


def changes(opened: Callable[[], Stream], name: str, kind: str, desk: Desk, inner: Inner) -> bool:
    """Whether any piece of a member that is copied will change; if not the desk has passed it."""
    probe = Desk(desk.path, desk.asked)
    probe.number = desk.number
    for found in walk(opened(), name, kind, probe, inner):
        if isinstance(found, Piece) and found.number >= desk.next:
            return True
    desk.number = probe.number
    return False
