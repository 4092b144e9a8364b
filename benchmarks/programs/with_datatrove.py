"""datatrove: its MinHash signatures and buckets on two local workers, the steps that end in pairs of documents.

Words are told apart at blanks, as for the other peers; its own choice for English, spaCy, takes longer.
"""

import functools
import struct
import sys
import tempfile
from pathlib import Path

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature
from datatrove.utils.hashing import HashConfig
from datatrove.utils.word_tokenizers import WhitespaceTokenizer
from told import BANDS, ROWS, paragraphs, write

WORKERS = 2


def documents(archive, _, rank=0, world_size=1):
    """A share of the paragraphs for each worker."""
    for number, text in enumerate(paragraphs(archive)):
        if number % world_size == rank:
            yield Document(text=text, id=str(number))


def main():
    archive, out = sys.argv[1:]
    config = MinhashConfig(
        n_grams=3, num_buckets=BANDS, hashes_per_bucket=ROWS, hash_config=HashConfig(precision=64, hash_fc="xxhash")
    )
    with tempfile.TemporaryDirectory(dir=Path(out).parent) as folder:
        signature = MinhashDedupSignature(f"{folder}/signatures", config=config)
        signature.word_tokenizer = WhitespaceTokenizer()
        LocalPipelineExecutor(
            [functools.partial(documents, archive), signature],
            tasks=WORKERS,
            workers=WORKERS,
            logging_dir=f"{folder}/logs1",
        ).run()
        buckets = MinhashDedupBuckets(
            f"{folder}/signatures", f"{folder}/buckets", config=config, only_dedup_in_index=False, lines_to_buffer=1000
        )
        LocalPipelineExecutor([buckets], tasks=BANDS, workers=WORKERS, logging_dir=f"{folder}/logs2").run()
        found = set()
        for file in sorted(Path(folder, "buckets").glob("*.dups")):
            for one_file, one, two_file, two in struct.iter_unpack("<4I", file.read_bytes()):
                found.add(tuple(sorted((one * WORKERS + one_file, two * WORKERS + two_file))))
        write(out, sorted(found))


if __name__ == "__main__":
    main()
