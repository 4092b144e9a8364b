import gzip
import json
import os
from pathlib import Path

import jobs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import evidence, restoring, undo
from dedupe.model import DedupeError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def restored(manifest, cleaned="", output=""):
    return list(restoring.restore(manifest, restoring.Elsewhere(str(cleaned), str(output))))


def verified(manifest, cleaned=""):
    return list(restoring.verify(manifest, restoring.Elsewhere(str(cleaned))))


LINES = [json.dumps({"id": f"n{at}", "text": f"One.\n\nTwo {at}.\n\nOne."}).encode() for at in range(6)]
PLAIN = (
    LINES[0] + b"\r\n\n" + LINES[1] + b"\n" + LINES[2] + b"\n  \n" + LINES[3] + b"\r\n" + LINES[4] + b"\n" + LINES[5]
)
WANTED = {1: [(14, 20)], 2: None, 3: None, 4: [(12, 15), (20, 22)], 5: None}


class TestContainer:
    def test_in_place(self, here):
        (here / "a.jsonl").write_bytes(PLAIN)
        run = jobs.clean("a.jsonl", None, WANTED)
        assert len(run.left) == 3
        assert [(each.path, each.status, each.message) for each in verified(run.manifest)] == [
            ("a.jsonl", "proven", "5 records can be rebuilt, 6 in all: proven")
        ]
        assert (here / "a.jsonl").read_bytes() != PLAIN
        assert [(each.status, each.message) for each in restored(run.manifest)] == [
            ("restored", "restored: 5 records were rebuilt, 6 in all")
        ]
        assert (here / "a.jsonl").read_bytes() == PLAIN
        assert [each.status for each in restored(run.manifest)] == ["unchanged"]

    def test_to_where_the_original_was(self, here):
        (here / "a.jsonl.gz").write_bytes(gzip.compress(PLAIN))
        run = jobs.clean("a.jsonl.gz", "out/a.jsonl.gz", WANTED)
        assert [each.status for each in restored(run.manifest)] == ["unchanged"]
        (here / "a.jsonl.gz").unlink()
        assert [each.status for each in restored(run.manifest)] == ["restored"]
        assert gzip.decompress((here / "a.jsonl.gz").read_bytes()) == PLAIN

    def test_what_has_moved_goes_where_it_is_wanted(self, here):
        (here / "a.jsonl.gz").write_bytes(gzip.compress(PLAIN))
        run = jobs.clean("a.jsonl.gz", "out/a.jsonl.gz", WANTED)
        (here / "out" / "a.jsonl.gz").rename(here / "b.jsonl.gz")
        [found] = restored(run.manifest, output="c.jsonl.gz")
        assert found.message == "cannot be read: no such file or folder"
        assert [each.status for each in verified(run.manifest, "b.jsonl.gz")] == ["proven"]
        assert [each.status for each in restored(run.manifest, "b.jsonl.gz", "c.jsonl.gz")] == ["restored"]
        assert gzip.decompress((here / "c.jsonl.gz").read_bytes()) == PLAIN

    def test_another_file_in_the_way_is_left_alone(self, here):
        (here / "a.jsonl").write_bytes(PLAIN)
        run = jobs.clean("a.jsonl", "b.jsonl", WANTED)
        (here / "a.jsonl").write_bytes(b'{"text": "new"}\n')
        [found] = restored(run.manifest)
        assert found.failed
        assert "is there already, with other content; say --output" in found.message
        assert (here / "a.jsonl").read_bytes() == b'{"text": "new"}\n'

    def test_several_containers_in_folders_that_moved(self, here):
        for name in ("in/x/a.jsonl", "in/y/a.jsonl"):
            Path(name).parent.mkdir(parents=True)
            Path(name).write_bytes(PLAIN)
        one = jobs.clean("in/x/a.jsonl", "out/x/a.jsonl", WANTED, manifest="one.jsonl")
        two = jobs.clean("in/y/a.jsonl", "out/y/a.jsonl", {0: None}, manifest="two.jsonl")
        lines = jobs.manifest_lines(one.manifest) + jobs.manifest_lines(two.manifest)[1:]
        Path("both.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        Path("out").rename("moved")
        Path("back.jsonl").write_bytes(b"")
        with pytest.raises(DedupeError, match=r"back\.jsonl: is no folder"):
            restored("both.jsonl", "moved", "back.jsonl")
        assert [each.status for each in restored("both.jsonl", "moved", "back")] == ["restored"] * 2
        assert Path("back/x/a.jsonl").read_bytes() == Path("back/y/a.jsonl").read_bytes() == PLAIN

    def test_one_changed_since_is_refused(self, here):
        (here / "a.jsonl").write_bytes(PLAIN)
        run = jobs.clean("a.jsonl", None, WANTED)
        changed = (here / "a.jsonl").read_bytes().replace(b'"n0"', b'"n9"')
        (here / "a.jsonl").write_bytes(changed)
        for [found] in (verified(run.manifest), restored(run.manifest)):
            assert found.failed
            assert "changed since it was cleaned" in found.message
        assert (here / "a.jsonl").read_bytes() == changed

    def test_without_an_end_nothing_had_been_written(self, here):
        (here / "a.jsonl").write_bytes(PLAIN)
        run = jobs.clean("a.jsonl", "b.jsonl", WANTED)
        Path(run.manifest).write_bytes(b"\n".join(jobs.manifest_lines(run.manifest)[:-1]) + b"\n")
        assert [each.status for each in restored(run.manifest)] == ["unchanged"]

    @pytest.mark.parametrize("first", [1, 2, 5, 6])
    def test_a_job_that_was_killed_and_wrote_its_lines_again(self, here, first):
        (here / "a.jsonl").write_bytes(PLAIN)
        run = jobs.clean("a.jsonl", None, WANTED)
        header, *lines = jobs.manifest_lines(run.manifest)
        Path(run.manifest).write_bytes(b"\n".join([header, *lines[:first], *lines]) + b"\n")
        assert [each.status for each in restored(run.manifest)] == ["restored"]
        assert (here / "a.jsonl").read_bytes() == PLAIN

    def test_a_compressed_one_is_not_restored_over_itself(self, here):
        (here / "a.jsonl.gz").write_bytes(gzip.compress(PLAIN))
        run = jobs.clean("a.jsonl.gz", None, WANTED)
        [found] = restored(run.manifest)
        assert found.message == "cannot be restored in place without loss; say --output"
        assert [each.status for each in restored(run.manifest, output="b.jsonl.gz")] == ["restored"]

    def test_a_manifest_of_a_stranger_leads_nowhere_else(self, here, monkeypatch):
        Path("home").mkdir()
        Path("home/a.jsonl").write_bytes(PLAIN)
        Path("repo").mkdir()
        run = jobs.clean("home/a.jsonl", None, WANTED, manifest="repo/m.jsonl")
        os.chmod(run.manifest, 0o644)
        monkeypatch.chdir(here / "repo")
        assert "chmod 600" in restored("m.jsonl")[0].message


class TestRoundTrip:
    @given(st.data())
    def test_json_lines_come_back_byte_for_byte(self, tmp_path_factory, data):
        texts = data.draw(
            st.lists(st.text(max_size=30).map(lambda it: json.dumps(it).encode()), min_size=1, max_size=8)
        )
        ends = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n \t\n", b"\r\n\r\n"])
        body = b"".join(text + data.draw(ends) for text in texts)
        body = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"\n"])) + body
        body = body.rstrip(b"\r\n \t") if data.draw(st.booleans()) else body
        folder = tmp_path_factory.mktemp("trip")
        ending = data.draw(st.sampled_from(["", ".gz", ".bz2", ".xz"]))
        path = folder / f"a.jsonl{ending}"
        path.write_bytes(packed(body, ending))
        wanted = {}
        for number, text in enumerate(jobs.data_of(path)):
            what = data.draw(st.sampled_from(["same", "cut", "out"]))
            if what == "out":
                wanted[number] = None
            elif what == "cut" and len(text) > 2:
                marks = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=6)))
                wanted[number] = list(zip(marks[::2], marks[1::2], strict=False))
        run = jobs.clean(path, folder / "out" / path.name, wanted, manifest=str(folder / "m.jsonl"))
        path.unlink()
        assert [each.status for each in verified(run.manifest)] == ["proven"]
        assert [each.status for each in restored(run.manifest)] == ["restored"]
        assert unpacked(path.read_bytes(), ending) == body


def packed(data, ending):
    import bz2
    import lzma

    return {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[ending](data)


def unpacked(data, ending):
    import bz2
    import lzma

    return {"": bytes, ".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}[ending](data)
