"""Where the paragraphs of a record stand, kept while it is sifted: to tell of it, only its own words are read again."""

from __future__ import annotations

import struct
import zlib
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe import source
from dedupe.formats.skim import fields, skim
from dedupe.model import COPY, Article, Paragraph, Place, Role, Source
from dedupe.story import Story

if TYPE_CHECKING:
    from dedupe.archive import Piece
    from dedupe.formats.skim import Skimmed
    from dedupe.kept import Load
    from dedupe.pipeline import Reading

_HEAD = struct.Struct("<IIIQ")  # check of the record, paragraphs, bytes of its key, its line
_ROLES = list(Role)
_NUMBERS = {role: at for at, role in enumerate(_ROLES)}
_WIDE = 6  # numbers of a paragraph: role, field, first and last character in that, first and last byte
_SIZE = 4  # bytes of a number


class Shelved(NamedTuple):
    """What is kept of a record."""

    check: int  # of all its bytes
    key: str
    line: int
    numbers: array[int]


def skim_of(piece: Piece, reading: Reading) -> Skimmed | None:
    """The paragraphs of a record of plain texts; None where only reading it whole can tell."""
    if piece.kind != "jsonl":
        return None
    try:
        return skim(piece.data.decode(), reading.text_field, reading.id_field)
    except UnicodeError:
        return None


def shelved(piece: Piece, one: Skimmed) -> bytes:
    """Where the paragraphs of a record stand: characters and bytes of its fields."""
    numbers: list[int] = []
    before, at, size = -1, 0, 0  # the last field, how far it was counted, and the bytes of that
    for role, said, (first, last, field) in zip(one.roles, one.texts, one.places, strict=True):
        if field != before:
            words = one.fields[field]
            plain = words.isascii()
            before, at, size = field, 0, 0
        if plain:
            numbers += (_NUMBERS[role], field, first, last, first, last)
            continue
        size += len(words[at:first].encode())
        end = size + len(said.encode())
        numbers += (_NUMBERS[role], field, first, last, size, end)
        at, size = last, end
    key = one.key.encode()
    return (
        _HEAD.pack(zlib.crc32(piece.data), len(one.texts), len(key), piece.line) + array("i", numbers).tobytes() + key
    )


def _found(data: bytes) -> Shelved:
    check, count, size, line = _HEAD.unpack_from(data)
    numbers = array("i")
    end = _HEAD.size + count * _WIDE * _SIZE
    numbers.frombytes(data[_HEAD.size : end])
    return Shelved(check, data[end : end + size].decode() or str(line), line, numbers)


def placed(load: Load, data: bytes, reading: Reading) -> Story | None:
    """A record as a report tells it, each paragraph placed in its field; nothing of it can be cut.

    None where it is no longer what it was.
    """
    one = _found(data)
    if zlib.crc32(load.piece.data) != one.check:
        return None
    said = fields(load.piece.data.decode())
    some = []
    body = ""
    for number, field, first, last, start, end in zip(*[iter(one.numbers)] * _WIDE, strict=True):
        role = _ROLES[number]
        some.append(Paragraph(start, end, one.line, one.line, role, said[field][first:last]))
        if role in COPY and len(said[field]) > len(body):
            body = said[field]
    item = Source(
        load.path, body.encode(), "utf-8", body, package=load.piece.data, known=_known(load.path, reading.root)
    )
    return Story(item, Article(load.path, "jsonl", tuple(some), one.key))


_known = lru_cache(16)(source.beneath)


def place_of(path: str, data: bytes, first: int, last: int) -> Place:
    """Where some paragraphs of a record stand, without what they say."""
    one = _found(data)
    start, end = one.numbers[first * _WIDE + 4], one.numbers[last * _WIDE + 5]
    return Place(path, one.key, start, end, one.line, one.line, first + 1, "")
