"""Versions of stories: which stories are versions of one another, which supersedes which, and what changed."""

import json
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from texts import prose

from dedupe import edit
from dedupe.across.blocks import Archive
from dedupe.across.heads import Head, head, record_of
from dedupe.across.labels import Marks, bare, marks
from dedupe.across.later import dropped, own
from dedupe.across.links import Link, Places, links
from dedupe.across.moments import days_apart, read, stated
from dedupe.across.pairs import alike, gathered
from dedupe.across.prints import prints
from dedupe.across.superseded import superseded, told
from dedupe.across.versions import families
from dedupe.formats import split
from dedupe.settings import Settings
from dedupe.source import from_bytes
from dedupe.story import Story

SETTINGS = Settings(scope="archive")
QUAKE = [
    "A strong earthquake killed 12 people in northern Chile on Tuesday and cut off power in three towns, officials said.",
    "The quake of magnitude 7.1 struck 40 km off the coast at a depth of 30 km, the seismological service said.",
    "Hospitals in Iquique took in dozens of injured people during the night, a doctor at the main clinic said.",
    "Schools will stay closed until Friday while engineers look at the buildings of the region one by one.",
    "The copper mines of the region stopped work for the day, and the state company said that nobody was hurt there.",
    "Chile lies on the Pacific Ring of Fire and has seen some of the strongest quakes that were ever measured.",
]
NEW = [
    "President Gabriel Boric said that he would travel to the region on Wednesday to visit the people who were injured.",
    "Rescue teams with dogs searched a collapsed block of flats in the port, where four families were said to live.",
    "The navy lifted its warning of a tsunami at dawn after waves of less than a metre had reached the harbours.",
    "Power was back in two of the towns by noon, and in the third one crews from the capital were at work.",
]
MINES = [
    "Workers at the largest copper mine of Chile voted on Monday to strike for higher pay, their union said.",
    "The strike would begin on Thursday unless a mediator of the ministry brings both sides to the table again.",
    "The company said that its offer of a bonus stood, and that it had plans to keep the ports supplied.",
    "Copper rose to its highest price since March in London after the vote became known to the traders.",
]


def story(title, paragraphs, date="", name="", slug=""):
    """A story as plain text."""
    return name, "\n\n".join([*([slug] if slug else []), *([title] if title else []), *paragraphs]) + "\n", date


def read_in(stories):
    """The sources, articles, heads and links of some stories in their order, found as a run finds them."""
    items = [from_bytes(text.encode(), name or f"s{at}.txt") for at, (name, text, _) in enumerate(stories)]
    articles = [split(item, "text")[0] for item in items]
    heads = {at: head(article, at, stories[at][2]) for at, article in enumerate(articles)}
    texts, _ = gathered(list(prints([("", [article]) for article in articles], SETTINGS.min_words)))
    archive = Archive(texts, alike(texts, SETTINGS), SETTINGS)
    blocks = list(archive.blocks())
    places = Places(archive.story, archive.text, archive.texts.size.tolist())
    return items, articles, heads, links(places, blocks, SETTINGS.boilerplate_after), places, blocks


def order(*stories):
    """The tiers of the only family, or None where there is none."""
    _, _, heads, some, _, _ = read_in(stories)
    found = families(heads, some)
    assert len(found) <= 1
    return [list(tier) for tier in found[0].order] if found else None


def edges(*stories):
    _, _, heads, some, _, _ = read_in(stories)
    return {(edge.old, edge.new): edge.by for family in families(heads, some) for edge in family.edges}


def findings(*stories):
    items, articles, _, _, places, blocks = read_in(stories)

    def shelf(number):
        return Story(items[number], articles[number])

    return dict(told(places, blocks, shelf, SETTINGS))


HEAD = "Quake kills 12 in northern Chile"
SLIPPED = QUAKE[0].replace("12", "15")

VERSIONS = {
    "an update that adds paragraphs": [story(HEAD, QUAKE[:3]), story(f"UPDATE 1-{HEAD}", QUAKE)],
    "an update that changes a figure": [
        story(HEAD, QUAKE),
        story("UPDATE 2-Quake kills 15 in northern Chile", [SLIPPED, *QUAKE[1:]]),
    ],
    "an update that is mostly new under the same headline": [
        story(HEAD, QUAKE[:4]),
        story(f"UPDATE 3-{HEAD}", [QUAKE[0], *NEW, *prose(5, 2)]),
    ],
    "a bulletin of one paragraph and its update": [
        story(HEAD, QUAKE[:1]),
        story(f"UPDATE 1-{HEAD}", [SLIPPED, *QUAKE[1:5]]),
    ],
    "a slug with another headline": [
        story(HEAD, QUAKE[:4], slug="BC-Quake-Chile"),
        story("Rescuers dig for the missing", [QUAKE[0], *NEW], slug="BC-Quake-Chile, 2nd Ld-Writethru"),
    ],
    "another headline, and most paragraphs the same": [
        story(HEAD, QUAKE),
        story("Boric to visit the north", [NEW[0], *QUAKE[:5]]),
    ],
    "no headline, and most paragraphs the same": [story("", QUAKE), story("", [*QUAKE[:5], *NEW[:2]])],
    "a correction days later": [
        story(HEAD, QUAKE, "2024-05-01T10:00"),
        story(f"CORRECTED-{HEAD}", [SLIPPED, *QUAKE[1:]], "2024-05-06T10:00"),
    ],
    "a repeat days later": [
        story(HEAD, QUAKE, "2024-05-01"),
        story(f"RPT-{HEAD}", QUAKE, "2024-05-04"),
    ],
    "an advisory that says so": [story(HEAD, QUAKE[:4]), story(HEAD, ["(Adds president)", QUAKE[0], *NEW])],
    "the same story, sent again after midnight": [
        story(HEAD, QUAKE, "2024-05-01T23:30"),
        story(f"UPDATE 1-{HEAD}", [*QUAKE[:3], *NEW], "2024-05-02T01:10"),
    ],
}
OTHERS = {
    "only the background": [story(HEAD, QUAKE), story("Chile marks the quake of 2010", [*prose(1, 5), *QUAKE[5:]])],
    "only the background, under one slug": [
        story(HEAD, QUAKE, slug="BC-Chile"),
        story("UPDATE 1-Miners to strike", [*MINES, *QUAKE[4:]], slug="BC-Chile, 1st Ld"),
    ],
    "one paragraph in the middle": [story(HEAD, QUAKE), story("Miners to strike", [*MINES[:2], QUAKE[2], *MINES[2:]])],
    "nothing at all": [story(HEAD, QUAKE), story(f"UPDATE 1-{HEAD}", MINES)],
    "the weather, each day with other figures": [
        story(
            "Weather for the coast",
            [
                f"{place} will see highs of {high} and lows of {low} with a wind of {wind} knots from the west."
                for place, high, low, wind in rows
            ],
        )
        for rows in (
            [("Iquique", 21, 14, 10), ("Arica", 24, 16, 8), ("Calama", 27, 3, 20), ("Tocopilla", 22, 15, 11)],
            [("Iquique", 19, 12, 14), ("Arica", 22, 15, 12), ("Calama", 25, 1, 25), ("Tocopilla", 20, 13, 16)],
        )
    ],
    "the market report of two days": [
        story("UPDATE 1-STOCKS-Santiago ends higher", [*prose(1, 4), *QUAKE[5:], MINES[3]], "2024-05-01T18:00"),
        story("UPDATE 2-STOCKS-Santiago ends higher", [MINES[3], *prose(2, 4), *QUAKE[5:]], "2024-05-02T18:00"),
    ],
    "the market report of two days, without dates": [
        story("UPDATE 2-STOCKS-Santiago ends higher", [MINES[3], *prose(1, 2), *QUAKE[5:]]),
        story("UPDATE 2-STOCKS-Santiago ends lower", [MINES[3], *prose(2, 3), *QUAKE[5:]]),
    ],
    "a weekly column with its standing text": [
        story("The week in Chile", [*QUAKE[1:4], *prose(1, 1)], "2024-05-01"),
        story("The week in Chile", [*QUAKE[1:4], *prose(2, 1)], "2024-05-08"),
    ],
    "obituaries under one headline": [
        story("Obituaries", [QUAKE[2], *prose(1, 3), *QUAKE[5:]], "2024-05-01"),
        story("Obituaries", [QUAKE[2], *prose(2, 3), *QUAKE[5:]], "2024-05-01"),
    ],
    "a series of interviews": [
        story("Interview with the president, part 1", [QUAKE[3], *prose(1, 6), *QUAKE[5:]]),
        story("Interview with the president, part 2", [QUAKE[3], *prose(2, 6), *QUAKE[5:]]),
    ],
    "two takes of one story": [
        story(f"TAKE 1-{HEAD}", QUAKE[:5]),
        story(f"TAKE 2-{HEAD}", [*QUAKE[:1], *NEW, *QUAKE[5:]]),
    ],
    "a round-up of many short stories": [
        story(HEAD, QUAKE[:3]),
        story("World news in brief", [*MINES, *QUAKE[:3], *prose(1, 9)]),
    ],
    "the same paragraphs in another order": [story("", QUAKE), story("", [*QUAKE[::-1], *prose(1, 2)])],
    "three paragraphs that stand everywhere": [
        *(story("", [*MINES[:3], *prose(at, 1)], name=f"{at:02}.txt") for at in range(12)),
    ],
}


@pytest.mark.parametrize("stories", VERSIONS.values(), ids=list(VERSIONS))
def test_they_are_versions(stories):
    _, _, heads, some, _, _ = read_in(stories)
    (family,) = families(heads, some)
    assert family.members == (0, 1)


@pytest.mark.parametrize("stories", OTHERS.values(), ids=list(OTHERS))
def test_they_are_no_versions(stories):
    _, _, heads, some, _, _ = read_in(stories)
    assert families(heads, some) == []


# the order of three versions of one story: what each is called, and its date
ORDERS = {
    "the numbers": (["UPDATE 2-", "", "UPDATE 1-"], ["", "", ""], [[1], [2], [0]]),
    "numbers above nine": (["UPDATE 10-", "UPDATE 9-", "UPDATE 2-"], ["", "", ""], [[2], [1], [0]]),
    "the numbers against the times of one day": (
        ["UPDATE 2-", "UPDATE 1-", ""],
        ["2024-05-01T09:00", "2024-05-01T10:00", "2024-05-01T08:00"],
        [[2], [1], [0]],
    ),
    "the dates against numbers that start anew": (
        ["UPDATE 1-", "UPDATE 3-", "CORRECTED-UPDATE 3-"],
        ["2024-05-04T09:00", "2024-05-01T10:00", "2024-05-01T12:00"],
        [[1], [2], [0]],
    ),
    "the dates": (["", "", ""], ["2024-05-01T12:00", "2024-05-01T10:00", "2024-05-01T11:00"], [[1], [2], [0]]),
    "the instant, not the letters of a date": (
        ["", "", ""],
        ["2024-05-01T12:00+02:00", "2024-05-01T09:00Z", "2024-05-01T08:00-03:00"],
        [[1], [0], [2]],
    ),
    "days, where one has no time": (
        ["", "", ""],
        ["2024-05-01", "2024-05-01T23:00", "2024-05-02T01:00"],
        [[0, 1], [2]],
    ),
    "days without a year, over the turn": (["", "", ""], ["--12-31", "--01-01", "--12-30"], [[2], [0], [1]]),
    "one without a date has no place": (["", "", ""], ["2024-05-01", "", "2024-05-02"], [[0], [2]]),
    "an unmarked one sent last comes last": (
        ["UPDATE 1-", "", ""],
        ["2024-05-01T11:00", "2024-05-01T10:00", "2024-05-01T15:00"],
        [[1], [0], [2]],
    ),
    "an update without a number by its time": (
        ["UPDATE 1-", "UPDATE 2-", "UPDATED: "],
        ["2024-05-01T11:00", "2024-05-01T13:00", "2024-05-01T12:00"],
        [[0], [2], [1]],
    ),
    "an update without a number and a date has no place": (["UPDATE 1-", "", "UPDATED: "], ["", "", ""], [[1], [0]]),
    "UPDATED behind what is not": (["UPDATED: ", "", ""], ["", "", ""], [[1, 2], [0]]),
    "a correction without a number or a date corrects the last of its headline": (
        ["UPDATE 1-", "UPDATE 2-", "CORRECTED-"],
        ["", "", ""],
        [[0], [1], [2]],
    ),
    "a correction of a lower number than what it corrects": (
        ["UPDATE 3-", "UPDATE 2-", "CORRECTED-UPDATE 1-"],
        ["", "", ""],
        [[1], [0], [2]],
    ),
    "a correction of a number that is there": (
        ["UPDATE 2-", "UPDATE 1-", "CORRECTED-UPDATE 1-"],
        ["", "", ""],
        [[1], [2], [0]],
    ),
    "a correction by its time": (
        ["UPDATE 1-", "UPDATE 2-", "CORRECTED-"],
        ["2024-05-01T11:00", "2024-05-01T13:00", "2024-05-01T12:00"],
        [[0], [2], [1]],
    ),
    "a correction that is numbered on": (["", "UPDATE 1-", "CORRECTED-UPDATE 2-"], ["", "", ""], [[0], [1], [2]]),
    "two corrections of one story by their dates": (
        ["", "CORRECTED-", "CORRECTED-"],
        ["2024-05-01", "2024-05-03", "2024-05-02"],
        [[0], [2], [1]],
    ),
    "a refile is a correction": (["UPDATE 1-", "REFILE-UPDATE 1-", "UPDATE 2-"], ["", "", ""], [[0], [1], [2]]),
    "a correction of corrections": (
        ["CORRECTED-", "CORRECTED-UPDATE 1-", "CORRECTED-UPDATE 2-"],
        ["", "", ""],
        [[1], [2], [0]],
    ),
    "corrections only, by their dates": (
        ["CORRECTED-", "CORRECTED-", "CORRECTED-"],
        ["2024-05-02", "2024-05-01", "2024-05-03"],
        [[1], [0], [2]],
    ),
    "wrap-ups by their numbers": (["WRAPUP 3-", "WRAPUP 1-", "WRAPUP 2-"], ["", "", ""], [[1], [2], [0]]),
    "a wrap-up among updates by its time": (
        ["UPDATE 2-", "WRAPUP 1-", "UPDATE 1-"],
        ["2024-05-01T11:00", "2024-05-01T12:00", "2024-05-01T10:00"],
        [[2], [0], [1]],
    ),
    "a wrap-up among updates without a date has no place": (
        ["UPDATE 2-", "WRAPUP 1-", "UPDATE 1-"],
        ["", "", ""],
        [[2], [0]],
    ),
    "nothing tells": (["", "", ""], ["", "", ""], [[0, 1, 2]]),
}


@pytest.mark.parametrize(("labels", "dates", "tiers"), ORDERS.values(), ids=list(ORDERS))
def test_the_order(labels, dates, tiers):
    # each has one paragraph of its own, and none says more than another
    stories = [
        story(f"{label}{HEAD}", [*QUAKE[:5], NEW[at]], date)
        for at, (label, date) in enumerate(zip(labels, dates, strict=True))
    ]
    assert order(*stories) == tiers


def test_what_says_more_and_comes_later_is_newer_where_nothing_else_tells():
    short, long = story("", QUAKE[:4]), story("", QUAKE)
    assert edges(short, long) == {(0, 1): "more"}
    assert edges(long, short) == {}
    assert edges(short, story("", [*QUAKE[:3], *NEW[:2]])) == {}
    assert edges(story("", QUAKE[:3]), short, long) == {(0, 1): "more", (1, 2): "more"}


def test_the_same_text_is_no_version_unless_an_order_is_known():
    assert findings(story(HEAD, QUAKE), story(HEAD, QUAKE)) == {}
    lines = [f"Updated: 1 May 2024, {hour}:00" for hour in (10, 12)]
    found = findings(*(story(HEAD, [line, *QUAKE]) for line in lines))
    assert [(number, it.why) for number, it in found.items()] == [
        (0, f"Superseded by s1.txt ('{HEAD}', 12:00): the same text.")
    ]
    assert edges(story(HEAD, QUAKE, "2024-05-01T10:00"), story(HEAD, QUAKE, "2024-05-01T12:30")) == {(0, 1): "date"}


def test_a_repeat_of_the_same_text_supersedes_nothing():
    first, second = story(HEAD, QUAKE[:5]), story(f"UPDATE 1-{HEAD}", QUAKE)
    assert edges(first, second, story(f"RPT-UPDATE 1-{HEAD}", QUAKE)) == {(0, 1): "number", (2, 1): "repeat"}
    found = findings(first, second, story(f"RPT-UPDATE 1-{HEAD}", QUAKE))
    assert found[2].why == f"Sent again: s1.txt ('UPDATE 1-{HEAD}') says the same, word for word; nothing is new."
    # one that says something else has its place in the order
    changed = story(f"RPT-UPDATE 1-{HEAD}", [SLIPPED, *QUAKE[1:]])
    assert edges(first, second, changed) == {(0, 1): "number", (1, 2): "mark"}


def test_a_finding_says_what_an_editor_needs():
    old = story(f"UPDATE 1-{HEAD}", QUAKE[:5])
    new = story("UPDATE 2-Quake toll rises in northern Chile", [SLIPPED, NEW[0], *QUAKE[1:3], NEW[1], QUAKE[4]])
    ((number, finding),) = findings(old, new).items()
    assert number == 0
    assert (finding.code, finding.severity, finding.action) == ("version", "note", "none")
    assert (finding.dropped.path, finding.kept.path) == ("s0.txt", "s1.txt")
    assert (finding.copies, finding.places, finding.blocks) == (2, 2, 5)
    assert [tuple(change) for change in finding.changes] == [("number", "15", "12")]
    assert finding.lost == ("Schools will stay closed until...",)
    assert finding.why == (
        "Superseded by s1.txt ('UPDATE 2-Quake toll rises in northern Chile'): "
        "2 paragraphs new, 1 dropped, 1 reworded; 12 became 15."
    )
    for place, (_, text, _) in ((finding.dropped, old), (finding.kept, new)):
        assert text.encode()[place.start : place.end].decode() == place.text
        assert place.text.startswith("A strong earthquake")
    assert finding.kept.text.endswith("hurt there.")


def test_fingerprints_are_of_the_family_and_of_the_story():
    some = [story(HEAD, QUAKE[:4]), story(f"UPDATE 1-{HEAD}", QUAKE[:5]), story(f"UPDATE 2-{HEAD}", QUAKE)]
    found = findings(*some)
    assert len({finding.fingerprint for finding in found.values()}) == len(found) == 2
    assert {number: it.fingerprint for number, it in found.items()} == {
        number: it.fingerprint for number, it in findings(*some).items()
    }
    moved = [("s0.txt", f"\n\n{some[0][1]}", ""), *some[1:]]
    assert findings(*moved)[0].fingerprint == found[0].fingerprint


def test_all_but_the_last_are_superseded():
    found = findings(story(HEAD, QUAKE[:4]), story(f"UPDATE 1-{HEAD}", QUAKE[:5]), story(f"UPDATE 2-{HEAD}", QUAKE))
    assert superseded(found.items()) == {0, 1}
    assert found[0].why.endswith(" The last of 3 versions is s2.txt.")


@pytest.mark.parametrize(
    ("line", "found", "rest"),
    [
        ("UPDATE 3-Quake toll rises", Marks(3, updated=True), "Quake toll rises"),
        ("CORRECTED-UPDATE 2-Quake toll", Marks(2, updated=True, corrected=True), "Quake toll"),
        ("CORRECTED (OFFICIAL)-UPDATE 2-Quake toll", Marks(2, updated=True, corrected=True), "Quake toll"),
        ("RPT-UPDATE 1-Quake toll", Marks(1, updated=True, repeat=True), "Quake toll"),
        ("WRAPUP 4-Fed holds rates", Marks(4, "wrapup", updated=True), "Fed holds rates"),
        ("TAKE 2-Fed holds rates", Marks(2, "take"), "Fed holds rates"),
        ("ACTUALIZACIÓN 2-Sismo en Chile", Marks(2, updated=True), "Sismo en Chile"),
        ("KORREKTUR: Beben in Chile", Marks(corrected=True), "Beben in Chile"),
        ("Quake toll rises (Updated)", Marks(updated=True), "Quake toll rises"),
        ("Correction: Senate-Vote story", Marks(corrected=True), "Senate-Vote story"),
        ("BC-Quake, 2nd Ld-Writethru", Marks(2, updated=True), "BC-Quake"),
        ("Update - how we got here", Marks(), "Update - how we got here"),
        ("Lead-poisoned water kills 3", Marks(), "Lead-poisoned water kills 3"),
        ("Repeat offender - jailed", Marks(), "Repeat offender - jailed"),
        ("Leaders meet", Marks(), "Leaders meet"),
    ],
)
def test_marks_of_a_headline(line, found, rest):
    assert marks([line], [], []) == found
    assert bare(line) == rest


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("(Adds quotes, background)", Marks(updated=True)),
        ("(Corrects paragraph 3 to say 12, not 21)", Marks(corrected=True)),
        ("(Repeats for additional clients)", Marks(repeat=True)),
        ("Eds: Updates with toll", Marks(updated=True)),
        ("This story has been corrected to say 12", Marks(corrected=True)),
        ("Editor's note: the writer is a doctor", Marks()),
    ],
)
def test_marks_of_an_advisory(note, found):
    assert marks([], [], [note]) == found


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Updated: 3 May 2021, 14:20", "2021-05-03T14:20"),
        ("Published Nov. 3, 2021 at 2:20 pm", "2021-11-03T14:20"),
        ("Stand: 3. Mai 2021 14:20 Uhr", "2021-05-03T14:20"),
        ("1er juin 2020", "2020-06-01"),
        ("Wed, 02 Oct 2002 13:00:00 GMT", "2002-10-02T13:00+00:00"),
        ("20130709T103700Z", "2013-07-09T10:37+00:00"),
        ("LONDON, Nov 3 (Reuters) -", "--11-03"),
        ("2024-02-31", ""),
        ("no date", ""),
    ],
)
def test_dates(text, date):
    assert read(text) == date


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (
            '{"versioncreated": "2013-07-09T10:37:00Z", "version": "2", "associations": {"a": {"version": 9}}}',
            ("2013-07-09T10:37+00:00", 2, ""),
        ),
        (
            '{"version_created": "2024-09-24T12:05:52+02:00", "version": 2, "signal": "sig:correction"}',
            ("2024-09-24T12:05+02:00", 2, "correct"),
        ),
        (
            '<?xml version="1.0"?><newsItem guid="x" version="11"><itemMeta><versionCreated>2018-10-19T15:00:09Z</versionCreated><signal qcode="sig:update"/></itemMeta></newsItem>',
            ("2018-10-19T15:00+00:00", 11, "update"),
        ),
        (
            '<nitf><docdata><date.issue norm="20240501T101500Z"/><du-key version="3"/></docdata></nitf>',
            ("2024-05-01T10:15+00:00", 3, ""),
        ),
        (
            '<html><head><meta property="article:published_time" content="2024-05-01T08:00Z"><meta property="article:modified_time" content="2024-05-01T09:00Z"></head></html>',
            ("2024-05-01T09:00+00:00", 0, ""),
        ),
        ("---\ntitle: x\ndate: 2024-05-01\n---\ntext", ("2024-05-01", 0, "")),
        ("{broken", ("", 0, "")),
        ('{"version": 1e9, "updated": 5, "signal": null}', ("", 0, "")),
        ("plain text of 3 May 2021", ("", 0, "")),
    ],
)
def test_what_a_record_says(record, found):
    assert tuple(stated(record)) == found


def test_the_record_of_a_story_is_its_line_or_its_file():
    lines = [json.dumps({"id": f"k{at}", "text": prose(at)[0], "version": at + 1}) for at in range(3)]
    item = from_bytes("\n".join(lines).encode(), "a.jsonl")
    assert [record_of(item, article) for article in split(item, "jsonl")] == lines
    item = from_bytes("\n\n".join(QUAKE).encode(), "a.txt")
    assert record_of(item, split(item, "text")[0]) == item.text


def test_the_trailer_of_a_wire_message_and_a_dateline():
    message = (
        "a0123\x02BC-Quake, 1st Ld,0050\r\n   IQUIQUE, Chile (AP) _ "
        + QUAKE[0]
        + "\r\n   AP-NY-06-30-96 1234EDT\r\n\x03"
    )
    (article,) = split(from_bytes(f"\x01{message}".encode(), "a.anpa"), "agency")
    found = head(article, 0)
    assert found.date == "1996-06-30T12:34"
    assert found.marks == Marks(1, updated=True)
    (article,) = split(from_bytes(f"{HEAD}\n\nSANTIAGO, May 3 (Reuters) - {QUAKE[0]}\n".encode(), "a.txt"), "text")
    assert head(article, 0).date == "--05-03"
    assert head(article, 0, "2024-05-03").date == "2024-05-03"


def test_days_apart():
    assert days_apart("2024-05-01T12:00+02:00", "2024-05-01T10:00Z") == 0
    assert days_apart("2024-05-01", "2024-05-03T01:00") == 2
    assert days_apart("--12-31", "--01-01") == 1
    assert days_apart("2024-05-01", "--05-01") is None
    assert days_apart("", "2024-05-01") is None


def grown(seed, count):
    """A story as it grows: its updates in order, each with a figure that changes and a paragraph more."""
    draw = random.Random(seed)
    body, found = list(QUAKE), []
    extra = prose(seed, count)
    for at in range(count):
        body = [body[0].replace(str(12 + at - 1), str(12 + at)) if at else body[0], *body[1:]]
        body.insert(draw.randint(1, 3), extra[at])
        if len(body) > 9:
            body.pop(draw.randint(4, len(body) - 2))
        found.append((f"UPDATE {at}-" if at else "", list(body), f"2024-05-01T{8 + at:02}:00"))
    return found


@given(st.integers(0, 10_000), st.integers(2, 8), st.booleans(), st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=40, deadline=None)
def test_the_order_of_a_story_that_grows_does_not_depend_on_that_of_the_archive(seed, count, dated, draw):
    some = list(enumerate(grown(seed, count)))
    draw.shuffle(some)
    stories = [
        story(f"{label if not dated else ''}{HEAD}", body, date if dated else "") for _, (label, body, date) in some
    ]
    found = order(*stories)
    assert [some[tier[0]][0] for tier in found] == list(range(count))


HEADS = st.builds(
    lambda number, series, updated, corrected, repeat, date, version, paragraphs, said: (
        Marks(number, series, updated or number is not None, corrected, repeat),
        date,
        version,
        paragraphs,
        said,
    ),
    st.none() | st.integers(1, 3),
    st.sampled_from(["update", "wrapup"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(
        ["", "2024-05-01", "2024-05-01T10:00", "2024-05-01T11:00Z", "2024-05-02T12:00", "--05-01", "2024-06-01"]
    ),
    st.integers(0, 2),
    st.integers(1, 4),
    st.sampled_from("abc"),
)


@given(st.lists(HEADS, min_size=2, max_size=9), st.data())
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_order_is_one(some, data):
    heads = {
        at: Head(at, f"{at}.txt", None, HEAD, frozenset(HEAD.split()), frozenset(), *one) for at, one in enumerate(some)
    }
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(sorted(heads)), st.sampled_from(sorted(heads))), max_size=20))
    some_links = [Link(min(pair), max(pair), 4, 4) for pair in pairs if pair[0] != pair[1]]
    found = families(heads, some_links)
    members = [number for family in found for number in family.members]
    assert len(members) == len(set(members))  # disjoint
    for family in found:
        placed = [number for tier in family.order for number in tier]
        assert len(placed) == len(set(placed))
        assert set(placed) <= set(family.members)
        assert len({edge.old for edge in family.edges}) == len(family.edges)
        nexts = {edge.old: edge.new for edge in family.edges}
        assert set(nexts) | set(nexts.values()) <= set(family.members)
        for start in nexts:  # no story is later than itself
            at, steps = start, 0
            while at in nexts:
                at, steps = nexts[at], steps + 1
                assert steps <= len(nexts)
    shuffled = data.draw(st.permutations(some_links))
    again = families(dict(data.draw(st.permutations(list(heads.items())))), shuffled)
    assert again == found


@given(st.lists(HEADS, min_size=2, max_size=6), st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_the_order_does_not_depend_on_the_numbers_in_the_archive(some, data):
    def told_of(numbers):
        heads = {
            number: Head(number, f"{at}.txt", None, HEAD, frozenset(HEAD.split()), frozenset(), *one)
            for at, (number, one) in enumerate(zip(numbers, some, strict=True))
        }
        star = [Link(*sorted((numbers[0], number)), 0, 0) for number in numbers[1:]]
        # nothing is known to say more: shares are left out, and the family is made of one text
        heads = {number: it._replace(said="one") if not it.marks.repeat else it for number, it in heads.items()}
        star = [link._replace(shared=1, same=1) for link in star]
        at = {number: place for place, number in enumerate(numbers)}
        return {(at[edge.old], at[edge.new]) for family in families(heads, star) for edge in family.edges}

    some = [(marks_._replace(repeat=False), date, version, 4, "one") for marks_, date, version, _, _ in some]
    numbers = list(range(len(some)))
    assert told_of(numbers) == told_of(data.draw(st.permutations(numbers)))


def test_a_flood_of_copies_stays_linear():
    def seconds(count):
        one = Head(0, "0.txt", None, HEAD, frozenset(HEAD.split()), frozenset(), Marks(), "", 0, 6, "one")
        heads = {
            at: one._replace(
                number=at,
                path=f"{at}.txt",
                marks=Marks(corrected=at % 3 == 2, updated=at % 3 == 1),
                date="" if at % 2 else f"2024-05-01T{at % 24:02}:00",
            )
            for at in range(count)
        }
        star = [Link(0, at, 6, 6, 6) for at in range(1, count)]
        began = time.process_time()
        (family,) = families(heads, star)
        assert len(family.members) == count
        return time.process_time() - began

    few, many = seconds(2_000), seconds(20_000)
    assert many < 40 * few + 0.5


def test_versions_of_records(tmp_path):
    rows = [
        {
            "uri": "u1",
            "version": "1",
            "versioncreated": "2024-05-01T10:00:00Z",
            "headline": HEAD,
            "body_text": "\n\n".join(QUAKE[:4]),
        },
        {
            "uri": "u1",
            "version": "2",
            "versioncreated": "2024-05-01T14:20:00Z",
            "headline": "Quake toll rises",
            "body_text": "\n\n".join([SLIPPED, *QUAKE[1:]]),
        },
    ]
    (tmp_path / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "check", "feed.jsonl", "--scope", "archive", "--output-format", "json"],
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    document = json.loads(made.stdout)
    found = [it for article in document["articles"] for it in article["findings"] if it["code"] == "version"]
    assert [it["why"] for it in found] == [
        "Superseded by story u1 ('Quake toll rises', 14:20): 2 paragraphs new, 1 reworded; 12 became 15."
    ]
    assert found[0]["changes"] == [{"kind": "number", "kept": "15", "dropped": "12"}]
    assert found[0]["kept"]["article"] == "u1"


def archived(tmp_path, files):
    """The findings across some files, by name."""
    from dedupe import pipeline

    names = []
    for name, paragraphs in files.items():
        (tmp_path / name).write_text("\n\n".join(paragraphs) + "\n")
        names.append(str(tmp_path / name))
    run = pipeline.Run(settings=SETTINGS, jobs=1)
    return {one.path.rsplit("/", 1)[-1]: one.reviews for one in pipeline.check_paths(names, run)}


def later(source, article, findings, gone):
    """The cuts of what stands in an earlier story; `gone` learns of them."""
    free = dropped(article, findings, gone)
    gone.update((article.path, article.key, at + 1) for at in free)
    return edit.cuts(source, article, own(article, free))


def without(reviews, gone):
    (review,) = reviews
    cuts = later(review.source, review.article, review.findings, gone)
    return edit.apply(review.source.data, cuts).decode().split("\n\n")


def test_later_copies_are_cut_and_the_first_stays(tmp_path):
    found = archived(
        tmp_path, {"a.txt": QUAKE[:3], "b.txt": [*QUAKE[:3], MINES[0]], "c.txt": [MINES[0], QUAKE[2], *prose(1, 1)]}
    )
    gone = set()
    assert not any(later(it.source, it.article, it.findings, gone) for it in found["a.txt"])
    assert without(found["b.txt"], gone) == [f"{MINES[0]}\n"]
    assert without(found["c.txt"], gone) == [f"{prose(1, 1)[0]}\n"]


def test_later_keeps_a_copy_that_differs_in_a_fact(tmp_path):
    found = archived(tmp_path, {"a.txt": QUAKE[:3], "b.txt": [SLIPPED, *QUAKE[1:3], MINES[0]]})
    assert without(found["b.txt"], set()) == [SLIPPED, f"{MINES[0]}\n"]


def test_later_keeps_a_copy_in_other_words_of_one_that_is_gone(tmp_path):
    one = prose(3, 1, 24)[0].split()
    two = [*one[:8], "so", "it", "was", *one[11:]]
    found = archived(tmp_path, {"a.txt": [" ".join(one)], "b.txt": [" ".join(two)]})
    (review,) = found["b.txt"]
    (across,) = review.findings
    assert len(later(review.source, review.article, [across], set())) == 1
    gone = {(across.kept.path, None, 1)}
    assert later(review.source, review.article, [across], gone) == []
    assert gone == {(across.kept.path, None, 1)}
    # the same words as one that is gone stand wherever that one stands
    found = archived(tmp_path, {"a.txt": [" ".join(one)], "b.txt": [" ".join(one).upper()]})
    (review,) = found["b.txt"]
    assert len(later(review.source, review.article, review.findings, gone)) == 1
    assert len(gone) == 2


def test_many_pairs_are_compared_as_each_is():
    from dedupe.compare import compare_all, compare_versions

    draw = random.Random(3)
    pairs = []
    for seed in range(12):
        grown_up = grown(seed, 5)
        one, two = draw.sample(grown_up, 2)
        some = [from_bytes("\n\n".join(body).encode(), "a.txt") for _, body, _ in (one, two)]
        pairs.append(tuple(split(item, "text")[0] for item in some))
    found = compare_all(pairs, SETTINGS)
    assert found == [compare_versions(old, new, SETTINGS) for old, new in pairs]
    assert sum(len(it.reworded) for it in found) > 8
    assert sum(len(it.new) for it in found) > 8


def test_the_code_is_explained():
    made = subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "explain", "version"], capture_output=True, check=False
    )
    assert made.stdout.decode().startswith("version: ")
