"""Cleaning as a whole, on byte mosaics: what is outside the cuts, the way back, the second run, and planted bugs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import cleaning, edit, facts, pipeline, source, undo
from dedupe.formats import split
from dedupe.model import Cut, DedupeError, Finding, Place
from dedupe.settings import Settings

SENTENCES = [
    "The harbour master closed the port on Monday after the storm tore two cranes from the quay",
    "Ferries to the islands were cancelled until further notice, the operator said in a statement",
    "Rail services along the coast resumed at noon once engineers had cleared the line of trees",
    "Der Hafenmeister schloss den Hafen am Montag, nachdem der Sturm zwei Kräne umgerissen hatte",
    "Le port a été fermé lundi après la tempête qui a arraché deux grues du quai, a dit le préfet",
    "Schools in the three northern districts will stay closed for the rest of the week, officials said",
    "ميناء المدينة أغلق يوم الاثنين بعد العاصفة التي أسقطت رافعتين من الرصيف القديم في الشمال",
    "港口在星期一因暴风雨摧毁码头上的两台起重机而关闭，轮渡运营商在一份声明中说",
]
SHORT = [
    "He declined to comment.",
    "ALSO READ: Storm hits the north",
    "By Ana Ruiz",
    "MORE",
    "--30--",
    "- one two three",
    "",
]
JOINTS = [
    "\n\n",
    "\r\n\r\n",
    "\r\r",
    "\n",
    "\r\n",
    "\n \t\n",
    "\n\n\n\n",
    "\r\r\n\r\r\n",
    "\n    ",
    " \n\n ",
    "\f",
    "\u2028",
    "\u00a0\n\n",
    "\x85",
]
ENDS = [".", "", ". ", ".\u00a0", ".”", "...", "。"]

sentence = st.builds(lambda text, end: text + end, st.sampled_from(SENTENCES), st.sampled_from(ENDS))
paragraph = st.one_of(st.lists(sentence, min_size=1, max_size=3).map(" ".join), st.sampled_from(SHORT))
mosaic = st.lists(st.tuples(paragraph, st.sampled_from(JOINTS)), max_size=9).map(
    lambda pieces: "".join(text + joint for text, joint in pieces)
)
scraps = st.text(st.sampled_from("ab A.\"'“”\n\r\t\u00a0\u2028\u200d\u202eé\x00\x1b\ufeff東"), max_size=12)
bom = st.sampled_from([b"", b"\xef\xbb\xbf"])


@st.composite
def stories(draw):
    text = draw(scraps) + draw(mosaic) + draw(scraps)
    kind = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16-le", "utf-16-be"]))
    if kind == "utf-8":
        return draw(bom) + text.encode()
    return (b"\xff\xfe" if kind == "utf-16-le" else b"\xfe\xff") + text.encode(kind)


def planned(data):
    """The plan of a file with these bytes, or None where it is refused."""
    try:
        item = source.from_bytes(data, "story.txt")
        reviews = list(pipeline.review([(item, article) for article in split(item, "text")], Settings()))
        return pipeline.plan(reviews, Settings()) if reviews else None
    except DedupeError as error:
        assert "\n" not in error.message
        return None


@given(stories())
def test_what_is_outside_the_cuts_stays_and_comes_back(data):
    plan = planned(data)
    if plan is None:
        return
    kept, at = [], 0
    for cut in plan.cuts:
        assert at <= cut.start < cut.end <= len(data)
        kept.append(data[at : cut.start])
        at = cut.end
    assert plan.data == b"".join([*kept, data[at:]])
    assert undo.rebuild(plan.data, undo.plan_of("story.txt", data, plan.cuts)) == data
    again = planned(plan.data)
    assert again is not None
    assert again.cuts == ()


@pytest.mark.long
@settings(max_examples=5000)
@given(stories())
def test_five_thousand_mosaics(data):
    test_what_is_outside_the_cuts_stays_and_comes_back.hypothesis.inner_test(data)


def test_an_end_mark_between_lone_carriage_returns_is_seen_before_the_cut():
    twice = f"{SENTENCES[0]}.\n\n{SENTENCES[0]}.\r\r--30--\n\nHe declined to comment.\n"
    assert planned(twice.encode()) is None


@given(mosaic)
def test_what_is_cut_stands_in_what_remains(text):
    plan = planned(text.encode())
    for cut in plan.cuts if plan else ():
        finding = cut.finding
        assert finding.safe
        assert finding.lost == ()
        assert facts.lost(finding.dropped.text, facts.known([plan.data.decode()])) == ()


TEXT = b"First paragraph stands here.\n\nSecond paragraph stands here.\n\nThird paragraph stands here.\n"
DROPPED = Place("story.txt", None, 30, 59, 3, 3, 2, "Second paragraph stands here.")
FINDING = Finding("exact", "error", "remove", 1, 2, DROPPED, DROPPED, 1, 1.0, 1.0, (), (), "", "")
BUGS = {
    "one-byte-late": (31, 61, None),
    "eats-the-next": (30, 70, None),
    "eats-the-one-before": (20, 61, None),
    "leaves-a-rest": (35, 61, None),
    "another-paragraph": (61, 90, None),
    "outside": (30, 900, None),
    "empty": (30, 30, None),
    "backwards": (61, 30, None),
    "data-differs": (30, 61, TEXT[:30] + TEXT[61:].replace(b"Third", b"third")),
    "data-short": (30, 61, TEXT[:30]),
    "nothing-cut": (30, 61, TEXT),
}


def prove(start, end, data=None):
    item, cut = source.from_bytes(TEXT, "story.txt"), Cut(start, end, FINDING)
    data = edit.apply(TEXT, [cut]) if data is None else data
    after = split(source.from_bytes(data, "story.txt"), "text")
    edit.prove(item, [cut], split(item, "text"), after, data)


def test_the_right_cut_is_proven():
    prove(30, 61)


@pytest.mark.parametrize(("start", "end", "data"), BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_refused(start, end, data):
    with pytest.raises(DedupeError, match="not cleaned"):
        prove(start, end, data)


def test_cuts_that_overlap_are_refused():
    item = source.from_bytes(TEXT, "story.txt")
    pair = [Cut(30, 61, FINDING), Cut(59, 90, FINDING)]
    with pytest.raises(DedupeError, match="overlap"):
        edit.prove(item, pair, (), (), b"")


def test_a_file_changed_since_it_was_read_is_refused(tmp_path):
    path = tmp_path / "story.txt"
    text = SENTENCES[0] + ".\n\n" + SENTENCES[1] + ".\n\n" + SENTENCES[0] + ".\n"
    path.write_text(text)
    outcomes = list(pipeline.check_paths([str(path)], pipeline.Run(jobs=1)))
    plans, _, _ = cleaning.plans(outcomes, Settings(), unsafe=False)
    path.write_text(text + "An editor was here.\n")
    done = cleaning.in_place(plans, str(tmp_path / "undo.jsonl"), Settings())
    assert path.read_text() == text + "An editor was here.\n"
    assert "changed" in done.failures[0].message
