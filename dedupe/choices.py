"""What an option of the command line may be."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Level(StrEnum):
    """The least severity that makes a run fail."""

    error = "error"
    warning = "warning"
    note = "note"


class Survivor(StrEnum):
    """Which copy stays."""

    best = "best"
    first = "first"
    last = "last"
    longest = "longest"


class Span(StrEnum):
    """What is held against what."""

    article = "article"
    archive = "archive"


class Output(StrEnum):
    """The reports."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    github = "github"
    sarif = "sarif"
    gitlab = "gitlab"
    junit = "junit"
    rdjson = "rdjson"
    markdown = "markdown"
    html = "html"
    diff = "diff"


class Later(StrEnum):
    """What becomes of what stands in several stories."""

    report = "report"
    later = "later"
    superseded = "superseded"


class Versions(StrEnum):
    """The reports of compare."""

    text = "text"
    json = "json"


Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files or folders; - is standard input.")]
OutputFormat = Annotated[
    Output | None,
    typer.Option("--output-format", help="How the report is written (archives: text, json, jsonl, html)."),
]
OutputFile = Annotated[
    list[str] | None, typer.Option("--output-file", metavar="FORMAT=PATH", help="Also write a report to a file.")
]
FailOn = Annotated[
    Level | None, typer.Option("--fail-on", help="Exit with 1 if one of this severity or above is left (error).")
]
Format = Annotated[str | None, typer.Option("--format", help="Read every file as this format, whatever its suffix.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="The encoding of all files, if it is not UTF-8.")]
TextField = Annotated[
    str | None, typer.Option("--text-field", help="JSON, tables: where a record has its text: fields.body.")
]
IdField = Annotated[str | None, typer.Option("--id-field", help="JSON, tables: where a record has its identifier.")]
Across = Annotated[
    Later,
    typer.Option(
        "--across",
        show_default=False,
        help="Archives, scope archive: cut nothing across stories (report), the later copies of a paragraph (later), "
        "or superseded versions (superseded).",
    ),
]
DateField = Annotated[str | None, typer.Option("--date-field", help="Archives: where a record has its date.")]
Report = Annotated[
    str | None, typer.Option("--report", metavar="PAGE.html", help="Archives: also write a page of what was found.")
]
StdinName = Annotated[str | None, typer.Option("--stdin-filename", help="The name of the story on standard input.")]
Threshold = Annotated[float | None, typer.Option("--threshold", help="Jaccard similarity that makes a pair (0.5).")]
MinWords = Annotated[int | None, typer.Option("--min-words", help="Shorter paragraphs are not compared (8).")]
Scope = Annotated[
    Span | None, typer.Option("--scope", help="archive: also look across stories, for repeats and versions.")
]
BoilerplateAfter = Annotated[
    int | None,
    typer.Option(
        "--boilerplate-after", metavar="N", help="Scope archive: stories that make a passage boilerplate (10)."
    ),
]
Thorough = Annotated[
    bool | None, typer.Option("--thorough", help="Scope archive: look closer for reworded copies, at more cost.")
]
Keep = Annotated[Survivor | None, typer.Option("--keep", help="Which copy stays (best).")]
Settings = Annotated[str | None, typer.Option("--config", metavar="FILE", help="The settings file.")]
SettingsFrom = Annotated[
    str | None, typer.Option("--config-from", metavar="REV", help="The settings, as they stand at a git revision.")
]
NoSettings = Annotated[bool | None, typer.Option("--no-config", help="Read no settings file.")]
ForceExclude = Annotated[
    bool | None, typer.Option("--force-exclude", help="What the settings exclude is so even where it is named.")
]
Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="Findings that are accepted and not reported.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="REV", help="Only findings that touch what changed since a revision.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; by default one a core.")]
NoCache = Annotated[bool | None, typer.Option("--no-cache", help="Read and judge every file anew.")]
Quiet = Annotated[bool | None, typer.Option("--quiet", "-q", help="Print findings only, no summary.")]
Verbose = Annotated[bool | None, typer.Option("--verbose", "-v", help="Say on standard error what is being done.")]
Manifest = Annotated[str, typer.Argument(metavar="MANIFEST", help="The undo manifest that `clean` named.")]
From = Annotated[
    str, typer.Option("--from", metavar="PATH", help="Where the cleaned files are, if not where the manifest says.")
]
