"""Plain text: paragraphs as trimmed spans of bytes, in every layout, newline and encoding; stories of one file."""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import dedupe
from dedupe.formats import FORMATS, SUFFIXES, agency, split
from dedupe.formats.text import line_ends
from dedupe.model import Role
from dedupe.source import from_bytes

LEAD = "WASHINGTON - The mayor of the capital said on Tuesday that the bridge over the river would stay closed until spring."
SECOND = "Engineers who had looked at the steel found cracks in nine of the forty beams, and asked the council for more time."
SHORT = "He declined to comment."
THIRD = "The council meets again on Thursday. A spokeswoman said that it would hear from the ferry company first."
STORY = [LEAD, SECOND, SHORT, THIRD]
NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "wire": "\r\r\n"}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def wrapped(paragraph, indent=""):
    return textwrap.fill(paragraph, 68, initial_indent=indent, break_on_hyphens=False)


LAYOUTS = {
    "blank": lambda story: "\n\n".join(story),
    "single": "\n".join,
    "wrapped": lambda story: "\n\n".join(map(wrapped, story)),
    "indent": lambda story: "\n".join("    " + one for one in story),
    "indent-wrapped": lambda story: "\n".join(wrapped(one, "    ") for one in story),
    "indent-tab": lambda story: "\n".join(wrapped(one, "\t") for one in story),
    "indent-wrapped-blank": lambda story: "\n\n".join(wrapped(one, "  ") for one in story),
    "blank-of-spaces": lambda story: "\n \t\n".join(story),
    "many-blank": lambda story: "\n\n\n\n".join(story) + "\n\n\n",
}


def source(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else MARKS.get(encoding, b"") + text.encode(encoding)
    return from_bytes(data, "story.txt", None if encoding.startswith("utf") else encoding)


def articles(text, encoding="utf-8"):
    item = source(text, encoding)
    found = split(item, "text")
    behind = item.bom
    for article in found:
        for paragraph in article.paragraphs:
            assert behind <= paragraph.start < paragraph.end
            assert item.data[paragraph.start : paragraph.end].decode(item.encoding) == paragraph.text
            assert paragraph.text == paragraph.text.strip().strip("\x01\x02\x03\x04\ufeff")
            before = item.data[item.bom : paragraph.start].decode(item.encoding)
            assert paragraph.line == 1 + line_ends(before)
            assert paragraph.end_line == paragraph.line + line_ends(paragraph.text)
            behind = paragraph.end
    return found


def paragraphs(text, encoding="utf-8"):
    (article,) = articles(text, encoding)
    return article.paragraphs


def texts(text, encoding="utf-8"):
    return [one.text for one in paragraphs(text, encoding)]


def joined(text):
    """Texts with their lines joined, to compare across wrapping."""
    return [" ".join(one.split()) for one in texts(text)]


def roles(text):
    return [one.role for one in paragraphs(text)]


class TestSeed:
    def test_paragraphs(self, seed):
        found = paragraphs(seed.read_bytes())
        assert len(found) == 23
        assert [one.line for one in found] == [1, 2, 3, *range(5, 45, 2)]
        assert [one.role for one in found[:6]] == [
            Role.PUBLISHED,
            Role.HEADLINE,
            Role.BYLINE,
            Role.CAPTION,
            Role.BODY,
            Role.BODY,
        ]
        assert [one.line for one in found if one.role is Role.PROMO] == [15, 29]
        assert {one.role for one in found[6:]} == {Role.BODY, Role.PROMO}

    def test_spans(self, seed):
        spans = {one.line: (one.start, one.end) for one in paragraphs(seed.read_bytes())}
        assert spans[11] == (757, 1040)
        assert spans[17] == (1364, 1598)


class TestLayouts:
    @pytest.mark.parametrize("encoding", ENCODINGS)
    @pytest.mark.parametrize("newline", NEWLINES)
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_same_paragraphs(self, layout, newline, encoding):
        story = [
            *STORY[:-1],
            "The café’s owner — “Zoë” — did not ask for 5 € more, the mayor said, and nobody else did.",
        ]
        if encoding == "latin-1":
            story[-1] = (
                "The café's owner, Zoë, did not ask for £5 more, the mayor said, and nobody else did in the end."
            )
        text = LAYOUTS[layout](story).replace("\n", NEWLINES[newline])
        assert [" ".join(one.split()) for one in texts(text, encoding)] == story

    def test_mixed_newlines(self):
        text = f"{LEAD}\r\n\r\n{SECOND}\n\n{SHORT}\r\r{THIRD}"
        assert [(one.line, one.text) for one in paragraphs(text)] == [(1, LEAD), (3, SECOND), (5, SHORT), (7, THIRD)]

    @pytest.mark.parametrize(
        ("gap", "count"),
        [
            ("\n", 1),
            ("\r\n", 1),
            ("\r", 1),
            ("\r\r\n", 1),
            ("\r\r", 2),
            ("\n\r", 2),
            ("\r\n\r\n", 2),
            ("", 0),
            ("a b", 0),
        ],
    )
    def test_line_ends(self, gap, count):
        assert line_ends(gap) == count

    def test_wrapped_without_a_small_letter(self):
        story = [LEAD, "The deal was signed late on Monday by the German Chancellor\nAngela Merkel.", SECOND]
        assert joined("\n\n".join(map(wrapped, [LEAD, *story[1:2], SECOND]))) == [
            " ".join(one.split()) for one in story
        ]
        assert texts(f"{wrapped(LEAD)}\n\n{story[1]}\n\n{wrapped(SECOND)}")[1] == story[1]

    def test_short_sentences_on_lines_of_their_own(self):
        story = [
            "The mayor spoke first.",
            "The council listened.",
            "No one voted.",
            "They will meet again on Thursday.",
        ]
        assert texts("\n".join(story)) == story

    def test_sentence_lines_of_a_wrapped_width(self):
        story = [
            "Police closed the road to the harbour shortly before six.",
            "Firefighters from three towns were called to the scene.",
            "No one was hurt, a spokesman for the county said later.",
        ]
        assert texts("\n".join(story)) == story

    def test_furniture_inside_a_block(self):
        text = f"Published: 17:56, July 12, 2022\nBridge stays closed\nBy Jane Doe\n{wrapped(LEAD)}\n(MORE)\n\n{SECOND}"
        assert joined(text)[:5] == [
            "Published: 17:56, July 12, 2022",
            "Bridge stays closed",
            "By Jane Doe",
            LEAD,
            "(MORE)",
        ]

    def test_a_line_between_two_furniture_lines(self):
        assert texts("By Jane Doe\nthe harbour\nALSO READ: Ferries are full") == [
            "By Jane Doe",
            "the harbour",
            "ALSO READ: Ferries are full",
        ]

    def test_list_rows(self):
        rows = ["- a ferry that leaves every hour until the bridge is open", "- two buses", "1. a train"]
        text = f"{LEAD}\n\n" + "\n".join(rows)
        assert texts(text)[1:] == rows
        assert roles(text)[1:] == [Role.ITEM, Role.ROW, Role.ROW]

    def test_wrapped_list_rows(self):
        text = f"{wrapped(LEAD)}\n\n- a ferry that leaves every hour until the\n  bridge is open\n- two buses"
        assert joined(text)[1:] == ["- a ferry that leaves every hour until the bridge is open", "- two buses"]

    @pytest.mark.parametrize(
        "paragraph",
        [
            "The council put off the vote after a long meeting on the date of March\n12. He said it was right.",
            "The council put off the vote after a long night of talks and quarrels\n- some of them loud - and went home.",
            "The agency said that the count was still going on late in the evening.\nBy Tuesday the rain had stopped and the\nriver fell.",
            "The new law, which the house passed with a small majority, was first\npublished in 1987 and has been\nchanged four times since then.",
        ],
        ids=["number", "dash", "by", "published"],
    )
    def test_a_wrapped_line_that_looks_like_furniture(self, paragraph):
        assert texts(f"{wrapped(LEAD)}\n\n{paragraph}\n\n{wrapped(SECOND)}")[1] == paragraph

    def test_wrapped_caption_and_credit(self):
        text = (
            f"FILE PHOTO: A man walks past the closed bridge in the capital of the\ncountry on Monday.\n\n{wrapped(LEAD)}\n\n"
            "(Reporting by Jane Doe in Washington and John Smith in Boston; Editing\nby Mary Major)"
        )
        assert roles(text) == [Role.CAPTION, Role.BODY, Role.CREDIT]

    def test_table_rows(self):
        text = f"{LEAD}\n\nCountry      Gold   Silver\nNorway         12       3\nFrance          4       5"
        assert roles(text) == [Role.BODY, Role.TABLE, Role.TABLE, Role.TABLE]

    def test_heading(self):
        text = "\n\n".join(["Bridge stays closed", LEAD, "Ferries are full", SECOND, THIRD])
        assert roles(text) == [Role.HEADLINE, Role.BODY, Role.HEADING, Role.BODY, Role.BODY]

    @pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "\x01\x03", "\u3000\n\u00a0"])
    def test_nothing(self, text):
        assert paragraphs(text) == ()

    @pytest.mark.parametrize(
        "edge", [" ", "\t", "\u00a0", "\u2009", "\u202f", "\u3000", "\u200b", "\x02", "\x03", "\x1f"]
    )
    def test_edges_are_trimmed(self, edge):
        assert texts(f"{edge}{LEAD}{edge}{edge}\n\n{edge}{SECOND}{edge}") == [LEAD, SECOND]

    def test_mark_belongs_to_no_paragraph(self):
        (first, _) = paragraphs(b"\xef\xbb\xbf" + f"{LEAD}\n\n{SECOND}".encode())
        assert (first.start, first.line) == (3, 1)


OTHERS = {
    "french": [
        "Le maire a déclaré mardi : « Le pont restera fermé jusqu'au printemps », selon la mairie de la ville.",
        "« Pourquoi ? » a demandé une habitante ; personne n'a répondu à sa question pendant la réunion.",
    ],
    "spanish": [
        "El alcalde dijo el martes que el puente seguirá cerrado.",
        "¿Por qué? No hubo respuesta del ayuntamiento.",
    ],
    "german": ["Der Bürgermeister sagte am Dienstag, die Brücke bleibe gesperrt.", "Über die Gründe schwieg er."],
    "russian": ["Мэр сказал во вторник, что мост останется закрытым до весны.", "Причину он не назвал."],
    "arabic": ["قال رئيس البلدية يوم الثلاثاء إن الجسر سيبقى مغلقا حتى الربيع.", "ولم يذكر السبب."],
    "chinese": ["市长星期二表示，大桥将关闭至明年春天，工程师发现九根钢梁有裂缝。", "他没有说明原因。"],
    "japanese": ["市長は火曜日、橋は春まで閉鎖されると述べた。", "理由は明らかにしなかった。"],
}


class TestLanguages:
    @pytest.mark.parametrize("gap", ["\n\n", "\n", "\n\u3000\u3000"], ids=["blank", "single", "indent"])
    @pytest.mark.parametrize("language", OTHERS)
    def test_paragraphs(self, language, gap):
        assert texts(gap.join(OTHERS[language])) == OTHERS[language]
        assert set(roles(gap.join(OTHERS[language]))) == {Role.BODY}

    def test_wrapped_chinese(self):
        story = "市长星期二在市政厅表示，横跨大河的大桥将关闭至明年春天，工程师在检\n查时发现九根钢梁有裂缝，需要更多时间修理。"
        assert texts(f"{story}\n\n{story}") == [story, story]

    def test_end_mark(self):
        assert roles("\n".join([*OTHERS["chinese"], "（完）"])) == [Role.BODY, Role.BODY, Role.SLUG]


RECORD = """<REUTERS TOPICS="YES" OLDID="5544" NEWID="{}">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TEXT>&#2;
<TITLE>BAHIA COCOA REVIEW</TITLE>
<DATELINE>    SALVADOR, Feb 26 - </DATELINE><BODY>Showers continued throughout the week in
the Bahia cocoa zone, alleviating the drought since early
January and improving prospects for the coming crop.
    The dry period means the harvest will be late this year, &lt;Smith> said.
    Arrivals rose to 155,221 bags of 60 kilos, and
farmers were happy.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
"""
ONE = f"Bridge stays closed\nBy Jane Doe\n\n{LEAD}\n\n{SECOND}\n"
TWO = f"Ferry company wants more money\nBy John Smith\n\nBOSTON - The ferry company asked for more on Monday, it said.\n\n{THIRD}\n"


class TestStories:
    def test_records(self):
        found = articles("<!DOCTYPE lewis SYSTEM 'lewis.dtd'>\n" + RECORD.format(1) + RECORD.format(72))
        assert [(one.key, one.doubt) for one in found] == [("1", ""), ("72", "")]
        for one in found:
            assert [paragraph.role for paragraph in one.paragraphs] == [
                Role.HEADLINE,
                Role.DATELINE,
                Role.BODY,
                Role.BODY,
                Role.BODY,
                Role.SLUG,
                Role.SLUG,
            ]
            assert one.paragraphs[3].text == "The dry period means the harvest will be late this year, &lt;Smith> said."
            assert not any("<" in paragraph.text for paragraph in one.paragraphs)

    def test_record_that_is_not_closed(self):
        assert any(one.doubt for one in articles(RECORD.format(1).replace("</REUTERS>", "") + RECORD.format(2)))

    @pytest.mark.parametrize("mark", ["ENDS", "--30--", "-30-", "###", "(END)"])
    def test_end_marks(self, mark):
        found = articles(f"{ONE}\n{mark}\n\n{TWO}")
        assert [(one.key, one.doubt) for one in found] == [("1", ""), ("2", "")]
        assert found[1].paragraphs[0].text == "Ferry company wants more money"
        assert found[0].paragraphs[-1].role is Role.SLUG

    def test_end_mark_at_the_end(self):
        (found,) = articles(f"{ONE}\n--30--\n")
        assert (found.key, found.doubt) == (None, "")

    def test_end_mark_in_the_middle(self):
        (found,) = articles(f"{ONE}\n--30--\n\nand so the bridge remained closed, the mayor said on Friday.\n")
        assert found.doubt

    def test_form_feeds(self):
        found = articles(f"{ONE}\f{TWO}")
        assert [(one.key, one.doubt) for one in found] == [("1", ""), ("2", "")]

    def test_form_feed_within_a_paragraph(self):
        assert all(one.doubt for one in articles(f"{ONE}\nThe mayor said that the\n\fbridge would stay closed.\n"))

    def test_messages(self):
        found = articles(f"\x01\r\n{ONE}\x03\x04\r\n\x01\r\n{TWO}\x03\x04")
        assert [one.key for one in found] == ["1", "2"]
        assert [one.paragraphs[0].role for one in found] == [Role.HEADLINE, Role.HEADLINE]

    def test_one_message(self):
        (found,) = articles(f"\x01\r\n{ONE}\x03\x04")
        assert found.key is None

    def test_mailbox(self):
        mail = "From desk@example.org Tue Jul 12 17:56:00 2022\nSubject: Bridge\nTo: all\n\n"
        found = articles(f"{mail}{ONE}\n{mail}{TWO}")
        assert [one.key for one in found] == ["1", "2"]
        for one in found:
            assert one.paragraphs[0].role is Role.SLUG
            assert any(paragraph.role is Role.BODY for paragraph in one.paragraphs)

    def test_from_in_a_story_is_no_mail(self):
        (found,) = articles(f"{ONE}\nFrom the mayor there was no word until 2022\n")
        assert found.key is None


WORDS = st.sampled_from(
    "the mayor said that police near river Boston Tuesday council 12 percent would not again after ferry - (nobody) by Monday".split()
)
SENTENCE = st.lists(WORDS, min_size=6, max_size=24).map(lambda words: "Then " + " ".join(words) + " it was.")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join) | st.sampled_from(
    [SHORT, "No one was hurt.", LEAD]
)
FURNITURE = st.sampled_from(
    [
        "ALSO READ: Ferries are full",
        "(MORE)",
        "READ MORE: Bridge closed again",
        "(Reporting by Jane Doe; Editing by John Smith)",
    ]
)
HEADS = st.sampled_from(
    [[], ["Bridge stays closed"], ["Published: 17:56, July 12, 2022", "Bridge stays closed", "By Jane Doe"]]
)


@st.composite
def stories(draw):
    return draw(HEADS), draw(st.lists(PARAGRAPH | PARAGRAPH | PARAGRAPH | FURNITURE, min_size=1, max_size=7))


def without(data, found, gone):
    """The data with some paragraphs cut: to the start of the next, or back to the end of the one before the last."""
    spans = [
        (one.start, following.start if following else None)
        for one, following in zip(found, [*found[1:], None], strict=True)
    ]
    kept = [at for at in range(len(found)) if at not in gone]
    for at in sorted(gone, reverse=True):
        start, end = spans[at]
        if end is None or all(later in gone for later in range(at, len(found))):
            start = found[kept[-1]].end if kept and kept[-1] < at else start
            end = found[-1].end
            if not kept or at != kept[-1] + 1:
                continue
        data = data[:start] + data[end:]
    return data


class TestStability:
    @pytest.mark.parametrize("newline", NEWLINES)
    @pytest.mark.parametrize("layout", LAYOUTS)
    @given(story=stories(), numbers=st.sets(st.integers(0, 9)), encoding=st.sampled_from(["utf-8", "utf-16-le"]))
    def test_what_is_left_stays(self, layout, newline, story, numbers, encoding):
        head, body = story
        if "wrapped" in layout or "tab" in layout:  # what is left shows its layout
            body = [LEAD, *body]
        separator = "\n\n" if "\n\n" in LAYOUTS[layout](["a", "b"]) else "\n"
        text = "\n".join(head) + (separator if head else "") + LAYOUTS[layout](body)
        item = source(text.replace("\n", NEWLINES[newline]), encoding)
        (article,) = split(item, "text")
        found = article.paragraphs
        assert [" ".join(one.text.split()) for one in found] == [*head, *(" ".join(one.split()) for one in body)]
        gone = {len(head) + at for at in numbers if at < len(body) and body[at] != LEAD}
        assume(len(gone) < len(found))
        (after,) = split(source(without(item.data, found, gone), encoding), "text")
        assert [one.text for one in after.paragraphs] == [one.text for at, one in enumerate(found) if at not in gone]

    @given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    def test_any_text_gives_trimmed_ordered_spans(self, text):
        assume(not agency.speaks(text))
        articles(text)

    @given(text=st.text(st.sampled_from("aB. \n\r\t\u3000\u00a0-1:("), max_size=200))
    def test_every_text_gives_trimmed_ordered_spans(self, text):
        kept = "".join(one.text for article in articles(text) for one in article.paragraphs)
        assert "".join(kept.split()) == "".join(text.split())


class TestGrowth:
    """Linear work, counted in results, never in seconds; what is quadratic would not come back."""

    @pytest.mark.parametrize(
        "text",
        [
            "a" + " " * 400_000,
            " " * 400_000 + "a",
            "a" + "\r" * 400_000,
            "(" * 400_000,
            '"' + "a (b/C " * 60_000,
            "a b " * 100_000,
            "\t" * 400_000 + "a",
            "- " * 200_000,
            "a | " * 100_000,
        ],
        ids=["spaces-behind", "spaces-before", "returns", "parens", "credits", "one-line", "tabs", "dashes", "pipes"],
    )
    def test_one_long_line(self, text):
        assert [len(one.paragraphs) for one in split(source(text), "text")] == [1]

    def test_many_paragraphs(self):
        text = "\n".join(f"Line {number} stands for all of them." for number in range(100_000))
        assert [len(one.paragraphs) for one in split(source(text), "text")] == [100_000]


class TestFormats:
    def test_suffixes_name_formats(self):
        assert set(SUFFIXES.values()) <= set(FORMATS)
        assert {".txt", ".text", ".sgm", ".sgml", ".mbox"} <= set(SUFFIXES)

    def test_lines_are_ordered(self):
        assert all(one.end_line < following.line for one, following in pairwise(paragraphs("\n\n".join(STORY))))


def test_a_cut_line_goes_with_its_own_indent_and_code_is_no_copy():
    said = "The headers of the library, which most systems have in a package of their own."
    code = "    int main(int argc, char** argv) { return run(argc, argv, 0); }\n"
    text = f"Thing is a program that manages the things of a machine.\n\n  {said}\n\n  {said}\n\n{code}\n{code}"
    (review,) = dedupe.check(text.encode(), format="text")
    assert dedupe.clean(review).decode() == text.replace(f"  {said}\n\n", "", 1)
