"""Markdown: blocks as CommonMark has them, and cuts that leave the others as they were."""

import re
from collections import Counter

import pytest
from cutting import free, spans_read_as_text, stays_whole, without
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import dedupe
from dedupe import source
from dedupe.formats import split
from dedupe.model import Role

COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
BLOCKS = [
    COPY + ".",
    COPY + ",\nand the mayor asked drivers to use the ferry.",
    "Second **bold words. Then more** with [a link](https://example.org/@) and `code` in it, said the clerk.",
    "# Heading @",
    "Heading @\n---",
    "- " + COPY + "\n- Short row @\n- " + COPY + " again",
    "- " + COPY + "\n\n  A second paragraph of the row @ with more words in it than eight.\n- Short",
    "- " + COPY + "\n  - nested " + COPY,
    "1. " + COPY + "\n2. " + COPY + " too",
    "* one\n\n* " + COPY,
    "> " + COPY + "\n>\n> More of the quotation @.",
    "> [!NOTE]\n> " + COPY,
    "```\ncode @\n\nmore\n```",
    "    indented code @",
    "| a | b |\n|---|---|\n| @ | 2 |",
    "<div>\n@\n</div>",
    "<div>\n<p>" + COPY + "</p>\n<p>" + COPY + " again</p>\n</div>",
    "<p>" + COPY + "</p>\nand more",
    "<section>\n  " + COPY,
    "<!-- comment @ -->",
    "---",
    "***",
    "[ref@]: https://example.org/ref",
    "[^n@]: The note @ says something about the bridge.",
    "A sentence with a note[^n@] that counts more than eight words.",
    '{{< figure src="@.png" >}}',
    "{% include note.html id=@ %}",
    "!!! note\n    " + COPY,
    "::: tip\n" + COPY + "\n:::",
    "Text with <b>tags that @ stay open and more words behind it.",
    "===",
    "2) " + COPY,
    "-\n  " + COPY,
]
blocks = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40), st.sampled_from(["\n", "\n\n", "\n\n", "\n\n\n", "\n \n"])),
    min_size=1,
    max_size=9,
)


def page(parts, end="\n"):
    return "".join(block.replace("@", str(number)) + gap for block, number, gap in parts).rstrip("\n") + end


def article_of(text, path="page.md"):
    item = source.from_bytes(text.encode(), path)
    (article,) = split(item, "markdown")
    return item, article


@given(blocks, st.sampled_from(["\n", "", "\n\n"]), st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, end, line_end, data):
    item, article = article_of(page(parts, end).replace("\n", line_end))
    spans_read_as_text(item, article)
    stays_whole(item, "markdown", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


@pytest.mark.long
@given(blocks, st.data())
def test_the_rest_reads_the_same_after_any_cut_long(parts, data):
    item, _ = article_of(page(parts))
    stays_whole(item, "markdown", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


@given(blocks)
def test_blocks_are_those_of_commonmark(parts):
    text = "The page opens with a line.\n\n" + page(
        [part for part in parts if not re.search(r"^<(?!!)|\||\[\^|\{\{|\{%|!!!|:::|\[!", part[0])]
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    wanted = Counter(
        (token.type == "heading_open", *token.map)
        for token in tokens
        if token.type in ("paragraph_open", "heading_open")
    )
    _, article = article_of(text)
    found = Counter(
        (one.role in (Role.HEADING, Role.HEADLINE), one.line - 1, one.end_line)
        for one in article.paragraphs
        if one.role not in (Role.CODE, Role.TABLE, Role.SUMMARY)
    )
    setext = {span[1] for span in wanted if span[0]}
    assert {span for span in found if span[1] not in setext} == {span for span in wanted if span[1] not in setext}


def roles(text, path="page.md"):
    return [(one.role.value, one.text) for one in article_of(text, path)[1].paragraphs]


def test_a_page_with_everything():
    long = "The council closed the old bridge after the inspection on Monday"
    text = (
        "---\ntitle: Bridge\ndescription: The council closed the old bridge after an inspection\n---\n\n"
        f"# Bridge closed\n\n{long}.\n\n- short\n- {long}\n\n> {long}\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        '[^1]: A note on the bridge.\n\n{{< figure src="a.png" >}}\n\n<div>\nhtml\n</div>\n\n![The bridge](b.png)\n'
    )
    assert roles(text) == [
        ("code", "---\ntitle: Bridge"),
        ("summary", "The council closed the old bridge after an inspection"),
        ("code", "---"),
        ("headline", "Bridge closed"),
        ("body", f"{long}."),
        ("row", "short"),
        ("item", long),
        ("quote", long),
        ("code", "```\ncode\n```"),
        ("table", "| a | b |"),
        ("code", "|---|---|"),
        ("table", "| c | d |"),
        ("note", "A note on the bridge."),
        ("code", '{{< figure src="a.png" >}}'),
        ("body", "html"),
        ("caption", "The bridge"),
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Some *emphasis* and **strong** words", "Some emphasis and strong words"),
        ('A [link](https://a.example/x_(y) "t") here', "A link here"),
        ("A [link][ref] and [another][] one", "A link and another one"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("`code *not* emphasis` and \\*stars\\*", "code *not* emphasis and *stars*"),
        ("Fish &amp; chips <b>now</b><!-- x -->", "Fish & chips now"),
        ("A note[^1] and ~~gone~~ words", "A note and gone words"),
        ("<https://a.example> and [x] box", "https://a.example and [x] box"),
        ("Line one\nline *two\nthree* four", "Line one\nline two\nthree four"),
        ("`` a ` b `` and ``` open", "a ` b and ``` open".replace("a ` b", " a ` b ")),
    ],
)
def test_what_a_reader_sees(raw, said):
    item, article = article_of(raw + "\n")
    assert [one.text for one in article.paragraphs] == [said]
    spans_read_as_text(item, article)


@pytest.mark.parametrize(
    "text",
    [
        "A note stands here with eight words and more[^1].\n\n[^1]: The note.\n",
        'Words <span id="here">that a link leads to</span> are kept in place.\n\n[see](#here)\n',
        "Words <b>that stay open until the next of the paragraphs.\n\nEnd</b> of it.\n",
        "{{< note >}} Words of a note that closes in the next paragraph.\n\nEnd of it. {{< /note >}}\n",
        "- A row of the list that holds more than eight words\n  - nested\n",
        "> [!NOTE]\n> The only paragraph of a callout that has more than eight words.\n",
        "- - A row in a row that holds more than eight words in it\n",
        "A paragraph that stands right above code and counts eight words.\n\n    code\n",
    ],
)
def test_what_only_a_person_can_cut(text):
    _, article = article_of(text)
    assert article.paragraphs[0].bound or any(one.bound for one in article.paragraphs)
    assert 0 not in free(article)


def test_a_list_item_goes_with_its_mark():
    item, article = article_of(
        "- One row of the list with more than eight words\n- Two rows of the list with more than eight words\n"
    )
    data, _ = without(item, 0, [1], "markdown")
    assert data == b"- One row of the list with more than eight words\n"
    assert article.paragraphs[1].outer == (49, 98)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "](",
        "*a ",
        "**a_",
        "`",
        "` `` ``` ",
        "&",
        "<a ",
        "<!--",
        "{{",
        "{% ",
        "![",
        "> ",
        "- ",
        "1. ",
        "\\",
        "(",
        '"',
        "|",
        "~~~",
        "#",
        "[^",
        "]: ",
        '<a b="',
    ],
)
def test_odd_runs_take_linear_time(piece):
    article_of(piece * 60_000)
    article_of((piece + "\n") * 20_000)


def test_a_heading_in_bold_stays_with_what_follows_it():
    title = "**Is the crowd the future of design and of development?**"
    said = "The city asked its readers for ideas and got four hundred of them in a week."
    text = f"- {title} {said}\n\nSome more words stand between the two.\n\n- {title} The county did so too, and got none at all.\n"
    (review,) = dedupe.check(text.encode(), format="markdown")
    assert [finding for finding in review.findings if finding.safe] == []


def test_a_block_with_an_indent_at_the_end_goes_with_the_one_above():
    text = "The first stays where it is.\n\nThe second goes.\n\n _The third has an indent._\n"
    data, _ = without(source.from_bytes(text.encode(), "a.md"), 0, [1, 2], "markdown")
    assert data.decode() == "The first stays where it is.\n"
