"""What is known of files in which nothing was found: a few numbers by content, settings and version, never any text.

It is only a help: whatever is wrong with it, the files are read and judged as ever.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dedupe import disk
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PATIENCE = 1.0  # seconds that another run may hold it
DAYS = 60  # that an entry is kept
MOST = 2_000_000  # entries
_BLOCK = 500  # keys in one question
_DAY = 86_400


class Clean(NamedTuple):
    """A file in which nothing was found."""

    articles: int
    paragraphs: int


def folder(root: str) -> str:
    """The folder of the cache, or nothing where it cannot be trusted: it must be the user's own, and not in `root`."""
    from platformdirs import user_cache_dir  # noqa: PLC0415  a single story never needs it

    path = os.path.join(user_cache_dir("wire-dedupe", appauthor=False))
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        status = os.lstat(path)
        real, tree = os.path.realpath(path), os.path.realpath(root)
    except (OSError, ValueError):
        return ""
    foreign = hasattr(os, "getuid") and (status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o022)
    within = os.path.join(real, "").startswith(os.path.join(tree, ""))
    return "" if foreign or within or not stat.S_ISDIR(status.st_mode) else path


def key(data: bytes, settings: Iterable[object]) -> bytes:
    """What a file is known by: its bytes, how it was read and judged, and the program that did."""
    head = repr((_program(), *settings)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16, key=hashlib.blake2b(head, digest_size=32).digest()).digest()


@cache
def _program() -> tuple[object, ...]:
    """The version, and when the files of the package were last changed: a developer's are other every hour."""
    top = os.path.dirname(os.path.abspath(__file__))
    latest = 0
    for here, _, names in os.walk(top):
        for name in names:
            if name.endswith(".py"):
                latest = max(latest, os.stat(os.path.join(here, name)).st_mtime_ns)
    return VERSION, latest


def known(store: str, keys: Sequence[bytes]) -> dict[bytes, Clean]:
    """Those of some keys that are known."""
    found: dict[bytes, Clean] = {}
    with suppress(sqlite3.Error, OSError, OverflowError), closing(_opened(store)) as base:
        for at in range(0, len(keys), _BLOCK):
            block = keys[at : at + _BLOCK]
            marks = ",".join("?" * len(block))
            question = f"SELECT key, articles, paragraphs FROM clean WHERE key IN ({marks})"  # noqa: S608  only ?
            for row in base.execute(question, block):
                if all(isinstance(value, int) and value >= 0 for value in row[1:]) and isinstance(row[0], bytes):
                    found[row[0]] = Clean(*row[1:])
    return found


def learn(store: str, rows: Iterable[tuple[bytes, Clean]]) -> None:
    """Keep some more."""
    today = int(time.time()) // _DAY
    values = [(key, *clean, today) for key, clean in rows]
    if not values:
        return
    try:
        with closing(_opened(store)) as base, base:
            base.executemany("INSERT OR REPLACE INTO clean VALUES (?, ?, ?, ?)", values)
            if values[0][0][0] < 4:  # noqa: PLR2004  now and then
                base.execute("DELETE FROM clean WHERE day < ? OR day > ?", (today - DAYS, today + 1))
                base.execute("DELETE FROM clean WHERE (SELECT COUNT(*) FROM clean) > ?", (MOST,))
    except sqlite3.OperationalError:
        return  # another run holds it, or the disk is full
    except (sqlite3.Error, OSError, OverflowError):
        _forget(store)


def _opened(store: str) -> sqlite3.Connection:
    base = sqlite3.connect(_path(store), timeout=PATIENCE)
    try:
        base.executescript("PRAGMA trusted_schema=OFF; PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL;")
        base.execute(
            "CREATE TABLE IF NOT EXISTS clean"
            " (key BLOB PRIMARY KEY, articles INTEGER, paragraphs INTEGER, day INTEGER) WITHOUT ROWID"
        )
    except sqlite3.Error:
        base.close()
        raise
    return base


def _path(store: str) -> str:
    return os.path.join(store, "clean.sqlite")


def _forget(store: str) -> None:
    """Throw a damaged cache away."""
    for end in ("", "-wal", "-shm"):
        disk.discard(_path(store) + end)
