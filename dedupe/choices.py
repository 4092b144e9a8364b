"""What an option of the command line may be."""

from __future__ import annotations

from enum import StrEnum


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
    diff = "diff"


class Versions(StrEnum):
    """The reports of compare."""

    text = "text"
    json = "json"
