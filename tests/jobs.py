"""A container cleaned as a job does it: its lines in the manifest first, then the copy."""

import os
from pathlib import Path
from typing import NamedTuple

from dedupe import archive, evidence, undo
from dedupe.formats import SUFFIXES
from dedupe.model import Cut, Finding, Place
from dedupe.settings import Settings

ASKED = archive.Asked(SUFFIXES)
PLACE = Place("archive.jsonl", "other", 0, 4, 1, 1, 1, "unpublished copy")
FINDING = Finding("exact", "error", "remove", 1, 2, PLACE, PLACE, 1, 1.0, 1.0, (), (), "It stands twice.", "f00")


class Cleaned(NamedTuple):
    manifest: str
    original: list[bytes]  # the data of every piece
    left: list[bytes]


def data_of(path, asked=ASKED, **more):
    return [piece.data for piece in archive.pieces(str(path), asked, **more)]


def cut(data, spans):
    """The oracle: what is left, byte by byte."""
    return bytes(byte for at, byte in enumerate(data) if not any(start <= at < end for start, end in spans))


def clean(path, to, wanted, manifest=None, keys=None, finding=FINDING):
    """Clean a container: `wanted` names spans by the number of a piece, or None to leave it out."""
    path, to = str(path), str(to or "")
    record = undo.create(manifest, Settings())
    lines, changes, lefts = [], [], {}
    before, after = evidence.Tally(), evidence.Tally()
    records = {}
    original = data_of(path)
    for number, data in enumerate(original):
        before.add(data)
        if number not in wanted:
            after.add(data)
        elif wanted[number] is None:
            records[number] = evidence.left_out(path, data, finding)._replace(to=to)
            changes.append((number, None))
        else:
            new = cut(data, wanted[number])
            cuts = [Cut(*span, finding) for span in wanted[number]]
            records[number] = undo.plan_of(path, data, cuts)._replace(to=to)
            changes.append((number, new))
            after.add(new)
    new = b"".join(archive.copied(path, ASKED, changes, left=lambda left: lefts.setdefault(left.number, left)))
    for number, each in records.items():
        key = (keys or {}).get(number, f"key{number}")
        lines.append(evidence.record_line(record.folder, number, key, each, lefts.get(number)))
    end = evidence.End(path, to, len(original), before.digest(), after.digest(), {"text_field": "text"})
    record.add_all([*lines, evidence.ends(record.folder, end)])
    undo.close(record)
    target = Path(to or path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(new)
    return Cleaned(record.path, original, data_of(target))


def manifest_lines(manifest):
    return Path(manifest).read_bytes().split(b"\n")[:-1]


def relative(path):
    return os.path.relpath(path)
