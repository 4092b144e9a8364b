"""The README: every command in it is run, every figure in it is a measured one."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


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
            env={"PATH": f"{desk / 'bin'}:/usr/bin:/bin", "LANG": "C.UTF-8"},
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


def last(name):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.jsonl").read_text().rstrip().split("\n")[-1])


def test_the_figures_are_the_last_measured_ones():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import table
    finally:
        sys.path.pop(0)
    assert table.markdown(last("startup"), last("speed")) in README
    assert table.judgement(last("quality")) in README
    assert table.facts(last("quality")) in README


def test_both_set_up_commands_are_there():
    (block,) = re.findall(r"<!-- setup -->\n```\n(.*?)```", README, re.DOTALL)
    assert block.split("\n")[:2] == [
        "pip install . && dedupe check fixtures/cases/seed-exasperation/story.txt",
        "pip install '.[test]' && pytest",
    ]
