"""What is promised of every finding, on generated stories; the rules of the judge, one by one."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import facts
from dedupe.formats import text as plain
from dedupe.settings import Settings

OPENINGS = [
    "The mayor",
    "The ministry",
    "A spokesman for the port",
    "Rescue teams",
    "The regional court",
    "Union leaders",
    "Farmers",
]
VERBS = ["announced", "rejected", "confirmed", "approved", "described", "postponed", "inspected", "questioned"]
THINGS = [
    "the plan to rebuild the old bridge",
    "a report on the flooded tunnels",
    "the sale of two ferries",
    "the new timetable",
    "a ban on night flights",
    "the repair of the eastern quay",
    "the budget for rural schools",
    "a search of the warehouse",
]
TAILS = [
    "after a meeting that lasted most of the night",
    "before the council votes on the matter",
    "despite objections from residents",
    "in a statement released to local media",
    "during a visit to the flooded districts",
    "while engineers waited outside the hall",
]
FILL = ["quietly", "publicly", "finally", "reluctantly", "formally", "briefly"]


def sentence(draw):
    number = draw.choice(["", "", f" and {draw.randint(3, 900)} workers"])
    return (
        f"{draw.choice(OPENINGS)}{number} {draw.choice(FILL)} {draw.choice(VERBS)} {draw.choice(THINGS)} {draw.choice(TAILS)}"
        f" on {draw.choice(['Monday', 'Tuesday', 'Friday'])}."
    )


def paragraph(draw):
    return " ".join(sentence(draw) for _ in range(draw.randint(1, 3)))


def reworded(draw, text):
    """A copy with a few words changed, dropped or added, sometimes a fact, sometimes cut off."""
    words = text.split()
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(words))
        kind = draw.randrange(5)
        if kind == 0:
            words[at] = draw.choice(FILL)
        elif kind == 1:
            words.insert(at, draw.choice(["also", "reportedly", "Ana", "not", "17", "early"]))
        elif kind == 2 and len(words) > 9:
            del words[at]
        elif kind == 3 and words[at].isdigit():
            words[at] = str(int(words[at]) + 1)
        elif len(words) > 14:
            words = words[: len(words) - draw.randint(1, 5)]
    return " ".join(words)


def story(seed):
    draw = random.Random(seed)
    made = [paragraph(draw) for _ in range(draw.randint(3, 7))]
    for _ in range(draw.randint(1, 3)):
        at, size = draw.randrange(len(made)), draw.randint(1, 3)
        block = [reworded(draw, text) if draw.random() < 0.7 else text for text in made[at : at + size]]
        to = draw.choice([at + size, draw.randint(0, len(made))])
        made[to:to] = block
    return "Storm leaves a trail of damage along the coast\n\n" + "\n\n".join(made) + "\n\n(Reporting by Ana Ruiz)\n"


def findings(text, **options):
    (review,) = dedupe.check(text, format="text", settings=Settings(**options))
    return review, review.findings


def promises(seed):
    """Whether the story could be cleaned."""
    text = story(seed)
    review, found = findings(text)
    removed = [finding.dropped for finding in found if finding.safe]
    for finding in found:
        kept, dropped = finding.kept, finding.dropped
        assert kept.end <= dropped.start or dropped.end <= kept.start
        assert text.encode()[kept.start : kept.end].decode() == kept.text
        assert text.encode()[dropped.start : dropped.end].decode() == dropped.text
        assert finding.why
        assert "\n" not in finding.why
        assert finding.safe == (finding.action == "remove")
        if finding.safe:
            assert finding.severity == "error"
            assert finding.lost == ()
            assert not facts.disagree(finding.changes)
            assert (kept.start, kept.end) not in {(other.start, other.end) for other in removed}
    assert len({finding.fingerprint for finding in found}) == len(found)
    try:
        left = dedupe.clean(review).decode()
    except dedupe.DedupeError:
        return False
    assert facts.lost(" ".join(place.text for place in removed), facts.known([left])) == ()
    return True


@given(st.integers(0, 10**9))
def test_promises_of_every_finding(seed):
    promises(seed)


@pytest.mark.long
def test_promises_of_four_thousand_stories():
    """Copies of copies of copies: hardly any is so tangled that cleaning refuses it."""
    assert sum(promises(seed) for seed in range(4_000)) > 3_900


LEAD = (
    "The regional court on Monday rejected an appeal by residents against the new harbour bridge and its access roads."
)
NEXT = (
    "Work on the foundations had begun in the spring, when engineers drove the first of forty steel piles into the bed."
)
THIRD = (
    "Ferries will keep running until the bridge opens, the operator said, although fares are due to rise in the summer."
)
FOURTH = "Environmental groups said they would study the ruling before deciding whether to take the case any further."


def codes(*paragraphs, **options):
    return [
        (finding.code, finding.severity, finding.dropped.paragraph, finding.kept.paragraph)
        for finding in findings("\n\n".join(paragraphs) + "\n", **options)[1]
    ]


def test_a_twin_apart_drops_the_later():
    assert codes(LEAD, NEXT, THIRD, LEAD, FOURTH) == [("exact", "error", 4, 1)]


def test_a_block_is_one_finding():
    (finding,) = findings("\n\n".join([LEAD, NEXT, THIRD, LEAD, NEXT, THIRD, FOURTH]))[1]
    assert (finding.blocks, finding.dropped.paragraph, finding.dropped.end_line) == (3, 4, 11)


def test_many_copies_have_one_survivor():
    found = findings("\n\n".join([LEAD, NEXT, LEAD, LEAD, THIRD, LEAD]))[1]
    assert {finding.kept.paragraph for finding in found} == {1}
    assert {finding.group for finding in found} == {1}
    assert [finding.copies for finding in found] == [4, 4, 4]


def test_two_paragraphs_merged_into_one():
    found = findings("\n\n".join([LEAD, NEXT, f"{LEAD} {NEXT}", THIRD]))[1]
    assert len(found) == 1
    assert found[0].safe


def test_a_sentence_that_stands_again_is_cut_as_a_sentence():
    review, found = findings(f"{NEXT} {LEAD}\n\n{THIRD}\n\n{FOURTH} {LEAD}\n")
    assert [(finding.code, finding.dropped.text) for finding in found] == [("contained", LEAD)]
    assert dedupe.clean(review).decode() == f"{NEXT} {LEAD}\n\n{THIRD}\n\n{FOURTH}\n"


def test_the_same_sentence_twice_in_one_paragraph():
    review, found = findings(f"{LEAD} {NEXT} {LEAD}\n\n{THIRD}\n")
    assert [finding.safe for finding in found] == [True]
    assert dedupe.clean(review).decode() == f"{LEAD} {NEXT}\n\n{THIRD}\n"


def test_the_cut_off_copy_goes_though_it_is_the_fuller_place():
    cut = LEAD.removesuffix(" and its access roads.")
    assert codes(NEXT, cut, LEAD, THIRD) == [("contained", "error", 2, 3)]
    assert codes(NEXT, LEAD, cut, THIRD) == [("contained", "error", 3, 2)]


def test_side_by_side_the_fuller_stays():
    fuller = LEAD.replace("by residents", "by a group of local residents and shopkeepers")
    assert codes(LEAD, fuller, NEXT)[0][2:] == (1, 2)


def test_words_found_nowhere_else_are_never_cut():
    extra = LEAD.replace("residents", "residents and the mayor, Ana Ruiz,")
    (finding,) = findings("\n\n".join([LEAD, NEXT, THIRD, extra, FOURTH]))[1]
    assert (finding.code, finding.severity, finding.action) == ("loses", "warning", "review")
    assert any("Ana Ruiz" in words for words in finding.lost)


def test_paragraphs_that_lean_on_the_one_above_are_parallel():
    leaning = (
        "It said the options would vest over four years and could be exercised at any time after the second of them."
    )
    one = "Northern Bank said on Friday it had granted 40,000 options on its shares to five of its senior managers in May."
    two = "Harbour Bank said on Friday it had granted 65,000 options on its shares to nine of its senior managers in June."
    assert [code for code in codes(LEAD, one, leaning, two, leaning) if code[1] != "note"] == []


def test_words_that_are_said_again_and_again_are_a_refrain():
    sung = (
        '"Leave the door upon the latch, carry the lantern over the hill," the fishermen sing as they haul the nets in.'
    )
    between = [
        "The boats leave the harbour long before the first light shows behind the island and its two towers.",
        "By noon the catch is sold on the quay, and the crews mend what the rocks have torn that morning.",
        "In winter the song is heard less often, for half of the fleet lies idle until the ice has gone.",
    ]
    found = codes(sung, between[0], sung, between[1], sung, between[2])
    assert [code for code, *_ in found] == ["echo", "echo"]


def test_what_fills_a_page_may_come_again():
    filling = "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut labore et dolore."
    assert [code for code, *_ in codes(filling, filling, "The page shows how its styles look on the screen.")] == [
        "echo"
    ]


def test_keep_decides_the_survivor():
    assert codes(LEAD, NEXT, THIRD, LEAD, keep="last") == [("exact", "error", 1, 4)]


@pytest.mark.parametrize("block", [[LEAD], [LEAD, NEXT], [LEAD, NEXT, THIRD]], ids=len)
def test_a_crowd_is_judged_as_its_first_copies_are(block, monkeypatch):
    """What stands more often than we compare gets the same verdicts as if every place had been compared."""
    story = "\n\n".join([FOURTH, *block * 40, f"{FOURTH} It was sunny."])
    whole = findings(story)[1]
    monkeypatch.setattr("dedupe.chain.CROWD", 5)
    assert findings(story)[1] == whole
    assert len(whole) == 40


def test_a_repeat_does_not_change_with_its_number():
    """Behind the last place that is compared, a copy is cut as those before it are."""
    review, found = findings("\n\n".join([*[LEAD, NEXT] * 100, THIRD]) + "\n")
    assert {finding.copies for finding in found} == {100}
    assert dedupe.clean(review).decode() == f"{LEAD}\n\n{NEXT}\n\n{THIRD}\n"


A = "The council closed the swimming hall after engineers found cracks in three of the beams above the pool."
B = "The mayor said that the repair would take eight months and that children could use the baths in Harlow."
C = "Swimming clubs asked for buses to bring their members to other pools in the evening."
TOLD = "Bridge traffic goes through Harlow, where the ferry of the firm Holm and Sons leaves every hour until midnight."


@pytest.fixture
def unsure(monkeypatch):
    """Check a text in which a reader may not see the paragraphs of some numbers."""
    split = plain.split

    def check(paragraphs, weak, **settings):
        def with_weak(item):
            (article,) = split(item)
            some = [it._replace(weak="it is of doubt" * (at in weak)) for at, it in enumerate(article.paragraphs)]
            return (dataclasses.replace(article, paragraphs=tuple(some)),)

        monkeypatch.setattr(plain, "split", with_weak)
        (review,) = dedupe.check("\n\n".join(paragraphs).encode(), **settings)
        return [(it.severity, it.action, it.kept.paragraph - 1, it.dropped.paragraph - 1) for it in review.findings]

    return check


@pytest.mark.parametrize("keep", ["best", "first", "last", "longest"])
def test_copy_that_may_not_be_there_never_stands_in_for_another(unsure, keep):
    settings = Settings(keep=keep)
    assert unsure([A, B, A, C], {0}, settings=settings) == [("warning", "review", 2, 0)]
    assert unsure([A, B, A, C], {2}, settings=settings) == [("warning", "review", 0, 2)]
    found = unsure([A, A, B, A, C], {0}, settings=settings)
    assert {it[:2] for it in found if it[3] == 0} == {("warning", "review")}
    assert len([it for it in found if it[1] == "remove"]) == 1
    assert all(it[2] != 0 for it in found)
    assert {it[:2] for it in unsure([A, B, A, C], {0, 2}, settings=settings)} == {("warning", "review")}
    assert {it[:2] for it in unsure([f"{A} {B} {C}", TOLD, B], {0}, settings=settings)} == {("warning", "review")}


def test_what_may_not_be_there_makes_up_for_no_loss(unsure):
    fuller = A.replace("above the pool", "above the large pool, as Holm told us")
    where = "Holm told us of the large pool."
    story = [A, fuller, where, B]
    assert unsure(story, set(), settings=Settings(keep="first"))[0][1] == "remove"
    assert unsure(story, {2}, settings=Settings(keep="first"))[0][1] == "review"
