"""What a run was asked for: the command line before the overrides before the settings file before the defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe import accept, cache, config, disk, pipeline, repo, revisions, source
from dedupe.config import Config
from dedupe.model import SEVERITIES, DedupeError
from dedupe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dedupe.accept import Gate, Known
    from dedupe.model import Severity
    from dedupe.pipeline import Outcome, Reading, Run
    from dedupe.revisions import Revision

    Values = Mapping[str, Any]

BASELINE = "dedupe-baseline.json"
DEFAULTS: dict[str, Any] = {
    "threshold": Settings.threshold,
    "min-words": Settings.min_words,
    "keep": Settings.keep,
    "format": None,
    "encoding": None,
    "text-field": "",
    "id-field": "",
    "date-field": "",
    "require-reasons": Settings.require_reasons,
    "severity": {},
    "scope": Settings.scope,
    "boilerplate-after": Settings.boilerplate_after,
    "thorough": Settings.thorough,
    "fail-on": "error",
    "include": [],
    "exclude": [],
    "force-exclude": False,
    "baseline": None,
    "max-suppressions": None,
    "output-format": "text",
    "output-file": [],
    "jobs": None,
    "cache": True,
    "quiet": False,
    "verbose": False,
}


@dataclass(frozen=True)
class Options:
    """The settings of a run."""

    paths: list[str]
    given: Values  # by the command line
    config: Config
    base: Revision | None  # where the settings come from
    since: Revision | None
    stdin_name: str = "-"

    def value(self, key: str) -> Any:  # noqa: ANN401  what a setting may be stands in config.KINDS
        """The value of a setting of the whole run."""
        return next((values[key] for values in (self.given, self.config.values) if key in values), DEFAULTS[key])

    @property
    def failing(self) -> tuple[Severity, ...]:
        """The severities that make a run fail."""
        return SEVERITIES[: SEVERITIES.index(self.value("fail-on")) + 1]

    @property
    def root(self) -> str:
        """The folder that paths are known from."""
        return self.config.folder or os.curdir


def gather(given: Mapping[str, Any]) -> Options:
    """The settings of a run by what its command line says. Raises DedupeError.

    `given` are the options under the names of the command's parameters, None where one was not given.
    """
    paths = given["paths"] or ["."]
    named: dict[str, Any] = {
        name.replace("_", "-"): str(value) if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
    values = {name: value for name, value in named.items() if name in DEFAULTS}
    if named.get("no-cache"):
        values["cache"] = False
    stdin_name = named.get("stdin-filename", "-")
    folder = config.start(paths, stdin_name)
    base = revisions.at(named["config-from"], folder) if "config-from" in named else None
    if named.get("no-config"):
        found = Config()
    elif "config" in named:
        found = config.read(named["config"])
    else:
        found = config.at(base, folder) if base else config.find(folder)
    since = revisions.at(named["since"], folder, common=True) if "since" in named else None
    return Options(paths, values, found, base, since, stdin_name)


def run(options: Options, *, cached: bool = False) -> Run:
    """How the files of a run are found, read and judged; `cached`, whether what was found before may be told again."""
    chosen = options.config.chosen() if options.config.overrides else None
    alone = _alone(options)
    return pipeline.Run(
        *alone({}),
        (lambda path: alone(chosen(options.stdin_name if path == "-" else path))) if chosen else None,
        _picks(options),
        options.value("jobs"),
        cache.folder(options.root) if cached and options.value("cache") else "",
    )


def _alone(options: Options) -> Callable[[Values], tuple[Reading, Settings]]:
    """How a file is read and judged, by what the overrides say of it."""

    def of(override: Values) -> tuple[Reading, Settings]:
        def value(key: str) -> Any:  # noqa: ANN401  as above
            return options.given.get(key, override.get(key, options.value(key)))

        fields = value("format"), value("encoding"), options.stdin_name, value("text-field"), value("id-field")
        settings = Settings(
            value("threshold"),
            min_words=value("min-words"),
            keep=value("keep"),
            scope=options.value("scope"),
            boilerplate_after=options.value("boilerplate-after"),
            thorough=options.value("thorough"),
            require_reasons=value("require-reasons"),
        )
        return pipeline.Reading(*fields, options.config.folder), settings

    return of


def _picks(options: Options) -> source.Picks:
    """Which files are looked at."""
    excluded = repo.matcher(options.value("exclude")) if options.value("exclude") else None
    included = repo.matcher(options.value("include")) if options.value("include") else None
    root, base = options.root, options.base
    own = {os.path.abspath(baseline(options) or BASELINE)}  # what a run writes is no story
    own |= {os.path.abspath(wanted.partition("=")[2]) for wanted in files(options)}

    def left_out(path: str, folder: bool) -> bool:
        if excluded is not None and excluded(source.beneath(path, root), folder):
            return True
        return not folder and os.path.abspath(path) in own

    def stood(path: str) -> str | None:
        """An ignore file as it stood where the settings come from."""
        inside = base.inside(path) if base else None
        if base is None or inside is None or inside.startswith(".git/"):
            return repo.text(path)
        data = base.read(inside)
        return None if data is None or len(data) > repo.LARGEST else data.decode("utf-8", "surrogateescape")

    return source.Picks(
        left_out,
        (lambda path: included(source.beneath(path, root), False)) if included else None,  # noqa: FBT003  a file
        options.value("force-exclude"),
        stood if base else None,
    )


def gate(options: Options, known: Sequence[Known]) -> Gate:
    """Which findings of a run count."""
    overall = options.value("severity")
    chosen = options.config.chosen() if options.config.overrides else None

    def severities(path: str) -> Values:
        return {**overall, **(chosen(path).get("severity", {}) if chosen else {})}

    return accept.Gate(severities, frozenset(each.fingerprint for each in known), options.since)


def baseline(options: Options) -> str | None:
    """The path of the baseline, or None."""
    if "baseline" in options.given:
        return str(options.given["baseline"])
    named = options.value("baseline")
    return None if named is None else options.config.beneath(named)


def known(options: Options, *, wanted: bool = True) -> list[Known]:
    """What the baseline accepts. Raises DedupeError; one that is not there is an error only if it is `wanted`."""
    path = baseline(options)
    if path is None:
        return []
    inside = options.base.inside(path) if options.base else None
    if options.base is not None and inside is not None:
        data = options.base.read(inside)
        return [] if data is None else accept.load(data, f"{options.base.name}:{inside}")
    if not os.path.lexists(path):
        if not wanted:
            return []
        raise DedupeError(f"{path}: no such baseline; write one with --update-baseline", path=path)
    return accept.load(source.read_bytes(path), path)


def update(options: Options, before: Sequence[Known], outcomes: Sequence[Outcome]) -> tuple[list[Known], str]:
    """Write what was found into the baseline; what it accepts now, and what there is to say of it."""
    path = baseline(options) or options.config.beneath(BASELINE)
    root = options.root

    def name(of: str) -> str:
        return source.beneath(of, root)

    files = [outcome for outcome in outcomes if not outcome.piped]
    after = accept.updated(before, files, name, lambda inside: not os.path.lexists(os.path.join(root, inside)))
    disk.write_new(path, accept.dump(after), replace=True)
    added, gone = len(set(after) - set(before)), len(set(before) - set(after))
    count = len(set(after))
    said = f"{path}: accepts {count:,} finding{'s' if count != 1 else ''} now: {added:,} new, {gone:,} gone"
    if baseline(options) is None:
        said += f'; to use it, write baseline = "{BASELINE}" into dedupe.toml or say --baseline {path}'
    return after, said


def stale(before: Sequence[Known], outcomes: Sequence[Outcome], root: str) -> int:
    """How many findings that a baseline accepts are gone from the files that were read."""
    looked = {source.beneath(outcome.path, root) for outcome in outcomes if outcome.failure is None}
    found = {
        accepted.finding.fingerprint
        for outcome in outcomes
        for review in outcome.reviews
        for accepted in review.accepted
    }
    return sum(each.path in looked and each.fingerprint not in found for each in before)


def files(options: Options) -> list[str]:
    """The reports that go to files, as FORMAT=PATH."""
    if "output-file" in options.given:
        return list(options.given["output-file"])
    named = (wanted.partition("=") for wanted in options.value("output-file"))
    return [f"{kind}={options.config.beneath(path)}" for kind, _, path in named]


def shown(options: Options) -> str:
    """All settings of a run, as a settings file would say them."""
    values = {key: options.value(key) for key in DEFAULTS}
    return "".join(config.toml(values, options.config))
