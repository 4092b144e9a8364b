"""The `html` report: read as a browser reads it, its colours measured, its texts inert."""

import base64
import hashlib
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import hostile
import pytest
from test_cli import CONFLICT, ONCE, TWICE
from test_reports import CASES, findings, outcomes, report

from dedupe.reports import html, sheet
from dedupe.reports.look import Look
from dedupe.reports.marked import marked

VOID = {"meta"}
OURS = set(
    "html head meta title style body header nav main footer section article h1 h2 h3 p span ol ul li a bdi code details"
    " summary div figure figcaption b blockquote del ins mark dl dt dd".split()
)
ATTRIBUTES = {"class", "id", "href", "lang", "dir", "aria-label", "aria-labelledby", "charset", "name", "content"}


class Page(HTMLParser):
    """A page as its elements, once it is sure that only ours are there and each is closed where it should be."""

    def __init__(self, said):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(said)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert tag in OURS
        for name, value in attributes:
            assert name in ATTRIBUTES | {"http-equiv"}
            if name == "href":
                assert re.fullmatch(r"#story-\d+", value)
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append((tuple(self.open), data))

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_decl(self, declared):
        assert declared == "doctype html"

    def within(self, *tags):
        """The texts of the innermost elements of these kinds, each as one."""
        return [data for where, data in self.texts if where and where[-1] in tags]

    @property
    def words(self):
        return " ".join("".join(data for _, data in self.texts).split())


def page(found, look=None):
    return Page(report("html", found, look))


def verdict(found):
    (said,) = page(found).within("h1")
    return said


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_golden_case_is_on_the_page():
    found = outcomes(*CASES)
    read = page(found)
    said = read.words
    for finding in findings(found):
        if finding.copies == 2:
            assert " ".join(finding.why.split()) in said
            assert finding.code in said
    sections = [attributes["id"] for tag, attributes in read.elements if tag == "section"]
    stories = [review for outcome in found for review in outcome.reviews if review.findings]
    assert sections == [f"story-{number}" for number in range(1, len(stories) + 1)]
    assert [attributes["href"] for tag, attributes in read.elements if tag == "a"] == [f"#{it}" for it in sections]


def test_headings_and_landmarks_are_in_order():
    read = page(outcomes(*CASES[:30], "missing.txt"))
    tags = [tag for tag, _ in read.elements]
    for landmark in ("header", "nav", "main", "footer", "h1", "title"):
        assert tags.count(landmark) == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [attributes["aria-labelledby"] for _, attributes in read.elements if "aria-labelledby" in attributes]
    assert set(wanted) <= set(ids)
    assert dict(read.elements)["html"] == {"lang": "en"}


def test_the_page_may_load_and_run_nothing():
    said = report("html", outcomes(*CASES[:5]))
    (sheet_text,) = re.findall(r"<style>(.*?)</style>", said, re.DOTALL)
    own = base64.b64encode(hashlib.sha256(sheet_text.encode()).digest()).decode()
    (policy,) = [
        attributes["content"]
        for tag, attributes in Page(said).elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{own}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"https?:|//|url\(|@import|<script|<img|<link", said)


def test_the_verdict_is_one_line(here):
    Path("once.txt").write_text(ONCE)
    Path("twice.txt").write_text(TWICE)
    (thrice,) = [path for path in CASES if path.parent.name == "three-copies"]
    Path("conflict.txt").write_text(CONFLICT)
    Path("bad.txt").write_bytes(b"\xff\xfea")
    assert verdict([]) == "Nothing to read."
    assert verdict(outcomes("once.txt")) == "Nothing stands twice."
    assert verdict(outcomes("twice.txt")) == "One passage stands twice."
    assert verdict(outcomes("conflict.txt")) == "One passage stands twice; the copies disagree on a figure."
    both = "Two passages stand twice; one of them disagrees on a figure"
    assert verdict(outcomes("twice.txt", "conflict.txt")) == f"{both}."
    assert verdict(outcomes("twice.txt", "conflict.txt", "bad.txt")) == f"{both}; one file could not be read."
    assert verdict(outcomes("bad.txt")) == "One file could not be read."
    assert verdict(outcomes(thrice)) == "One passage stands three times."
    assert verdict(outcomes(thrice, "twice.txt")) == "Two passages stand more than once."
    (meant,) = [path for path in CASES if path.parent.name == "echo-refrain"]
    assert verdict(outcomes(meant)) == "Nothing to act on: one repeat is meant."


def test_nothing_found_is_a_page_too(here):
    Path("once.txt").write_text(ONCE)
    read = page(outcomes("once.txt"))
    assert "1 story, 3 paragraphs." in read.words
    assert not {tag for tag, _ in read.elements} & {"section", "nav", "article"}


def test_what_could_not_be_read_is_said(here):
    Path("twice.txt").write_text(TWICE)
    read = page(outcomes("twice.txt", "missing.txt"))
    assert "Could not be read error missing.txt: cannot be read: no such file or folder" in read.words
    assert ("section", {"aria-labelledby": "failed"}) in read.elements


def test_both_copies_stand_side_by_side_with_what_differs_marked(seed):
    read = page(outcomes(seed))
    assert read.within("del") == ["Mexican President Andres Manuel", "Summit of the Americas"]
    assert read.within("ins") == ["summit", "."]
    assert [tag for tag, _ in read.elements].count("figure") == 2
    assert [it for it in read.within("figcaption") if it.strip()] == [" line 11", " line 17"]
    assert [data for where, data in read.texts if where[-2:] == ("figcaption", "b")] == ["Cut", "Keep"]


def test_a_conflict_names_both_figures(here):
    Path("conflict.txt").write_text(CONFLICT)
    read = page(outcomes("conflict.txt"))
    assert len(read.within("mark")) == 2
    assert read.within("dt") == ["Disagree: number"]
    first, second = read.within("mark")
    assert CONFLICT.index(first) < CONFLICT.index(second)
    assert f"“{first}” and “{second}”" in read.words


def test_what_would_be_lost_is_said():
    (case,) = [path for path in CASES if path.parent.name == "loses-a-name"]
    read = page(outcomes(case))
    assert "Would be lost“Winifred Oakes”" in read.words
    assert read.within("mark") == [", Winifred Oakes,"]


def test_a_word_document_has_paragraphs_and_a_record_its_key(here):
    (case,) = [path for path in CASES if path.parent.name == "docx-block-twice"]
    read = page(outcomes(case))
    assert [it for it in read.within("figcaption") if it.strip()] == [" paragraphs 2–3", " paragraphs 4–5"]
    paragraphs = [where for where, _ in read.texts if where[-2:] == ("blockquote", "p")]
    assert len(paragraphs) == 4
    Path("a.jsonl").write_text("".join(json.dumps({"id": key, "body_text": TWICE}) + "\n" for key in "xy"))
    read = page(outcomes("a.jsonl"))
    assert "a.jsonl, story x" in read.words
    assert "a.jsonl, story y" in read.words
    assert [it for it in read.within("figcaption") if it.strip()][:2] == [" paragraph 1", " paragraph 3"]


def test_many_copies_are_counted_and_many_passages_too(here, monkeypatch):
    Path("many.txt").write_text("\n\n".join([TWICE.split("\n\n")[0]] * 40))
    said = page(outcomes("many.txt")).words
    assert "One passage stands 40 times." in said
    assert f"and {39 - 1 - html.LISTED} more copies of it" in said
    monkeypatch.setattr(html, "ROOM", 5)
    for number in range(9):
        Path(f"{number}.txt").write_text(TWICE)
    read = page(outcomes(*(f"{number}.txt" for number in range(9))))
    assert [tag for tag, _ in read.elements].count("article") == 5
    assert "4 more passages have no room on this page" in read.words


def test_many_names_stand_folded_at_the_top(here):
    for number in range(html.FEW + 1):
        Path(f"{number:02}.txt").write_text(TWICE)
    names = sorted(path.name for path in here.glob("*.txt"))
    assert "details" not in [tag for tag, _ in page(outcomes(*names[1:])).elements]
    read = page(outcomes(*names))
    assert f"{html.FEW + 1} stories" in read.within("summary")
    assert [tag for tag, _ in read.elements].count("a") == html.FEW + 1


def test_what_to_type_next_can_be_copied(seed):
    found = outcomes(seed)
    assert "dedupe clean --write 'a b.txt'" in page(found, Look(typed="'a b.txt'")).words
    assert "dedupe clean --write" not in page(found, Look(typed="x", command="clean")).words
    assert page(found, Look(typed="a b c ...")).within("code") == ["dedupe clean --write"]


@pytest.mark.parametrize("payload", hostile.PAYLOADS, ids=ascii)
def test_hostile_text_in_every_place_is_text(here, payload):
    name = payload.replace("/", "")
    Path(f"{name}.txt").write_bytes(CONFLICT.replace("bridge", f"bridge {payload} arch").encode())
    Path("a.jsonl").write_text(json.dumps({"id": payload, "body_text": TWICE}) + "\n")
    said = report("html", outcomes(f"{name}.txt", "a.jsonl", f"{payload}missing"), Look(typed=payload))
    assert not hostile.CONTROLS.search(said)
    assert hostile.log_commands(said) == []
    assert hostile.recognised(payload, Page(said).words)


# the words that differ


def plain(pieces):
    return ["".join(f"[{piece.text}]" if piece.differs else piece.text for piece in one) for one in pieces]


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [
        ("A b, c.", "A b, c.", (["A b, c."], ["A b, c."])),
        (
            "He teaches biology now.",
            "He teaches biology, Ms Oakes, now.",
            (["He teaches biology now."], ["He teaches biology[, Ms Oakes,] now."]),
        ),
        ("It cost 1,200 then", "It cost 1,300 then.", (["It cost [1,200] then"], ["It cost [1,300] then[.]"])),
        (
            "One\nline.\n\nTwo lines.",
            "One line.\n \nTwo more lines.",
            (["One line.", "Two lines."], ["One line.", "Two [more] lines."]),
        ),
        ("", "All new", ([], ["[All new]"])),
        ("old words stay", "new words stay", (["[old] words stay"], ["[new] words stay"])),
    ],
)
def test_words_that_differ(one, two, shown):
    assert tuple(plain(side) for side in marked(one, two)) == shown


def test_long_texts_differ_between_what_is_the_same_at_both_ends():
    middle = [" ".join(f"{side}{number}" for number in range(html.SHOWN // 20)) for side in "ab"]
    one, two = (marked(f"Same start {part} same end.", f"Same start {middle[1]} same end.")[0] for part in middle)
    assert plain(one) == [f"Same start [{middle[0]}] same end."]
    assert plain(two) == [f"Same start {middle[1]} same end."]


# colours


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [sheet.LIGHT, sheet.DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(colours):
    on = dict.fromkeys(("page", "card"), ("ink", "soft", "error", "warning", "note", "keep"))
    on |= {mark: (f"{mark}-ink",) for mark in ("del", "ins", "mark")}
    for ground, inks in on.items():
        for ink in inks:
            assert contrast(colours[ground], colours[ink]) >= 4.5, (ground, ink)
    assert set(colours) == {*on, *(ink for inks in on.values() for ink in inks), "rule"}


def test_the_sheet_uses_the_colours_it_names_and_no_other():
    assert set(re.findall(r"var\(--([\w-]+)\)", sheet.SHEET)) == {*sheet.LIGHT, "serif"}
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb", sheet.SHEET.partition("\n*{")[2])
