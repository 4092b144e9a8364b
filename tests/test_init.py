"""A repository set up in one command, and what it does then."""

import os
import subprocess
import sys

import pytest
import yaml
from running import dedupe

from dedupe import init

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
FILES = ["dedupe.toml", "dedupe-baseline.json", ".pre-commit-config.yaml", ".github/workflows/dedupe.yml"]


@pytest.fixture
def tree(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.md").write_text(f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n")
    return tmp_path


def test_all_of_it(tree):
    run = dedupe("init", "--yes", cwd=tree)
    assert run.status == 0
    assert all((tree / name).is_file() for name in FILES)
    known = dedupe("check", cwd=tree)
    assert (known.status, known.err) == (0, "")
    assert known.out == "Nothing stands twice (1 story, 3 paragraphs).\n"
    (tree / "b.md").write_text(f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n")
    assert dedupe("check", cwd=tree).status == 1


def test_what_is_there_is_left_as_it_is(tree):
    for name in FILES:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("mine\n" if name.endswith("toml") else "mine: 1\n")
    (tree / "dedupe.toml").write_text('keep = "last"\n')
    before = {name: (tree / name).read_bytes() for name in FILES}
    run = dedupe("init", "--yes", cwd=tree)
    assert run.status == 0
    assert {name: (tree / name).read_bytes() for name in FILES} == before
    assert run.err.count("is there already") == 4
    assert "id: dedupe" in run.err, "it says what to add to the hooks"


def test_settings_in_pyproject_are_not_overridden(tree):
    (tree / "pyproject.toml").write_text('[tool.dedupe]\nbaseline = "known.json"\n')
    run = dedupe("init", "--yes", cwd=tree)
    assert run.err.startswith("dedupe.toml: pyproject.toml has the settings already\nknown.json: accepts 1 finding now")
    assert not (tree / "dedupe.toml").exists()
    assert dedupe("check", cwd=tree).status == 0


def test_a_baseline_that_no_settings_name_is_told(tree):
    (tree / "dedupe.toml").write_text('keep = "last"\n')
    run = dedupe("init", "--yes", cwd=tree)
    assert 'to use it, write baseline = "dedupe-baseline.json" into the settings' in run.err


@pytest.mark.parametrize(
    "before",
    [
        "repos:\n- repo: https://x\n  rev: v1\n  hooks:\n  - id: y\n",
        "fail_fast: true\nrepos:\n    - repo: https://x\n      rev: v1\n      hooks: [{id: y}]",
    ],
)
def test_other_hooks_are_kept(tree, before):
    (tree / ".pre-commit-config.yaml").write_text(before)
    dedupe("init", "--yes", cwd=tree)
    text = (tree / ".pre-commit-config.yaml").read_text()
    assert text.startswith(before)
    assert [one["hooks"][0]["id"] for one in yaml.safe_load(text)["repos"]] == ["y", "dedupe"]
    again = dedupe("init", "--yes", cwd=tree)
    assert "has a hook of dedupe already" in again.err
    assert (tree / ".pre-commit-config.yaml").read_text() == text


def test_the_workflow_hands_no_text_to_a_shell(tree):
    dedupe("init", "--yes", cwd=tree)
    said = yaml.safe_load((tree / ".github" / "workflows" / "dedupe.yml").read_text())
    assert said["permissions"] == {"contents": "read"}
    for step in said["jobs"]["dedupe"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_workflow_runs(tree, tmp_path_factory):
    """Its last step, as GitHub's shell runs it, in a clone whose pull request brings a repeat."""
    (tree / ".git").rmdir()
    names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dedupe("init", "--yes", cwd=tree)
    for line in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *line], cwd=tree, check=True, env={**os.environ, **names})
    said = yaml.safe_load((tree / ".github" / "workflows" / "dedupe.yml").read_text())
    script = said["jobs"]["dedupe"]["steps"][-1]["run"]
    runner = tmp_path_factory.mktemp("runner")
    (runner / "dedupe" / "bin").mkdir(parents=True)
    python = runner / "dedupe" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    env = {**os.environ, "RUNNER_TEMP": str(runner), "GITHUB_STEP_SUMMARY": str(runner / "summary"), "BASE": "HEAD"}
    script = script.replace("-I -m dedupe", "-P -m dedupe")  # the package under test may stand on PYTHONPATH
    clean = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=tree, env=env, capture_output=True, check=False
    )
    assert clean.returncode == 0, clean
    (tree / "b.md").write_text(f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n")
    (tree / "dedupe.toml").write_text('[severity]\nexact = "off"\n')
    found = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=tree, env=env, capture_output=True, check=False
    )
    assert found.returncode == 1
    assert found.stdout.startswith(b"::error file=b.md,line=5")
    assert "b.md" in (runner / "summary").read_text()


def test_without_anybody_to_answer_it_writes_nothing(tree):
    run = subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "init"],
        cwd=tree,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr == b"error: init asks before it writes, and nobody can answer here; say --yes to have all of it\n"
    assert sorted(path.name for path in tree.iterdir()) == [".git", "a.md"]


def test_it_asks_for_each(tree, monkeypatch):
    asked = []
    monkeypatch.setattr("typer.confirm", lambda text, **_: asked.append(text) or "dedupe.toml" in text)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert dedupe("init", cwd=tree).status == 0
    assert [text.split()[1] for text in asked] == FILES
    assert [(tree / name).exists() for name in FILES] == [True, False, False, False]


def test_a_folder_that_is_not_there(tmp_path):
    run = dedupe("init", "nowhere", cwd=tmp_path)
    assert (run.status, run.err) == (2, "error: nowhere: no such folder\n")


def test_it_installs_what_it_came_from(monkeypatch):
    from importlib import metadata

    class Installed:
        def read_text(self, _name):
            return '{"url": "https://x/y.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}'

    monkeypatch.setattr(metadata, "distribution", lambda _name: Installed())
    assert init._requirement() == "wire-dedupe @ git+https://x/y.git@abc"
