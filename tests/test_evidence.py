import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import faults
import jobs
import needs
import pytest
from faults import shim  # noqa: F401  a fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import archive, restoring
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


class TestDamage:
    """Whatever happens to a manifest or a cleaned container: the original comes back, or nothing and a reason."""

    def attempts(self, here, name, every, expected=PLAIN):
        whole = (here / name).read_bytes()
        before = {path for path in here.rglob("*") if path.is_file()}
        seen = {"restored": 0, "not": 0}
        for damaged in damages(whole, every):
            (here / name).write_bytes(damaged)
            try:
                found = restored("m.jsonl")
            except DedupeError as error:
                assert "\n" not in error.message
                found = []
            new = {path for path in here.rglob("*") if path.is_file()} - before
            assert [path.read_bytes() for path in new] in ([], [expected]), damaged
            assert bool(new) == ("restored" in {each.status for each in found}), found
            seen["restored" if new else "not"] += 1
            for path in new:
                path.unlink()
        (here / name).write_bytes(whole)
        assert [each.status for each in restored("m.jsonl")] == ["restored"]
        return seen

    def prepared(self, here):
        (here / "a.jsonl").write_bytes(PLAIN)
        jobs.clean("a.jsonl", "out/a.jsonl", WANTED, manifest="m.jsonl")
        (here / "a.jsonl").unlink()

    def test_of_the_manifest(self, here):
        self.prepared(here)
        assert self.attempts(here, "m.jsonl", every=31)["not"] > 100

    @pytest.mark.long
    def test_of_every_byte_of_the_manifest(self, here):
        self.prepared(here)
        assert self.attempts(here, "m.jsonl", every=1)["not"] > 1200

    def test_of_the_cleaned_copy(self, here):
        self.prepared(here)
        (here / "out" / "a.jsonl").write_bytes((here / "out" / "a.jsonl").read_bytes())
        assert self.attempts(here, "out/a.jsonl", every=1)["restored"] == 0

    def test_of_a_compressed_copy(self, here):
        (here / "a.jsonl.gz").write_bytes(gzip.compress(PLAIN))
        jobs.clean("a.jsonl.gz", "out/a.jsonl.gz", WANTED, manifest="m.jsonl")
        (here / "a.jsonl.gz").unlink()
        restored("m.jsonl")
        expected = (here / "a.jsonl.gz").read_bytes()
        assert gzip.decompress(expected) == PLAIN
        (here / "a.jsonl.gz").unlink()
        seen = self.attempts(here, "out/a.jsonl.gz", every=1, expected=expected)
        assert seen["restored"] <= 14  # the head of gzip says when and where it was made


class TestCommands:
    def run(self, *arguments, status=0):
        command = [sys.executable, "-P", "-m", "dedupe", *arguments]
        run = subprocess.run(command, env={"PYTHONPATH": needs.PACKAGES}, capture_output=True, text=True, check=False)
        assert run.returncode == status, run.stderr
        assert "Traceback" not in run.stderr
        return run.stderr

    def test_verify_and_restore(self, here):
        (here / "a.jsonl.gz").write_bytes(gzip.compress(PLAIN))
        jobs.clean("a.jsonl.gz", "out/a.jsonl.gz", WANTED, manifest="m.jsonl")
        (here / "out" / "a.jsonl.gz").rename(here / "b.jsonl.gz")
        assert self.run("verify", "m.jsonl", status=2) == "a.jsonl.gz: cannot be read: no such file or folder\n"
        said = self.run("verify", "m.jsonl", "--from", "b.jsonl.gz")
        assert said == "a.jsonl.gz: 5 records can be rebuilt, 6 in all: proven\n"
        self.run("restore", "m.jsonl", "--from", "b.jsonl.gz", "--output", "c.jsonl.gz", "--quiet")
        assert gzip.decompress((here / "c.jsonl.gz").read_bytes()) == PLAIN
        (here / "plain.txt").write_bytes(b"no manifest\n")
        assert "line 1 is damaged" in self.run("verify", "plain.txt", status=2)


def prepare_container(folder):
    (folder / "a.jsonl").write_bytes(PLAIN)
    jobs.clean(folder / "a.jsonl", None, WANTED, manifest=str(folder / "m.jsonl"))


LONG = [pytest.param(mode, 11, marks=pytest.mark.long) for mode in faults.MODES]


@pytest.mark.parametrize(("mode", "every"), [("kill", 29), *LONG])
def test_a_restore_that_fails_leaves_the_old_or_the_new_container(shim, tmp_path, mode, every):  # noqa: F811
    case = faults.Case(prepare_container, lambda _: [sys.executable, "-P", "-m", "dedupe", "restore", "m.jsonl"])
    count = tmp_path / "count"
    prepare = tmp_path / "prepared"
    assert faults.start(case, prepare, shim, FAULT_COUNT=str(count)).wait() == 0
    for number in range(2, int(count.read_text()) + 1, every):
        folder = tmp_path / str(number)
        run = faults.start(case, folder, shim, FAULT_N=str(number), FAULT_MODE=mode)
        said = run.communicate()[1]
        assert "Traceback" not in said, said
        assert (folder / "a.jsonl").read_bytes() == PLAIN or run.returncode != 0
        assert [each.status for each in verified(str(folder / "m.jsonl"))] in (["proven"], ["unchanged"])
        assert faults.start(case, folder).wait() == 0
        assert (folder / "a.jsonl").read_bytes() == PLAIN
        assert not list(folder.glob(".*.tmp"))


def damages(whole, every):
    """A byte of every few changed in two ways, and what is left after it is cut off."""
    for at in range(0, len(whole), every):
        yield whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        yield whole[:at] + bytes([whole[at] ^ 0x42]) + whole[at + 1 :]
        yield whole[:at]


OUT = re.compile('[,\r\n"]')
STORIES = st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=6)


def as_csv(path, texts, quoting):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, quoting=quoting, lineterminator="\r\n")
        out.writerows([["id", "text", "more"], *([f"k{at}", text, "x,y"] for at, text in enumerate(texts))])


def as_odd_csv(path, texts, _):
    rows = [
        f'k{at},"{text.replace(chr(34), chr(34) * 2)}"tail,1' if at % 2 else f'k{at},{OUT.sub("", text)}"q",2'
        for at, text in enumerate(texts)
    ]
    path.write_bytes("\n".join(["id,text,more", *rows]).encode())


def as_json(path, texts, how):
    lead, between, end = how
    path.write_text(lead + between.join(json.dumps({"text": text}, indent=1) for text in texts) + end, encoding="utf-8")


def as_warc(path, texts, digest):
    records = []
    for at, text in enumerate(texts):
        data = text.encode()
        head = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://x/{at}\r\n{digest}Content-Length:  {len(data)}\r\n\r\n"
        records.append(head.encode() + data + b"\r\n\r\n")
    path.write_bytes(b"".join(records))


def as_odd_tar(path, texts, _):
    as_tar(path, texts, "")
    path.write_bytes(odd(path.read_bytes()))


def odd(data):
    """Numbers of headers as another tar writes them: with a space in front."""
    at, parts = 0, []
    while at < len(data):
        head = bytearray(data[at : at + 512])
        size = int(head[124:135], 8) if head[0] else 0
        if head[0]:
            head[124:136] = b"%11o " % size
            head[148:156] = b" " * 8
            head[148:156] = b"%06o\0 " % sum(head)
        end = at + 512 + -(-size // 512) * 512
        parts += [bytes(head), data[at + 512 : end]]
        at = end
    return b"".join(parts)


def as_tar(path, texts, kind):
    with tarfile.open(path, f"w:{kind}") as file:
        for at, text in enumerate(texts):
            entry = tarfile.TarInfo(f"{'long/' * (at * 30)}{at}.txt")
            entry.size = len(text.encode())
            file.addfile(entry, io.BytesIO(text.encode()))


def as_zip(path, texts, method):
    with zipfile.ZipFile(path, "w", method) as file:
        for at, text in enumerate(texts):
            file.writestr(f"{at}.txt", text)


def as_parquet(path, texts, _):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": [*map(str, range(len(texts)))], "text": texts}), path, row_group_size=2)


KINDS = {
    "a.csv": (as_csv, csv.QUOTE_MINIMAL),
    "b.csv": (as_csv, csv.QUOTE_ALL),
    "odd.csv": (as_odd_csv, None),
    "a.json": (as_json, ("[", ",", "]")),
    "b.json": (as_json, ("\n [ \n ", " ,\n\t", "\n]\n")),
    "a.warc": (as_warc, ""),
    "b.warc": (as_warc, "WARC-Block-Digest: sha1:AAAA\r\n"),
    "a.wet": (as_warc, ""),
    "odd.tar": (as_odd_tar, None),
    "a.tar": (as_tar, ""),
    "a.tar.gz": (as_tar, "gz"),
    "a.zip": (as_zip, zipfile.ZIP_DEFLATED),
    "b.zip": (as_zip, zipfile.ZIP_STORED),
    "a.parquet": (as_parquet, None),
}


NEVER_EMPTY = (".json", ".warc", ".wet")  # a story that is all cut would be none
MARK = "more of it"


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=15)
@given(data=st.data())
def test_containers_come_back(tmp_path_factory, name, data):
    folder = tmp_path_factory.mktemp("trip")
    path = folder / name
    write, how = KINDS[name]
    texts = data.draw(STORIES)
    write(path, [text + MARK for text in texts] if name.endswith(NEVER_EMPTY) else texts, how)
    body, original = path.read_bytes(), jobs.data_of(path)
    wanted = {}
    for number, text in enumerate(original):
        what = data.draw(st.sampled_from(["same", "cut", "out"]))
        said = text.decode()
        if what == "out" and archive.takes_back(archive.kind_of(name)):
            wanted[number] = None
        elif what == "cut":
            first = said.rindex(MARK) if name.endswith(NEVER_EMPTY) else 0
            last = first + len(MARK) if first else len(said)
            marks = sorted(data.draw(st.sets(st.integers(first, last), max_size=6)))
            ends = [len(said[:mark].encode()) for mark in marks]
            wanted[number] = [span for span in zip(ends[::2], ends[1::2], strict=False) if span[0] < span[1]]
    run = jobs.clean(path, folder / "out" / name, wanted, manifest=str(folder / "m.jsonl"))
    path.rename(folder / "kept")
    assert [each.status for each in verified(run.manifest)] == ["proven"]
    [done] = restored(run.manifest)
    assert done.status == "restored", done.message
    assert jobs.data_of(path) == original
    if name.endswith((".csv", ".tar", ".json", ".warc", ".wet")):
        assert path.read_bytes() == body


def test_records_of_a_container_within_one_come_back(here):
    with zipfile.ZipFile("a.zip", "w") as file:
        file.writestr("one/a.jsonl.gz", gzip.compress(PLAIN))
        file.writestr("b.txt", "Another story.")
    run = jobs.clean("a.zip", "out/a.zip", {1: [(14, 20)], 6: [(0, 8)]})
    assert run.original[6] == b"Another story."
    Path("a.zip").unlink()
    assert [each.status for each in restored(run.manifest)] == ["restored"]
    assert jobs.data_of("a.zip") == run.original
    with zipfile.ZipFile("a.zip") as file:
        assert gzip.decompress(file.read("one/a.jsonl.gz")) == PLAIN


@pytest.mark.parametrize(("name", "number"), [("a.zip", 6), ("a.zip", 1), ("a.tar", 1)])
def test_what_could_not_be_put_back_is_not_left_out(here, name, number):
    with zipfile.ZipFile("a.zip", "w") as file:
        file.writestr("a.jsonl", PLAIN)
        file.writestr("b.txt", "Another story.")
    with tarfile.open("a.tar", "w") as file:
        Path("a.jsonl").write_bytes(PLAIN)
        file.add("a.jsonl")
    with pytest.raises(DedupeError, match=f"record {number + 1} could not be put back"):
        jobs.clean(name, f"out/{name}", {number: None})
    assert not Path("out").exists()


def packed(data, ending):
    import bz2
    import lzma

    return {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[ending](data)


def unpacked(data, ending):
    import bz2
    import lzma

    return {"": bytes, ".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}[ending](data)
