"""What makes it doubtful that a repeat is a slip, one doubt after the other."""

import pytest

import dedupe

WAY = "The road to the harbour is closed to lorries between the church and the fish market until the end of the month."
FILL = [
    "Engineers found cracks in two of the piers when the water was low in the spring.",
    "The council put the price of the repair at nine million florins.",
    "Ferries keep running, and the buses that meet them leave from the church.",
    "Shopkeepers asked for signs that tell strangers where to leave a car.",
    "A survey of the second bridge begins in the autumn.",
    "Nobody was hurt when a slab fell into the basin on Sunday night.",
    "The mayor will answer questions in the school on Friday evening.",
]


def verdict(*paragraphs, kind="markdown"):
    (review,) = dedupe.check("\n\n".join(paragraphs) + "\n", format=kind)
    return [(finding.code, finding.severity, finding.action, finding.why) for finding in review.findings]


def severities(*paragraphs, **options):
    return [severity for _, severity, _, _ in verdict(*paragraphs, **options)]


def test_no_doubt():
    assert severities(WAY, FILL[0], WAY) == ["error"]


def test_far_apart():
    ((_, severity, action, why),) = verdict(WAY, *FILL, WAY)
    assert (severity, action) == ("warning", "review")
    assert "more than 5 paragraphs apart" in why


def test_a_section_that_was_pasted_is_certain_at_any_distance():
    assert severities("# Roads", "## Harbour", WAY, "## Works", *FILL, "## Harbour", WAY) == ["error"]


def test_under_another_heading():
    short = "Lorries and coaches are banned between the church and the fish market until further notice."
    ((_, severity, _, why),) = verdict("# Roads", "## Harbour", short, FILL[0], "## Market", short, FILL[1], FILL[2])
    assert severity == "warning"
    assert "under another heading" in why


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "- We raise the first number for a change that is large",
            "- We raise the last number for a change that is large",
        ),
        (
            "The list of the inner harbour names the outer harbour",
            "The list of the outer harbour names the inner harbour",
        ),
    ],
)
def test_what_copies_differ_about_is_never_cut(one, two):
    assert "error" not in severities(FILL[0], one, two, FILL[1])


def test_a_word_of_weight_in_place_of_another():
    text = "Read how the harbour of Lille was rebuilt with stone from the quarries of the north in the last century."
    other = text.replace("stone", "timber")
    rest = "Stone and timber were dear at the time."
    assert severities(text, rest, FILL[0], other, FILL[1]) == ["warning"]


def test_a_pronoun_may_be_somebody_else():
    one = "Petra Goerman works in the office for statistics of the northern provinces in the old customs house."
    two = "She works in the office for statistics of the northern provinces in the old customs house."
    assert severities(one, "Ana Ruiz came from Hexley.", two, FILL[0]) == ["warning"]


def test_running_copy_tells_its_facts_again():
    one = "Rescue teams from three towns searched the flooded cellars of the old brewery through the night for the missing guard."
    two = "Teams from three towns had gone through the night searching the flooded cellars of the brewery for the missing guard."
    assert "error" not in severities(one, FILL[0], FILL[1], two, FILL[2], kind="text")
    assert "warning" not in severities(one, FILL[0], FILL[1], two, FILL[2], kind="text")


def test_a_paragraph_of_two_others_is_cut_once():
    ((code, _, action, why),) = verdict(FILL[1], WAY, f"{FILL[0]} {WAY}", FILL[0], FILL[2])
    assert (code, action) == ("contained", "remove")
    assert "say all of it" in why


def test_a_block_of_many_words_with_one_fact_changed_is_a_conflict_though_it_is_a_list():
    rows = [
        f"- {text}" for text in (WAY, FILL[2], "Send the plan to the Northwire office before the first of October.")
    ]
    again = [*rows[:2], rows[2].replace("Northwire", "Southwire")]
    assert [code for code, *_ in verdict(FILL[0], "\n".join(rows + again), FILL[1])] == ["conflict"]


def test_a_block_stops_at_a_heading_that_its_twin_lacks():
    same = "Ask the desk before you go."
    ((_, _, _, why),) = verdict("## Pictures", WAY, "## Sound", same, "## Pictures", WAY, "## Power", same, *FILL[:2])
    assert "Lines 3-7" not in why
