"""Under which headings paragraphs stand."""

import pytest

from dedupe.model import Paragraph, Role
from dedupe.sections import Sections


def sections(*texts):
    """A story of headings, written with a hash, and of body paragraphs."""
    return Sections(
        [
            Paragraph(at, at + 1, at, at, Role.HEADING if text[0] == "#" else Role.BODY, text.lstrip("# "))
            for at, text in enumerate(texts)
        ]
    )


@pytest.mark.parametrize(
    ("texts", "expect"),
    [
        (["one", "two"], "one"),
        (["# A", "one", "two"], "one"),
        (["one", "# A", "two"], "others"),
        (["# A", "one", "# B", "two"], "others"),
        (["# Sea news", "one", "# Sea News", "two"], "pasted"),
        (["# A", "# Remarks", "one", "# B", "# Remarks", "two", "# C", "# Remarks"], "others"),
        (["# A", "# Remarks", "one", "# A", "# Remarks", "two", "# C", "# Remarks"], "pasted"),
    ],
)
def test_how_two_sections_stand_to_each_other(texts, expect):
    one, two = texts.index("one"), texts.index("two")
    assert sections(*texts).between(one, two) == expect


def test_what_a_paragraph_is_about_is_said_by_a_heading_that_is_not_usual():
    found = sections("# Slug", "# Remarks", "one", "# Embargo", "# Remarks", "two", "# Remarks", "three")
    assert found.about(2) == {"slug"}
    assert found.about(5) == {"embargo"}
    assert found.parallel(2, 5)
    assert not found.parallel(5, 7)
