"""Candidates against exhaustive comparison; scores against sets."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.match import Match, Unit, match
from dedupe.words import sentences, words

DEFAULTS = {"threshold": 0.5, "containment": 0.8, "min_words": 8}


def article(draw, vocabulary=300):
    """Paragraphs of which many are copies, reworded, cut off, merged or share a sentence."""
    made = []
    for _ in range(draw.randint(2, 14)):
        if made and draw.random() < 0.5:
            source = draw.choice(made).split()
            noise = draw.choice([0, 0.03, 0.1, 0.2])
            source = [f"w{draw.randrange(vocabulary)}" if draw.random() < noise else word for word in source]
            if draw.random() < 0.3:
                source = source[: draw.randint(1, len(source))]
            if draw.random() < 0.3:
                source += draw.choice(made).split()
        else:
            source = []
            for _ in range(draw.randint(1, 4)):
                sentence = [f"w{draw.randrange(vocabulary)}" for _ in range(draw.randint(3, 25))]
                source += [sentence[0].capitalize(), *sentence[1:-1], sentence[-1] + "."]
        made.append(" ".join(source))
    return made


def units(texts, least):
    found = {}
    for at, text in enumerate(texts):
        run = words(text)
        if len(run) >= least:
            found[Unit(at, 0, len(run), whole=True)] = tuple(run)
        first = 0
        for start, end in sentences(text):
            part = words(text[start:end])
            if least <= len(part) < len(run):
                found[Unit(at, first, first + len(part), whole=False)] = tuple(part)
            first += len(part)
    return found


def grams(run):
    return {run[at : at + 3] for at in range(len(run) - 2)}


def exhaustive(texts, threshold, containment, min_words):
    found, known = {}, units(texts, min_words)
    order = list(known)
    for at, one in enumerate(order):
        for two in order[at + 1 :]:
            if one.text == two.text and (one.whole or two.whole):
                continue
            left, right = grams(known[one]), grams(known[two])
            both = len(left & right)
            scores = both / len(left | right), both / min(len(left), len(right))
            if scores[0] >= threshold or scores[1] >= containment:
                found[frozenset((one, two))] = scores
    return found, known


def missed(texts, matches, **options):
    """Wanted pairs that are neither found nor follow from a found pair of identical units."""
    wanted, known = exhaustive(texts, **options)
    got = {frozenset((pair.left, pair.right)): pair for pair in matches}
    for key, pair in got.items():
        assert wanted[key] == (pytest.approx(pair.jaccard), pytest.approx(pair.containment))
    contents = {frozenset(known[unit] for unit in key) for key in got}
    nested = {
        (known[unit], known[other]) for unit in known for other in known if unit.text == other.text and other.whole
    }
    for key in wanted:
        content = frozenset(known[unit] for unit in key)
        one, two = tuple(content) if len(content) == 2 else (*content, *content)
        if content not in contents and (one, two) not in nested and (two, one) not in nested:
            yield key


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_missed_against_exhaustive_comparison(seed):
    draw = random.Random(seed)
    stories = [article(draw) for _ in range(12)]
    owners = [number for number, texts in enumerate(stories) for _ in texts]
    found = match([text for texts in stories for text in texts], owners, **DEFAULTS)
    for number, texts in enumerate(stories):
        assert list(missed(texts, found.get(number, []), **DEFAULTS)) == []


@pytest.mark.long
def test_nothing_is_missed_in_thousands_of_articles():
    draw = random.Random(99)
    stories = [article(draw, draw.choice([60, 300, 2000])) for _ in range(4000)]
    owners = [number for number, texts in enumerate(stories) for _ in texts]
    found = match([text for texts in stories for text in texts], owners, **DEFAULTS)
    wanted = lost = 0
    for number, texts in enumerate(stories):
        wanted += len(exhaustive(texts, **DEFAULTS)[0])
        lost += len(list(missed(texts, found.get(number, []), **DEFAULTS)))
    assert wanted > 50_000
    assert lost <= wanted // 20_000  # units with more than 32 partners keep the most alike


@given(st.integers(0, 10_000), st.sampled_from([0.3, 0.5, 0.7, 0.9]), st.sampled_from([0.6, 0.8, 1.0]))
def test_nothing_is_missed_with_other_thresholds(seed, threshold, containment):
    texts = article(random.Random(seed))
    options = {"threshold": threshold, "containment": containment, "min_words": 8}
    assert list(missed(texts, match(texts, [0] * len(texts), **options).get(0, []), **options)) == []


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_articles_of_a_batch_do_not_touch(seeds):
    stories = [article(random.Random(seed)) for seed in seeds]
    owners = [number for number, texts in enumerate(stories) for _ in texts]
    together = match([text for texts in stories for text in texts], owners, **DEFAULTS)
    for number, texts in enumerate(stories):
        assert together.get(number, []) == match(texts, [0] * len(texts), **DEFAULTS).get(0, [])


def test_identical_paragraphs_are_linked_to_the_first():
    text = "the same nine words stand here again and again"
    found = match([text] * 5, [0] * 5, **DEFAULTS)[0]
    assert found == [Match(Unit(0, 0, 9, True), Unit(at, 0, 9, True), 1.0, 1.0) for at in range(1, 5)]


def test_the_same_sentence_twice_in_one_paragraph():
    sentence = "The minister said that he would not resign over the affair."
    found = match([f"{sentence} He left. {sentence}"], [0], **DEFAULTS)[0]
    assert [(pair.left.first, pair.right.first, pair.jaccard) for pair in found] == [(0, 13, 1.0)]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["a b c"] * 3, ["!" * 50] * 2], ids=str)
def test_nothing_to_compare(texts):
    assert match(texts, [0] * len(texts), **DEFAULTS) == {}
