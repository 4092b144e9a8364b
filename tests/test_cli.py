"""The command line as its users meet it: real files, wrong files, pipes, folders."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

RUN = [sys.executable, "-P", "-m", "dedupe"]
TWICE = (
    "The harbour master closed the port on Monday after the storm tore two cranes from the quay.\n\n"
    "Ferries to the islands were cancelled until further notice, the operator said.\n\n"
    "The harbour master closed the port on Monday after the storm tore two cranes from the quay.\n\n"
    "Fishing boats stayed in the inner basin.\n"
)
ONCE = TWICE.replace(
    "The harbour master closed the port on Monday after the storm tore two cranes from the quay.\n\n", "", 1
)
CONFLICT = (
    "The explosion at the depot in the north of the city killed 12 people, the fire service said on Monday.\n\n"
    "The explosion at the depot in the north of the city killed 15 people, the fire service said on Monday.\n"
)


def dedupe(*arguments, cwd=None, stdin=b"", env=None):
    return subprocess.run(
        [*RUN, *map(str, arguments)],
        capture_output=True,
        input=stdin,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(TWICE)
    return path


def plain_error(run):
    """A failed run: exit 2, one plain line, no traceback."""
    lines = run.stderr.decode().rstrip("\n").split("\n")
    assert run.returncode == 2, run
    assert b"Traceback" not in run.stderr
    assert all(line.startswith("error: ") for line in lines), lines
    return lines


def test_without_a_command_the_help_is_shown():
    run = dedupe()
    assert run.returncode == 2
    assert run.stdout == b""
    assert run.stderr.decode().startswith("Usage: ")
    assert "\n  check " in run.stderr.decode()


def test_the_founding_story(seed, tmp_path):
    story = tmp_path / "story.txt"
    story.write_bytes(seed.read_bytes())
    run = dedupe("check", "--output-format", "json", "story.txt", cwd=tmp_path)
    assert run.returncode == 1
    document = json.loads(run.stdout)
    assert document["summary"] == {
        "articles": 1,
        "paragraphs": 23,
        "findings": 1,
        "errors": 1,
        "warnings": 0,
        "notes": 0,
        "removable": 1,
        "failed": 0,
    }
    (article,) = document["articles"]
    (finding,) = article["findings"]
    assert article["sha256"] == hashlib.sha256(seed.read_bytes()).hexdigest()
    kept, dropped = finding["kept"], finding["dropped"]
    assert (kept["start"], kept["end"], kept["line"], kept["paragraph"]) == (1364, 1598, 17, 10)
    assert (dropped["start"], dropped["end"], dropped["line"], dropped["paragraph"]) == (757, 1040, 11, 7)
    assert {name: finding[name] for name in ("code", "severity", "action", "safe", "group", "copies", "blocks")} == {
        "code": "reworded",
        "severity": "error",
        "action": "remove",
        "safe": True,
        "group": 1,
        "copies": 2,
        "blocks": 1,
    }
    assert (finding["jaccard"], finding["containment"], finding["lost"]) == (0.69, 0.89, [])
    assert finding["changes"] == [
        {"kind": "word", "kept": "Lopez Obrador's", "dropped": "Mexican President Andres Manuel Lopez Obrador's"},
        {"kind": "word", "kept": "summit", "dropped": "Summit of the Americas"},
        {"kind": "mark", "kept": "added.", "dropped": "added"},
    ]
    assert finding["why"] == (
        "'A senior US official acknowledged...' stands twice. Cut the first (line 11): no full stop, doubled space. "
        "Its extra words stand in line 9; nothing is lost."
    )


def test_the_founding_story_cleaned_and_restored(seed, tmp_path):
    story = tmp_path / "story.txt"
    story.write_bytes(seed.read_bytes())
    before = seed.read_bytes()
    shown = dedupe("clean", "story.txt", cwd=tmp_path)
    assert shown.returncode == 1
    assert story.read_bytes() == before
    removed = [
        line for line in shown.stdout.decode().split("\n") if line.startswith("-") and not line.startswith("---")
    ]
    assert len(removed) == 2
    assert removed[0].startswith("-A senior US official")
    run = dedupe("clean", "--write", "story.txt", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert story.read_bytes() == before[:757] + before[1042:]
    (manifest,) = (tmp_path / ".dedupe" / "undo").glob("*.jsonl")
    assert f"dedupe restore {os.path.join('.dedupe', 'undo', manifest.name)}" in run.stderr.decode()
    again = dedupe("clean", "--write", "story.txt", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, b"")
    assert len(list((tmp_path / ".dedupe" / "undo").glob("*.jsonl"))) == 1
    restored = dedupe("restore", manifest, cwd=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert hashlib.sha256(story.read_bytes()).digest() == hashlib.sha256(before).digest()


def test_text_report_says_what_to_cut_and_what_to_type_next(story):
    run = dedupe("check", story.name, cwd=story.parent)
    said = run.stdout.decode()
    assert run.returncode == 1
    assert "stands twice" in said
    assert "dedupe clean --write story.txt" in said
    assert "\033[" not in said
    assert max(map(len, said.split("\n"))) <= 80


def test_nothing_found(tmp_path):
    (tmp_path / "story.txt").write_text(ONCE)
    run = dedupe("check", "story.txt", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().startswith("Nothing stands twice")


def test_quiet_prints_findings_only(story, tmp_path):
    assert b"To see" not in dedupe("check", "-q", story).stdout
    (tmp_path / "good.txt").write_text(ONCE)
    assert dedupe("check", "-q", tmp_path / "good.txt").stdout == b""


def test_a_conflict_is_shown_and_never_cut(tmp_path):
    story = tmp_path / "story.txt"
    story.write_text(CONFLICT)
    run = dedupe("clean", "--write", "--unsafe", "story.txt", cwd=tmp_path)
    assert run.returncode == 1
    assert story.read_text() == CONFLICT
    report = json.loads(dedupe("check", "--output-format", "json", story).stdout)
    (finding,) = report["articles"][0]["findings"]
    assert (finding["code"], finding["severity"], finding["action"], finding["safe"]) == (
        "conflict",
        "error",
        "review",
        False,
    )
    assert "12" in finding["why"]
    assert "15" in finding["why"]


@pytest.mark.parametrize(("level", "status"), [("error", 1), ("warning", 1), ("note", 1)])
def test_fail_on(story, level, status):
    assert dedupe("check", "--fail-on", level, story).returncode == status


def test_standard_input(story):
    run = dedupe("check", "--output-format", "json", "--stdin-filename", "desk/story.txt", "-", stdin=TWICE.encode())
    assert run.returncode == 1
    assert json.loads(run.stdout)["articles"][0]["path"] == "desk/story.txt"


def test_standard_input_is_cleaned_to_standard_output():
    run = dedupe("clean", "--write", "-", stdin=TWICE.encode())
    assert (run.returncode, run.stdout.decode()) == (
        0,
        TWICE[: TWICE.rindex("The harbour")] + "Fishing boats stayed in the inner basin.\n",
    )
    run = dedupe("clean", "--write", "-", stdin=ONCE.encode())
    assert (run.returncode, run.stdout.decode()) == (0, ONCE)


def test_a_folder_and_git_ignored_files(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("old/\n")
    for folder in ("new", "old"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(TWICE)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    run = dedupe("check", "--output-format", "json", cwd=tmp_path)
    assert [article["path"] for article in json.loads(run.stdout)["articles"]] == [os.path.join("new", "a.txt")]


def test_jsonl_is_one_article_a_line(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TWICE)
    run = dedupe("check", "--output-format", "jsonl", "a.txt", "b.txt", cwd=tmp_path)
    assert [json.loads(line)["path"] for line in run.stdout.decode().rstrip("\n").split("\n")] == ["a.txt", "b.txt"]


def test_output_file_writes_another_report(story):
    run = dedupe("check", "--output-file", "json=report.json", "story.txt", cwd=story.parent)
    assert b"stands twice" in run.stdout
    assert json.loads((story.parent / "report.json").read_bytes())["summary"]["errors"] == 1


def test_output_writes_copies(story, tmp_path):
    run = dedupe("clean", "--output", "clean.txt", "story.txt", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert story.read_text() == TWICE
    assert (tmp_path / "clean.txt").read_text().count("harbour master") == 1


def test_output_mirrors_a_folder(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.txt").write_text(TWICE)
    (tmp_path / "in" / "b.txt").write_text(ONCE)
    assert dedupe("clean", "--output", "out", "in", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out" / "deep" / "a.txt").read_text().count("harbour master") == 1
    assert (tmp_path / "out" / "b.txt").read_text() == ONCE


@pytest.mark.parametrize(
    ("keep", "line"), [("first", 5), ("last", 1), ("longest", 5), ("best", 5)], ids=["first", "last", "longest", "best"]
)
def test_keep(story, keep, line):
    run = dedupe("check", "--keep", keep, "--output-format", "json", story)
    assert json.loads(run.stdout)["articles"][0]["findings"][0]["dropped"]["line"] == line


def test_unsafe_cuts_what_loses_words(tmp_path):
    text = TWICE.replace("the quay.\n\nFishing", "the quay, said Ana Ruiz of the pilots' union.\n\nFishing")
    story = tmp_path / "story.txt"
    story.write_text(text.replace("Ferries", "Rail traffic was normal.\n\nBuses ran as usual all day.\n\nFerries"))
    assert dedupe("clean", "--write", "story.txt", cwd=tmp_path).returncode == 0
    assert "Ana Ruiz" in story.read_text()


BAD = {
    "missing": ["nowhere.txt"],
    "empty-folder": ["empty"],
    "unknown-kinds": ["pictures"],
    "binary": ["binary.txt"],
    "bad-utf8": ["latin.txt"],
    "odd-utf16": ["odd.txt"],
    "bad-encoding": ["--encoding", "klingon", "good.txt"],
    "bad-format": ["--format", "papyrus", "good.txt"],
    "bad-option": ["--colour"],
    "bad-threshold": ["--threshold", "7", "good.txt"],
    "bad-min-words": ["--min-words", "0", "good.txt"],
    "bad-fail-on": ["--fail-on", "maybe", "good.txt"],
    "bad-output-file": ["--output-file", "papyrus=x", "good.txt"],
    "device": [os.devnull],
    "endless-line": ["endless.txt"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD)
def test_bad_input_is_one_plain_line(tmp_path, arguments):
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "binary.txt").write_bytes(b"GIF\0\1\2")
    (tmp_path / "latin.txt").write_bytes("Café am Platz".encode("latin-1"))
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfea")
    (tmp_path / "good.txt").write_text(ONCE)
    (tmp_path / "endless.txt").write_text("The port was closed on Monday. " * 100_000)
    lines = plain_error(dedupe("check", *arguments, cwd=tmp_path))
    assert len(lines) == 1


def test_the_other_files_are_still_done(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfea")
    (tmp_path / "b.txt").write_text(TWICE)
    run = dedupe("clean", "--write", "a.txt", "b.txt", "c.txt", cwd=tmp_path)
    assert len(plain_error(run)) if run.stderr.count(b"\n") == 2 else run.returncode == 2
    assert (tmp_path / "b.txt").read_text().count("harbour master") == 1
    assert (tmp_path / "a.txt").read_bytes() == b"\xff\xfea"


def test_an_empty_file_is_fine(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    assert dedupe("check", tmp_path / "empty.txt").returncode == 0
    assert dedupe("clean", "--write", tmp_path / "empty.txt").returncode == 0


def test_windows_text_by_option(tmp_path):
    path = tmp_path / "story.txt"
    path.write_bytes(TWICE.replace("Monday", "Müntag").encode("cp1252"))
    assert dedupe("clean", "--write", "--encoding", "cp1252", "story.txt", cwd=tmp_path).returncode == 0
    assert path.read_bytes().count("Müntag".encode("cp1252")) == 1


def test_write_and_output_exclude_each_other(story):
    assert len(plain_error(dedupe("clean", "--write", "--output", "x.txt", story))) == 1


def test_restore_of_a_missing_manifest(tmp_path):
    assert len(plain_error(dedupe("restore", tmp_path / "none.jsonl"))) == 1


def test_compare_shows_changed_facts_first(tmp_path):
    (tmp_path / "old.txt").write_text("Rain fell.\n\n" + CONFLICT.split("\n\n", maxsplit=1)[0] + "\n\n" + ONCE)
    (tmp_path / "new.txt").write_text(
        CONFLICT.split("\n\n")[1].rstrip() + "\n\n" + ONCE + "\nSchools will reopen on Tuesday, it said.\n"
    )
    run = dedupe("compare", "old.txt", "new.txt", cwd=tmp_path)
    said = run.stdout.decode()
    assert run.returncode == 0
    assert said.index("Changed facts") < said.index("Dropped") < said.index("New")
    assert "“12” became “15”" in said
    report = json.loads(dedupe("compare", "--output-format", "json", "old.txt", "new.txt", cwd=tmp_path).stdout)
    assert (report["facts"][0]["dropped"], report["facts"][0]["kept"]) == ("12", "15")


@pytest.mark.parametrize("code", ["exact", "reworded", "contained", "loses", "conflict", "echo"])
def test_explain(code):
    run = dedupe("explain", code)
    assert run.returncode == 0
    assert run.stdout.decode().startswith(f"{code}: ")


def test_explain_names_the_nearest_code():
    assert "did you mean conflict" in plain_error(dedupe("explain", "conflikt"))[0]


def test_doctor():
    run = dedupe("doctor")
    assert run.returncode == 0, run.stdout
    assert b"datasketch" in run.stdout


def test_version():
    assert dedupe("--version").stdout.startswith(b"dedupe 0.1.0")


def test_hostile_text_and_names_command_no_terminal(tmp_path):
    name = "a\x1b[31m\u202e.txt"
    (tmp_path / name).write_text(TWICE.replace("quay", "quay\x1b]0;owned\x07\u202e"))
    run = dedupe("check", name, cwd=tmp_path)
    assert run.returncode == 1
    assert b"\x1b" not in run.stdout
    assert "\u202e" not in run.stdout.decode()


def test_output_is_the_same_for_any_seed_and_number_of_jobs(tmp_path):
    for number in range(300):
        (tmp_path / f"{number:03}.txt").write_text(TWICE.replace("two cranes", f"crane {number}"))
    outputs = {
        dedupe(
            "check", "--output-format", "json", "--jobs", jobs, ".", cwd=tmp_path, env={"PYTHONHASHSEED": seed}
        ).stdout
        for jobs, seed in ((1, "0"), (2, "1"), (4, "2"))
    }
    assert len(outputs) == 1


def test_a_closed_pipe_is_no_error(story):
    run = subprocess.run(f"{' '.join(RUN)} check {story} | head -c 1", shell=True, capture_output=True, check=False)
    assert run.stderr == b""


def test_a_stale_word_count_and_a_numbered_advisory_are_told(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"wordcount": 41, "body_text": TWICE}))
    (tmp_path / "b.txt").write_text(f"Eds: UPDATES with reaction in graf 2.\n\n{TWICE}")
    run = dedupe("clean", "--write", "a.json", "b.txt", cwd=tmp_path)
    said = run.stderr.decode()
    assert run.returncode == 0
    assert "warning: a.json: its word count says 41, which the cuts may have made untrue; look at line 1" in said
    assert "warning: b.txt: line 1 speaks of graf 2, which the cuts may have made untrue; look at line 1" in said


def test_a_stale_length_of_nitf_is_told(tmp_path):
    said = "".join(f"<p>{line}</p>" for line in TWICE.split("\n\n") if line.strip())
    pubdata = '<head><pubdata type="web" item-length="112" unit-of-measure="word"/></head>'
    (tmp_path / "a.nitf").write_text(f"<nitf>{pubdata}<body><body.content>{said}</body.content></body></nitf>")
    run = dedupe("clean", "--write", "a.nitf", cwd=tmp_path)
    assert run.returncode == 0
    assert "its length says 112" in run.stderr.decode()
