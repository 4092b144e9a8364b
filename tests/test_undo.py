import base64
import contextlib
import json
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

import faults
import needs
import pytest
from conftest import ROOT
from faults import shim  # noqa: F401  a fixture
from hypothesis import given
from hypothesis import strategies as st

from dedupe import evidence, restoring, source, undo
from dedupe.model import Cut, DedupeError, Finding, Place, Source
from dedupe.settings import Settings


class Plan(NamedTuple):
    source: Source
    data: bytes
    cuts: tuple


PLACE = Place("story.txt", None, 0, 4, 1, 1, 1, "unpublished copy")
FINDING = Finding("exact", "error", "remove", 1, 2, PLACE, PLACE, 1, 1.0, 1.0, (), (), "It stands twice.", "f00")
OLD = b"one\r\n\r\ntwo\r\n\r\none\r\n"
FRAGMENTS = [b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"word ", *(each.encode() for each in "\ufeff\u2028\u05d0\u200d")]
SPANS = ((10, 15), (17, 19))


def cut(data, spans):
    """The oracle: what is left, byte by byte."""
    return bytes(byte for at, byte in enumerate(data) if not any(start <= at < end for start, end in spans))


def plan(path, data=OLD, spans=SPANS):
    return Plan(Source(str(path), data, "latin-1", ""), cut(data, spans), tuple(Cut(*span, FINDING) for span in spans))


def cleaned(folder, names=("story.txt",), manifest=None, data=OLD, spans=SPANS):
    """Files that were cleaned, and the path of the manifest."""
    record = undo.create(manifest, Settings())
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        undo.append(record, plan(path, data, spans))
        source.write(str(path), cut(data, spans), expect_sha256=source.from_bytes(data, "", "latin-1").sha256)
    undo.close(record)
    return record.path


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rewrite(manifest, number, changes):
    """Change values in a line of a manifest."""
    lines = Path(manifest).read_bytes().split(b"\n")
    lines[number] = json.dumps({**json.loads(lines[number]), **changes}).encode()
    Path(manifest).write_bytes(b"\n".join(lines))


def restored(manifest):
    return list(restoring.restore(manifest))


def cuts_of(manifest):
    return json.loads(Path(manifest).read_bytes().split(b"\n")[1])["cuts"]


class TestManifest:
    def test_says_who_when_and_with_what_settings(self, here):
        header = evidence.scan(cleaned(here)).header
        assert header["manifest"] == 1
        assert header["tool"]["name"] == "wire-dedupe"
        assert header["who"]
        assert header["settings"]["threshold"] == 0.5
        assert header["time"].endswith("Z")

    def test_one_line_a_file_with_every_cut(self, here):
        manifest = cleaned(here, ["a.txt", "deep/b.txt"])
        lines = [json.loads(line) for line in Path(manifest).read_bytes().split(b"\n")[1:-1]]
        assert [line["path"] for line in lines] == ["../../a.txt", "../../deep/b.txt"]
        assert [(each["offset"], base64.b64decode(each["removed"])) for each in lines[0]["cuts"]] == [
            (10, OLD[10:15]),
            (12, OLD[17:19]),
        ]
        assert lines[0]["cuts"][0]["code"] == "exact"
        assert lines[0]["cuts"][0]["why"] == "It stands twice."
        assert lines[0]["cuts"][0]["fingerprint"] == "f00"

    def test_names_the_kept_copy_without_its_text(self, here):
        kept = cuts_of(cleaned(here))[0]["kept"]
        assert kept == {key: value for key, value in PLACE._asdict().items() if key != "text"}

    def test_is_private_and_its_folder_ignores_itself(self, here):
        manifest = cleaned(here)
        assert manifest.startswith(os.path.join(".dedupe", "undo", ""))
        assert stat.S_IMODE(os.stat(manifest).st_mode) == 0o600
        assert (here / ".dedupe" / ".gitignore").read_bytes() == b"*\n"

    def test_an_earlier_one_is_never_overwritten(self, here):
        names = {cleaned(here) for _ in range(3)}
        assert len(names) == 3
        with pytest.raises(DedupeError, match="is there already"):
            undo.create(names.pop(), Settings())

    def test_a_named_one_goes_where_it_is_wanted(self, here):
        manifest = cleaned(here, manifest="records/of/today.jsonl")
        assert manifest == "records/of/today.jsonl"
        assert not (here / ".dedupe").exists()
        assert [each.status for each in restored(manifest)] == ["restored"]

    @pytest.mark.parametrize("link", [".dedupe", ".dedupe/undo"])
    def test_a_planted_link_does_not_lead_it_away(self, here, tmp_path_factory, link):
        needs.posix()
        (here / link).parent.mkdir(exist_ok=True)
        (here / link).symlink_to(tmp_path_factory.mktemp("elsewhere"))
        with pytest.raises(DedupeError, match="is a link"):
            undo.create(None, Settings())

    def test_a_file_in_the_way_is_named(self, here):
        (here / ".dedupe").write_bytes(b"")
        with pytest.raises(DedupeError, match=r"\.dedupe: is a file"):
            undo.create(None, Settings())

    def test_is_on_the_disk_before_append_returns(self, here, monkeypatch):
        flushed = []
        monkeypatch.setattr(os, "fsync", flushed.append)
        record = undo.create(None, Settings())
        before = len(flushed)
        undo.append(record, plan(here / "story.txt"))
        assert len(flushed) == before + 1
        assert len(evidence.scan(record.path).files) == 1

    def test_once_it_cannot_be_written_nothing_more_is_recorded(self, here, monkeypatch):
        record = undo.create(None, Settings())
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
            with pytest.raises(DedupeError, match="the disk reports an error"):
                undo.append(record, plan(here / "story.txt"))
        with pytest.raises(DedupeError, match="cannot be written"):
            undo.append(record, plan(here / "story.txt"))

    def test_a_file_name_that_is_no_utf8(self, here):
        if sys.platform != "linux":
            needs.missing("needs file names of any bytes")
        manifest = cleaned(here, [os.fsdecode(b"caf\xe9\n.txt")])
        assert [each.status for each in restored(manifest)] == ["restored"]


class TestProof:
    def test_other_bytes_than_those_of_the_cuts_are_refused(self, here):
        record = undo.create(None, Settings())
        with pytest.raises(DedupeError, match="other bytes"):
            undo.append(record, plan(here / "story.txt")._replace(data=OLD[:-1]))
        assert not evidence.scan(record.path).files

    @pytest.mark.parametrize("spans", [((5, 3),), ((5, 5),), ((4, 9), (8, 10)), ((9, 10), (1, 2)), ((1, 99),)], ids=str)
    def test_cuts_that_are_no_spans_are_refused(self, spans):
        with pytest.raises(DedupeError, match="overlap"):
            undo.plan_of("story.txt", OLD, [Cut(*span, FINDING) for span in spans])

    @given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=30).map(b"".join), st.data())
    def test_what_is_cut_comes_back(self, before, draw):
        ends = sorted(draw.draw(st.sets(st.integers(0, len(before)), max_size=12)))
        spans = list(zip(ends[::2], ends[1::2], strict=False))
        record = undo.plan_of("story.txt", before, [Cut(*span, FINDING) for span in spans])
        assert undo.rebuild(cut(before, spans), record) == before


class TestRestore:
    def test_gives_every_file_back(self, here):
        manifest = cleaned(here, ["a.txt", "b.txt"])
        assert [(each.path, each.status) for each in restored(manifest)] == [
            ("b.txt", "restored"),
            ("a.txt", "restored"),
        ]
        assert (here / "a.txt").read_bytes() == (here / "b.txt").read_bytes() == OLD

    def test_from_another_folder_and_after_moving_all_of_it(self, here, monkeypatch):
        manifest = cleaned(here / "project", manifest="project/.dedupe/undo/one.jsonl")
        (here / "project").rename(here / "moved")
        (here / "other").mkdir()
        monkeypatch.chdir(here / "other")
        assert [each.status for each in restored(os.path.join("..", "moved", *manifest.split("/")[1:]))] == ["restored"]
        assert (here / "moved" / "story.txt").read_bytes() == OLD

    def test_twice_is_no_error(self, here):
        manifest = cleaned(here)
        restored(manifest)
        assert [(each.status, each.failed) for each in restored(manifest)] == [("unchanged", False)]

    def test_a_run_stopped_between_record_and_file(self, here):
        (here / "story.txt").write_bytes(OLD)
        record = undo.create(None, Settings())
        undo.append(record, plan(here / "story.txt"))
        assert [each.message for each in restored(record.path)] == ["is already as it was"]

    def test_a_file_changed_since_is_left_alone_and_the_others_are_done(self, here):
        manifest = cleaned(here, ["a.txt", "b.txt"])
        (here / "b.txt").write_bytes(b"new copy")
        assert [each.status for each in restored(manifest)] == ["refused", "restored"]
        assert (here / "b.txt").read_bytes() == b"new copy"
        assert (here / "a.txt").read_bytes() == OLD

    def test_copies_elsewhere_lead_back_too(self, here):
        record = undo.create(None, Settings())
        for name in ("in/a.txt", "in/deep/b.txt"):
            copy = here / name.replace("in/", "out/")
            undo.append(record, plan(here / name), str(copy))
            source.write_new(str(copy), cut(OLD, SPANS))
        source.write_new("in/a.txt", OLD)
        assert [(each.path, each.status) for each in restoring.verify(record.path)] == [
            ("in/deep/b.txt", "proven"),
            ("in/a.txt", "proven"),
        ]
        assert [(each.path, each.status) for each in restored(record.path)] == [
            ("in/deep/b.txt", "restored"),
            ("in/a.txt", "unchanged"),
        ]
        assert (here / "in/deep/b.txt").read_bytes() == OLD
        (here / "out").rename(here / "moved")
        elsewhere = restoring.Elsewhere("moved", "back")
        assert [each.status for each in restoring.restore(record.path, elsewhere)] == ["restored", "restored"]
        assert (here / "back/a.txt").read_bytes() == (here / "back/deep/b.txt").read_bytes() == OLD

    def test_a_missing_file_is_said(self, here):
        manifest = cleaned(here)
        (here / "story.txt").unlink()
        [found] = restored(manifest)
        assert found.failed
        assert found.message == "cannot be read: no such file or folder"

    def test_a_last_line_cut_short_is_said_and_the_others_are_restored(self, here):
        manifest = cleaned(here, ["a.txt", "b.txt"])
        Path(manifest).write_bytes(Path(manifest).read_bytes()[:-9])
        found = restored(manifest)
        assert [each.status for each in found] == ["restored", "unchanged"]
        assert "cut short" in found[-1].message
        assert (here / "a.txt").read_bytes() == OLD

    @pytest.mark.parametrize("data", [b"", b'{"manifest":1'])
    def test_a_run_stopped_before_its_first_record(self, here, data):
        (here / "m.jsonl").write_bytes(data)
        with pytest.raises(DedupeError, match="before it changed anything"):
            restored("m.jsonl")

    def test_what_was_cleaned_twice(self, here):
        first = cleaned(here)
        small = (here / "story.txt").read_bytes()
        second = undo.create(None, Settings())
        undo.append(second, plan(here / "story.txt", small, ((0, 3),)))
        source.write("story.txt", small[3:], expect_sha256=source.from_bytes(small, "", "latin-1").sha256)
        assert restored(first)[0].failed
        assert [restored(each)[0].status for each in (second.path, first)] == ["restored", "restored"]
        assert (here / "story.txt").read_bytes() == OLD


HOSTILE = {
    "no object": b"[1]",
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe",
    "very deep": b"[" * 100_000,
    "a very long number": b'{"path":' + b"9" * 5000 + b"}",
    "nothing in it": b"{}",
    "a path that is none": b'{"path":5,"sha256_before":"a","sha256_after":"b","cuts":[]}',
    "cuts that are none": b'{"path":"a","sha256_before":"a","sha256_after":"b","cuts":7}',
    "cuts that are text": b'{"path":"a","sha256_before":"a","sha256_after":"b","cuts":"xy"}',
}
DAMAGE = {
    "a reason that is none": {"why": 5},
    "a copy that is none": {"kept": "here"},
    "bad base64": {"removed": "é*"},
    "base64 with a gap": {"removed": "dHdv\nCgo="},
    "no base64": {"removed": None},
    "an offset before the file": {"offset": -1},
    "an offset that is no number": {"offset": "1"},
    "an offset that is true": {"offset": True},
    "an offset with a fraction": {"offset": 1.0},
    "an offset out of order": {"offset": 15},
}


class TestHostile:
    @pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
    def test_a_line_that_is_no_record(self, here, line):
        manifest = cleaned(here)
        with open(manifest, "ab") as file:
            file.write(line + b"\n")
        with pytest.raises(DedupeError, match=r"line 3 is damaged; nothing was restored$"):
            restored(manifest)
        assert (here / "story.txt").read_bytes() == cut(OLD, SPANS)

    @pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
    def test_a_cut_that_is_none(self, here, change):
        manifest = cleaned(here)
        first, second = cuts_of(manifest)
        rewrite(manifest, 1, {"cuts": [{**first, **change}, second]})
        with pytest.raises(DedupeError, match="line 2 is damaged"):
            restored(manifest)

    @pytest.mark.parametrize("change", [{"offset": 13}, {"offset": 10**30}, {"removed": "AAAA"}], ids=str)
    def test_cuts_that_do_not_give_the_original(self, here, change):
        manifest = cleaned(here)
        first, second = cuts_of(manifest)
        rewrite(manifest, 1, {"cuts": [first, {**second, **change}]})
        [found] = restored(manifest)
        assert found.failed
        assert "damaged" in found.message
        assert (here / "story.txt").read_bytes() == cut(OLD, SPANS)

    @pytest.mark.parametrize("path", ["a\0b", "\ud83d", "x" * 5000, "..", "/"], ids=ascii)
    def test_a_path_that_is_no_file(self, here, path):
        manifest = cleaned(here)
        rewrite(manifest, 1, {"path": path})
        [found] = restored(manifest)
        assert found.failed
        assert "\n" not in found.message

    @pytest.mark.parametrize("version", [2, "1", None, 1.5], ids=str)
    def test_another_version(self, here, version):
        manifest = cleaned(here)
        rewrite(manifest, 0, {"manifest": version})
        with pytest.raises(DedupeError, match="no undo manifest that this version knows"):
            restored(manifest)

    def test_a_fifo_in_its_place(self, tmp_path):
        needs.posix()
        os.mkfifo(tmp_path / "m.jsonl")
        with pytest.raises(DedupeError, match="is a pipe"):
            restored(str(tmp_path / "m.jsonl"))

    def test_one_that_came_with_a_repository_changes_nothing_outside_of_it(self, here, monkeypatch):
        needs.posix()
        manifest = os.path.abspath(cleaned(here / "home", manifest="repo/.dedupe/undo/m.jsonl"))
        os.chmod(manifest, 0o644)
        monkeypatch.chdir(here / "repo")
        [found] = restored(manifest)
        assert found.failed
        assert "chmod 600" in found.message
        assert (here / "home" / "story.txt").read_bytes() == cut(OLD, SPANS)
        os.chmod(manifest, 0o600)
        assert [each.status for each in restored(manifest)] == ["restored"]

    def test_a_link_in_the_tree_does_not_lead_it_outside(self, here, monkeypatch):
        needs.posix()
        manifest = os.path.abspath(cleaned(here / "repo", manifest="repo/m.jsonl"))
        (here / "secret").write_bytes((here / "repo" / "story.txt").read_bytes())
        (here / "repo" / "story.txt").unlink()
        (here / "repo" / "story.txt").symlink_to(here / "secret")
        os.chmod(manifest, 0o644)
        monkeypatch.chdir(here / "repo")
        assert restored(manifest)[0].failed
        assert (here / "secret").read_bytes() == cut(OLD, SPANS)


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    with needs.disk(tmp_path / "disk", "256k") as disk:
        monkeypatch.chdir(disk)
        story = disk / "story.txt"
        old = OLD * 3000
        story.write_bytes(old)
        (disk / "filler").write_bytes(b"x" * 160_000)
        record = undo.create(None, Settings())
        undo.append(record, plan(story, old, SPANS))
        with pytest.raises(DedupeError, match=r"story\.txt: not written: the disk is full$"):
            source.write(str(story), cut(old, SPANS), expect_sha256=source.from_bytes(old, "", "latin-1").sha256)
        assert story.read_bytes() == old
        assert sorted(path.name for path in disk.iterdir()) == [".dedupe", "filler", "story.txt"]
        with contextlib.suppress(OSError), (disk / "more").open("wb", buffering=0) as more:
            while True:
                more.write(b"x" * 4096)
        with pytest.raises(DedupeError, match="the disk is full"):
            undo.append(record, plan(story, old, ((0, 9000),)))
        undo.close(record)
        assert {each.status for each in restored(record.path)} == {"unchanged"}


SCRIPT = """
import sys
from typing import NamedTuple
from dedupe import source, undo
from dedupe.model import Cut, DedupeError, Finding, Place, Source
from dedupe.settings import Settings

class Plan(NamedTuple):
    source: Source
    data: bytes
    cuts: tuple

place = Place("", None, 0, 1, 1, 1, 1, "")
finding = Finding("exact", "error", "remove", 1, 2, place, place, 1, 1.0, 1.0, (), (), "", "")
record, status = None, 0
for path in source.walk(["."], [".txt"]):
    try:
        if isinstance(path, DedupeError):
            raise path
        item = source.read(path)
        start, end = item.data.find(b"CUT"), item.data.find(b"KEEP", item.data.find(b"CUT"))
        if start < 0:
            continue
        plan = Plan(item, item.data[:start] + item.data[end:], (Cut(start, end, finding),))
        record = record or undo.create(None, Settings())
        undo.append(record, plan)
        source.write(path, plan.data, expect_sha256=item.sha256)
    except DedupeError as error:
        print(error.message, file=sys.stderr)
        status = 2
sys.exit(status)
"""


def prepare(folder):
    for name in ("a.txt", "deep/b.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"first\r\n\r\nCUT this\r\n\r\nKEEP this" + name.encode())
        path.chmod(0o640)


def prepare_stories(folder):
    story = ROOT / "fixtures" / "cases" / "seed-exasperation" / "story.txt"
    for name in ("a.txt", "deep/b.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(story.read_bytes())


CASE = faults.Case(prepare, lambda _: [sys.executable, "-P", "-c", SCRIPT])
CLEAN = faults.Case(prepare_stories, lambda _: [sys.executable, "-P", "-m", "dedupe", "clean", "--write", "."])
CASES = pytest.mark.parametrize("case", [CASE, CLEAN], ids=["library", "clean"])


class TestFaults:
    @pytest.mark.long
    @CASES
    def test_every_call_that_fails_leaves_old_or_new_bytes(self, shim, tmp_path, case):  # noqa: F811  the fixture
        assert faults.sweep(case, shim, tmp_path) >= 300

    @pytest.mark.long
    @CASES
    def test_random_kills(self, tmp_path, case):
        needs.posix()
        faults.kills(case, tmp_path, times=200)

    def test_a_run_that_is_killed_before_the_file_is_replaced(self, shim, tmp_path):  # noqa: F811  the fixture
        expected = faults.expect(CASE, tmp_path / "expected", shim)
        for number in (expected.calls // 2, expected.calls - 3):
            folder = tmp_path / str(number)
            run = faults.start(CASE, folder, shim, FAULT_N=str(number), FAULT_MODE="kill")
            said = run.communicate()[1]
            assert run.returncode == -9
            faults.examine(CASE, folder, expected, run.returncode, said, f"kill at {number}")


def test_a_process_without_a_user_name():
    with needs.strangers_folder() as folder:
        manifest = folder / "m.jsonl"
        needs.as_stranger("undo.create(sys.argv[1], Settings())", manifest)
        assert evidence.scan(str(manifest)).header["who"] == "unknown"
