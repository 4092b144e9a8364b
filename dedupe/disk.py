"""Files read and replaced whole: the only room that opens, writes, renames or removes one."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import itertools
import os
import re
import stat
import sys
import time
from typing import TYPE_CHECKING

from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | FLAGS
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | FLAGS
_RUN = os.urandom(4).hex()  # tells this process from an earlier one that had the same number
_COUNT = itertools.count()
_TEMPORARY = re.compile(r"\..*\.dedupe-(\d{1,9})-([0-9a-f]{8})-\d+\.tmp", re.DOTALL)
_HOUR = 3600.0
_BLOCK = 1 << 20
_UNSUPPORTED = (errno.EINVAL, errno.ENOTSUP)
_PLAIN = {
    errno.ENOENT: "no such file or folder",
    errno.EISDIR: "it is a folder",
    errno.EACCES: "no permission",
    errno.EPERM: "not permitted",
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error",
    errno.ELOOP: "its links lead in a circle",
}


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, in plain words without the path."""
    if isinstance(error, OSError):
        return _PLAIN.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return "no file can have such a name"


def shown(path: str) -> str:
    """A path as messages name it."""
    return "standard input" if path == "-" else path


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file, or of standard input for `-`. Raises DedupeError; never waits for a FIFO."""
    try:
        if path == "-":
            return _standard_input()
        with open(regular(path, path), "rb", buffering=0) as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise DedupeError(f"{shown(path)}: cannot be read: {reason(error)}", path=path) from error
    except MemoryError as error:
        raise DedupeError(f"{shown(path)}: too large to read; split it into smaller files", path=path) from error


def opened(path: str, buffering: int = 0) -> BinaryIO:
    """A regular file, to be read a little at a time. Raises DedupeError; never waits for a FIFO."""
    try:
        return open(regular(path, path), "rb", buffering=buffering)
    except (OSError, ValueError) as error:
        raise DedupeError(f"{shown(path)}: cannot be read: {reason(error)}", path=path) from error


def digest(path: str) -> str:
    """The SHA-256 of a regular file, read piece by piece. Raises DedupeError."""
    found = hashlib.sha256()
    with opened(path) as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def size(path: str) -> int:
    """The size of a file in bytes, 0 where the system does not tell."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read()


def regular(target: str, path: str) -> int:
    """A descriptor of a regular file; anything else is refused unopened, for opening may wait or set a device going."""
    _regular(os.stat(target).st_mode, path)
    descriptor = os.open(target, _READ)
    try:
        _regular(os.fstat(descriptor).st_mode, path)
    except DedupeError:
        os.close(descriptor)
        raise
    return descriptor


def _regular(mode: int, path: str) -> None:
    if stat.S_ISDIR(mode):
        raise DedupeError(f"{path}: is a folder; a file is needed here", path=path)
    if not stat.S_ISREG(mode):
        raise DedupeError(f"{path}: is a pipe, socket or device, not a file; pipe its text in and name it -", path=path)


def write(path: str, data: bytes, *, expect_sha256: str) -> None:
    """Replace a file whole, keeping mode, owner and extended attributes; on any failure it stays as it was.

    A symlink stays, the file it leads to is replaced. Raises DedupeError, also when the file no longer has
    `expect_sha256`, is read-only or has several hard links.
    """
    pour(path, [data], lambda _: None, expect_sha256=expect_sha256)


def pour(path: str, chunks: Iterable[bytes], prove: Callable[[str], object], *, expect_sha256: str = "") -> None:
    """Write a file piece by piece; `prove` looks at it, by the path it has till then, before it is put in its place.

    It replaces one as `write` does; without `expect_sha256` none may be there. Raises DedupeError, also what `chunks`
    and `prove` raise: then nothing has changed.
    """
    with refusing(path):
        target = os.path.realpath(path)
        if not expect_sha256:
            folders(os.path.dirname(target))
        status = _replaceable(path, target, expect_sha256)
        if status is not None and not os.access(target, os.W_OK):
            raise DedupeError(f"{path}: not written: it is read-only; chmod it first if it may be changed", path=path)
        _put(path, target, chunks, status, lambda it: (prove(it), _replaceable(path, target, expect_sha256)))


def _replaceable(path: str, target: str, expect_sha256: str) -> os.stat_result | None:
    if expect_sha256:
        return _unchanged(path, target, expect_sha256)
    if os.path.lexists(target):
        raise DedupeError(f"{path}: not written: it is there already; choose another name", path=path)
    return None


def write_new(path: str, data: bytes, *, replace: bool = False) -> None:
    """Write a file that is not there yet, whole, with the folders it needs; one with the same bytes is left alone.

    Raises DedupeError; a file with other bytes is replaced only with `replace`.
    """
    with refusing(path):
        target = os.path.realpath(path)
        folders(os.path.dirname(target))
        if not os.path.lexists(target):
            _put(path, target, [data], None, lambda _: _standing(path, target, data))
        elif (old := read_bytes(target)) != data:
            if not replace:
                _standing(path, target, data)
            write(path, data, expect_sha256=hashlib.sha256(old).hexdigest())


def _standing(path: str, target: str, data: bytes) -> None:
    if os.path.lexists(target) and read_bytes(target) != data:
        raise DedupeError(f"{path}: not written: it is there already, with other text; choose another name", path=path)


@contextlib.contextmanager
def refusing(path: str) -> Iterator[None]:
    """What the system refuses becomes a DedupeError about a file."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise DedupeError(f"{path}: not written: {reason(error)}", path=path) from error


def _unchanged(path: str, target: str, expect_sha256: str) -> os.stat_result:
    """What the system knows of a file that may be replaced."""
    with open(regular(target, path), "rb") as file:
        status = os.fstat(file.fileno())
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expect_sha256:
        raise DedupeError(f"{path}: not written: it has changed since it was read; run dedupe again", path=path)
    if status.st_nlink > 1:
        raise DedupeError(
            f"{path}: not written: it has {status.st_nlink} hard links and the others would keep the old text; "
            "make it a file of its own first",
            path=path,
        )
    return status


def _put(
    path: str, target: str, chunks: Iterable[bytes], status: os.stat_result | None, may: Callable[[str], object]
) -> None:
    """Put a file in its place in one step, if at the last moment it still `may`."""
    folder = os.path.dirname(target)
    sweep(folder)
    with folder_of(folder) as flush:
        temporary = _spill(path, target, chunks, status)
        try:
            may(temporary)
            os.replace(temporary, target)
        except BaseException:
            discard(temporary)
            raise
        try:
            flush()
        except OSError as error:
            raise DedupeError(
                f"{path}: written, but not sure to outlast a power failure: {reason(error)}; check the disk", path=path
            ) from error


def _spill(path: str, target: str, chunks: Iterable[bytes], status: os.stat_result | None) -> str:
    """Write a temporary file beside `target`, flushed to the disk and dressed as the file it will replace; its path."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:40]}.dedupe-{os.getpid()}-{_RUN}-{next(_COUNT)}.tmp")
    descriptor = os.open(temporary, NEW, 0o666 if status is None else 0o600)
    try:
        try:
            written = hashlib.sha256()
            for chunk in chunks:
                send(descriptor, chunk)
                written.update(chunk)
            if status is not None:
                _dress(path, target, descriptor, status)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _read_back(path, temporary, written.hexdigest())
    except BaseException:
        discard(temporary)
        raise
    return temporary


def _read_back(path: str, temporary: str, expected: str) -> None:
    if digest(temporary) != expected:
        raise DedupeError(f"{path}: not written: the disk gave other bytes back; check the disk", path=path)


def send(descriptor: int, data: bytes) -> None:
    """Write all of some data."""
    left = memoryview(data)
    while left:
        done = os.write(descriptor, left)
        if not done:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        left = left[done:]


def _dress(path: str, target: str, descriptor: int, status: os.stat_result) -> None:
    """Give a file the owner, extended attributes and mode of `target`; the mode last, for a new owner resets it."""
    mine = os.fstat(descriptor)
    if hasattr(os, "fchown") and (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise DedupeError(
                f"{path}: not written: it belongs to another user or group, which only they could keep so; "
                "run dedupe as its owner",
                path=path,
            ) from error
    _copy_attributes(target, descriptor)
    if hasattr(os, "fchmod") and os.fstat(descriptor).st_mode != status.st_mode:
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _copy_attributes(target: str, descriptor: int) -> None:
    """Give a file the extended attributes of `target` and no others; those that the system itself sets are its own."""
    if sys.platform != "linux":  # elsewhere Python does not reach them
        return
    try:
        wanted = {name: os.getxattr(target, name) for name in os.listxattr(target)}
        present = {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor)}
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return
        raise
    for name in present.keys() | wanted.keys():
        if present.get(name) == wanted.get(name):
            continue
        try:
            if name in wanted:
                os.setxattr(descriptor, name, wanted[name])
            else:
                os.removexattr(descriptor, name)
        except OSError:
            if name.startswith(("user.", "system.posix_acl")):
                raise


def discard(temporary: str) -> None:
    """Take a file of our own away, if it is there and the system lets us."""
    with contextlib.suppress(OSError):
        os.unlink(temporary)


@functools.cache
def sweep(folder: str) -> None:
    """Remove what a killed run left in a folder, once a process."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMPORARY.fullmatch(entry.name) if entry.name.endswith(".tmp") else None
            if match and entry.is_file(follow_symlinks=False) and _left(int(match[1]), match[2], entry.stat()):
                discard(entry.path)


def _left(process: int, run: str, status: os.stat_result) -> bool:
    """Whether the run that wrote a temporary file is gone."""
    if process == os.getpid():
        return run != _RUN
    if time.time() - status.st_mtime > _HOUR:
        return True
    if os.name == "nt":  # there os.kill ends the process it asks about
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


@contextlib.contextmanager
def folder_of(path: str) -> Iterator[Callable[[], None]]:
    """How to flush the names in a folder to the disk; opened first, so that what cannot be flushed is not begun."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        yield lambda: None
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | FLAGS)
    try:
        yield lambda: _flush(descriptor)
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _flush(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


def folders(path: str) -> None:
    """Create a folder and those above it that are missing, each of them flushed to the disk."""
    missing = []
    while not os.path.isdir(path) and path != os.path.dirname(path):
        missing.append(path)
        path = os.path.dirname(path)
    for folder in reversed(missing):
        try:
            os.mkdir(folder)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise DedupeError(f"{folder}: is a file; a folder is needed here", path=folder) from None
        with folder_of(os.path.dirname(folder)) as flush:
            flush()
