"""HTML: what counts as text, which element goes with a paragraph, and cuts that leave the others as they were."""

from html.parser import HTMLParser

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
    f"<p class=lead>{COPY},\n  and <b>the mayor</b> asked drivers to use the <a href='/@'>ferry</a>.</p>",
    f"<p>{COPY}",
    f"<div><p>{COPY}</p></div>",
    f"<div>{COPY}</div>",
    f"{COPY}<br><br>{COPY} again<br/>\n<br>",
    f"<ul><li>{COPY}</li><li>short @</li><li><p>{COPY} too</p></li></ul>",
    f"<ol>\n  <li>{COPY}\n  <li>{COPY} one more\n</ol>",
    f"<ul><li>{COPY}<ul><li>nested {COPY}</li></ul></li></ul>",
    f"<blockquote><p>{COPY}</p></blockquote>",
    "<h2>Heading @</h2>",
    "<table><tr><td>@</td><td>2</td></tr></table>",
    "<script>if (a < @) { document.write('<p>no</p>') }</script>",
    "<style>p > b { }</style>",
    "<!-- <p>comment @</p> -->",
    "<hr>",
    f"<p><em>{COPY}</p>",
    f"<b><p>{COPY}</p></b>",
    "<p></p>",
    f"<p>&ldquo;{COPY}&rdquo; &amp; more&nbsp;words</p>",
    f"<p>{COPY}<img src='@.jpg'></p>",
    "<figure><img src=@.jpg><figcaption>The bridge @</figcaption></figure>",
    f"<section><h3>Part @</h3><p>{COPY}</p></section>",
    "Loose words @",
    "</div>",
    "<pre>code  @\n\n</pre>",
    f"<dl><dt>Term @</dt><dd>{COPY}</dd></dl>",
    f"<p id=p@>{COPY}</p><a href='#p@'>see</a>",
    f"<p>{COPY}<o:p></o:p><![if !supportLists]>&#8226;<![endif]></p>",
]
blocks = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40), st.sampled_from(["\n", "", "\n\n", " ", "\n   "])),
    min_size=1,
    max_size=9,
)
shells = st.sampled_from(
    [("", ""), ("<!DOCTYPE html>\n<html><head><title>Page</title></head><body>\n", "</body></html>\n")]
)


def page(parts, shell=("", "")):
    return shell[0] + "".join(block.replace("@", str(number)) + gap for block, number, gap in parts) + shell[1]


def article_of(text):
    item = source.from_bytes(text.encode(), "page.html")
    (article,) = split(item, "html")
    return item, article


class Words(HTMLParser):
    """All text but that of scripts, styles and comments, by the parser of the standard library."""

    def __init__(self):
        super().__init__()
        self.said, self.off = [], 0

    def handle_starttag(self, tag, attrs):
        self.off += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.off -= tag in ("script", "style")

    def handle_data(self, data):
        self.said += [] if self.off else [data]


@given(blocks, shells, st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, shell, line_end, data):
    item, article = article_of(page(parts, shell).replace("\n", line_end))
    spans_read_as_text(item, article)
    stays_whole(item, "html", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


@given(blocks, shells)
def test_every_word_is_in_a_paragraph(parts, shell):
    text = page(parts, shell)
    words = Words()
    words.feed(text)
    words.close()
    _, article = article_of(text)
    found = "".join("".join(one.text for one in article.paragraphs).split())
    assert found == "".join("".join(words.said).split())


@given(blocks, shells, st.data())
def test_tags_stay_in_pairs(parts, shell, data):
    item, article = article_of(page(parts, shell))
    some = free(article)
    if not some:
        return
    after, _ = without(item, 0, data.draw(st.sets(st.sampled_from(some), min_size=1)), "html")
    for name in (b"b", b"em", b"a", b"div", b"ul", b"table", b"section"):
        before = item.data.count(b"<%s>" % name) + item.data.count(b"<%s " % name) - item.data.count(b"</%s>" % name)
        assert after.count(b"<%s>" % name) + after.count(b"<%s " % name) - after.count(b"</%s>" % name) == before


def roles(text):
    return [(one.role.value, one.text) for one in article_of(text)[1].paragraphs]


def test_a_page_with_everything():
    long = "The council closed the old bridge after the inspection on Monday"
    text = (
        "<!DOCTYPE html><html><head><title>Bridge</title><script>x</script></head><body>"
        f"<nav><a href=/>Home</a></nav><main><h1>Bridge closed</h1><p>{long}.</p>"
        f"<ul><li>short<li>{long}</ul><blockquote>{long}</blockquote><pre>code</pre>"
        "<table><tr><td>c<td>d</table><figure><figcaption>The bridge</figcaption></figure>"
        f"<aside>{long}</aside><div class='related-links'>{long}</div><p hidden>{long}</p></main>"
        f"<p>{long}</p><footer>All rights reserved</footer>"
    )
    assert roles(text) == [
        ("headline", "Bridge"),
        ("promo", "Home"),
        ("headline", "Bridge closed"),
        ("body", f"{long}."),
        ("row", "short"),
        ("item", long),
        ("quote", long),
        ("code", "code"),
        ("table", "c"),
        ("table", "d"),
        ("caption", "The bridge"),
        ("note", long),
        ("promo", long),
        ("promo", long),
        ("promo", long),
        ("promo", "All rights reserved"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<p>Words of a paragraph that <b>do not end here at all.</p>",
        "<p id=here>Words of a paragraph to which a link leads now.</p><a href=#here>see</a>",
        "<p>Words of a paragraph that holds a film: <video src=a></video></p>",
        "<dl><dt>Term</dt><dd>Words that say what the term before them means.</dd></dl>",
        "<p>Words of a form: <input name=a> with something to fill in.</p>",
    ],
)
def test_what_only_a_person_can_cut(text):
    _, article = article_of(text)
    long = [at for at, one in enumerate(article.paragraphs) if len(one.text.split()) > 3]
    assert long
    assert not set(long) & set(free(article))


def test_a_row_goes_with_its_element_and_its_line():
    long = "A row of the list that is long enough to be copy"
    item, _ = article_of(f"<ul>\n  <li><p>{long} one.</p></li>\n  <li><p>{long} two.</p></li>\n</ul>\n")
    after, _ = without(item, 0, [1], "html")
    assert after.decode() == f"<ul>\n  <li><p>{long} one.</p></li>\n</ul>\n"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<p>",
        "<b>",
        "</",
        "<!--",
        "<![CDATA[",
        "<?",
        "&",
        "&amp",
        '<a b="',
        "<a b='",
        "<li>",
        "<table>",
        "<br>",
        "<br><br>x",
        "<p id=a>",
        "<header>",
        "<article>x",
        "<!",
        "<div>",
        "x &lt; ",
        "<script>",
        "<title>",
        "<svg>",
    ],
)
def test_odd_runs_take_linear_time_or_are_refused(piece):
    for text in (piece * 30_000, (piece + "\n") * 10_000, piece * 30_000 + ">"):
        try:
            article_of(text)
        except source.DedupeError as error:
            assert "\n" not in error.message


A, B, C, D, E = (
    "The city council voted late on Tuesday to close the swimming hall at Lake Street, after engineers found cracks there.",
    "Mayor Ellen Brandt told reporters that the repair would take at least eight months and that buses would be sent.",
    "The hall was opened in 1974 and last renovated in 2009, when the roof was insulated and the floor was relaid.",
    "Swimming clubs said they had not been consulted and asked for other pools on weekday evenings during the winter.",
    "Construction company Holm and Sons will begin the work in March, according to a contract that was published.",
)


def filled(text):
    for sign, said in zip("ABCDE", (A, B, C, D, E), strict=True):
        text = text.replace(f"@{sign}", said)
    return text


def cleaned(text):
    reviews = dedupe.check(filled(text).encode(), format="html")
    return dedupe.clean(reviews).decode() if reviews else filled(text)


def told(text):
    return [(one.role.value, one.text) for article in stories(text) for one in article.paragraphs]


def stories(text):
    return split(source.from_bytes(filled(text).encode(), "page.html"), "html")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ('class="image__caption"', "caption"),
        ('class="image-caption"', "caption"),
        ('class="wp-caption-text"', "caption"),
        ('class="site-nav"', "promo"),
        ('class="entry-related"', "promo"),
        ('class="articleRelated"', "promo"),
        ('class="card--related"', "promo"),
        ('id="related"', "promo"),
        ('id="cookie-consent"', "promo"),
        ('role="navigation"', "promo"),
        ('class="has-sidebar"', "body"),
        ('class="post category-newsletter"', "body"),
        ('class="layout--sidebar"', "body"),
        ('class="field-type-text-with-summary"', "body"),
        ('class="story-body"', "body"),
        ('class="paywall"', "body"),
    ],
)
def test_a_part_is_what_its_name_says(name, role):
    assert told(f"<div {name}>@A</div><p>@B</p>")[0] == (role, A)


def test_a_wrapper_that_holds_the_whole_story_is_not_what_it_is_called():
    for wrapper in ('<div class="main-nav">', '<form id="aspnetForm">', '<div class="content-summary">'):
        paragraphs = "".join(f"<p>@{sign}</p>" for sign in "ABCDE")
        end = "</form>" if "form" in wrapper else "</div>"
        assert {role for role, _ in told(f"{wrapper}{paragraphs}{end}")} == {"body"}


SOUP = [
    '<div class="item"><a href="/1"><h3>x</h3><p>@A</p></a></div><div id="text"><h1>Pool</h1><p>@A</p><p>@B</p></div>',
    (
        '<html><body><div class="item"><h3><a href="/1">x</a></h3><p>@A</p></div><div class="item"><h3><a href="/2">y</a>'
        '</h3><p>@D</p></div><div id="text"><h1>Pool</h1><p>@A</p><p>@B</p><p>@C</p><p>@E</p></div></body></html>'
    ),
    (
        '<html><body><div class="box"><p>@A</p></div><div id="text"><h1>Pool</h1><p>@A</p><p>@B</p><p>@C</p><p>@D</p>'
        "<p>@E</p></div></body></html>"
    ),
]


@pytest.mark.parametrize("text", SOUP)
def test_what_stands_around_the_densest_part_is_no_copy(text):
    assert [role for role, said in told(text) if said == A] == ["promo", "body"]
    assert cleaned(text) == filled(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>@A</p><div><p>@B</p><p>@C</p></div>",
        "<html><body><div><p>@A</p></div><div><p>@B</p><p>@C</p><p>@D</p><p>@E</p></div></body></html>",
        "<html><body><h1>T</h1><div class=intro><p>@A</p></div><div class=text><p>@B</p><p>@C</p><p>@D</p><p>@E</p></div></body></html>",
        "<html><body><div class=a><p>@A</p><p>@B</p></div><div class=b><p>@C</p><p>@D</p></div></body></html>",
    ],
)
def test_where_no_part_plainly_is_the_story_all_is(text):
    assert "promo" not in {role for role, _ in told(text)}


def test_several_articles_are_several_stories():
    text = "".join(f"<article><h2>h</h2><p>@{sign}</p><p>@B</p></article>" for sign in "ACD")
    assert [article.key for article in stories(text)] == ["1", "2", "3"]
    assert cleaned(text) == filled(text)


def test_teasers_and_comments_that_are_articles_are_none():
    card = '<article><h3><a href="/1">x</a></h3><p>@A</p></article>'
    (article,) = stories(f"<article><h1>Pool</h1><p>@A</p><p>@B</p><p>@C</p>{card}{card}</article>{card}")
    assert [one.role.value for one in article.paragraphs if one.text == A] == ["body", "promo", "promo", "promo"]


CUT = [
    (
        (
            "<!-- wp:paragraph -->\n<p>@A</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>@B</p>\n<!-- /wp:paragraph -->\n\n"
            '<!-- wp:paragraph {"align":"left"} -->\n<p>@A</p>\n<!-- /wp:paragraph -->\n'
        ),
        "<!-- wp:paragraph -->\n<p>@A</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>@B</p>\n<!-- /wp:paragraph -->\n",
    ),
    ("<p>@A</p><p>@B</p><section><p>@B</p></section><p>@C</p>", "<p>@A</p><p>@B</p><p>@C</p>"),
    (
        "<table><tr><td>@A<br><br>@B<br><br>@A<br><br>@C</td></tr></table>",
        "<table><tr><td>@A<br><br>@B<br><br>@C</td></tr></table>",
    ),
    ("<pre>@A\n\n@B\n\n@A\n\n@C</pre>", "<pre>@A\n\n@B\n\n@C</pre>"),
    (
        '<b id="docs-internal-guid-1"><p>@A</p><p>@B</p><p>@A</p></b>',
        '<b id="docs-internal-guid-1"><p>@A</p><p>@B</p></b>',
    ),
    ("<font>@A<br><br>@B<br><br>@A<br><br>@C</font>", "<font>@A<br><br>@B<br><br>@C</font>"),
    (
        "<app-root><span><p>@A</p></span><p>@B</p><p>@A</p></app-root>",
        "<app-root><span><p>@A</p></span><p>@B</p></app-root>",
    ),
    (
        "<p>@A</p>\n<p>&nbsp;</p>\n<p>@B</p>\n<p>&nbsp;</p>\n<p>@A</p>\n<p>&nbsp;</p>\n<p>@C</p>",
        "<p>@A</p>\n<p>&nbsp;</p>\n<p>@B</p>\n<p>&nbsp;</p>\n<p>@C</p>",
    ),
    (
        "<p>@A</p><p id=s1>@A</p><p>@B <a href='page.html#s1'>x</a></p>",
        "<p id=s1>@A</p><p>@B <a href='page.html#s1'>x</a></p>",
    ),
    (
        "<p>@A</p><p>@B</p><details><summary>s</summary><p>@A</p></details>",
        "<p>@B</p><details><summary>s</summary><p>@A</p></details>",
    ),
]


@pytest.mark.parametrize(("before", "after"), CUT)
def test_a_repeat_goes_with_what_is_its_own(before, after):
    assert cleaned(before) == filled(after)


@pytest.mark.parametrize("text", [filled(one) for pair in CUT for one in pair] + [filled(one) for one in SOUP])
def test_each_paragraph_in_turn_leaves_the_others(text):
    item = source.from_bytes(text.encode(), "page.html")
    for at in range(len(text)):
        stays_whole(item, "html", lambda some, at=at: some[at : at + 1])
        if all(at >= len(free(article)) for article in split(item, "html")):
            break


def test_code_that_is_preformatted_stays_code():
    assert told("<pre>def f(x):\n    return x\n\n# @A\n</pre>")[0][0] == "code"


def test_many_nested_names_and_articles_take_linear_time():
    for piece in (
        '<div class="nav">x',
        "<article>x",
        "<article><p>x</p>",
        "<b><p>x",
        "<!-- wp:group -->x",
        '<a href="x"><p>x',
    ):
        article_of_many = split(source.from_bytes((piece * 20_000).encode(), "page.html"), "html")
        assert article_of_many


def test_a_part_that_is_the_page_whatever_it_is_called_stays_so():
    told = [f"The {which} of the paragraphs that a reader without pictures is told." for which in "abcde"]
    five = '<div class="sidebar">\n' + "\n".join(f"<p>{one}</p>" for one in told) + "\n</div>\n"
    six = five.replace("</div>", "<p>A sixth one, so that any one of them may go and five are left.</p></div>")
    for page, cuttable in ((five, 0), (six, 6)):
        item = source.from_bytes(page.encode(), "a.html")
        (article,) = split(item, "html")
        assert all(one.role.value == "body" for one in article.paragraphs)
        assert len(free(article)) == cuttable
        for at in free(article):
            stays_whole(item, "html", lambda _, at=at: [at])
