"""A person's answers: which copy goes, how the other one is worded; nothing else of the file changes."""

import difflib
import html
import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from dedupe.decisions import Answer, decide, wording
from dedupe.model import COPY

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
STORIES = sorted(path for path in CASES.glob("*/story.*"))
WHEN = "2026-01-02T03:04:05Z"


def numbered(reviews):
    return dict(enumerate((review, finding) for review in reviews for finding in review.findings))


def texts(articles):
    return [" ".join(one.text.split()) for article in articles for one in article.paragraphs]


def texts_of(said):
    return [" ".join(part.split()) for part in said.split("\n\n")]


def asked(path):
    reviews = dedupe.check(path)
    doubtful = any(review.article.doubt for review in reviews)
    return reviews, {} if doubtful else numbered(reviews)


def tied(review, finding):
    places = (finding.kept, finding.dropped)
    return any(
        paragraph.tied and place.start < paragraph.end and paragraph.start < place.end
        for place in places
        for paragraph in review.article.paragraphs
    )


STORY = next(path for path in STORIES if "exasperation" in path.read_bytes().decode("utf-8", "replace"))


class TestOneAnswer:
    def test_dropping_what_is_proposed_is_what_clean_does(self):
        reviews = dedupe.check(STORY)
        (finding,) = reviews[0].findings
        assert decide(reviews, {0: Answer(finding, "kept")}).data == dedupe.clean(reviews)

    def test_dropping_the_other_one_keeps_the_proposed_one_where_it_stands(self):
        reviews = dedupe.check(STORY)
        (finding,) = reviews[0].findings
        said = decide(reviews, {0: Answer(finding, "dropped")}).data.decode()
        assert finding.dropped.text in said
        assert finding.kept.text not in said

    def test_keeping_both_changes_nothing(self):
        reviews = dedupe.check(STORY)
        (finding,) = reviews[0].findings
        assert decide(reviews, {0: Answer(finding, "both")}).data == STORY.read_bytes()

    def test_no_answer_changes_nothing(self):
        assert decide(dedupe.check(STORY), {}).data == STORY.read_bytes()

    def test_it_tells_which_paragraph_was_which(self):
        reviews = dedupe.check(STORY)
        (finding,) = reviews[0].findings
        done = decide(reviews, {0: Answer(finding, "kept")})
        before = reviews[0].article.paragraphs
        assert [before[at].text for at in done.was[0]] == [one.text for one in done.after[0].paragraphs]
        assert finding.dropped.paragraph - 1 not in done.was[0]


class TestWording:
    def test_this_text_up_there(self):
        reviews = dedupe.check(STORY)
        (finding,) = reviews[0].findings
        review = reviews[0]
        done = decide(reviews, {0: Answer(finding, "dropped", wording(review.article, finding.kept))})
        there = done.after[0].paragraphs[finding.dropped.paragraph - 1]
        assert " ".join(there.text.split()) == " ".join(finding.kept.text.split())
        assert len(done.after[0].paragraphs) == len(review.article.paragraphs) - 1

    def test_only_the_words_that_differ_are_written(self):
        reviews = dedupe.check(
            "One two three.\n\nThe  cat sat\non the mat and then it slept all day.\n\nThe  cat sat\non the mat and then it slept all night.\n",
            format="text",
        )
        finding = reviews[0].findings[0]
        done = decide(reviews, {0: Answer(finding, "kept", "The cat stood on the mat and then it slept all day.")})
        assert b"The  cat stood\non the mat" in done.data

    @pytest.mark.parametrize("said", ["", "  \n "])
    def test_an_empty_wording_is_refused(self, said):
        reviews = dedupe.check(STORY)
        with pytest.raises(dedupe.DedupeError, match="cannot be empty"):
            decide(reviews, {0: Answer(reviews[0].findings[0], "kept", said)})

    def test_what_the_encoding_lacks_is_refused(self, tmp_path):
        path = tmp_path / "story.txt"
        path.write_bytes(STORY.read_bytes().decode().encode("latin-1", "replace"))
        reviews = dedupe.check(path, encoding="latin-1")
        with pytest.raises(dedupe.DedupeError, match="not edited"):
            decide(reviews, {0: Answer(reviews[0].findings[0], "kept", "Она сказала, что страница перевёрнута.")})

    def test_a_wording_that_makes_two_paragraphs_of_one_stays_one(self):
        reviews = dedupe.check(STORY)
        done = decide(reviews, {0: Answer(reviews[0].findings[0], "kept", "It was said.\n\nAnd then it was over.")})
        assert b"It was said. And then it was over." in done.data

    @pytest.mark.parametrize(
        "said", ["# A heading now", "It was 5 < 6 & <b>so</b> on.", "<script>alert(1)</script> he said"]
    )
    @pytest.mark.parametrize("kind", ["text", "markdown", "html"])
    def test_marks_of_a_format_are_words_or_refused(self, kind, said):
        one = "The cat sat on the mat and then it slept all day long."
        story = {"html": f"<p>First of all.</p>\n<p>{one}</p>\n<p>{one}</p>\n<p>Then it ended there.</p>\n"}
        reviews = dedupe.check(
            story.get(kind, f"First of all.\n\n{one}\n\n{one}\n\nThen it ended there.\n"), format=kind
        )
        try:
            done = decide(reviews, {0: Answer(reviews[0].findings[0], "kept", said)})
        except dedupe.DedupeError as error:
            assert "not edited" in error.message
            return
        assert texts(done.after) == ["First of all.", said, "Then it ended there."]


class TestSeveralAnswers:
    def test_rewording_what_another_answer_cuts_is_refused(self):
        one = "The harbour master said the port would stay closed until the storm had passed the coast"
        story = f"{one} today.\n\nAnother thing happened there.\n\n{one} tonight.\n\nA third thing followed it.\n\n{one} at last.\n"
        reviews = dedupe.check(story, format="text")
        first, second = reviews[0].findings[:2]
        assert first.kept == second.kept
        with pytest.raises(dedupe.DedupeError, match="another one cuts it"):
            decide(reviews, {0: Answer(first, "kept", "The port is shut."), 1: Answer(second, "dropped")})
        with pytest.raises(dedupe.DedupeError, match="do not word"):
            decide(reviews, {0: Answer(first, "kept", "The port is shut."), 1: Answer(second, "kept", "It is shut.")})
        done = decide(
            reviews, {0: Answer(first, "kept", "The port is shut."), 1: Answer(second, "kept", "The port is shut.")}
        )
        assert sum(text == "The port is shut." for text in texts(done.after)) == 1

    def test_a_third_copy_may_go_where_two_were_merged(self):
        reviews = dedupe.check(next((CASES / "three-copies").glob("story.*")))
        first, second = reviews[0].findings
        assert first.kept == second.kept
        for answers in (
            {0: Answer(first, "kept", "Floramet was approved six years ago."), 1: Answer(second, "kept")},
            {0: Answer(first, "kept"), 1: Answer(second, "kept", "Floramet was approved six years ago.")},
        ):
            done = decide(reviews, answers)
            assert sum("Floramet" in text for text in texts(done.after)) == 1
            assert "Floramet was approved six years ago." in texts(done.after)

    def test_a_sentence_goes_with_the_paragraph_that_another_answer_cuts(self):
        reviews = dedupe.check(OVERLAPPING, format="text")
        paragraph, sentence = reviews[0].findings
        done = decide(reviews, {0: Answer(paragraph, "dropped"), 1: Answer(sentence, "dropped")})
        assert done.data.decode() == OVERLAPPING.replace(f"{CRANE} {CHOIR}\n\n", "", 1)

    def test_what_an_editor_writes_is_never_cut_by_another_answer(self):
        reviews = dedupe.check(OVERLAPPING, format="text")
        paragraph, sentence = reviews[0].findings
        written = Answer(paragraph, "kept", f"{CRANE} Written by hand. {CHOIR}")
        with pytest.raises(dedupe.DedupeError, match="another one cuts it; take one of them back"):
            decide(reviews, {0: written, 1: Answer(sentence, "dropped")})


CRANE = "The crane fell on a lorry near the old station at noon on Monday."
CHOIR = "The choir sang for the mayor at the opening of the bridge on Sunday."
HURT = "Nobody was hurt when it came down, the police said in the evening."
OVERLAPPING = f"Bridge opens\n\n{CRANE} {CHOIR}\n\nRain came over the hills.\n\n{CRANE} {CHOIR}\n\n{CRANE} {HURT}\n"


class TestWhatOnlyAPersonAsksFor:
    def test_a_pull_quote_may_go(self):
        said = "The mayor said on Tuesday that the bridge over the river would stay closed until March."
        head, tail = f"<p>Bridge closed.</p>\n<p>{said} More was said later.</p>\n", "<p>The end came.</p>\n"
        reviews = dedupe.check(f"{head}<blockquote><p>{said}</p></blockquote>\n{tail}", format="html")
        (finding,) = reviews[0].findings
        assert finding.code == "echo"
        done = decide(reviews, {0: Answer(finding, "kept")}).data.decode()
        assert done == f"{head}<blockquote></blockquote>\n{tail}"

    def test_both_may_stay_where_nothing_can_be_edited(self):
        said = "The cat sat on the mat and then it slept all day long in the sun."
        (review,) = dedupe.check(f"{said}\n\nThen it rained.\n\n{said}\n", format="text")
        doubtful = replace(review, article=replace(review.article, doubt="it may be two stories"))
        finding = review.findings[0]
        assert decide([doubtful], {0: Answer(finding, "both")}).data == review.source.data
        with pytest.raises(dedupe.DedupeError, match="it may be two stories"):
            decide([doubtful], {0: Answer(finding, "kept")})


class TestWhereWordsComeIn:
    @pytest.mark.parametrize("kind", ["text", "html"])
    def test_words_at_the_end_of_a_sentence_are_not_those_of_the_next(self, kind):
        """No space parts these sentences: what is written behind one stands where the next begins."""
        one, two = (
            "市長は火曜日に川に架かる橋が三月末まで閉鎖されたままになると記者団に述べた。",
            "警察は金曜日の夜に古い港の倉庫で起きた火災の後に十二人を逮捕したと発表した。",
        )
        rest = "病院の医師は負傷者全員の容体が安定していると記者団に対して語ったという。"
        paragraphs = [one + two, two + rest, one + "会社は来年末までに工場で約三百人の人員を削減する計画を立てている。"]
        said = "".join(f"<p>{it}</p>\n" for it in paragraphs) if kind == "html" else "\n\n".join(paragraphs)
        reviews = dedupe.check(said, format=kind)
        answers = {}
        for number, finding in enumerate(reviews[0].findings):
            if finding.kept.text == one:
                answers[number] = Answer(finding, "kept", f"{one} そして追加した。")
            elif finding.kept.text == two and finding.kept.paragraph == 1:
                answers[number] = Answer(finding, "dropped")
        assert len(answers) == 2
        assert texts(decide(reviews, answers).after)[0] == f"{one} そして追加した。"

    @pytest.mark.parametrize("key", ["body_text", "body_xhtml"])
    @pytest.mark.parametrize("said", ['He said "no" to it.', "a \\ b \\u0041 \\q", 'x < y & "z"', '"}]}', "ends so \\"])
    def test_any_words_go_into_json(self, key, said):
        one = "The cat sat on the mat and then it slept all day long in the sun."
        parts = [one, "Then it rained.", one]
        body = "".join(f"<p>{it}</p>" for it in parts) if key == "body_xhtml" else "\n\n".join(parts)
        item = {"uri": "a", "headline": "Cat", key: body}
        reviews = dedupe.check(json.dumps(item).encode(), format="ninjs")
        done = decide(reviews, {0: Answer(reviews[0].findings[0], "kept", said)})
        wanted = f"<p>{html.escape(said, quote=False)}</p><p>Then it rained.</p>"
        assert json.loads(done.data) == {**item, key: wanted if key == "body_xhtml" else f"{said}\n\nThen it rained."}

    def test_a_nul_is_refused(self):
        reviews = dedupe.check(STORY)
        with pytest.raises(dedupe.DedupeError, match="NUL"):
            decide(reviews, {0: Answer(reviews[0].findings[0], "kept", "Some \0 words.")})


SENTENCES = (
    CRANE,
    CHOIR,
    HURT,
    "Prices for wheat & barley rose by 4.5 percent in May, the ministry said.",
    "市長は火曜日に川に架かる橋が三月末まで閉鎖されたままになると記者団に述べた。",
    "警察は金曜日の夜に古い港の倉庫で起きた火災の後に十二人を逮捕したと発表した。",
)
WRITTEN = ("{} And more of it.", "And first of all: {}", 'He said "no" to <all> of it & left.', "{}追加した。")


def laid(paragraphs, kind):
    said = ["".join(it) if it[0][0] > "\u3000" else " ".join(it) for it in paragraphs]
    if kind == "html":
        return "".join(f"<p>{html.escape(it, quote=False)}</p>\n" for it in said)
    return "\n\n".join(said) + "\n"


@settings(max_examples=200)
@given(data=st.data(), kind=st.sampled_from(["text", "markdown", "html"]))
def test_every_word_that_is_written_stands_there_and_no_other_paragraph_changes(data, kind):
    one = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3)
    story = laid(data.draw(st.lists(one, min_size=2, max_size=7)), kind)
    reviews = dedupe.check(story, format=kind)
    answers = {}
    for number, (_, finding) in numbered(reviews).items():
        place = data.draw(st.sampled_from(["kept", "dropped", "both"]))
        stays = finding.dropped if place == "dropped" else finding.kept
        written = st.sampled_from(WRITTEN).map(lambda it, stays=stays: it.format(" ".join(stays.text.split())))
        answers[number] = Answer(finding, place, None if place == "both" else data.draw(st.none() | written))
    try:
        done = decide(reviews, answers)
    except dedupe.DedupeError as error:
        assert error.message.startswith("-: not ")
        assert "\n" not in error.message
        return
    after = texts(done.after)
    assert texts([review.article for review in dedupe.check(done.data, format=kind)]) == after
    live = [one for one in answers.values() if one.place != "both"]
    for one in live:
        if one.text is not None and one.finding.blocks == 1:
            assert one.text in " ".join(after)
    places = [place for one in live for place in (one.finding.kept, one.finding.dropped)]
    (review,) = reviews
    untouched = [
        it for it in review.article.paragraphs if not any(x.start < it.end and it.start < x.end for x in places)
    ]
    at = 0
    for it in untouched:
        at = done.data.index(review.source.data[it.start : it.end], at) + it.end - it.start


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.parent.name)
class TestEveryCase:
    def test_either_copy_can_go_and_nothing_else_does(self, path):
        reviews, some = asked(path)
        before = texts(review.article for review in reviews)
        for number, (review, finding) in some.items():
            if tied(review, finding) or finding.code == "echo":
                continue
            for place in ("kept", "dropped"):
                try:
                    done = decide(reviews, {number: Answer(finding, place)})
                except dedupe.DedupeError as error:
                    assert "\n" not in error.message
                    continue
                gone = (finding.dropped if place == "kept" else finding.kept).text
                after = texts(done.after)
                left = [line[2:] for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
                assert left
                assert len(after) <= len(before)
                assert len(done.data) < len(path.read_bytes()) or path.suffix == ".docx"
                assert sum(map(len, after)) < sum(map(len, before)), gone

    @pytest.mark.long
    def test_the_other_wording_can_stand_in_either_place(self, path):
        reviews, some = asked(path)
        refused = 0
        for number, (review, finding) in some.items():
            places = {"kept": finding.dropped, "dropped": finding.kept}
            roles = [it.role for it in review.article.paragraphs]
            if tied(review, finding) or finding.code == "echo" or not set(roles) & COPY:
                continue
            for place, other in places.items():
                said = wording(review.article, other)
                try:
                    done = decide(reviews, {number: Answer(finding, place, said)})
                except dedupe.DedupeError as error:
                    assert "\n" not in error.message
                    refused += 1
                    continue
                after = texts(done.after)
                whole = " ".join(said.split()) in " ".join(after)
                assert whole or (finding.blocks > 1 and set(texts_of(said)) <= set(after))
        assert refused <= len(some)


@pytest.mark.parametrize("path", sorted(CASES.glob("*/story.docx")), ids=lambda path: path.parent.name)
class TestTrackedChanges:
    def test_accepted_they_are_the_edit_rejected_they_are_nothing(self, path):
        reviews, some = asked(path)
        for number, (review, finding) in some.items():
            if tied(review, finding) or finding.severity == "note":
                continue
            answer = Answer(finding, "dropped", wording(review.article, finding.kept) + " More <words> & so on.")
            plain = decide(reviews, {number: answer})
            done = decide(reviews, {number: answer}, tracked=WHEN)
            assert texts(dedupe.check(done.data, format="docx")[0].article for _ in "1") == texts(plain.after[:1])
            said = zipfile.ZipFile(BytesIO(done.data)).read("word/document.xml")
            assert b"<w:ins " in said
            assert b"<w:del " in said
            assert finding.kept.text.encode() in said or b"delText" in said
            assert b"&lt;words&gt; &amp; so on." in said
