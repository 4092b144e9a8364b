"""rensa: R-MinHash of all shingles and RMinHashLSH, in its batch calls; the pairs that share a band."""

import sys

from rensa import RMinHash, RMinHashLSH
from told import BANDS, ROWS, THRESHOLD, paragraphs, shingles, write

archive, out = sys.argv[1:]
sketches = RMinHash.from_token_sets((shingles(text) for text in paragraphs(archive)), num_perm=BANDS * ROWS, seed=42)
index = RMinHashLSH(threshold=THRESHOLD, num_perm=BANDS * ROWS, num_bands=BANDS)
index.insert_many(sketches)


def pairs():
    for start in range(0, len(sketches), 50_000):
        for number, others in enumerate(index.query_all(sketches[start : start + 50_000]), start):
            for other in others:
                if other < number:
                    yield other, number


write(out, pairs())
