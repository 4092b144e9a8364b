"""Tracked deletions of Word documents: accepted they give the cleaned story, rejected the original; nothing else changes."""

import io
import itertools
import os
import re
import subprocess
import sys
import time
import zipfile
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import needs
import pytest
from cutting import free
from hypothesis import given, settings
from hypothesis import strategies as st
from test_docx import W, document

import dedupe
from dedupe import edit, package, pipeline, source, tracked
from dedupe.formats import split
from dedupe.model import COPY, Cut
from dedupe.settings import Settings
from dedupe.spans import byte_pieces

WHEN = "2026-03-04T05:06:07Z"
TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said."
THIRD = "Fishing boats stayed in the inner basin of the old harbour, and their owners waited."
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHOWN = {"t", "tab", "br", "cr", "noBreakHyphen", "sym", "ptab"}
BOLD = "<w:rPr><w:b/></w:rPr>"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def body(*blocks):
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
        f"{''.join(blocks)}<w:sectPr/></w:body></w:document>"
    )


def run(said, props="", inside=""):
    return f'<w:r>{props}<w:t xml:space="preserve">{escape(said)}</w:t>{inside}</w:r>'


def p(*runs, props=""):
    return f"<w:p>{props}{''.join(runs)}</w:p>"


def local(element):
    return element.tag.rpartition("}")[2]


def canonical(element):
    """Markup of properties without our marks, and without what is left empty then."""
    if element is None:
        return ""
    copy = ET.fromstring(ET.tostring(element))
    for inner in [*copy.iter(), copy]:
        for child in [it for it in inner if local(it) in ("del", "rPr") and not len(it)]:
            inner.remove(child)
    return ET.tostring(copy).decode() if len(copy) else ""


def pieces(element, around, *, accept, everything):
    """What a paragraph shows, each character with the properties and the links that it stands in."""
    name = local(element)
    if name == "del" and accept:
        return
    if name == "r":
        props = canonical(element.find(f"{{{W}}}rPr"))
        for child in element:
            kind = {"delText": "t", "delInstrText": "instrText"}.get(local(child), local(child))
            if kind == "t":
                yield from ((props, around, char) for char in child.text or "")
            elif kind != "rPr" and (everything or kind in SHOWN):
                yield props, around, (kind, tuple(child.attrib.values()), child.text)
        return
    inner = around if name in ("del", "p") else (*around, (name, tuple(element.attrib.values())))
    for child in element:
        if local(child) != "pPr":
            yield from pieces(child, inner, accept=accept, everything=everything)


def read(xml, *, accept=True, everything=False):
    """The paragraphs of a story as a word processor has them, its tracked deletions accepted or rejected."""
    found, carried = [], []
    for block in ET.fromstring(xml).iter(f"{{{W}}}p"):
        props = block.find(f"{{{W}}}pPr")
        carried += pieces(block, (), accept=accept, everything=everything)
        if accept and props is not None and props.find(f"{{{W}}}rPr/{{{W}}}del") is not None:
            continue  # what is left of it goes on in the next
        found.append((canonical(props), carried))
        carried = []
    return [*found, *([("", carried)] if carried else [])]


def deletions(xml):
    return [it for it in ET.fromstring(xml).iter(f"{{{W}}}del") if it.get(f"{{{W}}}author") == "dedupe"]


def numbers(xml):
    return [one.get(f"{{{W}}}id") for one in deletions(xml)]


words = st.sampled_from(
    ["The port ", "closed. ", "A & B", " <said> ", "“so”. ", "港口。", "Kräne\u00a0", "x", "  ", "a. B"]
)
props = st.sampled_from(["", "", BOLD, '<w:rPr><w:rStyle w:val="Emphasis"/><w:i/></w:rPr>', "<w:rPr/>"])
children = st.one_of(
    words.map(lambda said: f'<w:t xml:space="preserve">{escape(said)}</w:t>'),
    words.map(lambda said: f'<w:t xml:space="preserve">{escape(said)}</w:t>'),
    st.sampled_from(["plain", "two words. And more.", "", " edge "]).map(lambda said: f"<w:t>{said}</w:t>"),
    st.sampled_from(
        ["<w:tab/>", "<w:br/>", "<w:cr></w:cr>", "<w:noBreakHyphen/>", "<w:softHyphen/>", "<w:lastRenderedPageBreak/>"]
    ),
    st.sampled_from(
        ["\n  <w:t>spread</w:t>\n  ", "<w:t/>", "<!-- <w:t>no</w:t> -->", '<w:sym w:font="W" w:char="F0"/>']
    ),
)
runs = st.builds(
    lambda props, inside, rsid: f"<w:r{rsid}>{props}{''.join(inside)}</w:r>",
    props,
    st.lists(children, max_size=4),
    st.sampled_from(["", ' w:rsidR="00A1"']),
)
spreads = st.one_of(
    runs,
    runs,
    st.lists(runs, max_size=2).map(lambda some: f'<w:hyperlink r:id="rId7">{"".join(some)}</w:hyperlink>'),
    st.lists(runs, max_size=2).map(lambda some: f'<w:smartTag w:element="place">{"".join(some)}</w:smartTag>'),
    st.builds(
        lambda before, said: (
            f"{FIELD.format('begin')}<w:r>{before}<w:instrText> REF a </w:instrText></w:r>{FIELD.format('separate')}"
            f"{run(said)}{FIELD.format('end')}"
        ),
        props,
        words,
    ),
    st.just('<w:proofErr w:type="spellStart"/>'),
    st.just('<w:del w:id="8" w:author="Desk"><w:r><w:delText>old </w:delText></w:r></w:del>'),
    st.just('<w:moveFrom w:id="9" w:author="dedupe"><w:r><w:t>moved </w:t></w:r></w:moveFrom>'),
    runs.map(lambda one: f'<w:ins w:id="10" w:author="Desk">{one}</w:ins>'),
    st.just(f"{FIELD.format('begin')}<w:r><w:instrText> XE a </w:instrText></w:r>{FIELD.format('end')}"),
    st.just('<w:bookmarkStart w:id="3" w:name="b"/><w:bookmarkEnd w:id="3"/>'),
    st.just('<w:fldSimple w:instr="DATE"><w:r><w:t>Monday</w:t></w:r></w:fldSimple>'),
)
heads = st.sampled_from(
    [
        "",
        "",
        "<w:pPr/>",
        "<w:pPr></w:pPr>",
        '<w:pPr><w:pStyle w:val="BodyText"/></w:pPr>',
        '<w:pPr>\n<w:jc w:val="left"/><w:rPr><w:b/></w:rPr>\n</w:pPr>',
        "<w:pPr><w:rPr/></w:pPr>",
    ]
)
paragraphs = st.builds(lambda head, some: p(*some, props=head), heads, st.lists(spreads, max_size=5))
gaps = st.sampled_from(["", "", "\n  ", "<w:p/>", f"<w:tbl><w:tr><w:tc>{p(run('cell'))}</w:tc></w:tr></w:tbl>"])
stories = st.lists(st.tuples(paragraphs, gaps), min_size=1, max_size=5).map(
    lambda some: body(*itertools.chain.from_iterable(some))
)


def some_cuts(item, article, data):
    """Cuts of any of the paragraphs that may go, and of any characters of others."""
    may = free(article)
    whole = data.draw(st.sets(st.sampled_from(may))) if may else set()
    cuts = edit.removal(item, article, dict.fromkeys(whole))
    for at, one in enumerate(article.paragraphs):
        if one.role in COPY and at not in whole:
            low, middle, high = sorted(data.draw(st.integers(0, len(one.text))) for _ in "abc")
            for edges in ((low, middle), (middle, high)):
                cuts += [Cut(*span, None) for span in byte_pieces(item, one, *edges)]
    return sorted(cut for cut in cuts if cut.start < cut.end)


@settings(max_examples=300)
@given(stories, st.data())
def test_accepted_is_cleaned_and_rejected_is_the_original(xml, data):
    item = source.from_package(document(xml), "a.docx")
    (article,) = split(item, "docx")
    cuts = some_cuts(item, article, data)
    if not cuts:
        return
    cleaned = edit.apply(item.data, cuts)
    after = split(source.from_bytes(cleaned, "a.docx"), "docx")
    story, shown = tracked.deletions(item, cuts, (article,), after, WHEN)
    said = story.data.decode()
    assert read(said) == read(cleaned.decode())
    assert read(said, accept=False, everything=True) == read(xml, accept=False, everything=True)
    assert [one.text for one in shown[0].paragraphs] == [one.text for one in after[0].paragraphs]
    made = deletions(said)
    assert made
    assert len(set(numbers(said))) == len(made)
    assert not set(numbers(said)) & set(re.findall(r'w:id="(\d+)"', xml))
    assert {one.get(f"{{{W}}}date") for one in made} == {WHEN}
    assert not [it for one in made for it in one.iter() if local(it) in ("t", "instrText")]
    touched = [
        one.outer for one in article.paragraphs if any(c.start < one.outer[1] and one.outer[0] < c.end for c in cuts)
    ]
    at = 0
    for start, end in zip([0, *(last for _, last in touched)], [*(first for first, _ in touched), None], strict=True):
        assert (at := story.data.find(item.data[start:end], at)) >= 0


def planned(*blocks, **options):
    """The plan for a story with tracked deletions, and its text then."""
    (review,) = dedupe.check(document(body(*blocks), **options), format="docx")
    plan = pipeline.plan([review], Settings(), tracked=WHEN)
    assert package.story(plan.data, "a.docx") == plan.said
    return plan, plan.said.decode()


def cleaned(*blocks):
    (review,) = dedupe.check(document(body(*blocks)), format="docx")
    return package.story(dedupe.clean(review), "a.docx").decode()


DEL = f'w:author="dedupe" w:date="{WHEN}"'


@pytest.mark.parametrize(
    ("head", "written"),
    [
        ("", '<w:pPr><w:rPr><w:del w:id="1" {}/></w:rPr></w:pPr>'),
        ("<w:pPr/>", '<w:pPr><w:rPr><w:del w:id="1" {}/></w:rPr></w:pPr>'),
        ("<w:pPr><w:rPr/></w:pPr>", '<w:pPr><w:rPr><w:del w:id="1" {}/></w:rPr></w:pPr>'),
        (
            '<w:pPr><w:spacing w:after="9"/><w:rPr><w:b/></w:rPr></w:pPr>',
            '<w:pPr><w:spacing w:after="9"/><w:rPr><w:del w:id="1" {}/><w:b/></w:rPr></w:pPr>',
        ),
        (
            '<w:pPr><w:tabs><w:tab w:val="num"/></w:tabs></w:pPr>',
            '<w:pPr><w:tabs><w:tab w:val="num"/></w:tabs><w:rPr><w:del w:id="1" {}/></w:rPr></w:pPr>',
        ),
    ],
)
def test_the_mark_of_a_paragraph_is_deleted_where_the_schema_has_it(head, written):
    _, said = planned(p(run(TWICE)), p(run(OTHER)), p(run(TWICE), props=head))
    text = f'<w:del w:id="2" {DEL}><w:r><w:delText xml:space="preserve">{TWICE}</w:delText></w:r></w:del>'
    assert said == body(p(run(TWICE)), p(run(OTHER)), f"<w:p>{written.format(DEL)}{text}</w:p>")


SENTENCES = (
    "The bridge is closed because the inspectors of the county found rust on its bearings. ",
    "Two ferries will sail every hour until the works on the bridge are done in the autumn.",
    "The mayor spoke on Monday about the traffic in the old town and promised more buses for the schools. ",
)


def test_a_sentence_is_deleted_from_the_middle_of_its_runs():
    first, again, last = SENTENCES
    blocks = [
        p(run(first), run(again)),
        p(run(OTHER)),
        p(run(last + again[:10], BOLD), run(again[10:30]), run(again[30:] + " He left.")),
    ]
    _, said = planned(*blocks)
    assert said.endswith(
        "".join(
            [
                '<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">',
                last,
                f'</w:t></w:r><w:del w:id="1" {DEL}><w:r><w:rPr><w:b/></w:rPr><w:delText xml:space="preserve">',
                again[:10],
                f'</w:delText></w:r></w:del><w:del w:id="2" {DEL}><w:r><w:delText xml:space="preserve">',
                again[10:30],
                f'</w:delText></w:r></w:del><w:del w:id="3" {DEL}><w:r><w:delText xml:space="preserve">',
                f'{again[30:]} </w:delText></w:r></w:del><w:r><w:t xml:space="preserve">He left.</w:t></w:r></w:p>',
                "<w:sectPr/></w:body></w:document>",
            ]
        )
    )
    assert read(said) == read(cleaned(*blocks))


def linked(said):
    return f'<w:hyperlink r:id="rId7" w:history="1">{run(said)}</w:hyperlink>'


def referring(said):
    instruction = '<w:r><w:instrText xml:space="preserve"> HYPERLINK "https://example.org" </w:instrText></w:r>'
    return f"{FIELD.format('begin')}{instruction}{FIELD.format('separate')}{run(said)}{FIELD.format('end')}"


def test_links_and_fields_are_deleted_with_what_they_show():
    first, again, last = SENTENCES
    blocks = [
        p(run(first), linked(again)),
        p(run(OTHER)),
        p(
            run(last),
            run(again[:10]),
            linked(again[10:20]),
            referring(again[20:30]),
            run(again[30:-6]),
            referring(again[-6:]),
        ),
        p(run(f"{TWICE[:20]}"), linked(TWICE[20:40]), referring(TWICE[40:])),
        p(run(THIRD)),
        p(run(TWICE[:50]), referring(TWICE[50:])),
    ]
    _, said = planned(*blocks)
    assert re.search(f'<w:hyperlink r:id="rId7" w:history="1"><w:del w:id="[0-9]+" {DEL}><w:r><w:delText', said)
    assert said.count("<w:delInstrText") == 3
    assert said.count("<w:instrText") == 1  # of the copy that stays
    assert read(said) == read(cleaned(*blocks))
    assert read(said, accept=False, everything=True) == read(body(*blocks), accept=False, everything=True)


def test_a_field_that_shows_more_than_the_sentence_stays():
    first, again, last = SENTENCES
    for shown in (
        referring(last + again),
        referring(last).replace(f"{last}</w:t></w:r>", f"{last}</w:t></w:r>{run(again)}"),
        run(last)
        + referring(again).replace('<w:t xml:space="preserve">', '<w:tab/><w:t xml:space="preserve">')
        + run(" He left."),
        run(last + again[:9]) + FIELD.format("begin") + FIELD.format("end") + run(again[9:]),
    ):
        _, said = planned(p(run(first), run(again)), p(run(OTHER)), p(shown))
        assert "delInstrText" not in said
        assert read(said, everything=True) == read(
            cleaned(p(run(first), run(again)), p(run(OTHER)), p(shown)), everything=True
        )


def test_a_field_in_a_field_goes_by_itself():
    first, again, last = SENTENCES
    inner = referring(f"{again[:10]}").replace("</w:t>", "</w:t><w:t></w:t>")
    outer = referring(last + "@").replace("@</w:t></w:r>", f"</w:t></w:r>{inner}{run(again[10:])}")
    _, said = planned(p(run(first), run(again)), p(run(OTHER)), p(outer))
    assert said.count("delInstrText") == 2
    assert read(said, everything=True)[-1][1][-1][2] == ("fldChar", ("end",), None)
    assert [one[2] for one in read(said, everything=True)[-1][1] if one[2][0] == "fldChar"] == [
        ("fldChar", (kind,), None) for kind in ("begin", "separate", "end")
    ]


def test_what_shows_nothing_goes_with_what_it_stands_in():
    first, again, last = SENTENCES
    inside = f"<w:t>{again[:9]}</w:t><w:softHyphen/><w:lastRenderedPageBreak/><w:t>{again[9:]}</w:t>"
    _, said = planned(p(run(first), run(again)), p(run(OTHER)), p(run(last), f"<w:r>{inside}</w:r>", run(" He left.")))
    assert len(deletions(said)) == 2  # the run, and the space behind it
    assert "</w:delText><w:softHyphen/><w:lastRenderedPageBreak/><w:delText" in said


def test_nothing_between_the_pieces_of_a_run_is_lost():
    first, again, last = SENTENCES
    text = f"<w:r><!-- one --><w:t>{last}{again} He left.</w:t><!-- two --></w:r>"
    _, said = planned(p(run(first), run(again)), p(run(OTHER)), p(text))
    assert (said.count("<!-- one -->"), said.count("<!-- two -->")) == (1, 1)


def test_any_prefix_and_any_encoding():
    blocks = [p(run(TWICE)), p(run(OTHER)), p(run(TWICE, "", "<w:tab/>"), props="<w:pPr/>")]
    xml = re.sub(r"\bw:", "x:", body(*blocks).replace("xmlns:w", "xmlns:x").replace("UTF-8", "UTF-16"))
    (review,) = dedupe.check(document(xml.encode("utf-16")), format="docx")
    said = pipeline.plan([review], Settings(), tracked=WHEN).said.decode("utf-16")
    assert read(said) == read(body(*blocks[:2]))
    assert read(said, accept=False, everything=True) == read(body(*blocks), accept=False, everything=True)
    assert numbers(said) == ["1", "2"]


def without(xml, choose):
    """A story with some cuts as tracked deletions; `choose` makes them."""
    item = source.from_package(document(xml), "a.docx")
    (article,) = split(item, "docx")
    cuts = choose(item, article)
    after = split(source.from_bytes(edit.apply(item.data, cuts), "a.docx"), "docx")
    return tracked.deletions(item, cuts, (article,), after, WHEN)[0].data.decode()


def characters(*edges):
    """Cuts of characters of the first paragraph."""
    return lambda item, article: [
        Cut(*span, None) for some in edges for span in byte_pieces(item, article.paragraphs[0], *some)
    ]


def test_neighbours_that_go_one_by_one():
    xml = body(*(p(run(it)) for it in (TWICE, OTHER, THIRD)))
    said = without(xml, lambda item, article: edit.removal(item, article, dict.fromkeys([0, 1])))
    assert read(said) == read(body(p(run(THIRD))))
    said = without(body(p(referring("One. Two."), run(" Three."))), characters((0, 5), (5, 9)))
    assert said.count("delInstrText") == 2


def test_what_someone_else_deleted_is_not_deleted_again():
    old = '<w:del w:id="8" w:author="Desk"><w:r><w:delText>old</w:delText></w:r></w:del>'
    field = referring("One.").replace("One.</w:t></w:r>", f"One.</w:t></w:r>{old}")
    said = without(body(p(field, run(" Two."))), characters((0, 4)))
    assert said.count(old) == 1
    assert said.count("delInstrText") == 2
    assert not [
        it for one in ET.fromstring(said).iter(f"{{{W}}}del") for it in one.iter(f"{{{W}}}del") if it is not one
    ]


def test_the_spaces_at_the_edge_of_a_piece_are_kept():
    first, again, last = SENTENCES
    text = f'<w:r><w:t xml:space="default" w:x="1">{last}{again} He left.</w:t></w:r>'
    _, said = planned(p(run(first), run(again)), p(run(OTHER)), p(text))
    assert said.count('w:x="1" xml:space="preserve">') == 3
    plain = f"<w:r><w:t> {TWICE} </w:t></w:r>"  # a word processor shows no such space
    _, said = planned(p(run(TWICE)), p(run(OTHER)), p(plain))
    assert f"<w:delText> {TWICE} </w:delText>" in said


def test_numbers_are_unique_in_all_of_the_document():
    old = '<w:bookmarkStart w:id="1" w:name="b"/><w:bookmarkEnd w:id="1"/>'
    head = f'<w:hdr xmlns:w="{W}"><w:p><w:del w:id="3" w:author="dedupe" w:date="{WHEN}"/></w:p></w:hdr>'
    _, said = planned(p(old, run(TWICE)), p(run(OTHER)), p(run(TWICE)), behind=[("word/header1.xml", head)])
    assert numbers(said) == ["2", "4"]


def test_deletions_that_stand_there_already_are_no_copy_and_stay():
    plan, _ = planned(p(run(TWICE)), p(run(OTHER)), p(run(TWICE)), p(run(THIRD)))
    (again,) = dedupe.check(plan.data, format="docx")
    assert [one.text for one in again.article.paragraphs] == [TWICE, OTHER, THIRD]
    assert again.findings == ()
    assert pipeline.plan([again], Settings(), tracked=WHEN).data == plan.data
    more = plan.said.decode().replace("<w:sectPr/>", f"{p(run(THIRD))}<w:sectPr/>")
    (review,) = dedupe.check(document(more), format="docx")
    said = pipeline.plan([review], Settings(), tracked=WHEN).said.decode()
    assert numbers(said) == ["1", "2", "3", "4"]
    assert [one[1] for one in read(said)] == [
        one[1] for one in read(body(*(p(run(it)) for it in (TWICE, OTHER, THIRD))))
    ]


BUGS = {
    "text-lost": ("_as_deleted", lambda right: lambda *told: right(*told).replace("harbour", "", 1)),
    "nothing-deleted": ("_run", lambda right: lambda text, run, gone, pen: text[run[0].start : run[-1].end]),
    "wrong-half": ("_shares", lambda right: lambda *told: [(not goes, *span) for goes, *span in right(*told)]),
    "text-added": (
        "_unended",
        lambda right: lambda found, pen: (found[0].end, found[0].end, "<w:r><w:t>x</w:t></w:r>"),
    ),
    "not-rejected": ("rejected", lambda right: lambda text, taken: text),
    "rejected-with-a-word-less": ("rejected", lambda right: lambda *told: right(*told).replace("harbour", "", 1)),
    "a-mark-of-another": (
        "rejected",
        lambda right: lambda text, taken: right(text.replace("<w:rPr><w:del", "<w:rPr><w:ins"), taken),
    ),
}


@pytest.mark.parametrize(("name", "bug"), BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_refused(name, bug, monkeypatch):
    first, again, last = SENTENCES
    monkeypatch.setattr(tracked, name, bug(getattr(tracked, name)))
    blocks = [p(run(first), run(again)), p(run(TWICE)), p(run(OTHER)), p(run(TWICE)), p(run(last + again))]
    with pytest.raises(dedupe.DedupeError, match="no tracked deletions made: its markup cannot carry them"):
        planned(*blocks)


def test_markup_without_a_prefix_is_refused_in_a_line():
    xml = body(p(run(TWICE)), p(run(OTHER)), p(run(TWICE))).replace("<w:", "<").replace("</w:", "</")
    (review,) = dedupe.check(document(xml.replace("xmlns:w", "xmlns")), format="docx")
    with pytest.raises(dedupe.DedupeError, match="has no prefix; clean it without --tracked"):
        pipeline.plan([review], Settings(), tracked=WHEN)


STORY = body(p(run(TWICE)), p(run(OTHER)), p(run(TWICE[:40]), run(TWICE[40:])))
KEPT = body(p(run(TWICE)), p(run(OTHER)))


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.docx"
    path.write_bytes(document(STORY, behind=[("x", "y"), ("word/styles.xml", "<w:styles/>")]))
    return path


def clean(cwd, *arguments, stdin=None, env=None):
    return subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "clean", "--tracked", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        input=stdin,
        env={**os.environ, **(env or {})},
        check=False,
    )


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as one:
        return {name: one.read(name) for name in one.namelist()}


def test_write_and_restore(story, tmp_path):
    before = story.read_bytes()
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    ran = clean(tmp_path, "--write", story.name, env={"SOURCE_DATE_EPOCH": ""})
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.decode().split("\n")[0] == "story.docx: 1 cut, as a tracked deletion"
    old, new = members(before), members(story.read_bytes())
    said = new.pop(package.STORY).decode()
    assert old.pop(package.STORY).decode() == STORY
    assert new == old
    assert read(said) == read(KEPT)
    assert read(said, accept=False) == read(STORY)
    assert {one.get(f"{{{W}}}date") >= now for one in deletions(said)} == {True}
    after = story.read_bytes()
    again = clean(tmp_path, "--write", story.name)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")
    assert story.read_bytes() == after
    (manifest,) = (tmp_path / ".dedupe/undo").glob("*.jsonl")
    back = subprocess.run(
        [sys.executable, "-P", "-m", "dedupe", "restore", manifest], cwd=tmp_path, capture_output=True
    )
    assert (back.returncode, back.stderr) == (0, b"story.docx: restored, byte for byte\n")
    assert story.read_bytes() == before


def test_the_preview_is_proven_and_writes_nothing(story, tmp_path):
    before = story.read_bytes()
    ran = clean(tmp_path, story.name)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert ran.stdout.decode() == f"--- story.docx\n+++ story.docx\n@@ -1,3 +1,2 @@\n {TWICE}\n {OTHER}\n-{TWICE}\n"
    assert story.read_bytes() == before


def test_copies_are_the_same_bytes_under_one_source_date(story, tmp_path):
    before = story.read_bytes()
    fixed = {"SOURCE_DATE_EPOCH": "1772600767"}
    assert clean(tmp_path, "--output", "a.docx", story.name, env=fixed).returncode == 0
    assert clean(tmp_path, "--output", "b.docx", "--jobs", "2", story.name, env=fixed).returncode == 0
    piped = clean(tmp_path, "--write", "--format", "docx", "-", stdin=before, env=fixed)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes() == piped.stdout
    assert story.read_bytes() == before
    made = deletions(members(piped.stdout)[package.STORY])
    assert {one.get(f"{{{W}}}date") for one in made} == {WHEN}


@pytest.mark.parametrize("said", ["soon", "9" * 30, "-" + "9" * 30])
def test_an_odd_source_date_is_one_plain_line(story, tmp_path, said):
    ran = clean(tmp_path, "--write", story.name, env={"SOURCE_DATE_EPOCH": said})
    assert ran.returncode == 2
    assert ran.stderr.decode() == (
        f"error: SOURCE_DATE_EPOCH is {said}: no time in seconds since 1970; set it to one, or not\n"
    )
    assert package.story(story.read_bytes(), "a.docx").decode() == STORY


@pytest.mark.parametrize("said", [f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n", f"{OTHER}\n", ""], ids=["twice", "once", "empty"])
@pytest.mark.parametrize("options", [["--write"], ["--output", "copies"], []], ids=["write", "output", "preview"])
def test_a_file_that_is_no_document_is_refused_and_the_others_are_done(story, tmp_path, said, options):
    (tmp_path / "a.txt").write_text(said)
    ran = clean(tmp_path, *options, "a.txt", story.name)
    assert ran.returncode == 2
    assert ran.stderr.decode().startswith(
        "error: a.txt: is no Word document, so nothing can be tracked in it; clean it without --tracked\n"
    )
    assert (tmp_path / "a.txt").read_text() == said
    assert not (tmp_path / "copies/a.txt").exists()
    if options:
        done = tmp_path / ("copies/story.docx" if "--output" in options else "story.docx")
        assert read(package.story(done.read_bytes(), "a.docx")) == read(KEPT)
    else:
        assert ran.stdout.startswith(b"--- story.docx")


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Settle" script:language="StarBasic">
Sub Settle(story, how, target)
 Dim hidden(0) As New com.sun.star.beans.PropertyValue
 hidden(0).Name = "Hidden"
 hidden(0).Value = True
 doc = StarDesktop.loadComponentFromURL(story, "_blank", 0, hidden())
 helper = createUnoService("com.sun.star.frame.DispatchHelper")
 helper.executeDispatch(doc.CurrentController.Frame, ".uno:" &amp; how &amp; "AllTrackedChanges", "", 0, Array())
 Dim filter(0) As New com.sun.star.beans.PropertyValue
 filter(0).Name = "FilterName"
 filter(0).Value = "OpenDocument Text Flat XML"
 doc.storeToURL(target, filter())
 doc.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Settle"/></library:library>
"""


def office(folder, *arguments):
    subprocess.run(
        [needs.command("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless", *arguments],
        check=True,
        capture_output=True,
        timeout=240,
    )


def settled(folder, name, how):
    """What an office program makes of a document once all changes in it are accepted, or rejected."""
    basic = folder / "profile/user/basic/Standard"  # the first run has made it
    (basic / "script.xlb").write_text(LIBRARY)
    (basic / "Settle.xba").write_text(MACRO)
    target = folder / f"{name}-{how}.fodt"
    call = f'"file://{folder}/{name}.docx","{how}","file://{target}"'
    office(folder, f"macro:///Standard.Settle.Settle({call})")
    return ET.parse(target)


TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def lines(tree):
    """The paragraphs of an OpenDocument text, each with those of its pieces that are bold."""
    bold = {
        one.get(f"{STYLE}name")
        for one in tree.iter(f"{STYLE}style")
        for it in one.iter(f"{STYLE}text-properties")
        if it.get(f"{FO}font-weight") == "bold"
    }
    found = []
    for one in tree.find(f".//{OFFICE}text").iter(f"{TEXT}p"):
        strong = "".join(
            "".join(it.itertext()) for it in one.iter(f"{TEXT}span") if it.get(f"{TEXT}style-name") in bold
        )
        found.append(("".join(one.itertext()), strong))
    return [one for one in found if one[0]]


@pytest.mark.long
def test_an_office_program_shows_accepts_and_rejects_them(tmp_path):
    first, again, last = SENTENCES
    table = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>{p(run('Cell'))}</w:tc></w:tr></w:tbl>"
    blocks = [
        p(run(first), run(again)),
        p(run(TWICE)),
        p(run(THIRD)),
        p(run(OTHER)),
        p(run(last + again[:10], BOLD), run(again[10:30]), referring(again[30:60]), run(f"{again[60:]} He left.")),
        p(run(TWICE[:20], BOLD), run(TWICE[20:])),
        p(run(THIRD[:-20]), run(THIRD[-20:])),
        table,
        p(run("The last paragraph of the story says that the harbour will open again on Friday morning.")),
        p(run(OTHER, BOLD), props='<w:pPr><w:jc w:val="center"/></w:pPr>'),
    ]
    plan, _ = planned(*blocks)
    old = plan.source.file
    (review,) = dedupe.check(old, format="docx")
    for name, data in {"tracked": plan.data, "old": old, "cleaned": dedupe.clean(review)}.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    office(
        tmp_path,
        "--convert-to",
        "fodt",
        "--outdir",
        str(tmp_path),
        *(str(tmp_path / f"{it}.docx") for it in ("old", "cleaned", "tracked")),
    )
    shown = ET.parse(tmp_path / "tracked.fodt")
    assert {one.text for one in shown.iter("{http://purl.org/dc/elements/1.1/}creator")} == {"dedupe"}
    assert len(list(shown.iter(f"{TEXT}deletion"))) >= 3
    assert lines(settled(tmp_path, "tracked", "Accept")) == lines(ET.parse(tmp_path / "cleaned.fodt"))
    assert lines(settled(tmp_path, "tracked", "Reject")) == lines(ET.parse(tmp_path / "old.fodt"))
