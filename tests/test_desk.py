"""`dedupe desk` from outside: the page's questions, the API, and both against the command line."""

import asyncio
import base64
import difflib
import hashlib
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import desks
import jsonschema
import needs
import pytest
from running import dedupe

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "fixtures" / "cases").iterdir())
TWICE = "The council said on Monday that 12 workers on the bridge were hurt when a crane fell, nobody knows why."
STORY = (
    f"Bridge closed\n\n{TWICE}\n\nDrivers were angry.\n\n{TWICE.replace('12', '15')}\n\nThe end is near.\n\n{TWICE}\n"
)


@pytest.fixture(scope="module")
def desk():
    with desks.desk() as one:
        yield one


@pytest.fixture(scope="module")
def described(desk):
    return desk.program("GET", "/api/v1/openapi.json").json()


@pytest.fixture
def unserved(monkeypatch):
    """A desk that begins although it should not would never end."""
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: pytest.fail("it is served"))


def b64(data):
    return base64.b64encode(data).decode()


def case(name):
    (story,) = (ROOT / "fixtures" / "cases" / name).glob("story.*")
    return story


SOME = [
    pytest.param(next(iter(folder.glob("story.*"))), marks=[pytest.mark.long] if at % 10 else [], id=folder.name)
    for at, folder in enumerate(CASES)
]


def holds(described, name, value):
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


class TestAgainstTheCommandLine:
    @pytest.mark.parametrize("path", SOME)
    def test_check_prints_the_same(self, desk, described, path, tmp_path):
        (tmp_path / path.name).write_bytes(path.read_bytes())
        run = dedupe("check", "--no-config", "--output-format", "json", path.name, cwd=tmp_path)
        asked = {"name": path.name, "base64": b64(path.read_bytes())}
        reply = desk.program("POST", "/api/v1/check", asked)
        assert reply.status == 200
        assert reply.body == run.out.encode()
        holds(described, "Check", reply.json())
        form, kind = desks.form([("file", path.read_bytes(), path.name)])
        assert desk.program("POST", "/api/v1/check", form, kind).body == reply.body

    @pytest.mark.parametrize("path", SOME)
    @pytest.mark.parametrize("words", [[], ["--unsafe"], ["--keep=longest"]], ids=["safe", "unsafe", "longest"])
    def test_clean_makes_the_same(self, desk, described, path, words, tmp_path):
        data = path.read_bytes()
        (tmp_path / path.name).write_bytes(data)
        shown = dedupe("clean", "--no-config", *words, path.name, cwd=tmp_path)
        run = dedupe("clean", "--no-config", "--write", *words, "--output-format", "json", path.name, cwd=tmp_path)
        asked = {"name": path.name, "base64": b64(data), "unsafe": "--unsafe" in words}
        asked.update({"keep": "longest"} if "--keep=longest" in words else {})
        reply = desk.program("POST", "/api/v1/clean", asked)
        if run.status == 2:
            assert reply.status == 422
            return
        assert reply.status == 200
        made = reply.json()
        holds(described, "Clean", made)
        after = (tmp_path / path.name).read_bytes()
        assert base64.b64decode(made["base64"]) == after
        assert made["changed"] == (after != data)
        assert made["diff"] == shown.out
        assert made["sha256"] == hashlib.sha256(after).hexdigest()
        assert made["sha256_before"] == hashlib.sha256(data).hexdigest()
        if path.suffix != ".docx":
            assert made["text"] == after.decode("utf-16" if after.startswith(b"\xff\xfe") else "utf-8-sig")
        else:
            assert made["text"] is None
        found = [row for one in json.loads(run.out)["articles"] for row in one["findings"]]
        mine = [{key: row[key] for key in row if key != "article"} for row in made["applied"] + made["remaining"]]
        assert sorted(mine, key=json.dumps) == sorted(found, key=json.dumps)
        assert all(row["safe"] or row["code"] == "loses" for row in made["applied"])

    def test_compare_prints_the_same(self, desk, described, tmp_path):
        old, new = STORY, STORY.replace("angry", "furious").replace("a crane", "two cranes")
        (tmp_path / "old.txt").write_text(old)
        (tmp_path / "new.txt").write_text(new)
        run = dedupe("compare", "old.txt", "new.txt", "--output-format", "json", cwd=tmp_path)
        asked = {"old": {"name": "old.txt", "text": old}, "new": {"name": "new.txt", "text": new}}
        reply = desk.program("POST", "/api/v1/compare", asked)
        assert reply.body == run.out.encode()
        holds(described, "Compare", reply.json())
        form, kind = desks.form([("new", new.encode(), "new.txt"), ("old", old.encode(), "old.txt")])
        assert desk.program("POST", "/api/v1/compare", form, kind).body == reply.body

    def test_report_is_the_page_of_the_command_line(self, desk, seed, tmp_path):
        (tmp_path / "story.txt").write_bytes(seed.read_bytes())
        run = dedupe("check", "--no-config", "--output-format", "html", "story.txt", cwd=tmp_path)
        reply = desk.page("/desk/report", {"document": {"name": "story.txt", "base64": b64(seed.read_bytes())}})
        assert reply.body == run.out.encode()
        assert reply.headers["content-type"].startswith("text/html")
        assert reply.headers["content-disposition"].startswith("attachment")

    def test_settings_are_those_of_the_request(self, desk, tmp_path):
        (tmp_path / "story.txt").write_text(STORY)
        words = ["--no-config", "--output-format", "json", "--threshold", "1", "--min-words", "30", "story.txt"]
        run = dedupe("check", *words, cwd=tmp_path)
        asked = {"name": "story.txt", "text": STORY, "threshold": 1, "min_words": 30}
        assert desk.program("POST", "/api/v1/check", asked).body == run.out.encode()
        form, kind = desks.form([("file", STORY.encode(), "story.txt"), ("threshold", b"1"), ("min_words", b"30")])
        assert desk.program("POST", "/api/v1/check", form, kind).body == run.out.encode()

    def test_no_settings_file_is_read(self, desk, tmp_path):
        (desk.folder / "cwd" / "dedupe.toml").write_text("min-words = 500\n")
        reply = desk.program("POST", "/api/v1/check", {"text": STORY})
        (desk.folder / "cwd" / "dedupe.toml").unlink()
        assert reply.json()["summary"]["findings"] == 2


class TestPage:
    def ask(self, desk, call, text=STORY, **more):
        return desk.page(f"/desk/{call}", {"document": {"name": "story.txt", "text": text}, **more})

    def test_what_is_found_is_what_check_finds(self, desk):
        shown = self.ask(desk, "open").json()
        (article,) = shown["articles"]
        report = desk.program("POST", "/api/v1/check", {"text": STORY}).json()
        rows = report["articles"][0]["findings"]
        assert len(article["findings"]) == len(rows) == 2
        for number, (mine, row) in enumerate(zip(article["findings"], rows, strict=True)):
            assert mine["id"] == number
            assert {
                key: mine[key] for key in ("code", "severity", "action", "safe", "group", "copies", "why", "lost")
            } == {key: row[key] for key in ("code", "severity", "action", "safe", "group", "copies", "why", "lost")}
            assert mine[mine["kept"]]["text"] == row["kept"]["text"]
            assert mine["first"]["paragraph"] < mine["second"]["paragraph"]
            assert mine["proposed"] in ("first", "second", "")
            assert bool(mine["proposed"]) == row["safe"]
        assert shown["sha256"] == hashlib.sha256(STORY.encode()).hexdigest()
        assert shown["verdict"].startswith("One passage stands three times") or "passages stand" in shown["verdict"]
        assert [one["text"] for one in article["paragraphs"]] == STORY.strip().split("\n\n")

    def test_facts_go_by_the_order_of_the_story(self, desk):
        (finding,) = (one for one in self.ask(desk, "open").json()["articles"][0]["findings"] if one["facts"])
        (fact,) = finding["facts"]
        assert fact["first"] in finding["first"]["text"]
        assert fact["second"] in finding["second"]["text"]
        assert "15" in finding["first"]["text"] + finding["second"]["text"]
        for side in ("first", "second"):
            said = "".join(piece["text"] for piece in finding[side]["pieces"][0])
            assert said == finding[side]["text"]
            assert [one["text"] for one in finding[side]["pieces"][0] if one["differs"]]

    def test_a_repeated_sentence_is_told_by_its_characters(self, desk):
        sentence = "The council said on Monday that the bridge over the river would stay closed until spring."
        text = (
            f"Bridge closed\n\nDrivers were angry about it. {sentence} Some of them shouted at the mayor.\n\n"
            f"Schools were open as they always are in this town. {sentence} Nothing more was known.\n"
        )
        (finding,) = self.ask(desk, "open", text).json()["articles"][0]["findings"]
        assert finding["sentence"]
        paragraphs = text.strip().split("\n\n")
        for side in ("first", "second"):
            copy = finding[side]
            assert paragraphs[copy["paragraph"] - 1][copy["start"] : copy["end"]] == copy["text"] == sentence

    def test_answers_become_the_cleaned_story(self, desk):
        text = f"Bridge closed\n\n{TWICE}\n\nDrivers were angry.\n\n{TWICE}\n"
        (finding,) = self.ask(desk, "open", text).json()["articles"][0]["findings"]
        goes = finding["proposed"]
        stays = "second" if goes == "first" else "first"
        told = self.ask(desk, "decide", text, decisions=[{"id": 0, "place": stays, "wording": stays}]).json()
        cleaned = desk.program("POST", "/api/v1/clean", {"name": "story.txt", "text": text}).json()
        assert told["source"] == cleaned["text"]
        assert told["sha256"] == cleaned["sha256"]
        assert told["changed"]
        rows = told["articles"][0]["paragraphs"]
        assert [row["n"] for row in rows] == [1, 2, 3]
        assert all(text.strip().split("\n\n")[row["was"] - 1] == row["text"] for row in rows)
        assert told["text"] == "\n\n".join(row["text"] for row in rows)
        assert told["diff"] == list(
            difflib.unified_diff(text.split("\n"), told["source"].split("\n"), "story.txt", "story.txt", lineterm="")
        )
        asked = {
            "document": {"name": "story.txt", "text": text},
            "decisions": [{"id": 0, "place": stays, "wording": stays}],
        }
        reply = desk.page("/desk/download", asked)
        assert reply.body == told["source"].encode()
        assert 'filename="story-cleaned.txt"' in reply.headers["content-disposition"]

    def test_the_first_copy_goes_where_it_is_the_worse(self, desk, seed):
        document = {"name": "story.txt", "base64": b64(seed.read_bytes())}
        (finding,) = desk.page("/desk/open", {"document": document}).json()["articles"][0]["findings"]
        assert (finding["kept"], finding["proposed"]) == ("second", "first")
        assert (finding["first"]["paragraph"], finding["second"]["paragraph"]) == (7, 10)
        assert (finding["words"][1]["first"], finding["words"][1]["second"]) == ("Summit of the Americas", "summit")
        assert [one["text"] for one in finding["second"]["pieces"][0] if one["differs"]] == ["summit", "."]

        def decided(place):
            decision = {"id": 0, "place": place, "wording": place}
            return desk.page("/desk/decide", {"document": document, "decisions": [decision]}).json()

        cleaned = desk.program("POST", "/api/v1/clean", document).json()
        assert decided("second")["sha256"] == cleaned["sha256"]
        assert finding["first"]["text"] not in decided("second")["text"]
        assert finding["second"]["text"] in decided("second")["text"]
        assert finding["first"]["text"] in decided("first")["text"]
        assert finding["second"]["text"] not in decided("first")["text"]

    def test_both_stay(self, desk):
        told = self.ask(desk, "decide", decisions=[{"id": 0, "place": "both", "wording": "first"}]).json()
        assert not told["changed"]
        assert told["diff"] == []
        assert told["source"] == STORY

    def test_wording_and_place_are_two_choices(self, desk):
        one, two = TWICE, TWICE.replace("nobody knows why", "the mayor knows why")
        text = f"Bridge closed\n\n{one}\n\nDrivers were angry.\n\n{two}\n"
        told = self.ask(desk, "decide", text, decisions=[{"id": 0, "place": "first", "wording": "second"}]).json()
        assert told["source"] == f"Bridge closed\n\n{two}\n\nDrivers were angry.\n"
        assert [row["changed"] for row in told["articles"][0]["paragraphs"]] == [False, True, False]
        told = self.ask(desk, "decide", text, decisions=[{"id": 0, "place": "second", "wording": "first"}]).json()
        assert told["source"] == f"Bridge closed\n\nDrivers were angry.\n\n{one}\n"
        own = "The bridge <b>stays</b> & is closed & nobody knows why."
        told = self.ask(
            desk, "decide", text, decisions=[{"id": 0, "place": "second", "wording": "own", "text": own}]
        ).json()
        assert told["source"] == f"Bridge closed\n\nDrivers were angry.\n\n{own}\n"
        assert "<p>The bridge &lt;b&gt;stays&lt;/b&gt; &amp; is closed &amp; nobody knows why.</p>" in told["html"]

    @pytest.mark.parametrize(
        "decision",
        [
            {"id": 99, "place": "first", "wording": "first"},
            {"id": 0, "place": "first", "wording": "own"},
            {"id": 0, "place": "first", "wording": "first", "text": "x"},
            {"id": 0, "place": "third", "wording": "first"},
            {"id": -1, "place": "first", "wording": "first"},
            {"id": True, "place": "first", "wording": "first"},
            {"id": 0, "place": "first", "wording": "own", "text": "\ud800 half"},
            {"id": 0, "place": "first", "wording": "own", "text": "  "},
            {"id": 0, "place": "first", "wording": "own", "text": "a \0 in it"},
            {"id": 0, "place": "first"},
            "first",
        ],
        ids=repr,
    )
    def test_answers_that_make_no_edit_are_refused(self, desk, decision):
        reply = self.ask(desk, "decide", decisions=[decision])
        assert reply.status == 422
        assert set(reply.json()) == {"error"}

    @pytest.mark.parametrize("name", ["a.zip", "a.jsonl.gz", "A.TAR", "a.csv", "a.warc.zst"])
    def test_an_archive_is_called_one(self, desk, name):
        document = {"name": name, "base64": b64(b"PK\x03\x04 and so on")}
        for reply in (
            desk.page("/desk/open", {"document": document}),
            desk.page("/desk/compare", {"old": document, "new": document}),
        ):
            assert reply.status == 422
            assert reply.json()["error"].startswith(f"{name}: is an archive")

    def test_one_finding_has_one_answer(self, desk):
        one = {"id": 0, "place": "first", "wording": "first"}
        assert self.ask(desk, "decide", decisions=[one, one]).status == 422

    def test_a_word_document_comes_back_with_tracked_changes(self, desk):
        path = next(story for folder in CASES for story in folder.glob("story.docx"))
        document = {"name": "Bericht ü.docx", "base64": b64(path.read_bytes())}
        shown = desk.page("/desk/open", {"document": document}).json()
        safe = [one for article in shown["articles"] for one in article["findings"] if one["proposed"]]
        assert shown["format"] == "docx"
        assert safe
        stays = {"first": "second", "second": "first"}
        decisions = [
            {"id": one["id"], "place": stays[one["proposed"]], "wording": stays[one["proposed"]]} for one in safe
        ]
        reply = desk.page("/desk/download", {"document": document, "decisions": decisions, "tracked": True})
        assert reply.status == 200
        assert reply.body.startswith(b"PK")
        assert "filename*=UTF-8''Bericht%20%C3%BC-cleaned.docx" in reply.headers["content-disposition"]
        plain = desk.page("/desk/download", {"document": document, "decisions": decisions})
        assert plain.body != reply.body
        cleaned = desk.program("POST", "/api/v1/clean", document).json()
        assert plain.body == base64.b64decode(cleaned["base64"])
        told = desk.page("/desk/decide", {"document": document, "decisions": decisions}).json()
        assert told["source"] is None
        assert told["diff"]

    def test_nothing_is_tracked_in_a_text(self, desk):
        reply = self.ask(desk, "download", decisions=[], tracked=True)
        assert reply.status == 422
        assert "no Word document" in reply.json()["error"]

    def test_two_versions_changed_facts_first(self, desk):
        old = {
            "name": "old.txt",
            "text": "Blast\n\nThe blast on Monday killed 12 people in the market of the old town, police said.\n",
        }
        new = {
            "name": "new.txt",
            "text": "Blast\n\nThe blast on Monday killed 15 people in the market of the old town, police said.\n",
        }
        told = desk.page("/desk/compare", {"old": old, "new": new}).json()
        assert told["facts"] == [{"kind": "number", "old": "12", "new": "15", "old_paragraph": 2, "new_paragraph": 2}]
        (pair,) = told["reworded"]
        assert [piece["text"] for piece in pair["old"]["pieces"][0] if piece["differs"]] == ["12"]
        assert [piece["text"] for piece in pair["new"]["pieces"][0] if piece["differs"]] == ["15"]
        assert told["verdict"] == "One fact changed; one paragraph was reworded."
        same = desk.page("/desk/compare", {"old": old, "new": old}).json()
        assert same["verdict"] == "Nothing has changed."

    def test_a_file_of_which_some_cannot_be_read(self, desk):
        text = json.dumps({"text": f"{TWICE}\n\nOther words.\n\n{TWICE}"}) + "\n{broken\n"
        shown = desk.page("/desk/open", {"document": {"name": "wire.jsonl", "text": text}}).json()
        assert len(shown["failed"]) == 1
        assert len(shown["articles"]) == 1
        assert shown["articles"][0]["findings"]

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.txt", b"caf\xe9 au lait"),
            ("a.txt", "UTF-16".encode("utf-16-le")),
            ("a.html", b"<meta charset=foo><p>x"),
            ("a.xml", b'<?xml version="1.0" encoding="utf-16"?><a/>'),
            ("a.html", b"<p>" + b"<b " * 3_000),
            ("a.json", b'{"a":1}\n{"b":2}'),
            ("a.json", json.dumps({"blurb": f"{TWICE} And more of it was said."}).encode()),
        ],
        ids=["latin", "utf-16", "page", "xml", "tags", "lines", "field"],
    )
    def test_nobody_at_the_page_is_told_what_to_type(self, desk, name, data):
        told = desk.page("/desk/open", {"document": {"name": name, "base64": b64(data)}}).json()
        said = told.get("error") or told["hint"]
        assert said
        assert not re.search(r"--[a-z]|`dedupe|command line|format \w+$|encoding \w+-?\w*$", said), said

    def test_a_story_without_words(self, desk):
        shown = self.ask(desk, "open", "").json()
        assert shown["verdict"] in ("Nothing stands twice.", "Nothing to read.")
        told = self.ask(desk, "decide", "", decisions=[])
        assert told.status in (200, 422)

    def test_any_answer_is_an_edit_or_a_plain_refusal(self):
        """Whatever is answered, in process: it is no place for a defect."""
        from dedupe.desk import calls

        for path in (next(iter(folder.glob("story.*"))) for folder in CASES[::8]):
            document = {"name": path.name, "base64": b64(path.read_bytes())}
            opened = json.loads(ask_inside(calls, "open", document=document).body)
            for finding in (one for article in opened["articles"] for one in article["findings"]):
                for place, wording in itertools.product(("first", "second", "both"), ("first", "second", "own")):
                    decision = {"id": finding["id"], "place": place, "wording": wording}
                    if wording == "own":
                        decision["text"] = finding["second"]["text"] + " & <b>ü"
                    answer = ask_inside(calls, "decide", document=document, decisions=[decision])
                    assert answer.status in (200, 422), (path, decision)
                    if answer.status == 200:
                        told = json.loads(answer.body)
                        assert told["changed"] == bool(told["sha256"] != opened["sha256"]), (path, decision)
                        assert place != "both" or not told["changed"]

    def test_every_case_opens_and_stays_as_it_is_without_answers(self, desk):
        for path in (next(iter(folder.glob("story.*"))) for folder in CASES[::5]):
            document = {"name": path.name, "base64": b64(path.read_bytes())}
            assert desk.page("/desk/open", {"document": document}).status == 200, path
            reply = desk.page("/desk/download", {"document": document, "decisions": []})
            assert (reply.status, reply.body) == (200, path.read_bytes()), path


class TestRequests:
    @pytest.mark.parametrize(
        ("status", "kind", "body"),
        [
            (400, "application/json", b""),
            (400, "application/json", b"{"),
            (400, "application/json", b"\xff\xfe{\x00}\x00"),
            (400, "application/json", b'{"text": NaN}'),
            (400, "application/json", b'{"text": "a", "text": "b"}'),
            (400, "application/json", b"[" * 100_000),
            (400, "application/json", b'{"threshold": ' + b"1" * 10_000 + b', "text": ""}'),
            (422, "application/json", b"[]"),
            (422, "application/json", b"null"),
            (422, "application/json", b"{}"),
            (422, "application/json", b'{"text": "a", "base64": ""}'),
            (422, "application/json", b'{"text": 1}'),
            (422, "application/json", b'{"text": null}'),
            (422, "application/json", b'{"text": "a", "txet": "b"}'),
            (422, "application/json", b'{"text": "a", "threshold": 0}'),
            (422, "application/json", b'{"text": "a", "threshold": 1e400}'),
            (422, "application/json", b'{"text": "a", "threshold": true}'),
            (422, "application/json", b'{"text": "a", "min_words": 1.5}'),
            (422, "application/json", b'{"text": "a", "format": "word"}'),
            (422, "application/json", b'{"text": "a", "encoding": "martian"}'),
            (422, "application/json", b'{"text": "a", "encoding": "idna"}'),
            (422, "application/json", b'{"text": "a", "name": "a\\nb"}'),
            (422, "application/json", b'{"text": "a", "name": "a.txt\\n"}'),
            (422, "application/json", b'{"text": "a", "name": ""}'),
            (422, "application/json", b'{"text": "\\ud800"}'),
            (422, "application/json", b'{"base64": "%%%"}'),
            (422, "application/json", b'{"base64": "YQ"}'),
            (422, "application/json", b'{"base64": "AAAA"}'),
            (422, "application/json", b'{"name": "a.docx", "base64": "YWFh"}'),
            (415, "text/plain", b'{"text": "a"}'),
            (415, "application/x-www-form-urlencoded", b"text=a"),
            (400, "multipart/form-data", b""),
            (400, "multipart/form-data; boundary=x", b""),
            (400, "multipart/form-data; boundary=x", b"--y\r\n\r\n"),
            (400, "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc'),
            (400, "multipart/form-data; boundary=x", b"--x\r\n\r\nabc\r\n--x--\r\n"),
            (400, f"multipart/form-data; boundary={'x' * 5000}", b"--x\r\n\r\nabc\r\n--x--\r\n"),
        ],
    )
    def test_what_is_no_request_is_refused(self, desk, status, kind, body):
        reply = desk.program("POST", "/api/v1/check", body, kind)
        assert reply.status == status, reply.body
        assert set(reply.json()) == {"error"}
        assert "\n" not in reply.json()["error"]

    @pytest.mark.parametrize(
        ("status", "parts"),
        [
            (422, [("text", b"a")]),
            (422, [("file", b"a", "a.txt"), ("file", b"b", "b.txt")]),
            (422, [("file", b"a", "a.txt"), ("other", b"b")]),
            (422, [("file", b"a", "a.txt"), ("threshold", b"a lot")]),
            (422, [("file", b"a", "a.txt"), ("min_words", b"1e2")]),
            (422, [("file", b"a", "a.txt"), *((f"n{at}", b"") for at in range(40))]),
            (200, [("file", b"a", "a.txt"), ("threshold", b"0.25")]),
            (200, [("file", b"a")]),
            (200, [("file", b"# a", "../../etc/a.txt"), ("name", b"b.md")]),
        ],
    )
    def test_forms(self, desk, status, parts):
        body, kind = desks.form(parts)
        reply = desk.program("POST", "/api/v1/check", body, kind)
        assert reply.status == status, reply.body

    def test_a_form_may_name_its_file_otherwise(self, desk):
        for parts, path in (([], "../a.txt"), ([("name", b"b.md")], "b.md")):
            body, kind = desks.form([("file", STORY.encode(), "../a.txt"), *parts])
            (article,) = desk.program("POST", "/api/v1/check", body, kind).json()["articles"]
            assert article["path"] == path

    def test_a_name_is_only_a_name(self, desk, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text(STORY)
        reply = desk.program("POST", "/api/v1/check", {"name": str(secret), "text": "Nothing."})
        assert reply.json()["summary"]["findings"] == 0

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/api/v1/check", 405),
            ("PUT", "/api/v1/check", 405),
            ("DELETE", "/api/v1/health", 405),
            ("POST", "/api/v1/openapi.json", 405),
            ("OPTIONS", "/api/v1/check", 405),
            ("TRACE", "/api/v1/check", 405),
            ("GET", "/api/v1/", 404),
            ("GET", "/api/v1/check/", 404),
            ("GET", "/api/v2/check", 404),
            ("GET", "/static/", 404),
            ("GET", "/static/../server.py", 404),
            ("GET", "/static/%2e%2e%2fserver.py", 404),
            ("GET", "/static/%00", 404),
            ("GET", "//", 404),
        ],
    )
    def test_what_is_not_there(self, desk, method, path, status):
        reply = desk.program(method, path)
        assert reply.status == status
        assert set(reply.json()) == {"error"}

    def test_health_asks_for_no_token(self, desk):
        reply = desk.raw("GET", "/api/v1/health")
        assert reply.json() == {"status": "ok", "version": dedupe("--version", cwd=ROOT).out.split()[1]}

    def test_examples_of_the_document_work(self, desk, described):
        jsonschema.Draft202012Validator.check_schema(described["components"]["schemas"]["Check"])
        for path, item in described["paths"].items():
            for method, one in item.items():
                content = one.get("requestBody", {}).get("content", {}).get("application/json")
                reply = desk.program(method.upper(), f"/api/v1{path}", content and content["example"])
                assert reply.status == 200
                ref = one["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
                holds(described, ref.rpartition("/")[2], reply.json())

    def test_the_document_names_what_is_served(self, described):
        assert sorted(described["paths"]) == ["/check", "/clean", "/compare", "/health", "/openapi.json"]


SLOW = " ".join(f"word{at}" for at in range(400))


class TestWork:
    @pytest.mark.long
    def test_what_takes_too_long_is_ended_and_nobody_else_waits(self, desk):
        import threading

        story = "\n\n".join(f"{SLOW} {at}" for at in range(2_000))
        took, replies = [], []
        ask = threading.Thread(
            target=lambda: replies.append(desk.program("POST", "/api/v1/check", {"text": story}, timeout=90))
        )
        ask.start()
        time.sleep(0.3)
        while ask.is_alive() and len(took) < 30:
            began = time.monotonic()
            assert desk.program("POST", "/api/v1/check", {"text": STORY}).status == 200
            took.append(time.monotonic() - began)
            time.sleep(0.05)
        ask.join(90)
        assert max(took) < 10
        assert replies[0].status in (200, 408, 422)
        assert desk.program("POST", "/api/v1/check", {"text": STORY}).status == 200

    @pytest.mark.long
    def test_a_process_that_dies_is_replaced(self):
        with desks.desk() as desk:
            assert desk.program("POST", "/api/v1/check", {"text": STORY}).status == 200
            for _ in range(4):
                for child in children(desk.process.pid):
                    os.kill(child, signal.SIGKILL)
                statuses = [desk.program("POST", "/api/v1/check", {"text": STORY}).status for _ in range(3)]
                assert set(statuses) <= {200, 422}
                assert statuses[-1] == 200


def ask_inside(calls, name, **value):
    return calls.answer(f"desk/{name}", "application/json", json.dumps(value).encode())


def children(parent):
    """The processes that do the work for a desk."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat, line = (entry / "stat").read_text(), (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == parent and b"spawn_main" in line:
                found.append(int(entry.name))
    return found


class TestPool:
    def test_who_waits_too_long_and_what_takes_too_long(self, monkeypatch):
        from dedupe.desk import workers

        async def asked():
            pool = workers.Pool(1, limit=0.3)
            pool.start()
            quick = workers.Job("desk/open", "application/json", b"{}")
            monkeypatch.setattr(workers, "WAIT", 60.0)
            first = await pool.ask(quick)
            monkeypatch.setattr(workers, "WAIT", 0.05)
            long = json.dumps({"text": "\n\n".join(f"{SLOW} {at}" for at in range(400))}).encode()
            slow = asyncio.ensure_future(pool.ask(workers.Job("api/check", "application/json", long)))
            await asyncio.sleep(0.1)
            waited = await pool.ask(quick)
            overrun = await slow
            monkeypatch.setattr(workers, "WAIT", 60.0)
            again = await pool.ask(quick)
            pool.close()
            return [answer.status for answer in (first, waited, overrun, again)]

        assert asyncio.run(asked()) == [422, 429, 408, 422]


class TestEnds:
    @pytest.mark.parametrize("busy", [pytest.param(False, marks=pytest.mark.long), True])
    def test_ctrl_c_ends_it_quietly(self, busy):
        with desks.desk() as desk, socket.create_connection(("127.0.0.1", desk.port)) as line:
            if busy:
                desk.program("POST", "/api/v1/check", {"text": STORY})
                begin_long_work(desk, line)
            workers = children(desk.process.pid)
            began = time.monotonic()
            assert desk.stop() == 0
            assert time.monotonic() - began < 10
            assert desk.said.read_text() == f"Open {desk.link}\n"
            assert (desk.folder / "out").read_bytes() == b""
            assert not [pid for pid in workers if (Path("/proc") / str(pid) / "cmdline").exists() and alive(pid)]

    @pytest.mark.long
    def test_ctrl_c_of_a_terminal_reaches_all_and_is_quiet(self):
        """A terminal sends it to every process of the group, those too that have only just begun."""
        for pause in (0, 0.1, 0.4):
            with desks.desk(environment={}) as desk:
                time.sleep(pause)
                for child in children(desk.process.pid):
                    os.kill(child, signal.SIGINT)
                assert desk.stop() == 0
                assert desk.said.read_text() == f"Open {desk.link}\n"

    def test_processes_end_with_a_desk_that_is_killed(self):
        with desks.desk() as desk, socket.create_connection(("127.0.0.1", desk.port)) as line:
            desk.program("POST", "/api/v1/check", {"text": STORY})
            workers = children(desk.process.pid)
            assert len(workers) >= 2
            begin_long_work(desk, line)
            desk.process.kill()
            end = time.monotonic() + 10
            while any(alive(pid) for pid in workers):
                assert time.monotonic() < end
                time.sleep(0.05)


def begin_long_work(desk, line):
    body = json.dumps({"text": "\n\n".join(f"{SLOW} {at}" for at in range(2_000))}).encode()
    line.sendall(
        f"POST /api/v1/check HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {desks.TOKEN}\r\n\r\n".encode()
        + body
    )
    time.sleep(0.5)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


WATCH = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        with open({log!r}, "a") as log:
            log.write(f"{{event}} {{arguments!r}}\\n")

sys.addaudithook(watch)
"""


class TestStart:
    def test_it_asks_nobody(self, seed, tmp_path):
        """The desk and its processes open no connection and ask for no name."""
        log = tmp_path / "log"
        (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)))
        probe = [sys.executable, "-c", "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"]
        known = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{needs.PACKAGES}"}
        subprocess.run(probe, env={**os.environ, **known}, check=True)
        assert "socket.connect" in log.read_text()
        log.unlink()
        with desks.desk(seed, environment=known) as desk:
            assert desk.page("/desk/open", {"document": {"text": STORY}}).status == 200
            assert desk.program("POST", "/api/v1/clean", {"text": STORY}).status == 200
            assert desk.stop() == 0
        assert not log.exists(), log.read_text()

    def test_files_that_are_too_large_for_the_page(self, tmp_path, unserved):
        (tmp_path / "large.txt").write_bytes(b"a\n" * (8 << 20))
        run = dedupe("desk", "--no-browser", "large.txt", cwd=tmp_path)
        assert run.status == 2
        assert run.err == "error: large.txt: too large for the desk, which takes 14 MB; use dedupe check\n"

    def test_files_are_there_for_the_page(self, seed, tmp_path):
        other = tmp_path / "other <i>.txt"
        other.write_text(STORY)
        with desks.desk(seed, other) as desk:
            given = desk.page("/desk/given", {}).json()["documents"]
            assert given == [
                {"name": "story.txt", "base64": b64(seed.read_bytes())},
                {"name": other.name, "base64": b64(other.read_bytes())},
            ]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["missing.txt"], "missing.txt: cannot be read: no such file or folder"),
            (["."], ".: is a folder; a file is needed here"),
            (["--host", "0.0.0.0"], "--host 0.0.0.0: others can reach it there; say --token FILE"),
            (["--host", "192.0.2.1", "--token", "good"], "--host 192.0.2.1 --port 0: cannot be served there"),
            (["--token", "nothing"], "nothing: cannot be read: no such file or folder"),
            (["--token", "short"], "short: no token: it needs 32 characters or more"),
            (["--token", "spaced"], "spaced: no token: it needs 32 characters or more, without spaces"),
            (["--token", "foreign"], "foreign: no token; use letters, digits"),
            (["--token", "shared"], "shared: others may read it; chmod 600 it first"),
            (["--port", "70000"], "Invalid value for '--port'"),
        ],
    )
    def test_what_cannot_begin_says_why(self, tmp_path, unserved, words, said):
        for name, text, mode in (
            ("short", "a" * 31, 0o600),
            ("spaced", "a" * 20 + " " + "b" * 20, 0o600),
            ("foreign", "ü" * 40, 0o600),
            ("shared", "a" * 40, 0o640),
            ("good", "a" * 40, 0o600),
        ):
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(mode)
        run = dedupe("desk", "--no-browser", *words, cwd=tmp_path)
        assert (run.status, run.out) == (2, "")
        assert run.err.startswith(f"error: {said}"), run.err
        assert run.err.count("\n") == 1

    def test_a_port_in_use_is_said(self, desk, tmp_path, unserved):
        run = dedupe("desk", "--no-browser", "--port", desk.port, cwd=tmp_path)
        assert run.status == 2
        assert "cannot be served there" in run.err

    def test_only_the_desk_imports_a_server(self, tmp_path):
        code = "import sys, dedupe.cli, dedupe.desk.calls; print([n for n in sys.modules if n in ('uvicorn', 'starlette', 'jinja2')])"
        run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
        assert run.stdout == "[]\n"


def test_the_curl_lines_of_the_docs_work(desk, tmp_path):
    text = (ROOT / "docs" / "desk.md").read_text()
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [
        line for block in blocks for line in re.sub(r"\\\n\s*", "", block).split("\n") if line.startswith("$ curl")
    ]
    assert len(lines) >= 4
    (tmp_path / "story.txt").write_text(STORY)
    (tmp_path / "before.txt").write_text(STORY)
    (tmp_path / "newsroom.token").write_text(desks.TOKEN)
    for line in lines:
        command = line[2:].replace("http://desk.example:8400", f"http://127.0.0.1:{desk.port}")
        run = subprocess.run(
            ["bash", "-c", f"{command} --fail-with-body --silent"], cwd=tmp_path, capture_output=True, check=False
        )
        assert run.returncode == 0, (line, run.stdout, run.stderr)
        assert json.loads(run.stdout)
