"""Archives as jobs: what is found in them, what a copy holds, kills."""

import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import warnings
import zipfile
from pathlib import Path

import needs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import dedupe

from dedupe import job, source
from dedupe.formats import jsonl
from dedupe.formats.skim import skim
from dedupe.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
STORIES = sorted(ROOT.glob("fixtures/cases/*/story.txt"))
PLACES = ("path", "fingerprint")


def records(count=None, field="text"):
    """Golden cases of plain text as records."""
    for number, path in enumerate(STORIES[:count]):
        yield {"id": path.parent.name, "date": f"2020-{number % 12 + 1:02}-03", field: path.read_text(errors="replace")}


def lines(some, ensure_ascii=False):
    return "".join(json.dumps(one, ensure_ascii=ensure_ascii) + "\n" for one in some)


def told(run):
    """The stories of a report without what names their file."""
    found = []
    for one in json.loads(run.out)["articles"]:
        for finding in one["findings"]:
            del finding["fingerprint"]
            for side in ("kept", "dropped"):
                del finding[side]["path"]
        found.append((one["article"], one["paragraphs"], one["findings"]))
    return found


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_what_is_found_in_a_stream_is_what_is_found_in_a_file(tmp_path, ensure_ascii):
    text = lines(records(), ensure_ascii)
    (tmp_path / "a.jsonl").write_text(text)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    whole, streamed = (
        dedupe("check", name, "--no-config", "--output-format", "json", cwd=tmp_path)
        for name in ("a.jsonl", "b.jsonl.gz")
    )
    assert told(streamed) == told(whole)
    assert len(told(whole)) > 90
    assert streamed.status == whole.status == 1
    both = [json.loads(run.out)["summary"] for run in (whole, streamed)]
    assert both[0] == both[1]


def test_the_copy_of_a_stream_is_the_file_cleaned_in_place(tmp_path):
    text = lines(records())
    (tmp_path / "a.jsonl").write_text(text)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    streamed = dedupe("clean", "b.jsonl.gz", "--no-config", "--output", "c.jsonl.gz", cwd=tmp_path)
    cleaned = gzip.decompress((tmp_path / "c.jsonl.gz").read_bytes()).decode().split("\n")
    before = text.split("\n")
    changed = [at for at, (one, two) in enumerate(zip(before, cleaned, strict=True)) if one != two]
    assert len(changed) > 50
    assert "To undo" in streamed.err
    for at in changed:
        case = STORIES[at].parent
        expected = (
            (case / "cleaned.txt").read_bytes().decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        )
        found = json.loads(cleaned[at])["text"].replace("\r\n", "\n").replace("\r", "\n")
        assert found == expected, case.name


TEXT = st.text(st.sampled_from("aB é.\n\t,“’1-<中\r\f"), max_size=80)


@settings(max_examples=400)
@given(
    st.dictionaries(
        st.sampled_from(["text", "body", "headline", "id", "title", "tags", "body_html", "paragraphs", "x", "byline"]),
        st.one_of(TEXT, st.integers(), st.none(), st.lists(TEXT, max_size=2), st.dictionaries(st.just("text"), TEXT)),
        max_size=5,
    ),
    st.sampled_from(["", "text", "x"]),
    st.booleans(),
)
def test_a_record_skimmed_is_a_record_read(record, field, ascii_):
    words = json.dumps(record, ensure_ascii=ascii_)
    skimmed = skim(words, field)
    if skimmed is None:
        return
    item = source.from_bytes(words.encode(), "a.jsonl")
    item = source.replace(item, text_field=field)
    (article,) = jsonl.split(item)
    assert [one.text for one in article.paragraphs] == skimmed.texts
    assert [one.role for one in article.paragraphs] == skimmed.roles
    assert article.key == (skimmed.key or "1")


def test_a_bad_record_costs_only_itself(tmp_path):
    some = list(records(40))
    text = lines(some[:20]) + '{"id": "broken", "text": "No end\n' + "\n[1, 2]\n" + lines(some[20:])
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    run = dedupe("check", "a.jsonl.gz", "--no-config", "--output-format", "jsonl", cwd=tmp_path)
    assert run.status == 2
    assert re.search(r"a\.jsonl\.gz: not valid JSON at line 21", run.err)
    found = [json.loads(line) for line in run.out.split("\n")[:-1]]
    (tmp_path / "b.jsonl").write_text(lines(some))
    clean = dedupe("check", "b.jsonl", "--no-config", "--output-format", "jsonl", cwd=tmp_path)
    wanted = [json.loads(line)["article"] for line in clean.out.split("\n")[:-1]]
    assert [one["article"] for one in found if "article" in one] == wanted
    assert len([one for one in found if "failed" in one]) == 1
    copied = dedupe("clean", "a.jsonl.gz", "--no-config", "--output", "c.jsonl.gz", cwd=tmp_path)
    assert copied.status == 2
    assert '{"id": "broken", "text": "No end\n' in gzip.decompress((tmp_path / "c.jsonl.gz").read_bytes()).decode()


def test_a_stream_cut_off_is_read_as_far_as_it_goes(tmp_path):
    data = gzip.compress(lines(records()).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    run = dedupe("check", "a.jsonl.gz", "--no-config", "--output-format", "json", cwd=tmp_path)
    assert run.status == 2
    assert "cut off" in run.err
    assert len(json.loads(run.out)["articles"]) > 20
    copied = dedupe("clean", "a.jsonl.gz", "--no-config", "--output", "c.jsonl.gz", cwd=tmp_path)
    assert copied.status == 2
    assert not (tmp_path / "c.jsonl.gz").exists()


def test_members_of_a_zip_are_stories(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path in STORIES[:30]:
            file.write(path, f"in/{path.parent.name}.txt")
        file.writestr("picture.png", b"\x89PNG")
    run = dedupe("clean", "a.zip", "--no-config", "--output", "b.zip", "--report", "page.html", cwd=tmp_path)
    assert "Traceback" not in run.err
    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        for path in STORIES[:30]:
            assert file.read(f"in/{path.parent.name}.txt") == (path.parent / "cleaned.txt").read_bytes()
        assert file.read("picture.png") == b"\x89PNG"
    assert "<h1>" in (tmp_path / "page.html").read_text()


def test_json_lines_are_cleaned_in_place_and_only_them(tmp_path, monkeypatch):
    monkeypatch.setattr("dedupe.archivist.STREAMED", 0)
    (tmp_path / "a.jsonl").write_text(lines(records()))
    (tmp_path / "b.jsonl").write_text(lines(records()))
    os.chmod(tmp_path / "a.jsonl", 0o640)
    dedupe("clean", "b.jsonl", "--no-config", "--output", "c.jsonl", cwd=tmp_path)
    dedupe("clean", "a.jsonl", "--no-config", "--write", cwd=tmp_path)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o640
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(lines(records(5)).encode()))
    run = dedupe("clean", "d.jsonl.gz", "--no-config", "--write", cwd=tmp_path)
    assert run.status == 2
    assert run.err == "error: d.jsonl.gz: cannot be cleaned in place without loss; say --output PATH\n"


def test_notes_stand_beside_an_archive_that_stays_as_it_is(tmp_path):
    text = lines(records())
    (tmp_path / "a.jsonl").write_text(text)
    run = dedupe("clean", "a.jsonl", "--no-config", "--annotate", cwd=tmp_path)
    assert run.status == 1
    assert "Nothing was written" not in run.err
    assert (tmp_path / "a.jsonl").read_text() == text
    notes = [json.loads(line) for line in (tmp_path / "a.jsonl.dedupe.jsonl").read_text().split("\n")[:-1]]
    assert [one["record"] for one in notes] == list(range(len(STORIES)))
    assert [one["articles"] for one in notes] == [[path.parent.name] for path in STORIES]
    by_hand = [__import__("hashlib").sha256(line.encode()).hexdigest() for line in text.split("\n")[:-1]]
    assert [one["sha256"] for one in notes] == by_hand
    check = dedupe("check", "a.jsonl", "--no-config", "--output-format", "json", cwd=tmp_path)
    spans = [
        (one["article"], finding["code"], finding["dropped"]["start"], finding["dropped"]["end"])
        for one in json.loads(check.out)["articles"]
        for finding in one["findings"]
    ]
    assert spans == [
        (finding["article"], finding["code"], finding["dropped"]["start"], finding["dropped"]["end"])
        for one in notes
        for finding in one["findings"]
    ]
    said = (tmp_path / "a.jsonl.dedupe.jsonl").read_text()
    assert not any(
        f"{sentence}." in said for one in records() for sentence in one["text"].split(". ") if len(sentence) > 30
    )


def test_a_dry_run_and_a_proposal_write_nothing(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(40)).encode()))
    for more in ([], ["--dry-run", "--output", "b.jsonl.gz"]):
        run = dedupe("clean", "a.jsonl.gz", "--no-config", *more, cwd=tmp_path)
        assert run.status == 1
        assert "Nothing was written; --output PATH writes a cleaned copy" in run.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dedupe", "a.jsonl.gz"]
    assert list((tmp_path / ".dedupe" / "jobs").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["check", "a.jsonl.gz", "--output-format", "sarif"],
            "an archive is reported as one of text, json, jsonl, html",
        ),
        (["clean", "a.jsonl.gz", "--output", "b.jsonl"], "a.jsonl.gz is written as the same kind"),
        (["clean", "a.jsonl.gz", "--output", "a.jsonl.gz"], "is the archive itself"),
        (["check", "b.jsonl.gz"], "b.jsonl.gz: cannot be read: no such file or folder"),
        (["check", "c.parquet"], "c.parquet"),
    ],
)
def test_what_cannot_be_done_is_one_plain_line(tmp_path, words, said):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(5)).encode()))
    (tmp_path / "c.parquet").write_bytes(b"no parquet")
    run = dedupe(*words, "--no-config", cwd=tmp_path)
    assert run.status == 2
    assert said in run.err
    assert run.err.count("\n") == 1 or run.err.startswith("error: ")


PLAN = """
import sys
from dedupe import job
job.PAUSE, job.BATCH = 0.0, 2000
from dedupe.cli import main
main()
"""


def started(folder, *words):
    environment = {**os.environ, "PYTHONPATH": needs.PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", PLAN, *words]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(folder, words):
    run = started(folder, *words)
    out, err = run.communicate()
    assert run.returncode in (0, 1), err
    return out, err


def everything(folder):
    """All that a job leaves but its manifest's name and the time in it."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            inside = path.relative_to(folder)
            if inside.parts[:2] == (".dedupe", "undo"):
                inside, data = Path("manifest"), re.sub(rb'"time":"[^"]*"', b"", data)
            found[str(inside)] = data
    return found


def grown(run, folder, lines):
    """Wait until the journal of a job has so many lines."""
    jobs = folder / ".dedupe" / "jobs"
    while run.poll() is None and not any(
        path.read_bytes().count(b"\n") >= lines for path in jobs.glob("*/journal.jsonl")
    ):
        time.sleep(0.002)


def killed_and_gone_on(tmp_path, moments, words, prepare):
    """How many runs went on, of some that were killed: after a share of the time it takes, or at a line of the journal."""
    whole = tmp_path / "whole"
    whole.mkdir()
    prepare(whole)
    before = time.monotonic()
    out = finished(whole, words)[0]
    took = time.monotonic() - before
    expected = everything(whole)
    resumed = 0
    for number, moment in enumerate(moments):
        folder = tmp_path / f"killed-{number}"
        folder.mkdir()
        prepare(folder)
        run = started(folder, *words)
        if isinstance(moment, int):
            grown(run, folder, moment)
        else:
            time.sleep(moment * took)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        again, err = finished(folder, words)
        resumed += "going on with" in err
        if run.returncode == -signal.SIGKILL:
            assert again == out, moment
        assert everything(folder) == expected, moment
    return resumed


def prepared(folder):
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines(records()).encode(), mtime=0))
    (folder / "b.jsonl").write_text(lines(records(60)))


def test_a_job_that_was_killed_goes_on_to_the_same_bytes(tmp_path):
    words = ["clean", "a.jsonl.gz", "b.jsonl", "--no-config", "--output", "out", "-j", "1"]
    assert killed_and_gone_on(tmp_path, [2, 5], words, prepared) >= 1


@pytest.mark.long
def test_many_kills(tmp_path):
    draw = random.Random(4)
    words = ["clean", "a.jsonl.gz", "b.jsonl", "--no-config", "--output", "out", "-j", "2"]
    moments = [draw.uniform(0.3, 1) for _ in range(40)]
    assert killed_and_gone_on(tmp_path, moments, words, prepared) >= 10


def test_a_job_whose_input_has_changed_begins_anew(tmp_path):
    prepared(tmp_path)
    words = ["check", "a.jsonl.gz", "--no-config", "--output-format", "json"]
    run = started(tmp_path, *words)
    grown(run, tmp_path, 2)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(7)).encode(), mtime=0))
    out, err = finished(tmp_path, words)
    assert "going on with" not in err
    assert json.loads(out)["summary"]["articles"] == 7


def test_a_damaged_journal_is_said(tmp_path):
    order = job.Order((), lambda _: None, 1, "", ("x",))
    (tmp_path / "journal.jsonl").write_bytes(b'{"inputs": []}\n{"totals": 3}\n')
    with pytest.raises(job.DedupeError, match="the journal of this job is damaged; remove that folder"):
        job._begun(str(tmp_path / "journal.jsonl"), order)


# What stands in several stories

AGENCY = [
    "The committee met on Tuesday to look at the plans for the new bridge across the river.",
    "Its chairwoman, Ada Stone, told reporters that the costs had been counted twice in the first draft.",
    "Residents of the old harbour had asked for a tunnel, which engineers called too dear by half.",
    "A vote is expected before the end of March, when the budget for the coming year has to be closed.",
    "The bridge would carry trams, bicycles and about 20,000 cars a day, according to the city.",
]
OTHER = [
    "Farmers in the north began to bring in the barley a week earlier than in any year on record.",
    "Dry weeks in June had stopped its growth, the chamber of agriculture said in a short statement.",
    "Prices at the mills were a tenth below those of last summer, traders in the port reported.",
    "Rain is not expected before the weekend, and then only in the hills along the border.",
]
STANDING = "This newsroom is paid for by its readers, and by nobody else: write to us if something is wrong here."


def archive(folder, name="a.jsonl"):
    """Stories that share a paragraph, a story in two versions, and a passage that stands in all."""
    some = [
        {"id": "bridge", "headline": "Bridge plans costed", "date": "2021-03-01T10:00:00Z", "text": AGENCY},
        {
            "id": "harvest",
            "headline": "Barley comes early",
            "date": "2021-07-02T09:00:00Z",
            "text": [*OTHER, AGENCY[2]],
        },
        {
            "id": "bridge-2",
            "headline": "UPDATE 1-Bridge plans costed",
            "date": "2021-03-01T12:00:00Z",
            "text": [*AGENCY[:4], AGENCY[4].replace("20,000", "25,000"), "The mayor called the figure a first guess."],
        },
        {
            "id": "mail",
            "headline": "Letters",
            "date": "2021-08-01",
            "text": [OTHER[1].replace("June", "May"), "Nothing else came in."],
        },
    ]
    rows = [{**one, "text": "\n\n".join([*one["text"], STANDING])} for one in some]
    data = lines(rows).encode()
    (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return rows


def of(run):
    """What is said of each story: code, and the story it is held against."""
    return {
        (one["article"], finding["code"], finding["kept"].get("article"), finding["dropped"]["paragraph"])
        for one in json.loads(run.out)["articles"]
        for finding in one["findings"]
    }


ASKED = ["--no-config", "--scope", "archive", "--boilerplate-after", "4"]


def test_what_is_found_across_a_stream_is_what_is_found_across_a_file(tmp_path):
    archive(tmp_path)
    archive(tmp_path, "b.jsonl.gz")
    whole, streamed = (
        dedupe("check", name, *ASKED, "--output-format", "json", cwd=tmp_path) for name in ("a.jsonl", "b.jsonl.gz")
    )
    assert of(whole) == of(streamed)
    assert ("bridge", "version", "bridge-2", 2) in of(streamed)
    assert ("harvest", "republished", "bridge", 6) in of(streamed)
    assert ("mail", "boilerplate", "bridge", 4) in of(streamed)
    articles = [one["article"] for one in json.loads(streamed.out)["articles"]]
    assert len(articles) == len(set(articles))
    version = next(
        finding
        for one in json.loads(streamed.out)["articles"]
        for finding in one["findings"]
        if finding["code"] == "version"
    )
    assert {"kind": "number", "kept": "25,000", "dropped": "20,000"} in version["changes"]


def test_later_copies_go_but_for_those_with_another_fact(tmp_path):
    rows = archive(tmp_path, "a.jsonl.gz")
    run = dedupe("clean", "a.jsonl.gz", *ASKED, "--across", "later", "--output", "b.jsonl.gz", cwd=tmp_path)
    assert run.status == 0, run.err
    cleaned = [json.loads(line) for line in gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes()).splitlines()]
    texts = {one["id"]: one["text"] for one in cleaned}
    assert texts["bridge"] == rows[0]["text"]
    assert texts["harvest"] == "\n\n".join(OTHER)
    assert texts["bridge-2"] == "\n\n".join(
        [AGENCY[4].replace("20,000", "25,000"), "The mayor called the figure a first guess."]
    )
    assert texts["mail"] == "\n\n".join([OTHER[1].replace("June", "May"), "Nothing else came in."])
    (manifest,) = (tmp_path / ".dedupe" / "undo").iterdir()
    assert dedupe("verify", manifest, cwd=tmp_path).status == 0
    assert dedupe("restore", manifest, "--output", "c.jsonl.gz", cwd=tmp_path).status == 0
    assert gzip.decompress((tmp_path / "c.jsonl.gz").read_bytes()) == gzip.decompress(
        (tmp_path / "a.jsonl.gz").read_bytes()
    )


def test_superseded_versions_are_left_out_and_come_back(tmp_path):
    archive(tmp_path, "a.jsonl.gz")
    run = dedupe("clean", "a.jsonl.gz", *ASKED, "--across", "superseded", "--output", "b.jsonl.gz", cwd=tmp_path)
    assert run.status == 0, run.err
    left = [json.loads(line)["id"] for line in gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes()).splitlines()]
    assert left == ["harvest", "bridge-2", "mail"]
    (manifest,) = (tmp_path / ".dedupe" / "undo").iterdir()
    assert dedupe("restore", manifest, "--output", "c.jsonl.gz", cwd=tmp_path).status == 0
    assert gzip.decompress((tmp_path / "c.jsonl.gz").read_bytes()) == gzip.decompress(
        (tmp_path / "a.jsonl.gz").read_bytes()
    )


def test_what_could_not_be_put_back_is_not_left_out(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.txt", "\n\n".join(AGENCY))
    run = dedupe("clean", "a.zip", *ASKED, "--across", "superseded", "--output", "b.zip", cwd=tmp_path)
    assert run.status == 2
    assert "could not be put back" in run.err
    run = dedupe("clean", "a.zip", "--no-config", "--across", "later", "--output", "b.zip", cwd=tmp_path)
    assert run.status == 2
    assert "--across later goes with --scope archive" in run.err


def test_members_are_called_by_their_names_across(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("one.txt", "\n\n".join(AGENCY))
        file.writestr("two.html", "".join(f"<p>{text}</p>\n" for text in [*OTHER, AGENCY[1]]))
    run = dedupe("check", "a.zip", *ASKED, "--output-format", "json", cwd=tmp_path)
    assert of(run) == {("two.html", "republished", "one.txt", 5)}


@pytest.mark.parametrize(
    "moments", [[3, 8], pytest.param([0.5, 0.6, 0.7, 0.85, 0.9, 0.93, 0.97], marks=pytest.mark.long)], ids=len
)
def test_a_job_over_several_stories_goes_on_to_the_same_bytes(tmp_path, moments):
    def prepare(folder):
        data = lines([*records(), *records(30)]).encode()
        (folder / "a.jsonl.gz").write_bytes(gzip.compress(data, mtime=0))

    words = ["clean", "a.jsonl.gz", "--no-config", "--scope", "archive", "--across", "later", "--output", "b.jsonl.gz"]
    assert killed_and_gone_on(tmp_path, moments, [*words, "-j", "1"], prepare) >= 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clean", "a.jsonl.gz", "--output", "b.jsonl.gz", "--manifest", "a.jsonl.gz"], "a.jsonl.gz: is an input"),
        (["clean", "a.jsonl.gz", "--output", "b.jsonl.gz", "--manifest", "there"], "there: is there already"),
        (["check", "a.jsonl.gz", "--report", "a.jsonl.gz"], "a.jsonl.gz: is an input"),
        (["check", "a.jsonl.gz", "--report", "link"], "link: is an input"),
        (["check", "a.jsonl.gz", "--output-file", "json=a.jsonl.gz"], "a.jsonl.gz: is an input"),
        (["clean", "a.jsonl.gz", "--output", "b.jsonl.gz", "--report", "b.jsonl.gz"], "would be written twice"),
        (["check", "a.jsonl.gz", "--update-baseline"], "--update-baseline goes with files of stories"),
        (["clean", "a.jsonl.gz", "--tracked"], "--tracked goes with Word documents"),
    ],
)
def test_nothing_that_is_there_is_written_over(tmp_path, words, said):
    data = gzip.compress(lines(records(5)).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    (tmp_path / "link").symlink_to("a.jsonl.gz")
    (tmp_path / "there").write_text("an earlier manifest")
    run = dedupe(*words, "--no-config", cwd=tmp_path)
    assert run.status == 2
    assert said in run.err
    assert run.err.count("\n") == 1
    assert (tmp_path / "a.jsonl.gz").read_bytes() == data
    assert (tmp_path / "there").read_text() == "an earlier manifest"
    assert not (tmp_path / "b.jsonl.gz").exists()
    assert not any((tmp_path / ".dedupe").glob("jobs/*"))


def test_a_dry_run_writes_no_notes(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(5)).encode()))
    dedupe("clean", "a.jsonl.gz", "--no-config", "--annotate", "--dry-run", cwd=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dedupe", "a.jsonl.gz"]


def test_a_second_run_of_the_same_job_is_refused(tmp_path):
    prepared(tmp_path)
    words = ["clean", "a.jsonl.gz", "--no-config", "--output", "b.jsonl.gz"]
    run = started(tmp_path, *words)
    while run.poll() is None and not any((tmp_path / ".dedupe").glob("jobs/*/journal.jsonl")):
        time.sleep(0.01)
    run.send_signal(signal.SIGSTOP)
    try:
        second = dedupe(*words, cwd=tmp_path)
    finally:
        run.send_signal(signal.SIGCONT)
    assert second.status == 2
    assert "another run is at this very job" in second.err
    run.communicate()
    assert run.returncode in (0, 1)
    assert not any((tmp_path / ".dedupe").glob("jobs/*"))


def test_notes_are_gone_on_with(tmp_path):
    def prepare(folder):
        for name in ("a", "b", "c"):
            (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines(records(20)).encode(), mtime=0))

    whole, halted = tmp_path / "whole", tmp_path / "halted"
    words = ["clean", "a.jsonl.gz", "b.jsonl.gz", "c.jsonl.gz", "--no-config", "--annotate"]
    for folder in (whole, halted):
        folder.mkdir()
        prepare(folder)
    finished(whole, words)
    stop = "import os; from dedupe import disk; real = disk.pour\ndef pour(path, *more):\n"
    stop += "    if path.startswith('b.'): os._exit(9)\n    real(path, *more)\ndisk.pour = pour\n"
    run = subprocess.run(
        [sys.executable, "-c", stop + PLAN, *words],
        cwd=halted,
        env={**os.environ, "PYTHONPATH": needs.PACKAGES},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 9
    assert (halted / "a.jsonl.gz.dedupe.jsonl").exists()
    assert "going on with" in finished(halted, words)[1]
    assert everything(halted) == everything(whole)


def test_what_was_refused_before_a_kill_is_told_after_it(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines(records(40)).encode(), mtime=0))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.jsonl.gz").write_bytes(gzip.compress(b"something else\n"))
    words = ["clean", "a.jsonl.gz", "b.jsonl.gz", "--no-config", "--output", "out", "--fail-on", "error"]
    stop = "import os; from dedupe import disk; real = disk.pour\ndef pour(path, *more, **also):\n"
    stop += "    if path.endswith('b.jsonl.gz'): os._exit(9)\n    real(path, *more, **also)\ndisk.pour = pour\n"
    run = subprocess.run(
        [sys.executable, "-c", stop + PLAN, *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": needs.PACKAGES},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 9
    again = started(tmp_path, *words)
    err = again.communicate()[1]
    assert "going on with" in err
    assert again.returncode == 2


def test_a_folder_of_archives_is_one(tmp_path):
    inside = tmp_path / "in" / "2020"
    inside.mkdir(parents=True)
    (inside / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(40)).encode()))
    (inside / "app.js.gz").write_bytes(gzip.compress(b"no story"))
    (inside / "b.jsonl").write_text(lines(records(20)))
    run = dedupe("clean", "in", "--no-config", "--output", "out", cwd=tmp_path)
    assert run.status in (0, 1), run.err
    assert sorted(path.name for path in (tmp_path / "out" / "2020").iterdir()) == ["a.jsonl.gz", "b.jsonl"]
    (inside / "a.txt").write_text("One plain story.\n")
    run = dedupe("check", "in", "--no-config", "--output-format", "json", cwd=tmp_path)
    assert json.loads(run.out)["summary"]["articles"] == 21  # a folder of stories: archives in it are for those who ask
    name = os.path.join("in", "2020", "a.jsonl.gz")
    assert run.err == f"note: 1 archive was not looked at; to have it read, name {name}\n"
    assert dedupe("check", "in", "--no-config", "--quiet", cwd=tmp_path).err == ""
    run = dedupe("check", "in", name, "--no-config", "--output-format", "json", cwd=tmp_path)
    assert json.loads(run.out)["summary"]["articles"] == 61
    assert "not looked at" not in run.err


def test_a_damaged_work_folder_is_said_and_nothing_written(tmp_path):
    prepared(tmp_path)
    words = ["clean", "a.jsonl.gz", "--no-config", "--output", "b.jsonl.gz", "-j", "1"]
    stop = "import os; from dedupe import disk\ndisk.pour = lambda *more, **also: os._exit(9)\n"
    environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
    run = subprocess.run([sys.executable, "-c", stop + PLAN, *words], cwd=tmp_path, env=environment, check=False)
    assert run.returncode == 9
    (folder,) = (tmp_path / ".dedupe" / "jobs").iterdir()
    draw = random.Random(5)
    for path in [path for path in folder.iterdir() if path.stat().st_size]:
        good = path.read_bytes()
        for at in {draw.randrange(len(good)) for _ in range(3)}:
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            second = dedupe(*words, cwd=tmp_path)
            assert second.status == 2, (path.name, at)
            assert "start again" in second.err
            assert second.err.count("\n") == 1
            assert not (tmp_path / "b.jsonl.gz").exists()
        path.write_bytes(good)
    assert "going on with" in finished(tmp_path, words)[1]


def test_copies_and_a_report_when_both_are_asked_for(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(40)).encode()))
    words = ["clean", "a.jsonl.gz", "--no-config", "--output", "b.jsonl.gz"]
    run = dedupe(*words, "--output-format", "json", cwd=tmp_path)
    assert run.status in (0, 1)
    assert json.loads(run.out)["summary"]["articles"] == 40
    (tmp_path / "b.jsonl.gz").unlink()
    assert dedupe(*words, cwd=tmp_path).out == ""


@pytest.mark.parametrize("end", [".jsonl", ".jsonl.gz", ".json", ".json.gz"])
def test_a_field_that_no_record_has_is_an_error(tmp_path, end):
    pack = gzip.compress if end.endswith(".gz") else bytes
    for name, field in (("a", "text"), ("b", "nope")):
        some = list(records(4, field))
        (tmp_path / f"{name}{end}").write_bytes(
            pack((json.dumps(some) if "json." in f"{end}." else lines(some)).encode())
        )
    said = f"error: a{end}: no text found in nope, the field that --text-field names\n"
    named = [f"a{end}", f"b{end}", "--no-config", "--text-field", "nope", "--quiet"]
    run = dedupe("check", *named, "--output-format", "json", cwd=tmp_path)
    assert (run.status, run.err) == (2, said)
    assert [one["path"] for one in json.loads(run.out)["failed"]] == [f"a{end}"]
    assert json.loads(run.out)["summary"]["paragraphs"] > 0
    run = dedupe("clean", *named, "--output", "out", cwd=tmp_path)
    assert run.status == 2
    assert run.err.startswith(said)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"b{end}"]


def test_a_field_that_only_the_last_record_has_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr("dedupe.job.MOST", 2)
    some = [*records(5), *records(1, "late")]
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(some).encode()))
    run = dedupe("check", "a.jsonl.gz", "--no-config", "--text-field", "late", "-j", "1", "--quiet", cwd=tmp_path)
    assert run.status in (0, 1), run.err
    assert run.err == ""


def test_runs_of_the_same_second_have_their_own_manifests(tmp_path, monkeypatch):
    monkeypatch.setattr("dedupe.archivist.time.strftime", lambda *_: "20260101T000000Z")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(records(40)).encode()))
    for name in ("b", "c"):
        dedupe("clean", "a.jsonl.gz", "--no-config", "--output", f"{name}.jsonl.gz", cwd=tmp_path)
    manifests = sorted((tmp_path / ".dedupe" / "undo").iterdir())
    assert len(manifests) == 2
    for path in manifests:
        assert dedupe("verify", str(path), cwd=tmp_path).status == 0


def test_odd_names_of_members_are_told_and_the_members_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("../out.txt", "same.txt", "same.txt", "/top.txt", "fine.txt"):
            file.writestr(name, (STORIES[0].parent / "story.txt").read_bytes())
    run = dedupe("clean", "a.zip", "--no-config", "--output", "b.zip", cwd=tmp_path)
    assert run.status == 2
    assert "a.zip: ../out.txt: the name leads out of the container" in run.err
    assert "a.zip: same.txt: another member has the same name" in run.err
    assert "a.zip: /top.txt: the name leads out" in run.err
    assert "5 changed, written to b.zip" in run.err
    assert sorted(path.name for path in tmp_path.rglob("*") if path.suffix in (".txt", ".zip")) == ["a.zip", "b.zip"]


def test_what_is_told_is_told_once(tmp_path):
    whole = gzip.compress(lines(records(40)).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    run = dedupe("clean", "a.jsonl.gz", "cut.jsonl.gz", "--no-config", "--output", "out", cwd=tmp_path)
    assert run.status == 2
    assert run.err.count("cut off after") == 1
    assert run.err.count("cut.jsonl.gz: not written to out/cut.jsonl.gz\n") == 1
    assert run.err.count(" stories, ") == 1
    run = dedupe("check", "a.jsonl.gz", "--no-config", cwd=tmp_path)
    assert (run.out.count(" stories, "), run.err) == (1, "")


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_copy_of_what_is_read_whole_has_a_manifest_too(tmp_path, name):
    some = list(records(40))
    (tmp_path / name).write_text(lines(some) if name == "a.jsonl" else json.dumps(some))
    before = (tmp_path / name).read_bytes()
    words = ["clean", name, "--no-config", "--output", f"b{name}"]
    run = dedupe(*words, cwd=tmp_path)
    (manifest,) = (tmp_path / ".dedupe" / "undo").glob("*.jsonl")
    assert f"To undo: dedupe restore {manifest.relative_to(tmp_path)}\n" in run.err
    (tmp_path / name).unlink()
    (tmp_path / f"b{name}").rename(tmp_path / f"c{name}")
    moved = ["--from", f"c{name}"]
    run = dedupe("verify", manifest, *moved, cwd=tmp_path)
    assert (run.status, run.err) == (0, f"{name}: can be rebuilt: proven\n")
    assert dedupe("restore", manifest, *moved, "--output", f"d{name}", cwd=tmp_path).status == 0
    assert (tmp_path / f"d{name}").read_bytes() == before
    (tmp_path / f"d{name}").rename(tmp_path / name)
    named = dedupe(*words, "--manifest", "m.jsonl", cwd=tmp_path)
    assert "To undo: dedupe restore m.jsonl\n" in named.err
    assert dedupe(*words, "--manifest", "m.jsonl", cwd=tmp_path).status == 2


def test_a_run_that_has_done_nothing_leaves_no_manifest(tmp_path):
    whole = gzip.compress(lines(records(40)).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "one.txt.gz").write_bytes(gzip.compress(b"One plain story, and nothing in it stands there twice.\n"))
    words = ["clean", "cut.jsonl.gz", "--no-config", "--output", "b.jsonl.gz", "--report", "page.html"]
    assert dedupe(*words, cwd=tmp_path).status == 2
    assert list((tmp_path / ".dedupe" / "undo").iterdir()) == []
    assert "dedupe verify" not in (tmp_path / "page.html").read_text()
    assert not list((tmp_path / ".dedupe" / "jobs").glob("*/*"))
    dedupe("clean", "one.txt.gz", "--no-config", "--output", "two.txt.gz", cwd=tmp_path)
    (manifest,) = (tmp_path / ".dedupe" / "undo").glob("*.jsonl")
    assert dedupe("verify", manifest, "--from", "two.txt.gz", cwd=tmp_path).status == 0


def test_the_rate_is_that_of_this_run(monkeypatch):
    said = []
    clock = iter([0.0, 40.0, 80.0])
    monkeypatch.setattr("dedupe.progress.time.monotonic", lambda: next(clock))
    with Progress(1000, said.append, before=5000, quiet=False) as progress:
        progress.seen(job.Totals(900, 5400), 600)
        progress.seen(job.Totals(950, 5800), 700)
    assert [line.split(" paragraphs, ")[1] for line in said] == [
        "10 a second, 0 findings",
        "10 a second, 0 findings, about 240 s left",
    ]
