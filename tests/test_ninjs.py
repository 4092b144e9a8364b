"""JSON and JSON Lines: cuts inside strings, every other byte as it was."""

import json
import subprocess
import sys

import pytest
from cutting import free, spans_read_as_text, stays_whole, without
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import pipeline, source
from dedupe.formats import split

COPY = "The council closed the bridge on Monday after an inspection found @ cracks in the western pier"
PIECES = [
    COPY + ".",
    COPY + " – “all of it”, said the engineer.",
    COPY + '\tand "quoted" words \\ with a slash/ in it.',
    "Zwei Brücken 𝄞 in der Stadt sind seit dem Abend gesperrt, @ Züge fallen aus.",
    "Short @",
    "川の水位が上がり、市は夜に@人へ避難を呼びかけた。",
]
TAGGED = ["<p>{}</p>", "<p>{}</p>\n", "<ul><li>{}</li>\n<li>short</li></ul>", "<p><b>{}</b> &amp; more</p>\n"]
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 40)), min_size=1, max_size=7)
shapes = st.sampled_from(["text", "html"])
styles = st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 2}, {"separators": (",", ":")}])


def body_of(parts, shape):
    said = [text.replace("@", str(number)) for text, number in parts]
    if shape == "text":
        return "\n\n".join(said)
    return "".join(TAGGED[number % len(TAGGED)].format(text.replace("&", "&amp;")) for number, text in enumerate(said))


def document(parts, shape, style):
    story = {
        "uri": "urn:1",
        "version": 1.0,
        "headline": "Bridge closed",
        f"body_{shape}": body_of(parts, shape),
        "numbers": [1e5, 0.10, -0],
    }
    return json.dumps(story, **style)


@given(texts, shapes, styles, st.data())
def test_the_rest_reads_the_same_after_any_cut(parts, shape, style, data):
    item = source.from_bytes(document(parts, shape, style).encode(), "story.json")
    for article in split(item, "ninjs"):
        spans_read_as_text(item, article)
    stays_whole(item, "ninjs", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


@given(texts, shapes, styles, st.data())
def test_it_stays_valid_and_only_the_text_changes(parts, shape, style, data):
    item = source.from_bytes(document(parts, shape, style).encode(), "story.json")
    (article,) = split(item, "ninjs")
    some = free(article)
    if some:
        after, _ = without(item, 0, data.draw(st.sets(st.sampled_from(some), min_size=1)), "ninjs")
        before, now = json.loads(item.data), json.loads(after)
        assert len(now.pop(f"body_{shape}")) < len(before.pop(f"body_{shape}"))
        assert now == before


@given(st.lists(texts, min_size=1, max_size=4), shapes, st.data())
def test_records_are_cut_each_by_itself(stories, shape, data):
    lines = "".join(document(parts, shape, {}) + "\n" for parts in stories)
    item = source.from_bytes(lines.encode(), "stories.jsonl")
    assert len(split(item, "jsonl")) == len(stories)
    stays_whole(item, "jsonl", lambda some: data.draw(st.sets(st.sampled_from(some))) if some else ())


def articles_of(value, name="ninjs", **fields):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    item = source.from_bytes(data, "story.json")
    return split(item.__class__(item.path, item.data, item.encoding, item.text, item.bom, **fields), name)


def roles(value):
    return [(one.role.value, one.text) for article in articles_of(value) for one in article.paragraphs]


def test_what_stands_beside_the_text_is_no_copy():
    said = "The bridge is closed until further notice, the council said."
    assert roles({"headline": "Bridge", "byline": "Ana Bell", "description_text": said, "body_text": said}) == [
        ("headline", "Bridge"),
        ("byline", "Ana Bell"),
        ("summary", said),
        ("body", said),
    ]


def test_bodies_of_ninjs_2_are_renditions_of_one_story():
    said = "The bridge is closed until further notice, the council said on Monday."
    bodies = [
        {"role": "text", "contenttype": "text/plain", "value": said},
        {"role": "html", "contenttype": "text/html", "value": f"<p>{said}</p>"},
    ]
    one, two = articles_of({"uri": "u", "bodies": bodies})
    assert [one.rendition, two.rendition] == ["it", "it"]
    assert one.paragraphs[0].text == two.paragraphs[0].text == said


def test_a_field_can_be_named():
    value = [
        {"nr": 7, "id": "a", "fields": {"copy": "Words of the first.", "body": "no"}},
        {"id": "b", "fields": {"copy": "Second."}},
    ]
    found = articles_of(value, text_field="fields.copy", id_field="id")
    assert [(one.key, [it.text for it in one.paragraphs if it.text != "no"]) for one in found] == [
        ("a", ["Words of the first."]),
        ("b", ["Second."]),
    ]


def test_stories_within_stories_are_left_alone():
    value = {"body_text": "Outer words.", "associations": [{"body_text": "Caption of a picture."}]}
    assert roles(value) == [("body", "Outer words.")]


def test_json_without_a_text_is_no_story():
    assert [article.paragraphs for article in articles_of(b'{"compilerOptions": {"strict": true,}} // settings')] == [
        ()
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"body": "a"', "not valid JSON at line 1"),
        (b'{\n"body": "a",\n}', "not valid JSON at line 3"),
        (b'{"body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"body": "a\\x"}', "not valid JSON"),
        (b"<html><body><p>A page.</p></body></html>", "not valid JSON at line 1"),
        (b'{"title": "cut off', "not valid JSON at line 1"),
        (b'{"body": "a\nb"}', r"at line 1: a control character in a string"),
        (b'{"body": "a"}\n{"body": "b"}', "say --format jsonl"),
    ],
)
def test_what_is_no_json_is_refused(data, said):
    with pytest.raises(dedupe.DedupeError, match=said) as caught:
        articles_of(data)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("line", [b'{"body": }', b'{"body": "a"', b"\x01", b'{"body": "a"} {}', b"[" * 100_000])
def test_a_line_that_is_no_json_costs_only_itself(line):
    one, two, three = articles_of(b'{"body": "a"}\n' + line + b'\n{"body": "b"}', "jsonl")
    assert [len(it.paragraphs) for it in (one, two, three)] == [1, 0, 1]
    assert (one.fault, two.key, three.key) == ("", "2", "3")
    assert two.fault.startswith("story.json: n")
    assert "\n" not in two.fault


def test_a_file_of_which_no_line_is_json_is_refused():
    with pytest.raises(dedupe.DedupeError, match="not valid JSON at line 1"):
        articles_of(b'{\n"body": "a"\n}\n', "jsonl")


def test_half_a_pair_of_surrogates_is_no_character():
    assert roles(b'{"body": "Words \\ud83d here."}') == [("body", "Words ? here.")]


TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said."


THIRD = "Two trawlers broke loose in the night and were towed back by the coast guard at noon."


def cleaned(value):
    return dedupe.clean(dedupe.check(json.dumps(value).encode(), format="ninjs"))


@pytest.mark.parametrize("names", [("body_text", "body_html5"), ("bodytext", "body_xhtml_1")])
def test_every_body_of_ninjs_is_read(names):
    value = {names[0]: f"{TWICE}\n\n{OTHER}", names[1]: f"<p>{TWICE}</p><p>{OTHER}</p>", "body_type": "text"}
    assert [(article.key, article.rendition, len(article.paragraphs)) for article in articles_of(value)] == [
        (names[0], "it", 2),
        (names[1], "it", 2),
    ]


def test_what_is_quoted_in_another_rendition_is_cut_in_none():
    quoted = "".join(f"<blockquote>{said}</blockquote>" for said in (OTHER, THIRD, OTHER))
    value = {"body_text": f"{TWICE}\n\n{OTHER}\n\n{THIRD}\n\n{OTHER}", "body_html": f"<p>{TWICE}</p>{quoted}"}
    with pytest.raises(dedupe.DedupeError, match="is not cut in the other"):
        cleaned(value)


def test_numbers_keep_their_spelling_however_long():
    data = f'{{"body": ["{TWICE}", "{OTHER}" , "{TWICE}"], "n": [{"1" * 6000}, 1.50, 1E+2, -0.0]}}'.encode()
    assert dedupe.clean(dedupe.check(data, format="ninjs")) == data.replace(f' , "{TWICE}"'.encode(), b"")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_any_encoding_of_unicode_is_read(encoding):
    text = "\ufeff" + json.dumps({"body": f"{TWICE}\n\n{OTHER}\n\n{TWICE}"})
    left = dedupe.clean(dedupe.check(text.encode(encoding), format="ninjs"))
    assert json.loads(left.decode(encoding)[1:]) == {"body": f"{TWICE}\n\n{OTHER}"}


def test_what_a_content_system_renders_is_the_text():
    page = "".join(f"<p>{said}</p>" for said in (TWICE, OTHER, TWICE))
    value = {"id": 7, "title": {"rendered": "Port"}, "content": {"rendered": page, "raw": page}, "modified": "x"}
    (one, two) = articles_of(value)
    assert [one.key, two.key, one.rendition, two.rendition] == ["content.rendered", "content.raw", "it", "it"]
    assert one.paragraphs[0].role.value == "headline"
    assert json.loads(cleaned(value))["content"] == dict.fromkeys(
        ("rendered", "raw"), page.removesuffix(f"<p>{TWICE}</p>")
    )


def inline(kind, child, key, said):
    return {"type": kind, child: [{"type": "text", key: said[:30]}, {"type": "text", key: said[30:]}]}


def contentful(said):
    return {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": said, "marks": []}]}


def gutenberg(said):
    return {
        "blockName": "core/paragraph",
        "attrs": {},
        "innerHTML": f"<p>{said}</p>",
        "innerContent": [f"<p>{said}</p>"],
    }


def portable(said):
    return {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": said, "marks": []}]}


def draft(said):
    return {"key": "a", "text": said, "type": "unstyled", "entityRanges": [{"offset": 0, "length": 3, "key": 0}]}


LISTS = {
    "strings": (str, lambda some: {"headline": "Port", "body": some}),
    "pages": ("<p>{}</p>".format, lambda some: {"headline": "Port", "body_html": some}),
    "blocks": (lambda said: {"text": said}, lambda some: {"headline": "Port", "blocks": some}),
    "editorjs": (
        lambda said: {"type": "paragraph", "data": {"text": said}},
        lambda some: {"headline": "Port", "content": {"time": 1, "blocks": some}},
    ),
    "prosemirror": (
        lambda said: inline("paragraph", "content", "text", said),
        lambda some: {"headline": "Port", "body": {"type": "doc", "content": some}},
    ),
    "lexical": (
        lambda said: inline("paragraph", "children", "text", said),
        lambda some: {"headline": "Port", "content": {"root": {"type": "root", "children": some}}},
    ),
    "contentful": (
        contentful,
        lambda some: {
            "fields": {"title": {"en-US": "Port"}, "body": {"en-US": {"nodeType": "document", "content": some}}}
        },
    ),
    "gutenberg": (gutenberg, lambda some: {"headline": "Port", "blocks": some}),
    "portable": (portable, lambda some: {"headline": "Port", "body": some}),
    "draft": (draft, lambda some: {"headline": "Port", "blocks": some, "entityMap": {}}),
    "elements": (
        lambda said: {"type": "text", "_id": "a", "content": said},
        lambda some: {"headlines": {"basic": "Port"}, "content_elements": some},
    ),
    "streamfield": (
        lambda said: {"type": "paragraph", "value": f"<p>{said}</p>"},
        lambda some: {"title": "Port", "body": some},
    ),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_blocks_is_one_story_and_a_block_goes_with_its_comma(kind):
    block, whole = LISTS[kind]
    value, left = (
        whole([block(said) for said in some]) for some in ((TWICE, OTHER, TWICE, THIRD), (TWICE, OTHER, THIRD))
    )
    (article,) = articles_of(value)
    roles = [(one.role.value, one.text) for one in article.paragraphs]
    assert [text for role, text in roles if role == "body"] == [TWICE, OTHER, TWICE, THIRD]
    assert roles[0] in [("headline", "Port"), ("body", TWICE)]
    assert cleaned(value) == json.dumps(left).encode()


@given(
    st.sampled_from(sorted(LISTS)),
    st.lists(
        st.sampled_from([TWICE, OTHER, THIRD, '"Two" \\ Brücken 𝄞 sind seit dem Abend gesperrt.', "Short"]), min_size=2
    ),
    st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 2}, {"separators": (",", ":")}]),
    st.booleans(),
    st.data(),
)
def test_the_rest_of_a_list_reads_the_same(kind, some, style, lined, data):
    block, whole = LISTS[kind]
    made = [block(said) for said in some]
    if not isinstance(made[0], str):
        at = data.draw(st.integers(0, len(made)))
        made.insert(at, {"type": "image", "url": "a.jpg", "data": {"x": [1, 2]}})
    value = json.dumps(whole(made), **({} if lined else style))
    item = source.from_bytes((value + "\n" + value if lined else value).encode(), "story.json")
    name = "jsonl" if lined else "ninjs"
    for article in split(item, name):
        spans_read_as_text(item, article)

    def choose(free):
        return data.draw(st.sets(st.sampled_from(free), max_size=len(free) - 1)) if len(free) > 1 else ()

    stays_whole(item, name, choose)
    article = split(item, name)[0]
    if gone := choose(free(article)):
        after, _ = without(item, 0, gone, name)
        for line in after.decode().split("\n") if lined else [after]:
            json.loads(line)


def test_what_is_in_a_list_by_its_kind():
    value = {
        "headline": "Port",
        "body": {
            "type": "doc",
            "content": [
                {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "The quay"}]},
                inline("paragraph", "content", "text", TWICE),
                {"type": "blockquote", "content": [inline("paragraph", "content", "text", OTHER)]},
                {
                    "type": "bulletList",
                    "content": [
                        {"type": "listItem", "content": [inline("paragraph", "content", "text", it)]}
                        for it in (OTHER, THIRD)
                    ],
                },
                {"type": "codeBlock", "content": [{"type": "text", "text": TWICE}]},
                {"type": "tweet", "content": [{"type": "text", "text": TWICE}]},
                {"type": "image", "attrs": {"src": "a.jpg"}},
            ],
        },
    }
    (article,) = articles_of(value)
    assert [(one.role.value, bool(one.bound)) for one in article.paragraphs] == [
        ("headline", False),
        ("heading", False),
        ("body", False),
        ("quote", False),
        ("item", True),
        ("item", True),
        ("code", False),
        ("note", False),
        ("code", False),
    ]


@pytest.mark.parametrize("kind", ["prosemirror", "draft", "gutenberg"])
def test_no_sentence_goes_alone_where_a_block_would_not_hold_together(kind):
    block, whole = LISTS[kind]
    value = whole([block(said) for said in (f"{TWICE} {OTHER}", f"{THIRD} {TWICE}")])
    (review,) = dedupe.check(json.dumps(value).encode(), format="ninjs")
    assert [finding.action for finding in review.findings] == ["review"]


def test_a_sentence_of_a_block_goes_alone():
    value = {"blocks": [{"text": said} for said in (f"{TWICE} {OTHER}", f"{THIRD} {TWICE}")]}
    assert json.loads(cleaned(value)) == {"blocks": [{"text": said} for said in (f"{TWICE} {OTHER}", THIRD)]}


@pytest.mark.parametrize(
    "value",
    [
        {
            "content": [
                {"id": 1, "type": "news", "title": "One", "body": TWICE},
                {"id": 2, "title": "Two", "body": TWICE},
            ]
        },
        {"items": [{"id": "a", "content_html": TWICE}, {"id": "b", "content_html": TWICE}], "body": ""},
        [{"id": 1, "type": "story", "body": TWICE}, {"id": 2, "type": "story", "body": TWICE}],
    ],
)
def test_a_list_of_stories_is_no_text(value):
    assert [it for article in articles_of(value) for it in article.paragraphs if len(article.paragraphs) > 2] == []


def test_a_named_field_in_a_list_of_records_is_one_of_each():
    value = {"rows": [{"id": "a", "copy": TWICE}, {"id": "b", "copy": TWICE}]}
    assert [article.key for article in articles_of(value, text_field="rows.copy", id_field="id")] == ["a", "b"]


def test_a_text_under_no_known_name_is_told(tmp_path, cli_lines):
    (tmp_path / "a.json").write_text(json.dumps({"fields": {"copy": f"{TWICE}\n\n{OTHER}"}, "n": 1}))
    assert cli_lines("check", tmp_path / "a.json") == (
        0,
        [
            f"warning: {tmp_path / 'a.json'}: no text found under a known name; say --text-field fields.copy if that is it"
        ],
    )
    assert cli_lines("check", "--text-field", "fields.copy", tmp_path / "a.json") == (0, [])
    status, said = cli_lines("check", "--text-field", "body", tmp_path / "a.json")
    silence = f"{tmp_path / 'a.json'}: no text found in body, the field that --text-field names"
    assert (status, said) == (2, [f"error: {silence}"])
    assert cli_lines("check", "--text-field", "body", tmp_path) == (0, [f"warning: {silence}"])  # it may be no story


def test_what_stands_on_one_line_is_told_by_its_paragraph():
    page = "".join(f"<p>{said}</p>" for said in (TWICE, OTHER, TWICE))
    for value in ({"headline": "Port", "body_html": page}, {"headline": "Port", "body": [TWICE, OTHER, TWICE]}):
        (review,) = dedupe.check(json.dumps(value).encode(), format="ninjs")
        (finding,) = review.findings
        assert finding.why.startswith("'The harbour master closed the...' stands twice. Cut the second (paragraph 4): ")
    value = {"body_text": f"{TWICE} {OTHER}\n\n{THIRD} {TWICE}"}
    (review,) = dedupe.check(json.dumps(value).encode(), format="ninjs")
    assert review.findings[0].why == (
        "'The harbour master closed the...' opens paragraph 1 and stands again at paragraph 2. Cut paragraph 2: either "
        "can go, the earlier is kept; nothing is lost."
    )


def test_bad_records_are_told_and_the_others_cleaned(tmp_path, cli_lines):
    good = json.dumps({"body": f"{TWICE}\n\n{OTHER}\n\n{TWICE}"}) + "\n"
    bad = '{"body": "broken\n'
    path = tmp_path / "a.jsonl"
    path.write_text(good + bad + good + bad)
    status, said = cli_lines("clean", "--write", "--manifest", tmp_path / "m.jsonl", path)
    assert status == 2
    assert said[0].startswith(f"error: {path}: not valid JSON at line 2")
    assert "the same with line 4 (the other records are done)" in said[0]
    clean = json.dumps({"body": f"{TWICE}\n\n{OTHER}"}) + "\n"
    assert path.read_text() == clean + bad + clean + bad
    status, said = cli_lines("clean", "--output", tmp_path / "out.jsonl", path)
    assert (status, (tmp_path / "out.jsonl").read_text()) == (2, path.read_text())


@pytest.fixture
def cli_lines(tmp_path):
    """Run the command: its exit code, and the lines on standard error."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "dedupe", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        return done.returncode, done.stderr.splitlines()

    return run


def test_a_repeat_in_every_rendition_is_cut_in_all():
    value = {
        "body_text": f"{TWICE}\n\n{OTHER}\n\n{TWICE}",
        "body_html": f"<p>{TWICE}</p><p>{OTHER}</p><p>{TWICE}</p>",
    }
    assert json.loads(cleaned(value)) == {
        "body_text": f"{TWICE}\n\n{OTHER}",
        "body_html": f"<p>{TWICE}</p><p>{OTHER}</p>",
    }


def test_a_repeat_in_one_rendition_only_is_refused():
    value = {"body_text": f"{TWICE}\n\n{OTHER}\n\n{TWICE}", "body_html": f"<p>{TWICE}</p><p>{OTHER}</p>"}
    with pytest.raises(dedupe.DedupeError, match=r"more than once \(body_text and body_html\).*cut both by hand"):
        cleaned(value)


@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "shift_jis"])
def test_offsets_of_a_record_are_those_of_its_text(tmp_path, ensure_ascii, encoding):
    from dedupe.reports.json import article

    odd = {"cp1252": "Größe \t", "shift_jis": "記事 \t"}.get(encoding, "Größe 😀 \t")
    text = f"{odd}\n\n{TWICE}\n\n{odd}{OTHER}\n\n{TWICE}\n\n{odd}\n\n{TWICE}\n\n{odd}"
    records = {"id": 5, "body": "x"}, {"id": "s2", "body": text}
    said = "".join(json.dumps(record, ensure_ascii=ensure_ascii) + "\n" for record in records)
    (tmp_path / "a.jsonl").write_bytes(said.encode(encoding))
    run = pipeline.Run(pipeline.Reading(encoding=None if encoding == "utf-16" else encoding), jobs=1)
    (outcome,) = pipeline.check_paths([str(tmp_path / "a.jsonl")], run)
    (review,) = outcome.reviews
    found = article(review)
    assert found["article"] == "s2"
    assert len(found["findings"]) == 2
    for finding in found["findings"]:
        for side in ("kept", "dropped"):
            place = finding[side]
            assert text.encode()[place["start"] : place["end"]].decode() == place["text"] == TWICE


def test_an_array_of_many_stories_takes_linear_time():
    assert len(articles_of([{"id": number, "body": "Words."} for number in range(30_000)])) == 30_000


def reviewed(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return dedupe.check(tmp_path / name)


AGAIN = [COPY.replace("@", number) + "." for number in ("two long", "two long")]
BESIDE = ["The mayor said that buses would be sent over the old ferry road until the summer.", "Shops stay open."]
PAGE = f"<p>{AGAIN[0]}</p><p>{BESIDE[0]}</p><p>{AGAIN[1]}</p><p>{BESIDE[1]}</p>"


@pytest.mark.parametrize("story", [{"content": {"rendered": PAGE}}, {"content": {"raw": PAGE}}, {"body_html5": PAGE}])
def test_the_usual_names_of_a_text(tmp_path, story):
    (review,) = reviewed(tmp_path, "a.json", json.dumps({"headline": "h", **story}).encode())
    assert [finding.action for finding in review.findings] == ["remove"]


def test_json_in_utf_16(tmp_path):
    data = json.dumps({"body": "\n\n".join([AGAIN[0], BESIDE[0], AGAIN[1]])})
    (review,) = reviewed(tmp_path, "a.json", f"\ufeff{data}".encode("utf-16-le"))
    assert len(review.article.paragraphs) == 3


def test_a_page_that_is_called_json_is_a_failure_in_a_line(tmp_path):
    with pytest.raises(dedupe.DedupeError, match="not valid JSON at line 1"):
        reviewed(tmp_path, "a.json", b"<html><p>A page</p></html>")
