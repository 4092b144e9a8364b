"""Wire messages: ANPA 1312, IPTC 7901 and weather products."""

import pytest
from cutting import spans_read_as_text, stays_whole
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import source
from dedupe.formats import split

LONG = (
    "The council closed the bridge on Monday after an inspection found @ cracks in\nthe western pier, and {} will run."
)
PIECES = [
    "   " + LONG.format("ferries"),
    "   " + LONG.format("buses") + "\n   Short @.",
    "\t" + LONG.format("trains"),
    LONG.format("trams"),
    "* WHAT...Wind @ miles an hour over the lake\n  and the hills.",
    "...A HEADLINE OF A PRODUCT @...",
    "&&",
    "^By ANA BELL=",
    ".TONIGHT...Cloudy, with rain near the coast at @ and\nsnow in the hills.",
    "``Nobody was hurt,'' he said _ for the @th time.",
    ".SYNOPSIS @...",
    ".NEAR TERM /THROUGH\nDAY @/...",
]
texts = st.lists(
    st.tuples(st.sampled_from(PIECES), st.integers(1, 40), st.sampled_from(["\n", "\n\n"])), min_size=1, max_size=8
)


def many(parts):
    return "".join(piece.replace("@", str(number)) + gap for piece, number, gap in parts)


def anpa(body, number=1):
    return f"\x16\x16\x01a{number:04}\r\nu a BC-Bridge   07-12 0{number}\x02\n^BC-Bridge,{number}<\n{body}\x03\nAP-NY-07-12-22 1430EDT\n\x04"


def iptc(body, number=1):
    return f"ZCZC ABC{number:03}\n4 POL\nBridge-closed\n{body}NNNN\n"


def product(body, number=1):
    return f"{number:03} \nFXUS61 KBOX 270001\nAFDBOX\n\n{body}$$\n"


def article_of(text, name="agency"):
    item = source.from_bytes(text.encode(), "story.txt")
    return item, split(item, name)


@given(texts, st.sampled_from([anpa, iptc, product]), st.sampled_from(["\n", "\r\n", "\r\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, shell, line_end, data):
    item, articles = article_of(shell(many(parts)).replace("\n", line_end))
    for article in articles:
        spans_read_as_text(item, article)
    stays_whole(item, "agency", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


def roles(text):
    return [(one.role.value, " ".join(one.text.split())) for one in article_of(text)[1][0].paragraphs]


def test_what_an_anpa_message_holds():
    body = (
        "^By ANA BELL=\n^Associated Press Writer=\n\tHARBOUR CITY (AP) _ The council closed the bridge on Monday\n"
        "after an inspection.\n\t``Nobody was hurt,'' the engineer said.\n"
    )
    assert roles(anpa(body)) == [
        ("slug", "a0001"),
        ("slug", "u a BC-Bridge 07-12 01"),
        ("slug", "BC-Bridge,1"),
        ("byline", "By ANA BELL"),
        ("slug", "Associated Press Writer"),
        ("body", "HARBOUR CITY (AP) — The council closed the bridge on Monday after an inspection."),
        ("body", "“Nobody was hurt,” the engineer said."),
        ("signoff", "AP-NY-07-12-22 1430EDT"),
    ]


@pytest.mark.parametrize("shell", [anpa, iptc, product])
def test_several_messages_are_several_stories(shell):
    said = "The council closed the bridge on Monday after an inspection of its piers.\n\n"
    text = shell(said, 1) + shell(said, 2)
    articles = article_of(text, "text")[1]
    assert [article.key for article in articles] == ["1", "2"]
    assert all(article.format == "agency" for article in articles)
    assert [finding for review in dedupe.check(text.encode(), format="text") for finding in review.findings] == []


def test_the_parts_of_a_product_are_stories():
    zone = "NYZ071-072-\nNORTHERN WESTCHESTER-\n949 AM EST SAT JAN 31 2015\n\n"
    said = "The National Weather Service has issued a winter storm warning for the hills tonight.\n\n"
    articles = article_of(product(f"{zone}{said}$$\n{zone}{said}"))[1]
    assert [article.key for article in articles] == ["1.1", "1.2"]


@pytest.mark.parametrize(
    "piece",
    [
        "\x01",
        "\x02",
        "\x03",
        "ZCZC\n",
        "NNNN\n",
        "$$\n",
        "^a\n",
        "NYZ071-\n",
        "* a\n",
        "   \n",
        "FXUS61 KBOX 270001\n",
        "``",
    ],
)
def test_odd_runs_take_linear_time(piece):
    article_of("\x01\x02" + piece * 30_000)


def test_headings_of_sections_are_no_part_of_the_paragraph():
    said = "High pressure will stay over the region tonight and bring dry air from the north."
    body = (
        f".SYNOPSIS...\n{said}\n\n.NEAR TERM /6 PM THIS EVENING THROUGH\n6 AM THURSDAY/...\n{said}\n\n{said} Again.\n"
        ".TONIGHT...Cloudy with rain...\nand snow.\n"
    )
    found = article_of(product(body))[1][0].paragraphs
    assert [(one.role.value, " ".join(one.text.split()), bool(one.bound)) for one in found[3:-1]] == [
        ("heading", ".SYNOPSIS...", False),
        ("body", said, True),
        ("heading", ".NEAR TERM /6 PM THIS EVENING THROUGH 6 AM THURSDAY/...", False),
        ("body", said, False),
        ("body", f"{said} Again.", False),
        ("body", ".TONIGHT...Cloudy with rain... and snow.", False),
    ]
