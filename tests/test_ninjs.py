"""JSON and JSON Lines: cuts inside strings, every other byte as it was."""

import json

import pytest
from cutting import free, spans_read_as_text, stays_whole, without
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import pipeline, source
from dedupe.formats import split
from dedupe.settings import Settings

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
    ],
)
def test_what_is_no_json_is_refused(data, said):
    with pytest.raises(dedupe.DedupeError, match=said) as caught:
        articles_of(data)
    assert "\n" not in caught.value.message


def test_a_line_that_is_no_json_is_named():
    with pytest.raises(dedupe.DedupeError, match="not valid JSON at line 2"):
        articles_of(b'{"body": "a"}\n{"body": }\n', "jsonl")


def test_half_a_pair_of_surrogates_is_no_character():
    assert roles(b'{"body": "Words \\ud83d here."}') == [("body", "Words ? here.")]


TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said."


def cleaned(value):
    return dedupe.clean(dedupe.check(json.dumps(value).encode(), format="ninjs"))


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


def test_offsets_of_a_record_are_those_of_its_text(tmp_path):
    from dedupe.reports.json import article

    text = f"Größe\n\n{TWICE}\n\n{OTHER}\n\n{TWICE}"
    data = (json.dumps({"id": 5, "body": "x"}) + "\n" + json.dumps({"id": "s2", "body": text}) + "\n").encode()
    (tmp_path / "a.jsonl").write_bytes(data)
    (outcome,) = pipeline.check_paths([str(tmp_path / "a.jsonl")], pipeline.Reading(), Settings(), 1)
    (review,) = outcome.reviews
    found = article(review)
    assert found["article"] == "s2"
    for side in ("kept", "dropped"):
        place = found["findings"][0][side]
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
