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
