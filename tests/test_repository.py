"""A repository of a stranger: nothing is followed out of it, nothing in it is executed, nothing commands a log."""

import json
import os
import re
import socket
import subprocess
import sys

import needs
import pytest
from running import dedupe

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
STORY = f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n"
SECRET = "The minister will resign on Thursday, two people close to her said late in the evening."
REPORTS = ("text", "json", "jsonl", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def outside(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_text(f"{SECRET}\n\n{OTHER}\n\n{SECRET}\n")
    return folder


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.md").write_text(STORY)
    return folder


def a_link_to_a_file(tree, outside):
    (tree / "b.md").symlink_to(outside / "secret.md")
    return 1


def a_link_to_a_folder(tree, outside):
    (tree / "more").symlink_to(outside, target_is_directory=True)
    return 1


def a_loop(tree, _outside):
    (tree / "loop").symlink_to(tree, target_is_directory=True)
    (tree / "self.md").symlink_to("self.md")
    return 1


def a_fifo(tree, _outside):
    needs.posix()
    os.mkfifo(tree / "b.md")
    return 1


def a_socket(tree, _outside):
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.bind(str(tree / "b.md"))
        except OSError:
            pytest.skip("the path is too long for a socket")
    return 1


def a_name_with_a_newline(tree, _outside):
    (tree / "x\n::error::owned\n.md").write_text(STORY)
    return 1


def a_name_with_an_escape(tree, _outside):
    (tree / "x\x1b[31m\x9b2J.md").write_text(STORY)
    return 1


def a_name_that_is_a_command(tree, _outside):
    (tree / "::error file=x::owned.md").write_text(STORY)
    return 1


def a_name_that_reads_backwards(tree, _outside):
    (tree / "\u202egpj\u2066.md").write_text(STORY)
    return 1


def a_long_name(tree, _outside):
    (tree / ("x" * 252 + ".md")).write_text(STORY)
    return 1


def a_name_that_is_no_text(tree, _outside):
    with open(os.fsencode(tree) + b"/\xff\xfe.md", "w") as file:
        file.write(STORY)
    return 1


def a_name_like_an_option(tree, _outside):
    (tree / "--output=x.md").write_text(STORY)
    return 1


def a_deep_tree(tree, _outside):
    folder = tree
    for _ in range(400):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "b.md").write_text(STORY)
    return 1


def text_with_commands(tree, _outside):
    (tree / "b.md").write_text(
        STORY.replace("storm", "\x1b]0;owned\x07 \u202e ::error::owned <script>alert(1)</script>")
    )
    return 1


def settings_that_are_a_link(tree, outside):
    (outside / "dedupe.toml").write_text('[severity]\nexact = "off"\n')
    (tree / "dedupe.toml").symlink_to(outside / "dedupe.toml")
    return 1


def settings_that_are_a_fifo(tree, _outside):
    needs.posix()
    os.mkfifo(tree / "dedupe.toml")
    return 1


def settings_that_are_deep(tree, _outside):
    (tree / "dedupe.toml").write_text("exclude = " + "[" * 50_000)
    return 2


def settings_that_speak(tree, _outside):
    (tree / "dedupe.toml").write_text('keep = "\\u001b[31m\\n::error::owned\\u202e"\n"\\u009b2J" = 1\n')
    return 2


def a_report_out_of_the_tree(tree, outside):
    (tree / "out").symlink_to(outside, target_is_directory=True)
    (tree / "dedupe.toml").write_text('output-file = ["json=out/found.json"]\n')
    return 2


def a_baseline_out_of_the_tree(tree, outside):
    (tree / "known.json").symlink_to(outside / "secret.md")
    (tree / "dedupe.toml").write_text('baseline = "known.json"\n')
    return 2


def a_baseline_that_speaks(tree, _outside):
    row = {"path": "\x1b[31m\n::error::", "fingerprint": "\x9b", "code": "\u202e", "text": "::add-mask::x"}
    (tree / "known.json").write_text(json.dumps({"version": 1, "findings": [row]}))
    (tree / "dedupe.toml").write_text('baseline = "known.json"\n')
    return 1


def comments_that_speak(tree, _outside):
    (tree / "b.md").write_text(f"<!-- dedupe: keep\x1b[31m\u202e ::error::owned -->\n\n{OTHER}\n")
    return 1


def ignored_by_a_bomb(tree, _outside):
    (tree / ".gitignore").write_text("**/" * 5_000 + "x\n" + "*" * 5_000 + "\n[" * 5_000)


CASES = [
    a_link_to_a_file, a_link_to_a_folder, a_loop, a_fifo, a_socket, a_name_with_a_newline, a_name_with_an_escape,
    a_name_that_is_a_command, a_name_that_reads_backwards, a_long_name, a_name_that_is_no_text, a_name_like_an_option,
    a_deep_tree, text_with_commands, settings_that_are_a_link, settings_that_are_a_fifo, settings_that_are_deep,
    settings_that_speak, a_report_out_of_the_tree, a_baseline_out_of_the_tree, a_baseline_that_speaks,
    comments_that_speak, ignored_by_a_bomb,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_hostile_repository(tree, outside, case):
    status = case(tree, outside)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    for report in REPORTS:
        run = dedupe("check", "--output-format", report, cwd=tree)
        assert run.status in ((0, 1, 2) if status is None else (status,)), run
        for said in (run.out, run.err):
            assert RAW.search(said) is None
            assert SECRET[:20] not in said
            assert not any(line.lstrip().startswith("::") for line in said.splitlines() if report != "github")
        commands = [line for line in run.out.splitlines() if line.startswith("::")] if report == "github" else []
        assert all(re.match("::(error|warning|notice) file=", line) for line in commands)
    cleaned = dedupe("clean", "--write", cwd=tree)
    assert cleaned.status in (0, 1, 2)
    assert {path: path.read_bytes() for path in outside.iterdir()} == before


def test_nothing_in_the_tree_is_imported(tree):
    for name in ("dedupe", "numpy", "typer", "pathspec", "platformdirs", "tomllib", "sqlite3"):
        (tree / name).mkdir()
        (tree / name / "__init__.py").write_text(f"open({str(tree / 'owned')!r}, 'w')\n")
    (tree / "dedupe.toml").write_text('exclude = ["x"]\n')
    for at in range(20):
        (tree / f"{at}.md").write_text(STORY)
    command = [sys.executable, "-P", "-m", "dedupe", "check", "-q"]
    run = subprocess.run(command, cwd=tree, capture_output=True, check=False)
    assert run.returncode == 1
    assert not (tree / "owned").exists()


def test_the_same_bytes_whatever_the_machine(tree):
    for at in range(40):
        (tree / f"{at}.md").write_text(STORY.replace("Monday", f"day {at % 7}"))
    (tree / "ü.md").write_text(STORY)
    (tree / "dedupe.toml").write_text('[severity]\nexact = "warning"\n')
    said = set()
    for jobs, seed, locale, zone in (
        ("1", "0", "C", "UTC"), ("2", "1", "C.UTF-8", "Asia/Tokyo"), ("4", "2", "POSIX", "America/New_York"),
    ):  # fmt: skip
        for scope in ("article", "archive"):
            env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
            command = [sys.executable, "-P", "-m", "dedupe", "check", "--output-format", "json", "--scope", scope]
            run = subprocess.run([*command, "-j", jobs], cwd=tree, env=env, capture_output=True, check=False)
            said.add((scope, run.stdout, run.stderr, run.returncode))
    assert len(said) == 2
