"""What is remembered between runs: never a difference, whatever stands in the cache."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from running import dedupe

from dedupe import cache

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
SECRET = "The minister will resign on Thursday"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "wire-dedupe"


@pytest.fixture
def tree(tmp_path, home):
    folder = tmp_path / "tree"
    folder.mkdir()
    for at in range(12):
        (folder / f"{at:02}.md").write_text(f"Story {at} of the evening in the harbour.\n\n{OTHER} {at}\n")
    (folder / "twice.md").write_text(f"{TWICE}\n\n{SECRET}, and the port stays closed.\n\n{TWICE}\n")
    (folder / "bad.md").write_bytes(b"\xff\xff")
    return folder


def check(cwd, *options):
    return dedupe("check", "--output-format", "json", "--jobs", "1", *options, cwd=cwd)


def judged(monkeypatch):
    """The number of stories that are compared."""
    from dedupe import review

    counted = []
    real = review._judged
    monkeypatch.setattr(review, "_judged", lambda pairs, settings: counted.extend(pairs) or real(pairs, settings))
    return counted


def test_what_is_unchanged_is_not_judged_again(tree, monkeypatch):
    first = check(tree)
    counted = judged(monkeypatch)
    assert check(tree) == first
    assert counted == []
    (tree / "03.md").write_text(f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n")
    second = check(tree)
    assert [article.path for _, article in counted][:1] == ["03.md"]
    assert second == check(tree, "--no-cache") != first


@pytest.mark.parametrize(
    "option", [["--threshold", "0.9"], ["--min-words", "30"], ["--keep", "last"], ["--format", "text"]]
)
def test_other_settings_are_other_entries(tree, option):
    check(tree)
    assert check(tree, *option) == check(tree, "--no-cache", *option)
    assert check(tree) == check(tree, "--no-cache")


def test_a_file_that_was_renamed_has_its_new_name(tree):
    check(tree)
    (tree / "twice.md").rename(tree / "other.md")
    found = json.loads(check(tree).out)["articles"]
    assert [article["path"] for article in found] == ["other.md"]
    assert check(tree) == check(tree, "--no-cache")


def test_reports_that_propose_cuts_are_the_same(tree):
    wanted = [dedupe("check", "--output-format", kind, "--no-cache", cwd=tree) for kind in ("sarif", "rdjson", "text")]
    check(tree)
    assert [dedupe("check", "--output-format", kind, cwd=tree) for kind in ("sarif", "rdjson", "text")] == wanted


def test_what_is_cut_is_judged_anew(tree, monkeypatch):
    check(tree)
    counted = judged(monkeypatch)
    dedupe("clean", cwd=tree)
    assert counted


def test_no_text_can_be_read_in_it(tree, home):
    check(tree)
    assert home.stat().st_mode & 0o077 == 0
    kept = b"".join(path.read_bytes() for path in home.iterdir())
    assert kept
    assert not any(word.encode() in kept for word in ("harbour", "minister", "twice.md", "exact"))


def damage(path, how):
    if how == "garbage":
        path.write_bytes(os.urandom(5000))
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:1000])
    elif how == "other table":
        path.unlink()
        with sqlite3.connect(path) as base:
            base.execute("CREATE TABLE known (a, b, c, d, e)")
    elif how == "a folder":
        path.unlink()
        path.mkdir()
    else:
        with sqlite3.connect(path) as base:
            for key, said in base.execute("SELECT key, said FROM known").fetchall():
                swapped = {"flipped": bytes(reversed(said)), "null": None, "text": "x", "number": 7, "empty": b""}[how]
                base.execute("UPDATE known SET said = ? WHERE key = ?", (swapped, key))


@pytest.mark.parametrize(
    "how", ["garbage", "truncated", "other table", "a folder", "flipped", "null", "text", "number", "empty"]
)
def test_a_damaged_or_poisoned_one_changes_nothing(tree, home, how):
    first = check(tree)
    damage(home / "known.sqlite", how)
    assert check(tree) == first
    assert check(tree) == first


def test_entries_of_one_file_do_not_serve_another(tree, home):
    first = check(tree)
    with sqlite3.connect(home / "known.sqlite") as base:
        rows = base.execute("SELECT key, said FROM known").fetchall()
        for (key, _), (_, said) in zip(rows, rows[1:] + rows[:1], strict=True):
            base.execute("UPDATE known SET said = ? WHERE key = ?", (said, key))
    assert check(tree) == first


def test_one_that_runs_beside_it_is_no_harm(tree):
    wanted = check(tree, "--no-cache")
    base = [sys.executable, "-P", "-m", "dedupe", "check", "--output-format", "json", "--jobs", "1"]
    runs = [subprocess.Popen(base, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for run in runs:
        out, _ = run.communicate()
        assert out.decode() == wanted.out


def test_one_that_is_held_is_passed_over(tree, home, monkeypatch):
    first = check(tree)
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    (tree / "05.md").write_text(f"{OTHER}\n")
    base = sqlite3.connect(home / "known.sqlite")
    base.execute("BEGIN EXCLUSIVE")
    second = check(tree)
    base.rollback()
    base.close()
    assert json.loads(second.out)["articles"] == json.loads(first.out)["articles"]


@pytest.mark.parametrize("how", ["in the tree", "writable by others", "a link", "no folder"])
def test_a_folder_that_cannot_be_trusted_is_not_used(tree, tmp_path, monkeypatch, how):
    folder = tmp_path / "other"
    if how == "in the tree":
        folder = tree / ".cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    target = folder / "wire-dedupe"
    if how == "writable by others":
        target.mkdir(parents=True)
        target.chmod(0o777)
    elif how == "a link":
        folder.mkdir()
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    elif how == "no folder":
        folder.write_text("")
    first = check(tree)
    assert check(tree) == first == check(tree, "--no-cache")
    assert not list(tmp_path.rglob("known.sqlite"))


def test_old_entries_go(tree, home, monkeypatch):
    check(tree)
    with sqlite3.connect(home / "known.sqlite") as base:
        base.execute("UPDATE known SET day = 1")
    for at in range(400):
        cache.learn(str(home), [(bytes([at % 256, at // 256]) * 16, cache.Known(1, 1, ()))])
    with sqlite3.connect(home / "known.sqlite") as base:
        assert base.execute("SELECT COUNT(*) FROM known WHERE day = 1").fetchone() == (0,)


def test_a_setting_switches_it_off(tree, home):
    (tree / "dedupe.toml").write_text("cache = false\n")
    check(tree)
    assert not home.exists()
