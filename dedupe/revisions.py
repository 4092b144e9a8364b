"""Files as they stood at a revision. git is asked for stored objects only: no setting of it makes it run a program."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dedupe.model import Source

    Spans = Sequence[tuple[int, int]]

PATIENCE = 120  # seconds for one question
LINES = 5_000  # of a file that are held against those of its earlier version one by one

_SAFE = (
    *("--no-pager", "--no-replace-objects"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"),
    *("-c", "core.sshCommand=false", "-c", "core.alternateRefsCommand=false"),
)
_SETTLED = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_WHOLE, _SHORT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}"), re.compile("[0-9a-f]{7,39}")  # names of commits
_BRANCH = re.compile(r"\w[\w./+#-]*")


class Revision(NamedTuple):
    """A commit of a repository, with the object of every file in it."""

    top: str  # the folder of the repository, resolved
    name: str  # as it was asked for
    objects: dict[str, str]  # by the path from the top, with forward slashes
    moved: Mapping[str, str] = MappingProxyType({})  # by the path of today, what it was then
    modules: Mapping[str, str] = MappingProxyType({})  # the commits of its submodules, by their paths

    def inside(self, path: str) -> str | None:
        """A path as this revision knows it; None for what lies outside of the repository."""
        folder, name = os.path.split(os.path.abspath(path))
        full = os.path.join(os.path.realpath(folder), name)
        if not full.startswith(os.path.join(self.top, "")):
            return None
        return os.path.relpath(full, self.top).replace(os.sep, "/")

    def read(self, path: str) -> bytes | None:
        """The bytes of a file as it stood, by its path from the top; None where there was none."""
        found = self.objects.get(path)
        return None if found is None else _git(self.top, "cat-file", "blob", found)

    def same(self, path: str, data: bytes) -> bool:
        """Whether these are the bytes of a file as it stood."""
        found = self.objects.get(path)
        if found is None:
            return False
        kind = hashlib.sha1 if len(found) == 40 else hashlib.sha256  # noqa: PLR2004  digits of git's older hash
        return kind(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == found


def at(name: str, folder: str, *, common: bool = False) -> Revision:
    """A revision of the repository around a folder; with `common` what it and the work of today come from.

    Raises DedupeError where there is no repository, or git does not know the revision.
    """
    real = os.path.realpath(folder)
    top = real
    while not os.path.lexists(os.path.join(top, ".git")):
        top, below = os.path.dirname(top), top
        if top == below:
            raise DedupeError(f"{folder}: is in no git repository, so nothing is known of {name}")
    commit = _commit(top, name)
    if common:
        commit = _merge_base(top, commit) or commit
    listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit)
    if listed is None:
        raise DedupeError(f"{name}: its files are not here; fetch it whole, without a filter")
    objects, modules = {}, {}
    for line in listed.split(b"\0"):
        head, _, path = line.partition(b"\t")
        fields = head.split()
        if len(fields) == 3 and fields[0].startswith(b"100"):  # noqa: PLR2004  mode, type, object: a regular file
            objects[os.fsdecode(path)] = fields[2].decode("ascii")
        elif fields and fields[0] == b"160000":
            modules[os.fsdecode(path)] = fields[2].decode("ascii")
    return Revision(top, name, objects, _moved(top, commit) if common else {}, modules)


@cache
def _module(top: str, path: str, commit: str) -> Revision | None:
    """A submodule as it stood; None where it is not here, or does not know that commit."""
    folder = os.path.join(top, path)
    if not os.path.lexists(os.path.join(folder, ".git")):
        return None
    try:
        return at(commit, folder)
    except DedupeError:
        return None


def _moved(top: str, commit: str) -> dict[str, str]:
    """The paths at a commit of the files that git knows by another name now; stored objects only are compared."""
    said = _git(top, "diff-index", "--cached", "--find-renames", "--diff-filter=R", "--name-status", "-z", commit)
    fields = iter((said or b"").split(b"\0"))
    return {os.fsdecode(new): os.fsdecode(old) for _, old, new in zip(fields, fields, fields, strict=False)}


def _commit(top: str, name: str) -> str:
    found = None if name.startswith("-") else _git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found:
        return found.decode("ascii").strip()
    shallow = os.path.lexists(os.path.join(top, ".git", "shallow"))
    advice = "name a branch, a tag or a commit that `git log` shows"
    if shallow:
        advice = f"this clone is shallow: run `git fetch {_wanted(name)}` first, or check out with fetch-depth: 0"
    raise DedupeError(f"{name}: git knows no such revision here; {advice}")


def _wanted(name: str) -> str:
    """What to fetch into a shallow clone to have a revision."""
    branch = name.removeprefix("origin/")
    if _WHOLE.fullmatch(name):
        return f"--depth=1 origin {name}"
    if "HEAD" in branch or _SHORT.fullmatch(name) or not _BRANCH.fullmatch(branch):
        return "--unshallow"
    return f"--depth=1 origin {branch}:refs/remotes/origin/{branch}"


def _merge_base(top: str, commit: str) -> str | None:
    found = _git(top, "merge-base", commit, "HEAD")
    return found.decode("ascii").split("\n", 1)[0] if found else None


def _git(top: str, *question: str) -> bytes | None:
    """What git answers, or None where it cannot. Raises DedupeError where it is not there or refuses the repository."""
    program = shutil.which("git")
    if program is None or os.path.realpath(program).startswith(os.path.join(top, "")):
        raise DedupeError("git is not installed; it is needed to know an earlier revision")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        run = subprocess.run(  # noqa: S603  a fixed program, and questions that it cannot take for options
            [program, *_SAFE, "-C", top, *question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**kept, **_SETTLED},
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DedupeError(f"git did not answer ({type(error).__name__}); run dedupe without --since") from error
    if run.returncode == 0:
        return run.stdout
    said = run.stderr.decode("utf-8", "replace")
    if "dubious ownership" in said:
        raise DedupeError(
            f"{top}: git refuses a repository that belongs to somebody else; "
            f"run `git config --global --add safe.directory {top}`"
        )
    return None


def since(revision: Revision, item: Source) -> Spans:
    """The bytes of a file that are new or other than they were, in whole lines; of a package all, if any are."""
    if "since" not in item.kept:
        item.kept["since"] = _since(revision, item)
    found: Spans = item.kept["since"]
    return found


def _since(revision: Revision, item: Source) -> Spans:
    inside = revision.inside(item.path)
    within = next((path for path in revision.modules if inside and inside.startswith(f"{path}/")), None)
    if within is not None:
        module = _module(revision.top, within, revision.modules[within])
        return [(0, len(item.data))] if module is None else _since(module, item)
    if inside is not None and inside not in revision.objects:
        inside = revision.moved.get(inside, inside)
    if inside is not None and revision.same(inside, item.file):
        return []
    before = None if inside is None or item.package else revision.read(inside)
    return [(0, len(item.data))] if before is None else changed(before, item.data)


def changed(before: bytes, after: bytes) -> Spans:
    """The bytes of the lines of `after` that `before` has not at that place; the ends of lines do not count."""
    old = [line.rstrip(b"\r") for line in before.split(b"\n")]
    raw = after.split(b"\n")
    new = [line.rstrip(b"\r") for line in raw]
    starts = [0]
    for line in raw:
        starts.append(starts[-1] + len(line) + 1)
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    return [
        (starts[first + start], min(starts[first + end], len(after)))
        for start, end in (_counted(old, new) if max(len(old), len(new)) > LINES else _aligned(old, new))
    ]


def _aligned(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    for tag, _, _, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal" and start < end:
            yield start, end


def _counted(old: Iterable[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Lines that stand more often than they did: what takes time in proportion to the text."""
    more = Counter(new)
    more.subtract(Counter(old))
    for at, line in enumerate(new):
        if line and more[line] > 0:
            yield at, at + 1
