"""What git knows, read from its files: git itself is never run, for a stranger's settings can make it run programs."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import warnings
from typing import TYPE_CHECKING, NamedTuple

from dedupe.disk import read_bytes
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    _Read = Callable[[str], str | None]

# what a hostile repository could make slow is not heeded: then more is read, never less
LARGEST = 1 << 17  # bytes of an ignore file
_DEEPEST = 100  # folders in a path
_WIDEST = 2  # inner `**` in a rule
_STAR = "[^/]*"
_INNER = "(?:/.+)?"


class _Rules(NamedTuple):
    """The rules of one ignore file, the last one first; they speak of paths beneath `folder`."""

    folder: str
    rules: tuple[tuple[bool, re.Pattern[str]], ...]

    def verdict(self, path: str) -> bool | None:
        """Whether the file says to ignore a path (a folder ends in `/`), or None where it says nothing."""
        inside = path[len(self.folder) :]
        for ignore, pattern in self.rules:
            for match in pattern.finditer(inside):
                # a group marks the slash behind a folder: the rule speaks of the path only if that is its last one
                if match.lastgroup is None or match.end(match.lastgroup) == len(inside):
                    return ignore
        return None


def ignored(root: str, read: Callable[[str], str | None] | None = None) -> Callable[[str, bool], bool]:
    """How to ask whether git ignores a path: relative to the folder `root`, and whether it is a folder.

    `read` gives the text of an ignore file, if it is there; without it the files are read as they stand.

    Ask for a folder before what stands in it: what is beneath an ignored folder is not looked for. A root that is
    itself ignored was meant by whoever named it: then only the ignore files inside it count.
    """
    real = _posix(os.path.realpath(root)).rstrip("/") + "/"
    read = read or text
    known = {"": (*_above(real, read), *_load(real, ".gitignore", read))}

    def asked(path: str, folder: bool) -> bool:
        path = _posix(path)
        cut = path.rfind("/")
        rules = _chain(real, path[:cut] if cut >= 0 else "", known, read)
        return bool(rules) and path.count("/") < _DEEPEST and _says(rules, f"{real}{path}/" if folder else real + path)

    return asked


def matcher(lines: Iterable[str]) -> Callable[[str, bool], bool]:
    """How to ask whether patterns, written as in an ignore file, match a path or a folder (True) around it."""
    rules = _Rules("", tuple(reversed([rule for line in lines for rule in rules_of(line)])))

    def asked(path: str, folder: bool) -> bool:
        path = _posix(path)
        steps = [path[:at] for at, mark in enumerate(path) if mark == "/"][:_DEEPEST]
        around = any(rules.verdict(f"{step}/") for step in steps if step)
        return around or bool(rules.verdict(f"{path}/" if folder else path))

    return asked


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _says(rules: Iterable[_Rules], path: str) -> bool:
    verdicts = (each.verdict(path) for each in reversed(tuple(rules)))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _chain(real: str, inside: str, known: dict[str, tuple[_Rules, ...]], read: _Read) -> tuple[_Rules, ...]:
    """The ignore files that speak of what stands in a folder of the tree, the nearest last."""
    missing = []
    while inside not in known:
        missing.append(inside)
        inside = inside[: max(inside.rfind("/"), 0)]
    for folder in reversed(missing):
        known[folder] = (*known[inside], *_load(f"{real}{folder}/", ".gitignore", read))
        inside = folder
    return known[inside]


def _above(real: str, read: _Read) -> tuple[_Rules, ...]:
    """The ignore files from the top of the repository down to the folder over `real`; none if they ignore it."""
    steps = real.rstrip("/").split("/")
    folders = ["/".join(steps[:count]) + "/" for count in range(len(steps), 0, -1)]
    top = next((at for at, folder in enumerate(folders) if os.path.lexists(folder + ".git")), None)
    if top is None:
        return ()
    rules = tuple(_load(folders[top], ".git/info/exclude", read))
    for at in range(top, 0, -1):
        rules = (*rules, *_load(folders[at], ".gitignore", read))
        if _says(rules, folders[at - 1]):
            return ()
    return rules


def _load(folder: str, name: str, read: _Read) -> Iterator[_Rules]:
    """The rules of an ignore file, if it is there: a regular file, never one that a link leads to."""
    found = read(folder + name)
    if found is not None:
        rules = [rule for line in found.removeprefix("\ufeff").split("\n") for rule in rules_of(line)]
        yield _Rules(folder, tuple(reversed(rules)))


def rules_of(line: str) -> Iterator[tuple[bool, re.Pattern[str]]]:
    """What a line of an ignore file means; nothing if git makes nothing of it either."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  where no ignore file stands nobody pays for it

    # what matches everything in a folder must not match the folder itself
    wanted = line + "/*" if line.rstrip().endswith("/**") else line
    with contextlib.suppress(ValueError, re.error), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of `re`, about brackets
        for rule in GitIgnoreSpec.from_lines([wanted]).patterns:
            if rule.include is not None and rule.regex and rule.regex.pattern.count(_INNER) <= _WIDEST:
                yield rule.include, re.compile(_quick(rule.regex.pattern))


def _quick(pattern: str) -> str:
    """The same pattern, without trying other places for what stands between two stars once its first one is found."""
    first, *others = pattern.split(_STAR)
    if not others:
        return first
    *between, last = others
    parts = [f"{_STAR}{part}" if "(?" in part else f"(?>{_STAR}?{part})" for part in between]
    return "".join([first, *parts, _STAR, last])


def text(path: str) -> str | None:
    """The text of a small regular file, or None."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        return read_bytes(path).decode("utf-8", "surrogateescape")
    except (OSError, DedupeError):
        return None
