"""gaoya: MinHashStringIndex with its own word-3 analyzer in Rust, inserted and queried in its parallel batch calls.

It holds pairs to the threshold by their signatures.
"""

import sys

from gaoya.minhash import MinHashStringIndex
from told import BANDS, ROWS, THRESHOLD, paragraphs, write

archive, out = sys.argv[1:]
texts = list(paragraphs(archive))
index = MinHashStringIndex(
    hash_size=32,
    jaccard_threshold=THRESHOLD,
    num_bands=BANDS,
    band_size=ROWS,
    num_hashes=BANDS * ROWS,
    analyzer="word",
    lowercase=True,
    ngram_range=(3, 3),
    id_container="vec",
)
index.par_bulk_insert_docs(list(range(len(texts))), texts)


def pairs():
    for start in range(0, len(texts), 50_000):
        for number, others in enumerate(index.par_bulk_query(texts[start : start + 50_000]), start):
            for other in others:
                if other < number:
                    yield other, number


write(out, pairs())
