"""Signatures against datasketch, the oracle; bands against their formula."""

import random

import numpy as np
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from dedupe.sign import ARTICLE_BANDS, PERMUTATIONS, band_keys, shingle, sign
from dedupe.words import hash_words

WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(40)]), max_size=40).map(" ".join)


@given(st.lists(WORDS, max_size=8))
def test_signatures_are_those_of_datasketch(texts):
    shingles = shingle(hash_words(texts))
    signatures = sign(shingles.hashes, shingles.texts)
    assert signatures.shape == (len(texts), PERMUTATIONS)
    for at in range(len(texts)):
        oracle = MinHash(num_perm=PERMUTATIONS, scheme="affine32", hashfunc=lambda value: value)
        for value in shingles.hashes[shingles.texts[at] : shingles.texts[at + 1]]:
            oracle.update(int(value) & 0xFFFFFFFF)
        assert oracle.hashvalues.tolist() == signatures[at].tolist()


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.integers(1, 4))
def test_a_chunk_border_changes_nothing(values, copies):
    hashes = np.array(values * copies, dtype=np.uint64)
    offsets = np.arange(copies + 1) * len(values)
    signatures = sign(hashes, offsets)
    assert all((row == signatures[0]).all() for row in signatures)


def test_shingles_are_runs_of_three_words_inside_a_text():
    texts = ["a b c d", "a b", "", "a", "b c d", "a b c"]
    shingles = shingle(hash_words(texts))
    assert np.diff(shingles.texts).tolist() == [2, 1, 0, 1, 1, 1]
    runs = [shingles.hashes[low:high].tolist() for low, high in zip(shingles.texts, shingles.texts[1:], strict=False)]
    assert runs[0] == runs[5] + runs[4]
    assert len({*runs[0], *runs[1], *runs[3]}) == 4


def test_the_index_alone_meets_its_computed_recall():
    """42 bands of 3 find Jaccard .5 with 1 - (1 - .5 ** 3) ** 42 = .996."""
    draw = random.Random(7)
    found, total = 0, 3000
    sets = []
    for _ in range(total):
        common = [draw.getrandbits(64) for _ in range(30)]
        for _ in range(2):
            sets.append(common + [draw.getrandbits(64) for _ in range(15)])  # 30 / 60 in common
    offsets = np.concatenate(([0], np.cumsum([len(one) for one in sets])))
    keys = band_keys(
        sign(np.array([x for one in sets for x in one], dtype=np.uint64), offsets), np.zeros(len(sets), int)
    )
    assert keys.shape == (ARTICLE_BANDS[0], 2 * total)
    found = (keys[:, 0::2] == keys[:, 1::2]).any(axis=0).sum()
    assert found / total > 0.992


def test_another_article_shares_no_bucket():
    one = np.arange(PERMUTATIONS, dtype=np.uint32)
    keys = band_keys(np.stack((one, one)), np.array([1, 2]))
    assert not (keys[:, 0] == keys[:, 1]).any()
