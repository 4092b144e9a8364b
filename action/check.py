"""The check of the action: its inputs, which come through the environment, become one list of arguments; no shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
OPTIONS = ("fail-on", "scope", "config", "baseline")
TAKE_IT_OUT = "check the repository out with actions/checkout and fetch-depth: 0"


class Refused(Exception):  # noqa: N818  it is no error of ours
    """Why nothing can be checked, in one line."""


def main() -> int:
    """Check, put the summary where the job shows it, and give the status of the check."""
    try:
        arguments = options(os.environ)
    except Refused as why:
        print(f"error: {why}")
        return 2
    folder = os.environ["RUNNER_TEMP"]
    summary, sarif = os.path.join(folder, "dedupe.md"), os.path.join(folder, "dedupe.sarif")
    for old in (summary, sarif):
        if os.path.lexists(old):
            os.remove(old)
    wanted = [f"--output-file=markdown={summary}"]
    if "true" in (asked("sarif"), asked("comments")):
        wanted.append(f"--output-file=sarif={sarif}")
    python = os.environ.get("PYTHON") or sys.executable
    command = [python, "-I", "-m", "dedupe", "check", "--output-format=github", *wanted, *arguments]
    status = subprocess.run(command, check=False).returncode
    append("GITHUB_STEP_SUMMARY", read(summary) or "**dedupe could not run**: the log of the job says why.\n")
    append("GITHUB_OUTPUT", f"status={status}\nsarif={sarif if os.path.exists(sarif) else ''}\n")
    return status


def asked(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """An input of the action."""
    return environment.get(f"DEDUPE_{name.upper().replace('-', '_')}", "").strip()


def options(environment: Mapping[str, str]) -> list[str]:
    """What dedupe is called with: each option one word with its value, names of files behind `--`."""
    for name in ("sarif", "comments"):
        if asked(name, environment) not in ("", "true", "false"):
            raise Refused(f"the input {name} is neither true nor false")
    base = based(environment)
    said = {name: asked(name, environment) for name in OPTIONS}
    said["config-from"] = revision("config-from", asked("config-from", environment) or ("base" if base else ""), base)
    said["since"] = revision("since", asked("since", environment), base)
    paths = [line.strip() for line in asked("paths", environment).split("\n") if line.strip()]
    named = ["./-" if path == "-" else path for path in paths or ["."]]
    return [f"--{name}={value}" for name, value in said.items() if value] + ["--", *named]


def revision(name: str, asked_for: str, base: str) -> str:
    """A revision as git takes it; `base` is there once it is fetched."""
    if asked_for == "none":
        return ""
    if asked_for != "base":
        return asked_for
    if not base:
        raise Refused(f"the input {name} is base, but this run is for no pull request: name a revision")
    fetch(name, base)
    return base


def based(environment: Mapping[str, str]) -> str:
    """The commit of the base branch that a pull request or a merge queue is for, or nothing."""
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError):
        event = {}
    if "pull_request" in event:
        base = event["pull_request"]["base"]["sha"]
    elif "merge_group" in event:
        base = event["merge_group"]["base_sha"]
    else:
        return ""
    if not isinstance(base, str) or not COMMIT.fullmatch(base):
        raise Refused("the event of this run names no commit of the base branch")
    return base


def fetch(name: str, commit: str) -> None:
    """See to it that a commit is there, in a shallow clone, too; without it nothing is checked."""
    if not git("cat-file", "-e", f"{commit}^{{commit}}"):
        shallow = ["--depth=1"] if git("rev-parse", "--is-shallow-repository") == "true" else []
        git("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *shallow, "origin", commit)
        if not git("cat-file", "-e", f"{commit}^{{commit}}"):
            raise Refused(
                f"{name} needs the commit {commit} of the base branch, which cannot be fetched: {TAKE_IT_OUT}"
            )


def git(*arguments: str) -> str:
    """What git prints, `done` where that is nothing; nothing where it fails."""
    command = ["git", "-c", f"safe.directory={os.getcwd()}", "-c", "core.fsmonitor=false", *arguments]
    try:
        env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        run = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return "" if run.returncode else run.stdout.strip() or "done"


def read(path: str) -> str:
    """A report, or nothing where none was written."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def append(name: str, text: str) -> None:
    """Add to a file that the runner reads, where there is one."""
    path = os.environ.get(name)
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
