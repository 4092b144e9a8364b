"""The README: every command in it is run, every figure in it is a measured one."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import needs
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHIVES = (ROOT / "docs" / "archives.md").read_text(encoding="utf-8")
BLOCKS = [block for page in (README, ARCHIVES) for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL)]


@pytest.fixture
def desk(tmp_path):
    """A folder with the fixtures, and `dedupe` on the path as the README calls it."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    program = tmp_path / "bin" / "dedupe"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m dedupe "$@"\n')
    program.chmod(0o755)
    return tmp_path


def steps(block):
    """(command, what the README shows of it) for each command of a block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_what_is_shown_is_what_is_printed(desk, block):
    for command, shown in steps(block):
        run = subprocess.run(
            command,
            shell=True,
            cwd=desk,
            env={"PATH": f"{desk / 'bin'}:/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": needs.PACKAGES},
            capture_output=True,
            text=True,
            check=False,
        )
        printed = re.sub(r"undo/[\w.-]+\.jsonl", "undo/TIME.jsonl", run.stdout + run.stderr)
        assert printed.rstrip() == shown.rstrip()


def test_the_library_lines_work(desk, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    shutil.copy(desk / "fixtures/cases/seed-exasperation/story.txt", desk / "story.txt")
    monkeypatch.chdir(desk)
    exec(compile(code, "README", "exec"), {})
    assert "reworded" in capsys.readouterr().out


def test_what_is_to_be_copied_into_a_repository_fits():
    workflow, hooks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)]
    *_, step = workflow["jobs"]["dedupe"]["steps"]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert set(step["with"]) <= set(inputs)
    (named,) = re.findall(r"it also takes (.*?):\n", README)
    assert {it.split(":")[0] for it in re.findall("`(.*?)`", named)} <= set(inputs)
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= known
    assert "docs/gitlab.yml" in README


def last(name):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.jsonl").read_text().rstrip().split("\n")[-1])


def test_the_figures_are_the_last_measured_ones():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import table
    finally:
        sys.path.pop(0)
    assert table.markdown(last("startup"), last("speed")) in README
    assert table.linter(last("lint")) in README
    assert table.judgement(last("quality")) in README
    assert table.facts(last("quality")) in README
    assert table.archives(last("scale")) in README
    assert table.beside(last("peers")) in README
    assert table.desk(last("desk")) in README


def test_both_set_up_commands_are_there():
    (block,) = re.findall(r"<!-- setup -->\n```\n(.*?)```", README, re.DOTALL)
    assert block.split("\n")[:2] == [
        "pip install . && dedupe check fixtures/cases/seed-exasperation/story.txt",
        "pip install '.[test]' && pytest",
    ]


def test_every_setting_is_explained():
    from dedupe import config, options

    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*?) \| (.*?) \|", text, re.MULTILINE)
    named = {name for row, _ in rows[1:] for name in re.findall(r"`\[?([a-z-]+)\]?`", row)}
    assert named == set(config.KINDS) == set(options.DEFAULTS)


def test_the_settings_shown_are_read(tmp_path):
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "dedupe.toml").write_text(block)
    command = [sys.executable, "-P", "-m", "dedupe", "check", "--show-settings"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("# from dedupe.toml\n")
