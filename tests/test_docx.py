"""Word documents: one member changes, every other byte stays, and office programs still open them."""

import io
import os
import subprocess
import warnings
import zipfile
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import needs
import pytest
from cutting import free, spans_read_as_text, stays_whole, without
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import package, source
from dedupe.formats import split

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def paragraph(*runs, style="", inside=""):
    said = "".join(f'<w:r><w:t xml:space="preserve">{escape(run)}</w:t></w:r>' for run in runs)
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{said}{inside}</w:p>"


def body(*paragraphs):
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}"><w:body>'
        f"{''.join(paragraphs)}<w:sectPr/></w:body></w:document>"
    )


def document(xml, *, before=(), behind=(), method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that stands twice
        for name, said in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), *before):
            made.writestr(name, said)
        made.writestr("word/document.xml", xml)
        for name, said in behind:
            made.writestr(name, said)
    return packed.getvalue()


BLOCKS = [
    paragraph(COPY + "."),
    paragraph(COPY[:30], COPY[30:] + ", & ", "<it> said “so”."),
    paragraph("Heading @", style="Heading1"),
    paragraph(COPY, style="ListParagraph"),
    paragraph(""),
    "<w:p/>",
    f"<w:tbl><w:tr><w:tc>{paragraph(COPY)}</w:tc></w:tr></w:tbl>",
    paragraph(COPY, inside='<w:bookmarkStart w:id="@" w:name="b@"/><w:bookmarkEnd w:id="@"/>'),
    paragraph(COPY, inside='<w:bookmarkStart w:id="@" w:name="b@"/>'),
    paragraph(COPY, inside='<w:r><w:footnoteReference w:id="@"/></w:r>'),
    paragraph(COPY, inside="<w:r><w:tab/><w:t>more</w:t><w:br/></w:r>"),
    paragraph(COPY, inside="<w:r><w:tab></w:tab><w:t>more</w:t><w:br></w:br></w:r>"),
    paragraph(COPY, inside=f"<w:r><w:pict><w:txbxContent>{paragraph('In a box')}</w:txbxContent></w:pict></w:r>"),
    f"<w:sdt><w:sdtContent>{paragraph(COPY)}</w:sdtContent></w:sdt>",
    paragraph(COPY, inside='<w:ins w:id="1" w:author="x"><w:r><w:t> added</w:t></w:r></w:ins>'),
]
blocks = st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(1, 40)), min_size=1, max_size=8)


def many(parts):
    return body(*(block.replace("@", str(number)) for block, number in parts))


@given(blocks, st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, data):
    item = source.from_bytes(many(parts).encode(), "document.xml")
    (article,) = split(item, "docx")
    spans_read_as_text(item, article)
    stays_whole(item, "docx", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())
    some = free(article)
    if some:
        after, _ = without(item, 0, some, "docx")
        ET.fromstring(after)


@given(
    blocks,
    st.lists(
        st.tuples(st.sampled_from(["word/a.xml", "b.bin", "é.txt"]), st.binary(max_size=300)),
        max_size=3,
        unique_by=lambda one: one[0],
    ),
    st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]),
)
def test_every_other_member_keeps_its_bytes(parts, others, method):
    old = document(many(parts), before=others[:1], behind=others[1:], method=method)
    words = many(parts[:1]).encode()
    new, changes = package.replaced(old, words, "a.docx")
    with zipfile.ZipFile(io.BytesIO(old)) as one, zipfile.ZipFile(io.BytesIO(new)) as two:
        assert two.testzip() is None
        assert one.namelist() == two.namelist()
        for name in one.namelist():
            assert two.read(name) == (words if name == package.STORY else one.read(name))
    back, at = b"", 0
    for change in changes:
        back += new[at : change.offset] + change.old
        at = change.offset + change.size
    assert back + new[at:] == old


def roles(*paragraphs):
    (article,) = split(source.from_bytes(body(*paragraphs).encode(), "document.xml"), "docx")
    return [(one.role.value, one.text) for one in article.paragraphs]


def test_roles_of_styles_tables_and_lists():
    long = "The council closed the old bridge after the inspection on Monday"
    listed = '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>'
    assert roles(
        paragraph("Bridge closed", style="Title"),
        paragraph("By Ana Bell"),
        paragraph(long + "."),
        paragraph("What now", style="berschrift2"),
        f"{listed}{long}</w:t></w:r></w:p>",
        f"{listed}short</w:t></w:r></w:p>",
        paragraph(long, style="IntenseQuote"),
        paragraph(long, style="Caption"),
        f"<w:tbl><w:tr><w:tc>{paragraph('c')}</w:tc></w:tr></w:tbl>",
    ) == [
        ("headline", "Bridge closed"),
        ("byline", "By Ana Bell"),
        ("body", long + "."),
        ("heading", "What now"),
        ("item", long),
        ("row", "short"),
        ("quote", long),
        ("caption", long),
        ("table", "c"),
    ]


TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said."


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.docx"
    path.write_bytes(
        document(body(paragraph(TWICE), paragraph(OTHER), paragraph(TWICE[:40], TWICE[40:])), behind=[("x", "y")])
    )
    return path


def dedupe_command(*arguments, cwd):
    return subprocess.run(
        [os.sys.executable, "-P", "-m", "dedupe", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_clean_and_restore(story, tmp_path):
    before = story.read_bytes()
    shown = dedupe_command("check", story.name, cwd=tmp_path)
    assert shown.returncode == 1
    assert "Cut the second (paragraph 3)" in " ".join(shown.stdout.split())
    assert f"-{TWICE}\n" in dedupe_command("clean", story.name, cwd=tmp_path).stdout
    assert story.read_bytes() == before
    assert dedupe_command("clean", "--write", story.name, cwd=tmp_path).returncode == 0
    assert zipfile.ZipFile(story).read("x") == b"y"
    assert [one.text for one in dedupe.check(story)[0].article.paragraphs] == [TWICE, OTHER]
    (manifest,) = (tmp_path / ".dedupe/undo").glob("*.jsonl")
    restored = dedupe_command("restore", manifest, cwd=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert story.read_bytes() == before


def test_a_sentence_goes_from_all_the_runs_it_stands_in():
    again = "Two ferries will sail every hour until the works on the bridge are done in the autumn."
    xml = body(
        paragraph(
            "The bridge is closed because the inspectors of the county found rust on its bearings. ",
            again[:20],
            again[20:],
        ),
        paragraph(OTHER),
        paragraph(
            "The mayor spoke on Monday about the traffic in the old town and promised more buses for the schools. ",
            again[:33],
            again[33:],
        ),
    )
    (review,) = dedupe.check(document(xml), format="docx")
    data = dedupe.clean(review)
    (article,) = (one.article for one in dedupe.check(data, format="docx"))
    assert sum(again in one.text for one in article.paragraphs) == 1
    ET.fromstring(package.story(data, "a.docx"))


def test_a_tab_goes_whole_however_it_is_written():
    again = "Two ferries will sail every hour until the works on the bridge are done in the autumn."
    tab = "<w:r><w:tab></w:tab></w:r>"
    xml = body(
        paragraph("The bridge is closed because the inspectors of the county found rust on its bearings. ", again),
        paragraph(OTHER),
        paragraph("The mayor spoke on Monday about the traffic in the old town. ", again[:16], inside=tab),
    ).replace(f"{tab}</w:p>", f"{tab}<w:r><w:t>{again[17:]}</w:t></w:r></w:p>")
    (review,) = dedupe.check(document(xml), format="docx")
    said = package.story(dedupe.clean(review), "a.docx")
    assert said.count(b"ferries") == 1
    assert b"tab>" not in said
    ET.fromstring(said)


def test_a_change_of_paragraph_properties_is_for_a_person():
    changed = paragraph(TWICE).replace(
        "<w:p>", '<w:p><w:pPr><w:pPrChange w:id="1" w:author="Desk"><w:pPr/></w:pPrChange></w:pPr>'
    )
    (review,) = dedupe.check(document(body(changed, paragraph(OTHER), changed)), format="docx")
    assert [one.bound for one in review.article.paragraphs] == [
        "it holds tracked changes",
        "",
        "it holds tracked changes",
    ]
    assert [one.action for one in review.findings] == ["review"]


def test_a_signed_document_is_refused(story, tmp_path):
    with zipfile.ZipFile(story, "a") as made:
        made.writestr("_xmlsignatures/sig1.xml", "<s/>")
    run = dedupe_command("clean", "--write", story.name, cwd=tmp_path)
    assert run.returncode == 2
    assert "it is signed" in run.stderr


SPACER = "<w:p/>"
TURNED = '<w:r><w:br w:type="page"/></w:r>'
SAID = [
    "The council closed the bridge on Monday after an inspection of the western pier found two long cracks below the water line.",
    "Mayor Ellen Brandt told reporters that traffic would be sent over the old ferry road until the summer at the very least.",
    "Shopkeepers in the lower town said they had not been asked, and wanted buses on weekday evenings for their customers there.",
]
ONE, TWO, THREE = map(paragraph, SAID)


def cell(*paragraphs):
    return f"<w:tc>{''.join(paragraphs)}</w:tc>"


LAID_OUT = [  # what a document holds, and what is left of it when one of two equal paragraphs goes
    ([ONE, SPACER, TWO, SPACER, ONE, SPACER, THREE], [ONE, SPACER, TWO, SPACER, THREE]),
    ([ONE, TWO, "<w:p><w:pPr/></w:p>", ONE, "<w:p></w:p>", THREE], [ONE, TWO, "<w:p><w:pPr/></w:p>", THREE]),
    ([ONE, TWO, ONE, SPACER, THREE], [ONE, TWO, SPACER, THREE]),
    ([ONE, TWO, paragraph(SAID[0], inside=TURNED), THREE], [TWO, paragraph(SAID[0], inside=TURNED), THREE]),
    ([cell(ONE, TWO, ONE, THREE), TWO[:0]], [cell(ONE, TWO, THREE)]),
    ([cell(ONE, TWO), cell(ONE)], [cell(TWO), cell(ONE)]),
    ([cell(ONE), cell(ONE)], [cell(ONE), cell(ONE)]),
]


@pytest.mark.parametrize(("held", "left"), LAID_OUT)
def test_what_goes_with_a_paragraph_and_what_it_holds_up(held, left):
    (review,) = dedupe.check(document(body(*held)), format="docx")
    assert zipfile.ZipFile(io.BytesIO(dedupe.clean(review))).read(package.STORY).decode() == body(*left)


UNSURE = [
    f'<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>{SAID[0]}</w:t></w:r></w:ins></w:p>',
    f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{SAID[0]}</w:t></w:r></w:p>",
]


@pytest.mark.parametrize("unsure", UNSURE)
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_not_accepted_or_hidden_never_stands_in_for_what_is_seen(unsure, turned):
    held = [unsure, TWO, ONE, THREE] if turned else [ONE, TWO, unsure, THREE]
    (review,) = dedupe.check(document(body(*held)), format="docx")
    assert [finding.action for finding in review.findings] == ["review"]


def test_what_is_said_not_to_be_hidden_is_seen():
    shown = f'<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>{SAID[0]}</w:t></w:r></w:p>'
    (review,) = dedupe.check(document(body(shown, TWO, ONE, THREE)), format="docx")
    assert [finding.action for finding in review.findings] == ["remove"]


def test_prose_in_letters_of_one_width_is_copy():
    made = [paragraph(said, style="PreformattedText") for said in (*SAID, "if x: return y", SAID[0])]
    (review,) = dedupe.check(document(body(*made)), format="docx")
    assert [one.role for one in review.article.paragraphs] == ["body", "body", "body", "code", "body"]
    assert [finding.code for finding in review.findings] == ["exact"]


def test_the_package_says_where_its_story_is():
    other = RELATIONS.replace("document.xml", "document2.xml")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, said in (("_rels/.rels", other), ("word/document2.xml", body(ONE, TWO, ONE, THREE))):
            packed.writestr(name, said)
    (review,) = dedupe.check(made.getvalue(), format="docx")
    cleaned = zipfile.ZipFile(io.BytesIO(dedupe.clean(review)))
    assert cleaned.read("word/document2.xml").decode() == body(ONE, TWO, THREE)
    assert cleaned.read("_rels/.rels").decode() == other


def bomb():
    return document(body(paragraph("a " * 40_000_000)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 no package", "not a whole Word document"),
        (b"plain text", "not a whole Word document"),
        (b"", "not a whole Word document"),
        (document(body(paragraph("a")))[:-40], "not a whole Word document"),
        (document("x", before=[("word/document.xml", "y")]), "more than one"),
        (document("<w:document/>"), None),
        (document("<w:document>"), "its text is broken"),
        (document(body("<w:p><w:r><w:t>a</w:r></w:t></w:p>")), "its text is broken"),
        (document(f'<!DOCTYPE x [<!ENTITY y "z">]>{body(paragraph("a"))[55:]}'), "declares a DOCTYPE"),
        (b"\xd0\xcf\x11\xe0 an old Word file", "not a whole Word document"),
    ],
)
def test_what_is_no_document_is_refused_in_a_line(data, said):
    try:
        found = dedupe.check(data, format="docx")
    except dedupe.DedupeError as error:
        assert said is not None
        assert said in error.message
        assert "\n" not in error.message
    else:
        assert said is None
        assert found[0].article.paragraphs == ()


def test_a_bomb_is_not_unpacked():
    with pytest.raises(dedupe.DedupeError, match="unpacks to more than 100 times its size"):
        dedupe.check(bomb(), format="docx")


@pytest.mark.long
def test_an_office_program_opens_what_is_left(story, tmp_path):
    office = needs.command("soffice")
    story.write_bytes(dedupe.clean(dedupe.check(story)))
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "txt:Text",
            "--outdir",
            tmp_path,
            story,
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    said = (tmp_path / "story.txt").read_text(encoding="utf-8-sig")
    assert [line for line in said.split("\n") if line] == [TWICE, OTHER]
