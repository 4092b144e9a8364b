"""Settings files: `dedupe.toml`, or `[tool.dedupe]` of `pyproject.toml`; found, checked, and told by their line."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from dedupe import repo, source
from dedupe.choices import Level, Output, Span, Survivor
from dedupe.formats import FORMATS
from dedupe.model import Code, DedupeError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import TypeGuard

    from dedupe.revisions import Revision

    Values = Mapping[str, Any]

LARGEST = 1 << 18  # bytes of a settings file
NAMES = ("dedupe.toml", "pyproject.toml")
TABLES = ("dedupe", "wire-dedupe")
LEVELS = (*Level, "off")


class Kind(NamedTuple):
    """What a setting may be."""

    fits: Callable[[Any], bool]
    must: str
    each: bool = False  # may differ from file to file


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1


def _count(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


def _one_of(names: Sequence[str]) -> Kind:
    return Kind(lambda value: value in names, f"one of {', '.join(names)}")


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _inside(path: object) -> bool:
    """Whether a path leads to nowhere outside of the folder of the settings: a stranger's must not."""
    if not isinstance(path, str) or not path or os.path.isabs(path):
        return False
    return os.path.normpath(path).split(os.sep)[0] != os.pardir


def _reports(value: object) -> bool:
    return _texts(value) and all(
        name in set(Output) and _inside(path) for name, _, path in (each.partition("=") for each in value)
    )


_FLAG = Kind(lambda value: isinstance(value, bool), "true or false")
KINDS: dict[str, Kind] = {
    "threshold": Kind(_number, "a number above 0 and not above 1", each=True),
    "min-words": Kind(_count(1), "a whole number, 1 or more", each=True),
    "keep": _one_of(tuple(Survivor))._replace(each=True),
    "format": _one_of(tuple(FORMATS))._replace(each=True),
    "encoding": Kind(_text, "the name of an encoding, as in 'cp1252'", each=True),
    "text-field": Kind(_text, "a dotted path, as in 'fields.body'", each=True),
    "id-field": Kind(_text, "a dotted path, as in 'fields.id'", each=True),
    "date-field": Kind(_text, "a dotted path, as in 'fields.published'"),
    "require-reasons": _FLAG._replace(each=True),
    "severity": Kind(
        lambda value: isinstance(value, dict), "a table of codes with error, warning, note or off", each=True
    ),
    "scope": _one_of(tuple(Span)),
    "boilerplate-after": Kind(_count(2), "a whole number, 2 or more"),
    "thorough": _FLAG,
    "fail-on": _one_of(tuple(Level)),
    "include": Kind(_texts, "a list of patterns, as in ['posts/**/*.md']"),
    "exclude": Kind(_texts, "a list of patterns, as in ['drafts/']"),
    "force-exclude": _FLAG,
    "baseline": Kind(_inside, "a file in the folder of the settings"),
    "max-suppressions": Kind(_count(0), "a whole number, 0 or more"),
    "output-format": _one_of(tuple(Output)),
    "output-file": Kind(_reports, "a list of FORMAT=PATH, each in the folder of the settings"),
    "jobs": Kind(_count(1), "a whole number, 1 or more"),
    "cache": _FLAG,
    "quiet": _FLAG,
    "verbose": _FLAG,
}


class Override(NamedTuple):
    """Settings of the files that a pattern matches."""

    paths: tuple[str, ...]
    values: Values


class Config(NamedTuple):
    """A settings file, or none."""

    path: str = ""  # as it is shown
    folder: str = ""  # that its paths and patterns count from
    values: Values = MappingProxyType({})
    overrides: tuple[Override, ...] = ()

    def chosen(self) -> Callable[[str], Values]:
        """What the overrides say of a file, the last word first."""
        matchers = [(repo.matcher(each.paths), each.values) for each in self.overrides]

        def of(path: str) -> Values:
            inside = source.beneath(path, self.folder)
            found: dict[str, Any] = {}
            for matches, values in matchers:
                if matches(inside, False):  # noqa: FBT003  it is a file
                    severity = {**found.get("severity", {}), **values.get("severity", {})}
                    found |= {**values, **({"severity": severity} if severity else {})}
            return found

        return of

    def beneath(self, path: str) -> str:
        """A path of the settings as seen from the current folder. Raises DedupeError for a link that leads out."""
        if not self.folder:
            return path
        real, top = os.path.realpath(os.path.join(self.folder, path)), os.path.realpath(self.folder)
        if not real.startswith(os.path.join(top, "")):
            raise DedupeError(f"{self.path}: {path} is led out of the folder of the settings by a link; name another")
        return os.path.relpath(os.path.join(self.folder, path))


def start(paths: Sequence[str], piped: str) -> str:
    """The folder that what is to be read has in common: settings are looked for from there upwards."""
    named = [piped if path == "-" else path for path in paths]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in named if path != "-"]
    try:
        return os.path.commonpath([os.path.abspath(folder or os.curdir) for folder in folders or [os.curdir]])
    except ValueError:  # on several drives
        return os.path.abspath(os.curdir)


def find(folder: str) -> Config:
    """The nearest settings file from a folder up to the top of its repository. Raises DedupeError for a bad one."""
    for here in _upwards(folder):
        for name in NAMES:
            path = os.path.join(here, name)
            if _trusted(path) and (found := _parsed(source.read_bytes(path), path, here)) is not None:
                return found
    return Config()


def read(path: str) -> Config:
    """The settings of a file that was named. Raises DedupeError."""
    folder = os.path.dirname(os.path.abspath(path))
    found = _parsed(source.read_bytes(path), path, folder)
    if found is None:
        raise DedupeError(f"{path}: has no table [tool.dedupe]; write the settings in one, or in a dedupe.toml")
    return found


def at(revision: Revision, folder: str) -> Config:
    """The settings of a folder as they stood at a revision. Raises DedupeError."""
    for here in _upwards(folder):
        for name in NAMES:
            path = os.path.join(here, name)
            inside = revision.inside(path)
            data = revision.read(inside) if inside else None
            if data is not None:
                found = _parsed(data, f"{revision.name}:{inside}", here)
                if found is not None:
                    return found
    return Config()


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return
        folder = above


def _trusted(path: str) -> bool:
    """Whether a settings file that nobody named counts: a regular file, no link, and no other user's."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return False
    own = not hasattr(os, "getuid") or status.st_uid in (0, os.getuid(), os.stat(os.path.dirname(path)).st_uid)
    return stat.S_ISREG(status.st_mode) and own


def _parsed(data: bytes, path: str, folder: str) -> Config | None:
    """The settings in a file; None for a pyproject.toml that has none."""
    shown = source.beneath(path)
    if len(data) > LARGEST:
        raise DedupeError(f"{shown}: too large for a settings file")
    try:
        text = data.decode("utf-8-sig")  # editors of Windows put a mark before it
        said = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        if path.endswith(NAMES[1]) and not re.search(rb"^\s*\[tool\.(wire-)?dedupe\b", data, re.MULTILINE):
            return None  # somebody else's business
        raise DedupeError(f"{shown}: is no valid TOML: {error}") from error
    table: object = said
    prefix = ""
    if os.path.basename(path) == NAMES[1] or path.endswith(f":{NAMES[1]}"):
        tool = said.get("tool")
        names = [name for name in TABLES if isinstance(tool, dict) and name in tool]
        if not names:
            return None
        if len(names) > 1:
            raise DedupeError(f"{shown}: has both [tool.dedupe] and [tool.wire-dedupe]; keep one of them")
        prefix = f"tool.{names[0]}"
        table = said["tool"][names[0]]
    if not isinstance(table, dict):
        raise DedupeError(f"{shown}: [{prefix}] is no table")
    return _checked(table, _Text(text, shown, prefix), folder)


class _Text(NamedTuple):
    """A settings file, for telling where something stands."""

    text: str
    path: str
    prefix: str

    def error(self, said: str, key: str, table: str = "", number: int = 0) -> DedupeError:
        """An error about a key of the table, and of several tables of that name of the `number`-th."""
        wanted = ".".join(part for part in (self.prefix, table) if part)
        here, seen, fallback = "", 0, 0
        pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
        for at, line in enumerate(self.text.split("\n"), 1):
            head = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
            if head:
                here = re.sub(r"""["'\s]""", "", head[1])
                seen += here == wanted and line.lstrip().startswith("[[")
                if line.lstrip().startswith("[[") and here == wanted and seen == number + 1:
                    fallback = at
                elif key in here:
                    fallback = fallback or at
                if here == f"{wanted}.{key}".lstrip(".") or (here == key and not wanted):
                    return DedupeError(f"{self.path}: line {at}: {said}", path=self.path)
            elif here == wanted and seen in (0, number + 1) and pattern.match(line):
                return DedupeError(f"{self.path}: line {at}: {said}", path=self.path)
            elif key in line and not fallback:
                fallback = at
        where = f"line {fallback}: " if fallback else ""
        return DedupeError(f"{self.path}: {where}{said}", path=self.path)


def _checked(table: dict[str, Any], text: _Text, folder: str) -> Config:
    overrides = table.pop("overrides", [])
    if not isinstance(overrides, list) or not all(isinstance(each, dict) for each in overrides):
        raise text.error("overrides must be tables: write [[overrides]]", "overrides")
    _fit(table, KINDS, text, "", 0)
    alone = {key: kind for key, kind in KINDS.items() if kind.each}
    found = []
    for number, values in enumerate(overrides):
        paths = values.pop("paths", None)
        if not _texts(paths) or not paths:
            raise text.error(
                "overrides need paths, a list of patterns, as in paths = ['posts/**']",
                "paths",
                "overrides",
                number,
            )
        _fit(values, alone, text, "overrides", number)
        found.append(Override(tuple(paths), values))
    return Config(text.path, folder, table, tuple(found))


def _fit(values: Values, kinds: Mapping[str, Kind], text: _Text, table: str, number: int) -> None:
    for key, value in values.items():
        if key not in kinds:
            if key in KINDS:
                raise text.error(f"{key} holds for the whole run; it cannot stand in overrides", key, table, number)
            if key == "tool" and not text.prefix:
                raise text.error("[tool.dedupe] is for pyproject.toml; write the settings without it here", key)
            raise text.error(f"{key} is no setting{_near(key, kinds)}", key, table, number)
        if not kinds[key].fits(value):
            said = f"{key} is {_shown(value)}; it must be {kinds[key].must}"
            if isinstance(value, str) and kinds[key].must.startswith("one of"):
                said += _near(value, kinds[key].must[7:].split(", "))
            raise text.error(said, key, table, number)
    for code, level in values.get("severity", {}).items():
        inside = f"{table}.severity".lstrip(".")
        if code not in get_args(Code):
            raise text.error(f"{code} is no code{_near(code, get_args(Code))}", code, inside, number)
        if level not in LEVELS:
            near = _near(level, LEVELS) if isinstance(level, str) else ""
            raise text.error(
                f"{code} is {_shown(level)}; it must be one of {', '.join(LEVELS)}{near}", code, inside, number
            )


def _shown(value: object) -> str:
    said = str(value).lower() if isinstance(value, bool) else repr(value)
    return said if len(said) <= 60 else said[:57] + "..."  # noqa: PLR2004  what fits into a line


def _near(word: str, known: Collection[str]) -> str:
    """What was meant, or else all that is known."""
    return nearest(word, known) or f"; known are {', '.join(known)}"


def toml(values: Values, config: Config) -> Iterator[str]:
    """Settings as a settings file would say them."""
    yield f"# from {config.path}\n" if config.path else "# no settings file\n"
    yield from _table(values)
    for each in config.overrides:
        yield f"\n[[overrides]]\npaths = {_said(list(each.paths))}\n"
        yield from _table(each.values)


def _table(values: Values) -> Iterator[str]:
    for key, value in values.items():
        said = value if not isinstance(value, dict) else {name: value[name] for name in sorted(value)}
        if said is not None:
            yield f"{key} = {_said(said)}\n"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = re.sub('[\\x00-\\x1f\\x7f"\\\\]', lambda found: f"\\u{ord(found[0]):04x}", str(value))
        return f'"{escaped}"'
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_said(each) for each in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_said(each)}" for key, each in value.items()) + " }" if value else "{}"
    return str(value)
