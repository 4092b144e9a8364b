"""The job for GitLab: its script writes the report that its artifact names."""

import json
import os
import subprocess
import sys

import needs
import pytest
import yaml
from runner import ROOT, STUB
from test_cli import TWICE

SNIPPET = ROOT / "docs" / "gitlab.yml"
JOB = yaml.safe_load(SNIPPET.read_text())["dedupe"]


@pytest.fixture
def check(tmp_path):
    """The last line of the script in a folder with one story, with what its first lines install."""
    tree, python = tmp_path / "tree", tmp_path / "python"
    tree.mkdir()
    (tree / "twice.txt").write_text(TWICE)
    python.write_text(STUB.format(python=sys.executable))
    python.chmod(0o755)

    def run(**environment):
        line = JOB["script"][-1].replace("/tmp/dedupe/bin/python", str(python))
        env = {**os.environ, **environment}
        said = subprocess.run(["bash", "-ec", line], cwd=tree, env=env, capture_output=True, text=True, check=False)
        return said.returncode, tree

    return run


def test_the_schema_takes_it():
    command = [needs.command("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", SNIPPET]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_job_leaves_its_report(check):
    status, tree = check()
    assert status == 1
    (issue,) = json.loads((tree / JOB["artifacts"]["reports"]["codequality"]).read_text())
    assert issue["location"] == {"path": "twice.txt", "lines": {"begin": 5, "end": 5}}
    assert JOB["artifacts"]["when"] == "always"


def test_a_merge_request_has_the_settings_of_its_target(check, tmp_path):
    noted = tmp_path / "noted.json"
    base = "0" * 40
    assert check(CI_MERGE_REQUEST_DIFF_BASE_SHA=base, NOTED=str(noted))[0] == 0
    assert json.loads(noted.read_text())[-2:] == [f"--config-from={base}", "."]
