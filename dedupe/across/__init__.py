"""Across articles: paragraphs of copy that stand in two or more of them."""

from dedupe.across.prints import Prints, prints
from dedupe.across.tell import differing
from dedupe.across.told import joined

__all__ = ["Prints", "differing", "joined", "prints"]
