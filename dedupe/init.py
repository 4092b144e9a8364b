"""A content repository set up: settings, a baseline, a hook and a workflow; what is there already is left as it is."""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from dedupe import config, disk
from dedupe.formats import SUFFIXES
from dedupe.options import BASELINE
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.config import Config

HOOKS = ".pre-commit-config.yaml"
WORKFLOW = os.path.join(".github", "workflows", "dedupe.yml")

_SETTINGS = f"""\
# Settings of dedupe; `dedupe check --show-settings` prints all of them.

# findings that were there when the check was switched on: only new ones count
baseline = "{BASELINE}"

# what makes a run fail: error, warning or note
fail-on = "error"

# patterns as in a .gitignore
exclude = []

# a comment that accepts a repeat has to say why: <!-- dedupe: keep "the refrain" -->
require-reasons = false

[severity] # error, warning, note or off, by code
# echo = "off"

# [[overrides]]
# paths = ["archive/"]
# min-words = 12
"""
_HOOK = """\
  - repo: local
    hooks:
      - id: dedupe
        name: paragraphs that stand twice
        entry: dedupe check --force-exclude --
        language: python
        additional_dependencies: [{requirement}]
        files: (?i)\\.({suffixes})$
        require_serial: true
"""
_FLOW = """\
name: dedupe
on: pull_request
permissions:
  contents: read
jobs:
  dedupe:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 0
          persist-credentials: false
      - name: install
        env:
          REQUIREMENT: {requirement}
        run: |
          python3 -I -m venv "$RUNNER_TEMP/dedupe"
          "$RUNNER_TEMP/dedupe/bin/python" -I -m pip install --quiet "$REQUIREMENT"
      # the settings are those of the base branch: a pull request cannot switch its own check off
      - name: check
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
        run: |
          "$RUNNER_TEMP/dedupe/bin/python" -I -m dedupe check --config-from="$BASE" --output-format=github \\
            --output-file=markdown="$RUNNER_TEMP/dedupe.md" . || status=$?
          cat "$RUNNER_TEMP/dedupe.md" >> "$GITHUB_STEP_SUMMARY"
          exit "${{status:-0}}"
"""


class Step(NamedTuple):
    """A file that would be written."""

    path: str  # from the folder
    what: str
    text: str  # none: the baseline, which has to be found first
    before: str | None = None  # the text that is there, where it is added to
    skipped: str = ""  # why it is not


def steps(folder: str) -> Iterator[Step]:
    """What there is to write in a folder."""
    requirement = _requirement()
    own = _settings(folder)
    settings = _fresh(folder, "dedupe.toml", "the settings", _SETTINGS)
    yield (
        settings._replace(skipped="pyproject.toml has the settings already")
        if own and not settings.skipped
        else settings
    )
    yield _fresh(
        folder,
        own.values.get("baseline", BASELINE) if own else BASELINE,
        "what stands twice now, so that only what is new counts",
        "",
    )
    yield _hook(folder, _HOOK.format(requirement=json.dumps(requirement), suffixes=_suffixes()))
    flow = _FLOW.format(requirement=json.dumps(requirement))
    yield _fresh(folder, WORKFLOW, "a check of every pull request on GitHub", flow)


def _settings(folder: str) -> Config | None:
    """The settings that hold in a folder already and stand in it, or None. Raises DedupeError for bad ones."""
    top = os.path.abspath(folder)
    found = config.find(top)
    return found if found.path and found.folder == top else None


def write(folder: str, step: Step) -> None:
    """Write a file of a step. Raises DedupeError."""
    path = os.path.join(folder, step.path)
    if step.before is None:
        disk.write_new(path, step.text.encode())
    else:
        digest = hashlib.sha256(step.before.encode()).hexdigest()
        disk.write(path, (step.before + step.text).encode(), expect_sha256=digest)


def _fresh(folder: str, path: str, what: str, text: str) -> Step:
    skipped = "is there already" if os.path.lexists(os.path.join(folder, path)) else ""
    return Step(path, what, text, skipped=skipped)


def _hook(folder: str, text: str) -> Step:
    """The hook: in a file of its own, or behind the others if they end the file that is there."""
    what = "a check before each commit, for pre-commit"
    path = os.path.join(folder, HOOKS)
    if not os.path.lexists(path):
        return Step(HOOKS, what, f"repos:\n{text}")
    before = disk.read_bytes(path).decode("utf-8", "replace")
    keys = re.findall(r"^([^\s#-][^:\n]*):", before, re.MULTILINE)
    found = re.search(r"^( *)- repo:", before, re.MULTILINE)
    if "dedupe" in before:
        return Step(HOOKS, what, text, skipped="has a hook of dedupe already")
    if not keys or keys[-1] != "repos" or found is None or "\ufffd" in before or "\r" in before:
        return Step(HOOKS, what, text, skipped=f"is there already; add this to its repos:\n{text.rstrip()}")
    shifted = re.sub("(?m)^  ", found[1], text)
    return Step(HOOKS, what, shifted if before.endswith("\n") else f"\n{shifted}", before)


def _suffixes() -> str:
    return "|".join(sorted(suffix[1:] for suffix in SUFFIXES))


def _requirement() -> str:
    """What pip installs to have this program: where it came from, or this version of it."""
    from importlib import metadata  # noqa: PLC0415  only init needs it

    try:
        said = json.loads(metadata.distribution("wire-dedupe").read_text("direct_url.json") or "{}")
        if "vcs_info" in said:
            return f"wire-dedupe @ {said['vcs_info']['vcs']}+{said['url']}@{said['vcs_info']['commit_id']}"
    except (metadata.PackageNotFoundError, ValueError, KeyError, TypeError):
        pass
    return f"wire-dedupe=={VERSION}"
