"""Which copy stays, and what is said about it where nothing is cut."""

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


def only(*paragraphs, kind="markdown"):
    (review,) = dedupe.check("\n\n".join(paragraphs) + "\n", format=kind)
    (finding,) = review.findings
    return finding


def test_a_copy_that_alone_stands_under_its_heading_stays():
    found = only(FILL[0], WAY, "## Which road is closed?", WAY, "## Who pays?", FILL[1])
    assert (found.action, found.dropped.paragraph, found.kept.paragraph) == ("remove", 2, 4)
    assert "without the other a heading would stand bare" in found.why


def test_headings_do_not_choose_between_copies_that_disagree():
    other = WAY.replace("to lorries", "to no lorries")
    found = only(FILL[0], WAY, "## Which road is closed?", FILL[2], other, "## Who pays?", FILL[1])
    assert found.action != "remove"
    assert found.kept.paragraph == 2


def test_a_few_empty_words_do_not_make_a_copy_the_fuller():
    fuller = WAY.replace("is closed", "is still also closed")
    fuller = fuller.replace("until the end", "up until the end")
    assert only(FILL[0], WAY, fuller, FILL[1]).kept.paragraph == 2
    fuller = WAY.replace("closed to lorries", "closed to heavy lorries and coaches")
    assert only(FILL[0], WAY, fuller, FILL[1]).kept.paragraph == 3


def test_a_question_says_which_copy_would_go():
    assert only(WAY, *FILL, WAY).why.endswith("look at both. If not meant, either can go.")
    found = only(WAY[:-1] + ", the council said.", *FILL, WAY)
    assert found.why.endswith("look at both. If not meant, cut line 17: the other says more.")


def test_one_spelling_of_a_word_is_no_loss():
    one = WAY.replace("is closed to", "is not sharable with")
    assert only(FILL[0], one, one.replace("sharable", "shareable"), FILL[1]).action == "remove"
