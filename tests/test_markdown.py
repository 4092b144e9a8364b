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
    "Term @\n:   " + COPY + "\n\n    " + COPY + " again",
    '=== "Tab @"\n\n    ' + COPY + ".",
    "![A picture @](a@.jpg)\n*Words below the picture @.*",
    COPY + " ![the pier @](b.jpg) and its cracks.",
    "Lines @ that break,\\\nas in a poem of the harbour, \\\nstand together.",
    "$$\nx = @\n$$",
    "{% if a %}\n" + COPY + "\n{% else %}\n\nMore words of the other branch @ that a reader may see.\n{% endif %}",
    "{# " + COPY + " #}",
    "{{< note >}}" + COPY + "{{< /note >}}",
    "* * *\n" + COPY + "\n* * *",
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
        [part for part in parts if not re.search(r"^<(?!!)|\||\[\^|\{\{|\{%|\{#|!!!|===|:::|\[!|\$\$|\n: ", part[0])]
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


A = "The council closed the swimming hall after engineers found cracks in three of the beams above the pool."
B = "The mayor said that the repair would take eight months and that children could use the baths in Harlow."
C = "Swimming clubs asked for buses to bring their members to other pools in the evening."


def said(text):
    """A page whose paragraphs are named by a letter."""
    return re.sub(r"\b[ABC]\b", lambda name: {"A": A, "B": B, "C": C}[name[0]], text)


def found_in(text):
    """What is found in such a page: action, line to drop, line to keep."""
    (review,) = dedupe.check(said(text).encode(), format="markdown")
    return [(it.action, it.dropped.line, it.kept.line) for it in review.findings if it.severity != "note"]


def cleaned(text):
    """Such a page without what is cut of it."""
    left = dedupe.clean(dedupe.check(said(text).encode(), format="markdown")).decode()
    for name, words in (("A", A), ("B", B), ("C", C)):
        left = left.replace(words, name)
    return left


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{{ if .Params.x }}\nA\n{{ end }}\n\nB\n\nA\n\nC\n", 2),
        ("{{- with .x -}}\nA\n{{- end -}}\n\nB\n\nA\n\nC\n", 2),
        ("{{#if x}}\nA\n{{/if}}\n\nB\n\nA\n\nC\n", 2),
        ("{% ifversion fpt %}\n\nA\n\n{% endif %}\n\nB\n\nA\n\nC\n", 3),
        ('{% tab title="x" %}\nA\n{% /tab %}\n\nB\n\nA\n\nC\n', 2),
        ('::: {.content-visible when-format="html"}\nA\n:::\n\nB\n\nA\n\nC\n', 2),
        ("::: {.panel-tabset}\n\n## One\n\nA\n\nC\n\n:::\n\nB\n\nA\n", 5),
        ('<IfVersion is="2">\n\nA\n\n</IfVersion>\n\nB\n\nA\n\nC\n', 3),
        ('=== "Linux"\n\n    A\n\nB\n\nA\n\nC\n', 3),
    ],
)
def test_copy_in_a_branch_or_tab_is_never_kept_for_other_copy(text, line):
    assert [it[:2] for it in found_in(text)] == [("review", line)]


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nB\n\nA\n\n![A](a.jpg)\n*A*\n\nC\n",
        "# T\n\n![A](a.jpg) C\n\nB\n\nA\n",
        "# T\n\n[![A](a.jpg)](b.html)\n\nB\n\nA\n",
        "# T\n\n![A][pier]\n\nA\n\nB\n\n[pier]: a.jpg\n",
    ],
)
def test_what_is_said_of_a_picture_is_no_copy(text):
    assert found_in(text) == []


def test_a_picture_between_words_is_a_link_that_is_not_lost():
    assert roles("Some words ![the pier](a.jpg) and more of them.\n") == [("body", "Some words  and more of them.")]
    assert [it[0] for it in found_in("C ![the pier](a.jpg)\n\nB\n\nC ![the pier](b.jpg)\n")] == ["review"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A\n***\nB\n***\nA\n***\nC\n", "A\n***\nB\n***\nC\n"),
        ("# T\n\nA\n\n***\n\nB\n\n- - -\n\nA\n\n***\n\nC\n", "# T\n\nA\n\n***\n\nB\n\n- - -\n\nC\n"),
        ("# T\n\nA\n\n***\n\nB\n\n***\n\nA\n", "# T\n\nB\n\n***\n\nA\n"),
        (
            "# T\n\nA\n\nB\n\nC\n\n***\n\nA\n\nMore words close the page.\n",
            "# T\n\nA\n\nB\n\nC\n\n***\n\nMore words close the page.\n",
        ),
        ("A\n\nB {{< ref x >}}\n\n{{< note >}}A{{< /note >}}\n\nC\n", "A\n\nB {{< ref x >}}\n\nC\n"),
        ("# T\n\nB A\\\nC\\\nA\n", "# T\n\nB A\\\nC\n"),
        (
            "Term\n:   B\n\n    A\n\nMore is said of it in the town.\n\nA\n\nC\n",
            "Term\n:   B\n\n    A\n\nMore is said of it in the town.\n\nC\n",
        ),
    ],
)
def test_what_belongs_to_a_cut_goes_with_it(text, left):
    assert cleaned(text) == left


def test_code_of_mdx_is_no_copy():
    text = said(
        "import X from 'x'\nexport const s = {\n  a: `A`,\n\n  b: 'A'\n}\n\n# T\n\n{items.map(\n  i => <p>A</p>\n)}\n\nB\n\n{name} said: A\n\nexport of goods. C\n"
    )
    assert [role for role, _ in roles(text, "page.mdx")] == ["code", "code", "headline", "code", "body", "body", "body"]
    never = "export const a = {\n\nA words of copy that stand below.\n"
    assert [role for role, _ in roles(never, "page.mdx")] == ["code", "body"]


@pytest.mark.parametrize("piece", ["export const a = {\n\n", "{(`\n\n", "import {/*\n\n", "export `\\`\n\n"])
def test_odd_code_takes_linear_time(piece):
    article_of(piece * 20_000, "page.mdx")
