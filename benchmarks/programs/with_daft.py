"""daft: its minhash expression, bands as rows, one group a band and key; of each group the first is tied to the others.

The same plan as its tutorial on MinHash, up to the edges; its native runner takes all cores.
"""

import os
import sys

import daft
from daft import col
from told import BANDS, ROWS, write

os.environ["DAFT_PROGRESS_BAR"] = "0"
archive, out = sys.argv[1:]
rows = daft.read_json(archive).select(col("text").split("\n\n").alias("text")).explode("text")
rows = rows.select(col("text").lower()).collect()
sketches = rows.select(
    daft.functions.monotonically_increasing_id().alias("number"),
    col("text").minhash(num_hashes=BANDS * ROWS, ngram_size=3, seed=1, hash_function="xxhash").alias("sketch"),
)
bands = sketches.select("number", col("sketch").chunk(ROWS), daft.lit(list(range(BANDS))).alias("band")).explode(
    "sketch", "band"
)
groups = bands.groupby("sketch", "band").agg(col("number").list_agg().alias("numbers"))
groups = groups.where(col("numbers").list_count() > 1).select("numbers").to_pydict()["numbers"]
write(out, sorted({(min(group), number) for group in groups for number in group if number != min(group)}))
