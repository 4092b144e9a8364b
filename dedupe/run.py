"""A run over files: what was found, what counts of it, and what the run ends with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dedupe import console
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedupe.accept import Gate, Known
    from dedupe.options import Options
    from dedupe.pipeline import Outcome

SHOWN = 3  # hints that are given
_STORIES = ("", ".txt", ".md", ".markdown", ".html", ".htm", ".xml", ".docx", ".rst")  # plainly no archives


def gathered(given: Mapping[str, object]) -> Options:
    """The settings of a run, by what the parameters of its command hold. Raises DedupeError."""
    from dedupe import options  # noqa: PLC0415  starting must be quick

    if given.get("update_baseline") and given.get("since"):
        raise DedupeError("--update-baseline and --since exclude each other: a baseline is of all that is found")
    return options.gather(given)


def archived(options: Options, given: Mapping[str, object]) -> int | None:
    """What a run over archives ends with, which is a job that can be gone on with; None where it is no such run."""
    asked = given["report"] or given.get("annotate") or given.get("across", "report") != "report"
    plain = (os.path.splitext(path)[1].lower() in _STORIES and not os.path.isdir(path) for path in options.paths)
    if not asked and all(plain):
        return None
    from dedupe import archivist  # noqa: PLC0415  starting must be quick

    if not asked and not any(archivist.is_one(path) for path in options.paths):
        return None
    return archivist.run(options, archivist.wanted_of(given, options))


def outcomes(options: Options, *, cached: bool = False) -> list[Outcome]:
    """What was found in every file; what is wrong with one is said as it comes."""
    from dedupe import options as chosen  # noqa: PLC0415  starting must be quick
    from dedupe import pipeline  # noqa: PLC0415  the same

    found = []
    for each in pipeline.check_paths(options.paths, chosen.run(options, cached=cached)):
        outcome = _silent(each, options)
        if outcome.failure is not None:
            console.say(f"error: {outcome.failure.message}")
        for review in outcome.reviews:
            if review.article.doubt:
                console.say(f"warning: {outcome.path}: {review.article.doubt}; clean will not touch it")
                break
        if options.value("verbose") and outcome.failure is None:
            console.say(f"{outcome.path}: {outcome.articles} read, {outcome.paragraphs} paragraphs")
        found.append(outcome)
    for outcome in [it for it in found if it.hint][:SHOWN]:
        console.say(f"warning: {outcome.path}: {outcome.hint}")
    if not options.value("quiet") and options.since is None:
        _say_unread(options)
    return found


def _say_unread(options: Options) -> None:
    """How many archives stand in the folders beside the stories that were read."""
    folders = [path for path in options.paths if os.path.isdir(path)]
    if not folders:
        return
    from dedupe import archive, source  # noqa: PLC0415  starting must be quick
    from dedupe import options as chosen  # noqa: PLC0415  the same
    from dedupe.formats import SUFFIXES  # noqa: PLC0415  the same

    met = source.walk(folders, archive.ENDS - SUFFIXES.keys(), chosen.run(options).picks)
    unread = [path for path in met if isinstance(path, str) and archive.of_stories(path, SUFFIXES)]
    if unread:
        some = ", ".join(unread[:SHOWN]) + (", ..." if unread[SHOWN:] else "")
        count = "1 archive was" if len(unread) == 1 else f"{len(unread):,} archives were"
        console.say(f"note: {count} not looked at; to have {'it' if len(unread) == 1 else 'them'} read, name {some}")


def _silent(outcome: Outcome, options: Options) -> Outcome:
    """A file that could not be read, where it is said which field holds the text and no record has any there."""
    from dedupe.model import Failure  # noqa: PLC0415  starting must be quick

    meant = outcome.kind == "jsonl" or outcome.path in options.paths
    if not (outcome.hint and options.value("text-field") and meant) or outcome.failure:
        return outcome
    return outcome._replace(failure=Failure(outcome.path, f"{outcome.path}: {outcome.hint}"), hint="")


def counted(
    found: Sequence[Outcome], options: Options, known: Sequence[Known], gate: Gate, *, pruned: bool = True
) -> list[Outcome]:
    """What counts of what was found; comments and baselines that accept nothing any more are said."""
    from dedupe import accept  # noqa: PLC0415  starting must be quick
    from dedupe import options as chosen  # noqa: PLC0415  the same

    outcomes = [accept.through(outcome, gate) for outcome in found]
    for outcome in outcomes:
        for remark in accept.remarks(outcome):
            console.say(f"warning: {remark.path}: line {remark.line}: {remark.message}")
    gone = chosen.stale(known, outcomes, options.root) if known and pruned and options.since is None else 0
    if gone and not options.value("quiet"):
        said = "1 finding of the baseline is gone" if gone == 1 else f"{gone:,} findings of the baseline are gone"
        console.say(f"note: {said}; --update-baseline takes {'it' if gone == 1 else 'them'} out")
    return outcomes


def status(outcomes: Sequence[Outcome], options: Options) -> int:
    """What the run ends with: 2 for what could not be read, 1 for what fails it, else 0."""
    from dedupe import accept  # noqa: PLC0415  starting must be quick

    if any(outcome.failure for outcome in outcomes):
        return 2
    bad = options.failing
    status = any(it.severity in bad for outcome in outcomes for one in outcome.reviews for it in one.findings)
    if "warning" in bad:
        status = status or any(True for outcome in outcomes for _ in accept.remarks(outcome))
    budget, spent = options.value("max-suppressions"), accept.suppressions(outcomes)
    if budget is not None and spent > budget:
        count = "1 comment accepts a repeat" if spent == 1 else f"{spent:,} comments accept repeats"
        console.say(f"error: {count}, {budget:,} may (max-suppressions); mend some of the repeats")
        status = True
    return int(status)


def compare(paths: tuple[str, str], kind: str | None, encoding: str | None, *, as_json: bool) -> None:
    """Print what became of a story between two versions. Raises DedupeError."""
    from dedupe import pipeline  # noqa: PLC0415  starting must be quick
    from dedupe.compare import compare_versions  # noqa: PLC0415  the same
    from dedupe.reports import versions  # noqa: PLC0415  the same
    from dedupe.settings import Settings  # noqa: PLC0415  the same

    before, after = (pipeline.one_article(path, pipeline.Reading(kind, encoding)) for path in paths)
    comparison = compare_versions(before, after, Settings())
    if as_json:
        console.put([versions.json(*paths, comparison)])
    else:
        console.put(versions.text(*paths, comparison, console.look("compare")))


def accept_all(folder: str, path: str) -> None:
    """Write a baseline of a folder."""
    from dedupe import options as chosen  # noqa: PLC0415  only init needs it

    options = chosen.gather({"paths": [folder], "baseline": path})
    said = chosen.update(options, [], outcomes(options))[1]
    if "baseline" not in options.config.values:
        said += f'; to use it, write baseline = "{os.path.basename(path)}" into the settings'
    console.say(said)
