"""rensa's fastest way: the digest matrix and one pass of flags: which paragraphs have a twin, not which one.

A line of the output is a flagged paragraph twice. With `rho` as a third word, rensa's sampled sketch.
"""

import sys

from rensa import RMinHash, RMinHashLSH
from told import BANDS, ROWS, THRESHOLD, paragraphs, shingles, write

archive, out, *rho = sys.argv[1:]
digest = RMinHash.digest_matrix_from_token_sets_rho if rho else RMinHash.digest_matrix_from_token_sets
matrix = digest((shingles(text) for text in paragraphs(archive)), num_perm=BANDS * ROWS, seed=42)
index = RMinHashLSH(threshold=THRESHOLD, num_perm=BANDS * ROWS, num_bands=BANDS)
flags = index.insert_matrix_and_query_duplicate_flags(matrix)
write(out, ((number, number) for number, flag in enumerate(flags) if flag))
