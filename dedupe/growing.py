"""Private files that grow: the manifest of a run, and the files of a job, which goes on with them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys

from dedupe.disk import FLAGS, NEW, discard, folder_of, folders, reason, refusing, regular, send
from dedupe.model import DedupeError

BUFFER = 1 << 20  # bytes that are read at once
GATHERED = 64  # pieces that are written in one go


class Journal:
    """A new private file that only grows; what `add` has returned from is on the disk."""

    def __init__(self, path: str) -> None:
        """Create the file, mode 0600, and the folders it needs. Raises DedupeError; FileExistsError if it is there."""
        self.path = path
        self._broken = ""
        try:
            folder = os.path.dirname(os.path.abspath(path))
            folders(folder)
            with folder_of(folder) as flush:
                self._descriptor = os.open(path, NEW | os.O_APPEND, 0o600)
                flush()
        except FileExistsError:
            raise
        except (OSError, ValueError) as error:
            raise DedupeError(f"{path}: cannot be created: {reason(error)}", path=path) from error

    def add(self, data: bytes) -> None:
        """Append and flush to the disk. Raises DedupeError; after that nothing can be added any more."""
        if not self._broken:
            try:
                send(self._descriptor, data)
                os.fsync(self._descriptor)
            except OSError as error:
                self._broken = reason(error)
        if self._broken:
            raise DedupeError(f"{self.path}: cannot be written: {self._broken}", path=self.path)

    def close(self) -> None:
        """Close the file; all of it is on the disk already."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class Tail:
    """A private file that a job adds to, and goes on with where it had got to when it was stopped."""

    def __init__(self, path: str, size: int = 0, sha256: str = "") -> None:
        """Open the file, mode 0600, or create it, and keep the first `size` bytes of it, if they have that hash.

        Raises DedupeError.
        """
        self.path, self.size = path, size
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        with refusing(path):
            folders(os.path.dirname(os.path.abspath(path)))
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | FLAGS, 0o600)
            status = os.fstat(self._descriptor)
            whole = stat.S_ISREG(status.st_mode) and status.st_size >= size
            if not whole or (sha256 and self._read(size) != sha256):
                raise DedupeError(
                    f"{path}: is not what the job left there; remove its folder and start again", path=path
                )
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)

    def _read(self, size: int) -> str:
        """The hash of the first bytes."""
        while size and (block := os.read(self._descriptor, min(size, BUFFER))):
            self._hash.update(block)
            size -= len(block)
        return self.sha256

    @property
    def sha256(self) -> str:
        """The hash of all that was added, since the file was opened or with what was kept of it by its hash."""
        return self._hash.hexdigest()

    def add(self, data: bytes) -> None:
        """Append. Raises DedupeError."""
        if data:
            self._hash.update(data)
            self._waiting.append(data)
            self.size += len(data)
            if len(self._waiting) > GATHERED:
                self._write()

    def cut(self, size: int) -> None:
        """Take away all behind the first `size` bytes. Raises DedupeError."""
        self._write()
        with refusing(self.path):
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)
        self.size = size

    def _write(self) -> None:
        with refusing(self.path):
            send(self._descriptor, b"".join(self._waiting))
        self._waiting = []

    def flush(self) -> None:
        """Put all of it on the disk. Raises DedupeError."""
        self._write()
        with refusing(self.path):
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        self._write()
        os.close(self._descriptor)


LOCK = "lock"


def remove_folder(path: str) -> None:
    """Take a folder of our own away, with the files in it; the one that keeps others out goes last."""
    with contextlib.suppress(OSError):
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name == LOCK):
            if entry.is_file(follow_symlinks=False):
                discard(entry.path)
        os.rmdir(path)


def locked(folder: str) -> int | None:
    """Keep other processes out of a folder while a descriptor is open; None where another has. Raises DedupeError."""
    path = os.path.join(folder, LOCK)
    while True:
        private_folder(folder)
        with refusing(path):
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | FLAGS, 0o600)
            except FileNotFoundError:  # the one that had it has taken the folder away
                continue
            try:
                _lock(descriptor)
            except OSError:
                os.close(descriptor)
                return None
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                    return descriptor
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock a file for this process alone: those that it forks do not hold it. Raises OSError where another has."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  there is only one of the two

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  as above

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def private_folder(path: str) -> None:
    """A folder that only its owner reads, with those above it. Raises DedupeError."""
    with refusing(path):
        folders(os.path.dirname(os.path.abspath(path)))
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
        if os.path.islink(path) or not os.path.isdir(path):
            raise DedupeError(f"{path}: is no folder of dedupe's own; remove it", path=path)


class Parts:
    """A file of which some parts are read."""

    def __init__(self, path: str) -> None:
        """Open it. Raises DedupeError."""
        self.path = path
        try:
            self._file = open(regular(path, path), "rb", buffering=0)  # noqa: SIM115  closed when nobody holds it
        except (OSError, ValueError) as error:
            raise DedupeError(f"{path}: cannot be read: {reason(error)}", path=path) from error

    def read(self, start: int, size: int) -> bytes:
        """A part, shorter where the file ends. Raises DedupeError."""
        try:
            if hasattr(os, "pread"):  # which leaves the place of a file alone that forked processes share
                return os.pread(self._file.fileno(), size, start)
            self._file.seek(start)
            return self._file.read(size)
        except OSError as error:
            raise DedupeError(f"{self.path}: cannot be read: {reason(error)}", path=self.path) from error
