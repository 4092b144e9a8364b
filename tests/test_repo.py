"""What git ignores, held against git itself."""

import os
import random
import subprocess
import sys
import time

import needs
import pytest

from dedupe import repo, source

FILES = [
    "a.txt",
    "b.txt",
    "foo/a.txt",
    "foo/b.txt",
    "foo/bar/a.txt",
    "foo/bar/foo/c.txt",
    "bar/foo/a.txt",
    "bar/b.txt",
    "x/y/z/a.txt",
]
RULES = {
    "a name": "a.txt",
    "a suffix": "*.txt\n!b.txt",
    "anchored": "/a.txt\n/foo/b.txt",
    "a path": "foo/a.txt\nbar/foo",
    "a folder": "foo/",
    "a folder at the top": "/foo/",
    "an ignored folder keeps what is taken back": "foo/\n!foo/a.txt",
    "all in a folder but one": "foo/*\n!foo/a.txt",
    "all in a folder but a folder": "foo/*\n!foo/bar/",
    "all beneath a folder but one": "foo/**\n!foo/a.txt",
    "all beneath a folder but a deep one": "foo/**\n!foo/bar/\n!foo/bar/a.txt",
    "everything but folders": "*\n!*/\n!a.txt",
    "everything but one folder": "/*\n!/foo",
    "folders only": "*/",
    "folders, then one of them": "*/\n!foo/",
    "any depth": "**/foo/a.txt\nx/**/a.txt",
    "any depth at the end": "x/**",
    "any depth in the middle": "foo/**/c.txt",
    "stars alone": "**",
    "stars and a slash": "**/",
    "a question": "?.txt",
    "many stars": "*a*.*x*t*\n!f*o/*b*.t*t\n**a*\n*o*/*o*",
    "a class": "[ab].txt\n![!a].txt",
    "a range": "[a-a].txt",
    "a bad range": "[b-a.txt\n[z-a].txt",
    "a comment": "#a.txt\n\\#b.txt",
    "a mark that is meant": "\\!a.txt",
    "space at the end": "a.txt  \nb.txt\\ ",
    "carriage returns": "a.txt\r\nfoo/\r",
    "a byte-order mark": "\ufeffa.txt",
    "nothing": "\n\n/\n!\n//\n",
    "nonsense": "a**/\n***\n[",
    "a backslash at the end": "a.txt\\",
    "not at the end": "!a.txt\na.txt\n!foo/a.txt",
    "a folder that is a file": "a.txt/",
    "dots": "./a.txt\n../a.txt",
}

SLOW = [
    "*a" * 60 + "b",
    "**/" * 60 + "b",
    "a/**/" * 60 + "b",
    "*a*a*a*ab",
    "[!b]*" * 40 + "b",
    "*?" * 60 + "b",
    "*\\(" * 40 + "b",
]


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """An empty repository that knows no settings but its own."""
    needs.command("git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    top = tmp_path / "repo"
    top.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    monkeypatch.chdir(top)
    put(top, dict.fromkeys(FILES, "text"))
    return top


def put(top, files):
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def ours(folder="."):
    return sorted(each for each in source.walk([folder], {".txt"}) if isinstance(each, str))


def gits():
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard"]
    found = subprocess.run(command, capture_output=True, check=True).stdout
    return sorted(name for name in os.fsdecode(found).split("\0") if name.endswith(".txt"))


class TestAsGit:
    @pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
    def test_rules(self, tree, rules):
        put(tree, {".gitignore": rules})
        assert ours() == gits()

    @pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
    def test_rules_in_a_folder(self, tree, rules):
        put(tree, {"foo/.gitignore": rules, ".gitignore": "!a.txt\nb.txt"})
        assert ours() == gits()

    def test_the_nearest_file_wins_and_info_exclude_comes_last(self, tree):
        put(
            tree,
            {
                ".git/info/exclude": "*.txt",
                ".gitignore": "!foo/*.txt",
                "foo/.gitignore": "b.txt",
                "x/.gitignore": "!*.txt",
            },
        )
        assert ours() == gits() == ["foo/a.txt", "x/y/z/a.txt"]

    def test_any_rules(self, tree, request):
        draw = random.Random(2)
        parts = [
            "foo",
            "bar",
            "a.txt",
            "b.txt",
            "*",
            "**",
            "*.txt",
            "f*",
            "[ab].txt",
            "?",
            "x",
            "y",
            "z",
            "!",
            "/",
            "/",
            "/",
            "/",
        ]
        for _ in range(500 if request.config.getoption("--long") else 25):
            files = {
                name: "\n".join("".join(draw.choices(parts, k=draw.randint(1, 5))) for _ in range(draw.randint(1, 4)))
                for name in (".gitignore", "foo/.gitignore")
            }
            put(tree, files)
            assert ours() == gits(), files


class TestRoots:
    def test_a_folder_of_a_repository_goes_by_the_rules_above_it(self, tree):
        put(tree, {".gitignore": "b.txt\n/foo/bar/a.txt", "foo/.gitignore": "c.txt"})
        assert ours("foo") == ["foo/a.txt"]
        assert ours("foo/bar") == []

    def test_a_folder_that_is_ignored_itself_was_meant(self, tree):
        put(tree, {".gitignore": "foo/\n*.txt", "foo/bar/.gitignore": "c.txt"})
        assert ours("foo") == ["foo/a.txt", "foo/b.txt", "foo/bar/a.txt"]
        assert ours("foo/bar") == ["foo/bar/a.txt"]
        assert ours("bar") == []

    def test_what_is_all_ignored_is_never_a_silent_success(self, tree):
        put(tree, {".gitignore": "*.txt"})
        [found] = source.walk(["."], {".txt"})
        assert "git ignores them all" in found.message

    def test_without_a_repository_the_files_inside_count(self, tmp_path):
        put(tmp_path, {".gitignore": "*.txt", "in/a.txt": "", "in/b.txt": "", "in/.gitignore": "a.txt"})
        assert ours(str(tmp_path / "in")) == [str(tmp_path / "in" / "b.txt")]

    def test_a_repository_inside_another_begins_anew(self, tree):
        put(tree, {".gitignore": "*.txt", "foo/.git": "gitdir: elsewhere"})
        assert ours("foo") == ["foo/a.txt", "foo/b.txt", "foo/bar/a.txt", "foo/bar/foo/c.txt"]

    def test_through_a_link(self, tree, tmp_path):
        put(tree, {".gitignore": "/foo/a.txt"})
        (tmp_path / "link").symlink_to(tree / "foo")
        assert ours(str(tmp_path / "link"))[0] == str(tmp_path / "link" / "b.txt")

    def test_asked_in_any_order(self, tree):
        put(tree, {"foo/.gitignore": "bar/*\n!bar/foo"})
        asked = repo.ignored(".")
        assert not asked(os.path.join("foo", "bar", "foo"), True)
        assert asked(os.path.join("foo", "bar", "a.txt"), False)
        assert not asked("a.txt", False)


class TestHostile:
    @pytest.mark.parametrize("kind", ["folder", "fifo", "link", "large"])
    def test_an_ignore_file_that_is_none(self, tree, tmp_path, kind):
        needs.posix()
        path = tree / ".gitignore"
        if kind == "folder":
            path.mkdir()
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "link":
            put(tmp_path, {"rules": "*.txt"})
            path.symlink_to(tmp_path / "rules")
        else:
            path.write_bytes(b"*.txt\n" * 200_000)
        assert ours() == sorted(FILES)

    def test_any_bytes(self, tree):
        (tree / ".gitignore").write_bytes(bytes(range(256)) + b"\na.txt\n")
        assert "a.txt" not in ours()

    @pytest.mark.parametrize("rule", SLOW, ids=lambda rule: rule[:12])
    def test_a_rule_that_takes_ages(self, tree, rule):
        put(tree, {".gitignore": f"{rule}\nb.txt", "a" * 251 + ".txt": "", "a/" * 100 + "a.txt": ""})
        before = time.process_time()
        assert "b.txt" not in ours()
        assert time.process_time() - before < 1

    def test_git_is_never_run(self, tree):
        (tree / ".git" / "config").write_text("[core]\n\tfsmonitor = touch stolen; false\n\thooksPath = .\n")
        put(tree, {".gitignore": "a.txt"})
        code = """if True:
            import sys
            programs = ("os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "subprocess")
            sys.addaudithook(lambda event, _: event.startswith(programs) and sys.exit(event))
            from dedupe import source
            print(len(list(source.walk(["."], [".txt"]))))"""
        environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stdout) == (0, "4\n"), run.stderr
        assert not (tree / "stolen").exists()


def test_nobody_pays_for_pathspec_without_an_ignore_file(tmp_path):
    put(tmp_path, {"a.txt": ""})
    code = "import sys; from dedupe import source; print(*source.walk(['.'], ['.txt']), 'pathspec' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
    run = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout == "a.txt False\n"
