"""The action for GitHub: its scripts run in bash as the runner runs them, with inputs that would like to be run too."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import hostile
import needs
import pytest
import yaml
from runner import ACTION, ROOT, STEPS, Runner
from test_cli import CONFLICT, ONCE, TWICE
from test_hooks import commit, git
from test_reports import VALIDATOR, commands

TEXTS = ("paths", "fail-on", "scope", "config", "config-from", "since", "baseline")
HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned #",
    "' ; touch pwned ; '",
    '" ; touch pwned ; "',
    "x && touch pwned",
    "| touch pwned",
    "${{ github.token }}",
    "--output-file=json=pwned",
    "--update-baseline",
    "x\n::error::owned",
    "x\n::add-mask::owned\n",
    "##[error]owned",
    "x\r\nstatus=0",
    "\u202eevil",
    "\x1b[31mred",
    "*",
    "~",
    "-",
]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "tree"
    path.mkdir()
    return path


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_schema_takes_it():
    command = [needs.command("check-jsonschema"), "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_expression_stands_in_a_script():
    for step in STEPS:
        if "run" in step:
            assert "${{" not in step["run"]
            assert step["shell"] == "bash"
            assert set(re.findall(r"\$(\w+)", step["run"])) <= set(step["env"])
    for script in (ROOT / "action").iterdir():
        assert "${{" not in script.read_text()
    given = {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
    passed = {value for step in STEPS for value in step.get("env", {}).values() if "inputs." in value}
    assert passed == given


def test_only_the_review_sees_the_token():
    for step in STEPS:
        said = yaml.safe_dump(step)
        assert ("token" in said) == ("comments.py" in said)


def test_every_input_is_explained_and_optional():
    for given in ACTION["inputs"].values():
        assert set(given) == {"description", "default"}
        assert given["description"].endswith(".")


def test_a_run_annotates_and_sums_up(folder):
    (folder / "twice.txt").write_text(TWICE)
    (folder / "once.txt").write_text(ONCE)
    runner = Runner(folder, sarif="true")
    run = runner.check()
    assert (run.returncode, run.stderr) == (1, "")
    ((command, where, _),) = commands(run.stdout)
    assert (command, where["file"], where["line"]) == ("error", "twice.txt", "5")
    assert runner.summary.read_text().startswith("**dedupe: 1 error** in 2 stories")
    assert runner.values["steps.check.outputs.status"] == "1"
    report = Path(runner.values["steps.check.outputs.sarif"])
    VALIDATOR.validate(json.loads(report.read_text()))
    assert files(folder) == ["once.txt", "twice.txt"]


def test_nothing_found_is_green_and_what_cannot_run_is_not(folder):
    (folder / "once.txt").write_text(ONCE)
    runner = Runner(folder)
    assert runner.check().returncode == 0
    assert runner.values["steps.check.outputs.sarif"] == ""
    (folder / "once.txt").write_bytes(b"\xff\xfea")
    assert runner.check().returncode == 2
    assert runner.values["steps.check.outputs.status"] == "2"
    assert "1 file could not be read" in runner.summary.read_text()
    runner.values["inputs.fail-on"] = "nothing"
    assert runner.check().returncode == 2
    assert runner.summary.read_text().endswith("**dedupe could not run**: the log of the job says why.\n")


def test_a_file_in_the_tree_is_not_imported(folder):
    (folder / "dedupe").mkdir()
    (folder / "dedupe" / "__init__.py").write_text("open('pwned', 'w')\n")
    (folder / "json.py").write_text("open('pwned', 'w')\n")
    (folder / "sitecustomize.py").write_text("open('pwned', 'w')\n")
    (folder / "twice.txt").write_text(TWICE)
    before = files(folder)
    assert Runner(folder).check().returncode == 1
    assert files(folder) == before


@pytest.mark.parametrize("payload", HOSTILE, ids=ascii)
def test_an_input_is_a_word_and_never_run(folder, payload):
    runner = Runner(folder, **{name.replace("-", "_"): payload for name in TEXTS})
    run = runner.check(note=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    options = [f"--{name}={payload.strip()}" for name in TEXTS if name != "paths"]
    lines = [line.strip() for line in payload.split("\n") if line.strip()]
    words = runner.arguments()
    at = words.index("--")
    assert words[0] == "check"
    assert sorted(words[1:at]) == sorted(options)
    assert words[at + 1 :] == ["./-" if line == "-" else line for line in lines]
    assert files(folder) == []


@pytest.mark.parametrize(
    "payload",
    [
        *HOSTILE[::4],
        *(pytest.param(one, marks=pytest.mark.long) for at, one in enumerate(HOSTILE) if at % 4),
    ],
    ids=ascii,
)
def test_hostile_inputs_run_for_real(folder, payload):
    (folder / "twice.txt").write_text(TWICE)
    for name in ("paths", "fail-on"):
        runner = Runner(folder, **{name.replace("-", "_"): payload})
        run = runner.check()
        assert run.returncode == 2
        titles = [(command, where.get("title")) for command, where, _ in commands(run.stdout)]
        assert set(titles) <= {("error", "dedupe")}  # what could not be read, as the report says it
        assert hostile.log_commands(run.stderr) == []
        assert not hostile.CONTROLS.search(run.stdout + run.stderr)
        assert files(folder) == ["twice.txt"]
        shutil.rmtree(runner.temporary)


@pytest.mark.parametrize("name", ["sarif", "comments"])
@pytest.mark.parametrize("payload", ["yes", "True", "$(touch pwned)", "x\n::error::owned", "true\nstatus=0"], ids=ascii)
def test_a_switch_is_true_or_false(folder, name, payload):
    run = Runner(folder, **{name: payload}).check(note=True)
    assert (run.returncode, run.stdout) == (2, f"error: the input {name} is neither true nor false\n")
    assert files(folder) == []


def test_all_inputs_together(folder):
    runner = Runner(
        folder, paths=" news \r\n\n-x\n", fail_on="note", scope="archive", config="a b", since="v1", baseline="b"
    )
    assert runner.check(note=True).returncode == 0
    options = ["--fail-on=note", "--scope=archive", "--config=a b", "--baseline=b", "--since=v1"]
    assert runner.arguments() == ["check", *options, "--", "news", "-x"]
    assert runner.summary.read_text() == "**noted**\n"


# the base branch


@pytest.fixture
def repository(tmp_path):
    """A remote with two commits: the first is the base, the second the pull request's; the base is a commit."""
    remote = tmp_path / "remote"
    remote.mkdir()
    (remote / "dedupe.toml").write_text('fail-on = "error"\n')
    base = commit(remote)
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    (remote / "conflict.txt").write_text(CONFLICT)
    git(remote, "add", "-A")
    git(remote, "commit", "-q", "-m", "second")
    return remote, base


def clone(remote, folder, *options):
    git(folder.parent, "clone", "-q", *options, f"file://{remote}", str(folder))


def proposed(base):
    return {"pull_request": {"number": 1, "base": {"sha": base}, "head": {"sha": base}}}


@pytest.mark.parametrize("depth", [["--depth=1"], []], ids=["shallow", "whole"])
def test_a_pull_request_has_the_settings_of_its_base(tmp_path, repository, depth):
    remote, base = repository
    tree = tmp_path / "tree"
    clone(remote, tree, *depth)
    runner = Runner(tree, proposed(base))
    assert runner.check(note=True).returncode == 0
    assert runner.arguments() == ["check", f"--config-from={base}", "--", "."]
    git(tree, "cat-file", "-e", base)
    assert git(tree, "rev-parse", "--is-shallow-repository").strip() == ("true" if depth else "false")


def test_the_base_can_be_named_or_left(tmp_path, repository):
    remote, base = repository
    for number, (inputs, said) in enumerate(
        [
            ({"since": "base"}, [f"--config-from={base}", f"--since={base}"]),
            ({"config_from": "none"}, []),
            ({"config_from": "main", "since": "v1"}, ["--config-from=main", "--since=v1"]),
        ]
    ):
        tree = tmp_path / f"tree{number}"
        clone(remote, tree)
        runner = Runner(tree, proposed(base), **inputs)
        assert runner.check(note=True).returncode == 0
        assert runner.arguments() == ["check", *said, "--", "."]


def test_a_merge_queue_has_a_base_too(tmp_path, repository):
    remote, base = repository
    tree = tmp_path / "tree"
    clone(remote, tree)
    runner = Runner(tree, {"merge_group": {"base_sha": base}})
    assert runner.check(note=True).returncode == 0
    assert runner.arguments() == ["check", f"--config-from={base}", "--", "."]


@pytest.mark.parametrize(
    ("event", "inputs", "said"),
    [
        (proposed("1" * 40), {}, "config-from needs the commit 1111"),
        (proposed("main; touch pwned"), {}, "names no commit"),
        (proposed("--upload-pack=touch pwned"), {}, "names no commit"),
        (proposed(None), {}, "names no commit"),
        ({}, {"since": "base"}, "the input since is base, but this run is for no pull request"),
    ],
)
def test_without_its_base_nothing_is_checked(tmp_path, repository, event, inputs, said):
    remote, _ = repository
    tree = tmp_path / "tree"
    clone(remote, tree, "--depth=1")
    before = files(tree)
    runner = Runner(tree, event, **inputs)
    run = runner.check(note=True)
    assert run.returncode == 2
    assert run.stdout.startswith("error: ")
    assert said in run.stdout
    assert run.stdout.count("\n") == 1
    assert not runner.noted.exists()
    assert [name for name in files(tree) if not name.startswith(".git")] == [
        name for name in before if not name.startswith(".git")
    ]


def test_a_tree_that_is_no_repository_is_said(folder):
    run = Runner(folder, proposed("2" * 40)).check(note=True)
    assert run.returncode == 2
    assert "fetch-depth: 0" in run.stdout


# installing


def test_a_python_that_is_too_old_is_said(folder):
    runner = Runner(folder)
    bare = runner.temporary / "bin"
    bare.mkdir()
    for name in ("bash", "python3"):
        (bare / name).symlink_to(shutil.which(name) if name == "bash" else "/bin/false")
    run = runner.run(0, PATH=str(bare))
    assert run.returncode == 2
    assert run.stdout == "error: dedupe needs Python 3.11 or newer and found none: put actions/setup-python before it\n"


@pytest.mark.long
def test_the_whole_action_installs_itself_and_runs(folder):
    ours = folder.parent / "action $(touch pwned) 'x"
    ours.mkdir()
    shutil.copytree(needs.PACKAGES + "/dedupe", ours / "dedupe", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "action", ours / "action")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, ours / name)
    (folder / "twice.txt").write_text(TWICE)
    (folder / "pip.py").write_text("open('pwned', 'w')\n")
    runner = Runner(folder, sarif="true")
    runner.values["github.action_path"] = str(ours)
    install = runner.run(0)
    assert install.returncode == 0, install.stdout + install.stderr
    run = runner.run(1, PYTHONPATH=os.devnull)
    assert run.returncode == 1, run.stdout + run.stderr
    assert [it[0] for it in commands(run.stdout)] == ["error"]
    assert files(folder) == ["pip.py", "twice.txt"]
