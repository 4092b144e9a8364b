"""One definition of a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.words import hash_words, normalise, sentences, words

SAME = {
    "case": ("The Mayor SAID", "the mayor said"),
    "curly-quotes": ("“exasperation” in the party’s ranks", '"exasperation" in the party\'s ranks'),
    "its": ("it's time", "its time"),
    "dashes": ("no-show — again", "no show - again"),
    "acronym": ("the U.S. Senate", "the US Senate"),
    "acronym-end": ("in the U.S.", "in the US"),
    "time": ("at 5 p.m. today", "at 5 pm today"),
    "per-cent": ("5 per cent", "5%"),
    "percent": ("5 percent of", "5 pct of"),
    "thousands": ("2,000 and 1,234,567", "2000 and 1234567"),
    "accents": ("Café Müller", "cafe muller"),
    "decomposed": ("Café", "Café"),
    "no-break": ("the  summit", "the summit"),
    "line-wrap": ("two\n words", "two words"),
    "soft-hyphen": ("mi\u00adgration", "migration"),
    "full-width": ("２０２６年", "2026年"),
    "russian-yo": ("самолёт", "самолет"),
    "arabic-points": ("مُحَمَّد", "محمد"),
    "ligature": ("ﬁre", "fire"),
}
DIFFERENT = {
    "decimal": ("1.5 million", "15 million"),
    "russian-short-i": ("мой", "мои"),
    "kana": ("が", "か"),
    "percentage": ("a percentage", "a % age"),
    "number": ("12", "13"),
}


@pytest.mark.parametrize(("one", "two"), SAME.values(), ids=SAME)
def test_the_same_words(one, two):
    assert words(one) == words(two)


@pytest.mark.parametrize(("one", "two"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_words(one, two):
    assert words(one) != words(two)


def test_cjk_characters_are_words():
    assert words("東京で会談") == ["東", "京", "で", "会", "談"]


def test_normalise_puts_one_space_between_words():
    assert normalise(" The  U.S. said:\t2,000 — yes! ") == "the us said 2000 yes"


SENTENCES = {
    "plain": ("One stood. Two sat.", ["One stood.", "Two sat."]),
    "title": ("Gov. Greg Abbott spoke. Mr. Lee left.", ["Gov. Greg Abbott spoke.", "Mr. Lee left."]),
    "acronym": ("The U.S. President came. He left.", ["The U.S. President came.", "He left."]),
    "initial": ("John F. Kennedy spoke. It rained.", ["John F. Kennedy spoke.", "It rained."]),
    "quote": ("“Go.” He went.", ["“Go.”", "He went."]),
    "decimal": ("It rose 1.5 percent. Then it fell.", ["It rose 1.5 percent.", "Then it fell."]),
    "chinese": ("会谈结束。双方满意。", ["会谈结束。", "双方满意。"]),
    "wrapped": ("One stood\nhere. Two\nsat.", ["One stood\nhere.", "Two\nsat."]),
    "none": ("no end", ["no end"]),
    "empty": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected


TEXT = st.text(st.sampled_from("abcXYZ019 .,'’“”%-–\u00a0\n\x1e\x1fé\u0301東がйß!?"), max_size=60)


@given(st.lists(TEXT, max_size=6))
def test_a_batch_hashes_as_its_texts_alone(texts):
    batch = hash_words(texts)
    for at, text in enumerate(texts):
        mine = batch.hashes[batch.texts[at] : batch.texts[at + 1]]
        assert len(mine) == len(words(text))
        assert mine.tolist() == hash_words([text]).hashes.tolist()


@given(TEXT, TEXT)
def test_hashes_are_equal_when_the_words_are(one, two):
    batch = hash_words([one, two])
    left, right = batch.hashes[: batch.texts[1]].tolist(), batch.hashes[batch.texts[1] :].tolist()
    assert (left == right) == (words(one) == words(two))


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_sentences_of_a_batch_are_those_of_its_texts(texts):
    batch = hash_words(texts)
    expected = [0]
    for text in texts:
        clean = text.replace("\x1e", " ").replace("\x1f", " ")
        for start, end in sentences(clean):
            count = len(words(clean[start:end]))
            if count:
                expected.append(expected[-1] + count)
    assert batch.sentences.tolist() == expected


@given(st.text(max_size=200))
def test_any_text_normalises_to_its_words(text):
    once = normalise(text)
    assert once.split(" ") == (words(text) or [""])


def test_long_runs_of_combining_marks_cost_little():
    assert len(words("a" + "\u0301\u0327" * 40_000)) == 1
