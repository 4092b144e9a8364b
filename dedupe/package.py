"""The one member of a ZIP package that holds a story: read within bounds, replaced with every other byte as it was."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterator

STORY = "word/document.xml"  # where a package does not say otherwise
RELATIONS = "_rels/.rels"
LARGEST = 100_000_000  # bytes of a member
RATIO = 100  # times that a member may grow

_RELATION = re.compile(rb"<Relationship\s[^<>]*>")
_TARGET = re.compile(rb"\sTarget=[\"']([^\"']*)")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DESCRIPTOR = 0x8  # flag: sizes stand behind the data
_SECRET = 0x1
_BEYOND = 0xFFFFFFFF  # a size that stands elsewhere, in a ZIP64 package


class Change(NamedTuple):
    """Bytes of the new package that stand for others of the old one."""

    offset: int  # in the new package
    size: int
    old: bytes


def story(data: bytes, path: str) -> bytes:
    """The member that holds the story. Raises DedupeError for what is no such package, or one that is a trap."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.read(_entry(package, path))  # never more than the size that the entry declares
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise DedupeError(f"{path}: not a whole Word document: {error}; open and save it again", path=path) from error


def _entry(package: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    story = _main(package)
    names = [entry for entry in package.infolist() if entry.filename == story]
    if len(names) != 1:
        raise DedupeError(f"{path}: holds no {story}, or more than one: not a Word document", path=path)
    (entry,) = names
    if entry.flag_bits & _SECRET:
        raise DedupeError(f"{path}: is protected with a password; save it without", path=path)
    if entry.file_size > LARGEST or entry.file_size > RATIO * max(entry.compress_size, 1_000):
        raise DedupeError(f"{path}: its text unpacks to more than {RATIO} times its size; not read", path=path)
    return entry


def _main(package: zipfile.ZipFile) -> str:
    """The name of the member that holds the story, as the package says it."""
    relations = next((entry for entry in package.infolist() if entry.filename == RELATIONS), None)
    if relations is None or relations.flag_bits & _SECRET or relations.file_size > LARGEST // RATIO:
        return STORY
    for relation in _RELATION.findall(package.read(relations)):
        target = _TARGET.search(relation)
        if target and b"/relationships/officeDocument" in relation:
            return target[1].decode("utf-8", "replace").lstrip("/")
    return STORY


def beside(data: bytes) -> Iterator[bytes]:
    """The markup beside the story: headers, notes, comments; as far as it is whole and no trap."""
    room = LARGEST
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        main = _main(package)
        for entry in package.infolist():
            wanted = entry.filename.startswith("word/") and entry.filename.endswith(".xml") and entry.filename != main
            if not wanted or entry.file_size > min(room, RATIO * max(entry.compress_size, 1_000)):
                continue
            room -= entry.file_size
            try:
                said = package.read(entry)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
                continue  # it keeps its bytes, whatever they are
            yield said


def signed(data: bytes) -> bool:
    """Whether a package carries a signature that any change would break."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return any(entry.filename.startswith("_xmlsignatures/") for entry in package.infolist())


def replaced(data: bytes, said: bytes, path: str) -> tuple[bytes, list[Change]]:
    """The package with other words in its story, and what changed; every other member keeps its bytes.

    Raises DedupeError where the package is built in a way that this cannot be promised for.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        entry = _entry(package, path)
        central = package.start_dir
    starts = sorted([*(one.header_offset for one in entries), central])
    first = entry.header_offset
    last = starts[starts.index(first) + 1]
    end = data.rfind(b"PK\x05\x06")
    plain = _END.unpack_from(data, end)
    if plain[6] != central or plain[4] != len(entries) or _BEYOND in (plain[5], plain[6]):
        raise DedupeError(f"{path}: its package is built in a way that cannot be kept; save it again", path=path)
    local = list(_LOCAL.unpack_from(data, first))
    name = data[first + _LOCAL.size : first + _LOCAL.size + local[9]]
    packed = said if entry.compress_type == zipfile.ZIP_STORED else _deflated(said)
    local[2] &= ~_DESCRIPTOR
    local[6:9] = zlib.crc32(said), len(packed), len(said)
    local[10] = 0
    member = _LOCAL.pack(*local) + name + packed
    moved = len(member) - (last - first)
    index = _index(data, central, len(entries), first, moved, local)
    new = data[:first] + member + data[last:central] + index + data[central + len(index) : end]
    new += _END.pack(*plain[:6], central + moved, plain[7]) + data[end + _END.size :]
    changes = [
        Change(first, len(member), data[first:last]),
        Change(central + moved, len(data) - central, data[central:]),
    ]
    return new, changes


def _deflated(said: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(said) + packer.flush()


def _index(data: bytes, start: int, count: int, first: int, moved: int, local: list[int]) -> bytes:
    """The central directory: other sizes for one member, other places for those behind it."""
    found = []
    at = start
    for _ in range(count):
        record = list(_CENTRAL.unpack_from(data, at))
        size = _CENTRAL.size + record[10] + record[11] + record[12]
        if record[16] == first:
            record[3] = local[2]
            record[7:10] = local[6:9]
        elif record[16] > first:
            record[16] += moved
        found.append(_CENTRAL.pack(*record) + data[at + _CENTRAL.size : at + size])
        at += size
    return b"".join(found)
