"""The hooks for pre-commit: their manifest, and both in a repository of their own."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import needs
import pytest
import yaml
from test_cli import CONFLICT, ONCE, TWICE, dedupe

from dedupe.formats import SUFFIXES

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}


def test_both_hooks_are_there():
    assert {name: hook["entry"] for name, hook in HOOKS.items()} == {
        "dedupe-check": "dedupe check",
        "dedupe-fix": "dedupe clean --write",
    }
    for hook in HOOKS.values():
        assert (hook["language"], hook["require_serial"]) == ("python", True)


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_takes_the_files_that_a_folder_is_walked_for(name):
    wanted = re.compile(HOOKS[name]["files"])
    for suffix in SUFFIXES:
        assert wanted.search(f"news/story{suffix}")
        assert wanted.search(f"STORY{suffix.upper()}")
        assert not wanted.search(f"story{suffix}.py")
        assert not wanted.search(f"story{suffix[1:]}")
    said = re.fullmatch(r"\(\?i\)\\\.\((.*)\)\$", HOOKS[name]["files"])[1]
    assert sorted(f".{it}" for it in said.split("|")) == sorted(SUFFIXES)


def test_pre_commit_takes_the_manifest():
    run = subprocess.run(
        [needs.command("pre-commit"), "validate-manifest", MANIFEST], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@pytest.mark.parametrize("name", HOOKS)
def test_the_name_of_a_file_is_no_option(tmp_path, name):
    """A hook is run as its entry, its args, then names of the repository."""
    names = ["--output=x.txt", "--stdin-filename=a.md", "-q.txt"]
    for path in names:
        (tmp_path / path).write_text(TWICE)
    hook = HOOKS[name]
    command = hook["entry"].split()[1:]
    run = dedupe(*command, *hook["args"], *names, cwd=tmp_path)
    if name == "dedupe-check":
        assert run.returncode == 1
        assert all(path in run.stdout.decode() for path in names)
    else:
        assert run.returncode == 0
        assert all((tmp_path / path).read_text() != TWICE for path in names)
    assert {path.name for path in tmp_path.iterdir()} - {".dedupe"} == set(names)


def git(folder, *arguments):
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def commit(folder):
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", "first")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.mark.long
def test_both_hooks_in_a_repository(tmp_path):
    program = needs.command("pre-commit")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    shutil.copytree(needs.PACKAGES + "/dedupe", ours / "dedupe", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, ours / name)
    revision = commit(ours)
    theirs.mkdir()
    (theirs / "twice.txt").write_text(TWICE)
    (theirs / "conflict.md").write_text(CONFLICT)
    (theirs / "once.txt").write_text(ONCE)
    (theirs / "other.py").write_text(f'"""{TWICE}"""\n')
    (theirs / ".pre-commit-config.yaml").write_text(
        yaml.safe_dump({"repos": [{"repo": str(ours), "rev": revision, "hooks": [{"id": name} for name in HOOKS]}]})
    )
    commit(theirs)
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    env["PRE_COMMIT_HOME"] = str(tmp_path / "home")

    def run(hook):
        return subprocess.run(
            [program, "run", "--all-files", "--color=never", hook],
            cwd=theirs,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    found = run("dedupe-check")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "- exit code: 1\n" in found.stdout
    assert "2 errors in 3 stories" in found.stdout
    assert git(theirs, "status", "--porcelain") == ""
    fixed = run("dedupe-fix")
    assert fixed.returncode == 1
    assert "- files were modified by this hook\n" in fixed.stdout
    assert (theirs / "twice.txt").read_text().count("two cranes") == 1
    assert git(theirs, "status", "--porcelain") == " M twice.txt\n"
    (theirs / "conflict.md").write_text(ONCE)
    for hook in HOOKS:
        clean = run(hook)
        assert clean.returncode == 0, clean.stdout
