"""XML: NITF, NewsML, feeds and plain vocabularies; well-formed before, well-formed after."""

from xml.etree import ElementTree as ET

import pytest
from cutting import free, spans_read_as_text, stays_whole, without
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import source
from dedupe.formats import split

COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
BLOCKS = [
    f"<p>{COPY}.</p>",
    f"<p>{COPY},\n  and <em>the mayor</em> asked &#100;rivers to use the ferry &amp; wait.</p>",
    "<hl2>Part @</hl2>",
    f"<ul>\n<li>{COPY}</li>\n<li>short @</li></ul>",
    f"<ol><li><p>{COPY}</p></li></ol>",
    f"<bq><block><p>{COPY}</p></block></bq>",
    "<media media-type='image'><media-caption><p>The bridge @</p></media-caption></media>",
    "<!-- a comment @ -->",
    "<hr/>",
    "<p/>",
    f"<p>{COPY}<br/>more of it</p>",
    "<table><tr><td>@</td></tr></table>",
    f"<p><![CDATA[{COPY} < & >]]></p>",
    "<?target data?>",
]
blocks = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40), st.sampled_from(["\n", "", "\n\n", "\n    "])),
    min_size=1,
    max_size=9,
)


def many(parts):
    return "".join(block.replace("@", str(number)) + gap for block, number, gap in parts)


def nitf(body):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nitf SYSTEM "http://www.nitf.org/nitf-3-5.dtd">\n<nitf>\n'
        "<head><title>Bridge</title><docdata><doc-id id-string='1'/></docdata></head>\n<body>\n<body.head><hedline><hl1>"
        "Bridge closed</hl1></hedline><byline>By Ana Bell</byline></body.head>\n<body.content>\n"
        f"{body}\n</body.content><body.end><tagline>rb/tm</tagline></body.end></body></nitf>\n"
    )


def newsml(body):
    return (
        '<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:1">'
        "<contentMeta><headline>Bridge closed</headline></contentMeta><contentSet><inlineXML>"
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML></contentSet></newsItem>'
        "</itemSet></newsMessage>"
    )


def feed(body):
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Paper</title>'
        f"<item><title>Bridge</title><guid>a1</guid><content:encoded><![CDATA[{body.replace(']]>', '').replace('<![CDATA[', '')}]]>"
        "</content:encoded></item><item><title>Other</title><guid>a2</guid><description>Short words.</description></item>"
        "</channel></rss>"
    )


def escaped(body):
    body = body.replace("<![CDATA[", "").replace("]]>", "").replace("&", "&amp;").replace("<", "&lt;")
    return f'<feed><entry><id>e1</id><title>Bridge</title><content type="html">{body}</content></entry></feed>'


def docbook(body):
    body = body.replace("<p>", "<para>").replace("</p>", "</para>").replace("<p/>", "<para/>")
    return f"<article><title>Bridge</title><section><title>One</title>{body}</section></article>"


SHELLS = [nitf, newsml, feed, escaped, docbook]


def item_of(text, encoding="utf-8"):
    return source.from_bytes(text.encode(encoding), "story.xml")


@given(blocks, st.sampled_from(SHELLS), st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, shell, line_end, data):
    item = item_of(shell(many(parts)).replace("\n", line_end))
    for article in split(item, "xml"):
        spans_read_as_text(item, article)
    stays_whole(item, "xml", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


@given(blocks, st.sampled_from(SHELLS), st.data())
def test_it_stays_well_formed(parts, shell, data):
    item = item_of(shell(many(parts)))
    ET.fromstring(item.data)
    for number, article in enumerate(split(item, "xml")):
        some = free(article)
        if some:
            after, _ = without(item, number, data.draw(st.sets(st.sampled_from(some), min_size=1)), "xml")
            ET.fromstring(after)


@given(blocks)
def test_every_word_of_a_body_is_in_a_paragraph(parts):
    text = nitf(many(parts))
    (article,) = split(item_of(text), "xml")
    wanted = "".join("".join(ET.fromstring(text.encode()).itertext()).split())
    assert "".join("".join(one.text for one in article.paragraphs).split()) == wanted


def roles(text):
    return [[(one.role.value, one.text) for one in article.paragraphs] for article in split(item_of(text), "xml")]


def test_nitf_roles():
    assert roles(nitf("<p>The bridge is closed until further notice, he said.</p>")) == [
        [
            ("headline", "Bridge"),
            ("headline", "Bridge closed"),
            ("byline", "By Ana Bell"),
            ("body", "The bridge is closed until further notice, he said."),
            ("signoff", "rb/tm"),
        ]
    ]


def test_each_item_of_a_feed_is_a_story():
    articles = split(item_of(feed("<p>The bridge is closed until further notice, he said.</p>")), "xml")
    assert [article.key for article in articles] == ["a1", "a2"]


def test_a_declared_encoding_is_read():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><nitf><body><body.content><p>Le café est fermé.</p></body.content></body></nitf>'
    (article,) = split(item_of(text, "latin-1"), "xml")
    assert article.paragraphs[0].text == "Le café est fermé."


def test_an_unknown_declared_encoding_is_refused():
    with pytest.raises(dedupe.DedupeError, match="declares the encoding nonesuch"):
        source.from_bytes(b'<?xml version="1.0" encoding="nonesuch"?><a/>', "story.xml")


def test_nothing_of_a_doctype_is_expanded_or_fetched(tmp_path):
    (tmp_path / "secret").write_text("secret words of a file on this machine that no story may hold")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        f'<!DOCTYPE nitf [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        "<nitf><body><body.content><p>One &l11; and &x; and &unknown; stay as they are.</p></body.content></body></nitf>"
    )
    assert roles(text) == [[("body", "One &l11; and &x; and &unknown; stay as they are.")]]


@pytest.mark.parametrize("text", ["<a><b></a>", "<a>", "</a>", "<a></a></b>", "<p>" * 50_000])
def test_what_is_not_well_formed_is_refused(text):
    with pytest.raises(dedupe.DedupeError, match=r"story.xml: not well-formed: .* mend it first") as caught:
        split(item_of(text), "xml")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<doc><p>Fish & chips.</p></doc>", "a bare & at line 1"),
        ("<doc>\n<!-- a & b --><p><![CDATA[a < b & c]]>&amp;</p>\n<p>3 < 4</p></doc>", "a bare < at line 3"),
        ("<doc><!-- a & b --><p><![CDATA[a < b & c]]>&amp;&#8211;&nbsp;</p></doc>", ""),
    ],
)
def test_what_is_not_well_formed_is_told(text, said):
    article = split(item_of(text), "xml")[0]
    assert said in article.hint
    assert bool(said) == bool(article.hint)


@pytest.mark.parametrize("piece", ["<a/>", "<a>x</a>", "&amp;", "<!--x-->", "<![CDATA[x]]>", "x ", "<?x y?>"])
def test_many_pieces_take_linear_time(piece):
    split(item_of(f"<r>{piece * 60_000}</r>"), "xml")


def test_renditions_of_one_story_are_compared_each_by_itself():
    copy = "The council closed the bridge on Monday after an inspection found cracks in the western pier."
    more = "The mayor asked drivers to use the ferry until the works are done in the autumn."
    text = (
        "<newsItem guid='g'><contentSet><inlineXML><html><body>"
        f"<p>{copy}</p><p>{more}</p></body></html></inlineXML>"
        f"<inlineData contenttype='text/plain'>{copy}\n\n{more}\n</inlineData></contentSet></newsItem>"
    )
    reviews = dedupe.check(text.encode(), format="xml")
    assert [review.article.key for review in reviews] == ["inlinexml 1", "inlinedata 2"]
    assert [review.findings for review in reviews] == [(), ()]


def test_a_feed_of_many_items_takes_linear_time():
    items = "".join(
        f"<item><title>T</title><guid>{n}</guid><description>Words.</description></item>" for n in range(15_000)
    )
    assert len(split(item_of(f"<rss><channel>{items}</channel></rss>"), "xml")) == 15_000


SAID = (
    "The city council voted late on Tuesday to close the swimming hall at Lake Street, after engineers found cracks.",
    "Mayor Ellen Brandt told reporters that the repair would take at least eight months, and that buses would be sent.",
    "The hall was opened in 1974 and last renovated in 2009, when the roof was insulated and the floor was relaid.",
)
PAGE = "".join(f"<p>{said}</p>" for said in (SAID[0], SAID[1], SAID[0], SAID[2]))
KEPT = "".join(f"<p>{said}</p>" for said in SAID)


@pytest.mark.parametrize(
    "form", ["<story><hed>x</hed><body><![CDATA[{}]]></body></story>", "<story><body>{}</body></story>"]
)
def test_a_page_within_another_language_is_read_as_one(form):
    shown = (lambda said: said) if "CDATA" in form else (lambda said: said.replace("<", "&lt;").replace(">", "&gt;"))
    (review,) = dedupe.check(form.format(shown(PAGE)).encode(), format="xml")
    assert dedupe.clean(review).decode() == form.format(shown(KEPT))


DATA = [
    f'<resources><string name="a">{SAID[0]}</string><string name="b">{SAID[0]}</string></resources>',
    f"<xliff><file><unit><source>{SAID[0]}</source><target>{SAID[0]}</target></unit></file></xliff>",
]


@pytest.mark.parametrize("data", DATA)
def test_values_of_a_data_file_are_for_a_person(data):
    (review,) = dedupe.check(data.encode(), format="xml")
    assert [finding.action for finding in review.findings] == ["review"]


def test_a_paragraph_that_holds_a_footnote_is_for_a_person():
    held = f'<para>{SAID[0]}<footnote id="f"><para>{SAID[2]}</para></footnote></para>'
    data = f"<article><para>{SAID[0]}</para><para>{SAID[1]}</para>{held}</article>"
    (review,) = dedupe.check(data.encode(), format="xml")
    assert dedupe.clean(review).decode() == data.replace(f"<para>{SAID[0]}</para>", "", 1)


REFERRED = [
    '<article><para>{0}</para><para xml:id="p3">{0}</para><para>{1} <xref linkend="p3"/></para></article>',
    '<article><body><p>{0}</p><p id="pp">{0}</p><p>{1} <xref rid="pp">x</xref></p></body></article>',
    '<topic id="t"><body><p>{0}</p><p id="p9">{0}</p><p conref="#t/p9"/></body></topic>',
    '<TEI><text><body><p>{0}</p><p xml:id="a">{0}</p><p>{1} <ref target="#a">x</ref></p></body></text></TEI>',
]


@pytest.mark.parametrize("form", REFERRED)
def test_a_paragraph_that_something_refers_to_stays(form):
    (review,) = dedupe.check(form.format(*SAID).encode(), format="xml")
    tag = "<para>" if "<para>" in form else "<p>"
    first = f"{tag}{SAID[0]}{tag.replace('<', '</')}"
    assert dedupe.clean(review).decode() == form.format(*SAID).replace(first, "", 1)


@pytest.mark.parametrize(
    "form",
    [
        "<xliff><file><body><trans-unit><source>{0}</source><target>{0}</target></trans-unit></body></file></xliff>",
        "<svg><text>{0}</text><text>{0}</text></svg>",
        "<texts><string name='a'>{0}</string><string name='b'>{0}</string></texts>",
        "<products><product><desc2>{0}</desc2></product><product><desc2>{0}</desc2></product></products>",
        "<TEI><text><body><lg><l>{0}</l><l>{0}</l></lg></body></text></TEI>",
    ],
)
def test_data_and_verse_are_never_cut(form):
    reviews = dedupe.check(form.format(SAID[0]).encode(), format="xml")
    assert not [finding for review in reviews for finding in review.findings if finding.safe]


@pytest.mark.parametrize(
    "form",
    [
        "<story><graf>{0}</graf><graf>{1}</graf><graf>{0}</graf></story>",
        "<story><txt>{0}</txt><txt>{1}</txt><txt>{0}</txt></story>",
        "<p>{0}</p>\n<p>{1}</p>\n<p>{0}</p>\n",
        "<story><hed>x</hed><body>{0}\n\n{1}\n\n{0}</body></story>",
        "<TTNITF><body><body.content><p>{0}</p><p>{1}</p><p>{0}</p></body.content></body></TTNITF>",
        "<envelope><nitf><body><body.content><p>{0}</p><p>{1}</p><p>{0}</p></body.content></body></nitf></envelope>",
    ],
)
def test_prose_in_any_words_is_cut(form):
    (review,) = dedupe.check(form.format(*SAID).encode(), format="xml")
    assert [(finding.code, finding.action) for finding in review.findings] == [("exact", "remove")]
    assert dedupe.clean(review).decode().count(SAID[0]) == 1


def test_a_description_beside_the_full_text_is_a_summary():
    text = (
        f"<rss><channel><item><title>t</title><description><![CDATA[<p>{SAID[0]}</p>]]></description>"
        f"<content:encoded><![CDATA[<p>{SAID[0]}</p>]]><![CDATA[<p>{SAID[1]}</p>]]></content:encoded>"
        '<media:content url="x"><media:title>A picture</media:title></media:content></item></channel></rss>'
    )
    (found,) = roles(text)
    assert [one for one in found if one[0] != "headline"] == [
        ("summary", SAID[0]),
        ("body", SAID[0]),
        ("body", SAID[1]),
        ("caption", "A picture"),
    ]


def test_markup_in_a_title_is_no_text():
    assert roles("<article><title>Of <emphasis>bridges</emphasis></title><para>Words of it.</para></article>")[0][
        0
    ] == (
        "headline",
        "Of bridges",
    )


def test_what_stands_in_text_is_inline_and_code_is_no_copy():
    said = (
        f"{SAID[0]} See <link>the <quote>page</quote></link>, <cite><name>x</name></cite>, <option>--no</option> or so."
    )
    page = f"<guide><para>{said}</para><para>{SAID[1]}</para><source>{SAID[1]}</source><para>{said}</para></guide>"
    (review,) = dedupe.check(page.encode(), format="xml")
    assert [finding.code for finding in review.findings if finding.severity == "error"] == ["exact"]
    assert dedupe.clean(review).decode().count("<para>") == 2
