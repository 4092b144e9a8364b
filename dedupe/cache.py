"""What was found in files before, by content, settings and version, so that unchanged ones are only read and hashed.

It is only a help: whatever is wrong with it, the files are judged as ever. What it keeps can be read by nobody who has
not the file itself: it is enciphered under a secret that only the bytes of the file give.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import disk
from dedupe.model import Change, Finding, Place
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE = 1.0  # seconds that another run may hold it
DAYS = 60  # that an entry is kept
MOST = 2_000_000  # entries
_BLOCK = 500  # keys in one question
_DAY = 86_400
_FIELDS = [field.name for field in fields(Finding)]


class Known(NamedTuple):
    """What was found in a file."""

    articles: int
    paragraphs: int
    findings: tuple[tuple[int, tuple[Finding, ...]], ...]  # by the number of the article, where there are any


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


def secret(data: bytes, settings: Iterable[object]) -> bytes:
    """What only the bytes of a file give, with how it was read and judged and the program that did."""
    head = repr((_program(), *settings)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=32, key=hashlib.blake2b(head, digest_size=32).digest()).digest()


def _key(secret: bytes) -> bytes:
    return hashlib.blake2b(secret, digest_size=16, person=b"key").digest()


def _sealed(secret: bytes, said: bytes) -> bytes:
    """A text enciphered and signed; the same call opens one."""
    pad = hashlib.shake_256(secret).digest(len(said))
    return (int.from_bytes(said, "big") ^ int.from_bytes(pad, "big")).to_bytes(len(said), "big")


def _signature(secret: bytes, said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=16, key=secret).digest()


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


def known(store: str, secrets: Iterable[bytes]) -> dict[bytes, Known]:
    """What is known of files, by their secrets."""
    wanted = {_key(secret): secret for secret in secrets}
    keys = list(wanted)
    found: dict[bytes, Known] = {}
    with suppress(sqlite3.Error, OSError, OverflowError), closing(_opened(store)) as base:
        for at in range(0, len(keys), _BLOCK):
            block = keys[at : at + _BLOCK]
            marks = ",".join("?" * len(block))
            for key, said in base.execute(f"SELECT key, said FROM known WHERE key IN ({marks})", block):  # noqa: S608  only ?
                one = _read(wanted.get(key), said)
                if one is not None:
                    found[wanted[key]] = one
    return found


def _read(secret: bytes | None, said: object) -> Known | None:
    """An entry opened; None for one that is not ours."""
    if secret is None or not isinstance(said, bytes):
        return None
    text = _sealed(secret, said[16:])
    if _signature(secret, text) != said[:16]:
        return None
    articles, paragraphs, findings = json.loads(text)
    return Known(articles, paragraphs, tuple((at, tuple(_finding(*each) for each in some)) for at, some in findings))


def _finding(*values: Any) -> Finding:  # noqa: ANN401  what `_written` wrote
    code, severity, action, group, copies, kept, dropped, blocks, jaccard, containment, changes, lost, *rest = values
    return Finding(
        *(code, severity, action, group, copies, Place(*kept), Place(*dropped), blocks, jaccard, containment),
        *(tuple(Change(*each) for each in changes), tuple(lost), *rest),
    )


def _written(secret: bytes, one: Known) -> bytes:
    findings = [[at, [[getattr(each, name) for name in _FIELDS] for each in some]] for at, some in one.findings]
    text = json.dumps([one.articles, one.paragraphs, findings]).encode("ascii")
    return _signature(secret, text) + _sealed(secret, text)


def learn(store: str, rows: Iterable[tuple[bytes, Known]]) -> None:
    """Keep what was found in some files, by their secrets."""
    today = int(time.time()) // _DAY
    values = [(_key(secret), _written(secret, one), today) for secret, one in rows]
    if not values:
        return
    try:
        with closing(_opened(store)) as base, base:
            base.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", values)
            if values[0][0][0] < 4:  # noqa: PLR2004  now and then
                base.execute("DELETE FROM known WHERE day < ? OR day > ?", (today - DAYS, today + 1))
                base.execute("DELETE FROM known WHERE (SELECT COUNT(*) FROM known) > ?", (MOST,))
    except sqlite3.OperationalError:
        return  # another run holds it, or the disk is full
    except (sqlite3.Error, OSError, OverflowError):
        _forget(store)


def _opened(store: str) -> sqlite3.Connection:
    base = sqlite3.connect(_path(store), timeout=PATIENCE)
    try:
        base.executescript("PRAGMA trusted_schema=OFF; PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL;")
        base.execute("CREATE TABLE IF NOT EXISTS known (key BLOB PRIMARY KEY, said BLOB, day INTEGER) WITHOUT ROWID")
    except sqlite3.Error:
        base.close()
        raise
    return base


def _path(store: str) -> str:
    return os.path.join(store, "known.sqlite")


def _forget(store: str) -> None:
    """Throw a damaged cache away."""
    for end in ("", "-wal", "-shm"):
        disk.discard(_path(store) + end)
