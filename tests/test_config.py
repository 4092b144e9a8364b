"""Settings files: where they are looked for, what they may say, and how a mistake in one is told."""

import io
import json
import os
import subprocess
import tomllib

import pytest
from running import dedupe

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
STORY = f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text(STORY)
    return tmp_path


def settings(cwd, *options):
    run = dedupe("check", "--show-settings", *options, cwd=cwd)
    assert run.status == 0, run
    return tomllib.loads(run.out), run.out


class TestFinding:
    def test_the_nearest_file_counts(self, tree):
        (tree / "dedupe.toml").write_text("min-words = 30\n")
        assert settings(tree / "posts")[0]["min-words"] == 30
        (tree / "posts" / "dedupe.toml").write_text("min-words = 40\n")
        assert settings(tree / "posts")[0]["min-words"] == 40
        assert settings(tree)[0]["min-words"] == 30

    def test_it_is_looked_for_where_the_files_are(self, tree, tmp_path_factory):
        (tree / "dedupe.toml").write_text("min-words = 30\n")
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        assert settings(elsewhere, tree / "posts" / "a.md")[0]["min-words"] == 30

    def test_behind_a_byte_order_mark(self, tree):
        (tree / "dedupe.toml").write_bytes(b"\xef\xbb\xbfmin-words = 30\r\n")
        assert settings(tree)[0]["min-words"] == 30

    def test_not_above_the_top_of_the_repository(self, tree):
        (tree / "dedupe.toml").write_text("min-words = 30\n")
        (tree / "posts" / ".git").mkdir()
        assert settings(tree / "posts")[0]["min-words"] == 8

    @pytest.mark.parametrize("table", ["dedupe", "wire-dedupe"])
    def test_a_table_of_pyproject(self, tree, table):
        (tree / "pyproject.toml").write_text(f"[project]\nname = 'x'\n\n[tool.{table}]\nmin-words = 30\n")
        assert settings(tree)[0]["min-words"] == 30

    @pytest.mark.parametrize("text", ["[project]\nname = 'x'\n", "[tool.black]\n", "not toml at all ["])
    def test_a_pyproject_without_one_is_passed_over(self, tree, text):
        (tree / "pyproject.toml").write_text(text)
        assert settings(tree)[1].startswith("# no settings file\n")

    def test_a_link_is_not_followed(self, tree, tmp_path_factory):
        target = tmp_path_factory.mktemp("elsewhere") / "dedupe.toml"
        target.write_text("min-words = 30\n")
        (tree / "dedupe.toml").symlink_to(target)
        assert settings(tree)[0]["min-words"] == 8

    def test_named_and_none(self, tree):
        (tree / "dedupe.toml").write_text("min-words = 30\n")
        (tree / "other.toml").write_text("min-words = 50\n")
        assert settings(tree, "--config", "other.toml")[0]["min-words"] == 50
        assert settings(tree, "--no-config")[0]["min-words"] == 8
        run = dedupe("check", "--config", "missing.toml", cwd=tree)
        assert (run.status, run.err) == (2, "error: missing.toml: cannot be read: no such file or folder\n")


class TestMeaning:
    def test_the_command_line_comes_first(self, tree):
        (tree / "dedupe.toml").write_text(
            'min-words = 30\nkeep = "last"\n[[overrides]]\npaths = ["*"]\nmin-words = 40\n'
        )
        said, _ = settings(tree, "--min-words", "50")
        assert (said["min-words"], said["keep"]) == (50, "last")
        assert dedupe("check", cwd=tree).status == 0
        assert dedupe("check", "--min-words", "5", cwd=tree).status == 1

    def test_severities(self, tree):
        (tree / "dedupe.toml").write_text('[severity]\nexact = "warning"\n')
        run = dedupe("check", "--output-format", "json", cwd=tree)
        (article,) = json.loads(run.out)["articles"]
        assert (run.status, article["findings"][0]["severity"]) == (0, "warning")
        (tree / "dedupe.toml").write_text('fail-on = "warning"\n[severity]\nexact = "warning"\n')
        assert dedupe("check", cwd=tree).status == 1
        (tree / "dedupe.toml").write_text('[severity]\nexact = "off"\n')
        assert dedupe("check", cwd=tree).out == "Nothing stands twice (1 story, 3 paragraphs).\n"
        assert dedupe("clean", "--write", cwd=tree).status == 0
        assert (tree / "posts" / "a.md").read_text() == STORY

    def test_overrides_by_path(self, tree):
        (tree / "news").mkdir()
        (tree / "news" / "b.md").write_text(STORY)
        (tree / "dedupe.toml").write_text(
            '[severity]\nexact = "note"\n\n[[overrides]]\npaths = ["news/"]\nseverity = { exact = "error" }\n\n'
            '[[overrides]]\npaths = ["posts/**"]\nmin-words = 60\n'
        )
        run = dedupe("check", "--output-format", "jsonl", cwd=tree)
        (article,) = map(json.loads, run.out.splitlines())
        assert (article["path"], article["findings"][0]["severity"]) == ("news/b.md", "error")
        inside = dedupe("check", "--output-format", "jsonl", "news", cwd=tree)
        assert inside.out == run.out

    def test_they_hold_for_what_an_editor_pipes(self, tree, monkeypatch):
        (tree / "dedupe.toml").write_text('[[overrides]]\npaths = ["news/"]\nformat = "text"\n')
        piped = io.BytesIO((tree / "posts" / "a.md").read_bytes())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(piped))
        run = dedupe("check", "--output-format", "json", "--stdin-filename", "news/x.md", "-", cwd=tree)
        assert json.loads(run.out)["articles"][0]["format"] == "text"

    def test_reports_are_no_stories(self, tree):
        (tree / "dedupe.toml").write_text('output-file = ["html=report.html", "json=out/report.json"]\n')
        first = dedupe("check", cwd=tree)
        assert dedupe("check", cwd=tree).out == first.out
        assert (tree / "report.html").exists()

    def test_include_names_nothing(self, tree):
        (tree / "dedupe.toml").write_text('include = ["*.weird"]\n')
        run = dedupe("check", cwd=tree)
        assert run.status == 2
        assert run.err.startswith("error: .: no file that include names, or git ignores them all")

    def test_a_format_by_path(self, tree):
        (tree / "notes.weird").write_text(STORY)
        (tree / "dedupe.toml").write_text('include = ["*.weird"]\n[[overrides]]\npaths = ["*.weird"]\nformat = "rst"\n')
        run = dedupe("check", "--output-format", "jsonl", cwd=tree)
        (article,) = map(json.loads, run.out.splitlines())
        assert (article["path"], article["format"]) == ("notes.weird", "rst")

    def test_exclude(self, tree):
        (tree / "dedupe.toml").write_text('exclude = ["posts/"]\n')
        for name in ("", "."):
            run = dedupe("check", *filter(None, [name]), cwd=tree)
            assert (run.status, run.err) == (0, "")
        assert dedupe("check", "posts/a.md", cwd=tree).status == 1, "what is named is read"
        forced = dedupe("check", "--force-exclude", "posts/a.md", cwd=tree)
        assert (forced.status, forced.out, forced.err) == (0, "", "")
        (tree / "dedupe.toml").write_text('exclude = ["posts/"]\nforce-exclude = true\n')
        assert dedupe("check", "posts/a.md", cwd=tree).status == 0

    def test_report_and_files(self, tree):
        (tree / "dedupe.toml").write_text('output-format = "github"\noutput-file = ["json=out/found.json"]\n')
        run = dedupe("check", ".", cwd=tree / "posts")
        assert run.out.startswith("::error file=a.md,line=5")
        assert json.loads((tree / "out" / "found.json").read_text())["summary"]["errors"] == 1
        assert dedupe("clean", cwd=tree).out.startswith("--- posts/a.md")

    def test_what_is_shown_is_a_settings_file(self, tree):
        text = (
            'threshold = 0.6\nexclude = ["a\\"b"]\n\n[severity]\nexact = "off"\n\n'
            '[[overrides]]\npaths = ["x"]\nkeep = "first"\n'
        )
        (tree / "dedupe.toml").write_text(text)
        said, shown = settings(tree)
        assert (said["threshold"], said["exclude"], said["severity"]) == (0.6, ['a"b'], {"exact": "off"})
        assert said["overrides"] == [{"paths": ["x"], "keep": "first"}]
        (tree / "dedupe.toml").write_text(shown)
        assert settings(tree)[1] == shown


MISTAKES = {
    "min-wrods = 8\n": "line 1: min-wrods is no setting; did you mean min-words?",
    "# a\n\nthreshold = 7\n": "line 3: threshold is 7; it must be a number above 0 and not above 1",
    "threshold = true\n": "line 1: threshold is true; it must be a number above 0 and not above 1",
    'keep = "frist"\n': "line 1: keep is 'frist'; it must be one of best, first, last, longest; did you mean first?",
    'fail-on = "off"\n': "line 1: fail-on is 'off'; it must be one of error, warning, note",
    '[severity]\nexat = "off"\n': "line 2: exat is no code; did you mean exact?",
    '[severity]\nexact = "eror"\n': "line 2: exact is 'eror'; it must be one of error, warning, note, off",
    'severity = "off"\n': "line 1: severity is 'off'; it must be a table of codes",
    "[tool.dedupe]\njobs = 3\n": "line 1: [tool.dedupe] is for pyproject.toml",
    '[[overrides]]\npaths = ["a"]\n\n[[overrides]]\n': "line 4: overrides need paths",
    '[[overrides]]\nkeep = "first"\n': "line 1: overrides need paths, a list of patterns",
    '[[overrides]]\npaths = ["a"]\n\n[[overrides]]\npaths = ["b"]\nkep = "x"\n': "line 6: kep is no setting; did you mean keep?",
    '[[overrides]]\npaths = ["a"]\nfail-on = "note"\n': "line 3: fail-on holds for the whole run; it cannot stand in",
    "overrides = 3\n": "line 1: overrides must be tables: write [[overrides]]",
    'baseline = "../../x.json"\n': "line 1: baseline is '../../x.json'; it must be a file in the folder of the settings",
    'output-file = ["json=/etc/x"]\n': "line 1: output-file is ['json=/etc/x']; it must be a list of FORMAT=PATH",
    "max-suppressions = -1\n": "line 1: max-suppressions is -1; it must be a whole number, 0 or more",
    "a = \n": "is no valid TOML: Invalid value (at line 1, column 5)",
    "a = 1\na = 2\n": "is no valid TOML: Cannot overwrite a value",
    "\x00": "is no valid TOML",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_named(tree, text):
    (tree / "dedupe.toml").write_text(text)
    run = dedupe("check", cwd=tree)
    assert run.status == 2
    assert run.err.startswith(f"error: dedupe.toml: {MISTAKES[text]}"), run.err
    assert run.err.count("\n") == 1


def test_a_mistake_in_pyproject_is_named(tree):
    (tree / "pyproject.toml").write_text("[tool.x]\nkeep = 1\n\n[tool.dedupe]\nmin-words = 3\nkeep = 1\n")
    run = dedupe("check", cwd=tree)
    assert run.err.startswith("error: pyproject.toml: line 6: keep is 1; it must be one of best")
    (tree / "pyproject.toml").write_text("[tool.wire-dedupe]\n[tool.dedupe]\n")
    both = dedupe("check", cwd=tree)
    assert both.err == "error: pyproject.toml: has both [tool.dedupe] and [tool.wire-dedupe]; keep one of them\n"


def test_settings_that_are_not_text_are_an_error(tree):
    (tree / "dedupe.toml").write_bytes(b"\xff\xfe\x00")
    assert "is no valid TOML" in dedupe("check", cwd=tree).err
    (tree / "dedupe.toml").write_bytes(b"#" * 300_000)
    assert "too large for a settings file" in dedupe("check", cwd=tree).err


class TestFromRevision:
    def git(self, cwd, *arguments):
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, env={**os.environ, **names})

    @pytest.fixture
    def repository(self, tree):
        self.git(tree, "init", "-q", "-b", "main")
        (tree / "dedupe.toml").write_text('[severity]\nloses = "off"\n')
        (tree / ".gitignore").write_text("build/\n")
        self.git(tree, "add", ".")
        self.git(tree, "commit", "-qm", "one")
        return tree

    def test_a_change_cannot_switch_its_own_check_off(self, repository):
        (repository / "dedupe.toml").write_text('[severity]\nexact = "off"\n')
        assert dedupe("check", cwd=repository).status == 0
        run = dedupe("check", "--config-from", "main", cwd=repository)
        assert run.status == 1
        shown, text = settings(repository, "--config-from", "HEAD")
        assert text.startswith("# from HEAD:dedupe.toml\n")
        assert shown["severity"] == {"loses": "off"}

    def test_nor_by_what_git_ignores(self, repository):
        (repository / ".gitignore").write_text("posts/\n")
        assert dedupe("check", cwd=repository).status == 2
        assert dedupe("check", "--config-from", "main", cwd=repository).status == 1

    def test_nor_by_a_baseline(self, repository):
        (repository / "dedupe.toml").write_text('baseline = "known.json"\n')
        self.git(repository, "commit", "-qam", "two")
        assert dedupe("check", "--update-baseline", cwd=repository).status == 0
        assert dedupe("check", cwd=repository).status == 0
        assert dedupe("check", "--config-from", "main", cwd=repository).status == 1
        self.git(repository, "add", ".")
        self.git(repository, "commit", "-qm", "three")
        assert dedupe("check", "--config-from", "main", cwd=repository).status == 0

    def test_without_settings_there_the_defaults_hold(self, repository):
        self.git(repository, "rm", "-q", "--cached", "dedupe.toml")
        self.git(repository, "commit", "-qm", "two")
        assert settings(repository, "--config-from", "HEAD")[0]["severity"] == {}

    def test_a_revision_that_is_not_there(self, repository):
        run = dedupe("check", "--config-from", "origin/nowhere", cwd=repository)
        assert run.status == 2
        assert run.err == (
            "error: origin/nowhere: git knows no such revision here; name a branch, a tag or a commit that `git log` "
            "shows\n"
        )
        assert dedupe("check", "--config-from", "--help", cwd=repository).status == 2

    def test_outside_of_a_repository(self, tree):
        run = dedupe("check", "--config-from", "main", cwd=tree)
        assert run.status == 2
        assert "is in no git repository" in run.err
