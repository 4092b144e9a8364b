"""What is kept of the pieces of an archive: lines of what was found and of what goes, hashes, rows."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from json import loads
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe import disk, evidence, undo
from dedupe.across.moments import read as moment
from dedupe.across.moments import stated
from dedupe.growing import BUFFER
from dedupe.reports import json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe.archive import Piece
    from dedupe.model import Article, Review
    from dedupe.undo import Record

# what is kept of what was found: a line a story, the same for a person, what goes, what could not be read, and what is
# noted of every piece; for the comparison of stories, the prints of their paragraphs, a row a story and their places
FILES = (
    *("found.jsonl", "shown.txt", "cuts.jsonl", "failed.jsonl", "notes.jsonl"),
    *("prints.bin", "stories.bin", "shelf.bin"),
)
# where a story stands, and how many bytes are kept of its places
ROW = np.dtype([("input", "<i4"), ("article", "<i4"), ("piece", "<i8"), ("shelf", "<i8")])


class Load(NamedTuple):
    """A piece and where it comes from."""

    source: int  # the number of its input
    path: str  # of that
    to: str  # where it is cleaned to; "" in place
    plain: bool  # its input is a file with a story, no container
    piece: Piece


_CUT = re.compile(rb'\{"input":(\d+),"piece":(\d+)')  # what a line of what goes begins with
RECORD = ("jsonl", "ninjs")  # the formats of pieces that know themselves


def noted(
    loads: Sequence[Load], stories: dict[int, Sequence[Article]], found: Sequence[tuple[int, Load, list[Review]]]
) -> bytes:
    """A line a piece: its stories, its hash, and where in it something repeats. Nothing of its text."""
    spans: dict[int, list[dict[str, object]]] = {}
    for at, load, reviews in found:
        for it in reviews:
            said = json.article(named(load, it))
            mine = spans.setdefault(at, [])
            mine += [_span(said["article"], finding) for finding in said["findings"]]
    lines = []
    for at, load in enumerate(loads):
        note = {
            "record": load.piece.number,
            "key": load.piece.key,
            "articles": [key_of(load, article) or "" for article in stories.get(at, ())],
            "sha256": undo.sha256(load.piece.data),
            "findings": spans.get(at, []),
        }
        lines.append(f"{load.source} {json.dumps({'path': load.path, **note})}\n")
    return "".join(lines).encode()


def _span(article: str, finding: dict[str, Any]) -> dict[str, object]:
    """Where a copy stands, what it is and which twin it has."""
    both = {side: {name: finding[side][name] for name in ("start", "end", "paragraph")} for side in ("dropped", "kept")}
    told = {name: finding[name] for name in ("code", "severity", "action", "safe", "group", "fingerprint")}
    return {"article": article, **told, **both}


def cut_line(load: Load, record: bytes, spans: Sequence[tuple[int, int]] = (), data: bytes | None = None) -> bytes:
    """What goes from a piece, as spans or as its new bytes, or all of it; and what the manifest says of that."""
    said: dict[str, object] = {"input": load.source, "piece": load.piece.number}
    if data is not None:
        said["data"] = base64.b64encode(data).decode()
    elif spans:
        said["spans"] = list(spans)
    else:
        said["out"] = True
    return undo.line({**said, "record": record.decode()})


def cut_lines(path: str) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The lines of a file of these, with the input and the piece of each."""
    with disk.opened(path, BUFFER) as file:
        for line in file:
            found = _CUT.match(line)
            if found is not None:
                yield (int(found[1]), int(found[2])), line


def failure(path: str, message: str) -> str:
    """The line of what could not be read or cleaned."""
    return json.dumps({"failed": {"path": path, "message": message}}) + "\n"


def named(load: Load, it: Review) -> Review:
    """A review whose story is called as the container calls it."""
    return replace(it, article=replace(it.article, key=key_of(load, it.article)))


def story_line(load: Load, number: int, it: Review, date_field: str) -> str:
    """The object of a story with findings, behind its place; `number` tells the stories of a piece apart."""
    at = load.source, load.piece.number, number
    return json.dumps({"at": at, **json.article(it), "date": date_of(load.piece, date_field)}) + "\n"


def date_of(piece: Piece, field: str) -> str:
    """When a piece says that it was sent, as ISO 8601, or nothing."""
    if piece.date or piece.kind not in RECORD:
        return moment(piece.date) or piece.date
    words = piece.data.decode("utf-8", "replace")
    return moment(_under(words, field)) if field else stated(words).date


def _under(words: str, field: str) -> str:
    """The string under a dotted field of a record."""
    try:
        record = loads(words)
    except (ValueError, RecursionError):
        return ""
    for name in field.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return str(record) if isinstance(record, str | int) else ""


def recorded(load: Load, key: str, record: Record, folder: str) -> bytes:
    """What the manifest says of a piece, or of a plain file."""
    record = record._replace(path=load.path, to=load.to)
    if load.plain:
        return undo.line(undo.written(record, folder))
    return evidence.begun_line(folder, load.piece.number, key, record)


def key_of(load: Load, article: Article) -> str | None:
    """What a story of a container is called."""
    piece = load.piece
    if piece.key and article.key and piece.kind not in RECORD:
        return f"{piece.key}, {article.key}"
    return article.key or piece.key or None
