"""The command line: the only place that prints, exits or catches everything."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dedupe.choices import Level, Output, Span, Survivor, Versions
from dedupe.model import DedupeError
from dedupe.settings import Settings
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.cleaning import Done
    from dedupe.pipeline import Outcome, Reading
    from dedupe.reports.look import Look

app = typer.Typer(
    name="dedupe",
    help="Find paragraphs that stand twice in a story, and cut them without touching another byte.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SHOWN = 3  # paths that are named again in what to type next
SEVERITIES = ("error", "warning", "note")


Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files or folders; - is standard input.")]
OutputFormat = Annotated[Output | None, typer.Option("--output-format", help="How the report is written.")]
OutputFile = Annotated[
    list[str] | None, typer.Option("--output-file", metavar="FORMAT=PATH", help="Also write a report to a file.")
]
FailOn = Annotated[Level, typer.Option("--fail-on", help="Exit with 1 if a finding of this severity or above is left.")]
Format = Annotated[str | None, typer.Option("--format", help="Read every file as this format, whatever its suffix.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="The encoding of all files, if it is not UTF-8.")]
TextField = Annotated[str, typer.Option("--text-field", help="JSON: where a record has its text, as in fields.body.")]
IdField = Annotated[str, typer.Option("--id-field", help="JSON: where a record has its identifier.")]
StdinName = Annotated[str, typer.Option("--stdin-filename", help="The name of the story on standard input.")]
Threshold = Annotated[float, typer.Option("--threshold", help="Jaccard similarity that makes two paragraphs a pair.")]
MinWords = Annotated[int, typer.Option("--min-words", help="Shorter paragraphs and sentences are not compared.")]
Scope = Annotated[Span, typer.Option("--scope", help="Also look for what stands in several articles (archive).")]
BoilerplateAfter = Annotated[
    int, typer.Option("--boilerplate-after", metavar="N", help="Articles that make a passage boilerplate.")
]
Keep = Annotated[Survivor, typer.Option("--keep", help="Which copy stays.")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; by default one a core.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Accepted; nothing is cached.")]
NoConfig = Annotated[bool, typer.Option("--no-config", help="Accepted; no settings file is read.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only, no summary.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say on standard error what is being done.")]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"dedupe {VERSION} (wire-dedupe)")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.command()
def check(
    paths: Paths = None,
    *,
    output_format: OutputFormat = None,
    output_file: OutputFile = None,
    fail_on: FailOn = Level.error,
    threshold: Threshold = 0.5,
    min_words: MinWords = 8,
    scope: Scope = Span.article,
    boilerplate_after: BoilerplateAfter = 10,
    keep: Keep = Survivor.best,
    format: Format = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: Encoding = None,
    text_field: TextField = "",
    id_field: IdField = "",
    stdin_filename: StdinName = "-",
    jobs: Jobs = None,
    no_cache: NoCache = False,  # noqa: ARG001  accepted from the start
    no_config: NoConfig = False,  # noqa: ARG001  accepted from the start
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Find paragraphs and sentences that stand twice, say which copy to cut and why. Nothing is written."""
    settings = _settings(threshold, min_words, keep, scope, boilerplate_after)
    reading = _reading(format, encoding, stdin_filename, text_field, id_field)
    outcomes = _outcomes(paths, settings, reading, jobs, verbose=verbose)
    _report(outcomes, output_format or Output.text, output_file or [], _look("check", paths, settings, quiet=quiet))
    raise typer.Exit(_status(outcomes, fail_on.value))


@app.command()
def clean(
    paths: Paths = None,
    *,
    write: Annotated[bool, typer.Option("--write", help="Clean the files in place, with an undo manifest.")] = False,
    output: Annotated[str | None, typer.Option("--output", help="Write cleaned copies to this file or folder.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Also cut copies whose words would be lost; never a conflict.")
    ] = False,
    manifest: Annotated[str | None, typer.Option("--manifest", help="Where the undo manifest goes.")] = None,
    tracked: Annotated[bool, typer.Option("--tracked", help="DOCX: cut as tracked deletions.")] = False,
    output_format: OutputFormat = None,
    output_file: OutputFile = None,
    fail_on: FailOn = Level.error,
    threshold: Threshold = 0.5,
    min_words: MinWords = 8,
    scope: Scope = Span.article,
    boilerplate_after: BoilerplateAfter = 10,
    keep: Keep = Survivor.best,
    format: Format = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: Encoding = None,
    text_field: TextField = "",
    id_field: IdField = "",
    stdin_filename: StdinName = "-",
    jobs: Jobs = None,
    no_cache: NoCache = False,  # noqa: ARG001  accepted from the start
    no_config: NoConfig = False,  # noqa: ARG001  accepted from the start
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the cuts as a diff; with --write or --output make them."""
    if write and output is not None:
        raise DedupeError("--write and --output exclude each other: choose one")
    if manifest is not None and not write:
        raise DedupeError("--manifest goes with --write: without it nothing is written that could be undone")
    settings = _settings(threshold, min_words, keep, scope, boilerplate_after)
    reading = _reading(format, encoding, stdin_filename, text_field, id_field)
    outcomes = _outcomes(paths, settings, reading, jobs, verbose=verbose)
    from dedupe import cleaning  # noqa: PLC0415  check never needs it

    planned, outcomes, refused = cleaning.plans(outcomes, settings, unsafe=unsafe, tracked=tracked)
    for line in [*(f"error: {it}" for it in refused), *(f"warning: {it}" for plan in planned for it in plan.stale)]:
        _say(line)
    if output_format is not None or output_file or not (write or output is not None):
        look = _look("clean", paths, settings, quiet=quiet, unsafe=unsafe)
        _report(outcomes, output_format or Output.diff, output_file or [], look)
    applied = write or output is not None
    if write:
        done = cleaning.in_place(planned, manifest, settings, outcomes)
    elif output is not None:
        done = cleaning.to(output, paths or ["."], planned, outcomes)
    else:
        done = cleaning.Done()
    _say_done(done, quiet=quiet)
    left = cleaning.left(outcomes, done, planned if applied else [])
    raise typer.Exit(_status(left, fail_on.value))


@app.command()
def restore(
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="The undo manifest that `clean --write` named.")],
    *,
    quiet: Quiet = False,
) -> None:
    """Undo a `clean --write`, byte for byte; files changed since are refused."""
    from dedupe import undo  # noqa: PLC0415  only restore needs it

    results = undo.restore(manifest)
    for result in results:
        if result.failed or not quiet:
            _say(f"{result.path}: {result.message}")
    raise typer.Exit(2 if any(result.failed for result in results) else 0)


@app.command()
def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The earlier version.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later version.")],
    *,
    output_format: Annotated[
        Versions, typer.Option("--output-format", help="How the report is written.")
    ] = Versions.text,
    format: Format = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: Encoding = None,
) -> None:
    """Two versions of one story: changed facts first, then what was dropped, is new, was reworded."""
    from dedupe import pipeline  # noqa: PLC0415  starting must be quick
    from dedupe.compare import compare_versions  # noqa: PLC0415  the same
    from dedupe.reports import versions  # noqa: PLC0415  the same

    reading = pipeline.Reading(format, encoding)
    before, after = (pipeline.one_article(path, reading) for path in (old, new))
    comparison = compare_versions(before, after, Settings())
    if output_format is Versions.json:
        _print([versions.json(old, new, comparison)])
    else:
        _print(versions.text(old, new, comparison, _look("compare")))


@app.command()
def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="exact, reworded, contained, loses, conflict, echo, republished, boilerplate"
        ),
    ],
) -> None:
    """What a code means, with an example."""
    from dedupe.codes import CODES, nearest  # noqa: PLC0415  starting must be quick

    if code not in CODES:
        raise DedupeError(f"{code}: no such code; known are {', '.join(CODES)}{nearest(code)}")
    _print([CODES[code]])


@app.command()
def doctor() -> None:
    """What this installation is made of, and whether another package is in its way."""
    from dedupe import health  # noqa: PLC0415  only doctor needs it

    lines, well = health.examine()
    _print(f"{line}\n" for line in lines)
    raise typer.Exit(0 if well else 2)


def _settings(threshold: float, min_words: int, keep: Survivor, scope: Span, after: int) -> Settings:
    return Settings(threshold, min_words=min_words, keep=keep.value, scope=scope.value, boilerplate_after=after)


def _reading(kind: str | None, encoding: str | None, stdin_name: str, text: str, key: str) -> Reading:
    from dedupe.pipeline import Reading  # noqa: PLC0415  starting must be quick

    return Reading(kind, encoding, stdin_name, text, key)


def _outcomes(
    paths: Sequence[str] | None, settings: Settings, reading: Reading, jobs: int | None, *, verbose: bool
) -> list[Outcome]:
    from dedupe import pipeline  # noqa: PLC0415  starting must be quick

    found = []
    for outcome in pipeline.check_paths(paths or ["."], reading, settings, jobs):
        if outcome.failure is not None:
            _say(f"error: {outcome.failure.message}")
        for review in outcome.reviews:
            if review.article.doubt:
                _say(f"warning: {outcome.path}: {review.article.doubt}; clean will not touch it")
                break
        if verbose and outcome.failure is None:
            _say(f"{outcome.path}: {outcome.articles} read, {outcome.paragraphs} paragraphs")
        found.append(outcome)
    for outcome in [it for it in found if it.hint][:SHOWN]:
        _say(f"warning: {outcome.path}: {outcome.hint}")
    return found


def _look(
    command: str,
    paths: Sequence[str] | None = None,
    settings: Settings | None = None,
    *,
    quiet: bool = False,
    unsafe: bool = False,
) -> Look:
    from shlex import join  # noqa: PLC0415  starting must be quick

    from dedupe.reports.look import Look  # noqa: PLC0415  the same

    terminal = sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 80
    typed = join((paths or ["."])[:SHOWN]) + (" ..." if len(paths or []) > SHOWN else "")
    return Look(max(40, min(width, 120)), color, command, quiet, unsafe, typed, settings or Settings())


def _report(outcomes: Sequence[Outcome], output: Output, files: Sequence[str], look: Look) -> None:
    from dedupe.reports import REPORTS  # noqa: PLC0415  starting must be quick

    wanted = [_named(name) for name in files]
    _print(REPORTS[output.value](outcomes, look))
    for name, path in wanted:
        from dedupe import source  # noqa: PLC0415  a report to a file is rare

        text = "".join(REPORTS[name](outcomes, look._replace(color=False, width=80)))
        source.write_new(path, text.encode("utf-8", "backslashreplace"), replace=True)


def _named(wanted: str) -> tuple[str, str]:
    """The format and path of an --output-file."""
    name, _, path = wanted.partition("=")
    if name not in {output.value for output in Output} or not path:
        known = "|".join(Output)
        raise DedupeError(f"--output-file {wanted}: write it as FORMAT=PATH, with FORMAT one of {known}")
    return name, path


def _status(outcomes: Sequence[Outcome], fail_on: str) -> int:
    if any(outcome.failure for outcome in outcomes):
        return 2
    bad = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return int(any(it.severity in bad for outcome in outcomes for one in outcome.reviews for it in one.findings))


def _print(pieces: Iterable[str]) -> None:
    """Write a report to standard output as UTF-8, or as the terminal wants it."""
    for piece in pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()


def _say(line: str) -> None:
    """One plain line on standard error."""
    from dedupe.reports.look import one_line, unled  # noqa: PLC0415  starting must be quick

    sys.stderr.write(unled(one_line(line)) + "\n")


def _say_done(done: Done, *, quiet: bool) -> None:
    if done.stdout:
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.flush()
    for failure in done.failures:
        _say(f"error: {failure.message}")
    if not quiet:
        for line in done.said:
            _say(line)


def main() -> NoReturn:
    """Run the command; every error is one plain line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace", newline="")
    gc.set_threshold(100_000, 20, 20)  # values are made in bulk and kept: looking for cycles among them is waste
    try:
        _warn_of_clash()
        status = app(standalone_mode=False) or 0
    except BrokenPipeError:
        status = 1
    except KeyboardInterrupt:
        status = 130
    except Exception as error:  # noqa: BLE001  a traceback shown to a user is a defect
        _say(f"error: {_plain_error(error)}")
        status = 2
    _leave(status)


def _plain_error(error: Exception) -> str:
    if isinstance(error, DedupeError):
        return error.message
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return f"{usage().rstrip('.').replace(': Value error,', ':')}; see --help"
    if isinstance(error, MemoryError):
        return "out of memory; check fewer or smaller files at a time"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'output'}: {error.strerror}"
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else "unknown place"
    said = " ".join(str(error).split())[:200]
    what = f"{type(error).__name__} at {where}: {said}"
    return f"a defect in dedupe {VERSION} ({what}); nothing more was done, please report it"


def _warn_of_clash() -> None:
    """Say so when PyPI's `dedupe`, another program with the same package name, is installed over this one."""
    from dedupe import health  # noqa: PLC0415  a folder listing

    clash = health.clash()
    if clash:
        _say(f"warning: {clash}")


def _leave(status: int) -> NoReturn:
    """Exit, quietly even where nobody reads the output any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
