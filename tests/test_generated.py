"""The generated stories of benchmarks/quality.py: the same from one seed, and their labels are where they say."""

from pathlib import Path

import pytest

BENCHMARKS = str(Path(__file__).resolve().parent.parent / "benchmarks")
THINGS = ["ferry", "market", "school", "bridge", "library", "harbour", "theatre", "orchard", "station"]
PAGE = "---\ntitle: Walks\n---\n\n" + "\n\n".join(
    f"The {thing} of this small town is {number} years old, and “{thing[::-1]}” is what they call it."
    for number, thing in enumerate(THINGS)
)
ROWS = [
    {
        "path": "content/news.md",
        "old": f"The {one} office said on Monday that {two} would be mended before winter, a clerk told us.",
        "new": f"The {one} office said on Monday that {two} would be mended before the winter, one clerk told us.",
    }
    for one, two in [("tax", "Main Street"), ("water", "every pipe"), ("parks", "both gates"), ("road", "the kerb")]
]


@pytest.fixture
def generated(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import generated

    return generated


@pytest.fixture
def scoring(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import scoring

    return scoring


@pytest.fixture
def stories(generated):
    pages = generated.pages([{"path": f"posts/{number}.md", "text": PAGE} for number in range(9)])
    return generated.splices(ROWS, pages, seed=1)


def test_one_seed_makes_one_set_of_stories(generated, stories):
    pages = generated.pages([{"path": f"posts/{number}.md", "text": PAGE} for number in range(9)])
    assert generated.splices(ROWS, pages, seed=1) == stories
    assert generated.splices(ROWS, pages, seed=2) != stories
    assert generated.meant(2) == generated.meant(2) != generated.meant(2, seed=5)


def test_a_label_is_where_the_paragraph_stands(generated, stories):
    wordings = {frozenset((row["old"], row["new"])) for row in ROWS}
    seen = set()
    for story in stories.values():
        data = story.text.encode()
        for one, two, jaccard in story.members:
            both = [data[slice(*span)].decode() for span in (one, two)]
            seen.add(frozenset(both))
            assert jaccard == generated.jaccard(*both)
        for block, side in zip(story.blocks, (0, 1), strict=True):
            assert block == (story.members[0][side][0], story.members[-1][side][1])
        assert story.text.split("\n\n")[0] == PAGE.split("\n\n")[0]
        assert set(PAGE.split("\n\n")) < set(story.text.split("\n\n"))
    assert seen == wordings


def test_nothing_of_a_template_is_left(generated):
    made = generated.meant(3)
    assert len({name.split("-")[0] for name in made}) >= 11
    for text in made.values():
        assert not generated.FIELD.search(text)
        assert "%repeat" not in text
        assert "%pick" not in text


def test_a_finding_counts_when_both_of_its_spans_meet_the_label(scoring):
    def finding(kept, dropped, severity="error"):
        spans = {"kept": {"path": "a", "start": kept, "end": kept + 100}}
        spans["dropped"] = {"path": "a", "start": dropped, "end": dropped + 100}
        return {"severity": severity, "why": "either can go", "group": 1, **spans}

    first, second = (0, 100), (500, 600)
    assert scoring.hit([finding(0, 500)], second, first) == ("same", True, False)
    assert scoring.hit([finding(500, 0, "warning")], second, first) == ("other", False, False)
    assert scoring.hit([finding(0, 500, "note")], second, first) is None
    assert scoring.hit([finding(0, 300)], second, first) is None
    assert scoring.hit([finding(0, 300), finding(0, 500)], (300, 400), second) == ("either", True, False)
