"""datasketch: MinHash.generator and MinHashLSH with the bands given; xxhash is faster than its own SHA-1."""

import sys

from datasketch import MinHash, MinHashLSH
from told import BANDS, ROWS, paragraphs, shingles, write
from xxhash import xxh32_intdigest

archive, out = sys.argv[1:]
index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
sets = ([one.encode() for one in shingles(text)] for text in paragraphs(archive))


def pairs():
    sketches = MinHash.generator(sets, num_perm=BANDS * ROWS, hashfunc=xxh32_intdigest)
    for number, sketch in enumerate(sketches):
        for other in index.query(sketch):
            yield other, number
        index.insert(number, sketch, check_duplication=False)


write(out, pairs())
