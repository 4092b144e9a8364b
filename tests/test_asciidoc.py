"""AsciiDoc: blocks, and cuts that leave the others as they were."""

import pytest
from cutting import free, spans_read_as_text, stays_whole
from hypothesis import given
from hypothesis import strategies as st

from dedupe import source
from dedupe.formats import split

COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
BLOCKS = [
    COPY + ".",
    COPY + ",\nand *the mayor* asked drivers to use the https://example.org/@[ferry].",
    "== Heading @",
    f"* {COPY}\n* short @\n* {COPY} again",
    f"* {COPY}\n** nested {COPY}\n* short",
    f"* {COPY}\n+\nMore of it.",
    f". {COPY}\n. {COPY} too",
    f"1. {COPY}\n2. {COPY} too",
    f"NOTE: {COPY}",
    f"[NOTE]\n====\n{COPY}\n====",
    f"[source,python]\n----\n{COPY}\n\nmore\n----",
    f"....\n{COPY}\n....",
    f"[quote, A. Bell]\n{COPY}",
    f"____\n{COPY}\n____",
    f".A title @\n{COPY}",
    f"[[anchor@]]\n{COPY}",
    "image::bridge@.png[The bridge]",
    f"|===\n|@ |{COPY}\n|===",
    ":attribute: value @",
    "// a comment @",
    f" literal {COPY}",
    f"term @:: {COPY}",
    "'''",
    f"ifdef::web[]\n{COPY}\nendif::[]",
    f"ifndef::web[]\n* {COPY}\nendif::[]\n* {COPY}",
    "ifdef::web[]",
    f"endif::[]\n{COPY}",
    f"{COPY}\nifdef::web[a line @]\n{COPY}",
    f"{COPY}\ninclude::more@.adoc[]",
]
blocks = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40), st.sampled_from(["\n\n", "\n\n\n", "\n \n"])),
    min_size=1,
    max_size=8,
)


def page(parts):
    return "".join(block.replace("@", str(number)) + gap for block, number, gap in parts).rstrip() + "\n"


def article_of(text):
    item = source.from_bytes(text.encode(), "page.adoc")
    (article,) = split(item, "asciidoc")
    return item, article


@given(blocks, st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, line_end, data):
    item, article = article_of(page(parts).replace("\n", line_end))
    spans_read_as_text(item, article)
    stays_whole(item, "asciidoc", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


def roles(text):
    return [(one.role.value, one.text) for one in article_of(text)[1].paragraphs]


def test_a_page_with_everything():
    long = "The council closed the old bridge after the inspection on Monday"
    text = (
        f"= Bridge closed\nAna Bell\n:toc:\n\n{long} and _nobody_ minded `it`.\n\n* short\n* {long}\n\n----\n{long}\n----\n\n"
        f"____\n{long}\n____\n\n|===\n|a |b\n|===\n\nSee <<one,the first>> and link:a.html[more].\n"
    )
    assert roles(text) == [
        ("headline", "Bridge closed"),
        ("summary", "Ana Bell\n:toc:"),
        ("body", f"{long} and nobody minded it."),
        ("row", "short"),
        ("item", long),
        ("code", f"----\n{long}\n----"),
        ("code", "____"),
        ("quote", long),
        ("code", "____"),
        ("table", "|===\n|a |b\n|==="),
        ("body", "See the first and more."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"* {COPY}\n+\nmore\n",
        f"1. {COPY}\n2. short\n",
        f"* {COPY}\n** nested\n",
        f"[[here]]\n{COPY}\n",
        f"{COPY}\nifdef::web[]\n{COPY}\nendif::[]\nmore of it\n",
    ],
)
def test_what_only_a_person_can_cut(text):
    _, article = article_of(text)
    long = [at for at, one in enumerate(article.paragraphs) if COPY in one.text]
    assert long
    assert not set(long) & set(free(article))


def test_lines_for_the_preprocessor_stand_by_themselves():
    text = f"ifdef::web[]\n{COPY}\nendif::[]\n\nifndef::web[]\n* {COPY}\nendif::[]\ninclude::a.adoc[]\n"
    assert roles(text) == [
        ("code", "ifdef::web[]"),
        ("body", COPY),
        ("code", "endif::[]"),
        ("code", "ifndef::web[]"),
        ("item", COPY),
        ("code", "endif::[]"),
        ("code", "include::a.adoc[]"),
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "*a",
        "`",
        "__",
        "[a]\n",
        "* a\n",
        "----\n",
        "====\n",
        "::",
        "<<a,",
        "link:[",
        "+\n",
        "a:: b\n",
        "|===\n",
        "link:a",
        "ifdef::a[]\na\n",
    ],
)
def test_odd_runs_take_linear_time(piece):
    article_of(piece * 20_000)
