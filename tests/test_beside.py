"""Neighbours that say one thing twice, and those that only look so."""

import pytest

import dedupe

HEAD = "# The archive opens its doors\n\nThe archive of the agency holds four million pictures and all that was filed since the war.\n\n"
TAIL = "\n\nThe canteen of the house closes at three, and dogs stay with the porter.\n"


def found(*paragraphs, kind="markdown", joint="\n\n"):
    (review,) = dedupe.check(HEAD + joint.join(paragraphs) + TAIL, format=kind)
    return [
        (finding.code, finding.severity, finding.action) for finding in review.findings if finding.severity != "note"
    ]


TOLD = "The archive is a collection of letters, pictures and notes that helps reporters write short, true stories of the war, and is kept by three people."
AGAIN = "The archive is a collection of letters, pictures and notes to help reporters write short and true stories of the war."


class TestToldAgain:
    def test_in_other_words_side_by_side(self):
        assert found(TOLD, AGAIN) == [("reworded", "warning", "review")]

    @pytest.mark.parametrize(
        "other",
        [
            AGAIN.replace("three", "nine").replace("the war", "1914"),
            "The museum is a building of brick, glass and steel that helps visitors find clear, calm rooms for the day.",
            AGAIN.replace("to help", "not to help"),
        ],
    )
    def test_about_something_else(self, other):
        assert found(TOLD.replace("the war", "1939"), other) == []

    def test_under_another_heading(self):
        assert found(TOLD, "## Visitors", AGAIN) == []

    def test_a_few_words_are_like_others_by_chance(self):
        assert (
            found("Reporters may see the letters of the war at noon.", "At noon, letters of the war may be seen.") == []
        )


class TestShort:
    def test_a_line_next_to_its_twin_is_cut(self):
        assert found("Prices are given in florins:", "Prices are given in florins:") == [("exact", "error", "remove")]

    def test_three_words_stand_twice_by_chance(self):
        assert found("See the archive", "See the archive") == []

    def test_a_line_behind_other_copy_may_stand_again_in_running_copy(self):
        line = "He would not say more."
        other = "Police found the boat on Monday with its engine running and nobody on board."
        assert found(line, other, line, kind="text") == []

    def test_a_sentence_that_was_begun_twice(self):
        twice = "The clerk will bring the box:\nThe clerk will bring the box that you have ordered to the desk by the window."
        assert found(twice) == [("contained", "error", "remove")]

    def test_a_speaker_may_say_a_thing_twice(self):
        assert (
            found('"We will not go from here. We will not go from here," they called from the roof of the house.') == []
        )


class TestRows:
    def test_a_row_twice_in_one_list(self):
        rows = [
            "- captions are filled in by the photographer",
            "- takes are joined",
            "- captions are filled in by the photographer",
        ]
        assert found("\n".join(rows)) == [("exact", "warning", "review")]

    def test_few_words_are_many_a_row(self):
        assert found("- captions are filled in\n- takes are joined\n- captions are filled in") == []


BUT_ONE_FACT = [
    ("The bank raised its key rate by 25 basis points.", "The bank raised its key rate by 50 basis points."),
    ("The talks resume on Tuesday, the envoy said.", "The talks resume on Wednesday, the envoy said."),
    (
        "The shares are listed in Frankfurt and have lost ground.",
        "The shares are listed in Zurich and have lost ground.",
    ),
    ("The plant employs two thousand people in the region.", "The plant employs three thousand people in the region."),
]
ROWS = [
    ("The five-year notes were priced at 99.50 on Thursday.", "The ten-year notes were priced at 99.50 on Thursday."),
    ("Lot 12 went to a private buyer in Geneva.", "Lot 14 went to a private buyer in Geneva."),
    ("Output in June was unchanged at 2.3 million tonnes.", "Output in July was unchanged at 2.3 million tonnes."),
    ("Germany said it would not take part in the vote.", "France said it would not take part in the vote."),
    ("The northbound lane will be closed from 9 pm.", "The southbound lane will be closed from 9 pm."),
    ("Type A investors may subscribe from 1 June onwards.", "Type B investors may subscribe from 1 June onwards."),
]
AT_LENGTH = " after a day of quiet trade and few visitors in the capital."


class TestButOneFact:
    @pytest.mark.parametrize("pair", BUT_ONE_FACT)
    def test_neighbours_of_few_words_disagree(self, pair):
        assert found(*pair, kind="text") == [("conflict", "error", "review")]
        assert found(*pair[::-1], kind="text") == [("conflict", "error", "review")]

    @pytest.mark.parametrize("pair", ROWS)
    def test_rows_do_not(self, pair):
        assert found(*pair, kind="text") == []

    @pytest.mark.parametrize("pair", [ROWS[0], ROWS[1], ROWS[4], ROWS[5]])
    def test_nor_do_longer_ones_that_begin_with_what_a_series_goes_through(self, pair):
        assert found(*(text[:-1] + AT_LENGTH for text in pair), kind="text") == []

    def test_nor_one_of_three(self):
        third = "The bank raised its key rate by 75 basis points."
        assert found(*BUT_ONE_FACT[0], third, kind="text") == []

    def test_nor_items_of_a_list(self):
        assert found(*(f"- {text}" for text in BUT_ONE_FACT[0]), joint="\n") == []

    def test_nor_where_something_stands_between(self):
        assert found(BUT_ONE_FACT[1][0], "## Later", BUT_ONE_FACT[1][1]) == []

    def test_equal_copies_are_no_rows(self):
        one = "A first lane will be closed from 9 pm."
        assert found(one, one, kind="text") == [("exact", "error", "remove")]
