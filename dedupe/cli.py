"""The command line: the only place that prints, exits or catches everything."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import Annotated, NoReturn

import typer

from dedupe import choices, console, run
from dedupe.choices import (
    Baseline,
    BoilerplateAfter,
    DateField,
    Encoding,
    FailOn,
    ForceExclude,
    Format,
    From,
    IdField,
    Jobs,
    Keep,
    Manifest,
    MinWords,
    NoCache,
    NoSettings,
    Output,
    OutputFile,
    OutputFormat,
    Paths,
    Quiet,
    Report,
    Scope,
    SettingsFrom,
    Since,
    StdinName,
    TextField,
    Thorough,
    Threshold,
    Verbose,
    Versions,
)
from dedupe.model import DedupeError
from dedupe.version import VERSION

app = typer.Typer(
    name="dedupe",
    help="Find paragraphs that stand twice in a story, and cut them without touching another byte.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    fail_on: FailOn = None,
    threshold: Threshold = None,
    min_words: MinWords = None,
    scope: Scope = None,
    boilerplate_after: BoilerplateAfter = None,
    thorough: Thorough = None,
    keep: Keep = None,
    format: Format = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: Encoding = None,
    text_field: TextField = None,
    id_field: IdField = None,
    date_field: DateField = None,
    report: Report = None,
    stdin_filename: StdinName = None,
    config: choices.Settings = None,
    config_from: SettingsFrom = None,
    no_config: NoSettings = None,
    force_exclude: ForceExclude = None,
    baseline: Baseline = None,
    since: Since = None,
    jobs: Jobs = None,
    no_cache: NoCache = None,
    quiet: Quiet = None,
    verbose: Verbose = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept all that is found now; then only what is new counts.")
    ] = False,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print the settings of this run, and do nothing else.")
    ] = False,
) -> None:
    """Find paragraphs and sentences that stand twice, say which copy to cut and why. Nothing is written."""
    given = locals()
    options = run.gathered(given)
    from dedupe import options as chosen  # noqa: PLC0415  starting must be quick

    if show_settings:
        console.put([chosen.shown(options)])
        return
    status = run.archived(options, given)
    if status is not None:
        raise typer.Exit(status)
    from dedupe import accept  # noqa: PLC0415  the same

    known = chosen.known(options, wanted=not update_baseline)
    gate = chosen.gate(options, known)
    found = run.outcomes(options, cached=True)
    outcomes = run.counted(found, options, known, gate, pruned=not update_baseline)
    if update_baseline:
        known, said = chosen.update(options, known, outcomes)
        gate = chosen.gate(options, known)
        outcomes = [accept.through(outcome, gate) for outcome in outcomes]
        console.say(said)
    console.report(
        outcomes, options.value("output-format"), chosen.files(options), console.look("check", options, gate)
    )
    raise typer.Exit(run.status(outcomes, options))


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
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Archives: change no text; write what was found, as notes beside it.")
    ] = False,
    across: choices.Across = choices.Later.report,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be cut.")] = False,
    tracked: Annotated[bool, typer.Option("--tracked", help="DOCX: cut as tracked deletions.")] = False,
    output_format: OutputFormat = None,
    output_file: OutputFile = None,
    fail_on: FailOn = None,
    threshold: Threshold = None,
    min_words: MinWords = None,
    scope: Scope = None,
    boilerplate_after: BoilerplateAfter = None,
    thorough: Thorough = None,
    keep: Keep = None,
    format: Format = None,  # noqa: A002  the name CONTRACT.md gives it
    encoding: Encoding = None,
    text_field: TextField = None,
    id_field: IdField = None,
    date_field: DateField = None,
    report: Report = None,
    stdin_filename: StdinName = None,
    config: choices.Settings = None,
    config_from: SettingsFrom = None,
    no_config: NoSettings = None,
    force_exclude: ForceExclude = None,
    baseline: Baseline = None,
    since: Since = None,
    jobs: Jobs = None,
    no_cache: NoCache = None,
    quiet: Quiet = None,
    verbose: Verbose = None,
) -> None:
    """Show the cuts as a diff; with --write or --output make them."""
    if write and output is not None:
        raise DedupeError("--write and --output exclude each other: choose one")
    given = locals()
    options = run.gathered(given)
    status = run.archived(options, given)
    if status is not None:
        raise typer.Exit(status)
    if dry_run:
        write, output = False, None
    if manifest is not None and not (write or output is not None):
        raise DedupeError("--manifest goes with --write or --output: without them nothing is written to be undone")
    from dedupe import cleaning  # noqa: PLC0415  check never needs it
    from dedupe import options as chosen  # noqa: PLC0415  starting must be quick

    known = chosen.known(options)
    gate = chosen.gate(options, known)
    outcomes = run.counted(run.outcomes(options), options, known, gate)
    planned, outcomes, refused = cleaning.plans(outcomes, gate, unsafe=unsafe, tracked=tracked)
    for line in [*(f"error: {it}" for it in refused), *(f"warning: {it}" for plan in planned for it in plan.stale)]:
        console.say(line)
    if output_format is not None or output_file or not (write or output is not None):
        look = console.look("clean", options, gate, unsafe=unsafe)
        files = chosen.files(options) if output_file else []
        console.report(outcomes, output_format or Output.diff, files, look)
    applied, settings = write or output is not None, chosen.run(options).settings
    if write:
        done = cleaning.in_place(planned, manifest, settings, outcomes)
    elif output is not None:
        done = cleaning.to(output, options.paths, planned, outcomes, manifest, settings)
    else:
        done = cleaning.Done()
    quiet = options.value("quiet")
    console.say_done(done, quiet=quiet)
    left = cleaning.left(outcomes, done, planned if applied else [])
    if applied and not quiet:
        console.say_left(left)
    raise typer.Exit(run.status(left, options))


@app.command()
def restore(
    manifest: Manifest,
    *,
    cleaned: From = "",
    output: Annotated[
        str, typer.Option("--output", metavar="PATH", help="Where the originals go, if not where they were.")
    ] = "",
    quiet: Quiet = None,
) -> None:
    """Undo a `clean`, byte for byte; what has changed since is refused."""
    from dedupe import restoring  # noqa: PLC0415  few commands need it

    results = restoring.restore(manifest, restoring.Elsewhere(cleaned, output))
    raise typer.Exit(console.say_restored(results, quiet=quiet))


@app.command()
def verify(manifest: Manifest, *, cleaned: From = "", quiet: Quiet = None) -> None:
    """Prove that the originals can be rebuilt from a manifest, writing nothing."""
    from dedupe import restoring  # noqa: PLC0415  few commands need it

    results = restoring.verify(manifest, restoring.Elsewhere(cleaned))
    raise typer.Exit(console.say_restored(results, quiet=quiet, proving=True))


@app.command()
def erase(
    stories: Annotated[
        list[str],
        typer.Argument(metavar="STORY...", help="The path of a story, or the key of a record, or PATH#KEY."),
    ],
    *,
    inside: Annotated[
        list[str] | None,
        typer.Option("--in", metavar="PATH", help="Manifests, journals, reports, or folders of them (.dedupe)."),
    ] = None,
) -> None:
    """Take stories out of manifests, journals and reports for good, as a law may demand."""
    from dedupe import erase as erasing  # noqa: PLC0415  few commands need it

    failed = False
    for said in erasing.erase(stories, inside or [erasing.FOLDER]):
        failed |= said.failed
        console.say(said.message)
    raise typer.Exit(2 if failed else 0)


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
    run.compare((old, new), format, encoding, as_json=output_format is Versions.json)


@app.command()
def desk(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Stories to open.")] = None,
    *,
    host: Annotated[str, typer.Option("--host", help="Where it listens; beyond this machine only with --token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", help="The port; by default a free one.", min=0, max=65535)] = 0,
    token: Annotated[
        str | None, typer.Option("--token", metavar="FILE", help="A file with the secret of programs that may ask.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Also a name that it is asked under, as behind a proxy.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Check a story on a page of this machine, and leave with the cleaned text; also the HTTP API. Ctrl-C ends it."""
    from dedupe.desk import server  # noqa: PLC0415  only desk needs it

    server.serve(files or [], server.Place(host, port, token, name or []), browse=not no_browser)


@app.command()
def init(
    folder: Annotated[str, typer.Argument(metavar="[FOLDER]", help="The top of the repository.")] = ".",
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do all of it without asking.")] = False,
) -> None:
    """Set a content repository up: settings, a baseline, a hook and a workflow, after asking."""
    from dedupe import init as setup  # noqa: PLC0415  only init needs it

    if not os.path.isdir(folder):
        raise DedupeError(f"{folder}: no such folder")
    if not yes and not sys.stdin.isatty():
        raise DedupeError("init asks before it writes, and nobody can answer here; say --yes to have all of it")
    for step in setup.steps(folder):
        path = os.path.normpath(os.path.join(folder, step.path))
        if step.skipped:
            console.say(f"{path}: {step.skipped}")
        elif yes or typer.confirm(f"Write {path} ({step.what})?", default=True, err=True):
            if step.text:
                setup.write(folder, step)
                console.say(f"{path}: written, {step.what}")
            else:
                run.accept_all(folder, path)
    console.say("Look at what was written, and commit it.")


@app.command()
def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="exact, reworded, contained, loses, conflict, echo, republished, boilerplate, version"
        ),
    ],
) -> None:
    """What a code means, with an example."""
    from dedupe.codes import CODES  # noqa: PLC0415  starting must be quick
    from dedupe.model import nearest  # noqa: PLC0415  the same

    if code not in CODES:
        raise DedupeError(f"{code}: no such code; known are {', '.join(CODES)}{nearest(code, CODES)}")
    console.put([CODES[code]])


@app.command()
def doctor() -> None:
    """What this installation is made of, and whether another package is in its way."""
    from dedupe import health  # noqa: PLC0415  only doctor needs it

    lines, well = health.examine()
    console.put(f"{line}\n" for line in lines)
    raise typer.Exit(0 if well else 2)


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
        console.say(f"error: {console.plain_error(error)}")
        status = 2
    _leave(status)


def _warn_of_clash() -> None:
    """Say so when PyPI's `dedupe`, another program with the same package name, is installed over this one."""
    from dedupe import health  # noqa: PLC0415  a folder listing

    clash = health.clash()
    if clash:
        console.say(f"warning: {clash}")


def _leave(status: int) -> NoReturn:
    """Exit, quietly even where nobody reads the output any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
