"""The page of a run over an archive: its numbers held against the feed, its texts inert, a browser asked."""

import base64
import functools
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import hostile
import pytest
from browser import browser
from hypothesis import given, settings
from hypothesis import strategies as st
from test_page import contrast
from test_reports import CASES, outcomes

from dedupe.model import Code
from dedupe.reports import archive, months, sheet, shown, tally
from dedupe.reports.archive import Counts, Job, Tally
from dedupe.reports.json import article as told

VOID = {"meta", "rect", "line"}
OURS = set(
    "html head meta title style body header nav main footer section article h1 h2 h3 h4 p span ol ul li a bdi b code"
    " details summary div figure figcaption blockquote del ins mark dl dt dd table thead tbody tfoot tr th td svg g"
    " rect line text".split()
)
CODES = set(months.LIGHT)
CLASSES = CODES | set(
    "name soft parts share kinds swatch bar bars chart legend plot scale rule wide numbers long passages family step why"
    " kind copies copy keep cut plain sev error warning note run figures".split()
)
FREE = {"content", "aria-label", "width", "height", "x", "y", "x1", "x2", "y1", "y2"}
FIXED = {
    "lang": {"en", ""},
    "dir": {"auto"},
    "role": {"img", "region"},
    "scope": {"col", "row"},
    "tabindex": {"0"},
    "aria-hidden": {"true"},
    "text-anchor": {"start", "middle", "end"},
    "charset": {"utf-8"},
    "name": {"viewport", "color-scheme", "referrer"},
    "http-equiv": {"Content-Security-Policy"},
}
PARTS = ("kinds", "months", "passages", "versions", "examples", "failed", "run")
START = datetime(2026, 11, 28, 14, 10, tzinfo=UTC)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
END = datetime(2026, 11, 28, 14, 31, 5, tzinfo=UTC)


class Page(HTMLParser):
    """A page as its elements, once it is sure that these and their attributes are ours."""

    def __init__(self, said):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(said)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert tag in OURS
        for name, value in attributes:
            if name == "class":
                assert set(value.split()) <= CLASSES
            elif name in ("id", "href", "aria-labelledby"):
                assert value.removeprefix("#").removesuffix("-title") in PARTS
            else:
                assert name in FREE or value in FIXED[name], (name, value)
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if "style" not in [tag for tag, _ in self.open]:
            self.texts.append((tuple(self.open), data))

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_decl(self, declared):
        assert declared == "doctype html"

    @property
    def words(self):
        return " ".join("".join(data for _, data in self.texts).split())

    def section(self, name):
        """The words of a part."""
        inside = [data for where, data in self.texts if ("section", name) in [(it[0], it[1].get("id")) for it in where]]
        return " ".join("".join(inside).split())

    def rows(self, kind):
        """The cells of a table, row by row."""
        rows, row, cell = [], None, None
        for where, data in self.texts:
            if ("table", kind) not in [(it[0], it[1].get("class")) for it in where]:
                continue
            own = [it for it in where if it[0] in ("tr", "td", "th")]
            if len(own) < 2:
                continue
            if own[0][1] is not row:
                row = own[0][1]
                rows.append([])
            if own[1][1] is not cell:
                cell = own[1][1]
                rows[-1].append("")
            rows[-1][-1] += data
        return rows


def place(path, text, at=0, article=None):
    own = {"path": path, "start": at, "end": at + len(text), "line": 1 + at, "end_line": 1 + at}
    own |= {"paragraph": 1 + at, "text": text}
    return own if article is None else {**own, "article": article}


def finding(code, kept, dropped, **more):
    severity = {"exact": "error", "loses": "warning", "conflict": "warning"}.get(code, "note")
    own = {"code": code, "severity": severity, "action": "none", "safe": False, "group": 1, "copies": 2, "blocks": 1}
    own |= {"kept": kept, "dropped": dropped, "jaccard": 1.0, "containment": 1.0, "changes": [], "lost": []}
    mark = hashlib.sha256(repr((code, kept, dropped)).encode()).hexdigest()[:16]
    return {**own, "why": f"It is {code}.", "fingerprint": mark, **more}


def story(path, *findings, date="", article=None):
    return {"path": path, "article": article, "format": "text", "date": date, "findings": list(findings)}


def across(number, places, size=1):
    """What the stories of a passage that stands in some number of them have."""
    text = f"Passage {number} says the same in all of its many places."
    for at in range(1, size + 1):
        kept, dropped = place(f"p{number}-0.txt", text, article=None), place(f"p{number}-{at}.txt", text)
        code = "boilerplate" if places >= 10 else "republished"
        yield story(dropped["path"], finding(code, kept, dropped, places=places), date="2001-02-03")


def version(family, old, new, size, **more):
    kept, dropped = (place(f"{family}-{at}.txt", f"Version {at} of story {family}.") for at in (new, old))
    return story(dropped["path"], finding("version", kept, dropped, places=size, **more), date=f"1999-05-{old + 1:02}")


@functools.cache
def golden():
    """What is found in the golden cases, with dates, and what no case has."""
    reviews = [review for outcome in outcomes(*CASES) for review in outcome.reviews if review.findings]
    dates = itertools.cycle(["2014-03-01", "2014-05-20T10:00:00Z", "", "2015-01-31", "nonsense", "2014-13-01"])
    feed = [{**told(review), "date": date} for review, date in zip(reviews, dates, strict=False)]
    changes = [{"kind": "word", "kept": "sinking", "dropped": ""}, {"kind": "number", "kept": "15", "dropped": "12"}]
    feed += [version("boat", 0, 1, 3, changes=changes), version("boat", 1, 2, 3)]
    feed += [*across(1, 43, 5), *across(2, 3, 2), story("none.txt", date="2014-03-02")]
    return tuple(feed)


def gathered(feed):
    own = Tally()
    for one in feed:
        own.add(one)
    return own


def job(**more):
    counts = Counts(articles=5_000, paragraphs=61_234, removed={"exact": 1_007, "reworded": 3}, failed=0)
    return Job(**{"paths": ["a", "b"], "started": START, "ended": END, "counts": counts, "settings": {}, **more})


def page(feed, **more):
    return "".join(archive.page(job(**more), gathered(feed)))


def number(said):
    return 0 if said == "–" else int(said.replace(",", ""))


def test_every_code_has_its_place():
    assert set(get_args(Code)) <= set(tally.ORDER)


def test_every_number_adds_up_with_the_feed():
    feed = golden()
    found = Counter(it["code"] for one in feed for it in one["findings"])
    assert set(found) == set(tally.ORDER)
    read = Page(page(feed, dated=9))
    (_, *rows, total) = read.rows("kinds")
    assert {row[0].split()[0]: number(row[-2]) for row in rows} == found
    assert {row[0].split()[0]: number(row[-1]) for row in rows if row[-1] != "0"} == {"exact": 1_007, "reworded": 3}
    assert [number(it) for it in total[1:]] == [found.total(), 1_010]
    for row in rows:
        code = row[0].split()[0]
        severities = Counter(it["severity"] for one in feed for it in one["findings"] if it["code"] == code)
        said = {name: int(many) for many, name in re.findall(r"(\d+) (error|warning|note)", row[0])}
        assert said == severities
    severities = Counter(it["severity"] for one in feed for it in one["findings"])
    with_some = sum(bool(one["findings"]) for one in feed)
    figures = ["5,000", "61,234", *(f"{it:,}" for it in (with_some, *(severities[it] for it in tally.SEVERITIES)))]
    assert [data for where, data in read.texts if where and where[-1][0] == "dd"][:8] == [*figures, "1,010", "0"]
    repeats = found.total() - found["version"]
    verdict = f"{repeats} repeats and 2 superseded versions in 5,000 stories; 1,010 copies were cut."
    assert read.words.startswith(f"{verdict} wire-dedupe {verdict}")


def test_months_add_up_with_the_feed():
    feed = golden()
    dated = Counter()
    for one in feed:
        if re.match(r"\d{4}-(0[1-9]|1[0-2])-", one["date"]):
            dated.update((one["date"][:7], it["code"]) for it in one["findings"])
    read = Page(page(feed, dated=9))
    (head, *rows, total) = read.rows("numbers")
    shown_in_table = {
        (row[0], code): number(cell)
        for row in rows
        for code, cell in zip(head[1:-1], row[1:-1], strict=True)
        if number(cell)
    }
    assert shown_in_table == {(months.month(at), code): many for (at, code), many in dated.items()}
    assert all(sum(map(number, row[1:-1])) == number(row[-1]) for row in (*rows, total))
    assert number(total[-1]) == dated.total()
    missing = sum(len(one["findings"]) for one in feed) - dated.total()
    assert f"{missing} findings are in stories without one" in read.section("months")
    titles = [data for where, data in read.texts if [it[0] for it in where[-2:]] == ["g", "title"]]
    assert sum(int(re.search(r": ([\d,]+) \(", title)[1].replace(",", "")) for title in titles) == dated.total()
    top = int(next(data for where, data in read.texts if where[-2:-1] and where[-2][1].get("class") == "scale soft"))
    tall = [float(it["height"]) for tag, it in read.elements if tag == "rect" and "." in it.get("height", "")]
    drawn = sum(it + months.GAP if it > 2 * months.GAP else it for it in tall)
    assert drawn == pytest.approx(dated.total() / top * months.HEIGHT, rel=0.02)


@pytest.mark.parametrize(
    ("first", "last", "unit", "bars", "named"),
    [
        ("2014-03", "2014-05", "month", 3, "Apr 2014"),
        ("1990-01", "2004-12", "month", 180, "1993"),
        ("1990-01", "2005-01", "year", 16, "1995"),
        ("1700-01", "2014-05", "decade", 32, "1800s"),
    ],
)
def test_time_does_not_skip_where_nothing_was_found(first, last, unit, bars, named):
    one = next(across(1, 2))
    read = Page(page([{**one, "date": f"{at}-01"} for at in (first, last)]))
    (said,) = [it["aria-label"] for tag, it in read.elements if it.get("role") == "img"]
    assert said.startswith(f"2 findings by {unit}, ")
    widths = [float(it["width"][:-1]) for tag, it in read.elements if tag == "rect" and it.get("y")]
    assert widths == [pytest.approx(min(82 / bars, months.NARROW), abs=0.01)] * 2
    assert named in [data for where, data in read.texts if where[-1:] and where[-1][0] == "text"]
    assert [row[0] for row in read.rows("numbers")[1:-1]] == [months.month(first), months.month(last)]


def test_no_dates_and_nothing_found_are_pages_too():
    counts = Counts(7, 9, {}, 0)
    read = Page(page([], counts=counts))
    assert "Nothing stands twice in 7 stories." in read.words
    assert [it["id"] for tag, it in read.elements if tag == "section"] == ["run"]
    assert "Nothing was changed." in read.section("run")
    read = Page(page([{**one, "date": ""} for one in golden()], counts=counts))
    assert "months" not in [it.get("id") for _, it in read.elements]
    assert "Cut" not in [cell for row in read.rows("kinds") for cell in row]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 12), st.integers(1, 3)), max_size=60), st.randoms(use_true_random=False))
def test_the_passages_in_the_most_stories_are_held(sizes, chance):
    feed = [one for at, (places, size) in enumerate(sizes) for one in across(at, places, size)]
    chance.shuffle(feed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "PASSAGES", 5)
        held = gathered(feed).passages(5)
    assert [it.places for it in held] == sorted((places for places, _ in sizes), reverse=True)[:5]
    assert len({it.text for it in held}) == len(held)


def test_a_passage_is_told_with_where_it_stands():
    read = Page(page([*across(1, 3, 2), *across(2, 43, 5), *across(3, 7, 6)]))
    said = read.section("passages")
    assert re.findall(r"In (\d+) stories (\w+)", said) == [
        ("43", "boilerplate"),
        ("7", "republished"),
        ("3", "republished"),
    ]
    assert "p2-0.txt (line 1), p2-1.txt (line 1), p2-2.txt (line 1) and 40 more" in said
    assert "p1-0.txt (line 1), p1-1.txt (line 1), p1-2.txt (line 1) In" not in said
    assert said.endswith("p1-0.txt (line 1), p1-1.txt (line 1), p1-2.txt (line 1)")


def test_the_same_words_are_one_passage():
    one, two = next(across(1, 4)), next(across(1, 4))
    two = json.loads(json.dumps(two).replace("Passage 1 says", "PASSAGE 1, says").replace("p1-0", "p9-0"))
    (held,) = gathered([one, two]).passages(9)
    assert [it.path for it in held.named] == ["p1-0.txt", "p1-1.txt"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(2, 7), max_size=6), st.booleans(), st.randoms(use_true_random=False))
def test_versions_of_one_story_are_one_family_however_they_come(sizes, star, chance):
    feed = [
        version(family, at, size - 1 if star else at + 1, size)
        for family, size in enumerate(sizes)
        for at in range(size - 1)
    ]
    chance.shuffle(feed)
    families = gathered(feed).families(99)
    assert [family.places for family in families] == sorted(sizes, reverse=True)
    for family in families:
        names = {it.path for step in family.steps for it in (step.kept, step.dropped)}
        assert len(family.steps) == family.places - 1
        assert len(names) == family.places


def test_a_family_says_what_changed():
    changes = [
        {"kind": "word", "kept": "sinking", "dropped": ""},
        {"kind": "number", "kept": "15", "dropped": "12"},
        {"kind": "name", "kept": "", "dropped": "Oakes"},
    ]
    said = Page(page([version("x", 1, 2, 9), version("x", 0, 1, 9, changes=changes)])).section("versions")
    assert said.startswith(
        "Stories with the most versions x-2.txt 9 versions; this one supersedes the others x-0.txt 1999-05-01"
    )
    assert "number“12” became “15”" in said
    assert said.index("“Oakes” is gone") < said.index("“sinking” is new") < said.index("x-1.txt 1999-05-02")
    assert said.endswith("and 6 more versions")


def test_examples_are_few_of_each_code_and_from_many_stories():
    feed = [
        story(
            f"{at}.txt",
            *(
                finding(
                    code, place(f"{at}.txt", f"Same {at} {code} {it}"), place(f"{at}.txt", f"Same {at} {code} {it}", 5)
                )
                for it in range(9)
            ),
        )
        for at in range(40)
        for code in ("exact", "echo")
    ]
    own = gathered(feed)
    for code in ("exact", "echo"):
        some = own.examples(code)
        assert len({it.dropped.path for it in some}) == len(some) == tally.EXAMPLES
    assert "exact 4 of 360" in Page(page(feed)).section("examples")


def test_both_copies_stand_in_the_order_of_the_story_with_what_differs_marked():
    one, two = place("a.txt", "The red fox ran.", 0), place("a.txt", "The old fox ran.", 50)
    change = [{"kind": "name", "kept": "old", "dropped": "red"}]
    safe = story("a.txt", finding("reworded", two, one, safe=True, changes=change, lost=["red"]))
    read = Page(page([safe]))
    inner = [(where[-1][0], data) for where, data in read.texts if where and where[-1][0] in ("del", "ins", "mark")]
    assert inner == [("del", "red"), ("ins", "old")]
    said = read.section("examples")
    assert said.index("Cut line 1") < said.index("Keep line 51")
    assert "Would be lost“red” Disagree: name“red”“old”".replace("”“", "” and “") in said
    unsafe = story("a.txt", finding("loses", two, one, changes=change))
    read = Page(page([unsafe]))
    assert [data for where, data in read.texts if where and where[-1][0] == "mark"] == ["red", "old"]
    there = story("b.txt", finding("republished", two, {**one, "path": "b.txt"}, places=2, changes=change))
    said = Page(page([there])).section("examples")
    assert said.index("a.txt line 51") < said.index("b.txt line 1")


def test_the_only_file_of_a_run_needs_no_name():
    kept, dropped = (place("x.jsonl", "Said twice.", at, article=key) for at, key in ((0, "k1"), (3, "k2")))
    feed = [story("x.jsonl", finding("republished", kept, dropped, places=2), article="k2")]
    assert "x.jsonl" not in Page(page(feed, paths=["x.jsonl"])).section("passages")
    assert "story k1 (line 1), story k2 (line 4)" in Page(page(feed, paths=["x.jsonl"])).section("passages")
    assert "x.jsonl, story k1 (line 1)" in Page(page(feed)).section("passages")


def test_what_could_not_be_read_is_counted_and_the_first_are_named():
    failures = [(f"{at}.gz", f"{at}.gz: ends in the middle" if at % 2 else "is no archive") for at in range(100)]
    counts = Counts(1, 1, {}, 1_150)
    read = Page(page([], failures=failures, counts=counts))
    said = read.section("failed")
    assert "1,150 could not be read." in read.words
    assert said.count("error") == 100
    assert "error 0.gz: is no archive error 1.gz: ends in the middle error 2.gz" in said
    assert said.endswith("and 1,050 more")


def test_the_run_says_how_to_do_and_undo_it():
    read = Page(
        page([], settings={"scope": "archive", "unsafe": False, "id field": ""}, manifest="my undo.jsonl", output="out")
    )
    said = read.section("run")
    assert "scopearchive unsafeno id field– outputout manifestmy undo.jsonl" in said
    assert "dedupe verify 'my undo.jsonl'" in said
    assert "28 November 2026, 14:10 to 14:31 UTC (21 minutes 5 seconds)" in read.words


def test_headings_landmarks_and_links_are_in_order():
    read = Page(page(golden(), counts=Counts(9, 9, {}, 1), failures=[("a", "a: b")]))
    tags = [tag for tag, _ in read.elements]
    assert all(tags.count(it) == 1 for it in ("header", "nav", "main", "footer", "h1"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    sections = [it["id"] for tag, it in read.elements if tag == "section"]
    assert sections == list(PARTS)
    assert [it["href"] for tag, it in read.elements if tag == "a"] == [f"#{it}" for it in PARTS]


def test_the_page_may_load_and_run_nothing():
    said = page(golden())
    (own,) = re.findall(r"<style>(.*?)</style>", said, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    (policy,) = [it["content"] for _, it in Page(said).elements if it.get("http-equiv")]
    assert dict(rule.strip().split(" ", 1) for rule in policy.split(";")) == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"url\(|@import|<script|<img|<link| style=| on\w+=", said)
    names = set(re.findall(r"var\(--([\w-]+)\)", own))
    assert names == set(sheet.LIGHT) | {"serif"} | {f"fill-{code}" for code in CODES}


@pytest.mark.parametrize("payload", hostile.PAYLOADS, ids=ascii)
def test_hostile_text_in_every_place_is_text(payload):
    name, text = f"{payload}.txt", f"Before {payload} behind."
    change = [{"kind": kind, "kept": payload, "dropped": f"{payload}x"} for kind in ("number", payload)]
    more = {"why": text, "lost": [payload], "changes": change, "places": 12}
    feed = [
        {
            **story(
                name, finding(code, place(f"x{name}", text, article=payload), place(name, text, 9), **more), date=date
            ),
            "article": payload,
            "format": payload,
        }
        for code in (*tally.ORDER, payload)
        for date in ("2014-03-01", payload)
    ]
    feed[-1]["findings"][0] |= {"severity": payload, "fingerprint": ""}
    counts = Counts(1, 1, {payload: 1}, 2)
    said = page(
        feed,
        counts=counts,
        paths=[name, payload],
        settings={payload: payload},
        manifest=payload,
        output=payload,
        failures=[(payload, "bad"), ("a", payload)],
    )
    assert not hostile.CONTROLS.search(said)
    assert hostile.log_commands(said) == []
    read = Page(said)
    for part in ("passages", "versions", "examples", "failed", "run"):
        assert hostile.recognised(payload, read.section(part))


def test_the_same_feed_gives_the_same_page():
    script = (
        "import test_archive_page as own, hashlib\n"
        "feed = [one for at in range(300) for one in (*own.across(at, 2 + at % 30), own.version(at, 0, 1, 2 + at % 9))]\n"
        "print(hashlib.sha256(own.page(feed).encode()).hexdigest())\n"
    )
    here = Path(__file__).resolve().parent
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(here), *sys.path])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_what_is_held_does_not_grow_with_the_feed():
    """The worst of feeds: everything new outranks everything before it."""
    own = Tally()
    for at in range(7_000):
        date = f"{at:04}-01-01"
        (one,) = across(at, 2 + at)
        (other,) = [version(at, 0, 1, 2 + at)]
        two = story(
            f"{at}",
            finding("exact", place(f"{at}", f"{at}"), place(f"{at}", f"{at}", 7), fingerprint=f"{9999 - at:016}"),
        )
        for it in (one, other, two):
            own.add({**it, "date": date})
    families = 2 * tally.FAMILIES * (2 + 1)
    most = 2 * tally.PASSAGES + families + tally.REMEMBERED + tally.MONTHS + 9 * tally.EXAMPLES
    assert len(own) <= most
    assert own.findings == 21_000
    assert own.undated == 3 * (7_000 - tally.MONTHS)
    assert [it.places for it in own.passages(3)] == [7_001, 7_000, 6_999]
    assert [it.places for it in own.families(3)] == [7_001, 7_000, 6_999]
    assert "".join(archive.page(job(), own)).count("<li>") < 100


def test_a_family_of_thousands_is_one_and_bounded():
    own = gathered(version("x", at, at + 1, 3_000) | {"date": ""} for at in range(27))
    (family,) = own.families(9)
    assert len(family.steps) == tally.STEPS
    said = Page("".join(archive.page(job(), own))).section("versions")
    assert said.count("It is version.") == shown.STEPS_SHOWN
    assert said.endswith(f"and {3_000 - 1 - shown.STEPS_SHOWN:,} more versions")


def test_long_texts_and_names_are_held_and_shown_in_part():
    long = "word " * 20_000
    feed = [story(long, finding("exact", place(long, long), place(long, long, 7), why=long), article=long, date=long)]
    said = page(feed)
    assert len(said) < 60_000
    assert f"and {len(long) - tally.CLIP:,} more characters" in said


@pytest.mark.parametrize(("fills", "colours"), [(months.LIGHT, sheet.LIGHT), (months.DARK, sheet.DARK)])
def test_every_bar_is_seen_on_its_ground(fills, colours):
    assert set(fills) == {*tally.ORDER, tally.OTHER}
    for fill in fills.values():
        assert contrast(fill, colours["page"]) >= 3


def test_a_browser_shows_it_on_a_telephone_and_asks_for_nothing(tmp_path):
    file = tmp_path / "archive.html"
    feed = [*golden(), version("a" * 200, 0, 1, 2)]
    long = {"counts": Counts(123_456_789, 1_234_567_890, {"exact": 12_345_678}, 1), "settings": {"x" * 150: "y" * 300}}
    file.write_text(page(feed, **long, manifest="m" * 200, failures=[("f" * 200, "f" * 200)]))
    with browser() as one:
        for width, scheme in itertools.product((1280, 360), ("light", "dark")):
            one.show(file.as_uri(), width, scheme)
            assert one.requests == [file.as_uri()]
            assert one.value(OVERFLOW) == 0
            ground = one.value("getComputedStyle(document.documentElement).backgroundColor")
            colour = {"light": sheet.LIGHT, "dark": sheet.DARK}[scheme]["page"]
            assert ground == f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
            assert one.value("document.querySelector('.bars rect').getBoundingClientRect().width") > 0.5
        one.value("document.querySelectorAll('details').forEach(it => it.open = true)")
        assert one.value(OVERFLOW) == 0
