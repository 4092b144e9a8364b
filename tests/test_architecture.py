"""The picture of the rooms, held against the code."""

import ast
from pathlib import Path

import pytest

import dedupe

PACKAGE = Path(dedupe.__file__).resolve().parent

# A room imports only rooms above it.
ROOMS = [
    "version",
    "model",
    "spans",
    "settings",
    "disk",
    "growing",
    "repo",
    "revisions",
    "package",
    "source",
    "archive",
    "lexicon",
    "words",
    "facts",
    "dateline",
    "roles",
    "formats",
    "sign",
    "match",
    "sections",
    "story",
    "beside",
    "chain",
    "stretches",
    "survivor",
    "meant",
    "doubts",
    "rest",
    "why",
    "judge",
    "marks",
    "review",
    "compare",
    "edit",
    "tracked",
    "undo",
    "evidence",
    "restoring",
    "redact",
    "erase",
    "accept",
    "stale",
    "cache",
    "engines",
    "across",
    "pipeline",
    "decisions",
    "cleaning",
    "codes",
    "health",
    "reports",
    "kept",
    "shelf",
    "sift",
    "inputs",
    "beyond",
    "job",
    "apply",
    "choices",
    "config",
    "options",
    "init",
    "console",
    "progress",
    "accounts",
    "archivist",
    "run",
    "desk",
    "cli",
    "__main__",
]
KNOWS_LITTLE = {"formats": {"model", "dateline", "roles"}, "engines": set()}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path):
    """Rooms that a file imports when it runs, those behind TYPE_CHECKING left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        node
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and getattr(branch.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if node in guarded:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "dedupe":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dedupe."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("dedupe."))


class TestTree:
    def test_every_file_is_in_a_room(self):
        assert {room(path) for path in FILES} - {"__init__"} <= set(ROOMS)

    def test_every_room_is_there(self):
        assert set(ROOMS) == {room(path) for path in FILES} - {"__init__"}

    @pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_imports_go_one_way(self, path):
        mine = room(path)
        if mine == "__init__":
            return
        above = set(ROOMS[: ROOMS.index(mine)])
        allowed = KNOWS_LITTLE.get(mine, above) | {mine}
        assert set(imported(path)) <= allowed

    @pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_files_stay_small(self, path):
        assert len(path.read_text(encoding="utf-8").split("\n")) <= 401

    def test_only_the_command_line_prints_or_exits(self):
        for path in FILES:
            if room(path) == "cli":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("print", "exit", "quit"), path

    def test_only_one_room_writes_files(self):
        for path in FILES:
            if room(path) in ("disk", "growing", "cli"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    assert name not in ("open", "write_text", "write_bytes", "unlink", "rename", "remove"), path

    def test_nothing_that_is_read_can_be_executed(self):
        for path in FILES:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                    # git is asked for stored objects, in one room
                    allowed = {"subprocess"} if path.name == "revisions.py" else set()
                    assert not ({"pickle", "marshal", "shelve", "subprocess"} - allowed) & set(names), path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("eval", "exec", "__import__"), path

    def test_no_splitlines(self):
        assert not [path for path in FILES if "splitlines(" in path.read_text(encoding="utf-8")]
