"""reStructuredText: blocks, and cuts that leave the others as they were."""

import pytest
from cutting import free, spans_read_as_text, stays_whole
from hypothesis import given
from hypothesis import strategies as st

from dedupe import source
from dedupe.formats import split

COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
BLOCKS = [
    COPY + ".",
    COPY + ",\nand **the mayor** asked drivers to use the `ferry <https://example.org/@>`_.",
    "Heading @\n==========",
    f"* {COPY}\n* short @\n* {COPY} again",
    f"* {COPY}\n\n  A second paragraph of the row @.\n* short",
    f"#. {COPY}\n#. {COPY} too",
    f"1. {COPY}\n2. {COPY} too",
    f".. note:: {COPY}",
    f".. note::\n\n   {COPY}\n\n   {COPY} again",
    ".. code-block:: python\n\n   code = @\n\n   more",
    f"{COPY}::\n\n   literal @",
    ".. image:: bridge@.png\n   :alt: The bridge",
    ".. _target@:",
    f".. [1] {COPY}",
    f"    {COPY}",
    "+---+---+\n| @ | b |\n+---+---+",
    "=== ===\na   @\n=== ===\nc   d\n=== ===",
    f":field: {COPY}",
    f"term @\n  {COPY}",
    ">>> print(@)\n@",
    "----------",
    "| line @\n| block",
    f".. _here@:\n\n{COPY}, [1]_ see :ref:`here1`.",
    f"{COPY} [@]_",
]
blocks = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40), st.sampled_from(["\n\n", "\n\n\n", "\n \n"])),
    min_size=1,
    max_size=8,
)


def page(parts):
    return "".join(block.replace("@", str(number)) + gap for block, number, gap in parts).rstrip() + "\n"


def article_of(text):
    item = source.from_bytes(text.encode(), "page.rst")
    (article,) = split(item, "rst")
    return item, article


@given(blocks, st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, line_end, data):
    item, article = article_of(page(parts).replace("\n", line_end))
    spans_read_as_text(item, article)
    stays_whole(item, "rst", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


def roles(text):
    return [(one.role.value, one.text) for one in article_of(text)[1].paragraphs]


def test_a_page_with_everything():
    long = "The council closed the old bridge after the inspection on Monday"
    text = (
        f"Bridge closed\n=============\n\n{long} and *nobody* minded ``it``.\n\n* short\n* {long}\n\n.. note::\n\n   {long}\n\n"
        f".. code-block:: python\n\n   {long}\n\nLike this::\n\n   {long}\n\n.. [1] {long}\n\n    {long}\n\n=== ===\na   b\n=== ===\n"
    )
    assert roles(text) == [
        ("headline", "Bridge closed"),
        ("code", "============="),
        ("body", f"{long} and nobody minded it."),
        ("row", "short"),
        ("item", long),
        ("code", ".. note::"),
        ("body", long),
        ("code", f".. code-block:: python\n\n   {long}"),
        ("body", "Like this::"),
        ("code", long),
        ("note", long),
        ("quote", long),
        ("table", "=== ===\na   b\n=== ==="),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{COPY}::\n\n   code\n",
        f"* {COPY}\n\n  more of it\n",
        f"1. {COPY}\n2. short\n",
        f".. note:: {COPY}\n",
        f".. _here:\n\n{COPY}\n\nSee :ref:`the bridge <here>`.\n",
        f".. _Here now:\n.. _there:\n.. a comment\n\n{COPY}\n\nSee `here\nnow`_.\n",
        f".. _here:\n\n{COPY}\n\nSee here_.\n",
        f"{COPY} with _`this place`.\n\nSee `this place`_.\n",
        f"{COPY} and the `ferry <https://example.org>`_.\n\nThe ferry_ runs.\n",
        f"{COPY} [1]_\n\n.. [1] Said on Monday.\n",
        f"{COPY} [#]_\n\nMore [#]_\n\n.. [#] One.\n.. [#] Two.\n",
        f"{COPY} and `more`__\n\n__ https://example.org\n",
    ],
)
def test_what_only_a_person_can_cut(text):
    _, article = article_of(text)
    assert not [at for at in free(article) if COPY in article.paragraphs[at].text]


@pytest.mark.parametrize(
    "text",
    [
        f".. _here:\n\n{COPY}\n\nSee there_ and ``here_``.\n",
        f".. _here: https://example.org\n\n{COPY}\n\nSee here_.\n",
        f".. _here:\n\nSee here_.\n\n{COPY}\n",
        f"{COPY} and the `ferry <https://example.org>`_.\n",
        f"{COPY} [1]_\n\nMore [1]_\n\n.. [1] Said on Monday.\n",
    ],
)
def test_what_nothing_refers_to_may_go(text):
    _, article = article_of(text)
    assert [at for at in free(article) if COPY in article.paragraphs[at].text]


def test_marks_of_footnotes_are_not_read():
    assert [text for role, text in roles("One [1]_ two\\ [#a]_, three [CIT_9]_.\n\n[2]_\n") if role == "body"] == [
        "One two, three."
    ]


@pytest.mark.parametrize(
    "piece", ["*a", "`", "``", ":a:`", "* ", ".. ", "..\n", "====\n", "  ", "| ", "+--+\n", "a::\n\n ", "#. a\n", ":a"]
)
def test_odd_runs_take_linear_time(piece):
    article_of(piece * 20_000)
