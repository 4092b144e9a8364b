"""What kind of container a file is, by the end of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

PACKED = {".gz": ".gz", ".zst": ".zst", ".bz2": ".bz2", ".xz": ".xz"}
_SHORT = {".tgz": ".gz", ".tzst": ".zst", ".tbz2": ".bz2", ".tbz": ".bz2", ".txz": ".xz"}
_KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".ninjs": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "wet",
    ".zip": "zip",
    ".tar": "tar",
}


def suffix(name: str) -> str:
    """The end of a name that tells what it is, in lower case with the dot."""
    name = name[name.rfind("/") + 1 :].lower()
    return name[name.rfind(".") :] if "." in name else ""


def kind_of(path: str) -> str:
    """The kind of a container ("jsonl", "zip", "tar.gz" ...), "one.gz" of a compressed story, "" of a plain one."""
    last = suffix(path)
    if last in _SHORT:
        return f"tar{_SHORT[last]}"
    if last in PACKED:
        return _KINDS.get(suffix(path[: -len(last)]), "one") + PACKED[last]
    return _KINDS.get(last, "")


def parted(kind: str) -> tuple[str, str]:
    """A kind without its compression, and the compression: "" or the suffix that stands for it."""
    bare, dot, packed = kind.partition(".")
    return bare, dot + packed


def story(name: str) -> str:
    """A name without the suffix of its compression."""
    last = suffix(name)
    return name[: -len(last)] if last in PACKED else name


ENDS = frozenset({*_KINDS, *PACKED, *_SHORT})


def of_stories(path: str, suffixes: Collection[str]) -> bool:
    """Whether a file that was met in a folder holds stories: `suffixes` are those of plain ones."""
    bare = parted(kind_of(path))[0]
    return bare != "one" or suffix(story(path)) in suffixes
