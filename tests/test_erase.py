import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import faults
import jobs
import needs
import pytest
from faults import shim  # noqa: F401  a fixture
from running import dedupe

from dedupe import erase, restoring
from dedupe.model import DedupeError

CANARY = "The minister said on Tuesday that nobody at the ministry had known of the letters"
OTHER = "Rain is expected in the north by noon and will last until the end of the week"
RECORDS = [
    {"id": "first-one", "text": f"{OTHER}.\n\nShort.\n\n{OTHER}."},
    {"id": "secret-one", "text": f"{CANARY}.\n\nShort.\n\n{CANARY}."},
    {"id": "third-one", "text": f"Head.\n\n{CANARY}.\n\nEnd."},
    {"id": "fourth-one", "text": "Old version of it."},
]
KEYS = {at: record["id"] for at, record in enumerate(RECORDS)}


def body():
    return b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)


def span(number, text, which=0):
    line = json.dumps(RECORDS[number]).encode()
    at = line.index(text.encode())
    at = line.index(text.encode(), at + 1) if which else at
    return at, at + len(text)


def place(key, text, path="archive.jsonl"):
    return {"path": path, "article": key, "start": 0, "end": 9, "line": 2, "end_line": 2, "paragraph": 1, "text": text}


def finding(kept, dropped, why="It stands twice."):
    changes = [{"kind": "word", "kept": f"a word of {kept['article']}", "dropped": "another"}]
    return {
        "code": "exact",
        "kept": kept,
        "dropped": dropped,
        "changes": changes,
        "lost": [],
        "why": why,
        "fingerprint": "f0",
    }


def article(key, *findings, path="archive.jsonl"):
    return {
        "path": path,
        "article": key,
        "format": "jsonl",
        "sha256": "00",
        "paragraphs": 3,
        "findings": list(findings),
    }


SPOOL = [
    article("first-one", finding(place("first-one", OTHER), place("first-one", OTHER))),
    article(
        "secret-one",
        finding(place("secret-one", CANARY), place("secret-one", CANARY), f"'{CANARY[:30]}...' stands twice."),
    ),
    article(
        "third-one",
        finding(place("secret-one", CANARY), place("third-one", CANARY), f"'{CANARY[:20]}...' stands in secret-one."),
    ),
]
PAGE = "<p>" + CANARY.replace("nobody", "<ins>nobody</ins>").replace(" ", "\n", 1) + f"</p><p>{OTHER}</p>"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    return tmp_path


def prepare(folder):
    """An archive that was cleaned, with all that tells of it."""
    (folder / "archive.jsonl").write_bytes(body())
    wanted = {0: [span(0, OTHER, 1)], 1: [span(1, CANARY, 1)], 2: [span(2, CANARY)], 3: None}
    twin = jobs.PLACE._replace(article="secret-one")
    from dataclasses import replace

    why = f"'{CANARY[:20]}...' stands in secret-one."
    found = replace(jobs.FINDING, kept=twin, why=why)
    jobs.clean(
        folder / "archive.jsonl", folder / "out" / "archive.jsonl", wanted, keys=KEYS, finding=found,
        manifest=str(folder / ".dedupe" / "undo" / "m.jsonl"),
    )  # fmt: skip
    (folder / "archive.jsonl").unlink()
    work = folder / ".dedupe" / "work"
    work.mkdir()
    (work / "spool.jsonl").write_text("".join(json.dumps(line) + "\n" for line in SPOOL))
    (work / "journal.jsonl").write_text('{"batch": 1, "stories": ["first-one", "secret-one"]}\n')
    (work / "report.json").write_text(json.dumps({"version": 1, "articles": SPOOL, "failed": []}, indent=1))
    (work / "report.html").write_text(PAGE)
    (work / "bands").write_bytes(b"\0\1\2")


def everything(folder=Path(".dedupe")):
    """All that the files say, with what is encoded in them."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes().decode("latin-1")
            found.append(text)
            for line in text.split("\n"):
                if '"cuts"' in line and "secret-one" in line:
                    found += [base64.b64decode(cut["removed"]).decode() for cut in json.loads(line)["cuts"]]
    return "\n".join(found)


def erased(*names, inside=(".dedupe",)):
    return [said.message for said in erase.erase(names, inside)]


class TestErase:
    def test_nothing_is_left_of_the_story(self, here):
        assert CANARY in everything()
        said = erased("secret-one")
        for words in (CANARY, CANARY[:20], CANARY[30:], "secret-one", "a word of secret"):
            assert words not in everything(), words
        assert OTHER in everything()
        assert any(line.startswith(".dedupe/undo/m.jsonl: 1 line taken out") for line in said)
        assert "needed to rebuild those" in "".join(said)
        assert said[-1].startswith("Not reached:")

    def test_the_others_come_back(self, here):
        erased("secret-one")
        [proven] = restoring.verify(".dedupe/undo/m.jsonl")
        can, cannot = "3 records can be rebuilt, 4 in all: proven", "record 2 was erased and cannot be rebuilt any more"
        assert proven.message == f"{can}; but {cannot}"
        run = dedupe("verify", ".dedupe/undo/m.jsonl", "--quiet", cwd=here)
        assert (run.status, run.err) == (1, f"archive.jsonl: {can}; but {cannot}\n")
        assert [each.status for each in restoring.restore(".dedupe/undo/m.jsonl")] == ["restored"]
        lines = (here / "archive.jsonl").read_bytes().split(b"\n")
        assert [line for at, line in enumerate(lines) if at != 1] == [
            line for at, line in enumerate(body().split(b"\n")) if at != 1
        ]
        assert lines[1] == (here / "out" / "archive.jsonl").read_bytes().split(b"\n")[1]

    def test_one_that_was_left_out(self, here):
        erased("fourth-one")
        assert "Old version" not in everything()
        [proven] = restoring.verify(".dedupe/undo/m.jsonl")
        assert proven.status == "erased"
        assert "record 4 was erased" in proven.message
        assert [each.status for each in restoring.restore(".dedupe/undo/m.jsonl")] == ["restored"]
        assert (here / "archive.jsonl").read_bytes().split(b"\n") == [*body().split(b"\n")[:3], b""]

    def test_the_others_are_still_looked_at_closely(self, here):
        erased("secret-one")
        cleaned = here / "out" / "archive.jsonl"
        cleaned.write_bytes(cleaned.read_bytes().replace(b"End.", b"Und."))
        assert [each.status for each in restoring.verify(".dedupe/undo/m.jsonl")] == ["refused"]

    def test_counts_numbers_and_hashes_of_others_stay(self, here):
        erased("secret-one")
        first, third = [json.loads(line) for line in Path(".dedupe/work/spool.jsonl").read_text().split("\n")[:-1]]
        assert first == SPOOL[0]
        assert third["findings"][0]["fingerprint"] == "f0"
        assert third["findings"][0]["kept"]["line"] == 2
        assert third["findings"][0]["kept"]["text"] == "[erased]"
        assert third["findings"][0]["why"] == "'[erased]' stands in [erased]."
        assert Path(".dedupe/work/report.html").read_text() == f"<p>[erased]<ins></ins></p><p>{OTHER}</p>"
        assert json.loads(Path(".dedupe/work/report.json").read_text())["articles"] == [first, third]
        assert Path(".dedupe/work/bands").read_bytes() == b"\0\1\2"

    def test_twice_says_that_there_is_none(self, here):
        erased("secret-one")
        before = everything()
        assert erased("secret-one")[0].startswith("secret-one: no file that was looked at speaks of it")
        assert everything() == before

    def test_a_key_of_two_archives_must_be_told_apart(self, here):
        spool = Path(".dedupe/work/spool.jsonl")
        spool.write_text(spool.read_text() + json.dumps(article("secret-one", path="b.jsonl")) + "\n")
        before = everything()
        with pytest.raises(DedupeError, match=r"name one as archive\.jsonl#secret-one"):
            erased("secret-one")
        assert everything() == before
        erased("archive.jsonl#secret-one")
        assert CANARY not in everything()
        assert "b.jsonl" in spool.read_text()

    def test_an_archive_is_no_story(self, here):
        with pytest.raises(DedupeError, match="name the key of one"):
            erased("archive.jsonl")

    def test_a_file_that_is_not_there(self, here):
        with pytest.raises(DedupeError, match="nothere: no such file or folder"):
            erased("secret-one", inside=["nothere"])

    def test_from_the_command_line(self, here):
        run = subprocess.run(
            [sys.executable, "-P", "-m", "dedupe", "erase", "secret-one", "nobody", "--in", ".dedupe/undo", "--in", ".dedupe/work"],
            capture_output=True, text=True, check=False, env={"PYTHONPATH": needs.PACKAGES},
        )  # fmt: skip
        assert run.returncode == 2
        assert "nobody: no file that was looked at speaks of it" in run.stderr
        assert "Traceback" not in run.stderr
        assert CANARY not in everything()


class TestFiles:
    def test_a_story_of_its_own_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name, text in (("a.txt", CANARY), ("b.txt", OTHER)):
            Path(name).write_text(f"{text}.\n\nBetween them.\n\n{text}.\n")
        clean = [sys.executable, "-P", "-m", "dedupe", "clean", "--write", "a.txt", "b.txt"]
        subprocess.run(clean, check=False, env={"PYTHONPATH": needs.PACKAGES}, capture_output=True)
        [manifest] = Path(".dedupe/undo").glob("*.jsonl")
        assert len(list(restoring.verify(str(manifest)))) == 2
        erased("a.txt")
        back, gone = restoring.restore(str(manifest))
        assert (back.path, back.status) == ("b.txt", "restored")
        assert gone.message == "1 file was erased and cannot be rebuilt"
        assert Path("b.txt").read_text() == f"{OTHER}.\n\nBetween them.\n\n{OTHER}.\n"
        assert "a.txt" not in manifest.read_text()

    def test_one_of_several_stories_of_a_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("a.jsonl").write_bytes(body())
        clean = [
            sys.executable,
            "-P",
            "-m",
            "dedupe",
            "clean",
            "--write",
            "a.jsonl",
            "--id-field",
            "id",
            "--text-field",
            "text",
        ]
        subprocess.run(clean, check=False, env={"PYTHONPATH": needs.PACKAGES}, capture_output=True)
        [manifest] = Path(".dedupe/undo").glob("*.jsonl")
        cleaned = Path("a.jsonl").read_bytes()
        assert CANARY in "".join(removed(manifest))
        erased("secret-one")
        assert len(removed(manifest)) == 1
        assert CANARY not in "".join(removed(manifest))
        [found] = restoring.restore(str(manifest))
        assert found.message.endswith("1 passage was erased and cannot be put back")
        back, were = Path("a.jsonl").read_bytes().split(b"\n"), body().split(b"\n")
        assert [back[0], *back[2:]] == [were[0], *were[2:]]
        assert back[1] == cleaned.split(b"\n")[1]


def test_no_report_of_any_kind_says_a_passage_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    long = f"{CANARY} before the newspapers printed them in full"
    Path("a.txt").write_text(f"Head.\n\n{long}.\n\nBetween them.\n\n{long.replace('nobody', 'no one')}.\n\nEnd.\n")
    Path("b.txt").write_text(f"Head.\n\n{OTHER}.\n\nBetween them.\n\n{OTHER}.\n\nEnd.\n")
    Path("c.txt").write_text(f"Top.\n\n{long}.\n\nOther words.\n\nEnd.\n")
    reports = [f"--output-file={name}=.dedupe/{name}" for name in REPORTS]
    check = [sys.executable, "-P", "-m", "dedupe", "check", "--scope", "archive", *reports, "."]
    subprocess.run(check, check=False, env={"PYTHONPATH": needs.PACKAGES}, capture_output=True)
    assert [name for name in REPORTS if not plain(name, "minister")] == ["diff"]
    erased("a.txt")
    for words in ("minister", "the ministry had known", "newspapers"):
        assert [name for name in REPORTS if plain(name, words)] == []
    assert [name for name in REPORTS if plain(name, "Rain is expected")] == sorted(REPORTS)


REPORTS = ["diff", "github", "gitlab", "html", "json", "jsonl", "junit", "markdown", "rdjson", "sarif", "text"]


def plain(name, words):
    """Whether a report says something, wherever its lines break."""
    return words in " ".join(re.sub(r"<[^<>]*>|[|]", "", Path(".dedupe", name).read_text()).split())


def removed(manifest):
    """What the cuts of the only file of a manifest removed."""
    line = json.loads(manifest.read_text().split("\n")[1])
    return [base64.b64decode(cut["removed"]).decode() for cut in line["cuts"]]


def command(_):
    return [sys.executable, "-P", "-m", "dedupe", "erase", "secret-one"]


@pytest.mark.long
@pytest.mark.parametrize("mode", faults.MODES)
def test_every_call_that_fails_leaves_each_file_old_or_new(shim, tmp_path, mode):  # noqa: F811  the fixture
    sweep(shim, tmp_path, mode, every=13)


def test_some_kills_leave_each_file_old_or_new(shim, tmp_path):  # noqa: F811  the fixture
    assert sweep(shim, tmp_path, "kill", every=60) > 1


def sweep(shim, tmp_path, mode, every):  # noqa: F811  the fixture
    ready = tmp_path / "ready"
    ready.mkdir()
    prepare(ready)
    case = faults.Case(lambda folder: shutil.copytree(ready, folder, dirs_exist_ok=True), command)
    old, done, count = whole(ready), tmp_path / "done", tmp_path / "count"
    assert faults.start(case, done, shim, FAULT_COUNT=str(count)).wait() == 0
    new = whole(done)
    assert [name for name in old if old[name] != new[name]] == [name for name in old if "bands" not in name]
    numbers = range(1, int(count.read_text()) + 1, every)
    for number in numbers:
        folder = tmp_path / f"{mode}-{number}"
        run = faults.start(case, folder, shim, FAULT_N=str(number), FAULT_MODE=mode)
        said = run.communicate()[1]
        assert "Traceback" not in said, said
        found = whole(folder)
        assert set(found) == set(old)
        assert [name for name in found if found[name] not in (old[name], new[name])] == [], number
        again = faults.start(case, folder)
        told = again.communicate()[1]
        assert again.returncode == 0 or "no file that was looked at" in told, told
        assert whole(folder) == new, (mode, number)
        assert not list(folder.rglob("*.tmp"))
        shutil.rmtree(folder)
    return len(numbers)


def whole(folder):
    """The files, without the moment at which something was erased."""
    files = [path for path in (folder / ".dedupe").rglob("*") if path.is_file() and path.suffix != ".tmp"]
    texts = {str(path.relative_to(folder)): path.read_bytes().decode("latin-1") for path in files}
    return {name: re.sub(r'"erased":"[^"]*"', '"erased":""', text) for name, text in texts.items()}
